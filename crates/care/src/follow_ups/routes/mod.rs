//! HTTP handlers of follow-ups.

pub(super) mod agreement;
pub(super) mod reading;
pub(super) mod tracking;

use std::collections::BTreeMap;

use super::dto::{BookingSuggestion, FollowUpContext, FollowUpView, Reader, SearchAddress};
use super::in_force::policy;
use super::model::FollowUpState;
use super::queries::{self, FollowUp, contacts};
use super::{messages, rules};
use crate::assessment::queries::score_changes;
use people::accounts::queries as accounts;
use people::practitioners::queries as registration;
use people::relationships::{self, Basis, Permit, PermitExt, Protected, Purpose};
use people::{Caller, Role};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use scheduling::booking::availability;
use scheduling::booking::dto::SlotView;
use scheduling::booking::queries::slots::Search;
use scheduling::booking::rules::LONGEST_SEARCH;

/// How the caller may read this practitioner's follow-ups: clinicians while they treat the practitioner and for a limited time
/// after care has ended, coordinators while something is open. Others get a 404.
fn reader(tx: &mut Tx, caller: &Caller, practitioner: Id) -> Result<(Permit, Reader)> {
    let permit = relationships::permit(tx, caller, practitioner, reading(caller))?;
    Ok((permit, Reader::of(caller)))
}

/// For what the caller reads follow-ups.
fn reading(caller: &Caller) -> Purpose {
    if caller.role == Role::Coordinator { Purpose::Know } else { Purpose::ReadRecord }
}

/// The follow-up, if the caller may know of it for this purpose.
fn permitted(tx: &mut Tx, caller: &Caller, id: Id, purpose: Purpose) -> Result<(Permit, FollowUp)> {
    let since = tx.now - tx.policy.read_after_care;
    queries::find(tx, id)?.map(|one| with_reason(caller, since, one)).permit(tx, caller, purpose)
}

/// Coordinators know of a follow-up until some time after it was closed, for corrections and complaints.
fn with_reason(caller: &Caller, since: UtcTime, one: Protected<FollowUp>) -> Protected<FollowUp> {
    let recent = |one: &FollowUp| caller.role == Role::Coordinator && one.row.closed_at.is_none_or(|at| at > since);
    one.while_open(recent, Basis::FollowUp)
}

/// The same for changing it: the practitioner is locked first, as in bookings and in the background job.
fn find_locked(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(Permit, FollowUp)> {
    let (permit, _) = permitted(tx, caller, id, Purpose::Act)?;
    registration::lock_practitioner(tx, permit.practitioner())?;
    Ok((permit, queries::find(tx, id)?.ok_or_else(Error::not_found)?.open(&permit)?))
}

/// The follow-up with everything that this reader may see, and its version.
fn view(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(Permit, FollowUpView, i32)> {
    let (permit, one) = permitted(tx, caller, id, reading(caller))?;
    let (reader, version) = (Reader::of(caller), one.row.version);
    let mut context = contexts(tx, std::slice::from_ref(&one), reader)?.remove(&id).unwrap_or_default();
    if reader != Reader::Practitioner {
        context.contacts = Some(contacts::list(tx, id)?);
    }
    Ok((permit, FollowUpView::new(one, context, reader, tx.now), version))
}

/// The facts from other tables for each of these follow-ups.
fn contexts(tx: &mut Tx, all: &[FollowUp], reader: Reader) -> Result<BTreeMap<Id, FollowUpContext>> {
    let mut people: Vec<Id> = all.iter().map(|one| one.row.practitioner_id).collect();
    people.sort();
    people.dedup();
    let names = match reader {
        Reader::Practitioner => BTreeMap::new(),
        Reader::Clinician | Reader::Coordinator => accounts::readable_names(tx, &people)?.0,
    };
    let any_questionnaire = all.iter().any(|one| one.questionnaire.is_some());
    let answered = if any_questionnaire { score_changes::last_answered(tx, &people)? } else { BTreeMap::new() };
    let mut found = BTreeMap::new();
    for one in all {
        let person = one.row.practitioner_id;
        let code = one.questionnaire.clone();
        let context = FollowUpContext {
            pseudonym: names.get(&person).cloned(),
            answered_at: code.and_then(|code| answered.get(&(person, code)).copied()),
            contacts: None,
            suggestion: if reader == Reader::Practitioner { suggestion(tx, one)? } else { None },
        };
        found.insert(one.row.id, context);
    }
    Ok(found)
}

/// How the practitioner can book it, if nothing is booked.
fn suggestion(tx: &mut Tx, one: &FollowUp) -> Result<Option<BookingSuggestion>> {
    let (row, policy) = (&one.row, policy(tx)?);
    match rules::state(&one.facts, tx.now.london_day()) {
        FollowUpState::Waiting | FollowUpState::Due | FollowUpState::Overdue => {}
        FollowUpState::Booked | FollowUpState::Done | FollowUpState::Cancelled | FollowUpState::CareEnded => return Ok(None),
    }
    let (from, to) = rules::suggested_period(row.window(), tx.now.get(), &policy);
    let search = Search { kind: Some(row.kind), mode: row.mode, clinician: Some(row.clinician_id), ..Search::default() };
    let window = (UtcTime::from(from), UtcTime::from(to));
    // A slot that begins at this very instant has already begun.
    let bookable = (window.0.max(tx.now + chrono::TimeDelta::microseconds(1)), window.1);
    let slots = availability::suggest_slots(tx, row.practitioner_id, search, bookable, policy.suggested_slots)?;
    let mode = row.mode.map(|mode| format!("&mode={}", mode.as_str())).unwrap_or_default();
    let address = |(from, to)| {
        let (from, to) = (UtcTime::from(from), UtcTime::from(to));
        let (clinician, kind) = (row.clinician_id, row.kind.as_str());
        SearchAddress(format!("/v1/slots?clinician_id={clinician}&kind={kind}{mode}&from={from}&until={to}"))
    };
    Ok(Some(BookingSuggestion {
        link: messages::link(&tx.policy.app_url, row.id),
        from: window.0,
        until: window.1,
        searches: rules::split_period(from, to, LONGEST_SEARCH).into_iter().map(address).collect(),
        slots: slots.into_iter().map(SlotView::from).collect(),
    }))
}
