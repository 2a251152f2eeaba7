//! The signposts that travel inside the program, read and checked once.

use std::sync::LazyLock;

use super::model::Signpost;
use crate::embedded::{BrokenData, first_repeated, parse};

const FILE: &str = "signposts.json";

static EMBEDDED: LazyLock<Result<Vec<Signpost>, BrokenData>> = LazyLock::new(|| from_text(include_str!("data/signposts.json")));

/// The signposts inside the program, past ones included. Ask once at the start, so that a broken file stops it there.
///
/// # Errors
/// The file cannot be read or contradicts itself.
pub fn embedded() -> Result<&'static [Signpost], &'static BrokenData> {
    EMBEDDED.as_deref()
}

/// Reads and checks signposts.
///
/// # Errors
/// The text cannot be read, an id appears twice, or an entry is empty where it must not be or ends before it begins.
pub fn from_text(text: &str) -> Result<Vec<Signpost>, BrokenData> {
    let all: Vec<Signpost> = parse(FILE, text)?;
    if let Some(id) = first_repeated(all.iter().map(|signpost| signpost.id.as_str())) {
        return Err(BrokenData::new(FILE, format!("{id} appears twice")));
    }
    for signpost in &all {
        let texts = [&signpost.id, &signpost.name, &signpost.summary, &signpost.contact, &signpost.source];
        if signpost.needs.is_empty() || texts.iter().any(|text| text.trim().is_empty()) {
            return Err(BrokenData::new(FILE, format!("{:?} has an empty member", signpost.id)));
        }
        if signpost.valid_to.is_some_and(|last| last < signpost.valid_from) {
            return Err(BrokenData::new(FILE, format!("{} ends before it begins", signpost.id)));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_list_is_whole() {
        let all = embedded().unwrap();
        assert!(all.len() > 15);
        assert!(all.iter().all(|signpost| signpost.source.contains("https://")));
    }

    #[test]
    fn a_contradiction_in_the_file_is_refused() {
        let good = include_str!("data/signposts.json");
        let cases = [
            ("\"samaritans\"", "\"shout\"", "appears twice"),
            ("\"2024-03-31\"", "\"2019-03-31\"", "ends before"),
            ("\"116 123\"", "\" \"", "empty member"),
            ("\"in_person\"", "\"fax\"", "unknown variant"),
            ("\"hours\"", "\"opening\"", "unknown field"),
        ];
        for (from, to, expected) in cases {
            assert!(good.contains(from), "the case replaces nothing: {from}");
            let error = from_text(&good.replacen(from, to, 1)).unwrap_err();
            assert!(error.problem.contains(expected), "{from} -> {to}: {error}");
        }
    }
}
