//! JSON views of questionnaires. They do not show which items are signs of risk, because that would influence the answers.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{self, Definition, Item};

/// A questionnaire in its current version.
#[derive(Debug, Serialize, ToSchema)]
pub struct Questionnaire {
    /// The stable code.
    #[schema(max_length = 50, example = "phq-9")]
    pub code: String,
    /// The name people know it by.
    #[schema(max_length = 200)]
    pub title: String,
    /// The version of the definition.
    #[schema(minimum = 1, maximum = 65_535)]
    pub version: u16,
    /// What it measures, in plain English.
    #[schema(max_length = 200)]
    pub measures: String,
    /// The period of time that the answers are about.
    #[schema(max_length = 200)]
    pub recall_period: String,
    /// The beginning of the question, which each item completes.
    #[schema(max_length = 500)]
    pub stem: String,
    /// The terms of use of the questionnaire, and the origin of its labels.
    #[schema(max_length = 1000)]
    pub licence: String,
    /// The LOINC code of the questionnaire itself; null where public sources disagree.
    #[schema(max_length = 20)]
    pub loinc_panel: Option<String>,
    /// The LOINC code of its total; null where public sources disagree.
    #[schema(max_length = 20)]
    pub loinc_total: Option<String>,
    /// True when a clinician enters only the total, because its licence does not allow the questions to be shown here.
    pub score_only: bool,
    /// Whether a higher total is better; on most questionnaires it is worse.
    pub higher_is_better: bool,
    /// The items in the order in which they are asked. All that count must be answered. Empty when only the total is entered.
    #[schema(max_items = 100)]
    pub items: Vec<QuestionnaireItem>,
    /// The bands of the total, from lowest to highest, without gaps.
    #[schema(max_items = 20)]
    pub bands: Vec<QuestionnaireBand>,
    /// The lowest possible total.
    #[schema(minimum = 0, maximum = 65_535)]
    pub min_total: u16,
    /// The highest possible total.
    #[schema(minimum = 0, maximum = 65_535)]
    pub max_total: u16,
    /// The lowest total that counts as a case (caseness); null where the questionnaire has no such threshold.
    #[schema(minimum = 0, maximum = 65_535)]
    pub caseness_from: Option<u16>,
    /// The highest total that counts as a case, where a higher total is better; null elsewhere, and where there is no such
    /// threshold.
    #[schema(minimum = 0, maximum = 65_535)]
    pub caseness_to: Option<u16>,
    /// By how many points a total must change for the change to be reliable, which means more than chance; null where no figure
    /// is agreed.
    #[schema(minimum = 0, maximum = 65_535)]
    pub reliable_change: Option<u16>,
    /// The fuller questionnaire that a total leads to; null where there is none.
    pub next: Option<NextQuestionnaire>,
}

/// A fuller questionnaire that follows from a total, and must then be answered too.
#[derive(Debug, Serialize, ToSchema)]
pub struct NextQuestionnaire {
    /// Its code.
    #[schema(max_length = 50, example = "audit")]
    pub questionnaire: String,
    /// The lowest total that leads to it.
    #[schema(minimum = 1, maximum = 65_535)]
    pub from: u16,
}

impl From<&model::NextQuestionnaire> for NextQuestionnaire {
    fn from(next: &model::NextQuestionnaire) -> Self {
        Self { questionnaire: next.questionnaire.clone(), from: next.from }
    }
}

/// One item of a questionnaire.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionnaireItem {
    /// The stable id in answers.
    #[schema(max_length = 50, example = "phq9_1")]
    pub id: String,
    /// The sentence of the questionnaire, to be shown unchanged.
    #[schema(max_length = 300)]
    pub label: String,
    /// Whether the answer counts towards the total. One that does not may be left out.
    pub counts: bool,
    /// The LOINC code of the item; null where public sources disagree.
    #[schema(max_length = 20)]
    pub loinc: Option<String>,
    /// The possible answers, from the lowest to the highest.
    #[schema(max_items = 20)]
    pub choices: Vec<QuestionnaireChoice>,
}

/// A possible answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionnaireChoice {
    /// The points it counts. Send this value as the answer.
    #[schema(minimum = 0, maximum = 255)]
    pub value: u8,
    /// The text to show.
    #[schema(max_length = 200)]
    pub label: String,
    /// Its LOINC answer code; null where none is agreed.
    #[schema(max_length = 20)]
    pub loinc: Option<String>,
}

/// A named range of totals.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionnaireBand {
    /// The stable code.
    #[schema(max_length = 50, example = "moderately_severe")]
    pub code: String,
    /// The text to show.
    #[schema(max_length = 100)]
    pub label: String,
    /// The lowest total in it.
    #[schema(minimum = 0, maximum = 65_535)]
    pub min: u16,
    /// The highest total in it.
    #[schema(minimum = 0, maximum = 65_535)]
    pub max: u16,
}

impl From<&Definition> for Questionnaire {
    fn from(definition: &Definition) -> Self {
        Self {
            code: definition.code.clone(),
            title: definition.title.clone(),
            version: definition.version,
            measures: definition.measures.clone(),
            recall_period: definition.recall_period.clone(),
            stem: definition.stem.clone(),
            licence: definition.licence.clone(),
            loinc_panel: definition.loinc.as_ref().map(|loinc| loinc.panel.clone()),
            loinc_total: definition.loinc.as_ref().map(|loinc| loinc.total.clone()),
            score_only: definition.entered.is_some(),
            higher_is_better: definition.more_is_better,
            items: definition.items.iter().map(|item| item_view(definition, item)).collect(),
            bands: definition
                .bands
                .iter()
                .map(|band| QuestionnaireBand {
                    code: band.code.clone(),
                    label: band.label.clone(),
                    min: band.min,
                    max: band.max,
                })
                .collect(),
            min_total: definition.min_total(),
            max_total: definition.max_total(),
            caseness_from: definition.caseness_from,
            caseness_to: definition.caseness_to,
            reliable_change: definition.reliable_change,
            next: definition.next.as_ref().map(NextQuestionnaire::from),
        }
    }
}

fn item_view(definition: &Definition, item: &Item) -> QuestionnaireItem {
    let choices = definition.choices(item).iter();
    QuestionnaireItem {
        id: item.id.clone(),
        label: item.label.clone(),
        counts: !item.unscored,
        loinc: item.loinc.clone(),
        choices: choices
            .map(|choice| QuestionnaireChoice { value: choice.value, label: choice.label.clone(), loinc: choice.loinc.clone() })
            .collect(),
    }
}
