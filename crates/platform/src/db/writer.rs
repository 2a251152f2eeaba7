//! SQLite's one writer. It takes the work that is waiting, does each piece in its own savepoint, commits all of it at once and
//! only then answers: full durability for one disk flush per group.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, select};
use diesel::Connection;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};

use super::conn::log_path;
use super::conn::{Conn, Engine};
use super::connector::{Connector, Link};
use super::outage::Outage;
use super::status::{AccessMode, DatabaseStatus};
use super::threads::ThreadToken;
use super::work::{Job, JobFailure};
use crate::error::Error;

type Transactions = <Conn as Connection>::TransactionManager;

/// How many pieces of work share one commit at most.
const MAX_GROUP: usize = 64;

/// After this long without work the write-ahead log is moved into the database file.
const IDLE: Duration = Duration::from_millis(500);

/// The pause after that, and the pause when another program's read prevented it.
const CHECKPOINT_PAUSE: Duration = Duration::from_secs(30);
const CHECKPOINT_RETRY: Duration = Duration::from_secs(2);

/// A write-ahead log of this size in bytes is worth a warning: another program has been reading the file for a long time.
const LARGE_LOG_BYTES: u64 = 256 * 1024 * 1024;

/// The thread that writes.
pub(super) struct Writer {
    connector: Arc<Connector>,
    status: Arc<DatabaseStatus>,
    slot: Option<Link>,
    /// When the log may be moved next.
    next_checkpoint: Instant,
    warned: bool,
}

impl Writer {
    /// Starts the writer thread; it takes work from `queue` until that closes.
    pub(super) fn start(connector: &Arc<Connector>, status: &Arc<DatabaseStatus>, token: ThreadToken, queue: Receiver<Job>) {
        let (connector, status) = (connector.clone(), status.clone());
        let mut writer = Self { connector, status, slot: None, next_checkpoint: Instant::now(), warned: false };
        let spawned = std::thread::Builder::new().name("db-writer".to_owned()).spawn(move || {
            writer.work(&token, &queue);
            writer.checkpoint();
        });
        if let Err(error) = spawned {
            tracing::error!(%error, "the database writer could not be started");
        }
    }

    fn work(&mut self, token: &ThreadToken, queue: &Receiver<Job>) {
        loop {
            let first = select! {
                recv(queue) -> job => job,
                recv(token.ending) -> _ => return,
                default(IDLE) => {
                    self.idle();
                    continue;
                }
            };
            let Ok(first) = first else { return };
            let mut group = vec![first];
            group.extend(queue.try_iter().take(MAX_GROUP - 1));
            group.retain(|job| !job.is_abandoned());
            while !group.is_empty() {
                group = self.serve(group);
            }
        }
    }

    /// Does a group in one transaction. Returns the work that must be done again because another piece of work broke the
    /// transaction.
    fn serve(&mut self, mut group: Vec<Job>) -> Vec<Job> {
        if let Err(outage) = self.begin() {
            return self.answer_all(group, outage);
        }
        for index in 0..group.len() {
            let Some(link) = self.slot.as_mut() else { break };
            match run_in_savepoint(link, &mut group[index]) {
                Ok(None) => {}
                Ok(Some(outage)) => self.status.record_failure(AccessMode::Write, outage),
                Err(lost) => {
                    self.slot = None;
                    if let Some(outage) = lost.outage {
                        self.status.record_failure(AccessMode::Write, outage);
                    }
                    group.swap_remove(index).answer(lost.instead.map(|error| *error));
                    return group;
                }
            }
        }
        match self.commit() {
            Ok(()) => {
                self.status.record_success(AccessMode::Write);
                for job in group {
                    job.answer(None);
                }
                Vec::new()
            }
            Err(outage) => self.answer_all(group, outage),
        }
    }

    /// Takes the write lock on the opened file at the start, so that no work fails half-way without it.
    fn begin(&mut self) -> Result<(), Outage> {
        if self.slot.is_none() {
            self.slot = Some(self.connector.open()?);
        }
        let Some(link) = self.slot.as_mut() else { return Err(Outage::Unreachable) };
        self.connector.check_same_file(link)?;
        let started = match &mut **link {
            Conn::Sqlite(inner) => AnsiTransactionManager::begin_transaction_sql(inner, "BEGIN IMMEDIATE"),
            Conn::Postgres(inner) => AnsiTransactionManager::begin_transaction(inner),
        };
        started.map_err(|error| {
            let outage = Outage::of(&error).unwrap_or(Outage::Failing);
            if outage != Outage::Locked {
                self.slot = None;
            }
            outage
        })
    }

    /// Commits, and checks that the commit went into the file that other processes see.
    fn commit(&mut self) -> Result<(), Outage> {
        let Some(link) = self.slot.as_mut() else { return Err(Outage::Unreachable) };
        if let Err(error) = Transactions::commit_transaction(&mut **link) {
            self.slot = None;
            return Err(Outage::of(&error).unwrap_or(Outage::Failing));
        }
        self.connector.check_same_file(link)
    }

    fn answer_all(&mut self, group: Vec<Job>, outage: Outage) -> Vec<Job> {
        self.status.record_failure(AccessMode::Write, outage);
        if outage == Outage::Replaced {
            self.save_log();
        }
        for job in group {
            job.answer(Some(Error::outage(outage)));
        }
        Vec::new()
    }

    /// Done while there is no work.
    fn idle(&mut self) {
        let Some(link) = &self.slot else { return };
        if let Err(outage) = self.connector.check_same_file(link) {
            self.status.record_failure(AccessMode::Write, outage);
            return self.save_log();
        }
        if Instant::now() >= self.next_checkpoint {
            self.checkpoint();
        }
    }

    /// Moves the write-ahead log into the database file and truncates it, unless another program is reading: then it is tried
    /// later. Does not wait, because work may arrive.
    fn checkpoint(&mut self) {
        let (Engine::Sqlite(path), Some(link)) = (self.connector.engine(), self.slot.as_mut()) else { return };
        if log_size(path) == 0 || self.connector.check_same_file(link).is_err() {
            return;
        }
        let _ = link.batch_execute("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 5000;");
        let left = log_size(path);
        self.next_checkpoint = Instant::now() + if left == 0 { CHECKPOINT_PAUSE } else { CHECKPOINT_RETRY };
        metrics::gauge!("confide_sqlite_log_bytes").set(left as f64);
        if left >= LARGE_LOG_BYTES && !self.warned {
            tracing::warn!(
                bytes = left,
                "the write-ahead log of the database grows, because another program keeps reading the file"
            );
        }
        self.warned = left >= LARGE_LOG_BYTES;
    }

    /// Saves the content of the write-ahead log when the log was deleted while in use: the open file still has it.
    fn save_log(&mut self) {
        let Some(link) = self.slot.as_mut() else { return };
        let _ = link.batch_execute("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(PASSIVE); PRAGMA busy_timeout = 5000;");
    }
}

fn log_size(database: &Path) -> u64 {
    std::fs::metadata(log_path(database)).map_or(0, |metadata| metadata.len())
}

/// The transaction is gone, so the work cannot be separated from the other work in its group.
struct TransactionLost {
    /// The answer in place of a stored result that claims a success.
    instead: Option<Box<Error>>,
    outage: Option<Outage>,
}

/// Runs one piece of work so that its failure undoes only its own changes. `Ok(Some)` when the database could not do it.
fn run_in_savepoint(conn: &mut Conn, job: &mut Job) -> Result<Option<Outage>, TransactionLost> {
    let lost = |error: diesel::result::Error| {
        let outage = Outage::of(&error);
        TransactionLost {
            instead: Some(Box::new(
                outage.map_or_else(|| Error::unavailable("the transaction was ended by the database"), Error::outage),
            )),
            outage,
        }
    };
    Transactions::begin_transaction(conn).map_err(lost)?;
    match job.run(conn) {
        Ok(()) => Transactions::commit_transaction(conn).map(|()| None).map_err(lost),
        Err(JobFailure::Panicked) => Err(TransactionLost { instead: None, outage: None }),
        Err(JobFailure::Lost(outage)) => Err(TransactionLost { instead: None, outage: Some(outage) }),
        Err(JobFailure::DatabaseFailed(outage)) => match Transactions::rollback_transaction(conn) {
            Ok(()) => Ok(Some(outage)),
            Err(_) => Err(TransactionLost { instead: None, outage: Some(outage) }),
        },
        Err(JobFailure::Refused | JobFailure::Conflict) => {
            Transactions::rollback_transaction(conn).map(|()| None).map_err(|_| TransactionLost { instead: None, outage: None })
        }
    }
}
