//! The keys of an installation: for signing access tokens, for sealing columns, for blind indexes.
//!
//! One text holds them all, a line a key, so that one secret store entry or one file is all there is to keep:
//!
//! ```text
//! signing 2026a BASE64     the first signs, all are accepted
//! sealing 1     BASE64     the first seals, all of them open
//! index   1     BASE64     never changes: look-ups and tokens hang on it
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroize;

use super::seal::random;

/// All keys of an installation.
#[derive(Clone)]
pub struct KeyRing {
    /// Ed25519 keys for access tokens, the signing one first.
    pub signing: Vec<SigningKey>,
    /// Keys for sealed columns, the sealing one first.
    pub sealing: Vec<SealingKey>,
    index: [u8; 32],
}

/// A key for access tokens.
#[derive(Clone)]
pub struct SigningKey {
    /// Names the key in a token's header (`kid`).
    pub id: String,
    /// The Ed25519 seed.
    pub seed: [u8; 32],
}

/// A key for sealed columns.
#[derive(Clone)]
pub struct SealingKey {
    /// Names the key in each sealed value.
    pub number: u8,
    /// The key.
    pub secret: [u8; 32],
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyRing(…)")
    }
}

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
    /// Fresh random keys.
    pub fn throwaway() -> Self {
        Self {
            signing: vec![SigningKey { id: "k1".to_owned(), seed: fresh() }],
            sealing: vec![SealingKey { number: 1, secret: fresh() }],
            index: fresh(),
        }
    }

    /// Puts a fresh sealing key first; the old ones still open.
    pub fn add_sealing_key(&mut self) {
        let number = self.sealing.iter().map(|key| key.number).max().unwrap_or(0).wrapping_add(1);
        self.sealing.insert(0, SealingKey { number, secret: fresh() });
    }

    /// A key of its own for a purpose, from the index key.
    pub fn derived(&self, purpose: &str) -> [u8; 32] {
        let mut out = [0; 32];
        // 32 bytes are always a lawful length for HKDF-SHA-256, so this cannot fail.
        let _ = Hkdf::<Sha256>::new(Some(b"confide"), &self.index).expand(purpose.as_bytes(), &mut out);
        out
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// One sentence that names the line and never repeats a key.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (mut signing, mut sealing, mut index) = (Vec::new(), Vec::new(), None);
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#')) {
            let place = format!("line {} of the keys", number + 1);
            let [kind, id, key] = line.split_whitespace().collect::<Vec<_>>()[..] else {
                return Err(format!("{place} must be: signing|sealing|index ID BASE64"));
            };
            let key: [u8; 32] = STANDARD
                .decode(key)
                .ok()
                .and_then(|bytes| bytes.try_into().ok())
                .ok_or_else(|| format!("{place}: the key must be 32 bytes in base64"))?;
            match kind {
                "signing" => signing.push(SigningKey { id: id.to_owned(), seed: key }),
                "sealing" => {
                    let number = id.parse().map_err(|_| format!("{place}: a sealing key's id is a number from 0 to 255"))?;
                    sealing.push(SealingKey { number, secret: key });
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
        lines.push(format!("index 1 {}", STANDARD.encode(self.index)));
        lines.join("\n") + "\n"
    }
}

fn fresh() -> [u8; 32] {
    let mut key = [0; 32];
    random(&mut key);
    key
}

#[cfg(test)]
mod tests {
    use super::KeyRing;

    #[test]
    fn the_text_form_comes_back_and_a_wrong_one_is_named_but_not_repeated() {
        let keys = KeyRing::throwaway();
        assert_eq!(KeyRing::parse(&keys.to_text()).unwrap().to_text(), keys.to_text());
        for (wrong, says) in [
            ("", "no signing key"),
            ("signing k1 c2hvcnQ=", "line 1"),
            ("sealing one AAAA", "32 bytes"),
            ("secret 1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "must begin with"),
        ] {
            let message = KeyRing::parse(wrong).unwrap_err();
            assert!(message.contains(says) && !message.contains("c2hvcnQ="), "{message}");
        }
    }
}
