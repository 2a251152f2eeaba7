//! When groups meet, and sessions that are moved or cancelled.

use actix_web::{get, post};

use super::{Standing, facts, inside, known_group};
use crate::groups::dto::{
    CancelGroupSession, GroupSessionPage, GroupSessionQuery, GroupSessionView, MoveGroupSession, SessionChange, SessionReader,
};
use crate::groups::notices;
use crate::groups::queries::groups;
use crate::groups::queries::groups::KeptGroup;
use crate::groups::queries::records;
use crate::groups::queries::sessions as queries;
use crate::groups::queries::sessions::{Filter, KeptSession};
use crate::groups::{rules, timetable};
use people::{Caller, CareTeam, Member, Role};
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, IfMatch, Json, Page, Path, Query};
use platform::ids::{Id, UtcTime};
use platform::private::said;
use platform::seal::optional;
use platform::{Platform, audit};
use scheduling::calendar::messages::Change;
use scheduling::calendar::model::PlannedSlot;
use scheduling::calendar::reservations;

/// List a group's sessions
#[utoipa::path(
    operation_id = "listSessionsOfGroup", tag = "care", params(("id" = Id, Path, description = "The group."), GroupSessionQuery),
    extensions(("x-roles" = json!(["practitioner", "clinician", "coordinator"]))),
    responses((status = 200, description = "The sessions, the earliest first.", body = GroupSessionPage))
)]
#[get("/v1/groups/{id}/sessions")]
pub async fn list_group_sessions(
    caller: Member,
    id: Path<Id>,
    query: Query<GroupSessionQuery>,
    platform: Platform,
) -> Result<Answer> {
    const LIST: &str = "sessions_of_group";
    let (id, work, query) = (id.0, platform.clone(), query.0);
    let limit = query.limit;
    let filter = Filter { group: Some(id), ..wanted(query, &platform, LIST)? };
    platform
        .db
        .read(move |conn| {
            let (group, standing) = known_group(conn, &work, &caller, id)?;
            let rows = queries::list(conn, &work.sealer, &filter, limit.plus_one())?;
            let (page, unreadable) = Page::cut_readable(rows, limit, &work.sealer, LIST)?;
            let unreadable = unreadable.into_iter().map(|(_, id)| id).collect();
            let view = |session| GroupSessionView::new(session, &group, Vec::new(), reader(standing));
            let items = page.items.into_iter().map(view).collect();
            Answer::ok(&GroupSessionPage { items, unreadable, next_cursor: page.next_cursor })
        })
        .await
}

/// List my group sessions
///
/// Practitioners see those of the groups of which they are members, clinicians those that they lead, coordinators all.
#[utoipa::path(
    operation_id = "listGroupSessions", tag = "care", params(GroupSessionQuery),
    extensions(("x-roles" = json!(["practitioner", "clinician", "coordinator"]))),
    responses((status = 200, description = "The sessions, the earliest first.", body = GroupSessionPage))
)]
#[get("/v1/group-sessions")]
pub async fn list_sessions(caller: Member, query: Query<GroupSessionQuery>, platform: Platform) -> Result<Answer> {
    const LIST: &str = "group_sessions";
    let (work, query) = (platform.clone(), query.0);
    let limit = query.limit;
    let mut filter = wanted(query, &platform, LIST)?;
    match caller.role {
        Role::Practitioner => filter.member = Some(caller.id),
        Role::Clinician => filter.facilitator = Some(caller.id),
        _ => {}
    }
    let reader = if caller.role == Role::Practitioner { SessionReader::Member } else { SessionReader::Insider };
    platform
        .db
        .read(move |conn| {
            let rows = queries::list(conn, &work.sealer, &filter, limit.plus_one())?;
            let (page, unreadable) = Page::cut_readable(rows, limit, &work.sealer, LIST)?;
            let mut unreadable: Vec<Id> = unreadable.into_iter().map(|(_, id)| id).collect();
            let mut ids: Vec<Id> = page.items.iter().map(|session| session.group).collect();
            ids.sort();
            ids.dedup();
            let mut known = std::collections::BTreeMap::new();
            for id in ids {
                let group = optional(groups::find(conn, &work.sealer, id).and_then(|group| group.ok_or_else(Error::not_found)))?;
                known.extend(group.map(|group| (id, group)));
            }
            let mut items = Vec::with_capacity(page.items.len());
            for session in page.items {
                match known.get(&session.group) {
                    Some(group) => items.push(GroupSessionView::new(session, group, Vec::new(), reader)),
                    None => unreadable.push(session.id),
                }
            }
            Answer::ok(&GroupSessionPage { items, unreadable, next_cursor: page.next_cursor })
        })
        .await
}

fn wanted(query: GroupSessionQuery, platform: &Platform, list: &'static str) -> Result<Filter> {
    let after = query.cursor.map(|cursor| cursor.open::<(UtcTime, Id)>(&platform.sealer, list)).transpose()?;
    Ok(Filter { from: query.from.map(sane), to: query.to.map(sane), after, ..Filter::default() })
}

/// Instants beyond these are nobody's session, and not every engine can write them.
fn sane(time: UtcTime) -> UtcTime {
    let bound = |seconds| chrono::DateTime::from_timestamp(seconds, 0).map(UtcTime::from).unwrap_or(time);
    // From 2000 to 2200.
    time.clamp(bound(946_684_800), bound(7_258_118_400))
}

const fn reader(standing: Standing) -> SessionReader {
    match standing {
        Standing::Coordinator | Standing::Facilitator => SessionReader::Insider,
        Standing::Member => SessionReader::Member,
        Standing::Onlooker | Standing::Seeker => SessionReader::Outsider,
    }
}

/// Read a group session
///
/// Those who lead the group and coordinators see who came; that is recorded.
#[utoipa::path(
    operation_id = "getGroupSession", tag = "care", extensions(("x-roles" = json!(["practitioner", "clinician", "coordinator"]))),
    params(("id" = Id, Path, description = "The session.")),
    responses((status = 200, description = "The session.", body = GroupSessionView, headers(("ETag" = String, description = "Its version, for If-Match."))))
)]
#[get("/v1/group-sessions/{id}")]
pub async fn get_session(caller: Member, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let (now, id, work) = (platform.clock.now(), id.0, platform.clone());
    platform
        .db
        .write(move |conn| {
            let group = queries::group_of(conn, id)?.ok_or_else(Error::not_found)?;
            let (group, standing) = known_group(conn, &work, &caller, group)?;
            if standing.is_inside() {
                audit::record(conn, caller.actor(), "group_session.read", ("group_session", Some(id)), now)?;
            }
            let (view, version) = shown(conn, &work, &caller, &group, standing, id)?;
            Ok(Answer::ok(&view)?.version(version))
        })
        .await
}

/// The session as somebody who is this to its group sees it, and its version. Whom a facilitator must not know of did not
/// come, as far as they see.
pub(super) fn shown(
    conn: &mut Conn,
    platform: &Platform,
    caller: &Caller,
    group: &KeptGroup,
    standing: Standing,
    id: Id,
) -> Result<(GroupSessionView, i32)> {
    let session = queries::find(conn, &platform.sealer, id)?.ok_or_else(Error::not_found)?;
    let mut attended = Vec::new();
    if standing.is_inside() {
        attended = records::attendances(conn, id)?;
        let hidden = super::hidden_from(conn, caller, group.id)?;
        if !hidden.is_empty() {
            let ids: Vec<Id> = attended.iter().map(|one| one.enrolment).collect();
            let people = super::enrolling::members(conn, platform, group.id, &ids)?;
            attended.retain(|one| !people.get(&one.enrolment).is_some_and(|practitioner| hidden.contains(practitioner)));
        }
    }
    let version = session.version;
    Ok((GroupSessionView::new(session, group, attended, reader(standing)), version))
}

/// Move a session
///
/// It keeps its length. Members are told; the facilitators' appointments at the new time are kept and listed.
#[utoipa::path(
    operation_id = "moveGroupSession", tag = "care", request_body = MoveGroupSession,
    extensions(("x-roles" = json!(["clinician", "coordinator"])), ("x-problems" = json!(["group_not_open", "session_cancelled",
        "session_begun", "invalid_group", "facilitator_busy"]))),
    params(("id" = Id, Path, description = "The session."), ("If-Match" = String, Header, description = "The ETag of the session as it was read.")),
    responses((status = 200, description = "Moved.", body = SessionChange, headers(("ETag" = String, description = "Its version, for If-Match."))))
)]
#[post("/v1/group-sessions/{id}/move")]
pub async fn move_session(
    caller: CareTeam,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<MoveGroupSession>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let (now, id, work) = (platform.clock.now(), id.0, platform.clone());
    attempt
        .write(&platform, move |conn| {
            let (group, session) = locked(conn, &work, &caller, id, &seen)?;
            rules::move_session(&facts(&group, &session), Some(form.starts_at.get()), now.get())?;
            let (starts_at, length) = (form.starts_at.get(), session.ends_at.get() - session.starts_at.get());
            let slot = PlannedSlot { starts_at, ends_at: starts_at + length };
            let times = (slot.starts_at.into(), slot.ends_at.into());
            queries::move_to(conn, &work.sealer, id, times, said(Some(&form.reason)).as_deref(), now)?;
            let orphaned = timetable::reserve(conn, &work.sealer, &group, &[], &[id], &[(id, slot)], caller.actor(), now)?;
            timetable::refresh_closing(conn, &group)?;
            notices::moved(conn, &work, group.id, id, form.starts_at, now)?;
            let change = Change::session(id, session.starts_at, Some(form.starts_at));
            notices::to_facilitators(conn, group.id, caller.id, change, now)?;
            audit::record(conn, caller.actor(), "group_session.moved", ("group_session", Some(id)), now)?;
            changed(conn, &work, &caller, &group, id, orphaned)
        })
        .await
}

/// Cancel a session
///
/// Members are told, and the facilitators' time is given back.
#[utoipa::path(
    operation_id = "cancelGroupSession", tag = "care", request_body = CancelGroupSession,
    extensions(("x-roles" = json!(["clinician", "coordinator"])), ("x-problems" = json!(["group_not_open", "session_cancelled", "session_begun"]))),
    params(("id" = Id, Path, description = "The session."), ("If-Match" = String, Header, description = "The ETag of the session as it was read.")),
    responses((status = 200, description = "Cancelled.", body = SessionChange, headers(("ETag" = String, description = "Its version, for If-Match."))))
)]
#[post("/v1/group-sessions/{id}/cancel")]
pub async fn cancel_session(
    caller: CareTeam,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<CancelGroupSession>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let (now, id, work) = (platform.clock.now(), id.0, platform.clone());
    attempt
        .write(&platform, move |conn| {
            let (group, session) = locked(conn, &work, &caller, id, &seen)?;
            rules::move_session(&facts(&group, &session), None, now.get())?;
            queries::cancel(conn, &work.sealer, id, said(Some(&form.reason)).as_deref(), now)?;
            let orphaned = timetable::reserve(conn, &work.sealer, &group, &[], &[id], &[], caller.actor(), now)?;
            timetable::refresh_closing(conn, &group)?;
            notices::cancelled(conn, &work, group.id, id, session.starts_at, now)?;
            notices::to_facilitators(conn, group.id, caller.id, Change::session(id, session.starts_at, None), now)?;
            audit::record(conn, caller.actor(), "group_session.cancelled", ("group_session", Some(id)), now)?;
            changed(conn, &work, &caller, &group, id, orphaned)
        })
        .await
}

/// The session with its group, both of them and the facilitators locked.
fn locked(conn: &mut Conn, platform: &Platform, caller: &Caller, id: Id, seen: &IfMatch) -> Result<(KeptGroup, KeptSession)> {
    let group = queries::group_of(conn, id)?.ok_or_else(Error::not_found)?;
    groups::lock(conn, group)?;
    let group = inside(conn, platform, caller, group)?;
    let session = queries::find(conn, &platform.sealer, id)?.ok_or_else(Error::not_found)?;
    seen.check(session.version)?;
    reservations::lock(conn, &group.programme.facilitators)?;
    Ok((group, session))
}

fn changed(
    conn: &mut Conn,
    platform: &Platform,
    caller: &Caller,
    group: &KeptGroup,
    id: Id,
    orphaned_appointments: Vec<Id>,
) -> Result<Answer> {
    let standing = if caller.role == Role::Clinician { Standing::Facilitator } else { Standing::Coordinator };
    let (session, version) = shown(conn, platform, caller, group, standing, id)?;
    Ok(Answer::ok(&SessionChange { session, orphaned_appointments })?.version(version))
}
