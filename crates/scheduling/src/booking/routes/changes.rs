//! HTTP handlers that move or cancel an appointment, change its number or record attendance. `If-Match` is optional here: each
//! change is decided by the appointment's status, so of two people who act at once the second gets an error that says so.

use actix_web::web::Data;
use actix_web::{post, put};

use super::{named_in_the_trail, ok_answer};
use crate::booking::attendance_hooks::AttendanceHooks;
use crate::booking::dto::{AppointmentView, CancelAppointment, MoveAppointment, RecordAttendance, ReplaceAppointmentPhone};
use crate::booking::model::ActorKind;
use crate::booking::policy::policies;
use crate::booking::queries::appointments as records;
use crate::booking::{facts, rules, store};
use crate::calendar::callers::CareTeam;
use crate::clinicians::callers::PractitionerOrCareTeam;
use access::registration::signposting;
use platform::Platform;
use platform::error::Result;
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::Id;
use platform::private::trimmed_non_empty;

/// Move an appointment to another slot
///
/// The old slot is released only when the new one is booked; the appointment keeps its id. Clinicians move appointments to their
/// own slots only.
#[utoipa::path(
    operation_id = "moveAppointment", tag = "Appointments", request_body = MoveAppointment,
    extensions(("x-roles" = json!(PractitionerOrCareTeam::ROLES)), ("x-audit" = json!("appointment.moved")),
        ("x-problems" = json!(["state_conflict", "invalid_body",
        "slot_not_bookable", "slot_taken", "not_eligible", "intake_required", "assessment_required", "assessment_booked",
        "appointment_overlaps", "phone_required"]))),
    params(("id" = Id, Path, description = "The appointment.")),
    responses((status = 200, description = "Moved.", body = AppointmentView))
)]
#[post("/v1/appointments/{id}/move")]
pub async fn move_appointment(
    caller: PractitionerOrCareTeam,
    id: Path<Id>,
    form: Json<MoveAppointment>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let practitioner =
        platform.read(move |tx| records::practitioner_and_slot(tx, id.0)).await?.map(|(practitioner, _)| practitioner);
    platform
        .write_once(attempt, move |tx| {
            let (permit, appointment, to) = facts::to_move(tx, &caller, id.0, &form)?;
            let phone = signposting::with_signposts(tx, to.practitioner, tx.now.london_day(), |tx| {
                Ok(rules::check_move(&appointment.facts, &to, tx.now.get())?)
            })?;
            store::reschedule(tx, (&caller, &permit), &appointment, &to, phone)?;
            ok_answer(tx, &caller, id.0)
        })
        .await
        .map_err(|error| match practitioner {
            Some(practitioner) => named_in_the_trail(error, practitioner),
            None => error,
        })
}

/// Replace the phone number of an appointment
///
/// The number to call for a telephone appointment. It can be changed until the appointment is over, by the practitioner, the
/// clinician of the appointment and coordinators; no one else sees it.
#[utoipa::path(
    operation_id = "replaceAppointmentPhone", tag = "Appointments", request_body = ReplaceAppointmentPhone,
    extensions(("x-roles" = json!(PractitionerOrCareTeam::ROLES)), ("x-audit" = json!("appointment.phone_changed")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The appointment.")),
    responses((status = 200, description = "Changed.", body = AppointmentView))
)]
#[put("/v1/appointments/{id}/phone")]
pub async fn replace_appointment_phone(
    caller: PractitionerOrCareTeam,
    id: Path<Id>,
    form: Json<ReplaceAppointmentPhone>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let phone = rules::check_phone_number(form.phone.reveal())?;
    platform
        .write_once(attempt, move |tx| {
            let (permit, appointment, _) = facts::locked_appointment(tx, &caller, id.0, None)?;
            rules::check_phone_change(&appointment.facts, tx.now.get())?;
            records::set_phone(tx, &appointment, &phone)?;
            permit.record(tx, "appointment.phone_changed", ("appointment", Some(id.0)))?;
            ok_answer(tx, &caller, id.0)
        })
        .await
}

/// Cancel an appointment
///
/// Possible until it starts. The slot can be booked again at once, unless it is no longer offered.
#[utoipa::path(
    operation_id = "cancelAppointment", tag = "Appointments", request_body = CancelAppointment,
    extensions(("x-roles" = json!(PractitionerOrCareTeam::ROLES)), ("x-audit" = json!("appointment.cancelled")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The appointment.")),
    responses((status = 200, description = "Cancelled.", body = AppointmentView))
)]
#[post("/v1/appointments/{id}/cancel")]
pub async fn cancel_appointment(
    caller: PractitionerOrCareTeam,
    id: Path<Id>,
    form: Json<CancelAppointment>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    platform
        .write_once(attempt, move |tx| {
            let (permit, appointment, pathway) = facts::locked_appointment(tx, &caller, id.0, None)?;
            rules::check_cancellation(&appointment.facts, form.reason, ActorKind::of(caller.role), tx.now.get())?;
            store::cancel(
                tx,
                (&caller, &permit),
                (&appointment, pathway),
                form.reason,
                trimmed_non_empty(form.note.as_ref()).as_deref(),
            )?;
            ok_answer(tx, &caller, id.0)
        })
        .await
}

/// Record attendance at an appointment
///
/// Possible from the start of the appointment; a record can be corrected for seven days. A practitioner who missed their
/// assessment (did not attend, DNA) can book another one. If a risk alert about the practitioner is open, an appointment that was not
/// attended raises it again.
#[utoipa::path(
    operation_id = "recordAttendance", tag = "Appointments", request_body = RecordAttendance,
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("appointment.attendance_recorded")),
        ("x-problems" = json!(["state_conflict", "invalid_body"]))),
    params(("id" = Id, Path, description = "The appointment.")),
    responses((status = 200, description = "Recorded.", body = AppointmentView))
)]
#[post("/v1/appointments/{id}/record-attendance")]
pub async fn record_attendance(
    caller: CareTeam,
    id: Path<Id>,
    form: Json<RecordAttendance>,
    attempt: Attempt,
    platform: Platform,
    hooks: Data<AttendanceHooks>,
) -> Result<Response> {
    platform
        .write_once(attempt, move |tx| {
            let (permit, appointment, pathway) = facts::locked_appointment(tx, &caller, id.0, None)?;
            let status = rules::check_attendance(&appointment.facts, form.attendance, tx.now.get(), &policies())?;
            store::record_attendance(tx, (&caller, &permit), (&appointment, pathway), (form.attendance, status), &hooks)?;
            ok_answer(tx, &caller, id.0)
        })
        .await
}
