//! Medicines: from the catalogue, or as an author describes them.

use chrono::NaiveDate;

use super::Finding;
use super::dosage::strength_of_one;
use super::identifiers::is_snomed_concept;
use crate::prescriptions::catalogue::safety::BrandRule;
use crate::prescriptions::catalogue::{Catalogue, InjectionRule};
use crate::prescriptions::model::medicine::{
    CatalogueEntry, ControlledDrugSchedule, DescribedMedicine, Medicine, MedicineCodeKind, Substance,
};
use crate::prescriptions::model::{Item, Quantity};
use platform::refusal::{Reason, Refusal};
use platform::text::folded;

/// The routes of an injection.
const INJECTED: [&str; 3] = ["intramuscular", "intravenous", "subcutaneous"];

/// The medicine in the catalogue with this id, as a prescription of this day stores it.
///
/// # Errors
/// [`Reason::InvalidBody`] at the member of that pointer.
pub fn from_catalogue(
    catalogue: &Catalogue,
    (id, brand): (&str, Option<&str>),
    pointer: &str,
    today: NaiveDate,
) -> Result<Medicine, Refusal> {
    let Some(medicine) = catalogue.medicine(id).filter(|medicine| is_listed(medicine, today)) else {
        let detail = "This medicine is not in the catalogue. Choose another one, or describe it.";
        return Err(refused(pointer, "catalogue_id", "unknown", detail));
    };
    let chosen = brand.map(|brand| medicine.brands.iter().find(|known| folded(known) == folded(brand)));
    if chosen == Some(None) {
        let detail = "This is not a brand of this medicine in the catalogue. Choose one of its brands, or leave it out.";
        return Err(refused(pointer, "brand", "unknown", detail));
    }
    Ok(as_prescribed(catalogue, medicine, chosen.flatten().cloned()))
}

fn refused(pointer: &str, member: &str, code: &'static str, detail: &'static str) -> Refusal {
    Refusal::new(Reason::InvalidBody, detail).field(format!("{pointer}/{member}"), code, detail)
}

/// Whether a medicine of the catalogue is listed on a day.
pub fn is_listed(medicine: &CatalogueEntry, on: NaiveDate) -> bool {
    on >= medicine.valid_from && medicine.valid_to.is_none_or(|last| on <= last)
}

/// The controlled drug schedule of a medicine in the catalogue.
pub fn schedule_of(catalogue: &Catalogue, medicine: &CatalogueEntry) -> ControlledDrugSchedule {
    let substances = medicine.ingredients.iter().filter_map(|name| catalogue.substance(name));
    medicine
        .schedule
        .or_else(|| substances.map(|substance| substance.schedule).max())
        .unwrap_or(ControlledDrugSchedule::NotControlled)
}

fn as_prescribed(catalogue: &Catalogue, medicine: &CatalogueEntry, brand: Option<String>) -> Medicine {
    let known = SubstanceFacts::of(catalogue, &medicine.ingredients, &medicine.routes);
    Medicine {
        catalogue_id: Some(medicine.id.clone()),
        code: medicine.code.clone(),
        name: medicine.name.clone(),
        brand,
        form: medicine.form.clone(),
        routes: medicine.routes.clone(),
        strength: Some(medicine.strength.clone()),
        ingredients: medicine.ingredients.clone(),
        classes: known.classes,
        schedule: schedule_of(catalogue, medicine),
        misuse: known.misuse,
        addiction_licence: known.addiction_licence,
        contains: medicine.contains.clone(),
        unit: Some(medicine.unit.clone()),
    }
}

fn is_injected(routes: &[String]) -> bool {
    !routes.is_empty() && routes.iter().all(|route| INJECTED.contains(&route.as_str()))
}

/// The routes of a described injection whose form, salt or brand allows fewer than the form alone: a depot never enters a vein.
///
/// The rules and their sources: `terms.json`.
fn injection_routes<'a>(
    catalogue: &'a Catalogue,
    description: &DescribedMedicine,
    ingredients: &[String],
) -> Option<&'a [String]> {
    let parts = [&description.name, &description.form].into_iter().chain(&description.brand).chain(&description.ingredients);
    let text = folded(&parts.map(String::as_str).collect::<Vec<_>>().join(" "));
    let applies = |rule: &&InjectionRule| {
        rule.substance.as_ref().is_none_or(|substance| ingredients.contains(substance))
            && rule.words.iter().any(|word| text.contains(word.as_str()))
    };
    catalogue.terms.injection_routes.iter().find(applies).map(|rule| rule.routes.as_slice())
}

/// What follows from the substances of a medicine.
struct SubstanceFacts {
    classes: Vec<String>,
    schedule: ControlledDrugSchedule,
    misuse: bool,
    addiction_licence: bool,
}

impl SubstanceFacts {
    fn of(catalogue: &Catalogue, ingredients: &[String], routes: &[String]) -> Self {
        let injected = is_injected(routes);
        let schedule = |substance: &Substance| substance.injection_schedule.filter(|_| injected).unwrap_or(substance.schedule);
        let substances: Vec<_> = ingredients.iter().filter_map(|name| catalogue.substance(name)).collect();
        let mut classes: Vec<String> = substances.iter().flat_map(|substance| substance.classes.iter().cloned()).collect();
        classes.sort();
        classes.dedup();
        Self {
            classes,
            schedule: substances
                .iter()
                .map(|substance| schedule(substance))
                .max()
                .unwrap_or(ControlledDrugSchedule::NotControlled),
            misuse: substances.iter().any(|substance| substance.misuse),
            addiction_licence: substances.iter().any(|substance| substance.addiction_licence),
        }
    }
}

/// The least strict schedule of a medicine that is not in the catalogue: of an oral solution with at most 13 mg of morphine in
/// 5 ml schedule 5, of any other that of its substances.
///
/// SI 2001/3998, Schedule 5: at most 0.2 per cent of morphine, calculated as anhydrous base (13 mg of the sulfate).
fn least_schedule(
    known: &SubstanceFacts,
    ingredients: &[String],
    form: &str,
    contains: Option<&Quantity>,
) -> ControlledDrugSchedule {
    // Hundredths of a milligram in one millilitre.
    const WEAK: u64 = 260;
    let weak = contains.is_some_and(|contains| contains.unit == "mg" && contains.value.hundredths() <= WEAK);
    let solution = folded(form).ends_with("oral solution");
    if weak && solution && ingredients == ["morphine"] { ControlledDrugSchedule::Cd5 } else { known.schedule }
}

/// A medicine that is not in the catalogue, as the author describes it. The check digit of its code must be right, its form and
/// its substances known, its name that of its substances and of its code, its schedule not less strict than those of its
/// substances, and of schedule 2 or 3 its strength stated (SI 2001/3998, regulation 15(1)).
///
/// dm+d codes are SNOMED CT ids with a Verhoeff check digit; the schedules of the substances: `controlled_substances.json`, from
/// SI 2001/3998. An unknown substance is refused, because no rule could be applied to it.
///
/// # Errors
/// [`Reason::InvalidBody`] at the member, [`Reason::ScheduleUnderstated`] at the schedule.
pub fn from_description(catalogue: &Catalogue, description: DescribedMedicine, pointer: &str) -> Result<Medicine, Refusal> {
    if !is_snomed_concept(&description.code.value) {
        let detail = "This is not a dm+d code: its check digit is wrong. Check the code and enter it again.";
        return Err(refused(pointer, "code", "check_digit", detail));
    }
    let Some(routes) = catalogue.routes_of_form(&description.form) else {
        let detail = "This form is not known. Choose one of the forms of the prescribing terms.";
        return Err(refused(pointer, "form", "unknown", detail));
    };
    let mut ingredients = Vec::new();
    for (number, name) in description.ingredients.iter().enumerate() {
        let Some(substance) = catalogue.substance(name) else {
            let detail = "This substance is not known, so it cannot be checked. Enter its name as in the BNF; if it is still \
                unknown, it cannot be prescribed here.";
            return Err(refused(pointer, &format!("ingredients/{number}"), "unknown", detail));
        };
        ingredients.push(substance.name.clone());
    }
    check_names(catalogue, &description, &ingredients, pointer)?;
    let routes = injection_routes(catalogue, &description, &ingredients).filter(|_| is_injected(routes)).unwrap_or(routes);
    let known = SubstanceFacts::of(catalogue, &ingredients, routes);
    let (contains, unit) = strength_of_one(description.strength.as_deref(), &description.form, ingredients.len()).unzip();
    if description.schedule < least_schedule(&known, &ingredients, &description.form, contains.as_ref()) {
        let detail = "An ingredient has a stricter schedule. Choose that schedule.";
        return Err(Refusal::from(Reason::ScheduleUnderstated).field(format!("{pointer}/schedule"), "understated", detail));
    }
    let no_strength = description.strength.as_ref().is_none_or(|strength| strength.trim().is_empty());
    if description.schedule.is_schedule_2_or_3() && no_strength {
        let detail = "A prescription of a schedule 2 or 3 drug states its strength. Enter it, as in dm+d.";
        return Err(refused(pointer, "strength", "required", detail));
    }
    Ok(Medicine {
        catalogue_id: None,
        code: Some(description.code),
        name: description.name,
        brand: description.brand,
        form: description.form,
        routes: routes.to_vec(),
        strength: description.strength,
        ingredients,
        classes: known.classes,
        schedule: description.schedule,
        misuse: known.misuse || description.schedule.is_schedule_2_to_4(),
        addiction_licence: known.addiction_licence,
        contains,
        unit,
    })
}

/// Checks that name, code and ingredients of a description belong together.
fn check_names(
    catalogue: &Catalogue,
    description: &DescribedMedicine,
    ingredients: &[String],
    pointer: &str,
) -> Result<(), Refusal> {
    let same_code = |entry: &&CatalogueEntry| entry.code.as_ref().is_some_and(|code| code.value == description.code.value);
    if catalogue.medicines.iter().find(same_code).is_some_and(|entry| folded(&entry.name) != folded(&description.name)) {
        let detail = "This code belongs to another medicine of the catalogue. Correct code or name, or choose that medicine.";
        return Err(refused(pointer, "code", "mismatch", detail));
    }
    let name = folded(&description.name);
    // The calcium of `atorvastatin calcium` is a salt and no ingredient.
    let is_salt = |substance: &Substance| catalogue.terms.salts.words.contains(&substance.name);
    let named = catalogue.substances.iter().filter(|substance| is_named(&name, substance) && !is_salt(substance));
    let named: Vec<&Substance> = named.collect();
    let other = named.iter().any(|substance| !ingredients.contains(&substance.name));
    // The name of a brand need not contain that of a substance.
    let is_generic = description.code.kind == MedicineCodeKind::Vmp && ingredients.len() == 1;
    if other || is_generic && named.is_empty() {
        let detail = "Name and ingredients differ. Write the name as in dm+d, with all its ingredients listed.";
        return Err(refused(pointer, "name", "mismatch", detail));
    }
    Ok(())
}

/// Whether a text contains a name of this substance as whole words.
fn is_named(text: &str, substance: &Substance) -> bool {
    let padded = format!(" {} ", text.replace(|c: char| !c.is_alphanumeric() && c != '-' && c != '\'', " "));
    substance.synonyms.iter().chain([&substance.name]).any(|name| padded.contains(&format!(" {name} ")))
}

/// Whether a medicine of the catalogue states a less strict schedule than its substances allow.
///
/// SI 2001/3998; see [`from_description`].
pub fn is_understated(catalogue: &Catalogue, medicine: &CatalogueEntry) -> bool {
    let facts = SubstanceFacts::of(catalogue, &medicine.ingredients, &medicine.routes);
    schedule_of(catalogue, medicine) < least_schedule(&facts, &medicine.ingredients, &medicine.form, medicine.contains.as_ref())
}

/// Checks that a medicine of the catalogue is still in it: one that was withdrawn after the draft was saved is not signed.
pub fn check_listed(item: &Item, number: usize, catalogue: &Catalogue, today: NaiveDate) -> Option<Finding> {
    let id = item.medicine.catalogue_id.as_ref()?;
    let is_listed = catalogue.medicine(id).is_some_and(|entry| is_listed(entry, today));
    (!is_listed).then(|| {
        let detail = "This medicine is no longer in the catalogue. Choose another one, or describe it.";
        Finding::absolute(Reason::MedicineWithdrawn, Some(number), detail)
    })
}

/// Checks that what was signed may still be issued: no medicine was withdrawn from the catalogue since, none has a stricter schedule than
/// it was signed with, and none has become one for specialists alone.
///
/// The form of a prescription, its validity and whether it may be repeated follow from the schedule of the day on which it is supplied
/// (SI 2001/3998, regulations 14 to 16; as when gabapentin and pregabalin moved to schedule 3: general knowledge, not confirmed).
///
/// # Errors
/// [`Reason::MedicineNoLongerIssued`].
pub fn check_issuable(items: &[Item], catalogue: &Catalogue, today: NaiveDate) -> Result<(), Refusal> {
    let is_stricter = |item: &Item| {
        let medicine = &item.medicine;
        let facts = SubstanceFacts::of(catalogue, &medicine.ingredients, &medicine.routes);
        let entry = medicine.catalogue_id.as_ref().and_then(|id| catalogue.medicine(id));
        let least = entry.map_or_else(
            || least_schedule(&facts, &medicine.ingredients, &medicine.form, medicine.contains.as_ref()),
            |entry| schedule_of(catalogue, entry),
        );
        least > medicine.schedule
    };
    let is_special = |item: &Item| {
        let mut substances = item.medicine.ingredients.iter().filter_map(|name| catalogue.substance(name));
        substances.any(|substance| substance.specialist_only)
    };
    let is_refused = |(number, item): (usize, &Item)| {
        check_listed(item, number, catalogue, today).is_some() || is_stricter(item) || is_special(item)
    };
    if items.iter().enumerate().any(is_refused) { Err(Reason::MedicineNoLongerIssued.into()) } else { Ok(()) }
}

/// Checks that an item can be compared with all rules: its substances are known by their base names and its facts are those of
/// the catalogue. An item of a draft that an earlier version stored may not be.
pub fn check_known(item: &Item, number: usize, catalogue: &Catalogue) -> Option<Finding> {
    let medicine = &item.medicine;
    let facts = SubstanceFacts::of(catalogue, &medicine.ingredients, &medicine.routes);
    let least = medicine.catalogue_id.as_ref().and_then(|id| catalogue.medicine(id)).map_or_else(
        || least_schedule(&facts, &medicine.ingredients, &medicine.form, medicine.contains.as_ref()),
        |entry| schedule_of(catalogue, entry),
    );
    let base = |name: &String| catalogue.substance(name).is_some_and(|substance| substance.name == *name);
    let known = medicine.ingredients.iter().all(base)
        && medicine.schedule >= least
        && (medicine.misuse || !facts.misuse)
        && (medicine.addiction_licence || !facts.addiction_licence)
        && !medicine.routes.is_empty();
    (!known).then(|| {
        let detail = "This medicine was entered before its substances and routes could be checked. Enter it again.";
        Finding::absolute(Reason::MedicineNotChecked, Some(number), detail)
    })
}

/// Checks that a medicine whose brands differ is prescribed by brand.
///
/// BNF (lithium) and MHRA, Drug Safety Update, September 2022 (modified-release methylphenidate): `safety.json`.
pub fn check_brand(item: &Item, number: usize, catalogue: &Catalogue) -> Option<Finding> {
    let medicine = &item.medicine;
    let needed = needs_brand(catalogue, &medicine.ingredients, &medicine.form, &medicine.name);
    (needed && medicine.brand.is_none()).then(|| {
        let detail = "Brands of this medicine differ in how it is absorbed. Choose the brand.";
        Finding::absolute(Reason::BrandRequired, Some(number), detail)
    })
}

/// Whether a medicine with these substances, this form and this name is prescribed by brand.
pub fn needs_brand(catalogue: &Catalogue, ingredients: &[String], form: &str, name: &str) -> bool {
    const RELEASE: [&str; 6] = ["modified release", "prolonged release", "extended release", " xl ", " sr ", " mr "];
    let text = folded(&format!("{form} {name}")).replace(|c: char| !c.is_alphanumeric(), " ");
    let text = format!(" {text} ");
    let modified = RELEASE.iter().any(|words| text.contains(words));
    let applies = |rule: &BrandRule| ingredients.contains(&rule.substance) && (modified || !rule.modified_release_only);
    catalogue.safety.brands.iter().any(applies)
}

/// Checks that each instruction has a route by which the medicine can be taken.
///
/// The minimum checks of this service; routes of a form: `terms.json`.
pub fn check_route(item: &Item, number: usize) -> Option<Finding> {
    let routes = &item.medicine.routes;
    let wrong = !routes.is_empty() && item.dosage.iter().any(|step| !routes.contains(&step.route));
    wrong.then(|| {
        let detail = "This medicine is not taken by that route. Choose another route, or another form of the medicine.";
        Finding::absolute(Reason::RouteNotAllowed, Some(number), detail)
    })
}

/// The medicines listed on a day for which every word of the query is the beginning of a word in the name, a substance, a
/// synonym, a class or a use. In order of their ids.
pub fn search<'a>(catalogue: &'a Catalogue, query: &str, on: NaiveDate) -> Vec<&'a CatalogueEntry> {
    let words: Vec<String> = folded(query).split_whitespace().map(str::to_owned).collect();
    let names = |medicine: &CatalogueEntry| {
        let substances = medicine.ingredients.iter().filter_map(|name| catalogue.substance(name));
        let known =
            substances.flat_map(|substance| substance.synonyms.iter().chain(&substance.classes).chain(&substance.uses)).cloned();
        let mut all = vec![folded(&medicine.name)];
        all.extend(medicine.ingredients.iter().cloned());
        all.extend(known);
        all.join(" ")
    };
    let fits = |medicine: &&CatalogueEntry| {
        let text = names(medicine);
        is_listed(medicine, on) && words.iter().all(|word| text.split_whitespace().any(|name| name.starts_with(word.as_str())))
    };
    catalogue.medicines.iter().filter(fits).collect()
}
