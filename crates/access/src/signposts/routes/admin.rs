//! HTTP handlers with which administrators maintain the directory. Entries are ended, never deleted: other records refer to them.

use actix_web::{get, post, put};
use chrono::NaiveDate;

use super::{entry_answer, entry_view, find_entry};
use crate::signposts::dto::entries::{EndSignpost, SignpostEntry, SignpostForm, SignpostHistoryEntry};
use people::Administrator;
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::Result;
use platform::http::{Attempt, IfMatch, Json, Page, Paging, Path, Response};
use platform::ids::Id;
use reference::signposts::model::{DirectoryEntry, Signpost, SignpostEvent};
use reference::signposts::{built_in, directory, queries, rules};
use reference::workforce;

/// Create a signpost
///
/// The entry counts as compared with its source today.
#[utoipa::path(
    operation_id = "createSignpost", tag = "Signposts", request_body = SignpostForm,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("signpost.added")),
        ("x-problems" = json!(["limit_reached"]))),
    responses((status = 201, description = "Added.", body = SignpostEntry))
)]
#[post("/v1/signposts")]
pub async fn create_signpost(
    caller: Administrator,
    attempt: Attempt,
    form: Json<SignpostForm>,
    platform: Platform,
) -> Result<Response> {
    platform
        .write_once(attempt, move |tx| {
            let signpost = form.signpost(Id::new(tx.now).to_string(), tx.now.london_day());
            rules::check_entry(&signpost, &workforce::boards(tx)?)?;
            rules::check_capacity(&directory(tx)?)?;
            queries::add(tx, &signpost, rules::FIRST_ADDED_POSITION, caller.id)?;
            audit::record(tx, caller.actor(), "signpost.added", ("signpost", signpost.id.parse().ok()))?;
            Ok(entry_answer(tx, &signpost.id)?.with_location(format!("/v1/signposts/{}", signpost.id)))
        })
        .await
}

/// Replace a signpost
///
/// The earlier version stays in its history. The emergency routes are built into the program and cannot be changed.
#[utoipa::path(
    operation_id = "replaceSignpost", tag = "Signposts", request_body = SignpostForm,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("signpost.changed")),
        ("x-problems" = json!(["emergency_route"]))),
    params(("id" = String, Path, description = "The entry.", min_length = 1, max_length = 100), IfMatch),
    responses((status = 200, description = "The entry as it is now.", body = SignpostEntry))
)]
#[put("/v1/signposts/{id}")]
pub async fn replace_signpost(
    caller: Administrator,
    id: Path<String>,
    seen: IfMatch,
    form: Json<SignpostForm>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let before = changeable_entry(tx, &id, &seen)?;
            let signpost = form.signpost(id.clone(), before.signpost.last_checked);
            rules::check_entry(&signpost, &workforce::boards(tx)?)?;
            write(tx, &signpost, before.version, SignpostEvent::Changed, &caller)?;
            entry_answer(tx, &id)
        })
        .await
}

/// End a signpost
///
/// With a last day. After it no one is signposted there; people who were can still read the entry.
#[utoipa::path(
    operation_id = "endSignpost", tag = "Signposts", request_body = EndSignpost,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("signpost.ended")),
        ("x-problems" = json!(["emergency_route", "state_conflict"]))),
    params(("id" = String, Path, description = "The entry.", min_length = 1, max_length = 100), IfMatch),
    responses((status = 200, description = "The entry as it is now.", body = SignpostEntry))
)]
#[post("/v1/signposts/{id}/end")]
pub async fn end_signpost(
    caller: Administrator,
    id: Path<String>,
    seen: IfMatch,
    form: Json<EndSignpost>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let before = changeable_entry(tx, &id, &seen)?;
            rules::check_end(&before.signpost, form.valid_until, tx.now.london_day())?;
            let signpost = Signpost { valid_to: Some(form.valid_until), ..before.signpost };
            write(tx, &signpost, before.version, SignpostEvent::Ended, &caller)?;
            entry_answer(tx, &id)
        })
        .await
}

/// Check that a signpost is correct
///
/// An administrator compared it with its source today. Emergency routes are checked like all others.
#[utoipa::path(
    operation_id = "checkSignpost", tag = "Signposts",
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("signpost.checked"))),
    params(("id" = String, Path, description = "The entry.", min_length = 1, max_length = 100)),
    responses((status = 200, description = "The entry, checked today.", body = SignpostEntry))
)]
#[post("/v1/signposts/{id}/check")]
pub async fn check_signpost(caller: Administrator, id: Path<String>, attempt: Attempt, platform: Platform) -> Result<Response> {
    let id = id.0;
    let seen = attempt.if_match();
    platform
        .write_once(attempt, move |tx| {
            let DirectoryEntry { signpost, position, mut version } = find_entry(tx, &id)?;
            if let Some(seen) = &seen {
                seen.check(version)?;
            }
            if version == 0 {
                // An emergency route that the directory lacks.
                queries::add_built_in(tx, &signpost, position)?;
                version = 1;
            }
            let signpost = Signpost { last_checked: tx.now.london_day(), ..signpost };
            write(tx, &signpost, version, SignpostEvent::Checked, &caller)?;
            entry_answer(tx, &id)
        })
        .await
}

/// List signposts that are due for a check
///
/// Entries in force that were last compared with their source longer ago than the service's limit.
#[utoipa::path(
    operation_id = "listUncheckedSignposts", tag = "Signposts", extensions(("x-roles" = json!(Administrator::ROLES))),
    responses((status = 200, description = "The entries, longest unchecked first.", body = Page<SignpostEntry>))
)]
#[get("/v1/unchecked-signposts")]
pub async fn list_unchecked_signposts(
    _caller: Administrator,
    paging: Paging<(NaiveDate, String)>,
    platform: Platform,
) -> Result<Response> {
    let today = platform.clock.now().london_day();
    let key = |entry: &DirectoryEntry| (entry.signpost.last_checked, entry.signpost.id.clone());
    let all = platform.read(directory).await?;
    let mut rows = rules::unchecked(&all, platform.policy.signpost_check_days, today);
    rows.retain(|entry| paging.after.as_ref().is_none_or(|after| key(entry) > *after));
    rows.truncate(usize::try_from(paging.rows()).unwrap_or(usize::MAX));
    let page = paging.page(rows, |entry| key(entry))?;
    let page = page.try_map(|entry| entry_view(entry.clone()))?;
    Response::ok(&page)
}

/// List the history of a signpost
#[utoipa::path(
    operation_id = "listSignpostHistory", tag = "Signposts", extensions(("x-roles" = json!(Administrator::ROLES))),
    params(("id" = String, Path, description = "The entry.", min_length = 1, max_length = 100)),
    responses((status = 200, description = "The versions, newest first.", body = Page<SignpostHistoryEntry>))
)]
#[get("/v1/signposts/{id}/history")]
pub async fn list_signpost_history(
    _caller: Administrator,
    id: Path<String>,
    paging: Paging<i32>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .read(move |tx| {
            find_entry(tx, &id)?;
            let route = rules::is_emergency_route(built_in(), &id);
            let rows = queries::history(tx, &id, paging.after, paging.rows())?;
            let page = paging.page(rows, |change| change.version)?;
            Response::ok(&page.map(|change| SignpostHistoryEntry::new(change, route)))
        })
        .await
}

/// An entry to be changed, in the version that the caller has seen.
fn changeable_entry(tx: &mut Tx, id: &str, seen: &IfMatch) -> Result<DirectoryEntry> {
    let before = find_entry(tx, id)?;
    rules::check_changeable(built_in(), id)?;
    seen.check(before.version)?;
    Ok(before)
}

fn write(tx: &mut Tx, signpost: &Signpost, version: i32, change: SignpostEvent, caller: &Administrator) -> Result<()> {
    queries::replace(tx, signpost, version, change, caller.id)?;
    let action = match change {
        SignpostEvent::Ended => "signpost.ended",
        SignpostEvent::Checked => "signpost.checked",
        _ => "signpost.changed",
    };
    // Built-in entries have a name instead of an id.
    audit::record(tx, caller.actor(), action, ("signpost", signpost.id.parse().ok()))
}
