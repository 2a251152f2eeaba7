//! Connection threads that each do one piece of work at a time: all of PostgreSQL, and SQLite's readers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;
use diesel::Connection;
use diesel::connection::TransactionManager;

use super::conn::{Conn, Engine};
use super::work::{Job, Trouble};
use crate::platform::error::Error;

type Transactions = <Conn as Connection>::TransactionManager;

/// How often the same work is done again after a lost race.
const ATTEMPTS: u32 = 8;

/// After a failed connection attempt the others are not tried for this long, so that a database that is away is
/// answered for at once rather than after a connect time-out per request.
const PAUSE: Duration = Duration::from_millis(250);

/// Starts `count` threads that take work from `queue` until it closes.
pub(super) fn start(engine: &Engine, count: usize, queue: &Receiver<Job>) {
    let outage = Arc::new(Outage::new());
    for number in 0..count {
        let (engine, queue, outage) = (engine.clone(), queue.clone(), outage.clone());
        let spawned = std::thread::Builder::new().name(format!("db-{number}")).spawn(move || {
            let mut conn = None;
            while let Ok(job) = queue.recv() {
                serve(&engine, &outage, &mut conn, job);
            }
        });
        if let Err(error) = spawned {
            tracing::error!(%error, "a database thread could not be started");
        }
    }
}

/// When the last attempt to connect failed, shared by all threads.
struct Outage {
    began: Instant,
    until_ms: AtomicU64,
}

impl Outage {
    fn new() -> Self {
        Self { began: Instant::now(), until_ms: AtomicU64::new(0) }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn is_on(&self) -> bool {
        self.now_ms() < self.until_ms.load(Ordering::Relaxed)
    }

    fn begin(&self) {
        let until = self.now_ms().saturating_add(u64::try_from(PAUSE.as_millis()).unwrap_or(0));
        self.until_ms.store(until, Ordering::Relaxed);
    }
}

fn serve(engine: &Engine, outage: &Outage, slot: &mut Option<Conn>, mut job: Job) {
    if job.abandoned() {
        return;
    }
    // A connection that died while idle shows only at its next use: then the work is done once more on a fresh one.
    for _ in 0..2 {
        let Some(conn) = connected(engine, outage, slot) else {
            return job.answer(Some(Error::unavailable("the database cannot be reached")));
        };
        let done = if job.needs_transaction() { in_transaction(conn, &mut job) } else { run_read(conn, &mut job) };
        match done {
            Done::Answer(instead) => return job.answer(instead),
            Done::Discard(instead) => {
                *slot = None;
                return job.answer(instead);
            }
            Done::Reconnect => *slot = None,
        }
    }
    job.answer(Some(Error::unavailable("the database connection was lost")));
}

fn connected<'a>(engine: &Engine, outage: &Outage, slot: &'a mut Option<Conn>) -> Option<&'a mut Conn> {
    if slot.is_none() {
        if outage.is_on() {
            return None;
        }
        match engine.connect() {
            Ok(conn) => *slot = Some(conn),
            Err(_) => {
                // The driver's message may repeat the address and its password, so it is not logged.
                tracing::warn!(engine = engine.name(), "the database cannot be reached");
                outage.begin();
            }
        }
    }
    slot.as_mut()
}

enum Done {
    /// Answer with the kept result or with this instead.
    Answer(Option<Error>),
    /// The same, and throw the connection away.
    Discard(Option<Error>),
    /// Throw the connection away and do the work again: nothing has been kept.
    Reconnect,
}

fn run_read(conn: &mut Conn, job: &mut Job) -> Done {
    for _ in 0..ATTEMPTS {
        match job.run(conn) {
            Ok(()) | Err(Trouble::Refused) => return Done::Answer(None),
            Err(Trouble::Lost) => return Done::Reconnect,
            Err(Trouble::Panicked) => return Done::Discard(None),
            Err(Trouble::Conflict) => {}
        }
    }
    Done::Answer(None)
}

fn in_transaction(conn: &mut Conn, job: &mut Job) -> Done {
    for _ in 0..ATTEMPTS {
        if Transactions::begin_transaction(conn).is_err() {
            return Done::Reconnect;
        }
        match job.run(conn) {
            Ok(()) => match Transactions::commit_transaction(conn) {
                Ok(()) => return Done::Answer(None),
                Err(error) => {
                    let error = Error::from(error);
                    if !error.is_conflict_of_transactions() {
                        // Whether the commit arrived is not known, so it is not done again.
                        return Done::Discard(Some(Error::unavailable("the commit was not confirmed")));
                    }
                    let _ = Transactions::rollback_transaction(conn);
                }
            },
            Err(Trouble::Lost) => return Done::Reconnect,
            Err(Trouble::Panicked) => return Done::Discard(None),
            Err(trouble) => {
                if Transactions::rollback_transaction(conn).is_err() {
                    return Done::Discard(None);
                }
                if trouble == Trouble::Refused {
                    return Done::Answer(None);
                }
            }
        }
    }
    Done::Answer(Some(Error::unavailable("the work kept losing its race")))
}
