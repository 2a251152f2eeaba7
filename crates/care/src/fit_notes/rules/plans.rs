//! Rules of return-to-work plans.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::fit_notes::model::plans::Week;
use platform::refusal::{Reason, Refusal};

/// Checks that weeks are numbered from 1 without a gap, and that no day appears twice in a week.
///
/// # Errors
/// [`Reason::ReturnToWorkWeeks`], naming the week.
pub fn check_weeks(weeks: &[Week]) -> Result<(), Refusal> {
    for (at, (week, expected)) in weeks.iter().zip(1..).enumerate() {
        if week.number != expected {
            let detail = "Number the weeks from 1 without a gap.";
            return Err(Refusal::new(Reason::ReturnToWorkWeeks, detail).field(
                format!("/weeks/{at}/week"),
                "out_of_order",
                detail,
            ));
        }
        let days: BTreeSet<_> = week.shifts.iter().map(|shift| shift.day).collect();
        if days.len() != week.shifts.len() {
            let detail = "A day appears twice in this week. List each day once.";
            return Err(Refusal::new(Reason::ReturnToWorkWeeks, detail).field(format!("/weeks/{at}/days"), "repeated", detail));
        }
    }
    Ok(())
}

/// Checks that no week has more working time than the contract.
///
/// # Errors
/// [`Reason::ReturnToWorkHours`], naming the week.
pub fn check_contract_hours(weeks: &[Week], contract_minutes: u32) -> Result<(), Refusal> {
    let over = weeks.iter().position(|week| week.minutes() > u64::from(contract_minutes));
    let Some(at) = over else { return Ok(()) };
    let detail = "This week has more hours than the contract. Reduce its hours.";
    Err(Refusal::new(Reason::ReturnToWorkHours, detail).field(format!("/weeks/{at}/days"), "above_the_contract", detail))
}

/// Checks that the review is not before the plan begins and not later than four weeks after its last day.
///
/// # Errors
/// [`Reason::ReturnToWorkReview`] at `/review_on`.
pub fn check_review_date(starts_on: NaiveDate, weeks: usize, review_on: NaiveDate) -> Result<(), Refusal> {
    let days = u64::try_from(weeks).unwrap_or(u64::MAX).saturating_add(4).saturating_mul(7);
    let latest = starts_on.checked_add_days(Days::new(days)).unwrap_or(starts_on);
    if (starts_on..=latest).contains(&review_on) {
        return Ok(());
    }
    let detail = "Choose a review date during the plan or within four weeks after its end.";
    Err(Refusal::new(Reason::ReturnToWorkReview, detail).field("/review_on", "out_of_reach", detail))
}

/// Checks that a plan is not agreed yet.
///
/// # Errors
/// [`Reason::ReturnToWorkAgreed`].
pub fn may_agree(agreed_at: Option<DateTime<Utc>>) -> Result<(), Refusal> {
    if agreed_at.is_none() { Ok(()) } else { Err(Reason::ReturnToWorkAgreed.into()) }
}

/// Checks that a plan is agreed, which printing needs; returns when it was agreed.
///
/// # Errors
/// [`Reason::ReturnToWorkNotAgreed`].
pub fn may_print(agreed_at: Option<DateTime<Utc>>) -> Result<DateTime<Utc>, Refusal> {
    agreed_at.ok_or_else(|| Reason::ReturnToWorkNotAgreed.into())
}
