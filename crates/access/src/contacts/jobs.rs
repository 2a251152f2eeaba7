//! Background jobs of the contact line: erase personal data of old contacts, and notify staff of overdue tasks. They work from the present
//! state, so several instances may run them at once.

use chrono::TimeDelta;

use super::catalogue::triage;
use super::crises::{CrisisHooks, who_may_know};
use super::model::RepeatRule;
use super::notifications;
use super::queries::{self, crises, invitations, tasks};
use super::visibility::KnownContact;
use people::Role;
use people::accounts::queries as accounts;
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::Result;

/// How many rows one run handles.
const BATCH: i64 = 50;

/// Erases personal data of old contacts and of old invitations; returns how many were erased. Contacts that led to a registration
/// are erased after the same time as others: what is needed is in the registration, and staff do not learn who registered. Contacts of
/// an emergency are kept longer, for anyone who asks what was done (`docs/clinical-rules.md#contact-line`).
///
/// # Errors
/// When the database fails; the next run tries again.
pub fn erase_due(tx: &mut Tx) -> Result<usize> {
    let since = tx.now - tx.policy.contact_life;
    let emergencies_since = tx.now - tx.policy.emergency_contact_life;
    let mut over = queries::due_for_erasure(tx, since, emergencies_since, BATCH)?;
    // Always in the same order: two instances that lock the same rows cannot deadlock.
    over.sort();
    let mut done = 0;
    for id in over {
        if queries::locked(tx, &KnownContact::for_the_service(id))?.is_none_or(|contact| contact.erased_at.is_some()) {
            continue;
        }
        queries::erase(tx, id)?;
        tasks::erase_notes(tx, id)?;
        crises::erase_for_contact(tx, id)?;
        invitations::erase_for_contact(tx, id)?;
        audit::record(tx, Actor::SYSTEM, "contact.erased", ("contact", Some(id)))?;
        done += 1;
    }
    Ok(done + invitations::erase_older_than(tx, since, BATCH)?)
}

/// Notifies the staff of the contact line of overdue tasks: once about each task, in one message a run. Tasks that cannot wait are
/// reported again until someone has taken them, those about danger also to the clinicians on duty.
///
/// # Errors
/// As [`erase_due`].
pub fn notify_overdue(tx: &mut Tx, hooks: &CrisisHooks) -> Result<usize> {
    let mut over = tasks::overdue_without_notification(tx, BATCH)?;
    over.sort();
    let mut notified = 0;
    for id in over {
        notified += usize::from(tasks::mark_notified(tx, id)?);
    }
    for rule in triage().repeats() {
        notified += report_again(tx, *rule, hooks)?;
    }
    if notified > 0 {
        for role in [Role::CallHandler, Role::Coordinator] {
            for account in accounts::active_with_role(tx, role)? {
                notifications::notify_overdue(tx, account)?;
            }
        }
    }
    Ok(notified)
}

/// Marks the waiting tasks of a kind that are due to be reported again, and notifies the clinicians on duty where the rule asks for it;
/// returns how many tasks there are.
fn report_again(tx: &mut Tx, rule: RepeatRule, hooks: &CrisisHooks) -> Result<usize> {
    let until = tx.now - TimeDelta::minutes(rule.every_minutes.into());
    let mut waiting = tasks::waiting_since_notification(tx, rule.kind, until, BATCH)?;
    waiting.sort();
    let mut reported = Vec::new();
    for (task, contact) in waiting {
        if tasks::mark_notified_again(tx, task, until)? {
            reported.push((task, contact));
        }
    }
    if rule.clinicians_on_duty && !reported.is_empty() {
        let on_duty = (hooks.clinicians_on_duty)(tx)?;
        for (_, contact) in &reported {
            for clinician in who_may_know(tx, &on_duty, *contact)? {
                notifications::notify_of_danger(tx, clinician)?;
            }
        }
    }
    Ok(reported.len())
}
