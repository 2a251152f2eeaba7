//! Words that may tell too much, as data.

use std::sync::LazyLock;

use serde::Deserialize;

use platform::error::{Error, Result};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TellingWords {
    #[serde(rename = "explanation")]
    _explanation: String,
    words: Vec<String>,
}

static TELLING_WORDS: LazyLock<Option<TellingWords>> =
    LazyLock::new(|| serde_json::from_str(include_str!("data/telling_words.json")).ok());

/// Words that may tell from a note what is treated, with what, or where; a star stands for any ending.
///
/// # Errors
/// [`Error::internal`] when the data cannot be read, which a test rules out.
pub(super) fn telling_words() -> Result<&'static [String]> {
    let read = TELLING_WORDS.as_ref().ok_or_else(|| Error::internal("data/telling_words.json cannot be read"))?;
    Ok(&read.words)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_words_are_read_and_are_in_the_form_in_which_they_are_compared() {
        let words = super::telling_words().unwrap();
        assert!(words.len() > 50);
        for word in words {
            let fine = word.trim_end_matches('*').chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == ' ');
            assert!(fine, "{word}");
        }
    }
}
