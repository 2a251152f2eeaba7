//! How often one recipient is written to about one thing. The counters are rows, so that they apply to every instance and survive
//! a restart, and they are counted in the transaction that queues the message.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};

use super::db::types::sql;
use super::error::{Error, Result};
use super::ids::UtcTime;
use super::outbox::Message;
use super::seal::Sealer;
use crate::Tx;
use crate::schema::message_counts;

/// How many messages of a kind one recipient may get within a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecipientLimit {
    /// The kind of message.
    pub kind: &'static str,
    /// How many messages may be sent within the window.
    pub max: i32,
    /// How long the window is, counted from its first message. A day at most, because older counters are deleted.
    pub within: TimeDelta,
}

/// The longest window.
const MAX_WINDOW: TimeDelta = TimeDelta::days(1);

#[derive(QueryableByName)]
#[allow(dead_code, reason = "that there is a row is the answer")]
struct Row {
    #[diesel(sql_type = sql::UtcTime)]
    since: UtcTime,
}

/// The keyed index of a message's recipient.
pub fn recipient(sealer: &Sealer, message: &Message) -> String {
    match message {
        Message::Email(email) => sealer.blind_index("email", &email.to),
        Message::Sms(text) => sealer.blind_index("phone", &text.to),
    }
}

/// Counts a message to a recipient (a keyed index of an address or a number). `None` when it may be sent; otherwise the instant
/// from which the next one may be sent, and nothing is counted.
///
/// # Errors
/// When the database fails.
pub fn count(tx: &mut Tx, recipient: &str, limit: &RecipientLimit, at: UtcTime) -> Result<Option<UtcTime>> {
    let over = at - limit.within;
    // One statement decides and counts, so that simultaneous messages do not exceed the limit.
    let counted: Option<Row> = diesel::sql_query(
        "INSERT INTO message_counts (recipient_index, kind, since, messages) VALUES ($1, $2, $3, 1) \
         ON CONFLICT (recipient_index, kind) DO UPDATE SET \
         since = CASE WHEN message_counts.since <= $4 THEN excluded.since ELSE message_counts.since END, \
         messages = CASE WHEN message_counts.since <= $4 THEN 1 ELSE message_counts.messages + 1 END \
         WHERE message_counts.since <= $4 OR message_counts.messages < $5 \
         RETURNING since",
    )
    .bind::<Text, _>(recipient)
    .bind::<Text, _>(limit.kind)
    .bind::<sql::UtcTime, _>(at)
    .bind::<sql::UtcTime, _>(over)
    .bind::<Integer, _>(limit.max)
    .get_result(tx.conn)
    .optional()?;
    if counted.is_some() {
        return Ok(None);
    }
    let since: Option<UtcTime> =
        message_counts::table.find((recipient, limit.kind)).select(message_counts::since).get_result(tx.conn).optional()?;
    Ok(Some(since.map_or(at, |since| since + limit.within)))
}

/// Counts a message whose sender is signed in and can be asked to wait.
///
/// # Errors
/// 429 with the time to wait.
pub fn check(tx: &mut Tx, recipient: &str, limit: &RecipientLimit) -> Result<()> {
    match count(tx, recipient, limit, tx.now)? {
        None => Ok(()),
        Some(next) => Err(Error::too_many((next.get() - tx.now.get()).to_std().unwrap_or_default())),
    }
}

/// Deletes counters whose window is over; returns how many.
///
/// # Errors
/// When the database fails.
pub fn delete_expired(tx: &mut Tx) -> Result<usize> {
    Ok(diesel::delete(message_counts::table.filter(message_counts::since.lt(tx.now - MAX_WINDOW))).execute(tx.conn)?)
}
