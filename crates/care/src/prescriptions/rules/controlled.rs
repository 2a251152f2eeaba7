//! Legal requirements for controlled drugs, and how long a prescription is valid.

use chrono::{Days, Months, NaiveDate};

use super::Finding;
use super::dosage::{Supply, supply};
use super::number_words::words_match_amount;
use crate::prescriptions::catalogue::{Catalogue, Limits};
use crate::prescriptions::model::medicine::ControlledDrugSchedule;
use crate::prescriptions::model::{Content, PrescriptionFormType, Validity};
use platform::refusal::Reason;

/// Checks supply, quantity in words and figures, address, repeats and the private code, for every item.
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
        if !words_match_amount(&item.quantity_words, item.quantity.value, &names) {
            let detail = "The quantity in words differs from the quantity in figures. Correct it, or leave out the words.";
            findings.push(Finding::absolute(Reason::QuantityWordsMismatch, Some(number), detail));
        }
        if schedule.is_schedule_2_to_4() {
            match supply(item, limits.quantity_tolerance_percent.value) {
                Supply::Known { days, .. } if days <= u64::from(limits.controlled_supply_days.value) => {}
                Supply::Known { .. } => {
                    let detail = format!(
                        "More than {} days' supply of a controlled drug. Reduce the quantity, or record the clinical need.",
                        limits.controlled_supply_days.value
                    );
                    findings.push(Finding::unless_justified(Reason::SupplyTooLong, Some(number), detail));
                }
                Supply::Unknown => {
                    let detail = "It is not clear how long the quantity lasts. Give dose and quantity in the same unit.";
                    findings.push(Finding::absolute(Reason::DosageUnclear, Some(number), detail));
                }
            }
        }
        if schedule.is_schedule_2_or_3() && content.repeat.is_some() {
            let detail = "Drugs of schedules 2 and 3 cannot be repeated. Remove the repeat.";
            findings.push(Finding::absolute(Reason::RepeatNotAllowed, Some(number), detail));
        }
    }
    if content.items.iter().any(|item| item.medicine.schedule.is_schedule_2_or_3()) {
        if content.address.is_none() {
            let detail = "A prescription of a drug of schedule 2 or 3 needs the patient's address. Add it.";
            findings.push(Finding::absolute(Reason::AddressRequired, None, detail));
        }
        if content.form == PrescriptionFormType::Private && !has_private_code {
            let detail =
                "A private prescription of a schedule 2 or 3 drug needs your private code. Ask an administrator to enter it.";
            findings.push(Finding::absolute(Reason::PrivateCodeRequired, None, detail));
        }
    }
    findings
}

/// Checks the repeats: a review date, and no issue after the last day.
///
/// Repeats at 28 days unless stated, validity capped at twelve months: public repository
/// NHSDigital/electronic-prescription-service-api, `MedicationRequest.yaml`. A next review date: the minimum checks of this
/// service.
pub fn check_repeat(content: &Content, validity: &Validity, limits: &Limits, today: NaiveDate) -> Vec<Finding> {
    let Some(repeat) = content.repeat else { return Vec::new() };
    let mut findings = Vec::new();
    match repeat.review_on {
        Some(day) if day > today && day <= validity.ends_on => {}
        Some(_) => {
            let detail = "The review must be after today and within the twelve months of the prescription. Choose another day.";
            findings.push(Finding::absolute(Reason::ReviewDateRequired, None, detail));
        }
        None => findings.push(Finding::absolute(
            Reason::ReviewDateRequired,
            None,
            "A repeat prescription needs a review date. Add it.",
        )),
    }
    let span = u64::from(repeat.interval_days) * u64::from(repeat.issues.saturating_sub(1));
    let last = validity.valid_from.checked_add_days(Days::new(span));
    if u16::from(repeat.issues) > limits.most_issues.value || last.is_none_or(|last| last > validity.ends_on) {
        let detail = "The last issue would be after the prescription has expired. Reduce the number of issues or the interval.";
        findings.push(Finding::absolute(Reason::RepeatsTooLong, None, detail));
    }
    findings
}

/// The days on which a prescription is valid when it is signed on this day.
///
/// Schedules 2, 3 and 4: 28 days from the signature or a later start that is stated; any other: six months:
/// <http://www.psnc.org.uk/dispensing-supply/dispensing/dispensing-controlled-drugs/controlled-drug-prescription-forms-validity/>.
/// Until 23:59:59, and no repeat after twelve months: `MedicationRequest.yaml`, as above.
pub fn validity(content: &Content, limits: &Limits, today: NaiveDate) -> Option<Validity> {
    let valid_from = content.starts_on.map_or(today, |start| start.max(today));
    let limited = content.items.iter().map(|item| item.medicine.schedule).any(ControlledDrugSchedule::is_schedule_2_to_4);
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

/// Checks the stated start: not in the past, and not too far in the future.
pub fn check_start(content: &Content, limits: &Limits, today: NaiveDate) -> Option<Finding> {
    let start = content.starts_on?;
    let latest = today.checked_add_days(Days::new(limits.latest_start_days.value.into()))?;
    let in_range = start >= today && start <= latest;
    (!in_range).then(|| {
        Finding::absolute(
            Reason::StartDateInvalid,
            None,
            "The start must be today or within the next six months. Choose another day.",
        )
    })
}
