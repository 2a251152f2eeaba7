//! Medicines in the shape of the dictionary of medicines and devices (dm+d).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::dosage::Quantity;

platform::words! {
    /// How strictly a medicine is controlled, the least strict first. Medicines of schedule 1 cannot be prescribed here.
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

    /// What a dm+d code stands for.
    pub enum MedicineCodeKind {
        /// A virtual medicinal product: named by what is in it.
        Vmp = "vmp",
        /// An actual medicinal product: named by its brand or maker.
        Amp = "amp",
    }
}

impl ControlledDrugSchedule {
    /// Schedule 2 or 3: words and figures, an address, no repeats.
    pub const fn is_strict(self) -> bool {
        matches!(self, Self::Cd2 | Self::Cd3)
    }

    /// Schedule 2, 3 or 4: thirty days' supply, twenty-eight days' validity.
    pub const fn is_limited(self) -> bool {
        matches!(self, Self::Cd2 | Self::Cd3 | Self::Cd4Part1 | Self::Cd4Part2)
    }

    /// Any controlled drug.
    pub const fn is_controlled(self) -> bool {
        !matches!(self, Self::NotControlled)
    }

    /// As it is printed; nothing for what is not controlled.
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
    /// What it stands for.
    pub kind: MedicineCodeKind,
    /// The digits.
    pub value: String,
}

/// A substance, as far as prescribing depends on it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Substance {
    /// Its name, in small letters.
    pub name: String,
    /// Other names.
    pub synonyms: Vec<String>,
    /// The families it belongs to: who is allergic to one of a family may be to another.
    pub classes: Vec<String>,
    /// What it is used as, which says nothing about allergies.
    pub uses: Vec<String>,
    /// How strictly medicines with it are controlled at least.
    pub schedule: ControlledDrugSchedule,
    /// Whether it is liable to abuse, overuse or misuse.
    pub misuse: bool,
    /// Whether prescribing it for addiction needs a Home Office licence.
    pub addiction_licence: bool,
    /// Where this is said.
    pub source: String,
}

/// A medicine of the catalogue inside the program.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    pub id: String,
    /// The name, with strength and form.
    pub name: String,
    pub form: String,
    pub strength: String,
    /// The names of its substances.
    pub ingredients: Vec<String>,
    /// The unit in which it is counted.
    pub unit: String,
    /// The routes by which it is given, the usual one first.
    pub routes: Vec<String>,
    /// How much of its one substance a unit holds.
    pub contains: Option<Quantity>,
    /// The dm+d code, where one is known.
    pub code: Option<MedicineCode>,
    /// How strictly it is controlled, where that is otherwise than its substances say.
    pub schedule: Option<ControlledDrugSchedule>,
    /// The first day it is listed.
    pub valid_from: NaiveDate,
    /// The last; `None` while it is listed.
    pub valid_to: Option<NaiveDate>,
    /// Where this is said.
    pub source: String,
}

/// A medicine as a prescription names it: the facts are kept as they were on the day.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Medicine {
    pub catalogue_id: Option<String>,
    /// The dm+d code, where one is known.
    pub code: Option<MedicineCode>,
    /// The name, with strength and form.
    pub name: String,
    pub form: String,
    pub strength: Option<String>,
    /// The names of its substances, in small letters.
    pub ingredients: Vec<String>,
    /// The families that its substances belong to.
    pub classes: Vec<String>,
    /// How strictly it is controlled.
    pub schedule: ControlledDrugSchedule,
    /// Whether it is liable to abuse.
    pub misuse: bool,
    /// Whether prescribing it for addiction needs a Home Office licence.
    pub addiction_licence: bool,
    /// How much of its one substance a unit holds.
    pub contains: Option<Quantity>,
    /// The unit in which it is counted.
    pub unit: Option<String>,
}

platform::redacted_debug!(Medicine);

/// A medicine that the author describes, since it is not in the catalogue.
#[derive(Clone)]
pub struct Described {
    /// The dm+d code.
    pub code: MedicineCode,
    /// The name, with strength and form.
    pub name: String,
    pub form: String,
    pub strength: Option<String>,
    /// The names of its substances.
    pub ingredients: Vec<String>,
    /// How strictly it is controlled, as the author says.
    pub schedule: ControlledDrugSchedule,
}
