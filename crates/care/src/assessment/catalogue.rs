//! Which questionnaires are required for which purpose: data embedded in the program, read and checked once.

use super::model::{AssessmentPurpose, Measures};
use platform::error::{Error, Result};
use reference::embedded::{first_duplicate, parse};
use reference::{embedded, questionnaires};

embedded! {
    /// The required questionnaires of every purpose.
    fn all_measures() -> Vec<Measures> = from_text("data/measures.json");
}

/// The required questionnaires of a purpose.
///
/// # Errors
/// [`Error::internal`] when the data has no entry for the purpose, which a test rules out.
pub fn measures(purpose: AssessmentPurpose) -> Result<&'static Measures> {
    all_measures()
        .iter()
        .find(|measures| measures.purpose == purpose)
        .ok_or_else(|| Error::internal("an assessment purpose has no measures"))
}

/// Reads and checks the data file.
///
/// # Errors
/// The text cannot be read, a purpose is missing or appears twice, or a purpose requires a questionnaire that cannot be answered.
fn from_text(text: &str) -> std::result::Result<Vec<Measures>, String> {
    let all: Vec<Measures> = parse(text)?;
    if let Some(purpose) = first_duplicate(all.iter().map(|measures| measures.purpose.as_str())) {
        return Err(format!("{purpose} appears twice"));
    }
    if let Some(missing) = AssessmentPurpose::ALL.iter().find(|purpose| !all.iter().any(|measures| measures.purpose == **purpose))
    {
        return Err(format!("{} is missing", missing.as_str()));
    }
    let known = questionnaires::catalogue();
    for measures in &all {
        if measures.required.is_empty() || measures.source.trim().is_empty() {
            return Err(format!("{} requires no questionnaire or has no source", measures.purpose.as_str()));
        }
        if let Some(code) = measures.required.iter().find(|code| known.get(code).is_none_or(|found| found.items.is_empty())) {
            return Err(format!("{code} cannot be answered"));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reference::embedded::assert_refused;

    #[test]
    fn every_purpose_requires_the_two_questionnaires_that_decide_recovery() {
        for purpose in AssessmentPurpose::ALL {
            assert_eq!(measures(*purpose).unwrap().required, ["phq-9", "gad-7"], "{}", purpose.as_str());
        }
        assert_eq!(measures(AssessmentPurpose::End).unwrap().days_after_discharge, 42);
    }

    #[test]
    fn an_inconsistent_data_file_is_refused() {
        let good = include_str!("data/measures.json");
        let cases = [
            ("\"review\"", "\"end\"", "appears twice"),
            ("\"phq-9\"", "\"mbi\"", "cannot be answered"),
            ("[\"phq-9\", \"gad-7\"]", "[]", "requires no questionnaire"),
            ("\"required\"", "\"needed\"", "unknown field"),
        ];
        assert_refused(good, from_text, &cases);
        assert!(from_text("[]").unwrap_err().contains("missing"));
    }
}
