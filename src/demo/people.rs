//! Who is in the story. Every name, number and address is made up.

use serde::Deserialize;
use serde_json::Value;

use crate::people::Role;

/// The password of everybody in the story.
pub const PASSWORD: &str = "quiet harbour lamp eleven";

/// The e-mail address of somebody in the story.
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

/// A clinician; what goes into the directory and the clinics is sent as it stands.
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
    pub(super) employer_ods: Option<String>,
    pub(super) stage: Stage,
    /// The name of the clinician with whom they book, so that who treats whom is the same in every demo.
    pub(super) clinician: Option<String>,
}

/// How far somebody has come by the end of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stage {
    Registered,
    AwaitingFunding,
    Signposted,
    IntakeDone,
    /// The intake is done and has a positive risk item.
    AtRisk,
    AssessmentBooked,
    /// Was assessed, and another assessment was found necessary.
    MoreAssessment,
    /// Did not come to the assessment.
    NotAttended,
    InCare,
    Discharged,
}

impl Stage {
    /// True for those who have filled in the questionnaires.
    pub(super) fn has_intake(self) -> bool {
        !matches!(self, Self::Registered | Self::AwaitingFunding | Self::Signposted)
    }

    /// True for those whose assessment lies behind them.
    pub(super) fn was_assessed(self) -> bool {
        matches!(self, Self::MoreAssessment | Self::NotAttended | Self::InCare | Self::Discharged)
    }
}

/// Everybody.
pub(super) fn everybody() -> Result<People, String> {
    serde_json::from_str(include_str!("data/people.json")).map_err(|error| format!("the story's people: {error}"))
}

/// The forty hubs, each as an administrator sends it. Those of which a public name is known have it; the others' names, and all
/// numbers and addresses, are made up.
pub(super) fn hubs() -> Result<Vec<Value>, String> {
    serde_json::from_str(include_str!("data/hubs.json")).map_err(|error| format!("the story's hubs: {error}"))
}
