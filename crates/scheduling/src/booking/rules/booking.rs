//! Who may have which slot.
//!
//! Every rule that gives out a slot refuses in the same order, so that the most lasting reason is named first and nothing
//! is said about a slot that is not to be had:
//!
//! 1. `slot_in_the_past`: it has begun (a slot that begins this very instant has).
//! 2. `hold_expired`: only when a hold is to be confirmed.
//! 3. `slot_taken`: it is booked, withdrawn, or held for another practitioner.
//! 4. `not_eligible`, `intake_required`, `assessment_required`, `assessment_booked`: the practitioner's stage.
//! 5. `too_late_to_book`, then `too_far_ahead`: minimum notice and booking window. Staff may waive both, and nothing else.
//! 6. `appointment_overlaps`: the practitioner is elsewhere at that time.
//! 7. `assessment_booked`, `too_many_appointments`: the limits on live appointments.
//! 8. `phone_required`, or `invalid_body` at `/phone`: only when it is booked, or an appointment moves to it.
//!
//! Whether the practitioner may know of the clinician at all is decided before any of this, and whether it is paid for after it.

use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};

use crate::booking::figures::Policies;
use crate::booking::model::{ActorKind, BookingFacts, LiveAppointments, SlotFacts, SlotState};
use crate::calendar::model::{AppointmentKind, AppointmentMode};
use people::practitioners::model::Pathway;
use platform::private::Private;
use platform::refusal::{Reason, Refusal};

/// Whether a practitioner may book a slot; the number to ring, if there is one. Unless a hold is to be confirmed none is needed.
///
/// # Errors
/// In the order given at the top of this file.
pub fn book(facts: &BookingFacts, now: DateTime<Utc>) -> Result<Option<String>, Refusal> {
    check_slot(facts, now)?;
    number(facts)
}

/// Whether a slot may be held for a practitioner, and until when: for as long as the policy says, but not beyond the
/// slot's start. A slot is held only for a practitioner who could book it. Holding again prolongs a hold, and is checked like
/// the first time. (Other holds of the same practitioner are given up for this one: one person keeps one slot at a time.)
///
/// # Errors
/// As for [`check_slot`].
pub fn hold(facts: &BookingFacts, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    let slot = facts.slot;
    let unheld = SlotFacts { held_by: slot.held_by.filter(|holder| *holder != facts.practitioner), ..slot };
    check_slot(&BookingFacts { slot: unheld, ..facts.clone() }, now)?;
    Ok(now.checked_add_signed(facts.policies.hold).map_or(slot.starts_at, |until| until.min(slot.starts_at)))
}

/// Whether a practitioner may have a slot at all, whether they book it or hold it.
///
/// # Errors
/// In the order given at the top of this file, up to the limits.
pub fn check_slot(facts: &BookingFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    check_not_begun(&facts.slot, now)?;
    check_hold(facts, now)?;
    check_free(facts, now)?;
    check_stage(facts.slot.kind, facts.stage)?;
    check_time(facts, now)?;
    check_overlap(&facts.live)?;
    check_limits(facts.slot.kind, &facts.live, &facts.policies)
}

pub(super) fn check_not_begun(slot: &SlotFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    if slot.starts_at <= now { Err(Reason::SlotInThePast.into()) } else { Ok(()) }
}

/// A confirmation is refused once the hold has run out even if the slot is still free: the promise to them is over, and they
/// should look again. So is one who never had it.
fn check_hold(facts: &BookingFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    if !facts.confirms_hold || facts.is_held(now) {
        return Ok(());
    }
    Err(Refusal::new(Reason::HoldExpired, "The slot is no longer held for this booking. Look for a slot again."))
}

pub(super) fn check_free(facts: &BookingFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    match facts.slot.state {
        SlotState::Booked => Err(Reason::SlotTaken.into()),
        SlotState::Withdrawn => Err(Refusal::new(Reason::SlotTaken, "This slot is no longer offered.")),
        SlotState::Free if facts.slot.holder(now).is_some_and(|holder| holder != facts.practitioner) => {
            Err(Refusal::new(Reason::SlotTaken, "Somebody else is booking this slot at the moment."))
        }
        SlotState::Free => Ok(()),
    }
}

pub(super) fn check_stage(kind: AppointmentKind, stage: Pathway) -> Result<(), Refusal> {
    let not_eligible = |detail| Err(Refusal::new(Reason::NotEligible, detail));
    match (stage, kind) {
        (Pathway::AwaitingFunding, _) => not_eligible("Booking opens once funding has been agreed."),
        (Pathway::Signposted, _) => not_eligible("This service cannot offer care; see the help suggested."),
        (Pathway::Discharged, _) => not_eligible("Care has ended. Get in touch to begin again."),
        (Pathway::IntakeDone, AppointmentKind::Assessment) | (Pathway::InCare, AppointmentKind::Treatment) => Ok(()),
        (Pathway::Registered, AppointmentKind::Assessment) => Err(Reason::IntakeRequired.into()),
        (Pathway::AssessmentBooked, AppointmentKind::Assessment) => Err(Reason::AssessmentBooked.into()),
        (Pathway::InCare, AppointmentKind::Assessment) => not_eligible("The assessment is done: book a treatment appointment."),
        (_, AppointmentKind::Treatment) => Err(Reason::AssessmentRequired.into()),
    }
}

/// A hold that still runs passed this when it was given, so that nobody loses a slot while filling in a form.
pub(super) fn check_time(facts: &BookingFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    if facts.by == ActorKind::Staff || facts.is_held(now) {
        return Ok(());
    }
    let times = bookable_times(facts.slot.kind, now, &facts.policies);
    if facts.slot.starts_at < *times.start() {
        return Err(Refusal::new(Reason::TooLateToBook, "This slot begins too soon to be booked here. Get in touch instead."));
    }
    if facts.slot.starts_at > *times.end() {
        return Err(Reason::TooFarAhead.into());
    }
    Ok(())
}

/// Between which instants a slot of this kind must begin for a practitioner to book it: minimum notice and booking window.
pub fn bookable_times(kind: AppointmentKind, now: DateTime<Utc>, policies: &Policies) -> RangeInclusive<DateTime<Utc>> {
    let policy = policies.of(kind);
    now + policy.minimum_notice..=now + policy.booking_window
}

pub(super) fn check_overlap(live: &LiveAppointments) -> Result<(), Refusal> {
    if live.overlapping { Err(Reason::AppointmentOverlaps.into()) } else { Ok(()) }
}

pub(super) fn check_limits(kind: AppointmentKind, live: &LiveAppointments, policies: &Policies) -> Result<(), Refusal> {
    match kind {
        _ if live.of(kind) < policies.of(kind).most_live => Ok(()),
        AppointmentKind::Assessment => Err(Reason::AssessmentBooked.into()),
        AppointmentKind::Treatment => Err(Reason::TooManyAppointments.into()),
    }
}

/// The number to ring: as it is said now, or as it is known. By telephone there must be one.
pub(super) fn number(facts: &BookingFacts) -> Result<Option<String>, Refusal> {
    match (&facts.phone_said, &facts.phone_known) {
        (Some(said), _) => phone(said.reveal()).map(Some),
        (None, None) if facts.slot.mode == AppointmentMode::Phone => {
            let detail = "Say at which number you want to be rung.";
            Err(Refusal::new(Reason::PhoneRequired, detail).field("/phone", "required", detail))
        }
        (None, known) => Ok(known.clone().map(Private::into_revealed)),
    }
}

/// A telephone number as it is given: of any country, with the marks that people write between digits.
///
/// # Errors
/// `invalid_body` at `/phone`.
pub fn phone(typed: &str) -> Result<String, Refusal> {
    let number = typed.trim();
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let marks = number.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '.'));
    if marks && (7..=15).contains(&digits) && !number.chars().skip(1).any(|c| c == '+') {
        return Ok(number.to_owned());
    }
    let detail = "Give a telephone number.";
    Err(Refusal::new(Reason::InvalidBody, detail).field("/phone", "invalid", detail))
}

/// The stage after an appointment of this kind has been booked.
pub const fn stage_after_booking(kind: AppointmentKind, stage: Pathway) -> Pathway {
    match (kind, stage) {
        (AppointmentKind::Assessment, Pathway::IntakeDone) => Pathway::AssessmentBooked,
        _ => stage,
    }
}
