//! Front desk of the caseload.

use std::collections::BTreeMap;

use actix_web::get;
use chrono::NaiveDate;

use super::dto::{
    CaseloadAppointment, CaseloadFollowUp, CaseloadScore, PractitionerCare, PractitionerDetailQuery, PractitionerPage,
    PractitionerQuery, PractitionerSummary, PractitionerView,
};
use super::queries::{self, Filter};
use crate::assessment::queries::{alerts, courses};
use crate::follow_ups::queries::among as follow_ups;
use crate::follow_ups::rules::beginning;
use crate::records::queries as records;
use people::practitioners::queries as registration;
use people::practitioners::queries::Registered;
use people::practitioners::rules::parse_reference;
use people::relationships::conflicts;
use people::{Caller, CareTeam, Role};
use platform::Platform;
use platform::audit;
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::http::{Answer, Page, Path, Query};
use platform::ids::{Id, UtcTime};
use platform::refusal::Code;
use platform::seal::{Sealer, left_out};
use reference::questionnaires;
use scheduling::booking::treating;

/// List practitioners
///
/// Coordinators see all but those who keep them away; clinicians those whom they treat. There are no names in lists. Who registered last comes first.
/// Clinicians see last scores, and that is recorded of everybody whose scores are shown.
#[utoipa::path(
    operation_id = "listPractitioners", tag = "care", extensions(("x-roles" = json!(["clinician", "coordinator"]))), params(PractitionerQuery),
    responses((status = 200, description = "The practitioners, the newest first.", body = PractitionerPage))
)]
#[get("/v1/practitioners")]
pub async fn list_practitioners(caller: CareTeam, query: Query<PractitionerQuery>, platform: Platform) -> Result<Answer> {
    const LIST: &str = "practitioners";
    let (sealer, now, query) = (platform.sealer.clone(), platform.clock.now(), query.0);
    let before = query.cursor.as_ref().map(|cursor| cursor.open::<Id>(&sealer, LIST)).transpose()?;
    let wrong = || Error::field(Code::InvalidParameter, "reference", "invalid", "This is not a reference.");
    let reference = query.reference.as_deref().map(|text| parse_reference(text).ok_or_else(wrong)).transpose()?;
    let seen_before = query.seen_before.map(|day| beginning(sane(day)).into());
    let wanted = Filter { reference, pathway: query.pathway, seen_before, before, ..Filter::default() };
    let limit = query.limit;
    platform
        .db
        .write(move |conn| {
            let filter = narrowed(conn, &caller, wanted.clone(), query.has_open_alert, query.overdue, now)?;
            let ids = queries::page(conn, &filter, limit.plus_one())?;
            let page = Page::cut(ids, limit, &sealer, LIST, |id| *id)?;
            let (mut care, mut unreadable) = readable_care(conn, &sealer, &caller, &page.items, now)?;
            let ids: Vec<Id> = page.items.iter().filter(|id| !unreadable.contains(id)).copied().collect();
            let (people, others) = registration::open_all(conn, &sealer, &ids)?;
            unreadable.extend(others);
            let shown = |person: Registered| {
                let care = care.remove(&person.id).unwrap_or_default();
                PractitionerSummary::new(person, care)
            };
            let items = people.into_iter().map(shown).collect();
            Answer::ok(&PractitionerPage { items, unreadable, next_cursor: page.next_cursor })
        })
        .await
}

/// Adds to a filter what is not in the practitioners' own rows: whom the caller treats, who has an open alert, and who an
/// overdue follow-up.
fn narrowed(
    conn: &mut Conn,
    caller: &Caller,
    mut filter: Filter,
    has_open_alert: Option<bool>,
    overdue: Option<bool>,
    now: UtcTime,
) -> Result<Filter> {
    if caller.role == Role::Clinician {
        filter.among = Some(treating::treated_by(conn, caller.id)?);
    } else {
        filter.hidden = conflicts::kept_from(conn, caller.id)?;
    }
    let alerted = has_open_alert.map(|yes| Ok::<_, Error>((yes, alerts::people_with_open(conn)?))).transpose()?;
    let late = overdue.map(|yes| Ok::<_, Error>((yes, follow_ups::people_overdue(conn, now.london_day())?))).transpose()?;
    for (yes, people) in alerted.into_iter().chain(late) {
        match (yes, filter.among.take()) {
            (true, None) => filter.among = Some(people),
            (true, Some(mut among)) => {
                among.retain(|person| people.contains(person));
                filter.among = Some(among);
            }
            (false, among) => {
                filter.among = among;
                filter.hidden.extend(people);
            }
        }
    }
    Ok(filter)
}

/// How it stands with each of these people, a statement for each kind of fact. Scores are for clinicians, and that they see
/// them is recorded.
fn care(
    conn: &mut Conn,
    sealer: &Sealer,
    caller: &Caller,
    people: &[Id],
    now: UtcTime,
) -> Result<BTreeMap<Id, PractitionerCare>> {
    let encounters = queries::encounters(conn, people, now)?;
    let alerted = alerts::open_among(conn, people)?;
    let overdue = follow_ups::overdue(conn, people, now.london_day())?;
    let courses = if caller.role == Role::Clinician { Some(courses::courses(conn, sealer, people)?) } else { None };
    if let Some(courses) = &courses {
        let shown: Vec<Id> = courses.keys().copied().collect();
        audit::record_each(conn, caller.actor(), "practitioner.scores_read", "practitioner", &shown, now)?;
    }
    let (leads, reviews) = (records::lead_clinicians(conn, people)?, records::plan_reviews(conn, people)?);
    let catalogue = questionnaires::catalogue()?;
    let standing = |person: &Id| {
        let met = encounters.get(person).copied().unwrap_or_default();
        let own = courses.as_ref().map(|courses| courses.get(person).map_or(&[][..], Vec::as_slice));
        let care = PractitionerCare {
            last_seen: met.last.map(CaseloadAppointment::from),
            next_booked: met.next.map(CaseloadAppointment::from),
            latest_scores: own.map(|own| own.iter().map(|course| CaseloadScore::new(course, catalogue)).collect()),
            has_open_alert: alerted.contains(person),
            risk_item_positive: own.map(|own| own.iter().any(|course| course.latest.score.risk)),
            overdue_follow_up: overdue.get(person).map(|(id, due_by)| CaseloadFollowUp { id: *id, due_by: *due_by }),
            lead_clinician_id: leads.get(person).copied(),
            plan_review_on: reviews.get(person).copied(),
        };
        (*person, care)
    };
    Ok(people.iter().map(standing).collect())
}

/// The same for a list: those of whom something cannot be read are named by themselves.
fn readable_care(
    conn: &mut Conn,
    sealer: &Sealer,
    caller: &Caller,
    people: &[Id],
    now: UtcTime,
) -> Result<(BTreeMap<Id, PractitionerCare>, Vec<Id>)> {
    match care(conn, sealer, caller, people, now) {
        Err(error) => left_out(error)?,
        found => return found.map(|found| (found, Vec::new())),
    };
    let (mut found, mut unreadable) = (BTreeMap::new(), Vec::new());
    for person in people {
        match care(conn, sealer, caller, &[*person], now) {
            Ok(one) => found.extend(one),
            Err(error) => {
                left_out(error)?;
                unreadable.push(*person);
            }
        }
    }
    Ok((found, unreadable))
}

/// Days beyond these are nobody's, and not every engine can write them.
fn sane(day: NaiveDate) -> NaiveDate {
    let bound = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(day);
    day.clamp(bound(2000), bound(2200))
}

/// Read a practitioner
///
/// Every reading is recorded. Clinicians who treat may ask for the emergency contact, which is recorded by itself. Once care
/// has ended they may read for a while longer.
#[utoipa::path(
    operation_id = "getPractitioner", tag = "care", extensions(("x-roles" = json!(["clinician", "coordinator"]))),
    params(("id" = Id, Path, description = "The practitioner."), PractitionerDetailQuery),
    responses((status = 200, description = "The practitioner.", body = PractitionerView))
)]
#[get("/v1/practitioners/{id}")]
pub async fn get_practitioner(
    caller: CareTeam,
    id: Path<Id>,
    query: Query<PractitionerDetailQuery>,
    platform: Platform,
) -> Result<Answer> {
    let (sealer, now, id) = (platform.sealer.clone(), platform.clock.now(), id.0);
    let with_contact = caller.role == Role::Clinician && query.0.emergency_contact == Some(true);
    platform
        .db
        .write(move |conn| {
            match caller.role {
                Role::Clinician => treating::check_reads(conn, caller.id, id, now)?,
                _ => conflicts::check_may_know(conn, id, caller.id)?,
            }
            let with_contact = with_contact && treating::treats(conn, caller.id, id)?;
            let person = registration::open(conn, &sealer, id)?.ok_or_else(Error::not_found)?;
            audit::record(conn, caller.actor(), "practitioner.read", ("practitioner", Some(id)), now)?;
            if with_contact {
                audit::record(conn, caller.actor(), "practitioner.emergency_contact_read", ("practitioner", Some(id)), now)?;
            }
            let care = care(conn, &sealer, &caller, &[id], now)?.remove(&id).unwrap_or_default();
            Answer::ok(&PractitionerView::new(person, care, with_contact))
        })
        .await
}
