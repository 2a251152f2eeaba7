//! What may become of an appointment: moved, cancelled, attended.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::model::{AppointmentFacts, AppointmentStatus, Attendance, By, CancelReason, Policies, SlotFacts};
use super::{check_available, check_overlap, check_stage, check_time};
use crate::calendar::model::Kind;
use people::practitioners::model::Pathway;
use platform::refusal::{Code, Refusal};

/// Whether an appointment may move to another slot, of the same or of another clinician. `overlapping` tells whether the
/// new slot overlaps another live appointment of the practitioner, the moved one left out. Limits on live appointments do
/// not apply, since there is none more than before.
///
/// # Errors
/// `appointment_not_booked`, `appointment_begun`, `same_slot`, `kind_mismatch`; then as for booking, up to the overlap.
pub fn reschedule(
    appointment: &AppointmentFacts,
    new_slot: &SlotFacts,
    stage: Pathway,
    overlapping: bool,
    by: By,
    now: DateTime<Utc>,
    policies: &Policies,
) -> Result<(), Refusal> {
    check_open(appointment, now)?;
    if new_slot.id == appointment.slot {
        return Err(Code::SameSlot.into());
    }
    if new_slot.kind != appointment.kind {
        return Err(Code::KindMismatch.into());
    }
    check_available(new_slot, appointment.practitioner, now)?;
    check_stage(new_slot.kind, stage_without(appointment.kind, stage))?;
    if new_slot.holder(now) != Some(appointment.practitioner) {
        check_time(new_slot, by, now, policies)?;
    }
    check_overlap(overlapping)
}

/// Whether an appointment may be called off for this reason. There is no minimum notice: a late word is better than none.
///
/// # Errors
/// `appointment_not_booked`, `appointment_begun`; `invalid_body` naming `/reason` when this side cannot give the reason.
pub fn cancel(appointment: &AppointmentFacts, reason: CancelReason, by: By, now: DateTime<Utc>) -> Result<(), Refusal> {
    check_open(appointment, now)?;
    if !reason.may_be_given_by(by) {
        let detail = "Only staff may give this reason.";
        return Err(Refusal::new(Code::InvalidBody, detail).field("/reason", "not_allowed", detail));
    }
    Ok(())
}

/// Whether another number may be said for an appointment: until it is over.
///
/// # Errors
/// `appointment_not_booked`.
pub fn change_phone(appointment: &AppointmentFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    let open = appointment.status == AppointmentStatus::Booked && now < appointment.ends_at;
    if open { Ok(()) } else { Err(Code::AppointmentNotBooked.into()) }
}

/// For how long after its end it is still told where an appointment takes place: some begin late.
const MEETING_AFTER: TimeDelta = TimeDelta::hours(1);

/// Whether it is told at which address or number the two of an appointment meet.
pub fn is_meeting_told(status: AppointmentStatus, ends_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    status == AppointmentStatus::Booked && now < ends_at + MEETING_AFTER
}

/// A telephone number as somebody gives it: of any country, with the marks that people write between digits.
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
    Err(Refusal::new(Code::InvalidBody, detail).field("/phone", "invalid", detail))
}

/// Whether attendance may be recorded, and the status that follows. Only what became of an appointment that was held may
/// be recorded, from its start on; cancelling has a way of its own. A record may be corrected until the policy's time
/// after it was first made has passed.
///
/// # Errors
/// `appointment_not_booked` when it was cancelled; `invalid_attendance` for a code of a cancellation, before the start, or
/// when it is too late for a correction.
pub fn record_attendance(
    appointment: &AppointmentFacts,
    attendance: Attendance,
    now: DateTime<Utc>,
    policies: &Policies,
) -> Result<AppointmentStatus, Refusal> {
    if appointment.status == AppointmentStatus::Cancelled {
        return Err(Code::AppointmentNotBooked.into());
    }
    if attendance.status() == AppointmentStatus::Cancelled {
        let detail = "A cancellation is not recorded as attendance: cancel the appointment instead.";
        return Err(Refusal::new(Code::InvalidAttendance, detail).field("/attendance", "not_allowed", detail));
    }
    if now < appointment.starts_at {
        return Err(Refusal::new(Code::InvalidAttendance, "Attendance is recorded once the appointment has begun."));
    }
    if appointment.attendance_recorded_at.is_some_and(|first| now - first > policies.attendance_correction) {
        return Err(Refusal::new(Code::InvalidAttendance, "The time in which attendance may be corrected is over."));
    }
    Ok(attendance.status())
}

/// The stage after an appointment of this kind has been booked.
pub const fn stage_after_booking(kind: Kind, stage: Pathway) -> Pathway {
    match (kind, stage) {
        (Kind::Assessment, Pathway::IntakeDone) => Pathway::AssessmentBooked,
        _ => stage,
    }
}

/// The stage after an appointment of this kind has been cancelled: another assessment may be booked.
pub const fn stage_after_cancel(kind: Kind, stage: Pathway) -> Pathway {
    stage_without(kind, stage)
}

/// The stage after a practitioner was not seen: another assessment may be booked.
pub const fn stage_after_not_attended(kind: Kind, stage: Pathway) -> Pathway {
    stage_without(kind, stage)
}

/// The stage as it would be without an appointment of this kind.
const fn stage_without(kind: Kind, stage: Pathway) -> Pathway {
    match (kind, stage) {
        (Kind::Assessment, Pathway::AssessmentBooked) => Pathway::IntakeDone,
        _ => stage,
    }
}

fn check_open(appointment: &AppointmentFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    if appointment.status != AppointmentStatus::Booked {
        return Err(Code::AppointmentNotBooked.into());
    }
    if appointment.starts_at <= now { Err(Code::AppointmentBegun.into()) } else { Ok(()) }
}
