//! The rules of prescribing. Each rule is a pure function; its comment names the source.

pub mod controlled;
pub mod dosage;
mod findings;
pub mod identifiers;
pub mod instalments;
pub mod interactions;
pub mod lifecycle;
pub mod medicines;
pub mod number_words;
pub mod person;
pub mod prescriber;
pub mod safety;

#[cfg(test)]
mod tests;

use chrono::NaiveDate;

pub use findings::{Finding, apply_justifications};

use self::interactions::Stopped;
use self::person::PersonFacts;
use self::safety::KnownAllergies;
use super::catalogue::{Catalogue, PrescriberRule};
use super::model::{Content, Validity};

/// Everything that a signature depends on, other than the content.
pub struct SigningFacts<'a> {
    /// The kind of prescriber the author is.
    pub kind: &'a PrescriberRule,
    /// Whether they hold a Home Office licence today.
    pub licensed: bool,
    /// Whether they have a code for private prescriptions of controlled drugs.
    pub has_private_code: bool,
    /// Whether the practitioner's home address is in the record.
    pub has_address: bool,
    /// Age and pregnancy, as far as they are in the record.
    pub person: PersonFacts,
    /// The allergies in the record.
    pub allergies: KnownAllergies,
    /// Whether information may be shared with the practitioner's GP.
    pub gp_sharing: bool,
    /// Whether a risk alert about the practitioner is open.
    pub has_open_alert: bool,
    /// The ingredients of the practitioner's current prescriptions, by their base names.
    pub current_ingredients: Vec<String>,
    /// What the practitioner was taking until its supply ended.
    pub stopped: Vec<Stopped>,
}

/// All findings that prevent signing on this day, in this order: whether the medicines can be checked at all, who may prescribe
/// what, the law on controlled drugs and on instalments, routes, brands, doses and quantities, dates and repeats, allergies,
/// duplicates, contra-indications, pregnancy, sharing with the GP, and the quantity for a person at risk.
pub fn check(
    content: &Content,
    facts: &SigningFacts<'_>,
    validity: &Validity,
    catalogue: &Catalogue,
    today: NaiveDate,
) -> Vec<Finding> {
    let (limits, current) = (&catalogue.limits, &facts.current_ingredients);
    let items = || content.items.iter().enumerate();
    let mut findings: Vec<_> = items().filter_map(|(number, item)| medicines::check_known(item, number, catalogue)).collect();
    findings.extend(items().filter_map(|(number, item)| medicines::check_listed(item, number, catalogue, today)));
    findings.extend(prescriber::check(facts.kind, facts.licensed, content, today));
    findings.extend(controlled::check(content, facts.has_private_code, facts.has_address, catalogue));
    findings.extend(instalments::check(content, catalogue));
    for (number, item) in items() {
        findings.extend(medicines::check_route(item, number));
        findings.extend(medicines::check_brand(item, number, catalogue));
        findings.extend(dosage::check(item, number, catalogue));
        findings.extend(dosage::check_quantity(item, number, limits.quantity_tolerance_percent.value));
    }
    findings.extend(person::check_doses(content, &facts.person, catalogue, today));
    findings.extend(controlled::check_start(content, limits, today));
    findings.extend(controlled::check_repeat(content, validity, limits, today));
    findings.extend(safety::check_allergies(content, &facts.allergies, catalogue));
    findings.extend(safety::check_duplicates(content, current));
    findings.extend(interactions::check_classes(content, current, catalogue));
    findings.extend(interactions::check_contra_indications(content, current, catalogue));
    findings.extend(interactions::check_washouts(content, &facts.stopped, catalogue));
    findings.extend(person::check_age(content, &facts.person, catalogue, today));
    findings.extend(person::check_pregnancy(content, &facts.person, catalogue, today));
    findings.extend(safety::check_sharing(content, facts.gp_sharing, limits));
    findings.extend(safety::check_supply_at_risk(content, facts.has_open_alert, limits));
    findings
}
