//! Opening hours of the contact line: public to read, changed by administrators.

use actix_web::{get, post};
use chrono::NaiveDate;

use super::current_routes;
use crate::contacts::dto::{ContactHours, ContactHoursQuery, ContactRoutes, ContactRoutesQuery, CreateContactHours};
use crate::contacts::model::Hours;
use crate::contacts::queries::hours::{self as queries, ContactHoursRecord};
use crate::contacts::rules;
use people::accounts::queries as accounts;
use people::relationships::same_person::same_person;
use people::staff_changes::rules::SecondPersonFacts;
use people::{Administrator, Role};
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Query, Response};
use platform::ids::Id;
use platform::refusal::{Reason, Refusal};
use reference::signposts::model::Seeker;
use reference::workforce::bank_holidays;

/// Get the ways to contact the service now
///
/// Which channels are answered now, when the others open next, where to get help at any hour (999 and other emergency routes), and the
/// question about suicide and danger to ask before a call-back is requested. With `nation` the help is that of the nation.
#[utoipa::path(
    operation_id = "getContactRoutes", tag = "Contact line", security(()), params(ContactRoutesQuery),
    responses((status = 200, description = "Every channel, and the urgent routes.", body = ContactRoutes))
)]
#[get("/v1/contact-routes")]
pub async fn get_contact_routes(query: Query<ContactRoutesQuery>, platform: Platform) -> Result<Response> {
    let seeker = Seeker { nation: query.0.nation, ..Seeker::default() };
    platform.read(move |tx| Response::ok(&current_routes(tx, &seeker)?)).await
}

/// List contact line hours
///
/// Weekly hours and hours of single days: those that apply or applied, those that wait for a second administrator, and those that were
/// withdrawn. Of approved hours of one channel, kind and day those that were approved last apply.
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
) -> Result<Response> {
    let ContactHoursQuery { channel } = query.0;
    platform
        .read(move |tx| {
            let rows = queries::list(tx, channel, paging.after, paging.rows())?;
            let page = paging.page(rows, |record| (record.hours.starts_on, record.id))?;
            let (now, administrators) = (tx.now, accounts::active_with_role(tx, Role::Administrator)?.len());
            Response::ok(&page.map(|record| ContactHours::new(record, now, administrators)))
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
pub async fn get_contact_hours(_caller: Administrator, id: Path<Id>, platform: Platform) -> Result<Response> {
    platform.read(move |tx| view(tx, id.0)).await
}

/// Create contact line hours
///
/// Weekly hours from a date on, or hours of a single day. They apply only once another administrator has approved them, and then replace
/// hours of the same channel, kind and day. Refused when neither calls nor text messages would be answered at some hour within the next
/// 400 days, or calls for less than 20 hours in seven days.
#[utoipa::path(
    operation_id = "createContactHours", tag = "Contact line", request_body = CreateContactHours,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("contact_hours.proposed")),
        ("x-problems" = json!(["line_unanswered"]))),
    responses((status = 201, description = "Proposed.", body = ContactHours))
)]
#[post("/v1/contact-hours")]
pub async fn create_contact_hours(
    caller: Administrator,
    attempt: Attempt,
    form: Json<CreateContactHours>,
    platform: Platform,
) -> Result<Response> {
    let hours = form.to_hours();
    rules::check_hours(&hours, platform.clock.now().london_day())?;
    platform
        .write_once(attempt, move |tx| {
            queries::lock(tx)?;
            check_answered(tx, &hours)?;
            let id = queries::insert(tx, &hours, caller.id)?;
            audit::record(tx, caller.actor(), "contact_hours.proposed", ("contact_hours", Some(id)))?;
            Ok(view(tx, id)?.with_location(format!("/v1/contact-hours/{id}")))
        })
        .await
}

/// Approve contact line hours
///
/// For another administrator than the one who proposed them. Weekly hours then apply from their first day on, or from today if that day is
/// past. A single day that is past is not approved.
#[utoipa::path(
    operation_id = "approveContactHours", tag = "Contact line",
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("contact_hours.approved")),
        ("x-problems" = json!(["state_conflict", "second_person_required"]))),
    params(("id" = Id, Path, description = "The hours.")),
    responses((status = 200, description = "Approved.", body = ContactHours))
)]
#[post("/v1/contact-hours/{id}/approve")]
pub async fn approve_contact_hours(
    caller: Administrator,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            queries::lock(tx)?;
            let record = find(tx, id)?;
            let proposed_by = record.proposed_by.unwrap_or(Id::NO_RECORD);
            let facts = SecondPersonFacts {
                proposed_by,
                caller: caller.id,
                may_be_proposer: same_person(tx, caller.id, proposed_by)?,
                administrators: accounts::active_with_role(tx, Role::Administrator)?.len(),
            };
            rules::check_approve_hours(rules::hours_state_at(record.state, record.proposed_at, tx.now), &facts)?;
            if queries::are_overtaken(tx, &record)? {
                return Err(Reason::ProposalOvertaken.into());
            }
            let hours = rules::approved_on(&record.hours, tx.now.london_day())?;
            // What they were checked against may have changed since.
            check_answered(tx, &hours).map_err(|error| match error.reason() {
                Reason::LineUnanswered => {
                    let detail = "Other hours have changed, and with these the line would be unanswered. Withdraw them, and propose others.";
                    Refusal::new(Reason::ChangeOutdated, detail).into()
                }
                _ => error,
            })?;
            queries::approve(tx, &record, &hours, caller.id)?;
            audit::record(tx, caller.actor(), "contact_hours.approved", ("contact_hours", Some(id)))?;
            view(tx, id)
        })
        .await
}

/// Withdraw contact line hours
///
/// While they wait. Hours that another administrator has approved are replaced by other hours from the same day.
#[utoipa::path(
    operation_id = "withdrawContactHours", tag = "Contact line",
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("contact_hours.withdrawn")),
        ("x-problems" = json!(["state_conflict", "second_person_required"]))),
    params(("id" = Id, Path, description = "The hours.")),
    responses((status = 200, description = "Withdrawn.", body = ContactHours))
)]
#[post("/v1/contact-hours/{id}/withdraw")]
pub async fn withdraw_contact_hours(
    caller: Administrator,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            queries::lock(tx)?;
            let record = find(tx, id)?;
            let state = rules::hours_state_at(record.state, record.proposed_at, tx.now);
            rules::check_withdraw_hours(state, record.hours.starts_on, tx.now.london_day())?;
            queries::withdraw(tx, id, caller.id)?;
            audit::record(tx, caller.actor(), "contact_hours.withdrawn", ("contact_hours", Some(id)))?;
            view(tx, id)
        })
        .await
}

/// Checks that the line is answered with these hours among those that apply. The caller has locked the hours.
fn check_answered(tx: &mut Tx, new: &Hours) -> Result<()> {
    let today = tx.now.london_day();
    let hours = rules::replaced_by(queries::in_force_from(tx, today)?, new);
    Ok(rules::check_always_answered(&hours, &bank_holidays(tx)?, today)?)
}

fn find(tx: &mut Tx, id: Id) -> Result<ContactHoursRecord> {
    queries::find(tx, id)?.ok_or_else(Error::not_found)
}

fn view(tx: &mut Tx, id: Id) -> Result<Response> {
    let record = find(tx, id)?;
    let administrators = accounts::active_with_role(tx, Role::Administrator)?.len();
    Response::ok(&ContactHours::new(record, tx.now, administrators))
}
