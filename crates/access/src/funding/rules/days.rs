//! Time limits: when an answer is due, what is too early or too late, and when people are reminded.

use chrono::{Days, Months, NaiveDate};

use crate::funding::model::{FundingEvent, FundingState, Reminder, TimeLimits};
use platform::refusal::{Reason, Refusal};
use reference::workforce::rules::add_working_days;

fn days_after(from: NaiveDate, days: u16) -> NaiveDate {
    from.checked_add_days(Days::new(u64::from(days))).unwrap_or(from)
}

/// Papers must be submitted this many working days before the panel (Cornwall: ten; `docs/clinical-rules.md#funding`).
///
/// # Errors
/// [`Reason::PanelTooSoon`] at `/panel_on`.
pub fn check_panel(panel_on: NaiveDate, today: NaiveDate, limits: &TimeLimits, holidays: &[NaiveDate]) -> Result<(), Refusal> {
    let first = add_working_days(today, limits.papers_working_days, holidays);
    if panel_on >= first {
        return Ok(());
    }
    let detail = format!("The papers cannot be ready for this panel. Choose {first} or later.");
    Err(Refusal::new(Reason::PanelTooSoon, detail.clone()).field("/panel_on", "out_of_range", detail))
}

/// The last day within this many calendar months after another: the corresponding date, or the last day of a month without it
/// (Dodds v Walker (1981) 1 WLR 1027).
fn months_after(from: NaiveDate, months: u16) -> NaiveDate {
    from.checked_add_months(Months::new(months.into())).unwrap_or(from)
}

/// Checks the time limit after a decision: an appeal within 28 days (Bristol), new facts within three calendar months
/// (Oxfordshire; `docs/clinical-rules.md#funding`).
///
/// # Errors
/// [`Reason::FundingTooLate`].
pub fn check_in_time(event: FundingEvent, decided_on: NaiveDate, today: NaiveDate, limits: &TimeLimits) -> Result<(), Refusal> {
    let last = match event {
        FundingEvent::Appealed => days_after(decided_on, limits.appeal_days),
        FundingEvent::ReconsiderationRequested => months_after(decided_on, limits.reconsideration_months),
        _ => return Ok(()),
    };
    if today <= last {
        return Ok(());
    }
    Err(Refusal::new(Reason::FundingTooLate, format!("The time limit for this ended on {last}.")))
}

/// When the next answer is due in this state, entered `today`: the coordinator's screening, more information, the panel's result
/// within two weeks of it (Oxfordshire) but within the total time since submission, the answer to an appeal within 28 days
/// (Bristol), or the end of the practitioner's own time limit for an appeal or for bookings.
pub fn due_on(
    state: FundingState,
    today: NaiveDate,
    submitted_on: Option<NaiveDate>,
    panel_on: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
    limits: &TimeLimits,
    holidays: &[NaiveDate],
) -> Option<NaiveDate> {
    match state {
        FundingState::Submitted | FundingState::Screening => {
            Some(add_working_days(today, limits.screening_working_days, holidays))
        }
        FundingState::InformationRequested => Some(days_after(today, limits.information_days)),
        FundingState::Panel => {
            let panel = panel_on.unwrap_or(today);
            let total = submitted_on.map(|day| add_working_days(day, limits.decision_working_days, holidays));
            let result = days_after(panel, limits.result_days);
            Some(total.map_or(result, |total| total.clamp(panel, result.max(panel))))
        }
        FundingState::Reconsideration | FundingState::Appeal => Some(days_after(today, limits.appeal_answer_days)),
        FundingState::Declined => Some(days_after(today, limits.appeal_days)),
        FundingState::Approved | FundingState::ApprovedLimited => valid_until,
        FundingState::Draft | FundingState::Final | FundingState::Withdrawn | FundingState::Expired => None,
    }
}

/// Whether a reminder is due, and how many reminders have then been sent: `0` none, `1` the first, `2` all. Practitioners are not
/// reminded of their own time limit once it has passed, since nothing can be done any more.
pub fn next_reminder(
    state: FundingState,
    due_on: NaiveDate,
    reminded: i32,
    today: NaiveDate,
    limits: &TimeLimits,
) -> Option<(Option<Reminder>, i32)> {
    let own_limit = state == FundingState::Declined || state.is_approval();
    let passed = today > due_on;
    match reminded {
        0 | 1 if passed && own_limit => Some((None, 2)),
        0 | 1 if passed => Some((Some(Reminder::Passed), 2)),
        0 if today >= due_on.checked_sub_days(Days::new(u64::from(limits.reminder_days))).unwrap_or(due_on) => {
            Some((Some(Reminder::Near), 1))
        }
        _ => None,
    }
}
