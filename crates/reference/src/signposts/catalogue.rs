//! The built-in signposts, read and checked once.

use super::model::Signpost;
use crate::embedded;
use crate::embedded::{first_duplicate, parse};

embedded! {
    /// The built-in signposts, including those no longer in force.
    pub fn built_in() -> Vec<Signpost> = from_text("data/signposts.json");
}

/// Reads and checks signposts.
///
/// # Errors
/// The text cannot be read, an id appears twice, or an entry is empty where it must not be or ends before it begins.
fn from_text(text: &str) -> Result<Vec<Signpost>, String> {
    let all: Vec<Signpost> = parse(text)?;
    if let Some(id) = first_duplicate(all.iter().map(|signpost| signpost.id.as_str())) {
        return Err(format!("{id} appears twice"));
    }
    for signpost in &all {
        let texts = [&signpost.id, &signpost.name, &signpost.summary, &signpost.contact, &signpost.source];
        if signpost.needs.is_empty() || texts.iter().any(|text| text.trim().is_empty()) {
            return Err(format!("{:?} has an empty member", signpost.id));
        }
        if signpost.valid_to.is_some_and(|last| last < signpost.valid_from) {
            return Err(format!("{} ends before it begins", signpost.id));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded::assert_refused;

    #[test]
    fn every_built_in_signpost_has_a_public_source() {
        let all = built_in();
        assert!(all.len() > 15);
        assert!(all.iter().all(|signpost| signpost.source.contains("https://")));
    }

    #[test]
    fn an_invalid_file_is_refused() {
        let valid = include_str!("data/signposts.json");
        let cases = [
            ("\"samaritans\"", "\"shout\"", "appears twice"),
            ("\"2024-03-31\"", "\"2019-03-31\"", "ends before"),
            ("\"116 123\"", "\" \"", "empty member"),
            ("\"in_person\"", "\"fax\"", "unknown variant"),
            ("\"hours\"", "\"opening\"", "unknown field"),
        ];
        assert_refused(valid, from_text, &cases);
    }
}
