//! SQL statements about sessions.

use diesel::prelude::*;

use super::model::{EndReason, Session};
use crate::accounts::model::Role;
use crate::schema::{accounts, sessions};
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::seal::{Place, readable_or_none};

const DEVICE: &str = "sessions.device";

/// The facts that decide whether a token of a session is still valid.
#[derive(Debug, Queryable)]
pub struct SessionStatus {
    /// The account that the session belongs to.
    pub account: Id,
    /// The current role of the account.
    pub role: Role,
    active: bool,
    ended_at: Option<UtcTime>,
    expires_at: UtcTime,
}

impl SessionStatus {
    /// True while the session is active and the account is open.
    pub fn is_valid(&self, now: UtcTime) -> bool {
        self.active && self.ended_at.is_none() && now < self.expires_at
    }
}

/// The status of a session.
pub fn status(tx: &mut Tx, session: Id) -> Result<Option<SessionStatus>> {
    Ok(sessions::table
        .inner_join(accounts::table)
        .filter(sessions::id.eq(session))
        .select((accounts::id, accounts::role, accounts::active, sessions::ended_at, sessions::expires_at))
        .get_result(tx.conn)
        .optional()?)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
struct Row {
    id: Id,
    account_id: Id,
    generation: i32,
    rotated_at: UtcTime,
    device: Option<Vec<u8>>,
    created_at: UtcTime,
    last_used_at: UtcTime,
    expires_at: UtcTime,
    ended_at: Option<UtcTime>,
}

impl Row {
    fn session(&self) -> Session {
        Session {
            id: self.id,
            account: self.account_id,
            generation: self.generation,
            rotated_at: self.rotated_at,
            created_at: self.created_at,
            last_used_at: self.last_used_at,
            expires_at: self.expires_at,
            ended_at: self.ended_at,
        }
    }
}

/// Begins a session with its first refresh token.
pub fn begin(tx: &mut Tx, account: Id, device: Option<&Private<String>>, expires_at: UtcTime) -> Result<Id> {
    let id = Id::new(tx.now);
    let device = device.map(|device| tx.sealer.seal_text(Place(DEVICE, id), device.reveal())).transpose()?;
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(id),
            sessions::account_id.eq(account),
            sessions::generation.eq(1),
            sessions::rotated_at.eq(tx.now),
            sessions::device.eq(device),
            sessions::created_at.eq(tx.now),
            sessions::last_used_at.eq(tx.now),
            sessions::expires_at.eq(expires_at),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// A session, with its row locked until the transaction ends.
pub fn lock(tx: &mut Tx, id: Id) -> Result<Option<Session>> {
    if platform::lock_row!(tx.conn, sessions, id)?.is_none() {
        return Ok(None);
    }
    Ok(sessions::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?.map(|row| row.session()))
}

/// Records that the refresh token was exchanged.
pub fn rotate(tx: &mut Tx, id: Id, generation: i32) -> Result<()> {
    diesel::update(sessions::table.find(id))
        .set((sessions::generation.eq(generation), sessions::rotated_at.eq(tx.now), sessions::last_used_at.eq(tx.now)))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends a session; false when it has already ended or belongs to another account.
pub fn end(tx: &mut Tx, account: Id, id: Id, reason: EndReason) -> Result<bool> {
    let running = sessions::table.find(id).filter(sessions::account_id.eq(account)).filter(sessions::ended_at.is_null());
    let ended = diesel::update(running)
        .set((sessions::ended_at.eq(Some(tx.now)), sessions::end_reason.eq(Some(reason))))
        .execute(tx.conn)?;
    Ok(ended == 1)
}

/// Ends every session of an account.
pub fn end_all(tx: &mut Tx, account: Id, reason: EndReason) -> Result<()> {
    diesel::update(sessions::table.filter(sessions::account_id.eq(account)).filter(sessions::ended_at.is_null()))
        .set((sessions::ended_at.eq(Some(tx.now)), sessions::end_reason.eq(Some(reason))))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends the sessions of every account.
pub fn end_every_session(tx: &mut Tx, reason: EndReason) -> Result<()> {
    diesel::update(sessions::table.filter(sessions::ended_at.is_null()))
        .set((sessions::ended_at.eq(Some(tx.now)), sessions::end_reason.eq(Some(reason))))
        .execute(tx.conn)?;
    Ok(())
}

/// The active sessions of an account, oldest first, with the name that the device gave.
pub fn list_active(tx: &mut Tx, account: Id, after: Option<Id>, limit: i64) -> Result<Vec<(Session, Option<Private<String>>)>> {
    let mut query = sessions::table
        .filter(sessions::account_id.eq(account))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(tx.now))
        .select(Row::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(sessions::id.gt(after));
    }
    let rows: Vec<Row> = query.order(sessions::id).limit(limit).load(tx.conn)?;
    rows.into_iter()
        .map(|row| {
            let device = row
                .device
                .as_ref()
                .map(|sealed| readable_or_none(tx.sealer.open_text(Place(DEVICE, row.id), sealed)))
                .transpose()?
                .flatten();
            Ok((row.session(), device.map(Private::new)))
        })
        .collect()
}
