//! Who may book which slot.
//!
//! Every rule that gives out a slot refuses in the same order, so that the most lasting reason comes first and nothing is
//! revealed about a slot that cannot be booked:
//!
//! 1. [`Reason::SlotInThePast`]: it has started (also when it starts at this very instant).
//! 2. [`Reason::HoldExpired`]: only when the booking confirms a hold.
//! 3. [`Reason::SlotTaken`]: it is booked, withdrawn, or held for another practitioner.
//! 4. [`Reason::NotEligible`], [`Reason::IntakeRequired`], [`Reason::AssessmentRequired`], [`Reason::AssessmentBooked`]: the
//!    practitioner's pathway.
//! 5. [`Reason::TooLateToBook`], then [`Reason::TooFarAhead`]: minimum notice and booking window. They do not apply to staff.
//! 6. [`Reason::AppointmentOverlaps`]: the practitioner has another appointment at that time.
//! 7. [`Reason::AssessmentBooked`], [`Reason::TooManyAppointments`]: the limits on live appointments.
//! 8. [`Reason::PhoneRequired`], or [`Reason::InvalidBody`] at `/phone`: only when it is booked, or an appointment moves to it.
//!
//! Whether the practitioner may see the clinician at all is decided before any of this, and whether it is funded after it.

use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};

use crate::booking::model::{ActorKind, BookingFacts, LiveAppointmentCounts, SlotFacts, SlotState};
use crate::booking::policy::Policies;
use crate::calendar::model::{AppointmentKind, AppointmentMode};
use people::practitioners::model::Pathway;
use platform::private::Private;
use platform::refusal::{Reason, Refusal};

/// Whether a practitioner may book a slot; returns the number to call, if there is one. A hold is only needed when the booking
/// confirms one.
///
/// # Errors
/// In the order at the top of this file.
pub fn check_booking(facts: &BookingFacts, now: DateTime<Utc>) -> Result<Option<String>, Refusal> {
    check_slot(facts, now)?;
    phone_number(facts)
}

/// Whether a slot may be held for a practitioner, and until when: for as long as the policy sets, but not beyond the slot's
/// start. A slot is held only for a practitioner who could book it. Holding it again extends the hold and is checked like the
/// first time. (The practitioner's other holds are released: they hold one slot at a time.)
///
/// # Errors
/// As for [`check_slot`].
pub fn check_holding(facts: &BookingFacts, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    let slot = facts.slot;
    let unheld = SlotFacts { held_by: slot.held_by.filter(|holder| *holder != facts.practitioner), ..slot };
    check_slot(&BookingFacts { slot: unheld, ..facts.clone() }, now)?;
    Ok(now.checked_add_signed(facts.policies.hold).map_or(slot.starts_at, |until| until.min(slot.starts_at)))
}

/// Whether a practitioner may have a slot at all, whether they book it or hold it.
///
/// # Errors
/// In the order at the top of this file, up to the limits.
pub fn check_slot(facts: &BookingFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    check_not_begun(&facts.slot, now)?;
    check_confirmed_hold(facts, now)?;
    check_free(facts, now)?;
    check_pathway(facts.slot.kind, facts.pathway)?;
    check_time(facts, now)?;
    check_overlap(&facts.live)?;
    check_limits(facts.slot.kind, &facts.live, &facts.policies)
}

pub(super) fn check_not_begun(slot: &SlotFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    if slot.starts_at <= now { Err(Reason::SlotInThePast.into()) } else { Ok(()) }
}

/// Confirming is refused once the hold has run out, even if the slot is still free, and also when the practitioner never held it:
/// they should look at the slots again.
fn check_confirmed_hold(facts: &BookingFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    if !facts.confirms_hold || facts.is_held(now) {
        return Ok(());
    }
    Err(Refusal::new(Reason::HoldExpired, "The hold on this slot has ended. Choose a slot again."))
}

pub(super) fn check_free(facts: &BookingFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    match facts.slot.state {
        SlotState::Booked => Err(Reason::SlotTaken.into()),
        SlotState::Withdrawn => Err(Refusal::new(Reason::SlotTaken, "This slot is no longer offered. Choose another one.")),
        SlotState::Free if facts.slot.holder(now).is_some_and(|holder| holder != facts.practitioner) => Err(Refusal::new(
            Reason::SlotTaken,
            "Someone else is booking this slot at the moment. Choose another one, or try again in five minutes.",
        )),
        SlotState::Free => Ok(()),
    }
}

pub(super) fn check_pathway(kind: AppointmentKind, pathway: Pathway) -> Result<(), Refusal> {
    let not_eligible = |detail| Err(Refusal::new(Reason::NotEligible, detail));
    match (pathway, kind) {
        (Pathway::AwaitingFunding, _) => {
            not_eligible("Funding for this care has not been agreed yet. Appointments can be booked once it is.")
        }
        (Pathway::AwaitingDecision, _) => {
            not_eligible("Whether this care is covered has not been decided yet. Appointments can be booked once it is.")
        }
        (Pathway::Signposted, _) => not_eligible("This service cannot offer this care. Please see the other help listed here."),
        (Pathway::Discharged, _) => not_eligible("Care here has ended. The service can start it again with a readmission."),
        (Pathway::IntakeDone, AppointmentKind::Assessment) | (Pathway::InCare, AppointmentKind::Treatment) => Ok(()),
        (Pathway::Registered, AppointmentKind::Assessment) => Err(Reason::IntakeRequired.into()),
        (Pathway::AssessmentBooked, AppointmentKind::Assessment) => Err(Reason::AssessmentBooked.into()),
        (Pathway::InCare, AppointmentKind::Assessment) => {
            not_eligible("The assessment has been done. Book a treatment appointment instead.")
        }
        (_, AppointmentKind::Treatment) => Err(Reason::AssessmentRequired.into()),
    }
}

/// A slot with a running hold passed this check when it was held, so that practitioners do not lose it while they fill in a form.
pub(super) fn check_time(facts: &BookingFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    if facts.by == ActorKind::Staff || facts.is_held(now) {
        return Ok(());
    }
    let times = bookable_times(facts.slot.kind, now, &facts.policies);
    if facts.slot.starts_at < *times.start() {
        return Err(Refusal::new(
            Reason::TooLateToBook,
            "This slot starts too soon to be booked here. Choose a later one, or contact the service.",
        ));
    }
    if facts.slot.starts_at > *times.end() {
        return Err(Reason::TooFarAhead.into());
    }
    Ok(())
}

/// Between which instants a slot of this kind must start for a practitioner to book it: minimum notice and booking window.
pub fn bookable_times(kind: AppointmentKind, now: DateTime<Utc>, policies: &Policies) -> RangeInclusive<DateTime<Utc>> {
    let policy = policies.of(kind);
    now + policy.minimum_notice..=now + policy.booking_window
}

pub(super) fn check_overlap(live: &LiveAppointmentCounts) -> Result<(), Refusal> {
    if live.overlapping { Err(Reason::AppointmentOverlaps.into()) } else { Ok(()) }
}

pub(super) fn check_limits(kind: AppointmentKind, live: &LiveAppointmentCounts, policies: &Policies) -> Result<(), Refusal> {
    match kind {
        _ if live.of(kind) < policies.of(kind).max_live => Ok(()),
        AppointmentKind::Assessment => Err(Reason::AssessmentBooked.into()),
        AppointmentKind::Treatment => Err(Reason::TooManyAppointments.into()),
    }
}

/// The number to call: the one in the form, or the one on record. A telephone appointment needs one.
pub(super) fn phone_number(facts: &BookingFacts) -> Result<Option<String>, Refusal> {
    match (&facts.phone_given, &facts.phone_on_record) {
        (Some(given), _) => check_phone_number(given.reveal()).map(Some),
        (None, None) if facts.slot.mode == AppointmentMode::Phone => {
            let detail = "Enter the telephone number that we should call.";
            Err(Refusal::new(Reason::PhoneRequired, detail).field("/phone", "required", detail))
        }
        (None, on_record) => Ok(on_record.clone().map(Private::into_revealed)),
    }
}

/// Checks a telephone number, which may be of any country and have the usual punctuation between digits.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/phone`.
pub fn check_phone_number(typed: &str) -> Result<String, Refusal> {
    let number = typed.trim();
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let has_valid_characters = number.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '.'));
    if has_valid_characters && (7..=15).contains(&digits) && !number.chars().skip(1).any(|c| c == '+') {
        return Ok(number.to_owned());
    }
    let detail = "Enter a telephone number of 7 to 15 digits.";
    Err(Refusal::new(Reason::InvalidBody, detail).field("/phone", "invalid", detail))
}

/// The pathway after an appointment of this kind was booked.
pub const fn pathway_after_booking(kind: AppointmentKind, pathway: Pathway) -> Pathway {
    match (kind, pathway) {
        (AppointmentKind::Assessment, Pathway::IntakeDone) => Pathway::AssessmentBooked,
        _ => pathway,
    }
}
