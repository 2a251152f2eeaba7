//! HTTP handler: record attendance at a session.

use actix_web::post;

use super::members::MemberAccess;
use super::sessions::session_view;
use super::{GroupRole, group_for_staff, session_facts};
use crate::groups::dto::{GroupSessionView, RecordGroupAttendance};
use crate::groups::model::{Membership, policies};
use crate::groups::queries::enrolments::Enrolment;
use crate::groups::queries::{enrolments, groups, records, sessions};
use crate::groups::rules;
use people::relationships::{Permit, Purpose};
use people::{Caller, Role};
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::Id;
use platform::refusal::{Reason, Refusal};
use platform::{Platform, audit};
use scheduling::calendar::callers::CareTeam;

/// Record attendance at a group session
///
/// Possible once the session has started; corrections are possible for seven days after the first record. In group therapy,
/// record each member with the national attendance codes. In a group session, record how many people took part, not counting
/// staff, and optionally the members who are known.
#[utoipa::path(
    operation_id = "recordGroupAttendance", tag = "Group therapy", request_body = RecordGroupAttendance,
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("group_session.attendance_recorded")),
        ("x-problems" = json!(["group_not_open", "state_conflict",
        "too_early", "too_late", "invalid_body"]))),
    params(("id" = Id, Path, description = "The session.")),
    responses((status = 200, description = "Attendance is recorded.", body = GroupSessionView))
)]
#[post("/v1/group-sessions/{id}/record-attendance")]
pub async fn record_group_attendance(
    caller: CareTeam,
    id: Path<Id>,
    form: Json<RecordGroupAttendance>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    check_no_repeats(&form)?;
    platform
        .write_once(attempt, move |tx| {
            let group = sessions::group_of(tx, id)?.ok_or_else(Error::not_found)?;
            groups::lock(tx, group)?;
            let group = group_for_staff(tx, &caller, group)?;
            let session = sessions::find(tx, id)?.ok_or_else(Error::not_found)?;
            let (named, permit) = named_members(tx, &caller, group.id, &form)?;
            let members = memberships(&named, &form);
            rules::check_attendance(&session_facts(&group, &session), form.head_count, &members, tx.now.get(), &policies())?;
            for one in &form.attendances {
                records::save_attendance(tx, id, one.enrolment_id, one.attendance, caller.id)?;
            }
            sessions::set_recorded(tx, &session, form.head_count, caller.id)?;
            audit::record(tx, caller.actor(), "group_session.attendance_recorded", ("group_session", Some(id)))?;
            Permit::record_each(tx, "group_session.attendance_recorded", "group_enrolment", &permit)?;
            let role = if caller.role == Role::Clinician { GroupRole::Facilitator } else { GroupRole::Coordinator };
            let (view, version) = session_view(tx, &caller, &group, role, id)?;
            Ok(Response::ok(&view)?.with_version(version))
        })
        .await
}

fn check_no_repeats(form: &RecordGroupAttendance) -> Result<()> {
    let repeated = (1..form.attendances.len()).find(|at| {
        let (before, rest) = form.attendances.split_at(*at);
        rest.first().is_some_and(|one| before.iter().any(|other| other.enrolment_id == one.enrolment_id))
    });
    let Some(at) = repeated else { return Ok(()) };
    let detail = "This member is named more than once. Name each member once.";
    Err(Refusal::new(Reason::InvalidBody, detail).field(format!("/attendances/{at}/enrolment_id"), "repeated", detail).into())
}

/// A practitioner whose attendance is recorded, and why the caller may know of them.
type RecordedMember = (Id, Permit);

/// The enrolments that the form names, without those that the caller may not act on, and why they may know of the practitioners.
fn named_members(
    tx: &mut Tx,
    caller: &Caller,
    group: Id,
    form: &RecordGroupAttendance,
) -> Result<(Vec<Enrolment>, Vec<RecordedMember>)> {
    let ids: Vec<Id> = form.attendances.iter().map(|one| one.enrolment_id).collect();
    let mut named = enrolments::find_all(tx, group, &ids)?;
    let readable = MemberAccess::of(tx, caller, group)?.readable(tx, caller, &named, Purpose::Act)?;
    named.retain(|enrolment| readable.contains(enrolment.id));
    Ok((named, readable.of_practitioners()))
}

/// The memberships that the form names, in the same order; none for one that is not among these.
fn memberships(named: &[Enrolment], form: &RecordGroupAttendance) -> Vec<Option<Membership>> {
    let find = |id: Id| named.iter().find(|enrolment| enrolment.id == id).map(Enrolment::membership);
    form.attendances.iter().map(|one| find(one.enrolment_id)).collect()
}
