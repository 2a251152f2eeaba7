//! HTTP handlers of intake periods, which administrators set. Closing intake refuses new registrations of a cohort; registered
//! practitioners are not affected.

use actix_web::{get, post, put};
use chrono::NaiveDate;

use crate::registration::dto::{CreateIntakePeriod, IntakePeriodForm, IntakePeriodQuery, IntakePeriodView};
use crate::registration::queries::intake as queries;
use crate::registration::queries::intake::NewIntakePeriod;
use crate::registration::queries::intake::lock_period;
use crate::registration::rules;
use people::Administrator;
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Attempt, IfMatch, Json, Page, Paging, Path, Query, Response};
use platform::ids::{Id, UtcTime};
use reference::signposts::model::SignpostNeed;

/// List intake periods
///
/// The initial periods, later ones, and future ones.
#[utoipa::path(
    operation_id = "listIntakePeriods", tag = "Registration", params(IntakePeriodQuery), extensions(("x-roles" = json!(Administrator::ROLES))),
    responses((status = 200, description = "The intake periods, latest day first.", body = Page<IntakePeriodView>))
)]
#[get("/v1/intake-periods")]
pub async fn list_intake_periods(
    _caller: Administrator,
    query: Query<IntakePeriodQuery>,
    paging: Paging<(NaiveDate, Id)>,
    platform: Platform,
) -> Result<Response> {
    let IntakePeriodQuery { cohort } = query.0;
    platform
        .read(move |tx| {
            let rows = queries::list(tx, cohort, paging.after, paging.rows())?;
            let page = paging.page(rows, |period| (period.starts_on, period.id))?;
            let ids: Vec<Id> = page.items.iter().map(|period| period.id).collect();
            let mut changes = queries::changes(tx, &ids)?;
            let page = page.try_map(|period| {
                let id = period.id;
                let own: Vec<_> = changes.extract_if(.., |(of, _)| *of == id).map(|(_, change)| change).collect();
                IntakePeriodView::new(period, own)
            })?;
            Response::ok(&page)
        })
        .await
}

/// Get an intake period
#[utoipa::path(
    operation_id = "getIntakePeriod", tag = "Registration", extensions(("x-roles" = json!(Administrator::ROLES))),
    params(("id" = Id, Path, description = "The intake period.")),
    responses((status = 200, description = "The intake period with its history.", body = IntakePeriodView))
)]
#[get("/v1/intake-periods/{id}")]
pub async fn get_intake_period(_caller: Administrator, id: Path<Id>, platform: Platform) -> Result<Response> {
    platform.read(move |tx| view_period(tx, id.0)).await
}

/// Create an intake period
///
/// From a day on, today or later, new registrations of the cohort are accepted or refused. While intake is closed, people are
/// shown sources of help elsewhere. Registered practitioners are not affected.
#[utoipa::path(
    operation_id = "createIntakePeriod", tag = "Registration", request_body = CreateIntakePeriod,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("intake_period.created")),
        ("x-problems" = json!(["already_exists"]))),
    responses((status = 201, description = "Scheduled.", body = IntakePeriodView))
)]
#[post("/v1/intake-periods")]
pub async fn create_intake_period(
    caller: Administrator,
    attempt: Attempt,
    form: Json<CreateIntakePeriod>,
    platform: Platform,
) -> Result<Response> {
    let now = platform.clock.now();
    let new = checked_period(&form.period, "/period", now)?;
    platform
        .write_once(attempt, move |tx| {
            let id = queries::insert(tx, form.cohort, &new, caller.id)?;
            audit::record(tx, caller.actor(), "intake_period.created", ("intake_switch", Some(id)))?;
            Ok(view_period(tx, id)?.with_location(format!("/v1/intake-periods/{id}")))
        })
        .await
}

/// Replace an intake period
///
/// Only a period that starts today or later; the earlier version stays in its history. To change a period that has started,
/// create another one.
#[utoipa::path(
    operation_id = "replaceIntakePeriod", tag = "Registration", request_body = IntakePeriodForm,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("intake_period.replaced")),
        ("x-problems" = json!(["already_exists", "state_conflict"]))),
    params(("id" = Id, Path, description = "The intake period."), IfMatch),
    responses((status = 200, description = "The intake period as it is now.", body = IntakePeriodView))
)]
#[put("/v1/intake-periods/{id}")]
pub async fn replace_intake_period(
    caller: Administrator,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<IntakePeriodForm>,
    platform: Platform,
) -> Result<Response> {
    let (now, id) = (platform.clock.now(), id.0);
    let new = checked_period(&form, "", now)?;
    platform
        .write(move |tx| {
            lock_period(tx, id)?.ok_or_else(Error::not_found)?;
            let period = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
            seen.check(period.version)?;
            rules::check_not_started(period.starts_on, tx.now.london_day())?;
            queries::replace(tx, &period, &new, caller.id)?;
            audit::record(tx, caller.actor(), "intake_period.replaced", ("intake_switch", Some(id)))?;
            view_period(tx, id)
        })
        .await
}

/// The content to be stored; `at` is the pointer of the period in the body. People who are refused are always shown crisis help
/// too.
fn checked_period(form: &IntakePeriodForm, at: &str, now: UtcTime) -> Result<NewIntakePeriod> {
    rules::check_period(at, form.starts_on, form.open, &form.signposts, now.london_day())?;
    let mut signposts: Vec<SignpostNeed> = Vec::with_capacity(form.signposts.len() + 1);
    let crisis = (!form.open).then_some(SignpostNeed::Crisis);
    for need in form.signposts.iter().copied().chain(crisis) {
        if !signposts.contains(&need) {
            signposts.push(need);
        }
    }
    Ok(NewIntakePeriod { starts_on: form.starts_on, is_open: form.open, reason: form.reason.trim().to_owned(), signposts })
}

fn view_period(tx: &mut Tx, id: Id) -> Result<Response> {
    let period = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
    let changes = queries::changes(tx, &[id])?;
    let version = period.version;
    let view = IntakePeriodView::new(period, changes.into_iter().map(|(_, change)| change))?;
    Ok(Response::ok(&view)?.with_version(version))
}
