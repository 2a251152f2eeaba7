//! What is known of the database's state, for reading and for writing: said in the log when it changes, shown as a figure,
//! and asked by readiness.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::outage::Outage;

/// A trouble beside which other work succeeds is over when none of it was met for this long.
const QUIET: Duration = Duration::from_secs(10);

/// What a piece of work needs of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    Read,
    Write,
}

impl Lane {
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

/// The state of both lanes, shared by everything that uses one database.
#[derive(Debug)]
pub(super) struct Watch {
    engine: &'static str,
    read: LaneState,
    write: LaneState,
}

#[derive(Debug, Default)]
struct LaneState {
    /// So that a success costs no lock while all is well.
    troubled: AtomicBool,
    trouble: Mutex<Option<Trouble>>,
    proved: Mutex<Option<Instant>>,
}

#[derive(Debug, Clone, Copy)]
struct Trouble {
    outage: Outage,
    last_met: Instant,
}

impl Watch {
    pub(super) fn new(engine: &'static str) -> Self {
        let watch = Self { engine, read: LaneState::default(), write: LaneState::default() };
        Lane::BOTH.iter().for_each(|lane| watch.figure(*lane, true));
        watch
    }

    fn lane(&self, lane: Lane) -> &LaneState {
        match lane {
            Lane::Read => &self.read,
            Lane::Write => &self.write,
        }
    }

    /// What keeps this lane from working, as far as is known.
    pub(super) fn trouble(&self, lane: Lane) -> Option<Outage> {
        self.lane(lane).trouble.lock().unwrap_or_else(PoisonError::into_inner).map(|trouble| trouble.outage)
    }

    /// Notes a failure. Only a change is said in the log.
    pub(super) fn failed(&self, lane: Lane, outage: Outage) {
        if matches!(outage, Outage::Lost | Outage::Contended) {
            return;
        }
        let state = self.lane(lane);
        let mut trouble = state.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        // A vague cause does not replace a clear one: whoever waits behind a full disk is too slow as well.
        let vague = matches!(outage, Outage::TooSlow | Outage::Overloaded);
        let known = match &mut *trouble {
            Some(known) if known.outage == outage => {
                known.last_met = Instant::now();
                true
            }
            known => known.is_some() && vague,
        };
        if known {
            return;
        }
        *trouble = Some(Trouble { outage, last_met: Instant::now() });
        state.troubled.store(true, Ordering::Release);
        drop(trouble);
        tracing::error!(
            engine = self.engine,
            connection = lane.as_str(),
            cause = outage.as_str(),
            "the database cannot be used: {}",
            outage.sentence()
        );
        metrics::counter!("confide_database_outages_total", "connection" => lane.as_str(), "cause" => outage.as_str())
            .increment(1);
        self.figure(lane, false);
    }

    /// Notes that ordinary work succeeded.
    pub(super) fn worked(&self, lane: Lane) {
        self.over(lane, |trouble| !trouble.outage.is_partial());
    }

    /// Notes that the check succeeded, which does what the trouble would prevent.
    pub(super) fn proved(&self, lane: Lane) {
        *self.lane(lane).proved.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        // A damaged page stays damaged, however well the others are read: only a restart ends that.
        self.over(lane, |trouble| match trouble.outage {
            Outage::Damaged => false,
            Outage::ReadOnly => true,
            outage => !outage.is_partial() || trouble.last_met.elapsed() >= QUIET,
        });
    }

    /// True when the check succeeded within this time and nothing was met since.
    pub(super) fn was_proved_within(&self, lane: Lane, time: Duration) -> bool {
        let state = self.lane(lane);
        !state.troubled.load(Ordering::Acquire)
            && state.proved.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|proved| proved.elapsed() < time)
    }

    fn over(&self, lane: Lane, ends: impl Fn(&Trouble) -> bool) {
        let state = self.lane(lane);
        if !state.troubled.load(Ordering::Acquire) {
            return;
        }
        let mut trouble = state.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if !trouble.as_ref().is_some_and(ends) {
            return;
        }
        *trouble = None;
        state.troubled.store(false, Ordering::Release);
        drop(trouble);
        tracing::info!(engine = self.engine, connection = lane.as_str(), "the database can be used again");
        self.figure(lane, true);
    }

    fn figure(&self, lane: Lane, usable: bool) {
        metrics::gauge!("confide_database_usable", "connection" => lane.as_str()).set(if usable { 1.0 } else { 0.0 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_stays_until_what_it_prevents_is_done_again() {
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
            let watch = Watch::new("sqlite");
            watch.failed(Lane::Write, outage);
            assert_eq!((watch.trouble(Lane::Write), watch.trouble(Lane::Read)), (Some(outage), None));
            watch.worked(Lane::Read);
            assert_eq!(watch.trouble(Lane::Write), Some(outage), "reading proves nothing about writing");
            watch.worked(Lane::Write);
            assert_eq!(watch.trouble(Lane::Write).is_none(), ends_by_work, "{outage:?}");
            watch.proved(Lane::Write);
            assert_eq!(watch.trouble(Lane::Write).is_none(), ends_by_check, "{outage:?}");
        }
    }

    #[test]
    fn a_clear_cause_is_not_replaced_by_a_vague_one_and_a_single_transaction_is_none() {
        let watch = Watch::new("postgres");
        watch.failed(Lane::Read, Outage::Lost);
        watch.failed(Lane::Read, Outage::Contended);
        assert_eq!(watch.trouble(Lane::Read), None);
        watch.failed(Lane::Write, Outage::Full);
        watch.failed(Lane::Write, Outage::TooSlow);
        watch.failed(Lane::Write, Outage::Overloaded);
        assert_eq!(watch.trouble(Lane::Write), Some(Outage::Full));
        watch.failed(Lane::Write, Outage::ReadOnly);
        assert_eq!(watch.trouble(Lane::Write), Some(Outage::ReadOnly));
    }
}
