//! The records room's door: [`Db::read`] and [`Db::write`], over either engine.
//!
//! A connection is a thread. Work is queued to the threads and answered through a channel, so that no request handler ever
//! holds a connection; a full queue is answered at once with "unavailable".

pub mod conn;
pub mod copies;
mod crew;
pub mod failure;
mod filled;
pub mod instance;
mod json;
pub mod language;
mod link;
pub mod lock;
pub mod migrations;
pub mod outage;
mod probe;
mod readers;
mod together;
pub mod types;
mod watch;
mod work;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Sender, TrySendError, bounded};
use tokio::sync::oneshot;

pub use crate::db::filled::{filled, filled_by};
pub use conn::{Conn, Engine};
use crew::Crew;
pub use json::{Json, as_json};
use link::Linker;
pub use outage::Outage;
use readers::Pool;
pub use watch::Lane;
use watch::Watch;
use work::{Job, Task};
use writer::Writer;

use super::error::{Error, Result};

/// How many pieces of work may wait before a further one is turned away.
const QUEUE: usize = 1024;

/// How long a caller waits for an answer. Past that the work may still be done; its `Idempotency-Key` makes a repeat safe.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long a check that succeeded is taken for the next one, so that asking often costs nothing.
const FRESH: Duration = Duration::from_secs(1);

/// A handle to the database: cheap to clone, safe to share.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    readers: Arc<Sender<Job>>,
    writers: Arc<Sender<Job>>,
    pool: Arc<Pool>,
    watch: Arc<Watch>,
    crew: Arc<Crew>,
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
        let (linker, watch, crew) = (Arc::new(Linker::new(engine)), Arc::new(Watch::new(engine.name())), Arc::new(Crew::new()));
        let (readers, reading) = bounded(QUEUE);
        let readers = Arc::new(readers);
        let (count, writers) = match engine {
            Engine::Sqlite(_) => {
                let (writers, writing) = bounded(QUEUE);
                if let Some(badge) = crew.badge() {
                    Writer::start(&linker, &watch, badge, writing);
                }
                (2, Arc::new(writers))
            }
            Engine::Postgres(_) => (connections.max(1), readers.clone()),
        };
        let pool = Pool::start((&linker, &watch, &crew), count, reading, &readers);
        Self { engine: engine.clone(), readers, writers, pool, watch, crew }
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
        self.submit(work, Lane::Read).await
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
        self.submit(work, Lane::Write).await
    }

    /// How many pieces of work are waiting: for reading, for writing.
    pub fn waiting(&self) -> (usize, usize) {
        (self.readers.len(), self.writers.len())
    }

    /// What is known to keep the database from reading or from writing.
    pub fn trouble(&self, lane: Lane) -> Option<Outage> {
        self.watch.trouble(lane)
    }

    /// Makes sure that the database can be read and written, by doing both. It never waits longer than `patience`.
    ///
    /// # Errors
    /// [`Error::outage`] with what keeps it from that.
    pub async fn check(&self, patience: Duration) -> Result<()> {
        let (read, write) = tokio::join!(self.check_lane(Lane::Read, patience), self.check_lane(Lane::Write, patience));
        read.and(write)
    }

    async fn check_lane(&self, lane: Lane, patience: Duration) -> Result<()> {
        if self.watch.was_proved_within(lane, FRESH) {
            return Ok(());
        }
        let was_full = self.watch.trouble(lane) == Some(Outage::Full);
        let proof = self.submit(move |conn| probe::prove(conn, lane, was_full), lane);
        match tokio::time::timeout(patience, proof).await {
            Ok(Ok(())) => self.watch.proved(lane),
            Ok(Err(error)) => {
                self.watch.failed(lane, error.database_outage().unwrap_or(Outage::Failing));
                return Err(error);
            }
            Err(_) => self.watch.failed(lane, Outage::TooSlow),
        }
        self.watch.trouble(lane).map_or(Ok(()), |outage| Err(Error::outage(outage)))
    }

    /// Ends the connection threads, each after what it is doing, and closes the connections. The last one to close a SQLite
    /// file moves its write-ahead log into it, so that the file alone is the whole database. Work that still waits is
    /// answered with "unavailable". Blocks for `patience` at most; false when that was not enough.
    pub fn close(&self, patience: Duration) -> bool {
        self.crew.end(patience)
    }

    async fn submit<T, F>(&self, work: F, lane: Lane) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
    {
        let (sender, answer) = oneshot::channel();
        let (queue, transaction) = match lane {
            Lane::Read => (&self.readers, false),
            Lane::Write => (&self.writers, true),
        };
        queue.try_send(Box::new(Task::new(work, transaction, sender))).map_err(|error| match error {
            TrySendError::Full(_) => {
                self.watch.failed(lane, Outage::Overloaded);
                Error::outage(Outage::Overloaded)
            }
            TrySendError::Disconnected(_) => Error::unavailable("the database threads have ended"),
        })?;
        match tokio::time::timeout(PATIENCE, answer).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(Error::unavailable("the database thread gave no answer")),
            Err(_) => {
                self.watch.failed(lane, Outage::TooSlow);
                if matches!(self.engine, Engine::Postgres(_)) {
                    self.pool.relieve_stuck(PATIENCE);
                }
                Err(Error::outage(Outage::TooSlow))
            }
        }
    }
}
