//! Converts a request into the content of a prescription: looks up medicines, and adds the texts that the service writes.

use chrono::NaiveDate;

use super::catalogue::Catalogue;
use super::dto::{DoseForm, MedicineToPrescribe, PrescriptionContent, PrescriptionItemForm};
use super::model::dosage::DoseStep;
use super::model::medicine::{DescribedMedicine, Medicine, MedicineCode, MedicineCodeKind};
use super::model::{Content, Instalment, Item, Justification, ManagementPlan, PrescriptionFormType, Quantity, Repeat};
use super::rules::{dosage, medicines, number_words};
use crate::records::dto::address::printable;
use platform::error::{Error, Result};
use platform::private::{Private, trimmed, trimmed_non_empty};
use platform::refusal::Reason;

type Text = Option<Private<String>>;

fn optional(text: &Text) -> Option<String> {
    trimmed_non_empty(text.as_ref())
}

/// The content of a request. `at` is the pointer of the content in the body.
///
/// # Errors
/// [`Reason::InvalidBody`] naming the member, or [`Reason::ScheduleUnderstated`].
pub fn content(form: &PrescriptionContent, at: &str, catalogue: &Catalogue, today: NaiveDate) -> Result<Content> {
    let items = form.items.iter().enumerate();
    let items = items.map(|(number, item)| read_item(item, &format!("{at}/items/{number}"), catalogue, today));
    let repeat = form.repeat.as_ref().map(|repeat| Repeat {
        issues: repeat.issues,
        interval_days: repeat.interval_days.unwrap_or(catalogue.limits.repeat_interval_days.value),
        review_on: repeat.review_on,
    });
    let address = form.address.as_ref().map(|address| address.to_address(&format!("{at}/address")));
    let justifications = form.justifications.iter().map(|reason| Justification {
        rule: reason.rule,
        item: reason.item,
        reason: trimmed(&reason.reason),
        ground: reason.ground,
    });
    Ok(Content {
        form: form.form.unwrap_or(PrescriptionFormType::Private),
        items: items.collect::<Result<_>>()?,
        repeat,
        starts_on: form.starts_on,
        address: address.transpose()?,
        justifications: justifications.collect(),
        management_plan: form.management_plan.as_ref().map(|plan| ManagementPlan {
            name: trimmed(&plan.name),
            agreed_with: plan.agreed_with,
            agreed_on: plan.agreed_on,
        }),
        dental_need: form.dental_need,
        for_addiction: form.for_addiction,
    })
}

fn read_item(form: &PrescriptionItemForm, at: &str, catalogue: &Catalogue, today: NaiveDate) -> Result<Item> {
    let medicine = read_medicine(&form.medicine, &format!("{at}/medicine"), catalogue, today)?;
    let dosage = form.dosage.iter().enumerate();
    let dosage = dosage.map(|(number, step)| read_step(step, &format!("{at}/dosage/{number}"), catalogue));
    let value = form.quantity.value.0;
    let unit = known_unit(&form.quantity.unit, &format!("{at}/quantity/unit"), catalogue)?;
    Ok(Item {
        medicine,
        dosage: dosage.collect::<Result<_>>()?,
        quantity_words: optional(&form.quantity_words).unwrap_or_else(|| number_words::in_words(value)),
        quantity: Quantity { value, unit },
        instalment: form
            .instalment
            .as_ref()
            .map(|instalment| Instalment { amount: instalment.amount.0, interval_days: instalment.interval_days }),
        indication: optional(&form.indication),
    })
}

fn invalid(pointer: String, code: &'static str, detail: &'static str) -> Error {
    Error::field(Reason::InvalidBody, pointer, code, detail)
}

fn read_medicine(form: &MedicineToPrescribe, at: &str, catalogue: &Catalogue, today: NaiveDate) -> Result<Medicine> {
    let described = form.code.is_some()
        || form.code_kind.is_some()
        || [&form.name, &form.form, &form.strength].into_iter().any(Option::is_some)
        || !form.ingredients.is_empty()
        || form.schedule.is_some();
    let brand = optional(&form.brand).map(|text| printable(text, || format!("{at}/brand"))).transpose()?;
    if let Some(id) = &form.catalogue_id {
        if described {
            let detail = "Give either the id of a medicine in the catalogue or a description, not both.";
            return Err(invalid(format!("{at}/catalogue_id"), "not_allowed", detail));
        }
        return Ok(medicines::from_catalogue(catalogue, (id.reveal(), brand.as_deref()), at, today)?);
    }
    let needed = |text: &Text, member: &str| {
        let detail = "This is required for a medicine that is not in the catalogue: code, name, form, ingredients and schedule.";
        optional(text).ok_or_else(|| invalid(format!("{at}/{member}"), "required", detail))
    };
    let missing = |member: &str| {
        invalid(format!("{at}/{member}"), "required", "This is required for a medicine that is not in the catalogue.")
    };
    let code = MedicineCode { kind: form.code_kind.unwrap_or(MedicineCodeKind::Vmp), value: needed(&form.code, "code")? };
    if form.ingredients.is_empty() {
        return Err(missing("ingredients"));
    }
    let description = DescribedMedicine {
        code,
        name: printable(needed(&form.name, "name")?, || format!("{at}/name"))?,
        brand,
        form: printable(needed(&form.form, "form")?, || format!("{at}/form"))?,
        strength: optional(&form.strength).map(|text| printable(text, || format!("{at}/strength"))).transpose()?,
        ingredients: form.ingredients.iter().map(|name| trimmed(&name.0)).collect(),
        schedule: form.schedule.ok_or_else(|| missing("schedule"))?,
    };
    Ok(medicines::from_description(catalogue, description, at)?)
}

fn known_unit(id: &str, at: &str, catalogue: &Catalogue) -> Result<String> {
    let known = catalogue.unit(id).map(|unit| unit.id.clone());
    known
        .ok_or_else(|| invalid(at.to_owned(), "unknown", "This unit is not in the prescribing terms. Choose one of those units."))
}

fn read_step(form: &DoseForm, at: &str, catalogue: &Catalogue) -> Result<DoseStep> {
    let unknown_route =
        || invalid(format!("{at}/route"), "unknown", "This route is not in the prescribing terms. Choose one of those routes.");
    let mut step = DoseStep {
        sequence: form.sequence,
        dose: form.dose.0,
        unit: known_unit(&form.unit, &format!("{at}/unit"), catalogue)?,
        times: form.times,
        every: form.every,
        period: form.period,
        as_needed: form.as_needed,
        as_needed_reason: optional(&form.as_needed_reason),
        max_per_day: form.max_per_day.map(|max| max.0),
        route: catalogue.route(&form.route).map(|route| route.id.clone()).ok_or_else(unknown_route)?,
        duration_days: form.duration_days,
        text: optional(&form.text).unwrap_or_default(),
    };
    if step.as_needed && step.as_needed_reason.is_none() {
        return Err(invalid(format!("{at}/as_needed_reason"), "required", "Enter what the medicine is needed for."));
    }
    if step.text.is_empty() {
        step.text = dosage::instruction_text(&step, catalogue);
    }
    step.text = printable(step.text, || format!("{at}/text"))?;
    Ok(step)
}
