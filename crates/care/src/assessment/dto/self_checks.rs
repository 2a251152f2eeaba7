//! Forms about self-checks that a practitioner took over.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answers::{Reader, RecordedAnswer};
use access::self_check::model::{CheckResult, TakenOver};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use reference::questionnaires::catalogue::Catalogue;
use reference::signposts::dto::SignpostView;

/// The code that came with the results of a self-check.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimSelfCheck {
    /// The code.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub code: Private<String>,
}

/// One questionnaire of a self-check as it was answered.
#[derive(Serialize, ToSchema)]
pub struct PriorResult {
    /// The self-check that it belongs to.
    pub self_check_id: Id,
    /// The day on which it was answered.
    pub taken_on: NaiveDate,
    /// The questionnaire's code.
    #[schema(max_length = 50)]
    pub questionnaire: String,
    /// The version that was answered.
    #[schema(minimum = 1, maximum = 65_535)]
    pub version: u16,
    /// Whether the answers may be offered again where this is shown: it asks for the same questionnaire, about the same weeks.
    pub reusable: bool,
    /// The answers.
    #[schema(max_items = 50)]
    pub answers: Vec<RecordedAnswer>,
    /// What they come to, as a stable code.
    #[schema(max_length = 50)]
    pub band: String,
    /// What they come to, in plain words.
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
    /// What this reader may see of a result.
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
            taken_on,
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

/// A self-check that a practitioner took over into their record.
#[derive(Serialize, ToSchema)]
pub struct ClaimedSelfCheck {
    /// Names it.
    pub id: Id,
    /// The day on which it was taken, by somebody whom nobody knew then.
    pub taken_on: NaiveDate,
    /// When it was taken over.
    pub claimed_at: UtcTime,
    /// What was answered.
    #[schema(max_items = 10)]
    pub results: Vec<PriorResult>,
}

impl ClaimedSelfCheck {
    /// What this reader may see of it.
    pub fn new(taken: TakenOver, known: &Catalogue, reader: Reader) -> Self {
        let TakenOver { id, taken_on, claimed_at, results } = taken;
        let result = |result| PriorResult::new(id, taken_on, result, false, known, reader);
        Self { id, taken_on, claimed_at, results: results.into_iter().map(result).collect() }
    }
}

/// What was taken over, and where to turn.
#[derive(Serialize, ToSchema)]
pub struct SelfCheckClaimResult {
    /// Where to turn now. Empty unless an answer calls for it.
    #[schema(max_items = 100)]
    pub crisis_help: Vec<SignpostView>,
    /// The self-check as it is in the record now.
    #[schema(inline = false)]
    pub self_check: ClaimedSelfCheck,
}
