//! When which channel answers: public to read, an administrator's to change.

use actix_web::{delete, get, post};
use chrono::NaiveDate;

use super::open_routes;
use crate::contacts::dto::{ContactHours, ContactHoursQuery, ContactRoutes, CreateContactHours};
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

/// Show how to contact the service now
///
/// By which channel somebody answers now, when the others do next, and where to turn at any hour. Needs no account.
#[utoipa::path(
    operation_id = "getContactRoutes", tag = "Contact line", security(()),
    responses((status = 200, description = "Every channel, and the urgent routes.", body = ContactRoutes))
)]
#[get("/v1/contact-routes")]
pub async fn get_contact_routes(platform: Platform) -> Result<Answer> {
    platform.read(move |tx| Answer::ok(&open_routes(tx, &Seeker::default())?)).await
}

/// List contact line hours
///
/// Those of every week and those of single days, past ones included.
#[utoipa::path(
    operation_id = "listContactHours", tag = "Contact line", params(ContactHoursQuery), extensions(("x-roles" = json!(Administrator::ROLES))),
    responses((status = 200, description = "The hours, the latest day first.", body = Page<ContactHours>))
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
            let page = paging.page(rows, |kept| (kept.hours.starts_on, kept.id))?;
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
    platform.read(move |tx| shown(tx, id.0)).await
}

/// Add contact line hours
///
/// Of every week from a day on, or of one day. Refused when there would be an hour, in the year to come, at which nobody answers by
/// any channel: some channel always does.
#[utoipa::path(
    operation_id = "createContactHours", tag = "Contact line", request_body = CreateContactHours,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-problems" = json!(["already_exists", "line_unanswered"]))),
    responses((status = 201, description = "Set.", body = ContactHours))
)]
#[post("/v1/contact-hours")]
pub async fn set_contact_hours(
    caller: Administrator,
    attempt: Attempt,
    form: Json<CreateContactHours>,
    platform: Platform,
) -> Result<Answer> {
    let now = platform.clock.now();
    let (hours, today) = (form.told(), now.london_day());
    rules::check_hours(&hours, today)?;
    platform
        .write_once(attempt, move |tx| {
            queries::lock(tx)?;
            let id = queries::insert(tx, &hours, caller.id)?;
            rules::check_answered(&queries::from(tx, today)?, bank_holidays(), today)?;
            audit::record(tx, caller.actor(), "contact_hours.set", ("contact_hours", Some(id)))?;
            Ok(shown(tx, id)?.at(format!("/v1/contact-hours/{id}")))
        })
        .await
}

/// Delete contact line hours
///
/// As long as their day has not come.
#[utoipa::path(
    operation_id = "deleteContactHours", tag = "Contact line",
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-problems" = json!(["state_conflict", "line_unanswered"]))),
    params(("id" = Id, Path, description = "The hours.")),
    responses((status = 204, description = "Withdrawn."))
)]
#[delete("/v1/contact-hours/{id}")]
pub async fn withdraw_contact_hours(caller: Administrator, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let (now, id) = (platform.clock.now(), id.0);
    let today = now.london_day();
    platform
        .write(move |tx| {
            queries::lock(tx)?;
            let kept = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
            rules::check_ahead(kept.hours.starts_on, today)?;
            queries::delete(tx, id)?;
            rules::check_answered(&queries::from(tx, today)?, bank_holidays(), today)?;
            audit::record(tx, caller.actor(), "contact_hours.withdrawn", ("contact_hours", Some(id)))?;
            Ok(Answer::done())
        })
        .await
}

fn shown(tx: &mut Tx, id: Id) -> Result<Answer> {
    Answer::ok(&ContactHours::from(queries::find(tx, id)?.ok_or_else(Error::not_found)?))
}
