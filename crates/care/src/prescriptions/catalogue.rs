//! Reference data of prescribing: medicines, substances, units, routes, limits and kinds of prescriber, each with its source.
//! The data is embedded in the program, and parsed and checked once.

pub mod safety;

use serde::Deserialize;

use self::safety::SafetyData;
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
    /// The substances by their base names: those of schedules 2 to 5 first, then the others.
    pub substances: Vec<Substance>,
    /// Units and routes.
    pub terms: Terms,
    /// The limits that rules apply.
    pub limits: Limits,
    /// Who may prescribe what.
    pub prescribers: Prescribers,
    /// What a prescription is compared with before it is signed.
    pub safety: SafetyData,
}

/// Units, routes, forms and the words of salts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The units of doses and quantities.
    pub units: Vec<Unit>,
    pub routes: Vec<Route>,
    /// The forms of medicines.
    pub forms: Vec<Form>,
    /// Injections that are given by fewer routes than others of their form. The first rule that applies counts.
    pub injection_routes: Vec<InjectionRule>,
    /// The words that name a salt, an ester or a hydrate.
    pub salts: Salts,
    /// The source of their codes.
    pub source: String,
}

/// A form of medicines, such as tablets, and the routes by which such a medicine can be taken.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// The name in lower case; a longer one that ends with it, such as `gastro-resistant tablets`, has the same routes.
    pub name: String,
    pub routes: Vec<String>,
}

/// The routes of an injection with one of these words in its form, its name or its ingredients, such as that of a salt.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InjectionRule {
    /// The only substance to which it applies; any when left out.
    pub substance: Option<String>,
    pub words: Vec<String>,
    pub routes: Vec<String>,
    /// Where this comes from.
    pub source: String,
}

/// The words that name a salt, an ester or a hydrate of a substance. They do not change what the substance is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Salts {
    pub words: Vec<String>,
    /// Where this comes from.
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
    /// Days' supply of a prescription in instalments.
    pub instalment_supply_days: Limit,
    /// For how many days an answer about pregnancy holds.
    pub pregnancy_answer_days: Limit,
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
    pub only_controlled: Option<Vec<AllowedSubstance>>,
    /// Whether they may prescribe for dental treatment only.
    pub dental_need: bool,
    /// Whether they must work under a clinical management plan.
    pub management_plan: bool,
    /// Where this comes from.
    pub source: String,
}

/// A controlled substance that a kind of prescriber may prescribe, and by which routes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowedSubstance {
    /// The base name.
    pub substance: String,
    pub routes: Vec<String>,
}

embedded! {
    /// The catalogue embedded in the program.
    pub fn catalogue() -> Catalogue = from_texts([
        "data/medicines.json",
        "data/controlled_substances.json",
        "data/substances.json",
        "data/terms.json",
        "data/limits.json",
        "data/prescribers.json",
        "data/safety.json",
    ]);
}

fn from_texts([medicines, controlled, others, terms, limits, prescribers, safety]: &[&str; 7]) -> Result<Catalogue, String> {
    let mut substances: Vec<Substance> = parse(controlled)?;
    substances.extend(parse::<Vec<Substance>>(others)?);
    let catalogue = Catalogue {
        medicines: parse(medicines)?,
        substances,
        terms: parse(terms)?,
        limits: parse(limits)?,
        prescribers: parse(prescribers)?,
        safety: parse(safety)?,
    };
    catalogue.check()?;
    Ok(catalogue)
}

impl Catalogue {
    /// The medicine with this id.
    pub fn medicine(&self, id: &str) -> Option<&CatalogueEntry> {
        self.medicines.iter().find(|medicine| medicine.id == id)
    }

    /// The substance with this name or synonym, ignoring capitals, accents and spacing. A salt, ester or hydrate is the substance
    /// itself: `morphine sulfate` is morphine, `sertraline hydrochloride` sertraline.
    ///
    /// SI 2001/3998, Schedules 2 to 4, controls the salts and esters of a substance like the substance.
    pub fn substance(&self, name: &str) -> Option<&Substance> {
        let name = folded(name);
        let known = |name: &str| {
            self.substances
                .iter()
                .find(|substance| substance.name == name || substance.synonyms.iter().any(|synonym| synonym == name))
        };
        known(&name).or_else(|| {
            let is_salt = |word: &&str| self.terms.salts.words.iter().any(|salt| salt == word);
            let base: Vec<&str> = name.split_whitespace().filter(|word| !is_salt(word)).collect();
            known(&base.join(" "))
        })
    }

    /// The base name of a substance; a name that is not known stays as it is.
    pub fn base_name(&self, name: &str) -> String {
        self.substance(name).map_or_else(|| folded(name), |substance| substance.name.clone())
    }

    /// The routes of a form; `None` for a form that is not known. The longest name at its end decides.
    pub fn routes_of_form(&self, form: &str) -> Option<&[String]> {
        let form = folded(form);
        let ends =
            |known: &&Form| form.strip_suffix(known.name.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '));
        self.terms.forms.iter().filter(ends).max_by_key(|known| known.name.len()).map(|known| known.routes.as_slice())
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
        let allowed = self.prescribers.kinds.iter().flat_map(|kind| kind.only_controlled.iter().flatten());
        let by_route = allowed.map(|allowed| (&allowed.substance, &allowed.routes));
        for (substance, routes) in by_route {
            self.is_base_name(substance)?;
            self.are_routes(routes)?;
        }
        for form in &self.terms.forms {
            self.are_routes(&form.routes)?;
        }
        for rule in &self.terms.injection_routes {
            self.are_routes(&rule.routes)?;
            rule.substance.iter().try_for_each(|substance| self.is_base_name(substance))?;
        }
        self.check_safety()
    }

    /// Checks that this is the base name of a substance.
    fn is_base_name(&self, name: &str) -> Result<(), String> {
        let known = self.substance(name).is_some_and(|substance| substance.name == name);
        if known { Ok(()) } else { Err(format!("there is no substance {name}")) }
    }

    /// Checks that every name in the lists of `safety.json` is known.
    fn check_safety(&self) -> Result<(), String> {
        let safety = &self.safety;
        let pairs = safety
            .contra_indications
            .iter()
            .flat_map(|pair| [&pair.first, &pair.second].into_iter().chain(pair.washout_days.keys()));
        let classes = safety.severe_allergy_classes.iter().chain(&safety.duplicate_classes).map(|listed| &listed.class);
        for group in pairs.chain(classes) {
            if !self.substances.iter().any(|substance| substance.belongs_to(group)) {
                return Err(format!("there is no substance or class {group}"));
            }
        }
        let substances = safety.pregnancy.iter().map(|rule| &rule.substance);
        let substances = substances.chain(safety.brands.iter().map(|rule| &rule.substance));
        let substances = substances.chain(safety.ages.iter().map(|rule| &rule.substance));
        for substance in substances.chain(&safety.instalments.substances) {
            self.is_base_name(substance)?;
        }
        for rule in &safety.maximum_doses {
            self.is_base_name(&rule.substance)?;
            self.are_routes(std::slice::from_ref(&rule.route))?;
        }
        Ok(())
    }

    fn are_routes(&self, ids: &[String]) -> Result<(), String> {
        match ids.iter().find(|id| self.route(id).is_none()) {
            Some(id) => Err(format!("there is no route {id}")),
            None if ids.is_empty() => Err("a list of routes is empty".to_owned()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
