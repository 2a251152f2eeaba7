//! What the service does about contacts by itself: what is personal goes when nothing came of it, and whoever answers the line is
//! told of what is late. Decided from the present state, so that several instances may do it at once.

use super::notices;
use super::queries::{self, invitations, tasks};
use people::Role;
use people::accounts::queries as accounts;
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::Result;

/// How many are looked at in a round.
const BATCH: i64 = 50;

/// Lets what is personal go of contacts of which nothing came in time, and of old invitations; returns how much was done.
///
/// # Errors
/// When the database refuses; the next round tries again.
pub fn forget_due(tx: &mut Tx) -> Result<usize> {
    let since = tx.now - tx.policy.contact_life;
    let mut over = queries::unregistered_since(tx, since, BATCH)?;
    // Always in the same order: two instances that lock the same rows do not wait in a circle.
    over.sort();
    let mut done = 0;
    for id in over {
        if queries::locked(tx, id)?.is_none_or(|contact| contact.forgotten_at.is_some()) {
            continue;
        }
        queries::forget(tx, id)?;
        tasks::forget(tx, id)?;
        invitations::forget_of(tx, id)?;
        audit::record(tx, Actor::SYSTEM, "contact.forgotten", ("contact", Some(id)))?;
        done += 1;
    }
    Ok(done + invitations::forget_before(tx, since, BATCH)?)
}

/// Tells those who answer the line that something is late: once of each task, in one letter a round.
///
/// # Errors
/// As [`forget_due`].
pub fn remind_due(tx: &mut Tx) -> Result<usize> {
    let mut over = tasks::late(tx, BATCH)?;
    over.sort();
    let mut told = 0;
    for id in over {
        told += usize::from(tasks::reminded(tx, id)?);
    }
    if told > 0 {
        for role in [Role::CallHandler, Role::Coordinator] {
            for account in accounts::active_of(tx, role)? {
                notices::late(tx, account)?;
            }
        }
    }
    Ok(told)
}
