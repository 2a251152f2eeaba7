//! Which questionnaires are asked when: data that travels inside the program, read and checked once.

use std::sync::LazyLock;

use super::model::{Measures, Purpose};
use platform::error::{Error, Result};
use reference::embedded::{BrokenData, first_repeated, parse};
use reference::questionnaires::catalogue::Catalogue;

const FILE: &str = "measures.json";

static EMBEDDED: LazyLock<std::result::Result<Vec<Measures>, BrokenData>> =
    LazyLock::new(|| from_text(include_str!("data/measures.json")));

/// What is asked for a purpose.
///
/// # Errors
/// [`Error::internal`] when the file inside the program is broken, which a test rules out.
pub fn measures(purpose: Purpose) -> Result<&'static Measures> {
    let all = EMBEDDED.as_ref().map_err(|broken| Error::internal(broken.to_string()))?;
    all.iter().find(|measures| measures.purpose == purpose).ok_or_else(|| Error::internal("a purpose without its measures"))
}

/// Reads and checks what is asked when.
///
/// # Errors
/// The text cannot be read, a purpose is missing or stands twice, or asks for a questionnaire that cannot be answered.
pub fn from_text(text: &str) -> std::result::Result<Vec<Measures>, BrokenData> {
    let all: Vec<Measures> = parse(FILE, text)?;
    if let Some(purpose) = first_repeated(all.iter().map(|measures| measures.purpose.as_str())) {
        return Err(BrokenData::new(FILE, format!("{purpose} stands twice")));
    }
    if let Some(missing) = Purpose::ALL.iter().find(|purpose| !all.iter().any(|measures| measures.purpose == **purpose)) {
        return Err(BrokenData::new(FILE, format!("{} is missing", missing.as_str())));
    }
    let known = Catalogue::embedded().map_err(Clone::clone)?;
    for measures in &all {
        if measures.required.is_empty() || measures.source.trim().is_empty() {
            return Err(BrokenData::new(FILE, format!("{} asks nothing or has no source", measures.purpose.as_str())));
        }
        if let Some(code) = measures.required.iter().find(|code| known.get(code).is_none_or(|found| found.items.is_empty())) {
            return Err(BrokenData::new(FILE, format!("{code} cannot be answered")));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_asks_for_the_two_that_decide_recovery() {
        for purpose in Purpose::ALL {
            assert_eq!(measures(*purpose).unwrap().required, ["phq-9", "gad-7"], "{}", purpose.as_str());
        }
        assert_eq!(measures(Purpose::End).unwrap().days_after_discharge, 42);
    }

    #[test]
    fn a_contradiction_in_the_file_is_refused() {
        let good = include_str!("data/measures.json");
        let cases = [
            ("\"review\"", "\"end\"", "stands twice"),
            ("\"phq-9\"", "\"mbi\"", "cannot be answered"),
            ("[\"phq-9\", \"gad-7\"]", "[]", "asks nothing"),
            ("\"required\"", "\"needed\"", "unknown field"),
        ];
        for (from, to, expected) in cases {
            assert!(good.contains(from), "the case replaces nothing: {from}");
            let error = from_text(&good.replacen(from, to, 1)).unwrap_err();
            assert!(error.problem.contains(expected), "{from} -> {to}: {error}");
        }
        assert!(from_text("[]").unwrap_err().problem.contains("missing"));
    }
}
