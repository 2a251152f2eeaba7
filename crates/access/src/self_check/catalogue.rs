//! The questionnaires of the self-check and the texts of its results: data embedded in the program, read and checked once.

use serde::Deserialize;

use super::model::OfferedQuestionnaire;
use reference::embedded::{first_duplicate, parse};
use reference::{embedded, questionnaires};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfferedFile {
    questionnaires: Vec<OfferedQuestionnaire>,
}

embedded! {
    /// The questionnaires of the self-check, with their texts.
    pub fn offered() -> Vec<OfferedQuestionnaire> = from_text("data/self_check.json");
}

/// Reads and checks the questionnaires of the self-check.
///
/// # Errors
/// The text cannot be read; a questionnaire is offered twice, cannot be answered or leads to one that is not offered; a band has no text,
/// or a text no band; a text is blank, has no signposts or no source.
fn from_text(text: &str) -> Result<Vec<OfferedQuestionnaire>, String> {
    let all = parse::<OfferedFile>(text)?.questionnaires;
    if let Some(code) = first_duplicate(all.iter().map(|offered| offered.code.as_str())) {
        return Err(format!("{code} is offered twice"));
    }
    let known = questionnaires::catalogue();
    for offered in &all {
        let Some(definition) = known.get(&offered.code).filter(|found| !found.items.is_empty()) else {
            return Err(format!("{} cannot be answered", offered.code));
        };
        let bands: Vec<&str> = definition.bands.iter().map(|band| band.code.as_str()).collect();
        if offered.bands.iter().map(|band| band.band.as_str()).ne(bands) {
            return Err(format!("the bands of {} are not those of the questionnaire", offered.code));
        }
        if let Some(next) = &definition.next
            && !all.iter().any(|other| other.code == next.questionnaire)
        {
            return Err(format!("{} leads to a questionnaire that is not offered", offered.code));
        }
        let is_empty = |text: &String| text.trim().is_empty();
        if offered.bands.iter().any(|band| is_empty(&band.text) || band.needs.is_empty() || is_empty(&band.source)) {
            return Err(format!("a band of {} has an empty member", offered.code));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reference::embedded::assert_refused;

    #[test]
    fn texts_are_kind_and_name_no_illness() {
        let all = offered();
        let codes: Vec<&str> = all.iter().map(|offered| offered.code.as_str()).collect();
        assert_eq!(codes, ["phq-9", "gad-7", "audit-c", "audit"]);
        for band in all.iter().flat_map(|offered| &offered.bands) {
            assert!(band.source.starts_with("https://"), "{}", band.band);
            assert!(band.text.contains("Your answers") || band.text.contains("As you describe it"), "{}", band.text);
            for judging in ["depress", "anxiety", "disorder", "diagnos", "alcoholic", "abnormal", "score", "you are "] {
                assert!(!band.text.to_lowercase().contains(judging), "{judging}: {}", band.text);
            }
        }
    }

    #[test]
    fn contradictory_self_check_data_is_refused() {
        let good = include_str!("data/self_check.json");
        let cases = [
            ("\"gad-7\"", "\"phq-9\"", "offered twice"),
            ("\"gad-7\"", "\"who-5\"", "cannot be answered"),
            ("\"gad-7\"", "\"mbi\"", "cannot be answered"),
            ("\"band\": \"moderate\"", "\"band\": \"middling\"", "are not those"),
            ("[\"self_help\"]", "[]", "empty member"),
            ("\"text\"", "\"words\"", "unknown field"),
        ];
        assert_refused(good, from_text, &cases);
    }
}
