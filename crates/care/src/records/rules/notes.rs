//! Rules of notes: a draft can be changed, a signed note cannot.

use chrono::{DateTime, Utc};

use crate::records::model::{NoteFacts, NoteKind, NoteState};
use platform::refusal::{Reason, Refusal};
use scheduling::booking::model::AppointmentState;

/// How many addenda a note may have.
pub const MAX_ADDENDA: usize = 100;

/// Only drafts can be changed or deleted.
///
/// # Errors
/// [`Reason::NoteSigned`].
pub fn may_change(state: NoteState) -> Result<(), Refusal> {
    if state == NoteState::Draft { Ok(()) } else { Err(Reason::NoteSigned.into()) }
}

/// Whether a note may be signed: its appointment has begun, its kind matches the recorded attendance, and nothing is missing.
/// The service's own rule: the note of a session needs presentation, risk and plan; the note of a missed appointment needs a plan.
///
/// # Errors
/// [`Reason::NoteSigned`], [`Reason::AppointmentNotBooked`] when it was cancelled, [`Reason::AppointmentNotHeld`],
/// [`Reason::AttendanceMismatch`], or [`Reason::NoteIncomplete`] naming each part that is missing.
pub fn may_sign(facts: &NoteFacts<'_>, now: DateTime<Utc>) -> Result<(), Refusal> {
    may_change(facts.state)?;
    let Some((starts_at, status)) = facts.appointment else { return Err(Reason::AppointmentNotBooked.into()) };
    if now < starts_at {
        return Err(Reason::AppointmentNotHeld.into());
    }
    match (facts.kind, status) {
        (NoteKind::Session, AppointmentState::NotAttended) => {
            return mismatch("The practitioner did not attend. Change the kind of the note to `non_attendance`.");
        }
        (NoteKind::NonAttendance, AppointmentState::Attended) => {
            return mismatch("The practitioner attended. Change the kind of the note to `session`.");
        }
        (NoteKind::NonAttendance, AppointmentState::Booked) => {
            return mismatch("First record that the practitioner did not attend the appointment.");
        }
        _ => {}
    }
    let content = facts.content;
    let needed = match facts.kind {
        NoteKind::Session => &[("/presentation", &content.presentation), ("/risk", &content.risk), ("/plan", &content.plan)][..],
        NoteKind::NonAttendance => &[("/plan", &content.plan)][..],
    };
    let missing = needed.iter().filter(|(_, text)| text.is_none());
    let refusal = missing.fold(Refusal::from(Reason::NoteIncomplete), |refusal, (pointer, _)| {
        refusal.field(*pointer, "required", "Fill in this part before you sign the note.")
    });
    if refusal.fields.is_empty() { Ok(()) } else { Err(refusal) }
}

fn mismatch(detail: &'static str) -> Result<(), Refusal> {
    Err(Refusal::new(Reason::AttendanceMismatch, detail).field("/kind", "not_allowed", detail))
}

/// Whether an addendum may be added to a note in this state with this number of addenda.
///
/// # Errors
/// [`Reason::NoteNotSigned`] or [`Reason::TooManyAddenda`].
pub fn may_add_addendum(state: NoteState, addenda: usize) -> Result<(), Refusal> {
    match state {
        NoteState::Draft => Err(Reason::NoteNotSigned.into()),
        NoteState::Signed if addenda >= MAX_ADDENDA => Err(Reason::TooManyAddenda.into()),
        NoteState::Signed => Ok(()),
    }
}
