//! SQL about time limits: approvals that expire, and answers that are due.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::funding::model::FundingState;
use crate::schema::funding_requests;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// How many rows one run handles.
const BATCH: i64 = 50;

/// Approvals whose last day has passed and that are not marked as expired yet.
pub fn expired_approvals(tx: &mut Tx, today: NaiveDate) -> Result<Vec<Id>> {
    Ok(funding_requests::table
        .filter(funding_requests::state.eq_any([FundingState::Approved, FundingState::ApprovedLimited]))
        .filter(funding_requests::valid_until.lt(Some(today)))
        .limit(BATCH)
        .select(funding_requests::id)
        .load(tx.conn)?)
}

/// Requests with an answer due by `last` and this many reminders sent.
pub fn due_for_reminder(tx: &mut Tx, last: NaiveDate, reminders_sent: i32) -> Result<Vec<Id>> {
    Ok(funding_requests::table
        .filter(funding_requests::reminders_sent.eq(reminders_sent))
        .filter(funding_requests::due_on.le(Some(last)))
        .limit(BATCH)
        .select(funding_requests::id)
        .load(tx.conn)?)
}

/// Records how many reminders of a request were sent; false when another instance changed it meanwhile.
pub fn set_reminded(tx: &mut Tx, id: Id, from: (i32, Option<NaiveDate>), to: i32) -> Result<bool> {
    let unchanged = funding_requests::table
        .find(id)
        .filter(funding_requests::reminders_sent.eq(from.0))
        .filter(funding_requests::due_on.eq(from.1));
    let set = (funding_requests::reminders_sent.eq(to), funding_requests::updated_at.eq(tx.now));
    Ok(diesel::update(unchanged).set(set).execute(tx.conn)? == 1)
}
