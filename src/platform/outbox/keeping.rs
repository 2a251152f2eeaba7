//! The outbox as its keepers see it: what stands where, what can be sent again, and when rows go. Never whom or what.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{Carrier, MessageState};
use crate::platform::db::Conn;
use crate::platform::db::schema::outbox;
use crate::platform::error::Result;
use crate::platform::ids::{Id, UtcTime};
use crate::platform::refusal::Code;

/// How long the row of a message stays that is done with. Its words went when it did.
pub const DONE: TimeDelta = TimeDelta::days(30);
/// How long one stays that could not be sent and that nobody has sent again.
pub const UNDONE: TimeDelta = TimeDelta::days(90);
/// How many rows go at a time.
const SWEEP: i64 = 500;

/// A message as its keepers see it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = outbox)]
pub struct Kept {
    /// Names the message.
    pub id: Id,
    /// What it is about, in one word.
    pub kind: String,
    /// How it travels; none until that is decided.
    pub channel: Option<Carrier>,
    /// Where it stands.
    pub state: MessageState,
    /// How often it was tried.
    pub attempts: i32,
    /// When it was asked for.
    pub created_at: UtcTime,
    /// When it is or was to be sent.
    pub due_at: UtcTime,
    /// When it was handed over.
    pub sent_at: Option<UtcTime>,
    /// What went wrong last.
    pub failure: Option<String>,
}

/// Messages, the newest first.
///
/// # Errors
/// When the database refuses.
pub fn list(conn: &mut Conn, state: Option<MessageState>, before: Option<Id>, limit: i64) -> Result<Vec<Kept>> {
    let mut query = outbox::table.select(Kept::as_select()).into_boxed();
    if let Some(state) = state {
        query = query.filter(outbox::state.eq(state));
    }
    if let Some(before) = before {
        query = query.filter(outbox::id.lt(before));
    }
    Ok(query.order(outbox::id.desc()).limit(limit).load(conn)?)
}

/// The message of that id.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut Conn, id: Id) -> Result<Option<Kept>> {
    Ok(outbox::table.find(id).select(Kept::as_select()).get_result(conn).optional()?)
}

/// Puts a message that is dead or has failed back into the queue, under the same id; false when there is none of that id.
///
/// # Errors
/// 409 `not_replayable` when it stands otherwise, or when its words are gone and nobody can find them again.
pub fn replay(conn: &mut Conn, id: Id, now: UtcTime) -> Result<bool> {
    let found: Option<(MessageState, Vec<u8>, Option<Id>)> =
        outbox::table.find(id).select((outbox::state, outbox::message, outbox::recipient_id)).get_result(conn).optional()?;
    let Some((state, message, recipient)) = found else { return Ok(false) };
    let fits = matches!(state, MessageState::Dead | MessageState::Failed) && (recipient.is_some() || !message.is_empty());
    let there = outbox::table.find(id).filter(outbox::state.eq(state));
    let again = (
        outbox::state.eq(MessageState::Queued),
        outbox::attempts.eq(0),
        outbox::due_at.eq(now),
        outbox::sent_at.eq(None::<UtcTime>),
        outbox::keep_until.eq(None::<UtcTime>),
    );
    if !fits || diesel::update(there).set(again).execute(conn)? != 1 {
        return Err(Code::NotReplayable.into());
    }
    Ok(true)
}

/// Lets rows go whose time is up; returns how many.
///
/// # Errors
/// When the database refuses; the next round tries again.
pub fn sweep(conn: &mut Conn, now: UtcTime) -> Result<usize> {
    let ids: Vec<Id> = outbox::table
        .filter(outbox::keep_until.le(Some(now)))
        .order(outbox::keep_until)
        .limit(SWEEP)
        .select(outbox::id)
        .load(conn)?;
    if ids.is_empty() {
        return Ok(0);
    }
    Ok(diesel::delete(outbox::table.filter(outbox::id.eq_any(ids))).execute(conn)?)
}

/// Lets messages go for good, whatever became of them: nothing is kept of those to whom they went.
///
/// # Errors
/// When the database refuses.
pub fn forget(conn: &mut Conn, messages: &[Id]) -> Result<usize> {
    if messages.is_empty() {
        return Ok(0);
    }
    Ok(diesel::delete(outbox::table.filter(outbox::id.eq_any(messages.to_vec()))).execute(conn)?)
}

/// How the outbox is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// How many messages wait, those for another day included.
    pub queued: i64,
    /// How many were given up.
    pub dead: i64,
    /// Since when the oldest of those has been due that should have gone.
    pub overdue_since: Option<UtcTime>,
}

/// Counts.
///
/// # Errors
/// When the database refuses.
pub fn figures(conn: &mut Conn, now: UtcTime) -> Result<Figures> {
    let count = |state: MessageState| outbox::table.filter(outbox::state.eq(state)).count();
    let oldest = outbox::table
        .filter(outbox::state.eq(MessageState::Queued))
        .filter(outbox::due_at.le(now))
        .order(outbox::due_at)
        .select(outbox::due_at);
    Ok(Figures {
        queued: count(MessageState::Queued).get_result(conn)?,
        dead: count(MessageState::Dead).get_result(conn)?,
        overdue_since: oldest.first(conn).optional()?,
    })
}

/// Shows the figures to whoever watches.
pub fn publish(figures: Figures, now: UtcTime) {
    let number = |count: i64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    metrics::gauge!("confide_messages_queued").set(number(figures.queued));
    metrics::gauge!("confide_messages_dead").set(number(figures.dead));
    let age = figures.overdue_since.map_or(0, |since| (now.get() - since.get()).num_seconds());
    metrics::gauge!("confide_messages_oldest_due_seconds").set(number(age));
}
