//! Help elsewhere: what there is, whom it is for, and which of it fits a person's needs. Crisis help above all.

pub mod catalogue;
pub mod dto;
pub mod model;
pub mod rules;

use chrono::NaiveDate;

use crate::platform::error::{Error, Result};
use dto::SignpostView;
use model::{Need, Signpost};

fn all() -> Result<&'static [Signpost]> {
    catalogue::embedded().map_err(|broken| Error::internal(broken.to_string()))
}

/// Where to point somebody with these needs on a day, the most urgent first.
///
/// # Errors
/// [`Error::internal`] when the list inside the program is broken, which start-up rules out.
pub fn for_needs(needs: &[Need], on: NaiveDate) -> Result<Vec<SignpostView>> {
    Ok(rules::matching(all()?, needs, on).into_iter().map(SignpostView::from).collect())
}

/// Where to turn when life may be in danger.
///
/// # Errors
/// As [`for_needs`].
pub fn crisis_help(on: NaiveDate) -> Result<Vec<SignpostView>> {
    Ok(rules::crisis(all()?, on).into_iter().map(SignpostView::from).collect())
}

/// The signposts of these ids, in the order of the list, those included that are no longer in force.
///
/// # Errors
/// As [`for_needs`].
pub fn by_ids(ids: &[String]) -> Result<Vec<SignpostView>> {
    Ok(all()?.iter().filter(|signpost| ids.contains(&signpost.id)).map(SignpostView::from).collect())
}

/// The place in the list of the first of these ids that nobody may be pointed to on this day.
///
/// # Errors
/// As [`for_needs`].
pub fn first_unknown(ids: &[String], on: NaiveDate) -> Result<Option<usize>> {
    let known = rules::in_force(all()?, on);
    Ok(ids.iter().position(|id| !known.iter().any(|signpost| signpost.id == *id)))
}
