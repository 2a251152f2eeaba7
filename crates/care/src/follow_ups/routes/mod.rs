//! Front desk of follow-ups.

pub(super) mod agreeing;
pub(super) mod pursuing;
pub(super) mod reading;

use std::collections::BTreeMap;

use super::dto::{Beside, BookingSuggestion, FollowUpView, Reader, SearchAddress};
use super::model::FollowUpState;
use super::plan::plan;
use super::queries::{self, FollowUp, contacts};
use super::{letters, rules};
use crate::assessment::queries::courses;
use people::accounts::queries as accounts;
use people::practitioners::queries as registration;
use people::relationships::conflicts;
use people::{Caller, Role};
use platform::Platform;
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use scheduling::booking::dto::SlotView;
use scheduling::booking::offering;
use scheduling::booking::queries::slots::Search;
use scheduling::booking::rules::LONGEST_SEARCH;
use scheduling::booking::treating;
use scheduling::booking::treating::ReadsAs;

/// As whom the caller reads what is this practitioner's: clinicians while they treat, and for a while after care has ended.
/// Others get a 404.
fn reader(conn: &mut Conn, caller: &Caller, practitioner: Id, now: UtcTime) -> Result<Reader> {
    if caller.role == Role::Coordinator {
        conflicts::check_may_know(conn, practitioner, caller.id)?;
        return Ok(Reader::Coordinator);
    }
    Ok(match treating::reads_as(conn, caller, practitioner, now)? {
        ReadsAs::Practitioner => Reader::Practitioner,
        ReadsAs::Clinician => Reader::Clinician,
    })
}

/// Lets through whoever may do something about this practitioner's follow-ups: of clinicians those who treat at present.
fn may_act(conn: &mut Conn, caller: &Caller, practitioner: Id, now: UtcTime) -> Result<()> {
    reader(conn, caller, practitioner, now)?;
    if caller.role == Role::Clinician { treating::check_treats(conn, caller.id, practitioner) } else { Ok(()) }
}

/// The follow-up, when the caller may know of it.
fn known(conn: &mut Conn, platform: &Platform, caller: &Caller, id: Id, now: UtcTime) -> Result<(FollowUp, Reader)> {
    let one = queries::find(conn, &platform.sealer, id)?.ok_or_else(Error::not_found)?;
    let reader = reader(conn, caller, one.row.practitioner_id, now)?;
    Ok((one, reader))
}

/// The same, to be changed: its practitioner is locked first, as by all who book and by what the service does by itself.
fn locked(conn: &mut Conn, platform: &Platform, caller: &Caller, id: Id, now: UtcTime) -> Result<(FollowUp, Reader)> {
    let practitioner = queries::practitioner_of(conn, id)?.ok_or_else(Error::not_found)?;
    may_act(conn, caller, practitioner, now)?;
    registration::lock_pathway(conn, practitioner)?;
    known(conn, platform, caller, id, now)
}

/// The follow-up as it is now, with all that this reader may see, and its version.
fn view(conn: &mut Conn, platform: &Platform, caller: &Caller, id: Id, now: UtcTime) -> Result<(FollowUpView, i32)> {
    let (one, reader) = known(conn, platform, caller, id, now)?;
    let version = one.row.version;
    let mut beside = beside(conn, platform, std::slice::from_ref(&one), reader, now)?.remove(&id).unwrap_or_default();
    if reader != Reader::Practitioner {
        beside.contacts = Some(contacts::of(conn, &platform.sealer, id)?);
    }
    Ok((FollowUpView::new(one, beside, reader, now), version))
}

/// What is known of each of these beside its row.
fn beside(conn: &mut Conn, platform: &Platform, all: &[FollowUp], reader: Reader, now: UtcTime) -> Result<BTreeMap<Id, Beside>> {
    let mut people: Vec<Id> = all.iter().map(|one| one.row.practitioner_id).collect();
    people.sort();
    people.dedup();
    let names = match reader {
        Reader::Practitioner => BTreeMap::new(),
        Reader::Clinician | Reader::Coordinator => accounts::readable_names(conn, &platform.sealer, &people)?.0,
    };
    let asked = all.iter().any(|one| one.row.questionnaire.is_some());
    let answered = if asked { courses::last_answered(conn, &people)? } else { BTreeMap::new() };
    let mut found = BTreeMap::new();
    for one in all {
        let person = one.row.practitioner_id;
        let code = one.row.questionnaire.clone();
        let beside = Beside {
            pseudonym: names.get(&person).cloned(),
            answered_at: code.and_then(|code| answered.get(&(person, code)).copied()),
            contacts: None,
            suggestion: if reader == Reader::Practitioner { suggestion(conn, platform, one, now)? } else { None },
        };
        found.insert(one.row.id, beside);
    }
    Ok(found)
}

/// How the practitioner can book it, while nothing is booked.
fn suggestion(conn: &mut Conn, platform: &Platform, one: &FollowUp, now: UtcTime) -> Result<Option<BookingSuggestion>> {
    let (row, plan) = (&one.row, plan()?);
    match rules::state(&one.standing, now.london_day()) {
        FollowUpState::Waiting | FollowUpState::Due | FollowUpState::Overdue => {}
        FollowUpState::Booked | FollowUpState::Done | FollowUpState::Cancelled | FollowUpState::CareEnded => return Ok(None),
    }
    let (from, to) = rules::suggested_times(row.window(), now.get(), plan);
    let wanted = Search { kind: Some(row.kind), mode: row.mode, clinician: Some(row.clinician_id), ..Search::default() };
    let window = (UtcTime::from(from), UtcTime::from(to));
    // What begins this very instant has begun.
    let ahead = (window.0.max(now + chrono::TimeDelta::microseconds(1)), window.1);
    let slots = offering::bookable(conn, &platform.sealer, row.practitioner_id, wanted, ahead, plan.suggested_slots, now)?;
    let mode = row.mode.map(|mode| format!("&mode={}", mode.as_str())).unwrap_or_default();
    let address = |(from, to)| {
        let (from, to) = (UtcTime::from(from), UtcTime::from(to));
        let (clinician, kind) = (row.clinician_id, row.kind.as_str());
        SearchAddress(format!("/v1/slots?clinician_id={clinician}&kind={kind}{mode}&from={from}&to={to}"))
    };
    Ok(Some(BookingSuggestion {
        link: letters::link(&platform.policy.app_url, row.id),
        from: window.0,
        to: window.1,
        searches: rules::pieces(from, to, LONGEST_SEARCH).into_iter().map(address).collect(),
        slots: slots.into_iter().map(SlotView::from).collect(),
    }))
}
