//! Chance.

use rand::RngCore;

/// Fills `bytes` from the operating system's generator, by way of the thread's.
pub fn random(bytes: &mut [u8]) {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where randomness is drawn")]
    rand::rng().fill_bytes(bytes);
}
