//! The intake switches, which an administrator turns. Closing refuses new registrations of a cohort; nobody who is registered
//! notices.

use actix_web::{get, post, put};
use chrono::NaiveDate;

use crate::registration::dto::{CreateIntakePeriod, IntakePeriodForm, IntakePeriodView, IntakeSwitchQuery};
use crate::registration::queries::intake as queries;
use crate::registration::queries::intake::NewTurn;
use crate::registration::queries::intake::lock_switch;
use crate::registration::rules;
use people::Administrator;
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, IfMatch, Json, Page, Paging, Path, Query};
use platform::ids::{Id, UtcTime};
use reference::signposts::model::SignpostNeed;

/// List intake periods
///
/// Those that the service began with, those since, and those to come.
#[utoipa::path(
    operation_id = "listIntakePeriods", tag = "Registration", params(IntakeSwitchQuery), extensions(("x-roles" = json!(Administrator::ROLES))),
    responses((status = 200, description = "The intake periods, the latest day first.", body = Page<IntakePeriodView>))
)]
#[get("/v1/intake-periods")]
pub async fn list_intake_switches(
    _caller: Administrator,
    query: Query<IntakeSwitchQuery>,
    paging: Paging<(NaiveDate, Id)>,
    platform: Platform,
) -> Result<Answer> {
    let IntakeSwitchQuery { cohort } = query.0;
    platform
        .read(move |tx| {
            let rows = queries::list(tx, cohort, paging.after, paging.rows())?;
            let page = paging.page(rows, |turn| (turn.starts_on, turn.id))?;
            let ids: Vec<Id> = page.items.iter().map(|turn| turn.id).collect();
            let mut changes = queries::changes(tx, &ids)?;
            let page = page.try_map(|turn| {
                let id = turn.id;
                let own: Vec<_> = changes.extract_if(.., |(of, _)| *of == id).map(|(_, change)| change).collect();
                IntakePeriodView::new(turn, own)
            })?;
            Answer::ok(&page)
        })
        .await
}

/// Get an intake period
#[utoipa::path(
    operation_id = "getIntakePeriod", tag = "Registration", extensions(("x-roles" = json!(Administrator::ROLES))),
    params(("id" = Id, Path, description = "The turn.")),
    responses((status = 200, description = "The intake period with its history.", body = IntakePeriodView))
)]
#[get("/v1/intake-periods/{id}")]
pub async fn get_intake_switch(_caller: Administrator, id: Path<Id>, platform: Platform) -> Result<Answer> {
    platform.read(move |tx| shown(tx, id.0)).await
}

/// Open or close intake from a date
///
/// From a day on, today or later, new registrations of the cohort are taken or not. A closed intake points people on. Those
/// who are registered already notice nothing.
#[utoipa::path(
    operation_id = "createIntakePeriod", tag = "Registration", request_body = CreateIntakePeriod,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-problems" = json!(["already_exists"]))),
    responses((status = 201, description = "Scheduled.", body = IntakePeriodView))
)]
#[post("/v1/intake-periods")]
pub async fn turn_intake_switch(
    caller: Administrator,
    attempt: Attempt,
    form: Json<CreateIntakePeriod>,
    platform: Platform,
) -> Result<Answer> {
    let now = platform.clock.now();
    let new = checked(&form.period, "/period", now)?;
    platform
        .write_once(attempt, move |tx| {
            let id = queries::insert(tx, form.cohort, &new, caller.id)?;
            audit::record(tx, caller.actor(), "intake_switch.turned", ("intake_switch", Some(id)))?;
            Ok(shown(tx, id)?.at(format!("/v1/intake-periods/{id}")))
        })
        .await
}

/// Replace an intake period
///
/// One that begins today or later; how it was stays in its history. What began on an earlier day is changed by another turn.
#[utoipa::path(
    operation_id = "replaceIntakePeriod", tag = "Registration", request_body = IntakePeriodForm,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-problems" = json!(["already_exists", "state_conflict"]))),
    params(("id" = Id, Path, description = "The turn."), IfMatch),
    responses((status = 200, description = "The intake period as it is now.", body = IntakePeriodView))
)]
#[put("/v1/intake-periods/{id}")]
pub async fn update_intake_switch(
    caller: Administrator,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<IntakePeriodForm>,
    platform: Platform,
) -> Result<Answer> {
    let (now, id) = (platform.clock.now(), id.0);
    let new = checked(&form, "", now)?;
    platform
        .write(move |tx| {
            lock_switch(tx, id)?.ok_or_else(Error::not_found)?;
            let turn = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
            seen.check(turn.version)?;
            rules::check_turn_ahead(turn.starts_on, tx.now.london_day())?;
            queries::replace(tx, &turn, &new, caller.id)?;
            audit::record(tx, caller.actor(), "intake_switch.changed", ("intake_switch", Some(id)))?;
            shown(tx, id)
        })
        .await
}

/// What is to be written; `at` is the pointer of the turn in the body. Whoever is pointed on is pointed to crisis help, too.
fn checked(form: &IntakePeriodForm, at: &str, now: UtcTime) -> Result<NewTurn> {
    rules::check_turn(at, form.starts_on, form.is_open, &form.signposts, now.london_day())?;
    let mut signposts: Vec<SignpostNeed> = Vec::with_capacity(form.signposts.len() + 1);
    let crisis = (!form.is_open).then_some(SignpostNeed::Crisis);
    for need in form.signposts.iter().copied().chain(crisis) {
        if !signposts.contains(&need) {
            signposts.push(need);
        }
    }
    Ok(NewTurn { starts_on: form.starts_on, is_open: form.is_open, reason: form.reason.trim().to_owned(), signposts })
}

fn shown(tx: &mut Tx, id: Id) -> Result<Answer> {
    let turn = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
    let changes = queries::changes(tx, &[id])?;
    let version = turn.version;
    let view = IntakePeriodView::new(turn, changes.into_iter().map(|(_, change)| change))?;
    Ok(Answer::ok(&view)?.version(version))
}
