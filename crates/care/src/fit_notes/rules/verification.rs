//! Rules of issued notes: verification, duplicates and withdrawal.

use crate::fit_notes::model::{FitNoteContent, FitNoteGenuineness, FitNoteState, PrintedDetails};
use platform::names;
use platform::refusal::{Reason, Refusal};
use platform::text::folded;

/// Compares the printed details with the content of a valid note. Name and condition are compared if they were given; small
/// differences in the spelling of a name are accepted. For a withdrawn note the caller passes `None`: `altered` would accuse
/// the holder of forgery.
///
/// Source: MDU, "Request for fit note": the issuer may confirm only that a note is as written; tampering with duration and
/// condition is a known fraud.
pub fn verify(found: Option<&FitNoteContent>, printed: &PrintedDetails) -> FitNoteGenuineness {
    let Some(content) = found else { return FitNoteGenuineness::Unknown };
    let matches_if_given =
        |on_paper: &Option<String>, issued: &str| on_paper.as_deref().is_none_or(|text| folded(text) == folded(issued));
    // All members are compared, even if the first one differs.
    let same = [
        printed.issued_on == content.issued_on,
        printed.fitness == content.fitness,
        printed.period == content.stated,
        printed.name.as_deref().is_none_or(|name| names::is_same_name(name, &content.name)),
        matches_if_given(&printed.condition, &content.condition),
    ];
    if same.iter().all(|same| *same) { FitNoteGenuineness::Genuine } else { FitNoteGenuineness::Altered }
}

/// Checks that a note is not withdrawn: only a valid note can have a duplicate.
///
/// Source: the Regulations, Schedule 1, rule 9: no second statement on the same assessment except a replacement,
/// clearly marked "duplicate".
///
/// # Errors
/// [`Reason::FitNoteWithdrawn`].
pub fn check_not_withdrawn(state: FitNoteState) -> Result<(), Refusal> {
    match state {
        FitNoteState::Issued => Ok(()),
        FitNoteState::Withdrawn => Err(Reason::FitNoteWithdrawn.into()),
    }
}

/// Whether a note may be withdrawn: once, and only before the employer has it. After that the employer keeps a copy and would
/// suspect forgery when verifying it.
///
/// Source: Council for Work and Health, 2022: the note belongs to the patient and the employer keeps a copy.
///
/// # Errors
/// [`Reason::FitNoteWithdrawn`], or [`Reason::FitNoteWithEmployer`] at `/with_employer`.
pub fn may_withdraw(state: FitNoteState, with_employer: bool) -> Result<(), Refusal> {
    check_not_withdrawn(state)?;
    if with_employer {
        let detail = "The employer already has this note. Speak with the practitioner; a new note needs a new assessment.";
        return Err(Refusal::new(Reason::FitNoteWithEmployer, detail).field("/with_employer", "too_late", detail));
    }
    Ok(())
}
