//! What the law asks of controlled drugs, and for how long any prescription is good.

use chrono::{Days, Months, NaiveDate};

use super::Finding;
use super::dosage::{Supply, supply};
use super::words::say_the_same;
use crate::prescriptions::catalogue::{Catalogue, Limits};
use crate::prescriptions::model::medicine::ControlledDrugSchedule;
use crate::prescriptions::model::{Content, PrescriptionFormType, Validity};
use platform::refusal::Reason;

/// Supply, words and figures, address, repeats and the private code, for every item.
///
/// Thirty days' supply at most, exceeded only with a documented clinical need, for schedules 2, 3 and 4; total quantity in words
/// and figures, and the patient's address, for schedules 2 and 3; no repeats for these:
/// <http://www.psnc.org.uk/dispensing-supply/dispensing/dispensing-controlled-drugs/controlled-drug-prescription-forms-validity/>,
/// <https://www.buckshealthcare.nhs.uk/documents/good-practice-guidance-for-controlled-drugs/>. Private prescriptions of
/// schedules 2 and 3 need the form FP10PCD with a private prescriber's code:
/// <http://www.resourcepharm.com/pharmacy-law-and-ethics/controlled-drugs.html>.
pub fn check(content: &Content, has_private_code: bool, catalogue: &Catalogue) -> Vec<Finding> {
    let limits = &catalogue.limits;
    let mut findings = Vec::new();
    for (number, item) in content.items.iter().enumerate() {
        let schedule = item.medicine.schedule;
        let unit = catalogue.unit(&item.quantity.unit);
        let names: Vec<&str> = unit.iter().flat_map(|unit| [unit.one.as_str(), unit.many.as_str()]).collect();
        if !say_the_same(&item.quantity_words, item.quantity.value, &names) {
            let detail = "The quantity in words is not the quantity in figures.";
            findings.push(Finding::absolute(Reason::QuantityWordsMismatch, Some(number), detail));
        }
        if schedule.is_limited() {
            match supply(item, limits.quantity_tolerance_percent.value) {
                Supply::Known { days, .. } if days <= u64::from(limits.controlled_supply_days.value) => {}
                Supply::Known { .. } => {
                    let detail =
                        format!("More than {} days' supply needs a recorded clinical need.", limits.controlled_supply_days.value);
                    findings.push(Finding::unless_justified(Reason::SupplyTooLong, Some(number), detail));
                }
                Supply::Unknown => {
                    let detail = "For how long the quantity lasts must be clear: give dose and quantity in the same unit.";
                    findings.push(Finding::absolute(Reason::DosageUnclear, Some(number), detail));
                }
            }
        }
        if schedule.is_strict() && content.repeat.is_some() {
            let detail = "Drugs of schedules 2 and 3 are not repeated.";
            findings.push(Finding::absolute(Reason::RepeatNotAllowed, Some(number), detail));
        }
    }
    if content.items.iter().any(|item| item.medicine.schedule.is_strict()) {
        if content.address.is_none() {
            let detail = "A prescription of a drug of schedule 2 or 3 names the patient's address.";
            findings.push(Finding::absolute(Reason::AddressRequired, None, detail));
        }
        if content.form == PrescriptionFormType::Private && !has_private_code {
            let detail = "A private prescription of a drug of schedule 2 or 3 needs the prescriber's private code.";
            findings.push(Finding::absolute(Reason::PrivateCodeRequired, None, detail));
        }
    }
    findings
}

/// Whether the repeats are sound: a review date, and no issue after the last day.
///
/// Repeats at 28 days when nobody says, validity capped at twelve months: public repository
/// NHSDigital/electronic-prescription-service-api, `MedicationRequest.yaml`. A next review date: the minimum checks of this
/// service.
pub fn check_repeat(content: &Content, validity: &Validity, limits: &Limits, today: NaiveDate) -> Vec<Finding> {
    let Some(repeat) = content.repeat else { return Vec::new() };
    let mut findings = Vec::new();
    match repeat.review_on {
        Some(day) if day > today && day <= validity.ends_on => {}
        Some(_) => {
            let detail = "The review lies ahead, within the twelve months that the prescription is good for.";
            findings.push(Finding::absolute(Reason::ReviewDateRequired, None, detail));
        }
        None => findings.push(Finding::absolute(Reason::ReviewDateRequired, None, "A repeat names the day of its review.")),
    }
    let span = u64::from(repeat.interval_days) * u64::from(repeat.issues.saturating_sub(1));
    let last = validity.valid_from.checked_add_days(Days::new(span));
    if u16::from(repeat.issues) > limits.most_issues.value || last.is_none_or(|last| last > validity.ends_on) {
        let detail = "The last issue would come after the prescription has run out.";
        findings.push(Finding::absolute(Reason::RepeatsTooLong, None, detail));
    }
    findings
}

/// The days that a prescription is good for when it is signed on this day.
///
/// Schedules 2, 3 and 4: 28 days from the signature or a later start that is stated; any other: six months:
/// <http://www.psnc.org.uk/dispensing-supply/dispensing/dispensing-controlled-drugs/controlled-drug-prescription-forms-validity/>.
/// Until 23:59:59, and no repeat after twelve months: `MedicationRequest.yaml`, as above.
pub fn validity(content: &Content, limits: &Limits, today: NaiveDate) -> Option<Validity> {
    let valid_from = content.starts_on.map_or(today, |start| start.max(today));
    let limited = content.items.iter().map(|item| item.medicine.schedule).any(ControlledDrugSchedule::is_limited);
    let valid_until = if limited {
        valid_from.checked_add_days(Days::new(limits.controlled_validity_days.value.into()))?
    } else {
        valid_from.checked_add_months(Months::new(limits.validity_months.value.into()))?
    };
    let ends_on = match content.repeat {
        Some(_) => valid_from.checked_add_months(Months::new(limits.repeat_months.value.into()))?,
        None => valid_until,
    };
    Some(Validity { valid_from, valid_until, ends_on })
}

/// Whether the stated start may stand: not past, and not too far ahead.
pub fn check_start(content: &Content, limits: &Limits, today: NaiveDate) -> Option<Finding> {
    let start = content.starts_on?;
    let latest = today.checked_add_days(Days::new(limits.latest_start_days.value.into()))?;
    let fine = start >= today && start <= latest;
    (!fine)
        .then(|| Finding::absolute(Reason::StartDateInvalid, None, "The start is today or lies ahead, by half a year at most."))
}
