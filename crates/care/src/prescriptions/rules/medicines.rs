//! Medicines: from the catalogue, or as an author describes them.

use chrono::NaiveDate;

use super::identifiers::is_snomed_concept;
use crate::prescriptions::catalogue::Catalogue;
use crate::prescriptions::model::medicine::{CatalogueEntry, ControlledDrugSchedule, DescribedMedicine, Medicine};
use platform::refusal::{Reason, Refusal};
use platform::text::folded;

/// The medicine in the catalogue with this id, as a prescription of this day stores it.
///
/// # Errors
/// [`Reason::InvalidBody`] at the member of that pointer.
pub fn from_catalogue(catalogue: &Catalogue, id: &str, pointer: &str, today: NaiveDate) -> Result<Medicine, Refusal> {
    let found = catalogue.medicine(id).filter(|medicine| is_listed(medicine, today));
    found.map(|medicine| as_prescribed(catalogue, medicine)).ok_or_else(|| {
        let detail = "This medicine is not in the catalogue. Choose another one, or describe it.";
        Refusal::new(Reason::InvalidBody, detail).field(format!("{pointer}/catalogue_id"), "unknown", detail)
    })
}

fn is_listed(medicine: &CatalogueEntry, on: NaiveDate) -> bool {
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

fn as_prescribed(catalogue: &Catalogue, medicine: &CatalogueEntry) -> Medicine {
    let known = SubstanceFacts::of(catalogue, &medicine.ingredients);
    Medicine {
        catalogue_id: Some(medicine.id.clone()),
        code: medicine.code.clone(),
        name: medicine.name.clone(),
        form: medicine.form.clone(),
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

/// What follows from the substances of a medicine.
struct SubstanceFacts {
    classes: Vec<String>,
    schedule: ControlledDrugSchedule,
    misuse: bool,
    addiction_licence: bool,
}

impl SubstanceFacts {
    fn of(catalogue: &Catalogue, ingredients: &[String]) -> Self {
        let substances: Vec<_> = ingredients.iter().filter_map(|name| catalogue.substance(name)).collect();
        let mut classes: Vec<String> = substances.iter().flat_map(|substance| substance.classes.iter().cloned()).collect();
        classes.sort();
        classes.dedup();
        Self {
            classes,
            schedule: substances
                .iter()
                .map(|substance| substance.schedule)
                .max()
                .unwrap_or(ControlledDrugSchedule::NotControlled),
            misuse: substances.iter().any(|substance| substance.misuse),
            addiction_licence: substances.iter().any(|substance| substance.addiction_licence),
        }
    }
}

/// A medicine that is not in the catalogue, as the author describes it. The check digit of its code must be right, and its
/// schedule must not be less strict than those of its substances.
///
/// dm+d codes are SNOMED CT ids with a Verhoeff check digit; the schedules of the substances: `substances.json`.
///
/// # Errors
/// [`Reason::InvalidBody`] at the code, [`Reason::ScheduleUnderstated`] at the schedule.
pub fn from_description(catalogue: &Catalogue, description: DescribedMedicine, pointer: &str) -> Result<Medicine, Refusal> {
    if !is_snomed_concept(&description.code.value) {
        let detail = "This is not a dm+d code: its check digit is wrong. Check the code and enter it again.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field(format!("{pointer}/code"), "check_digit", detail));
    }
    let ingredients: Vec<String> = description
        .ingredients
        .iter()
        .map(|name| catalogue.substance(name).map_or_else(|| folded(name), |substance| substance.name.clone()))
        .collect();
    let known = SubstanceFacts::of(catalogue, &ingredients);
    if description.schedule < known.schedule {
        let detail = "An ingredient has a stricter schedule. Choose that schedule.";
        return Err(Refusal::from(Reason::ScheduleUnderstated).field(format!("{pointer}/schedule"), "understated", detail));
    }
    Ok(Medicine {
        catalogue_id: None,
        code: Some(description.code),
        name: description.name,
        form: description.form,
        strength: description.strength,
        ingredients,
        classes: known.classes,
        schedule: description.schedule,
        misuse: known.misuse || description.schedule.is_schedule_2_to_4(),
        addiction_licence: known.addiction_licence,
        contains: None,
        unit: None,
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
