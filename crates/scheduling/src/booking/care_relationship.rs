//! The care relationship between clinicians and practitioners, one of the reasons for which staff may know of a practitioner
//! (see [`people::relationships`]).
//!
//! It begins with an appointment or with becoming the lead clinician. When care ends, acting for the practitioner ends at once
//! and reading the record ends some time later. A new episode of care does not restore it for the clinicians of the last one.
//! An appointment that was not attended gives no right to read the record or to act. Without an episode of care, an appointment lapses
//! some time after it or after the practitioner's last step on the pathway.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::model::AppointmentState;
use crate::calendar::model::{AppointmentKind, AppointmentMode};
use crate::schema::appointments;
use people::accounts::queries as accounts;
use people::practitioners::model::Pathway;
use people::practitioners::queries as registration;
use people::practitioners::queries::pathway_changes;
use people::relationships::access_rules::{AccessRule, Facts, LAPSES_AFTER_DAYS};
use people::relationships::{Basis, Permit, Purpose, conflicts, episodes, permit};
use people::{Caller, Role};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};

/// The states of an appointment that establish a care relationship.
const RELATIONSHIP_STATES: [AppointmentState; 3] =
    [AppointmentState::Booked, AppointmentState::Attended, AppointmentState::NotAttended];

/// Those by which a clinician also reads the record and acts: who was not met is not treated yet.
const READING_STATES: [AppointmentState; 2] = [AppointmentState::Booked, AppointmentState::Attended];

/// Why clinicians may know of practitioners, and coordinators of those with an appointment.
pub const ACCESS_RULES: &[AccessRule] = &[
    AccessRule {
        basis: Basis::Treats,
        roles: &[Role::Clinician],
        purposes: &[Purpose::ReadRecord, Purpose::Act, Purpose::AddToRecord, Purpose::ReadSafetyPlan],
        facts: Facts::Functions {
            includes: |tx, clinician, practitioner| is_treating(tx, clinician, practitioner, &READING_STATES),
            all: |tx, clinician| all_treated(tx, clinician, &READING_STATES),
        },
    },
    AccessRule {
        basis: Basis::Treats,
        roles: &[Role::Clinician],
        purposes: &[Purpose::Know, Purpose::FinishOwn, Purpose::AnswerAlert],
        facts: Facts::Functions {
            includes: |tx, clinician, practitioner| is_treating(tx, clinician, practitioner, &RELATIONSHIP_STATES),
            all: |tx, clinician| all_treated(tx, clinician, &RELATIONSHIP_STATES),
        },
    },
    AccessRule {
        basis: Basis::ReadsAfterCare,
        roles: &[Role::Clinician],
        purposes: &[Purpose::ReadRecord, Purpose::ReadSafetyPlan],
        facts: Facts::Functions {
            includes: |tx, clinician, practitioner| is_reading_after_care(tx, clinician, practitioner, &READING_STATES),
            all: |tx, clinician| all_read_after_care(tx, clinician, &READING_STATES),
        },
    },
    AccessRule {
        basis: Basis::ReadsAfterCare,
        roles: &[Role::Clinician],
        purposes: &[Purpose::Know, Purpose::FinishOwn],
        facts: Facts::Functions {
            includes: |tx, clinician, practitioner| is_reading_after_care(tx, clinician, practitioner, &RELATIONSHIP_STATES),
            all: |tx, clinician| all_read_after_care(tx, clinician, &RELATIONSHIP_STATES),
        },
    },
    AccessRule {
        basis: Basis::Booking,
        roles: &[Role::Coordinator],
        purposes: &[Purpose::Know, Purpose::Act, Purpose::AnswerAlert],
        facts: Facts::Sql(
            "SELECT practitioner_id FROM appointments WHERE status <> 'cancelled' AND starts_at > {now} AND practitioner_id {practitioner}",
        ),
    },
    // Whose assessment took place, or was missed, and has led to nothing yet.
    AccessRule {
        basis: Basis::Booking,
        roles: &[Role::Coordinator],
        purposes: &[Purpose::Know, Purpose::Act, Purpose::AnswerAlert],
        facts: Facts::SqlSince(
            "SELECT practitioner_id FROM appointments WHERE status <> 'cancelled' AND ends_at > {since} \
             AND practitioner_id {on_the_way}",
            LAPSES_AFTER_DAYS,
        ),
    },
];

/// True when this clinician has a care relationship with this practitioner at present by an appointment of one of these states,
/// whatever conflicts there are: they lead the care, or there is such an appointment since care last ended that has not lapsed.
fn is_treating(tx: &mut Tx, clinician: Id, practitioner: Id, states: &[AppointmentState]) -> Result<bool> {
    let end = episodes::last_ends(tx, practitioner)?.first().map(|end| end.at);
    let lead = episodes::current_lead(tx, practitioner)?;
    if lead == Some(clinician) {
        return Ok(true);
    }
    let last_end = last_shared_end(tx, (clinician, practitioner), states, end)?;
    let lapsed = lapsed_until(tx);
    // Asked also when they share no appointment, so that the time of a 404 does not tell whether they do.
    let moved = !pathway_changes::changed_since(tx, &[practitioner], lapsed)?.is_empty();
    Ok(last_end.is_some_and(|last_end| lead.is_some() || last_end > lapsed || moved))
}

/// An appointment without an episode of care has lapsed when it ended at this time or earlier, unless the practitioner's pathway has
/// changed since.
fn lapsed_until(tx: &Tx) -> UtcTime {
    tx.now - TimeDelta::days(LAPSES_AFTER_DAYS)
}

fn is_reading_after_care(tx: &mut Tx, clinician: Id, practitioner: Id, states: &[AppointmentState]) -> Result<bool> {
    let ends = episodes::last_ends(tx, practitioner)?;
    let before = ends.get(1).map(|end| end.at);
    // Asked also when care has not ended, so that the time of a 404 does not tell whether it has.
    let met = last_shared_end(tx, (clinician, practitioner), states, before)?.is_some();
    Ok(ends.first().is_some_and(|last| tx.now < last.readable_until && (last.lead == clinician || met)))
}

/// True when this clinician has met this practitioner: they lead the care, or an appointment of the two has started and was not
/// missed.
pub fn has_met(tx: &mut Tx, clinician: Id, practitioner: Id) -> Result<bool> {
    let started = appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::status.eq_any([AppointmentState::Booked, AppointmentState::Attended]))
        .filter(appointments::starts_at.le(tx.now))
        .select(appointments::id)
        .first::<Id>(tx.conn)
        .optional()?;
    Ok(started.is_some() || is_lead_clinician(tx, clinician, practitioner)?)
}

/// The clinicians who have a care relationship with this practitioner at present and whose accounts are open.
pub fn treating_clinicians(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    let start = DateTime::UNIX_EPOCH.into();
    let since = episodes::last_ends(tx, practitioner)?.first().map_or(start, |end| end.at);
    let (lead, lapsed) = (episodes::current_lead(tx, practitioner)?, lapsed_until(tx));
    let goes_on = lead.is_some() || !pathway_changes::changed_since(tx, &[practitioner], lapsed)?.is_empty();
    let mut clinicians: Vec<Id> = appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::status.eq_any(RELATIONSHIP_STATES))
        .filter(appointments::starts_at.gt(since))
        .filter(appointments::ends_at.gt(if goes_on { start } else { lapsed }))
        .select(appointments::clinician_id)
        .distinct()
        .load(tx.conn)?;
    clinicians.extend(lead);
    let mut active = accounts::active_among(tx, &clinicians, Role::Clinician)?;
    let excluded = conflicts::staff_excluded_for(tx, practitioner)?;
    active.retain(|clinician| !excluded.contains(clinician));
    Ok(active)
}

/// In what capacity the caller reads a practitioner's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The practitioner, their own record.
    Practitioner,
    /// A clinician who may read the record.
    Clinician,
}

impl From<&Permit> for Reader {
    fn from(permit: &Permit) -> Self {
        if permit.is_own() { Self::Practitioner } else { Self::Clinician }
    }
}

/// Asks whether the caller may read this practitioner's record: practitioners their own, clinicians who treat them or did until
/// the reading time passed, and clinicians during break-glass. Every operation that shows clinical information uses this.
///
/// # Errors
/// 404 for everyone else.
pub fn check_may_read(tx: &mut Tx, caller: &Caller, practitioner: Id) -> Result<Permit> {
    permit(tx, caller, practitioner, Purpose::ReadRecord)
}

/// Asks whether this clinician may finish their own notes about this practitioner and stop a wrong document: while they treat
/// them, and after care until the reading time has passed.
///
/// # Errors
/// 404 for everyone else.
pub fn check_may_finish(tx: &mut Tx, caller: &Caller, practitioner: Id) -> Result<Permit> {
    permit(tx, caller, practitioner, Purpose::FinishOwn)
}

/// Asks whether a clinician who may finish their own documents may also see or stop this one: their own, or another author's if they
/// may read the record.
///
/// # Errors
/// 404 otherwise.
pub fn check_own_or_readable(tx: &mut Tx, caller: &Caller, author: Id, practitioner: Id) -> Result<()> {
    if author != caller.id {
        check_may_read(tx, caller, practitioner)?;
    }
    Ok(())
}

/// Asks whether the caller may know of this practitioner: practitioners of themselves, clinicians who may read the record, and
/// coordinators with an open purpose.
///
/// # Errors
/// 404 for everyone else.
pub fn check_may_know(tx: &mut Tx, caller: &Caller, practitioner: Id) -> Result<Permit> {
    permit(tx, caller, practitioner, Purpose::Know)
}

/// Asks whether the caller may act for this practitioner at present: practitioners for themselves, clinicians with a care
/// relationship, and coordinators with an open purpose.
///
/// # Errors
/// 404 for everyone else.
pub fn check_may_act_for(tx: &mut Tx, caller: &Caller, practitioner: Id) -> Result<Permit> {
    permit(tx, caller, practitioner, Purpose::Act)
}

/// Asks whether this clinician has a care relationship with this practitioner at present and so may add to the record. The
/// practitioner's row is locked, so that care does not end meanwhile.
///
/// # Errors
/// `care_ended` for clinicians whose relationship ended with the care and who may still read; 404 for everyone else.
pub fn check_may_write(tx: &mut Tx, caller: &Caller, practitioner: Id) -> Result<Permit> {
    Ok(lock_and_permit(tx, caller, practitioner, Purpose::AddToRecord)?.0)
}

/// Locks the row of a practitioner, so that decisions about them are made one request after the other, and asks whether the caller
/// may know of them for this purpose. The question comes before a 404 for a practitioner who does not exist.
///
/// # Errors
/// As [`permit()`].
pub fn lock_and_permit(tx: &mut Tx, caller: &Caller, practitioner: Id, purpose: Purpose) -> Result<(Permit, Pathway)> {
    let pathway = registration::lock_practitioner(tx, practitioner)?;
    let permit = permit(tx, caller, practitioner, purpose)?;
    Ok((permit, pathway.ok_or_else(Error::not_found)?))
}

/// The practitioners this clinician has a care relationship with at present that allows this purpose, for lists of those in their
/// care.
pub fn practitioners_treated_by(tx: &mut Tx, clinician: Id, purpose: Purpose) -> Result<Vec<Id>> {
    let states: &[AppointmentState] = match purpose {
        Purpose::ReadRecord | Purpose::Act | Purpose::AddToRecord | Purpose::ReadSafetyPlan => &READING_STATES,
        _ => &RELATIONSHIP_STATES,
    };
    let mut all = all_treated(tx, clinician, states)?;
    all.sort();
    all.dedup();
    let excluded = conflicts::practitioners_excluded_from(tx, clinician, &all)?;
    all.retain(|practitioner| !excluded.contains(practitioner));
    Ok(all)
}

fn all_read_after_care(tx: &mut Tx, clinician: Id, states: &[AppointmentState]) -> Result<Vec<Id>> {
    let met: Vec<Id> = appointments::table
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::status.eq_any(states.to_vec()))
        .select(appointments::practitioner_id)
        .distinct()
        .load(tx.conn)?;
    let mut all = Vec::new();
    for practitioner in episodes::readable_after_end(tx, clinician, &met)? {
        if is_reading_after_care(tx, clinician, practitioner, states)? {
            all.push(practitioner);
        }
    }
    Ok(all)
}

fn all_treated(tx: &mut Tx, clinician: Id, states: &[AppointmentState]) -> Result<Vec<Id>> {
    let shared: Vec<(Id, Option<UtcTime>, Option<UtcTime>)> = appointments::table
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::status.eq_any(states.to_vec()))
        .group_by(appointments::practitioner_id)
        .select((
            appointments::practitioner_id,
            diesel::dsl::max(appointments::starts_at),
            diesel::dsl::max(appointments::ends_at),
        ))
        .load(tx.conn)?;
    let met: Vec<Id> = shared.iter().map(|(practitioner, ..)| *practitioner).collect();
    let (ended, lapsed) = (episodes::end_times(tx, &met)?, lapsed_until(tx));
    let (leads, changed) = (episodes::current_leads(tx, &met)?, pathway_changes::changed_since(tx, &met, lapsed)?);
    let is_over =
        |practitioner: &Id, start: &Option<UtcTime>| ended.iter().any(|(id, end)| id == practitioner && Some(*end) >= *start);
    let goes_on = |practitioner: &Id, end: &Option<UtcTime>| {
        *end > Some(lapsed) || leads.contains_key(practitioner) || changed.contains(practitioner)
    };
    let mut all: Vec<Id> = episodes::all_led_by(tx, clinician)?.into_iter().map(|episode| episode.practitioner_id).collect();
    let treated = shared.iter().filter(|(practitioner, start, end)| !is_over(practitioner, start) && goes_on(practitioner, end));
    all.extend(treated.map(|(practitioner, ..)| *practitioner));
    Ok(all)
}

fn is_lead_clinician(tx: &mut Tx, clinician: Id, practitioner: Id) -> Result<bool> {
    Ok(episodes::current_lead(tx, practitioner)? == Some(clinician))
}

/// When the last appointment of these two ends that starts after `since` and has one of these states.
fn last_shared_end(
    tx: &mut Tx,
    (clinician, practitioner): (Id, Id),
    states: &[AppointmentState],
    since: Option<UtcTime>,
) -> Result<Option<UtcTime>> {
    Ok(appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::status.eq_any(states.to_vec()))
        .filter(appointments::starts_at.gt(since.unwrap_or(DateTime::UNIX_EPOCH.into())))
        .select(diesel::dsl::max(appointments::ends_at))
        .get_result(tx.conn)?)
}

/// What feedback needs of an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnAppointment {
    pub clinician: Id,
    pub starts_at: DateTime<Utc>,
    pub status: AppointmentState,
}

/// The appointment with this id, if it is this practitioner's.
pub fn practitioner_appointment(tx: &mut Tx, id: Id, practitioner: Id) -> Result<Option<OwnAppointment>> {
    let row: Option<(Id, UtcTime, AppointmentState)> = appointments::table
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
        .filter(appointments::status.eq(AppointmentState::Attended))
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
    pub status: AppointmentState,
}

/// The assessment appointment with this id, if it is this clinician's and was not cancelled.
pub fn assessment_appointment(tx: &mut Tx, id: Id, clinician: Id) -> Result<Option<AssessmentAppointment>> {
    let row: Option<(Id, UtcTime, AppointmentState)> = appointments::table
        .find(id)
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::kind.eq(AppointmentKind::Assessment))
        .filter(appointments::status.eq_any(RELATIONSHIP_STATES))
        .select((appointments::practitioner_id, appointments::starts_at, appointments::status))
        .get_result(tx.conn)
        .optional()?;
    Ok(row.map(|(practitioner, starts_at, status)| AssessmentAppointment { practitioner, starts_at: starts_at.get(), status }))
}

/// The appointment with this id, of either kind, if it is this clinician's and was not cancelled.
pub fn clinician_appointment(tx: &mut Tx, id: Id, clinician: Id) -> Result<Option<AssessmentAppointment>> {
    let row: Option<(Id, UtcTime, AppointmentState)> = appointments::table
        .find(id)
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::status.eq_any(RELATIONSHIP_STATES))
        .select((appointments::practitioner_id, appointments::starts_at, appointments::status))
        .get_result(tx.conn)
        .optional()?;
    Ok(row.map(|(practitioner, starts_at, status)| AssessmentAppointment { practitioner, starts_at: starts_at.get(), status }))
}

/// True when this practitioner has an upcoming appointment.
pub fn has_upcoming_appointment(tx: &mut Tx, practitioner: Id) -> Result<bool> {
    let upcoming = appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::status.eq(AppointmentState::Booked))
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
    pub status: AppointmentState,
}

/// The appointment with this id, if it is one between these two.
pub fn shared_appointment(tx: &mut Tx, id: Id, clinician: Id, practitioner: Id) -> Result<Option<SharedAppointment>> {
    let row: Option<(UtcTime, AppointmentMode, AppointmentState)> = appointments::table
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
        .filter(appointments::status.eq(AppointmentState::Attended))
        .select(appointments::starts_at)
        .order(appointments::starts_at)
        .load(tx.conn)?;
    Ok(times.into_iter().map(UtcTime::get).collect())
}
