//! JSON forms about whether the service covers a person.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::registration::model::{DecisionWithReasons, NextStep};
use people::practitioners::model::{ConfidentialityReason, EligibilityDecision, EligibilityReason};
use reference::signposts::dto::SignpostView;
use reference::workforce::model::{Nation, Profession, Setting};

/// The facts about a person whose eligibility is checked. They are not stored.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EligibilityQuery {
    /// Their profession.
    pub profession: Profession,
    /// Where they work.
    pub setting: Setting,
    /// The nation they work in.
    pub nation: Nation,
    /// Why local care would not be confidential; `none` when left out.
    #[param(nullable = false)]
    pub confidentiality_reason: Option<ConfidentialityReason>,
}

/// A reason for a decision.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionReason {
    /// The stable code.
    #[schema(max_length = 100)]
    pub code: String,
    /// A sentence for the person.
    #[schema(max_length = 500)]
    pub text: String,
}

impl From<EligibilityReason> for DecisionReason {
    fn from(reason: EligibilityReason) -> Self {
        Self { code: reason.code, text: reason.text }
    }
}

/// Whether the service covers a person, why, and where else there is help.
#[derive(Debug, Serialize, ToSchema)]
pub struct Eligibility {
    /// The decision.
    pub decision: EligibilityDecision,
    /// The reasons, most important first.
    #[schema(max_items = 10)]
    pub reasons: Vec<DecisionReason>,
    /// Sources of help elsewhere, most urgent first. Always includes crisis help.
    #[schema(max_items = 100)]
    pub signposts: Vec<SignpostView>,
}

impl Eligibility {
    /// The decision as it is returned.
    pub fn new(decided: DecisionWithReasons, signposts: Vec<SignpostView>) -> Self {
        Self { decision: decided.decision, reasons: decided.reasons.into_iter().map(DecisionReason::from).collect(), signposts }
    }
}

/// The answer to everyone who registers, whether or not the address had an account before.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegistrationReceived {
    /// The decision about the details given.
    pub decision: EligibilityDecision,
    /// The reasons, most important first.
    #[schema(max_items = 10)]
    pub reasons: Vec<DecisionReason>,
    /// Sources of help elsewhere, most urgent first.
    #[schema(max_items = 100)]
    pub signposts: Vec<SignpostView>,
    /// What the person does next.
    pub next_step: NextStep,
}

impl RegistrationReceived {
    /// The decision, and the request to confirm the address.
    pub fn new(decided: DecisionWithReasons, signposts: Vec<SignpostView>) -> Self {
        let Eligibility { decision, reasons, signposts } = Eligibility::new(decided, signposts);
        Self { decision, reasons, signposts, next_step: NextStep::ConfirmEmail }
    }
}
