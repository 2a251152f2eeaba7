//! Request and response bodies of assessments.

mod answers;
pub mod progress;
pub mod self_checks;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub use self::answers::{AnswerForm, AnsweredQuestionnaire, AnswersReceived, Reader, RecordedAnswer, ReplaceAnswers};

use self::self_checks::PriorResult;
use super::model::{AssessmentOutcome, AssessmentPurpose, AssessmentState};
use super::queries::{Assessment, Outcome};
use crate::safety_plans::dto::{MyCrisisHelp, SafetyPlanView};
use platform::ids::{Id, UtcTime};
use reference::signposts::dto::SignpostView;

/// An outcome of an assessment, as recorded by the clinician.
#[derive(Serialize, ToSchema)]
pub struct AssessmentOutcomeView {
    /// Identifies the outcome.
    pub id: Id,
    /// The assessment appointment.
    pub appointment_id: Id,
    /// The clinician who recorded it.
    pub clinician_id: Id,
    /// The decision of the clinician.
    pub outcome: AssessmentOutcome,
    /// What was agreed.
    #[schema(max_length = 4000)]
    pub plan: Option<String>,
    /// The clinician's findings. Clinicians only; null for the practitioner.
    #[schema(max_length = 4000)]
    pub summary: Option<String>,
    /// The services that the practitioner is signposted to.
    #[schema(max_items = 20)]
    pub signposts: Vec<SignpostView>,
    /// When the outcome was recorded.
    pub recorded_at: UtcTime,
}

impl AssessmentOutcomeView {
    /// The parts that this reader may see.
    pub fn new(outcome: Outcome, signposts: Vec<SignpostView>, reader: Reader) -> Self {
        Self {
            id: outcome.id,
            appointment_id: outcome.appointment,
            clinician_id: outcome.clinician,
            outcome: outcome.outcome,
            plan: outcome.details.plan,
            summary: outcome.details.summary.filter(|_| reader == Reader::Clinician),
            signposts,
            recorded_at: outcome.recorded_at,
        }
    }
}

/// What an assessment and lists of assessments show alike.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssessmentProgress {
    /// Identifies the assessment.
    pub id: Id,
    /// The practitioner it belongs to.
    pub practitioner_id: Id,
    /// The purpose of the assessment.
    pub purpose: AssessmentPurpose,
    /// The state of the assessment.
    pub state: AssessmentState,
    /// When the assessment was started.
    pub started_at: UtcTime,
    /// When the answers were submitted.
    pub submitted_at: Option<UtcTime>,
    /// When it was concluded: the outcome of an intake was recorded, or the answers of a review or end of care were submitted.
    pub concluded_at: Option<UtcTime>,
}

impl From<Assessment> for AssessmentProgress {
    fn from(assessment: Assessment) -> Self {
        let Assessment { id, practitioner_id, purpose, state, started_at, submitted_at, concluded_at, .. } = assessment;
        Self { id, practitioner_id, purpose, state, started_at, submitted_at, concluded_at }
    }
}

/// An assessment with its answers, outcomes and prior results.
#[derive(Serialize, ToSchema)]
pub struct AssessmentView {
    /// What lists show too.
    #[serde(flatten)]
    pub progress: AssessmentProgress,
    /// The clinician who requested it; null if the practitioner started it.
    pub requested_by: Option<Id>,
    /// The questionnaires answered so far.
    #[schema(max_items = 20)]
    pub questionnaires: Vec<AnsweredQuestionnaire>,
    /// The codes of the required questionnaires that are not answered yet and, until submission, of those whose answers cannot be read:
    /// answer these again.
    #[schema(max_items = 20)]
    pub outstanding: Vec<InstrumentCode>,
    /// For an intake: results of earlier self-checks that the practitioner added to their record. They are offered for reuse, not
    /// submitted.
    #[schema(max_items = 100)]
    pub prior_results: Vec<PriorResult>,
    /// The outcomes, oldest first. More than one if more assessment was needed.
    #[schema(max_items = 100)]
    pub outcomes: Vec<AssessmentOutcomeView>,
    /// For the practitioner: where to get help now. Show it first. Empty unless the answers call for it, or some cannot be read.
    #[schema(max_items = 100)]
    pub crisis_help: Vec<SignpostView>,
    /// For the practitioner: their safety plan, beside the crisis help; null without crisis help, or if there is no plan.
    pub safety_plan: Option<SafetyPlanView>,
    /// The codes of the questionnaires whose answers cannot be read because they are damaged. What they show is missing above, a danger too.
    /// Report them to the operator. Usually empty.
    #[schema(max_items = 20)]
    pub unreadable_questionnaires: Vec<InstrumentCode>,
    /// Ids of the outcomes that cannot be read because they are damaged. Usually empty.
    #[schema(max_items = 100)]
    pub unreadable_outcomes: Vec<Id>,
    /// For an intake: ids of the self-checks in the record that cannot be read because they are damaged. Usually empty.
    #[schema(max_items = 10)]
    pub unreadable_self_checks: Vec<Id>,
}

/// What an assessment contains that cannot be read.
#[derive(Debug, Default)]
pub struct UnreadableParts {
    /// Codes of questionnaires.
    pub questionnaires: Vec<String>,
    pub outcomes: Vec<Id>,
    pub self_checks: Vec<Id>,
}

impl AssessmentView {
    pub fn new(
        assessment: Assessment,
        required: &[String],
        questionnaires: Vec<AnsweredQuestionnaire>,
        prior_results: Vec<PriorResult>,
        outcomes: Vec<AssessmentOutcomeView>,
        help: MyCrisisHelp,
        unreadable: UnreadableParts,
    ) -> Self {
        let MyCrisisHelp { crisis_help, safety_plan } = help;
        let damaged = &unreadable.questionnaires;
        let answered = |code: &&String| questionnaires.iter().any(|one| one.scored.questionnaire == **code);
        let missing = required.iter().filter(|code| !answered(code) && !damaged.contains(code));
        // What cannot be read can be answered again until submission.
        let again = damaged.iter().filter(|_| assessment.state == AssessmentState::Draft);
        Self {
            outstanding: missing.chain(again).cloned().map(InstrumentCode).collect(),
            requested_by: assessment.requested_by,
            progress: assessment.into(),
            questionnaires,
            prior_results,
            outcomes,
            crisis_help,
            safety_plan,
            unreadable_questionnaires: unreadable.questionnaires.into_iter().map(InstrumentCode).collect(),
            unreadable_outcomes: unreadable.outcomes,
            unreadable_self_checks: unreadable.self_checks,
        }
    }
}

/// An assessment in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssessmentSummary {
    /// What the assessment itself shows too.
    #[serde(flatten)]
    pub progress: AssessmentProgress,
    /// The codes of the answered questionnaires.
    #[schema(max_items = 20)]
    pub answered: Vec<InstrumentCode>,
}

/// Query of the operation that starts an assessment.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CreateAssessmentQuery {
    /// Why questionnaires are answered; `intake` when left out.
    #[param(nullable = false)]
    pub purpose: Option<AssessmentPurpose>,
}

/// A clinician's request for questionnaires.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestAssessment {
    /// `review` or `end`.
    pub purpose: AssessmentPurpose,
}

/// Filters of the list of assessments.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AssessmentQuery {
    /// The practitioner. Required for clinicians; practitioners see their own and can leave it out.
    #[param(nullable = false)]
    pub practitioner_id: Option<Id>,
    /// Only assessments with this purpose.
    #[param(nullable = false)]
    pub purpose: Option<AssessmentPurpose>,
}

/// Id of a signpost.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, min_length = 1, max_length = 100)]
pub struct SignpostId(pub String);

/// Code of a questionnaire.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 50)]
pub struct InstrumentCode(pub String);
