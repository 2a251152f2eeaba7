//! Who treats whom: what other rooms ask of the appointments before they show anything about a person.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::model::AppointmentStatus;
use crate::platform::db::Conn;
use crate::platform::db::schema::{accounts, appointments, clinicians};
use crate::platform::error::Result;
use crate::platform::ids::{Id, UtcTime};
use crate::scheduling::calendar::model::Kind;
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

/// The clinicians who treat this practitioner, each of whom works here still.
pub fn who_treats(conn: &mut Conn, practitioner: Id) -> Result<Vec<Id>> {
    let mut all: Vec<Id> = appointments::table
        .inner_join(clinicians::table.inner_join(accounts::table))
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::status.eq_any(SEEN))
        .filter(accounts::active.eq(true))
        .select(appointments::clinician_id)
        .distinct()
        .load(conn)?;
    let excluded = conflicts::excluded_for(conn, practitioner)?;
    all.retain(|clinician| !excluded.contains(clinician));
    Ok(all)
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
