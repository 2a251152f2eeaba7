//! Types of safety plans.

use serde::{Deserialize, Serialize};

use platform::ids::{Id, UtcTime};

platform::string_enum! {
    /// Who wrote a version of a safety plan.
    pub enum SafetyPlanAuthor {
        /// The practitioner alone.
        Practitioner = "practitioner",
        /// A clinician, together with the practitioner.
        Clinician = "clinician",
    }
}

impl SafetyPlanAuthor {
    /// In what capacity this account wrote a plan of this practitioner.
    pub fn of(practitioner: Id, account: Id) -> Self {
        if practitioner == account { Self::Practitioner } else { Self::Clinician }
    }
}

/// A person, a place or a service in a plan.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanContact {
    pub name: String,
    /// The telephone number, if it is known.
    pub phone: Option<String>,
}

/// The six steps of a plan, in the order in which a person takes them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafetyPlanSteps {
    /// Step 1: what shows the person that a crisis may be coming.
    pub warning_signs: Vec<String>,
    /// Step 2: what they can do alone.
    pub coping_strategies: Vec<String>,
    /// Step 3: people and places that distract.
    pub distractions: Vec<PlanContact>,
    /// Step 4: people they can ask for help.
    pub helpers: Vec<PlanContact>,
    /// Step 5: services in the directory of signposts, by id.
    pub signpost_ids: Vec<String>,
    /// Step 5: other professionals and agencies.
    pub professionals: Vec<PlanContact>,
    /// Step 6: how the environment is made safer.
    pub safer_environment: Vec<String>,
}

platform::redacted_debug!(PlanContact, SafetyPlanSteps);

/// A version of a plan without its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SafetyPlanVersion {
    /// Counts from 1; the highest one is present.
    pub version: i32,
    pub made_by: SafetyPlanAuthor,
    /// The account that wrote it.
    pub written_by: Id,
    pub written_at: UtcTime,
}

/// A version of a plan.
#[derive(Debug, Clone)]
pub struct SafetyPlan {
    pub version: SafetyPlanVersion,
    pub steps: SafetyPlanSteps,
}
