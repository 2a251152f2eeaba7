//! HTTP handlers: start and end a group, and set who its facilitators are willing to meet.

use actix_web::{post, put};

use super::reading::group_view;
use super::{GroupRole, group_for_staff};
use crate::groups::dto::{EndGroup, GroupView, ReplaceFacilitatorWillingness};
use crate::groups::model::{EnrolmentState, GroupState};
use crate::groups::notifications;
use crate::groups::queries::{enrolments, facilitators, groups, sessions};
use crate::groups::{places, rules, timetable};
use people::{Clinician, Coordinator};
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::Id;
use platform::private::trimmed_non_empty;
use platform::{Platform, audit};
use scheduling::calendar::messages::{Change, ChangeKind};
use scheduling::calendar::reservations;

/// Start a group
///
/// A closed series needs at least its minimum number of members, and a first session that is still to come. Attendance and
/// notes can be recorded only after the start.
#[utoipa::path(
    operation_id = "startGroup", tag = "Group therapy",
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("group.started")),
        ("x-problems" = json!(["group_not_open", "below_minimum",
        "invalid_body"]))),
    params(("id" = Id, Path, description = "The group.")),
    responses((status = 200, description = "The group has started.", body = GroupView))
)]
#[post("/v1/groups/{id}/start")]
pub async fn start_group(caller: Coordinator, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            groups::lock(tx, id)?;
            let group = groups::find(tx, id)?.ok_or_else(Error::not_found)?;
            let enrolled = groups::figures(tx, &[id], &[])?.remove(&id).unwrap_or_default().enrolled;
            let first = sessions::first_starts(tx, id, 1)?.first().copied();
            let programme = &group.programme;
            let first_is_upcoming = first.is_some_and(|first| first > tx.now);
            rules::check_start(programme.kind, group.state, enrolled, programme.minimum, first_is_upcoming)?;
            groups::set_state(tx, id, GroupState::Running)?;
            audit::record(tx, caller.actor(), "group.started", ("group", Some(id)))?;
            answer(tx, &caller, id)
        })
        .await
}

/// End a group
///
/// Cancels the upcoming sessions and releases the facilitators' time. Members have then completed the group, and waiting list
/// entries and offers expire. A group that has not started is cancelled. Members are notified, and so are those who waited or had an
/// offer.
#[utoipa::path(
    operation_id = "endGroup", tag = "Group therapy", request_body = EndGroup,
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("group.ended")),
        ("x-problems" = json!(["group_not_open"]))),
    params(("id" = Id, Path, description = "The group.")),
    responses((status = 200, description = "The group has ended or is cancelled.", body = GroupView))
)]
#[post("/v1/groups/{id}/end")]
pub async fn end_group(
    caller: Coordinator,
    id: Path<Id>,
    form: Json<EndGroup>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            groups::lock(tx, id)?;
            let group = groups::find(tx, id)?.ok_or_else(Error::not_found)?;
            let state = rules::state_after_end(group.state)?;
            notifications::group_ended(tx, id)?;
            notifications::notify_facilitators(tx, id, caller.id, Change::of(ChangeKind::Session, id))?;
            reservations::lock(tx, &group.programme.facilitators)?;
            let upcoming: Vec<Id> = sessions::upcoming(tx, id, tx.now)?.into_iter().map(|session| session.id).collect();
            for session in &upcoming {
                sessions::cancel(tx, *session, trimmed_non_empty(form.reason.as_ref()).as_deref())?;
            }
            timetable::update_reservations(tx, &group, &[], &upcoming, &[], caller.actor())?;
            for enrolment in enrolments::in_states(tx, id, &EnrolmentState::LIVE)? {
                let final_state = match enrolment.state {
                    EnrolmentState::Enrolled => EnrolmentState::Completed,
                    _ => EnrolmentState::Expired,
                };
                let waited = enrolment.practitioner.filter(|_| final_state == EnrolmentState::Expired);
                let enrolment_id = enrolment.id;
                places::end_enrolment(tx, enrolment, final_state, None)?;
                if let Some(practitioner) = waited {
                    notifications::place_not_available(tx, practitioner, enrolment_id)?;
                }
            }
            groups::set_state(tx, id, state)?;
            audit::record(tx, caller.actor(), "group.ended", ("group", Some(id)))?;
            answer(tx, &caller, id)
        })
        .await
}

fn answer(tx: &mut Tx, caller: &Coordinator, id: Id) -> Result<Response> {
    let group = groups::find(tx, id)?.ok_or_else(Error::not_found)?;
    let version = group.version;
    Ok(Response::ok(&group_view(tx, caller, group, GroupRole::Coordinator)?)?.with_version(version))
}

/// Replace a facilitator's willingness to meet
///
/// Facilitators are asked the same as members. A practitioner with the same employer can join when both have agreed.
#[utoipa::path(
    operation_id = "replaceFacilitatorWillingness", tag = "Group therapy", request_body = ReplaceFacilitatorWillingness,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("group.agreement_changed"))),
    params(("id" = Id, Path, description = "The group.")),
    responses((status = 204, description = "The answer is recorded."))
)]
#[put("/v1/groups/{id}/facilitator-willingness")]
pub async fn replace_facilitator_willingness(
    caller: Clinician,
    id: Path<Id>,
    form: Json<ReplaceFacilitatorWillingness>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            groups::lock(tx, id)?;
            group_for_staff(tx, &caller, id)?;
            facilitators::set_willingness(tx, id, caller.id, form.willing_to_meet)?;
            audit::record(tx, caller.actor(), "group.agreement_changed", ("group", Some(id)))?;
            Ok(Response::no_content())
        })
        .await
}
