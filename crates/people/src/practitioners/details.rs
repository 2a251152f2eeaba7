//! The details that a person gave on registration. They are stored as one encrypted document.

use serde::{Deserialize, Serialize};

use super::model::{ConfidentialityReason, EligibilityReason};
pub use crate::accounts::identity::registration_key;
use platform::ids::UtcTime;
use reference::signposts::model::SignpostNeed;
use reference::workforce::model::{Nation, Profession, Region, RegistrationBody, Setting};

platform::string_enum! {
    /// The relationship of a blocked colleague to the practitioner.
    pub enum ColleagueRelationship {
        /// Works in the same team.
        SameTeam = "same_team",
        /// Supervises them, or did.
        Supervisor = "supervisor",
        /// Trains them, or did.
        Trainer = "trainer",
        /// Appraises them.
        Appraiser = "appraiser",
        /// Is their responsible officer.
        ResponsibleOfficer = "responsible_officer",
        /// Belongs to the family.
        Relative = "relative",
        /// Is a friend.
        Friend = "friend",
        /// Anything else. The service does not ask what.
        Other = "other",
    }
}

/// What a person agreed to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consents {
    /// Assessment and treatment.
    pub care: bool,
    /// The storage and use of personal data for that.
    pub data_processing: bool,
    /// That the service writes to their general practitioner.
    pub gp_sharing: bool,
    /// That messages name the service.
    pub service_name_in_messages: bool,
    /// When the consents were last given.
    pub given_at: UtcTime,
}

/// The person to call when a life may be in danger. They live in the United Kingdom.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmergencyContact {
    pub name: String,
    pub phone: String,
    /// Their relationship to the practitioner, as free text.
    pub relationship: String,
}

/// The registration details of a person, and the grounds of the eligibility decision.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationDetails {
    /// The legal name. It is used only in documents that need it.
    pub legal_name: String,
    pub phone: Option<String>,
    /// The greeting in messages; `None` for a plain one.
    pub greeting: Option<String>,
    pub profession: Profession,
    /// The register of the registration number.
    pub registration_body: RegistrationBody,
    /// The registration number, in the format of the register.
    pub registration_number: Option<String>,
    pub setting: Setting,
    pub nation: Nation,
    /// The region of England.
    pub region: Option<Region>,
    /// The integrated care board of the area.
    pub icb_code: Option<String>,
    /// The employer's code in the NHS Organisation Data Service (ODS).
    pub employer_ods: Option<String>,
    /// Why care where they work would not be confidential.
    pub confidentiality_reason: ConfidentialityReason,
    /// The reason in their own words, where it is [`ConfidentialityReason::Other`].
    #[serde(default)]
    pub confidentiality_reason_words: Option<String>,
    pub consents: Consents,
    pub emergency_contact: EmergencyContact,
    /// The reasons for the last eligibility decision.
    pub reasons: Vec<EligibilityReason>,
    /// The needs for which the last decision signposts to other help.
    pub needs: Vec<SignpostNeed>,
}

platform::redacted_debug!(RegistrationDetails);

impl RegistrationDetails {
    /// The value that the blind index of the registration is computed from.
    pub fn registration_key(&self) -> Option<String> {
        self.registration_number.as_deref().map(|number| registration_key(self.registration_body, number))
    }
}
