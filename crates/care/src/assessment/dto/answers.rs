//! Request and response bodies of answers to questionnaires.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::assessment::model::{ItemAnswer, QuestionnaireAnswers};
use crate::safety_plans::dto::SafetyPlanView;
use platform::ids::UtcTime;
use platform::private::Private;
use reference::questionnaires::model::{Definition, Score};
use reference::signposts::dto::SignpostView;

/// The answers to one questionnaire, replacing earlier ones.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceAnswers {
    /// One answer for each item that counts, in any order; an item that does not count may be left out.
    #[schema(min_items = 1, max_items = 50)]
    pub answers: Vec<AnswerForm>,
}

/// The answer to one item.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerForm {
    /// Id of the item, for example `phq9_1`.
    #[schema(min_length = 1, max_length = 50)]
    pub item: String,
    /// The points of the chosen answer.
    #[schema(value_type = i32, minimum = 0, maximum = 100)]
    pub value: Private<i32>,
}

/// The recorded answer to one item.
#[derive(Serialize, ToSchema)]
pub struct RecordedAnswer {
    /// Id of the item.
    #[schema(max_length = 50)]
    pub item: String,
    /// The points of the chosen answer.
    #[schema(minimum = 0, maximum = 100)]
    pub value: i32,
}

impl From<ItemAnswer> for RecordedAnswer {
    fn from(answer: ItemAnswer) -> Self {
        Self { item: answer.item, value: answer.value }
    }
}

pub use scheduling::booking::care_relationship::Reader;

/// Answers to one questionnaire and their score, as far as a reader may see it.
#[derive(Serialize, ToSchema)]
pub struct ScoredAnswers {
    /// Code of the questionnaire.
    #[schema(max_length = 50)]
    pub questionnaire: String,
    /// The version that was answered.
    #[schema(minimum = 1, maximum = 65_535)]
    pub version: u16,
    /// The answers, in the order in which they were given.
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

impl ScoredAnswers {
    /// The parts that this reader may see. `definition` supplies the label of the band.
    pub fn new(
        (questionnaire, version): (String, u16),
        answers: Vec<RecordedAnswer>,
        score: Score,
        definition: Option<&Definition>,
        reader: Reader,
    ) -> Self {
        let figures = reader == Reader::Clinician;
        let band = definition.and_then(|definition| definition.bands.iter().find(|band| band.code == score.band));
        Self {
            questionnaire,
            version,
            answers,
            band_label: band.map_or_else(|| score.band.clone(), |band| band.label.clone()),
            band: score.band,
            total: figures.then_some(score.total),
            caseness: figures.then_some(score.caseness),
            risk: figures.then_some(score.risk),
        }
    }
}

/// The answers to a questionnaire and their score.
#[derive(Serialize, ToSchema)]
pub struct AnsweredQuestionnaire {
    /// The answers and their score.
    #[serde(flatten)]
    pub scored: ScoredAnswers,
    /// When the questionnaire was answered.
    pub answered_at: UtcTime,
    /// Code of the questionnaire that must now be answered too; null where these answers lead to none.
    #[schema(max_length = 50)]
    pub next_questionnaire: Option<String>,
    /// Whether the criteria of every symptom cluster are met, for a questionnaire with clusters. Clinicians only.
    pub clusters_met: Option<bool>,
}

impl AnsweredQuestionnaire {
    /// The parts that this reader may see. `definition` supplies the label of the band.
    pub fn new(answered: QuestionnaireAnswers, definition: Option<&Definition>, reader: Reader) -> Self {
        let QuestionnaireAnswers { questionnaire, version, answers, score, answered_at } = answered;
        let next = definition.and_then(|definition| definition.next_after(score.total));
        let answers = answers.into_iter().map(RecordedAnswer::from).collect();
        Self {
            answered_at: answered_at.into(),
            next_questionnaire: next.map(str::to_owned),
            clusters_met: score.clusters_met.filter(|_| reader == Reader::Clinician),
            scored: ScoredAnswers::new((questionnaire, version), answers, score, definition, reader),
        }
    }
}

/// The saved answers.
#[derive(Serialize, ToSchema)]
pub struct AnswersReceived {
    /// The answers and their score.
    pub answered: AnsweredQuestionnaire,
    /// Where to get help now. Show it first. Empty unless the answers call for it.
    #[schema(max_items = 100)]
    pub crisis_help: Vec<SignpostView>,
    /// The practitioner's safety plan, beside the crisis help; null without crisis help, or if there is no plan.
    pub safety_plan: Option<SafetyPlanView>,
}
