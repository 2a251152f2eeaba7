//! The nouns of a plan for a return to work.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::FitNoteAdaptation;

platform::words! {
    /// A day of the week on which somebody works.
    pub enum WorkDay {
        /// Monday.
        Monday = "monday",
        /// Tuesday.
        Tuesday = "tuesday",
        /// Wednesday.
        Wednesday = "wednesday",
        /// Thursday.
        Thursday = "thursday",
        /// Friday.
        Friday = "friday",
        /// Saturday.
        Saturday = "saturday",
        /// Sunday.
        Sunday = "sunday",
    }

    /// Where a plan stands.
    pub enum ReturnToWorkState {
        /// The clinician proposes it.
        Proposed = "proposed",
        /// The practitioner agrees; they may show it to their employer.
        Agreed = "agreed",
    }
}

impl WorkDay {
    /// As it is printed.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Monday => "Mon",
            Self::Tuesday => "Tue",
            Self::Wednesday => "Wed",
            Self::Thursday => "Thu",
            Self::Friday => "Fri",
            Self::Saturday => "Sat",
            Self::Sunday => "Sun",
        }
    }
}

/// How long somebody works on one day of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    pub day: WorkDay,
    /// How many minutes.
    pub minutes: u32,
}

/// A week of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week {
    pub number: u32,
    /// The days that are worked.
    pub shifts: Vec<Shift>,
}

impl Week {
    /// How many minutes are worked in it.
    pub fn minutes(&self) -> u64 {
        self.shifts.iter().map(|shift| u64::from(shift.minutes)).sum()
    }
}

/// Everything that stands on a plan. Sealed as one document, it is all that the paper is made of.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The practitioner's legal name.
    pub name: String,
    /// The first day of the first week.
    pub starts_on: NaiveDate,
    /// How many minutes a week the contract is for.
    pub contract_minutes: u32,
    /// The weeks, in order.
    pub weeks: Vec<Week>,
    /// What else may help.
    pub adaptations: Vec<FitNoteAdaptation>,
    /// When it is looked at again.
    pub review_on: NaiveDate,
    /// Anything else that the employer should know.
    pub remarks: Option<String>,
    /// Whose plan it is on the service's side.
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
