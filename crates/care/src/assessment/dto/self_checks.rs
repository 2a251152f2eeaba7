//! Request and response bodies of self-checks in a practitioner's record.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answers::{Reader, RecordedAnswer, ScoredAnswers};
use crate::safety_plans::dto::SafetyPlanView;
use access::self_check::model::{CheckResult, ClaimedCheck};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use reference::questionnaires::catalogue::Catalogue;
use reference::signposts::dto::SignpostView;

/// Request to add a self-check to the practitioner's record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimSelfCheck {
    /// The code that was shown with the results of the self-check.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub code: Private<String>,
}

/// The answers to one questionnaire of a self-check.
#[derive(Serialize, ToSchema)]
pub struct PriorResult {
    /// The self-check that the answers come from.
    pub self_check_id: Id,
    /// The date on which it was answered.
    pub answered_on: NaiveDate,
    /// Whether the answers can be reused in this assessment: it requires the same questionnaire, and the same weeks are asked
    /// about.
    pub reusable: bool,
    /// The answers, which can be used again, and their score.
    #[serde(flatten)]
    pub scored: ScoredAnswers,
}

impl PriorResult {
    /// The parts of a result that this reader may see.
    pub fn new(
        check: Id,
        taken_on: NaiveDate,
        result: CheckResult,
        offered_again: bool,
        known: &Catalogue,
        reader: Reader,
    ) -> Self {
        let CheckResult { questionnaire, version, answers, score } = result;
        let answers = answers.into_iter().map(|answer| RecordedAnswer { item: answer.item, value: answer.value }).collect();
        let definition = known.get(&questionnaire);
        Self {
            self_check_id: check,
            answered_on: taken_on,
            reusable: offered_again,
            scored: ScoredAnswers::new((questionnaire, version), answers, score, definition, reader),
        }
    }
}

/// A self-check that a practitioner added to their record.
#[derive(Serialize, ToSchema)]
pub struct ClaimedSelfCheck {
    /// Identifies the self-check.
    pub id: Id,
    /// The date on which it was taken, then anonymously.
    pub answered_on: NaiveDate,
    /// When it was added to the record.
    pub claimed_at: UtcTime,
    /// The answered questionnaires.
    #[schema(max_items = 10)]
    pub results: Vec<PriorResult>,
}

impl ClaimedSelfCheck {
    /// The parts that this reader may see.
    pub fn new(taken: ClaimedCheck, known: &Catalogue, reader: Reader) -> Self {
        let ClaimedCheck { id, taken_on, claimed_at, results } = taken;
        let result = |result| PriorResult::new(id, taken_on, result, false, known, reader);
        Self { id, answered_on: taken_on, claimed_at, results: results.into_iter().map(result).collect() }
    }
}

/// The self-check that was added, and where to get help.
#[derive(Serialize, ToSchema)]
pub struct SelfCheckClaimResult {
    /// Where to get help now. Show it first. Empty unless the answers call for it.
    #[schema(max_items = 100)]
    pub crisis_help: Vec<SignpostView>,
    /// The practitioner's safety plan, beside the crisis help; null without crisis help, or if there is no plan.
    pub safety_plan: Option<SafetyPlanView>,
    /// The self-check as it is in the record now.
    #[schema(inline = false)]
    pub self_check: ClaimedSelfCheck,
}
