//! HTTP handlers of the caseload.

use std::collections::BTreeMap;

use actix_web::get;
use chrono::NaiveDate;

use super::dto::{
    CaseloadAppointment, CaseloadFollowUp, CaseloadScore, PractitionerCare, PractitionerDetailQuery, PractitionerQuery,
    PractitionerSummary, PractitionerView,
};
use super::queries;
use crate::assessment::queries::{alerts, score_changes};
use crate::follow_ups::queries::overdue as follow_ups;
use crate::follow_ups::rules::start_of_day;
use crate::records::queries as records;
use people::practitioners::queries as registration;
use people::practitioners::queries::RegisteredPractitioner;
use people::practitioners::queries::listing::PractitionerFilter;
use people::practitioners::rules::parse_reference;
use people::relationships::conflicts;
use people::{Caller, Role};
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Answer, Page, Paging, Path, Query};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use platform::seal::log_unreadable;
use reference::questionnaires;
use scheduling::booking::care_relationship;
use scheduling::booking::queries::lookups;
use scheduling::calendar::callers::CareTeam;

/// List practitioners
///
/// Coordinators see all practitioners except those they have a conflict with; clinicians see those they treat. Lists
/// contain no names. Clinicians also see the latest scores, and each practitioner whose scores are shown is recorded.
#[utoipa::path(
    operation_id = "listPractitioners", tag = "Practitioners", extensions(("x-roles" = json!(CareTeam::ROLES))), params(PractitionerQuery),
    responses((status = 200, description = "The practitioners, the newest first.", body = Page<PractitionerSummary>))
)]
#[get("/v1/practitioners")]
pub async fn list_practitioners(
    caller: CareTeam,
    query: Query<PractitionerQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Answer> {
    let query = query.0;
    let wrong = || Error::field(Reason::InvalidParameter, "reference", "invalid", "This reference is not valid. Check it.");
    let reference = query.reference.as_deref().map(|text| parse_reference(text).ok_or_else(wrong)).transpose()?;
    let seen_before: Option<UtcTime> = query.last_seen_before.map(|day| start_of_day(clamp_to_supported_years(day)).into());
    let base_filter =
        PractitionerFilter { reference, pathway: query.pathway, before: paging.after, ..PractitionerFilter::default() };
    platform
        .write(move |tx| {
            let filter = narrow_filter(tx, &caller, base_filter.clone(), query.has_open_alert, query.overdue)?;
            let ids = queries::page(tx, &filter, seen_before, paging.rows())?;
            let page = paging.page(ids, |id| *id)?;
            let (mut care, mut unreadable) = readable_care_summaries(tx, &caller, &page.items)?;
            let ids: Vec<Id> = page.items.iter().filter(|id| !unreadable.contains(id)).copied().collect();
            let (people, others) = registration::find_all(tx, &ids)?;
            unreadable.extend(others);
            let summary = |person: RegisteredPractitioner| {
                let care = care.remove(&person.id).unwrap_or_default();
                PractitionerSummary::new(person, care)
            };
            let items = people.into_iter().map(summary).collect();
            Answer::ok(&Page { items, unreadable, next_cursor: page.next_cursor })
        })
        .await
}

/// Adds to a filter what is not stored with the practitioners: those the caller treats, those with an open alert, and those
/// with an overdue follow-up.
fn narrow_filter(
    tx: &mut Tx,
    caller: &Caller,
    mut filter: PractitionerFilter,
    has_open_alert: Option<bool>,
    overdue: Option<bool>,
) -> Result<PractitionerFilter> {
    if caller.role == Role::Clinician {
        filter.ids = Some(care_relationship::practitioners_treated_by(tx, caller.id)?);
    } else {
        filter.excluded = conflicts::blocked_or_same_person(tx, caller.id)?;
    }
    let alerted = has_open_alert.map(|yes| Ok::<_, Error>((yes, alerts::practitioners_with_open_alert(tx)?))).transpose()?;
    let overdue = overdue
        .map(|yes| Ok::<_, Error>((yes, follow_ups::practitioners_with_overdue(tx, filter.ids.clone(), tx.now.london_day())?)))
        .transpose()?;
    for (yes, people) in alerted.into_iter().chain(overdue) {
        match (yes, filter.ids.take()) {
            (true, None) => filter.ids = Some(people),
            (true, Some(mut among)) => {
                among.retain(|person| people.contains(person));
                filter.ids = Some(among);
            }
            (false, among) => {
                filter.ids = among;
                filter.excluded.extend(people);
            }
        }
    }
    Ok(filter)
}

/// A summary of the care of each of these practitioners, with one query for each kind of fact. Only clinicians get scores, and
/// that they see them is recorded.
fn care_summaries(tx: &mut Tx, caller: &Caller, people: &[Id]) -> Result<BTreeMap<Id, PractitionerCare>> {
    let encounters = lookups::encounters(tx, people)?;
    let alerted = alerts::with_open_alert(tx, people)?;
    let overdue = follow_ups::longest_overdue(tx, people, tx.now.london_day())?;
    let changes = if caller.role == Role::Clinician { Some(score_changes::score_changes(tx, people)?) } else { None };
    if let Some(changes) = &changes {
        let shown: Vec<Id> = changes.keys().copied().collect();
        audit::record_each(tx, caller.actor(), "practitioner.scores_read", "practitioner", &shown)?;
    }
    let (leads, reviews) = (records::lead_clinicians(tx, people)?, records::plan_reviews(tx, people)?);
    let catalogue = questionnaires::catalogue();
    let summary = |person: &Id| {
        let appointments = encounters.get(person).copied().unwrap_or_default();
        let own = changes.as_ref().map(|changes| changes.get(person).map_or(&[][..], Vec::as_slice));
        let care = PractitionerCare {
            last_seen: appointments.last.map(CaseloadAppointment::from),
            next_booked: appointments.next.map(CaseloadAppointment::from),
            latest_scores: own.map(|own| own.iter().map(|change| CaseloadScore::new(change, catalogue)).collect()),
            has_open_alert: alerted.contains(person),
            risk_item_positive: own.map(|own| own.iter().any(|change| change.latest.score.risk)),
            overdue_follow_up: overdue.get(person).map(|(id, due_by)| CaseloadFollowUp { id: *id, due_by: *due_by }),
            lead_clinician_id: leads.get(person).copied(),
            plan_review_on: reviews.get(person).copied(),
        };
        (*person, care)
    };
    Ok(people.iter().map(summary).collect())
}

/// The same for a list: practitioners whose data cannot be read are returned separately.
fn readable_care_summaries(tx: &mut Tx, caller: &Caller, people: &[Id]) -> Result<(BTreeMap<Id, PractitionerCare>, Vec<Id>)> {
    match care_summaries(tx, caller, people) {
        Err(error) => log_unreadable(error)?,
        found => return found.map(|found| (found, Vec::new())),
    };
    let (mut found, mut unreadable) = (BTreeMap::new(), Vec::new());
    for person in people {
        match care_summaries(tx, caller, &[*person]) {
            Ok(one) => found.extend(one),
            Err(error) => {
                log_unreadable(error)?;
                unreadable.push(*person);
            }
        }
    }
    Ok((found, unreadable))
}

/// Clamps a date to the years 2000 to 2200: the database engines do not store every year.
fn clamp_to_supported_years(day: NaiveDate) -> NaiveDate {
    let bound = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(day);
    day.clamp(bound(2000), bound(2200))
}

/// Get a practitioner
///
/// Every read is recorded. Clinicians who treat the practitioner may request the emergency contact, which is recorded separately.
/// After care has ended clinicians can still read for a limited time.
#[utoipa::path(
    operation_id = "getPractitioner", tag = "Practitioners", extensions(("x-roles" = json!(CareTeam::ROLES))),
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
    let id = id.0;
    let with_contact = caller.role == Role::Clinician && query.0.emergency_contact == Some(true);
    platform
        .write(move |tx| {
            care_relationship::check_may_know(tx, &caller, id)?;
            let with_contact = with_contact && care_relationship::has_care_relationship(tx, caller.id, id)?;
            let person = registration::find(tx, id)?.ok_or_else(Error::not_found)?;
            audit::record(tx, caller.actor(), "practitioner.read", ("practitioner", Some(id)))?;
            if with_contact {
                audit::record(tx, caller.actor(), "practitioner.emergency_contact_read", ("practitioner", Some(id)))?;
            }
            let care = care_summaries(tx, &caller, &[id])?.remove(&id).unwrap_or_default();
            Answer::ok(&PractitionerView::new(person, care, with_contact))
        })
        .await
}
