//! Words that may tell too much, as data.

use serde::Deserialize;

use reference::embedded;
use reference::embedded::parse;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TellingWords {
    #[serde(rename = "explanation")]
    _explanation: String,
    words: Vec<String>,
}

embedded! {
    /// Words that may tell from a note what is treated, with what, or where; a star stands for any ending.
    pub(super) fn telling_words() -> Vec<String> = from_text("data/telling_words.json");
}

fn from_text(text: &str) -> Result<Vec<String>, String> {
    parse::<TellingWords>(text).map(|read| read.words)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_words_are_read_and_are_in_the_form_in_which_they_are_compared() {
        let words = super::telling_words();
        assert!(words.len() > 50);
        for word in words {
            let fine = word.trim_end_matches('*').chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == ' ');
            assert!(fine, "{word}");
        }
    }
}
