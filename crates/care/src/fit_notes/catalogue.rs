//! Words that may reveal too much on a fit note: data embedded in the program.

use serde::Deserialize;

use reference::embedded;
use reference::embedded::parse;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SensitiveWords {
    #[serde(rename = "explanation")]
    _explanation: String,
    words: Vec<String>,
}

embedded! {
    /// Words from which an employer may learn what is treated, with what, or where; a star matches any ending.
    pub(super) fn sensitive_words() -> Vec<String> = from_text("data/sensitive_words.json");
}

fn from_text(text: &str) -> Result<Vec<String>, String> {
    parse::<SensitiveWords>(text).map(|read| read.words)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_embedded_words_are_in_normalised_form() {
        let words = super::sensitive_words();
        assert!(words.len() > 50);
        for word in words {
            let fine = word.trim_end_matches('*').chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == ' ');
            assert!(fine, "{word}");
        }
    }
}
