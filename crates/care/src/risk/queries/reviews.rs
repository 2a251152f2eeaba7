//! Database queries about reviews of a risk: when staff are notified of the review that the newest risk assessment of a practitioner asks
//! for. It is there until the next assessment, or until care ends.

use diesel::prelude::*;

use crate::schema::risk_reviews;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// A review of which staff are notified now.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct DueReview {
    pub practitioner: Id,
    /// The assessment that asks for it.
    pub assessment: Id,
    /// When they were to be notified.
    pub step_at: UtcTime,
    /// When they were notified before; none the first time.
    pub notified_at: Option<UtcTime>,
}

/// Stores when staff are first notified of the review that a new assessment asks for, if it asks for one. The review of the assessment
/// before ends.
pub fn replace(tx: &mut Tx, practitioner: Id, assessment: Id, first_step_at: Option<UtcTime>) -> Result<()> {
    end(tx, practitioner)?;
    if let Some(at) = first_step_at {
        diesel::insert_into(risk_reviews::table)
            .values((
                risk_reviews::practitioner_id.eq(practitioner),
                risk_reviews::assessment_id.eq(assessment),
                risk_reviews::next_step_at.eq(Some(at)),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Ends the review of a practitioner, if there is one.
pub fn end(tx: &mut Tx, practitioner: Id) -> Result<()> {
    diesel::delete(risk_reviews::table.find(practitioner)).execute(tx.conn)?;
    Ok(())
}

/// Reviews of which staff are to be notified now, those that have waited longest first; only those after this time and practitioner.
pub fn due(tx: &mut Tx, after: Option<(UtcTime, Id)>, limit: i64) -> Result<Vec<DueReview>> {
    let mut query = risk_reviews::table
        .filter(risk_reviews::next_step_at.le(Some(tx.now)))
        .select((
            risk_reviews::practitioner_id,
            risk_reviews::assessment_id,
            risk_reviews::next_step_at.assume_not_null(),
            risk_reviews::notified_at,
        ))
        .into_boxed();
    if let Some((at, practitioner)) = after {
        let later = risk_reviews::next_step_at.gt(Some(at));
        query =
            query.filter(later.or(risk_reviews::next_step_at.eq(Some(at)).and(risk_reviews::practitioner_id.gt(practitioner))));
    }
    Ok(query.order((risk_reviews::next_step_at, risk_reviews::practitioner_id)).limit(limit).load(tx.conn)?)
}

/// Ends a review that is due. False when another instance has notified of it, or a later assessment has ended it.
pub fn end_due(tx: &mut Tx, due: &DueReview) -> Result<bool> {
    let unchanged = risk_reviews::table
        .find(due.practitioner)
        .filter(risk_reviews::assessment_id.eq(due.assessment))
        .filter(risk_reviews::next_step_at.eq(Some(due.step_at)));
    Ok(diesel::delete(unchanged).execute(tx.conn)? == 1)
}

/// Notes that staff are notified of a review now, when they are next, and since when coordinators are asked, if they are. False when
/// another instance has notified of it, or a later assessment has ended it.
pub fn set_notified(
    tx: &mut Tx,
    due: &DueReview,
    next_step_at: Option<UtcTime>,
    coordinators_since: Option<UtcTime>,
) -> Result<bool> {
    let unchanged = risk_reviews::table
        .find(due.practitioner)
        .filter(risk_reviews::assessment_id.eq(due.assessment))
        .filter(risk_reviews::next_step_at.eq(Some(due.step_at)));
    let changed = diesel::update(unchanged)
        .set((
            risk_reviews::next_step_at.eq(next_step_at),
            risk_reviews::notified_at.eq(Some(tx.now)),
            risk_reviews::coordinators_since.eq(coordinators_since),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// The practitioner whose review this assessment asks for; none once the review has ended.
pub fn practitioner_of(tx: &mut Tx, assessment: Id) -> Result<Option<Id>> {
    Ok(risk_reviews::table
        .filter(risk_reviews::assessment_id.eq(assessment))
        .select(risk_reviews::practitioner_id)
        .first(tx.conn)
        .optional()?)
}
