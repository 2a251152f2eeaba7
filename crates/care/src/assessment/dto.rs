//! Forms about assessments and alerts.

pub mod alerts;
mod answers;
pub mod progress;
pub mod self_checks;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub use self::answers::{AnswerForm, AnsweredQuestionnaire, AnswersReceived, Reader, RecordedAnswer, ReplaceAnswers};

use self::self_checks::PriorResult;
use super::model::{AssessmentOutcome, AssessmentPurpose, AssessmentState};
use super::queries::{Assessment, Outcome};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use reference::signposts::dto::SignpostView;

/// What a clinician said comes of an assessment.
#[derive(Serialize, ToSchema)]
pub struct AssessmentOutcomeView {
    /// Names it.
    pub id: Id,
    /// The appointment that it was found in.
    pub appointment_id: Id,
    /// Who found it.
    pub clinician_id: Id,
    /// What comes of it.
    pub outcome: AssessmentOutcome,
    /// What is agreed.
    #[schema(max_length = 4000)]
    pub plan: Option<String>,
    /// What the clinician found. Clinicians only; null for the practitioner.
    #[schema(max_length = 4000)]
    pub summary: Option<String>,
    /// The help that is pointed to.
    #[schema(max_items = 20)]
    pub signposts: Vec<SignpostView>,
    /// When it was recorded.
    pub recorded_at: UtcTime,
}

impl AssessmentOutcomeView {
    /// What this reader may see of it.
    pub fn new(outcome: Outcome, signposts: Vec<SignpostView>, reader: Reader) -> Self {
        Self {
            id: outcome.id,
            appointment_id: outcome.appointment,
            clinician_id: outcome.clinician,
            outcome: outcome.outcome,
            plan: outcome.conclusion.plan,
            summary: outcome.conclusion.summary.filter(|_| reader == Reader::Clinician),
            signposts,
            recorded_at: outcome.recorded_at,
        }
    }
}

/// An assessment with all that belongs to it.
#[derive(Serialize, ToSchema)]
pub struct AssessmentView {
    /// Names it.
    pub id: Id,
    /// Whose it is.
    pub practitioner_id: Id,
    /// What it is for.
    pub purpose: AssessmentPurpose,
    /// The clinician who asked for it; null where the practitioner began it unasked.
    pub requested_by: Option<Id>,
    /// Where it stands.
    pub state: AssessmentState,
    /// When it was begun.
    pub started_at: UtcTime,
    /// When the answers came in.
    pub submitted_at: Option<UtcTime>,
    /// When it was over: a clinician said what comes of an intake, or the answers of any other came in.
    pub concluded_at: Option<UtcTime>,
    /// What was answered so far.
    #[schema(max_items = 20)]
    pub questionnaires: Vec<AnsweredQuestionnaire>,
    /// The codes of the questionnaires that must still be answered.
    #[schema(max_items = 20)]
    pub outstanding: Vec<InstrumentCode>,
    /// Of an intake: what the practitioner answered in self-checks before, and took over. It is offered, not handed in.
    #[schema(max_items = 100)]
    pub prior_results: Vec<PriorResult>,
    /// What came of it, the oldest first: several where more assessment was needed.
    #[schema(max_items = 100)]
    pub outcomes: Vec<AssessmentOutcomeView>,
    /// For the practitioner: where to turn now. Empty unless an answer calls for it.
    #[schema(max_items = 100)]
    pub crisis_help: Vec<SignpostView>,
}

impl AssessmentView {
    /// The assessment with its parts.
    pub fn new(
        assessment: Assessment,
        required: &[String],
        questionnaires: Vec<AnsweredQuestionnaire>,
        prior_results: Vec<PriorResult>,
        outcomes: Vec<AssessmentOutcomeView>,
        crisis_help: Vec<SignpostView>,
    ) -> Self {
        let answered = |code: &&String| questionnaires.iter().any(|one| one.questionnaire == **code);
        Self {
            outstanding: required.iter().filter(|code| !answered(code)).cloned().map(InstrumentCode).collect(),
            id: assessment.id,
            practitioner_id: assessment.practitioner_id,
            purpose: assessment.purpose,
            requested_by: assessment.asked_by,
            state: assessment.state,
            started_at: assessment.started_at,
            submitted_at: assessment.submitted_at,
            concluded_at: assessment.concluded_at,
            questionnaires,
            prior_results,
            outcomes,
            crisis_help,
        }
    }
}

/// An assessment in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssessmentSummary {
    /// Names it.
    pub id: Id,
    /// Whose it is.
    pub practitioner_id: Id,
    /// What it is for.
    pub purpose: AssessmentPurpose,
    /// Where it stands.
    pub state: AssessmentState,
    /// When it was begun.
    pub started_at: UtcTime,
    /// When the answers came in.
    pub submitted_at: Option<UtcTime>,
    /// When it was over.
    pub concluded_at: Option<UtcTime>,
    /// The codes of the questionnaires that are answered.
    #[schema(max_items = 20)]
    pub answered: Vec<InstrumentCode>,
}

/// What a new assessment is for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StartQuery {
    /// What it is for; the intake when left out.
    #[param(nullable = false)]
    pub purpose: Option<AssessmentPurpose>,
}

/// What a clinician asks for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestAssessment {
    /// What it is for: `review` or `end`.
    pub purpose: AssessmentPurpose,
}

/// Which assessments.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AssessmentQuery {
    /// Whose. Clinicians must say; practitioners see their own and may leave it out.
    #[param(nullable = false)]
    pub practitioner_id: Option<Id>,
    /// Only those for this purpose.
    #[param(nullable = false)]
    pub purpose: Option<AssessmentPurpose>,
}

/// What comes of an assessment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateAssessmentOutcome {
    /// The assessment appointment that it was found in.
    pub appointment_id: Id,
    /// What comes of it.
    pub outcome: AssessmentOutcome,
    /// What is agreed. Required when the practitioner is accepted; they see it.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub plan: Option<Private<String>>,
    /// What was found. Only clinicians see it.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub summary: Option<Private<String>>,
    /// The ids of signposts to point the practitioner to. Whoever is pointed to other help, and to none by name, is pointed to all
    /// that fits.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub signpost_ids: Vec<SignpostId>,
}

/// The id of a signpost.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, min_length = 1, max_length = 100)]
pub struct SignpostId(pub String);

/// The code of a questionnaire.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 50)]
pub struct InstrumentCode(pub String);
