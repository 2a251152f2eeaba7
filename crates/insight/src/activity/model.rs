//! Types of activity figures: breakdowns, waiting times, budgets and headcounts.

use chrono::NaiveDate;
use serde::Deserialize;

platform::string_enum! {
    /// A breakdown of figures. A request chooses one at a time.
    pub enum Breakdown {
        /// Appointments by their kind.
        Kind = "kind",
        /// Appointments by their mode, such as in person or by video.
        Mode = "mode",
        /// Appointments by their outcome: attended, missed, or cancelled by the practitioner or the service.
        Attendance = "attendance",
        /// Spells of care by the waiting time from registration, or readmission, to the first assessment.
        WaitToAssessment = "wait_to_assessment",
        /// Spells of care by the waiting time from registration, or readmission, to the first treatment.
        WaitToTreatment = "wait_to_treatment",
    }

    /// A band of waiting times.
    pub enum WaitBand {
        /// Up to six weeks.
        WithinSixWeeks = "within_42_days",
        /// More than six and up to eighteen weeks.
        WithinEighteenWeeks = "43_to_126_days",
        /// More than eighteen weeks.
        Longer = "over_126_days",
    }

    /// The outcome of an appointment in figures.
    pub enum AppointmentOutcome {
        /// Attended on time, or in time to be seen.
        AttendedOnTime = "attended_on_time",
        /// Attended late and was seen.
        AttendedLateSeen = "attended_late_seen",
        /// Arrived late and could not be seen.
        ArrivedLateNotSeen = "arrived_late_not_seen",
        /// Did not attend, without advance warning.
        DidNotAttend = "did_not_attend",
        /// Cancelled by or for the practitioner.
        CancelledByPatient = "cancelled_by_patient",
        /// Cancelled or postponed by the service.
        CancelledByProvider = "cancelled_by_provider",
        /// The outcome is not recorded.
        NotRecorded = "not_recorded",
    }

    /// The basis of the cost for another headcount.
    pub enum ScenarioBasis {
        /// The same cost per head as the given budget.
        SameRate = "same_rate",
        /// A public estimate of the budget needed.
        PublicEstimate = "public_estimate",
    }
}

/// Budgets and public estimates, as in the data file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicFigures {
    /// The budgets of the service, the oldest first.
    pub budgets: Vec<Budget>,
    /// Public estimates for other headcounts.
    pub estimates: Vec<Estimate>,
}

/// The budget of the service from a day on, and the number of people it is for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// The first day.
    pub from: NaiveDate,
    /// The budget per year, in whole pounds.
    pub budget_pounds: u64,
    /// The number of people the budget is for.
    pub headcount: u64,
    /// The public source.
    pub source: String,
}

/// A public estimate of the budget needed for another headcount.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// The first day.
    pub from: NaiveDate,
    /// The number of people.
    pub headcount: u64,
    /// The budget per year, in whole pounds.
    pub budget_pounds: u64,
    /// The public source.
    pub source: String,
}

/// The cost of a headcount. Money is in whole pence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scenario {
    /// The basis of the cost.
    pub basis: ScenarioBasis,
    /// The number of people.
    pub headcount: u64,
    /// The cost per year.
    pub budget_pence: u64,
    /// The cost per head, rounded to the nearest penny.
    pub per_head_pence: u64,
}
