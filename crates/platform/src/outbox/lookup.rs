//! What modules ask about messages that they have queued: which of them are waiting, their states, and their content.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::de::DeserializeOwned;

use super::message::{MessageState, place};
use crate::Tx;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{Id, UtcTime};
use crate::schema::outbox;

/// The message of this kind that waits for a recipient and has not been rendered yet, and when it is due. No instance claims it
/// until this transaction has ended.
///
/// # Errors
/// When the database fails.
pub fn next_waiting(tx: &mut Tx, kind: &'static str, recipient: Id) -> Result<Option<(Id, UtcTime)>> {
    let query = outbox::table
        .filter(outbox::recipient_id.eq(Some(recipient)))
        .filter(outbox::state.eq(MessageState::Queued))
        .filter(outbox::kind.eq(kind))
        .filter(outbox::doubts.eq(0))
        .order(outbox::due_at)
        .select((outbox::id, outbox::due_at));
    Ok(match tx.conn {
        Conn::Postgres(inner) => query.for_update().first(inner).optional()?,
        Conn::Sqlite(inner) => query.first(inner).optional()?,
    })
}

/// Makes a waiting message due earlier.
///
/// # Errors
/// When the database fails.
pub fn bring_forward(tx: &mut Tx, message: Id, due: UtcTime) -> Result<()> {
    diesel::update(outbox::table.find(message)).set(outbox::due_at.eq(due)).execute(tx.conn)?;
    Ok(())
}

/// The states of these messages, as far as their rows still exist.
///
/// # Errors
/// When the database fails.
pub fn states_of(tx: &mut Tx, messages: &[Id]) -> Result<BTreeMap<Id, MessageState>> {
    let stored = outbox::table.filter(outbox::id.eq_any(messages.to_vec())).select((outbox::id, outbox::state));
    Ok(stored.load::<(Id, MessageState)>(tx.conn)?.into_iter().collect())
}

/// The waiting messages of this kind, in the order in which they were requested.
///
/// # Errors
/// When the database fails.
pub fn queued(tx: &mut Tx, kind: &'static str) -> Result<Vec<Id>> {
    let waiting = outbox::table.filter(outbox::state.eq(MessageState::Queued)).filter(outbox::kind.eq(kind));
    Ok(waiting.order(outbox::id).select(outbox::id).load(tx.conn)?)
}

/// The message of this kind that was requested last.
///
/// # Errors
/// When the database fails.
pub fn newest(tx: &mut Tx, kind: &'static str) -> Result<Option<Id>> {
    let all = outbox::table.filter(outbox::kind.eq(kind)).order(outbox::id.desc());
    Ok(all.select(outbox::id).first(tx.conn).optional()?)
}

/// The content of a message, in the form in which it is sent.
///
/// # Errors
/// 404 when the message does not exist; another error when it cannot be read.
pub fn content_of<T: DeserializeOwned>(tx: &mut Tx, id: Id) -> Result<T> {
    let sealed: Option<Vec<u8>> = outbox::table.find(id).select(outbox::message).get_result(tx.conn).optional()?;
    tx.sealer.open_json(place(id), &sealed.ok_or_else(Error::not_found)?)
}
