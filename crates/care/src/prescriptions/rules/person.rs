//! Rules that depend on the practitioner: age and pregnancy.

use chrono::NaiveDate;

use super::Finding;
use super::dosage::amount_taken;
use crate::prescriptions::catalogue::Catalogue;
use crate::prescriptions::catalogue::safety::{AgeRule, Effect, MaximumDose, PregnancyRule};
use crate::prescriptions::model::dosage::{Amount, DoseStep};
use crate::prescriptions::model::medicine::Medicine;
use crate::prescriptions::model::{Content, Item};
use crate::records::model::{Pregnancy, PregnancyStatus};
use platform::refusal::Reason;

/// What the rules need to know about the practitioner.
#[derive(Clone, Copy, Default)]
pub struct PersonFacts {
    pub born_on: Option<NaiveDate>,
    /// The last answer about pregnancy.
    pub pregnancy: Option<Pregnancy>,
}

fn age(person: &PersonFacts, today: NaiveDate) -> Option<u32> {
    today.years_since(person.born_on?)
}

fn found(effect: Effect, reason: Reason, number: usize, detail: impl Into<std::borrow::Cow<'static, str>>) -> Finding {
    match effect {
        Effect::Refuse => Finding::absolute(reason, Some(number), detail),
        Effect::Reason => Finding::unless_justified(reason, Some(number), detail),
    }
}

fn born_on_needed(number: usize) -> Finding {
    let detail = "A rule for this medicine depends on age. Record the date of birth in the prescribing details first.";
    Finding::absolute(Reason::DateOfBirthRequired, Some(number), detail)
}

/// Checks that no item is above the maximum dose of its substance.
///
/// The doses and their sources: `safety.json` (citalopram 40 mg, from 65 20 mg; escitalopram 20 mg, from 65 10 mg: MHRA, Drug Safety
/// Update, December 2011). The items of a prescription count together. Of medicines with several substances, each is compared.
pub fn check_doses(content: &Content, person: &PersonFacts, catalogue: &Catalogue, today: NaiveDate) -> Vec<Finding> {
    let age = age(person, today);
    (0..content.items.len()).filter_map(|number| dose_finding(content, number, age, catalogue)).collect()
}

/// Whether an item is above a maximum dose for which no exception is possible.
pub fn is_above_maximum(content: &Content, person: &PersonFacts, catalogue: &Catalogue, today: NaiveDate) -> bool {
    let found = check_doses(content, person, catalogue, today);
    found.iter().any(|finding| finding.absolute && finding.rule == Reason::MaximumDose)
}

fn dose_finding(content: &Content, number: usize, age: Option<u32>, catalogue: &Catalogue) -> Option<Finding> {
    let ingredients = &content.items.get(number)?.medicine.ingredients;
    let findings: Vec<_> =
        ingredients.iter().filter_map(|substance| substance_finding(content, number, substance, age, catalogue)).collect();
    findings.iter().find(|finding| finding.absolute).or(findings.first()).cloned()
}

fn substance_finding(
    content: &Content,
    number: usize,
    substance: &str,
    age: Option<u32>,
    catalogue: &Catalogue,
) -> Option<Finding> {
    let item = content.items.get(number)?;
    let by_route = |rule: &&MaximumDose| rule.substance == substance && item.dosage.iter().any(|step| step.route == rule.route);
    let rules: Vec<&MaximumDose> = catalogue.safety.maximum_doses.iter().filter(by_route).collect();
    if age.is_none() && rules.iter().any(|rule| rule.from_age.is_some()) {
        return Some(born_on_needed(number));
    }
    let applies = |rule: &&&MaximumDose| rule.from_age.is_none_or(|from| age.is_some_and(|age| age >= u32::from(from)));
    let rule = rules.iter().filter(applies).max_by_key(|rule| rule.from_age)?;
    let same =
        content.items.iter().take(number + 1).filter(|other| other.medicine.ingredients.iter().any(|name| name == substance));
    let Some(doses) = same.map(|item| daily_micrograms(item, substance)).collect::<Option<Vec<_>>>() else {
        let detail =
            "It is not clear how much is taken in a day. Give the dose in milligrams, or record that it is below the maximum.";
        return Some(found(Effect::Reason, Reason::MaximumDose, number, detail));
    };
    // A hundredth of a milligram is ten micrograms.
    let above = doses.iter().sum::<u64>() > rule.daily_mg.hundredths() * 10;
    above.then(|| found(rule.effect, Reason::MaximumDose, number, above_maximum(rule)))
}

fn above_maximum(rule: &MaximumDose) -> String {
    let from = rule.from_age.map_or_else(String::new, |from| format!(" from the age of {from}"));
    let what = match rule.effect {
        Effect::Refuse => "Reduce the dose.",
        Effect::Reason => "Reduce the dose, or record the reason.",
    };
    format!("More than the maximum of {} mg a day{from}. {what}", rule.daily_mg)
}

/// The most of this substance that is taken in a day by an item, in micrograms, if it can be computed.
fn daily_micrograms(item: &Item, substance: &str) -> Option<u64> {
    let last = item.dosage.last()?.sequence;
    let on_one_day = |sequence: u8| {
        let steps = item.dosage.iter().filter(|step| step.sequence == sequence);
        let amounts = steps.map(|step| in_micrograms(item, substance, step)).collect::<Option<Vec<_>>>();
        amounts.map(|amounts| amounts.iter().sum::<u64>())
    };
    (1..=last).map(on_one_day).collect::<Option<Vec<_>>>()?.into_iter().max()
}

fn mass(unit: &str) -> Option<u64> {
    match unit {
        "microgram" => Some(1),
        "mg" => Some(1_000),
        "gram" => Some(1_000_000),
        _ => None,
    }
}

fn in_micrograms(item: &Item, substance: &str, step: &DoseStep) -> Option<u64> {
    let medicine = &item.medicine;
    // A dose that is taken once in several days is taken on one of them.
    let hundredths = amount_taken(step, 1).max(step.dose.hundredths());
    // Of several substances it is not clear whose milligrams are meant.
    if let Some(micrograms) = mass(&step.unit) {
        return (medicine.ingredients.len() == 1).then_some(hundredths * micrograms / 100);
    }
    let (value, unit) =
        one_unit_contains(medicine, substance).filter(|_| medicine.unit.as_deref() == Some(step.unit.as_str()))?;
    Some(hundredths * value.hundredths() * mass(&unit)? / 10_000)
}

/// How much of this substance one unit contains. Of several substances it is read from the strength of a medicine in the catalogue,
/// where it has the order of the substances: `30 mg / 500 mg`.
fn one_unit_contains(medicine: &Medicine, substance: &str) -> Option<(Amount, String)> {
    if medicine.ingredients.len() == 1 {
        return medicine.contains.as_ref().map(|contains| (contains.value, contains.unit.clone()));
    }
    let strength = medicine.strength.as_ref().filter(|_| medicine.catalogue_id.is_some())?;
    let parts: Vec<&str> = strength.split(" / ").collect();
    let place = medicine.ingredients.iter().position(|known| known == substance)?;
    let (value, unit) = parts.get(place).filter(|_| parts.len() == medicine.ingredients.len())?.split_once(' ')?;
    Some((value.parse().ok()?, unit.to_owned()))
}

/// Checks what needs a reason from an age, such as hydroxyzine from 65.
///
/// The ages and their sources: `safety.json`.
pub fn check_age(content: &Content, person: &PersonFacts, catalogue: &Catalogue, today: NaiveDate) -> Vec<Finding> {
    let age = age(person, today);
    let items = content.items.iter().enumerate().filter_map(|(number, item)| {
        let applies = |rule: &&AgeRule| item.medicine.ingredients.contains(&rule.substance);
        let rule = catalogue.safety.ages.iter().find(applies)?;
        match age {
            None => Some(born_on_needed(number)),
            Some(age) if age >= u32::from(rule.from_age) => {
                Some(found(Effect::Reason, Reason::ContraIndicated, number, rule.detail.clone()))
            }
            Some(_) => None,
        }
    });
    items.collect()
}

/// Checks what may not be taken in pregnancy, or only with an agreed programme where pregnancy is possible.
///
/// Valproate: not in pregnancy; where pregnancy is possible only in the pregnancy prevention programme; under 55 only when two
/// specialists agree (MHRA, Drug Safety Update, April 2018 and January 2024). The others and their sources: `safety.json`.
pub fn check_pregnancy(content: &Content, person: &PersonFacts, catalogue: &Catalogue, today: NaiveDate) -> Vec<Finding> {
    let days = i64::from(catalogue.limits.pregnancy_answer_days.value);
    let holds =
        |answer: &Pregnancy| answer.status == PregnancyStatus::NotPossible || (today - answer.asked_on).num_days() <= days;
    let (answer, age) = (person.pregnancy.filter(holds).map(|answer| answer.status), age(person, today));
    let items = content.items.iter().enumerate().filter_map(|(number, item)| {
        let applies = |rule: &&PregnancyRule| item.medicine.ingredients.contains(&rule.substance);
        pregnancy_finding(catalogue.safety.pregnancy.iter().find(applies)?, answer, age, number)
    });
    items.collect()
}

fn pregnancy_finding(rule: &PregnancyRule, answer: Option<PregnancyStatus>, age: Option<u32>, number: usize) -> Option<Finding> {
    let by_rule = |effect| Some(found(effect, Reason::ContraIndicated, number, rule.detail.clone()));
    match (answer, rule.reason_under_age, age) {
        (None, _, _) => {
            let detail =
                "This medicine may harm an unborn child. Record in the prescribing details whether pregnancy is possible.";
            Some(Finding::absolute(Reason::PregnancyStatusRequired, Some(number), detail))
        }
        (Some(PregnancyStatus::Pregnant), _, _) => by_rule(rule.pregnant),
        (Some(PregnancyStatus::Possible), _, _) => by_rule(rule.possible),
        (Some(PregnancyStatus::NotPossible), Some(_), None) => Some(born_on_needed(number)),
        (Some(PregnancyStatus::NotPossible), Some(limit), Some(age)) if age < u32::from(limit) => by_rule(Effect::Reason),
        (Some(PregnancyStatus::NotPossible), _, _) => None,
    }
}
