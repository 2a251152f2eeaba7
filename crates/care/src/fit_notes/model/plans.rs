//! Types of return-to-work plans.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::FitNoteAdaptation;
use platform::local_time::Day;

platform::string_enum! {
    /// State of a return-to-work plan.
    pub enum ReturnToWorkState {
        /// Proposed by the clinician.
        Proposed = "proposed",
        /// Agreed by the practitioner, who may show it to their employer.
        Agreed = "agreed",
    }
}

/// The working time of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    pub day: Day,
    pub minutes: u32,
}

/// A week of a return-to-work plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week {
    pub number: u32,
    /// The working days.
    pub shifts: Vec<Shift>,
}

impl Week {
    /// The working minutes of the week.
    pub fn minutes(&self) -> u64 {
        self.shifts.iter().map(|shift| u64::from(shift.minutes)).sum()
    }
}

/// Everything that is printed on a plan. It is sealed as one document and is the only source of the PDF.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The practitioner's legal name.
    pub name: String,
    /// The first day of the first week.
    pub starts_on: NaiveDate,
    /// Contracted minutes a week.
    pub contract_minutes: u32,
    /// The weeks, in order.
    pub weeks: Vec<Week>,
    /// Other adaptations that may help.
    pub adaptations: Vec<FitNoteAdaptation>,
    /// The date of the review.
    pub review_on: NaiveDate,
    /// Anything else that the employer should know.
    pub remarks: Option<String>,
    /// Name of the clinician who proposed it.
    pub clinician: String,
    /// Name and address lines of the organisation.
    pub organisation: Vec<String>,
}

impl Plan {
    /// The first day of a week.
    pub fn week_begins(&self, week: &Week) -> NaiveDate {
        let days = u64::from(week.number.saturating_sub(1)) * 7;
        self.starts_on.checked_add_days(Days::new(days)).unwrap_or(self.starts_on)
    }
}

platform::redacted_debug!(Plan);
