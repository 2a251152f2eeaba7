//! Medicines: those of the catalogue, and those that an author describes.

use chrono::NaiveDate;

use super::identifiers::is_snomed_concept;
use crate::prescriptions::catalogue::Catalogue;
use crate::prescriptions::model::medicine::{ControlledDrugSchedule, Described, Listed, Medicine};
use platform::refusal::{Reason, Refusal};
use platform::text::folded;

/// The medicine of the catalogue with this id, as a prescription of this day names it.
///
/// # Errors
/// [`Reason::InvalidBody`] at the member of that pointer.
pub fn listed(catalogue: &Catalogue, id: &str, pointer: &str, today: NaiveDate) -> Result<Medicine, Refusal> {
    let found = catalogue.medicine(id).filter(|medicine| in_force(medicine, today));
    found.map(|medicine| as_prescribed(catalogue, medicine)).ok_or_else(|| {
        let detail = "There is no such medicine in the catalogue.";
        Refusal::new(Reason::InvalidBody, detail).field(format!("{pointer}/catalogue_id"), "unknown", detail)
    })
}

fn in_force(medicine: &Listed, on: NaiveDate) -> bool {
    on >= medicine.valid_from && medicine.valid_to.is_none_or(|last| on <= last)
}

/// How strictly a medicine of the catalogue is controlled.
pub fn schedule_of(catalogue: &Catalogue, medicine: &Listed) -> ControlledDrugSchedule {
    let substances = medicine.ingredients.iter().filter_map(|name| catalogue.substance(name));
    medicine
        .schedule
        .or_else(|| substances.map(|substance| substance.schedule).max())
        .unwrap_or(ControlledDrugSchedule::NotControlled)
}

fn as_prescribed(catalogue: &Catalogue, medicine: &Listed) -> Medicine {
    let known = Known::of(catalogue, &medicine.ingredients);
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

/// What the substances of a medicine have to say.
struct Known {
    classes: Vec<String>,
    schedule: ControlledDrugSchedule,
    misuse: bool,
    addiction_licence: bool,
}

impl Known {
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

/// A medicine that is not in the catalogue, as its author describes it. Its code must be one of the dictionary by its check digit,
/// and it is not said to be controlled less strictly than what is in it.
///
/// dm+d codes are SNOMED CT ids with a Verhoeff check digit; the schedules of the substances: `substances.json`.
///
/// # Errors
/// [`Reason::InvalidBody`] at the code, [`Reason::ScheduleUnderstated`] at the schedule.
pub fn described(catalogue: &Catalogue, told: Described, pointer: &str) -> Result<Medicine, Refusal> {
    if !is_snomed_concept(&told.code.value) {
        let detail = "This is not a code of the dictionary: its check digit is wrong.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field(format!("{pointer}/code"), "check_digit", detail));
    }
    let ingredients: Vec<String> = told
        .ingredients
        .iter()
        .map(|name| catalogue.substance(name).map_or_else(|| folded(name), |substance| substance.name.clone()))
        .collect();
    let known = Known::of(catalogue, &ingredients);
    if told.schedule < known.schedule {
        let detail = "What is in it is controlled more strictly.";
        return Err(Refusal::from(Reason::ScheduleUnderstated).field(format!("{pointer}/schedule"), "understated", detail));
    }
    Ok(Medicine {
        catalogue_id: None,
        code: Some(told.code),
        name: told.name,
        form: told.form,
        strength: told.strength,
        ingredients,
        classes: known.classes,
        schedule: told.schedule,
        misuse: known.misuse || told.schedule.is_limited(),
        addiction_licence: known.addiction_licence,
        contains: None,
        unit: None,
    })
}

/// The medicines of the catalogue in force on a day that every word of the query begins a word of: of the name, a substance, a
/// synonym, a class or a use. In order of their ids.
pub fn search<'a>(catalogue: &'a Catalogue, query: &str, on: NaiveDate) -> Vec<&'a Listed> {
    let words: Vec<String> = folded(query).split_whitespace().map(str::to_owned).collect();
    let names = |medicine: &Listed| {
        let substances = medicine.ingredients.iter().filter_map(|name| catalogue.substance(name));
        let known =
            substances.flat_map(|substance| substance.synonyms.iter().chain(&substance.classes).chain(&substance.uses)).cloned();
        let mut all = vec![folded(&medicine.name)];
        all.extend(medicine.ingredients.iter().cloned());
        all.extend(known);
        all.join(" ")
    };
    let fits = |medicine: &&Listed| {
        let text = names(medicine);
        in_force(medicine, on) && words.iter().all(|word| text.split_whitespace().any(|name| name.starts_with(word.as_str())))
    };
    catalogue.medicines.iter().filter(fits).collect()
}
