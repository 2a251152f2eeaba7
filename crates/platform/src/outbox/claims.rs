//! Which instance sends which message. A claim has its own token and ends by the database's clock, which all instances share:
//! until then no other instance sends the message, and its result is stored only under the same token.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::limits::{self, PendingMessage};
use super::outcome::MAX_DOUBTS;
use super::timing::{self, CandidateNotification, OverlapRule};
use super::{Decision, Message, MessageCarrier, MessageState, NotificationRegistry, ScheduledNotification, admin, silence};
use crate::Tx;
use crate::db::Conn;
use crate::db::types::sql;
use crate::error::Result;
use crate::ids::{Id, UtcTime};
use crate::schema::outbox;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = sql::Id)]
    id: Id,
    #[diesel(sql_type = diesel::sql_types::Text)]
    kind: String,
    #[diesel(sql_type = diesel::sql_types::Binary)]
    message: Vec<u8>,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    attempts: i32,
    #[diesel(sql_type = sql::UtcTime)]
    created_at: UtcTime,
    #[diesel(sql_type = sql::UtcTime)]
    due_at: UtcTime,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    channel: Option<MessageCarrier>,
    #[diesel(sql_type = diesel::sql_types::Nullable<sql::Id>)]
    recipient_id: Option<Id>,
    #[diesel(sql_type = diesel::sql_types::Nullable<sql::Id>)]
    subject_id: Option<Id>,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    doubts: i32,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    failure: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Nullable<sql::UtcTime>)]
    tried_at: Option<UtcTime>,
    #[diesel(sql_type = diesel::sql_types::Nullable<sql::UtcTime>)]
    overdue_since: Option<UtcTime>,
}

const COLUMNS: &str = "id, kind, message, attempts, created_at, due_at, channel, recipient_id, subject_id, doubts, failure, tried_at, \
                       overdue_since";

/// A message that this instance may send while its claim is valid.
#[derive(Debug)]
pub(super) struct Claimed {
    /// The id of the message.
    pub id: Id,
    /// The token of the claim.
    pub token: Id,
    /// Tries that have counted so far.
    pub attempts: i32,
    /// Hand-overs without an answer so far.
    pub doubts: i32,
    /// Since when it has been due.
    pub overdue_since: UtcTime,
    /// The last failure and its time.
    pub failed: Option<(String, UtcTime)>,
    /// The message, or why it could not be rendered.
    pub message: std::result::Result<Message, &'static str>,
}

/// The messages of one run.
#[derive(Debug, Default)]
pub(super) struct ClaimBatch {
    /// How many messages were due.
    pub due: usize,
    /// The messages to send.
    pub claimed: Vec<Claimed>,
}

/// What one run claims.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClaimRequest {
    pub carrier: MessageCarrier,
    /// How many messages at most.
    pub limit: usize,
    /// How long the claims last.
    pub lease: TimeDelta,
}

/// Claims messages that are due for a carrier and renders the notifications among them in the same transaction. A notification
/// whose carrier is not decided yet is claimed for any carrier; when it turns out to be for another carrier, it is requeued for
/// that one. Expired claims come first.
pub(super) fn claim(tx: &mut Tx, composers: &NotificationRegistry, request: ClaimRequest) -> Result<ClaimBatch> {
    let token = Id::new(tx.now);
    let mut rows = Vec::new();
    for state in [MessageState::Claimed, MessageState::Queued] {
        for decided in [true, false] {
            let remaining = request.limit - rows.len().min(request.limit);
            if remaining > 0 {
                rows.extend(take(tx, state, decided.then_some(request.carrier), remaining, request.lease, token)?);
            }
        }
    }
    rows.sort_by_key(|row| row.id);
    let mut round = ClaimBatch { due: rows.len(), claimed: Vec::with_capacity(rows.len()) };
    for row in rows {
        round.claimed.extend(prepare(tx, composers, request.carrier, row, token)?);
    }
    Ok(round)
}

/// The current time of the database as SQL, and that time plus `later`.
fn clock(conn: &Conn, later: TimeDelta) -> (&'static str, String) {
    let milliseconds = later.num_milliseconds();
    match conn {
        Conn::Postgres(_) => ("clock_timestamp()", format!("clock_timestamp() + interval '{milliseconds} milliseconds'")),
        // In the format of the column: microseconds, of which SQLite provides the first three digits.
        Conn::Sqlite(_) => (
            "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')",
            format!("strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '+{}.{:03} seconds')", milliseconds / 1000, milliseconds % 1000),
        ),
    }
}

fn take(
    tx: &mut Tx,
    state: MessageState,
    carrier: Option<MessageCarrier>,
    limit: usize,
    lease: TimeDelta,
    token: Id,
) -> Result<Vec<Row>> {
    let (database_now, until) = clock(tx.conn, lease);
    let skip = if matches!(tx.conn, Conn::Postgres(_)) { "FOR UPDATE SKIP LOCKED" } else { "" };
    let carrier_filter =
        carrier.map_or_else(|| "channel IS NULL".to_owned(), |carrier| format!("channel = '{}'", carrier.as_str()));
    let (due, order) = match state {
        // A message that was handed over twice without an answer is not handed over again automatically.
        MessageState::Claimed => {
            (format!("lease_until <= {database_now} AND due_at <= $2 AND doubts < {MAX_DOUBTS}"), "lease_until")
        }
        _ => ("due_at <= $2".to_owned(), "due_at"),
    };
    let rows = diesel::sql_query(format!(
        "UPDATE outbox SET state = 'claimed', claim_token = $1, lease_until = {until} \
         WHERE id IN (SELECT id FROM outbox WHERE state = '{}' AND {carrier_filter} AND {due} ORDER BY {order} LIMIT {limit} \
         {skip}) \
         RETURNING {COLUMNS}",
        state.as_str()
    ))
    .bind::<sql::Id, _>(token)
    .bind::<sql::UtcTime, _>(tx.now)
    .load(tx.conn)?;
    Ok(rows)
}

/// Messages that were handed over twice and whose claim ended, as it does when an instance stops: a person decides about them.
/// Returns how many.
pub(super) fn mark_in_doubt(tx: &mut Tx) -> Result<usize> {
    let (database_now, _) = clock(tx.conn, TimeDelta::zero());
    let done = diesel::sql_query(format!(
        "UPDATE outbox SET state = 'in_doubt', claim_token = NULL, lease_until = NULL, failure = 'sender gone', keep_until = $1 \
         WHERE state = 'claimed' AND doubts >= {MAX_DOUBTS} AND lease_until <= {database_now}"
    ))
    .bind::<sql::UtcTime, _>(tx.now + admin::RETAIN_UNSENT)
    .execute(tx.conn)?;
    Ok(done)
}

/// The message to send, if any.
fn prepare(
    tx: &mut Tx,
    composers: &NotificationRegistry,
    carrier: MessageCarrier,
    row: Row,
    token: Id,
) -> Result<Option<Claimed>> {
    let stored = || match row.channel {
        Some(channel) => Message::open(tx.sealer, row.id, channel, &row.message).map_err(|_| "seal"),
        None => Err("seal"),
    };
    let notification = notification_of(&row);
    if let Some(reason) = discard_reason(tx, composers, &row, notification.as_ref())? {
        discard(tx, row.id, Some(reason))?;
        return Ok(None);
    }
    let verdict = match &notification {
        None => match stored() {
            Ok(message) if silence::is_to_silenced_address(tx, &message)? => Ok(Decision::Discard),
            message => message.map(Decision::Send),
        },
        Some(notification) if silence::is_silenced(tx, notification.recipient)? => Ok(Decision::Discard),
        Some(notification) => match decide(tx, composers, notification) {
            // A message that may have been sent is sent again unchanged, or not at all.
            Ok(Decision::Send(_)) if row.doubts > 0 && !row.message.is_empty() => stored().map(Decision::Send),
            verdict => verdict,
        },
    };
    let message = match verdict {
        Err(what) => Err(what),
        Ok(verdict) => match limits::postpone_over_limit(tx, composers, pending_message(&row), verdict)? {
            Decision::Postpone(when) => return requeue(tx, row.id, when).map(|()| None),
            Decision::Discard => return discard(tx, row.id, None).map(|()| None),
            Decision::Send(message) => {
                if notification.is_some() {
                    let sealed = message.seal(tx.sealer, row.id)?;
                    diesel::update(outbox::table.find(row.id))
                        .set((outbox::channel.eq(Some(message.channel())), outbox::message.eq(sealed)))
                        .execute(tx.conn)?;
                    if message.channel() != carrier {
                        return requeue(tx, row.id, row.due_at).map(|()| None);
                    }
                }
                Ok(message)
            }
        },
    };
    Ok(Some(Claimed {
        id: row.id,
        token,
        attempts: row.attempts,
        doubts: row.doubts,
        overdue_since: row.overdue_since.unwrap_or(row.due_at),
        failed: row.failure.zip(row.tried_at),
        message,
    }))
}

/// Why a message must not be sent any more, whatever its content: it is too late for its kind, or another message replaces it.
fn discard_reason(
    tx: &mut Tx,
    composers: &NotificationRegistry,
    row: &Row,
    notification: Option<&ScheduledNotification>,
) -> Result<Option<&'static str>> {
    let timing = composers.timing(&row.kind);
    // A link or a code is valid from its creation; a notification is late by its due time.
    let since = if notification.is_some() { row.overdue_since.unwrap_or(row.due_at) } else { row.created_at };
    if timing.is_some_and(|timing| timing.is_late(since, tx.now)) {
        return Ok(Some("too late"));
    }
    let Some(notification) = notification else { return Ok(None) };
    let mine = CandidateNotification {
        id: row.id,
        kind: &row.kind,
        due_at: row.due_at,
        recipient: notification.recipient,
        subject: notification.subject,
    };
    let overlap = |kind: &str| composers.timing(kind).map_or(OverlapRule::Update, |timing| timing.overlap);
    Ok(timing::is_replaced(tx, mine, overlap)?.then_some("overtaken"))
}

fn pending_message(row: &Row) -> PendingMessage<'_> {
    // Messages without an account have their text from the start; those without a subject are counted where they are requested.
    let is_fresh = row.recipient_id.is_none() && row.subject_id.is_some() && row.tried_at.is_none() && row.doubts == 0;
    PendingMessage { id: row.id, kind: &row.kind, is_counted: !row.message.is_empty() && !is_fresh }
}

fn notification_of(row: &Row) -> Option<ScheduledNotification> {
    let (recipient, subject) = row.recipient_id.zip(row.subject_id)?;
    Some(ScheduledNotification { id: row.id, kind: row.kind.clone(), recipient, subject, created_at: row.created_at })
}

fn decide(
    tx: &mut Tx,
    composers: &NotificationRegistry,
    notification: &ScheduledNotification,
) -> std::result::Result<Decision, &'static str> {
    // A kind may be unknown to an older instance while a newer version is being rolled out.
    let render = composers.renderer(&notification.kind).ok_or("kind")?;
    tx.savepoint(|tx| render(tx, notification)).map_err(|error| {
        tracing::warn!(message.id = %notification.id, code = error.reason().code().as_str(), "a notification was not rendered");
        "rendering"
    })
}

/// Returns a message to the queue; this does not count as an attempt.
fn requeue(tx: &mut Tx, id: Id, when: UtcTime) -> Result<()> {
    diesel::update(outbox::table.find(id))
        .set((outbox::state.eq(MessageState::Queued), outbox::due_at.eq(when), released()))
        .execute(tx.conn)?;
    Ok(())
}

fn discard(tx: &mut Tx, id: Id, reason: Option<&'static str>) -> Result<()> {
    diesel::update(outbox::table.find(id))
        .set((
            outbox::state.eq(MessageState::Dropped),
            outbox::message.eq(Vec::<u8>::new()),
            outbox::failure.eq(reason),
            outbox::keep_until.eq(Some(tx.now + admin::RETAIN_FINISHED)),
            released(),
        ))
        .execute(tx.conn)?;
    Ok(())
}

pub(super) type Released =
    (diesel::dsl::Eq<outbox::claim_token, Option<Id>>, diesel::dsl::Eq<outbox::lease_until, Option<UtcTime>>);

/// Ends a claim.
pub(super) fn released() -> Released {
    (outbox::claim_token.eq(None), outbox::lease_until.eq(None))
}

/// The last check before a message is handed over: true while the claim is valid and nothing has replaced the message. From then
/// on the message may have been sent, so that is recorded first; the claim starts again, for the time that the answer may take.
pub(super) fn hand_over(tx: &mut Tx, id: Id, token: Id, lease: TimeDelta) -> Result<bool> {
    let (database_now, until) = clock(tx.conn, lease);
    let held = diesel::sql_query(format!(
        "UPDATE outbox SET doubts = doubts + 1, lease_until = {until} \
         WHERE id = $1 AND claim_token = $2 AND state = 'claimed' AND lease_until > {database_now}"
    ))
    .bind::<sql::Id, _>(id)
    .bind::<sql::Id, _>(token)
    .execute(tx.conn)?;
    Ok(held == 1)
}
