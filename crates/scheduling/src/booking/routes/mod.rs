//! HTTP handlers of booking, and how they answer an appointment.

pub(super) mod appointments;
pub(super) mod changes;
pub(super) mod slots;

use super::dto::AppointmentView;
use super::facts::visible_appointment;
use super::queries::history;
use super::{meeting, rebooking};
use people::Caller;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::Response;
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;

/// The answer to a booking: the new appointment, as the caller sees it.
fn created_answer(tx: &mut Tx, caller: &Caller, id: Id) -> Result<Response> {
    let (view, version) = view(tx, caller, id)?;
    Ok(Response::created(format!("/v1/appointments/{id}"), &view)?.with_version(version))
}

/// A refused booking or move with its practitioner: trying out who they must not meet shows in the audit trail. An id
/// that was not found need not be a practitioner's.
fn named_in_the_trail(error: Error, practitioner: Id) -> Error {
    if error.reason() == Reason::NotFound { error } else { error.about(practitioner) }
}

/// The answer with an appointment, as the caller sees it.
fn ok_answer(tx: &mut Tx, caller: &Caller, id: Id) -> Result<Response> {
    let (view, version) = view(tx, caller, id)?;
    Ok(Response::ok(&view)?.with_version(version))
}

/// The appointment with its history and its version, as the caller sees it.
fn view(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(AppointmentView, i32)> {
    let (_, appointment) = visible_appointment(tx, caller, id)?;
    let (version, history) = (appointment.version, history::of(tx, id)?);
    let meeting = meeting::visible_to(caller.role, meeting::of(tx, &appointment)?);
    let needs_rebooking = !rebooking::needed(tx, std::slice::from_ref(&appointment))?.is_empty();
    Ok((AppointmentView::new(appointment, needs_rebooking, meeting, Some(history)), version))
}

/// Clamps to the years 2000 to 2200: neither engine can store every instant, and no appointment is outside them.
fn clamp_to_supported_range(time: UtcTime) -> UtcTime {
    let bound = |seconds| chrono::DateTime::from_timestamp(seconds, 0).map(UtcTime::from).unwrap_or(time);
    // 2000-01-01 to 2200-01-01.
    time.clamp(bound(946_684_800), bound(7_258_118_400))
}
