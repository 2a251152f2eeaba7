//! The background jobs of conflict tasks.

use std::collections::BTreeSet;

use super::queries::tasks;
use super::store;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// Closes the tasks whose arrangement is gone, and tells the practitioner; returns how many practitioners have fewer tasks.
///
/// # Errors
/// When the database cannot be reached. A practitioner whose tasks cannot be compared is logged, and the next run tries again.
pub fn close_settled(tx: &mut Tx) -> Result<usize> {
    let before = tasks::practitioners_with_open(tx)?;
    for practitioner in &before {
        let task = store::first_task_of(tx, *practitioner)?.unwrap_or(Id::NO_RECORD);
        tx.alone("conflict_tasks", task, |tx| store::update_tasks_of(tx, &BTreeSet::from([*practitioner])))?;
    }
    Ok(before.len().saturating_sub(tasks::practitioners_with_open(tx)?.len()))
}

/// Opens tasks for conflicts that arose without a change that looks for them, such as by the passing of time.
///
/// # Errors
/// As [`close_settled`].
pub fn find_all(tx: &mut Tx) -> Result<usize> {
    for (practitioner, found) in store::arrangements_of_all(tx)? {
        // A task or an arrangement, because the log names no practitioner.
        let task = store::first_task_of(tx, practitioner)?;
        let entry = task.or(found.first().map(|one| one.id)).unwrap_or(Id::NO_RECORD);
        tx.alone("conflicts", entry, |tx| store::update_tasks(tx, practitioner, &found))?;
    }
    Ok(0)
}
