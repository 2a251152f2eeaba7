//! A piece of work on its way through a connection thread.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use super::conn::Conn;
use super::outage::Outage;
use crate::error::{Error, Result};

/// What a connection thread is given to do.
pub(super) type Job = Box<dyn Work>;

/// Work whose result type is hidden, so that one queue carries all of it.
pub(super) trait Work: Send {
    /// True when whoever asked has stopped waiting.
    fn abandoned(&self) -> bool;
    /// True when the work must run in a transaction.
    fn needs_transaction(&self) -> bool;
    /// Runs the work and keeps its result. `Err` holds what a connection thread must know of a failure.
    fn run(&mut self, conn: &mut Conn) -> std::result::Result<(), Trouble>;
    /// Sends the kept result, or `instead` when there is one (a commit that failed, a connection that was lost).
    fn answer(self: Box<Self>, instead: Option<Error>);
}

/// How a piece of work went wrong, as far as its connection is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It was refused; the connection is fine.
    Refused,
    /// It lost a race; the same work may be done again.
    Conflict,
    /// The connection is gone, or has become one that takes no writes: the work may be done on another.
    Lost(Outage),
    /// The database could not do it, on whichever connection.
    Unfit(Outage),
    /// The work panicked; its connection is not to be trusted.
    Panicked,
}

impl Trouble {
    fn of(error: &Error) -> Self {
        match error.database_outage() {
            None => Self::Refused,
            Some(Outage::Contended) => Self::Conflict,
            Some(outage @ (Outage::Lost | Outage::Unreachable | Outage::ReadOnly)) => Self::Lost(outage),
            Some(outage) => Self::Unfit(outage),
        }
    }
}

pub(super) struct Task<T, F> {
    work: F,
    transaction: bool,
    result: Option<Result<T>>,
    sender: oneshot::Sender<Result<T>>,
}

impl<T, F> Task<T, F> {
    pub(super) fn new(work: F, transaction: bool, sender: oneshot::Sender<Result<T>>) -> Self {
        Self { work, transaction, result: None, sender }
    }
}

impl<T, F> Work for Task<T, F>
where
    T: Send + 'static,
    F: Fn(&mut Conn) -> Result<T> + Send + 'static,
{
    fn abandoned(&self) -> bool {
        self.sender.is_closed()
    }

    fn needs_transaction(&self) -> bool {
        self.transaction
    }

    fn run(&mut self, conn: &mut Conn) -> std::result::Result<(), Trouble> {
        let (result, outcome) = match catch_unwind(AssertUnwindSafe(|| (self.work)(conn))) {
            Ok(Ok(value)) => (Ok(value), Ok(())),
            Ok(Err(error)) => {
                let trouble = Trouble::of(&error);
                (Err(error), Err(trouble))
            }
            Err(_) => (Err(Error::internal("database work panicked")), Err(Trouble::Panicked)),
        };
        self.result = Some(result);
        outcome
    }

    fn answer(self: Box<Self>, instead: Option<Error>) {
        let result = match instead {
            Some(error) => Err(error),
            None => self.result.unwrap_or_else(|| Err(Error::unavailable("the work was not begun"))),
        };
        // Whoever asked may have gone; then there is nobody to tell.
        let _ = self.sender.send(result);
    }
}
