//! Overdue follow-ups for lists of practitioners.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::listing;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// For each of these practitioners with an overdue follow-up: the one that has been overdue longest, and its last day.
pub fn longest_overdue(tx: &mut Tx, people: &[Id], today: NaiveDate) -> Result<BTreeMap<Id, (Id, NaiveDate)>> {
    if people.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = listing::overdue(tx, Some(people.to_vec()), today)?;
    Ok(rows.into_iter().map(|row| (row.practitioner, (row.id, row.due_by))).collect())
}

/// Those of these practitioners, or of all, who have an overdue follow-up.
pub fn practitioners_with_overdue(tx: &mut Tx, among: Option<Vec<Id>>, today: NaiveDate) -> Result<Vec<Id>> {
    let mut people: Vec<Id> = listing::overdue(tx, among, today)?.into_iter().map(|row| row.practitioner).collect();
    people.sort();
    people.dedup();
    Ok(people)
}
