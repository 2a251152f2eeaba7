//! The audit trail: who did what to which record. A row is written in the same transaction as the action, and chained by hash
//! later, so that a removed or altered row is detected and no request waits for another to extend the chain.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;
use sha2::{Digest, Sha256};

use super::db::Conn;
use super::error::Result;
use super::ids::{Id, UtcTime};
use crate::Tx;
use crate::schema::audit_events;

/// The account or part of the system that acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// The account; none for a caller who is not signed in and for the system itself.
    pub id: Option<Id>,
    /// The role, or `anonymous` or `system`.
    pub role: &'static str,
}

impl Actor {
    /// The service itself, for its background jobs.
    pub const SYSTEM: Self = Self { id: None, role: "system" };
    /// A caller who is not signed in.
    pub const ANONYMOUS: Self = Self { id: None, role: "anonymous" };
}

/// Records that `actor` did `action` (such as `appointment.booked` or `assessment.read`) to `subject`, given as its kind and id.
///
/// # Errors
/// When the row cannot be written; the transaction is then rolled back.
pub fn record(tx: &mut Tx, actor: Actor, action: &'static str, subject: (&'static str, Option<Id>)) -> Result<()> {
    diesel::insert_into(audit_events::table)
        .values((
            audit_events::id.eq(Id::new(tx.now)),
            audit_events::at.eq(tx.now),
            audit_events::actor_id.eq(actor.id),
            audit_events::actor_role.eq(actor.role),
            audit_events::action.eq(action),
            audit_events::subject_kind.eq(subject.0),
            audit_events::subject_id.eq(subject.1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Records the same action for several subjects of one kind, in one statement.
///
/// # Errors
/// As [`record`].
pub fn record_each(tx: &mut Tx, actor: Actor, action: &'static str, kind: &'static str, subjects: &[Id]) -> Result<()> {
    if subjects.is_empty() {
        return Ok(());
    }
    let row = |subject: &Id| {
        (
            audit_events::id.eq(Id::new(tx.now)),
            audit_events::at.eq(tx.now),
            audit_events::actor_id.eq(actor.id),
            audit_events::actor_role.eq(actor.role),
            audit_events::action.eq(action),
            audit_events::subject_kind.eq(kind),
            audit_events::subject_id.eq(Some(*subject)),
        )
    };
    let rows: Vec<_> = subjects.iter().map(row).collect();
    crate::on!(tx.conn, |inner| diesel::insert_into(audit_events::table).values(&rows).execute(inner))?;
    Ok(())
}

#[derive(Queryable)]
struct Event {
    id: Id,
    at: UtcTime,
    actor_id: Option<Id>,
    actor_role: String,
    action: String,
    subject_kind: String,
    subject_id: Option<Id>,
    chain_number: Option<i64>,
    chain_hash: Option<String>,
}

impl Event {
    /// The hash of this event when it follows `before` in the chain.
    fn link(&self, number: i64, before: &str) -> String {
        let text = |id: &Option<Id>| id.map_or_else(String::new, |id| id.to_string());
        let fields = [
            before.to_owned(),
            number.to_string(),
            self.id.to_string(),
            self.at.to_string(),
            text(&self.actor_id),
            self.actor_role.clone(),
            self.action.clone(),
            self.subject_kind.clone(),
            text(&self.subject_id),
        ];
        URL_SAFE_NO_PAD.encode(Sha256::digest(fields.join("\n").as_bytes()))
    }
}

/// How many rows are chained or verified at a time.
const BATCH: i64 = 500;

/// Chains rows that are committed and not yet chained; returns how many. Instances take turns: by an advisory lock on PostgreSQL,
/// by the single writer on SQLite.
///
/// # Errors
/// When the database fails; the next run tries again.
pub fn chain(tx: &mut Tx) -> Result<usize> {
    if let Conn::Postgres(inner) = tx.conn {
        diesel::sql_query("SELECT pg_advisory_xact_lock(7270116)").execute(inner)?;
    }
    let last = audit_events::table
        .filter(audit_events::chain_number.is_not_null())
        .order(audit_events::chain_number.desc())
        .select((audit_events::chain_number, audit_events::chain_hash))
        .limit(1)
        .get_result::<(Option<i64>, Option<String>)>(tx.conn)
        .optional()?;
    let (mut number, mut hash) = last.map_or((0, String::new()), |(n, h)| (n.unwrap_or(0), h.unwrap_or_default()));
    let waiting: Vec<Event> = audit_events::table
        .filter(audit_events::chain_hash.is_null())
        .order(audit_events::id)
        .limit(BATCH)
        .select(audit_events::all_columns)
        .load(tx.conn)?;
    for event in &waiting {
        number += 1;
        hash = event.link(number, &hash);
        diesel::update(audit_events::table.find(event.id))
            .set((audit_events::chain_number.eq(number), audit_events::chain_hash.eq(&hash)))
            .execute(tx.conn)?;
    }
    Ok(waiting.len())
}

/// Verifies the whole chain and returns the number of the first link that does not match (its row is altered, or a row before it
/// is missing).
///
/// # Errors
/// When the database cannot be read.
pub fn first_broken_link(tx: &mut Tx) -> Result<Option<i64>> {
    let (mut number, mut hash) = (0, String::new());
    loop {
        let batch: Vec<Event> = audit_events::table
            .filter(audit_events::chain_number.gt(Some(number)))
            .order(audit_events::chain_number)
            .limit(BATCH)
            .select(audit_events::all_columns)
            .load(tx.conn)?;
        if batch.is_empty() {
            return Ok(None);
        }
        for event in batch {
            number += 1;
            hash = event.link(number, &hash);
            if event.chain_number != Some(number) || event.chain_hash.as_ref() != Some(&hash) {
                return Ok(Some(number));
            }
        }
    }
}
