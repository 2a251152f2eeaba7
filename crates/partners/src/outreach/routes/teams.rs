//! Teams whose lead asked for a session: coordinators take them and see to them.

use actix_web::{get, post};

use crate::outreach::dto::{OutreachTeamRequestPage, OutreachTeamRequestQuery, OutreachTeamRequestView};
use crate::outreach::model::TeamRequestState;
use crate::outreach::queries::teams;
use crate::outreach::queries::teams::TeamRequest;
use crate::outreach::rules;
use people::Coordinator;
use platform::Platform;
use platform::audit;
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, Page, Path, Query};
use platform::ids::Id;

const KIND: &str = "outreach_team_request";

/// List teams that ask for a session
#[utoipa::path(
    operation_id = "listOutreachTeamRequests", tag = "access", params(OutreachTeamRequestQuery),
    extensions(("x-roles" = json!(["coordinator"]))),
    responses((status = 200, description = "The requests, newest first, without how to reach the lead.", body = OutreachTeamRequestPage))
)]
#[get("/v1/outreach-team-requests")]
pub async fn list_outreach_team_requests(
    _caller: Coordinator,
    query: Query<OutreachTeamRequestQuery>,
    platform: Platform,
) -> Result<Answer> {
    const LIST: &str = "outreach_team_requests";
    let (sealer, OutreachTeamRequestQuery { state, limit, cursor }) = (platform.sealer.clone(), query.0);
    let before = cursor.map(|cursor| cursor.open::<Id>(&sealer, LIST)).transpose()?;
    platform
        .db
        .read(move |conn| {
            let rows = teams::list(conn, state, before, limit.plus_one())?;
            let page = Page::cut(rows, limit, &sealer, LIST, |request| request.id)?;
            let items = page.items.into_iter().map(Into::into).collect();
            Answer::ok(&OutreachTeamRequestPage { items, next_cursor: page.next_cursor })
        })
        .await
}

/// Read a team's request
///
/// With how to reach the lead. Every reading is recorded.
#[utoipa::path(
    operation_id = "getOutreachTeamRequest", tag = "access", extensions(("x-roles" = json!(["coordinator"]))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "The request.", body = OutreachTeamRequestView))
)]
#[get("/v1/outreach-team-requests/{id}")]
pub async fn get_outreach_team_request(caller: Coordinator, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let (now, work, id) = (platform.clock.now(), platform.clone(), id.0);
    platform
        .db
        .write(move |conn| {
            let request = locked(conn, id)?;
            audit::record(conn, caller.actor(), "outreach_team_request.read", (KIND, Some(id)), now)?;
            view(&work, request)
        })
        .await
}

/// Take a team's request
///
/// The caller looks after it from now on.
#[utoipa::path(
    operation_id = "takeOutreachTeamRequest", tag = "access",
    extensions(("x-roles" = json!(["coordinator"])), ("x-problems" = json!(["team_request_state"]))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "Taken.", body = OutreachTeamRequestView))
)]
#[post("/v1/outreach-team-requests/{id}/taking")]
pub async fn take_outreach_team_request(
    caller: Coordinator,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let (now, work, id) = (platform.clock.now(), platform.clone(), id.0);
    attempt
        .write(&platform, move |conn| {
            let request = locked(conn, id)?;
            rules::check_team(request.state, request.taken_by, TeamRequestState::Taken, caller.id)?;
            teams::take(conn, id, caller.id, now)?;
            audit::record(conn, caller.actor(), "outreach_team_request.taken", (KIND, Some(id)), now)?;
            view(&work, locked(conn, id)?)
        })
        .await
}

/// Finish a team's request
///
/// By whoever took it: the session is arranged, or not wanted any more. How to reach the lead is forgotten.
#[utoipa::path(
    operation_id = "finishOutreachTeamRequest", tag = "access",
    extensions(("x-roles" = json!(["coordinator"])), ("x-problems" = json!(["team_request_state"]))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "Done.", body = OutreachTeamRequestView))
)]
#[post("/v1/outreach-team-requests/{id}/completion")]
pub async fn finish_outreach_team_request(
    caller: Coordinator,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let (now, work, id) = (platform.clock.now(), platform.clone(), id.0);
    attempt
        .write(&platform, move |conn| {
            let request = locked(conn, id)?;
            rules::check_team(request.state, request.taken_by, TeamRequestState::Done, caller.id)?;
            teams::finish(conn, id, now)?;
            audit::record(conn, caller.actor(), "outreach_team_request.done", (KIND, Some(id)), now)?;
            view(&work, locked(conn, id)?)
        })
        .await
}

fn locked(conn: &mut Conn, id: Id) -> Result<TeamRequest> {
    teams::locked(conn, id)?.ok_or_else(Error::not_found)
}

fn view(platform: &Platform, request: TeamRequest) -> Result<Answer> {
    let wish = request.wish(&platform.sealer)?;
    let (contact, note) = wish.map_or((None, None), |wish| (Some(wish.contact), wish.note));
    Answer::ok(&OutreachTeamRequestView { contact, note, ..request.into() })
}
