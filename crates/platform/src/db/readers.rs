//! Connection threads that each do one piece of work at a time: all of PostgreSQL, and SQLite's readers.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, select};
use diesel::Connection;
use diesel::connection::TransactionManager;

use super::conn::Conn;
use super::crew::{Badge, Crew};
use super::link::{Link, Linker};
use super::outage::Outage;
use super::watch::{Lane, Watch};
use super::work::{Job, Trouble};
use crate::error::Error;

type Transactions = <Conn as Connection>::TransactionManager;

/// How often the same work is done again after a lost race.
const ATTEMPTS: u32 = 8;

/// After a failed connection attempt the others are not tried for this long, so that a database that is away is
/// answered for at once rather than after a connect time-out per request.
const PAUSE: Duration = Duration::from_millis(250);

/// Threads that share a queue.
pub(super) struct Pool {
    linker: Arc<Linker>,
    watch: Arc<Watch>,
    crew: Arc<Crew>,
    queue: Receiver<Job>,
    /// Where work goes back to when this thread has no connection and others have. Weak, so that the threads end when
    /// nobody can give them work any more.
    back: Weak<Sender<Job>>,
    pause: Pause,
    count: usize,
    seats: Mutex<Vec<Arc<Seat>>>,
    began: Instant,
}

/// What one thread is at.
#[derive(Default)]
struct Seat {
    /// When it began what it does, in milliseconds since the pool began; 0 when it waits for work.
    busy_since: AtomicU64,
    /// Whether it has a connection.
    connected: AtomicBool,
    /// Another thread does its work now: it ends as soon as it is free.
    replaced: AtomicBool,
}

impl Pool {
    /// Starts `count` threads that take work from `queue` until it closes.
    pub(super) fn start(
        (linker, watch, crew): (&Arc<Linker>, &Arc<Watch>, &Arc<Crew>),
        count: usize,
        queue: Receiver<Job>,
        back: &Arc<Sender<Job>>,
    ) -> Arc<Self> {
        let pool = Arc::new(Self {
            linker: linker.clone(),
            watch: watch.clone(),
            crew: crew.clone(),
            queue,
            back: Arc::downgrade(back),
            pause: Pause::new(),
            count,
            seats: Mutex::default(),
            began: Instant::now(),
        });
        for _ in 0..count {
            pool.add_thread();
        }
        pool
    }

    fn add_thread(self: &Arc<Self>) {
        let Some(badge) = self.crew.badge() else { return };
        let seat = Arc::new(Seat::default());
        self.seats.lock().unwrap_or_else(PoisonError::into_inner).push(seat.clone());
        let pool = self.clone();
        let spawned = std::thread::Builder::new().name("db".to_owned()).spawn(move || {
            pool.work(&seat, &badge);
            pool.seats.lock().unwrap_or_else(PoisonError::into_inner).retain(|other| !Arc::ptr_eq(other, &seat));
        });
        if let Err(error) = spawned {
            tracing::error!(%error, "a database thread could not be started");
        }
    }

    /// Has other threads take over from those that are stuck in one piece of work for that long: a server that has stopped
    /// while its machine still confirms every packet cannot be told from a slow one, and is never given up by the network.
    /// Not more of them than there are threads, so that a server that keeps hanging does not cost without end.
    pub(super) fn relieve_stuck(self: &Arc<Self>, patience: Duration) {
        let mut relieved = 0;
        {
            let seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
            let spare = (2 * self.count).saturating_sub(seats.len());
            let now = self.now_ms();
            for seat in seats.iter().filter(|seat| !seat.replaced.load(Ordering::Relaxed)) {
                let since = seat.busy_since.load(Ordering::Relaxed);
                let stuck = since > 0 && u128::from(now.saturating_sub(since)) >= patience.as_millis();
                if stuck && relieved < spare {
                    seat.replaced.store(true, Ordering::Relaxed);
                    relieved += 1;
                }
            }
        }
        for _ in 0..relieved {
            self.add_thread();
        }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX).max(1)
    }

    fn work(&self, seat: &Seat, badge: &Badge) {
        let mut link = None;
        while !badge.is_to_end() && !seat.replaced.load(Ordering::Relaxed) {
            // A thread without a connection leaves the work to those that have one.
            if link.is_none() && self.pause.is_on() && self.has_connections() {
                badge.ends_within(PAUSE / 5);
                continue;
            }
            let job = select! {
                recv(self.queue) -> job => job,
                recv(badge.ending) -> _ => return,
            };
            let Ok(job) = job else { return };
            seat.busy_since.store(self.now_ms(), Ordering::Relaxed);
            self.serve(seat, &mut link, job);
            seat.connected.store(link.is_some(), Ordering::Relaxed);
            seat.busy_since.store(0, Ordering::Relaxed);
        }
    }

    fn serve(&self, seat: &Seat, slot: &mut Option<Link>, mut job: Job) {
        if job.abandoned() {
            return;
        }
        let lane = Lane::of(job.needs_transaction());
        let mut cause = Outage::Lost;
        // A connection that died while idle shows only at its next use: then the work is done once more on a fresh one.
        for _ in 0..2 {
            let link = match self.connected(slot) {
                Ok(link) => link,
                Err(outage) => {
                    seat.connected.store(false, Ordering::Relaxed);
                    return self.pass_on(job, lane, outage);
                }
            };
            if let Err(outage) = self.linker.is_still_there(link) {
                // The connection is kept: closing it would let SQLite tidy up at a path that is not its own any more.
                self.watch.failed(lane, outage);
                return job.answer(Some(Error::outage(outage)));
            }
            let done = if job.needs_transaction() { in_transaction(link, &mut job) } else { run_read(link, &mut job) };
            match done {
                Done::Worked => {
                    self.watch.worked(lane);
                    return job.answer(None);
                }
                Done::Answer { instead, discard, outage } => {
                    if discard {
                        *slot = None;
                    }
                    if let Some(outage) = outage.filter(|outage| outage.is_said_once()) {
                        self.watch.failed(lane, outage);
                    }
                    return job.answer(instead);
                }
                Done::Reconnect(outage) => {
                    *slot = None;
                    cause = outage;
                }
            }
        }
        self.watch.failed(lane, if cause == Outage::Lost { Outage::Unreachable } else { cause });
        job.answer(Some(Error::outage(cause)));
    }

    fn has_connections(&self) -> bool {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|seat| seat.connected.load(Ordering::Relaxed))
    }

    /// Gives work back that cannot be done for want of a connection, or answers it when no thread has one.
    fn pass_on(&self, job: Job, lane: Lane, outage: Outage) {
        let job = match self.back.upgrade() {
            Some(back) if outage != Outage::Replaced && self.has_connections() => match back.try_send(job) {
                Ok(()) => return,
                Err(refused) => refused.into_inner(),
            },
            _ => job,
        };
        self.watch.failed(lane, outage);
        job.answer(Some(Error::outage(outage)));
    }

    fn connected<'a>(&self, slot: &'a mut Option<Link>) -> Result<&'a mut Link, Outage> {
        if slot.is_none() {
            if let Some(outage) = self.pause.cause() {
                return Err(outage);
            }
            match self.linker.open() {
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

/// When the last attempt to connect failed and why, shared by all threads.
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

enum Done {
    /// Answer with the kept result: all went well, or the work was refused by its own rules.
    Worked,
    /// Answer with the kept result or with this instead, and perhaps throw the connection away.
    Answer { instead: Option<Error>, discard: bool, outage: Option<Outage> },
    /// Throw the connection away and do the work again: nothing has been kept.
    Reconnect(Outage),
}

impl Done {
    fn discard(instead: Option<Error>, outage: Option<Outage>) -> Self {
        Self::Answer { instead, discard: true, outage }
    }

    fn kept(instead: Option<Error>, outage: Option<Outage>) -> Self {
        Self::Answer { instead, discard: false, outage }
    }
}

fn run_read(conn: &mut Conn, job: &mut Job) -> Done {
    for _ in 0..ATTEMPTS {
        match job.run(conn) {
            Ok(()) | Err(Trouble::Refused) => return Done::Worked,
            Err(Trouble::Lost(outage)) => return Done::Reconnect(outage),
            Err(Trouble::Unfit(outage)) => return Done::kept(None, Some(outage)),
            Err(Trouble::Panicked) => return Done::discard(None, None),
            Err(Trouble::Conflict) => {}
        }
    }
    Done::kept(None, None)
}

fn in_transaction(conn: &mut Conn, job: &mut Job) -> Done {
    for _ in 0..ATTEMPTS {
        if let Err(error) = Transactions::begin_transaction(conn) {
            return Done::Reconnect(Outage::of(&error).unwrap_or(Outage::Lost));
        }
        match job.run(conn) {
            Ok(()) => match Transactions::commit_transaction(conn) {
                Ok(()) => return Done::Worked,
                Err(error) => match Outage::of(&error) {
                    Some(Outage::Contended) => {
                        let _ = Transactions::rollback_transaction(conn);
                    }
                    // Whether the commit arrived is not known, so it is not done again.
                    outage => return Done::discard(Some(Error::unavailable("the commit was not confirmed")), outage),
                },
            },
            Err(Trouble::Lost(outage)) => return Done::Reconnect(outage),
            Err(Trouble::Panicked) => return Done::discard(None, None),
            Err(trouble) => {
                if Transactions::rollback_transaction(conn).is_err() {
                    return Done::discard(None, None);
                }
                match trouble {
                    Trouble::Unfit(outage) => return Done::kept(None, Some(outage)),
                    Trouble::Refused => return Done::Worked,
                    _ => {}
                }
            }
        }
    }
    Done::kept(Some(Error::outage(Outage::Contended)), None)
}
