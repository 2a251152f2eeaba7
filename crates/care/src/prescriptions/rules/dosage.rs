//! Dosage: how long a supply lasts, how much is needed, and whether structure, text and quantity agree.

use super::Finding;
use super::number_words::word_value;
use crate::prescriptions::catalogue::Catalogue;
use crate::prescriptions::model::dosage::{Amount, DoseStep, PeriodUnit};
use crate::prescriptions::model::{Item, Quantity};
use platform::refusal::Reason;
use platform::text::folded;

/// The text of an instruction, written from its structure: `1 tablet twice a day for 7 days`. What it is needed for is left
/// out, because dispensers must not learn the reason for prescribing.
pub fn instruction_text(step: &DoseStep, catalogue: &Catalogue) -> String {
    let unit = catalogue
        .unit(&step.unit)
        .map_or(step.unit.as_str(), |unit| if step.dose <= Amount::whole(1) { unit.one.as_str() } else { unit.many.as_str() });
    let mut text = format!("{} {unit} {}", step.dose, frequency(step));
    if step.as_needed {
        text.push_str(" when required");
    }
    if let Some(max) = step.max_per_day {
        text.push_str(&format!(", at most {max} in 24 hours"));
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
        (PeriodUnit::Hour, 1) if step.times == 1 => "every hour".to_owned(),
        (PeriodUnit::Hour, 1) => format!("{times} an hour"),
        (PeriodUnit::Hour, every) if step.times == 1 => format!("every {every} hours"),
        (PeriodUnit::Hour, every) => format!("{times} every {every} hours"),
        (PeriodUnit::Day, 1) => format!("{times} a day"),
        (PeriodUnit::Day, every) => format!("{times} every {every} days"),
        (PeriodUnit::Week, 1) => format!("{times} a week"),
        (PeriodUnit::Week, every) => format!("{times} every {every} weeks"),
    }
}

/// All instructions as one text: those with the same sequence number joined by "and", those that follow by "then".
///
/// Public repository NHSDigital/electronic-prescription-service-api, `_fragments/dosageInstruction.yaml`.
pub fn joined_text(steps: &[DoseStep]) -> String {
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

/// Whether a text states no dose, such as "as directed".
fn is_vague(text: &str) -> bool {
    let text = folded(text);
    let bare = text.trim().trim_end_matches(['.', ',']);
    let bare = ["to be taken ", "to be used ", "take ", "use "].iter().find_map(|verb| bare.strip_prefix(verb)).unwrap_or(bare);
    matches!(bare, "as directed" | "as required" | "when required" | "as needed" | "when needed" | "as before" | "mdu" | "prn")
}

/// Every amount in a text, written in figures or words, in hundredths, with the word after it: its unit, as in `1 tablet`, `5ml`
/// and `half a tablet`.
fn amounts_in(text: &str) -> Vec<(u64, String)> {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !(c.is_alphanumeric() || c == '.')).map(|word| word.trim_end_matches('.'));
    let words: Vec<&str> = words.filter(|word| !matches!(*word, "" | "a" | "an")).collect();
    let amount = |(at, word): (usize, &&str)| {
        let figures = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let value = figures.parse::<Amount>().ok().map(Amount::hundredths).or_else(|| word_value(word))?;
        let attached = word.strip_prefix(figures).filter(|unit| !figures.is_empty() && !unit.is_empty());
        Some((value, attached.or(words.get(at + 1).copied()).unwrap_or_default().to_owned()))
    };
    words.iter().enumerate().filter_map(amount).collect()
}

/// Whether a text states this amount of this unit, by its name in the singular or the plural.
fn states(text: &str, amount: Amount, unit: &str, catalogue: &Catalogue) -> bool {
    let is_unit =
        |word: &str| word == unit || catalogue.unit(unit).is_some_and(|permit| word == permit.one || word == permit.many);
    amounts_in(text).iter().any(|(value, word)| *value == amount.hundredths() && is_unit(word))
}

/// Whether a text states this daily maximum: `at most 2 in 24 hours`, `maximum two tablets a day`.
fn states_maximum(text: &str, max: Amount) -> bool {
    const MOST: [&str; 7] = ["at most", "maximum", "max", "no more than", "not more than", "up to", "not exceed"];
    let text = folded(text);
    let mut after = MOST.iter().filter_map(|words| text.split_once(words)).map(|(_, after)| after);
    after.any(|after| amounts_in(after).first().is_some_and(|(value, _)| *value == max.hundredths()))
}

const WHEN_NEEDED: [&str; 8] =
    ["when required", "if required", "as required", "when needed", "if needed", "as needed", "when necessary", "prn"];

/// The frequency that a text states, if it can be read: times, length and unit of the period.
fn frequency_in(text: &str) -> Option<(u64, u64, PeriodUnit)> {
    let lower = folded(text);
    let words: Vec<&str> = lower.split(|c: char| !(c.is_alphanumeric() || c == '.')).filter(|word| !word.is_empty()).collect();
    let number = |word: &str| word.parse::<u64>().ok().or_else(|| word_value(word).map(|hundredths| hundredths / 100));
    for (at, word) in words.iter().enumerate() {
        let next = |offset: usize| words.get(at + offset).copied().unwrap_or_default();
        let (times, after) = match *word {
            "once" => (1, 1),
            "twice" => (2, 1),
            word if next(1) == "times" => (number(word)?, 2),
            "every" if next(1) == "hour" => return Some((1, 1, PeriodUnit::Hour)),
            "every" if matches!(next(2), "hours" | "hour") => return Some((1, number(next(1))?, PeriodUnit::Hour)),
            _ => continue,
        };
        match (next(after), next(after + 1)) {
            ("daily", _) | ("a" | "each" | "every" | "per", "day") => return Some((times, 1, PeriodUnit::Day)),
            ("an" | "each" | "every" | "per", "hour") => return Some((times, 1, PeriodUnit::Hour)),
            ("weekly", _) | ("a" | "each" | "every" | "per", "week") => return Some((times, 1, PeriodUnit::Week)),
            _ => {}
        }
    }
    None
}

/// Checks one item's instructions: their order, and that text and structure agree as far as the text can be read.
///
/// No full stop or comma at the end, both structured and as text: public repository
/// NHSDigital/electronic-prescription-service-api, `_fragments/dosageInstruction.yaml`. "As directed" alone is no dose for a
/// controlled drug:
/// <http://www.psnc.org.uk/dispensing-supply/dispensing/dispensing-controlled-drugs/controlled-drug-prescription-forms-validity/>
pub fn check(item: &Item, number: usize, catalogue: &Catalogue) -> Option<Finding> {
    let unclear = |detail: &'static str| Some(Finding::absolute(Reason::DosageUnclear, Some(number), detail));
    let mut sequence = 0;
    for (place, step) in item.dosage.iter().enumerate() {
        if !(step.sequence == sequence || step.sequence == sequence + 1) || (place == 0 && step.sequence != 1) {
            return unclear("The instructions must be numbered from 1 without a gap. Correct their sequence.");
        }
        sequence = step.sequence;
        if step.dose.is_zero() {
            return unclear("A dose must be more than zero. Enter the dose.");
        }
        if step.duration_days.is_none() && item.dosage.iter().any(|other| other.sequence > step.sequence) {
            return unclear("An instruction that is followed by another needs a number of days. Add it.");
        }
        if step.text.ends_with(['.', ',']) {
            return unclear("The text of an instruction must not end with a full stop or comma. Remove it.");
        }
        if item.medicine.schedule.is_controlled() && (is_vague(&step.text) || step.as_needed && step.max_per_day.is_none()) {
            return unclear(
                "A controlled drug needs a stated dose, not only \"as directed\", and a daily maximum if taken when needed.",
            );
        }
        let max = step.max_per_day.filter(|_| step.as_needed && item.medicine.schedule.is_controlled());
        if max.is_some_and(|max| !states_maximum(&step.text, max)) {
            return unclear(
                "The text must contain the daily maximum of a controlled drug, such as \"at most 2 in 24 hours\". Add it.",
            );
        }
        if let Some(detail) = disagreement(step, catalogue) {
            return unclear(detail);
        }
    }
    None
}

fn disagreement(step: &DoseStep, catalogue: &Catalogue) -> Option<&'static str> {
    if is_vague(&step.text) {
        return None;
    }
    if !states(&step.text, step.dose, &step.unit, catalogue) {
        return Some(
            "The text does not contain the dose and unit of the other fields. Correct one of them, or leave out the text.",
        );
    }
    let lower = folded(&step.text);
    if WHEN_NEEDED.iter().any(|words| lower.contains(words)) != step.as_needed {
        return Some(
            "Text and other fields disagree on whether it is taken only when needed. Correct one of them, or leave out the text.",
        );
    }
    let (times, every, period) = frequency_in(&step.text)?;
    let same = times * u64::from(step.every) * step.period.hours() == u64::from(step.times) * every * period.hours();
    if same {
        None
    } else {
        Some("Text and other fields disagree on how often it is taken. Correct one of them, or leave out the text.")
    }
}

/// How much of its substance one unit of a described medicine contains, read from a strength such as `50 mg` or `10 mg in 5 ml`,
/// and the unit in which it is counted. `None` where it cannot be read, or where there are several substances.
pub fn strength_of_one(strength: Option<&str>, form: &str, substances: usize) -> Option<(Quantity, String)> {
    let strength = folded(strength.filter(|_| substances == 1)?);
    let parts: Vec<&str> =
        strength.split([' ', '/']).filter(|part| !part.is_empty() && *part != "in" && *part != "per").collect();
    let form = folded(form);
    let (value, unit, volume) = match parts[..] {
        [value, unit] => (value, unit, None),
        [value, unit, volume, "ml"] => (value, unit, Some(volume.parse::<Amount>().ok()?)),
        _ => return None,
    };
    let unit = match unit {
        "mg" | "milligram" | "milligrams" => "mg",
        "microgram" | "micrograms" => "microgram",
        "g" | "gram" | "grams" => "gram",
        _ => return None,
    };
    let counted = match volume {
        Some(_) => "ml",
        None if form.ends_with("tablets") => "tablet",
        None if form.ends_with("capsules") => "capsule",
        None => return None,
    };
    let whole = value.parse::<Amount>().ok()?.hundredths();
    let hundredths = volume.map_or(Some(whole), |volume| (whole * 100).checked_div(volume.hundredths()))?;
    let value = u32::try_from(hundredths).ok().and_then(Amount::from_hundredths)?;
    Some((Quantity { value, unit: unit.to_owned() }, counted.to_owned()))
}

/// The maximum that an instruction needs in this number of days, in hundredths of the dose's unit, rounded up.
pub(super) fn amount_taken(step: &DoseStep, days: u64) -> u64 {
    let by_frequency =
        (step.dose.hundredths() * u64::from(step.times) * days * 24).div_ceil(u64::from(step.every.max(1)) * step.period.hours());
    match step.max_per_day.filter(|_| step.as_needed) {
        Some(max) => by_frequency.min(max.hundredths() * days),
        None => by_frequency,
    }
}

/// The quantity in the unit of the dose, in hundredths, if it can be converted.
fn in_dose_units(item: &Item, step: &DoseStep) -> Option<u64> {
    let quantity = item.quantity.value.hundredths();
    if item.quantity.unit == step.unit {
        return Some(quantity);
    }
    let contains = item.medicine.contains.as_ref().filter(|contains| contains.unit == step.unit)?;
    (item.medicine.unit.as_ref() == Some(&item.quantity.unit)).then(|| quantity * contains.value.hundredths() / 100)
}

/// How long a quantity lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supply {
    /// Quantity and dose cannot be compared.
    Unknown,
    /// Quantity and dose can be compared.
    Known {
        /// For how many days the quantity lasts.
        days: u64,
        /// Whether it is what the dosage needs, within the tolerance.
        fits: bool,
    },
}

impl Supply {
    /// For how many days the quantity lasts, if that is known.
    pub const fn days(self) -> Option<u64> {
        match self {
            Self::Known { days, .. } => Some(days),
            Self::Unknown => None,
        }
    }
}

/// How long the quantity lasts, and whether it is dose × frequency × duration.
pub fn supply(item: &Item, tolerance_percent: u16) -> Supply {
    let Some(last) = item.dosage.last() else { return Supply::Unknown };
    let Some(quantity) = in_dose_units(item, last).filter(|_| item.dosage.iter().all(|step| step.unit == last.unit)) else {
        return Supply::Unknown;
    };
    let last_sequence = || item.dosage.iter().filter(|step| step.sequence == last.sequence);
    let a_day: u64 = last_sequence().map(|step| amount_taken(step, 1)).sum();
    // For a dose taken once in several days, the amount per year (52 weeks) shows how long a quantity lasts.
    let a_year: u64 = last_sequence().map(|step| amount_taken(step, 364)).sum();
    if a_day == 0 || a_year == 0 {
        return Supply::Unknown;
    }
    let lasts = |amount: u64| (amount * 364).div_ceil(a_year);
    let Some(planned) = item.dosage.iter().map(|step| step.duration_days).collect::<Option<Vec<_>>>() else {
        // The last instruction continues for as long as the quantity lasts.
        let before = item.dosage.iter().filter(|step| step.sequence < last.sequence);
        let (days, used) = before.fold((0, 0), |(days, used), step| {
            let length = u64::from(step.duration_days.unwrap_or(0));
            (days + length, used + amount_taken(step, length))
        });
        return Supply::Known { days: days + lasts(quantity.saturating_sub(used)), fits: quantity > used };
    };
    let mut days = 0;
    for sequence in 1..=last.sequence {
        let lengths = item.dosage.iter().zip(&planned).filter(|(step, _)| step.sequence == sequence);
        days += lengths.map(|(_, length)| u64::from(*length)).max().unwrap_or(0);
    }
    let expected: u64 = item.dosage.iter().zip(&planned).map(|(step, length)| amount_taken(step, u64::from(*length))).sum();
    let tolerance = (expected * u64::from(tolerance_percent)).div_ceil(100);
    let fits = quantity.abs_diff(expected) <= tolerance;
    Supply::Known { days: days + lasts(quantity.saturating_sub(expected)), fits }
}

/// Checks that the quantity is what the dosage needs, and that instalments add up to it.
///
/// Dose, route, frequency, duration and quantity are consistent: the minimum checks of this service, after public repository
/// NHSDigital/electronic-prescription-service-api, `MedicationRequest.yaml`. Instalment amount and interval, if used:
/// <http://www.psnc.org.uk/dispensing-supply/dispensing/dispensing-controlled-drugs/controlled-drug-prescription-forms-validity/>
pub fn check_quantity(item: &Item, number: usize, tolerance_percent: u16) -> Vec<Finding> {
    let mut findings = Vec::new();
    if item.quantity.value.is_zero() {
        findings.push(Finding::absolute(
            Reason::QuantityMismatch,
            Some(number),
            "The quantity must be more than zero. Enter the quantity.",
        ));
        return findings;
    }
    match supply(item, tolerance_percent) {
        Supply::Known { fits: true, .. } => {}
        Supply::Known { .. } => findings.push(Finding::unless_justified(
            Reason::QuantityMismatch,
            Some(number),
            "The quantity is not dose × frequency × duration. Correct it, or record the reason.",
        )),
        Supply::Unknown => findings.push(Finding::unless_justified(
            Reason::QuantityMismatch,
            Some(number),
            "Quantity and dose have different units. Use the same unit, or record that the quantity is right.",
        )),
    }
    if let Some(instalment) = &item.instalment {
        let (whole, part) = (item.quantity.value.hundredths(), instalment.amount.hundredths());
        if part == 0 || !whole.is_multiple_of(part) {
            let detail = "The instalments do not add up to the quantity. Correct the amount of an instalment.";
            findings.push(Finding::absolute(Reason::QuantityMismatch, Some(number), detail));
        }
    }
    findings
}
