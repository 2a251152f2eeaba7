//! The rules of prescribing. Each rule is a pure function; its comment names the source.

pub mod controlled;
pub mod dosage;
mod findings;
pub mod identifiers;
pub mod lifecycle;
pub mod medicines;
pub mod number_words;
pub mod prescriber;
pub mod safety;

#[cfg(test)]
mod tests;

use chrono::NaiveDate;

pub use findings::{Finding, apply_justifications};

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
    /// The allergies in the record.
    pub allergies: KnownAllergies,
    /// Whether information may be shared with the practitioner's GP.
    pub gp_sharing: bool,
    /// The ingredients of the practitioner's current prescriptions.
    pub live_ingredients: Vec<String>,
}

/// All findings that prevent signing on this day, in this order: who may prescribe what, the law on controlled drugs, doses and
/// quantities, dates and repeats, allergies, duplicates, and sharing with the GP.
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
    findings.extend(safety::check_duplicates(content, &facts.live_ingredients));
    findings.extend(safety::check_sharing(content, facts.gp_sharing, limits));
    findings
}
