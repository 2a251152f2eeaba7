//! Dispensing in instalments.

use super::Finding;
use super::dosage::{Supply, supply};
use crate::prescriptions::catalogue::Catalogue;
use crate::prescriptions::model::medicine::ControlledDrugSchedule;
use crate::prescriptions::model::{Content, Item, PrescriptionFormType};
use platform::refusal::Reason;

/// Checks that instalments are on their own form, for addiction, of a medicine that may be supplied so, and for at most 14 days.
///
/// Form FP10MDA, for treating addiction, for a drug of schedule 2, buprenorphine or diazepam, with the amount and the interval of
/// an instalment, and for at most 14 days: SI 2004/291 (superseded by SI 2015/1862), Schedule 6, paragraph 39(4), and
/// <https://www.psnc.org.uk/dispensing-supply/dispensing/dispensing-controlled-drugs/instalment-dispensing/>.
pub fn check(content: &Content, catalogue: &Catalogue) -> Vec<Finding> {
    let own_form = content.form == PrescriptionFormType::NhsInstalments;
    let items = content.items.iter().enumerate();
    let refused = items.filter(|(_, item)| own_form || item.instalment.is_some()).filter_map(|(number, item)| {
        let detail = wrong(content, item, own_form, catalogue)?;
        Some(Finding::absolute(Reason::InstalmentsNotAllowed, Some(number), detail))
    });
    refused.collect()
}

fn wrong(content: &Content, item: &Item, own_form: bool, catalogue: &Catalogue) -> Option<&'static str> {
    if !own_form {
        return Some("Instalments need form FP10MDA. Choose the form for instalments, or remove them.");
    }
    if item.instalment.is_none() {
        return Some("Form FP10MDA is for instalments only. Add amount and interval of an instalment, or choose another form.");
    }
    if !content.for_addiction {
        return Some("Form FP10MDA is for treating addiction only. State that it treats addiction, or choose another form.");
    }
    if content.repeat.is_some() {
        return Some("Form FP10MDA cannot be repeated. Remove the repeat, or choose another form.");
    }
    let listed = |name: &String| catalogue.safety.instalments.substances.contains(name);
    if item.medicine.schedule != ControlledDrugSchedule::Cd2 && !item.medicine.ingredients.iter().any(listed) {
        return Some("Only schedule 2, buprenorphine and diazepam are supplied in instalments. Choose another form.");
    }
    let limits = &catalogue.limits;
    let most = u64::from(limits.instalment_supply_days.value);
    if last_instalment_after(item).is_some_and(|days| days >= most) {
        return Some("The last instalment would be after 14 days. Reduce the interval or the number of instalments.");
    }
    match supply(item, limits.quantity_tolerance_percent.value) {
        Supply::Known { days, .. } if days > most => {
            Some("Instalments are for at most 14 days of treatment. Reduce the quantity.")
        }
        // An unknown supply of a controlled drug is refused by itself.
        Supply::Known { .. } | Supply::Unknown => None,
    }
}

/// How many days after the first instalment the last one is dispensed.
fn last_instalment_after(item: &Item) -> Option<u64> {
    let instalment = item.instalment.as_ref()?;
    let count = item.quantity.value.hundredths().checked_div(instalment.amount.hundredths())?;
    Some(count.saturating_sub(1) * u64::from(instalment.interval_days))
}
