//! Places, and who has one.

use std::collections::BTreeMap;

use actix_web::{get, post};
use chrono::NaiveTime;

use super::{asking, beneficiary, hidden_from, inside, known_enrolment, known_group, may_act_for, view};
use crate::groups::dto::{EnrolGuest, EnrolInGroup, EnrolmentView, GroupEnrolmentPage, GroupEnrolmentQuery};
use crate::groups::model::{EnrolmentState, Openness};
use crate::groups::notices;
use crate::groups::queries::enrolments as records;
use crate::groups::queries::enrolments::{Filter, KeptEnrolment};
use crate::groups::queries::{groups, screenings};
use crate::groups::{places, policies, rules};
use access::registration::pointing;
use people::practitioners::queries as registration;
use people::{Caller, CareTeam, Coordinator, Member, Practitioner, Role};
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::http::{Answer, IdempotencyKey, Json, Page, Path, Query};
use platform::ids::{Id, UtcTime};
use platform::refusal::Code;
use platform::{Platform, audit};
use scheduling::calendar::messages::{Change, Changed};

/// Take a place in a group
///
/// Of many who ask at once exactly as many get one as there are places. A recent screening must have found the group
/// suitable, and nobody in it, facilitators included, may know the practitioner or share their employer unless both have
/// agreed. Staff are told which of it is missing; a practitioner is told only that the place is not given.
#[utoipa::path(
    operation_id = "enrolInGroup", tag = "care", request_body = EnrolInGroup,
    extensions(("x-roles" = json!(["practitioner", "clinician", "coordinator"])), ("x-problems" = json!(["group_not_open", "wrong_audience",
        "enrolment_closed", "not_eligible", "already_enrolled", "group_full", "screening_required", "group_conflict", "place_not_cleared"]))),
    params(("id" = Id, Path, description = "The group."),
        ("Idempotency-Key" = Option<String>, Header, description = "A key of your choice that makes a repeat safe.", nullable = false)),
    responses((status = 201, description = "A member.", body = EnrolmentView,
        headers(("Location" = String, description = "The enrolment."), ("ETag" = String, description = "Its version."))))
)]
#[post("/v1/groups/{id}/enrolments")]
pub async fn enrol_in_group(
    caller: Member,
    id: Path<Id>,
    key: IdempotencyKey,
    form: Json<EnrolInGroup>,
    platform: Platform,
) -> Result<Answer> {
    let (now, id, work) = (platform.clock.now(), id.0, platform.clone());
    let practitioner = beneficiary(&caller, form.practitioner_id)?;
    let answer = platform
        .db
        .write(move |conn| {
            key.once(conn, &work.sealer, caller.id, &form.digest, now, |conn| {
                let kept = enrol(conn, &work, &caller, id, practitioner, &form, now)?;
                let (location, version) = (format!("/v1/group-enrolments/{}", kept.id), kept.version);
                let view = view(conn, &work, &caller, kept, true)?;
                Ok(Answer::created(location, &view)?.version(version))
            })
        })
        .await;
    if answer.as_ref().is_err_and(|error| error.code() == Code::PlaceNotCleared) {
        // The same answer from now on, whatever they change about themselves, until they are screened anew.
        platform.db.write(move |conn| screenings::hold(conn, id, practitioner, now)).await?;
    }
    answer
}

fn enrol(
    conn: &mut Conn,
    platform: &Platform,
    caller: &Caller,
    group: Id,
    practitioner: Id,
    form: &EnrolInGroup,
    now: UtcTime,
) -> Result<KeptEnrolment> {
    groups::lock(conn, group)?;
    let (group, _) = known_group(conn, platform, caller, group)?;
    may_act_for(conn, platform, caller, &group, practitioner)?;
    registration::lock_pathway(conn, practitioner)?.ok_or_else(Error::not_found)?;
    places::settle_offers(conn, platform, group.id, now)?;
    let seats = places::seated(conn, platform, group.id)?;
    let waiting = records::live_of(conn, &platform.sealer, group.id, practitioner)?;
    let meets = form.meets.or(waiting.as_ref().map(|kept| kept.meets)).unwrap_or(Openness::StrangersOnly);
    let meeting = places::meeting(conn, group.id, &seats, (practitioner, meets))?;
    let candidate = places::candidate(conn, platform, group.id, practitioner, &meeting)?;
    let door = places::door(&group, seats.len());
    pointing::or_elsewhere(conn, &platform.sealer, practitioner, now.london_day(), |_| {
        Ok(rules::enrol(&door, &candidate, asking(caller), now.get(), &policies())?)
    })?;
    let seat = places::free_seat(&group, &seats)?;
    let alias = form.alias.reveal().trim().to_owned();
    let kept = match waiting {
        Some(waiting) => {
            let kept = KeptEnrolment {
                state: EnrolmentState::Enrolled,
                seat: Some(seat),
                alias,
                meets,
                enrolled_at: Some(now),
                ..waiting
            };
            records::replace(conn, &platform.sealer, &kept, now)?;
            KeptEnrolment { version: kept.version + 1, ..kept }
        }
        None => {
            let kept = KeptEnrolment {
                id: Id::new(now),
                group: group.id,
                audience: group.programme.audience,
                practitioner: Some(practitioner),
                state: EnrolmentState::Enrolled,
                seat: Some(seat),
                alias,
                guest: None,
                reason: None,
                meets,
                asked_at: now,
                offer_expires_at: None,
                enrolled_at: Some(now),
                ended_at: None,
                version: 1,
            };
            records::insert(conn, &platform.sealer, &kept, caller.id, now)?;
            kept
        }
    };
    places::rely_on(conn, group.id, practitioner, &meeting, caller.actor(), now)?;
    audit::record(conn, caller.actor(), "group.enrolled", ("group_enrolment", Some(kept.id)), now)?;
    notices::enrolled(conn, practitioner, kept.id, now)?;
    notices::to_facilitators(conn, group.id, caller.id, Change::of(Changed::Places, group.id), now)?;
    Ok(kept)
}

/// Enter a guest
///
/// For groups whose members are not practitioners: somebody without an account, by alias and with a sealed contact. They take
/// up a place, and appear nowhere but in their group.
#[utoipa::path(
    operation_id = "enrolGuest", tag = "care", request_body = EnrolGuest,
    extensions(("x-roles" = json!(["coordinator"])), ("x-problems" = json!(["group_not_open", "wrong_audience", "enrolment_closed",
        "group_full", "screening_required"]))),
    params(("id" = Id, Path, description = "The group."),
        ("Idempotency-Key" = Option<String>, Header, description = "A key of your choice that makes a repeat safe.", nullable = false)),
    responses((status = 201, description = "A member.", body = EnrolmentView,
        headers(("Location" = String, description = "The enrolment."), ("ETag" = String, description = "Its version."))))
)]
#[post("/v1/groups/{id}/guests")]
pub async fn enrol_guest(
    caller: Coordinator,
    id: Path<Id>,
    key: IdempotencyKey,
    form: Json<EnrolGuest>,
    platform: Platform,
) -> Result<Answer> {
    let (now, id, work) = (platform.clock.now(), id.0, platform.clone());
    platform
        .db
        .write(move |conn| {
            key.once(conn, &work.sealer, caller.id, &form.digest, now, |conn| {
                groups::lock(conn, id)?;
                let group = groups::find(conn, &work.sealer, id)?.ok_or_else(Error::not_found)?;
                let seats = places::seated(conn, &work, id)?;
                let spoken_to_at = form.spoken_to_on.and_time(NaiveTime::MIN).and_utc();
                rules::enrol_guest(&places::door(&group, seats.len()), spoken_to_at, now.get(), &policies())?;
                let kept = KeptEnrolment {
                    id: Id::new(now),
                    group: id,
                    audience: group.programme.audience,
                    practitioner: None,
                    state: EnrolmentState::Enrolled,
                    seat: Some(places::free_seat(&group, &seats)?),
                    alias: form.alias.reveal().trim().to_owned(),
                    guest: Some(form.contact.clone().into()),
                    reason: None,
                    meets: Openness::StrangersOnly,
                    asked_at: now,
                    offer_expires_at: None,
                    enrolled_at: Some(now),
                    ended_at: None,
                    version: 1,
                };
                records::insert(conn, &work.sealer, &kept, caller.id, now)?;
                audit::record(conn, caller.actor(), "group.guest_enrolled", ("group_enrolment", Some(kept.id)), now)?;
                notices::to_facilitators(conn, id, caller.id, Change::of(Changed::Places, id), now)?;
                let location = format!("/v1/group-enrolments/{}", kept.id);
                let view = view(conn, &work, &caller, kept, true)?;
                Ok(Answer::created(location, &view)?.version(1))
            })
        })
        .await
}

/// List those of a group
///
/// Members, those who have an offer, wait or have left. For those who lead it and coordinators; every reading is recorded.
#[utoipa::path(
    operation_id = "listGroupEnrolments", tag = "care", params(("id" = Id, Path, description = "The group."), GroupEnrolmentQuery),
    extensions(("x-roles" = json!(["clinician", "coordinator"]))),
    responses((status = 200, description = "The enrolments, the newest first.", body = GroupEnrolmentPage))
)]
#[get("/v1/groups/{id}/enrolments")]
pub async fn list_enrolments(
    caller: CareTeam,
    id: Path<Id>,
    query: Query<GroupEnrolmentQuery>,
    platform: Platform,
) -> Result<Answer> {
    const LIST: &str = "group_enrolments";
    let (now, id, work) = (platform.clock.now(), id.0, platform.clone());
    let GroupEnrolmentQuery { state, limit, cursor } = query.0;
    let before = cursor.map(|cursor| cursor.open::<Id>(&platform.sealer, LIST)).transpose()?;
    platform
        .db
        .write(move |conn| {
            inside(conn, &work, &caller, id)?;
            let hidden = hidden_from(conn, &caller, id)?;
            let filter = Filter { group: Some(id), state, hidden, before, ..Filter::default() };
            let rows = records::list(conn, &work.sealer, &filter, limit.plus_one())?;
            let (page, mut unreadable) = Page::cut_readable(rows, limit, &work.sealer, LIST)?;
            let page = page.try_map_readable(&mut unreadable, |kept| kept.id, |kept| view(conn, &work, &caller, kept, false))?;
            audit::record(conn, caller.actor(), "group.members_read", ("group", Some(id)), now)?;
            Answer::ok(&GroupEnrolmentPage { items: page.items, unreadable, next_cursor: page.next_cursor })
        })
        .await
}

/// List my places in groups
///
/// Offers, waits and past ones included.
#[utoipa::path(
    operation_id = "listMyGroupEnrolments", tag = "care", params(GroupEnrolmentQuery),
    extensions(("x-roles" = json!(["practitioner"]))),
    responses((status = 200, description = "The enrolments, the newest first.", body = GroupEnrolmentPage))
)]
#[get("/v1/group-enrolments")]
pub async fn list_my_enrolments(caller: Practitioner, query: Query<GroupEnrolmentQuery>, platform: Platform) -> Result<Answer> {
    const LIST: &str = "my_group_enrolments";
    let (sealer, GroupEnrolmentQuery { state, limit, cursor }) = (platform.sealer.clone(), query.0);
    let before = cursor.map(|cursor| cursor.open::<Id>(&sealer, LIST)).transpose()?;
    platform
        .db
        .read(move |conn| {
            let filter = Filter { practitioner: Some(caller.id), state, before, ..Filter::default() };
            let rows = records::list(conn, &sealer, &filter, limit.plus_one())?;
            let (page, unreadable) = Page::cut_readable(rows, limit, &sealer, LIST)?;
            let items = page.items.into_iter().map(EnrolmentView::own).collect();
            Answer::ok(&GroupEnrolmentPage { items, unreadable, next_cursor: page.next_cursor })
        })
        .await
}

/// Read a place in a group
///
/// Practitioners read their own; those who lead the group and coordinators any in it. Every reading by staff is recorded.
#[utoipa::path(
    operation_id = "getGroupEnrolment", tag = "care",
    extensions(("x-roles" = json!(["practitioner", "clinician", "coordinator"]))),
    params(("id" = Id, Path, description = "The enrolment.")),
    responses((status = 200, description = "The enrolment.", body = EnrolmentView, headers(("ETag" = String, description = "Its version."))))
)]
#[get("/v1/group-enrolments/{id}")]
pub async fn get_enrolment(caller: Member, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let (now, id, work) = (platform.clock.now(), id.0, platform.clone());
    platform
        .db
        .write(move |conn| {
            let kept = known_enrolment(conn, &work, &caller, id)?;
            if caller.role != Role::Practitioner {
                audit::record(conn, caller.actor(), "group_enrolment.read", ("group_enrolment", Some(id)), now)?;
            }
            let version = kept.version;
            Ok(Answer::ok(&view(conn, &work, &caller, kept, true)?)?.version(version))
        })
        .await
}

/// The practitioners behind these enrolments of one group.
pub(super) fn members(conn: &mut Conn, platform: &Platform, group: Id, ids: &[Id]) -> Result<BTreeMap<Id, Id>> {
    let all = records::find_all(conn, &platform.sealer, group, ids)?;
    Ok(all.into_iter().filter_map(|kept| Some((kept.id, kept.practitioner?))).collect())
}
