//! What is said about allergies.

use super::snomed::check_snomed_code;
use crate::records::model::{Allergy, AllergyStatus};
use platform::refusal::{Reason, Refusal};

/// Whether this may be said about allergies: there are some exactly when some are known, and codes are codes.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/allergies`, or [`Reason::InvalidSnomedCode`].
pub fn check_allergies(status: AllergyStatus, entries: &[Allergy]) -> Result<(), Refusal> {
    let (word, detail) = match (status, entries.is_empty()) {
        (AllergyStatus::Known, true) => ("required", "Say which allergies are known."),
        (AllergyStatus::NotAsked | AllergyStatus::NoneKnown, false) => ("not_allowed", "Allergies belong to the status `known`."),
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
