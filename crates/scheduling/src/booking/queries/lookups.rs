//! Queries about appointments for other modules.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::booking::model::{AppointmentState, Attendance};
use crate::calendar::model::{AppointmentKind, AppointmentMode};
use crate::schema::appointments;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// Whose appointments to list.
#[derive(Debug, Clone, Copy)]
pub enum AppointmentsOf {
    Practitioner(Id),
    Clinician(Id),
}

/// An appointment that has not started.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct UpcomingAppointment {
    pub id: Id,
    pub practitioner: Id,
    pub clinician: Id,
    pub starts_at: UtcTime,
}

/// Appointments that have not started and are not cancelled.
pub fn upcoming(tx: &mut Tx, whose: AppointmentsOf) -> Result<Vec<UpcomingAppointment>> {
    let upcoming = appointments::table
        .filter(appointments::status.eq(AppointmentState::Booked))
        .filter(appointments::starts_at.gt(tx.now))
        .select((appointments::id, appointments::practitioner_id, appointments::clinician_id, appointments::starts_at))
        .into_boxed();
    Ok(match whose {
        AppointmentsOf::Practitioner(id) => upcoming.filter(appointments::practitioner_id.eq(id)),
        AppointmentsOf::Clinician(id) => upcoming.filter(appointments::clinician_id.eq(id)),
    }
    .load(tx.conn)?)
}

/// An appointment of two people, as far as a call between them depends on it.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct SharedTime {
    pub id: Id,
    pub mode: AppointmentMode,
    pub status: AppointmentState,
    pub starts_at: UtcTime,
    pub ends_at: UtcTime,
}

/// The appointments of this clinician with this practitioner that start at `from` or later and not after `to`, earliest first.
pub fn shared_between(
    tx: &mut Tx,
    (clinician, practitioner): (Id, Id),
    (from, to): (UtcTime, UtcTime),
) -> Result<Vec<SharedTime>> {
    Ok(appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::starts_at.ge(from))
        .filter(appointments::starts_at.le(to))
        .order((appointments::starts_at, appointments::id))
        .select((appointments::id, appointments::mode, appointments::status, appointments::starts_at, appointments::ends_at))
        .load(tx.conn)?)
}

/// An appointment that is booked or was attended.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct BookedOrAttended {
    pub practitioner: Id,
    pub id: Id,
    pub clinician: Id,
    pub kind: AppointmentKind,
    pub starts_at: UtcTime,
    pub status: AppointmentState,
    /// When attendance was first recorded.
    pub attendance_recorded_at: Option<UtcTime>,
}

/// The appointments of these people that are booked or were attended and that start at `from` or later, and any earlier ones with
/// these ids.
pub fn booked_or_attended_since(tx: &mut Tx, people: Vec<Id>, from: UtcTime, ids: Vec<Id>) -> Result<Vec<BookedOrAttended>> {
    Ok(appointments::table
        .filter(appointments::practitioner_id.eq_any(people))
        .filter(appointments::status.eq_any([AppointmentState::Booked, AppointmentState::Attended]))
        .filter(appointments::starts_at.ge(from).or(appointments::id.eq_any(ids)))
        .select((
            appointments::practitioner_id,
            appointments::id,
            appointments::clinician_id,
            appointments::kind,
            appointments::starts_at,
            appointments::status,
            appointments::attendance_recorded_at,
        ))
        .load(tx.conn)?)
}

/// An appointment as a list of practitioners shows it.
#[derive(Debug, Clone, Copy)]
pub struct ListedAppointment {
    pub starts_at: UtcTime,
    pub clinician: Id,
    pub kind: AppointmentKind,
}

/// The last attended and the next booked appointment.
#[derive(Debug, Clone, Copy, Default)]
pub struct LastAndNextAppointment {
    pub last: Option<ListedAppointment>,
    pub next: Option<ListedAppointment>,
}

/// The last attended and the next booked appointment of each of these people, in one statement.
pub fn last_and_next_appointments(tx: &mut Tx, people: &[Id]) -> Result<BTreeMap<Id, LastAndNextAppointment>> {
    let booked = appointments::status.eq(AppointmentState::Booked).and(appointments::starts_at.gt(tx.now));
    let rows: Vec<(Id, UtcTime, Id, AppointmentKind, AppointmentState)> = appointments::table
        .filter(appointments::practitioner_id.eq_any(people.to_vec()))
        .filter(appointments::status.eq(AppointmentState::Attended).or(booked))
        .select((
            appointments::practitioner_id,
            appointments::starts_at,
            appointments::clinician_id,
            appointments::kind,
            appointments::status,
        ))
        .order((appointments::starts_at, appointments::id))
        .load(tx.conn)?;
    let mut found: BTreeMap<Id, LastAndNextAppointment> = BTreeMap::new();
    for (person, starts_at, clinician, kind, status) in rows {
        let (own, appointment) = (found.entry(person).or_default(), ListedAppointment { starts_at, clinician, kind });
        if status == AppointmentState::Attended {
            own.last = Some(appointment);
        } else if own.next.is_none() {
            own.next = Some(appointment);
        }
    }
    Ok(found)
}

/// When each of these people last attended an appointment.
pub fn last_attended(tx: &mut Tx, people: &[Id]) -> Result<BTreeMap<Id, UtcTime>> {
    let rows: Vec<(Id, Option<UtcTime>)> = appointments::table
        .filter(appointments::practitioner_id.eq_any(people.to_vec()))
        .filter(appointments::status.eq(AppointmentState::Attended))
        .group_by(appointments::practitioner_id)
        .select((appointments::practitioner_id, diesel::dsl::max(appointments::starts_at)))
        .load(tx.conn)?;
    Ok(rows.into_iter().filter_map(|(person, last)| Some((person, last?))).collect())
}

/// An appointment that was attended.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct AttendedAppointment {
    pub id: Id,
    pub practitioner: Id,
    pub starts_at: UtcTime,
}

/// A page of the attended appointments that start between `from` (inclusive) and `to` (exclusive), in order, after the
/// appointment with this time and id.
pub fn attended_page(
    tx: &mut Tx,
    (from, to): (UtcTime, UtcTime),
    after: Option<(UtcTime, Id)>,
    limit: i64,
) -> Result<Vec<AttendedAppointment>> {
    let mut query = appointments::table
        .filter(appointments::starts_at.ge(after.map_or(from, |(time, _)| time)))
        .filter(appointments::starts_at.lt(to))
        .filter(appointments::status.eq(AppointmentState::Attended))
        .select((appointments::id, appointments::practitioner_id, appointments::starts_at))
        .into_boxed();
    if let Some((time, id)) = after {
        query = query.filter(appointments::starts_at.gt(time).or(appointments::id.gt(id)));
    }
    Ok(query.order((appointments::starts_at, appointments::id)).limit(limit).load(tx.conn)?)
}

/// An appointment as the statistics count it.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct CountedAppointment {
    pub practitioner: Id,
    pub kind: AppointmentKind,
    pub mode: AppointmentMode,
    pub status: AppointmentState,
    pub attendance: Option<Attendance>,
}

/// The appointments that start between `from` (inclusive) and `to` (exclusive).
pub fn between(tx: &mut Tx, from: UtcTime, to: UtcTime) -> Result<Vec<CountedAppointment>> {
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

/// Who attended an appointment of this kind that started between `from` (inclusive) and `to` (exclusive).
pub fn attended_between(tx: &mut Tx, kind: AppointmentKind, from: UtcTime, to: UtcTime) -> Result<Vec<Id>> {
    Ok(appointments::table
        .filter(appointments::starts_at.ge(from))
        .filter(appointments::starts_at.lt(to))
        .filter(appointments::kind.eq(kind))
        .filter(appointments::status.eq(AppointmentState::Attended))
        .select(appointments::practitioner_id)
        .distinct()
        .load(tx.conn)?)
}

/// When these people attended appointments of this kind, earliest first.
pub fn attended_by(tx: &mut Tx, people: &[Id], kind: AppointmentKind) -> Result<Vec<(Id, UtcTime)>> {
    Ok(appointments::table
        .filter(appointments::practitioner_id.eq_any(people.to_vec()))
        .filter(appointments::kind.eq(kind))
        .filter(appointments::status.eq(AppointmentState::Attended))
        .select((appointments::practitioner_id, appointments::starts_at))
        .order(appointments::starts_at)
        .load(tx.conn)?)
}
