//! The background jobs of conflict tasks.

use super::queries::tasks;
use super::store;
use platform::Tx;
use platform::error::Result;

/// Closes the tasks whose arrangement is gone, and tells the practitioner; returns how many practitioners have fewer tasks.
///
/// # Errors
/// When the database fails; the next run tries again.
pub fn close_settled(tx: &mut Tx) -> Result<usize> {
    let before = tasks::practitioners_with_open(tx)?;
    store::update_tasks_of(tx, &before.iter().copied().collect())?;
    Ok(before.len().saturating_sub(tasks::practitioners_with_open(tx)?.len()))
}

/// Opens tasks for conflicts that arose without a change that looks for them, such as by the passing of time.
///
/// # Errors
/// When the database fails; the next run tries again.
pub fn find_all(tx: &mut Tx) -> Result<usize> {
    store::update_all_tasks(tx)?;
    Ok(0)
}
