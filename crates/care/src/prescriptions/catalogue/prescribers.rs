//! Who may prescribe what. Administrators change which schedules and controlled substances a kind of prescriber may prescribe. Register,
//! right, numbers, and the conditions of dental need and of a management plan are the kind itself: a release changes them.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::prescriptions::model::medicine::ControlledDrugSchedule;
use crate::prescriptions::model::{PrescriberKind, PrescribingRightKind};
use reference::reference_data::model::Fault;
use reference::workforce::model::RegistrationBody;
use scheduling::clinicians::model::Discipline;

/// Who may prescribe what.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prescribers {
    /// The disciplines that never prescribe, whatever the registration.
    pub never: Vec<NonPrescriber>,
    /// The kinds of prescriber. If several match a clinician, the first one applies.
    pub kinds: Vec<PrescriberRule>,
}

/// A discipline that never prescribes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NonPrescriber {
    pub discipline: Discipline,
    /// Where this comes from.
    pub source: String,
}

/// What one kind of prescriber may prescribe, and what they need for it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrescriberRule {
    pub kind: PrescriberKind,
    /// The register they must be on.
    pub body: RegistrationBody,
    /// The prescribing right they need in addition.
    pub right: Option<PrescribingRightKind>,
    /// The prefixes of the registration number that identify the profession, where the register covers several; any when empty.
    pub number_prefixes: Vec<String>,
    /// The schedules they may prescribe.
    pub schedules: Vec<ControlledDrugSchedule>,
    /// The only controlled substances they may prescribe, if there is such a limit.
    pub only_controlled: Option<Vec<AllowedSubstance>>,
    /// Whether they may prescribe for dental treatment only.
    pub dental_need: bool,
    /// Whether they must work under a clinical management plan.
    pub management_plan: bool,
    /// Where this comes from.
    pub source: String,
}

/// A controlled substance that a kind of prescriber may prescribe, and by which routes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowedSubstance {
    /// The base name.
    pub substance: String,
    pub routes: Vec<String>,
}

impl PrescriberRule {
    /// The key of its entry in the reference data.
    pub fn key(&self) -> String {
        format!("{}:{}", self.kind.as_str(), self.body.as_str())
    }
}

/// Checks the schedules of a kind of prescriber: each once, and with what is not controlled.
///
/// # Errors
/// A fault of the schedules.
pub fn check_schedules(schedules: &[ControlledDrugSchedule]) -> Result<(), Fault> {
    let mut known = BTreeSet::new();
    if let Some(place) = schedules.iter().position(|schedule| !known.insert(*schedule)) {
        return Err(Fault::new(format!("/schedules/{place}"), "repeated", "This schedule appears twice."));
    }
    if schedules.contains(&ControlledDrugSchedule::NotControlled) {
        return Ok(());
    }
    let detail = "Every prescriber may prescribe what is not controlled. Add that, or remove the entry.";
    Err(Fault::new("/schedules", "required", detail))
}
