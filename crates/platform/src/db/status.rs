//! The known state of the database for reading and for writing: logged when it changes, shown in the metrics, and reported by the
//! readiness check.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::outage::Outage;

/// An outage during which other work succeeds counts as over when it has not occurred for this long.
const PARTIAL_OUTAGE_QUIET: Duration = Duration::from_secs(10);

/// What a piece of work does with the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessMode {
    Read,
    Write,
}

impl AccessMode {
    pub(super) const BOTH: [Self; 2] = [Self::Read, Self::Write];

    pub(super) fn of(transaction: bool) -> Self {
        if transaction { Self::Write } else { Self::Read }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// The state for reading and for writing, shared by everything that uses one database.
#[derive(Debug)]
pub(super) struct DatabaseStatus {
    engine: &'static str,
    read: AccessState,
    write: AccessState,
}

#[derive(Debug, Default)]
struct AccessState {
    /// Makes a success cost no lock while there is no outage.
    has_outage: AtomicBool,
    known_outage: Mutex<Option<KnownOutage>>,
    checked_at: Mutex<Option<Instant>>,
}

#[derive(Debug, Clone, Copy)]
struct KnownOutage {
    outage: Outage,
    last_met: Instant,
}

impl DatabaseStatus {
    pub(super) fn new(engine: &'static str) -> Self {
        let status = Self { engine, read: AccessState::default(), write: AccessState::default() };
        AccessMode::BOTH.iter().for_each(|mode| status.set_usable_metric(*mode, true));
        status
    }

    fn state_of(&self, mode: AccessMode) -> &AccessState {
        match mode {
            AccessMode::Read => &self.read,
            AccessMode::Write => &self.write,
        }
    }

    /// The known reason why the database cannot be used in this way.
    pub(super) fn current_outage(&self, mode: AccessMode) -> Option<Outage> {
        self.state_of(mode).known_outage.lock().unwrap_or_else(PoisonError::into_inner).map(|known| known.outage)
    }

    /// Records a failure. Only a change is logged.
    pub(super) fn record_failure(&self, mode: AccessMode, outage: Outage) {
        if matches!(outage, Outage::Lost | Outage::Contended) {
            return;
        }
        let state = self.state_of(mode);
        let mut current = state.known_outage.lock().unwrap_or_else(PoisonError::into_inner);
        // A vague cause does not replace a clear one: work that waits because of a full disk is also too slow.
        let vague = matches!(outage, Outage::TooSlow | Outage::Overloaded);
        let known = match &mut *current {
            Some(known) if known.outage == outage => {
                known.last_met = Instant::now();
                true
            }
            known => known.is_some() && vague,
        };
        if known {
            return;
        }
        *current = Some(KnownOutage { outage, last_met: Instant::now() });
        state.has_outage.store(true, Ordering::Release);
        drop(current);
        tracing::error!(
            engine = self.engine,
            connection = mode.as_str(),
            cause = outage.as_str(),
            "the database cannot be used: {}",
            outage.sentence()
        );
        metrics::counter!("confide_database_outages_total", "connection" => mode.as_str(), "cause" => outage.as_str())
            .increment(1);
        self.set_usable_metric(mode, false);
    }

    /// Records that ordinary work succeeded.
    pub(super) fn record_success(&self, mode: AccessMode) {
        self.end_outage(mode, |known| !known.outage.is_partial());
    }

    /// Records that the check succeeded, which does what the outage would prevent.
    pub(super) fn record_check(&self, mode: AccessMode) {
        *self.state_of(mode).checked_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        // A damaged page stays damaged even if other pages can be read; only a restart ends this outage.
        self.end_outage(mode, |known| match known.outage {
            Outage::Damaged => false,
            Outage::ReadOnly => true,
            outage => !outage.is_partial() || known.last_met.elapsed() >= PARTIAL_OUTAGE_QUIET,
        });
    }

    /// True when the check succeeded within `time` and no failure was recorded since.
    pub(super) fn checked_within(&self, mode: AccessMode, time: Duration) -> bool {
        let state = self.state_of(mode);
        !state.has_outage.load(Ordering::Acquire)
            && state
                .checked_at
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .is_some_and(|checked_at| checked_at.elapsed() < time)
    }

    fn end_outage(&self, mode: AccessMode, ends: impl Fn(&KnownOutage) -> bool) {
        let state = self.state_of(mode);
        if !state.has_outage.load(Ordering::Acquire) {
            return;
        }
        let mut current = state.known_outage.lock().unwrap_or_else(PoisonError::into_inner);
        if !current.as_ref().is_some_and(ends) {
            return;
        }
        *current = None;
        state.has_outage.store(false, Ordering::Release);
        drop(current);
        tracing::info!(engine = self.engine, connection = mode.as_str(), "the database can be used again");
        self.set_usable_metric(mode, true);
    }

    fn set_usable_metric(&self, mode: AccessMode, usable: bool) {
        metrics::gauge!("confide_database_usable", "connection" => mode.as_str()).set(if usable { 1.0 } else { 0.0 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_lasts_until_the_work_that_it_prevents_succeeds() {
        for (outage, ends_by_work, ends_by_check) in [
            (Outage::Unreachable, true, true),
            (Outage::Locked, true, true),
            (Outage::TooSlow, true, true),
            (Outage::Replaced, true, true),
            (Outage::ReadOnly, false, true),
            (Outage::Full, false, false),
            (Outage::Denied, false, false),
            (Outage::Damaged, false, false),
        ] {
            let status = DatabaseStatus::new("sqlite");
            status.record_failure(AccessMode::Write, outage);
            assert_eq!((status.current_outage(AccessMode::Write), status.current_outage(AccessMode::Read)), (Some(outage), None));
            status.record_success(AccessMode::Read);
            assert_eq!(status.current_outage(AccessMode::Write), Some(outage), "reading proves nothing about writing");
            status.record_success(AccessMode::Write);
            assert_eq!(status.current_outage(AccessMode::Write).is_none(), ends_by_work, "{outage:?}");
            status.record_check(AccessMode::Write);
            assert_eq!(status.current_outage(AccessMode::Write).is_none(), ends_by_check, "{outage:?}");
        }
    }

    #[test]
    fn a_vague_cause_does_not_replace_a_clear_one_and_a_conflict_is_no_outage() {
        let status = DatabaseStatus::new("postgres");
        status.record_failure(AccessMode::Read, Outage::Lost);
        status.record_failure(AccessMode::Read, Outage::Contended);
        assert_eq!(status.current_outage(AccessMode::Read), None);
        status.record_failure(AccessMode::Write, Outage::Full);
        status.record_failure(AccessMode::Write, Outage::TooSlow);
        status.record_failure(AccessMode::Write, Outage::Overloaded);
        assert_eq!(status.current_outage(AccessMode::Write), Some(Outage::Full));
        status.record_failure(AccessMode::Write, Outage::ReadOnly);
        assert_eq!(status.current_outage(AccessMode::Write), Some(Outage::ReadOnly));
    }
}
