//! Requests about an email address that need no session: a registration, another confirmation link, a new password. A request is
//! stored in the same way whether or not the address has an account, so that neither the answer nor its time shows it. A
//! background job decides about it.

use diesel::prelude::*;

use crate::schema::address_requests;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

platform::string_enum! {
    /// What is requested for an email address.
    pub enum EmailRequestKind {
        /// A link to confirm a registration.
        Registration = "registration",
        /// Another confirmation link.
        ConfirmationLink = "confirmation_link",
        /// A link to choose a new password.
        PasswordReset = "password_reset",
    }
}

/// A request that waits for a decision.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = address_requests)]
pub struct EmailRequest {
    pub id: Id,
    /// What is requested.
    pub kind: EmailRequestKind,
    /// The blind index of the email address.
    pub email_index: String,
    /// The pending registration.
    pub registration_id: Option<Id>,
    /// When it was requested.
    pub created_at: UtcTime,
}

/// Stores a request to be decided at `due`, however many were made before: otherwise the time of the answer would show that
/// others made requests for the address.
///
/// # Errors
/// When the database fails.
pub fn create(tx: &mut Tx, kind: EmailRequestKind, email_index: &str, registration: Option<Id>, due: UtcTime) -> Result<()> {
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
/// When the database fails.
pub fn due(tx: &mut Tx, limit: i64) -> Result<Vec<EmailRequest>> {
    Ok(address_requests::table
        .filter(address_requests::due_at.le(tx.now))
        .order((address_requests::due_at, address_requests::id))
        .limit(limit)
        .select(EmailRequest::as_select())
        .load(tx.conn)?)
}

/// Claims a request in the transaction that decides about it; false when another instance has done so.
///
/// # Errors
/// When the database fails.
pub fn claim(tx: &mut Tx, id: Id) -> Result<bool> {
    Ok(diesel::delete(address_requests::table.find(id)).execute(tx.conn)? == 1)
}
