//! HTTP handlers of booking, and how they answer an appointment.

pub(super) mod appointments;
pub(super) mod changes;
pub(super) mod slots;

use super::dto::AppointmentView;
use super::meeting;
use super::queries::{appointments as records, history};
use people::Role;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::Answer;
use platform::ids::{Id, UtcTime};

/// The answer to a booking: the new appointment, as a reader with this role sees it.
fn created_answer(tx: &mut Tx, reader: Role, id: Id) -> Result<Answer> {
    let (view, version) = view(tx, reader, id)?;
    Ok(Answer::created(format!("/v1/appointments/{id}"), &view)?.with_version(version))
}

/// The answer with an appointment, as a reader with this role sees it.
fn ok_answer(tx: &mut Tx, reader: Role, id: Id) -> Result<Answer> {
    let (view, version) = view(tx, reader, id)?;
    Ok(Answer::ok(&view)?.with_version(version))
}

/// The appointment with its history and its version, as a reader with this role sees it.
fn view(tx: &mut Tx, reader: Role, id: Id) -> Result<(AppointmentView, i32)> {
    let open = records::open(tx, id)?.ok_or_else(Error::not_found)?;
    let (version, history) = (open.version, history::of(tx, id)?);
    let meeting = meeting::visible_to(reader, meeting::of(tx, &open)?);
    Ok((AppointmentView::new(open, meeting, Some(history)), version))
}

/// Clamps to the years 2000 to 2200: neither engine can store every instant, and no appointment is outside them.
fn clamp_to_supported_range(time: UtcTime) -> UtcTime {
    let bound = |seconds| chrono::DateTime::from_timestamp(seconds, 0).map(UtcTime::from).unwrap_or(time);
    // 2000-01-01 to 2200-01-01.
    time.clamp(bound(946_684_800), bound(7_258_118_400))
}
