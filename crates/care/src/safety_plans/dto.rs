//! Request and response bodies of safety plans.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{PlanContact, SafetyPlan, SafetyPlanAuthor, SafetyPlanSteps, SafetyPlanVersion};
use platform::ids::{Id, UtcTime};
use platform::private::{Private, trimmed, trimmed_non_empty};
use reference::signposts::dto::SignpostView;

/// A safety plan of six steps. It replaces the plan as a whole; the version before stays. At least one step has an item.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceSafetyPlan {
    /// Step 1: thoughts, moods, situations and behaviour that show that a crisis may be coming.
    #[schema(max_items = 10)]
    pub warning_signs: Vec<SafetyPlanItem>,
    /// Step 2: what the practitioner can do alone to take their mind off the problem.
    #[schema(max_items = 10)]
    pub coping_strategies: Vec<SafetyPlanItem>,
    /// Step 3: people and social places that distract.
    #[schema(max_items = 10)]
    pub distractions: Vec<SafetyPlanContactForm>,
    /// Step 4: people the practitioner can ask for help.
    #[schema(max_items = 10)]
    pub helpers: Vec<SafetyPlanContactForm>,
    /// Step 5: services to contact in a crisis, by the ids of their signposts. Each must be in use and be for a crisis.
    #[schema(max_items = 10)]
    pub signpost_ids: Vec<CrisisSignpostId>,
    /// Step 5: other professionals and agencies to contact in a crisis.
    #[schema(max_items = 10)]
    pub professionals: Vec<SafetyPlanContactForm>,
    /// Step 6: how the environment is made safer, such as who keeps medicines.
    #[schema(max_items = 10)]
    pub safer_environment: Vec<SafetyPlanItem>,
}

/// An item of a step.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, min_length = 1, max_length = 200)]
pub struct SafetyPlanItem(pub Private<String>);

/// A person, a place or a service in a step.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SafetyPlanContactForm {
    /// The name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub name: Private<String>,
    /// The telephone number, if it is known.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 3, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){3}[0-9+(). -]*$")]
    pub phone: Option<Private<String>>,
}

/// The id of a signpost for a crisis.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, min_length = 1, max_length = 100, example = "samaritans")]
pub struct CrisisSignpostId(pub String);

impl ReplaceSafetyPlan {
    pub fn steps(&self) -> SafetyPlanSteps {
        let texts = |items: &[SafetyPlanItem]| items.iter().map(|item| trimmed(&item.0)).collect();
        let contact = |form: &SafetyPlanContactForm| PlanContact {
            name: trimmed(&form.name),
            phone: trimmed_non_empty(form.phone.as_ref()),
        };
        let contacts = |forms: &[SafetyPlanContactForm]| forms.iter().map(contact).collect();
        SafetyPlanSteps {
            warning_signs: texts(&self.warning_signs),
            coping_strategies: texts(&self.coping_strategies),
            distractions: contacts(&self.distractions),
            helpers: contacts(&self.helpers),
            signpost_ids: self.signpost_ids.iter().map(|id| id.0.clone()).collect(),
            professionals: contacts(&self.professionals),
            safer_environment: texts(&self.safer_environment),
        }
    }
}

/// An item of a step.
#[derive(Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 200)]
pub struct SafetyPlanText(pub String);

/// A person, a place or a service in a step.
#[derive(Serialize, ToSchema)]
pub struct SafetyPlanContact {
    /// The name.
    #[schema(max_length = 100)]
    pub name: String,
    /// The telephone number, if it is known.
    #[schema(max_length = 30)]
    pub phone: Option<String>,
}

impl From<PlanContact> for SafetyPlanContact {
    fn from(contact: PlanContact) -> Self {
        let PlanContact { name, phone } = contact;
        Self { name, phone }
    }
}

/// A version of a safety plan.
#[derive(Serialize, ToSchema)]
pub struct SafetyPlanView {
    /// The number of the version.
    #[schema(minimum = 1)]
    pub version: i32,
    /// Step 1: thoughts, moods, situations and behaviour that show that a crisis may be coming.
    #[schema(max_items = 10)]
    pub warning_signs: Vec<SafetyPlanText>,
    /// Step 2: what the practitioner can do alone to take their mind off the problem.
    #[schema(max_items = 10)]
    pub coping_strategies: Vec<SafetyPlanText>,
    /// Step 3: people and social places that distract.
    #[schema(max_items = 10)]
    pub distractions: Vec<SafetyPlanContact>,
    /// Step 4: people the practitioner can ask for help.
    #[schema(max_items = 10)]
    pub helpers: Vec<SafetyPlanContact>,
    /// Step 5: services to contact in a crisis, by the ids of their signposts, as they were written.
    #[schema(max_items = 10)]
    pub signpost_ids: Vec<CrisisSignpostId>,
    /// Those of these services that are in use today.
    #[schema(max_items = 10)]
    pub signposts: Vec<SignpostView>,
    /// Step 5: other professionals and agencies to contact in a crisis.
    #[schema(max_items = 10)]
    pub professionals: Vec<SafetyPlanContact>,
    /// Step 6: how the environment is made safer.
    #[schema(max_items = 10)]
    pub safer_environment: Vec<SafetyPlanText>,
    /// Who wrote this version.
    pub author_role: SafetyPlanAuthor,
    /// The account that wrote it.
    pub recorded_by: Id,
    /// When it was written.
    pub recorded_at: UtcTime,
}

impl SafetyPlanView {
    /// The plan with those of its services that are in use.
    pub fn new(plan: SafetyPlan, signposts: Vec<SignpostView>) -> Self {
        let SafetyPlan { version: SafetyPlanVersion { version, made_by, written_by, written_at }, steps } = plan;
        let texts = |items: Vec<String>| items.into_iter().map(SafetyPlanText).collect();
        let contacts = |all: Vec<PlanContact>| all.into_iter().map(SafetyPlanContact::from).collect();
        Self {
            version,
            warning_signs: texts(steps.warning_signs),
            coping_strategies: texts(steps.coping_strategies),
            distractions: contacts(steps.distractions),
            helpers: contacts(steps.helpers),
            signpost_ids: steps.signpost_ids.into_iter().map(CrisisSignpostId).collect(),
            signposts,
            professionals: contacts(steps.professionals),
            safer_environment: texts(steps.safer_environment),
            author_role: made_by,
            recorded_by: written_by,
            recorded_at: written_at,
        }
    }
}

/// A version of a safety plan in a list, without its content.
#[derive(Serialize, ToSchema)]
pub struct SafetyPlanHistoryEntry {
    /// The number of the version.
    #[schema(minimum = 1)]
    pub version: i32,
    /// Who wrote it.
    pub author_role: SafetyPlanAuthor,
    /// The account that wrote it.
    pub by: Id,
    /// When it was written.
    pub at: UtcTime,
}

impl From<SafetyPlanVersion> for SafetyPlanHistoryEntry {
    fn from(row: SafetyPlanVersion) -> Self {
        let SafetyPlanVersion { version, made_by, written_by, written_at } = row;
        Self { version, author_role: made_by, by: written_by, at: written_at }
    }
}

/// Where a practitioner gets help now.
#[derive(Default, Serialize, ToSchema)]
pub struct MyCrisisHelp {
    /// Where to get help now. Show it first. The services for a crisis in the practitioner's area, the emergency routes before the others.
    #[schema(max_items = 100)]
    pub crisis_help: Vec<SignpostView>,
    /// The practitioner's safety plan; null if there is none.
    pub safety_plan: Option<SafetyPlanView>,
}
