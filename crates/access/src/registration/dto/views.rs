//! One's own registration as it is shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::eligibility::DecisionReason;
use crate::registration::model::NextStep;
use crate::registration::rules::next_step;
use people::practitioners::model::{ConfidentialityReason, EligibilityDecision, Pathway};
use people::practitioners::particulars::{Consents, EmergencyContact};
use people::practitioners::queries::Registered;
use platform::ids::UtcTime;
use reference::signposts::dto::SignpostView;
use reference::workforce::model::{Nation, Profession, Region, RegistrationBody, Setting};

/// What a person agreed to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentsView {
    /// To be assessed and treated.
    pub care: bool,
    /// To personal data being kept and used for that.
    pub data_processing: bool,
    /// To the service writing to their general practitioner.
    pub gp_sharing: bool,
    /// To messages naming the service.
    pub service_name_in_messages: bool,
    /// When they last said so.
    pub given_at: UtcTime,
}

impl From<Consents> for ConsentsView {
    fn from(consents: Consents) -> Self {
        let Consents { care, data_processing, gp_sharing, service_name_in_messages, given_at } = consents;
        Self { care, data_processing, gp_sharing, service_name_in_messages, given_at }
    }
}

/// Who to call when a life may be in danger. They live in the United Kingdom.
#[derive(Serialize, ToSchema)]
pub struct EmergencyContactView {
    /// The name.
    #[schema(max_length = 100)]
    pub name: String,
    /// The telephone number.
    #[schema(max_length = 30)]
    pub phone: String,
    /// What they are to the practitioner.
    #[schema(max_length = 60)]
    pub relationship: String,
}

impl From<EmergencyContact> for EmergencyContactView {
    fn from(contact: EmergencyContact) -> Self {
        Self { name: contact.name, phone: contact.phone, relationship: contact.relationship }
    }
}

/// One's own registration: everything one told, and what was decided.
#[derive(Serialize, ToSchema)]
pub struct RegistrationView {
    /// A code that can be quoted instead of a name.
    #[schema(max_length = 20, example = "CF-7K3M-9QXA")]
    pub reference: String,
    /// What to be called.
    #[schema(max_length = 100)]
    pub pseudonym: String,
    /// The practitioner's step in the service.
    pub pathway: Pathway,
    /// What comes next.
    pub next_step: NextStep,
    /// The verdict.
    pub decision: EligibilityDecision,
    /// When it was given.
    pub decided_at: UtcTime,
    /// Its grounds, the weightiest first.
    #[schema(max_items = 10)]
    pub reasons: Vec<DecisionReason>,
    /// Help elsewhere, the most urgent first.
    #[schema(max_items = 100)]
    pub signposts: Vec<SignpostView>,
    /// The name by which the law knows the practitioner.
    #[schema(max_length = 100)]
    pub legal_name: String,
    /// A telephone number.
    #[schema(max_length = 30)]
    pub phone: Option<String>,
    /// The words with which messages should greet; null for a plain greeting.
    #[schema(max_length = 60)]
    pub greeting: Option<String>,
    /// What they work as.
    pub profession: Profession,
    /// The register they are on.
    pub registration_body: RegistrationBody,
    /// The number on it.
    #[schema(max_length = 20)]
    pub registration_number: Option<String>,
    /// Where they work.
    pub setting: Setting,
    /// In which nation.
    pub nation: Nation,
    /// In which region of England.
    pub region: Option<Region>,
    /// The integrated care board of the area.
    #[schema(max_length = 10)]
    pub icb_code: Option<String>,
    /// The employer's code.
    #[schema(max_length = 9)]
    pub employer_ods: Option<String>,
    /// Why local care would not be confidential.
    pub confidentiality_reason: ConfidentialityReason,
    /// What they agreed to.
    pub consents: ConsentsView,
    /// Who to call in an emergency.
    pub emergency_contact: EmergencyContactView,
}

impl RegistrationView {
    /// The registration with the signposts that its last decision calls for.
    pub fn new(registered: Registered, signposts: Vec<SignpostView>) -> Self {
        let told = registered.told;
        Self {
            reference: registered.reference,
            pseudonym: registered.pseudonym,
            pathway: registered.pathway,
            next_step: next_step(registered.pathway),
            decision: registered.decision,
            decided_at: registered.decided_at,
            reasons: told.reasons.into_iter().map(DecisionReason::from).collect(),
            signposts,
            legal_name: told.legal_name,
            phone: told.phone,
            greeting: told.greeting,
            profession: told.profession,
            registration_body: told.registration_body,
            registration_number: told.registration_number,
            setting: told.setting,
            nation: told.nation,
            region: told.region,
            icb_code: told.icb_code,
            employer_ods: told.employer_ods,
            confidentiality_reason: told.confidentiality_reason,
            consents: told.consents.into(),
            emergency_contact: told.emergency_contact.into(),
        }
    }
}
