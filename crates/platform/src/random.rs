//! Random bytes.

use rand::RngCore;

/// Fills `bytes` from the thread's random number generator, which the operating system seeds.
pub fn fill_random(bytes: &mut [u8]) {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where randomness is drawn")]
    rand::rng().fill_bytes(bytes);
}
