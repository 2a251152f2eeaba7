//! What is counted of one period. It is read when the period is counted, and by nobody who asks.

use std::collections::BTreeMap;

use super::model::{Breakdown, CameToPass, Wait};
use super::rules;
use crate::disclosure::model::{Dataset, Period, Table};
use people::practitioners::queries as registration;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use scheduling::booking::model::{AppointmentStatus, Attendance};
use scheduling::booking::queries::reading::{self, Counted};
use scheduling::calendar::model::{AppointmentKind, AppointmentMode};

/// How many people are looked up in one statement.
const AT_A_TIME: usize = 500;

/// The appointments that were to begin in a period, in each breakdown. One that was booked in error never was.
pub fn appointments(tx: &mut Tx, period: Period) -> Result<Vec<Table>> {
    let mut rows = reading::between(tx, period.begins().into(), period.ends().into())?;
    rows.retain(|row| !(row.status == AppointmentStatus::Cancelled && row.attendance.is_none()));
    let place = |all: &[&str], word: &str| all.iter().position(|one| *one == word).unwrap_or_default();
    let table = |breakdown: Breakdown, categories: Vec<&'static str>, word: fn(&Counted) -> &'static str| Table {
        facts: rows.iter().map(|row| (place(&categories, word(row)), row.practitioner)).collect(),
        breakdown: breakdown.as_str(),
        categories,
        sensitive: Dataset::Appointments.is_sensitive(),
    };
    Ok(vec![
        table(Breakdown::Kind, AppointmentKind::ALL.iter().map(|kind| kind.as_str()).collect(), |row| row.kind.as_str()),
        table(Breakdown::Mode, AppointmentMode::ALL.iter().map(|mode| mode.as_str()).collect(), |row| row.mode.as_str()),
        table(Breakdown::Attendance, CameToPass::ALL.iter().map(|one| one.as_str()).collect(), |row| {
            row.attendance.map_or(CameToPass::NotRecorded.as_str(), Attendance::as_str)
        }),
    ])
}

/// The people whose first assessment, or first treatment, took place in a period, by how long they had waited.
pub fn waits(tx: &mut Tx, dataset: Dataset, period: Period) -> Result<Vec<Table>> {
    let (kind, breakdown) = match dataset {
        Dataset::AssessmentWaits => (AppointmentKind::Assessment, Breakdown::WaitToAssessment),
        _ => (AppointmentKind::Treatment, Breakdown::WaitToTreatment),
    };
    let seen = reading::attended_between(tx, kind, period.begins().into(), period.ends().into())?;
    let mut facts = Vec::new();
    for some in seen.chunks(AT_A_TIME) {
        for (practitioner, registered, first) in first_seen(tx, some, kind)? {
            if first.get() >= period.begins() {
                let wait = rules::wait(registered.london_day(), first.london_day());
                facts.push((Wait::ALL.iter().position(|one| *one == wait).unwrap_or_default(), practitioner));
            }
        }
    }
    let categories = Wait::ALL.iter().map(|wait| wait.as_str()).collect();
    Ok(vec![Table { breakdown: breakdown.as_str(), categories, facts, sensitive: dataset.is_sensitive() }])
}

/// When these people registered, and when they were first seen for an appointment of a kind.
fn first_seen(tx: &mut Tx, people: &[Id], kind: AppointmentKind) -> Result<Vec<(Id, UtcTime, UtcTime)>> {
    let registered = registration::registered_at(tx, people)?;
    let mut first: BTreeMap<Id, UtcTime> = BTreeMap::new();
    for (person, starts_at) in reading::attended_by(tx, people, kind)? {
        first.entry(person).or_insert(starts_at);
    }
    Ok(registered.into_iter().filter_map(|(id, at)| first.get(&id).map(|first| (id, at, *first))).collect())
}
