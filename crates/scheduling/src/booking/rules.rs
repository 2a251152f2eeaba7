//! Who may have which slot, and what may become of an appointment.
//!
//! Every rule that gives out a slot refuses in the same order, so that the most lasting reason is named first and nothing
//! is said about a slot that is not to be had:
//!
//! 1. `slot_in_the_past`: it has begun (a slot that begins this very instant has).
//! 2. `hold_expired`: only when a hold is to be confirmed.
//! 3. `slot_taken`: it is booked, withdrawn, or held for somebody else.
//! 4. `not_eligible`, `intake_required`, `assessment_required`, `assessment_booked`: the practitioner's stage.
//! 5. `too_late_to_book`, then `too_far_ahead`: minimum notice and booking window. Staff may waive both, and nothing else.
//! 6. `appointment_overlaps`: the practitioner is elsewhere at that time.
//! 7. `assessment_booked`, `too_many_appointments`: the limits on live appointments.
//!
//! Whether the practitioner may know of the clinician at all is decided before any of this.

mod appointments;
#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use chrono::{DateTime, TimeDelta, Utc};

pub use self::appointments::{
    cancel, change_phone, is_meeting_told, phone, record_attendance, reschedule, stage_after_booking, stage_after_cancel,
    stage_after_not_attended,
};
use super::model::{By, LiveAppointments, Policies, SlotFacts, SlotState};
use crate::calendar::model::Kind;
use people::practitioners::model::Pathway;
use platform::clock::days_later;
use platform::ids::Id;
use platform::refusal::{Code, Refusal};

/// The longest stretch of time that one search for slots covers.
pub const LONGEST_SEARCH: TimeDelta = TimeDelta::days(LONGEST_SEARCH_DAYS);
const LONGEST_SEARCH_DAYS: i64 = 14;

/// Whether a search for slots may cover the time from `from` up to, but not including, `to`.
///
/// # Errors
/// `invalid_window` when it is empty, backwards or longer than fourteen days in Britain.
pub fn check_search_window(from: DateTime<Utc>, to: DateTime<Utc>) -> Result<(), Refusal> {
    let refuse = |detail| Err(Refusal::new(Code::InvalidWindow, detail).field("to", "out_of_range", detail));
    if to <= from {
        return refuse("The end of the window must lie after its beginning.");
    }
    if to > days_later(from, LONGEST_SEARCH_DAYS) {
        return refuse("A window may span fourteen days at most.");
    }
    Ok(())
}

/// Between which instants a slot of this kind must begin for a practitioner to book it: minimum notice and booking window.
pub fn bookable_times(kind: Kind, now: DateTime<Utc>, policies: &Policies) -> RangeInclusive<DateTime<Utc>> {
    let policy = policies.of(kind);
    now + policy.minimum_notice..=now + policy.booking_window
}

/// Whether any slot of this kind is open to a practitioner at this stage, with so many live appointments: what [`book`] says of
/// every slot of the kind alike.
///
/// # Errors
/// As for [`book`], of stage and limits.
pub fn check_kind(kind: Kind, stage: Pathway, live: &LiveAppointments, policies: &Policies) -> Result<(), Refusal> {
    check_stage(kind, stage)?;
    check_limits(kind, live, policies)
}

/// Whether an appointment of this kind may move at all at this stage: what [`reschedule`] says of every slot alike.
///
/// # Errors
/// As for [`reschedule`], of the stage.
pub fn check_moving(kind: Kind, stage: Pathway) -> Result<(), Refusal> {
    check_stage(kind, stage_after_cancel(kind, stage))
}

/// Whether a practitioner may book a slot. A hold is not needed; one of their own that still runs spares them the check of
/// notice and window, which it passed when it was given, so that nobody loses a slot while filling in a form.
///
/// # Errors
/// In the order given at the top of this file.
pub fn book(
    slot: &SlotFacts,
    stage: Pathway,
    by: By,
    live: &LiveAppointments,
    practitioner: Id,
    now: DateTime<Utc>,
    policies: &Policies,
) -> Result<(), Refusal> {
    check_available(slot, practitioner, now)?;
    check_stage(slot.kind, stage)?;
    if slot.holder(now) != Some(practitioner) {
        check_time(slot, by, now, policies)?;
    }
    check_overlap(live.overlapping)?;
    check_limits(slot.kind, live, policies)
}

/// Whether a slot may be held for a practitioner, and until when: for as long as the policy says, but not beyond the
/// slot's start. A slot is held only for somebody who could book it. Holding again prolongs a hold, and is checked like
/// the first time. (Other holds of the same practitioner are given up for this one: one person keeps one slot at a time.)
///
/// # Errors
/// As for [`book`].
pub fn hold(
    slot: &SlotFacts,
    stage: Pathway,
    by: By,
    live: &LiveAppointments,
    practitioner: Id,
    now: DateTime<Utc>,
    policies: &Policies,
) -> Result<DateTime<Utc>, Refusal> {
    let unheld = SlotFacts { held_by: slot.held_by.filter(|holder| *holder != practitioner), ..*slot };
    book(&unheld, stage, by, live, practitioner, now, policies)?;
    Ok(now.checked_add_signed(policies.hold).map_or(slot.starts_at, |until| until.min(slot.starts_at)))
}

/// Whether a practitioner's hold may become a booking. Unlike [`book`] it insists on the hold: one that has run out is
/// refused even if the slot is still free, because the caller's promise is over and they should look again.
///
/// # Errors
/// `slot_in_the_past`; `hold_expired` when the hold has run out, was never there or is somebody else's; then as for
/// [`book`].
pub fn confirm_hold(
    slot: &SlotFacts,
    stage: Pathway,
    by: By,
    live: &LiveAppointments,
    practitioner: Id,
    now: DateTime<Utc>,
    policies: &Policies,
) -> Result<(), Refusal> {
    check_not_begun(slot, now)?;
    if slot.holder(now) != Some(practitioner) {
        return Err(Refusal::new(Code::HoldExpired, "The slot is no longer held for this booking. Look for a slot again."));
    }
    book(slot, stage, by, live, practitioner, now, policies)
}

fn check_not_begun(slot: &SlotFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    if slot.starts_at <= now { Err(Code::SlotInThePast.into()) } else { Ok(()) }
}

fn check_available(slot: &SlotFacts, practitioner: Id, now: DateTime<Utc>) -> Result<(), Refusal> {
    check_not_begun(slot, now)?;
    match slot.state {
        SlotState::Booked => Err(Code::SlotTaken.into()),
        SlotState::Withdrawn => Err(Refusal::new(Code::SlotTaken, "This slot is no longer offered.")),
        SlotState::Free if slot.holder(now).is_some_and(|holder| holder != practitioner) => {
            Err(Refusal::new(Code::SlotTaken, "Somebody else is booking this slot at the moment."))
        }
        SlotState::Free => Ok(()),
    }
}

fn check_stage(kind: Kind, stage: Pathway) -> Result<(), Refusal> {
    let not_eligible = |detail| Err(Refusal::new(Code::NotEligible, detail));
    match (stage, kind) {
        (Pathway::AwaitingFunding, _) => not_eligible("Booking opens once funding has been agreed."),
        (Pathway::Signposted, _) => not_eligible("This service cannot offer care; see the help suggested."),
        (Pathway::Discharged, _) => not_eligible("Care has ended. Get in touch to begin again."),
        (Pathway::IntakeDone, Kind::Assessment) | (Pathway::InCare, Kind::Treatment) => Ok(()),
        (Pathway::Registered, Kind::Assessment) => Err(Code::IntakeRequired.into()),
        (Pathway::AssessmentBooked, Kind::Assessment) => Err(Code::AssessmentBooked.into()),
        (Pathway::InCare, Kind::Assessment) => not_eligible("The assessment is done: book a treatment appointment."),
        (_, Kind::Treatment) => Err(Code::AssessmentRequired.into()),
    }
}

fn check_time(slot: &SlotFacts, by: By, now: DateTime<Utc>, policies: &Policies) -> Result<(), Refusal> {
    if by == By::Staff {
        return Ok(());
    }
    let times = bookable_times(slot.kind, now, policies);
    if slot.starts_at < *times.start() {
        return Err(Refusal::new(Code::TooLateToBook, "This slot begins too soon to be booked here. Get in touch instead."));
    }
    if slot.starts_at > *times.end() {
        return Err(Code::TooFarAhead.into());
    }
    Ok(())
}

fn check_overlap(overlapping: bool) -> Result<(), Refusal> {
    if overlapping { Err(Code::AppointmentOverlaps.into()) } else { Ok(()) }
}

fn check_limits(kind: Kind, live: &LiveAppointments, policies: &Policies) -> Result<(), Refusal> {
    match kind {
        _ if live.of(kind) < policies.of(kind).most_live => Ok(()),
        Kind::Assessment => Err(Code::AssessmentBooked.into()),
        Kind::Treatment => Err(Code::TooManyAppointments.into()),
    }
}

/// When a change of an appointment is told: after it has rested, or at once where there is no time for that.
pub fn told_at(starts_at: DateTime<Utc>, now: DateTime<Utc>, policies: &Policies) -> DateTime<Utc> {
    if starts_at - now <= policies.no_grace { now } else { now + policies.grace }
}

/// When an appointment is recalled to whoever booked or moved it at `now`. A reminder that would come soon after that, or never, is
/// none.
pub fn reminders(starts_at: DateTime<Utc>, now: DateTime<Utc>, policies: &Policies) -> Vec<DateTime<Utc>> {
    let times = policies.reminders.iter().map(|before| starts_at - *before);
    times.filter(|time| *time >= now + policies.reminder_rest).collect()
}
