//! The threads that use connections: how they are ended in order, and replaced when one is stuck.

use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

/// Ends a set of threads and waits for them.
#[derive(Debug)]
pub(super) struct ThreadGroup {
    /// Dropped to make the threads end.
    ending: Mutex<Option<Sender<Infallible>>>,
    /// Disconnected when the last thread has ended.
    all_ended: Receiver<Infallible>,
    token: Mutex<Option<ThreadToken>>,
}

/// What each thread holds for as long as it runs.
#[derive(Debug, Clone)]
pub(super) struct ThreadToken {
    /// Disconnected when the thread should end.
    pub(super) ending: Receiver<Infallible>,
    _running: Sender<Infallible>,
}

impl ThreadToken {
    /// True when the thread should end.
    pub(super) fn should_end(&self) -> bool {
        self.ending.try_recv().is_err_and(|error| error.is_disconnected())
    }

    /// Waits up to `time`; true when the thread should end.
    pub(super) fn wait_for_end(&self, time: Duration) -> bool {
        matches!(self.ending.recv_timeout(time), Err(RecvTimeoutError::Disconnected))
    }
}

impl ThreadGroup {
    pub(super) fn new() -> Self {
        let ((end, ending), (running, all_ended)) = (bounded(0), bounded(0));
        let token = ThreadToken { ending, _running: running };
        Self { ending: Mutex::new(Some(end)), all_ended, token: Mutex::new(Some(token)) }
    }

    /// The token for a new thread; none once the threads are ending.
    pub(super) fn token(&self) -> Option<ThreadToken> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets each thread finish its work and waits for all of them. False when they did not end within `timeout`.
    pub(super) fn end(&self, timeout: Duration) -> bool {
        drop(self.token.lock().unwrap_or_else(PoisonError::into_inner).take());
        drop(self.ending.lock().unwrap_or_else(PoisonError::into_inner).take());
        matches!(self.all_ended.recv_timeout(timeout), Err(RecvTimeoutError::Disconnected))
    }
}
