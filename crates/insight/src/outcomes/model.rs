//! The nouns of outcomes: what became of a finished course of care.

use chrono::{DateTime, Utc};

platform::words! {
    /// What became of a finished course. Each course is in one of these, so that every share is a sum of them and none can be
    /// told from another.
    pub enum CourseResult {
        /// A case at the start and not at the end, and better by more than chance.
        ReliablyRecovered = "reliably_recovered",
        /// A case at the start and not at the end, but not better by more than chance, or worse on one measure.
        Recovered = "recovered",
        /// Still a case, and better by more than chance.
        Improved = "improved",
        /// Still a case, and neither better nor worse by more than chance.
        Unchanged = "unchanged",
        /// Still a case, and worse by more than chance.
        Deteriorated = "deteriorated",
        /// Not a case at the start; better by more than chance.
        NoCaseImproved = "no_case_improved",
        /// Not a case at the start; not better by more than chance.
        NoCaseOther = "no_case_other",
        /// Not asked twice on both measures: nothing is known.
        NotMeasured = "not_measured",
    }
}

/// One score on one of the measures that recovery is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark<'a> {
    pub questionnaire: &'a str,
    /// How many points.
    pub total: u16,
    pub at: DateTime<Utc>,
    /// Whether it was asked as care ended, which may be some weeks after it did.
    pub at_the_end: bool,
}

/// A course of care that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Course {
    /// When the one before had ended; none for the first.
    pub since: Option<DateTime<Utc>>,
    pub ended_at: DateTime<Utc>,
}
