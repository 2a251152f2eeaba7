//! Watches the chain while the service runs: what was verified is remembered, and only what follows is verified next.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;

use super::chain::{BrokenLink, VerifiedChain, head, verify_next, waiting};
use crate::Platform;
use crate::error::Result;
use crate::ids::UtcTime;

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
}

impl ChainMonitor {
    /// Verifies what follows the verified part, and once a day the whole chain. Publishes the result as metrics, and logs once when a
    /// link is broken, and when it no longer is. Returns how many links were verified.
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
        let (from, seen) = (progress.reached.clone(), progress.seen.clone());
        let found = platform
            .read(move |tx| {
                // The end that was seen must still be there, also while the whole chain is verified from its beginning.
                let kept = verify_next(tx.conn, tx.sealer, &seen)?.err();
                let next = verify_next(tx.conn, tx.sealer, &from)?;
                Ok((kept, next, head(tx.conn)?, waiting(tx.conn)?))
            })
            .await?;
        let (kept, next, head, waiting) = found;
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
        publish(waiting, head.map_or(0, |head| head.number), progress.broken.is_none());
        let verified = progress.reached.number - before;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = progress;
        Ok(usize::try_from(verified).unwrap_or(0))
    }

    /// The first broken link, if one was found.
    pub fn broken(&self) -> Option<BrokenLink> {
        self.progress().broken
    }

    fn progress(&self) -> Progress {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Progress {
    fn note_broken(&mut self, broken: BrokenLink) {
        if self.broken.is_none() {
            tracing::error!(number = broken.number, "the chain of the audit trail is broken");
        }
        self.broken = Some(broken);
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
