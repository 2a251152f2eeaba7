//! How an address and the link in a message to it are recognised without being stored.
//!
//! Each address has a key that only this service can derive from it. The database stores a hash of that key, never the key
//! itself. A link carries the key and a random part; a second hash of the two is stored with the recipient for as long as the
//! recipient exists. Long after the recipient was deleted, the key in the link is still enough to never send to that address
//! again.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use platform::seal::{Sealer, fill_random};
use platform::text::token;

const NONCE: usize = 6;
const KEY: usize = 16;
const CHECK: usize = 6;

/// How many characters a link's token has.
pub const TOKEN_LENGTH: usize = 38;

/// The key of a normalised address: lower case, or E.164.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AddressKey([u8; KEY]);

/// The content of a link.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Token {
    nonce: [u8; NONCE],
    key: AddressKey,
}

fn first<const N: usize>(tag: [u8; 32]) -> [u8; N] {
    std::array::from_fn(|index| tag.get(index).copied().unwrap_or_default())
}

impl AddressKey {
    /// The key of an address.
    pub fn of(sealer: &Sealer, address: &str) -> Self {
        Self(first(sealer.tag("outreach_address", &[address.as_bytes()])))
    }

    /// The hash of the key, by which the database recognises the address.
    pub fn index(self, sealer: &Sealer) -> String {
        URL_SAFE_NO_PAD.encode(sealer.tag("outreach_index", &[&self.0]))
    }
}

impl Token {
    /// A new token for an address.
    pub fn generate(key: AddressKey) -> Self {
        let mut nonce = [0; NONCE];
        fill_random(&mut nonce);
        Self { nonce, key }
    }

    /// The key of the address.
    pub fn key(self) -> AddressKey {
        self.key
    }

    /// The hash by which the database recognises the link.
    pub fn tag(self, sealer: &Sealer) -> String {
        URL_SAFE_NO_PAD.encode(sealer.tag("outreach_link", &[&self.nonce, &self.key.0]))
    }

    fn check(self, sealer: &Sealer) -> [u8; CHECK] {
        first(sealer.tag("outreach_check", &[&self.nonce, &self.key.0]))
    }

    /// The token as it is written in the link.
    pub fn text(self, sealer: &Sealer) -> String {
        let bytes = [self.nonce.as_slice(), self.key.0.as_slice(), self.check(sealer).as_slice()].concat();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Parses a token; none when it is not one of this service.
    pub fn read(sealer: &Sealer, text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(token(text)).ok()?;
        let (nonce, rest) = bytes.split_first_chunk::<NONCE>()?;
        let (key, check) = rest.split_first_chunk::<KEY>()?;
        let token = Self { nonce: *nonce, key: AddressKey(*key) };
        let ours = subtle::ConstantTimeEq::ct_eq(token.check(sealer).as_slice(), check);
        bool::from(ours).then_some(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::keys::KeyRing;

    #[test]
    fn only_an_unchanged_link_is_accepted_and_leads_to_its_address() {
        let sealer = Sealer::new(&KeyRing::generate());
        let key = AddressKey::of(&sealer, "ada@example.org");
        let (token, other) = (Token::generate(key), Token::generate(key));
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
            assert!(Token::read(&sealer, std::str::from_utf8(&altered).unwrap()).is_none(), "character {at} altered");
        }
        assert!(Token::read(&Sealer::new(&KeyRing::generate()), &text).is_none(), "another installation's");
        assert!(["", "A", &text[1..]].into_iter().all(|wrong| Token::read(&sealer, wrong).is_none()));
    }
}
