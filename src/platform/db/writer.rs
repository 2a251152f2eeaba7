//! SQLite's one writer. It takes what is waiting, does each piece in its own savepoint, commits all of it at once and only
//! then answers: full durability at the price of one disk flush a group.

use crossbeam_channel::Receiver;
use diesel::Connection;
use diesel::connection::{AnsiTransactionManager, TransactionManager};

use super::conn::{Conn, Engine};
use super::work::{Job, Trouble};
use crate::platform::error::Error;

type Transactions = <Conn as Connection>::TransactionManager;

/// How many pieces of work share one commit at most.
const GROUP: usize = 64;

/// Starts the writer thread; it takes work from `queue` until that closes.
pub(super) fn start(engine: &Engine, queue: Receiver<Job>) {
    let engine = engine.clone();
    let spawned = std::thread::Builder::new().name("db-writer".to_owned()).spawn(move || {
        let mut conn = None;
        while let Ok(first) = queue.recv() {
            let mut group = vec![first];
            group.extend(queue.try_iter().take(GROUP - 1));
            group.retain(|job| !job.abandoned());
            while !group.is_empty() {
                group = serve(&engine, &mut conn, group);
            }
        }
    });
    if let Err(error) = spawned {
        tracing::error!(%error, "the database writer could not be started");
    }
}

/// Does a group in one transaction. Returns what has to be done again because a neighbour's panic spoilt the transaction.
fn serve(engine: &Engine, slot: &mut Option<Conn>, mut group: Vec<Job>) -> Vec<Job> {
    if slot.is_none() {
        match engine.connect() {
            Ok(conn) => *slot = Some(conn),
            Err(_) => tracing::warn!("the database file cannot be opened"),
        }
    }
    let begun = match slot.as_mut() {
        Some(conn) => begin(conn).is_ok(),
        None => false,
    };
    let (true, Some(conn)) = (begun, slot.as_mut()) else {
        *slot = None;
        return answer_all(group, || Error::unavailable("the database file cannot be opened"));
    };
    for place in 0..group.len() {
        if run_in_savepoint(conn, &mut group[place]).is_err() {
            *slot = None;
            group.swap_remove(place).answer(None);
            return group;
        }
    }
    match Transactions::commit_transaction(conn) {
        Ok(()) => {
            for job in group {
                job.answer(None);
            }
            Vec::new()
        }
        Err(_) => {
            *slot = None;
            answer_all(group, || Error::unavailable("the commit failed"))
        }
    }
}

fn answer_all(group: Vec<Job>, error: impl Fn() -> Error) -> Vec<Job> {
    for job in group {
        job.answer(Some(error()));
    }
    Vec::new()
}

/// `BEGIN IMMEDIATE`: the write lock is taken at the start, so that no piece of work fails half-way for want of it.
fn begin(conn: &mut Conn) -> diesel::QueryResult<()> {
    match conn {
        Conn::Sqlite(inner) => AnsiTransactionManager::begin_transaction_sql(inner, "BEGIN IMMEDIATE"),
        Conn::Postgres(inner) => AnsiTransactionManager::begin_transaction(inner),
    }
}

/// `Err` when the work panicked or its savepoint could not be closed: the connection is spoilt then.
fn run_in_savepoint(conn: &mut Conn, job: &mut Job) -> Result<(), ()> {
    Transactions::begin_transaction(conn).map_err(|_| ())?;
    match job.run(conn) {
        Ok(()) => Transactions::commit_transaction(conn).map_err(|_| ()),
        Err(Trouble::Panicked | Trouble::Lost) => Err(()),
        Err(Trouble::Refused | Trouble::Conflict) => Transactions::rollback_transaction(conn).map_err(|_| ()),
    }
}
