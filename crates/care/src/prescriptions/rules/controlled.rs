//! Legal requirements for controlled drugs, and how long a prescription is valid.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::Finding;
use super::dosage::{Supply, supply};
use super::number_words::words_match_amount;
use crate::prescriptions::catalogue::{Catalogue, Limits};
use crate::prescriptions::model::{Content, Item, PrescriptionFormType, Validity};
use platform::refusal::Reason;

/// Checks supply, quantity in words and figures, address, repeats and the private code, for every item.
///
/// Name and address of the patient on every prescription of a prescription-only medicine: SI 2012/1916, regulation 217(4)(d). The
/// service asks for them on every prescription. Thirty days' supply at most, exceeded only with a documented clinical need, for
/// schedules 2, 3 and 4; total quantity in words and figures for schedules 2 and 3; no repeats for these:
/// <http://www.psnc.org.uk/dispensing-supply/dispensing/dispensing-controlled-drugs/controlled-drug-prescription-forms-validity/>,
/// <https://www.buckshealthcare.nhs.uk/documents/good-practice-guidance-for-controlled-drugs/>. Private prescriptions of
/// schedules 2 and 3 need the form FP10PCD with a private prescriber's code:
/// <http://www.resourcepharm.com/pharmacy-law-and-ethics/controlled-drugs.html>.
pub fn check(content: &Content, has_private_code: bool, has_address: bool, catalogue: &Catalogue) -> Vec<Finding> {
    let limits = &catalogue.limits;
    let mut findings = Vec::new();
    for (number, item) in content.items.iter().enumerate() {
        let schedule = item.medicine.schedule;
        // SI 2001/3998, regulation 16A. The directory does not know the specialist register.
        let mut substances = item.medicine.ingredients.iter().filter_map(|name| catalogue.substance(name));
        if substances.any(|substance| substance.specialist_only) {
            let detail = "Only a specialist doctor may prescribe a cannabis-based product. It cannot be prescribed here.";
            findings.push(Finding::absolute(Reason::ScheduleNotAllowed, Some(number), detail));
        }
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
    if !has_address && content.address.is_none() {
        let detail = "A prescription needs the patient's address. Record it in the prescribing details, or add it here.";
        findings.push(Finding::absolute(Reason::AddressRequired, None, detail));
    }
    let strict = content.items.iter().any(|item| item.medicine.schedule.is_schedule_2_or_3());
    if strict && content.form == PrescriptionFormType::Private && !has_private_code {
        let detail =
            "A private prescription of a schedule 2 or 3 drug needs your private code. Ask an administrator to enter it.";
        findings.push(Finding::absolute(Reason::PrivateCodeRequired, None, detail));
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
            let detail = "The review must be after today and not after the end of the prescription. Choose another day.";
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

/// The last day on which one item of a prescription that was signed on this day may be dispensed for the first time, until
/// 23:59:59.
///
/// Schedules 2, 3 and 4: 28 days after the signature or a later start that is stated (SI 2001/3998, regulation 16). Any other:
/// six months beginning with the appropriate date, which is the signature or the stated start of an NHS prescription, and the
/// signature of a private one (SI 2012/1916, regulation 217(5) and (7)).
pub fn last_day(item: &Item, content: &Content, limits: &Limits, signed_on: NaiveDate) -> Option<NaiveDate> {
    let start = content.starts_on.map_or(signed_on, |start| start.max(signed_on));
    if item.medicine.schedule.is_schedule_2_to_4() {
        return start.checked_add_days(Days::new(limits.controlled_validity_days.value.into()));
    }
    last_day_of(appropriate_date(content, signed_on), limits.validity_months.value)
}

/// The date from which the months of a prescription are counted: SI 2012/1916, regulation 217(7).
fn appropriate_date(content: &Content, signed_on: NaiveDate) -> NaiveDate {
    match content.form {
        PrescriptionFormType::Private => signed_on,
        PrescriptionFormType::NhsPaper | PrescriptionFormType::NhsInstalments => {
            content.starts_on.map_or(signed_on, |start| start.max(signed_on))
        }
    }
}

/// The last day of a period of months that begins with this day: the day before the corresponding one. Where the last month has
/// no such day, its last day.
fn last_day_of(first: NaiveDate, months: u16) -> Option<NaiveDate> {
    let corresponding = first.checked_add_months(Months::new(months.into()))?;
    if corresponding.day() == first.day() { corresponding.pred_opt() } else { Some(corresponding) }
}

/// The days on which a prescription is valid when it is signed on this day: until the last day of the item that is valid longest.
/// Each item has its own last day ([`last_day`]).
///
/// Until 23:59:59, and no repeat after twelve months: `MedicationRequest.yaml`, as above.
pub fn validity(content: &Content, limits: &Limits, today: NaiveDate) -> Option<Validity> {
    let valid_from = content.starts_on.map_or(today, |start| start.max(today));
    let last_days = content.items.iter().map(|item| last_day(item, content, limits, today));
    let valid_until = last_days.collect::<Option<Vec<_>>>()?.into_iter().max()?;
    let ends_on = match content.repeat {
        Some(_) => last_day_of(appropriate_date(content, today), limits.repeat_months.value)?,
        None => valid_until,
    };
    Some(Validity { valid_from, valid_until, ends_on })
}

/// Checks the stated start: not in the past, not too far in the future, and while every item is valid.
pub fn check_start(content: &Content, limits: &Limits, today: NaiveDate) -> Option<Finding> {
    let start = content.starts_on?;
    let latest = today.checked_add_days(Days::new(limits.latest_start_days.value.into()))?;
    let valid = content.items.iter().all(|item| last_day(item, content, limits, today).is_some_and(|last| start <= last));
    let in_range = start >= today && start <= latest && valid;
    (!in_range).then(|| {
        let detail = format!(
            "The start must be today or within the next {} days, while each item is valid. Choose another day.",
            limits.latest_start_days.value
        );
        Finding::absolute(Reason::StartDateInvalid, None, detail)
    })
}
