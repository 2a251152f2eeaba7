//! Background job of referrals: it deletes old ones. It works from the present state, so several instances may run it at once.

use super::queries::referrals;
use people::relationships::Permit;
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// How many referrals one run deletes.
const BATCH: usize = 50;

/// How many one run examines, so that those that cannot be deleted do not keep the others waiting.
const MAX_EXAMINED: i64 = 500;

/// Deletes referrals that have not changed for a time, with their history; returns how many. This includes those that no one ended:
/// who is referred and why is not kept for ever because a hub forgot to say that its help is over.
///
/// # Errors
/// When the database cannot be reached. A referral that cannot be deleted is logged, and the next run tries again.
pub fn delete_old(tx: &mut Tx) -> Result<usize> {
    let since = tx.now - tx.policy.referral_life;
    let mut old = referrals::unchanged_since(tx, since, MAX_EXAMINED)?;
    // Always in the same order: two instances that lock the same rows cannot deadlock.
    old.sort();
    let mut deleted = 0;
    for id in old {
        if deleted >= BATCH {
            break;
        }
        deleted += usize::from(tx.alone("hub_referrals", id, |tx| delete(tx, id, since))?.unwrap_or_default());
    }
    Ok(deleted)
}

/// Deletes a referral; false when it has changed meanwhile.
fn delete(tx: &mut Tx, id: Id, since: UtcTime) -> Result<bool> {
    let practitioner = referrals::practitioner_of(tx, id)?;
    if !referrals::delete_unchanged(tx, id, since)? {
        return Ok(false);
    }
    match practitioner.map(Permit::for_the_service) {
        Some(permit) => permit.record(tx, "hub_referral.deleted", ("hub_referral", Some(id)))?,
        None => audit::record(tx, Actor::SYSTEM, "hub_referral.deleted", ("hub_referral", Some(id)))?,
    }
    Ok(true)
}
