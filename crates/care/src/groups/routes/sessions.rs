//! HTTP handlers: list, read, move and cancel sessions.

use actix_web::{get, post};

use super::members::MemberAccess;
use super::{GroupRole, group_for_staff, session_facts, visible_group};
use crate::groups::dto::{
    CancelGroupSession, GroupSessionChange, GroupSessionQuery, GroupSessionView, MoveGroupSession, SessionReader,
};
use crate::groups::notifications;
use crate::groups::queries::enrolments;
use crate::groups::queries::groups;
use crate::groups::queries::groups::Group;
use crate::groups::queries::records;
use crate::groups::queries::sessions as queries;
use crate::groups::queries::sessions::{Filter, GroupSession};
use crate::groups::{rules, timetable};
use people::relationships::{Permit, Purpose};
use people::{Caller, Role};
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Attempt, IfMatch, Json, Page, Paging, Path, Query, Response};
use platform::ids::{Id, UtcTime};
use platform::private::trimmed_non_empty;
use platform::seal::readable_or_none;
use platform::{Platform, audit};
use scheduling::calendar::callers::CareTeam;
use scheduling::calendar::messages::Change;
use scheduling::calendar::model::PlannedSlot;
use scheduling::calendar::{reservations, slots};
use scheduling::clinicians::callers::PractitionerOrCareTeam;

/// List the sessions of a group
#[utoipa::path(
    operation_id = "listSessionsOfGroup", tag = "Group therapy",
    params(("id" = Id, Path, description = "The group."), GroupSessionQuery),
    extensions(("x-roles" = json!(PractitionerOrCareTeam::ROLES))),
    responses((status = 200, description = "The sessions, the earliest first.", body = Page<GroupSessionView>))
)]
#[get("/v1/groups/{id}/sessions")]
pub async fn list_sessions_of_group(
    caller: PractitionerOrCareTeam,
    id: Path<Id>,
    query: Query<GroupSessionQuery>,
    paging: Paging<(UtcTime, Id)>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    let filter = Filter { group: Some(id), ..session_filter(&query.0, &paging) };
    platform
        .read(move |tx| {
            let (group, role) = visible_group(tx, &caller, id)?;
            let page = paging.readable(queries::list(tx, &filter, paging.rows())?)?;
            Response::ok(&page.map(|session| GroupSessionView::new(session, &group, Vec::new(), reader_for(role))))
        })
        .await
}

/// List group sessions
///
/// Practitioners see the sessions of groups of which they are members, clinicians those of groups that they facilitate,
/// coordinators all.
#[utoipa::path(
    operation_id = "listGroupSessions", tag = "Group therapy", params(GroupSessionQuery),
    extensions(("x-roles" = json!(PractitionerOrCareTeam::ROLES))),
    responses((status = 200, description = "The sessions, the earliest first.", body = Page<GroupSessionView>))
)]
#[get("/v1/group-sessions")]
pub async fn list_group_sessions(
    caller: PractitionerOrCareTeam,
    query: Query<GroupSessionQuery>,
    paging: Paging<(UtcTime, Id)>,
    platform: Platform,
) -> Result<Response> {
    let mut filter = session_filter(&query.0, &paging);
    match caller.role {
        Role::Practitioner => filter.member = Some(caller.id),
        Role::Clinician => filter.facilitator = Some(caller.id),
        _ => {}
    }
    let reader = if caller.role == Role::Practitioner { SessionReader::Member } else { SessionReader::GroupStaff };
    platform
        .read(move |tx| {
            let rows = queries::list(tx, &filter, paging.rows())?;
            let page = paging.readable(rows)?;
            let mut ids: Vec<Id> = page.items.iter().map(|session| session.group).collect();
            ids.sort();
            ids.dedup();
            let mut known = std::collections::BTreeMap::new();
            for id in ids {
                let group = readable_or_none(groups::find(tx, id).and_then(|group| group.ok_or_else(Error::not_found)))?;
                known.extend(group.map(|group| (id, group)));
            }
            let mut items = Vec::with_capacity(page.items.len());
            let mut unreadable = page.unreadable;
            for session in page.items {
                match known.get(&session.group) {
                    Some(group) => items.push(GroupSessionView::new(session, group, Vec::new(), reader)),
                    None => unreadable.push(session.id),
                }
            }
            Response::ok(&Page { items, unreadable, next_cursor: page.next_cursor })
        })
        .await
}

fn session_filter(query: &GroupSessionQuery, paging: &Paging<(UtcTime, Id)>) -> Filter {
    Filter {
        from: query.from.map(clamp_to_supported_range),
        to: query.until.map(clamp_to_supported_range),
        after: paging.after,
        ..Filter::default()
    }
}

/// Clamps to the years 2000 to 2200: no session is outside them, and not every database can store every year.
fn clamp_to_supported_range(time: UtcTime) -> UtcTime {
    let bound = |seconds| chrono::DateTime::from_timestamp(seconds, 0).map(UtcTime::from).unwrap_or(time);
    time.clamp(bound(946_684_800), bound(7_258_118_400))
}

const fn reader_for(role: GroupRole) -> SessionReader {
    match role {
        GroupRole::Coordinator | GroupRole::Facilitator => SessionReader::GroupStaff,
        GroupRole::Member => SessionReader::Member,
        GroupRole::OtherStaff | GroupRole::ProspectiveMember => SessionReader::NonMember,
    }
}

/// Get a group session
///
/// Facilitators of the group and coordinators also see who attended; their access is recorded.
#[utoipa::path(
    operation_id = "getGroupSession", tag = "Group therapy",
    extensions(("x-roles" = json!(PractitionerOrCareTeam::ROLES)),
        ("x-audit" = json!(["group_session.read", "group_attendance.listed"]))),
    params(("id" = Id, Path, description = "The session.")),
    responses((status = 200, description = "The session.", body = GroupSessionView))
)]
#[get("/v1/group-sessions/{id}")]
pub async fn get_group_session(caller: PractitionerOrCareTeam, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let group = queries::group_of(tx, id)?.ok_or_else(Error::not_found)?;
            let (group, role) = visible_group(tx, &caller, group)?;
            if role.sees_members() {
                audit::record(tx, caller.actor(), "group_session.read", ("group_session", Some(id)))?;
            }
            let (view, version) = session_view(tx, &caller, &group, role, id)?;
            Ok(Response::ok(&view)?.with_version(version))
        })
        .await
}

/// The session as a caller with this role in its group sees it, and its version. Members that the caller may not know of, or not
/// any more, are left out of the attendance; that the caller saw the others is recorded.
pub(super) fn session_view(
    tx: &mut Tx,
    caller: &Caller,
    group: &Group,
    role: GroupRole,
    id: Id,
) -> Result<(GroupSessionView, i32)> {
    let session = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
    let mut attended = Vec::new();
    if role.sees_members() {
        attended = records::attendances(tx, id)?;
        let ids: Vec<Id> = attended.iter().map(|one| one.enrolment).collect();
        let places = enrolments::find_all(tx, group.id, &ids)?;
        let shown = MemberAccess::of(tx, caller, group.id)?.readable(tx, caller, &places, Purpose::Know)?;
        attended.retain(|one| shown.contains(one.enrolment));
        Permit::record_listed(tx, "group_attendance.listed", "group_enrolment", &shown.of_practitioners())?;
    }
    let version = session.version;
    Ok((GroupSessionView::new(session, group, attended, reader_for(role)), version))
}

/// Move a group session
///
/// Its length does not change. Members are notified. The facilitators' booked appointments at the new time are listed, not
/// cancelled.
#[utoipa::path(
    operation_id = "moveGroupSession", tag = "Group therapy", request_body = MoveGroupSession,
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("group_session.moved")),
        ("x-problems" = json!(["group_not_open", "state_conflict",
        "invalid_body", "facilitator_busy"]))),
    params(("id" = Id, Path, description = "The session."), IfMatch),
    responses((status = 200, description = "The session is moved.", body = GroupSessionChange))
)]
#[post("/v1/group-sessions/{id}/move")]
pub async fn move_group_session(
    caller: CareTeam,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<MoveGroupSession>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (group, session) = locked_session(tx, &caller, id, &seen)?;
            rules::check_session_change(&session_facts(&group, &session), Some(form.starts_at.get()), tx.now.get())?;
            let (starts_at, length) = (form.starts_at.get(), session.ends_at.get() - session.starts_at.get());
            let slot = PlannedSlot { starts_at, ends_at: starts_at + length };
            let times = (slot.starts_at.into(), slot.ends_at.into());
            queries::move_to(tx, id, times, trimmed_non_empty(Some(&form.reason)).as_deref())?;
            let orphaned = timetable::update_reservations(tx, &group, &[], &[id], &[(id, slot)], caller.actor())?;
            timetable::update_enrolment_close(tx, &group)?;
            notifications::session_moved(tx, group.id, id, form.starts_at)?;
            let change = Change::session(id, session.starts_at, Some(form.starts_at));
            notifications::notify_facilitators(tx, group.id, caller.id, change)?;
            audit::record(tx, caller.actor(), "group_session.moved", ("group_session", Some(id)))?;
            change_answer(tx, &caller, &group, id, orphaned)
        })
        .await
}

/// Cancel a group session
///
/// Members are notified, and the facilitators' time is released.
#[utoipa::path(
    operation_id = "cancelGroupSession", tag = "Group therapy", request_body = CancelGroupSession,
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("group_session.cancelled")),
        ("x-problems" = json!(["group_not_open", "state_conflict"]))),
    params(("id" = Id, Path, description = "The session."), IfMatch),
    responses((status = 200, description = "The session is cancelled.", body = GroupSessionChange))
)]
#[post("/v1/group-sessions/{id}/cancel")]
pub async fn cancel_group_session(
    caller: CareTeam,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<CancelGroupSession>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (group, session) = locked_session(tx, &caller, id, &seen)?;
            rules::check_session_change(&session_facts(&group, &session), None, tx.now.get())?;
            queries::cancel(tx, id, trimmed_non_empty(Some(&form.reason)).as_deref())?;
            let orphaned = timetable::update_reservations(tx, &group, &[], &[id], &[], caller.actor())?;
            timetable::update_enrolment_close(tx, &group)?;
            notifications::session_cancelled(tx, group.id, id, session.starts_at)?;
            notifications::notify_facilitators(tx, group.id, caller.id, Change::session(id, session.starts_at, None))?;
            audit::record(tx, caller.actor(), "group_session.cancelled", ("group_session", Some(id)))?;
            change_answer(tx, &caller, &group, id, orphaned)
        })
        .await
}

/// The session and its group. Locks the group first, then the facilitators.
fn locked_session(tx: &mut Tx, caller: &Caller, id: Id, seen: &IfMatch) -> Result<(Group, GroupSession)> {
    let group = queries::group_of(tx, id)?.ok_or_else(Error::not_found)?;
    groups::lock(tx, group)?;
    let group = group_for_staff(tx, caller, group)?;
    let session = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
    seen.check(session.version)?;
    reservations::lock(tx, &group.programme.facilitators)?;
    Ok((group, session))
}

fn change_answer(tx: &mut Tx, caller: &Caller, group: &Group, id: Id, orphaned: Vec<Id>) -> Result<Response> {
    let orphaned_appointments = slots::show_orphaned(tx, caller, orphaned)?;
    let role = if caller.role == Role::Clinician { GroupRole::Facilitator } else { GroupRole::Coordinator };
    let (session, version) = session_view(tx, caller, group, role, id)?;
    Ok(Response::ok(&GroupSessionChange { session, orphaned_appointments })?.with_version(version))
}
