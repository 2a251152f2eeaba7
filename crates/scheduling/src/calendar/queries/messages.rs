//! The statements about calendar changes that are to be reported to clinicians.

use diesel::prelude::*;

use crate::calendar::model::{CalendarMessages, Change, ChangeKind};
use crate::schema::{calendar_changes, calendar_message_preferences};
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// Adds a change to those that a message reports.
pub fn add(tx: &mut Tx, message: Id, change: &Change) -> Result<()> {
    diesel::insert_into(calendar_changes::table)
        .values((
            calendar_changes::id.eq(Id::new(tx.now)),
            calendar_changes::message_id.eq(message),
            calendar_changes::position.eq(count(tx, message)?),
            calendar_changes::kind.eq(change.kind),
            calendar_changes::subject_id.eq(change.subject),
            calendar_changes::old_starts_at.eq(change.from),
            calendar_changes::new_starts_at.eq(change.to),
        ))
        .execute(tx.conn)?;
    Ok(())
}

fn count(tx: &mut Tx, message: Id) -> Result<i32> {
    let changes: i64 = calendar_changes::table.filter(calendar_changes::message_id.eq(message)).count().get_result(tx.conn)?;
    Ok(i32::try_from(changes).unwrap_or(i32::MAX))
}

/// True when a message already reports a change of the same thing.
pub fn already_reports(tx: &mut Tx, message: Id, change: &Change) -> Result<bool> {
    let found = calendar_changes::table
        .filter(calendar_changes::message_id.eq(message))
        .filter(calendar_changes::kind.eq(change.kind))
        .filter(calendar_changes::subject_id.eq(change.subject))
        .select(calendar_changes::id);
    Ok(found.first::<Id>(tx.conn).optional()?.is_some())
}

/// The changes that a message reports, in their order.
pub fn changes(tx: &mut Tx, message: Id) -> Result<Vec<Change>> {
    let rows: Vec<(ChangeKind, Id, Option<UtcTime>, Option<UtcTime>)> = calendar_changes::table
        .filter(calendar_changes::message_id.eq(message))
        .order(calendar_changes::position)
        .select((
            calendar_changes::kind,
            calendar_changes::subject_id,
            calendar_changes::old_starts_at,
            calendar_changes::new_starts_at,
        ))
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|(kind, subject, from, to)| Change { kind, subject, from, to }).collect())
}

/// When a clinician gets messages, and the version of that preference; 0 when they have never set it.
pub fn preference(tx: &mut Tx, clinician: Id) -> Result<(CalendarMessages, i32)> {
    let columns = (calendar_message_preferences::calendar, calendar_message_preferences::version);
    let stored = calendar_message_preferences::table.find(clinician).select(columns).get_result(tx.conn).optional()?;
    Ok(stored.unwrap_or((CalendarMessages::Immediately, 0)))
}

/// Replaces that preference; `version` is the stored one. The caller must have locked the account.
pub fn set_preference(tx: &mut Tx, clinician: Id, preference: CalendarMessages, version: i32) -> Result<()> {
    let columns = (
        calendar_message_preferences::calendar.eq(preference),
        calendar_message_preferences::version.eq(version + 1),
        calendar_message_preferences::updated_at.eq(tx.now),
    );
    if version == 0 {
        diesel::insert_into(calendar_message_preferences::table)
            .values((
                calendar_message_preferences::clinician_id.eq(clinician),
                calendar_message_preferences::created_at.eq(tx.now),
                columns,
            ))
            .execute(tx.conn)?;
    } else {
        diesel::update(calendar_message_preferences::table.find(clinician)).set(columns).execute(tx.conn)?;
    }
    Ok(())
}
