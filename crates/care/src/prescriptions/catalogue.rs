//! Reference data of prescribing: medicines, substances, units, routes, limits and kinds of prescriber, each with its source.
//! The data is embedded in the program, and parsed and checked once.

use serde::Deserialize;

use super::model::medicine::{CatalogueEntry, ControlledDrugSchedule, Substance};
use super::model::{PrescriberKind, PrescribingRightKind};
use super::rules::identifiers::is_snomed_concept;
use platform::text::folded;
use reference::embedded;
use reference::embedded::{first_duplicate, parse};
use reference::workforce::model::RegistrationBody;
use scheduling::clinicians::model::Discipline;

/// All reference data of prescribing.
#[derive(Debug)]
pub struct Catalogue {
    /// The medicines, by id.
    pub medicines: Vec<CatalogueEntry>,
    /// The substances, by name.
    pub substances: Vec<Substance>,
    /// Units and routes.
    pub terms: Terms,
    /// The limits that rules apply.
    pub limits: Limits,
    /// Who may prescribe what.
    pub prescribers: Prescribers,
}

/// Units and routes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The units of doses and quantities.
    pub units: Vec<Unit>,
    pub routes: Vec<Route>,
    /// The source of their codes.
    pub source: String,
}

/// A unit of a dose or quantity.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    pub id: String,
    /// The name in the singular.
    pub one: String,
    /// The name in the plural.
    pub many: String,
    /// The SNOMED CT code, where one is known.
    pub code: Option<String>,
    /// Whether it is counted rather than measured.
    pub counted: bool,
}

/// A route by which a medicine is taken.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    pub id: String,
    /// The route in plain English.
    pub name: String,
    /// The SNOMED CT code, where one is known.
    pub code: Option<String>,
}

/// A limit and its source.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    pub value: u16,
    /// Where the value comes from.
    pub source: String,
}

/// The limits that rules apply.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Days' supply of a drug of schedule 2, 3 or 4.
    pub controlled_supply_days: Limit,
    /// Days for which a prescription of such a drug is valid.
    pub controlled_validity_days: Limit,
    /// Months for which any other prescription is valid.
    pub validity_months: Limit,
    /// Months after which no repeat is issued.
    pub repeat_months: Limit,
    /// Days between two issues when the prescription does not state them.
    pub repeat_interval_days: Limit,
    pub most_issues: Limit,
    /// How many days before its interval is over the next issue is allowed.
    pub early_issue_days: Limit,
    /// Days' supply where the quantity must be limited.
    pub limited_supply_days: Limit,
    /// How far a quantity may differ from what the dosage needs, in per cent.
    pub quantity_tolerance_percent: Limit,
    /// How many days in the future the start may be.
    pub latest_start_days: Limit,
}

/// Who may prescribe what.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prescribers {
    /// The disciplines that never prescribe, whatever the registration.
    pub never: Vec<NonPrescriber>,
    /// The kinds of prescriber. If several match a clinician, the first one applies.
    pub kinds: Vec<PrescriberRule>,
}

/// A discipline that never prescribes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NonPrescriber {
    pub discipline: Discipline,
    /// Where this comes from.
    pub source: String,
}

/// What one kind of prescriber may prescribe, and what they need for it.
#[derive(Debug, Deserialize)]
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
    pub only_controlled: Option<Vec<String>>,
    /// Whether they may prescribe for dental treatment only.
    pub dental_need: bool,
    /// Whether they must work under a clinical management plan.
    pub management_plan: bool,
    /// Where this comes from.
    pub source: String,
}

embedded! {
    /// The catalogue embedded in the program.
    pub fn catalogue() -> Catalogue = from_texts([
        "data/medicines.json",
        "data/substances.json",
        "data/terms.json",
        "data/limits.json",
        "data/prescribers.json",
    ]);
}

fn from_texts([medicines, substances, terms, limits, prescribers]: &[&str; 5]) -> Result<Catalogue, String> {
    let catalogue = Catalogue {
        medicines: parse(medicines)?,
        substances: parse(substances)?,
        terms: parse(terms)?,
        limits: parse(limits)?,
        prescribers: parse(prescribers)?,
    };
    catalogue.check()?;
    Ok(catalogue)
}

impl Catalogue {
    /// The medicine with this id.
    pub fn medicine(&self, id: &str) -> Option<&CatalogueEntry> {
        self.medicines.iter().find(|medicine| medicine.id == id)
    }

    /// The substance with this name or synonym, ignoring capitals, accents and spacing.
    pub fn substance(&self, name: &str) -> Option<&Substance> {
        let name = folded(name);
        self.substances.iter().find(|substance| substance.name == name || substance.synonyms.contains(&name))
    }

    /// The unit with this id.
    pub fn unit(&self, id: &str) -> Option<&Unit> {
        self.terms.units.iter().find(|unit| unit.id == id)
    }

    /// The route with this id.
    pub fn route(&self, id: &str) -> Option<&Route> {
        self.terms.routes.iter().find(|route| route.id == id)
    }

    fn check(&self) -> Result<(), String> {
        if let Some(id) = first_duplicate(self.medicines.iter().map(|medicine| medicine.id.as_str())) {
            return Err(format!("{id} appears twice"));
        }
        let names = self.substances.iter().flat_map(|substance| substance.synonyms.iter().chain([&substance.name]));
        if let Some(name) = first_duplicate(names.map(String::as_str)) {
            return Err(format!("{name} appears twice"));
        }
        let substances = self.substances.iter();
        let mut names =
            substances.flat_map(|substance| substance.synonyms.iter().chain(&substance.classes).chain([&substance.name]));
        if let Some(name) = names.find(|name| folded(name) != **name) {
            return Err(format!("{name} is not in its normal form"));
        }
        for medicine in &self.medicines {
            let unknown = medicine.ingredients.iter().find(|name| self.substance(name).is_none_or(|known| known.name != **name));
            if let Some(name) = unknown {
                return Err(format!("{}: there is no substance {name}", medicine.id));
            }
            let terms = self.unit(&medicine.unit).is_some() && medicine.routes.iter().all(|route| self.route(route).is_some());
            if medicine.ingredients.is_empty() || medicine.routes.is_empty() || !terms {
                return Err(format!("{}: its unit, route or substance is missing", medicine.id));
            }
            if medicine.code.as_ref().is_some_and(|code| !is_snomed_concept(&code.value)) {
                return Err(format!("{}: its code has a wrong check digit", medicine.id));
            }
            if medicine.valid_to.is_some_and(|last| last < medicine.valid_from) {
                return Err(format!("{} ends before it begins", medicine.id));
            }
        }
        let codes = self.terms.units.iter().filter_map(|unit| unit.code.as_ref());
        let codes = codes.chain(self.terms.routes.iter().filter_map(|route| route.code.as_ref()));
        if let Some(code) = codes.into_iter().find(|code| !is_snomed_concept(code)) {
            return Err(format!("{code} has a wrong check digit"));
        }
        let kinds = self.prescribers.kinds.iter().flat_map(|kind| kind.only_controlled.iter().flatten());
        match kinds.into_iter().find(|name| self.substance(name).is_none()) {
            Some(name) => Err(format!("there is no substance {name}")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken_by(from: &str, to: &str) -> String {
        let files = [
            include_str!("data/medicines.json"),
            include_str!("data/substances.json"),
            include_str!("data/terms.json"),
            include_str!("data/limits.json"),
            include_str!("data/prescribers.json"),
        ];
        assert!(files.iter().any(|file| file.contains(from)), "the case replaces nothing: {from}");
        let files = files.map(|file| file.replacen(from, to, 1));
        from_texts(&files.each_ref().map(String::as_str)).unwrap_err()
    }

    #[test]
    fn the_embedded_data_is_complete_and_names_its_sources() {
        let catalogue = catalogue();
        assert!(catalogue.medicines.len() >= 40);
        assert!(catalogue.medicines.iter().all(|medicine| !medicine.source.is_empty()));
        assert!(catalogue.substances.iter().all(|known| !known.source.is_empty() && known.classes.len() + known.uses.len() > 0));
        assert!(catalogue.prescribers.kinds.iter().all(|kind| !kind.source.is_empty()));
        // Only confirmed codes are listed.
        let codes: Vec<&str> =
            catalogue.medicines.iter().filter_map(|m| m.code.as_ref()).map(|code| code.value.as_str()).collect();
        assert_eq!(codes, ["321196004", "322236009", "415165003", "321152004", "376689003"]);
    }

    #[test]
    fn schedules_of_substances_match_their_sources() {
        // https://www.buckshealthcare.nhs.uk/documents/good-practice-guidance-for-controlled-drugs/ and general knowledge.
        let catalogue = catalogue();
        for (names, schedule) in [
            (&["diazepam", "zopiclone", "zolpidem"][..], ControlledDrugSchedule::Cd4Part1),
            (&["temazepam", "buprenorphine", "pregabalin", "gabapentin", "phenobarbital"], ControlledDrugSchedule::Cd3),
            (&["methadone", "methylphenidate", "dexamfetamine", "lisdexamfetamine", "morphine"], ControlledDrugSchedule::Cd2),
            (&["codeine"], ControlledDrugSchedule::Cd5),
            (&["sertraline", "mirtazapine", "propranolol"], ControlledDrugSchedule::NotControlled),
        ] {
            for name in names {
                assert_eq!(catalogue.substance(name).unwrap().schedule, schedule, "{name}");
            }
        }
        let licensed: Vec<&str> = catalogue.substances.iter().filter(|s| s.addiction_licence).map(|s| s.name.as_str()).collect();
        assert_eq!(licensed, ["cocaine", "diamorphine", "dipipanone"]);
    }

    #[test]
    fn contradictions_between_the_files_are_refused() {
        for (from, to, expected) in [
            ("\"id\": \"sertraline-50mg-tablets\"", "\"id\": \"sertraline-100mg-tablets\"", "appears twice"),
            ("\"value\": \"321196004\"", "\"value\": \"321196005\"", "check digit"),
            ("\"ingredients\": [\"sertraline\"]", "\"ingredients\": [\"sugar\"]", "no substance sugar"),
            ("\"routes\": [\"sublingual\"]", "\"routes\": [\"by_ear\"]", "missing"),
            ("\"428673006\"", "\"428673007\"", "check digit"),
            ("\"controlled_supply_days\"", "\"supply\"", "unknown field"),
        ] {
            assert!(broken_by(from, to).contains(expected), "{from}");
        }
    }
}
