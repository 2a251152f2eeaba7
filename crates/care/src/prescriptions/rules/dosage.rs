//! Doses: how long a course lasts, how much it takes, and whether structure, text and quantity say the same.

use super::Finding;
use super::words::value_of;
use crate::prescriptions::catalogue::Catalogue;
use crate::prescriptions::model::Item;
use crate::prescriptions::model::dosage::{Amount, DoseStep, PeriodUnit};
use platform::refusal::Reason;
use platform::text::folded;

/// The text of a step, written from its structure: `1 tablet twice a day for 7 days`. What it is needed for is left out: the
/// reason for prescribing is not for those who dispense.
pub fn written(step: &DoseStep, catalogue: &Catalogue) -> String {
    let unit = catalogue
        .unit(&step.unit)
        .map_or(step.unit.as_str(), |unit| if step.dose <= Amount::whole(1) { unit.one.as_str() } else { unit.many.as_str() });
    let mut text = format!("{} {unit} {}", step.dose, frequency(step));
    if step.as_needed {
        text.push_str(" when required");
    }
    if let Some(most) = step.max_per_day {
        text.push_str(&format!(", at most {most} in 24 hours"));
    }
    match step.duration_days {
        Some(1) => text.push_str(" for 1 day"),
        Some(days) => text.push_str(&format!(" for {days} days")),
        None => {}
    }
    text
}

fn frequency(step: &DoseStep) -> String {
    let times = match step.times {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        times => format!("{times} times"),
    };
    match (step.period, step.every) {
        (PeriodUnit::Hour, every) if step.times == 1 => format!("every {every} hours"),
        (PeriodUnit::Hour, every) => format!("{times} every {every} hours"),
        (PeriodUnit::Day, 1) => format!("{times} a day"),
        (PeriodUnit::Day, every) => format!("{times} every {every} days"),
        (PeriodUnit::Week, 1) => format!("{times} a week"),
        (PeriodUnit::Week, every) => format!("{times} every {every} weeks"),
    }
}

/// The steps as one text: of the same sequence joined by "and", of different ones by "then".
///
/// Public repository NHSDigital/electronic-prescription-service-api, `_fragments/dosageInstruction.yaml`.
pub fn joined(steps: &[DoseStep]) -> String {
    let mut text = String::new();
    let mut before = None;
    for step in steps {
        match before {
            None => {}
            Some(sequence) if sequence == step.sequence => text.push_str(" and "),
            Some(_) => text.push_str(" then "),
        }
        text.push_str(&step.text);
        before = Some(step.sequence);
    }
    text
}

/// Whether a text says nothing of its own.
fn is_vague(text: &str) -> bool {
    let text = folded(text);
    let bare = text.trim().trim_end_matches(['.', ',']);
    let bare = ["to be taken ", "to be used ", "take ", "use "].iter().find_map(|verb| bare.strip_prefix(verb)).unwrap_or(bare);
    matches!(bare, "as directed" | "as required" | "when required" | "as needed" | "when needed" | "as before" | "mdu" | "prn")
}

/// Every amount that a text names, in hundredths, in figures or words.
fn amounts_in(text: &str) -> Vec<u64> {
    let lower = text.to_lowercase();
    lower
        .split(|c: char| !(c.is_alphanumeric() || c == '.'))
        .filter_map(|word| {
            let word = word.trim_end_matches('.');
            let figures = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            figures.parse::<Amount>().ok().map(Amount::hundredths).or_else(|| value_of(word))
        })
        .collect()
}

const WHEN_NEEDED: [&str; 8] =
    ["when required", "if required", "as required", "when needed", "if needed", "as needed", "when necessary", "prn"];

/// How often a text says that a dose is taken, where it says so plainly: times, length and unit of the period.
fn said_frequency(text: &str) -> Option<(u64, u64, PeriodUnit)> {
    let lower = folded(text);
    let words: Vec<&str> = lower.split(|c: char| !(c.is_alphanumeric() || c == '.')).filter(|word| !word.is_empty()).collect();
    let number = |word: &str| word.parse::<u64>().ok().or_else(|| value_of(word).map(|hundredths| hundredths / 100));
    for (place, word) in words.iter().enumerate() {
        let next = |ahead: usize| words.get(place + ahead).copied().unwrap_or_default();
        let (times, after) = match *word {
            "once" => (1, 1),
            "twice" => (2, 1),
            word if next(1) == "times" => (number(word)?, 2),
            "every" if matches!(next(2), "hours" | "hour") => return Some((1, number(next(1))?, PeriodUnit::Hour)),
            _ => continue,
        };
        match (next(after), next(after + 1)) {
            ("daily", _) | ("a" | "each" | "every" | "per", "day") => return Some((times, 1, PeriodUnit::Day)),
            ("weekly", _) | ("a" | "each" | "every" | "per", "week") => return Some((times, 1, PeriodUnit::Week)),
            _ => {}
        }
    }
    None
}

/// Checks one item's instructions: their order, and that the text says what the structure says, as far as that can be told.
///
/// No full stop or comma at the end, both structured and as text: public repository
/// NHSDigital/electronic-prescription-service-api, `_fragments/dosageInstruction.yaml`. "As directed" alone is no dose for a
/// controlled drug:
/// <http://www.psnc.org.uk/dispensing-supply/dispensing/dispensing-controlled-drugs/controlled-drug-prescription-forms-validity/>
pub fn check(item: &Item, number: usize) -> Option<Finding> {
    let unclear = |detail: &'static str| Some(Finding::absolute(Reason::DosageUnclear, Some(number), detail));
    let mut sequence = 0;
    for (place, step) in item.dosage.iter().enumerate() {
        if !(step.sequence == sequence || step.sequence == sequence + 1) || (place == 0 && step.sequence != 1) {
            return unclear("The sequence of the instructions begins at 1 and leaves no gap.");
        }
        sequence = step.sequence;
        if step.dose.is_zero() {
            return unclear("A dose is more than nothing.");
        }
        if step.duration_days.is_none() && item.dosage.iter().any(|other| other.sequence > step.sequence) {
            return unclear("An instruction that another follows says for how many days.");
        }
        if step.text.ends_with(['.', ',']) {
            return unclear("The text of an instruction ends without full stop or comma.");
        }
        if item.medicine.schedule.is_controlled() && (is_vague(&step.text) || step.as_needed && step.max_per_day.is_none()) {
            return unclear("A controlled drug has a dose: \"as directed\" alone, or without a most a day, is none.");
        }
        if let Some(detail) = disagreement(step) {
            return unclear(detail);
        }
    }
    None
}

fn disagreement(step: &DoseStep) -> Option<&'static str> {
    if is_vague(&step.text) {
        return None;
    }
    if !amounts_in(&step.text).contains(&step.dose.hundredths()) {
        return Some("The text does not name the dose that the structure names.");
    }
    let lower = folded(&step.text);
    if WHEN_NEEDED.iter().any(|words| lower.contains(words)) != step.as_needed {
        return Some("Text and structure do not agree on whether it is taken only when needed.");
    }
    let (times, every, period) = said_frequency(&step.text)?;
    let same = times * u64::from(step.every) * step.period.hours() == u64::from(step.times) * every * period.hours();
    if same { None } else { Some("Text and structure do not agree on how often it is taken.") }
}

/// How much a step takes in so many days at most, in hundredths of the dose's unit, rounded up.
fn taken(step: &DoseStep, days: u64) -> u64 {
    let by_frequency =
        (step.dose.hundredths() * u64::from(step.times) * days * 24).div_ceil(u64::from(step.every.max(1)) * step.period.hours());
    match step.max_per_day.filter(|_| step.as_needed) {
        Some(most) => by_frequency.min(most.hundredths() * days),
        None => by_frequency,
    }
}

/// A quantity in the unit of the dose, in hundredths, where the two can be compared.
fn in_dose_units(item: &Item, step: &DoseStep) -> Option<u64> {
    let quantity = item.quantity.value.hundredths();
    if item.quantity.unit == step.unit {
        return Some(quantity);
    }
    let contains = item.medicine.contains.as_ref().filter(|contains| contains.unit == step.unit)?;
    (item.medicine.unit.as_ref() == Some(&item.quantity.unit)).then(|| quantity * contains.value.hundredths() / 100)
}

/// How a quantity stands to its dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supply {
    /// It cannot be told.
    Unknown,
    /// It lasts so many days.
    Known {
        /// For how many days the quantity lasts.
        days: u64,
        /// Whether it is what the dose takes, or nearly.
        fits: bool,
    },
}

/// For how long the quantity lasts, and whether it is dose times frequency times duration.
pub fn supply(item: &Item, tolerance_percent: u16) -> Supply {
    let Some(last) = item.dosage.last() else { return Supply::Unknown };
    let Some(quantity) = in_dose_units(item, last).filter(|_| item.dosage.iter().all(|step| step.unit == last.unit)) else {
        return Supply::Unknown;
    };
    let last_sequence = || item.dosage.iter().filter(|step| step.sequence == last.sequence);
    let a_day: u64 = last_sequence().map(|step| taken(step, 1)).sum();
    // A dose that is taken once in many days: what it takes in a year tells for how long a quantity lasts.
    let a_year: u64 = last_sequence().map(|step| taken(step, 364)).sum();
    if a_day == 0 || a_year == 0 {
        return Supply::Unknown;
    }
    let lasts = |amount: u64| (amount * 364).div_ceil(a_year);
    let Some(planned) = item.dosage.iter().map(|step| step.duration_days).collect::<Option<Vec<_>>>() else {
        // The last instruction goes on for as long as the quantity lasts.
        let before = item.dosage.iter().filter(|step| step.sequence < last.sequence);
        let (days, used) = before.fold((0, 0), |(days, used), step| {
            let length = u64::from(step.duration_days.unwrap_or(0));
            (days + length, used + taken(step, length))
        });
        return Supply::Known { days: days + lasts(quantity.saturating_sub(used)), fits: quantity > used };
    };
    let mut days = 0;
    for sequence in 1..=last.sequence {
        let lengths = item.dosage.iter().zip(&planned).filter(|(step, _)| step.sequence == sequence);
        days += lengths.map(|(_, length)| u64::from(*length)).max().unwrap_or(0);
    }
    let expected: u64 = item.dosage.iter().zip(&planned).map(|(step, length)| taken(step, u64::from(*length))).sum();
    let room = (expected * u64::from(tolerance_percent)).div_ceil(100);
    let fits = quantity.abs_diff(expected) <= room;
    Supply::Known { days: days + lasts(quantity.saturating_sub(expected)), fits }
}

/// Checks that the quantity is what the dose takes, and that instalments add up to it.
///
/// Dose, route, frequency, duration and quantity are consistent: the minimum checks of this service, after public repository
/// NHSDigital/electronic-prescription-service-api, `MedicationRequest.yaml`. Instalment amount and interval, if used:
/// <http://www.psnc.org.uk/dispensing-supply/dispensing/dispensing-controlled-drugs/controlled-drug-prescription-forms-validity/>
pub fn check_quantity(item: &Item, number: usize, tolerance_percent: u16) -> Vec<Finding> {
    let mut findings = Vec::new();
    if item.quantity.value.is_zero() {
        findings.push(Finding::absolute(Reason::QuantityMismatch, Some(number), "The quantity is more than nothing."));
        return findings;
    }
    match supply(item, tolerance_percent) {
        Supply::Known { fits: true, .. } => {}
        Supply::Known { .. } => findings.push(Finding::unless_justified(
            Reason::QuantityMismatch,
            Some(number),
            "The quantity is not what dose, frequency and duration come to: say why.",
        )),
        Supply::Unknown => findings.push(Finding::unless_justified(
            Reason::QuantityMismatch,
            Some(number),
            "The quantity cannot be compared with the dose, since their units differ: say that it is right.",
        )),
    }
    if let Some(instalment) = &item.instalment {
        let (whole, part) = (item.quantity.value.hundredths(), instalment.amount.hundredths());
        if part == 0 || !whole.is_multiple_of(part) {
            let detail = "The instalments do not add up to the quantity.";
            findings.push(Finding::absolute(Reason::QuantityMismatch, Some(number), detail));
        }
    }
    findings
}
