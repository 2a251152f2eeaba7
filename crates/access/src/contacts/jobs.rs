//! Background jobs of the contact line: erase personal data of old contacts, and notify staff of overdue tasks. They work from the present
//! state, so several instances may run them at once.

use chrono::TimeDelta;

use super::crises::{CrisisHooks, who_may_know};
use super::erasure::erase_contact;
use super::in_force::triage;
use super::model::RepeatRule;
use super::notifications;
use super::queries::{self, invitations, tasks};
use people::Role;
use people::accounts::queries as accounts;
use platform::Tx;
use platform::error::Result;

/// How many invitations one run erases.
const BATCH: i64 = 50;

/// How many contacts one run erases.
const ERASED_PER_RUN: usize = 50;

/// How many tasks of each kind one run reports.
const REPORTED_PER_RUN: usize = 50;

/// How many contacts or tasks one run examines, so that those that cannot be handled do not keep the others waiting.
const MAX_EXAMINED: i64 = 500;

/// Erases personal data of old contacts and of old invitations; returns how many were erased. Contacts that led to a registration
/// are erased after the same time as others: what is needed is in the registration, and staff do not learn who registered. Contacts of
/// an emergency are kept longer, for anyone who asks what was done (`docs/clinical-rules.md#contact-line`).
///
/// # Errors
/// When the database cannot be reached. A contact that cannot be erased is logged, and the next run tries again.
pub fn erase_due(tx: &mut Tx) -> Result<usize> {
    let since = tx.now - tx.policy.contact_life;
    let emergencies_since = tx.now - tx.policy.emergency_contact_life;
    let mut over = queries::due_for_erasure(tx, since, emergencies_since, MAX_EXAMINED)?;
    // Always in the same order: two instances that lock the same rows cannot deadlock.
    over.sort();
    let mut done = 0;
    for id in over {
        if done >= ERASED_PER_RUN {
            break;
        }
        done += usize::from(tx.alone("contacts", id, |tx| erase_contact(tx, id))?.unwrap_or_default());
    }
    Ok(done + invitations::erase_older_than(tx, since, BATCH)?)
}

/// The name of the job of overdue tasks in the log.
const OVERDUE: &str = "contact_tasks";

/// Notifies the staff of the contact line of overdue tasks: once about each task, in one message a run. Tasks that cannot wait are
/// reported again until someone has taken them, those about danger also to the clinicians on duty.
///
/// # Errors
/// When the database cannot be reached. A task that cannot be reported is logged, and the next run tries again.
pub fn notify_overdue(tx: &mut Tx, hooks: &CrisisHooks) -> Result<usize> {
    let mut over = tasks::overdue_without_notification(tx, MAX_EXAMINED)?;
    over.sort();
    let mut notified = 0;
    for id in over {
        if notified >= REPORTED_PER_RUN {
            break;
        }
        notified += usize::from(tx.alone(OVERDUE, id, |tx| tasks::mark_notified(tx, id))?.unwrap_or_default());
    }
    for rule in triage(tx)?.repeats() {
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
    let mut waiting = tasks::waiting_since_notification(tx, rule.kind, until, MAX_EXAMINED)?;
    waiting.sort();
    let on_duty = if rule.clinicians_on_duty && !waiting.is_empty() { (hooks.clinicians_on_duty)(tx)? } else { Vec::new() };
    let mut reported = 0;
    for (task, contact) in waiting {
        if reported >= REPORTED_PER_RUN {
            break;
        }
        let work = |tx: &mut Tx| -> Result<bool> {
            let marked = tasks::mark_notified_again(tx, task, until)?;
            if marked {
                for clinician in who_may_know(tx, &on_duty, contact)? {
                    notifications::notify_of_danger(tx, clinician)?;
                }
            }
            Ok(marked)
        };
        reported += usize::from(tx.alone(OVERDUE, task, work)?.unwrap_or_default());
    }
    Ok(reported)
}
