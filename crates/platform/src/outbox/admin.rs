//! The outbox for administrators: the state of its messages, what can be sent again, and when rows are deleted. Never the
//! recipient or the content.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::limits;
use super::message::{MessageCarrier, MessageState};
use crate::Tx;
use crate::error::Result;
use crate::ids::{Id, UtcTime};
use crate::refusal::Reason;
use crate::schema::outbox;

/// How long the row of a finished message is kept. Its content is deleted when it is sent.
pub const RETAIN_FINISHED: TimeDelta = TimeDelta::days(30);
/// How long the row of a message is kept that could not be sent and was not sent again.
pub const RETAIN_UNSENT: TimeDelta = TimeDelta::days(90);
/// The states of a message that waits for a person's decision.
pub const UNSENT: [MessageState; 3] = [MessageState::Dead, MessageState::Failed, MessageState::InDoubt];
/// How many rows are deleted at a time.
const DELETE_BATCH: i64 = 500;

/// A message without recipient and content, for administrators.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = outbox)]
pub struct MessageRecord {
    /// The id of the message.
    pub id: Id,
    /// The kind of message, such as `confirm_email`.
    pub kind: String,
    /// The carrier; none until it is decided.
    pub channel: Option<MessageCarrier>,
    pub state: MessageState,
    /// How many attempts were made.
    pub attempts: i32,
    pub created_at: UtcTime,
    /// When it is or was to be sent.
    pub due_at: UtcTime,
    /// The last failure.
    pub failure: Option<String>,
}

/// Messages that wait for a person's decision, the newest first.
///
/// # Errors
/// When the database fails.
pub fn list_unsent(tx: &mut Tx, state: Option<MessageState>, before: Option<Id>, limit: i64) -> Result<Vec<MessageRecord>> {
    let mut query = outbox::table.filter(outbox::state.eq_any(UNSENT)).select(MessageRecord::as_select()).into_boxed();
    if let Some(state) = state {
        query = query.filter(outbox::state.eq(state));
    }
    if let Some(before) = before {
        query = query.filter(outbox::id.lt(before));
    }
    Ok(query.order(outbox::id.desc()).limit(limit).load(tx.conn)?)
}

/// The message with that id.
///
/// # Errors
/// When the database fails.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<MessageRecord>> {
    Ok(outbox::table.find(id).select(MessageRecord::as_select()).get_result(tx.conn).optional()?)
}

#[derive(AsChangeset)]
#[diesel(table_name = outbox, treat_none_as_null = true)]
struct Requeued {
    state: MessageState,
    attempts: i32,
    due_at: UtcTime,
    sent_at: Option<UtcTime>,
    overdue_since: Option<UtcTime>,
    keep_until: Option<UtcTime>,
}

/// The changes to a message that a person sends again. The number of hand-overs without an answer stays: a text gateway is asked
/// first, and without an answer the message waits for a person again at once.
fn requeued(now: UtcTime) -> Requeued {
    Requeued { state: MessageState::Queued, attempts: 0, due_at: now, sent_at: None, overdue_since: None, keep_until: None }
}

/// Returns a message that is dead or has failed to the queue, with the same id; false when no message has that id.
///
/// # Errors
/// 409 `not_replayable` when it is in another state, or when its content is deleted and cannot be rendered again; 429 when it may
/// have arrived each time and was sent again too often.
pub fn replay(tx: &mut Tx, id: Id) -> Result<bool> {
    let found: Option<(MessageState, Vec<u8>, Option<Id>)> =
        outbox::table.find(id).select((outbox::state, outbox::message, outbox::recipient_id)).get_result(tx.conn).optional()?;
    let Some((state, message, recipient)) = found else { return Ok(false) };
    let replayable = UNSENT.contains(&state) && (recipient.is_some() || !message.is_empty());
    let unsent = outbox::table.find(id).filter(outbox::state.eq(state));
    if !replayable || diesel::update(unsent).set(requeued(tx.now)).execute(tx.conn)? != 1 {
        return Err(Reason::NotReplayable.into());
    }
    if state == MessageState::InDoubt {
        limits::count_replay(tx, id)?;
    }
    Ok(true)
}

/// Which messages are returned to the queue.
#[derive(Debug, Clone)]
pub struct ReplayFilter {
    /// Messages in this state, one of [`UNSENT`].
    pub state: MessageState,
    /// Only messages of this carrier.
    pub channel: Option<MessageCarrier>,
    /// Only messages that were requested at this instant or later.
    pub since: Option<UtcTime>,
}

/// Returns all messages of a batch to the queue, as [`replay`] does with one. Messages whose content is deleted are left out, and
/// those that were sent again too often. Returns how many.
///
/// # Errors
/// When the database fails.
pub fn replay_all(tx: &mut Tx, batch: &ReplayFilter) -> Result<usize> {
    if !UNSENT.contains(&batch.state) {
        return Ok(0);
    }
    let has_content = diesel::dsl::sql::<diesel::sql_types::Bool>("(recipient_id IS NOT NULL OR length(message) > 0)");
    let mut ids = outbox::table.filter(outbox::state.eq(batch.state)).filter(has_content).select(outbox::id).into_boxed();
    if let Some(channel) = batch.channel {
        ids = ids.filter(outbox::channel.eq(Some(channel)));
    }
    if let Some(since) = batch.since {
        ids = ids.filter(outbox::created_at.ge(since));
    }
    let mut done = 0;
    // In slices, because neither engine accepts a list of unlimited length.
    let mut all: Vec<Id> = ids.order(outbox::id).load(tx.conn)?;
    if batch.state == MessageState::InDoubt {
        all = limits::within_replay_limit(tx, all)?;
    }
    for slice in all.chunks(500) {
        let rows = outbox::table.filter(outbox::id.eq_any(slice.to_vec())).filter(outbox::state.eq(batch.state));
        done += diesel::update(rows).set(requeued(tx.now)).execute(tx.conn)?;
    }
    Ok(done)
}

/// Discards a message that waits for a person's decision; false when no message has that id.
///
/// # Errors
/// 409 `message_settled` when it does not wait for a decision.
pub fn discard_unsent(tx: &mut Tx, id: Id) -> Result<bool> {
    if find(tx, id)?.is_none() {
        return Ok(false);
    }
    let waiting = outbox::table.find(id).filter(outbox::state.eq_any(UNSENT));
    let dropped = (
        outbox::state.eq(MessageState::Dropped),
        outbox::message.eq(Vec::<u8>::new()),
        outbox::keep_until.eq(Some(tx.now + RETAIN_FINISHED)),
    );
    if diesel::update(waiting).set(dropped).execute(tx.conn)? != 1 {
        return Err(Reason::MessageSettled.into());
    }
    Ok(true)
}

/// Deletes rows whose retention has ended; returns how many.
///
/// # Errors
/// When the database fails; the next run tries again.
pub fn delete_expired(tx: &mut Tx) -> Result<usize> {
    let ids: Vec<Id> = outbox::table
        .filter(outbox::keep_until.le(Some(tx.now)))
        .order(outbox::keep_until)
        .limit(DELETE_BATCH)
        .select(outbox::id)
        .load(tx.conn)?;
    if ids.is_empty() {
        return Ok(0);
    }
    Ok(diesel::delete(outbox::table.filter(outbox::id.eq_any(ids))).execute(tx.conn)?)
}

/// Deletes messages completely, whatever their state, so that nothing about their recipients remains.
///
/// # Errors
/// When the database fails.
pub fn erase(tx: &mut Tx, messages: &[Id]) -> Result<usize> {
    if messages.is_empty() {
        return Ok(0);
    }
    Ok(diesel::delete(outbox::table.filter(outbox::id.eq_any(messages.to_vec()))).execute(tx.conn)?)
}

/// Deletes completely every message to an account and every message about one of these records, whatever their state. Returns how many.
///
/// # Errors
/// When the database fails.
pub fn erase_about(tx: &mut Tx, account: Id, subjects: &[Id]) -> Result<usize> {
    let mut erased = diesel::delete(outbox::table.filter(outbox::recipient_id.eq(Some(account)))).execute(tx.conn)?;
    // In slices, because neither engine accepts a list of unlimited length.
    for slice in subjects.chunks(500) {
        let about: Vec<Option<Id>> = slice.iter().copied().map(Some).collect();
        erased += diesel::delete(outbox::table.filter(outbox::subject_id.eq_any(about))).execute(tx.conn)?;
    }
    Ok(erased)
}

/// The counts of one carrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CarrierCounts {
    /// The carrier; none for messages whose carrier is not decided yet.
    pub carrier: Option<MessageCarrier>,
    /// How many messages wait, including those for another day.
    pub queued: i64,
    /// How many could not be delivered and wait for a person's decision.
    pub dead: i64,
    /// How many may have arrived and wait for a person's decision.
    pub in_doubt: i64,
}

/// The counts of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxCounts {
    /// The counts of each carrier.
    pub carriers: Vec<CarrierCounts>,
    /// Since when the oldest message has been due that should have been sent.
    pub overdue_since: Option<UtcTime>,
}

/// Counts the messages.
///
/// # Errors
/// When the database fails.
pub fn counts(tx: &mut Tx) -> Result<OutboxCounts> {
    let mut carriers = Vec::new();
    for carrier in MessageCarrier::ALL.iter().copied().map(Some).chain([None]) {
        let mut count = |state: MessageState| {
            let rows = outbox::table.filter(outbox::state.eq(state));
            match carrier {
                Some(carrier) => rows.filter(outbox::channel.eq(Some(carrier))).count().get_result::<i64>(tx.conn),
                None => rows.filter(outbox::channel.is_null()).count().get_result(tx.conn),
            }
        };
        carriers.push(CarrierCounts {
            carrier,
            queued: count(MessageState::Queued)?,
            dead: count(MessageState::Dead)? + count(MessageState::Failed)?,
            in_doubt: count(MessageState::InDoubt)?,
        });
    }
    let waiting = || outbox::table.filter(outbox::state.eq(MessageState::Queued));
    // A message that was tried is due later, and is overdue all the same.
    let tried: Option<UtcTime> = waiting().select(diesel::dsl::min(outbox::overdue_since)).get_result(tx.conn)?;
    let due: Option<UtcTime> = waiting()
        .filter(outbox::due_at.le(tx.now))
        .filter(outbox::overdue_since.is_null())
        .select(diesel::dsl::min(outbox::due_at))
        .get_result(tx.conn)?;
    Ok(OutboxCounts { carriers, overdue_since: tried.into_iter().chain(due).min() })
}

/// Sets the metrics from the counts.
pub fn publish_metrics(figures: &OutboxCounts, now: UtcTime) {
    let number = |count: i64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    for CarrierCounts { carrier, queued, dead, in_doubt } in &figures.carriers {
        let carrier = carrier.map_or("undecided", MessageCarrier::as_str);
        metrics::gauge!("confide_messages_queued", "carrier" => carrier).set(number(*queued));
        metrics::gauge!("confide_messages_dead", "carrier" => carrier).set(number(*dead));
        metrics::gauge!("confide_messages_in_doubt", "carrier" => carrier).set(number(*in_doubt));
    }
    let age = figures.overdue_since.map_or(0, |since| (now.get() - since.get()).num_seconds());
    metrics::gauge!("confide_messages_oldest_due_seconds").set(number(age));
}
