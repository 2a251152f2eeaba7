//! The facts that are counted for one period. They are read only when the period is counted, never for a request.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::model::{AppointmentOutcome, Breakdown, WaitBand};
use super::rules;
use crate::disclosure::model::{Dataset, Period, Table};
use people::practitioners::model::Pathway;
use people::practitioners::queries as registration;
use people::practitioners::queries::pathway_changes;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use scheduling::booking::model::{AppointmentState, Attendance};
use scheduling::booking::queries::lookups::{self, CountedAppointment};
use scheduling::calendar::model::{AppointmentKind, AppointmentMode};

/// How many people one statement looks up.
const BATCH_SIZE: usize = 500;

/// The appointments that were due to start in a period, in each breakdown. Those booked in error are left out.
pub fn appointments(tx: &mut Tx, period: Period) -> Result<Vec<Table<'static>>> {
    let mut rows = lookups::between(tx, period.begins().into(), period.ends().into())?;
    rows.retain(|row| !(row.status == AppointmentState::Cancelled && row.attendance.is_none()));
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

/// The people whose first assessment, or first treatment, of a spell of care took place in a period, by how long they had waited.
pub fn waits(tx: &mut Tx, dataset: Dataset, period: Period) -> Result<Vec<Table<'static>>> {
    let (kind, breakdown) = match dataset {
        Dataset::AssessmentWaits => (AppointmentKind::Assessment, Breakdown::WaitToAssessment),
        _ => (AppointmentKind::Treatment, Breakdown::WaitToTreatment),
    };
    let seen = lookups::attended_between(tx, kind, period.begins().into(), period.ends().into())?;
    let mut facts = Vec::new();
    for batch in seen.chunks(BATCH_SIZE) {
        for (practitioner, asked, first) in first_seen(tx, batch, kind)? {
            if period.begins() <= first && first < period.ends() {
                let wait = rules::wait_band(UtcTime::from(asked).london_day(), UtcTime::from(first).london_day());
                facts.push((WaitBand::ALL.iter().position(|one| *one == wait).unwrap_or_default(), practitioner));
            }
        }
    }
    let categories = WaitBand::ALL.iter().map(|wait| wait.as_str()).collect();
    Ok(vec![Table { breakdown: breakdown.as_str(), categories, facts, sensitive: dataset.is_sensitive() }])
}

/// A practitioner, and when an appointment was booked for and began.
type Seen = (Id, DateTime<Utc>, DateTime<Utc>);

/// For each spell of care of these people: when they asked for it, and when they first attended an appointment of this kind in it.
fn first_seen(tx: &mut Tx, people: &[Id], kind: AppointmentKind) -> Result<Vec<Seen>> {
    let mut moves: BTreeMap<Id, Vec<(Pathway, DateTime<Utc>)>> = BTreeMap::new();
    for (person, pathway, at) in pathway_changes::changes_of(tx, people)? {
        moves.entry(person).or_default().push((pathway, at.get()));
    }
    let mut attended: BTreeMap<Id, Vec<DateTime<Utc>>> = BTreeMap::new();
    for (person, starts_at) in lookups::attended_by(tx, people, kind)? {
        attended.entry(person).or_default().push(starts_at.get());
    }
    let mut found = Vec::new();
    for (person, registered) in registration::registered_at(tx, people)? {
        let starts = rules::spell_starts(registered.get(), moves.get(&person).map_or(&[][..], Vec::as_slice));
        let seen = rules::first_in_each_spell(&starts, attended.get(&person).map_or(&[][..], Vec::as_slice));
        found.extend(seen.into_iter().map(|(asked, first)| (person, asked, first)));
    }
    Ok(found)
}
