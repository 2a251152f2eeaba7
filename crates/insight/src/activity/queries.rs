//! The facts that are counted for one period. They are read only when the period is counted, never for a request.

use std::collections::BTreeMap;

use super::model::{AppointmentOutcome, Breakdown, WaitBand};
use super::rules;
use crate::disclosure::model::{Dataset, Period, Table};
use people::practitioners::queries as registration;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use scheduling::booking::model::{AppointmentStatus, Attendance};
use scheduling::booking::queries::lookups::{self, CountedAppointment};
use scheduling::calendar::model::{AppointmentKind, AppointmentMode};

/// How many people one statement looks up.
const BATCH_SIZE: usize = 500;

/// The appointments that were due to start in a period, in each breakdown. Those booked in error are left out.
pub fn appointments(tx: &mut Tx, period: Period) -> Result<Vec<Table>> {
    let mut rows = lookups::between(tx, period.begins().into(), period.ends().into())?;
    rows.retain(|row| !(row.status == AppointmentStatus::Cancelled && row.attendance.is_none()));
    let position = |all: &[&str], value: &str| all.iter().position(|one| *one == value).unwrap_or_default();
    let table = |breakdown: Breakdown, categories: Vec<&'static str>, value: fn(&CountedAppointment) -> &'static str| Table {
        facts: rows.iter().map(|row| (position(&categories, value(row)), row.practitioner)).collect(),
        breakdown: breakdown.as_str(),
        categories,
        sensitive: Dataset::Appointments.is_sensitive(),
    };
    Ok(vec![
        table(Breakdown::Kind, AppointmentKind::ALL.iter().map(|kind| kind.as_str()).collect(), |row| row.kind.as_str()),
        table(Breakdown::Mode, AppointmentMode::ALL.iter().map(|mode| mode.as_str()).collect(), |row| row.mode.as_str()),
        table(Breakdown::Attendance, AppointmentOutcome::ALL.iter().map(|one| one.as_str()).collect(), |row| {
            row.attendance.map_or(AppointmentOutcome::NotRecorded.as_str(), Attendance::as_str)
        }),
    ])
}

/// The people whose first assessment, or first treatment, took place in a period, by how long they had waited.
pub fn waits(tx: &mut Tx, dataset: Dataset, period: Period) -> Result<Vec<Table>> {
    let (kind, breakdown) = match dataset {
        Dataset::AssessmentWaits => (AppointmentKind::Assessment, Breakdown::WaitToAssessment),
        _ => (AppointmentKind::Treatment, Breakdown::WaitToTreatment),
    };
    let seen = lookups::attended_between(tx, kind, period.begins().into(), period.ends().into())?;
    let mut facts = Vec::new();
    for batch in seen.chunks(BATCH_SIZE) {
        for (practitioner, registered, first) in first_seen(tx, batch, kind)? {
            if first.get() >= period.begins() {
                let wait = rules::wait_band(registered.london_day(), first.london_day());
                facts.push((WaitBand::ALL.iter().position(|one| *one == wait).unwrap_or_default(), practitioner));
            }
        }
    }
    let categories = WaitBand::ALL.iter().map(|wait| wait.as_str()).collect();
    Ok(vec![Table { breakdown: breakdown.as_str(), categories, facts, sensitive: dataset.is_sensitive() }])
}

/// When these people registered, and when they first attended an appointment of this kind.
fn first_seen(tx: &mut Tx, people: &[Id], kind: AppointmentKind) -> Result<Vec<(Id, UtcTime, UtcTime)>> {
    let registered = registration::registered_at(tx, people)?;
    let mut first: BTreeMap<Id, UtcTime> = BTreeMap::new();
    for (person, starts_at) in lookups::attended_by(tx, people, kind)? {
        first.entry(person).or_insert(starts_at);
    }
    Ok(registered.into_iter().filter_map(|(id, at)| first.get(&id).map(|first| (id, at, *first))).collect())
}
