//! The registration of the caller as it is returned.

use serde::Serialize;
use utoipa::ToSchema;

use super::eligibility::DecisionReason;
use super::reasons::MyReasonDecision;
use crate::registration::model::NextStep;
use crate::registration::rules::next_step;
use people::practitioners::details::{Consents, EmergencyContact};
use people::practitioners::model::{ConfidentialityReason, EligibilityDecision, Pathway};
use people::practitioners::queries::RegisteredPractitioner;
use platform::ids::UtcTime;
use reference::signposts::dto::SignpostView;
use reference::workforce::model::{Nation, Profession, Region, RegistrationBody, Setting};

/// The consents of a practitioner.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentsView {
    /// Consent to being assessed and treated.
    pub care: bool,
    /// Consent to storing and using personal data for that.
    pub data_processing: bool,
    /// Consent to the service writing to their GP.
    pub gp_sharing: bool,
    /// Whether messages may name the service.
    pub service_name_in_messages: bool,
    /// When the consents were last given.
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
    /// The contact's relationship to the practitioner.
    #[schema(max_length = 60)]
    pub relationship: String,
}

impl From<EmergencyContact> for EmergencyContactView {
    fn from(contact: EmergencyContact) -> Self {
        Self { name: contact.name, phone: contact.phone, relationship: contact.relationship }
    }
}

/// The registration of the caller: everything they gave, and what was decided.
#[derive(Serialize, ToSchema)]
pub struct RegistrationView {
    /// The reference, a code that can be quoted instead of a name.
    #[schema(max_length = 20, example = "CF-7K3M-9QXA")]
    pub reference: String,
    /// The name to be called by.
    #[schema(max_length = 100)]
    pub pseudonym: String,
    /// Where the practitioner is on the pathway.
    pub pathway: Pathway,
    /// What the practitioner does next.
    pub next_step: NextStep,
    /// The eligibility decision.
    pub decision: EligibilityDecision,
    /// When it was made.
    pub decided_at: UtcTime,
    /// The reasons, most important first.
    #[schema(max_items = 10)]
    pub reasons: Vec<DecisionReason>,
    /// Sources of help elsewhere, most urgent first.
    #[schema(max_items = 100)]
    pub signposts: Vec<SignpostView>,
    /// The practitioner's legal name.
    #[schema(max_length = 100)]
    pub legal_name: String,
    /// A telephone number.
    #[schema(max_length = 30)]
    pub phone: Option<String>,
    /// The greeting of messages; null for a plain greeting.
    #[schema(max_length = 60)]
    pub greeting: Option<String>,
    /// The practitioner's profession.
    pub profession: Profession,
    /// The professional register they are on.
    pub registration_body: RegistrationBody,
    /// The registration number.
    #[schema(max_length = 20)]
    pub registration_number: Option<String>,
    /// Where they work.
    pub setting: Setting,
    /// The nation they work in.
    pub nation: Nation,
    /// The region of England they work in.
    pub region: Option<Region>,
    /// The integrated care board of the area.
    #[schema(max_length = 10)]
    pub icb_code: Option<String>,
    /// The employer's code in the Organisation Data Service.
    #[schema(max_length = 9)]
    pub employer_ods: Option<String>,
    /// Why local care would not be confidential.
    pub confidentiality_reason: ConfidentialityReason,
    /// The reason in the practitioner's own words, where it is `other`.
    #[schema(max_length = 2000)]
    pub confidentiality_reason_note: Option<String>,
    /// What staff decided about these words, or by when they do; null where there is nothing to decide.
    pub reason_decision: Option<MyReasonDecision>,
    /// The consents.
    pub consents: ConsentsView,
    /// Who to call in an emergency.
    pub emergency_contact: EmergencyContactView,
}

impl RegistrationView {
    /// The registration with the signposts of its latest decision, and what was decided about the practitioner's own words.
    pub fn new(
        registered: RegisteredPractitioner,
        signposts: Vec<SignpostView>,
        reason_decision: Option<MyReasonDecision>,
    ) -> Self {
        let details = registered.details;
        Self {
            reference: registered.reference,
            pseudonym: registered.pseudonym,
            pathway: registered.pathway,
            next_step: next_step(registered.pathway),
            decision: registered.decision,
            decided_at: registered.decided_at,
            reasons: details.reasons.into_iter().map(DecisionReason::from).collect(),
            signposts,
            legal_name: details.legal_name,
            phone: details.phone,
            greeting: details.greeting,
            profession: details.profession,
            registration_body: details.registration_body,
            registration_number: details.registration_number,
            setting: details.setting,
            nation: details.nation,
            region: details.region,
            icb_code: details.icb_code,
            employer_ods: details.employer_ods,
            confidentiality_reason: details.confidentiality_reason,
            confidentiality_reason_note: details.confidentiality_reason_words,
            reason_decision,
            consents: details.consents.into(),
            emergency_contact: details.emergency_contact.into(),
        }
    }
}
