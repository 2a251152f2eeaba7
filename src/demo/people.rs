//! The people of the scenario. Every name, number and address is invented.

use serde::Deserialize;
use serde_json::Value;

use crate::people::Role;

/// The password of every account in the scenario.
pub const PASSWORD: &str = "quiet harbour lamp eleven";

/// The email address of a person in the scenario.
pub fn address(name: &str) -> String {
    format!("{}@demo.example", name.to_lowercase().replace(' ', "."))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct People {
    pub(super) staff: Vec<Member>,
    pub(super) clinicians: Vec<Clinician>,
    pub(super) practitioners: Vec<Practitioner>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) role: Role,
}

/// A clinician; the entry and the clinics are sent to the API unchanged.
#[derive(Debug, Deserialize)]
pub(super) struct Clinician {
    pub(super) name: String,
    pub(super) clinics: Vec<Value>,
    #[serde(flatten)]
    pub(super) entry: serde_json::Map<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Practitioner {
    pub(super) pseudonym: String,
    pub(super) legal_name: String,
    pub(super) profession: String,
    pub(super) registration_body: String,
    pub(super) registration_number: Option<String>,
    pub(super) setting: String,
    pub(super) confidentiality_reason: String,
    /// The reason in their own words, where it is none of the others.
    #[serde(default)]
    pub(super) confidentiality_reason_words: Option<String>,
    pub(super) employer_ods: Option<String>,
    pub(super) stage: Stage,
    /// The name of the clinician that they book with, so that it is the same in every demo.
    pub(super) clinician: Option<String>,
}

/// How far a practitioner has come by the end of the scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stage {
    Registered,
    AwaitingFunding,
    Signposted,
    IntakeDone,
    /// The intake is submitted and has a positive risk item.
    AtRisk,
    AssessmentBooked,
    /// Was assessed, and another assessment was found necessary.
    MoreAssessment,
    /// Did not attend the assessment.
    NotAttended,
    InCare,
    Discharged,
}

impl Stage {
    /// True for practitioners who have answered the questionnaires.
    pub(super) fn has_intake(self) -> bool {
        !matches!(self, Self::Registered | Self::AwaitingFunding | Self::Signposted)
    }

    /// True for practitioners whose assessment is in the past.
    pub(super) fn was_assessed(self) -> bool {
        matches!(self, Self::MoreAssessment | Self::NotAttended | Self::InCare | Self::Discharged)
    }
}

/// All people of the scenario.
pub(super) fn load_people() -> Result<People, String> {
    serde_json::from_str(include_str!("data/people.json"))
        .map_err(|error| format!("the people of the demo cannot be read: {error}"))
}

/// The forty hubs, each as an administrator sends it. Hubs with a public name have that name; the names of the others, and all
/// numbers and addresses, are invented.
pub(super) fn hubs() -> Result<Vec<Value>, String> {
    serde_json::from_str(include_str!("data/hubs.json")).map_err(|error| format!("the hubs of the demo cannot be read: {error}"))
}
