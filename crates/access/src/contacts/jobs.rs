//! Background jobs of the contact line: erase personal data of old contacts, and notify staff of overdue tasks. They work from the present state, so several instances may run them at once.

use super::notifications;
use super::queries::{self, invitations, tasks};
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
        invitations::erase_for_contact(tx, id)?;
        audit::record(tx, Actor::SYSTEM, "contact.erased", ("contact", Some(id)))?;
        done += 1;
    }
    Ok(done + invitations::erase_older_than(tx, since, BATCH)?)
}

/// Notifies the staff of the contact line of overdue tasks: once about each task, in one message a run.
///
/// # Errors
/// As [`erase_due`].
pub fn notify_overdue(tx: &mut Tx) -> Result<usize> {
    let mut over = tasks::overdue_without_notification(tx, BATCH)?;
    over.sort();
    let mut notified = 0;
    for id in over {
        notified += usize::from(tasks::mark_notified(tx, id)?);
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
