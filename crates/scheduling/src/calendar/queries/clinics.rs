//! Clinics.

use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};
use diesel::prelude::*;

use crate::calendar::model::{AppointmentKind, AppointmentMode, Clinic, ClinicRecord, ClinicTerms};
use crate::schema::clinics;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};

#[derive(Queryable, Selectable)]
#[diesel(table_name = clinics)]
struct Row {
    id: Id,
    clinician_id: Id,
    weekday: i32,
    starts_local: NaiveTime,
    ends_local: NaiveTime,
    slot_minutes: i32,
    gap_minutes: i32,
    kind: AppointmentKind,
    mode: AppointmentMode,
    place: Option<String>,
    valid_from: NaiveDate,
    valid_until: Option<NaiveDate>,
    slots_until: NaiveDate,
    ended_at: Option<UtcTime>,
    version: i32,
    on_bank_holidays: bool,
}

impl Row {
    fn into_record(self) -> Result<ClinicRecord> {
        let minutes = |value: i32| u16::try_from(value).map_err(|_| Error::internal("a stored clinic has invalid minutes"));
        let day = u8::try_from(self.weekday - 1).ok().and_then(|day| Weekday::try_from(day).ok());
        let terms = ClinicTerms {
            weekday: day.ok_or_else(|| Error::internal("a stored clinic has an invalid weekday"))?,
            from: self.starts_local,
            until: self.ends_local,
            slot_minutes: minutes(self.slot_minutes)?,
            gap_minutes: minutes(self.gap_minutes)?,
            kind: self.kind,
            mode: self.mode,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            on_bank_holidays: self.on_bank_holidays,
        };
        Ok(ClinicRecord {
            id: self.id,
            clinic: Clinic { clinician: self.clinician_id, terms },
            place: self.place,
            slots_until: self.slots_until,
            ended_at: self.ended_at,
            version: self.version,
        })
    }
}

/// The clinic with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<ClinicRecord>> {
    let row = clinics::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    row.map(Row::into_record).transpose()
}

/// A clinician's clinics that have not been ended.
pub fn active(tx: &mut Tx, clinician: Id) -> Result<Vec<ClinicRecord>> {
    let query = clinics::table.filter(clinics::clinician_id.eq(clinician)).filter(clinics::ended_at.is_null());
    let rows: Vec<Row> = query.order(clinics::id).select(Row::as_select()).load(tx.conn)?;
    rows.into_iter().map(Row::into_record).collect()
}

/// A clinician's clinics, oldest first, after this one.
pub fn list(tx: &mut Tx, clinician: Id, after: Option<Id>, limit: i64) -> Result<Vec<ClinicRecord>> {
    let mut query = clinics::table.filter(clinics::clinician_id.eq(clinician)).select(Row::as_select()).into_boxed();
    if let Some(after) = after {
        query = query.filter(clinics::id.gt(after));
    }
    let rows: Vec<Row> = query.order(clinics::id).limit(limit).load(tx.conn)?;
    rows.into_iter().map(Row::into_record).collect()
}

/// The clinics that would be held on this day if it were no bank holiday, and are not held on bank holidays: each with its clinician.
pub fn without_bank_holidays(tx: &mut Tx, day: NaiveDate) -> Result<Vec<(Id, Id)>> {
    let weekday = i32::from(day.weekday().num_days_from_monday() as u8) + 1;
    Ok(clinics::table
        .filter(clinics::ended_at.is_null())
        .filter(clinics::weekday.eq(weekday))
        .filter(clinics::on_bank_holidays.eq(false))
        .filter(clinics::valid_from.le(day))
        .filter(clinics::valid_until.is_null().or(clinics::valid_until.ge(day)))
        .order(clinics::id)
        .select((clinics::id, clinics::clinician_id))
        .load(tx.conn)?)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = clinics, treat_none_as_null = true)]
struct Terms<'a> {
    weekday: i32,
    starts_local: NaiveTime,
    ends_local: NaiveTime,
    slot_minutes: i32,
    gap_minutes: i32,
    kind: AppointmentKind,
    mode: AppointmentMode,
    place: Option<&'a str>,
    valid_from: NaiveDate,
    valid_until: Option<NaiveDate>,
    slots_until: NaiveDate,
    version: i32,
    updated_at: UtcTime,
    on_bank_holidays: bool,
}

fn terms(record: &ClinicRecord, now: UtcTime) -> Terms<'_> {
    let terms = &record.clinic.terms;
    Terms {
        weekday: i32::from(terms.weekday.num_days_from_monday() as u8) + 1,
        starts_local: terms.from,
        ends_local: terms.until,
        slot_minutes: terms.slot_minutes.into(),
        gap_minutes: terms.gap_minutes.into(),
        kind: terms.kind,
        mode: terms.mode,
        place: record.place.as_deref(),
        valid_from: terms.valid_from,
        valid_until: terms.valid_until,
        slots_until: record.slots_until,
        version: record.version,
        updated_at: now,
        on_bank_holidays: terms.on_bank_holidays,
    }
}

/// Stores a new clinic.
pub fn insert(tx: &mut Tx, record: &ClinicRecord) -> Result<()> {
    let row = (
        clinics::id.eq(record.id),
        clinics::clinician_id.eq(record.clinic.clinician),
        clinics::created_at.eq(tx.now),
        terms(record, tx.now),
    );
    diesel::insert_into(clinics::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// Replaces a clinic.
pub fn replace(tx: &mut Tx, record: &ClinicRecord) -> Result<()> {
    diesel::update(clinics::table.find(record.id)).set(terms(record, tx.now)).execute(tx.conn)?;
    Ok(())
}

/// Ends a clinic.
pub fn end(tx: &mut Tx, id: Id) -> Result<()> {
    diesel::update(clinics::table.find(id))
        .set((clinics::ended_at.eq(Some(tx.now)), clinics::updated_at.eq(tx.now), clinics::version.eq(clinics::version + 1)))
        .execute(tx.conn)?;
    Ok(())
}

/// Records that the slots of a clinician's clinics exist up to this day.
pub fn set_slots_until(tx: &mut Tx, clinician: Id, until: NaiveDate) -> Result<()> {
    let behind = clinics::table
        .filter(clinics::clinician_id.eq(clinician))
        .filter(clinics::ended_at.is_null())
        .filter(clinics::slots_until.lt(until));
    diesel::update(behind).set(clinics::slots_until.eq(until)).execute(tx.conn)?;
    Ok(())
}

/// The clinicians of the clinics whose slots do not reach this day yet, those that are furthest behind first.
pub fn behind_horizon(tx: &mut Tx, horizon: NaiveDate, limit: i64) -> Result<Vec<Id>> {
    let mut ids: Vec<Id> = clinics::table
        .filter(clinics::ended_at.is_null())
        .filter(clinics::slots_until.lt(horizon))
        .order(clinics::slots_until)
        .limit(limit)
        .select(clinics::clinician_id)
        .load(tx.conn)?;
    ids.sort();
    ids.dedup();
    Ok(ids)
}
