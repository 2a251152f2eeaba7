//! The problem list.

use chrono::NaiveDate;

use super::snomed::check_snomed_code;
use crate::records::model::{ProblemState, ProblemWords};
use platform::refusal::{Code, Refusal};

/// How many problems a list may have.
pub const MOST_PROBLEMS: i64 = 200;

/// Whether a problem may be put on a list that has so many.
///
/// # Errors
/// [`Code::TooManyProblems`], [`Code::InvalidSnomedCode`], or [`Code::InvalidBody`] at `/since`.
pub fn may_add_problem(words: &ProblemWords, there: i64, today: NaiveDate) -> Result<(), Refusal> {
    if there >= MOST_PROBLEMS {
        return Err(Code::TooManyProblems.into());
    }
    check_snomed_code(words.snomed_code.as_deref(), "/snomed_code")?;
    if words.since.is_some_and(|day| day > today) {
        let detail = "A problem cannot begin in the future.";
        return Err(Refusal::new(Code::InvalidBody, detail).field("/since", "out_of_range", detail));
    }
    Ok(())
}

/// What was entered in error stays so: it would be another problem.
///
/// # Errors
/// [`Code::ProblemInError`].
pub fn may_change_problem(state: ProblemState) -> Result<(), Refusal> {
    if state == ProblemState::EnteredInError { Err(Code::ProblemInError.into()) } else { Ok(()) }
}
