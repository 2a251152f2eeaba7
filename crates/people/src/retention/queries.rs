//! SQL statements about retention reviews, and about when a record is looked at.

pub mod certificates;
pub mod holds;

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::model::{RetentionDecision, RetentionEnd, RetentionReview, RetentionReviewState, RetentionRule};
use crate::relationships::Protected;
use crate::schema::{practitioners, retention_reviews};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place, Sealer};

const FINDINGS: &str = "retention_reviews.sealed_findings";
const DECISION: &str = "retention_reviews.sealed_decision";

/// The states in which a review waits for someone.
const OPEN: [RetentionReviewState; 2] = [RetentionReviewState::Due, RetentionReviewState::DestructionProposed];

/// By which rule the retention of a record ends, and its last entry. Stored encrypted: the rule reveals a death.
#[derive(Serialize, Deserialize)]
pub(super) struct SealedRetentionEnd {
    pub rule: RetentionRule,
    pub last_entry_on: NaiveDate,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = retention_reviews)]
struct Row {
    id: Id,
    practitioner_id: Id,
    state: RetentionReviewState,
    due_on: NaiveDate,
    sealed_findings: Vec<u8>,
    decided_by: Option<Id>,
    decided_at: Option<UtcTime>,
    sealed_decision: Option<Vec<u8>>,
    kept_until: Option<NaiveDate>,
    created_at: UtcTime,
}

impl Row {
    fn open(self, sealer: &Sealer) -> Result<RetentionReview> {
        let SealedRetentionEnd { rule, last_entry_on } = sealer.open_json(Place(FINDINGS, self.id), &self.sealed_findings)?;
        let decision = match (self.decided_by, self.decided_at, self.sealed_decision) {
            (Some(by), Some(at), Some(sealed)) => {
                let reason = sealer.open_text(Place(DECISION, self.id), &sealed)?.into();
                Some(RetentionDecision { by, at, reason })
            }
            _ => None,
        };
        Ok(RetentionReview {
            id: self.id,
            practitioner: self.practitioner_id,
            state: self.state,
            end: RetentionEnd { rule, last_entry_on, due_on: self.due_on },
            decision,
            kept_until: self.kept_until,
            created_at: self.created_at,
        })
    }
}

/// The practitioners whose record is looked at now: first those whose record never was.
pub fn to_check(tx: &mut Tx, today: NaiveDate, limit: i64) -> Result<Vec<Id>> {
    let never = practitioners::table.filter(practitioners::retention_check_on.is_null()).select(practitioners::id);
    let found: Vec<Id> = never.limit(limit).load(tx.conn)?;
    if !found.is_empty() {
        return Ok(found);
    }
    Ok(practitioners::table
        .filter(practitioners::retention_check_on.le(Some(today)))
        .order(practitioners::retention_check_on)
        .limit(limit)
        .select(practitioners::id)
        .load(tx.conn)?)
}

/// Sets on which day a record is looked at next.
pub fn set_next_check(tx: &mut Tx, practitioner: Id, day: NaiveDate) -> Result<()> {
    diesel::update(practitioners::table.find(practitioner))
        .set(practitioners::retention_check_on.eq(Some(day)))
        .execute(tx.conn)?;
    Ok(())
}

/// Until when privacy officers decided to keep a record, by the latest of their decisions.
pub fn kept_until(tx: &mut Tx, practitioner: Id) -> Result<Option<NaiveDate>> {
    let days: Vec<Option<NaiveDate>> = retention_reviews::table
        .filter(retention_reviews::practitioner_id.eq(practitioner))
        .filter(retention_reviews::state.eq(RetentionReviewState::Kept))
        .select(retention_reviews::kept_until)
        .load(tx.conn)?;
    Ok(days.into_iter().flatten().max())
}

/// The review of a record that waits for someone.
pub fn open_of(tx: &mut Tx, practitioner: Id) -> Result<Option<Id>> {
    Ok(retention_reviews::table
        .filter(retention_reviews::practitioner_id.eq(practitioner))
        .filter(retention_reviews::state.eq_any(OPEN))
        .select(retention_reviews::id)
        .get_result(tx.conn)
        .optional()?)
}

/// Lists a record whose retention has ended; returns the id of the review.
pub fn insert(tx: &mut Tx, practitioner: Id, end: RetentionEnd) -> Result<Id> {
    let id = Id::new(tx.now);
    let findings = SealedRetentionEnd { rule: end.rule, last_entry_on: end.last_entry_on };
    diesel::insert_into(retention_reviews::table)
        .values((
            retention_reviews::id.eq(id),
            retention_reviews::practitioner_id.eq(practitioner),
            retention_reviews::state.eq(RetentionReviewState::Due),
            retention_reviews::due_on.eq(end.due_on),
            retention_reviews::sealed_findings.eq(tx.sealer.seal_json(Place(FINDINGS, id), &findings)?),
            retention_reviews::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// The review with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Protected<RetentionReview>>> {
    let row: Option<Row> = retention_reviews::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    let review = row.map(|row| row.open(tx.sealer)).transpose()?;
    Ok(review.map(|review| Protected::new(review.practitioner, review)))
}

/// The state of a review, without decrypting it.
pub fn state(tx: &mut Tx, id: Id) -> Result<Option<RetentionReviewState>> {
    Ok(retention_reviews::table.find(id).select(retention_reviews::state).get_result(tx.conn).optional()?)
}

/// Which reviews are listed.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub state: Option<RetentionReviewState>,
    /// Never those of these practitioners.
    pub hidden: Vec<Id>,
    /// Only those before this one.
    pub before: Option<Id>,
}

/// Reviews, the newest first.
pub fn list(tx: &mut Tx, filter: &Filter, limit: i64) -> Result<Opened<Id, RetentionReview>> {
    let mut query = retention_reviews::table.select(Row::as_select()).into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(retention_reviews::state.eq(state));
    }
    if !filter.hidden.is_empty() {
        query = query.filter(retention_reviews::practitioner_id.ne_all(filter.hidden.clone()));
    }
    if let Some(before) = filter.before {
        query = query.filter(retention_reviews::id.lt(before));
    }
    let rows: Vec<Row> = query.order(retention_reviews::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row.open(tx.sealer))).collect())
}

/// How many reviews wait for a decision.
pub fn count_due(tx: &mut Tx) -> Result<i64> {
    let due = retention_reviews::table.filter(retention_reviews::state.eq(RetentionReviewState::Due));
    Ok(due.count().get_result(tx.conn)?)
}

/// What a privacy officer decides.
#[derive(Debug, Clone, Copy)]
pub struct NewDecision<'a> {
    pub state: RetentionReviewState,
    pub by: Id,
    pub reason: &'a str,
    pub kept_until: Option<NaiveDate>,
}

/// Stores a decision. The caller holds the lock of the practitioner.
pub fn decide(tx: &mut Tx, id: Id, new: NewDecision<'_>) -> Result<()> {
    let sealed = tx.sealer.seal_text(Place(DECISION, id), new.reason)?;
    diesel::update(retention_reviews::table.find(id))
        .set((
            retention_reviews::state.eq(new.state),
            retention_reviews::decided_by.eq(Some(new.by)),
            retention_reviews::decided_at.eq(Some(tx.now)),
            retention_reviews::sealed_decision.eq(Some(sealed)),
            retention_reviews::kept_until.eq(new.kept_until),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Has a review wait for a decision again, or lapse: what was decided no longer counts.
pub fn reset(tx: &mut Tx, id: Id, state: RetentionReviewState) -> Result<()> {
    diesel::update(retention_reviews::table.find(id))
        .set((
            retention_reviews::state.eq(state),
            retention_reviews::decided_by.eq(None::<Id>),
            retention_reviews::decided_at.eq(None::<UtcTime>),
            retention_reviews::sealed_decision.eq(None::<Vec<u8>>),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Records who approves a destruction. From then on, and until the transaction ends, triggers let issued documents be deleted.
pub fn record_approval(tx: &mut Tx, id: Id, by: Id) -> Result<()> {
    let proposed =
        retention_reviews::table.find(id).filter(retention_reviews::state.eq(RetentionReviewState::DestructionProposed));
    let confirmed = diesel::update(proposed).set(retention_reviews::confirmed_by.eq(Some(by))).execute(tx.conn)?;
    if confirmed == 1 { Ok(()) } else { Err(Error::internal("a destruction is approved that was not proposed")) }
}
