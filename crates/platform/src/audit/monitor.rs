//! Watches the trail while the service runs: what was verified of the chain is remembered, and only what follows is verified next. That the
//! rows that this program has committed are there is checked until their links are verified.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;

use super::chain::{BrokenLink, Damage, VerifiedChain, head, verify_next, waiting};
use super::written::{Traced, trace};
use crate::Platform;
use crate::error::Result;
use crate::ids::{Id, UtcTime};

/// After this time the whole chain is verified again, from its first link.
const WHOLE_EVERY: TimeDelta = TimeDelta::days(1);

/// What this instance has verified. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct ChainMonitor(Arc<Mutex<Progress>>);

#[derive(Debug, Clone, Default)]
struct Progress {
    /// The end of the chain as it was seen; later it must still be there.
    seen: VerifiedChain,
    /// The part that the present verification has reached.
    reached: VerifiedChain,
    /// When the last verification of the whole chain began.
    whole_since: Option<UtcTime>,
    broken: Option<BrokenLink>,
    /// The first row of this program that was found to be gone. It does not come back.
    removed: Option<BrokenLink>,
}

impl ChainMonitor {
    /// Verifies what follows the verified part, and once a day the whole chain, and looks for the rows that this program has committed.
    /// Publishes the result as metrics, and logs once when a link is broken, and when it no longer is. Returns how many links were
    /// verified.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn verify(&self, platform: &Platform) -> Result<usize> {
        let now = platform.clock.now();
        let mut progress = self.progress();
        let is_due = progress.whole_since.is_none_or(|since| since + WHOLE_EVERY <= now);
        if is_due && progress.reached == progress.seen {
            progress.reached = VerifiedChain::default();
            progress.whole_since = Some(now);
        }
        let (from, seen, recent) = (progress.reached.clone(), progress.seen.clone(), platform.written.take());
        let rows = recent.clone();
        let found = platform
            .read(move |tx| {
                // The end that was seen must still be there, also while the whole chain is verified from its beginning.
                let kept = verify_next(tx.conn, tx.sealer, &seen)?.err();
                let next = verify_next(tx.conn, tx.sealer, &from)?;
                Ok((kept, next, trace(tx, &rows, seen.number)?, head(tx.conn)?, waiting(tx.conn)?))
            })
            .await;
        if found.is_err() {
            platform.written.note(recent);
        }
        let (kept, next, Traced { gone, waiting: unverified }, head, waiting) = found?;
        platform.written.note(unverified);
        progress.note_gone(&gone);
        let before = progress.reached.number;
        match (kept, next) {
            (Some(broken), _) | (None, Err(broken)) => progress.note_broken(broken),
            (None, Ok(Some(next))) => {
                progress.reached = next;
                if progress.reached.number > progress.seen.number {
                    progress.seen = progress.reached.clone();
                }
            }
            (None, Ok(None)) => progress.note_intact(),
        }
        let is_intact = progress.broken.is_none() && progress.removed.is_none();
        publish(waiting, head.map_or(0, |head| head.number), is_intact);
        let verified = progress.reached.number - before;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = progress;
        Ok(usize::try_from(verified).unwrap_or(0))
    }

    /// The first broken link, or a row that was removed, if one was found.
    pub fn broken(&self) -> Option<BrokenLink> {
        let progress = self.progress();
        progress.broken.or(progress.removed)
    }

    fn progress(&self) -> Progress {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Progress {
    fn note_broken(&mut self, broken: BrokenLink) {
        if self.broken.is_none() {
            tracing::error!(number = broken.number, damage = broken.damage.as_str(), "the chain of the audit trail is broken");
        }
        self.broken = Some(broken);
    }

    fn note_gone(&mut self, gone: &[Id]) {
        let Some(first) = gone.first() else { return };
        tracing::error!(rows = gone.len(), row.id = %first, "rows of the audit trail that this program has written are gone");
        let number = self.seen.number + 1;
        self.removed.get_or_insert(BrokenLink { damage: Damage::RemovedRow, number, id: Some(*first), at: None });
    }

    fn note_intact(&mut self) {
        if let Some(broken) = self.broken.take() {
            tracing::warn!(
                number = broken.number,
                "the chain of the audit trail is intact again: the broken link was changed back"
            );
        }
    }
}

fn publish(waiting: i64, length: i64, is_intact: bool) {
    metrics::gauge!("confide_audit_waiting").set(i32::try_from(waiting).unwrap_or(i32::MAX));
    // Exact up to 2^53 links.
    #[expect(clippy::cast_precision_loss, reason = "a gauge is a floating-point number")]
    metrics::gauge!("confide_audit_chain_length").set(length as f64);
    metrics::gauge!("confide_audit_chain_intact").set(if is_intact { 1.0 } else { 0.0 });
}

/// Writes the end of the chain to the log, so that a copy of it exists outside the database.
///
/// # Errors
/// When the database cannot be read.
pub async fn publish_head(platform: &Platform) -> Result<()> {
    if let Some(head) = platform.read(|tx| head(tx.conn)).await? {
        tracing::info!(number = head.number, hash = %head.hash, at = %head.at.get(), "the end of the audit chain");
    }
    Ok(())
}
