//! All messages are sent from here: stored in the transaction that causes them, sent by a worker afterwards.
//!
//! A message is either a sealed email or text message with its content from the start, or a *notification*: only its recipient
//! and its subject. The content of a notification, its carrier, and whether it is sent at all are decided when it is due, from
//! the data at that time, by the module that knows its kind ([`NotificationRegistry`]).
//!
//! Each message keeps one id. A claim is a lease by the database's clock, which another instance takes over when the holder has
//! stopped, and the result of an attempt is stored only under the claim's own token. Right before a message is handed over that
//! is recorded, so it is known of each message whether it may have been sent. If it may have been and there is no answer, a
//! folder shows it (the id is the file's name) and a text gateway can be asked (the id is its reference). A mail server cannot be
//! asked: there the message is sent once more with the same Message-ID, by which mailboxes recognise a repeat, and after that a
//! person decides.

pub mod admin;
pub mod carriers;
mod claims;
pub mod delivery;
mod handover;
pub mod limits;
pub mod lookup;
mod message;
mod notifications;
pub mod notify;
pub mod outcome;
mod results;
pub mod silence;
mod smtp;
pub mod text;
pub mod timing;
pub mod transport;
pub mod worker;

use diesel::prelude::*;

pub use message::{Email, Message, MessageCarrier, MessageState, TextMessage};
pub use notifications::{Decision, NotificationRegistry, Render, ScheduledNotification};

use crate::Tx;
use crate::error::Result;
use crate::ids::{Id, UtcTime};
use crate::schema::outbox;

/// Queues an email in the current transaction. `kind` is the kind of message (`confirm_email`). It is sent at once, at any hour:
/// this is for messages that someone is waiting for.
///
/// # Errors
/// When the row cannot be written; the transaction is then rolled back.
pub fn queue_email(tx: &mut Tx, kind: &'static str, email: &Email) -> Result<Id> {
    queue_message(tx, kind, &Message::Email(email.clone()))
}

/// Queues an email about something to a person without an account, as [`queue_email`] does. It can be discarded until it is sent
/// ([`discard_waiting`]).
///
/// # Errors
/// As [`queue_email`].
pub fn queue_email_about(tx: &mut Tx, kind: &'static str, subject: (&'static str, Id), email: &Email) -> Result<Id> {
    let id = queue_email(tx, kind, email)?;
    diesel::update(outbox::table.find(id))
        .set((outbox::subject_kind.eq(Some(subject.0)), outbox::subject_id.eq(Some(subject.1))))
        .execute(tx.conn)?;
    Ok(id)
}

/// Queues an email or text message as [`queue_email`] does.
///
/// # Errors
/// As [`queue_email`].
pub fn queue_message(tx: &mut Tx, kind: &'static str, message: &Message) -> Result<Id> {
    let id = Id::new(tx.now);
    diesel::insert_into(outbox::table)
        .values((
            outbox::id.eq(id),
            outbox::kind.eq(kind),
            outbox::message.eq(message.seal(tx.sealer, id)?),
            outbox::channel.eq(Some(message.channel())),
            outbox::state.eq(MessageState::Queued),
            outbox::attempts.eq(0),
            outbox::due_at.eq(tx.now),
            outbox::created_at.eq(tx.now),
            outbox::doubts.eq(0),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Queues many emails and text messages as [`queue_email`] does, in one statement; returns their ids in order.
///
/// # Errors
/// As [`queue_email`].
pub fn queue_messages(tx: &mut Tx, kind: &'static str, messages: &[Message]) -> Result<Vec<Id>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    let row = |message: &Message| {
        let id = Id::new(tx.now);
        let (state, channel, message) = (MessageState::Queued, Some(message.channel()), message.seal(tx.sealer, id)?);
        Ok(NewMessage { id, kind, message, channel, state, attempts: 0, due_at: tx.now, created_at: tx.now, doubts: 0 })
    };
    let rows: Vec<NewMessage> = messages.iter().map(row).collect::<Result<_>>()?;
    crate::on!(tx.conn, |inner| diesel::insert_into(outbox::table).values(&rows).execute(inner))?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

#[derive(Insertable)]
#[diesel(table_name = outbox, treat_none_as_default_value = false)]
struct NewMessage {
    id: Id,
    kind: &'static str,
    message: Vec<u8>,
    channel: Option<MessageCarrier>,
    state: MessageState,
    attempts: i32,
    due_at: UtcTime,
    created_at: UtcTime,
    doubts: i32,
}

/// Discards messages that have not been sent yet, because they are no longer wanted. An instance that is about to send one checks
/// once more. Returns how many.
///
/// # Errors
/// When the database fails.
pub fn cancel_queued(tx: &mut Tx, messages: &[Id]) -> Result<usize> {
    if messages.is_empty() {
        return Ok(0);
    }
    let waiting = outbox::table
        .filter(outbox::id.eq_any(messages.to_vec()))
        .filter(outbox::state.eq_any([MessageState::Queued, MessageState::Claimed]));
    let dropped = (
        outbox::state.eq(MessageState::Dropped),
        outbox::message.eq(Vec::<u8>::new()),
        outbox::keep_until.eq(Some(tx.now + admin::RETAIN_FINISHED)),
    );
    Ok(diesel::update(waiting).set(dropped).execute(tx.conn)?)
}

/// Queues, in the current transaction, a notification to an account about something, to be decided on at `due`. `kind` must be in
/// the [`NotificationRegistry`].
///
/// # Errors
/// When the row cannot be written; the transaction is then rolled back.
pub fn schedule_notification(
    tx: &mut Tx,
    kind: &'static str,
    recipient: Id,
    subject: (&'static str, Id),
    due: UtcTime,
) -> Result<()> {
    schedule_notification_with_id(tx, kind, recipient, subject, due).map(|_| ())
}

/// The same, for a caller that stores something with the message; returns its id.
///
/// # Errors
/// As [`schedule_notification`].
pub fn schedule_notification_with_id(
    tx: &mut Tx,
    kind: &'static str,
    recipient: Id,
    subject: (&'static str, Id),
    due: UtcTime,
) -> Result<Id> {
    let id = Id::new(tx.now);
    diesel::insert_into(outbox::table)
        .values((
            outbox::id.eq(id),
            outbox::kind.eq(kind),
            outbox::message.eq(Vec::<u8>::new()),
            outbox::state.eq(MessageState::Queued),
            outbox::attempts.eq(0),
            outbox::due_at.eq(due),
            outbox::created_at.eq(tx.now),
            outbox::recipient_id.eq(Some(recipient)),
            outbox::subject_kind.eq(Some(subject.0)),
            outbox::subject_id.eq(Some(subject.1)),
            outbox::doubts.eq(0),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Discards the notifications about something that have not been sent yet, because later events have replaced them. An instance
/// that is about to send one checks once more. Returns how many.
///
/// # Errors
/// When the database fails.
pub fn discard_waiting(tx: &mut Tx, subject: Id) -> Result<usize> {
    let waiting = outbox::table
        .filter(outbox::subject_id.eq(Some(subject)))
        .filter(outbox::state.eq_any([MessageState::Queued, MessageState::Claimed]));
    let dropped = (
        outbox::state.eq(MessageState::Dropped),
        outbox::message.eq(Vec::<u8>::new()),
        outbox::keep_until.eq(Some(tx.now + admin::RETAIN_FINISHED)),
    );
    Ok(diesel::update(waiting).set(dropped).execute(tx.conn)?)
}

/// True when a notification of this kind about something is waiting for this recipient already.
///
/// # Errors
/// When the database fails.
pub fn is_waiting(tx: &mut Tx, kind: &'static str, recipient: Id, subject: Id) -> Result<bool> {
    let waiting = outbox::table
        .filter(outbox::subject_id.eq(Some(subject)))
        .filter(outbox::state.eq(MessageState::Queued))
        .filter(outbox::recipient_id.eq(Some(recipient)))
        .filter(outbox::kind.eq(kind))
        .select(outbox::id);
    Ok(waiting.first::<Id>(tx.conn).optional()?.is_some())
}

/// True when a notification of one of these kinds about something was queued for this recipient at this time or later, whatever became of
/// it.
///
/// # Errors
/// When the database fails.
pub fn was_queued_since(tx: &mut Tx, kinds: &[&'static str], (recipient, subject): (Id, Id), since: UtcTime) -> Result<bool> {
    let queued = outbox::table
        .filter(outbox::subject_id.eq(Some(subject)))
        .filter(outbox::recipient_id.eq(Some(recipient)))
        .filter(outbox::kind.eq_any(kinds.to_vec()))
        .filter(outbox::created_at.ge(since))
        .select(outbox::id);
    Ok(queued.first::<Id>(tx.conn).optional()?.is_some())
}
