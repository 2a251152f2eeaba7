//! What an administrator may do with intake periods.

use chrono::NaiveDate;

use platform::refusal::{Reason, Refusal};
use reference::signposts::model::SignpostNeed;

/// An intake period starts today or later, and a closed one names signposts. `at` is the pointer of the period in the body.
///
/// # Errors
/// [`Reason::InvalidBody`] at `starts_on` or `signposts`.
pub fn check_period(
    at: &str,
    starts_on: NaiveDate,
    open: bool,
    signposts: &[SignpostNeed],
    today: NaiveDate,
) -> Result<(), Refusal> {
    let refuse = |member: &str, word, detail: &'static str| {
        Err(Refusal::new(Reason::InvalidBody, detail).field(format!("{at}/{member}"), word, detail))
    };
    if starts_on < today {
        return refuse("starts_on", "out_of_range", "This day is in the past. Choose today or a later day.");
    }
    if !open && signposts.iter().all(|need| *need == SignpostNeed::Crisis) {
        return refuse("signposts", "required", "While intake is closed, choose at least one need besides crisis help.");
    }
    Ok(())
}

/// An intake period that started on an earlier day has decided about people: it is history and cannot be changed.
///
/// # Errors
/// [`Reason::IntakeTurnBegun`].
pub fn check_not_started(starts_on: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if starts_on < today { Err(Reason::IntakeTurnBegun.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intake_period_is_not_in_the_past_and_a_closed_one_has_signposts() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2027-01-11");
        let named = |starts_on, open, signposts: &[SignpostNeed]| {
            check_period("/period", starts_on, open, signposts, today).err().map(|refusal| refusal.fields[0].pointer.clone())
        };
        assert_eq!(named(today, true, &[]), None);
        assert_eq!(named(day("2027-01-10"), true, &[]).as_deref(), Some("/period/starts_on"));
        assert_eq!(named(today, false, &[]).as_deref(), Some("/period/signposts"));
        assert_eq!(named(today, false, &[SignpostNeed::Crisis]).as_deref(), Some("/period/signposts"));
        assert_eq!(named(today, false, &[SignpostNeed::MedicalHelp]), None);
        assert_eq!(check_not_started(today, today), Ok(()));
        assert_eq!(check_not_started(day("2027-01-10"), today).unwrap_err().reason, Reason::IntakeTurnBegun);
    }
}
