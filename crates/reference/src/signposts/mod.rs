//! Help elsewhere: what there is, whom it is for, and which of it fits a person's needs. Crisis help above all.
//!
//! The directory is kept in the database, where administrators change it; the program brings what it begins with. The
//! emergency routes are always answered as the program ships them, whatever the directory says.

pub mod catalogue;
pub mod dto;
pub mod model;
pub mod queries;
pub mod rules;

pub use catalogue::shipped;

use chrono::NaiveDate;

use dto::SignpostView;
use model::{Entry, Seeker, SignpostNeed};
use platform::Tx;
use platform::error::Result;

/// The directory as it is answered from, past entries included.
///
/// # Errors
/// As [`for_seeker`].
pub fn directory(tx: &mut Tx) -> Result<Vec<Entry>> {
    Ok(rules::with_emergency_routes(shipped(), queries::all(tx)?))
}

/// Adds what the program ships and the directory lacks; returns how many. What is there stays as it is, so that a newer
/// program brings new entries and undoes nothing that an administrator did.
///
/// # Errors
/// When the database refuses.
pub fn fill(tx: &mut Tx) -> Result<usize> {
    let mut added = 0;
    for (place, signpost) in shipped().iter().enumerate() {
        added += usize::from(queries::ship(tx, signpost, rules::position(place))?);
    }
    Ok(added)
}

/// Where to point somebody with these needs on a day, of whom this is known: the most urgent first. What is for another profession, or
/// for elsewhere, is left out.
///
/// # Errors
/// When the database cannot be read.
pub fn for_seeker(tx: &mut Tx, needs: &[SignpostNeed], seeker: &Seeker, on: NaiveDate) -> Result<Vec<SignpostView>> {
    let all = directory(tx)?;
    Ok(rules::matching(&all, needs, seeker, on).into_iter().map(|entry| SignpostView::from(&entry.signpost)).collect())
}

/// Where to turn when life may be in danger, in the nation of this person, or in all where that is not known. Never empty: what the program ships as emergency routes is among it even if the
/// directory lacks it, or somebody ended it there.
///
/// # Errors
/// As [`for_seeker`].
pub fn crisis_help(tx: &mut Tx, seeker: &Seeker, on: NaiveDate) -> Result<Vec<SignpostView>> {
    for_seeker(tx, &[SignpostNeed::Crisis], &Seeker { nation: seeker.nation, ..Seeker::default() }, on)
}

/// The signposts of these ids, in the order of the directory, those included that are no longer in force.
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

/// The place in the list of the first of these ids that nobody may be pointed to on this day.
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

/// How many entries in force nobody has compared with their source for so many days.
///
/// # Errors
/// As [`for_seeker`].
pub fn count_unchecked(tx: &mut Tx, days: u32, on: NaiveDate) -> Result<usize> {
    Ok(rules::unchecked(&directory(tx)?, days, on).len())
}

/// Shows how many there are to whoever watches.
pub fn publish(unchecked: usize) {
    metrics::gauge!("confide_signposts_unchecked").set(f64::from(u32::try_from(unchecked).unwrap_or(u32::MAX)));
}
