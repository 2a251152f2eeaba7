//! How an address and the link in a message to it are known again without being kept.
//!
//! An address has a key that only we can make from it. In the records stands a print of that key, never the key itself. A link
//! carries the key and some chance: the two together are known by another print, which stands beside the recipient as long as
//! there is one. When the recipient is long deleted, the key in the link is still enough to never write to that address again.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use platform::seal::{Sealer, random};
use platform::text::token;

const CHANCE: usize = 6;
const KEY: usize = 16;
const CHECK: usize = 6;

/// How many characters a link's token has.
pub const TOKEN_LENGTH: usize = 38;

/// What stands for an address, a normal one: lower case, or E.164.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AddressKey([u8; KEY]);

/// What a link carries.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Token {
    chance: [u8; CHANCE],
    key: AddressKey,
}

fn first<const N: usize>(tag: [u8; 32]) -> [u8; N] {
    std::array::from_fn(|at| tag.get(at).copied().unwrap_or_default())
}

impl AddressKey {
    /// The key of an address.
    pub fn of(sealer: &Sealer, address: &str) -> Self {
        Self(first(sealer.tag("outreach_address", &[address.as_bytes()])))
    }

    /// The print by which the records know the address.
    pub fn index(self, sealer: &Sealer) -> String {
        URL_SAFE_NO_PAD.encode(sealer.tag("outreach_index", &[&self.0]))
    }
}

impl Token {
    /// A fresh one for an address.
    pub fn fresh(key: AddressKey) -> Self {
        let mut chance = [0; CHANCE];
        random(&mut chance);
        Self { chance, key }
    }

    /// Whose it is.
    pub fn key(self) -> AddressKey {
        self.key
    }

    /// The print by which the records know the link.
    pub fn tag(self, sealer: &Sealer) -> String {
        URL_SAFE_NO_PAD.encode(sealer.tag("outreach_link", &[&self.chance, &self.key.0]))
    }

    fn check(self, sealer: &Sealer) -> [u8; CHECK] {
        first(sealer.tag("outreach_check", &[&self.chance, &self.key.0]))
    }

    /// As it stands in the link.
    pub fn text(self, sealer: &Sealer) -> String {
        let bytes = [self.chance.as_slice(), self.key.0.as_slice(), self.check(sealer).as_slice()].concat();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads one back; none where it is not ours.
    pub fn read(sealer: &Sealer, text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(token(text)).ok()?;
        let (chance, rest) = bytes.split_first_chunk::<CHANCE>()?;
        let (key, check) = rest.split_first_chunk::<KEY>()?;
        let token = Self { chance: *chance, key: AddressKey(*key) };
        let ours = subtle::ConstantTimeEq::ct_eq(token.check(sealer).as_slice(), check);
        bool::from(ours).then_some(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::keys::KeyRing;

    #[test]
    fn a_link_is_read_back_untouched_only_and_leads_to_its_address() {
        let sealer = Sealer::new(&KeyRing::throwaway());
        let key = AddressKey::of(&sealer, "ada@example.org");
        let (token, other) = (Token::fresh(key), Token::fresh(key));
        let text = token.text(&sealer);
        assert_eq!(text.len(), TOKEN_LENGTH);
        let read = Token::read(&sealer, &text).unwrap();
        assert!(read == token && read.key().index(&sealer) == key.index(&sealer));
        let pasted = format!(" {}\u{200b} {}", &text[..9], &text[9..].replace('-', "\u{2011}"));
        assert!(Token::read(&sealer, &pasted).unwrap() == token, "as it is pasted from a message");
        assert_ne!(token.tag(&sealer), other.tag(&sealer), "each message has its own link");
        assert_ne!(key.index(&sealer), AddressKey::of(&sealer, "bea@example.org").index(&sealer));
        for at in 0..text.len() {
            let mut altered = text.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            assert!(Token::read(&sealer, std::str::from_utf8(&altered).unwrap()).is_none(), "letter {at} altered");
        }
        assert!(Token::read(&Sealer::new(&KeyRing::throwaway()), &text).is_none(), "another house's");
        assert!(["", "A", &text[1..]].into_iter().all(|wrong| Token::read(&sealer, wrong).is_none()));
    }
}
