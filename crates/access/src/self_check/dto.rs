//! JSON forms about self-checks.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{CheckAnswer, CheckResult, GivenAnswers, OfferedQuestionnaire};
use platform::private::Private;
use reference::questionnaires::model::Definition;
use reference::signposts::dto::SignpostView;
use reference::workforce::model::{Nation, Profession, Region};

/// Anonymous answers. Work and place decide which help is shown, and are not stored.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateSelfCheck {
    /// The questionnaires, each once.
    #[schema(min_items = 1, max_items = 10)]
    pub questionnaires: Vec<AnswerSelfCheck>,
    /// The person's profession.
    #[serde(default)]
    pub profession: Option<Profession>,
    /// The nation they work in. When left out, help that is available in every nation is shown.
    #[serde(default)]
    pub nation: Option<Nation>,
    /// The region they work in.
    #[serde(default)]
    pub region: Option<Region>,
    /// The integrated care board of the area.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 10)]
    pub icb_code: Option<String>,
}

/// One questionnaire with all its answers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerSelfCheck {
    /// The questionnaire's code.
    #[schema(min_length = 1, max_length = 50, example = "gad-7")]
    pub questionnaire: String,
    /// One answer for each item that counts, in any order; an item that does not count may be left out.
    #[schema(min_items = 1, max_items = 50)]
    pub answers: Vec<SelfCheckAnswer>,
}

/// One answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SelfCheckAnswer {
    /// The item's id, such as `gad7_1`.
    #[schema(min_length = 1, max_length = 50)]
    pub item: String,
    /// The points of the chosen answer.
    #[schema(value_type = i32, minimum = 0, maximum = 100)]
    pub value: Private<i32>,
}

impl From<&AnswerSelfCheck> for GivenAnswers {
    fn from(form: &AnswerSelfCheck) -> Self {
        let answer = |answer: &SelfCheckAnswer| CheckAnswer { item: answer.item.clone(), value: *answer.value.reveal() };
        Self { questionnaire: form.questionnaire.clone(), answers: form.answers.iter().map(answer).collect() }
    }
}

/// What the answers indicate, in plain words. This neither finds nor rules out an illness.
#[derive(Serialize, ToSchema)]
pub struct SelfCheckResults {
    /// Where to get help now. Show it first. Empty unless an answer calls for it.
    #[schema(max_items = 100)]
    pub crisis_help: Vec<SignpostView>,
    /// The result of each questionnaire.
    #[schema(max_items = 10)]
    pub results: Vec<SelfCheckBand>,
    /// What the self-check is, and what it is not.
    #[schema(max_length = 500)]
    pub note: String,
    /// Sources of help that match the answers, most urgent first.
    #[schema(max_items = 100)]
    pub signposts: Vec<SignpostView>,
    /// The code with which the person can move the answers into their record, once. Shown only here: it cannot be recovered.
    #[schema(max_length = 100)]
    pub code: String,
    /// The day of the check. Besides the answers, only the day is stored.
    pub answered_on: NaiveDate,
    /// The last day for moving the answers into a record; they are deleted after it.
    pub expires_on: NaiveDate,
}

/// The note returned with every result.
pub const NOTE: &str = "This is not a diagnosis. It looks at the past weeks as you describe them, and it may be wrong about you. \
                        If you are worried, talk to someone, whatever it says.";

/// The result of one questionnaire.
#[derive(Serialize, ToSchema)]
pub struct SelfCheckBand {
    /// The questionnaire's code.
    #[schema(max_length = 50)]
    pub questionnaire: String,
    /// The questionnaire's name.
    #[schema(max_length = 200)]
    pub title: String,
    /// The stable code of the band.
    #[schema(max_length = 50)]
    pub band: String,
    /// What the result means, in plain words.
    #[schema(max_length = 500)]
    pub text: String,
    /// The public source of the band.
    #[schema(max_length = 500)]
    pub source: String,
    /// The code of the questionnaire that says more; null where these answers lead to none.
    #[schema(max_length = 50)]
    pub next_questionnaire: Option<String>,
}

impl SelfCheckBand {
    /// The text of a result; `None` for a questionnaire that is not offered.
    pub fn new(result: &CheckResult, definition: &Definition, offered: &[OfferedQuestionnaire]) -> Option<Self> {
        let band = offered.iter().find(|one| one.code == result.questionnaire)?.band_text(&result.score.band)?;
        Some(Self {
            questionnaire: result.questionnaire.clone(),
            title: definition.title.clone(),
            band: result.score.band.clone(),
            text: band.text.clone(),
            source: band.source.clone(),
            next_questionnaire: definition.next_after(result.score.total).map(str::to_owned),
        })
    }
}
