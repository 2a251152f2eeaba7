//! The threads that hold connections: how they are ended in order, and replaced when one is stuck.

use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

/// Ends threads and waits for them.
#[derive(Debug)]
pub(super) struct Crew {
    /// Dropped to tell the threads to end.
    ending: Mutex<Option<Sender<Infallible>>>,
    /// Disconnected once the last thread has ended.
    ended: Receiver<Infallible>,
    badge: Mutex<Option<Badge>>,
}

/// What each thread of the crew carries as long as it lives.
#[derive(Debug, Clone)]
pub(super) struct Badge {
    /// Becomes disconnected when the thread is to end.
    pub(super) ending: Receiver<Infallible>,
    _living: Sender<Infallible>,
}

impl Badge {
    /// True when the thread is to end.
    pub(super) fn is_to_end(&self) -> bool {
        self.ending.try_recv().is_err_and(|error| error.is_disconnected())
    }

    /// Waits; true when the thread is to end.
    pub(super) fn ends_within(&self, time: Duration) -> bool {
        matches!(self.ending.recv_timeout(time), Err(RecvTimeoutError::Disconnected))
    }
}

impl Crew {
    pub(super) fn new() -> Self {
        let ((end, ending), (living, ended)) = (bounded(0), bounded(0));
        let badge = Badge { ending, _living: living };
        Self { ending: Mutex::new(Some(end)), ended, badge: Mutex::new(Some(badge)) }
    }

    /// What a new thread is to carry; none once the crew is ending.
    pub(super) fn badge(&self) -> Option<Badge> {
        self.badge.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets each thread finish what it does and waits for all of them. False when some took too long.
    pub(super) fn end(&self, patience: Duration) -> bool {
        drop(self.badge.lock().unwrap_or_else(PoisonError::into_inner).take());
        drop(self.ending.lock().unwrap_or_else(PoisonError::into_inner).take());
        matches!(self.ended.recv_timeout(patience), Err(RecvTimeoutError::Disconnected))
    }
}
