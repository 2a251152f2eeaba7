//! What becomes of an appointment: moved, cancelled, attended. A caller may name the version it has seen, and need not: each
//! of these is decided by where the appointment stands, and two people who decide at once are told so by its state.

use actix_web::{post, put};

use super::{known_slot, locked_appointment, move_on, view};
use crate::booking::dto::{AppointmentView, CancelAppointment, RecordAttendance, RescheduleAppointment, SetAppointmentPhone};
use crate::booking::model::{AppointmentEvent, AppointmentStatus, Attendance, By};
use crate::booking::queries::{appointments as records, history, slots as slot_records};
use crate::booking::{meeting, notices, policies, rules};
use crate::calendar::callers::CareTeam;
use crate::calendar::messages as calendar;
use crate::calendar::messages::Change;
use crate::clinicians::callers::Member;
use access::funding::cover;
use access::registration::pointing;
use people::Caller;
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::Result;
use platform::http::{Answer, Attempt, Json, Path};
use platform::ids::Id;
use platform::private::said;

/// Move an appointment to another slot
///
/// The old slot is given up only if the new one is got; the appointment keeps its id. A clinician moves to their own slots.
#[utoipa::path(
    operation_id = "rescheduleAppointment", tag = "scheduling", request_body = RescheduleAppointment,
    extensions(("x-roles" = json!(Member::ROLES)), ("x-problems" = json!([
        "appointment_not_booked", "appointment_begun", "same_slot", "kind_mismatch", "slot_in_the_past", "slot_taken",
        "not_eligible", "intake_required", "assessment_required", "assessment_booked", "too_late_to_book", "too_far_ahead",
        "appointment_overlaps", "phone_required"]))),
    params(("id" = Id, Path, description = "The appointment.")),
    responses((status = 200, description = "Moved.", body = AppointmentView))
)]
#[post("/v1/appointments/{id}/reschedule")]
pub async fn reschedule_appointment(
    caller: Member,
    id: Path<Id>,
    form: Json<RescheduleAppointment>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    platform
        .write_once(attempt, move |tx| {
            reschedule(tx, &caller, id.0, &form)?;
            let (view, version) = view(tx, caller.role, id.0)?;
            Ok(Answer::ok(&view)?.version(version))
        })
        .await
}

fn reschedule(tx: &mut Tx, caller: &Caller, id: Id, form: &RescheduleAppointment) -> Result<()> {
    let slot = form.slot_id;
    let (open, stage) = locked_appointment(tx, caller, id, Some(slot))?;
    let (old, practitioner) = (&open.facts, open.facts.practitioner);
    let found = known_slot(tx, caller, practitioner, slot)?;
    let new = &found.facts;
    let overlapping = records::live(tx, practitioner, new, Some(id))?.overlapping;
    pointing::or_elsewhere(tx, practitioner, tx.now.london_day(), |tx| {
        Ok(rules::reschedule(old, new, stage, overlapping, By::of(caller.role), tx.now.get(), &policies())?)
    })?;
    let phone = meeting::number(tx, practitioner, new.mode, form.phone.as_ref(), open.phone.as_ref())?;
    if let Some(phone) = phone.filter(|phone| open.phone.as_ref().is_none_or(|before| before.reveal() != phone)) {
        records::set_phone(tx, &open, &phone)?;
    }
    slot_records::take(tx, new.id, practitioner)?;
    slot_records::give_back(tx, old.slot, open.orphaned_at.is_some())?;
    records::move_to(tx, id, new, found.place.as_deref())?;
    cover::moved(tx, id, new.starts_at.into())?;
    history::note(tx, id, caller.id, AppointmentEvent::Moved, None)?;
    audit::record(tx, caller.actor(), "appointment.moved", ("appointment", Some(id)))?;
    notices::moved(tx, practitioner, id, new.starts_at)?;
    let (from, to) = (Some(old.starts_at), Some(new.starts_at));
    if new.clinician == open.clinician {
        return calendar::tell(tx, new.clinician, Some(caller.id), Change::appointment(id, from, to));
    }
    calendar::tell(tx, open.clinician, Some(caller.id), Change::appointment(id, from, None))?;
    calendar::tell(tx, new.clinician, Some(caller.id), Change::appointment(id, None, to))
}

/// Change the number of an appointment
///
/// At which the practitioner wants to be rung, for an appointment by telephone; until it is over. By the practitioner, the clinician
/// of the appointment and coordinators, who alone see it.
#[utoipa::path(
    operation_id = "setAppointmentPhone", tag = "scheduling", request_body = SetAppointmentPhone,
    extensions(("x-roles" = json!(Member::ROLES)), ("x-problems" = json!(["appointment_not_booked"]))),
    params(("id" = Id, Path, description = "The appointment.")),
    responses((status = 200, description = "Changed.", body = AppointmentView))
)]
#[put("/v1/appointments/{id}/phone")]
pub async fn set_appointment_phone(
    caller: Member,
    id: Path<Id>,
    form: Json<SetAppointmentPhone>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let phone = rules::phone(form.phone.reveal())?;
    platform
        .write_once(attempt, move |tx| {
            let (open, _) = locked_appointment(tx, &caller, id.0, None)?;
            rules::change_phone(&open.facts, tx.now.get())?;
            records::set_phone(tx, &open, &phone)?;
            audit::record(tx, caller.actor(), "appointment.phone_changed", ("appointment", Some(id.0)))?;
            let (view, version) = view(tx, caller.role, id.0)?;
            Ok(Answer::ok(&view)?.version(version))
        })
        .await
}

/// Call off an appointment
///
/// Possible until it begins. The slot may be booked again at once, unless it is no longer offered.
#[utoipa::path(
    operation_id = "cancelAppointment", tag = "scheduling", request_body = CancelAppointment,
    extensions(("x-roles" = json!(Member::ROLES)),
        ("x-problems" = json!(["appointment_not_booked", "appointment_begun"]))),
    params(("id" = Id, Path, description = "The appointment.")),
    responses((status = 200, description = "Called off.", body = AppointmentView))
)]
#[post("/v1/appointments/{id}/cancel")]
pub async fn cancel_appointment(
    caller: Member,
    id: Path<Id>,
    form: Json<CancelAppointment>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    platform
        .write_once(attempt, move |tx| {
            cancel(tx, &caller, id.0, &form)?;
            let (view, version) = view(tx, caller.role, id.0)?;
            Ok(Answer::ok(&view)?.version(version))
        })
        .await
}

fn cancel(tx: &mut Tx, caller: &Caller, id: Id, form: &CancelAppointment) -> Result<()> {
    let (open, stage) = locked_appointment(tx, caller, id, None)?;
    let (facts, reason) = (&open.facts, form.reason);
    rules::cancel(facts, reason, By::of(caller.role), tx.now.get())?;
    records::cancel(tx, &open, reason, said(form.note.as_ref()).as_deref())?;
    slot_records::give_back(tx, facts.slot, open.orphaned_at.is_some())?;
    cover::called_off(tx, id, reason.attendance() == Some(Attendance::CancelledByPatient))?;
    if !records::has_another_live(tx, facts.practitioner, facts.kind, id)? {
        move_on(tx, facts.practitioner, stage, rules::stage_after_cancel(facts.kind, stage))?;
    }
    history::note(tx, id, caller.id, AppointmentEvent::Cancelled, Some(reason.as_str()))?;
    audit::record(tx, caller.actor(), "appointment.cancelled", ("appointment", Some(id)))?;
    notices::cancelled(tx, facts.practitioner, id, facts.starts_at)?;
    calendar::tell(tx, open.clinician, Some(caller.id), Change::appointment(id, Some(facts.starts_at), None))
}

/// Record attendance
///
/// From the start of the appointment on; a record may be corrected for seven days. Somebody who missed their assessment may
/// book another.
#[utoipa::path(
    operation_id = "recordAttendance", tag = "scheduling", request_body = RecordAttendance,
    extensions(("x-roles" = json!(CareTeam::ROLES)),
        ("x-problems" = json!(["appointment_not_booked", "invalid_attendance"]))),
    params(("id" = Id, Path, description = "The appointment.")),
    responses((status = 200, description = "Recorded.", body = AppointmentView))
)]
#[post("/v1/appointments/{id}/attendance")]
pub async fn record_attendance(
    caller: CareTeam,
    id: Path<Id>,
    form: Json<RecordAttendance>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    platform
        .write_once(attempt, move |tx| {
            attend(tx, &caller, id.0, form.attendance)?;
            let (view, version) = view(tx, caller.role, id.0)?;
            Ok(Answer::ok(&view)?.version(version))
        })
        .await
}

fn attend(tx: &mut Tx, caller: &Caller, id: Id, attendance: Attendance) -> Result<()> {
    let (open, stage) = locked_appointment(tx, caller, id, None)?;
    let facts = &open.facts;
    let status = rules::record_attendance(facts, attendance, tx.now.get(), &policies())?;
    records::record_attendance(tx, facts, attendance, status)?;
    // A repeated record changes no stage; nor does a corrected one while another assessment is what the stage is about.
    if status != facts.status && !records::has_another_live(tx, facts.practitioner, facts.kind, id)? {
        let next = match (facts.status, status) {
            (_, AppointmentStatus::NotAttended) => rules::stage_after_not_attended(facts.kind, stage),
            (AppointmentStatus::NotAttended, _) => rules::stage_after_booking(facts.kind, stage),
            _ => stage,
        };
        move_on(tx, facts.practitioner, stage, next)?;
    }
    history::note(tx, id, caller.id, AppointmentEvent::AttendanceRecorded, Some(attendance.as_str()))?;
    audit::record(tx, caller.actor(), "appointment.attendance_recorded", ("appointment", Some(id)))
}
