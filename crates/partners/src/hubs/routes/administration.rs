//! HTTP handlers for administrators of hubs. Areas and channels are changed from a day on; what was valid before stays in the
//! history.

use actix_web::{post, put};

use super::{check_boards, hub_answer};
use crate::hubs::dto::{CloseHub, CreateHub, HubView, ReplaceHub, ReplaceHubChannels, ReplaceHubCoverage};
use crate::hubs::model::{Coverage, DatedValue, Hub, HubContact, HubDiscipline};
use crate::hubs::{queries, rules};
use people::{Administrator, Caller};
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Attempt, IfMatch, Json, Path, Response};
use platform::ids::Id;
use platform::text::code;
use reference::workforce;

/// Create a hub
///
/// With all areas that it covers and has covered. Areas and channels are changed later from a day on.
#[utoipa::path(
    operation_id = "createHub", tag = "Hubs", request_body = CreateHub,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("hub.created"))),
    responses((status = 201, description = "The new hub.", body = HubView))
)]
#[post("/v1/hubs")]
pub async fn create_hub(caller: Administrator, attempt: Attempt, form: Json<CreateHub>, platform: Platform) -> Result<Response> {
    let now = platform.clock.now();
    let hub = Hub {
        id: Id::new(now),
        name: form.name.trim().to_owned(),
        region: form.region,
        opened_on: form.opened_on,
        closed_on: None,
        help: without_repeats(&form.help),
        team: checked_team(form.team.iter().map(|members| (members.discipline, members.people)).collect())?,
        version: 1,
    };
    let area = |area: &crate::hubs::dto::CoveredArea| DatedValue {
        value: (hub.id, code(&area.icb_code)),
        from: area.valid_from,
        until: area.valid_until.map(|last| last.succ_opt().unwrap_or(last)),
    };
    let coverage: Vec<Coverage> = form.coverage.iter().map(area).collect();
    let channels =
        form.channels.iter().map(|channel| DatedValue { value: HubContact::from(channel), from: hub.opened_on, until: None });
    let channels: Vec<DatedValue<HubContact>> = channels.collect();
    platform
        .write_once(attempt, move |tx| {
            rules::check_coverage(&workforce::boards(tx)?, &coverage, hub.opened_on)?;
            queries::insert(tx, &hub)?;
            queries::set_coverage(tx, hub.id, &coverage)?;
            queries::set_channels(tx, hub.id, &channels)?;
            audit::record(tx, caller.actor(), "hub.created", ("hub", Some(hub.id)))?;
            Ok(hub_answer(tx, hub.id)?.with_location(format!("/v1/hubs/{}", hub.id)))
        })
        .await
}

/// Replace a hub
///
/// Replaces its name, region, kinds of help and team. Areas and channels have operations of their own.
#[utoipa::path(
    operation_id = "replaceHub", tag = "Hubs", request_body = ReplaceHub,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("hub.changed"))),
    params(("id" = Id, Path, description = "The hub."), IfMatch),
    responses((status = 200, description = "The hub as it is now.", body = HubView))
)]
#[put("/v1/hubs/{id}")]
pub async fn replace_hub(
    caller: Administrator,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<ReplaceHub>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    let team = checked_team(form.team.iter().map(|members| (members.discipline, members.people)).collect())?;
    platform
        .write(move |tx| {
            change(tx, &caller, id, &seen, "hub.changed", |_, hub| {
                form.name.trim().clone_into(&mut hub.name);
                hub.region = form.region;
                hub.help = without_repeats(&form.help);
                hub.team.clone_from(&team);
                Ok(())
            })
        })
        .await
}

/// Close a hub
///
/// From a day on, today or later. It stays in the history; its coordinators can still answer what was referred to it.
#[utoipa::path(
    operation_id = "closeHub", tag = "Hubs", request_body = CloseHub,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("hub.closed")),
        ("x-problems" = json!(["hub_closed"]))),
    params(("id" = Id, Path, description = "The hub."), IfMatch),
    responses((status = 200, description = "The hub as it is now.", body = HubView))
)]
#[post("/v1/hubs/{id}/close")]
pub async fn close_hub(
    caller: Administrator,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<CloseHub>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            change(tx, &caller, id, &seen, "hub.closed", |tx, hub| {
                rules::check_closing(hub, form.closed_on, tx.now.london_day())?;
                hub.closed_on = Some(form.closed_on);
                Ok(())
            })
        })
        .await
}

/// Replace the areas that a hub covers
///
/// From a day on, today or later, it covers exactly these areas.
#[utoipa::path(
    operation_id = "replaceHubCoverage", tag = "Hubs", request_body = ReplaceHubCoverage,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("hub.coverage_changed"))),
    params(("id" = Id, Path, description = "The hub."), IfMatch),
    responses((status = 200, description = "The hub as it is now.", body = HubView))
)]
#[put("/v1/hubs/{id}/coverage")]
pub async fn replace_hub_coverage(
    caller: Administrator,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<ReplaceHubCoverage>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let boards = check_boards(tx, &form.icb_codes, form.starts_on)?;
            change(tx, &caller, id, &seen, "hub.coverage_changed", |tx, hub| {
                rules::check_start(hub, form.starts_on, tx.now.london_day())?;
                let wanted: Vec<_> = boards.iter().map(|code| (id, code.clone())).collect();
                let present = queries::coverage(tx, &[id])?;
                queries::set_coverage(tx, id, &rules::replace_from(&present, &wanted, form.starts_on))
            })
        })
        .await
}

/// Replace the contact channels of a hub
///
/// From a day on, today or later, it is reached by exactly these channels.
#[utoipa::path(
    operation_id = "replaceHubChannels", tag = "Hubs", request_body = ReplaceHubChannels,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("hub.channels_changed"))),
    params(("id" = Id, Path, description = "The hub."), IfMatch),
    responses((status = 200, description = "The hub as it is now.", body = HubView))
)]
#[put("/v1/hubs/{id}/channels")]
pub async fn replace_hub_channels(
    caller: Administrator,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<ReplaceHubChannels>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    let mut channels: Vec<HubContact> = Vec::with_capacity(form.channels.len());
    for channel in form.channels.iter().map(HubContact::from) {
        if !channels.contains(&channel) {
            channels.push(channel);
        }
    }
    platform
        .write(move |tx| {
            change(tx, &caller, id, &seen, "hub.channels_changed", |tx, hub| {
                rules::check_start(hub, form.starts_on, tx.now.london_day())?;
                let present: Vec<_> = queries::channels(tx, &[id])?.into_iter().map(|(_, channel)| channel).collect();
                queries::set_channels(tx, id, &rules::replace_from(&present, &channels, form.starts_on))
            })
        })
        .await
}

/// Changes a hub that the caller has read in its present version.
fn change(
    tx: &mut Tx,
    caller: &Caller,
    id: Id,
    seen: &IfMatch,
    action: &'static str,
    edit: impl FnOnce(&mut Tx, &mut Hub) -> Result<()>,
) -> Result<Response> {
    let mut hub = queries::locked(tx, id)?.ok_or_else(Error::not_found)?;
    seen.check(hub.version)?;
    edit(tx, &mut hub)?;
    queries::write(tx, &hub)?;
    audit::record(tx, caller.actor(), action, ("hub", Some(id)))?;
    hub_answer(tx, id)
}

fn checked_team(team: Vec<(HubDiscipline, i32)>) -> Result<Vec<(HubDiscipline, i32)>> {
    rules::check_team(&team)?;
    Ok(team)
}

fn without_repeats<T: Copy + Ord>(values: &[T]) -> Vec<T> {
    let mut values = values.to_vec();
    values.sort();
    values.dedup();
    values
}
