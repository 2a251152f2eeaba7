//! Forms about the care plan.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::records::model::{Goal, GoalState, PlanWords};
use crate::records::queries::plans::{Due, Plan};
use platform::ids::{Id, UtcTime};
use platform::private::{Private, said, trimmed};

/// A whole care plan, in place of the one before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceCarePlan {
    /// What care is to reach.
    #[schema(min_items = 1, max_items = 20)]
    pub goals: Vec<GoalForm>,
    /// What is done for it.
    #[schema(max_items = 20)]
    pub interventions: Vec<Intervention>,
    /// The day by which the plan is looked at again.
    pub review_on: NaiveDate,
}

/// One goal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GoalForm {
    /// What is to be reached.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 500)]
    pub text: Private<String>,
    /// How it is seen that it is reached.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 500)]
    pub measure: Option<Private<String>>,
    /// Where it stands.
    pub state: GoalState,
}

/// Something that is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, min_length = 1, max_length = 500)]
pub struct Intervention(pub Private<String>);

/// Something that is done, as it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 500)]
pub struct PlannedIntervention(pub String);

impl ReplaceCarePlan {
    /// What it says.
    pub fn words(&self) -> PlanWords {
        let goal = |form: &GoalForm| Goal { text: trimmed(&form.text), measure: said(form.measure.as_ref()), state: form.state };
        PlanWords {
            goals: self.goals.iter().map(goal).collect(),
            interventions: self.interventions.iter().map(|one| trimmed(&one.0)).collect(),
        }
    }
}

/// One goal of a plan.
#[derive(Serialize, ToSchema)]
pub struct GoalView {
    /// What is to be reached.
    #[schema(max_length = 500)]
    pub text: String,
    /// How it is seen that it is reached.
    #[schema(max_length = 500)]
    pub measure: Option<String>,
    /// Where it stands.
    pub state: GoalState,
}

impl From<Goal> for GoalView {
    fn from(goal: Goal) -> Self {
        let Goal { text, measure, state } = goal;
        Self { text, measure, state }
    }
}

/// A care plan.
#[derive(Serialize, ToSchema)]
pub struct CarePlanView {
    /// What care is to reach; nothing while there is no plan.
    #[schema(max_items = 20)]
    pub goals: Vec<GoalView>,
    /// What is done for it.
    #[schema(max_items = 20)]
    pub interventions: Vec<PlannedIntervention>,
    /// The day by which it is looked at again; null while there is no plan.
    pub review_on: Option<NaiveDate>,
    /// Who wrote it.
    pub written_by: Option<Id>,
    /// When.
    pub written_at: Option<UtcTime>,
}

impl CarePlanView {
    /// What is shown while there is no plan.
    pub fn none() -> Self {
        Self { goals: Vec::new(), interventions: Vec::new(), review_on: None, written_by: None, written_at: None }
    }
}

impl From<Plan> for CarePlanView {
    fn from(plan: Plan) -> Self {
        Self {
            goals: plan.words.goals.into_iter().map(GoalView::from).collect(),
            interventions: plan.words.interventions.into_iter().map(PlannedIntervention).collect(),
            review_on: Some(plan.review_on),
            written_by: Some(plan.written_by),
            written_at: Some(plan.written_at),
        }
    }
}

/// A care plan that is to be looked at again.
#[derive(Serialize, ToSchema)]
pub struct CarePlanDue {
    /// Whose it is.
    pub practitioner_id: Id,
    /// The code that stands for their name.
    #[schema(max_length = 20)]
    pub reference: String,
    /// By when.
    pub review_on: NaiveDate,
}

impl From<Due> for CarePlanDue {
    fn from(due: Due) -> Self {
        let Due { practitioner, reference, review_on } = due;
        Self { practitioner_id: practitioner, reference, review_on }
    }
}

/// Which care plans.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CarePlanQuery {
    /// Only those that are to be looked at before this day; tomorrow when left out, so that today's are among them.
    #[param(nullable = false)]
    pub review_due_before: Option<NaiveDate>,
}
