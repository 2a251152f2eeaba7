//! SQL statements about changes of reference data.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::Value;

use super::model::{PINNED, ReferenceChangeState, ReferenceDataset};
use super::overlay::DatedChange;
use crate::schema::{reference_changes, reference_versions};
use platform::Tx;
use platform::db::{Conn, Json, as_json};
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};

/// The one row of `reference_versions`.
const ROW: i32 = 1;

/// The version of all approved changes.
pub fn version(tx: &mut Tx) -> Result<Id> {
    Ok(reference_versions::table.find(ROW).select(reference_versions::version).get_result(tx.conn)?)
}

/// Lets changes of reference data wait for each other until the transaction ends: each is checked against all others.
pub fn lock(tx: &mut Tx) -> Result<()> {
    let row = reference_versions::table.find(ROW).select(reference_versions::id);
    match tx.conn {
        Conn::Postgres(inner) => row.for_update().get_result::<i32>(inner)?,
        Conn::Sqlite(inner) => row.get_result::<i32>(inner)?,
    };
    tx.unpin(PINNED);
    Ok(())
}

/// Lets changes of reference data wait until the transaction ends.
pub fn share_lock(tx: &mut Tx) -> Result<()> {
    if let Conn::Postgres(inner) = tx.conn {
        let row = reference_versions::table.find(ROW).select(reference_versions::id);
        row.for_share().get_result::<i32>(inner)?;
        tx.unpin(PINNED);
    }
    Ok(())
}

/// Replaces the version; returns the number of the change.
fn next_version(tx: &mut Tx) -> Result<i32> {
    diesel::update(reference_versions::table.find(ROW))
        .set((reference_versions::version.eq(Id::new(tx.now)), reference_versions::number.eq(reference_versions::number + 1)))
        .execute(tx.conn)?;
    tx.unpin(PINNED);
    Ok(reference_versions::table.find(ROW).select(reference_versions::number).get_result(tx.conn)?)
}

/// Every approved change. There are a few dozen of them.
pub fn approved_changes(tx: &mut Tx) -> Result<Vec<DatedChange>> {
    let rows: Vec<ChangeRecord> = reference_changes::table
        .filter(reference_changes::state.eq(ReferenceChangeState::Approved))
        .order(reference_changes::number)
        .select(ChangeRecord::as_select())
        .load(tx.conn)?;
    Ok(rows.into_iter().map(ChangeRecord::dated).collect())
}

/// A change as it is stored.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = reference_changes)]
pub struct ChangeRecord {
    pub id: Id,
    pub dataset: ReferenceDataset,
    pub key: String,
    pub valid_from: NaiveDate,
    pub entry: Option<Json<Value>>,
    pub reason: String,
    /// As it is stored: whether a change that waits has expired is decided when it is read.
    pub state: ReferenceChangeState,
    pub number: Option<i32>,
    pub changed_by: Id,
    pub recorded_at: UtcTime,
    pub confirmed_by: Option<Id>,
    pub confirmed_at: Option<UtcTime>,
    pub withdrawn_by: Option<Id>,
    pub withdrawn_at: Option<UtcTime>,
}

impl ChangeRecord {
    /// The change as it replaces shipped data. One that is not approved counts as the latest.
    pub fn dated(self) -> DatedChange {
        DatedChange {
            id: self.id,
            dataset: self.dataset,
            key: self.key,
            valid_from: self.valid_from,
            number: self.number.unwrap_or(i32::MAX),
            entry: self.entry.map(|Json(entry)| entry),
        }
    }
}

/// A change that an administrator asks for.
#[derive(Debug, Clone)]
pub struct NewChange<'a> {
    pub dataset: ReferenceDataset,
    pub key: &'a str,
    pub valid_from: NaiveDate,
    pub entry: Option<&'a Value>,
    pub reason: &'a str,
    pub changed_by: Id,
}

/// Stores a change that waits; see [`approve`].
pub fn insert(tx: &mut Tx, new: &NewChange<'_>) -> Result<Id> {
    let id = Id::new(tx.now);
    diesel::insert_into(reference_changes::table)
        .values((
            reference_changes::id.eq(id),
            reference_changes::dataset.eq(new.dataset),
            reference_changes::key.eq(new.key),
            reference_changes::valid_from.eq(new.valid_from),
            reference_changes::entry.eq(new.entry.map(as_json).transpose()?),
            reference_changes::reason.eq(new.reason),
            reference_changes::state.eq(ReferenceChangeState::Waiting),
            reference_changes::changed_by.eq(new.changed_by),
            reference_changes::recorded_at.eq(tx.now),
            // The table then demands the second administrator, in every dataset.
            reference_changes::needs_second_person.eq(true),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// The change with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<ChangeRecord>> {
    Ok(reference_changes::table.find(id).select(ChangeRecord::as_select()).get_result(tx.conn).optional()?)
}

/// The changes of a dataset, of one key or of all, the newest first.
pub fn list(
    tx: &mut Tx,
    dataset: ReferenceDataset,
    key: Option<&str>,
    before: Option<Id>,
    limit: i64,
) -> Result<Vec<ChangeRecord>> {
    let mut query =
        reference_changes::table.filter(reference_changes::dataset.eq(dataset)).select(ChangeRecord::as_select()).into_boxed();
    if let Some(key) = key {
        query = query.filter(reference_changes::key.eq(key));
    }
    if let Some(before) = before {
        query = query.filter(reference_changes::id.lt(before));
    }
    Ok(query.order(reference_changes::id.desc()).limit(limit).load(tx.conn)?)
}

/// Whether another change of the same entry was approved after this one was proposed.
pub fn is_overtaken(tx: &mut Tx, change: &ChangeRecord) -> Result<bool> {
    let approved = reference_changes::table
        .filter(reference_changes::dataset.eq(change.dataset))
        .filter(reference_changes::key.eq(&change.key))
        .filter(reference_changes::state.eq(ReferenceChangeState::Approved))
        .filter(reference_changes::confirmed_at.gt(Some(change.recorded_at)));
    Ok(diesel::select(diesel::dsl::exists(approved)).get_result(tx.conn)?)
}

/// Confirms a change that waits, from this day on. `by` is the second administrator.
pub fn approve(tx: &mut Tx, id: Id, by: Id, valid_from: NaiveDate) -> Result<()> {
    let number = next_version(tx)?;
    let waiting = reference_changes::table.find(id).filter(reference_changes::state.eq(ReferenceChangeState::Waiting));
    let confirmed = diesel::update(waiting)
        .set((
            reference_changes::state.eq(ReferenceChangeState::Approved),
            reference_changes::number.eq(Some(number)),
            reference_changes::valid_from.eq(valid_from),
            reference_changes::confirmed_by.eq(Some(by)),
            reference_changes::confirmed_at.eq(Some(tx.now)),
        ))
        .execute(tx.conn)?;
    if confirmed == 1 { Ok(()) } else { Err(Error::internal("a change that does not wait is confirmed")) }
}

/// Withdraws a change that waits.
pub fn withdraw(tx: &mut Tx, id: Id, by: Id) -> Result<()> {
    next_version(tx)?;
    diesel::update(reference_changes::table.find(id))
        .set((
            reference_changes::state.eq(ReferenceChangeState::Withdrawn),
            reference_changes::withdrawn_by.eq(Some(by)),
            reference_changes::withdrawn_at.eq(Some(tx.now)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Marks an approved change as begun; false when that was done already.
pub fn begin(tx: &mut Tx, id: Id) -> Result<bool> {
    let waiting = reference_changes::table
        .find(id)
        .filter(reference_changes::state.eq(ReferenceChangeState::Approved))
        .filter(reference_changes::applied_at.is_null());
    Ok(diesel::update(waiting).set(reference_changes::applied_at.eq(Some(tx.now))).execute(tx.conn)? == 1)
}

/// Approved changes whose first day has come and that have not begun.
pub fn due(tx: &mut Tx, today: NaiveDate, limit: i64) -> Result<Vec<ChangeRecord>> {
    let due = reference_changes::table
        .filter(reference_changes::state.eq(ReferenceChangeState::Approved))
        .filter(reference_changes::applied_at.is_null())
        .filter(reference_changes::valid_from.le(today))
        .order((reference_changes::valid_from, reference_changes::number))
        .limit(limit)
        .select(ChangeRecord::as_select());
    Ok(due.load(tx.conn)?)
}
