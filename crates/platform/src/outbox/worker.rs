//! Sends the messages that are due, separately for each carrier: a mail server that hangs delays no text message, and a slow
//! recipient no other recipient.
//!
//! Each attempt has its own thread, because the libraries that talk to carriers block. The thread is never awaited for longer
//! than the attempt may take, and it asks before it hands a message over; so an attempt can be given up at any moment, and it is
//! known whether the message may have been sent.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::carriers::{Carriers, DEFAULT_CONCURRENCY};
use super::claims::{self, ClaimRequest, Claimed};
use super::outcome::Outcome;
use super::results::{self, AttemptResult};
use super::transport::{Times, Transport};
use super::{Message, MessageCarrier, NotificationRegistry};
use crate::Platform;
use crate::error::{Error, Result};
use crate::ids::UtcTime;
use crate::tasks::StopSignal;

/// How long a claim lasts by default. The messages of an instance that stops wait for this long.
pub const LEASE: TimeDelta = TimeDelta::seconds(120);
/// How many messages one call of [`send_due`] sends.
const BATCH: usize = 20;
/// How long a carrier's worker waits when there is nothing to send.
const PAUSE: Duration = Duration::from_secs(1);
/// How much longer than its time limit an attempt is awaited. Usually it ends by itself.
const MARGIN: Duration = Duration::from_millis(500);

/// Everything that sending needs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sender {
    /// Where messages are sent.
    pub transport: Transport,
    /// Who renders notifications.
    pub registry: NotificationRegistry,
    /// How long a claim lasts. The time limit of one attempt is derived from it.
    pub lease: TimeDelta,
    pub carriers: Carriers,
}

impl Sender {
    /// A sender with the default lease.
    pub fn new(transport: Transport, registry: NotificationRegistry) -> Self {
        Self { transport, registry, lease: LEASE, carriers: Carriers::new(DEFAULT_CONCURRENCY) }
    }
}

/// Sends the messages that are due by any carrier, and waits until each attempt has ended; returns how many were due.
///
/// # Errors
/// When the database cannot be reached. A message that cannot be sent is not an error here: it is tried again later.
pub async fn send_due(platform: &Platform, sender: &Sender) -> Result<usize> {
    send_due_at(platform, sender, platform.clock.now()).await
}

/// The same at another instant: messages that are due then are sent.
///
/// # Errors
/// As [`send_due`].
pub async fn send_due_at(platform: &Platform, sender: &Sender, now: UtcTime) -> Result<usize> {
    let mut due = 0;
    let mut attempts = JoinSet::new();
    for carrier in MessageCarrier::ALL {
        let limit = match sender.carriers.capacity(*carrier, 0, now) {
            0 => 0,
            1 => 1,
            _ => BATCH,
        };
        due += start_due(platform, sender, *carrier, limit, now, &StopSignal::never(), &mut attempts).await?;
    }
    while let Some(ended) = attempts.join_next().await {
        ended.map_err(|_| Error::internal("an attempt panicked"))??;
    }
    Ok(due)
}

/// Sends by one carrier until stopped; then claims no more messages, gives running attempts the rest of the time, and releases
/// the claims.
pub async fn work(platform: Platform, sender: Sender, carrier: MessageCarrier, mut stopping: StopSignal) {
    let mut attempts = JoinSet::new();
    while !stopping.is_given() {
        let now = platform.clock.now();
        let capacity = sender.carriers.capacity(carrier, attempts.len(), now);
        let started =
            start_due(&platform, &sender, carrier, capacity, now, &stopping, &mut attempts).await.unwrap_or_else(|error| {
                tracing::warn!(
                    task = "outbox",
                    carrier = carrier.as_str(),
                    code = error.reason().code().as_str(),
                    "a run of a background job failed"
                );
                0
            });
        // Messages that were due and are not sent leave capacity for others at once.
        let pause = if started > 0 && started >= capacity { Duration::from_millis(1) } else { PAUSE };
        tokio::select! {
            () = stopping.given() => {}
            Some(ended) = attempts.join_next() => log_failure(ended),
            () = tokio::time::sleep(pause) => {}
        }
    }
    while let Some(ended) = attempts.join_next().await {
        log_failure(ended);
    }
}

fn log_failure(ended: std::result::Result<Result<()>, tokio::task::JoinError>) {
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(code = error.reason().code().as_str(), "the result of a message could not be stored")
        }
        Err(_) => tracing::error!("an attempt to send a message panicked"),
    }
}

/// Claims up to `limit` messages and starts to send them; returns how many were due.
async fn start_due(
    platform: &Platform,
    sender: &Sender,
    carrier: MessageCarrier,
    limit: usize,
    now: UtcTime,
    stopping: &StopSignal,
    attempts: &mut JoinSet<Result<()>>,
) -> Result<usize> {
    if limit == 0 {
        return Ok(0);
    }
    let registry = sender.registry.clone();
    let request = ClaimRequest { carrier, limit, lease: sender.lease };
    let batch = platform
        .at(now)
        .write(move |tx| {
            claims::mark_in_doubt(tx)?;
            claims::claim(tx, &registry, request)
        })
        .await?;
    for claimed in batch.claimed {
        attempts.spawn(attempt(platform.clone(), sender.clone(), carrier, claimed, now, stopping.clone()));
    }
    Ok(batch.due)
}

async fn attempt(
    platform: Platform,
    sender: Sender,
    carrier: MessageCarrier,
    mut claimed: Claimed,
    now: UtcTime,
    stopping: StopSignal,
) -> Result<()> {
    let started = platform.clock.now();
    let slots = sender.carriers.slots(carrier);
    let _slot = match slots {
        Some(slots) => slots.acquire_owned().await.ok(),
        None => None,
    };
    let was_rendered = claimed.message.is_ok();
    let (outcome, handed_over) = match std::mem::replace(&mut claimed.message, Err("sent")) {
        Ok(message) => hand_over_message(&platform, &sender, &claimed, message, stopping).await,
        Err(what) => (Outcome::Temporary { what, after: None, counts: true }, false),
    };
    let now = now + (platform.clock.now().get() - started.get());
    let refused_alone = claimed.is_refused_on_its_own(&outcome, carrier, &sender.carriers);
    if was_rendered && !refused_alone {
        sender.carriers.record(carrier, &outcome, now);
    }
    let with_carrier = sender.carriers.retry_delay(carrier, now);
    let ended = AttemptResult::new(&claimed, outcome, handed_over, (refused_alone, with_carrier), now);
    match ended.outcome.what() {
        None if matches!(ended.outcome, Outcome::Delivered { .. }) => {
            metrics::counter!("confide_messages_sent_total").increment(1);
        }
        None => {}
        Some(what) => {
            metrics::counter!("confide_message_failures_total", "what" => what).increment(1);
            tracing::warn!(message.id = %claimed.id, message.attempts = claimed.attempts, failed = what, next = ?ended.next, "a message could not be sent");
        }
    }
    let settled = platform.at(now).write(move |tx| results::store_result(tx, &ended)).await?;
    if !settled {
        tracing::warn!(message.id = %claimed.id, "an attempt took longer than its claim, so its result was not stored");
    }
    Ok(())
}

/// One attempt: its outcome, and whether the message was handed over.
async fn hand_over_message(
    platform: &Platform,
    sender: &Sender,
    claimed: &Claimed,
    message: Message,
    mut stopping: StopSignal,
) -> (Outcome, bool) {
    let (id, token, in_doubt, lease) = (claimed.id, claimed.token, claimed.doubts > 0, sender.lease);
    let (times, now, transport) = (Times::within(lease), platform.clock.now(), sender.transport.clone());
    let (ask, mut asked) = oneshot::channel::<oneshot::Sender<bool>>();
    let mut ask = Some(ask);
    let mut result = on_own_thread(move || {
        // If the attempt was given up, no answer comes and nothing is handed over.
        let mut gate = || {
            let (answer, answered) = oneshot::channel();
            ask.take().is_some_and(|ask| ask.send(answer).is_ok()) && answered.blocking_recv().unwrap_or(false)
        };
        transport.send(id, &message, in_doubt, times, now, &mut gate)
    });
    let panicked = Outcome::Temporary { what: "sender", after: None, counts: true };
    let answer = tokio::select! {
        biased;
        question = &mut asked => match question {
            Ok(answer) => answer,
            // It ended before there was anything to hand over.
            Err(_) => return (result.await.unwrap_or(panicked), false),
        },
        () = tokio::time::sleep(times.before + MARGIN) => return (Outcome::NotReached { what: "carrier silent" }, false),
        () = stopping.deadline_passed() => return (Outcome::Withheld, false),
    };
    let held = platform.write(move |tx| claims::hand_over(tx, id, token, lease)).await.unwrap_or(false);
    if answer.send(held).is_err() || !held {
        return (Outcome::Withheld, held);
    }
    let doubt = |what| Outcome::InDoubt { what, answered: false };
    let outcome = tokio::select! {
        outcome = &mut result => outcome.unwrap_or_else(|_| doubt("sender")),
        () = tokio::time::sleep(times.after + MARGIN) => doubt("carrier silent"),
        () = stopping.deadline_passed() => doubt("service stopped"),
    };
    (outcome, true)
}

/// Runs something that blocks on its own thread, which neither the calling task nor the process at its end has to wait for. Its
/// result is lost when no thread can be started.
pub(super) fn on_own_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> oneshot::Receiver<T> {
    let (sender, result) = oneshot::channel();
    let spawned = std::thread::Builder::new().name("outbox".to_owned()).spawn(move || {
        let _ = sender.send(work());
    });
    if let Err(error) = spawned {
        tracing::error!(%error, "a thread for a message could not be started");
    }
    result
}
