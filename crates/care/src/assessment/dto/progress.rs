//! Request and response bodies of progress: scores over time, and what their change means.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Reader;
use crate::assessment::model::AssessmentPurpose;
use crate::assessment::queries::{DatedScore, ScoreKey};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use reference::questionnaires::model::{Definition, Recovery, ReliableChange};
use reference::questionnaires::rules::change;

/// The maximum number of scores shown for one questionnaire: the first one and the latest ones.
const MAX_POINTS: usize = 200;

/// The total of a questionnaire that was answered on paper, because its licence does not allow showing its questions here.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordScore {
    /// Code of the questionnaire; its definition must have `score_only`.
    #[schema(min_length = 1, max_length = 50, example = "core-10")]
    pub questionnaire: String,
    /// The total score of the questionnaire.
    #[schema(value_type = u16, minimum = 0, maximum = 65_535)]
    pub total: Private<u16>,
    /// True if the question about risk was answered with more than the lowest value. Required for the questionnaire that has such a
    /// question (`core-10`); left out, or false, for all others.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    pub risk: Option<Private<bool>>,
}

/// One score with its date.
#[derive(Serialize, ToSchema)]
pub struct ProgressPoint {
    /// When the questionnaire was answered, or the total entered.
    pub at: UtcTime,
    /// Why it was answered; null for a total that a clinician entered.
    pub purpose: Option<AssessmentPurpose>,
    /// The assessment that contains the answers; null for a total that a clinician entered.
    pub assessment_id: Option<Id>,
    /// The severity band of the score, as a stable code.
    #[schema(max_length = 50)]
    pub band: String,
    /// The severity band in plain words.
    #[schema(max_length = 100)]
    pub band_label: String,
    /// The total. Clinicians only; null for the practitioner.
    #[schema(minimum = 0, maximum = 65_535)]
    pub total: Option<u16>,
    /// Whether the total reaches the threshold for a case. Clinicians only.
    pub caseness: Option<bool>,
    /// Whether any answer shows risk. Clinicians only.
    pub risk: Option<bool>,
    /// Whether the criteria of every symptom cluster are met, for a questionnaire with clusters. Clinicians only.
    pub clusters_met: Option<bool>,
}

/// The change since the start of the current period of care.
#[derive(Serialize, ToSchema)]
pub struct ProgressChange {
    /// Date of the first score.
    pub since: UtcTime,
    /// Latest total minus first total. Clinicians only; null for the practitioner.
    #[schema(minimum = -65_535, maximum = 65_535)]
    pub difference: Option<i32>,
    /// Whether the change is larger than chance would explain, and in which direction.
    pub reliable_change: ReliableChange,
    /// The same in plain words.
    #[schema(max_length = 200)]
    pub text: String,
}

/// The scores of one questionnaire over time.
#[derive(Serialize, ToSchema)]
pub struct ProgressMeasure {
    /// Code of the questionnaire.
    #[schema(max_length = 50)]
    pub questionnaire: String,
    /// What it measures, in plain words.
    #[schema(max_length = 200)]
    pub measures: String,
    /// The scores of the current period of care, or of the last one if care has ended; oldest first.
    #[schema(max_items = 200)]
    pub points: Vec<ProgressPoint>,
    /// Null while there is only one score, and where the first or the latest one cannot be read.
    pub change: Option<ProgressChange>,
}

/// Recovery on the measures of depression and anxiety together (PHQ-9 and GAD-7). Clinicians only.
#[derive(Serialize, ToSchema)]
pub struct ProgressVerdict {
    /// Whether the first score of either measure reached caseness.
    pub case_at_start: bool,
    /// Whether the first score of either measure reached caseness, and neither does now.
    pub recovered: bool,
    /// Whether at least one measure reliably improved and neither reliably deteriorated.
    pub reliably_improved: bool,
    /// Whether at least one measure reliably deteriorated.
    pub reliably_deteriorated: bool,
    /// Recovered and reliably improved.
    pub reliably_recovered: bool,
}

impl From<Recovery> for ProgressVerdict {
    fn from(found: Recovery) -> Self {
        let Recovery { case_at_start, recovered, reliably_improved, reliably_deteriorated, reliably_recovered } = found;
        Self { case_at_start, recovered, reliably_improved, reliably_deteriorated, reliably_recovered }
    }
}

/// A practitioner's scores over time.
#[derive(Serialize, ToSchema)]
pub struct Progress {
    /// The practitioner whose scores these are.
    pub practitioner_id: Id,
    /// The questionnaires with scores, ordered by code.
    #[schema(max_items = 50)]
    pub measures: Vec<ProgressMeasure>,
    /// Recovery on depression and anxiety together. Clinicians only; null until both have been measured twice,
    /// and where a first or latest score of theirs cannot be read.
    pub verdict: Option<ProgressVerdict>,
    /// The scores of this period that cannot be read because they are damaged: they are missing above. Report them to the operator. Usually
    /// empty.
    #[schema(max_items = 1000)]
    pub unreadable: Vec<UnreadableScore>,
}

/// A score that cannot be read.
#[derive(Serialize, ToSchema)]
pub struct UnreadableScore {
    /// Code of the questionnaire.
    #[schema(max_length = 50)]
    pub questionnaire: String,
    /// When the questionnaire was answered, or the total entered.
    pub at: UtcTime,
    /// The assessment that contains the answers; null for a total that a clinician entered.
    pub assessment_id: Option<Id>,
}

impl From<ScoreKey> for UnreadableScore {
    fn from(score: ScoreKey) -> Self {
        Self { questionnaire: score.questionnaire, at: score.answered_at, assessment_id: score.assessment }
    }
}

/// Whether these are the first and the latest score of their questionnaire: none that cannot be read is before or after them.
pub fn has_both_ends(first: &DatedScore, last: &DatedScore, unreadable: &[ScoreKey]) -> bool {
    let between = |at: UtcTime| first.answered_at < at && at < last.answered_at;
    unreadable.iter().filter(|one| one.questionnaire == first.questionnaire).all(|one| between(one.answered_at))
}

impl ProgressMeasure {
    /// The scores of a questionnaire, as far as this reader may see them.
    pub fn new(definition: &Definition, scores: &[&DatedScore], unreadable: &[ScoreKey], reader: Reader) -> Self {
        let shown = scores.iter().take(1).chain(scores.iter().skip(1.max(scores.len().saturating_sub(MAX_POINTS - 1))));
        Self {
            questionnaire: definition.code.clone(),
            measures: definition.measures.clone(),
            points: shown.map(|scored| point(definition, scored, reader)).collect(),
            change: progress_change(definition, scores, unreadable, reader),
        }
    }
}

fn point(definition: &Definition, scored: &DatedScore, reader: Reader) -> ProgressPoint {
    let figures = reader == Reader::Clinician;
    let band = definition.bands.iter().find(|band| band.code == scored.score.band);
    ProgressPoint {
        at: scored.answered_at,
        purpose: scored.purpose,
        assessment_id: scored.assessment,
        band: scored.score.band.clone(),
        band_label: band.map_or_else(|| scored.score.band.clone(), |band| band.label.clone()),
        total: figures.then_some(scored.score.total),
        caseness: figures.then_some(scored.score.caseness),
        risk: figures.then_some(scored.score.risk),
        clusters_met: scored.score.clusters_met.filter(|_| figures),
    }
}

fn progress_change(
    definition: &Definition,
    scores: &[&DatedScore],
    unreadable: &[ScoreKey],
    reader: Reader,
) -> Option<ProgressChange> {
    let [first, .., last] = scores else { return None };
    if !has_both_ends(first, last, unreadable) {
        return None;
    }
    let found = change(definition, first.score.total, last.score.total);
    Some(ProgressChange {
        since: first.answered_at,
        difference: (reader == Reader::Clinician).then_some(found.difference),
        reliable_change: found.reliable,
        text: change_text(found.reliable).to_owned(),
    })
}

/// A change in plain words for the practitioner.
const fn change_text(change: ReliableChange) -> &'static str {
    match change {
        ReliableChange::Improvement => "Clearly better than at the start.",
        ReliableChange::Deterioration => "Clearly harder than at the start. Please talk about it with your clinician.",
        ReliableChange::None => "About the same as at the start.",
        ReliableChange::Undefined => "For this questionnaire there is no agreed measure of change.",
    }
}
