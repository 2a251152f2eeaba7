//! Types of outcome figures: courses of care and their results.

use chrono::{DateTime, Utc};

platform::string_enum! {
    /// The result of a finished course of care. Each course has exactly one, so that every share is a sum of them and no share
    /// can be calculated from another.
    pub enum CourseResult {
        /// A case at the start and not at the end, with reliable improvement.
        ReliablyRecovered = "reliably_recovered",
        /// A case at the start and not at the end, without reliable change.
        Recovered = "recovered",
        /// A case at the start and not at the end, but reliably worse on one measure.
        RecoveredDeteriorated = "recovered_deteriorated",
        /// Still a case, with reliable improvement.
        Improved = "improved",
        /// Still a case, without reliable change.
        Unchanged = "unchanged",
        /// Still a case, with reliable deterioration.
        Deteriorated = "deteriorated",
        /// Not a case at the start, with reliable improvement.
        NoCaseImproved = "no_case_improved",
        /// Not a case at the start, without reliable change.
        NoCaseUnchanged = "no_case_unchanged",
        /// Not a case at the start, with reliable deterioration.
        NoCaseDeteriorated = "no_case_deteriorated",
        /// Not measured twice on both measures, or with a score that cannot be read.
        NotMeasured = "not_measured",
    }
}

/// The category of quarters that were counted before deterioration was counted of everyone: not a case at the start, without
/// reliable improvement.
pub const FORMER_NO_CASE_OTHER: &str = "no_case_other";

/// A score on one of the measures of recovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeasuredScore<'a> {
    pub questionnaire: &'a str,
    /// The total, in points.
    pub total: u16,
    pub at: DateTime<Utc>,
    /// Whether it belongs to the questionnaires at the end of care, which may be answered some weeks after care ended.
    pub at_the_end: bool,
}

/// A course of care that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Course {
    /// When the previous course ended; `None` for the first.
    pub previous_ended_at: Option<DateTime<Utc>>,
    pub ended_at: DateTime<Utc>,
}
