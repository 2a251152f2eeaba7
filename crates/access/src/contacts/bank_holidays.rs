//! Bank holidays, on which some channels are closed: a new one must not leave the contact line unanswered.

use chrono::NaiveDate;

use super::queries::hours as queries;
use super::rules;
use platform::Tx;
use platform::error::Result;

/// Refuses bank holidays with which the line would not be answered at some hour, or the telephone too rarely in some week. Changes of the hours wait until the transaction ends.
///
/// # Errors
/// [`Reason::LineUnanswered`](platform::refusal::Reason::LineUnanswered), naming the first day.
pub fn check_line_answered(tx: &mut Tx, holidays: &[NaiveDate]) -> Result<()> {
    queries::lock(tx)?;
    let today = tx.now.london_day();
    let hours = queries::in_force_from(tx, today)?;
    Ok(rules::check_always_answered(&hours, holidays, today)?)
}
