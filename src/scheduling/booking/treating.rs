//! Who treats whom: what other rooms ask of the appointments before they show anything about a person.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::model::AppointmentStatus;
use crate::platform::db::Conn;
use crate::platform::db::schema::appointments;
use crate::platform::error::Result;
use crate::platform::ids::{Id, UtcTime};
use crate::scheduling::calendar::model::{Kind, Mode};
use crate::scheduling::clinicians::conflicts;

/// The states of an appointment that make its clinician one who treats.
const SEEN: [AppointmentStatus; 3] = [AppointmentStatus::Booked, AppointmentStatus::Attended, AppointmentStatus::NotAttended];

/// True when this clinician treats this practitioner: there is an appointment that was not called off, and nothing that
/// keeps the two apart.
pub fn treats(conn: &mut Conn, clinician: Id, practitioner: Id) -> Result<bool> {
    let shared = appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::status.eq_any(SEEN))
        .select(appointments::id)
        .first::<Id>(conn)
        .optional()?;
    Ok(shared.is_some() && !conflicts::are_in_conflict(conn, practitioner, clinician)?)
}

/// Everybody whom this clinician treats.
pub fn treated_by(conn: &mut Conn, clinician: Id) -> Result<Vec<Id>> {
    let mut all: Vec<Id> = appointments::table
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::status.eq_any(SEEN))
        .select(appointments::practitioner_id)
        .distinct()
        .load(conn)?;
    let excluded = conflicts::excluded_from(conn, clinician, &all)?;
    all.retain(|practitioner| !excluded.contains(practitioner));
    Ok(all)
}

/// An assessment appointment, as far as its outcome depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssessmentAppointment {
    /// Whose appointment it is.
    pub practitioner: Id,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// Where it stands.
    pub status: AppointmentStatus,
}

/// The assessment appointment of that id, if it is this clinician's and was not called off.
pub fn assessment_appointment(conn: &mut Conn, id: Id, clinician: Id) -> Result<Option<AssessmentAppointment>> {
    let row: Option<(Id, UtcTime, AppointmentStatus)> = appointments::table
        .find(id)
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::kind.eq(Kind::Assessment))
        .filter(appointments::status.eq_any(SEEN))
        .select((appointments::practitioner_id, appointments::starts_at, appointments::status))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(practitioner, starts_at, status)| AssessmentAppointment { practitioner, starts_at: starts_at.get(), status }))
}

/// An appointment, as far as a document rests on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SharedAppointment {
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// How the two met.
    pub mode: Mode,
    /// Where it stands.
    pub status: AppointmentStatus,
}

/// The appointment of that id, if it is one of these two with each other.
pub fn appointment_with(conn: &mut Conn, id: Id, clinician: Id, practitioner: Id) -> Result<Option<SharedAppointment>> {
    let row: Option<(UtcTime, Mode, AppointmentStatus)> = appointments::table
        .find(id)
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::practitioner_id.eq(practitioner))
        .select((appointments::starts_at, appointments::mode, appointments::status))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(starts_at, mode, status)| SharedAppointment { starts_at: starts_at.get(), mode, status }))
}

/// When this clinician saw this practitioner, the first time first.
pub fn attended(conn: &mut Conn, clinician: Id, practitioner: Id) -> Result<Vec<DateTime<Utc>>> {
    let times: Vec<UtcTime> = appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::status.eq(AppointmentStatus::Attended))
        .select(appointments::starts_at)
        .order(appointments::starts_at)
        .load(conn)?;
    Ok(times.into_iter().map(UtcTime::get).collect())
}
