//! Words in a letter about work from which an employer learns what is treated, with what, or where.

use std::collections::BTreeSet;

use crate::fit_notes::rules::wording::sensitive_words_in;
use crate::letters::model::templates::Templates;
use crate::letters::model::{LetterContent, LetterKind};
use platform::refusal::{Reason, Refusal};

/// The most words that are shown.
pub const MOST_WORDS: usize = 50;

/// The words in a letter to an employer or to occupational health that name a condition, a medicine, a substance or the service; none in
/// other letters. What the record fills in about the patient and the author is not searched: it has none.
///
/// Source: `docs/clinical-rules.md#letters`, as on fit notes.
pub fn clinical_words(templates: &Templates, content: &LetterContent, words: &[String]) -> Vec<String> {
    if content.kind != LetterKind::EmployerLetter {
        return Vec::new();
    }
    let written = content.sections.iter().filter(|part| !templates.is_fixed(part.section));
    let found: BTreeSet<String> = written.flat_map(|part| sensitive_words_in(&part.text, words)).collect();
    found.into_iter().take(MOST_WORDS).collect()
}

/// Checks that the practitioner confirms such words: they are theirs to disclose.
///
/// # Errors
/// [`Reason::LetterClinicalWords`] at `/confirms_clinical_words`. The words themselves are in the letter, not in the refusal.
pub fn check_confirmed(found: &[String], confirmed: bool) -> Result<(), Refusal> {
    if found.is_empty() || confirmed {
        return Ok(());
    }
    let detail =
        "The letter names a condition, a medicine or a substance. Confirm that the recipient may read it, or decline the letter.";
    Err(Refusal::from(Reason::LetterClinicalWords).field("/confirms_clinical_words", "required", detail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letters::catalogue::templates;
    use crate::letters::model::{FORMAT, LetterRecipientKind, LetterSection, Recipient, SectionText};

    fn letter(kind: LetterKind, texts: &[(LetterSection, &str)]) -> LetterContent {
        LetterContent {
            kind,
            recipient: Recipient { kind: LetterRecipientKind::Other, name: None, organisation: None, address: Vec::new() },
            written_on: "2027-01-11".parse().unwrap(),
            sections: texts.iter().map(|(section, text)| SectionText { section: *section, text: (*text).to_owned() }).collect(),
            organisation: Vec::new(),
            format: FORMAT,
            medicines: Vec::new(),
        }
    }

    #[test]
    fn words_are_found_in_what_is_written_to_an_employer() {
        let words = crate::fit_notes::catalogue::sensitive_words();
        let found = |kind, texts: &[(LetterSection, &str)]| clinical_words(templates(), &letter(kind, texts), words);
        let statement = |text| [(LetterSection::Statement, text)];
        let employer = LetterKind::EmployerLetter;
        assert_eq!(found(employer, &statement("Can work four days a week until the review.")), [""; 0]);
        assert_eq!(found(employer, &statement("Depressed; takes Sertraline.")), ["depressed", "sertraline"]);
        assert_eq!(found(employer, &[(LetterSection::Diagnoses, "Alcohol dependence")]), ["alcohol", "dependence"]);
        assert_eq!(found(employer, &[(LetterSection::PersonCompleting, "Name: Prozac Smith")]), [""; 0]);
        for kind in [LetterKind::GpLetter, LetterKind::InsurerReport, LetterKind::RegulatorLetter] {
            assert_eq!(found(kind, &statement("Depressed.")), [""; 0], "{kind:?}");
        }
    }

    #[test]
    fn clinical_words_need_the_confirmation_of_the_practitioner() {
        let found = ["sertraline".to_owned()];
        assert!(check_confirmed(&[], false).is_ok() && check_confirmed(&found, true).is_ok());
        let refusal = check_confirmed(&found, false).unwrap_err();
        assert_eq!(
            (refusal.reason, refusal.fields[0].pointer.as_str()),
            (Reason::LetterClinicalWords, "/confirms_clinical_words")
        );
        assert!(!refusal.fields[0].detail.contains("sertraline"));
    }
}
