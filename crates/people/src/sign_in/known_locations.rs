//! The network addresses from which an account was signed in to before. When others try its password from many addresses, further
//! attempts are refused, but not from an address that is known here. An owner who chooses a new password with a link can sign in
//! from their present address too.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::schema::sign_in_locations;
use platform::Tx;
use platform::db::types::sql;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::Sealer;

/// How long an address stays known after its last use.
const LIFE: TimeDelta = TimeDelta::days(90);

/// Takes the place of the account id where there is no account. It has no known address.
pub const NO_ACCOUNT: Id = Id(uuid::Uuid::nil());

/// The blind index of a network address. It differs from account to account.
fn index(sealer: &Sealer, account: Id, origin: &str) -> String {
    // The purpose is part of every stored index, so it stays.
    sealer.blind_index("sign_in_place", &format!("{account} {origin}"))
}

/// Whether the account was signed in to from this address.
///
/// # Errors
/// When the database fails.
pub fn is_known(tx: &mut Tx, account: Id, origin: &str) -> Result<bool> {
    let last_seen: Option<UtcTime> = sign_in_locations::table
        .find((account, index(tx.sealer, account, origin)))
        .select(sign_in_locations::last_seen_at)
        .get_result(tx.conn)
        .optional()?;
    Ok(last_seen.is_some_and(|time| tx.now - LIFE < time))
}

/// Records that the owner of the account uses this address.
///
/// # Errors
/// When the database fails.
pub fn record(tx: &mut Tx, account: Id, origin: &str) -> Result<()> {
    diesel::sql_query(
        "INSERT INTO sign_in_locations (account_id, location_index, last_seen_at) VALUES ($1, $2, $3) \
         ON CONFLICT (account_id, location_index) DO UPDATE SET last_seen_at = excluded.last_seen_at",
    )
    .bind::<sql::Id, _>(account)
    .bind::<diesel::sql_types::Text, _>(index(tx.sealer, account, origin))
    .bind::<sql::UtcTime, _>(tx.now)
    .execute(tx.conn)?;
    Ok(())
}

/// Deletes addresses whose last use is too long ago; returns how many.
///
/// # Errors
/// When the database fails.
pub fn sweep(tx: &mut Tx) -> Result<usize> {
    Ok(diesel::delete(sign_in_locations::table.filter(sign_in_locations::last_seen_at.lt(tx.now - LIFE))).execute(tx.conn)?)
}
