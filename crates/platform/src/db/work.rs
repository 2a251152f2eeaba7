//! A piece of work in a connection thread.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use super::conn::Conn;
use super::outage::Outage;
use crate::error::{Error, Result};

/// The work that a connection thread does.
pub(super) type Job = Box<dyn Work>;

/// Work whose result type is hidden, so that one queue can hold all of it.
pub(super) trait Work: Send {
    /// True when the caller no longer waits.
    fn is_abandoned(&self) -> bool;
    /// True when the work must run in a transaction.
    fn needs_transaction(&self) -> bool;
    /// Runs the work and stores its result. `Err` tells the connection thread how it failed.
    fn run(&mut self, conn: &mut Conn) -> std::result::Result<(), JobFailure>;
    /// Sends the stored result, or `instead` if given (after a failed commit or a lost connection).
    fn answer(self: Box<Self>, instead: Option<Error>);
}

/// How a piece of work failed, as far as its connection is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JobFailure {
    /// It was refused; the connection works.
    Refused,
    /// It conflicted with another transaction; the same work may be done again.
    Conflict,
    /// The connection is lost, or no longer accepts writes: the work may be done on another.
    Lost(Outage),
    /// The database could not do it, on any connection.
    DatabaseFailed(Outage),
    /// The work panicked; its connection cannot be used again.
    Panicked,
}

impl JobFailure {
    fn of(error: &Error) -> Self {
        match error.database_outage() {
            None => Self::Refused,
            Some(Outage::Contended) => Self::Conflict,
            Some(outage @ (Outage::Lost | Outage::Unreachable | Outage::ReadOnly)) => Self::Lost(outage),
            Some(outage) => Self::DatabaseFailed(outage),
        }
    }
}

/// What is called when the work has succeeded and is committed.
pub(super) type Committed = Box<dyn FnOnce() + Send>;

pub(super) struct Task<T, F> {
    work: F,
    transaction: bool,
    result: Option<Result<T>>,
    sender: oneshot::Sender<Result<T>>,
    committed: Option<Committed>,
}

impl<T, F> Task<T, F> {
    pub(super) fn new(work: F, transaction: bool, answer: (oneshot::Sender<Result<T>>, Option<Committed>)) -> Self {
        let (sender, committed) = answer;
        Self { work, transaction, result: None, sender, committed }
    }
}

impl<T, F> Work for Task<T, F>
where
    T: Send + 'static,
    F: Fn(&mut Conn) -> Result<T> + Send + 'static,
{
    fn is_abandoned(&self) -> bool {
        self.sender.is_closed()
    }

    fn needs_transaction(&self) -> bool {
        self.transaction
    }

    fn run(&mut self, conn: &mut Conn) -> std::result::Result<(), JobFailure> {
        let (result, outcome) = match catch_unwind(AssertUnwindSafe(|| (self.work)(conn))) {
            Ok(Ok(value)) => (Ok(value), Ok(())),
            Ok(Err(error)) => {
                let failure = JobFailure::of(&error);
                (Err(error), Err(failure))
            }
            Err(_) => (Err(Error::internal("database work panicked")), Err(JobFailure::Panicked)),
        };
        self.result = Some(result);
        outcome
    }

    fn answer(self: Box<Self>, instead: Option<Error>) {
        let Self { result, sender, committed, .. } = *self;
        let result = match instead {
            Some(error) => Err(error),
            None => result.unwrap_or_else(|| Err(Error::unavailable("the work was not begun"))),
        };
        if let (Ok(_), Some(committed)) = (&result, committed) {
            committed();
        }
        // The caller may have stopped waiting; then the result is not needed.
        let _ = sender.send(result);
    }
}
