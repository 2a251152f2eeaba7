//! What other modules ask of appointments.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::booking::model::{AppointmentStatus, Attendance};
use crate::calendar::model::{AppointmentKind, AppointmentMode};
use crate::schema::appointments;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// Whose appointments are asked for.
#[derive(Debug, Clone, Copy)]
pub enum Whose {
    /// This practitioner's.
    Practitioner(Id),
    /// This clinician's.
    Clinician(Id),
}

/// An appointment that has not begun.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Ahead {
    /// Names it.
    pub id: Id,
    /// Whose it is.
    pub practitioner: Id,
    /// With whom.
    pub clinician: Id,
    /// When it begins.
    pub starts_at: UtcTime,
}

/// Appointments that have not begun and are not cancelled.
pub fn ahead(tx: &mut Tx, whose: Whose) -> Result<Vec<Ahead>> {
    let ahead = appointments::table
        .filter(appointments::status.eq(AppointmentStatus::Booked))
        .filter(appointments::starts_at.gt(tx.now))
        .select((appointments::id, appointments::practitioner_id, appointments::clinician_id, appointments::starts_at))
        .into_boxed();
    Ok(match whose {
        Whose::Practitioner(id) => ahead.filter(appointments::practitioner_id.eq(id)),
        Whose::Clinician(id) => ahead.filter(appointments::clinician_id.eq(id)),
    }
    .load(tx.conn)?)
}

/// An appointment that is booked or was attended.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Kept {
    /// Whose it is.
    pub practitioner: Id,
    /// Names it.
    pub id: Id,
    /// With whom.
    pub clinician: Id,
    /// What it is for.
    pub kind: AppointmentKind,
    /// When it begins.
    pub starts_at: UtcTime,
    /// Its status.
    pub status: AppointmentStatus,
    /// When it was first recorded what became of it.
    pub attendance_at: Option<UtcTime>,
}

/// The appointments of these people that are booked or were attended and begin at `from` or later, and of the earlier ones those
/// with these ids.
pub fn kept_since(tx: &mut Tx, people: Vec<Id>, from: UtcTime, ids: Vec<Id>) -> Result<Vec<Kept>> {
    Ok(appointments::table
        .filter(appointments::practitioner_id.eq_any(people))
        .filter(appointments::status.eq_any([AppointmentStatus::Booked, AppointmentStatus::Attended]))
        .filter(appointments::starts_at.ge(from).or(appointments::id.eq_any(ids)))
        .select((
            appointments::practitioner_id,
            appointments::id,
            appointments::clinician_id,
            appointments::kind,
            appointments::starts_at,
            appointments::status,
            appointments::attendance_at,
        ))
        .load(tx.conn)?)
}

/// An appointment, as far as a list of people shows it.
#[derive(Debug, Clone, Copy)]
pub struct Encounter {
    /// When it begins.
    pub starts_at: UtcTime,
    /// With whom.
    pub clinician: Id,
    /// What it is for.
    pub kind: AppointmentKind,
}

/// The last appointment that was attended, and the next one that is booked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Encounters {
    /// The last one attended.
    pub last: Option<Encounter>,
    /// The next one booked.
    pub next: Option<Encounter>,
}

/// Those of these people, in one statement.
pub fn encounters(tx: &mut Tx, people: &[Id]) -> Result<BTreeMap<Id, Encounters>> {
    let booked = appointments::status.eq(AppointmentStatus::Booked).and(appointments::starts_at.gt(tx.now));
    let rows: Vec<(Id, UtcTime, Id, AppointmentKind, AppointmentStatus)> = appointments::table
        .filter(appointments::practitioner_id.eq_any(people.to_vec()))
        .filter(appointments::status.eq(AppointmentStatus::Attended).or(booked))
        .select((
            appointments::practitioner_id,
            appointments::starts_at,
            appointments::clinician_id,
            appointments::kind,
            appointments::status,
        ))
        .order((appointments::starts_at, appointments::id))
        .load(tx.conn)?;
    let mut found: BTreeMap<Id, Encounters> = BTreeMap::new();
    for (person, starts_at, clinician, kind, status) in rows {
        let (own, one) = (found.entry(person).or_default(), Encounter { starts_at, clinician, kind });
        if status == AppointmentStatus::Attended {
            own.last = Some(one);
        } else if own.next.is_none() {
            own.next = Some(one);
        }
    }
    Ok(found)
}

/// When each of these people last attended an appointment.
pub fn last_attended(tx: &mut Tx, people: &[Id]) -> Result<BTreeMap<Id, UtcTime>> {
    let rows: Vec<(Id, Option<UtcTime>)> = appointments::table
        .filter(appointments::practitioner_id.eq_any(people.to_vec()))
        .filter(appointments::status.eq(AppointmentStatus::Attended))
        .group_by(appointments::practitioner_id)
        .select((appointments::practitioner_id, diesel::dsl::max(appointments::starts_at)))
        .load(tx.conn)?;
    Ok(rows.into_iter().filter_map(|(person, last)| Some((person, last?))).collect())
}

/// An appointment that was attended.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Attended {
    /// Names it.
    pub id: Id,
    /// Whose it is.
    pub practitioner: Id,
    /// When it began.
    pub starts_at: UtcTime,
}

/// The attended appointments that began from `from` up to, but not including, `to`, in order, so many at a time, behind `after`: a
/// time and the id of an appointment.
pub fn some_attended(
    tx: &mut Tx,
    (from, to): (UtcTime, UtcTime),
    after: Option<(UtcTime, Id)>,
    limit: i64,
) -> Result<Vec<Attended>> {
    let mut query = appointments::table
        .filter(appointments::starts_at.ge(after.map_or(from, |(time, _)| time)))
        .filter(appointments::starts_at.lt(to))
        .filter(appointments::status.eq(AppointmentStatus::Attended))
        .select((appointments::id, appointments::practitioner_id, appointments::starts_at))
        .into_boxed();
    if let Some((time, id)) = after {
        query = query.filter(appointments::starts_at.gt(time).or(appointments::id.gt(id)));
    }
    Ok(query.order((appointments::starts_at, appointments::id)).limit(limit).load(tx.conn)?)
}

/// An appointment, as far as it is counted.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Counted {
    /// Whose it is.
    pub practitioner: Id,
    /// What it is for.
    pub kind: AppointmentKind,
    /// How they meet.
    pub mode: AppointmentMode,
    /// Its status.
    pub status: AppointmentStatus,
    /// What became of it.
    pub attendance: Option<Attendance>,
}

/// The appointments that begin from `from` up to, but not including, `to`.
pub fn between(tx: &mut Tx, from: UtcTime, to: UtcTime) -> Result<Vec<Counted>> {
    Ok(appointments::table
        .filter(appointments::starts_at.ge(from))
        .filter(appointments::starts_at.lt(to))
        .select((
            appointments::practitioner_id,
            appointments::kind,
            appointments::mode,
            appointments::status,
            appointments::attendance,
        ))
        .load(tx.conn)?)
}

/// Who attended an appointment of this kind that began from `from` up to, but not including, `to`.
pub fn attended_between(tx: &mut Tx, kind: AppointmentKind, from: UtcTime, to: UtcTime) -> Result<Vec<Id>> {
    Ok(appointments::table
        .filter(appointments::starts_at.ge(from))
        .filter(appointments::starts_at.lt(to))
        .filter(appointments::kind.eq(kind))
        .filter(appointments::status.eq(AppointmentStatus::Attended))
        .select(appointments::practitioner_id)
        .distinct()
        .load(tx.conn)?)
}

/// When these people attended appointments of this kind, the earliest first.
pub fn attended_by(tx: &mut Tx, people: &[Id], kind: AppointmentKind) -> Result<Vec<(Id, UtcTime)>> {
    Ok(appointments::table
        .filter(appointments::practitioner_id.eq_any(people.to_vec()))
        .filter(appointments::kind.eq(kind))
        .filter(appointments::status.eq(AppointmentStatus::Attended))
        .select((appointments::practitioner_id, appointments::starts_at))
        .order(appointments::starts_at)
        .load(tx.conn)?)
}
