//! Sealing: personal data are encrypted before they are stored in a column, and looked up by a keyed blind index.
//!
//! A key ring holds numbered keys. The first one seals, all of them open, so keys can be rotated without downtime. Each sealed
//! value is bound to its column and row: moved to another one, it does not open.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;

pub use super::random::fill_random;

use super::error::{Error, Result};
use super::ids::Id;
use super::keys::KeyRing;

/// The layout of a sealed value: this byte, the key's number, 24 bytes of nonce, the ciphertext with its tag.
const LAYOUT: u8 = 1;
const NONCE: usize = 24;
const HEADER: usize = 2 + NONCE;
/// The length of an empty value, sealed.
pub(super) const MIN_SEALED_LENGTH: usize = HEADER + 16;

/// The column and row that a sealed value belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Place(pub &'static str, pub Id);

/// Seals, opens and indexes. Cheap to clone.
#[derive(Clone)]
pub struct Sealer(Arc<Inner>);

struct Inner {
    ciphers: Vec<(u8, XChaCha20Poly1305)>,
    index_key: [u8; 32],
    token_key: [u8; 32],
}

crate::redacted_debug!(Sealer);

impl Sealer {
    /// A sealer over a key ring.
    pub fn new(keys: &KeyRing) -> Self {
        let ciphers = keys.sealing.iter().map(|key| (key.number, XChaCha20Poly1305::new(&key.secret.into()))).collect();
        Self(Arc::new(Inner { ciphers, index_key: keys.derive("index"), token_key: keys.derive("token") }))
    }

    /// Seals bytes for their place.
    ///
    /// # Errors
    /// [`Error::internal`] when there is no key, which start-up rules out.
    pub fn seal(&self, place: Place, plain: &[u8]) -> Result<Vec<u8>> {
        let (number, cipher) = self.0.ciphers.first().ok_or_else(|| Error::internal("there is no sealing key"))?;
        let mut nonce = [0; NONCE];
        fill_random(&mut nonce);
        let aad = place.aad();
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: &aad })
            .map_err(|_| Error::internal("a value could not be sealed"))?;
        let mut out = Vec::with_capacity(HEADER + sealed.len());
        out.extend([LAYOUT, *number]);
        out.extend(nonce);
        out.extend(sealed);
        Ok(out)
    }

    /// Opens a value that was sealed for this place.
    ///
    /// # Errors
    /// [`Error::unreadable`] when the value was altered, moved from another row, or sealed with a key that is not on the ring.
    pub fn open(&self, place: Place, sealed: &[u8]) -> Result<Vec<u8>> {
        let unreadable = |reason: &'static str| Error::unreadable(place.0, place.1, reason);
        let (header, body) = sealed.split_at_checked(HEADER).ok_or_else(|| unreadable("it is too short"))?;
        let nonce: Option<[u8; NONCE]> = header.get(2..).and_then(|bytes| bytes.try_into().ok());
        let (number, nonce) = match (header, nonce) {
            ([LAYOUT, number, ..], Some(nonce)) => (*number, nonce),
            _ => return Err(unreadable("it is not a sealed value")),
        };
        let Some((_, cipher)) = self.0.ciphers.iter().find(|(known, _)| *known == number) else {
            let reason = format!("it was sealed with sealing key {number}, which is not on the key ring");
            return Err(Error::unreadable(place.0, place.1, reason));
        };
        cipher
            .decrypt(&XNonce::from(nonce), Payload { msg: body, aad: &place.aad() })
            .map_err(|_| unreadable("it was altered, moved from another row, or sealed with another key"))
    }

    /// Seals a text.
    ///
    /// # Errors
    /// As [`Sealer::seal`].
    pub fn seal_text(&self, place: Place, plain: &str) -> Result<Vec<u8>> {
        self.seal(place, plain.as_bytes())
    }

    /// Opens a text.
    ///
    /// # Errors
    /// As [`Sealer::open`].
    pub fn open_text(&self, place: Place, sealed: &[u8]) -> Result<String> {
        String::from_utf8(self.open(place, sealed)?).map_err(|_| Error::unreadable(place.0, place.1, "it is not UTF-8"))
    }

    /// Seals a document.
    ///
    /// # Errors
    /// As [`Sealer::seal`].
    pub fn seal_json<T: Serialize>(&self, place: Place, value: &T) -> Result<Vec<u8>> {
        let plain = serde_json::to_vec(value).map_err(|_| Error::internal("a document could not be written"))?;
        self.seal(place, &plain)
    }

    /// Opens a document.
    ///
    /// # Errors
    /// As [`Sealer::open`], or when the document does not have the expected shape.
    pub fn open_json<T: DeserializeOwned>(&self, place: Place, sealed: &[u8]) -> Result<T> {
        serde_json::from_slice(&self.open(place, sealed)?)
            .map_err(|_| Error::unreadable(place.0, place.1, "it has another shape"))
    }

    /// A keyed blind index: equal values give equal texts, and the value cannot be read from it without the key. Case and
    /// surrounding or repeated white space do not count.
    pub fn blind_index(&self, purpose: &'static str, value: &str) -> String {
        let folded = value.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        URL_SAFE_NO_PAD.encode(mac(&self.0.index_key, &[purpose.as_bytes(), folded.as_bytes()]))
    }

    /// A keyed tag over parts, for tokens and cursors that the service issues and must recognise.
    pub fn tag(&self, purpose: &'static str, parts: &[&[u8]]) -> [u8; 32] {
        let mut all = vec![purpose.as_bytes()];
        all.extend(parts);
        mac(&self.0.token_key, &all)
    }
}

/// The rows of a list: the key of each row, and what it opens to.
pub type Opened<K, T> = Vec<(K, Result<T>)>;

/// Separates the rows of a list into those that can be read and the ids of those that cannot, so that one damaged row does not
/// make the whole list fail. Each unreadable row is logged. Only for lists that are shown and that name what is missing; where
/// the program decides by a list (conflicts, allergies), one damaged row is an error.
///
/// # Errors
/// The first error that is not about damage.
pub fn readable<T>(rows: impl IntoIterator<Item = Result<T>>) -> Result<(Vec<T>, Vec<Id>)> {
    let (mut found, mut unreadable) = (Vec::new(), Vec::new());
    for row in rows {
        match row {
            Ok(row) => found.push(row),
            Err(error) => unreadable.push(log_unreadable(error)?),
        }
    }
    Ok((found, unreadable))
}

/// A value that the reader can do without: `None` when it cannot be read, which is logged.
///
/// # Errors
/// An error that is not about damage.
pub fn readable_or_none<T>(value: Result<T>) -> Result<Option<T>> {
    match value {
        Ok(value) => Ok(Some(value)),
        Err(error) => log_unreadable(error).map(|_| None),
    }
}

/// Logs that a row was left out of a list because it cannot be read, and returns its id.
///
/// # Errors
/// The same error, when it is not about damage.
pub fn log_unreadable(error: Error) -> Result<Id> {
    let Some(row) = error.unreadable_row() else { return Err(error) };
    if let Some(cause) = &error.cause {
        tracing::error!(%cause, "a damaged row was left out of a response");
    }
    metrics::counter!("confide_unreadable_rows_total").increment(1);
    Ok(row)
}

impl Place {
    fn aad(self) -> Vec<u8> {
        let mut aad = self.0.as_bytes().to_vec();
        aad.push(0);
        aad.extend(self.1.0.as_bytes());
        aad
    }
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // A key of the hash's block size needs no check of its length.
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new(&block.into());
    for part in parts {
        // Each part is preceded by its length, so that no two lists of parts give the same input.
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::KeyRing;

    fn place(byte: u8) -> Place {
        Place("practitioners.details", Id(uuid::Uuid::from_bytes([byte; 16])))
    }

    #[test]
    fn a_sealed_value_opens_only_in_its_place() {
        let sealer = Sealer::new(&KeyRing::generate());
        let sealed = sealer.seal_text(place(1), "Ada").unwrap();
        assert_eq!(sealer.open_text(place(1), &sealed).unwrap(), "Ada");
        assert!(sealer.open_text(place(2), &sealed).is_err(), "another row");
        assert!(sealer.open_text(Place("accounts.name", place(1).1), &sealed).is_err(), "another column");
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(sealer.open(place(1), &altered).is_err(), "byte {at} altered");
        }
        assert!(sealer.open(place(1), &[]).is_err());
    }

    #[test]
    fn a_rotated_ring_opens_what_the_old_key_sealed() {
        let mut keys = KeyRing::generate();
        let sealed = Sealer::new(&keys).seal_text(place(1), "Ada").unwrap();
        let index = Sealer::new(&keys).blind_index("email", "ada@example.org");
        keys.rotate(crate::keys::KeyPosition::First).unwrap();
        let rotated = Sealer::new(&keys);
        assert_eq!(rotated.open_text(place(1), &sealed).unwrap(), "Ada");
        assert_eq!(rotated.blind_index("email", "ada@example.org"), index, "indexes survive a rotation");
        assert_ne!(rotated.seal_text(place(1), "Ada").unwrap()[1], sealed[1], "the new key seals");
    }

    #[test]
    fn a_blind_index_ignores_case_and_space_and_differs_by_purpose() {
        let sealer = Sealer::new(&KeyRing::generate());
        assert_eq!(sealer.blind_index("name", " Ada  Lovelace "), sealer.blind_index("name", "ada lovelace"));
        assert_ne!(sealer.blind_index("name", "ada"), sealer.blind_index("email", "ada"));
        assert_ne!(sealer.blind_index("name", "ada"), Sealer::new(&KeyRing::generate()).blind_index("name", "ada"));
    }
}
