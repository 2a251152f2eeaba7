//! From where an account was signed in to before. When strangers all over try its password, no more tries are let in from elsewhere,
//! but its owner still gets in from home; and from anywhere once they have chosen a new password by link.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::schema::sign_in_places;
use platform::Tx;
use platform::db::types::sql;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::Sealer;

/// How long a place is known that was not used again.
const LIFE: TimeDelta = TimeDelta::days(90);

/// Stands for the account where there is none: nobody signs in to it from anywhere.
pub const NOBODY: Id = Id(uuid::Uuid::nil());

/// The keyed index of a place; the same network address is another one for another account.
fn index(sealer: &Sealer, account: Id, origin: &str) -> String {
    sealer.blind_index("sign_in_place", &format!("{account} {origin}"))
}

/// Whether the account was signed in to from there.
///
/// # Errors
/// When the database refuses.
pub fn is_known(tx: &mut Tx, account: Id, origin: &str) -> Result<bool> {
    let seen: Option<UtcTime> = sign_in_places::table
        .find((account, index(tx.sealer, account, origin)))
        .select(sign_in_places::last_seen_at)
        .get_result(tx.conn)
        .optional()?;
    Ok(seen.is_some_and(|seen| tx.now - LIFE < seen))
}

/// Notes that the account's owner is there.
///
/// # Errors
/// When the database refuses.
pub fn note(tx: &mut Tx, account: Id, origin: &str) -> Result<()> {
    diesel::sql_query(
        "INSERT INTO sign_in_places (account_id, place_index, last_seen_at) VALUES ($1, $2, $3) \
         ON CONFLICT (account_id, place_index) DO UPDATE SET last_seen_at = excluded.last_seen_at",
    )
    .bind::<sql::Id, _>(account)
    .bind::<diesel::sql_types::Text, _>(index(tx.sealer, account, origin))
    .bind::<sql::UtcTime, _>(tx.now)
    .execute(tx.conn)?;
    Ok(())
}

/// Deletes places that were not used for long; returns how many.
///
/// # Errors
/// When the database refuses.
pub fn sweep(tx: &mut Tx) -> Result<usize> {
    Ok(diesel::delete(sign_in_places::table.filter(sign_in_places::last_seen_at.lt(tx.now - LIFE))).execute(tx.conn)?)
}
