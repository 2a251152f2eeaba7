//! Absences.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::calendar::model::Absence;
use crate::calendar::rules::MAX_ABSENCE_DAYS;
use crate::schema::absences;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::seal::{Place, Sealer, readable_or_none};

const NOTE: &str = "absences.note";
const LONGEST: TimeDelta = TimeDelta::days(MAX_ABSENCE_DAYS + 1);

#[derive(Queryable, Selectable)]
#[diesel(table_name = absences)]
struct Row {
    id: Id,
    clinician_id: Id,
    starts_at: UtcTime,
    ends_at: UtcTime,
    note: Option<Vec<u8>>,
    reserved_for: Option<Id>,
}

/// An absence as it is stored.
#[derive(Debug, Clone)]
pub struct AbsenceRecord {
    pub id: Id,
    pub clinician: Id,
    pub starts_at: UtcTime,
    pub ends_at: UtcTime,
    /// The reason, in the clinician's words.
    pub note: Option<Private<String>>,
    /// What the time is reserved for; none for an ordinary absence.
    pub reserved_for: Option<Id>,
}

fn unseal(sealer: &Sealer, row: Row) -> Result<AbsenceRecord> {
    let note = row.note.map(|note| readable_or_none(sealer.open_text(Place(NOTE, row.id), &note))).transpose()?.flatten();
    Ok(AbsenceRecord {
        id: row.id,
        clinician: row.clinician_id,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        note: note.map(Private::new),
        reserved_for: row.reserved_for,
    })
}

/// Stores a new absence.
pub fn insert(tx: &mut Tx, absence: &AbsenceRecord) -> Result<()> {
    let note = absence.note.as_ref().map(|note| tx.sealer.seal_text(Place(NOTE, absence.id), note.reveal())).transpose()?;
    diesel::insert_into(absences::table)
        .values((
            absences::id.eq(absence.id),
            absences::clinician_id.eq(absence.clinician),
            absences::starts_at.eq(absence.starts_at),
            absences::ends_at.eq(absence.ends_at),
            absences::note.eq(note),
            absences::created_at.eq(tx.now),
            absences::reserved_for.eq(absence.reserved_for),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The absence with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<AbsenceRecord>> {
    let row = absences::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    row.map(|row| unseal(tx.sealer, row)).transpose()
}

/// Deletes an absence; false when it does not exist any more.
pub fn delete(tx: &mut Tx, id: Id) -> Result<bool> {
    Ok(diesel::delete(absences::table.find(id)).execute(tx.conn)? == 1)
}

/// Releases a clinician's time that was reserved for these ids.
pub fn release(tx: &mut Tx, clinician: Id, reserved_for: &[Id]) -> Result<()> {
    for ids in reserved_for.chunks(500) {
        let ids: Vec<Option<Id>> = ids.iter().copied().map(Some).collect();
        diesel::delete(absences::table.filter(absences::reserved_for.eq_any(ids)).filter(absences::clinician_id.eq(clinician)))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// The times of a clinician that are reserved from `from` on.
pub fn reserved(tx: &mut Tx, clinician: Id, from: UtcTime) -> Result<Vec<(UtcTime, UtcTime)>> {
    Ok(absences::table
        .filter(absences::clinician_id.eq(clinician))
        .filter(absences::starts_at.gt(from - LONGEST))
        .filter(absences::reserved_for.is_not_null())
        .select((absences::starts_at, absences::ends_at))
        .load(tx.conn)?)
}

/// A clinician's absences that are not over, as the rules need them.
pub fn upcoming(tx: &mut Tx, clinician: Id) -> Result<Vec<Absence>> {
    let mut spans: Vec<(UtcTime, UtcTime)> = absences::table
        .filter(absences::clinician_id.eq(clinician))
        .filter(absences::starts_at.gt(tx.now - LONGEST))
        .select((absences::starts_at, absences::ends_at))
        .load(tx.conn)?;
    spans.retain(|(_, ends_at)| *ends_at > tx.now);
    Ok(spans.into_iter().map(|(from, to)| Absence { starts_at: from.get(), ends_at: to.get() }).collect())
}

/// A clinician's absences in order of their start, after the absence with this start and id.
pub fn list(tx: &mut Tx, clinician: Id, after: Option<(UtcTime, Id)>, limit: i64) -> Result<Vec<AbsenceRecord>> {
    let mut query = absences::table.filter(absences::clinician_id.eq(clinician)).select(Row::as_select()).into_boxed();
    if let Some((starts_at, id)) = after {
        let later = absences::starts_at.gt(starts_at);
        query = query.filter(later.or(absences::starts_at.eq(starts_at).and(absences::id.gt(id))));
    }
    let rows: Vec<Row> = query.order((absences::starts_at, absences::id)).limit(limit).load(tx.conn)?;
    rows.into_iter().map(|row| unseal(tx.sealer, row)).collect()
}

/// A clinician's absences that overlap a window.
pub fn within(tx: &mut Tx, clinician: Id, from: UtcTime, to: UtcTime) -> Result<Vec<AbsenceRecord>> {
    let rows: Vec<Row> = absences::table
        .filter(absences::clinician_id.eq(clinician))
        .filter(absences::starts_at.gt(from - LONGEST))
        .filter(absences::starts_at.lt(to))
        .order(absences::starts_at)
        .select(Row::as_select())
        .load(tx.conn)?;
    rows.into_iter().filter(|row| row.ends_at > from).map(|row| unseal(tx.sealer, row)).collect()
}
