//! The last check before anything is sent: nothing is rendered for a silenced account, and nothing is sent to its addresses,
//! whatever the source. An account is silenced when its practitioner has died.

use diesel::prelude::*;

use super::{Message, MessageState, admin};
use crate::Tx;
use crate::error::Result;
use crate::ids::Id;
use crate::schema::{outbox, silenced_addresses};
use crate::seal::Sealer;

fn index(sealer: &Sealer, address: &str) -> String {
    sealer.blind_index("silenced_address", address)
}

/// Silences an account and its addresses, and discards every message to it that has not been sent yet. Returns how many were
/// discarded.
///
/// # Errors
/// When the database fails.
pub fn begin(tx: &mut Tx, account: Id, addresses: &[String]) -> Result<usize> {
    for address in addresses {
        let row = (
            silenced_addresses::account_id.eq(account),
            silenced_addresses::address_index.eq(index(tx.sealer, address)),
            silenced_addresses::at.eq(tx.now),
        );
        crate::on!(tx.conn, |inner| diesel::insert_into(silenced_addresses::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(inner))?;
    }
    let waiting = outbox::table
        .filter(outbox::recipient_id.eq(Some(account)))
        .filter(outbox::state.eq_any([MessageState::Queued, MessageState::Claimed]));
    let dropped = (
        outbox::state.eq(MessageState::Dropped),
        outbox::message.eq(Vec::<u8>::new()),
        outbox::keep_until.eq(Some(tx.now + admin::RETAIN_FINISHED)),
    );
    Ok(diesel::update(waiting).set(dropped).execute(tx.conn)?)
}

/// Allows messages to an account again.
///
/// # Errors
/// When the database fails.
pub fn end(tx: &mut Tx, account: Id) -> Result<()> {
    diesel::delete(silenced_addresses::table.filter(silenced_addresses::account_id.eq(account))).execute(tx.conn)?;
    Ok(())
}

/// Deletes what silences an account that is deleted itself; returns how many addresses. They may be used by other people by then.
///
/// # Errors
/// When the database fails.
pub fn erase(tx: &mut Tx, account: Id) -> Result<usize> {
    Ok(diesel::delete(silenced_addresses::table.filter(silenced_addresses::account_id.eq(account))).execute(tx.conn)?)
}

/// True for an account that is silenced.
///
/// # Errors
/// When the database fails.
pub fn is_silenced(tx: &mut Tx, account: Id) -> Result<bool> {
    let rows = silenced_addresses::table.filter(silenced_addresses::account_id.eq(account));
    Ok(rows.select(silenced_addresses::account_id).first::<Id>(tx.conn).optional()?.is_some())
}

/// True when a message goes to a silenced address.
pub(super) fn is_to_silenced_address(tx: &mut Tx, message: &Message) -> Result<bool> {
    let rows = silenced_addresses::table.filter(silenced_addresses::address_index.eq(index(tx.sealer, message.to())));
    Ok(rows.select(silenced_addresses::account_id).first::<Id>(tx.conn).optional()?.is_some())
}
