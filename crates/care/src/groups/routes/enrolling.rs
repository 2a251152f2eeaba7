//! HTTP handlers: enrol practitioners and guests, and read enrolments.

use actix_web::web::Data;
use actix_web::{get, post};
use chrono::NaiveTime;

use super::members::MemberAccess;
use super::{check_may_act_for, enrolment_view, group_for_staff, record, visible_enrolment, visible_group};
use crate::groups::dto::{CreateGroupEnrolment, CreateGroupGuest, EnrolmentView, GroupEnrolmentQuery};
use crate::groups::model::{EnrolmentState, Willingness, WillingnessToMeet, policies};
use crate::groups::notifications;
use crate::groups::places::Statements;
use crate::groups::queries::enrolments as records;
use crate::groups::queries::enrolments::{Enrolment, Filter};
use crate::groups::queries::{groups, screenings};
use crate::groups::{places, rules};
use access::registration::signposting;
use people::practitioners::queries as registration;
use people::relationships::conflict_handlers::ConflictHandlers;
use people::relationships::{Permit, Purpose};
use people::{Caller, Coordinator, Practitioner};
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Query, Response};
use platform::ids::Id;
use platform::private::trimmed;
use platform::refusal::Reason;
use platform::{Platform, audit};
use scheduling::booking::model::ActorKind;
use scheduling::calendar::callers::CareTeam;
use scheduling::calendar::messages::{Change, ChangeKind};
use scheduling::clinicians::callers::PractitionerOrCareTeam;

/// Create an enrolment in a group
///
/// Requires a free place and a recent screening that found the group suitable. No member or facilitator may know the
/// practitioner or have the same employer, unless both have agreed to meet; to practitioners who enrol themselves, what they
/// blocked or changed about themselves after the screening makes no difference. The refusal names the reason for staff;
/// practitioners get `place_not_cleared` for every reason that concerns screening or other people in the group.
#[utoipa::path(
    operation_id = "createGroupEnrolment", tag = "Group therapy", request_body = CreateGroupEnrolment,
    extensions(("x-roles" = json!(PractitionerOrCareTeam::ROLES)), ("x-audit" = json!("group.enrolled")),
        ("x-problems" = json!(["group_not_open", "wrong_audience",
        "not_eligible", "already_exists", "group_full", "screening_required", "group_conflict", "place_not_cleared"]))),
    params(("id" = Id, Path, description = "The group.")),
    responses((status = 201, description = "The practitioner is a member.", body = EnrolmentView))
)]
#[post("/v1/groups/{id}/enrolments")]
pub async fn create_group_enrolment(
    caller: PractitionerOrCareTeam,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<CreateGroupEnrolment>,
    platform: Platform,
    apart: Data<ConflictHandlers>,
) -> Result<Response> {
    let id = id.0;
    let practitioner = caller.target_practitioner(form.practitioner_id)?;
    let response = platform
        .write_once(attempt, move |tx| {
            let enrolment = enrol(tx, &caller, id, practitioner, &form)?;
            // A conflict that did not count is for a coordinator.
            (apart.for_practitioner)(tx, practitioner)?;
            let (location, version) = (format!("/v1/group-enrolments/{}", enrolment.id), enrolment.version);
            let view = enrolment_view(tx, &caller, enrolment, true)?;
            Ok(Response::created(location, &view)?.with_version(version))
        })
        .await;
    if response.as_ref().is_err_and(|error| error.reason() == Reason::PlaceNotCleared) {
        // They get the same response until they are screened again, even if they change their own details.
        platform.write(move |tx| screenings::require_new_screening(tx, id, practitioner)).await?;
    }
    response
}

fn enrol(tx: &mut Tx, caller: &Caller, group: Id, practitioner: Id, form: &CreateGroupEnrolment) -> Result<Enrolment> {
    groups::lock(tx, group)?;
    let (group, _) = visible_group(tx, caller, group)?;
    let permit = check_may_act_for(tx, caller, &group, practitioner)?;
    registration::lock_practitioner(tx, practitioner)?.ok_or_else(Error::not_found)?;
    places::refresh_offers(tx, group.id)?;
    let seats = places::place_holders(tx, group.id)?;
    let waiting = records::find_live(tx, group.id, practitioner)?;
    let stated = |to_meet| Willingness { to_meet, since: Some(tx.now) };
    let before = waiting.as_ref().map(Enrolment::willingness);
    let meets = form.willing_to_meet.map(stated).or(before).unwrap_or(stated(WillingnessToMeet::StrangersOnly));
    let statements = if caller.is_staff() { Statements::All } else { Statements::BeforeScreening };
    let meeting = places::check_conflicts(tx, group.id, &seats, (practitioner, meets), statements)?;
    let candidate = places::candidate_facts(tx, group.id, practitioner, &meeting)?;
    let facts = places::enrolment_facts(&group, seats.len());
    signposting::with_signposts(tx, practitioner, tx.now.london_day(), |tx| {
        Ok(rules::check_enrolment(&facts, &candidate, ActorKind::of(caller.role), tx.now.get(), &policies())?)
    })?;
    let seat = places::free_seat(&group, &seats)?;
    let alias = trimmed(&form.alias);
    let enrolment = match waiting {
        Some(waiting) => {
            let enrolment = Enrolment {
                state: EnrolmentState::Enrolled,
                seat: Some(seat),
                alias,
                willing_to_meet: meets.to_meet,
                willing_since: meets.since.unwrap_or(tx.now),
                enrolled_at: Some(tx.now),
                damaged: None,
                ..waiting
            };
            records::replace(tx, &enrolment)?;
            Enrolment { version: enrolment.version + 1, ..enrolment }
        }
        None => {
            let enrolment = Enrolment {
                id: Id::new(tx.now),
                group: group.id,
                audience: group.programme.audience,
                practitioner: Some(practitioner),
                state: EnrolmentState::Enrolled,
                seat: Some(seat),
                alias,
                guest: None,
                reason: None,
                willing_to_meet: meets.to_meet,
                willing_since: meets.since.unwrap_or(tx.now),
                requested_at: tx.now,
                offer_expires_at: None,
                enrolled_at: Some(tx.now),
                ended_at: None,
                version: 1,
                damaged: None,
            };
            records::insert(tx, &enrolment, caller.id)?;
            enrolment
        }
    };
    places::record_agreements(tx, group.id, &permit, &meeting)?;
    permit.record(tx, "group.enrolled", ("group_enrolment", Some(enrolment.id)))?;
    notifications::place_confirmed(tx, practitioner, enrolment.id)?;
    notifications::notify_facilitators(tx, group.id, caller.id, Change::of(ChangeKind::Places, group.id))?;
    Ok(enrolment)
}

/// Create the enrolment of a guest in a group
///
/// For groups whose members are not practitioners. A guest has no account, takes up a place, and appears only in this group.
/// Their contact details are stored encrypted.
#[utoipa::path(
    operation_id = "createGroupGuest", tag = "Group therapy", request_body = CreateGroupGuest,
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("group.guest_enrolled")),
        ("x-problems" = json!(["group_not_open", "wrong_audience",
        "group_full", "screening_required"]))),
    params(("id" = Id, Path, description = "The group.")),
    responses((status = 201, description = "The guest is a member.", body = EnrolmentView))
)]
#[post("/v1/groups/{id}/guests")]
pub async fn create_group_guest(
    caller: Coordinator,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<CreateGroupGuest>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            groups::lock(tx, id)?;
            let group = groups::find(tx, id)?.ok_or_else(Error::not_found)?;
            let seats = places::place_holders(tx, id)?;
            let spoken_to_at = form.contacted_on.and_time(NaiveTime::MIN).and_utc();
            rules::check_guest_enrolment(&places::enrolment_facts(&group, seats.len()), spoken_to_at, tx.now.get(), &policies())?;
            let enrolment = Enrolment {
                id: Id::new(tx.now),
                group: id,
                audience: group.programme.audience,
                practitioner: None,
                state: EnrolmentState::Enrolled,
                seat: Some(places::free_seat(&group, &seats)?),
                alias: trimmed(&form.alias),
                guest: Some(form.contact.clone().into()),
                reason: None,
                willing_to_meet: WillingnessToMeet::StrangersOnly,
                willing_since: tx.now,
                requested_at: tx.now,
                offer_expires_at: None,
                enrolled_at: Some(tx.now),
                ended_at: None,
                version: 1,
                damaged: None,
            };
            records::insert(tx, &enrolment, caller.id)?;
            audit::record(tx, caller.actor(), "group.guest_enrolled", ("group_enrolment", Some(enrolment.id)))?;
            notifications::notify_facilitators(tx, id, caller.id, Change::of(ChangeKind::Places, id))?;
            let location = format!("/v1/group-enrolments/{}", enrolment.id);
            let view = enrolment_view(tx, &caller, enrolment, true)?;
            Ok(Response::created(location, &view)?.with_version(1))
        })
        .await
}

/// List the enrolments of a group
///
/// Members, offers, the waiting list, and enrolments that have ended. Facilitators of the group and coordinators read each until 30
/// days after it ended, and later while they may know of the practitioner for another reason; every access is recorded.
#[utoipa::path(
    operation_id = "listGroupEnrolments", tag = "Group therapy",
    params(("id" = Id, Path, description = "The group."), GroupEnrolmentQuery),
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!(["group.members_read", "group_enrolment.listed"]))),
    responses((status = 200, description = "The enrolments, the newest first.", body = Page<EnrolmentView>))
)]
#[get("/v1/groups/{id}/enrolments")]
pub async fn list_group_enrolments(
    caller: CareTeam,
    id: Path<Id>,
    query: Query<GroupEnrolmentQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    let GroupEnrolmentQuery { state } = query.0;
    platform
        .write(move |tx| {
            group_for_staff(tx, &caller, id)?;
            let members = MemberAccess::of(tx, &caller, id)?;
            let readable = Some(members.filter(tx, &caller, id)?);
            let filter = Filter { group: Some(id), state, readable, before: paging.after, ..Filter::default() };
            let rows = records::list(tx, &filter, paging.rows())?;
            let page = paging.readable(rows)?;
            let shown = members.readable(tx, &caller, &page.items, Purpose::Know)?;
            Permit::record_listed(tx, "group_enrolment.listed", "group_enrolment", &shown.of_practitioners())?;
            let page =
                page.try_map_readable(|enrolment| enrolment.id, |enrolment| enrolment_view(tx, &caller, enrolment, false))?;
            audit::record(tx, caller.actor(), "group.members_read", ("group", Some(id)))?;
            Response::ok(&page)
        })
        .await
}

/// List my group enrolments
///
/// Includes offers, waiting list entries and enrolments that have ended.
#[utoipa::path(
    operation_id = "listMyGroupEnrolments", tag = "Group therapy", params(GroupEnrolmentQuery),
    extensions(("x-roles" = json!(Practitioner::ROLES))),
    responses((status = 200, description = "The enrolments, the newest first.", body = Page<EnrolmentView>))
)]
#[get("/v1/me/group-enrolments")]
pub async fn list_my_group_enrolments(
    caller: Practitioner,
    query: Query<GroupEnrolmentQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let GroupEnrolmentQuery { state } = query.0;
    platform
        .read(move |tx| {
            let filter = Filter { practitioner: Some(caller.id), state, before: paging.after, ..Filter::default() };
            let rows = records::list(tx, &filter, paging.rows())?;
            let page = paging.readable(rows)?;
            Response::ok(&page.map(EnrolmentView::own))
        })
        .await
}

/// Get a group enrolment
///
/// Practitioners can read their own. Facilitators of the group and coordinators read each until 30 days after it ended, and later
/// while they may know of the practitioner for another reason. Every access by staff is recorded.
#[utoipa::path(
    operation_id = "getGroupEnrolment", tag = "Group therapy",
    extensions(("x-roles" = json!(PractitionerOrCareTeam::ROLES)), ("x-audit" = json!("group_enrolment.read"))),
    params(("id" = Id, Path, description = "The enrolment.")),
    responses((status = 200, description = "The enrolment.", body = EnrolmentView))
)]
#[get("/v1/group-enrolments/{id}")]
pub async fn get_group_enrolment(caller: PractitionerOrCareTeam, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, enrolment) = visible_enrolment(tx, &caller, id)?;
            if caller.is_staff() {
                record(tx, &caller, permit.as_ref(), "group_enrolment.read", id)?;
            }
            let version = enrolment.version;
            Ok(Response::ok(&enrolment_view(tx, &caller, enrolment, true)?)?.with_version(version))
        })
        .await
}
