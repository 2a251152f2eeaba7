//! What the self-check offers, and in which words it answers: data that travels inside the program, read and checked once.

use std::sync::LazyLock;

use serde::Deserialize;

use super::model::Offered;
use reference::embedded::{BrokenData, first_repeated, parse};
use reference::questionnaires::catalogue::Catalogue;

const FILE: &str = "self_check.json";

static EMBEDDED: LazyLock<Result<Vec<Offered>, BrokenData>> = LazyLock::new(|| from_text(include_str!("data/self_check.json")));

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfferedFile {
    questionnaires: Vec<Offered>,
}

/// What the program offers.
///
/// # Errors
/// The file cannot be read or contradicts itself.
pub fn embedded() -> Result<&'static [Offered], &'static BrokenData> {
    EMBEDDED.as_deref()
}

/// Reads and checks what is offered.
///
/// # Errors
/// The text cannot be read; a questionnaire is offered twice or cannot be answered; a band has no words, or words of no band;
/// words are blank, point nowhere or have no source.
pub fn from_text(text: &str) -> Result<Vec<Offered>, BrokenData> {
    let all = parse::<OfferedFile>(FILE, text)?.questionnaires;
    let broken = |problem: String| Err(BrokenData::new(FILE, problem));
    if let Some(code) = first_repeated(all.iter().map(|offered| offered.code.as_str())) {
        return broken(format!("{code} is offered twice"));
    }
    let known = Catalogue::embedded().map_err(Clone::clone)?;
    for offered in &all {
        let Some(definition) = known.get(&offered.code).filter(|found| !found.items.is_empty()) else {
            return broken(format!("{} cannot be answered", offered.code));
        };
        let bands: Vec<&str> = definition.bands.iter().map(|band| band.code.as_str()).collect();
        if offered.bands.iter().map(|words| words.band.as_str()).ne(bands) {
            return broken(format!("the bands of {} are not those of the questionnaire", offered.code));
        }
        let is_empty = |text: &String| text.trim().is_empty();
        if offered.bands.iter().any(|words| is_empty(&words.words) || words.needs.is_empty() || is_empty(&words.source)) {
            return broken(format!("a band of {} has an empty member", offered.code));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_kind_and_name_no_illness() {
        let all = embedded().unwrap();
        let codes: Vec<&str> = all.iter().map(|offered| offered.code.as_str()).collect();
        assert_eq!(codes, ["phq-9", "gad-7", "audit-c"]);
        for words in all.iter().flat_map(|offered| &offered.bands) {
            assert!(words.source.starts_with("https://"), "{}", words.band);
            assert!(words.words.contains("Your answers") || words.words.contains("As you describe it"), "{}", words.words);
            for judging in ["depress", "anxiety", "disorder", "diagnos", "alcoholic", "abnormal", "score", "you are "] {
                assert!(!words.words.to_lowercase().contains(judging), "{judging}: {}", words.words);
            }
        }
    }

    #[test]
    fn a_contradiction_in_the_file_is_refused() {
        let good = include_str!("data/self_check.json");
        for (from, to, expected) in [
            ("\"gad-7\"", "\"phq-9\"", "offered twice"),
            ("\"gad-7\"", "\"who-5\"", "cannot be answered"),
            ("\"gad-7\"", "\"mbi\"", "cannot be answered"),
            ("\"band\": \"moderate\"", "\"band\": \"middling\"", "are not those"),
            ("[\"self_help\"]", "[]", "empty member"),
            ("\"words\"", "\"text\"", "unknown field"),
        ] {
            assert!(good.contains(from), "the case replaces nothing: {from}");
            let error = from_text(&good.replacen(from, to, 1)).unwrap_err();
            assert!(error.problem.contains(expected), "{from} -> {to}: {error}");
        }
    }
}
