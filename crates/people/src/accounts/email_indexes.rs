//! The indexes by which accounts are found by their email address.

use diesel::prelude::*;

use super::model::Role;
use crate::schema::accounts;
use platform::Tx;
use platform::error::{Error, Result, violates};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use platform::seal::{Place, Sealer, readable_or_none};

pub(super) const EMAIL: &str = "accounts.email";

/// The blind index of an email address.
pub fn email_index(sealer: &Sealer, email: &str) -> String {
    sealer.blind_index("email", email)
}

/// The index of a staff account whose address is not confirmed yet, from the index of the address. The address may be that of a
/// practitioner, and equal indexes would tell a thief of the database which one. A confirmed address belongs to one account.
pub(super) fn invited_index(sealer: &Sealer, email_index: &str) -> String {
    sealer.blind_index("invited_email", email_index)
}

/// The refusal for an address that belongs to another account, or the error as it is.
pub(super) fn email_taken(error: diesel::result::Error) -> Error {
    if violates(&error, "accounts_email|accounts_staff_email|accounts.email_index") {
        Reason::EmailTaken.into()
    } else {
        Error::from(error)
    }
}

/// Stores the index that belongs to each staff account, where an earlier version stored another: that of the address once it is confirmed,
/// and another one before. Returns how many were changed.
///
/// # Errors
/// When the database fails.
pub fn renew(tx: &mut Tx) -> Result<usize> {
    let staff: Vec<Role> = Role::ALL.iter().copied().filter(|role| *role != Role::Practitioner).collect();
    let rows: Vec<(Id, Vec<u8>, String, Option<UtcTime>)> = accounts::table
        .filter(accounts::role.eq_any(staff))
        .select((accounts::id, accounts::email, accounts::email_index, accounts::email_verified_at))
        .load(tx.conn)?;
    let mut renewed = 0;
    for (id, sealed, stored, verified_at) in rows {
        let Some(email) = readable_or_none(tx.sealer.open_text(Place(EMAIL, id), &sealed))? else { continue };
        let confirmed = email_index(tx.sealer, &email);
        let right = if verified_at.is_some() { confirmed } else { invited_index(tx.sealer, &confirmed) };
        if stored == right {
            continue;
        }
        let set = tx.savepoint(|tx| {
            let account = accounts::table.find(id);
            diesel::update(account).set(accounts::email_index.eq(&right)).execute(tx.conn).map_err(email_taken)
        });
        match set {
            Ok(changed) => renewed += changed,
            // The address belongs to another account by now, so this one is not found by it.
            Err(error) if error.reason() == Reason::EmailTaken => {}
            Err(error) => return Err(error),
        }
    }
    Ok(renewed)
}
