//! Background job of referrals: it deletes old ones. It works from the present state, so several instances may run it at once.

use super::queries::referrals;
use people::relationships::Known;
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::Result;

/// How many referrals one run deletes.
const BATCH: i64 = 50;

/// Deletes referrals that have not changed for a time, with their history; returns how many. This includes those that no one ended:
/// who is referred and why is not kept for ever because a hub forgot to say that its help is over.
///
/// # Errors
/// When the database fails; the next run tries again.
pub fn delete_old(tx: &mut Tx) -> Result<usize> {
    let since = tx.now - tx.policy.referral_life;
    let mut old = referrals::unchanged_since(tx, since, BATCH)?;
    // Always in the same order: two instances that lock the same rows cannot deadlock.
    old.sort();
    let mut deleted = 0;
    for id in old {
        let practitioner = referrals::practitioner_of(tx, id)?;
        if referrals::delete_unchanged(tx, id, since)? {
            match practitioner.map(Known::for_the_service) {
                Some(known) => known.record(tx, "hub_referral.deleted", ("hub_referral", Some(id)))?,
                None => audit::record(tx, Actor::SYSTEM, "hub_referral.deleted", ("hub_referral", Some(id)))?,
            }
            deleted += 1;
        }
    }
    Ok(deleted)
}
