//! Background job: it lists the records whose retention has ended. It destroys nothing. It works from the present state, so several
//! instances may run it at once.

use super::model::RetentionReviewState;
use super::tables::RetentionHandlers;
use super::{facts, notifications, queries, rules};
use crate::practitioners::queries as practitioners;
use crate::relationships::Permit;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// How many records one run looks at.
const BATCH: i64 = 50;

/// Lists the records whose retention has ended, and takes those from the list that are in use again or have a new entry. Returns how many
/// records were looked at. Publishes how many reviews wait.
///
/// # Errors
/// When the database cannot be reached. A record that cannot be looked at is logged, stops no other one, and is tried again the next day.
pub fn list_due(tx: &mut Tx, handlers: &RetentionHandlers) -> Result<usize> {
    let today = tx.now.london_day();
    let mut to_check = queries::to_check(tx, today, BATCH)?;
    // Always in the same order: two instances that lock the same rows cannot deadlock.
    to_check.sort();
    let mut listed = Vec::new();
    for practitioner in &to_check {
        // The log names no practitioner.
        let entry = queries::open_of(tx, *practitioner)?.unwrap_or(Id::NO_RECORD);
        match tx.alone("retention", entry, |tx| check(tx, handlers, *practitioner))? {
            Some(Some(review)) => listed.push((review, *practitioner)),
            Some(None) => {}
            None => queries::set_next_check(tx, *practitioner, today.succ_opt().unwrap_or(today))?,
        }
    }
    notifications::notify_of_due(tx, &listed)?;
    let waiting = i32::try_from(queries::count_due(tx)?).unwrap_or(i32::MAX);
    metrics::gauge!("confide_retention_reviews_due").set(waiting);
    Ok(to_check.len())
}

/// Looks at one record; returns the review where it is listed now.
fn check(tx: &mut Tx, handlers: &RetentionHandlers, practitioner: Id) -> Result<Option<Id>> {
    let today = tx.now.london_day();
    if practitioners::lock_practitioner(tx, practitioner)?.is_none() {
        return Ok(None);
    }
    let facts = facts::read(tx, handlers, practitioner)?;
    queries::set_next_check(tx, practitioner, rules::next_check(facts.end.due_on, today))?;
    let is_due = facts.in_use.is_none() && facts.end.due_on <= today;
    let permit = Permit::for_the_service(practitioner);
    match (is_due, queries::open_of(tx, practitioner)?) {
        (true, None) => {
            let review = queries::insert(tx, practitioner, facts.end)?;
            permit.record(tx, "retention_review.opened", ("retention_review", Some(review)))?;
            Ok(Some(review))
        }
        (false, Some(review)) => {
            queries::reset(tx, review, RetentionReviewState::Lapsed)?;
            permit.record(tx, "retention_review.lapsed", ("retention_review", Some(review)))?;
            Ok(None)
        }
        (true, Some(_)) | (false, None) => Ok(None),
    }
}
