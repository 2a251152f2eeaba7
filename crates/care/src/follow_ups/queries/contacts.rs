//! Calls about follow-ups. They are added, never changed.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::follow_ups::model::FollowUpContactAttemptOutcome;
use crate::schema::{follow_up_contacts, follow_ups};
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::seal::{Place, readable_or_none};

const NOTE: &str = "follow_up_contacts.note";

/// A call about a follow-up.
#[derive(Debug, Clone)]
pub struct Contact {
    pub id: Id,
    pub at: UtcTime,
    /// The account of the caller.
    pub by: Id,
    pub outcome: FollowUpContactAttemptOutcome,
    /// What was written about it; `None` too when that cannot be read, which must not hide the other calls.
    pub note: Option<Private<String>>,
}

/// Adds a call, and sets when to call again.
pub fn add(tx: &mut Tx, follow_up: Id, contact: &Contact, call_again: Option<UtcTime>) -> Result<()> {
    let note = contact.note.as_ref().map(|note| tx.sealer.seal_text(Place(NOTE, contact.id), note.reveal())).transpose()?;
    diesel::insert_into(follow_up_contacts::table)
        .values((
            follow_up_contacts::id.eq(contact.id),
            follow_up_contacts::follow_up_id.eq(follow_up),
            follow_up_contacts::at.eq(contact.at),
            follow_up_contacts::made_by.eq(contact.by),
            follow_up_contacts::outcome.eq(contact.outcome),
            follow_up_contacts::note.eq(note),
        ))
        .execute(tx.conn)?;
    diesel::update(follow_ups::table.find(follow_up)).set(follow_ups::call_due_at.eq(call_again)).execute(tx.conn)?;
    Ok(())
}

/// The last hundred calls about a follow-up, oldest first.
pub fn list(tx: &mut Tx, follow_up: Id) -> Result<Vec<Contact>> {
    type Row = (Id, UtcTime, Id, FollowUpContactAttemptOutcome, Option<Vec<u8>>);
    let rows: Vec<Row> = follow_up_contacts::table
        .filter(follow_up_contacts::follow_up_id.eq(follow_up))
        .order(follow_up_contacts::id.desc())
        .limit(100)
        .select((
            follow_up_contacts::id,
            follow_up_contacts::at,
            follow_up_contacts::made_by,
            follow_up_contacts::outcome,
            follow_up_contacts::note,
        ))
        .load(tx.conn)?;
    rows.into_iter()
        .rev()
        .map(|(id, at, by, outcome, note)| {
            let note = note.map(|note| readable_or_none(tx.sealer.open_text(Place(NOTE, id), &note))).transpose()?.flatten();
            Ok(Contact { id, at, by, outcome, note: note.map(Private::new) })
        })
        .collect()
}

/// The time and result of the last call about each of these follow-ups.
pub fn latest(tx: &mut Tx, ids: &[Id]) -> Result<BTreeMap<Id, (UtcTime, FollowUpContactAttemptOutcome)>> {
    let rows: Vec<(Id, UtcTime, FollowUpContactAttemptOutcome)> = follow_up_contacts::table
        .filter(follow_up_contacts::follow_up_id.eq_any(ids.to_vec()))
        .order((follow_up_contacts::at, follow_up_contacts::id))
        .select((follow_up_contacts::follow_up_id, follow_up_contacts::at, follow_up_contacts::outcome))
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|(id, at, outcome)| (id, (at, outcome))).collect())
}
