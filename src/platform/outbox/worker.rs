//! Sends what is due. Several instances share the work: a claimed message is not due again until its lease runs out.

use chrono::TimeDelta;

use super::Composers;
use super::claims::{self, Claimed};
use super::transport::{Outcome, Transport};
use crate::platform::Platform;
use crate::platform::error::Result;
use crate::platform::ids::UtcTime;

/// How long a claim lasts when nobody says. A worker that dies gives its messages back by waiting.
pub const LEASE: TimeDelta = TimeDelta::seconds(120);

/// Everything that sending needs.
#[derive(Debug, Clone)]
pub struct Sender {
    /// Where messages go.
    pub transport: Transport,
    /// Who finds their words.
    pub composers: Composers,
    /// How long a claim lasts. What one attempt may take must fit into three quarters of it.
    pub lease: TimeDelta,
}

impl Sender {
    /// A sender with the usual lease.
    pub fn new(transport: Transport, composers: Composers) -> Self {
        Self { transport, composers, lease: LEASE }
    }
}

/// Sends the messages that are due; returns how many were looked at.
///
/// # Errors
/// When the database cannot be reached. A message that cannot be sent is not an error here: it is tried again later.
pub async fn send_due(platform: &Platform, sender: &Sender) -> Result<usize> {
    send_due_at(platform, sender, platform.clock.now()).await
}

/// The same as of an instant: what is due then is due.
///
/// # Errors
/// As [`send_due`].
pub async fn send_due_at(platform: &Platform, sender: &Sender, now: UtcTime) -> Result<usize> {
    let (work, composers, lease) = (platform.clone(), sender.composers.clone(), sender.lease);
    let round = platform.db.write(move |conn| claims::claim(conn, &work, &composers, lease, now)).await?;
    let begun = platform.clock.now();
    let mut waiting = round.claimed.into_iter();
    while let Some(next) = waiting.next() {
        let passed = platform.clock.now().get() - begun.get();
        // An attempt begins only while there is time left to end it under this claim.
        if passed > sender.lease / 4 {
            give_back(platform, std::iter::once(next).chain(waiting).collect()).await?;
            break;
        }
        attempt(platform, sender, next, now + passed).await?;
    }
    Ok(round.due)
}

async fn give_back(platform: &Platform, claimed: Vec<Claimed>) -> Result<()> {
    let (now, ids, lease) =
        (platform.clock.now(), claimed.iter().map(|one| one.id).collect::<Vec<_>>(), claimed.first().map(|one| one.lease));
    let Some(lease) = lease else { return Ok(()) };
    platform.db.write(move |conn| claims::give_back(conn, &ids, lease, now)).await
}

async fn attempt(platform: &Platform, sender: &Sender, claimed: Claimed, now: UtcTime) -> Result<()> {
    let Claimed { id, attempts, lease, in_doubt, message } = claimed;
    if !platform.db.read(move |conn| claims::holds(conn, id, lease)).await? {
        return Ok(());
    }
    let outcome = match message {
        Ok(message) => {
            let (transport, now) = (sender.transport.clone(), platform.clock.now());
            tokio::task::spawn_blocking(move || transport.send(id, &message, in_doubt, now)).await.unwrap_or(Outcome::Retry {
                what: "sender",
                after: None,
                in_doubt: true,
            })
        }
        Err(what) => Outcome::Retry { what, after: None, in_doubt },
    };
    match &outcome {
        Outcome::Sent { .. } => metrics::counter!("confide_messages_sent_total").increment(1),
        Outcome::Retry { what, .. } | Outcome::Refused { what } => {
            metrics::counter!("confide_message_failures_total", "what" => *what).increment(1);
            tracing::warn!(message.id = %id, message.attempts = attempts, failed = what, "a message could not be sent");
        }
    }
    let settled = platform.db.write(move |conn| claims::settle(conn, id, attempts, lease, &outcome, now)).await?;
    if !settled {
        tracing::warn!(message.id = %id, "a message took longer than its claim");
    }
    Ok(())
}
