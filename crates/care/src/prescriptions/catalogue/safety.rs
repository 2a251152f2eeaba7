//! What a prescription is compared with before it is signed: allergies to a class, two medicines of a class, contra-indications,
//! pregnancy, maximum doses, brands and instalments, each with its source.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::prescriptions::model::dosage::Amount;
pub use crate::prescriptions::model::medicine::MedicineRuleEffect as Effect;
use crate::prescriptions::model::medicine::Substance;

/// The lists of `safety.json`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SafetyData {
    /// The classes of which nothing is prescribed after a severe reaction to one of them.
    pub severe_allergy_classes: Vec<ListedClass>,
    /// The classes of which one medicine at a time is taken.
    pub duplicate_classes: Vec<ListedClass>,
    /// Medicines that are not taken together.
    pub contra_indications: Vec<ContraIndication>,
    /// Medicines that harm an unborn child.
    pub pregnancy: Vec<PregnancyRule>,
    /// Medicines that need a reason from an age.
    pub ages: Vec<AgeRule>,
    /// The most that is taken in a day.
    pub maximum_doses: Vec<MaximumDose>,
    /// Medicines whose brands differ so much that the brand is prescribed.
    pub brands: Vec<BrandRule>,
    /// What may be supplied in instalments, schedule 2 apart.
    pub instalments: InstalmentRule,
}

/// A class in a list.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedClass {
    pub class: String,
    /// Where this comes from.
    pub source: String,
}

/// Two medicines that are not taken together.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContraIndication {
    /// A substance, a class or a use.
    pub first: String,
    /// A substance, a class or a use.
    pub second: String,
    pub effect: Effect,
    /// What is wrong, and what to do about it.
    pub detail: String,
    /// For how many days after the end of its supply a substance or class still counts. That of the substance comes first.
    #[serde(default)]
    pub washout_days: BTreeMap<String, u16>,
    /// Where this comes from.
    pub source: String,
}

impl ContraIndication {
    /// Whether two substances are this pair.
    pub fn is_pair(&self, one: &Substance, other: &Substance) -> bool {
        one.name != other.name
            && (one.belongs_to(&self.first) && other.belongs_to(&self.second)
                || one.belongs_to(&self.second) && other.belongs_to(&self.first))
    }

    /// For how many days after the end of its supply this substance still counts.
    pub fn washout(&self, taken: &Substance) -> u16 {
        let of_class = || self.washout_days.iter().filter(|(group, _)| taken.belongs_to(group)).map(|(_, days)| *days).max();
        self.washout_days.get(&taken.name).copied().or_else(of_class).unwrap_or(0)
    }
}

/// What applies to a substance that harms an unborn child.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PregnancyRule {
    pub substance: String,
    /// During a pregnancy.
    pub pregnant: Effect,
    /// While a pregnancy is possible.
    pub possible: Effect,
    /// Everyone who is younger needs a reason too.
    pub reason_under_age: Option<u8>,
    /// What is wrong, and what to do about it.
    pub detail: String,
    /// Where this comes from.
    pub source: String,
}

/// A substance that needs a reason from an age.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeRule {
    pub substance: String,
    pub from_age: u8,
    /// What is wrong, and what to do about it.
    pub detail: String,
    /// Where this comes from.
    pub source: String,
}

impl AgeRule {
    /// The key of its entry in the reference data.
    pub fn key(&self) -> String {
        format!("age:{}", self.substance)
    }
}

/// The most of a substance that is taken in a day.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaximumDose {
    pub substance: String,
    /// The route for which it holds.
    pub route: String,
    /// The age from which it holds; every adult when left out. The rule with the highest age applies.
    pub from_age: Option<u8>,
    /// In milligrams.
    pub daily_mg: Amount,
    pub effect: Effect,
    /// Where this comes from.
    pub source: String,
}

impl MaximumDose {
    /// The key of its entry in the reference data.
    pub fn key(&self) -> String {
        let from = self.from_age.map_or_else(String::new, |from| format!(":{from}"));
        format!("dose:{}:{}{from}", self.substance, self.route)
    }
}

/// A substance that is prescribed by brand.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrandRule {
    pub substance: String,
    /// Whether it holds for modified-release forms only.
    pub modified_release_only: bool,
    /// Where this comes from.
    pub source: String,
}

/// What may be supplied in instalments.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstalmentRule {
    /// The substances of other schedules than 2.
    pub substances: Vec<String>,
    /// Where this comes from.
    pub source: String,
}

impl Substance {
    /// Whether this is its name, or one of its classes or uses.
    pub fn belongs_to(&self, group: &str) -> bool {
        self.name == group || self.classes.iter().chain(&self.uses).any(|known| known == group)
    }
}
