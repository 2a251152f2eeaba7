//! The intake switches, which an administrator turns. Closing refuses new registrations of a cohort; nobody who is registered
//! notices.

use actix_web::{get, post, put};
use chrono::NaiveDate;

use crate::registration::dto::{IntakeSwitchPage, IntakeSwitchQuery, IntakeSwitchView, IntakeTurn, TurnIntakeSwitch};
use crate::registration::queries::intake as queries;
use crate::registration::queries::intake::NewTurn;
use crate::registration::queries::intake::lock_switch;
use crate::registration::rules;
use people::Administrator;
use platform::Platform;
use platform::audit;
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::http::{Answer, IdempotencyKey, IfMatch, Json, Page, Path, Query};
use platform::ids::{Id, UtcTime};
use reference::signposts::model::Need;

/// List the turns of the intake switches
///
/// Those that the service began with, those since, and those to come.
#[utoipa::path(
    operation_id = "listIntakeSwitches", tag = "access", params(IntakeSwitchQuery), extensions(("x-roles" = json!(["administrator"]))),
    responses((status = 200, description = "The turns, the latest day first.", body = IntakeSwitchPage))
)]
#[get("/v1/intake-switches")]
pub async fn list_intake_switches(_caller: Administrator, query: Query<IntakeSwitchQuery>, platform: Platform) -> Result<Answer> {
    const LIST: &str = "intake_switches";
    let (sealer, IntakeSwitchQuery { cohort, limit, cursor }) = (platform.sealer.clone(), query.0);
    let before = cursor.map(|cursor| cursor.open::<(NaiveDate, Id)>(&sealer, LIST)).transpose()?;
    platform
        .db
        .read(move |conn| {
            let rows = queries::list(conn, cohort, before, limit.plus_one())?;
            let page = Page::cut(rows, limit, &sealer, LIST, |turn| (turn.starts_on, turn.id))?;
            let ids: Vec<Id> = page.items.iter().map(|turn| turn.id).collect();
            let mut changes = queries::changes(conn, &ids)?;
            let page = page.try_map(|turn| {
                let id = turn.id;
                let own: Vec<_> = changes.extract_if(.., |(of, _)| *of == id).map(|(_, change)| change).collect();
                IntakeSwitchView::new(turn, own)
            })?;
            Answer::ok(&IntakeSwitchPage { items: page.items, next_cursor: page.next_cursor })
        })
        .await
}

/// Read a turn of an intake switch
#[utoipa::path(
    operation_id = "getIntakeSwitch", tag = "access", extensions(("x-roles" = json!(["administrator"]))),
    params(("id" = Id, Path, description = "The turn.")),
    responses((status = 200, description = "The turn with its history.", body = IntakeSwitchView, headers(("ETag" = String, description = "The version, for If-Match."))))
)]
#[get("/v1/intake-switches/{id}")]
pub async fn get_intake_switch(_caller: Administrator, id: Path<Id>, platform: Platform) -> Result<Answer> {
    platform.db.read(move |conn| shown(conn, id.0)).await
}

/// Turn an intake switch
///
/// From a day on, today or later, new registrations of the cohort are taken or not. A closed intake points people on. Those
/// who are registered already notice nothing.
#[utoipa::path(
    operation_id = "turnIntakeSwitch", tag = "access", request_body = TurnIntakeSwitch,
    extensions(("x-roles" = json!(["administrator"])), ("x-problems" = json!(["intake_turned"]))),
    params(("Idempotency-Key" = Option<String>, Header, description = "A key of your choice that makes a repeat safe.", nullable = false)),
    responses((status = 201, description = "Turned.", body = IntakeSwitchView,
        headers(("Location" = String, description = "The turn."), ("ETag" = String, description = "The version, for If-Match."))))
)]
#[post("/v1/intake-switches")]
pub async fn turn_intake_switch(
    caller: Administrator,
    key: IdempotencyKey,
    form: Json<TurnIntakeSwitch>,
    platform: Platform,
) -> Result<Answer> {
    let (sealer, now) = (platform.sealer.clone(), platform.clock.now());
    let new = checked(&form.turn, "/turn", now)?;
    platform
        .db
        .write(move |conn| {
            key.once(conn, &sealer, caller.id, &form.digest, now, |conn| {
                let id = queries::insert(conn, form.cohort, &new, caller.id, now)?;
                audit::record(conn, caller.actor(), "intake_switch.turned", ("intake_switch", Some(id)), now)?;
                Ok(shown(conn, id)?.at(format!("/v1/intake-switches/{id}")))
            })
        })
        .await
}

/// Change a turn of an intake switch
///
/// One that begins today or later; how it was stays in its history. What began on an earlier day is changed by another turn.
#[utoipa::path(
    operation_id = "updateIntakeSwitch", tag = "access", request_body = IntakeTurn,
    extensions(("x-roles" = json!(["administrator"])), ("x-problems" = json!(["intake_turned", "intake_turn_begun"]))),
    params(("id" = Id, Path, description = "The turn."), ("If-Match" = String, Header, description = "The ETag of the turn as it was read.")),
    responses((status = 200, description = "The turn as it is now.", body = IntakeSwitchView, headers(("ETag" = String, description = "The version, for If-Match."))))
)]
#[put("/v1/intake-switches/{id}")]
pub async fn update_intake_switch(
    caller: Administrator,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<IntakeTurn>,
    platform: Platform,
) -> Result<Answer> {
    let (now, id) = (platform.clock.now(), id.0);
    let new = checked(&form, "", now)?;
    platform
        .db
        .write(move |conn| {
            lock_switch(conn, id)?.ok_or_else(Error::not_found)?;
            let turn = queries::find(conn, id)?.ok_or_else(Error::not_found)?;
            seen.check(turn.version)?;
            rules::check_turn_ahead(turn.starts_on, now.london_day())?;
            queries::replace(conn, &turn, &new, caller.id, now)?;
            audit::record(conn, caller.actor(), "intake_switch.changed", ("intake_switch", Some(id)), now)?;
            shown(conn, id)
        })
        .await
}

/// What is to be written; `at` is the pointer of the turn in the body. Whoever is pointed on is pointed to crisis help, too.
fn checked(form: &IntakeTurn, at: &str, now: UtcTime) -> Result<NewTurn> {
    rules::check_turn(at, form.starts_on, form.is_open, &form.signposts, now.london_day())?;
    let mut signposts: Vec<Need> = Vec::with_capacity(form.signposts.len() + 1);
    let crisis = (!form.is_open).then_some(Need::Crisis);
    for need in form.signposts.iter().copied().chain(crisis) {
        if !signposts.contains(&need) {
            signposts.push(need);
        }
    }
    Ok(NewTurn { starts_on: form.starts_on, is_open: form.is_open, reason: form.reason.trim().to_owned(), signposts })
}

fn shown(conn: &mut Conn, id: Id) -> Result<Answer> {
    let turn = queries::find(conn, id)?.ok_or_else(Error::not_found)?;
    let changes = queries::changes(conn, &[id])?;
    let version = turn.version;
    let view = IntakeSwitchView::new(turn, changes.into_iter().map(|(_, change)| change))?;
    Ok(Answer::ok(&view)?.version(version))
}
