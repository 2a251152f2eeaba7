//! The appointments that a practitioner attended, for documents that list them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::model::AppointmentState;
use crate::calendar::model::AppointmentMode;
use crate::schema::appointments;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// An appointment that a practitioner attended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attendance {
    pub starts_at: DateTime<Utc>,
    /// How they met.
    pub mode: AppointmentMode,
    pub clinician: Id,
}

/// The latest appointments that this practitioner attended, with any clinician, earliest first.
pub fn attendances(tx: &mut Tx, practitioner: Id, most: i64) -> Result<Vec<Attendance>> {
    let rows: Vec<(UtcTime, AppointmentMode, Id)> = appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::status.eq(AppointmentState::Attended))
        .select((appointments::starts_at, appointments::mode, appointments::clinician_id))
        .order(appointments::starts_at.desc())
        .limit(most)
        .load(tx.conn)?;
    let attendance =
        |(starts_at, mode, clinician): (UtcTime, AppointmentMode, Id)| Attendance { starts_at: starts_at.get(), mode, clinician };
    Ok(rows.into_iter().rev().map(attendance).collect())
}
