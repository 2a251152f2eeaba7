//! What lists of people want to know of their follow-ups.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::listing::{Filter, narrowed, standing};
use crate::follow_ups::model::FollowUpState;
use crate::schema::follow_ups;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// Of each of these people who has an overdue follow-up: the one that is overdue the longest, and its last day.
pub fn overdue(tx: &mut Tx, people: &[Id], today: NaiveDate) -> Result<BTreeMap<Id, (Id, NaiveDate)>> {
    if people.is_empty() {
        return Ok(BTreeMap::new());
    }
    let filter = Filter { among: Some(people.to_vec()), ..Filter::default() };
    let rows: Vec<(Id, Id, NaiveDate)> = standing(narrowed(&filter), FollowUpState::Overdue, today)
        .select((follow_ups::practitioner_id, follow_ups::id, follow_ups::due_by))
        .order((follow_ups::due_by.desc(), follow_ups::id.desc()))
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|(person, id, due_by)| (person, (id, due_by))).collect())
}

/// Everybody who has an overdue follow-up.
pub fn people_overdue(tx: &mut Tx, today: NaiveDate) -> Result<Vec<Id>> {
    let mut people: Vec<Id> = standing(narrowed(&Filter::default()), FollowUpState::Overdue, today)
        .select(follow_ups::practitioner_id)
        .load(tx.conn)?;
    people.sort();
    people.dedup();
    Ok(people)
}
