//! Notes: a draft may change, a signed note never does.

use chrono::{DateTime, Utc};

use crate::records::model::{NoteFacts, NoteKind, NoteState};
use platform::refusal::{Reason, Refusal};
use scheduling::booking::model::AppointmentStatus;

/// How many addenda a note may have.
pub const MOST_ADDENDA: usize = 100;

/// Drafts may be changed and thrown away.
///
/// # Errors
/// [`Reason::NoteSigned`].
pub fn may_change(state: NoteState) -> Result<(), Refusal> {
    if state == NoteState::Draft { Ok(()) } else { Err(Reason::NoteSigned.into()) }
}

/// Whether a note may be signed: once its appointment has begun, as long as it tells what became of it, and when nothing is
/// missing. A session without presentation, risk and plan is not recorded (our own rule), nor is an absence without what is
/// done about it.
///
/// # Errors
/// [`Reason::NoteSigned`], [`Reason::AppointmentNotHeld`], [`Reason::AttendanceMismatch`], or [`Reason::NoteIncomplete`] naming each
/// part that is missing.
pub fn may_sign(facts: &NoteFacts<'_>, now: DateTime<Utc>) -> Result<(), Refusal> {
    may_change(facts.state)?;
    let Some((_, status)) = facts.appointment.filter(|(starts_at, _)| *starts_at <= now) else {
        return Err(Reason::AppointmentNotHeld.into());
    };
    match (facts.kind, status) {
        (NoteKind::Session, AppointmentStatus::NotAttended) => {
            return mismatch("The practitioner did not come: the note must be one about that.");
        }
        (NoteKind::NonAttendance, AppointmentStatus::Attended) => {
            return mismatch("The practitioner came: the note cannot be about their absence.");
        }
        (NoteKind::NonAttendance, AppointmentStatus::Booked) => {
            return mismatch("Record first that the practitioner did not come.");
        }
        _ => {}
    }
    let words = facts.words;
    let needed = match facts.kind {
        NoteKind::Session => &[("/presentation", &words.presentation), ("/risk", &words.risk), ("/plan", &words.plan)][..],
        NoteKind::NonAttendance => &[("/plan", &words.plan)][..],
    };
    let missing = needed.iter().filter(|(_, text)| text.is_none());
    let refusal = missing.fold(Refusal::from(Reason::NoteIncomplete), |refusal, (pointer, _)| {
        refusal.field(*pointer, "required", "A note is not signed without this part.")
    });
    if refusal.fields.is_empty() { Ok(()) } else { Err(refusal) }
}

fn mismatch(detail: &'static str) -> Result<(), Refusal> {
    Err(Refusal::new(Reason::AttendanceMismatch, detail))
}

/// Whether something may be added to a note that has so many addenda.
///
/// # Errors
/// [`Reason::NoteNotSigned`] or [`Reason::TooManyAddenda`].
pub fn may_add(state: NoteState, addenda: usize) -> Result<(), Refusal> {
    match state {
        NoteState::Draft => Err(Reason::NoteNotSigned.into()),
        NoteState::Signed if addenda >= MOST_ADDENDA => Err(Reason::TooManyAddenda.into()),
        NoteState::Signed => Ok(()),
    }
}
