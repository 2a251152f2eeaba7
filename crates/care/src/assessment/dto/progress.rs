//! Forms about progress: scores over time, and what their change means.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Reader;
use crate::assessment::model::AssessmentPurpose;
use crate::assessment::queries::Scored;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use reference::questionnaires::model::{Definition, Recovery, ReliableChange};
use reference::questionnaires::rules::change;

/// The most points of one measure that are shown: the first, and the last ones.
const MOST_POINTS: usize = 200;

/// A total that was taken elsewhere, of an instrument whose questions may not be shown here.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateScore {
    /// The questionnaire's code; one whose definition says `score_only`.
    #[schema(min_length = 1, max_length = 50, example = "core-10")]
    pub questionnaire: String,
    /// The total.
    #[schema(value_type = u16, minimum = 0, maximum = 65_535)]
    pub total: Private<u16>,
    /// True when the question about risk was answered above its lowest. False when left out.
    #[serde(default)]
    #[schema(value_type = bool)]
    pub risk: Private<bool>,
}

/// One score at one time.
#[derive(Serialize, ToSchema)]
pub struct ProgressPoint {
    /// When it was answered, or entered.
    pub at: UtcTime,
    /// What it was answered for; null for a total that a clinician entered.
    pub purpose: Option<AssessmentPurpose>,
    /// The assessment that holds the answers; null for a total that a clinician entered.
    pub assessment_id: Option<Id>,
    /// What it comes to, as a stable code.
    #[schema(max_length = 50)]
    pub band: String,
    /// What it comes to, in plain words.
    #[schema(max_length = 100)]
    pub band_label: String,
    /// The sum. Clinicians only; null for the practitioner.
    #[schema(minimum = 0, maximum = 65_535)]
    pub total: Option<u16>,
    /// Whether the total reaches the threshold for a case. Clinicians only.
    pub caseness: Option<bool>,
    /// Whether any answer shows risk. Clinicians only.
    pub risk: Option<bool>,
    /// Whether enough signs of every cluster are there, for an instrument that has clusters. Clinicians only.
    pub clusters_met: Option<bool>,
}

/// What has changed since the start of the present course.
#[derive(Serialize, ToSchema)]
pub struct ProgressChange {
    /// When the first score was taken.
    pub since: UtcTime,
    /// Last total minus first. Clinicians only; null for the practitioner.
    #[schema(minimum = -65_535, maximum = 65_535)]
    pub difference: Option<i32>,
    /// Whether it moved by more than chance would explain, and to which side.
    pub reliable_change: ReliableChange,
    /// The same in plain words.
    #[schema(max_length = 200)]
    pub text: String,
}

/// One measure over time.
#[derive(Serialize, ToSchema)]
pub struct ProgressMeasure {
    /// The questionnaire's code.
    #[schema(max_length = 50)]
    pub questionnaire: String,
    /// What it looks at, in plain words.
    #[schema(max_length = 200)]
    pub measures: String,
    /// The scores of the present course, or of the last where none has begun since; the oldest first.
    #[schema(max_items = 200)]
    pub points: Vec<ProgressPoint>,
    /// What has changed; null while there is one score only.
    pub change: Option<ProgressChange>,
}

/// What became of somebody on the measures of depression and anxiety together. Clinicians only.
#[derive(Serialize, ToSchema)]
pub struct ProgressVerdict {
    /// A case on either at the start.
    pub case_at_start: bool,
    /// A case on either at the start, and on neither now.
    pub recovered: bool,
    /// Better by more than chance on at least one, and worse on none.
    pub reliably_improved: bool,
    /// Worse by more than chance on at least one.
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

/// How somebody has been doing.
#[derive(Serialize, ToSchema)]
pub struct Progress {
    /// Who.
    pub practitioner_id: Id,
    /// Each measure that was taken, by code.
    #[schema(max_items = 50)]
    pub measures: Vec<ProgressMeasure>,
    /// What became of them on depression and anxiety together. Clinicians only, and null until both were measured twice.
    pub verdict: Option<ProgressVerdict>,
}

impl ProgressMeasure {
    /// A measure with its scores, as this reader may see them.
    pub fn new(definition: &Definition, scores: &[&Scored], reader: Reader) -> Self {
        let kept = scores.iter().take(1).chain(scores.iter().skip(1.max(scores.len().saturating_sub(MOST_POINTS - 1))));
        Self {
            questionnaire: definition.code.clone(),
            measures: definition.measures.clone(),
            points: kept.map(|scored| point(definition, scored, reader)).collect(),
            change: changed(definition, scores, reader),
        }
    }
}

fn point(definition: &Definition, scored: &Scored, reader: Reader) -> ProgressPoint {
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

fn changed(definition: &Definition, scores: &[&Scored], reader: Reader) -> Option<ProgressChange> {
    let [first, .., last] = scores else { return None };
    let found = change(definition, first.score.total, last.score.total);
    Some(ProgressChange {
        since: first.answered_at,
        difference: (reader == Reader::Clinician).then_some(found.difference),
        reliable_change: found.reliable,
        text: words(found.reliable).to_owned(),
    })
}

/// A change in words that a person can do something with.
const fn words(change: ReliableChange) -> &'static str {
    match change {
        ReliableChange::Improvement => "Clearly better than at the start.",
        ReliableChange::Deterioration => "Clearly harder than at the start. Please talk about it with your clinician.",
        ReliableChange::None => "About as at the start.",
        ReliableChange::Undefined => "For this one nobody can say how much is a real change.",
    }
}
