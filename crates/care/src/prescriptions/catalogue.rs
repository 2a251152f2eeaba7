//! Reference data of prescribing: medicines, substances, units, routes, limits and kinds of prescriber, each with its source.
//! The program ships them; they are parsed and checked once. With the changes of administrators: [`super::in_force`].

pub mod limits;
pub mod prescribers;
pub mod safety;

use std::collections::BTreeSet;

use serde::Deserialize;

pub use self::limits::Limits;
pub use self::prescribers::{AllowedSubstance, PrescriberRule, Prescribers};
use self::safety::SafetyData;
use super::model::medicine::{CatalogueEntry, Substance};
use super::rules::identifiers::is_snomed_concept;
use platform::text::folded;
use reference::embedded;
use reference::embedded::parse;
use reference::reference_data::figures::first_absurd;
use reference::reference_data::model::ReferenceDataset::{ControlledSubstances, MedicineLimits, Medicines};
use reference::reference_data::model::{EntryFault, Fault, KEY, ReferenceDataset};

/// All reference data of prescribing.
#[derive(Debug, Clone)]
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
#[derive(Debug, Clone, Deserialize)]
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
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// The name in lower case; a longer one that ends with it, such as `gastro-resistant tablets`, has the same routes.
    pub name: String,
    pub routes: Vec<String>,
}

/// The routes of an injection with one of these words in its form, its name or its ingredients, such as that of a salt.
#[derive(Debug, Clone, Deserialize)]
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
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Salts {
    pub words: Vec<String>,
    /// Where this comes from.
    pub source: String,
}

/// A unit of a dose or quantity.
#[derive(Debug, Clone, Deserialize)]
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
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    pub id: String,
    /// The route in plain English.
    pub name: String,
    /// The SNOMED CT code, where one is known.
    pub code: Option<String>,
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
    if let Some(key) = first_absurd(&mut catalogue.limits.clone()) {
        return Err(format!("the limit {key} makes no sense"));
    }
    catalogue.check().map_err(|fault| fault.to_string())?;
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

    /// Checks that every name in the data is known, and that nothing contradicts anything else.
    ///
    /// # Errors
    /// The entry, and what is wrong with it.
    pub fn check(&self) -> Result<(), EntryFault> {
        let mut names = BTreeSet::new();
        for substance in &self.substances {
            check_substance(substance, &mut names).map_err(in_dataset(ControlledSubstances, &substance.name))?;
        }
        let mut ids = BTreeSet::new();
        for medicine in &self.medicines {
            let once = if ids.insert(medicine.id.as_str()) {
                Ok(())
            } else {
                Err(Fault::new(KEY, "repeated", "This id appears twice."))
            };
            once.and_then(|()| self.check_medicine(medicine)).map_err(in_dataset(Medicines, &medicine.id))?;
        }
        for rule in &self.safety.maximum_doses {
            let key = rule.key();
            let known = self.is_base_name(&rule.substance).and_then(|()| self.are_routes(std::slice::from_ref(&rule.route)));
            known.map_err(|_| wrong_key()).map_err(in_dataset(MedicineLimits, &key))?;
        }
        for rule in &self.safety.ages {
            self.is_base_name(&rule.substance).map_err(|_| wrong_key()).map_err(in_dataset(MedicineLimits, &rule.key()))?;
        }
        for rule in &self.prescribers.kinds {
            self.check_prescriber(rule).map_err(in_dataset(ReferenceDataset::Prescribers, &rule.key()))?;
        }
        self.check_terms().map_err(in_dataset(Medicines, "terms"))?;
        self.check_groups()
    }

    /// Checks a medicine: its substances, its unit, its form and its routes are known, and its code is one.
    fn check_medicine(&self, medicine: &CatalogueEntry) -> Result<(), Fault> {
        let is_base = |name: &String| self.substance(name).is_some_and(|known| known.name == *name);
        if let Some(place) = medicine.ingredients.iter().position(|name| !is_base(name)) {
            let detail = "There is no substance of this name. Enter the base name of a substance that is known.";
            return Err(Fault::new(format!("/ingredients/{place}"), "unknown", detail));
        }
        if medicine.ingredients.is_empty() {
            return Err(Fault::new("/ingredients", "required", "Enter at least one substance."));
        }
        if self.unit(&medicine.unit).is_none() {
            return Err(Fault::new("/unit", "unknown", "There is no such unit. Choose one of the prescribing terms."));
        }
        let Some(of_form) = self.routes_of_form(&medicine.form) else {
            return Err(Fault::new("/form", "unknown", "There is no such form. Choose one of the prescribing terms."));
        };
        if let Some(place) = medicine.routes.iter().position(|route| self.route(route).is_none() || !of_form.contains(route)) {
            let detail = "There is no such route, or this form is not taken by it. Choose a route of the form.";
            return Err(Fault::new(format!("/routes/{place}"), "unknown", detail));
        }
        if medicine.routes.is_empty() {
            return Err(Fault::new("/routes", "required", "Choose at least one route."));
        }
        if medicine.code.as_ref().is_some_and(|code| !is_snomed_concept(&code.value)) {
            return Err(Fault::new("/code", "check_digit", "This is not a dm+d code: it has a wrong check digit."));
        }
        if medicine.valid_to.is_some_and(|last| last < medicine.valid_from) {
            return Err(Fault::new("/valid_to", "out_of_order", "The last day is before the first."));
        }
        Ok(())
    }

    /// Checks a kind of prescriber: the controlled substances that they may prescribe are known, each once, and so are their routes.
    fn check_prescriber(&self, rule: &PrescriberRule) -> Result<(), Fault> {
        prescribers::check_schedules(&rule.schedules)?;
        let mut names = BTreeSet::new();
        for (place, allowed) in rule.only_controlled.iter().flatten().enumerate() {
            let at = format!("/only_controlled/{place}");
            self.is_base_name(&allowed.substance).map_err(|fault| Fault { member: format!("{at}/substance"), ..fault })?;
            if !names.insert(&allowed.substance) {
                return Err(Fault::new(format!("{at}/substance"), "repeated", "This substance appears twice."));
            }
            self.are_routes(&allowed.routes).map_err(|fault| Fault { member: format!("{at}/routes"), ..fault })?;
        }
        Ok(())
    }

    /// Checks what only a release changes: the codes of terms, and the routes of forms and injections.
    fn check_terms(&self) -> Result<(), Fault> {
        let codes = self.terms.units.iter().filter_map(|unit| unit.code.as_ref());
        let mut codes = codes.chain(self.terms.routes.iter().filter_map(|route| route.code.as_ref()));
        if codes.any(|code| !is_snomed_concept(code)) {
            return Err(Fault::new("/code", "check_digit", "A code of a unit or a route has a wrong check digit."));
        }
        for form in &self.terms.forms {
            self.are_routes(&form.routes)?;
        }
        for rule in &self.terms.injection_routes {
            self.are_routes(&rule.routes)?;
            rule.substance.iter().try_for_each(|substance| self.is_base_name(substance))?;
        }
        Ok(())
    }

    /// Checks that a substance has every name, class and use that the other rules of `safety.json` name.
    fn check_groups(&self) -> Result<(), EntryFault> {
        let safety = &self.safety;
        let pairs = safety
            .contra_indications
            .iter()
            .flat_map(|pair| [&pair.first, &pair.second].into_iter().chain(pair.washout_days.keys()));
        let classes = safety.severe_allergy_classes.iter().chain(&safety.duplicate_classes).map(|listed| &listed.class);
        for group in pairs.chain(classes) {
            if !self.substances.iter().any(|substance| substance.belongs_to(group)) {
                let detail = "There is no substance or class of this name, and a rule about medicines needs one.";
                return Err(EntryFault::new(ControlledSubstances, group, Fault::new("", "required", detail)));
            }
        }
        let substances = safety.pregnancy.iter().map(|rule| &rule.substance);
        let substances = substances.chain(safety.brands.iter().map(|rule| &rule.substance));
        for substance in substances.chain(&safety.instalments.substances) {
            self.is_base_name(substance).map_err(in_dataset(ControlledSubstances, substance))?;
        }
        Ok(())
    }

    /// Checks that this is the base name of a substance.
    fn is_base_name(&self, name: &str) -> Result<(), Fault> {
        let known = self.substance(name).is_some_and(|substance| substance.name == name);
        if known {
            Ok(())
        } else {
            Err(Fault::new("", "unknown", "There is no substance of this name, and a rule about medicines needs it."))
        }
    }

    fn are_routes(&self, ids: &[String]) -> Result<(), Fault> {
        let known = !ids.is_empty() && ids.iter().all(|id| self.route(id).is_some());
        if known {
            Ok(())
        } else {
            Err(Fault::new("", "unknown", "A list of routes is empty, or names a route that is not known."))
        }
    }
}

/// Checks a substance: its names are in their normal form, and no other substance has one of them.
fn check_substance<'a>(substance: &'a Substance, names: &mut BTreeSet<&'a str>) -> Result<(), Fault> {
    const NORMAL: &str = "Write this in its normal form: in lower case, without accents and double spaces.";
    const TWICE: &str = "This name appears twice.";
    let is_normal = |text: &String| folded(text) == *text && !text.is_empty();
    let lists = [("synonyms", &substance.synonyms), ("classes", &substance.classes), ("uses", &substance.uses)];
    if !is_normal(&substance.name) || substance.name.contains(':') {
        return Err(Fault::new(KEY, "invalid_format", NORMAL));
    }
    for (member, list) in lists {
        if let Some(place) = list.iter().position(|text| !is_normal(text)) {
            return Err(Fault::new(format!("/{member}/{place}"), "invalid_format", NORMAL));
        }
    }
    if !names.insert(&substance.name) {
        return Err(Fault::new(KEY, "repeated", TWICE));
    }
    match substance.synonyms.iter().position(|name| !names.insert(name)) {
        None => Ok(()),
        Some(place) => Err(Fault::new(format!("/synonyms/{place}"), "repeated", TWICE)),
    }
}

/// The fault as that of an entry of this dataset.
fn in_dataset(dataset: ReferenceDataset, key: &str) -> impl FnOnce(Fault) -> EntryFault {
    move |fault| EntryFault::new(dataset, key, fault)
}

/// The fault of a limit whose key names an unknown substance or route.
fn wrong_key() -> Fault {
    let detail = "Enter dose:substance:route, dose:substance:route:age or age:substance, with the base name of a substance and a route \
        of the prescribing terms.";
    Fault::new(KEY, "unknown", detail)
}

#[cfg(test)]
mod tests;
