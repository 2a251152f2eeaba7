//! A group starts and ends, and those who lead it say whom they would meet.

use actix_web::{post, put};

use super::reading::shown;
use super::{Standing, inside};
use crate::groups::dto::{AgreeToMeet, EndGroup, GroupView};
use crate::groups::model::{EnrolmentState, GroupState};
use crate::groups::notices;
use crate::groups::queries::{enrolments, groups, sessions};
use crate::groups::{places, rules, timetable};
use people::{Clinician, Coordinator};
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, Json, Path};
use platform::ids::{Id, UtcTime};
use platform::private::said;
use platform::{Platform, audit};
use scheduling::calendar::messages::{Change, Changed};
use scheduling::calendar::reservations;

/// Start a group
///
/// A series does not start below its minimum. Before it starts nothing is recorded of its sessions.
#[utoipa::path(
    operation_id = "startGroup", tag = "care",
    extensions(("x-roles" = json!(["coordinator"])), ("x-problems" = json!(["group_not_open", "below_minimum", "invalid_group"]))),
    params(("id" = Id, Path, description = "The group.")),
    responses((status = 200, description = "Started.", body = GroupView, headers(("ETag" = String, description = "Its version, for If-Match."))))
)]
#[post("/v1/groups/{id}/start")]
pub async fn start_group(caller: Coordinator, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Answer> {
    let (now, id, work) = (platform.clock.now(), id.0, platform.clone());
    attempt
        .write(&platform, move |conn| {
            groups::lock(conn, id)?;
            let group = groups::find(conn, &work.sealer, id)?.ok_or_else(Error::not_found)?;
            let enrolled = groups::figures(conn, &[id])?.remove(&id).unwrap_or_default().enrolled;
            let first = sessions::first_starts(conn, id, 1)?.first().copied();
            let programme = &group.programme;
            let ahead = first.is_some_and(|first| first > now);
            rules::may_start(programme.kind, group.state, enrolled, programme.minimum, ahead)?;
            groups::set_state(conn, id, GroupState::Running, now)?;
            audit::record(conn, caller.actor(), "group.started", ("group", Some(id)), now)?;
            answer(conn, &work, id, now)
        })
        .await
}

/// End a group
///
/// Its sessions ahead are cancelled and the facilitators' time is given back; members have completed it, and whoever waits is
/// no longer on the list. One that never started is cancelled. Members are told.
#[utoipa::path(
    operation_id = "endGroup", tag = "care", request_body = EndGroup,
    extensions(("x-roles" = json!(["coordinator"])), ("x-problems" = json!(["group_not_open"]))),
    params(("id" = Id, Path, description = "The group.")),
    responses((status = 200, description = "Over.", body = GroupView, headers(("ETag" = String, description = "Its version, for If-Match."))))
)]
#[post("/v1/groups/{id}/end")]
pub async fn end_group(
    caller: Coordinator,
    id: Path<Id>,
    form: Json<EndGroup>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let (now, id, work) = (platform.clock.now(), id.0, platform.clone());
    attempt
        .write(&platform, move |conn| {
            groups::lock(conn, id)?;
            let group = groups::find(conn, &work.sealer, id)?.ok_or_else(Error::not_found)?;
            let state = rules::end(group.state)?;
            notices::over(conn, &work, id, now)?;
            notices::to_facilitators(conn, id, caller.id, Change::of(Changed::Session, id), now)?;
            reservations::lock(conn, &group.programme.facilitators)?;
            let ahead: Vec<Id> = sessions::ahead(conn, &work.sealer, id, now)?.into_iter().map(|session| session.id).collect();
            for session in &ahead {
                sessions::cancel(conn, &work.sealer, *session, said(form.reason.as_ref()).as_deref(), now)?;
            }
            timetable::reserve(conn, &work.sealer, &group, &[], &ahead, &[], caller.actor(), now)?;
            for kept in enrolments::standing(conn, &work.sealer, id, &EnrolmentState::LIVE)? {
                let over = match kept.state {
                    EnrolmentState::Enrolled => EnrolmentState::Completed,
                    _ => EnrolmentState::Expired,
                };
                places::finish(conn, &work, kept, over, None, now)?;
            }
            groups::set_state(conn, id, state, now)?;
            audit::record(conn, caller.actor(), "group.ended", ("group", Some(id)), now)?;
            answer(conn, &work, id, now)
        })
        .await
}

fn answer(conn: &mut Conn, platform: &Platform, id: Id, now: UtcTime) -> Result<Answer> {
    let group = groups::find(conn, &platform.sealer, id)?.ok_or_else(Error::not_found)?;
    let version = group.version;
    Ok(Answer::ok(&shown(conn, platform, group, Standing::Coordinator, now)?)?.version(version))
}

/// Say whom a facilitator agrees to meet
///
/// Those who lead a group are asked the same as its members. Somebody of the same employer may join when both have agreed.
#[utoipa::path(
    operation_id = "agreeToMeet", tag = "care", request_body = AgreeToMeet, extensions(("x-roles" = json!(["clinician"]))),
    params(("id" = Id, Path, description = "The group.")),
    responses((status = 204, description = "Noted."))
)]
#[put("/v1/groups/{id}/facilitator-agreement")]
pub async fn agree_to_meet(caller: Clinician, id: Path<Id>, form: Json<AgreeToMeet>, platform: Platform) -> Result<Answer> {
    let (now, id, work) = (platform.clock.now(), id.0, platform.clone());
    platform
        .db
        .write(move |conn| {
            groups::lock(conn, id)?;
            inside(conn, &work, &caller, id)?;
            groups::set_openness(conn, id, caller.id, form.meets)?;
            audit::record(conn, caller.actor(), "group.agreement_changed", ("group", Some(id)), now)?;
            Ok(Answer::done())
        })
        .await
}
