//! Background job of reference data: it carries out changes on their first day.

use super::changes;
use platform::Tx;
use platform::error::Result;
use reference::reference_data::queries;

/// How many changes one run carries out.
const CHANGES_PER_RUN: i64 = 20;

/// Carries out the changes whose first day has come; returns how many. Several instances may run it at once.
///
/// # Errors
/// When the database fails; the next run tries again.
pub fn begin_due(tx: &mut Tx) -> Result<usize> {
    let today = tx.now.london_day();
    if queries::due(tx, today, 1)?.is_empty() {
        return Ok(0);
    }
    queries::lock(tx)?;
    let due = queries::due(tx, today, CHANGES_PER_RUN)?;
    for change in &due {
        changes::begin(tx, change, change.confirmed_by.unwrap_or(change.changed_by))?;
    }
    Ok(due.len())
}
