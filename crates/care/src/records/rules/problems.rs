//! The problem list.

use chrono::NaiveDate;

use super::snomed::check_snomed_code;
use crate::records::model::{ProblemState, ProblemWords};
use platform::refusal::{Reason, Refusal};

/// How many problems a list may have.
pub const MOST_PROBLEMS: i64 = 200;

/// Whether a problem may be put on a list that has so many.
///
/// # Errors
/// [`Reason::TooManyProblems`], [`Reason::InvalidSnomedCode`], or [`Reason::InvalidBody`] at `/since`.
pub fn may_add_problem(words: &ProblemWords, there: i64, today: NaiveDate) -> Result<(), Refusal> {
    if there >= MOST_PROBLEMS {
        return Err(Reason::TooManyProblems.into());
    }
    check_snomed_code(words.snomed_code.as_deref(), "/snomed_code")?;
    if words.since.is_some_and(|day| day > today) {
        let detail = "A problem cannot begin in the future.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field("/since", "out_of_range", detail));
    }
    Ok(())
}

/// What was entered in error stays so: it would be another problem.
///
/// # Errors
/// [`Reason::ProblemInError`].
pub fn may_change_problem(state: ProblemState) -> Result<(), Refusal> {
    if state == ProblemState::EnteredInError { Err(Reason::ProblemInError.into()) } else { Ok(()) }
}
