//! HTTP handlers of team session requests, which coordinators take and complete.

use actix_web::{get, post};

use crate::outreach::dto::{OutreachTeamRequestQuery, OutreachTeamRequestView};
use crate::outreach::model::TeamRequestState;
use crate::outreach::queries::teams;
use crate::outreach::queries::teams::TeamRequest;
use crate::outreach::rules;
use people::Coordinator;
use people::notifications::addresses::Addresses;
use people::relationships::conflicts;
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::db::load_full_page;
use platform::error::{Error, Result};
use platform::http::{Attempt, Page, Paging, Path, Query, Response};
use platform::ids::Id;
use platform::seal::readable_or_none;

const KIND: &str = "outreach_team_request";

/// List team session requests
///
/// Leaves out requests of team leads who have blocked the reader.
#[utoipa::path(
    operation_id = "listOutreachTeamRequests", tag = "Outreach", params(OutreachTeamRequestQuery),
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("outreach_team_request.listed"))),
    responses((status = 200, description = "The requests, newest first, without the lead's contact details.", body = Page<OutreachTeamRequestView>))
)]
#[get("/v1/outreach-team-requests")]
pub async fn list_outreach_team_requests(
    caller: Coordinator,
    query: Query<OutreachTeamRequestQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let OutreachTeamRequestQuery { state } = query.0;
    platform
        .write(move |tx| {
            let hidden = hidden_addresses(tx, caller.id)?;
            let limit = paging.rows();
            let read = |tx: &mut Tx, after| teams::list(tx, state, after, limit);
            let rows = load_full_page(
                tx,
                limit,
                paging.after,
                |request: &TeamRequest| request.id,
                read,
                |tx, rows| {
                    let mut shown = Vec::new();
                    for request in rows.drain(..) {
                        if !is_hidden(tx, &request, &hidden)? {
                            shown.push(request);
                        }
                    }
                    *rows = shown;
                    Ok(())
                },
            )?;
            let page = paging.page(rows, |request| request.id)?;
            let shown: Vec<_> = page.items.iter().map(|request| (request.id, None)).collect();
            audit::record_listed(tx, caller.actor(), "outreach_team_request.listed", KIND, &shown)?;
            Response::ok(&page.map(OutreachTeamRequestView::from))
        })
        .await
}

/// Get a team session request
///
/// With the lead's contact details. Every read is recorded in the audit trail.
#[utoipa::path(
    operation_id = "getOutreachTeamRequest", tag = "Outreach",
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("outreach_team_request.read"))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "The request.", body = OutreachTeamRequestView))
)]
#[get("/v1/outreach-team-requests/{id}")]
pub async fn get_outreach_team_request(caller: Coordinator, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let request = locked(tx, id, caller.id)?;
            audit::record(tx, caller.actor(), "outreach_team_request.read", (KIND, Some(id)))?;
            view(tx, request)
        })
        .await
}

/// Take a team session request
///
/// The caller is responsible for it from now on.
#[utoipa::path(
    operation_id = "takeOutreachTeamRequest", tag = "Outreach",
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("outreach_team_request.assigned")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "Taken.", body = OutreachTeamRequestView))
)]
#[post("/v1/outreach-team-requests/{id}/take")]
pub async fn take_outreach_team_request(
    caller: Coordinator,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let request = locked(tx, id, caller.id)?;
            rules::check_team_request(request.state, request.taken_by, TeamRequestState::Taken, caller.id)?;
            teams::take(tx, id, caller.id)?;
            audit::record(tx, caller.actor(), "outreach_team_request.assigned", (KIND, Some(id)))?;
            view_by_id(tx, id)
        })
        .await
}

/// Complete a team session request
///
/// By the coordinator who took it: the session is arranged, or no longer wanted. The lead's contact details are erased.
#[utoipa::path(
    operation_id = "completeOutreachTeamRequest", tag = "Outreach",
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("outreach_team_request.completed")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "Completed.", body = OutreachTeamRequestView))
)]
#[post("/v1/outreach-team-requests/{id}/complete")]
pub async fn complete_outreach_team_request(
    caller: Coordinator,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let request = locked(tx, id, caller.id)?;
            rules::check_team_request(request.state, request.taken_by, TeamRequestState::Done, caller.id)?;
            teams::finish(tx, id)?;
            audit::record(tx, caller.actor(), "outreach_team_request.completed", (KIND, Some(id)))?;
            view_by_id(tx, id)
        })
        .await
}

/// The request, locked, if the caller may know of it.
fn locked(tx: &mut Tx, id: Id, caller: Id) -> Result<TeamRequest> {
    let request = teams::locked(tx, id)?.ok_or_else(Error::not_found)?;
    let hidden = hidden_addresses(tx, caller)?;
    if is_hidden(tx, &request, &hidden)? { Err(Error::not_found()) } else { Ok(request) }
}

/// The addresses of the practitioners in conflict with the caller: a team lead may be one of them.
fn hidden_addresses(tx: &mut Tx, caller: Id) -> Result<Addresses> {
    let people = conflicts::everyone_excluded_from(tx, caller)?;
    Addresses::of(tx, &people)
}

/// True when the lead is one of the people with these addresses. A damaged request shows nothing about its lead.
fn is_hidden(tx: &Tx, request: &TeamRequest, hidden: &Addresses) -> Result<bool> {
    let entered = readable_or_none(request.open_details(tx.sealer))?.flatten();
    Ok(entered.is_some_and(|details| hidden.contain(&details.contact)))
}

fn view_by_id(tx: &mut Tx, id: Id) -> Result<Response> {
    let request = teams::locked(tx, id)?.ok_or_else(Error::not_found)?;
    view(tx, request)
}

fn view(tx: &Tx, request: TeamRequest) -> Result<Response> {
    let entered = request.open_details(tx.sealer)?;
    let (contact, note) = entered.map_or((None, None), |details| (Some(details.contact), details.note));
    Response::ok(&OutreachTeamRequestView { contact, note, ..request.into() })
}
