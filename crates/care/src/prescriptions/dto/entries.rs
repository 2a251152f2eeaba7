//! JSON forms of the medicines, substances and limits that administrators add and change.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ExactDecimal;
use crate::prescriptions::catalogue::{AllowedSubstance, PrescriberRule};
use crate::prescriptions::model::Quantity;
use crate::prescriptions::model::medicine::{
    CatalogueEntry, ControlledDrugSchedule, MedicineCode, MedicineCodeKind, MedicineRuleEffect, Substance,
};
use platform::text::printable::unprintable;
use reference::reference_data::model::Fault;

/// The name or id of something in the reference data.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, min_length = 1, max_length = 100, example = "oral")]
pub struct ReferenceTerm(pub String);

fn texts(terms: Vec<ReferenceTerm>) -> Vec<String> {
    terms.into_iter().map(|term| term.0).collect()
}

fn terms(texts: &[String]) -> Vec<ReferenceTerm> {
    texts.iter().cloned().map(ReferenceTerm).collect()
}

/// A medicine that can be prescribed. Its id is the key of the entry; it is listed from the first day of the change on.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MedicineEntry {
    /// The name, with strength and form, as in the dictionary of medicines and devices (dm+d).
    #[schema(extensions(("x-printed" = json!(true))), min_length = 1, max_length = 200)]
    pub name: String,
    /// The dose form, such as tablets; see the prescribing terms.
    #[schema(extensions(("x-printed" = json!(true))), min_length = 1, max_length = 100)]
    pub form: String,
    /// The strength.
    #[schema(extensions(("x-printed" = json!(true))), min_length = 1, max_length = 100)]
    pub strength: String,
    /// The base names of its substances.
    #[schema(min_items = 1, max_items = 10)]
    pub ingredients: Vec<ReferenceTerm>,
    /// The id of the unit in which it is counted.
    #[schema(min_length = 1, max_length = 30)]
    pub unit: String,
    /// The ids of the routes by which it is taken, the usual one first.
    #[schema(min_items = 1, max_items = 10)]
    pub routes: Vec<ReferenceTerm>,
    /// How much of its substance one unit contains, if there is only one substance.
    #[serde(default)]
    pub contains: Option<ExactDecimal>,
    /// The unit of `contains`: `mg`, `microgram` or `gram`.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 30)]
    pub contains_unit: Option<String>,
    /// The dm+d code (a SNOMED CT id), if one was confirmed.
    #[serde(default)]
    #[schema(min_length = 6, max_length = 18, pattern = "^[0-9]{6,18}$")]
    pub code: Option<String>,
    /// The kind of the code; a virtual medicinal product (VMP) when left out.
    #[serde(default)]
    pub code_kind: Option<MedicineCodeKind>,
    /// The schedule, if it differs from that of its substances.
    #[serde(default)]
    pub schedule: Option<ControlledDrugSchedule>,
    /// The brands among which one is chosen, where it is prescribed by brand.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub brands: Vec<ReferenceTerm>,
    /// Where this comes from.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 500)]
    pub source: String,
}

/// The units in which a medicine can contain its substance.
const MASSES: [&str; 3] = ["mg", "microgram", "gram"];

impl MedicineEntry {
    /// The medicine with this id, listed from a day on.
    ///
    /// # Errors
    /// A fault of what one unit contains, or of a brand that cannot be printed.
    pub fn medicine(self, id: &str, from: NaiveDate) -> Result<CatalogueEntry, Fault> {
        let contains = match (self.contains, self.contains_unit) {
            (None, None) => None,
            (Some(_), _) if self.ingredients.len() != 1 => {
                return Err(Fault::new("/contains", "not_allowed", "Leave this out where there are several substances."));
            }
            (Some(ExactDecimal(value)), Some(unit)) if MASSES.contains(&unit.as_str()) && !value.is_zero() => {
                Some(Quantity { value, unit })
            }
            (Some(_), Some(_)) => {
                return Err(Fault::new("/contains_unit", "unknown", "Give more than nothing, in mg, microgram or gram."));
            }
            _ => return Err(Fault::new("/contains_unit", "required", "Give the amount and its unit, or neither.")),
        };
        let brands = texts(self.brands);
        if let Some(place) = brands.iter().position(|brand| unprintable(brand).is_some()) {
            let detail = "This text contains a character that cannot be printed. Remove it and try again.";
            return Err(Fault::new(format!("/brands/{place}"), "unprintable", detail));
        }
        let kind = self.code_kind.unwrap_or(MedicineCodeKind::Vmp);
        Ok(CatalogueEntry {
            id: id.to_owned(),
            name: self.name,
            form: self.form,
            strength: self.strength,
            ingredients: texts(self.ingredients),
            unit: self.unit,
            routes: texts(self.routes),
            contains,
            code: self.code.map(|value| MedicineCode { kind, value }),
            schedule: self.schedule,
            brands,
            valid_from: from,
            valid_to: None,
            source: self.source,
        })
    }
}

impl From<&CatalogueEntry> for MedicineEntry {
    fn from(medicine: &CatalogueEntry) -> Self {
        Self {
            name: medicine.name.clone(),
            form: medicine.form.clone(),
            strength: medicine.strength.clone(),
            ingredients: terms(&medicine.ingredients),
            unit: medicine.unit.clone(),
            routes: terms(&medicine.routes),
            contains: medicine.contains.as_ref().map(|contains| ExactDecimal(contains.value)),
            contains_unit: medicine.contains.as_ref().map(|contains| contains.unit.clone()),
            code: medicine.code.as_ref().map(|code| code.value.clone()),
            code_kind: medicine.code.as_ref().map(|code| code.kind),
            schedule: medicine.schedule,
            brands: terms(&medicine.brands),
            source: medicine.source.clone(),
        }
    }
}

/// What the prescribing rules need to know about a substance. Its base name is the key of the entry.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubstanceEntry {
    /// Other names.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub synonyms: Vec<ReferenceTerm>,
    /// The classes it belongs to: a person who is allergic to one substance of a class may be allergic to another.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub classes: Vec<ReferenceTerm>,
    /// What it is used for.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub uses: Vec<ReferenceTerm>,
    /// The least strict schedule that a medicine with this substance can have.
    pub schedule: ControlledDrugSchedule,
    /// The least strict schedule as an injection, if it is stricter.
    #[serde(default)]
    pub injection_schedule: Option<ControlledDrugSchedule>,
    /// Whether it is liable to abuse, overuse or misuse.
    pub misuse: bool,
    /// Whether prescribing it for addiction needs a Home Office licence.
    #[serde(default)]
    pub addiction_licence: bool,
    /// Whether only a specialist doctor, and so no one in this service, may prescribe it.
    #[serde(default)]
    pub specialist_only: bool,
    /// Where this comes from, such as the instrument that moved it to its schedule.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 500)]
    pub source: String,
}

impl SubstanceEntry {
    /// The substance with this base name.
    pub fn substance(self, name: &str) -> Substance {
        Substance {
            name: name.to_owned(),
            synonyms: texts(self.synonyms),
            classes: texts(self.classes),
            uses: texts(self.uses),
            schedule: self.schedule,
            injection_schedule: self.injection_schedule,
            misuse: self.misuse,
            addiction_licence: self.addiction_licence,
            specialist_only: self.specialist_only,
            source: self.source,
        }
    }
}

impl From<&Substance> for SubstanceEntry {
    fn from(substance: &Substance) -> Self {
        Self {
            synonyms: terms(&substance.synonyms),
            classes: terms(&substance.classes),
            uses: terms(&substance.uses),
            schedule: substance.schedule,
            injection_schedule: substance.injection_schedule,
            misuse: substance.misuse,
            addiction_licence: substance.addiction_licence,
            specialist_only: substance.specialist_only,
            source: substance.source.clone(),
        }
    }
}

/// The most of a substance that is taken in a day. Substance, route and age are the key of the entry.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DoseLimitEntry {
    /// The maximum, in milligrams.
    pub daily_mg: ExactDecimal,
    /// What happens above it.
    pub effect: MedicineRuleEffect,
    /// Where this comes from.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 500)]
    pub source: String,
}

/// The age from which a substance needs a reason. The substance is the key of the entry.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgeLimitEntry {
    /// The age.
    #[schema(minimum = 1, maximum = 120)]
    pub from_age: u8,
    /// What is wrong, and what to do about it: the prescriber reads it.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 500)]
    pub detail: String,
    /// Where this comes from.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 500)]
    pub source: String,
}

/// What a kind of prescriber may prescribe. The key of the entry is the kind with its register, such as `independent_nurse:nmc`. Which
/// registration and right they need does not change.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PrescriberEntry {
    /// The schedules, with `not_controlled`.
    #[schema(min_items = 1, max_items = 6)]
    pub schedules: Vec<ControlledDrugSchedule>,
    /// The only controlled substances; left out where there is no such limit.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 50)]
    pub only_controlled: Option<Vec<AllowedSubstanceEntry>>,
    /// Where this comes from.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 600)]
    pub source: String,
}

/// A controlled substance that a kind of prescriber may prescribe.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AllowedSubstanceEntry {
    /// The base name.
    #[schema(min_length = 1, max_length = 100)]
    pub substance: String,
    /// The ids of the routes; see the prescribing terms.
    #[schema(min_items = 1, max_items = 20)]
    pub routes: Vec<ReferenceTerm>,
}

impl PrescriberEntry {
    /// The rule of this kind with what the entry says.
    pub fn rule(self, kind: &PrescriberRule) -> PrescriberRule {
        let allowed = |one: AllowedSubstanceEntry| AllowedSubstance { substance: one.substance, routes: texts(one.routes) };
        PrescriberRule {
            schedules: self.schedules,
            only_controlled: self.only_controlled.map(|all| all.into_iter().map(allowed).collect()),
            source: self.source,
            ..kind.clone()
        }
    }
}

impl From<&PrescriberRule> for PrescriberEntry {
    fn from(rule: &PrescriberRule) -> Self {
        let allowed =
            |one: &AllowedSubstance| AllowedSubstanceEntry { substance: one.substance.clone(), routes: terms(&one.routes) };
        Self {
            schedules: rule.schedules.clone(),
            only_controlled: rule.only_controlled.as_ref().map(|all| all.iter().map(allowed).collect()),
            source: rule.source.clone(),
        }
    }
}
