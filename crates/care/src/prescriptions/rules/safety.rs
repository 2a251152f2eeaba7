//! Allergies, medicines that are taken already, sharing with the GP, and the quantity for a person at risk.

use super::Finding;
use super::dosage::supply;
use crate::prescriptions::catalogue::{Catalogue, Limits};
use crate::prescriptions::model::medicine::{Medicine, Substance};
use crate::prescriptions::model::{Content, Item, JustifiableRule};
use platform::refusal::Reason;
use platform::text::folded;

/// The allergies in the record.
#[derive(Clone, PartialEq, Eq)]
pub enum KnownAllergies {
    /// The practitioner has not been asked.
    NotAsked,
    /// The practitioner was asked and has no known allergies.
    None,
    Some(Vec<KnownAllergy>),
}

/// An allergy in the record.
#[derive(Clone, PartialEq, Eq)]
pub struct KnownAllergy {
    /// The substance as recorded, in free text.
    pub substance: String,
    /// Whether the reaction was severe, or may have been.
    pub severe: bool,
}

/// Checks that the allergy status is recorded and that no item conflicts with an allergy.
///
/// The minimum checks of this service. A match on the ingredient itself after a severe reaction is never overridden, nor one on a
/// class such as the penicillins (`safety.json`); one on a milder reaction or on another class may be, for a recorded reason.
pub fn check_allergies(content: &Content, known: &KnownAllergies, catalogue: &Catalogue) -> Vec<Finding> {
    let allergies = match known {
        KnownAllergies::None => return Vec::new(),
        KnownAllergies::NotAsked => {
            let detail = "No allergy status is recorded. Ask the practitioner about allergies and record the answer first.";
            return vec![Finding::absolute(Reason::AllergyStatusMissing, None, detail)];
        }
        KnownAllergies::Some(allergies) => allergies,
    };
    let mut findings = Vec::new();
    for (number, item) in content.items.iter().enumerate() {
        let matches = allergies.iter().filter_map(|allergy| Some((allergy, matching(allergy, &item.medicine, catalogue)?)));
        let severe = matches.clone().any(|(allergy, by)| by != MatchBy::Class && allergy.severe);
        if severe {
            let detail = "A severe reaction to this ingredient or its class is recorded. Choose another medicine.";
            findings.push(Finding::absolute(Reason::AllergyConflict, Some(number), detail));
        } else if matches.count() > 0 {
            let detail =
                "An allergy to this medicine or its class is recorded. Choose another, or record why it may be prescribed.";
            findings.push(Finding::unless_justified(Reason::AllergyConflict, Some(number), detail));
        }
    }
    findings
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MatchBy {
    Ingredient,
    /// A class of which nothing is prescribed after a severe reaction.
    StrictClass,
    Class,
}

/// How an allergy matches a medicine: by an ingredient (any of its names), or by a class to which both belong.
fn matching(allergy: &KnownAllergy, medicine: &Medicine, catalogue: &Catalogue) -> Option<MatchBy> {
    let recorded = folded(&allergy.substance);
    let known = catalogue.substance(&recorded);
    let name = known.map_or(recorded.as_str(), |substance| substance.name.as_str());
    // Free text such as `penicillins` or `allergic to codeine` is matched by the names it contains.
    let mentions = |word: &str| contains_word(&recorded, word);
    let is_meant = |ingredient: &String| {
        let base = catalogue.base_name(ingredient);
        let synonyms = catalogue.substance(ingredient).map_or(&[][..], |substance| substance.synonyms.as_slice());
        base == name || mentions(&base) || synonyms.iter().any(|synonym| mentions(synonym))
    };
    if medicine.ingredients.iter().any(is_meant) || folded(&medicine.name) == recorded {
        return Some(MatchBy::Ingredient);
    }
    // A text may name another substance of the class, `rash after flucloxacillin`, or a class within it: penicillins are
    // beta-lactams.
    let mentioned = |class: &String| {
        let of_class = |substance: &&Substance| substance.classes.contains(class);
        let named = |substance: &Substance| mentions(&substance.name) || substance.classes.iter().any(|class| mentions(class));
        mentions(class) || catalogue.substances.iter().filter(of_class).any(named)
    };
    let shared = |class: &&String| mentioned(class) || known.is_some_and(|substance| substance.classes.contains(class));
    let mut shared = medicine.classes.iter().filter(shared).peekable();
    shared.peek()?;
    let strict = |class: &String| catalogue.safety.severe_allergy_classes.iter().any(|listed| listed.class == *class);
    Some(if shared.any(strict) { MatchBy::StrictClass } else { MatchBy::Class })
}

/// Whether a text contains a word or its plural.
fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + word.len()..).unwrap_or_default();
        let after = after.strip_prefix('s').unwrap_or(after).chars().next();
        let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        !inside(before) && !inside(after)
    })
}

/// Checks that no ingredient is prescribed twice: by another item, or by a current prescription. `current` lists the ingredients of
/// current prescriptions by their base names.
///
/// Duplicate-ingredient warning: the minimum checks of this service.
pub fn check_duplicates(content: &Content, current: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, item) in content.items.iter().enumerate() {
        let holds = |other: &Item| item.medicine.ingredients.iter().any(|name| other.medicine.ingredients.contains(name));
        if content.items.iter().take(number).any(holds) {
            let detail = "Another item of this prescription has the same ingredient. Remove one of them, or record the reason.";
            findings.push(Finding::unless_justified(Reason::DuplicateIngredient, Some(number), detail));
        } else if item.medicine.ingredients.iter().any(|name| current.contains(name)) {
            let detail = "A current prescription has the same ingredient. Remove the item, or record the reason.";
            findings.push(Finding::unless_justified(Reason::DuplicateIngredient, Some(number), detail));
        }
    }
    findings
}

/// Checks what may be prescribed when information may not be shared with the GP.
///
/// GMC: if the patient refuses sharing it may be unsafe to prescribe; without access to relevant records no controlled drugs and
/// no medicines liable to abuse, except to avoid serious harm or to bridge an unexpected loss of access, and then a limited
/// quantity:
/// <https://www.gmc-uk.org/professional-standards/the-professional-standards/good-practice-in-prescribing-and-managing-medicines-and-devices/controlled-drugs-and-other-medicines-where-additional-safeguards-are-needed>.
pub fn check_sharing(content: &Content, gp_sharing: bool, limits: &Limits) -> Vec<Finding> {
    if gp_sharing {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (number, item) in content.items.iter().enumerate().filter(|(_, item)| item.medicine.misuse) {
        let max = limits.limited_supply_days.value;
        let limited = is_limited(item, limits);
        let reasons = content.justifications.iter().filter(|reason| reason.rule == JustifiableRule::SharedRecordsRequired);
        let grounds = reasons.clone().next().is_some() && reasons.clone().all(|reason| reason.ground.is_some());
        let detail = format!(
            "The GP may not be informed. Prescribe this only to avoid serious harm or to bridge a loss of access, with the ground \
            recorded, for at most {max} days and without repeats."
        );
        findings.push(if limited && grounds && content.repeat.is_none() {
            Finding::unless_justified(Reason::SharedRecordsRequired, Some(number), detail)
        } else {
            Finding::absolute(Reason::SharedRecordsRequired, Some(number), detail)
        });
    }
    // The stronger rule needs its own reason. If it applies to an item, the weaker rule needs no reason as well.
    if findings.is_empty() {
        let detail = "Information may not be shared with the GP. Record why it is safe to prescribe all the same.";
        findings.push(Finding::unless_justified(Reason::GpSharingMissing, None, detail));
    }
    findings
}

/// Checks the quantity of each medicine while a risk alert about the practitioner is open: a repeat, and more than a limited quantity, need
/// a reason. A closed alert has an assessment with its plan, and the prescriber weighs that.
///
/// Source: `docs/clinical-rules.md#prescribing`: limit the quantity for people who may harm themselves.
pub fn check_supply_at_risk(content: &Content, has_open_alert: bool, limits: &Limits) -> Vec<Finding> {
    if !has_open_alert {
        return Vec::new();
    }
    let detail = format!(
        "A risk alert is open. Prescribe at most {} days' supply without repeats, or record why more is safe.",
        limits.limited_supply_days.value
    );
    let is_large = |item: &Item| content.repeat.is_some() || !is_limited(item, limits);
    let large = content.items.iter().enumerate().filter(|(_, item)| is_large(item));
    large.map(|(number, _)| Finding::unless_justified(Reason::SupplyAtRisk, Some(number), detail.clone())).collect()
}

/// Whether it is known that the quantity of an item is a limited one.
fn is_limited(item: &Item, limits: &Limits) -> bool {
    let days = supply(item, limits.quantity_tolerance_percent.value).days();
    days.is_some_and(|days| days <= u64::from(limits.limited_supply_days.value))
}
