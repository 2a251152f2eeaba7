//! The statements about opt-outs.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::outreach::model::OptOutSource;
use crate::schema::outreach_opt_outs::dsl;
use crate::schema::outreach_recipients::dsl as recipients;
use platform::Tx;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::Id;
use platform::on;

/// Which of these address hashes have opted out.
pub fn opted_out(tx: &mut Tx, indexes: &[String]) -> Result<HashSet<String>> {
    let found = dsl::outreach_opt_outs.filter(dsl::address_index.eq_any(indexes.to_vec()));
    Ok(found.select(dsl::address_index).load::<String>(tx.conn)?.into_iter().collect())
}

/// Records an opt-out; nothing changes when it is already recorded.
pub fn add(tx: &mut Tx, index: &str, source: OptOutSource) -> Result<()> {
    let row = (dsl::address_index.eq(index), dsl::at.eq(tx.now), dsl::source.eq(source));
    on!(tx.conn, |inner| diesel::insert_into(dsl::outreach_opt_outs).values(row).on_conflict_do_nothing().execute(inner))?;
    Ok(())
}

/// Erases the address everywhere; returns the messages to it that may still be queued. The rows are locked first, so that a run
/// which is sending to it finishes before.
pub fn erase_address(tx: &mut Tx, index: &str) -> Result<Vec<Id>> {
    let rows = recipients::outreach_recipients
        .filter(recipients::address_index.eq(index))
        .order(recipients::id)
        .select((recipients::id, recipients::message_id));
    let rows: Vec<(Id, Option<Id>)> = match tx.conn {
        Conn::Postgres(inner) => rows.for_update().load(inner)?,
        Conn::Sqlite(inner) => rows.load(inner)?,
    };
    let ids: Vec<Id> = rows.iter().map(|(id, _)| *id).collect();
    if !ids.is_empty() {
        diesel::update(recipients::outreach_recipients.filter(recipients::id.eq_any(ids)))
            .set(recipients::address.eq(Vec::<u8>::new()))
            .execute(tx.conn)?;
    }
    Ok(rows.into_iter().filter_map(|(_, message)| message).collect())
}
