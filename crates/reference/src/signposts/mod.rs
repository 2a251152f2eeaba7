//! Signposts: the directory of services elsewhere, and which of them fit a person's needs. Crisis help has priority.
//!
//! The directory is in the database, where administrators change it. It starts with the entries that are built into the program.
//! The emergency routes are always returned as they are built in, whatever the directory contains.

pub mod catalogue;
pub mod dto;
pub mod model;
pub mod queries;
pub mod rules;

pub use catalogue::built_in;

use chrono::NaiveDate;

use dto::SignpostView;
use model::{DirectoryEntry, Seeker, SignpostNeed};
use platform::Tx;
use platform::error::Result;

/// The directory with its emergency routes, including entries that are no longer in force.
///
/// # Errors
/// As [`for_seeker`].
pub fn directory(tx: &mut Tx) -> Result<Vec<DirectoryEntry>> {
    Ok(rules::with_emergency_routes(built_in(), queries::all(tx)?))
}

/// Adds the built-in entries that the directory does not have; returns how many. Existing entries stay as they are, so that a
/// newer version of the program adds new entries and overwrites no change of an administrator.
///
/// # Errors
/// When the database fails.
pub fn add_missing(tx: &mut Tx) -> Result<usize> {
    let mut added = 0;
    for (place, signpost) in built_in().iter().enumerate() {
        added += usize::from(queries::add_built_in(tx, signpost, rules::position(place))?);
    }
    Ok(added)
}

/// The signposts for a person with these needs on a day, the most urgent first. Those for another profession or area are left
/// out.
///
/// # Errors
/// When the database cannot be read.
pub fn for_seeker(tx: &mut Tx, needs: &[SignpostNeed], seeker: &Seeker, on: NaiveDate) -> Result<Vec<SignpostView>> {
    let all = directory(tx)?;
    Ok(rules::matching(&all, needs, seeker, on).into_iter().map(|entry| SignpostView::from(&entry.signpost)).collect())
}

/// The signposts for a person whose life may be in danger, in their nation, or in all of them where it is not known. It is never
/// empty: it includes the built-in emergency routes even if the directory does not have them or an administrator has ended them.
///
/// # Errors
/// As [`for_seeker`].
pub fn crisis_help(tx: &mut Tx, seeker: &Seeker, on: NaiveDate) -> Result<Vec<SignpostView>> {
    for_seeker(tx, &[SignpostNeed::Crisis], &Seeker { nation: seeker.nation, ..Seeker::default() }, on)
}

/// The signposts with these ids, in the order of the directory, including those no longer in force.
///
/// # Errors
/// As [`for_seeker`].
pub fn by_ids(tx: &mut Tx, ids: &[String]) -> Result<Vec<SignpostView>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let all = directory(tx)?;
    Ok(all.iter().filter(|entry| ids.contains(&entry.signpost.id)).map(|entry| SignpostView::from(&entry.signpost)).collect())
}

/// The signposts with these ids that are in force on a day, in the order of `ids`.
///
/// # Errors
/// As [`for_seeker`].
pub fn in_force_by_ids(tx: &mut Tx, ids: &[String], on: NaiveDate) -> Result<Vec<SignpostView>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let all = directory(tx)?;
    let known = rules::in_force(&all, on);
    let view = |id: &String| known.iter().find(|entry| entry.signpost.id == *id).map(|entry| SignpostView::from(&entry.signpost));
    Ok(ids.iter().filter_map(view).collect())
}

/// The position in `ids` of the first one that is not in force on this day or does not help in a crisis.
///
/// # Errors
/// As [`for_seeker`].
pub fn first_not_for_crisis(tx: &mut Tx, ids: &[String], on: NaiveDate) -> Result<Option<usize>> {
    if ids.is_empty() {
        return Ok(None);
    }
    let all = directory(tx)?;
    let known = rules::in_force(&all, on);
    Ok(ids.iter().position(|id| !known.iter().any(|entry| entry.signpost.id == *id && entry.signpost.meets_crisis())))
}

/// The position in `ids` of the first one that is not in force on this day.
///
/// # Errors
/// As [`for_seeker`].
pub fn first_unknown(tx: &mut Tx, ids: &[String], on: NaiveDate) -> Result<Option<usize>> {
    if ids.is_empty() {
        return Ok(None);
    }
    let all = directory(tx)?;
    let known = rules::in_force(&all, on);
    Ok(ids.iter().position(|id| !known.iter().any(|entry| entry.signpost.id == *id)))
}

/// How many entries in force have not been compared with their source for more than `days` days.
///
/// # Errors
/// As [`for_seeker`].
pub fn count_unchecked(tx: &mut Tx, days: u32, on: NaiveDate) -> Result<usize> {
    Ok(rules::unchecked(&directory(tx)?, days, on).len())
}

/// Publishes that number as a metric.
pub fn publish_unchecked(unchecked: usize) {
    metrics::gauge!("confide_signposts_unchecked").set(f64::from(u32::try_from(unchecked).unwrap_or(u32::MAX)));
}
