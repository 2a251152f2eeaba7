//! Who treats whom: what other rooms ask before they show anything about a person, or do anything for them.
//!
//! Treating begins with an appointment, or with being made the lead clinician, and ends when care ends: at once for whatever
//! is done, and a while later for reading. Care that begins again does not bring back those who treated before.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::model::AppointmentStatus;
use crate::calendar::model::{AppointmentKind, AppointmentMode};
use crate::schema::appointments;
use people::accounts::queries as accounts;
use people::practitioners::model::Pathway;
use people::practitioners::queries as registration;
use people::relationships::{conflicts, episodes};
use people::{Caller, Role};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;

/// The states of an appointment that make its clinician one who treats.
const SEEN: [AppointmentStatus; 3] = [AppointmentStatus::Booked, AppointmentStatus::Attended, AppointmentStatus::NotAttended];

/// True when this clinician treats this practitioner at present: they lead the care, or there is an appointment since care
/// last ended that was not called off; and nothing keeps the two apart.
pub fn treats(tx: &mut Tx, clinician: Id, practitioner: Id) -> Result<bool> {
    let end = episodes::last_ends(tx, practitioner)?.first().map(|end| end.at);
    let bound = leads(tx, clinician, practitioner)? || sees_since(tx, clinician, practitioner, end)?;
    Ok(bound && !conflicts::are_in_conflict(tx, practitioner, clinician)?)
}

/// True when this clinician knows this practitioner: they lead the care, or an appointment of the two has begun that was not
/// missed.
pub fn has_met(tx: &mut Tx, clinician: Id, practitioner: Id) -> Result<bool> {
    let begun = appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::status.eq_any([AppointmentStatus::Booked, AppointmentStatus::Attended]))
        .filter(appointments::starts_at.le(tx.now))
        .select(appointments::id)
        .first::<Id>(tx.conn)
        .optional()?;
    Ok(begun.is_some() || leads(tx, clinician, practitioner)?)
}

/// The clinicians who treat this practitioner at present, each of whom works here still.
pub fn who_treats(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    let since = episodes::last_ends(tx, practitioner)?.first().map_or(DateTime::UNIX_EPOCH.into(), |end| end.at);
    let mut bound: Vec<Id> = appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::status.eq_any(SEEN))
        .filter(appointments::starts_at.gt(since))
        .select(appointments::clinician_id)
        .distinct()
        .load(tx.conn)?;
    bound.extend(episodes::led_by(tx, practitioner)?);
    let mut all = accounts::active_among(tx, &bound, Role::Clinician)?;
    let excluded = conflicts::excluded_for(tx, practitioner)?;
    all.retain(|clinician| !excluded.contains(clinician));
    Ok(all)
}

/// True when this clinician may read what is kept about this practitioner, and finish their own notes: they treat them, or did
/// until care ended, and the time that this leaves them is not over (`docs/clinical-rules.md#legitimate-relationship`).
pub fn may_read(tx: &mut Tx, clinician: Id, practitioner: Id) -> Result<bool> {
    if treats(tx, clinician, practitioner)? {
        return Ok(true);
    }
    let ends = episodes::last_ends(tx, practitioner)?;
    let Some(last) = ends.first().filter(|end| tx.now < end.readable_until) else { return Ok(false) };
    let before = ends.get(1).map(|end| end.at);
    let bound = last.lead == clinician || sees_since(tx, clinician, practitioner, before)?;
    Ok(bound && !conflicts::are_in_conflict(tx, practitioner, clinician)?)
}

/// As whom somebody reads what is kept about a practitioner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The practitioner, of themselves.
    Practitioner,
    /// A clinician who may read the record.
    Clinician,
}

/// As whom the caller reads what is kept about this practitioner: practitioners of themselves, clinicians as [`may_read`] says. Every
/// operation that shows something clinical to both asks this.
///
/// # Errors
/// 404 for everybody else.
pub fn reads_as(tx: &mut Tx, caller: &Caller, practitioner: Id) -> Result<Reader> {
    match caller.role {
        Role::Practitioner if caller.id == practitioner => Ok(Reader::Practitioner),
        Role::Clinician if may_read(tx, caller.id, practitioner)? => Ok(Reader::Clinician),
        _ => Err(Error::not_found()),
    }
}

/// Lets a clinician through who may read what is kept about this practitioner.
///
/// # Errors
/// 404 for everybody else.
pub fn check_may_read(tx: &mut Tx, clinician: Id, practitioner: Id) -> Result<()> {
    if may_read(tx, clinician, practitioner)? { Ok(()) } else { Err(Error::not_found()) }
}

/// Lets through who may know of this practitioner's care: practitioners of themselves, clinicians who may read what is kept about
/// them, and other staff unless they must not meet them.
///
/// # Errors
/// 404 for everybody else.
pub fn check_may_know(tx: &mut Tx, caller: &Caller, practitioner: Id) -> Result<()> {
    match caller.role {
        Role::Practitioner | Role::Clinician => reads_as(tx, caller, practitioner).map(|_| ()),
        _ => conflicts::check_may_know(tx, practitioner, caller.id),
    }
}

/// Lets a clinician through who treats this practitioner at present, and so may do something for them. Every operation that does
/// something clinical asks this, or [`check_may_write`] where it adds to the record.
///
/// # Errors
/// 404 for everybody else.
pub fn check_treats(tx: &mut Tx, clinician: Id, practitioner: Id) -> Result<()> {
    if treats(tx, clinician, practitioner)? { Ok(()) } else { Err(Error::not_found()) }
}

/// Lets through who may do something for this practitioner: practitioners for themselves, clinicians who treat them at present, and
/// other staff unless they must not meet them.
///
/// # Errors
/// 404 for everybody else.
pub fn check_may_act_for(tx: &mut Tx, caller: &Caller, practitioner: Id) -> Result<()> {
    match caller.role {
        Role::Practitioner if caller.id == practitioner => Ok(()),
        Role::Practitioner => Err(Error::not_found()),
        Role::Clinician => check_treats(tx, caller.id, practitioner),
        _ => conflicts::check_may_know(tx, practitioner, caller.id),
    }
}

/// Lets a clinician through who treats this practitioner at present, and so may add to the record. The practitioner's row is locked:
/// care does not end meanwhile.
///
/// # Errors
/// `care_ended` for clinicians who treated them until care ended and may still read; 404 for everybody else.
pub fn check_may_write(tx: &mut Tx, clinician: Id, practitioner: Id) -> Result<()> {
    locked_pathway(tx, practitioner)?;
    if treats(tx, clinician, practitioner)? {
        return Ok(());
    }
    check_may_read(tx, clinician, practitioner)?;
    Err(Reason::CareEnded.into())
}

/// The pathway of a practitioner, their row locked: what is counted about them is decided one request after the other.
///
/// # Errors
/// 404 when there is no such practitioner.
pub(super) fn locked_pathway(tx: &mut Tx, practitioner: Id) -> Result<Pathway> {
    registration::lock_pathway(tx, practitioner)?.ok_or_else(Error::not_found)
}

/// Everybody about whom this clinician may read: those whom they treat, and those whom they treated until care ended, as long as
/// that leaves them time.
pub fn readable_by(tx: &mut Tx, clinician: Id) -> Result<Vec<Id>> {
    let mut all = treated_by(tx, clinician)?;
    let met: Vec<Id> = appointments::table
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::status.eq_any(SEEN))
        .select(appointments::practitioner_id)
        .distinct()
        .load(tx.conn)?;
    for practitioner in episodes::still_readable(tx, clinician, &met)? {
        if !all.contains(&practitioner) && may_read(tx, clinician, practitioner)? {
            all.push(practitioner);
        }
    }
    all.sort();
    Ok(all)
}

/// Everybody whom this clinician treats at present.
pub fn treated_by(tx: &mut Tx, clinician: Id) -> Result<Vec<Id>> {
    let last_seen: Vec<(Id, Option<UtcTime>)> = appointments::table
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::status.eq_any(SEEN))
        .group_by(appointments::practitioner_id)
        .select((appointments::practitioner_id, diesel::dsl::max(appointments::starts_at)))
        .load(tx.conn)?;
    let met: Vec<Id> = last_seen.iter().map(|(practitioner, _)| *practitioner).collect();
    let ended = episodes::ends_of(tx, &met)?;
    let is_over =
        |who: &Id, seen: &Option<UtcTime>| ended.iter().any(|(practitioner, end)| practitioner == who && Some(*end) >= *seen);
    let mut all: Vec<Id> = episodes::all_led_by(tx, clinician)?.into_iter().map(|episode| episode.practitioner_id).collect();
    all.extend(last_seen.iter().filter(|(who, seen)| !is_over(who, seen)).map(|(who, _)| *who));
    all.sort();
    all.dedup();
    let excluded = conflicts::excluded_from(tx, clinician, &all)?;
    all.retain(|practitioner| !excluded.contains(practitioner));
    Ok(all)
}

fn leads(tx: &mut Tx, clinician: Id, practitioner: Id) -> Result<bool> {
    Ok(episodes::led_by(tx, practitioner)? == Some(clinician))
}

fn sees_since(tx: &mut Tx, clinician: Id, practitioner: Id, since: Option<UtcTime>) -> Result<bool> {
    let since = since.unwrap_or(DateTime::UNIX_EPOCH.into());
    let shared = appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::status.eq_any(SEEN))
        .filter(appointments::starts_at.gt(since))
        .select(appointments::id)
        .first::<Id>(tx.conn)
        .optional()?;
    Ok(shared.is_some())
}

/// An appointment, as far as what its practitioner says of it depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnAppointment {
    pub clinician: Id,
    pub starts_at: DateTime<Utc>,
    pub status: AppointmentStatus,
}

/// The appointment of that id, if it is this practitioner's.
pub fn appointment_of(tx: &mut Tx, id: Id, practitioner: Id) -> Result<Option<OwnAppointment>> {
    let row: Option<(Id, UtcTime, AppointmentStatus)> = appointments::table
        .find(id)
        .filter(appointments::practitioner_id.eq(practitioner))
        .select((appointments::clinician_id, appointments::starts_at, appointments::status))
        .get_result(tx.conn)
        .optional()?;
    Ok(row.map(|(clinician, starts_at, status)| OwnAppointment { clinician, starts_at: starts_at.get(), status }))
}

/// The clinician who saw this practitioner last.
pub fn last_seen_by(tx: &mut Tx, practitioner: Id) -> Result<Option<Id>> {
    Ok(appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::status.eq(AppointmentStatus::Attended))
        .order((appointments::starts_at.desc(), appointments::id.desc()))
        .select(appointments::clinician_id)
        .first(tx.conn)
        .optional()?)
}

/// An appointment, as far as what is written about it depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssessmentAppointment {
    /// Whose appointment it is.
    pub practitioner: Id,
    pub starts_at: DateTime<Utc>,
    pub status: AppointmentStatus,
}

/// The assessment appointment of that id, if it is this clinician's and was not called off.
pub fn assessment_appointment(tx: &mut Tx, id: Id, clinician: Id) -> Result<Option<AssessmentAppointment>> {
    let row: Option<(Id, UtcTime, AppointmentStatus)> = appointments::table
        .find(id)
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::kind.eq(AppointmentKind::Assessment))
        .filter(appointments::status.eq_any(SEEN))
        .select((appointments::practitioner_id, appointments::starts_at, appointments::status))
        .get_result(tx.conn)
        .optional()?;
    Ok(row.map(|(practitioner, starts_at, status)| AssessmentAppointment { practitioner, starts_at: starts_at.get(), status }))
}

/// The appointment of that id, of whatever kind, if it is this clinician's and was not called off.
pub fn own_appointment(tx: &mut Tx, id: Id, clinician: Id) -> Result<Option<AssessmentAppointment>> {
    let row: Option<(Id, UtcTime, AppointmentStatus)> = appointments::table
        .find(id)
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::status.eq_any(SEEN))
        .select((appointments::practitioner_id, appointments::starts_at, appointments::status))
        .get_result(tx.conn)
        .optional()?;
    Ok(row.map(|(practitioner, starts_at, status)| AssessmentAppointment { practitioner, starts_at: starts_at.get(), status }))
}

/// True when this practitioner has an appointment ahead that was not called off.
pub fn has_appointment_ahead(tx: &mut Tx, practitioner: Id) -> Result<bool> {
    let ahead = appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::status.eq(AppointmentStatus::Booked))
        .filter(appointments::starts_at.gt(tx.now))
        .select(appointments::id)
        .first::<Id>(tx.conn)
        .optional()?;
    Ok(ahead.is_some())
}

/// An appointment, as far as a document rests on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SharedAppointment {
    pub starts_at: DateTime<Utc>,
    /// How the two met.
    pub mode: AppointmentMode,
    pub status: AppointmentStatus,
}

/// The appointment of that id, if it is one of these two with each other.
pub fn appointment_with(tx: &mut Tx, id: Id, clinician: Id, practitioner: Id) -> Result<Option<SharedAppointment>> {
    let row: Option<(UtcTime, AppointmentMode, AppointmentStatus)> = appointments::table
        .find(id)
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::practitioner_id.eq(practitioner))
        .select((appointments::starts_at, appointments::mode, appointments::status))
        .get_result(tx.conn)
        .optional()?;
    Ok(row.map(|(starts_at, mode, status)| SharedAppointment { starts_at: starts_at.get(), mode, status }))
}

/// When this clinician saw this practitioner, the first time first.
pub fn attended(tx: &mut Tx, clinician: Id, practitioner: Id) -> Result<Vec<DateTime<Utc>>> {
    let times: Vec<UtcTime> = appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::status.eq(AppointmentStatus::Attended))
        .select(appointments::starts_at)
        .order(appointments::starts_at)
        .load(tx.conn)?;
    Ok(times.into_iter().map(UtcTime::get).collect())
}
