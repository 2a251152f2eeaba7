//! HTTP handlers: join the waiting list, change an enrolment, accept a place, leave a group and remove a member.

use actix_web::web::Data;
use actix_web::{patch, post};

use super::{check_may_act_for, enrolment_view, locked_enrolment, record, visible_group};
use crate::groups::dto::{EnrolmentView, JoinGroupWaitingList, RemoveGroupMember, UpdateGroupEnrolment};
use crate::groups::model::{EnrolmentState, WillingnessToMeet};
use crate::groups::notifications;
use crate::groups::queries::enrolments as records;
use crate::groups::queries::enrolments::Enrolment;
use crate::groups::queries::{groups, screenings};
use crate::groups::{places, rules};
use access::registration::signposting;
use people::practitioners::queries as registration;
use people::relationships::conflict_handlers::ConflictHandlers;
use people::{Caller, Practitioner};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Attempt, IfMatch, Json, Path, Response};
use platform::ids::{Id, UtcTime};
use platform::private::{trimmed, trimmed_non_empty};
use platform::refusal::Reason;
use scheduling::calendar::callers::CareTeam;
use scheduling::calendar::messages::{Change, ChangeKind};
use scheduling::clinicians::callers::PractitionerOrCareTeam;

/// Join the waiting list of a group
///
/// Open to every practitioner in care. The group's facilitators screen practitioners on the waiting list. A free place is
/// offered in the order of joining to the first who may have it, and reserved for up to three days.
#[utoipa::path(
    operation_id = "joinGroupWaitingList", tag = "Group therapy", request_body = JoinGroupWaitingList,
    extensions(("x-roles" = json!(PractitionerOrCareTeam::ROLES)), ("x-audit" = json!("group.waited_for")),
        ("x-problems" = json!(["group_not_open", "wrong_audience",
        "not_eligible", "already_exists"]))),
    params(("id" = Id, Path, description = "The group.")),
    responses((status = 201, description = "On the waiting list, or an offer if a place is free.", body = EnrolmentView))
)]
#[post("/v1/groups/{id}/join-waiting-list")]
pub async fn join_group_waiting_list(
    caller: PractitionerOrCareTeam,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<JoinGroupWaitingList>,
    platform: Platform,
    apart: Data<ConflictHandlers>,
) -> Result<Response> {
    let id = id.0;
    let practitioner = caller.target_practitioner(form.practitioner_id)?;
    platform
        .write_once(attempt, move |tx| {
            let enrolment = join(tx, &caller, id, practitioner, &form)?;
            // A conflict that did not count is for a coordinator.
            (apart.for_practitioner)(tx, practitioner)?;
            let (location, version) = (format!("/v1/group-enrolments/{}", enrolment.id), enrolment.version);
            Ok(Response::created(location, &enrolment_view(tx, &caller, enrolment, true)?)?.with_version(version))
        })
        .await
}

fn join(tx: &mut Tx, caller: &Caller, group: Id, practitioner: Id, form: &JoinGroupWaitingList) -> Result<Enrolment> {
    groups::lock(tx, group)?;
    let (group, _) = visible_group(tx, caller, group)?;
    let permit = check_may_act_for(tx, caller, &group, practitioner)?;
    registration::lock_practitioner(tx, practitioner)?.ok_or_else(Error::not_found)?;
    let candidate = places::candidate_facts(tx, group.id, practitioner, &rules::ConflictCheck::default())?;
    signposting::with_signposts(tx, practitioner, tx.now.london_day(), |tx| {
        Ok(rules::check_waiting_list_request(&places::enrolment_facts(&group, 0), &candidate, tx.now.get())?)
    })?;
    let enrolment = Enrolment {
        id: Id::new(tx.now),
        group: group.id,
        audience: group.programme.audience,
        practitioner: Some(practitioner),
        state: EnrolmentState::Waiting,
        seat: None,
        alias: trimmed(&form.alias),
        guest: None,
        reason: None,
        willing_to_meet: form.willing_to_meet.unwrap_or(WillingnessToMeet::StrangersOnly),
        willing_since: tx.now,
        requested_at: tx.now,
        offer_expires_at: None,
        enrolled_at: None,
        ended_at: None,
        version: 1,
        damaged: None,
    };
    records::insert(tx, &enrolment, caller.id)?;
    permit.record(tx, "group.waited_for", ("group_enrolment", Some(enrolment.id)))?;
    places::refresh_offers(tx, group.id)?;
    records::find(tx, enrolment.id)?.ok_or_else(Error::not_found)
}

/// Update my group enrolment
#[utoipa::path(
    operation_id = "updateGroupEnrolment", tag = "Group therapy", request_body = UpdateGroupEnrolment,
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("group_enrolment.changed")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The enrolment."), IfMatch),
    responses((status = 200, description = "The enrolment is changed.", body = EnrolmentView))
)]
#[patch("/v1/group-enrolments/{id}")]
pub async fn update_group_enrolment(
    caller: Practitioner,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<UpdateGroupEnrolment>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, mut enrolment) = locked_enrolment(tx, &caller, id)?;
            seen.check(enrolment.version)?;
            check_live(&enrolment)?;
            if let Some(alias) = trimmed_non_empty(form.alias.as_ref()) {
                enrolment.alias = alias;
            }
            if let Some(to_meet) = form.willing_to_meet {
                // Saying the same again renews it, also towards a person they have blocked since.
                (enrolment.willing_to_meet, enrolment.willing_since) = (to_meet, tx.now);
            }
            records::replace(tx, &enrolment)?;
            record(tx, &caller, permit.as_ref(), "group_enrolment.changed", id)?;
            answer(tx, &caller, id)
        })
        .await
}

fn check_live(enrolment: &Enrolment) -> Result<()> {
    if enrolment.state.is_live() { Ok(()) } else { Err(Reason::EnrolmentOver.into()) }
}

fn answer(tx: &mut Tx, caller: &Caller, id: Id) -> Result<Response> {
    let enrolment = records::find(tx, id)?.ok_or_else(Error::not_found)?;
    let version = enrolment.version;
    Ok(Response::ok(&enrolment_view(tx, caller, enrolment, true)?)?.with_version(version))
}

/// Accept a place in a group
#[utoipa::path(
    operation_id = "acceptGroupPlace", tag = "Group therapy",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("group.enrolled")),
        ("x-problems" = json!(["state_conflict", "offer_expired"]))),
    params(("id" = Id, Path, description = "The enrolment.")),
    responses((status = 200, description = "The practitioner is a member.", body = EnrolmentView))
)]
#[post("/v1/group-enrolments/{id}/accept")]
pub async fn accept_group_place(
    caller: Practitioner,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
    apart: Data<ConflictHandlers>,
) -> Result<Response> {
    let (id, _work) = (id.0, platform.clone());
    let accepted = platform
        .write_once(attempt, move |tx| {
            accept(tx, &caller, id)?;
            // A conflict that arose after the offer is for a coordinator.
            (apart.for_practitioner)(tx, caller.id)?;
            answer(tx, &caller, id)
        })
        .await;
    if accepted.as_ref().is_err_and(|error| error.reason() == Reason::OfferExpired) {
        // The offer ends for every reason, and the place is offered to the next person.
        let _work = platform.clone();
        platform.write(move |tx| expire_offer(tx, &caller, id)).await?;
    }
    accepted
}

fn accept(tx: &mut Tx, caller: &Caller, id: Id) -> Result<()> {
    let (permit, mut enrolment) = locked_enrolment(tx, caller, id)?;
    let permit = permit.ok_or_else(Error::not_found)?;
    let group = groups::find(tx, enrolment.group)?.ok_or_else(Error::not_found)?;
    let pathway = registration::lock_practitioner(tx, caller.id)?.ok_or_else(Error::not_found)?;
    let seats = places::place_holders(tx, group.id)?;
    let meeting = places::check_conflicts(tx, group.id, &seats, (caller.id, enrolment.willingness()), places::Statements::All)?;
    let (facts, until) = (places::enrolment_facts(&group, seats.len()), enrolment.offer_expires_at.map(UtcTime::get));
    rules::check_acceptance(enrolment.state, &facts, until, pathway, tx.now.get())?;
    enrolment.state = EnrolmentState::Enrolled;
    enrolment.offer_expires_at = None;
    enrolment.enrolled_at = Some(tx.now);
    records::replace(tx, &enrolment)?;
    places::record_agreements(tx, group.id, &permit, &meeting)?;
    permit.record(tx, "group.enrolled", ("group_enrolment", Some(id)))?;
    notifications::place_confirmed(tx, caller.id, id)?;
    notifications::notify_facilitators(tx, group.id, caller.id, Change::of(ChangeKind::Places, group.id))
}

/// Ends an offer that could not be accepted. If it had not expired, a rule prevented it, and the practitioner must be screened
/// again before there is another offer.
fn expire_offer(tx: &mut Tx, caller: &Caller, id: Id) -> Result<()> {
    let (permit, enrolment) = locked_enrolment(tx, caller, id)?;
    if enrolment.state != EnrolmentState::Offered {
        return Ok(());
    }
    let group = enrolment.group;
    if enrolment.offer_expires_at.is_some_and(|until| until > tx.now) {
        screenings::require_new_screening(tx, group, caller.id)?;
    }
    places::end_enrolment(tx, enrolment, EnrolmentState::Expired, None)?;
    record(tx, caller, permit.as_ref(), "group_offer.expired", id)?;
    places::refresh_offers(tx, group)
}

/// Leave a group
///
/// Gives up a place, declines an offer or leaves the waiting list. The place is offered to the next person who waits.
#[utoipa::path(
    operation_id = "leaveGroup", tag = "Group therapy",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("group.left")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The enrolment.")),
    responses((status = 200, description = "The enrolment has ended.", body = EnrolmentView))
)]
#[post("/v1/group-enrolments/{id}/leave")]
pub async fn leave_group(caller: Practitioner, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, enrolment) = locked_enrolment(tx, &caller, id)?;
            check_live(&enrolment)?;
            let offered = enrolment.state == EnrolmentState::Offered;
            let state = if offered { EnrolmentState::Declined } else { EnrolmentState::Left };
            let (group, enrolled) = (enrolment.group, enrolment.state == EnrolmentState::Enrolled);
            places::end_enrolment(tx, enrolment, state, None)?;
            if enrolled {
                notifications::notify_facilitators(tx, group, caller.id, Change::of(ChangeKind::Places, group))?;
            }
            record(tx, &caller, permit.as_ref(), "group.left", id)?;
            places::refresh_offers(tx, group)?;
            answer(tx, &caller, id)
        })
        .await
}

/// Remove a member from a group
///
/// For facilitators of the group and coordinators, with a reason. The place is offered to the next person who waits.
#[utoipa::path(
    operation_id = "removeGroupMember", tag = "Group therapy", request_body = RemoveGroupMember,
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("group.removed")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The enrolment.")),
    responses((status = 200, description = "The member is removed.", body = EnrolmentView))
)]
#[post("/v1/group-enrolments/{id}/remove")]
pub async fn remove_group_member(
    caller: CareTeam,
    id: Path<Id>,
    form: Json<RemoveGroupMember>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, enrolment) = locked_enrolment(tx, &caller, id)?;
            check_live(&enrolment)?;
            let (group, enrolled) = (enrolment.group, enrolment.state == EnrolmentState::Enrolled);
            if enrolled {
                notifications::notify_facilitators(tx, group, caller.id, Change::of(ChangeKind::Places, group))?;
            }
            places::end_enrolment(tx, enrolment, EnrolmentState::Removed, trimmed_non_empty(Some(&form.reason)))?;
            record(tx, &caller, permit.as_ref(), "group.removed", id)?;
            places::refresh_offers(tx, group)?;
            answer(tx, &caller, id)
        })
        .await
}
