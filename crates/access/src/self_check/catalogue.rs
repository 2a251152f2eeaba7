//! What the self-check offers, and in which words it answers: data that travels inside the program, read and checked once.

use serde::Deserialize;

use super::model::Offered;
use reference::embedded::{first_repeated, parse};
use reference::{embedded, questionnaires};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfferedFile {
    questionnaires: Vec<Offered>,
}

embedded! {
    /// What is offered, with its words.
    pub fn offered() -> Vec<Offered> = from_text("data/self_check.json");
}

/// Reads and checks what is offered.
///
/// # Errors
/// The text cannot be read; a questionnaire is offered twice or cannot be answered; a band has no words, or words of no band;
/// words are blank, point nowhere or have no source.
fn from_text(text: &str) -> Result<Vec<Offered>, String> {
    let all = parse::<OfferedFile>(text)?.questionnaires;
    if let Some(code) = first_repeated(all.iter().map(|offered| offered.code.as_str())) {
        return Err(format!("{code} is offered twice"));
    }
    let known = questionnaires::catalogue();
    for offered in &all {
        let Some(definition) = known.get(&offered.code).filter(|found| !found.items.is_empty()) else {
            return Err(format!("{} cannot be answered", offered.code));
        };
        let bands: Vec<&str> = definition.bands.iter().map(|band| band.code.as_str()).collect();
        if offered.bands.iter().map(|words| words.band.as_str()).ne(bands) {
            return Err(format!("the bands of {} are not those of the questionnaire", offered.code));
        }
        let is_empty = |text: &String| text.trim().is_empty();
        if offered.bands.iter().any(|words| is_empty(&words.words) || words.needs.is_empty() || is_empty(&words.source)) {
            return Err(format!("a band of {} has an empty member", offered.code));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reference::embedded::refuses;

    #[test]
    fn the_words_are_kind_and_name_no_illness() {
        let all = offered();
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
        let cases = [
            ("\"gad-7\"", "\"phq-9\"", "offered twice"),
            ("\"gad-7\"", "\"who-5\"", "cannot be answered"),
            ("\"gad-7\"", "\"mbi\"", "cannot be answered"),
            ("\"band\": \"moderate\"", "\"band\": \"middling\"", "are not those"),
            ("[\"self_help\"]", "[]", "empty member"),
            ("\"words\"", "\"text\"", "unknown field"),
        ];
        refuses(good, from_text, &cases);
    }
}
