//! What a plan for a return to work may look like.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::fit_notes::model::plans::Week;
use platform::refusal::{Reason, Refusal};

/// Weeks follow one another from the first, each with different days.
///
/// # Errors
/// [`Reason::ReturnToWorkWeeks`], naming the week.
pub fn weeks_follow(weeks: &[Week]) -> Result<(), Refusal> {
    for (at, (week, expected)) in weeks.iter().zip(1..).enumerate() {
        if week.number != expected {
            let detail = "Weeks are numbered from 1, without a gap.";
            return Err(Refusal::new(Reason::ReturnToWorkWeeks, detail).field(
                format!("/weeks/{at}/week"),
                "out_of_order",
                detail,
            ));
        }
        let days: BTreeSet<_> = week.shifts.iter().map(|shift| shift.day).collect();
        if days.len() != week.shifts.len() {
            let detail = "Each day stands in a week once.";
            return Err(Refusal::new(Reason::ReturnToWorkWeeks, detail).field(format!("/weeks/{at}/days"), "repeated", detail));
        }
    }
    Ok(())
}

/// Nobody works more than their contract in any week. Less than nothing cannot be said.
///
/// # Errors
/// [`Reason::ReturnToWorkHours`], naming the week.
pub fn hours_keep_the_contract(weeks: &[Week], contract_minutes: u32) -> Result<(), Refusal> {
    let over = weeks.iter().position(|week| week.minutes() > u64::from(contract_minutes));
    let Some(at) = over else { return Ok(()) };
    let detail = "In this week there are more hours than in the contract.";
    Err(Refusal::new(Reason::ReturnToWorkHours, detail).field(format!("/weeks/{at}/days"), "above_the_contract", detail))
}

/// The review is neither before the plan begins nor later than four weeks after its last day.
///
/// # Errors
/// [`Reason::ReturnToWorkReview`] at `/review_on`.
pub fn review_is_in_reach(starts_on: NaiveDate, weeks: usize, review_on: NaiveDate) -> Result<(), Refusal> {
    let days = u64::try_from(weeks).unwrap_or(u64::MAX).saturating_add(4).saturating_mul(7);
    let latest = starts_on.checked_add_days(Days::new(days)).unwrap_or(starts_on);
    if (starts_on..=latest).contains(&review_on) {
        return Ok(());
    }
    let detail = "Look at the plan again while it runs, or within four weeks of its end.";
    Err(Refusal::new(Reason::ReturnToWorkReview, detail).field("/review_on", "out_of_reach", detail))
}

/// A plan is agreed once.
///
/// # Errors
/// [`Reason::ReturnToWorkAgreed`].
pub fn may_agree(agreed_at: Option<DateTime<Utc>>) -> Result<(), Refusal> {
    if agreed_at.is_none() { Ok(()) } else { Err(Reason::ReturnToWorkAgreed.into()) }
}

/// Only what both agree on is put on paper.
///
/// # Errors
/// [`Reason::ReturnToWorkNotAgreed`].
pub fn may_print(agreed_at: Option<DateTime<Utc>>) -> Result<DateTime<Utc>, Refusal> {
    agreed_at.ok_or_else(|| Reason::ReturnToWorkNotAgreed.into())
}
