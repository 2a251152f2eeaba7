//! The records room's door: [`Db::read`] and [`Db::write`], over either engine.
//!
//! A connection is a thread. Work is queued to the threads and answered through a channel, so that no request handler ever
//! holds a connection; a full queue is answered at once with "unavailable".

pub mod conn;
pub mod instance;
pub mod lock;
pub mod migrations;
mod readers;
pub mod schema;
pub mod types;
mod work;
mod writer;

use std::time::Duration;

use crossbeam_channel::{Sender, TrySendError, bounded};
use tokio::sync::oneshot;

pub use conn::{Conn, Engine};
use work::{Job, Task};

use super::error::{Error, Result};

/// How many pieces of work may wait before a further one is turned away.
const QUEUE: usize = 1024;

/// How long a caller waits for an answer. Past that the work may still be done; its `Idempotency-Key` makes a repeat safe.
const PATIENCE: Duration = Duration::from_secs(15);

/// A handle to the database: cheap to clone, safe to share.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    readers: Sender<Job>,
    writers: Sender<Job>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("engine", &self.engine.name()).finish()
    }
}

impl Db {
    /// Starts the connection threads: on SQLite one writer that commits in groups and two readers, on PostgreSQL
    /// `connections` threads that do both. Nothing is opened until it is needed, so this cannot fail.
    pub fn start(engine: &Engine, connections: usize) -> Self {
        let (readers, reading) = bounded(QUEUE);
        match engine {
            Engine::Sqlite(_) => {
                let (writers, writing) = bounded(QUEUE);
                readers::start(engine, 2, &reading);
                writer::start(engine, writing);
                Self { engine: engine.clone(), readers, writers }
            }
            Engine::Postgres(_) => {
                readers::start(engine, connections.max(1), &reading);
                Self { engine: engine.clone(), writers: readers.clone(), readers }
            }
        }
    }

    /// The engine behind this handle.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Runs `work` on a connection, outside any transaction, and hands back what it returns.
    ///
    /// # Errors
    /// What `work` returns, or [`Error::unavailable`] when the database is away, busy or too slow.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
    {
        submit(&self.readers, work, false).await
    }

    /// Runs `work` in one transaction: all of it is kept, or, when it returns an error, nothing.
    ///
    /// `work` may run more than once (a lost race, a lost connection), so it touches nothing but the connection it is given.
    ///
    /// # Errors
    /// What `work` returns, or [`Error::unavailable`] when the database is away, busy or too slow.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
    {
        submit(&self.writers, work, true).await
    }

    /// How many pieces of work are waiting: for reading, for writing.
    pub fn waiting(&self) -> (usize, usize) {
        (self.readers.len(), self.writers.len())
    }
}

/// Runs `work` inside the present transaction in such a way that its failure undoes only what it did itself. Without this a
/// constraint that refuses a row ends the whole transaction on PostgreSQL.
///
/// # Errors
/// What `work` returns.
pub fn savepoint<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    diesel::Connection::transaction(conn, work)
}

async fn submit<T, F>(queue: &Sender<Job>, work: F, transaction: bool) -> Result<T>
where
    T: Send + 'static,
    F: Fn(&mut Conn) -> Result<T> + Send + 'static,
{
    let (sender, answer) = oneshot::channel();
    queue.try_send(Box::new(Task::new(work, transaction, sender))).map_err(|error| match error {
        TrySendError::Full(_) => Error::unavailable("the database queue is full"),
        TrySendError::Disconnected(_) => Error::unavailable("the database threads have ended"),
    })?;
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(Error::unavailable("the database thread gave no answer")),
        Err(_) => Err(Error::unavailable("the database did not answer in time")),
    }
}
