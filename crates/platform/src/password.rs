//! A password, with one type wherever one is given: registering, confirming, signing in, changing, resetting, the command line.

use serde::{Deserialize, Deserializer};
use unicode_normalization::UnicodeNormalization;
use utoipa::openapi::schema::{KnownFormat, SchemaFormat};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// The longest password, in characters after normalisation.
pub const MAX_CHARACTERS: usize = 256;
/// The longest password as it is sent, in code points: it allows for marks that normalisation combines with their letters, and
/// limits the work. It is 4,096 bytes at most.
const MAX_CODE_POINTS: usize = 1024;

/// A password in the Unicode form NFKC, so that the same characters typed on another keyboard are the same password (NIST SP
/// 800-63B-4, 3.1.1.2). Nothing is trimmed or truncated. It prints nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a text is not accepted as a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong;

impl std::fmt::Display for TooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Use at most {MAX_CHARACTERS} characters.")
    }
}

impl Password {
    /// The password that was typed.
    ///
    /// # Errors
    /// [`TooLong`].
    pub fn new(typed: &str) -> Result<Self, TooLong> {
        if typed.chars().nth(MAX_CODE_POINTS).is_some() {
            return Err(TooLong);
        }
        let normal: String = typed.nfkc().collect();
        if normal.chars().nth(MAX_CHARACTERS).is_some() { Err(TooLong) } else { Ok(Self(normal)) }
    }

    /// True when a text is short enough.
    pub fn fits(typed: &str) -> bool {
        Self::new(typed).is_ok()
    }

    /// The length in characters.
    pub fn characters(&self) -> usize {
        self.0.chars().count()
    }

    /// The text of the password. The name makes every use explicit.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl PartialSchema for Password {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
            .min_length(Some(1))
            .max_length(Some(MAX_CODE_POINTS))
            .description(Some(
                "A password: any characters, nothing trimmed, at most 256 characters after normalisation (Unicode NFKC). A new \
                 password has \
                 at least 15 and is not easily guessed.",
            ))
            .into()
    }
}

impl ToSchema for Password {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_measured_in_characters_after_normalisation() {
        let decomposed = "e\u{301}";
        for (typed, characters) in [
            ("x".repeat(256), Some(256)),
            ("x".repeat(257), None),
            // Two code points are one character; four bytes are one character.
            (decomposed.repeat(256), Some(256)),
            (decomposed.repeat(257), None),
            ("\u{1f511}".repeat(256), Some(256)),
            // One code point becomes eighteen characters.
            ("\u{fdfa}".repeat(14), Some(252)),
            ("\u{fdfa}".repeat(15), None),
            ("e\u{301}\u{302}\u{303}\u{304}".repeat(300), None),
            (format!("  {}  ", "x".repeat(11)), Some(15)),
        ] {
            assert_eq!(
                Password::new(&typed).ok().map(|password| password.characters()),
                characters,
                "{} sent",
                typed.chars().count()
            );
        }
        assert_eq!(Password::new("caf\u{e9}"), Password::new("cafe\u{301}"));
        assert_ne!(Password::new("caf\u{e9} "), Password::new("caf\u{e9}"));
        assert_eq!(format!("{:?}", Password::new("secret").unwrap()), "…");
    }
}
