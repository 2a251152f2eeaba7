//! Rules of the problem list.

use chrono::NaiveDate;

use super::snomed::check_snomed_code;
use crate::records::model::{ProblemContent, ProblemState};
use platform::refusal::{Reason, Refusal};

/// How many problems a list may have.
pub const MAX_PROBLEMS: i64 = 200;

/// Whether a problem may be added to a list that already has `count` problems.
///
/// # Errors
/// [`Reason::TooManyProblems`], [`Reason::InvalidSnomedCode`], or [`Reason::InvalidBody`] at `/began_on`.
pub fn may_add_problem(content: &ProblemContent, count: i64, today: NaiveDate) -> Result<(), Refusal> {
    if count >= MAX_PROBLEMS {
        return Err(Reason::TooManyProblems.into());
    }
    check_snomed_code(content.snomed_code.as_deref(), "/snomed_code")?;
    if content.since.is_some_and(|day| day > today) {
        let detail = "This date is in the future. Choose today or an earlier date.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field("/began_on", "out_of_range", detail));
    }
    Ok(())
}

/// A problem that was entered in error cannot be changed; it would be another problem.
///
/// # Errors
/// [`Reason::ProblemInError`].
pub fn may_change_problem(state: ProblemState) -> Result<(), Refusal> {
    if state == ProblemState::EnteredInError { Err(Reason::ProblemInError.into()) } else { Ok(()) }
}
