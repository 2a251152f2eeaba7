//! HTTP handlers of the caseload.

use std::collections::BTreeMap;

use actix_web::get;
use chrono::NaiveDate;

use super::dto::{
    CaseloadAppointment, CaseloadFollowUp, CaseloadScore, PractitionerCare, PractitionerDetailQuery, PractitionerQuery,
    PractitionerSummary, PractitionerView,
};
use super::queries;
use crate::assessment::queries::score_changes;
use crate::follow_ups::queries::overdue as follow_ups;
use crate::follow_ups::rules::start_of_day;
use crate::records::queries as records;
use crate::risk::queries as alerts;
use people::practitioners::queries as registration;
use people::practitioners::queries::RegisteredPractitioner;
use people::practitioners::queries::listing::PractitionerFilter;
use people::practitioners::queries::parts::find_parts;
use people::practitioners::rules::parse_reference;
use people::relationships::{self, Basis, Permit, Purpose};
use people::{Caller, Role};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Page, Paging, Path, Query, Response};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use platform::seal::{log_unreadable, readable_or_none};
use reference::questionnaires;
use scheduling::booking::care_relationship;
use scheduling::booking::queries::lookups;
use scheduling::calendar::callers::CareTeam;

/// List practitioners
///
/// Coordinators see the practitioners with something open, with the reason in `basis`; clinicians see those they treat. Lists
/// contain no names. Clinicians who may read the record also see the latest scores. Each practitioner who is shown is recorded, and
/// apart those whose scores are.
#[utoipa::path(
    operation_id = "listPractitioners", tag = "Practitioners", params(PractitionerQuery),
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("practitioner.listed"))),
    responses((status = 200, description = "The practitioners, the newest first.", body = Page<PractitionerSummary>))
)]
#[get("/v1/practitioners")]
pub async fn list_practitioners(
    caller: CareTeam,
    query: Query<PractitionerQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
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
            let permit = relationships::permits_among(tx, &caller, &page.items, Purpose::Know)?;
            let (mut care, mut unreadable) = readable_care_summaries(tx, &caller, &permit)?;
            let is_shown = |id: &&Id| permit.contains_key(*id) && !unreadable.contains(id);
            let ids: Vec<Id> = page.items.iter().filter(is_shown).copied().collect();
            let (people, others) = registration::find_all(tx, &ids)?;
            unreadable.extend(others);
            let shown: Vec<(Id, Permit)> =
                people.iter().filter_map(|person| Some((person.id, *permit.get(&person.id)?))).collect();
            Permit::record_listed(tx, "practitioner.listed", "practitioner", &shown)?;
            let summary = |person: RegisteredPractitioner| {
                let care = care.remove(&person.id).unwrap_or_default();
                let basis = permit.get(&person.id)?.basis();
                Some(PractitionerSummary::new(person, care, basis))
            };
            let items = people.into_iter().filter_map(summary).collect();
            Response::ok(&Page { items, unreadable, next_cursor: page.next_cursor })
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
        filter.ids = Some(care_relationship::practitioners_treated_by(tx, caller.id, Purpose::Know)?);
    } else {
        filter.permitted = Some(relationships::permitted_practitioners(tx, caller, Purpose::Know)?);
    }
    let alerted = has_open_alert.map(|yes| Ok::<_, Error>((yes, practitioners_with_alert(tx, caller)?))).transpose()?;
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

/// The practitioners with an open alert that the caller is shown.
fn practitioners_with_alert(tx: &mut Tx, caller: &Caller) -> Result<Vec<Id>> {
    match caller.role {
        Role::Coordinator => Ok(alerts::coordinators::practitioners(tx)?.into_iter().collect()),
        _ => alerts::practitioners_with_open_alert(tx),
    }
}

/// Whether a summary of care shows scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scores {
    /// To those who may read the record.
    Shown,
    /// To no one, because one of them cannot be read: the others without it could look as if there were no danger.
    LeftOut,
}

/// A summary of the care of each of these practitioners, with one query for each kind of fact. What is part of the clinical record is
/// only for clinicians who may read that, and that they see the scores is recorded.
fn care_summaries(
    tx: &mut Tx,
    caller: &Caller,
    permit: &BTreeMap<Id, Permit>,
    scores: Scores,
) -> Result<BTreeMap<Id, PractitionerCare>> {
    let people: &[Id] = &permit.keys().copied().collect::<Vec<_>>();
    let last_and_next_appointments = lookups::last_and_next_appointments(tx, people)?;
    let alerted = match caller.role {
        Role::Coordinator => alerts::coordinators::practitioners(tx)?,
        _ => alerts::with_open_alert(tx, people)?,
    };
    let overdue = follow_ups::longest_overdue(tx, people, tx.now.london_day())?;
    // Who knows of a practitioner for another reason, such as duty, sees no scores.
    let is_clinician = caller.role == Role::Clinician;
    let reads =
        if is_clinician { relationships::permits_among(tx, caller, people, Purpose::ReadRecord)? } else { BTreeMap::new() };
    let readable: Vec<Id> = reads.keys().copied().collect();
    let shows_scores = scores == Scores::Shown && !readable.is_empty();
    let changes = if shows_scores { score_changes::score_changes(tx, &readable)? } else { BTreeMap::new() };
    let shown: Vec<(Id, Permit)> = changes.keys().filter_map(|person| Some((*person, *reads.get(person)?))).collect();
    Permit::record_each(tx, "practitioner.scores_read", "practitioner", &shown)?;
    let (leads, reviews) = (records::lead_clinicians(tx, people)?, records::plan_reviews(tx, people)?);
    let catalogue = questionnaires::catalogue();
    let summary = |person: &Id| {
        let appointments = last_and_next_appointments.get(person).copied().unwrap_or_default();
        let may_read = reads.contains_key(person);
        let own = (may_read && shows_scores).then(|| changes.get(person).map_or(&[][..], Vec::as_slice));
        let care = PractitionerCare {
            last_seen: appointments.last.map(CaseloadAppointment::from),
            next_booked: appointments.next.map(CaseloadAppointment::from),
            latest_scores: own.map(|own| own.iter().map(|change| CaseloadScore::new(change, catalogue)).collect()),
            has_open_alert: alerted.contains(person),
            risk_item_positive: own.map(|own| own.iter().any(|change| change.latest.score.risk)),
            overdue_follow_up: overdue.get(person).map(|(id, due_until)| CaseloadFollowUp { id: *id, due_until: *due_until }),
            lead_clinician_id: leads.get(person).copied(),
            plan_review_on: reviews.get(person).copied().filter(|_| may_read || !is_clinician),
        };
        (*person, care)
    };
    Ok(people.iter().map(summary).collect())
}

/// The same for a list: practitioners whose data cannot be read are returned separately.
fn readable_care_summaries(
    tx: &mut Tx,
    caller: &Caller,
    permit: &BTreeMap<Id, Permit>,
) -> Result<(BTreeMap<Id, PractitionerCare>, Vec<Id>)> {
    match care_summaries(tx, caller, permit, Scores::Shown) {
        Err(error) => log_unreadable(error)?,
        found => return found.map(|found| (found, Vec::new())),
    };
    let (mut found, mut unreadable) = (BTreeMap::new(), Vec::new());
    for (person, one) in permit {
        match care_summaries(tx, caller, &BTreeMap::from([(*person, *one)]), Scores::Shown) {
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
/// Every read is recorded. Clinicians who treat the practitioner, are on duty for their risk alert or broke the glass may request the
/// emergency contact, which is recorded separately. Scores, the risk item and the date of the plan's review are null for clinicians who may
/// not read the record. After care has ended clinicians can still read for a limited time. A part that is damaged is named in `unreadable`,
/// and the others are shown.
#[utoipa::path(
    operation_id = "getPractitioner", tag = "Practitioners",
    extensions(("x-roles" = json!(CareTeam::ROLES)),
        ("x-audit" = json!(["practitioner.read", "practitioner.emergency_contact_read"]))),
    params(("id" = Id, Path, description = "The practitioner."), PractitionerDetailQuery),
    responses((status = 200, description = "The practitioner.", body = PractitionerView))
)]
#[get("/v1/practitioners/{id}")]
pub async fn get_practitioner(
    caller: CareTeam,
    id: Path<Id>,
    query: Query<PractitionerDetailQuery>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    let with_contact = caller.role == Role::Clinician && query.0.emergency_contact == Some(true);
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_know(tx, &caller, id)?;
            let with_contact = with_contact && permit.basis() != Basis::ReadsAfterCare;
            let person = find_parts(tx, id)?.ok_or_else(Error::not_found)?;
            permit.record(tx, "practitioner.read", ("practitioner", Some(id)))?;
            if with_contact && person.details.is_some() {
                permit.record(tx, "practitioner.emergency_contact_read", ("practitioner", Some(id)))?;
            }
            let own = BTreeMap::from([(id, permit)]);
            let whole = readable_or_none(care_summaries(tx, &caller, &own, Scores::Shown))?;
            let scores_are_readable = whole.is_some();
            let mut care = match whole {
                Some(care) => care,
                None => care_summaries(tx, &caller, &own, Scores::LeftOut)?,
            };
            let care = care.remove(&id).unwrap_or_default();
            Response::ok(&PractitionerView::new(person, care, scores_are_readable, permit.basis(), with_contact))
        })
        .await
}
