//! The nouns of activity: how it is broken down, waits and their standards, money and heads.

use chrono::NaiveDate;
use serde::Deserialize;

platform::words! {
    /// How figures are broken down: by one of these at a time.
    pub enum Breakdown {
        /// Appointments by what they were for.
        Kind = "kind",
        /// Appointments by how people met.
        Mode = "mode",
        /// Appointments by what became of them: attended, missed, or called off and by whom.
        Attendance = "attendance",
        /// People by how long they waited from registering to their first assessment.
        WaitToAssessment = "wait_to_assessment",
        /// People by how long they waited from registering to their first treatment.
        WaitToTreatment = "wait_to_treatment",
    }

    /// How long somebody waited.
    pub enum Wait {
        /// Up to six weeks.
        WithinSixWeeks = "within_42_days",
        /// Longer, and up to eighteen weeks.
        WithinEighteenWeeks = "43_to_126_days",
        /// Longer than that.
        Longer = "over_126_days",
    }

    /// What became of an appointment, as figures have it.
    pub enum CameToPass {
        /// Came on time, or in time to be seen.
        AttendedOnTime = "attended_on_time",
        /// Came late, and was seen.
        AttendedLateSeen = "attended_late_seen",
        /// Came late, and could not be seen.
        ArrivedLateNotSeen = "arrived_late_not_seen",
        /// Did not come and gave no warning.
        DidNotAttend = "did_not_attend",
        /// Called off by or for the practitioner.
        CancelledByPatient = "cancelled_by_patient",
        /// Called off or postponed by the service.
        CancelledByProvider = "cancelled_by_provider",
        /// Nobody has recorded it.
        NotRecorded = "not_recorded",
    }

    /// On what a sum for other headcounts rests.
    pub enum ScenarioBasis {
        /// Every head costs what it does today.
        SameRate = "same_rate",
        /// What was said publicly about the sum needed.
        PublicEstimate = "public_estimate",
    }
}

/// Standards and public figures, as the data file has them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standards {
    /// How long people may wait, from the shorter to the longer.
    pub waits: Vec<WaitStandard>,
    /// What the service was given and for how many people, from the oldest to the newest.
    pub budgets: Vec<Budget>,
    /// What was said about other headcounts.
    pub estimates: Vec<Estimate>,
}

/// How many people may at most wait how long.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaitStandard {
    /// Within so many days.
    pub days: i64,
    /// So many of a hundred.
    pub percent: u8,
    /// Who says so.
    pub source: String,
}

/// What the service was given from a day on, and for how many people.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// The first day.
    pub from: NaiveDate,
    /// In whole pounds a year.
    pub budget_pounds: u64,
    /// How many people it is for.
    pub headcount: u64,
    /// Who says so.
    pub source: String,
}

/// What was said about the sum needed for another headcount.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// The first day.
    pub from: NaiveDate,
    /// For how many people.
    pub headcount: u64,
    /// In whole pounds a year.
    pub budget_pounds: u64,
    /// Who says so.
    pub source: String,
}

/// A sum for a headcount. Money is in whole pence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scenario {
    /// On what it rests.
    pub basis: ScenarioBasis,
    /// For how many people.
    pub headcount: u64,
    /// How much a year.
    pub budget_pence: u64,
    /// How much a head, rounded to the nearest penny.
    pub per_head_pence: u64,
}
