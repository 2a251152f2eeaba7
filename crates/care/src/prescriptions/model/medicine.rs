//! Medicines, described as in the dictionary of medicines and devices (dm+d).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::dosage::Quantity;

platform::string_enum! {
    /// The controlled drug schedule of a medicine, the least strict first. Medicines of schedule 1 cannot be prescribed here.
    pub enum ControlledDrugSchedule {
        /// Not a controlled drug.
        NotControlled = "not_controlled",
        /// Schedule 5.
        Cd5 = "cd5",
        /// Schedule 4, part 2.
        Cd4Part2 = "cd4_part2",
        /// Schedule 4, part 1.
        Cd4Part1 = "cd4_part1",
        /// Schedule 3.
        Cd3 = "cd3",
        /// Schedule 2.
        Cd2 = "cd2",
    }

    /// What a rule about a medicine does.
    pub enum MedicineRuleEffect {
        /// The prescription cannot be signed.
        Refuse = "refuse",
        /// It can be signed for a recorded reason.
        Reason = "reason",
    }

    /// What a dm+d code identifies.
    pub enum MedicineCodeKind {
        /// A virtual medicinal product (VMP): identified by its ingredients, strength and form.
        Vmp = "vmp",
        /// An actual medicinal product (AMP): identified by its brand or manufacturer.
        Amp = "amp",
    }
}

impl ControlledDrugSchedule {
    /// Schedule 2 or 3: quantity in words and figures, patient's address, no repeats.
    pub const fn is_schedule_2_or_3(self) -> bool {
        matches!(self, Self::Cd2 | Self::Cd3)
    }

    /// Schedule 2, 3 or 4: thirty days' supply, twenty-eight days' validity.
    pub const fn is_schedule_2_to_4(self) -> bool {
        matches!(self, Self::Cd2 | Self::Cd3 | Self::Cd4Part1 | Self::Cd4Part2)
    }

    /// True for every controlled drug.
    pub const fn is_controlled(self) -> bool {
        !matches!(self, Self::NotControlled)
    }

    /// The schedule as it is printed; nothing for a medicine that is not controlled.
    pub const fn label(self) -> Option<&'static str> {
        match self {
            Self::NotControlled => None,
            Self::Cd5 => Some("CD5"),
            Self::Cd4Part2 => Some("CD4 part 2"),
            Self::Cd4Part1 => Some("CD4 part 1"),
            Self::Cd3 => Some("CD3"),
            Self::Cd2 => Some("CD2"),
        }
    }
}

/// A dm+d code: a SNOMED CT concept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MedicineCode {
    pub kind: MedicineCodeKind,
    /// The digits.
    pub value: String,
}

/// What the prescribing rules need to know about a substance.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Substance {
    /// Its base name, in lower case, without salt or ester.
    pub name: String,
    /// Other names.
    pub synonyms: Vec<String>,
    /// The classes it belongs to: a person who is allergic to one substance of a class may be allergic to another.
    pub classes: Vec<String>,
    /// What it is used for. Not relevant to allergies.
    pub uses: Vec<String>,
    /// The least strict schedule that a medicine with this substance can have.
    pub schedule: ControlledDrugSchedule,
    /// The least strict schedule as an injection, if it is stricter.
    #[serde(default)]
    pub injection_schedule: Option<ControlledDrugSchedule>,
    /// Whether it is liable to abuse, overuse or misuse.
    pub misuse: bool,
    /// Whether prescribing it for addiction needs a Home Office licence.
    pub addiction_licence: bool,
    /// Whether only a specialist doctor, and so no one in this service, may prescribe it.
    #[serde(default)]
    pub specialist_only: bool,
    /// Where this comes from.
    pub source: String,
}

/// A medicine in the embedded catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueEntry {
    pub id: String,
    /// The name, with strength and form.
    pub name: String,
    pub form: String,
    pub strength: String,
    /// The names of its substances.
    pub ingredients: Vec<String>,
    /// The unit in which it is counted.
    pub unit: String,
    /// The routes by which it is taken, the usual one first.
    pub routes: Vec<String>,
    /// How much of its substance one unit contains, if there is only one substance.
    pub contains: Option<Quantity>,
    /// The dm+d code, where one is known.
    pub code: Option<MedicineCode>,
    /// Its schedule, if it differs from that of its substances.
    pub schedule: Option<ControlledDrugSchedule>,
    /// The brands among which one is chosen, where it is prescribed by brand.
    pub brands: Vec<String>,
    /// The first day it is listed.
    pub valid_from: NaiveDate,
    /// The last day; `None` while it is listed.
    pub valid_to: Option<NaiveDate>,
    /// Where this comes from.
    pub source: String,
}

/// A medicine in a prescription: the facts are stored as they were on the day.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Medicine {
    pub catalogue_id: Option<String>,
    /// The dm+d code, where one is known.
    pub code: Option<MedicineCode>,
    /// The name, with strength and form.
    pub name: String,
    /// The brand, if it is prescribed by brand.
    #[serde(default)]
    pub brand: Option<String>,
    pub form: String,
    /// The routes by which it can be taken; empty in prescriptions of earlier versions.
    #[serde(default)]
    pub routes: Vec<String>,
    pub strength: Option<String>,
    /// The base names of its substances.
    pub ingredients: Vec<String>,
    /// The classes that its substances belong to.
    pub classes: Vec<String>,
    /// Its controlled drug schedule.
    pub schedule: ControlledDrugSchedule,
    /// Whether it is liable to abuse.
    pub misuse: bool,
    /// Whether prescribing it for addiction needs a Home Office licence.
    pub addiction_licence: bool,
    /// How much of its substance one unit contains, if there is only one substance.
    pub contains: Option<Quantity>,
    /// The unit in which it is counted.
    pub unit: Option<String>,
}

platform::redacted_debug!(Medicine);

/// A medicine that is not in the catalogue, as the author describes it.
#[derive(Clone)]
pub struct DescribedMedicine {
    /// The dm+d code.
    pub code: MedicineCode,
    /// The name, with strength and form.
    pub name: String,
    /// The brand, if it is prescribed by brand.
    pub brand: Option<String>,
    pub form: String,
    pub strength: Option<String>,
    /// The names of its substances.
    pub ingredients: Vec<String>,
    /// Its controlled drug schedule, as the author states it.
    pub schedule: ControlledDrugSchedule,
}
