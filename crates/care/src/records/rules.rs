//! What may be done with the record, and when.

mod care;
mod notes;
mod snomed;

pub use care::{DischargeFacts, MOST_PROBLEMS, check_review, ends, may_add_problem, may_change_problem, may_discharge, readmit};
pub use notes::{MOST_ADDENDA, may_add, may_change, may_sign};
pub use snomed::is_snomed_code;

use super::model::{Allergy, AllergyStatus};
use platform::refusal::{Code, Refusal};
use snomed::check_snomed_code;

/// Whether this may be said about allergies: there are some exactly when some are known, and codes are codes.
///
/// # Errors
/// [`Code::InvalidBody`] at `/allergies`, or [`Code::InvalidSnomedCode`].
pub fn check_allergies(status: AllergyStatus, entries: &[Allergy]) -> Result<(), Refusal> {
    let (word, detail) = match (status, entries.is_empty()) {
        (AllergyStatus::Known, true) => ("required", "Say which allergies are known."),
        (AllergyStatus::NotAsked | AllergyStatus::NoneKnown, false) => ("not_allowed", "Allergies belong to the status `known`."),
        _ => ("", ""),
    };
    if !word.is_empty() {
        return Err(Refusal::new(Code::InvalidBody, detail).field("/allergies", word, detail));
    }
    for (index, entry) in entries.iter().enumerate() {
        check_snomed_code(entry.snomed_code.as_deref(), format!("/allergies/{index}/snomed_code"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
