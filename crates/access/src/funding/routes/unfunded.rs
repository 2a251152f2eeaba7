//! HTTP handlers of upcoming appointments whose funding has ended. They are never cancelled automatically: a coordinator decides.

use actix_web::{get, post};

use super::{permit, with_reason};
use crate::funding::dto::{ConfirmUnfundedAppointment, UnfundedAppointment};
use crate::funding::model::{EventDetails, FundingEvent};
use crate::funding::queries;
use crate::funding::queries::events;
use crate::funding::queries::sessions;
use crate::funding::queries::sessions::UnfundedSession;
use crate::funding::rules;
use people::practitioners::queries as practitioners;
use people::relationships::{Permit, Protected, Purpose, conflicts};
use people::{Caller, Coordinator};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Response};
use platform::ids::{Id, UtcTime};
use platform::private::trimmed;
use platform::refusal::Reason;

/// List appointments whose funding has ended
///
/// Upcoming appointments booked under an approval that has since expired or been revoked, and that no one has decided about yet.
/// For each, a coordinator either confirms the appointment or cancels it.
#[utoipa::path(
    operation_id = "listUnfundedAppointments", tag = "Funding", 
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("unfunded_appointment.listed"))),
    responses((status = 200, description = "The appointments, earliest first.", body = Page<UnfundedAppointment>))
)]
#[get("/v1/unfunded-appointments")]
pub async fn list_unfunded_appointments(
    caller: Coordinator,
    paging: Paging<(UtcTime, Id)>,
    platform: Platform,
) -> Result<Response> {
    platform
        .write(move |tx| {
            let today = tx.now.london_day();
            let hidden = conflicts::everyone_excluded_from(tx, caller.id)?;
            let rows = sessions::unfunded(tx, hidden, paging.after, today, paging.rows())?;
            let page = paging.page(rows, |row| (row.record.starts_at, row.record.id))?;
            let rows = page.items.into_iter().map(|row| with_reason(&caller, Protected::new(row.practitioner, row))).collect();
            let rows: Vec<(Permit, UnfundedSession)> =
                Protected::permit_each(tx, &caller, rows, Purpose::Know)?.into_iter().flatten().collect();
            let shown: Vec<_> = rows.iter().map(|(permit, row)| (row.record.appointment_id, *permit)).collect();
            Permit::record_listed(tx, "unfunded_appointment.listed", "appointment", &shown)?;
            let items = rows.iter().map(|(_, row)| UnfundedAppointment::new(row, today)).collect();
            Response::ok(&Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor })
        })
        .await
}

/// Confirm an appointment whose funding has ended
#[utoipa::path(
    operation_id = "confirmUnfundedAppointment", tag = "Funding", request_body = ConfirmUnfundedAppointment,
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("funding_request.appointment_confirmed")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The entry of the list.")),
    responses((status = 200, description = "Confirmed.", body = UnfundedAppointment))
)]
#[post("/v1/unfunded-appointments/{id}/confirm")]
pub async fn confirm_unfunded_appointment(
    caller: Coordinator,
    id: Path<Id>,
    form: Json<ConfirmUnfundedAppointment>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let details = EventDetails { text: Some(trimmed(&form.reason)), ..EventDetails::default() };
            let confirmed = confirm(tx, &caller, id, &details)?;
            Response::ok(&UnfundedAppointment::new(&confirmed, tx.now.london_day()))
        })
        .await
}

fn confirm(tx: &mut Tx, caller: &Caller, id: Id, details: &EventDetails) -> Result<UnfundedSession> {
    let request_id = sessions::find(tx, id)?.map_or(Id::NO_RECORD, |used| used.request_id);
    let owner = queries::practitioner_of(tx, request_id)?.unwrap_or(Id::NO_RECORD);
    practitioners::lock_practitioner(tx, owner)?;
    let request = queries::locked(tx, request_id)?;
    let (permit, request) = permit(tx, caller, request, Purpose::Act)?;
    let mut used = sessions::find(tx, id)?.ok_or_else(Error::not_found)?;
    let state = rules::state_on(request.state, request.terms.valid_until, tx.now.london_day());
    if state.is_approval() || used.cancelled_at.is_some() || used.confirmed_at.is_some() || used.starts_at <= tx.now {
        return Err(Reason::AppointmentCovered.into());
    }
    sessions::confirm(tx, id, caller.id)?;
    used.confirmed_at = Some(tx.now);
    events::append(tx, request_id, (FundingEvent::AppointmentConfirmed, state), details, caller.actor())?;
    permit.record(tx, "funding_request.appointment_confirmed", ("appointment", Some(used.appointment_id)))?;
    Ok(UnfundedSession { record: used, practitioner: owner, state: request.state, valid_until: request.terms.valid_until })
}
