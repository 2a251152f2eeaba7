//! What a person told us when they registered, as it is kept: one document, sealed.

use serde::{Deserialize, Serialize};

use super::model::{ConfidentialityReason, EligibilityReason};
use platform::ids::UtcTime;
use reference::signposts::model::SignpostNeed;
use reference::workforce::model::{Nation, Profession, Region, RegistrationBody, Setting};

platform::words! {
    /// What a blocked colleague is to the practitioner.
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
        /// Anything else, which nobody asks about.
        Other = "other",
    }
}

/// What somebody agreed to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consents {
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

/// Whom to call when a life may be in danger. They live in the United Kingdom.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmergencyContact {
    pub name: String,
    pub phone: String,
    /// What they are to the practitioner, in their own words.
    pub relationship: String,
}

/// Everything a person told us, and on what grounds we answered.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Particulars {
    /// The name by which the law knows them. For documents that need it, and nothing else.
    pub legal_name: String,
    pub phone: Option<String>,
    /// How messages should greet them; `None` for a plain greeting.
    pub greeting: Option<String>,
    pub profession: Profession,
    /// The register they are on.
    pub registration_body: RegistrationBody,
    /// Their number on it, in the register's form.
    pub registration_number: Option<String>,
    pub setting: Setting,
    pub nation: Nation,
    /// In which region of England.
    pub region: Option<Region>,
    /// The integrated care board of the area.
    pub icb_code: Option<String>,
    /// The employer, by its code in the organisation data service.
    pub employer_ods: Option<String>,
    /// Why local care would not be confidential.
    pub confidentiality_reason: ConfidentialityReason,
    /// What they agreed to.
    pub consents: Consents,
    /// Whom to call in an emergency.
    pub emergency_contact: EmergencyContact,
    /// The grounds of the last decision.
    pub reasons: Vec<EligibilityReason>,
    /// The needs that the last decision points to help for.
    pub needs: Vec<SignpostNeed>,
}

platform::redacted_debug!(Particulars);

impl Particulars {
    /// What the blind index of the registration is made of.
    pub fn registration_key(&self) -> Option<String> {
        self.registration_number.as_deref().map(|number| registration_key(self.registration_body, number))
    }
}

/// What the blind index of a registration is made of: register and number.
pub fn registration_key(body: RegistrationBody, number: &str) -> String {
    format!("{} {number}", body.as_str())
}
