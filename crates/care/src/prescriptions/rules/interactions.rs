//! Medicines that are not taken together.

use super::Finding;
use crate::prescriptions::catalogue::Catalogue;
use crate::prescriptions::catalogue::safety::{ContraIndication, Effect};
use crate::prescriptions::model::medicine::Substance;
use crate::prescriptions::model::{Content, Item};
use platform::refusal::Reason;

/// The substances of one item, and all others that are taken too: of the items before it, and of current prescriptions.
struct TakenTogether<'a> {
    item: Vec<&'a Substance>,
    others: Vec<&'a Substance>,
}

/// The substances of each item, with those of the items before it and of current prescriptions.
fn taken_together<'a>(content: &Content, current: &[String], catalogue: &'a Catalogue) -> Vec<TakenTogether<'a>> {
    let known = |names: &[String]| -> Vec<&'a Substance> { names.iter().filter_map(|name| catalogue.substance(name)).collect() };
    let mut others = known(current);
    let mut all = Vec::new();
    for item in &content.items {
        let substances = known(&item.medicine.ingredients);
        all.push(TakenTogether { item: substances.clone(), others: others.clone() });
        others.extend(substances);
    }
    all
}

/// Checks that no two medicines of one class are taken, such as two SSRIs. `current` lists the ingredients of current prescriptions.
///
/// Classes and their sources: `safety.json`. The same ingredient twice is another finding.
pub fn check_classes(content: &Content, current: &[String], catalogue: &Catalogue) -> Vec<Finding> {
    let detail = "Another medicine of the same class is prescribed. Remove one of them, or record why both are needed.";
    let twice = |taken: &TakenTogether<'_>| {
        catalogue.safety.duplicate_classes.iter().any(|listed| {
            let of_class = |substance: &&&Substance| substance.belongs_to(&listed.class);
            let own: Vec<_> = taken.item.iter().filter(of_class).collect();
            taken.others.iter().filter(of_class).any(|other| own.iter().any(|own| own.name != other.name))
        })
    };
    let items = taken_together(content, current, catalogue).into_iter().enumerate();
    items
        .filter(|(_, taken)| twice(taken))
        .map(|(number, _)| Finding::unless_justified(Reason::DuplicateClass, Some(number), detail))
        .collect()
}

/// Checks that no two medicines are taken that are contra-indicated together. Of several rules the strictest is reported.
///
/// The pairs and their sources: `safety.json`. Medicines that others prescribe are not known here.
pub fn check_contra_indications(content: &Content, current: &[String], catalogue: &Catalogue) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, taken) in taken_together(content, current, catalogue).iter().enumerate() {
        let broken: Vec<_> = catalogue.safety.contra_indications.iter().filter(|pair| are_together(pair, taken)).collect();
        let strictest = broken.iter().find(|pair| pair.effect == Effect::Refuse).or(broken.first());
        findings.extend(strictest.map(|pair| match pair.effect {
            Effect::Refuse => Finding::absolute(Reason::ContraIndicated, Some(number), pair.detail.clone()),
            Effect::Reason => Finding::unless_justified(Reason::ContraIndicated, Some(number), pair.detail.clone()),
        }));
    }
    findings
}

/// A substance of which a supply ended, and how many days ago.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// The base name.
    pub substance: String,
    pub days_ago: u64,
}

/// Checks that no item follows too soon on a medicine whose supply has ended: an MAO inhibitor on fluoxetine after 35 days.
///
/// The days and their sources: `washout_days` in `safety.json`.
pub fn check_washouts(content: &Content, stopped: &[Stopped], catalogue: &Catalogue) -> Vec<Finding> {
    let broken = |item: &Item| {
        let own: Vec<&Substance> = item.medicine.ingredients.iter().filter_map(|name| catalogue.substance(name)).collect();
        let too_soon = |pair: &&ContraIndication| {
            stopped.iter().any(|stopped| {
                catalogue.substance(&stopped.substance).is_some_and(|taken| {
                    stopped.days_ago <= u64::from(pair.washout(taken)) && own.iter().any(|own| pair.is_pair(own, taken))
                })
            })
        };
        catalogue.safety.contra_indications.iter().find(too_soon)
    };
    let items = content.items.iter().enumerate();
    items
        .filter_map(|(number, item)| Some(Finding::absolute(Reason::ContraIndicated, Some(number), broken(item)?.detail.clone())))
        .collect()
}

/// Whether a substance of the item and another one that is taken, also in the same item, are this pair.
fn are_together(pair: &ContraIndication, taken: &TakenTogether<'_>) -> bool {
    let mut own = taken.item.iter();
    own.any(|own| taken.others.iter().chain(&taken.item).any(|other| pair.is_pair(own, other)))
}
