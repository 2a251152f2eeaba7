//! Opening hours of the contact line: public to read, changed by administrators.

use actix_web::{delete, get, post};
use chrono::NaiveDate;

use super::current_routes;
use crate::contacts::dto::{ContactHours, ContactHoursQuery, ContactRoutes, ContactRoutesQuery, CreateContactHours};
use crate::contacts::queries::hours as queries;
use crate::contacts::rules;
use people::Administrator;
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, Json, Page, Paging, Path, Query};
use platform::ids::Id;
use reference::signposts::model::Seeker;
use reference::workforce::bank_holidays;

/// Get the ways to contact the service now
///
/// Which channels are answered now, when the others open next, where to get help at any hour, and the question to ask before a call-back
/// is requested. With `nation` the help is that of the nation.
#[utoipa::path(
    operation_id = "getContactRoutes", tag = "Contact line", security(()), params(ContactRoutesQuery),
    responses((status = 200, description = "Every channel, and the urgent routes.", body = ContactRoutes))
)]
#[get("/v1/contact-routes")]
pub async fn get_contact_routes(query: Query<ContactRoutesQuery>, platform: Platform) -> Result<Answer> {
    let seeker = Seeker { nation: query.0.nation, ..Seeker::default() };
    platform.read(move |tx| Answer::ok(&current_routes(tx, &seeker)?)).await
}

/// List contact line hours
///
/// Weekly hours and hours of single days, past ones included.
#[utoipa::path(
    operation_id = "listContactHours", tag = "Contact line", params(ContactHoursQuery), extensions(("x-roles" = json!(Administrator::ROLES))),
    responses((status = 200, description = "The hours, latest day first.", body = Page<ContactHours>))
)]
#[get("/v1/contact-hours")]
pub async fn list_contact_hours(
    _caller: Administrator,
    query: Query<ContactHoursQuery>,
    paging: Paging<(NaiveDate, Id)>,
    platform: Platform,
) -> Result<Answer> {
    let ContactHoursQuery { channel } = query.0;
    platform
        .read(move |tx| {
            let rows = queries::list(tx, channel, paging.after, paging.rows())?;
            let page = paging.page(rows, |record| (record.hours.starts_on, record.id))?;
            Answer::ok(&page.map(ContactHours::from))
        })
        .await
}

/// Get contact line hours
#[utoipa::path(
    operation_id = "getContactHours", tag = "Contact line", extensions(("x-roles" = json!(Administrator::ROLES))),
    params(("id" = Id, Path, description = "The hours.")),
    responses((status = 200, description = "The hours.", body = ContactHours))
)]
#[get("/v1/contact-hours/{id}")]
pub async fn get_contact_hours(_caller: Administrator, id: Path<Id>, platform: Platform) -> Result<Answer> {
    platform.read(move |tx| view(tx, id.0)).await
}

/// Create contact line hours
///
/// Weekly hours from a date on, or hours of a single day. Refused when no channel would be answered at some hour within the next
/// 400 days.
#[utoipa::path(
    operation_id = "createContactHours", tag = "Contact line", request_body = CreateContactHours,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("contact_hours.created")),
        ("x-problems" = json!(["already_exists", "line_unanswered"]))),
    responses((status = 201, description = "Created.", body = ContactHours))
)]
#[post("/v1/contact-hours")]
pub async fn create_contact_hours(
    caller: Administrator,
    attempt: Attempt,
    form: Json<CreateContactHours>,
    platform: Platform,
) -> Result<Answer> {
    let now = platform.clock.now();
    let (hours, today) = (form.to_hours(), now.london_day());
    rules::check_hours(&hours, today)?;
    platform
        .write_once(attempt, move |tx| {
            queries::lock(tx)?;
            let id = queries::insert(tx, &hours, caller.id)?;
            let hours = queries::in_force_from(tx, today)?;
            rules::check_always_answered(&hours, &bank_holidays(tx)?, today)?;
            audit::record(tx, caller.actor(), "contact_hours.created", ("contact_hours", Some(id)))?;
            Ok(view(tx, id)?.with_location(format!("/v1/contact-hours/{id}")))
        })
        .await
}

/// Delete contact line hours
///
/// Only hours that have not started yet.
#[utoipa::path(
    operation_id = "deleteContactHours", tag = "Contact line",
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("contact_hours.deleted")),
        ("x-problems" = json!(["state_conflict", "line_unanswered"]))),
    params(("id" = Id, Path, description = "The hours.")),
    responses((status = 204, description = "Deleted."))
)]
#[delete("/v1/contact-hours/{id}")]
pub async fn delete_contact_hours(caller: Administrator, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let (now, id) = (platform.clock.now(), id.0);
    let today = now.london_day();
    platform
        .write(move |tx| {
            queries::lock(tx)?;
            let record = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
            rules::check_not_started(record.hours.starts_on, today)?;
            queries::delete(tx, id)?;
            let hours = queries::in_force_from(tx, today)?;
            rules::check_always_answered(&hours, &bank_holidays(tx)?, today)?;
            audit::record(tx, caller.actor(), "contact_hours.deleted", ("contact_hours", Some(id)))?;
            Ok(Answer::no_content())
        })
        .await
}

fn view(tx: &mut Tx, id: Id) -> Result<Answer> {
    Answer::ok(&ContactHours::from(queries::find(tx, id)?.ok_or_else(Error::not_found)?))
}
