//! Background job of reference data: it carries out changes on their first day.

use super::changes;
use platform::Tx;
use platform::error::Result;
use reference::reference_data::queries;

/// How many changes one run carries out.
const CHANGES_PER_RUN: usize = 20;

/// How many changes one run examines, so that those that cannot be carried out do not keep the others waiting.
const MAX_EXAMINED: i64 = 500;

/// Carries out the changes whose first day has come; returns how many. Several instances may run it at once.
///
/// # Errors
/// When the database cannot be reached. A change that cannot be carried out is logged, and the next run tries again.
pub fn begin_due(tx: &mut Tx) -> Result<usize> {
    let today = tx.now.london_day();
    if queries::due(tx, today, 1)?.is_empty() {
        return Ok(0);
    }
    queries::lock(tx)?;
    let mut begun = 0;
    for change in queries::due(tx, today, MAX_EXAMINED)? {
        if begun >= CHANGES_PER_RUN {
            break;
        }
        let by = change.confirmed_by.unwrap_or(change.changed_by);
        begun += usize::from(tx.alone("reference_data", change.id, |tx| changes::begin(tx, &change, by))?.is_some());
    }
    Ok(begun)
}
