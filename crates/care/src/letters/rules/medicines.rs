//! The medicines of a letter: their status for the recipient, what the author must add, and how they are printed.
//!
//! Sources: `docs/clinical-rules.md#letters`.

#[cfg(test)]
mod tests;

use super::printed::day;
use crate::letters::model::medicines::{
    LetterMedicine, LetterMedicineStatus, LetterPrescriber, PrescribedMedicine, StatedMedicine,
};
use platform::ids::UtcTime;
use platform::refusal::{Reason, Refusal};

/// The headings of the table of medicines.
pub const HEADINGS: [&str; 6] = ["Medicine", "Status", "Indication", "Dose, frequency and route", "Supply", "Continued by"];

/// What is printed where neither the record nor the author states something.
const NOT_STATED: &str = "not stated";

/// The medicines for a letter, in the order in which they were prescribed: those that are current, and those that have ended since the time
/// with which the letter compares, unless the same substances are still taken. `since` is the last letter to the GP or the start of
/// care; without it every medicine is new. `next_prescriber` is what a discharge has decided.
///
/// Source: `docs/clinical-rules.md#letters`: PRSB, medication item entry, status.
pub fn medicines(
    prescribed: &[PrescribedMedicine],
    since: Option<UtcTime>,
    next_prescriber: Option<LetterPrescriber>,
) -> Vec<LetterMedicine> {
    let mut listed = Vec::new();
    for (at, one) in prescribed.iter().enumerate() {
        let is_new = since.is_none_or(|since| one.signed_at >= since);
        let status = if one.is_current {
            Some(current_status(one, prescribed, since))
        } else {
            let of_the_same = |other: &PrescribedMedicine| other.ingredients == one.ingredients;
            let goes_on = prescribed.iter().any(|other| other.is_current && of_the_same(other));
            let ended_later = prescribed.iter().skip(at + 1).any(|other| !other.is_current && of_the_same(other));
            let counts = (is_new || one.was_current) && !goes_on && !ended_later;
            counts.then_some(LetterMedicineStatus::Stopped)
        };
        if let Some(status) = status {
            listed.push(entry(one, status, next_prescriber));
        }
    }
    listed
}

fn current_status(one: &PrescribedMedicine, all: &[PrescribedMedicine], since: Option<UtcTime>) -> LetterMedicineStatus {
    let Some(since) = since else { return LetterMedicineStatus::New };
    if one.signed_at < since {
        return LetterMedicineStatus::Continued;
    }
    let mut before = all
        .iter()
        .filter(|other| other.ingredients == one.ingredients && other.signed_at < since && other.was_current)
        .peekable();
    if before.peek().is_none() {
        return LetterMedicineStatus::New;
    }
    let same = |other: &PrescribedMedicine| (&other.name, &other.dosage, &other.route) == (&one.name, &one.dosage, &one.route);
    if before.any(same) { LetterMedicineStatus::Continued } else { LetterMedicineStatus::Changed }
}

fn entry(one: &PrescribedMedicine, status: LetterMedicineStatus, next_prescriber: Option<LetterPrescriber>) -> LetterMedicine {
    let is_stopped = status == LetterMedicineStatus::Stopped;
    LetterMedicine {
        prescription: one.prescription,
        item: one.item,
        name: one.name.clone(),
        status,
        on: if is_stopped { one.ended_on } else { Some(one.signed_at.london_day()) },
        indication: one.indication.clone(),
        dosage: one.dosage.trim_end_matches('.').to_owned(),
        route: one.route.clone(),
        supply: one.supply.clone(),
        next_prescriber: if is_stopped { Some(LetterPrescriber::NoOne) } else { next_prescriber },
    }
}

/// Adds what the author states. What is in the record is never replaced; the same may be stated again, so that a client can send back
/// what it has read.
///
/// # Errors
/// [`Reason::LetterMedicines`] at each entry for a medicine that is not there or is listed twice, and at each member that contradicts
/// the record.
pub fn with_stated(mut listed: Vec<LetterMedicine>, stated: &[StatedMedicine]) -> Result<Vec<LetterMedicine>, Refusal> {
    let mut refusal = Refusal::from(Reason::LetterMedicines);
    for (number, added) in stated.iter().enumerate() {
        let at = format!("/medicines/{number}");
        let is_same = |other: &StatedMedicine| (other.prescription, other.item) == (added.prescription, added.item);
        if stated.iter().take(number).any(is_same) {
            refusal = refusal.field(format!("{at}/item"), "duplicate", "This medicine is there twice. Remove one of them.");
            continue;
        }
        let found = listed.iter_mut().find(|one| (one.prescription, one.item) == (added.prescription, added.item));
        let Some(medicine) = found else {
            let detail = "The letter does not list this medicine. Remove it.";
            refusal = refusal.field(format!("{at}/prescription_id"), "unknown", detail);
            continue;
        };
        match (&added.indication, &medicine.indication) {
            (Some(given), Some(held)) if given != held => {
                let detail = "The prescription has another indication. Leave it out.";
                refusal = refusal.field(format!("{at}/indication"), "not_allowed", detail);
            }
            (Some(indication), None) => medicine.indication = Some(indication.clone()),
            _ => {}
        }
        match (added.next_prescriber, medicine.next_prescriber) {
            (Some(given), Some(held)) if given != held => {
                let detail = "The record says who continues this medicine. Leave it out.";
                refusal = refusal.field(format!("{at}/next_prescriber"), "not_allowed", detail);
            }
            (Some(prescriber), None) => medicine.next_prescriber = Some(prescriber),
            _ => {}
        }
    }
    if refusal.fields.is_empty() { Ok(listed) } else { Err(refusal) }
}

/// The members that the author must still state, by the number of the medicine in the letter.
pub fn missing(listed: &[LetterMedicine]) -> Vec<(usize, &'static str)> {
    let going_on = listed.iter().enumerate().filter(|(_, one)| one.status != LetterMedicineStatus::Stopped);
    going_on
        .flat_map(|(number, one)| {
            let indication = one.indication.is_none().then_some((number, "indication"));
            let prescriber = one.next_prescriber.is_none().then_some((number, "next_prescriber"));
            indication.into_iter().chain(prescriber)
        })
        .collect()
}

/// The cells of a medicine's row, below [`HEADINGS`].
pub fn cells(medicine: &LetterMedicine) -> [String; 6] {
    let status = match (medicine.status, medicine.on) {
        (LetterMedicineStatus::Stopped, Some(on)) => format!("Stopped, until {}", day(on)),
        (LetterMedicineStatus::Stopped, None) => "Stopped".to_owned(),
        (status, Some(on)) => format!("{}, prescribed on {}", status_word(status), day(on)),
        (status, None) => status_word(status).to_owned(),
    };
    [
        medicine.name.clone(),
        status,
        medicine.indication.clone().unwrap_or_else(|| NOT_STATED.to_owned()),
        format!("{}; {}", medicine.dosage, medicine.route),
        medicine.supply.clone(),
        medicine.next_prescriber.map_or(NOT_STATED, prescriber_word).to_owned(),
    ]
}

/// A medicine in one line, with the headings of the table.
pub fn line(medicine: &LetterMedicine) -> String {
    let cells = cells(medicine);
    let labelled = HEADINGS.iter().zip(&cells).skip(1).map(|(heading, cell)| format!("{}: {cell}", heading.to_lowercase()));
    let [name, ..] = &cells;
    format!("{name}: {}", labelled.collect::<Vec<_>>().join("; "))
}

const fn status_word(status: LetterMedicineStatus) -> &'static str {
    match status {
        LetterMedicineStatus::New => "New",
        LetterMedicineStatus::Changed => "Changed",
        LetterMedicineStatus::Continued => "Continued",
        LetterMedicineStatus::Stopped => "Stopped",
    }
}

/// The sender is not named: the words must not tell what kind of service it is.
const fn prescriber_word(prescriber: LetterPrescriber) -> &'static str {
    match prescriber {
        LetterPrescriber::Service => "the sender of this letter",
        LetterPrescriber::Gp => "GP",
        LetterPrescriber::PractitionerArranges => "another prescriber, as the patient arranges",
        LetterPrescriber::NoOne => "no one",
    }
}
