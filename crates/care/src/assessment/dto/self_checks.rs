//! Request and response bodies of self-checks in a practitioner's record.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answers::{Reader, RecordedAnswer};
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
    /// Code of the questionnaire.
    #[schema(max_length = 50)]
    pub questionnaire: String,
    /// The version that was answered.
    #[schema(minimum = 1, maximum = 65_535)]
    pub version: u16,
    /// Whether the answers can be reused in this assessment: it requires the same questionnaire, and the same weeks are asked
    /// about.
    pub reusable: bool,
    /// The answers that can be used again.
    #[schema(max_items = 50)]
    pub answers: Vec<RecordedAnswer>,
    /// The severity band of the score, as a stable code.
    #[schema(max_length = 50)]
    pub band: String,
    /// The severity band in plain words.
    #[schema(max_length = 100)]
    pub band_label: String,
    /// The sum of all answers. Clinicians only; null for the practitioner.
    #[schema(minimum = 0, maximum = 65_535)]
    pub total: Option<u16>,
    /// Whether the total reaches the threshold for a case. Clinicians only.
    pub caseness: Option<bool>,
    /// Whether any answer shows risk. Clinicians only.
    pub risk: Option<bool>,
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
        let figures = reader == Reader::Clinician;
        let CheckResult { questionnaire, version, answers, score } = result;
        let band = known.get(&questionnaire).and_then(|found| found.bands.iter().find(|band| band.code == score.band));
        Self {
            band_label: band.map_or_else(|| score.band.clone(), |band| band.label.clone()),
            self_check_id: check,
            answered_on: taken_on,
            questionnaire,
            version,
            reusable: offered_again,
            answers: answers.into_iter().map(|answer| RecordedAnswer { item: answer.item, value: answer.value }).collect(),
            band: score.band,
            total: figures.then_some(score.total),
            caseness: figures.then_some(score.caseness),
            risk: figures.then_some(score.risk),
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
    /// Where to get help now. Empty unless the answers call for it.
    #[schema(max_items = 100)]
    pub crisis_help: Vec<SignpostView>,
    /// The practitioner's safety plan, beside the crisis help; null without crisis help, or if there is no plan.
    pub safety_plan: Option<SafetyPlanView>,
    /// The self-check as it is in the record now.
    #[schema(inline = false)]
    pub self_check: ClaimedSelfCheck,
}
