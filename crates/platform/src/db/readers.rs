//! Connection threads that each do one piece of work at a time: all of PostgreSQL's, and SQLite's readers.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, select};
use diesel::Connection;
use diesel::connection::TransactionManager;

use super::conn::Conn;
use super::connector::{Connector, Link};
use super::outage::Outage;
use super::status::{AccessMode, DatabaseStatus};
use super::threads::{ThreadGroup, ThreadToken};
use super::work::{Job, JobFailure};
use crate::error::Error;

type Transactions = <Conn as Connection>::TransactionManager;

/// How often the same work is tried after conflicts.
const ATTEMPTS: u32 = 8;

/// After a failed connection attempt no thread tries again for this long, so that requests are refused at once while the database
/// cannot be reached, instead of each waiting for a connect time-out.
const PAUSE: Duration = Duration::from_millis(250);

/// Threads that share a queue.
pub(super) struct Pool {
    connector: Arc<Connector>,
    status: Arc<DatabaseStatus>,
    threads: Arc<ThreadGroup>,
    queue: Receiver<Job>,
    /// Returns work to the queue when this thread has no connection and others have. Weak, so that the threads end when no sender
    /// is left.
    queue_sender: Weak<Sender<Job>>,
    pause: Pause,
    count: usize,
    thread_states: Mutex<Vec<Arc<ThreadState>>>,
    began: Instant,
}

/// The state of one thread.
#[derive(Default)]
struct ThreadState {
    /// When it began its current work, in milliseconds since the pool began; 0 when it waits for work.
    busy_since: AtomicU64,
    /// Whether it has a connection.
    connected: AtomicBool,
    /// Another thread does its work now: it ends when its current work is done.
    replaced: AtomicBool,
}

impl Pool {
    /// Starts `count` threads that take work from `queue` until it closes.
    pub(super) fn start(
        (connector, status, threads): (&Arc<Connector>, &Arc<DatabaseStatus>, &Arc<ThreadGroup>),
        count: usize,
        queue: Receiver<Job>,
        back: &Arc<Sender<Job>>,
    ) -> Arc<Self> {
        let pool = Arc::new(Self {
            connector: connector.clone(),
            status: status.clone(),
            threads: threads.clone(),
            queue,
            queue_sender: Arc::downgrade(back),
            pause: Pause::new(),
            count,
            thread_states: Mutex::default(),
            began: Instant::now(),
        });
        for _ in 0..count {
            pool.add_thread();
        }
        pool
    }

    fn add_thread(self: &Arc<Self>) {
        let Some(token) = self.threads.token() else { return };
        let thread = Arc::new(ThreadState::default());
        self.thread_states.lock().unwrap_or_else(PoisonError::into_inner).push(thread.clone());
        let pool = self.clone();
        let spawned = std::thread::Builder::new().name("db".to_owned()).spawn(move || {
            pool.work(&thread, &token);
            pool.thread_states.lock().unwrap_or_else(PoisonError::into_inner).retain(|other| !Arc::ptr_eq(other, &thread));
        });
        if let Err(error) = spawned {
            tracing::error!(%error, "a database thread could not be started");
        }
    }

    /// Starts other threads in place of those that have done one piece of work for that long: a server that has stopped while its
    /// machine still confirms every packet cannot be distinguished from a slow one, and the network never reports it. At most as
    /// many threads are replaced as the pool has, so that a server that hangs repeatedly does not use unlimited threads.
    pub(super) fn replace_stuck_threads(self: &Arc<Self>, timeout: Duration) {
        let mut replacements = 0;
        {
            let thread_states = self.thread_states.lock().unwrap_or_else(PoisonError::into_inner);
            let spare = (2 * self.count).saturating_sub(thread_states.len());
            let now = self.now_ms();
            for thread in thread_states.iter().filter(|thread| !thread.replaced.load(Ordering::Relaxed)) {
                let since = thread.busy_since.load(Ordering::Relaxed);
                let stuck = since > 0 && u128::from(now.saturating_sub(since)) >= timeout.as_millis();
                if stuck && replacements < spare {
                    thread.replaced.store(true, Ordering::Relaxed);
                    replacements += 1;
                }
            }
        }
        for _ in 0..replacements {
            self.add_thread();
        }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX).max(1)
    }

    fn work(&self, thread: &ThreadState, token: &ThreadToken) {
        let mut link = None;
        while !token.should_end() && !thread.replaced.load(Ordering::Relaxed) {
            // A thread without a connection leaves the work to threads that have one.
            if link.is_none() && self.pause.is_on() && self.has_connections() {
                token.wait_for_end(PAUSE / 5);
                continue;
            }
            let job = select! {
                recv(self.queue) -> job => job,
                recv(token.ending) -> _ => return,
            };
            let Ok(job) = job else { return };
            thread.busy_since.store(self.now_ms(), Ordering::Relaxed);
            self.serve(thread, &mut link, job);
            thread.connected.store(link.is_some(), Ordering::Relaxed);
            thread.busy_since.store(0, Ordering::Relaxed);
        }
    }

    fn serve(&self, thread: &ThreadState, slot: &mut Option<Link>, mut job: Job) {
        if job.is_abandoned() {
            return;
        }
        let mode = AccessMode::of(job.needs_transaction());
        let mut cause = Outage::Lost;
        // A connection that broke while idle fails at its next use: then the work is done once more on a new one.
        for _ in 0..2 {
            let link = match self.connected(slot) {
                Ok(link) => link,
                Err(outage) => {
                    thread.connected.store(false, Ordering::Relaxed);
                    return self.requeue(job, mode, outage);
                }
            };
            if let Err(outage) = self.connector.check_same_file(link) {
                // The connection stays open: closing it would make SQLite clean up at a path that is no longer its own.
                self.status.record_failure(mode, outage);
                return job.answer(Some(Error::outage(outage)));
            }
            let done = if job.needs_transaction() { in_transaction(link, &mut job) } else { run_read(link, &mut job) };
            match done {
                JobOutcome::Succeeded => {
                    self.status.record_success(mode);
                    return job.answer(None);
                }
                JobOutcome::Answer { instead, discard, outage } => {
                    if discard {
                        *slot = None;
                    }
                    if let Some(outage) = outage.filter(|outage| outage.is_logged_once()) {
                        self.status.record_failure(mode, outage);
                    }
                    return job.answer(instead);
                }
                JobOutcome::Reconnect(outage) => {
                    *slot = None;
                    cause = outage;
                }
            }
        }
        self.status.record_failure(mode, if cause == Outage::Lost { Outage::Unreachable } else { cause });
        job.answer(Some(Error::outage(cause)));
    }

    fn has_connections(&self) -> bool {
        self.thread_states
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .any(|thread| thread.connected.load(Ordering::Relaxed))
    }

    /// Returns work to the queue that this thread cannot do without a connection, or refuses it when no thread has one.
    fn requeue(&self, job: Job, mode: AccessMode, outage: Outage) {
        let job = match self.queue_sender.upgrade() {
            Some(back) if outage != Outage::Replaced && self.has_connections() => match back.try_send(job) {
                Ok(()) => return,
                Err(refused) => refused.into_inner(),
            },
            _ => job,
        };
        self.status.record_failure(mode, outage);
        job.answer(Some(Error::outage(outage)));
    }

    fn connected<'a>(&self, slot: &'a mut Option<Link>) -> Result<&'a mut Link, Outage> {
        if slot.is_none() {
            if let Some(outage) = self.pause.cause() {
                return Err(outage);
            }
            match self.connector.open() {
                Ok(link) => *slot = Some(link),
                Err(outage) => {
                    self.pause.begin(outage);
                    return Err(outage);
                }
            }
        }
        slot.as_mut().ok_or(Outage::Unreachable)
    }
}

/// When the last attempt to connect failed, and why; shared by all threads.
struct Pause(Mutex<Option<(Instant, Outage)>>);

impl Pause {
    fn new() -> Self {
        Self(Mutex::new(None))
    }

    fn cause(&self) -> Option<Outage> {
        let failed = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        failed.filter(|(at, _)| at.elapsed() < PAUSE).map(|(_, outage)| outage)
    }

    fn is_on(&self) -> bool {
        self.cause().is_some()
    }

    fn begin(&self, outage: Outage) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), outage));
    }
}

enum JobOutcome {
    /// Answer with the stored result: the work succeeded, or its own rules refused it.
    Succeeded,
    /// Answer with the stored result or with this error instead, and perhaps close the connection.
    Answer { instead: Option<Error>, discard: bool, outage: Option<Outage> },
    /// Close the connection and do the work again: nothing was committed.
    Reconnect(Outage),
}

impl JobOutcome {
    fn discard_connection(instead: Option<Error>, outage: Option<Outage>) -> Self {
        Self::Answer { instead, discard: true, outage }
    }

    fn keep_connection(instead: Option<Error>, outage: Option<Outage>) -> Self {
        Self::Answer { instead, discard: false, outage }
    }
}

fn run_read(conn: &mut Conn, job: &mut Job) -> JobOutcome {
    for _ in 0..ATTEMPTS {
        match job.run(conn) {
            Ok(()) | Err(JobFailure::Refused) => return JobOutcome::Succeeded,
            Err(JobFailure::Lost(outage)) => return JobOutcome::Reconnect(outage),
            Err(JobFailure::DatabaseFailed(outage)) => return JobOutcome::keep_connection(None, Some(outage)),
            Err(JobFailure::Panicked) => return JobOutcome::discard_connection(None, None),
            Err(JobFailure::Conflict) => {}
        }
    }
    JobOutcome::keep_connection(None, None)
}

fn in_transaction(conn: &mut Conn, job: &mut Job) -> JobOutcome {
    for _ in 0..ATTEMPTS {
        if let Err(error) = Transactions::begin_transaction(conn) {
            return JobOutcome::Reconnect(Outage::of(&error).unwrap_or(Outage::Lost));
        }
        match job.run(conn) {
            Ok(()) => match Transactions::commit_transaction(conn) {
                Ok(()) => return JobOutcome::Succeeded,
                Err(error) => match Outage::of(&error) {
                    Some(Outage::Contended) => {
                        let _ = Transactions::rollback_transaction(conn);
                    }
                    // It is not known whether the commit arrived, so it is not repeated.
                    outage => {
                        return JobOutcome::discard_connection(Some(Error::unavailable("the commit was not confirmed")), outage);
                    }
                },
            },
            Err(JobFailure::Lost(outage)) => return JobOutcome::Reconnect(outage),
            Err(JobFailure::Panicked) => return JobOutcome::discard_connection(None, None),
            Err(failure) => {
                if Transactions::rollback_transaction(conn).is_err() {
                    return JobOutcome::discard_connection(None, None);
                }
                match failure {
                    JobFailure::DatabaseFailed(outage) => return JobOutcome::keep_connection(None, Some(outage)),
                    JobFailure::Refused => return JobOutcome::Succeeded,
                    _ => {}
                }
            }
        }
    }
    JobOutcome::keep_connection(Some(Error::outage(Outage::Contended)), None)
}
