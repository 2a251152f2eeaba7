//! Sealing: personal data are encrypted before they are stored in a column, and looked up by a keyed blind index.
//!
//! A key ring holds numbered keys. The first one seals, all of them open, so keys can be rotated without downtime. Each sealed
//! value is bound to its column and row: moved to another one, it does not open.
//!
//! A value is padded before it is sealed, so that its length does not tell a yes from a no, or one answer from another.

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

/// The layout of a sealed value: this byte, the key's number, 24 bytes of nonce, the ciphertext with its tag. The plaintext is
/// padded: a byte [`END`] and zeros up to a multiple of [`BLOCK`].
const PADDED: u8 = 2;
/// The layout of version 0.2, which is the same without padding. It is opened and no longer written.
const UNPADDED: u8 = 1;
/// Plaintexts are padded to a multiple of this. The choices that are sealed on their own are shorter, so all have one length.
const BLOCK: usize = 128;
/// Follows the value in a padded plaintext.
const END: u8 = 0x80;
const NONCE: usize = 24;
const HEADER: usize = 2 + NONCE;
/// The length of an empty value, sealed without padding: no sealed value is shorter.
pub(super) const MIN_SEALED_LENGTH: usize = HEADER + 16;

/// The column and row that a sealed value belongs to. The name of the column (`table.column`) is part of every value that is sealed with it:
/// a column that is renamed keeps its first name here, or what was sealed before cannot be opened. The guard `sealed_names.rs` lists these.
#[derive(Debug, Clone, Copy)]
pub struct Place(pub &'static str, pub Id);

/// Seals, opens and indexes. Cheap to clone.
#[derive(Clone)]
pub struct Sealer(Arc<Inner>);

struct Inner {
    ciphers: Vec<(u8, XChaCha20Poly1305)>,
    index_key: [u8; 32],
    token_key: [u8; 32],
    audit_key: [u8; 32],
}

crate::redacted_debug!(Sealer);

impl Sealer {
    /// A sealer over a key ring.
    pub fn new(keys: &KeyRing) -> Self {
        let ciphers = keys.sealing.iter().map(|key| (key.number, XChaCha20Poly1305::new(&key.secret.into()))).collect();
        Self(Arc::new(Inner {
            ciphers,
            index_key: keys.derive("index"),
            token_key: keys.derive("token"),
            audit_key: keys.derive("audit"),
        }))
    }

    /// Seals bytes for their place.
    ///
    /// # Errors
    /// [`Error::internal`] when there is no key, which start-up rules out.
    pub fn seal(&self, place: Place, plain: &[u8]) -> Result<Vec<u8>> {
        let (number, cipher) = self.0.ciphers.first().ok_or_else(|| Error::internal("there is no sealing key"))?;
        let mut nonce = [0; NONCE];
        fill_random(&mut nonce);
        let (aad, padded) = (place.aad(PADDED), padded(plain));
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: &padded, aad: &aad })
            .map_err(|_| Error::internal("a value could not be sealed"))?;
        let mut out = Vec::with_capacity(HEADER + sealed.len());
        out.extend([PADDED, *number]);
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
        let (layout, number, nonce) = match (header, nonce) {
            ([layout @ (PADDED | UNPADDED), number, ..], Some(nonce)) => (*layout, *number, nonce),
            _ => return Err(unreadable("it is not a sealed value")),
        };
        let Some((_, cipher)) = self.0.ciphers.iter().find(|(known, _)| *known == number) else {
            let reason = format!("it was sealed with sealing key {number}, which is not on the key ring");
            return Err(Error::unreadable(place.0, place.1, reason));
        };
        let plain = cipher
            .decrypt(&XNonce::from(nonce), Payload { msg: body, aad: &place.aad(layout) })
            .map_err(|_| unreadable("it was altered, moved from another row, or sealed with another key"))?;
        if layout == UNPADDED { Ok(plain) } else { unpadded(plain).ok_or_else(|| unreadable("its padding is wrong")) }
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

    /// Another id that is shown in place of this one. An id tells when it was created; this one tells nothing without the key.
    /// [`Sealer::id_behind`] leads back.
    pub fn concealed_id(&self, purpose: &'static str, id: Id) -> Id {
        let (left, right) = halves(id);
        let (left, right) =
            (0..ROUNDS).fold((left, right), |(left, right), round| (right, left ^ self.half(purpose, round, right)));
        Id::of_own_making(joined(left, right))
    }

    /// The id of the record in whose place this one is shown; some id that no record has for any other.
    pub fn id_behind(&self, purpose: &'static str, concealed: Id) -> Id {
        let (left, right) = halves(concealed);
        let (left, right) =
            (0..ROUNDS).rev().fold((left, right), |(left, right), round| (right ^ self.half(purpose, round, left), left));
        Id::of_record(joined(left, right))
    }

    /// The function of one round, of half an id.
    fn half(&self, purpose: &'static str, round: u8, half: u64) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.tag(purpose, &[&[round], &half.to_be_bytes()]);
        u64::from_be_bytes([a, b, c, d, e, f, g, h]) & HALF
    }

    /// The keyed tag of a link of the audit chain. Its key is derived from the index key, which a rotation does not change.
    pub(super) fn audit_tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        mac(&self.0.audit_key, parts)
    }
}

/// How often the halves of a concealed id are mixed (a Feistel cipher; four rounds are enough, Luby and Rackoff 1988).
const ROUNDS: u8 = 6;
/// The bits of half an id.
const HALF: u64 = (1 << 61) - 1;

fn halves(id: Id) -> (u64, u64) {
    let free = id.free_bits();
    let half = |bits: u128| u64::try_from(bits & u128::from(HALF)).unwrap_or_default();
    (half(free >> 61), half(free))
}

fn joined(left: u64, right: u64) -> u128 {
    (u128::from(left) << 61) | u128::from(right)
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
    /// The associated data: column, row and layout. Version 0.2 had one layout and did not name it.
    fn aad(self, layout: u8) -> Vec<u8> {
        let mut aad = self.0.as_bytes().to_vec();
        aad.push(0);
        aad.extend(self.1.0.as_bytes());
        if layout != UNPADDED {
            aad.push(layout);
        }
        aad
    }
}

fn padded(plain: &[u8]) -> Vec<u8> {
    let mut padded = Vec::with_capacity((plain.len() + 1).next_multiple_of(BLOCK));
    padded.extend_from_slice(plain);
    padded.push(END);
    padded.resize(padded.len().next_multiple_of(BLOCK), 0);
    padded
}

/// `None` when the padding is not that of [`padded`].
fn unpadded(mut plain: Vec<u8>) -> Option<Vec<u8>> {
    let end = plain.iter().rposition(|byte| *byte != 0).filter(|at| plain.get(*at) == Some(&END))?;
    plain.truncate(end);
    Some(plain)
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
    use crate::ids::UtcTime;
    use crate::keys::KeyRing;

    fn place(byte: u8) -> Place {
        Place("practitioners.details", Id(uuid::Uuid::from_bytes([byte; 16])))
    }

    #[test]
    fn a_concealed_id_tells_nothing_and_leads_back_only_with_its_key_and_purpose() {
        let (sealer, other) = (Sealer::new(&KeyRing::generate()), Sealer::new(&KeyRing::generate()));
        // As the ids of records are created.
        let ids: Vec<Id> = (0..200).map(|_| Id::new(UtcTime::from(chrono::DateTime::UNIX_EPOCH))).collect();
        let concealed: Vec<Id> = ids.iter().map(|id| sealer.concealed_id("message", *id)).collect();
        for (id, shown) in ids.iter().zip(&concealed) {
            assert_ne!(shown.0.get_version_num(), id.0.get_version_num(), "no id of a record");
            assert_eq!(sealer.id_behind("message", *shown), *id);
            assert_ne!(sealer.id_behind("referral", *shown), *id, "another purpose");
            assert_ne!(other.id_behind("message", *shown), *id, "another key");
        }
        let beginnings: std::collections::BTreeSet<String> = concealed.iter().map(|id| id.to_string()[..4].to_owned()).collect();
        assert!(beginnings.len() > 150, "ids of one moment do not begin alike");
        assert!(!concealed.is_sorted());
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

    /// As version 0.2 sealed: without padding, and with a layout that is not authenticated.
    fn sealed_by_version_0_2(sealer: &Sealer, place: Place, plain: &str) -> Vec<u8> {
        let (number, cipher) = &sealer.0.ciphers[0];
        let (nonce, aad) = ([7; NONCE], place.aad(UNPADDED));
        let body = cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain.as_bytes(), aad: &aad }).unwrap();
        [&[UNPADDED, *number], nonce.as_slice(), &body].concat()
    }

    #[test]
    fn a_value_that_was_sealed_without_padding_still_opens() {
        let sealer = Sealer::new(&KeyRing::generate());
        for plain in ["Ada", "", "ends with the mark \u{80}"] {
            let mut old = sealed_by_version_0_2(&sealer, place(1), plain);
            assert_eq!(sealer.open_text(place(1), &old).unwrap(), plain);
            old[0] = PADDED;
            assert!(sealer.open(place(1), &old).is_err(), "an old value with the new layout");
        }
        let mut new = sealer.seal_text(place(1), "Ada").unwrap();
        new[0] = UNPADDED;
        assert!(sealer.open(place(1), &new).is_err(), "a new value with the old layout");
    }

    #[test]
    fn the_length_of_a_sealed_value_tells_only_its_number_of_blocks() {
        let sealer = Sealer::new(&KeyRing::generate());
        for (length, blocks) in [(0, 1), (1, 1), (3, 1), (BLOCK - 1, 1), (BLOCK, 2), (2 * BLOCK - 1, 2), (2 * BLOCK, 3)] {
            let plain = vec![0; length];
            let sealed = sealer.seal(place(1), &plain).unwrap();
            assert_eq!(sealed.len(), MIN_SEALED_LENGTH + blocks * BLOCK, "{length} bytes");
            assert_eq!(sealer.open(place(1), &sealed).unwrap(), plain, "{length} bytes");
        }
    }

    #[test]
    fn a_rotated_ring_opens_what_the_old_key_sealed() {
        let mut keys = KeyRing::generate();
        let keys_before = keys.clone();
        let sealed = Sealer::new(&keys).seal_text(place(1), "Ada").unwrap();
        let index = Sealer::new(&keys).blind_index("email", "ada@example.org");
        keys.rotate(crate::keys::KeyPosition::First).unwrap();
        let rotated = Sealer::new(&keys);
        assert_eq!(rotated.open_text(place(1), &sealed).unwrap(), "Ada");
        assert_eq!(rotated.blind_index("email", "ada@example.org"), index, "indexes survive a rotation");
        assert_ne!(rotated.seal_text(place(1), "Ada").unwrap()[1], sealed[1], "the new key seals");
        assert_eq!(rotated.audit_tag(&[b"link"]), Sealer::new(&keys_before).audit_tag(&[b"link"]), "the audit chain survives it");
    }

    #[test]
    fn a_blind_index_ignores_case_and_space_and_differs_by_purpose() {
        let sealer = Sealer::new(&KeyRing::generate());
        assert_eq!(sealer.blind_index("name", " Ada  Lovelace "), sealer.blind_index("name", "ada lovelace"));
        assert_ne!(sealer.blind_index("name", "ada"), sealer.blind_index("email", "ada"));
        assert_ne!(sealer.blind_index("name", "ada"), Sealer::new(&KeyRing::generate()).blind_index("name", "ada"));
    }
}
