//! Messages leave through here: written in the transaction that causes them, sent by a worker afterwards.

pub mod transport;
pub mod worker;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::db::Conn;
use super::db::schema::outbox;
use super::error::Result;
use super::ids::{Id, UtcTime};
use super::seal::{Place, Sealer};

/// A message to one person. Its words are neutral: they name neither the service nor its field.
#[derive(Clone, Serialize, Deserialize)]
pub struct Letter {
    /// The e-mail address.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// The text.
    pub body: String,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Letter(…)")
    }
}

/// Queues a letter in the present transaction. `kind` says in one word what it is about (`appointment_booked`).
///
/// # Errors
/// When the row cannot be written; then nothing else of the transaction is kept either.
pub fn queue(conn: &mut Conn, sealer: &Sealer, kind: &'static str, letter: &Letter, now: UtcTime) -> Result<Id> {
    let id = Id::new(now);
    diesel::insert_into(outbox::table)
        .values((
            outbox::id.eq(id),
            outbox::kind.eq(kind),
            outbox::message.eq(sealer.seal_json(place(id), letter)?),
            outbox::state.eq("queued"),
            outbox::attempts.eq(0),
            outbox::due_at.eq(now),
            outbox::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(id)
}

fn place(id: Id) -> Place {
    Place("outbox.message", id)
}
