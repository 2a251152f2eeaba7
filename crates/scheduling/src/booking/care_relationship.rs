//! The care relationship between clinicians and practitioners: other modules check it before they show anything about a person or
//! act for them.
//!
//! It begins with an appointment or with becoming the lead clinician. When care ends, acting for the practitioner ends at once
//! and reading the record ends some time later. A new episode of care does not restore it for the clinicians of the last one.

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

/// The statuses of an appointment that establish a care relationship.
const RELATIONSHIP_STATUSES: [AppointmentStatus; 3] =
    [AppointmentStatus::Booked, AppointmentStatus::Attended, AppointmentStatus::NotAttended];

/// True when this clinician has a care relationship with this practitioner at present: they lead the care, or there is an
/// appointment since care last ended that was not cancelled; and the two are not in conflict.
pub fn has_care_relationship(tx: &mut Tx, clinician: Id, practitioner: Id) -> Result<bool> {
    let end = episodes::last_ends(tx, practitioner)?.first().map(|end| end.at);
    let related = is_lead_clinician(tx, clinician, practitioner)? || has_appointment_since(tx, clinician, practitioner, end)?;
    Ok(related && !conflicts::are_in_conflict(tx, practitioner, clinician)?)
}

/// True when this clinician has met this practitioner: they lead the care, or an appointment of the two has started and was not
/// missed.
pub fn has_met(tx: &mut Tx, clinician: Id, practitioner: Id) -> Result<bool> {
    let started = appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::status.eq_any([AppointmentStatus::Booked, AppointmentStatus::Attended]))
        .filter(appointments::starts_at.le(tx.now))
        .select(appointments::id)
        .first::<Id>(tx.conn)
        .optional()?;
    Ok(started.is_some() || is_lead_clinician(tx, clinician, practitioner)?)
}

/// The clinicians who have a care relationship with this practitioner at present and whose accounts are open.
pub fn treating_clinicians(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    let since = episodes::last_ends(tx, practitioner)?.first().map_or(DateTime::UNIX_EPOCH.into(), |end| end.at);
    let mut clinicians: Vec<Id> = appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::status.eq_any(RELATIONSHIP_STATUSES))
        .filter(appointments::starts_at.gt(since))
        .select(appointments::clinician_id)
        .distinct()
        .load(tx.conn)?;
    clinicians.extend(episodes::current_lead(tx, practitioner)?);
    let mut active = accounts::active_among(tx, &clinicians, Role::Clinician)?;
    let excluded = conflicts::staff_excluded_for(tx, practitioner)?;
    active.retain(|clinician| !excluded.contains(clinician));
    Ok(active)
}

/// True when this clinician may read this practitioner's record and finish their own notes: they have a care relationship, or
/// had one until care ended and the reading time has not passed (`docs/clinical-rules.md#care-relationship`).
pub fn may_read(tx: &mut Tx, clinician: Id, practitioner: Id) -> Result<bool> {
    if has_care_relationship(tx, clinician, practitioner)? {
        return Ok(true);
    }
    let ends = episodes::last_ends(tx, practitioner)?;
    let Some(last) = ends.first().filter(|end| tx.now < end.readable_until) else { return Ok(false) };
    let before = ends.get(1).map(|end| end.at);
    let related = last.lead == clinician || has_appointment_since(tx, clinician, practitioner, before)?;
    Ok(related && !conflicts::are_in_conflict(tx, practitioner, clinician)?)
}

/// In what capacity the caller reads a practitioner's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The practitioner, their own record.
    Practitioner,
    /// A clinician who may read the record.
    Clinician,
}

/// In what capacity the caller reads this practitioner's record: practitioners their own, clinicians as [`may_read`] allows.
/// Every operation that shows clinical information to both uses this.
///
/// # Errors
/// 404 for everyone else.
pub fn record_reader(tx: &mut Tx, caller: &Caller, practitioner: Id) -> Result<Reader> {
    match caller.role {
        Role::Practitioner if caller.id == practitioner => Ok(Reader::Practitioner),
        Role::Clinician if may_read(tx, caller.id, practitioner)? => Ok(Reader::Clinician),
        _ => Err(Error::not_found()),
    }
}

/// Checks that this clinician may read this practitioner's record.
///
/// # Errors
/// 404 for everyone else.
pub fn check_may_read(tx: &mut Tx, clinician: Id, practitioner: Id) -> Result<()> {
    if may_read(tx, clinician, practitioner)? { Ok(()) } else { Err(Error::not_found()) }
}

/// Checks that the caller may know of this practitioner's care: practitioners of their own, clinicians who may read the record,
/// and other staff unless they are in conflict.
///
/// # Errors
/// 404 for everyone else.
pub fn check_may_know(tx: &mut Tx, caller: &Caller, practitioner: Id) -> Result<()> {
    match caller.role {
        Role::Practitioner | Role::Clinician => record_reader(tx, caller, practitioner).map(|_| ()),
        _ => conflicts::check_may_know(tx, practitioner, caller.id),
    }
}

/// Checks that this clinician has a care relationship with this practitioner at present and so may act for them. Every clinical
/// operation uses this, or [`check_may_write`] where it adds to the record.
///
/// # Errors
/// 404 for everyone else.
pub fn check_care_relationship(tx: &mut Tx, clinician: Id, practitioner: Id) -> Result<()> {
    if has_care_relationship(tx, clinician, practitioner)? { Ok(()) } else { Err(Error::not_found()) }
}

/// Checks that the caller may act for this practitioner: practitioners for themselves, clinicians with a care relationship, and
/// other staff unless they are in conflict.
///
/// # Errors
/// 404 for everyone else.
pub fn check_may_act_for(tx: &mut Tx, caller: &Caller, practitioner: Id) -> Result<()> {
    match caller.role {
        Role::Practitioner if caller.id == practitioner => Ok(()),
        Role::Practitioner => Err(Error::not_found()),
        Role::Clinician => check_care_relationship(tx, caller.id, practitioner),
        _ => conflicts::check_may_know(tx, practitioner, caller.id),
    }
}

/// Checks that this clinician has a care relationship with this practitioner at present and so may add to the record. The
/// practitioner's row is locked, so that care does not end meanwhile.
///
/// # Errors
/// `care_ended` for clinicians whose relationship ended with the care and who may still read; 404 for everyone else.
pub fn check_may_write(tx: &mut Tx, clinician: Id, practitioner: Id) -> Result<()> {
    locked_pathway(tx, practitioner)?;
    if has_care_relationship(tx, clinician, practitioner)? {
        return Ok(());
    }
    check_may_read(tx, clinician, practitioner)?;
    Err(Reason::CareEnded.into())
}

/// The pathway of a practitioner, whose row is locked: decisions that count their appointments are made one request after the
/// other.
///
/// # Errors
/// 404 when there is no such practitioner.
pub(super) fn locked_pathway(tx: &mut Tx, practitioner: Id) -> Result<Pathway> {
    registration::lock_pathway(tx, practitioner)?.ok_or_else(Error::not_found)
}

/// The practitioners whose records this clinician may read: those they have a care relationship with, and those of ended care
/// while the reading time lasts.
pub fn practitioners_readable_by(tx: &mut Tx, clinician: Id) -> Result<Vec<Id>> {
    let mut all = practitioners_treated_by(tx, clinician)?;
    let met: Vec<Id> = appointments::table
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::status.eq_any(RELATIONSHIP_STATUSES))
        .select(appointments::practitioner_id)
        .distinct()
        .load(tx.conn)?;
    for practitioner in episodes::readable_after_end(tx, clinician, &met)? {
        if !all.contains(&practitioner) && may_read(tx, clinician, practitioner)? {
            all.push(practitioner);
        }
    }
    all.sort();
    Ok(all)
}

/// The practitioners this clinician has a care relationship with at present.
pub fn practitioners_treated_by(tx: &mut Tx, clinician: Id) -> Result<Vec<Id>> {
    let last_seen: Vec<(Id, Option<UtcTime>)> = appointments::table
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::status.eq_any(RELATIONSHIP_STATUSES))
        .group_by(appointments::practitioner_id)
        .select((appointments::practitioner_id, diesel::dsl::max(appointments::starts_at)))
        .load(tx.conn)?;
    let met: Vec<Id> = last_seen.iter().map(|(practitioner, _)| *practitioner).collect();
    let ended = episodes::end_times(tx, &met)?;
    let is_over =
        |practitioner: &Id, last: &Option<UtcTime>| ended.iter().any(|(id, end)| id == practitioner && Some(*end) >= *last);
    let mut all: Vec<Id> = episodes::all_led_by(tx, clinician)?.into_iter().map(|episode| episode.practitioner_id).collect();
    all.extend(
        last_seen.iter().filter(|(practitioner, last)| !is_over(practitioner, last)).map(|(practitioner, _)| *practitioner),
    );
    all.sort();
    all.dedup();
    let excluded = conflicts::practitioners_excluded_from(tx, clinician, &all)?;
    all.retain(|practitioner| !excluded.contains(practitioner));
    Ok(all)
}

fn is_lead_clinician(tx: &mut Tx, clinician: Id, practitioner: Id) -> Result<bool> {
    Ok(episodes::current_lead(tx, practitioner)? == Some(clinician))
}

fn has_appointment_since(tx: &mut Tx, clinician: Id, practitioner: Id, since: Option<UtcTime>) -> Result<bool> {
    let since = since.unwrap_or(DateTime::UNIX_EPOCH.into());
    let shared = appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::status.eq_any(RELATIONSHIP_STATUSES))
        .filter(appointments::starts_at.gt(since))
        .select(appointments::id)
        .first::<Id>(tx.conn)
        .optional()?;
    Ok(shared.is_some())
}

/// What feedback needs of an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnAppointment {
    pub clinician: Id,
    pub starts_at: DateTime<Utc>,
    pub status: AppointmentStatus,
}

/// The appointment with this id, if it is this practitioner's.
pub fn practitioner_appointment(tx: &mut Tx, id: Id, practitioner: Id) -> Result<Option<OwnAppointment>> {
    let row: Option<(Id, UtcTime, AppointmentStatus)> = appointments::table
        .find(id)
        .filter(appointments::practitioner_id.eq(practitioner))
        .select((appointments::clinician_id, appointments::starts_at, appointments::status))
        .get_result(tx.conn)
        .optional()?;
    Ok(row.map(|(clinician, starts_at, status)| OwnAppointment { clinician, starts_at: starts_at.get(), status }))
}

/// The clinician who saw this practitioner last.
pub fn last_clinician_seen(tx: &mut Tx, practitioner: Id) -> Result<Option<Id>> {
    Ok(appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::status.eq(AppointmentStatus::Attended))
        .order((appointments::starts_at.desc(), appointments::id.desc()))
        .select(appointments::clinician_id)
        .first(tx.conn)
        .optional()?)
}

/// What notes and assessment outcomes need of an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssessmentAppointment {
    pub practitioner: Id,
    pub starts_at: DateTime<Utc>,
    pub status: AppointmentStatus,
}

/// The assessment appointment with this id, if it is this clinician's and was not cancelled.
pub fn assessment_appointment(tx: &mut Tx, id: Id, clinician: Id) -> Result<Option<AssessmentAppointment>> {
    let row: Option<(Id, UtcTime, AppointmentStatus)> = appointments::table
        .find(id)
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::kind.eq(AppointmentKind::Assessment))
        .filter(appointments::status.eq_any(RELATIONSHIP_STATUSES))
        .select((appointments::practitioner_id, appointments::starts_at, appointments::status))
        .get_result(tx.conn)
        .optional()?;
    Ok(row.map(|(practitioner, starts_at, status)| AssessmentAppointment { practitioner, starts_at: starts_at.get(), status }))
}

/// The appointment with this id, of either kind, if it is this clinician's and was not cancelled.
pub fn clinician_appointment(tx: &mut Tx, id: Id, clinician: Id) -> Result<Option<AssessmentAppointment>> {
    let row: Option<(Id, UtcTime, AppointmentStatus)> = appointments::table
        .find(id)
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::status.eq_any(RELATIONSHIP_STATUSES))
        .select((appointments::practitioner_id, appointments::starts_at, appointments::status))
        .get_result(tx.conn)
        .optional()?;
    Ok(row.map(|(practitioner, starts_at, status)| AssessmentAppointment { practitioner, starts_at: starts_at.get(), status }))
}

/// True when this practitioner has an upcoming appointment.
pub fn has_upcoming_appointment(tx: &mut Tx, practitioner: Id) -> Result<bool> {
    let upcoming = appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::status.eq(AppointmentStatus::Booked))
        .filter(appointments::starts_at.gt(tx.now))
        .select(appointments::id)
        .first::<Id>(tx.conn)
        .optional()?;
    Ok(upcoming.is_some())
}

/// What a document that refers to an appointment needs of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SharedAppointment {
    pub starts_at: DateTime<Utc>,
    /// How they met.
    pub mode: AppointmentMode,
    pub status: AppointmentStatus,
}

/// The appointment with this id, if it is one between these two.
pub fn shared_appointment(tx: &mut Tx, id: Id, clinician: Id, practitioner: Id) -> Result<Option<SharedAppointment>> {
    let row: Option<(UtcTime, AppointmentMode, AppointmentStatus)> = appointments::table
        .find(id)
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::practitioner_id.eq(practitioner))
        .select((appointments::starts_at, appointments::mode, appointments::status))
        .get_result(tx.conn)
        .optional()?;
    Ok(row.map(|(starts_at, mode, status)| SharedAppointment { starts_at: starts_at.get(), mode, status }))
}

/// When this clinician saw this practitioner, earliest first.
pub fn attended_times(tx: &mut Tx, clinician: Id, practitioner: Id) -> Result<Vec<DateTime<Utc>>> {
    let times: Vec<UtcTime> = appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::status.eq(AppointmentStatus::Attended))
        .select(appointments::starts_at)
        .order(appointments::starts_at)
        .load(tx.conn)?;
    Ok(times.into_iter().map(UtcTime::get).collect())
}
