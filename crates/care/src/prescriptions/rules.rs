//! The decisions of prescribing. Each rule is a function of facts; its comment says where it is from.

pub mod controlled;
pub mod course;
pub mod dosage;
mod findings;
pub mod identifiers;
pub mod medicines;
pub mod prescriber;
pub mod safety;
pub mod words;

#[cfg(test)]
mod tests;

use chrono::NaiveDate;

pub use findings::{Finding, settle};

use self::safety::KnownAllergies;
use super::catalogue::{Catalogue, KindOfPrescriber};
use super::model::{Content, Validity};

/// Everything that a signature depends on, beside what is written.
pub struct SigningFacts<'a> {
    /// As what the author prescribes.
    pub kind: &'a KindOfPrescriber,
    /// Whether they hold a Home Office licence today.
    pub licensed: bool,
    /// Whether they have a code for private prescriptions of controlled drugs.
    pub has_private_code: bool,
    /// What the record says of allergies.
    pub allergies: KnownAllergies,
    /// Whether the general practitioner may be told.
    pub gp_sharing: bool,
    /// The ingredients of the practitioner's live prescriptions.
    pub live: Vec<String>,
}

/// Everything that stands in the way of a signature on this day, rule by rule in this order: who prescribes what, the law on
/// controlled drugs, doses and quantities, repeats and dates, allergies, duplicates, and what others may know.
pub fn check(
    content: &Content,
    facts: &SigningFacts<'_>,
    validity: &Validity,
    catalogue: &Catalogue,
    today: NaiveDate,
) -> Vec<Finding> {
    let limits = &catalogue.limits;
    let mut findings = prescriber::check(facts.kind, facts.licensed, content, today);
    findings.extend(controlled::check(content, facts.has_private_code, catalogue));
    for (number, item) in content.items.iter().enumerate() {
        findings.extend(dosage::check(item, number));
        findings.extend(dosage::check_quantity(item, number, limits.quantity_tolerance_percent.value));
    }
    findings.extend(controlled::check_start(content, limits, today));
    findings.extend(controlled::check_repeat(content, validity, limits, today));
    findings.extend(safety::check_allergies(content, &facts.allergies, catalogue));
    findings.extend(safety::check_duplicates(content, &facts.live));
    findings.extend(safety::check_sharing(content, facts.gp_sharing, limits));
    findings
}
