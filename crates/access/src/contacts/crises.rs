//! Crises of callers who are practitioners reach their clinicians. A request only stores that there is a crisis; the same is stored for
//! every caller. Who it is about is looked up by a background job a moment later, so neither a response nor its time shows anyone who is
//! registered. Risk alerts and the rota belong to crates above this one, which supply what to do as [`CrisisHooks`].

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::model::{ContactDetails, Crisis, RiskSeverity};
use super::notifications;
use super::queries::crises::{self, CrisisDetails, NewCrisis, StoredCrisis};
use super::queries::{self, registered, tasks};
use super::visibility::{self, ContactPermit};
use people::Role;
use people::accounts::queries as accounts;
use people::notifications::addresses::practitioners_with;
use people::practitioners::queries as practitioners;
use people::practitioners::rules::parse_reference;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;

/// How many crises one run handles.
const BATCH: i64 = 20;

/// How many tasks about danger one run examines: those of which no clinician on duty may know must not keep the others waiting.
const MAX_EXAMINED: i64 = 500;

/// For how long the same crisis of the same contact raises no further alert: the same call is triaged again. A contact that is opened again
/// later is another call.
const SAME_CALL: TimeDelta = TimeDelta::hours(1);

/// What the crates above do about a crisis, in the transaction of the job.
#[derive(Clone, Copy)]
pub struct CrisisHooks {
    /// Raises a risk alert about a practitioner; false where none is raised, because they are recorded as dead.
    pub raise_alert: fn(&mut Tx, Id, &Crisis) -> Result<bool>,
    /// The clinicians who are on duty now.
    pub clinicians_on_duty: fn(&mut Tx) -> Result<Vec<Id>>,
}

/// Stores that there is a crisis: what triage or the safety question showed.
///
/// # Errors
/// When the database fails.
pub(super) fn record(tx: &mut Tx, contact: Id, severity: RiskSeverity, reported_by: Option<Id>, by_address: bool) -> Result<()> {
    let details = CrisisDetails { by_address, ..CrisisDetails::default() };
    crises::insert(tx, &NewCrisis { contact, severity, reported_by, details })
}

/// Raises the alerts of the crises that wait, and notifies clinicians on duty of danger; returns how much was done.
///
/// # Errors
/// When the database cannot be reached. A crisis that cannot be handled is logged, and tried again.
pub fn run_due(tx: &mut Tx, hooks: &CrisisHooks) -> Result<usize> {
    let due = crises::due(tx, BATCH)?;
    for (id, contact) in &due {
        match tx.savepoint(|tx| handle(tx, (*id, *contact), hooks)) {
            Ok(()) => {}
            Err(error) if error.reason() == Reason::Unavailable => return Err(error),
            Err(error) => {
                tracing::error!(crisis.id = %id, code = error.reason().code().as_str(), "a crisis of a contact could not be handled");
                crises::postpone(tx, *id)?;
            }
        }
    }
    Ok(due.len() + notify_on_duty(tx, hooks)?)
}

fn handle(tx: &mut Tx, (id, contact): (Id, Id), hooks: &CrisisHooks) -> Result<()> {
    // The contact first: who erases it locks it before its crises.
    let contact = queries::locked(tx, &ContactPermit::for_the_service(contact))?.ok_or_else(Error::not_found)?;
    let Some(crisis) = crises::claim(tx, id)? else { return Ok(()) };
    let before = crises::handled_of(tx, &[crisis.contact])?;
    // The caller's own answer comes from outside, also when staff have entered another address since.
    let is_anonymous = registered::is_anonymous(tx, crisis.contact)? || crisis.reported_by.is_none();
    let mut raised = BTreeSet::new();
    for practitioner in practitioners_of(tx, &crisis, &contact.details)? {
        if !crisis.details.on_purpose && is_known_already(&before, practitioner, crisis.severity, tx.now - SAME_CALL) {
            continue;
        }
        let note = crisis.details.note.clone().map(Into::into);
        let raised_now = Crisis { contact: crisis.contact, severity: crisis.severity, is_anonymous, note };
        if (hooks.raise_alert)(tx, practitioner, &raised_now)? {
            raised.insert(practitioner);
        }
    }
    crises::set_raised(tx, id, raised, crisis.details.stated_by_staff)
}

/// Whether the same contact raised an alert about the practitioner after `since` that is as severe.
fn is_known_already(before: &[StoredCrisis], practitioner: Id, severity: RiskSeverity, since: UtcTime) -> bool {
    let counts = |crisis: &&StoredCrisis| crisis.handled_at.is_some_and(|at| at > since) && crisis.severity <= severity;
    before.iter().filter(counts).any(|crisis| crisis.details.raised.contains(&practitioner))
}

/// Who a crisis is about: the practitioner whose reference was stated; where there is none, everyone who registered from the contact or
/// whose email address or confirmed mobile number it gives.
fn practitioners_of(tx: &mut Tx, crisis: &StoredCrisis, contact: &ContactDetails) -> Result<BTreeSet<Id>> {
    for stated in [&crisis.details.reference, &contact.stated_reference].into_iter().flatten() {
        let Some(reference) = parse_reference(stated) else { continue };
        let found: Vec<Id> = practitioners::by_reference(tx, &reference)?.into_iter().collect();
        let open = accounts::active_among(tx, &found, Role::Practitioner)?;
        if !open.is_empty() {
            return Ok(open.into_iter().collect());
        }
    }
    if !crisis.details.by_address {
        return Ok(BTreeSet::new());
    }
    let mut found = practitioners_with(tx, contact.email.as_deref(), contact.phone.as_deref())?;
    let registered: Vec<Id> = registered::registered_from(tx, &[crisis.contact])?.into_iter().map(|(_, person)| person).collect();
    found.extend(accounts::active_among(tx, &registered, Role::Practitioner)?);
    Ok(found)
}

/// Notifies the clinicians on duty of each open task about danger, once. While no one is on duty who may know of it, it waits.
fn notify_on_duty(tx: &mut Tx, hooks: &CrisisHooks) -> Result<usize> {
    let waiting = tasks::danger_without_clinician(tx, MAX_EXAMINED)?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let contacts: Vec<Id> = waiting.iter().map(|(_, contact)| *contact).collect();
    let mut recipients: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    for clinician in (hooks.clinicians_on_duty)(tx)? {
        let hidden = visibility::hidden_from_clinician(tx, &contacts, clinician)?;
        for (task, _) in waiting.iter().filter(|(_, contact)| !hidden.contains(contact)) {
            recipients.entry(*task).or_default().push(clinician);
        }
    }
    let mut notified = 0;
    for (task, clinicians) in recipients {
        let work = |tx: &mut Tx| -> Result<bool> {
            let marked = tasks::mark_clinicians_notified(tx, task)?;
            if marked {
                clinicians.iter().try_for_each(|clinician| notifications::notify_of_danger(tx, *clinician))?;
            }
            Ok(marked)
        };
        notified += usize::from(tx.alone("contact_crises", task, work)?.unwrap_or_default());
    }
    Ok(notified)
}

/// Those of these clinicians who may know of the contact.
pub(super) fn who_may_know(tx: &mut Tx, clinicians: &[Id], contact: Id) -> Result<Vec<Id>> {
    let mut found = Vec::new();
    for clinician in clinicians {
        if visibility::hidden_from_clinician(tx, &[contact], *clinician)?.is_empty() {
            found.push(*clinician);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contact_raises_again_only_for_a_more_severe_crisis_another_person_or_a_later_call() {
        use RiskSeverity::{Immediate, SameDay, Urgent};
        let [ada, bea, contact] = [1, 2, 3].map(|byte| Id(uuid::Uuid::from_bytes([byte; 16])));
        let handled_at = UtcTime::from(chrono::DateTime::UNIX_EPOCH);
        let since = handled_at - TimeDelta::minutes(1);
        let raised = |severity| StoredCrisis {
            id: contact,
            contact,
            severity,
            reported_by: None,
            handled_at: Some(handled_at),
            details: CrisisDetails { raised: BTreeSet::from([ada]), ..CrisisDetails::default() },
        };
        for (before, severity, permit) in [
            (Urgent, Urgent, true),
            (Urgent, SameDay, true),
            (Urgent, Immediate, false),
            (Immediate, Urgent, true),
            (Immediate, Immediate, true),
            (SameDay, Urgent, false),
        ] {
            assert_eq!(is_known_already(&[raised(before)], ada, severity, since), permit, "{before:?} {severity:?}");
            assert!(!is_known_already(&[raised(before)], bea, severity, since), "another person");
            assert!(!is_known_already(&[raised(before)], ada, severity, handled_at), "a later call");
        }
        assert!(!is_known_already(&[], ada, SameDay, since));
    }
}
