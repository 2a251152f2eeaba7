//! HTTP handlers of team session requests, which coordinators take and complete.

use actix_web::{get, post};

use crate::outreach::dto::{OutreachTeamRequestQuery, OutreachTeamRequestView};
use crate::outreach::model::TeamRequestState;
use crate::outreach::queries::teams;
use crate::outreach::queries::teams::TeamRequest;
use crate::outreach::rules;
use people::Coordinator;
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, Page, Paging, Path, Query};
use platform::ids::Id;

const KIND: &str = "outreach_team_request";

/// List team session requests
#[utoipa::path(
    operation_id = "listOutreachTeamRequests", tag = "Outreach", params(OutreachTeamRequestQuery),
    extensions(("x-roles" = json!(Coordinator::ROLES))),
    responses((status = 200, description = "The requests, newest first, without the lead's contact details.", body = Page<OutreachTeamRequestView>))
)]
#[get("/v1/outreach-team-requests")]
pub async fn list_outreach_team_requests(
    _caller: Coordinator,
    query: Query<OutreachTeamRequestQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Answer> {
    let OutreachTeamRequestQuery { state } = query.0;
    platform
        .read(move |tx| {
            let rows = teams::list(tx, state, paging.after, paging.rows())?;
            let page = paging.page(rows, |request| request.id)?;
            Answer::ok(&page.map(OutreachTeamRequestView::from))
        })
        .await
}

/// Get a team session request
///
/// With the lead's contact details. Every read is recorded in the audit trail.
#[utoipa::path(
    operation_id = "getOutreachTeamRequest", tag = "Outreach", extensions(("x-roles" = json!(Coordinator::ROLES))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "The request.", body = OutreachTeamRequestView))
)]
#[get("/v1/outreach-team-requests/{id}")]
pub async fn get_outreach_team_request(caller: Coordinator, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            let request = locked(tx, id)?;
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
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "Taken.", body = OutreachTeamRequestView))
)]
#[post("/v1/outreach-team-requests/{id}/take")]
pub async fn take_outreach_team_request(
    caller: Coordinator,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let request = locked(tx, id)?;
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
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "Completed.", body = OutreachTeamRequestView))
)]
#[post("/v1/outreach-team-requests/{id}/complete")]
pub async fn complete_outreach_team_request(
    caller: Coordinator,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let request = locked(tx, id)?;
            rules::check_team_request(request.state, request.taken_by, TeamRequestState::Done, caller.id)?;
            teams::finish(tx, id)?;
            audit::record(tx, caller.actor(), "outreach_team_request.completed", (KIND, Some(id)))?;
            view_by_id(tx, id)
        })
        .await
}

fn locked(tx: &mut Tx, id: Id) -> Result<TeamRequest> {
    teams::locked(tx, id)?.ok_or_else(Error::not_found)
}

fn view_by_id(tx: &mut Tx, id: Id) -> Result<Answer> {
    let request = locked(tx, id)?;
    view(tx, request)
}

fn view(tx: &Tx, request: TeamRequest) -> Result<Answer> {
    let entered = request.open_details(tx.sealer)?;
    let (contact, note) = entered.map_or((None, None), |details| (Some(details.contact), details.note));
    Answer::ok(&OutreachTeamRequestView { contact, note, ..request.into() })
}
