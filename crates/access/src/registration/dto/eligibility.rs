//! Whether the service covers somebody.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::registration::model::{DecisionWithReasons, NextStep};
use people::practitioners::model::{ConfidentialityReason, EligibilityDecision, EligibilityReason};
use reference::signposts::dto::SignpostView;
use reference::workforce::model::{Nation, Profession, Setting};

/// Whose eligibility is asked for. Nothing of it is kept.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EligibilityQuery {
    /// What they work as.
    pub profession: Profession,
    /// Where they work.
    pub setting: Setting,
    /// In which nation they work.
    pub nation: Nation,
    /// Why local care would not be confidential; `none` when left out.
    #[param(nullable = false)]
    pub confidentiality_reason: Option<ConfidentialityReason>,
}

/// A ground of a decision.
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
    /// The verdict.
    pub decision: EligibilityDecision,
    /// Its grounds, the weightiest first.
    #[schema(max_items = 10)]
    pub reasons: Vec<DecisionReason>,
    /// Help elsewhere, the most urgent first. There is always crisis help among it.
    #[schema(max_items = 100)]
    pub signposts: Vec<SignpostView>,
}

impl Eligibility {
    /// The verdict as it is shown.
    pub fn new(decided: DecisionWithReasons, signposts: Vec<SignpostView>) -> Self {
        Self { decision: decided.decision, reasons: decided.reasons.into_iter().map(DecisionReason::from).collect(), signposts }
    }
}

/// What is said to everybody who registers, whether or not the address had an account before.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegistrationReceived {
    /// The verdict on what was told.
    pub decision: EligibilityDecision,
    /// Its grounds, the weightiest first.
    #[schema(max_items = 10)]
    pub reasons: Vec<DecisionReason>,
    /// Help elsewhere, the most urgent first.
    #[schema(max_items = 100)]
    pub signposts: Vec<SignpostView>,
    /// What comes next.
    pub next_step: NextStep,
}

impl RegistrationReceived {
    /// The verdict, and that the address must be confirmed.
    pub fn new(decided: DecisionWithReasons, signposts: Vec<SignpostView>) -> Self {
        let Eligibility { decision, reasons, signposts } = Eligibility::new(decided, signposts);
        Self { decision, reasons, signposts, next_step: NextStep::ConfirmEmail }
    }
}
