//! SQLite's one writer. It takes what is waiting, does each piece in its own savepoint, commits all of it at once and only
//! then answers: full durability at the price of one disk flush a group.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, select};
use diesel::Connection;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};

use super::conn::log_path;
use super::conn::{Conn, Engine};
use super::crew::Badge;
use super::link::{Link, Linker};
use super::outage::Outage;
use super::watch::{Lane, Watch};
use super::work::{Job, Trouble};
use crate::error::Error;

type Transactions = <Conn as Connection>::TransactionManager;

/// How many pieces of work share one commit at most.
const GROUP: usize = 64;

/// After this long without work the write-ahead log is moved into the database file.
const IDLE: Duration = Duration::from_millis(500);

/// How long it is left alone after that, and how long after another program's reading prevented it.
const REST: Duration = Duration::from_secs(30);
const AGAIN: Duration = Duration::from_secs(2);

/// A write-ahead log of this size is worth a warning: another program has been reading the file for long.
const LARGE_LOG: u64 = 256 * 1024 * 1024;

/// The thread that writes.
pub(super) struct Writer {
    linker: Arc<Linker>,
    watch: Arc<Watch>,
    slot: Option<Link>,
    /// When the log may be moved next.
    tidy_from: Instant,
    warned: bool,
}

impl Writer {
    /// Starts the writer thread; it takes work from `queue` until that closes.
    pub(super) fn start(linker: &Arc<Linker>, watch: &Arc<Watch>, badge: Badge, queue: Receiver<Job>) {
        let (linker, watch) = (linker.clone(), watch.clone());
        let mut writer = Self { linker, watch, slot: None, tidy_from: Instant::now(), warned: false };
        let spawned = std::thread::Builder::new().name("db-writer".to_owned()).spawn(move || {
            writer.work(&badge, &queue);
            writer.tidy();
        });
        if let Err(error) = spawned {
            tracing::error!(%error, "the database writer could not be started");
        }
    }

    fn work(&mut self, badge: &Badge, queue: &Receiver<Job>) {
        loop {
            let first = select! {
                recv(queue) -> job => job,
                recv(badge.ending) -> _ => return,
                default(IDLE) => {
                    self.idle();
                    continue;
                }
            };
            let Ok(first) = first else { return };
            let mut group = vec![first];
            group.extend(queue.try_iter().take(GROUP - 1));
            group.retain(|job| !job.abandoned());
            while !group.is_empty() {
                group = self.serve(group);
            }
        }
    }

    /// Does a group in one transaction. Returns what has to be done again because a neighbour spoilt the transaction.
    fn serve(&mut self, mut group: Vec<Job>) -> Vec<Job> {
        if let Err(outage) = self.begin() {
            return self.answer_all(group, outage);
        }
        for place in 0..group.len() {
            let Some(link) = self.slot.as_mut() else { break };
            match run_in_savepoint(link, &mut group[place]) {
                Ok(None) => {}
                Ok(Some(outage)) => self.watch.failed(Lane::Write, outage),
                Err(spoilt) => {
                    self.slot = None;
                    if let Some(outage) = spoilt.outage {
                        self.watch.failed(Lane::Write, outage);
                    }
                    group.swap_remove(place).answer(spoilt.instead);
                    return group;
                }
            }
        }
        match self.commit() {
            Ok(()) => {
                self.watch.worked(Lane::Write);
                for job in group {
                    job.answer(None);
                }
                Vec::new()
            }
            Err(outage) => self.answer_all(group, outage),
        }
    }

    /// Takes the write lock on the file that was opened, at the start, so that no piece of work fails half-way for want of it.
    fn begin(&mut self) -> Result<(), Outage> {
        if self.slot.is_none() {
            self.slot = Some(self.linker.open()?);
        }
        let Some(link) = self.slot.as_mut() else { return Err(Outage::Unreachable) };
        self.linker.is_still_there(link)?;
        let begun = match &mut **link {
            Conn::Sqlite(inner) => AnsiTransactionManager::begin_transaction_sql(inner, "BEGIN IMMEDIATE"),
            Conn::Postgres(inner) => AnsiTransactionManager::begin_transaction(inner),
        };
        begun.map_err(|error| {
            let outage = Outage::of(&error).unwrap_or(Outage::Failing);
            if outage != Outage::Locked {
                self.slot = None;
            }
            outage
        })
    }

    /// Commits, and makes sure that it went into the file that everybody sees.
    fn commit(&mut self) -> Result<(), Outage> {
        let Some(link) = self.slot.as_mut() else { return Err(Outage::Unreachable) };
        if let Err(error) = Transactions::commit_transaction(&mut **link) {
            self.slot = None;
            return Err(Outage::of(&error).unwrap_or(Outage::Failing));
        }
        self.linker.is_still_there(link)
    }

    fn answer_all(&mut self, group: Vec<Job>, outage: Outage) -> Vec<Job> {
        self.watch.failed(Lane::Write, outage);
        if outage == Outage::Replaced {
            self.rescue();
        }
        for job in group {
            job.answer(Some(Error::outage(outage)));
        }
        Vec::new()
    }

    /// What is done while there is no work.
    fn idle(&mut self) {
        let Some(link) = &self.slot else { return };
        if let Err(outage) = self.linker.is_still_there(link) {
            self.watch.failed(Lane::Write, outage);
            return self.rescue();
        }
        if Instant::now() >= self.tidy_from {
            self.tidy();
        }
    }

    /// Moves the write-ahead log into the database file and cuts it to nothing, unless another program is reading: then it is
    /// tried later. Does not wait, because work may come.
    fn tidy(&mut self) {
        let (Engine::Sqlite(path), Some(link)) = (self.linker.engine(), self.slot.as_mut()) else { return };
        if log_size(path) == 0 || self.linker.is_still_there(link).is_err() {
            return;
        }
        let _ = link.batch_execute("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 5000;");
        let left = log_size(path);
        self.tidy_from = Instant::now() + if left == 0 { REST } else { AGAIN };
        metrics::gauge!("confide_sqlite_log_bytes").set(left as f64);
        if left >= LARGE_LOG && !self.warned {
            tracing::warn!(
                bytes = left,
                "the write-ahead log of the database grows, because another program keeps reading the file"
            );
        }
        self.warned = left >= LARGE_LOG;
    }

    /// Saves what the write-ahead log holds when the log was deleted under this program: the file that is open still has it.
    fn rescue(&mut self) {
        let Some(link) = self.slot.as_mut() else { return };
        let _ = link.batch_execute("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(PASSIVE); PRAGMA busy_timeout = 5000;");
    }
}

fn log_size(database: &Path) -> u64 {
    std::fs::metadata(log_path(database)).map_or(0, |about| about.len())
}

/// Work that cannot be told apart from its neighbours' any more: the transaction is gone.
struct Spoilt {
    /// What to answer instead of the kept result, when that claims a success.
    instead: Option<Error>,
    outage: Option<Outage>,
}

/// Runs one piece of work so that its failure undoes only what it did itself. `Ok(Some)` when the database could not do it.
fn run_in_savepoint(conn: &mut Conn, job: &mut Job) -> Result<Option<Outage>, Spoilt> {
    let spoilt = |error: diesel::result::Error| {
        let outage = Outage::of(&error);
        Spoilt {
            instead: Some(outage.map_or_else(|| Error::unavailable("the transaction was ended by the database"), Error::outage)),
            outage,
        }
    };
    Transactions::begin_transaction(conn).map_err(spoilt)?;
    match job.run(conn) {
        Ok(()) => Transactions::commit_transaction(conn).map(|()| None).map_err(spoilt),
        Err(Trouble::Panicked) => Err(Spoilt { instead: None, outage: None }),
        Err(Trouble::Lost(outage)) => Err(Spoilt { instead: None, outage: Some(outage) }),
        Err(Trouble::Unfit(outage)) => match Transactions::rollback_transaction(conn) {
            Ok(()) => Ok(Some(outage)),
            Err(_) => Err(Spoilt { instead: None, outage: Some(outage) }),
        },
        Err(Trouble::Refused | Trouble::Conflict) => {
            Transactions::rollback_transaction(conn).map(|()| None).map_err(|_| Spoilt { instead: None, outage: None })
        }
    }
}
