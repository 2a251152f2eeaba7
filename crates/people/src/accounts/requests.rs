//! What is asked for an address without a session: a registration, another confirmation link, a new password. The request itself
//! is written down and nothing else, whatever is true of the address, so that neither the answer nor its time shows whether there
//! is an account. A background task decides.

use diesel::prelude::*;

use crate::schema::address_requests;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

platform::words! {
    /// What is asked for an address.
    pub enum Asked {
        /// That a registration be confirmed.
        Registration = "registration",
        /// Another confirmation link.
        ConfirmationLink = "confirmation_link",
        /// A link for a new password.
        PasswordReset = "password_reset",
    }
}

/// A request that is to be decided.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = address_requests)]
pub struct AddressRequest {
    pub id: Id,
    /// What is asked.
    pub kind: Asked,
    /// The blind index of the address.
    pub email_index: String,
    /// The pending registration.
    pub registration_id: Option<Id>,
    /// When it was asked.
    pub created_at: UtcTime,
}

/// Writes a request down, to be decided at `due`. It is written however often was asked before: the time of the answer would
/// show that others asked for the address.
///
/// # Errors
/// When the database refuses.
pub fn ask(tx: &mut Tx, kind: Asked, email_index: &str, registration: Option<Id>, due: UtcTime) -> Result<()> {
    diesel::insert_into(address_requests::table)
        .values((
            address_requests::id.eq(Id::new(tx.now)),
            address_requests::kind.eq(kind),
            address_requests::email_index.eq(email_index),
            address_requests::registration_id.eq(registration),
            address_requests::due_at.eq(due),
            address_requests::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The requests that are due, the earliest first.
///
/// # Errors
/// When the database refuses.
pub fn due(tx: &mut Tx, limit: i64) -> Result<Vec<AddressRequest>> {
    Ok(address_requests::table
        .filter(address_requests::due_at.le(tx.now))
        .order((address_requests::due_at, address_requests::id))
        .limit(limit)
        .select(AddressRequest::as_select())
        .load(tx.conn)?)
}

/// Takes a request on, in the transaction that decides it; false when another instance has decided it.
///
/// # Errors
/// When the database refuses.
pub fn take(tx: &mut Tx, id: Id) -> Result<bool> {
    Ok(diesel::delete(address_requests::table.find(id)).execute(tx.conn)? == 1)
}
