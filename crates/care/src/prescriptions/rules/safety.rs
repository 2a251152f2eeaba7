//! Allergies, medicines that are taken already, and what others may know.

use super::Finding;
use super::dosage::{Supply, supply};
use crate::prescriptions::catalogue::{Catalogue, Limits};
use crate::prescriptions::model::medicine::Medicine;
use crate::prescriptions::model::{Content, Item, JustifiableRule};
use platform::refusal::Reason;
use platform::text::folded;

/// What the record says of allergies.
#[derive(Clone, PartialEq, Eq)]
pub enum KnownAllergies {
    /// Nobody has asked.
    NotAsked,
    /// Asked, and there are none.
    None,
    Some(Vec<KnownAllergy>),
}

/// An allergy, as far as prescribing depends on it.
#[derive(Clone, PartialEq, Eq)]
pub struct KnownAllergy {
    /// To what, in the words of the record.
    pub substance: String,
    /// Whether the reaction was severe, or may have been.
    pub severe: bool,
}

/// The allergy status is recorded, and nothing in it speaks against an item.
///
/// The minimum checks of this service. A match on the ingredient itself after a severe reaction is never overridden; one on a
/// milder reaction or on the class may be, for a recorded reason.
pub fn check_allergies(content: &Content, known: &KnownAllergies, catalogue: &Catalogue) -> Vec<Finding> {
    let allergies = match known {
        KnownAllergies::None => return Vec::new(),
        KnownAllergies::NotAsked => {
            let detail = "Ask about allergies and record the answer first.";
            return vec![Finding::absolute(Reason::AllergyStatusMissing, None, detail)];
        }
        KnownAllergies::Some(allergies) => allergies,
    };
    let mut findings = Vec::new();
    for (number, item) in content.items.iter().enumerate() {
        let matches = allergies.iter().filter_map(|allergy| Some((allergy, matching(allergy, &item.medicine, catalogue)?)));
        let severe = matches.clone().any(|(allergy, by)| by == MatchBy::Ingredient && allergy.severe);
        if severe {
            let detail = "A severe reaction to this ingredient is recorded.";
            findings.push(Finding::absolute(Reason::AllergyConflict, Some(number), detail));
        } else if matches.count() > 0 {
            let detail = "An allergy to this medicine or its class is recorded: say why it may be given.";
            findings.push(Finding::unless_justified(Reason::AllergyConflict, Some(number), detail));
        }
    }
    findings
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MatchBy {
    Ingredient,
    Class,
}

/// How an allergy speaks against a medicine: by an ingredient (by any of its names), or by a class that both belong to.
fn matching(allergy: &KnownAllergy, medicine: &Medicine, catalogue: &Catalogue) -> Option<MatchBy> {
    let told = folded(&allergy.substance);
    let known = catalogue.substance(&told);
    let name = known.map_or(told.as_str(), |substance| substance.name.as_str());
    // Recorded freely, `penicillins` or `allergic to codeine` are matched by the names that stand in them.
    let said = |word: &str| word_in(&told, word);
    if medicine.ingredients.iter().map(|ingredient| folded(ingredient)).any(|ingredient| ingredient == name || said(&ingredient))
    {
        return Some(MatchBy::Ingredient);
    }
    if folded(&medicine.name) == told {
        return Some(MatchBy::Ingredient);
    }
    let shares = |class: &String| said(class) || known.is_some_and(|substance| substance.classes.contains(class));
    medicine.classes.iter().any(shares).then_some(MatchBy::Class)
}

/// Whether a word, or its plural, stands in a text.
fn word_in(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + word.len()..).unwrap_or_default();
        let after = after.strip_prefix('s').unwrap_or(after).chars().next();
        let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        !inside(before) && !inside(after)
    })
}

/// The same ingredient is not given twice at a time: by another item, or by a prescription that is live. `live` holds the
/// ingredients of those.
///
/// Duplicate-ingredient warning: the minimum checks of this service.
pub fn check_duplicates(content: &Content, live: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, item) in content.items.iter().enumerate() {
        let holds = |other: &Item| item.medicine.ingredients.iter().any(|name| other.medicine.ingredients.contains(name));
        if content.items.iter().take(number).any(holds) {
            let detail = "Another item of this prescription holds the same ingredient: say why.";
            findings.push(Finding::unless_justified(Reason::DuplicateIngredient, Some(number), detail));
        } else if item.medicine.ingredients.iter().any(|name| live.contains(name)) {
            let detail = "A prescription that is live holds the same ingredient: say why.";
            findings.push(Finding::unless_justified(Reason::DuplicateIngredient, Some(number), detail));
        }
    }
    findings
}

/// What may be prescribed when the general practitioner may not be told.
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
        let most = limits.limited_supply_days.value;
        let limited = matches!(supply(item, limits.quantity_tolerance_percent.value), Supply::Known { days, .. } if days <= u64::from(most));
        let told = content.justifications.iter().filter(|reason| reason.rule == JustifiableRule::SharedRecordsRequired);
        let grounds = told.clone().next().is_some() && told.clone().all(|reason| reason.ground.is_some());
        let detail = format!(
            "Without shared records, only to avoid serious harm or to bridge a loss of access, with the ground recorded, and for {most} days at most."
        );
        findings.push(if limited && grounds && content.repeat.is_none() {
            Finding::unless_justified(Reason::SharedRecordsRequired, Some(number), detail)
        } else {
            Finding::absolute(Reason::SharedRecordsRequired, Some(number), detail)
        });
    }
    // The stronger rule has its own reason; where it holds for some item, the weaker one is not asked for as well.
    if findings.is_empty() {
        let detail = "The general practitioner may not be told: say why it is safe to prescribe all the same.";
        findings.push(Finding::unless_justified(Reason::GpSharingMissing, None, detail));
    }
    findings
}
