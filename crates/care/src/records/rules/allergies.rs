//! Rules of allergies.

use super::snomed::check_snomed_code;
use crate::records::model::{Allergy, AllergyStatus};
use platform::refusal::{Reason, Refusal};

/// Checks that allergies are listed if and only if the status is `known`, and that their SNOMED CT codes are valid.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/allergies`, or [`Reason::InvalidSnomedCode`].
pub fn check_allergies(status: AllergyStatus, entries: &[Allergy]) -> Result<(), Refusal> {
    let (word, detail) = match (status, entries.is_empty()) {
        (AllergyStatus::Known, true) => ("required", "List the known allergies."),
        (AllergyStatus::NotAsked | AllergyStatus::NoneKnown, false) => {
            ("not_allowed", "Set the status to `known` to list allergies.")
        }
        _ => ("", ""),
    };
    if !word.is_empty() {
        return Err(Refusal::new(Reason::InvalidBody, detail).field("/allergies", word, detail));
    }
    for (index, entry) in entries.iter().enumerate() {
        check_snomed_code(entry.snomed_code.as_deref(), format!("/allergies/{index}/snomed_code"))?;
    }
    Ok(())
}
