//! JSON forms about eligibility and registration.

mod confirmation;
mod eligibility;
mod eligibility_rules;
mod intake;
mod reasons;
mod views;

use people::practitioners::dto::BlockColleague;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

pub use confirmation::{ConfirmEmail, RequestEmailConfirmation};
pub use eligibility::{DecisionReason, Eligibility, EligibilityQuery, RegistrationReceived};
pub use eligibility_rules::{CreateEligibilityRule, EligibilityConditions, EligibilityRuleView, EndEligibilityRule};
pub use intake::{CreateIntakePeriod, IntakePeriodForm, IntakePeriodHistoryEntry, IntakePeriodQuery, IntakePeriodView};
pub use reasons::{
    ConfidentialityReasonQuery, ConfidentialityReasonSummary, ConfidentialityReasonView, DecideConfidentialityReason,
    MyReasonDecision,
};
pub use views::{ConsentsView, EmergencyContactView, RegistrationView};

use people::practitioners::details::{Consents, EmergencyContact};
use people::practitioners::model::ConfidentialityReason;
use platform::ids::UtcTime;
use platform::password::Password;
use platform::private::{Private, trimmed};
use reference::workforce::model::{Nation, Profession, Region, RegistrationBody, Setting};

/// The consents of a practitioner. `care` and `data_processing` are required; the others are optional. The service is confidential, with
/// limits: show the text `confidentiality` of `GET /v1/contact-routes` with them.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentsForm {
    /// Consent to being assessed and treated.
    pub care: bool,
    /// Consent to storing and using personal data for that.
    pub data_processing: bool,
    /// Consent to the service writing to their GP. False when left out.
    #[serde(default)]
    pub gp_sharing: bool,
    /// Whether messages may name the service. False when left out.
    #[serde(default)]
    pub service_name_in_messages: bool,
}

impl ConsentsForm {
    /// The consents given at `now`.
    pub fn given(self, now: UtcTime) -> Consents {
        let Self { care, data_processing, gp_sharing, service_name_in_messages } = self;
        Consents { care, data_processing, gp_sharing, service_name_in_messages, given_at: now }
    }
}

/// Who to call when a life may be in danger.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmergencyContactForm {
    /// The name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub name: Private<String>,
    /// The telephone number.
    #[schema(value_type = String, min_length = 5, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){5}[0-9+(). -]*$")]
    pub phone: Private<String>,
    /// The contact's relationship to the practitioner.
    #[schema(value_type = String, min_length = 1, max_length = 60)]
    pub relationship: Private<String>,
    /// Whether they live in the United Kingdom. Must be true.
    pub lives_in_uk: bool,
}

impl EmergencyContactForm {
    /// The contact as it is stored.
    pub fn to_contact(&self) -> EmergencyContact {
        EmergencyContact { name: trimmed(&self.name), phone: trimmed(&self.phone), relationship: trimmed(&self.relationship) }
    }
}

/// A registration.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterPractitioner {
    /// The token of an invitation: the part of its link after the `#`. It fills in what is left out here, and is used up.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub invitation_token: Option<Private<String>>,
    /// The address to sign in with, and for messages. Required, unless the invitation has one.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Email, max_length = 254)]
    pub email: Option<Private<String>>,
    /// A password.
    pub password: Password,
    /// The practitioner's legal name. Used only in documents that need it.
    #[schema(extensions(("x-printed" = json!(true))), value_type = String, min_length = 1, max_length = 100)]
    pub legal_name: Private<String>,
    /// The name to be called by; the reference when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 60)]
    pub pseudonym: Option<Private<String>>,
    /// A telephone number.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){5}[0-9+(). -]*$")]
    pub phone: Option<Private<String>>,
    /// The greeting of messages; a plain greeting when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 60)]
    pub greeting: Option<Private<String>>,
    /// The practitioner's profession. Required, unless the invitation has it.
    #[serde(default)]
    pub profession: Option<Profession>,
    /// The professional register they are on.
    pub registration_body: RegistrationBody,
    /// The registration number. Required with every register, and not allowed with `none`.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 20)]
    pub registration_number: Option<Private<String>>,
    /// Where they work. Required, unless the invitation has it.
    #[serde(default)]
    pub setting: Option<Setting>,
    /// The nation they work in. Required, unless the invitation has it.
    #[serde(default)]
    pub nation: Option<Nation>,
    /// The region of England they work in. In England, this or `icb_code` is required.
    #[serde(default)]
    pub region: Option<Region>,
    /// The code of the integrated care board of the area. Sets the region too.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 10)]
    pub icb_code: Option<String>,
    /// The employer's code in the Organisation Data Service. Clinicians of the same employer never see the practitioner. Leave it
    /// out between jobs.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 9)]
    pub employer_ods: Option<Private<String>>,
    /// Why local care would not be confidential.
    pub confidentiality_reason: ConfidentialityReason,
    /// The reason in the person's own words. Required with the reason `other`, and not allowed with another one. The staff who decide
    /// about it read it.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 10, max_length = 2000)]
    pub confidentiality_reason_note: Option<Private<String>>,
    /// The consents.
    pub consents: ConsentsForm,
    /// Who to call in an emergency.
    pub emergency_contact: EmergencyContactForm,
    /// Colleagues who must never see the practitioner. More can be added later.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub blocked_colleagues: Vec<BlockColleague>,
}

/// Changes to the caller's registration. What is left out stays as it is; `null` removes an optional value.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateMyRegistration {
    /// The practitioner's legal name.
    #[serde(default)]
    #[schema(extensions(("x-printed" = json!(true))), value_type = String, min_length = 1, max_length = 100, required = false)]
    pub legal_name: Option<Private<String>>,
    /// The name to be called by; `null` for the reference.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 60)]
    pub pseudonym: Option<Option<Private<String>>>,
    /// A telephone number.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){5}[0-9+(). -]*$")]
    pub phone: Option<Option<Private<String>>>,
    /// The greeting of messages.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 60)]
    pub greeting: Option<Option<Private<String>>>,
    /// The practitioner's profession. Send it with register and number if those change.
    #[serde(default)]
    #[schema(value_type = Profession, required = false)]
    pub profession: Option<Profession>,
    /// The professional register they are on.
    #[serde(default)]
    #[schema(value_type = RegistrationBody, required = false)]
    pub registration_body: Option<RegistrationBody>,
    /// The registration number.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 20)]
    pub registration_number: Option<Option<Private<String>>>,
    /// Where they work.
    #[serde(default)]
    #[schema(value_type = Setting, required = false)]
    pub setting: Option<Setting>,
    /// The nation they work in. Another nation removes region and board, unless they are sent too.
    #[serde(default)]
    #[schema(value_type = Nation, required = false)]
    pub nation: Option<Nation>,
    /// The region of England they work in. Another region removes the board, unless it is sent too.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Region>)]
    pub region: Option<Option<Region>>,
    /// The integrated care board of the area. Sets the region too.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 10)]
    pub icb_code: Option<Option<String>>,
    /// The employer's code in the Organisation Data Service.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 9)]
    pub employer_ods: Option<Option<Private<String>>>,
    /// Why local care would not be confidential.
    #[serde(default)]
    #[schema(value_type = ConfidentialityReason, required = false)]
    pub confidentiality_reason: Option<ConfidentialityReason>,
    /// The reason in the practitioner's own words, with the reason `other`. Another reason removes the words.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 10, max_length = 2000, required = false)]
    pub confidentiality_reason_note: Option<Private<String>>,
    /// All consents.
    #[serde(default)]
    #[schema(value_type = ConsentsForm, required = false)]
    pub consents: Option<ConsentsForm>,
    /// Who to call in an emergency.
    #[serde(default)]
    #[schema(value_type = EmergencyContactForm, required = false)]
    pub emergency_contact: Option<EmergencyContactForm>,
}

/// Distinguishes `null` (`Some(None)`) from a member that is left out (`None`).
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
