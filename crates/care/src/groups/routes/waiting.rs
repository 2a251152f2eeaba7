//! Waiting for a place, answering an offer, and leaving.

use actix_web::{patch, post};

use super::{beneficiary, known_group, locked_enrolment, may_act_for, view};
use crate::groups::dto::{ChangeEnrolment, EnrolmentView, JoinWaitingList, RemoveFromGroup};
use crate::groups::model::{EnrolmentState, Openness};
use crate::groups::notices;
use crate::groups::queries::enrolments as records;
use crate::groups::queries::enrolments::KeptEnrolment;
use crate::groups::queries::{groups, screenings};
use crate::groups::{places, rules};
use access::registration::pointing;
use people::practitioners::queries as registration;
use people::{Caller, CareTeam, Member, Practitioner};
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, IdempotencyKey, IfMatch, Json, Path};
use platform::ids::{Id, UtcTime};
use platform::private::said;
use platform::refusal::Code;
use platform::{Platform, audit};
use scheduling::calendar::messages::{Change, Changed};

/// Join the waiting list of a group
///
/// Anybody in care may ask. Whoever waits is screened by those who lead the group; a place that is free is offered to the next
/// who may have it, in the order in which they asked, and kept for three days.
#[utoipa::path(
    operation_id = "joinGroupWaitingList", tag = "care", request_body = JoinWaitingList,
    extensions(("x-roles" = json!(["practitioner", "clinician", "coordinator"])), ("x-problems" = json!(["group_not_open", "wrong_audience",
        "enrolment_closed", "not_eligible", "already_enrolled"]))),
    params(("id" = Id, Path, description = "The group."),
        ("Idempotency-Key" = Option<String>, Header, description = "A key of your choice that makes a repeat safe.", nullable = false)),
    responses((status = 201, description = "On the list.", body = EnrolmentView,
        headers(("Location" = String, description = "The enrolment."), ("ETag" = String, description = "Its version."))))
)]
#[post("/v1/groups/{id}/waiting-list")]
pub async fn join_waiting_list(
    caller: Member,
    id: Path<Id>,
    key: IdempotencyKey,
    form: Json<JoinWaitingList>,
    platform: Platform,
) -> Result<Answer> {
    let (now, id, work) = (platform.clock.now(), id.0, platform.clone());
    let practitioner = beneficiary(&caller, form.practitioner_id)?;
    platform
        .db
        .write(move |conn| {
            key.once(conn, &work.sealer, caller.id, &form.digest, now, |conn| {
                let kept = join(conn, &work, &caller, id, practitioner, &form, now)?;
                let (location, version) = (format!("/v1/group-enrolments/{}", kept.id), kept.version);
                Ok(Answer::created(location, &view(conn, &work, &caller, kept, true)?)?.version(version))
            })
        })
        .await
}

fn join(
    conn: &mut Conn,
    platform: &Platform,
    caller: &Caller,
    group: Id,
    practitioner: Id,
    form: &JoinWaitingList,
    now: UtcTime,
) -> Result<KeptEnrolment> {
    groups::lock(conn, group)?;
    let (group, _) = known_group(conn, platform, caller, group)?;
    may_act_for(conn, platform, caller, &group, practitioner)?;
    registration::lock_pathway(conn, practitioner)?.ok_or_else(Error::not_found)?;
    let candidate = places::candidate(conn, platform, group.id, practitioner, &rules::Meeting::default())?;
    pointing::or_elsewhere(conn, &platform.sealer, practitioner, now.london_day(), |_| {
        Ok(rules::ask(&places::door(&group, 0), &candidate, now.get())?)
    })?;
    let kept = KeptEnrolment {
        id: Id::new(now),
        group: group.id,
        audience: group.programme.audience,
        practitioner: Some(practitioner),
        state: EnrolmentState::Waiting,
        seat: None,
        alias: form.alias.reveal().trim().to_owned(),
        guest: None,
        reason: None,
        meets: form.meets.unwrap_or(Openness::StrangersOnly),
        asked_at: now,
        offer_expires_at: None,
        enrolled_at: None,
        ended_at: None,
        version: 1,
    };
    records::insert(conn, &platform.sealer, &kept, caller.id, now)?;
    audit::record(conn, caller.actor(), "group.waited_for", ("group_enrolment", Some(kept.id)), now)?;
    places::settle_offers(conn, platform, group.id, now)?;
    records::find(conn, &platform.sealer, kept.id)?.ok_or_else(Error::not_found)
}

/// Change what I am called in a group, and whom I would meet
#[utoipa::path(
    operation_id = "changeGroupEnrolment", tag = "care", request_body = ChangeEnrolment,
    extensions(("x-roles" = json!(["practitioner"])), ("x-problems" = json!(["enrolment_over"]))),
    params(("id" = Id, Path, description = "The enrolment."), ("If-Match" = String, Header, description = "The ETag of the enrolment as it was read.")),
    responses((status = 200, description = "Changed.", body = EnrolmentView, headers(("ETag" = String, description = "Its version."))))
)]
#[patch("/v1/group-enrolments/{id}")]
pub async fn change_enrolment(
    caller: Practitioner,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<ChangeEnrolment>,
    platform: Platform,
) -> Result<Answer> {
    let (now, id, work) = (platform.clock.now(), id.0, platform.clone());
    platform
        .db
        .write(move |conn| {
            let mut kept = locked_enrolment(conn, &work, &caller, id)?;
            seen.check(kept.version)?;
            check_live(&kept)?;
            if let Some(alias) = said(form.alias.as_ref()) {
                kept.alias = alias;
            }
            kept.meets = form.meets.unwrap_or(kept.meets);
            records::replace(conn, &work.sealer, &kept, now)?;
            audit::record(conn, caller.actor(), "group_enrolment.changed", ("group_enrolment", Some(id)), now)?;
            answer(conn, &work, &caller, id)
        })
        .await
}

fn check_live(kept: &KeptEnrolment) -> Result<()> {
    if kept.state.is_live() { Ok(()) } else { Err(Code::EnrolmentOver.into()) }
}

fn answer(conn: &mut Conn, platform: &Platform, caller: &Caller, id: Id) -> Result<Answer> {
    let kept = records::find(conn, &platform.sealer, id)?.ok_or_else(Error::not_found)?;
    let version = kept.version;
    Ok(Answer::ok(&view(conn, platform, caller, kept, true)?)?.version(version))
}

/// Accept a place that is offered
#[utoipa::path(
    operation_id = "acceptGroupPlace", tag = "care",
    extensions(("x-roles" = json!(["practitioner"])), ("x-problems" = json!(["not_offered", "offer_expired"]))),
    params(("id" = Id, Path, description = "The enrolment.")),
    responses((status = 200, description = "A member.", body = EnrolmentView, headers(("ETag" = String, description = "Its version."))))
)]
#[post("/v1/group-enrolments/{id}/accept")]
pub async fn accept_place(caller: Practitioner, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Answer> {
    let (now, id, work) = (platform.clock.now(), id.0, platform.clone());
    let accepted = attempt
        .write(&platform, move |conn| {
            accept(conn, &work, &caller, id, now)?;
            answer(conn, &work, &caller, id)
        })
        .await;
    if accepted.as_ref().is_err_and(|error| error.code() == Code::OfferExpired) {
        // Whatever it was, the offer is over, and the place goes to the next.
        let work = platform.clone();
        platform.db.write(move |conn| lapse(conn, &work, &caller, id, now)).await?;
    }
    accepted
}

fn accept(conn: &mut Conn, platform: &Platform, caller: &Caller, id: Id, now: UtcTime) -> Result<()> {
    let mut kept = locked_enrolment(conn, platform, caller, id)?;
    let group = groups::find(conn, &platform.sealer, kept.group)?.ok_or_else(Error::not_found)?;
    let pathway = registration::lock_pathway(conn, caller.id)?.ok_or_else(Error::not_found)?;
    let seats = places::seated(conn, platform, group.id)?;
    let meeting = places::meeting(conn, group.id, &seats, (caller.id, kept.meets))?;
    let (door, until) = (places::door(&group, seats.len()), kept.offer_expires_at.map(UtcTime::get));
    rules::accept(kept.state, &door, until, pathway, !meeting.barred.is_empty(), now.get())?;
    kept.state = EnrolmentState::Enrolled;
    kept.offer_expires_at = None;
    kept.enrolled_at = Some(now);
    records::replace(conn, &platform.sealer, &kept, now)?;
    places::rely_on(conn, group.id, caller.id, &meeting, caller.actor(), now)?;
    audit::record(conn, caller.actor(), "group.enrolled", ("group_enrolment", Some(id)), now)?;
    notices::enrolled(conn, caller.id, id, now)?;
    notices::to_facilitators(conn, group.id, caller.id, Change::of(Changed::Places, group.id), now)
}

/// An offer that could not be taken up ends. If it had not run out, something stands in the way, and they are screened anew
/// before there is another.
fn lapse(conn: &mut Conn, platform: &Platform, caller: &Caller, id: Id, now: UtcTime) -> Result<()> {
    let kept = locked_enrolment(conn, platform, caller, id)?;
    if kept.state != EnrolmentState::Offered {
        return Ok(());
    }
    let group = kept.group;
    if kept.offer_expires_at.is_some_and(|until| until > now) {
        screenings::hold(conn, group, caller.id, now)?;
    }
    places::finish(conn, platform, kept, EnrolmentState::Expired, None, now)?;
    audit::record(conn, caller.actor(), "group_offer.expired", ("group_enrolment", Some(id)), now)?;
    places::settle_offers(conn, platform, group, now)
}

/// Leave a group
///
/// Gives up a place, declines an offer or takes the caller off the waiting list. The place goes to the next who waits.
#[utoipa::path(
    operation_id = "leaveGroup", tag = "care",
    extensions(("x-roles" = json!(["practitioner"])), ("x-problems" = json!(["enrolment_over"]))),
    params(("id" = Id, Path, description = "The enrolment.")),
    responses((status = 200, description = "Left.", body = EnrolmentView, headers(("ETag" = String, description = "Its version."))))
)]
#[post("/v1/group-enrolments/{id}/leave")]
pub async fn leave_group(caller: Practitioner, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Answer> {
    let (now, id, work) = (platform.clock.now(), id.0, platform.clone());
    attempt
        .write(&platform, move |conn| {
            let kept = locked_enrolment(conn, &work, &caller, id)?;
            check_live(&kept)?;
            let offered = kept.state == EnrolmentState::Offered;
            let state = if offered { EnrolmentState::Declined } else { EnrolmentState::Left };
            let (group, enrolled) = (kept.group, kept.state == EnrolmentState::Enrolled);
            places::finish(conn, &work, kept, state, None, now)?;
            if enrolled {
                notices::to_facilitators(conn, group, caller.id, Change::of(Changed::Places, group), now)?;
            }
            audit::record(conn, caller.actor(), "group.left", ("group_enrolment", Some(id)), now)?;
            places::settle_offers(conn, &work, group, now)?;
            answer(conn, &work, &caller, id)
        })
        .await
}

/// Take somebody out of a group
///
/// By those who lead it or a coordinator, with a reason. The place goes to the next who waits.
#[utoipa::path(
    operation_id = "removeFromGroup", tag = "care", request_body = RemoveFromGroup,
    extensions(("x-roles" = json!(["clinician", "coordinator"])), ("x-problems" = json!(["enrolment_over"]))),
    params(("id" = Id, Path, description = "The enrolment.")),
    responses((status = 200, description = "Out.", body = EnrolmentView, headers(("ETag" = String, description = "Its version."))))
)]
#[post("/v1/group-enrolments/{id}/remove")]
pub async fn remove_from_group(
    caller: CareTeam,
    id: Path<Id>,
    form: Json<RemoveFromGroup>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let (now, id, work) = (platform.clock.now(), id.0, platform.clone());
    attempt
        .write(&platform, move |conn| {
            let kept = locked_enrolment(conn, &work, &caller, id)?;
            check_live(&kept)?;
            let (group, enrolled) = (kept.group, kept.state == EnrolmentState::Enrolled);
            if enrolled {
                notices::to_facilitators(conn, group, caller.id, Change::of(Changed::Places, group), now)?;
            }
            places::finish(conn, &work, kept, EnrolmentState::Removed, said(Some(&form.reason)), now)?;
            audit::record(conn, caller.actor(), "group.removed", ("group_enrolment", Some(id)), now)?;
            places::settle_offers(conn, &work, group, now)?;
            answer(conn, &work, &caller, id)
        })
        .await
}
