//! The changes in a transaction, and what a dataset is on a day.
//!
//! The database has one version of all changes, which every change replaces by another id. The version says which changes there are, so a
//! process keeps them for a few versions, and a transaction reads the version and nothing more. Every instance reads it in its own
//! transaction: one that begins after a change was committed has it.

use std::any::Any;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;

use super::model::{EntryFault, PINNED, ReferenceDataset};
use super::overlay::Changes;
use super::queries;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;

/// How many versions a process keeps: that of its database, and those of transactions that still run on an earlier one.
const KEPT: usize = 16;

/// The changes of the latest versions, by version. An id is given once, so a version means the same changes for ever.
static KNOWN: Mutex<Vec<(Id, Arc<Changes>)>> = Mutex::new(Vec::new());

/// Data of a day: as the program ships them, or with changes.
#[derive(Debug)]
pub enum InForce<T: 'static> {
    Shipped(&'static T),
    Changed(Arc<T>),
}

impl<T> Clone for InForce<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Shipped(data) => Self::Shipped(*data),
            Self::Changed(data) => Self::Changed(Arc::clone(data)),
        }
    }
}

impl<T> Deref for InForce<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Self::Shipped(data) => data,
            Self::Changed(data) => data,
        }
    }
}

/// All approved changes: the same for the whole transaction.
///
/// # Errors
/// When the database fails.
pub fn changes(tx: &mut Tx) -> Result<Arc<Changes>> {
    tx.pinned(PINNED, read)
}

fn read(tx: &mut Tx) -> Result<Arc<Changes>> {
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut version = queries::version(tx)?;
    loop {
        if let Some((_, changes)) = known().iter().find(|(known, _)| *known == version) {
            return Ok(Arc::clone(changes));
        }
        let all = queries::approved_changes(tx)?;
        // On PostgreSQL another transaction may be committed between two statements.
        let after = queries::version(tx)?;
        if after == version {
            let changes = Arc::new(Changes::new(all));
            let mut kept = known();
            if kept.len() >= KEPT {
                kept.remove(0);
            }
            kept.push((version, Arc::clone(&changes)));
            return Ok(changes);
        }
        version = after;
    }
}

/// Keeps the reference data as they are until the transaction ends, for work that others must not decide from older data: a change
/// waits for it, and it waits for a change. To be called before other rows are locked.
///
/// # Errors
/// When the database fails.
pub fn lock_version(tx: &mut Tx) -> Result<()> {
    queries::share_lock(tx)
}

/// What a dataset is on a day, built from its changes and those of the datasets that are built with it.
///
/// # Errors
/// When the database fails, or when a stored entry does not fit the data that this version of the program ships: the next start logs it
/// too, and an administrator corrects it by another change.
pub fn on<T: Any + Send + Sync>(
    tx: &mut Tx,
    day: NaiveDate,
    datasets: &[ReferenceDataset],
    shipped: &'static T,
    build: impl FnOnce(&Changes, NaiveDate) -> Result<T, EntryFault>,
) -> Result<InForce<T>> {
    let changes = changes(tx)?;
    in_force(&changes, day, datasets, shipped, build).map_err(|fault| internal(&fault))
}

/// The same for help that must not wait until an entry is corrected: while a stored entry does not fit, what the program ships counts.
///
/// # Errors
/// When the database fails.
pub fn on_or_shipped<T: Any + Send + Sync>(
    tx: &mut Tx,
    day: NaiveDate,
    datasets: &[ReferenceDataset],
    shipped: &'static T,
    build: impl FnOnce(&Changes, NaiveDate) -> Result<T, EntryFault>,
) -> Result<InForce<T>> {
    let changes = changes(tx)?;
    Ok(in_force(&changes, day, datasets, shipped, build).unwrap_or(InForce::Shipped(shipped)))
}

fn in_force<T: Any + Send + Sync>(
    changes: &Changes,
    day: NaiveDate,
    datasets: &[ReferenceDataset],
    shipped: &'static T,
    build: impl FnOnce(&Changes, NaiveDate) -> Result<T, EntryFault>,
) -> Result<InForce<T>, EntryFault> {
    let is_changed = |dataset: &ReferenceDataset| !changes.in_force_on(*dataset, day).is_empty();
    match datasets.first().filter(|_| datasets.iter().any(is_changed)) {
        Some(first) => Ok(InForce::Changed(changes.built(*first, day, build)?)),
        None => Ok(InForce::Shipped(shipped)),
    }
}

/// The error of a stored entry that does not fit.
pub fn internal(fault: &EntryFault) -> Error {
    Error::internal(format!("the stored reference data do not fit this program: {fault}"))
}
