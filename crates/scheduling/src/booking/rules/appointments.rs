//! How an appointment may change: moved, cancelled, attended.

use chrono::{DateTime, TimeDelta, Utc};

use super::booking::{check_free, check_not_begun, check_overlap, check_pathway, check_time, phone_number};
use crate::booking::model::{ActorKind, AppointmentCancelReason, AppointmentFacts, AppointmentState, Attendance, BookingFacts};
use crate::booking::policy::Policies;
use crate::calendar::model::{AppointmentKind, AppointmentMode};
use people::practitioners::model::Pathway;
use platform::refusal::{Reason, Refusal};

fn wrong_slot(reason: Reason) -> Refusal {
    Refusal::from(reason).field("/slot_id", "not_allowed", reason.sentence())
}

/// Whether an appointment may move to another slot, of the same or another clinician; returns the number to call, if there is
/// one. The facts are about the new slot, with the practitioner's live appointments except the one that moves. The limits on live
/// appointments do not apply, since their number stays the same.
///
/// # Errors
/// [`Reason::AppointmentNotBooked`], [`Reason::AppointmentBegun`], [`Reason::SameSlot`], [`Reason::KindMismatch`]; then as for
/// booking, without the limits.
pub fn check_move(appointment: &AppointmentFacts, to: &BookingFacts, now: DateTime<Utc>) -> Result<Option<String>, Refusal> {
    check_can_change(appointment, now)?;
    if to.slot.id == appointment.slot {
        return Err(wrong_slot(Reason::SameSlot));
    }
    if to.slot.kind != appointment.kind {
        return Err(wrong_slot(Reason::KindMismatch));
    }
    check_not_begun(&to.slot, now)?;
    check_free(to, now)?;
    check_pathway(to.slot.kind, pathway_without(appointment.kind, to.pathway))?;
    check_time(to, now)?;
    check_overlap(&to.live)?;
    phone_number(to)
}

/// Whether an appointment may be cancelled for this reason. There is no minimum notice: a late cancellation is better than none.
///
/// # Errors
/// [`Reason::AppointmentNotBooked`], [`Reason::AppointmentBegun`]; [`Reason::InvalidBody`] at `/reason` when this actor may not
/// give the reason.
pub fn check_cancellation(
    appointment: &AppointmentFacts,
    reason: AppointmentCancelReason,
    by: ActorKind,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    check_can_change(appointment, now)?;
    if !reason.may_be_given_by(by) {
        let detail = "Only staff can give this reason. Choose another one.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field("/reason", "not_allowed", detail));
    }
    Ok(())
}

/// Whether the number for an appointment may be changed: until it is over.
///
/// # Errors
/// [`Reason::AppointmentNotBooked`].
pub fn check_phone_change(appointment: &AppointmentFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    let open = appointment.status == AppointmentState::Booked && now < appointment.ends_at;
    if open { Ok(()) } else { Err(Reason::AppointmentNotBooked.into()) }
}

/// How long after its end the meeting details of an appointment are still shown: some start late.
const MEETING_DETAILS_AFTER_END: TimeDelta = TimeDelta::hours(1);

/// Whether the video link or the number of an appointment is shown.
pub fn shows_meeting_details(status: AppointmentState, ends_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    status == AppointmentState::Booked && now < ends_at + MEETING_DETAILS_AFTER_END
}

/// Whether the clinician of an appointment calls the practitioner about now: it is by telephone, was not cancelled, and begins soon, is
/// taking place, or has just ended.
pub fn is_time_to_call(
    mode: AppointmentMode,
    status: AppointmentState,
    (starts_at, ends_at): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
    policies: &Policies,
) -> bool {
    mode == AppointmentMode::Phone
        && status != AppointmentState::Cancelled
        && starts_at - policies.call_before <= now
        && now < ends_at + policies.call_after
}

/// Whether attendance may be recorded, and the state of the appointment that follows. Attendance is recorded from the start of the
/// appointment on; a cancellation is not recorded here but by cancelling. A record may be corrected until the time set by the policy has
/// passed since it was first made.
///
/// # Errors
/// [`Reason::AppointmentNotBooked`] when it was cancelled; [`Reason::InvalidAttendance`] for a cancellation code, before the
/// start, or when it is too late for a correction.
pub fn check_attendance(
    appointment: &AppointmentFacts,
    attendance: Attendance,
    now: DateTime<Utc>,
    policies: &Policies,
) -> Result<AppointmentState, Refusal> {
    if appointment.status == AppointmentState::Cancelled {
        return Err(Reason::AppointmentNotBooked.into());
    }
    if attendance.appointment_state() == AppointmentState::Cancelled {
        let detail = "A cancellation cannot be recorded as attendance. Cancel the appointment instead.";
        return Err(Refusal::new(Reason::InvalidAttendance, detail).field("/attendance", "not_allowed", detail));
    }
    if now < appointment.starts_at {
        let detail = "Attendance can be recorded once the appointment has started. Try again then.";
        return Err(Refusal::new(Reason::InvalidAttendance, detail).field("/attendance", "too_early", detail));
    }
    if appointment.attendance_recorded_at.is_some_and(|first| now - first > policies.attendance_correction) {
        let detail = "Attendance can no longer be corrected: it was first recorded too long ago.";
        return Err(Refusal::new(Reason::InvalidAttendance, detail).field("/attendance", "too_late", detail));
    }
    Ok(attendance.appointment_state())
}

/// The pathway after an appointment of this kind was cancelled: another assessment can be booked.
pub const fn pathway_after_cancel(kind: AppointmentKind, pathway: Pathway) -> Pathway {
    pathway_without(kind, pathway)
}

/// The pathway after a practitioner was not seen: another assessment can be booked.
pub const fn pathway_after_not_attended(kind: AppointmentKind, pathway: Pathway) -> Pathway {
    pathway_without(kind, pathway)
}

/// The pathway without an appointment of this kind.
const fn pathway_without(kind: AppointmentKind, pathway: Pathway) -> Pathway {
    match (kind, pathway) {
        (AppointmentKind::Assessment, Pathway::AssessmentBooked) => Pathway::IntakeDone,
        _ => pathway,
    }
}

fn check_can_change(appointment: &AppointmentFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    if appointment.status != AppointmentState::Booked {
        return Err(Reason::AppointmentNotBooked.into());
    }
    if appointment.starts_at <= now { Err(Reason::AppointmentBegun.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clinician_sees_how_to_call_from_half_an_hour_before_until_two_hours_after_an_appointment_by_telephone() {
        use AppointmentMode::{InPerson, Phone, Video};
        use AppointmentState::{Attended, Booked, Cancelled, NotAttended};
        const HOUR: i64 = 3600;
        let (policies, now) = (Policies::default(), DateTime::UNIX_EPOCH);
        // The appointment lasts an hour and begins so many seconds from now.
        for (mode, status, ahead, expected) in [
            (Phone, Booked, HOUR / 2 + 1, false),
            (Phone, Booked, HOUR / 2, true),
            (Phone, Booked, 0, true),
            (Phone, Booked, -3 * HOUR + 1, true),
            (Phone, Booked, -3 * HOUR, false),
            (Phone, Attended, -HOUR, true),
            (Phone, NotAttended, -HOUR, true),
            (Phone, Cancelled, 0, false),
            (Video, Booked, 0, false),
            (InPerson, Booked, 0, false),
        ] {
            let starts_at = now + TimeDelta::seconds(ahead);
            let times = (starts_at, starts_at + TimeDelta::seconds(HOUR));
            assert_eq!(is_time_to_call(mode, status, times, now, &policies), expected, "{mode:?} {status:?} {ahead}");
        }
    }
}
