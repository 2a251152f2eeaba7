//! What may become of an appointment: moved, cancelled, attended.

use chrono::{DateTime, TimeDelta, Utc};

use super::booking::{check_free, check_not_begun, check_overlap, check_stage, check_time, number};
use crate::booking::figures::Policies;
use crate::booking::model::{ActorKind, AppointmentCancelReason, AppointmentFacts, AppointmentStatus, Attendance, BookingFacts};
use crate::calendar::model::AppointmentKind;
use people::practitioners::model::Pathway;
use platform::refusal::{Reason, Refusal};

/// Whether an appointment may move to another slot, of the same or of another clinician; the number to ring, if there is one. The
/// facts are those of the new slot, with the practitioner's live appointments but for the moved one. Limits on live appointments do
/// not apply, since there is none more than before.
///
/// # Errors
/// `appointment_not_booked`, `appointment_begun`, `same_slot`, `kind_mismatch`; then as for booking, without the limits.
pub fn reschedule(appointment: &AppointmentFacts, to: &BookingFacts, now: DateTime<Utc>) -> Result<Option<String>, Refusal> {
    check_open(appointment, now)?;
    if to.slot.id == appointment.slot {
        return Err(Reason::SameSlot.into());
    }
    if to.slot.kind != appointment.kind {
        return Err(Reason::KindMismatch.into());
    }
    check_not_begun(&to.slot, now)?;
    check_free(to, now)?;
    check_stage(to.slot.kind, stage_without(appointment.kind, to.stage))?;
    check_time(to, now)?;
    check_overlap(&to.live)?;
    number(to)
}

/// Whether an appointment may be called off for this reason. There is no minimum notice: a late word is better than none.
///
/// # Errors
/// `appointment_not_booked`, `appointment_begun`; `invalid_body` naming `/reason` when this side cannot give the reason.
pub fn cancel(
    appointment: &AppointmentFacts,
    reason: AppointmentCancelReason,
    by: ActorKind,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    check_open(appointment, now)?;
    if !reason.may_be_given_by(by) {
        let detail = "Only staff may give this reason.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field("/reason", "not_allowed", detail));
    }
    Ok(())
}

/// Whether another number may be said for an appointment: until it is over.
///
/// # Errors
/// `appointment_not_booked`.
pub fn change_phone(appointment: &AppointmentFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    let open = appointment.status == AppointmentStatus::Booked && now < appointment.ends_at;
    if open { Ok(()) } else { Err(Reason::AppointmentNotBooked.into()) }
}

/// For how long after its end it is still told where an appointment takes place: some begin late.
const MEETING_AFTER: TimeDelta = TimeDelta::hours(1);

/// Whether it is told at which address or number the two of an appointment meet.
pub fn is_meeting_told(status: AppointmentStatus, ends_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    status == AppointmentStatus::Booked && now < ends_at + MEETING_AFTER
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
        return Err(Reason::AppointmentNotBooked.into());
    }
    if attendance.status() == AppointmentStatus::Cancelled {
        let detail = "A cancellation is not recorded as attendance: cancel the appointment instead.";
        return Err(Refusal::new(Reason::InvalidAttendance, detail).field("/attendance", "not_allowed", detail));
    }
    if now < appointment.starts_at {
        return Err(Refusal::new(Reason::InvalidAttendance, "Attendance is recorded once the appointment has begun."));
    }
    if appointment.attendance_recorded_at.is_some_and(|first| now - first > policies.attendance_correction) {
        return Err(Refusal::new(Reason::InvalidAttendance, "The time in which attendance may be corrected is over."));
    }
    Ok(attendance.status())
}

/// The stage after an appointment of this kind has been cancelled: another assessment may be booked.
pub const fn stage_after_cancel(kind: AppointmentKind, stage: Pathway) -> Pathway {
    stage_without(kind, stage)
}

/// The stage after a practitioner was not seen: another assessment may be booked.
pub const fn stage_after_not_attended(kind: AppointmentKind, stage: Pathway) -> Pathway {
    stage_without(kind, stage)
}

/// The stage as it would be without an appointment of this kind.
const fn stage_without(kind: AppointmentKind, stage: Pathway) -> Pathway {
    match (kind, stage) {
        (AppointmentKind::Assessment, Pathway::AssessmentBooked) => Pathway::IntakeDone,
        _ => stage,
    }
}

fn check_open(appointment: &AppointmentFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    if appointment.status != AppointmentStatus::Booked {
        return Err(Reason::AppointmentNotBooked.into());
    }
    if appointment.starts_at <= now { Err(Reason::AppointmentBegun.into()) } else { Ok(()) }
}
