//! Tests of the rules, case by case. Each file names the sources of what it expects.

mod controlled;
mod dosage;
mod instalments;
mod interactions;
mod lifecycle;
mod medicines;
mod person;
mod prescriber;
mod safety;

use chrono::NaiveDate;

use super::Finding;
use super::number_words::in_words;
use crate::prescriptions::catalogue::{Catalogue, catalogue};
use crate::prescriptions::model::dosage::{DoseStep, PeriodUnit};
use crate::prescriptions::model::{Content, Item, PostalAddress, PrescriptionFormType, Quantity};

pub(super) fn the_catalogue() -> &'static Catalogue {
    catalogue()
}

pub(super) fn today() -> NaiveDate {
    day("2027-01-11")
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An instruction: a dose, how often a day, and for how many days.
pub(super) fn step(dose: &str, unit: &str, times: u8, days: Option<u16>) -> DoseStep {
    let mut step = DoseStep {
        sequence: 1,
        dose: dose.parse().unwrap(),
        unit: unit.to_owned(),
        times,
        every: 1,
        period: PeriodUnit::Day,
        as_needed: false,
        as_needed_reason: None,
        max_per_day: None,
        route: "oral".to_owned(),
        duration_days: days,
        text: String::new(),
    };
    step.text = super::dosage::instruction_text(&step, the_catalogue());
    step
}

/// A medicine from the catalogue with these instructions.
pub(super) fn item(id: &str, quantity: &str, dosage: Vec<DoseStep>) -> Item {
    let medicine = super::medicines::from_catalogue(the_catalogue(), (id, None), "", today()).unwrap();
    let value = quantity.parse().unwrap();
    Item {
        quantity: Quantity { value, unit: medicine.unit.clone().unwrap() },
        medicine,
        dosage,
        quantity_words: in_words(value),
        instalment: None,
        indication: None,
    }
}

/// One tablet a day for this number of days.
pub(super) fn daily(id: &str, days: u16) -> Item {
    item(id, &days.to_string(), vec![step("1", "tablet", 1, Some(days))])
}

pub(super) fn content(items: Vec<Item>) -> Content {
    Content {
        form: PrescriptionFormType::Private,
        items,
        repeat: None,
        starts_on: None,
        address: Some(PostalAddress { lines: vec!["1 Northgate".to_owned()], postcode: "YO1 7HH".to_owned() }),
        justifications: Vec::new(),
        management_plan: None,
        dental_need: false,
        for_addiction: false,
    }
}

/// The error codes of these findings.
pub(super) fn codes<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Vec<&'static str> {
    findings.into_iter().map(|finding| finding.rule.as_str()).collect()
}
