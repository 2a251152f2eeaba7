//! Whether a paper is what was issued, and what may be done with a note afterwards.

use crate::fit_notes::model::{Content, FitNoteGenuineness, FitNoteState, Paper};
use platform::names;
use platform::refusal::{Reason, Refusal};
use platform::text::folded;

/// Whether a paper says what the note says, which is given as long as it stands. Name and condition count where they were given; a
/// name may be written otherwise than it is printed, as employers write it. A
/// withdrawn note is answered as if it did not exist: `altered` would accuse the holder of forgery.
///
/// Source: MDU, "Request for fit note": the issuer may confirm only that a note is as written; tampering with duration and
/// condition is a known fraud.
pub fn genuineness(found: Option<&Content>, paper: &Paper) -> FitNoteGenuineness {
    let Some(content) = found else { return FitNoteGenuineness::Unknown };
    let said = |on_paper: &Option<String>, issued: &str| on_paper.as_deref().is_none_or(|text| folded(text) == folded(issued));
    // All of it is compared, whatever differs first.
    let same = [
        paper.issued_on == content.issued_on,
        paper.fitness == content.fitness,
        paper.stated == content.stated,
        paper.name.as_deref().is_none_or(|name| names::is_same(name, &content.name)),
        said(&paper.condition, &content.condition),
    ];
    if same.iter().all(|same| *same) { FitNoteGenuineness::Genuine } else { FitNoteGenuineness::Altered }
}

/// A duplicate replaces a lost note that stands.
///
/// Source: the Regulations, Schedule 1, rule 9: no second statement on the same assessment except a replacement,
/// clearly marked "duplicate".
///
/// # Errors
/// [`Reason::FitNoteWithdrawn`].
pub fn stands(state: FitNoteState) -> Result<(), Refusal> {
    match state {
        FitNoteState::Issued => Ok(()),
        FitNoteState::Withdrawn => Err(Reason::FitNoteWithdrawn.into()),
    }
}

/// A note is withdrawn once, and only before the employer has it: afterwards it is theirs to keep, and whoever checked it
/// would take the practitioner for a forger.
///
/// Source: Council for Work and Health, 2022: the note belongs to the patient and the employer keeps a copy.
///
/// # Errors
/// [`Reason::FitNoteWithdrawn`], or [`Reason::FitNoteWithEmployer`] at `/with_employer`.
pub fn may_withdraw(state: FitNoteState, with_employer: bool) -> Result<(), Refusal> {
    stands(state)?;
    if with_employer {
        let detail = "The employer has it already. Speak with the practitioner; another note needs another assessment.";
        return Err(Refusal::new(Reason::FitNoteWithEmployer, detail).field("/with_employer", "too_late", detail));
    }
    Ok(())
}
