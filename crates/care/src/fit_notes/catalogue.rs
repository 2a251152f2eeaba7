//! Words that may reveal too much on a fit note: data embedded in the program.

use std::borrow::Cow;

use serde::Deserialize;

use super::rules::wording::normalised;
use crate::prescriptions;
use crate::prescriptions::catalogue::Catalogue;
use crate::prescriptions::model::medicine::Substance;
use reference::embedded;
use reference::embedded::parse;
use reference::reference_data::InForce;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SensitiveWords {
    #[serde(rename = "explanation")]
    _explanation: String,
    words: Vec<String>,
}

embedded! {
    /// Words from which an employer may learn what is treated, with what, or where, and every substance that prescriptions know; a star
    /// matches any ending.
    pub fn sensitive_words() -> Vec<String> = from_text("data/sensitive_words.json");
}

fn from_text(text: &str) -> Result<Vec<String>, String> {
    let mut words = parse::<SensitiveWords>(text)?.words;
    words.extend(names_of(&prescriptions::catalogue::catalogue().substances));
    words.sort();
    words.dedup();
    Ok(words)
}

fn names_of(substances: &[Substance]) -> impl Iterator<Item = String> {
    let names = substances.iter().flat_map(|substance| std::iter::once(&substance.name).chain(&substance.synonyms));
    names.map(|name| normalised(name).trim().to_owned())
}

/// The same words with the substances that administrators have added.
pub fn sensitive_words_with(catalogue: &InForce<Catalogue>) -> Cow<'static, [String]> {
    let shipped = sensitive_words();
    match catalogue {
        InForce::Shipped(_) => Cow::Borrowed(shipped),
        InForce::Changed(changed) => Cow::Owned(shipped.iter().cloned().chain(names_of(&changed.substances)).collect()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_embedded_words_are_in_normalised_form() {
        let words = super::sensitive_words();
        assert!(words.len() > 150);
        for word in words {
            let fine = word.trim_end_matches('*').chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == ' ');
            assert!(fine, "{word}");
        }
    }
}
