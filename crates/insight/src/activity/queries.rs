//! What is counted of one period. It is read when the period is counted, and by nobody who asks.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::model::{Breakdown, CameToPass, Wait};
use super::rules;
use crate::disclosure::model::{Dataset, Period, Table};
use people::schema::practitioners;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use scheduling::booking::model::{AppointmentStatus, Attendance};
use scheduling::calendar::model::{Kind, Mode};
use scheduling::schema::appointments;

/// How many people are looked up in one statement.
const AT_A_TIME: usize = 500;

/// The appointments that were to begin in a period, in each breakdown. One that was booked in error never was.
pub fn appointments(tx: &mut Tx, period: Period) -> Result<Vec<Table>> {
    type Row = (Id, Kind, Mode, AppointmentStatus, Option<Attendance>);
    let rows: Vec<Row> = appointments::table
        .filter(appointments::starts_at.ge(UtcTime::from(period.begins())))
        .filter(appointments::starts_at.lt(UtcTime::from(period.ends())))
        .select((
            appointments::practitioner_id,
            appointments::kind,
            appointments::mode,
            appointments::status,
            appointments::attendance,
        ))
        .load(tx.conn)?;
    let rows: Vec<Row> = rows.into_iter().filter(|row| !(row.3 == AppointmentStatus::Cancelled && row.4.is_none())).collect();
    let place = |all: &[&str], word: &str| all.iter().position(|one| *one == word).unwrap_or_default();
    let table = |breakdown: Breakdown, categories: Vec<&'static str>, word: fn(&Row) -> &'static str| Table {
        facts: rows.iter().map(|row| (place(&categories, word(row)), row.0)).collect(),
        breakdown: breakdown.as_str(),
        categories,
        sensitive: Dataset::Appointments.is_sensitive(),
    };
    Ok(vec![
        table(Breakdown::Kind, Kind::ALL.iter().map(|kind| kind.as_str()).collect(), |row| row.1.as_str()),
        table(Breakdown::Mode, Mode::ALL.iter().map(|mode| mode.as_str()).collect(), |row| row.2.as_str()),
        table(Breakdown::Attendance, CameToPass::ALL.iter().map(|one| one.as_str()).collect(), |row| {
            row.4.map_or(CameToPass::NotRecorded.as_str(), Attendance::as_str)
        }),
    ])
}

/// The people whose first assessment, or first treatment, took place in a period, by how long they had waited.
pub fn waits(tx: &mut Tx, dataset: Dataset, period: Period) -> Result<Vec<Table>> {
    let (kind, breakdown) = match dataset {
        Dataset::AssessmentWaits => (Kind::Assessment, Breakdown::WaitToAssessment),
        _ => (Kind::Treatment, Breakdown::WaitToTreatment),
    };
    let seen: Vec<Id> = appointments::table
        .filter(appointments::starts_at.ge(UtcTime::from(period.begins())))
        .filter(appointments::starts_at.lt(UtcTime::from(period.ends())))
        .filter(appointments::kind.eq(kind))
        .filter(appointments::status.eq(AppointmentStatus::Attended))
        .select(appointments::practitioner_id)
        .distinct()
        .load(tx.conn)?;
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
fn first_seen(tx: &mut Tx, people: &[Id], kind: Kind) -> Result<Vec<(Id, UtcTime, UtcTime)>> {
    let registered: Vec<(Id, UtcTime)> = practitioners::table
        .filter(practitioners::id.eq_any(people.to_vec()))
        .select((practitioners::id, practitioners::created_at))
        .load(tx.conn)?;
    let seen: Vec<(Id, UtcTime)> = appointments::table
        .filter(appointments::practitioner_id.eq_any(people.to_vec()))
        .filter(appointments::kind.eq(kind))
        .filter(appointments::status.eq(AppointmentStatus::Attended))
        .select((appointments::practitioner_id, appointments::starts_at))
        .order(appointments::starts_at.desc())
        .load(tx.conn)?;
    // The earliest comes last and stays.
    let first: BTreeMap<Id, UtcTime> = seen.into_iter().collect();
    Ok(registered.into_iter().filter_map(|(id, at)| first.get(&id).map(|first| (id, at, *first))).collect())
}
