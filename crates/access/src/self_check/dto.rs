//! Forms about self-checks.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{CheckAnswer, CheckResult, Given, Offered};
use platform::private::Private;
use reference::questionnaires::model::Definition;
use reference::signposts::dto::SignpostView;
use reference::workforce::model::{Nation, Profession, Region};

/// Answers that nobody signs. What is said of work and place decides on the help that is shown, and is not kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateSelfCheck {
    /// The questionnaires that are answered, each once.
    #[schema(min_items = 1, max_items = 10)]
    pub questionnaires: Vec<AnswerSelfCheck>,
    /// What the person works as.
    #[serde(default)]
    pub profession: Option<Profession>,
    /// In which nation. Where nobody says, help is shown that there is in all of them.
    #[serde(default)]
    pub nation: Option<Nation>,
    /// In which region.
    #[serde(default)]
    pub region: Option<Region>,
    /// The integrated care board of the area.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 10)]
    pub icb_code: Option<String>,
}

/// One questionnaire, all of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerSelfCheck {
    /// Its code.
    #[schema(min_length = 1, max_length = 50, example = "gad-7")]
    pub questionnaire: String,
    /// One answer for each item, in any order.
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
    /// The points of the choice.
    #[schema(value_type = i32, minimum = 0, maximum = 100)]
    pub value: Private<i32>,
}

impl From<&AnswerSelfCheck> for Given {
    fn from(form: &AnswerSelfCheck) -> Self {
        let answer = |answer: &SelfCheckAnswer| CheckAnswer { item: answer.item.clone(), value: *answer.value.reveal() };
        Self { questionnaire: form.questionnaire.clone(), answers: form.answers.iter().map(answer).collect() }
    }
}

/// What the answers come to, in plain words. It finds no illness and rules none out.
#[derive(Serialize, ToSchema)]
pub struct SelfCheckResults {
    /// Where to turn now. Empty unless an answer calls for it.
    #[schema(max_items = 100)]
    pub crisis_help: Vec<SignpostView>,
    /// What each questionnaire comes to.
    #[schema(max_items = 10)]
    pub results: Vec<SelfCheckBand>,
    /// What this is, and what it is not.
    #[schema(max_length = 500)]
    pub note: String,
    /// Help that fits the answers, the most urgent first.
    #[schema(max_items = 100)]
    pub signposts: Vec<SignpostView>,
    /// By this code, whoever has it may take the answers over into their record, once. It is not kept here: nobody can find it again.
    #[schema(max_length = 100)]
    pub code: String,
    /// The day of the check, which is all that is kept beside the answers.
    pub taken_on: NaiveDate,
    /// The last day for that; the answers are deleted after it.
    pub expires_on: NaiveDate,
}

/// What is said with every result.
pub const NOTE: &str = "This is not a diagnosis. It looks at the past weeks as you describe them, and it may be wrong about you. \
                        If you are worried, talk to somebody, whatever it says.";

/// What one questionnaire comes to.
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
    /// What it means, in plain words.
    #[schema(max_length = 500)]
    pub text: String,
    /// The public address that the band rests on.
    #[schema(max_length = 500)]
    pub source: String,
}

impl SelfCheckBand {
    /// What a result is called in plain words; none for a questionnaire that is not offered.
    pub fn new(result: &CheckResult, definition: &Definition, offered: &[Offered]) -> Option<Self> {
        let words = offered.iter().find(|one| one.code == result.questionnaire)?.words(&result.score.band)?;
        Some(Self {
            questionnaire: result.questionnaire.clone(),
            title: definition.title.clone(),
            band: result.score.band.clone(),
            text: words.words.clone(),
            source: words.source.clone(),
        })
    }
}
