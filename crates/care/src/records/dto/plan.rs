//! Request and response bodies of the care plan.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::records::model::{CarePlanContent, Goal, GoalState};
use crate::records::queries::plans::{CarePlan, DueCarePlan};
use platform::ids::{Id, UtcTime};
use platform::private::{Private, trimmed, trimmed_non_empty};

/// A care plan, replacing the previous one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceCarePlan {
    /// The goals of care.
    #[schema(min_items = 1, max_items = 20)]
    pub goals: Vec<GoalForm>,
    /// What is done to reach the goals.
    #[schema(max_items = 20)]
    pub interventions: Vec<Intervention>,
    /// The date by which the plan is to be reviewed.
    pub review_on: NaiveDate,
}

/// A goal of care.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GoalForm {
    /// What care should achieve.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 500)]
    pub text: Private<String>,
    /// How progress towards the goal is measured.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 500)]
    pub measure: Option<Private<String>>,
    /// The state of the goal.
    pub state: GoalState,
}

/// An intervention of a care plan.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, min_length = 1, max_length = 500)]
pub struct Intervention(pub Private<String>);

/// An intervention of a care plan.
#[derive(Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 500)]
pub struct PlannedIntervention(pub String);

impl ReplaceCarePlan {
    pub fn content(&self) -> CarePlanContent {
        let goal = |form: &GoalForm| Goal {
            text: trimmed(&form.text),
            measure: trimmed_non_empty(form.measure.as_ref()),
            state: form.state,
        };
        CarePlanContent {
            goals: self.goals.iter().map(goal).collect(),
            interventions: self.interventions.iter().map(|one| trimmed(&one.0)).collect(),
        }
    }
}

/// A goal of care.
#[derive(Serialize, ToSchema)]
pub struct GoalView {
    /// What care should achieve.
    #[schema(max_length = 500)]
    pub text: String,
    /// How progress towards the goal is measured.
    #[schema(max_length = 500)]
    pub measure: Option<String>,
    /// The state of the goal.
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
    /// The goals of care; empty if there is no plan.
    #[schema(max_items = 20)]
    pub goals: Vec<GoalView>,
    /// What is done to reach the goals.
    #[schema(max_items = 20)]
    pub interventions: Vec<PlannedIntervention>,
    /// The date by which it is to be reviewed; null if there is no plan.
    pub review_on: Option<NaiveDate>,
    /// The clinician who wrote it.
    pub recorded_by: Option<Id>,
    /// When this version of the plan was written.
    pub recorded_at: Option<UtcTime>,
}

impl CarePlanView {
    /// The view if there is no plan.
    pub fn none() -> Self {
        Self { goals: Vec::new(), interventions: Vec::new(), review_on: None, recorded_by: None, recorded_at: None }
    }
}

impl From<CarePlan> for CarePlanView {
    fn from(plan: CarePlan) -> Self {
        Self {
            goals: plan.content.goals.into_iter().map(GoalView::from).collect(),
            interventions: plan.content.interventions.into_iter().map(PlannedIntervention).collect(),
            review_on: Some(plan.review_on),
            recorded_by: Some(plan.written_by),
            recorded_at: Some(plan.written_at),
        }
    }
}

/// A care plan that is due for review.
#[derive(Serialize, ToSchema)]
pub struct CarePlanDue {
    /// The practitioner it belongs to.
    pub practitioner_id: Id,
    /// The practitioner's reference, used instead of a name.
    #[schema(max_length = 20)]
    pub reference: String,
    /// The date by which it is to be reviewed.
    pub review_on: NaiveDate,
}

impl From<DueCarePlan> for CarePlanDue {
    fn from(due: DueCarePlan) -> Self {
        let DueCarePlan { practitioner, reference, review_on } = due;
        Self { practitioner_id: practitioner, reference, review_on }
    }
}

/// Filters of the list of care plans.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CarePlanQuery {
    /// Only plans whose review date is before this date; tomorrow when left out, so that plans due today are included.
    #[param(nullable = false)]
    pub review_due_before: Option<NaiveDate>,
}
