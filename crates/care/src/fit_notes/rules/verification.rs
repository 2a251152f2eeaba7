//! Rules of issued notes: verification, duplicates and withdrawal.

use chrono::NaiveDate;

use crate::fit_notes::model::{FitNoteAdaptation, FitNoteContent, FitNoteGenuineness, FitNoteState, PrintedDetails};
use platform::names;
use platform::refusal::{Reason, Refusal};
use platform::text::folded;

/// Compares the printed details with the content of a valid note and the dates of its duplicates. What was not given is not
/// compared; small differences in the spelling of a name are accepted. For a withdrawn note the caller passes `None`: `altered`
/// would accuse the holder of forgery.
///
/// Source: MDU, "Request for fit note": the issuer may confirm only that a note is as written; tampering with duration and
/// condition is a known fraud.
pub fn verify(found: Option<&FitNoteContent>, duplicates: &[NaiveDate], printed: &PrintedDetails) -> FitNoteGenuineness {
    let Some(content) = found else { return FitNoteGenuineness::Unknown };
    let others = &printed.others;
    let is_text = |on_paper: &Option<String>, issued: &str| on_paper.as_deref().is_none_or(|text| folded(text) == folded(issued));
    let is_name =
        |on_paper: &Option<String>, issued: &str| on_paper.as_deref().is_none_or(|name| names::is_same_name(name, issued));
    // All members are compared, even if the first one differs.
    let same = [
        printed.issued_on == content.issued_on,
        printed.fitness == content.fitness,
        printed.period == content.stated,
        is_name(&others.name, &content.name),
        others.assessed_on.is_none_or(|day| day == content.assessed_on),
        is_text(&others.condition, &content.condition),
        others.adaptations.as_deref().is_none_or(|ticked| are_ticked(ticked, &content.adaptations)),
        is_text(&others.comments, content.comments.as_deref().unwrap_or(NO_COMMENTS)),
        others.assess_again.is_none_or(|again| again == content.assess_again),
        is_name(&others.issuer_name, &content.issuer),
        others.issuer_profession.is_none_or(|profession| profession == content.profession),
        others
            .issuer_address
            .as_deref()
            .is_none_or(|address| address_key(address) == address_key(&content.organisation.join(" "))),
        others.duplicate_issued_on.is_none_or(|day| duplicates.contains(&day)),
    ];
    if same.iter().all(|same| *same) { FitNoteGenuineness::Genuine } else { FitNoteGenuineness::Altered }
}

/// What is printed where there are no comments.
pub const NO_COMMENTS: &str = "None";

/// Whether the same boxes are ticked.
fn are_ticked(on_paper: &[FitNoteAdaptation], issued: &[FitNoteAdaptation]) -> bool {
    FitNoteAdaptation::ALL.iter().all(|one| on_paper.contains(one) == issued.contains(one))
}

/// An address for comparison: its lines may be copied with commas or without.
fn address_key(address: &str) -> String {
    folded(&address.replace(',', " "))
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
