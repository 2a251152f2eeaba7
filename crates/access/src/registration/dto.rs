//! Forms about eligibility and registration.

mod confirming;
mod eligibility;
mod eligibility_rules;
mod intake;
mod views;

use people::practitioners::dto::BlockColleague;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

pub use confirming::{ConfirmEmail, RequestEmailVerification};
pub use eligibility::{DecisionReason, Eligibility, EligibilityQuery, RegistrationReceived};
pub use eligibility_rules::{CreateEligibilityRule, EligibilityConditions, EligibilityRuleView, EndEligibilityRule};
pub use intake::{CreateIntakePeriod, IntakePeriodForm, IntakePeriodVersion, IntakePeriodView, IntakeSwitchQuery};
pub use views::{ConsentsView, EmergencyContactView, RegistrationView};

use people::practitioners::model::ConfidentialityReason;
use people::practitioners::particulars::{Consents, EmergencyContact};
use platform::ids::UtcTime;
use platform::password::Password;
use platform::private::{Private, trimmed};
use reference::workforce::model::{Nation, Profession, Region, RegistrationBody, Setting};

/// What a person agrees to. `care` and `data_processing` are needed; the others are free.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentsForm {
    /// To be assessed and treated.
    pub care: bool,
    /// To personal data being kept and used for that.
    pub data_processing: bool,
    /// To the service writing to their general practitioner. False when left out.
    #[serde(default)]
    pub gp_sharing: bool,
    /// To messages naming the service. False when left out.
    #[serde(default)]
    pub service_name_in_messages: bool,
}

impl ConsentsForm {
    /// What was agreed to at `now`.
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
    /// What they are to the practitioner.
    #[schema(value_type = String, min_length = 1, max_length = 60)]
    pub relationship: Private<String>,
    /// That they live in the United Kingdom, which they must.
    pub lives_in_uk: bool,
}

impl EmergencyContactForm {
    /// The contact as it is kept.
    pub fn told(&self) -> EmergencyContact {
        EmergencyContact { name: trimmed(&self.name), phone: trimmed(&self.phone), relationship: trimmed(&self.relationship) }
    }
}

/// A registration.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterPractitioner {
    /// The token of an invitation, from behind the `#` of its link. What is left out here is taken from it, and it is used up.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub invitation_token: Option<Private<String>>,
    /// The address to sign in with, and where messages go. Required, unless the invitation brings it.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Email, max_length = 254)]
    pub email: Option<Private<String>>,
    /// A password.
    pub password: Password,
    /// The name by which the law knows the practitioner. For documents that need it, and nothing else.
    #[schema(extensions(("x-printed" = json!(true))), value_type = String, min_length = 1, max_length = 100)]
    pub legal_name: Private<String>,
    /// What to be called instead of the name; the reference when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 60)]
    pub pseudonym: Option<Private<String>>,
    /// A telephone number.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){5}[0-9+(). -]*$")]
    pub phone: Option<Private<String>>,
    /// The words with which messages should greet; a plain greeting when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 60)]
    pub greeting: Option<Private<String>>,
    /// What they work as. Required, unless the invitation brings it.
    #[serde(default)]
    pub profession: Option<Profession>,
    /// The register they are on.
    pub registration_body: RegistrationBody,
    /// The number on it. Required with every register, and not allowed with `none`.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 20)]
    pub registration_number: Option<Private<String>>,
    /// Where they work. Required, unless the invitation brings it.
    #[serde(default)]
    pub setting: Option<Setting>,
    /// In which nation they work. Required, unless the invitation brings it.
    #[serde(default)]
    pub nation: Option<Nation>,
    /// In which region of England. There, this or `icb_code` is required.
    #[serde(default)]
    pub region: Option<Region>,
    /// The integrated care board of the area, by its code. It brings its region.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 10)]
    pub icb_code: Option<String>,
    /// The employer, by its code in the organisation data service. Clinicians of the same employer are kept away. Those
    /// between employers leave it out.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 9)]
    pub employer_ods: Option<Private<String>>,
    /// Why local care would not be confidential.
    pub confidentiality_reason: ConfidentialityReason,
    /// What they agree to.
    pub consents: ConsentsForm,
    /// Who to call in an emergency.
    pub emergency_contact: EmergencyContactForm,
    /// Colleagues who must never see the practitioner. More can be added later.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub blocked_colleagues: Vec<BlockColleague>,
}

/// A change of one's registration. What is left out stays as it is; `null` takes back what may be absent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateMyRegistration {
    /// The name by which the law knows the practitioner.
    #[serde(default)]
    #[schema(extensions(("x-printed" = json!(true))), value_type = String, min_length = 1, max_length = 100, required = false)]
    pub legal_name: Option<Private<String>>,
    /// What to be called instead of the name; `null` for the reference.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 60)]
    pub pseudonym: Option<Option<Private<String>>>,
    /// A telephone number.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){5}[0-9+(). -]*$")]
    pub phone: Option<Option<Private<String>>>,
    /// The words with which messages should greet.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 60)]
    pub greeting: Option<Option<Private<String>>>,
    /// What they work as. Together with the register and the number, where those differ.
    #[serde(default)]
    #[schema(value_type = Profession, required = false)]
    pub profession: Option<Profession>,
    /// The register they are on.
    #[serde(default)]
    #[schema(value_type = RegistrationBody, required = false)]
    pub registration_body: Option<RegistrationBody>,
    /// The number on it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 20)]
    pub registration_number: Option<Option<Private<String>>>,
    /// Where they work.
    #[serde(default)]
    #[schema(value_type = Setting, required = false)]
    pub setting: Option<Setting>,
    /// In which nation they work. Another nation forgets region and board, unless they are given too.
    #[serde(default)]
    #[schema(value_type = Nation, required = false)]
    pub nation: Option<Nation>,
    /// In which region of England. Another region forgets the board, unless it is given too.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Region>)]
    pub region: Option<Option<Region>>,
    /// The integrated care board of the area. It brings its region.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 10)]
    pub icb_code: Option<Option<String>>,
    /// The employer, by its code in the organisation data service.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 9)]
    pub employer_ods: Option<Option<Private<String>>>,
    /// Why local care would not be confidential.
    #[serde(default)]
    #[schema(value_type = ConfidentialityReason, required = false)]
    pub confidentiality_reason: Option<ConfidentialityReason>,
    /// What they agree to, all of it.
    #[serde(default)]
    #[schema(value_type = ConsentsForm, required = false)]
    pub consents: Option<ConsentsForm>,
    /// Who to call in an emergency.
    #[serde(default)]
    #[schema(value_type = EmergencyContactForm, required = false)]
    pub emergency_contact: Option<EmergencyContactForm>,
}

/// Tells `null` (`Some(None)`) from a member that is left out (`None`).
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
