//! Access to the database: [`Db::read`] and [`Db::write`], on either engine.
//!
//! Each connection has a thread. Work is queued to the threads and answered through a channel, so a request handler never holds a
//! connection; when the queue is full, the answer "unavailable" is given at once.

pub mod backups;
pub mod conn;
mod connector;
pub mod failure;
mod full_page;
pub mod instance;
mod json;
pub mod language;
pub mod lock;
pub mod migrations;
pub mod outage;
mod probe;
mod readers;
mod status;
mod threads;
mod together;
pub mod types;
mod work;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Sender, TrySendError, bounded};
use tokio::sync::oneshot;

pub use crate::db::full_page::{load_full_page, load_full_page_in_chunks};
pub use conn::{Conn, Engine};
use connector::Connector;
pub use json::{Json, as_json};
pub use outage::Outage;
use readers::Pool;
pub use status::AccessMode;
use status::DatabaseStatus;
use threads::ThreadGroup;
use work::{Committed, Job, Task};
use writer::Writer;

use super::error::{Error, Result};

/// How many pieces of work may wait before more are refused.
const QUEUE_LENGTH: usize = 1024;

/// How long a caller waits for an answer. After that the work may still be done; an `Idempotency-Key` makes a repeat safe.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);

/// How long a successful check is reused, so that frequent health checks cost nothing.
const CHECK_REUSE: Duration = Duration::from_secs(1);

/// A handle to the database: cheap to clone, safe to share.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    readers: Arc<Sender<Job>>,
    writers: Arc<Sender<Job>>,
    pool: Arc<Pool>,
    status: Arc<DatabaseStatus>,
    threads: Arc<ThreadGroup>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("engine", &self.engine.name()).finish()
    }
}

impl Db {
    /// Starts the connection threads: on SQLite one writer that commits in groups and two readers, on PostgreSQL `connections`
    /// threads that do both. No connection is opened before it is needed, so this cannot fail.
    pub fn start(engine: &Engine, connections: usize) -> Self {
        let (connector, status, threads) =
            (Arc::new(Connector::new(engine)), Arc::new(DatabaseStatus::new(engine.name())), Arc::new(ThreadGroup::new()));
        let (readers, read_queue) = bounded(QUEUE_LENGTH);
        let readers = Arc::new(readers);
        let (count, writers) = match engine {
            Engine::Sqlite(_) => {
                let (writers, write_queue) = bounded(QUEUE_LENGTH);
                if let Some(token) = threads.token() {
                    Writer::start(&connector, &status, token, write_queue);
                }
                (2, Arc::new(writers))
            }
            Engine::Postgres(_) => (connections.max(1), readers.clone()),
        };
        let pool = Pool::start((&connector, &status, &threads), count, read_queue, &readers);
        Self { engine: engine.clone(), readers, writers, pool, status, threads }
    }

    /// The engine of this database.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Runs `work` on a connection, outside any transaction, and returns its result.
    ///
    /// # Errors
    /// The error of `work`, or [`Error::unavailable`] when the database cannot be reached, is busy or too slow.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
    {
        self.submit(work, AccessMode::Read).await
    }

    /// Runs `work` in one transaction, which is rolled back when `work` returns an error.
    ///
    /// `work` may run more than once (after a conflict or a lost connection), so it must not change anything but the database.
    ///
    /// # Errors
    /// The error of `work`, or [`Error::unavailable`] when the database cannot be reached, is busy or too slow.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
    {
        self.submit(work, AccessMode::Write).await
    }

    /// The same; `committed` is called once when the transaction is committed, also when the caller no longer waits.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn write_then<T, F, C>(&self, work: F, committed: C) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        C: FnOnce() + Send + 'static,
    {
        self.submit_then(work, AccessMode::Write, Some(Box::new(committed))).await
    }

    /// How many pieces of work are waiting: for reading, for writing.
    pub fn waiting(&self) -> (usize, usize) {
        (self.readers.len(), self.writers.len())
    }

    /// The known reason why the database cannot be read or written, if there is one.
    pub fn current_outage(&self, mode: AccessMode) -> Option<Outage> {
        self.status.current_outage(mode)
    }

    /// Checks that the database can be read and written, by doing both, within `timeout`.
    ///
    /// # Errors
    /// [`Error::outage`] with the reason.
    pub async fn check(&self, timeout: Duration) -> Result<()> {
        let (read, write) =
            tokio::join!(self.check_access(AccessMode::Read, timeout), self.check_access(AccessMode::Write, timeout));
        read.and(write)
    }

    async fn check_access(&self, mode: AccessMode, timeout: Duration) -> Result<()> {
        if self.status.checked_within(mode, CHECK_REUSE) {
            return Ok(());
        }
        let was_full = self.status.current_outage(mode) == Some(Outage::Full);
        let check = self.submit(move |conn| probe::check(conn, mode, was_full), mode);
        match tokio::time::timeout(timeout, check).await {
            Ok(Ok(())) => self.status.record_check(mode),
            Ok(Err(error)) => {
                self.status.record_failure(mode, error.database_outage().unwrap_or(Outage::Failing));
                return Err(error);
            }
            Err(_) => self.status.record_failure(mode, Outage::TooSlow),
        }
        self.status.current_outage(mode).map_or(Ok(()), |outage| Err(Error::outage(outage)))
    }

    /// Ends the connection threads, each after its current work, and closes the connections. The last connection to close a
    /// SQLite file moves its write-ahead log into it, so that the file alone is the whole database. Work that still waits is
    /// answered with "unavailable". Blocks for at most `timeout`; false when that was not enough.
    pub fn close(&self, timeout: Duration) -> bool {
        self.threads.end(timeout)
    }

    async fn submit<T, F>(&self, work: F, mode: AccessMode) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
    {
        self.submit_then(work, mode, None).await
    }

    async fn submit_then<T, F>(&self, work: F, mode: AccessMode, committed: Option<Committed>) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
    {
        let (sender, answer) = oneshot::channel();
        let (queue, transaction) = match mode {
            AccessMode::Read => (&self.readers, false),
            AccessMode::Write => (&self.writers, true),
        };
        queue.try_send(Box::new(Task::new(work, transaction, (sender, committed)))).map_err(|error| match error {
            TrySendError::Full(_) => {
                self.status.record_failure(mode, Outage::Overloaded);
                Error::outage(Outage::Overloaded)
            }
            TrySendError::Disconnected(_) => Error::unavailable("the database threads have ended"),
        })?;
        match tokio::time::timeout(ANSWER_TIMEOUT, answer).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(Error::unavailable("the database thread gave no answer")),
            Err(_) => {
                self.status.record_failure(mode, Outage::TooSlow);
                if matches!(self.engine, Engine::Postgres(_)) {
                    self.pool.replace_stuck_threads(ANSWER_TIMEOUT);
                }
                Err(Error::outage(Outage::TooSlow))
            }
        }
    }
}
