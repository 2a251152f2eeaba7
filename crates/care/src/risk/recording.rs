//! Records risk assessments, each with the time at which staff are notified of the next review.

use super::in_force::policy;
use super::model::AssessmentContent;
use super::queries::{assessments, reviews};
use super::rules;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use reference::workforce::bank_holidays_or_shipped;

/// Stores an assessment; `alert` is the one that it closes. It ends the review that the assessment before asked for. The caller has locked
/// the practitioner's row.
pub(super) fn record(tx: &mut Tx, practitioner: Id, alert: Option<Id>, clinician: Id, content: &AssessmentContent) -> Result<Id> {
    let assessment = assessments::insert(tx, practitioner, alert, clinician, content)?;
    let (holidays, policy) = (bank_holidays_or_shipped(tx)?, policy(tx)?);
    let first = |day| UtcTime::from(rules::first_review_step(&policy, day, tx.now.get(), &holidays));
    let first_step_at = content.next_review_on.map(first);
    reviews::replace(tx, practitioner, assessment, first_step_at)?;
    Ok(assessment)
}
