//! The keys of an installation: for signing access tokens, for sealing columns, for blind indexes.
//!
//! One text contains all keys, one per line, so that a single entry in a secret store or a single file is enough:
//!
//! ```text
//! signing k2 BASE64     the first one signs, all are accepted
//! signing k1 BASE64
//! sealing 2  BASE64     the first one seals, all of them open
//! sealing 1  BASE64
//! index   1  BASE64     never changes: look-ups and tokens depend on it
//! ```
//!
//! A new key gets a new id: every sealed value contains the number of its key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroize;

use super::random::fill_random;

/// The id of the only index key.
const INDEX_ID: &str = "1";

/// The id of the demo's signing key.
const DEMO_KEY_ID: &str = "demo";

/// All keys of an installation.
#[derive(Clone)]
pub struct KeyRing {
    /// Ed25519 keys for access tokens; the first one signs.
    pub signing: Vec<SigningKey>,
    /// Keys for sealed columns; the first one seals.
    pub sealing: Vec<SealingKey>,
    index: [u8; 32],
}

/// A key for access tokens.
#[derive(Clone)]
pub struct SigningKey {
    /// The key's id in the header of a token (`kid`).
    pub id: String,
    /// The Ed25519 seed.
    pub seed: [u8; 32],
}

/// A key for sealed columns.
#[derive(Clone)]
pub struct SealingKey {
    /// The key's number in each sealed value.
    pub number: u8,
    pub secret: [u8; 32],
}

/// The position at which [`KeyRing::rotate`] adds new keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPosition {
    /// Before all others: used as soon as the ring is.
    First,
    /// After the key in use: known, and not used yet.
    Second,
}

/// The ids of keys that were added or moved to the first position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKeyIds {
    pub sealing: u8,
    pub signing: String,
}

/// Identifies a key to the database without revealing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyTag {
    /// `index`, `sealing` or `signing`.
    pub kind: &'static str,
    /// The key's id on the ring.
    pub id: String,
    /// A tag that only this key produces.
    pub tag: String,
    /// True for the key that is used for new values.
    pub in_use: bool,
}

impl KeyTag {
    fn of(kind: &'static str, id: &str, secret: &[u8; 32], in_use: bool) -> Self {
        let mut tag = [0; 32];
        // 32 bytes are always an allowed length for HKDF-SHA-256, so this cannot fail.
        let _ = Hkdf::<Sha256>::new(Some(b"confide key check"), secret).expand(kind.as_bytes(), &mut tag);
        Self { kind, id: id.to_owned(), tag: STANDARD.encode(tag), in_use }
    }
}

crate::redacted_debug!(KeyRing);

impl Drop for KeyRing {
    fn drop(&mut self) {
        self.index.zeroize();
        for key in &mut self.signing {
            key.seed.zeroize();
        }
        for key in &mut self.sealing {
            key.secret.zeroize();
        }
    }
}

impl KeyRing {
    /// New random keys.
    pub fn generate() -> Self {
        Self {
            signing: vec![SigningKey { id: "k1".to_owned(), seed: random_key() }],
            sealing: vec![SealingKey { number: 1, secret: random_key() }],
            index: random_key(),
        }
    }

    /// New keys for the demo, which production refuses.
    pub fn generate_for_demo() -> Self {
        let mut keys = Self::generate();
        for key in &mut keys.signing {
            DEMO_KEY_ID.clone_into(&mut key.id);
        }
        keys
    }

    /// True for keys that the demo created.
    pub fn is_demo(&self) -> bool {
        self.signing.iter().any(|key| key.id == DEMO_KEY_ID)
    }

    /// Adds a new sealing key and a new signing key with ids that the ring has never had. In the first position they are used at
    /// once; in the second they only open and verify, so that every instance can know them before the first one uses them.
    ///
    /// One sentence: no sealing number is left.
    /// One sentence: the ring has no number left.
    pub fn rotate(&mut self, place: KeyPosition) -> Result<NewKeyIds, String> {
        let newest = self.sealing.iter().map(|key| key.number).max().unwrap_or(0);
        let number = newest.checked_add(1).ok_or("the ring has no sealing number left: 255 is the highest")?;
        let last = self.signing.iter().filter_map(|key| key.id.strip_prefix('k')?.parse::<u32>().ok()).max().unwrap_or(0);
        let id = format!("k{}", last.saturating_add(1));
        let at = match place {
            KeyPosition::First => 0,
            KeyPosition::Second => 1,
        };
        self.sealing.insert(at.min(self.sealing.len()), SealingKey { number, secret: random_key() });
        self.signing.insert(at.min(self.signing.len()), SigningKey { id: id.clone(), seed: random_key() });
        Ok(NewKeyIds { sealing: number, signing: id })
    }

    /// Moves the newest keys to the first position: the second step of a rotation that began with [`KeyPosition::Second`].
    ///
    /// # Errors
    /// One sentence: the newest keys are in the first position already.
    pub fn promote(&mut self) -> Result<NewKeyIds, String> {
        let number = self.sealing.iter().map(|key| key.number).max().unwrap_or(0);
        let position = self.sealing.iter().position(|key| key.number == number).unwrap_or(0);
        if position == 0 {
            return Err(
                "the newest sealing key is in the first position already: add a new one with --rotate --second".to_owned()
            );
        }
        self.sealing[..=position].rotate_right(1);
        let order = |key: &SigningKey| key.id.strip_prefix('k').and_then(|id| id.parse::<u32>().ok());
        let newest = (0..self.signing.len()).max_by_key(|at| (order(&self.signing[*at]), std::cmp::Reverse(*at))).unwrap_or(0);
        self.signing[..=newest].rotate_right(1);
        Ok(NewKeyIds { sealing: number, signing: self.signing[0].id.clone() })
    }

    /// The tags by which a database recognises these keys. Nothing about a key can be learned from its tag.
    pub fn checks(&self) -> Vec<KeyTag> {
        let signing = self.signing.iter().enumerate().map(|(at, key)| KeyTag::of("signing", &key.id, &key.seed, at == 0));
        let sealing =
            self.sealing.iter().enumerate().map(|(at, key)| KeyTag::of("sealing", &key.number.to_string(), &key.secret, at == 0));
        std::iter::once(KeyTag::of("index", INDEX_ID, &self.index, true)).chain(sealing).chain(signing).collect()
    }

    /// A key for a purpose, derived from the index key.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut out = [0; 32];
        // 32 bytes are always an allowed length for HKDF-SHA-256, so this cannot fail.
        let _ = Hkdf::<Sha256>::new(Some(b"confide"), &self.index).expand(purpose.as_bytes(), &mut out);
        out
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// One sentence that names the line and never repeats a key.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (mut signing, mut sealing, mut index) = (Vec::<SigningKey>::new(), Vec::<SealingKey>::new(), None);
        let mut seen: Vec<(usize, [u8; 32])> = Vec::new();
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).enumerate();
        for (number, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let place = format!("line {} of the keys", number + 1);
            let [kind, id, key] = line.split_whitespace().collect::<Vec<_>>()[..] else {
                return Err(format!("{place} must be: signing|sealing|index ID BASE64"));
            };
            let key: [u8; 32] = STANDARD
                .decode(key)
                .ok()
                .and_then(|bytes| bytes.try_into().ok())
                .ok_or_else(|| format!("{place}: the key must be 32 bytes in base64"))?;
            if key.iter().all(|byte| *byte == key[0]) {
                return Err(format!("{place}: this is not a random key"));
            }
            if let Some((other, _)) = seen.iter().find(|(_, known)| *known == key) {
                return Err(format!("{place} has the same key as line {other}: each line needs its own key"));
            }
            seen.push((number + 1, key));
            let twice =
                || format!("{place}: there are two keys \"{kind} {id}\"; a new key needs a new id (confide keys --rotate FILE)");
            match kind {
                "signing" if signing.iter().any(|known| known.id == id) => return Err(twice()),
                "signing" => signing.push(SigningKey { id: id.to_owned(), seed: key }),
                "sealing" => {
                    let number = id.parse().map_err(|_| format!("{place}: a sealing key's id is a number from 0 to 255"))?;
                    if sealing.iter().any(|known| known.number == number) {
                        return Err(twice());
                    }
                    sealing.push(SealingKey { number, secret: key });
                }
                "index" if index.is_some() => {
                    return Err(format!(
                        "{place}: there are two index keys, and there can be only one, because it never changes"
                    ));
                }
                "index" if id != INDEX_ID => {
                    return Err(format!("{place}: the index key's id is {INDEX_ID}; it never changes"));
                }
                "index" => index = Some(key),
                _ => return Err(format!("{place} must begin with signing, sealing or index")),
            }
        }
        match (signing.is_empty(), sealing.is_empty(), index) {
            (true, ..) => Err("the keys have no signing key".to_owned()),
            (_, true, _) => Err("the keys have no sealing key".to_owned()),
            (.., None) => Err("the keys have no index key".to_owned()),
            (.., Some(index)) => Ok(Self { signing, sealing, index }),
        }
    }

    /// The text form, for a secret store.
    pub fn to_text(&self) -> String {
        let mut lines = Vec::new();
        lines.extend(self.signing.iter().map(|key| format!("signing {} {}", key.id, STANDARD.encode(key.seed))));
        lines.extend(self.sealing.iter().map(|key| format!("sealing {} {}", key.number, STANDARD.encode(key.secret))));
        lines.push(format!("index {INDEX_ID} {}", STANDARD.encode(self.index)));
        lines.join("\n") + "\n"
    }
}

fn random_key() -> [u8; 32] {
    let mut key = [0; 32];
    fill_random(&mut key);
    key
}

#[cfg(test)]
mod tests {
    use super::{KeyPosition, KeyRing, NewKeyIds};

    #[test]
    fn a_key_text_is_parsed_and_a_wrong_line_is_named_but_not_repeated() {
        let keys = KeyRing::generate();
        assert_eq!(KeyRing::parse(&keys.to_text()).unwrap().to_text(), keys.to_text());
        assert_eq!(KeyRing::parse(&format!("\u{feff}  # ours\r\n\n{}", keys.to_text())).unwrap().to_text(), keys.to_text());
        for (wrong, expected) in [
            ("", "no signing key"),
            ("signing k1 c2hvcnQ=", "line 1"),
            ("sealing one AAAA", "32 bytes"),
            ("secret 1 wHoXxmBnRBkOYSLUzzYmzFEZp7W83gnHsMPjTYkDrKM=", "must begin with"),
            ("sealing 1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "not a random key"),
            ("index 2 wHoXxmBnRBkOYSLUzzYmzFEZp7W83gnHsMPjTYkDrKM=", "never changes"),
            ("sealing 256 wHoXxmBnRBkOYSLUzzYmzFEZp7W83gnHsMPjTYkDrKM=", "0 to 255"),
        ] {
            let message = KeyRing::parse(wrong).unwrap_err();
            assert!(message.contains(expected), "{wrong}: {message}");
            let secret = wrong.split(' ').nth(2).unwrap_or("no secret");
            assert!(!message.contains(secret), "{message}");
        }
    }

    #[test]
    fn two_keys_with_one_id_and_one_key_with_two_ids_are_refused() {
        let (one, two) = (KeyRing::generate().to_text(), KeyRing::generate().to_text());
        let pick = |text: &str, kind: &str| text.lines().find(|line| line.starts_with(kind)).unwrap().to_owned();
        for kind in ["signing", "sealing", "index"] {
            let message = KeyRing::parse(&format!("{}\n{one}", pick(&two, kind))).unwrap_err();
            assert!(message.contains(kind) && message.contains("two"), "{message}");
        }
        let copied = pick(&one, "sealing").replacen(" 1 ", " 2 ", 1);
        let message = KeyRing::parse(&format!("{copied}\n{one}")).unwrap_err();
        assert!(message.contains("same key as line 1"), "{message}");
    }

    #[test]
    fn a_rotation_uses_new_ids_and_keeps_every_old_key() {
        let order = |keys: &KeyRing| {
            let sealing: Vec<_> = keys.sealing.iter().map(|key| key.number).collect();
            let signing: Vec<_> = keys.signing.iter().map(|key| key.id.clone()).collect();
            (sealing, signing.join(" "))
        };
        let mut keys = KeyRing::generate();
        let before = keys.to_text();
        assert_eq!(keys.rotate(KeyPosition::First), Ok(NewKeyIds { sealing: 2, signing: "k2".to_owned() }));
        assert_eq!(order(&keys), (vec![2, 1], "k2 k1".to_owned()));
        assert_eq!(keys.rotate(KeyPosition::Second), Ok(NewKeyIds { sealing: 3, signing: "k3".to_owned() }));
        assert_eq!(order(&keys), (vec![2, 3, 1], "k2 k3 k1".to_owned()));
        assert_eq!(keys.promote(), Ok(NewKeyIds { sealing: 3, signing: "k3".to_owned() }));
        assert_eq!(order(&keys), (vec![3, 2, 1], "k3 k2 k1".to_owned()));
        assert!(keys.promote().is_err(), "there is nothing to promote");
        let after = keys.to_text();
        assert!(before.lines().all(|line| after.contains(line)), "every old line is still there");
        assert_eq!(KeyRing::parse(&after).unwrap().to_text(), after);
        keys.sealing[0].number = 255;
        assert!(keys.rotate(KeyPosition::First).is_err_and(|message| message.contains("255")));
    }

    #[test]
    fn the_tag_of_a_key_differs_from_others_and_does_not_reveal_the_key() {
        let (one, two) = (KeyRing::generate(), KeyRing::generate());
        assert_eq!(one.checks(), KeyRing::parse(&one.to_text()).unwrap().checks());
        for (check, other) in one.checks().iter().zip(two.checks()) {
            assert_eq!((check.kind, &check.id), (other.kind, &other.id));
            assert_ne!(check.tag, other.tag);
            assert!(!one.to_text().contains(&check.tag));
        }
    }

    #[test]
    fn the_keys_of_the_demo_are_recognised() {
        let demo = KeyRing::generate_for_demo();
        assert!(KeyRing::parse(&demo.to_text()).unwrap().is_demo() && !KeyRing::generate().is_demo());
    }
}
