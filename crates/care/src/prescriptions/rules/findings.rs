//! The findings of the checks, and exceptions for recorded reasons.

use std::borrow::Cow;

use crate::prescriptions::model::{JustifiableRule, Justification};
use platform::refusal::{Reason, Refusal};

/// A rule that prevents signing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub rule: Reason,
    /// The item, counted from 0; `None` for the whole prescription.
    pub item: Option<usize>,
    /// What is wrong, and what to do about it. Never contains anything a person typed.
    pub detail: Cow<'static, str>,
    /// Whether no exception is possible.
    pub absolute: bool,
}

impl Finding {
    /// A finding that allows no exception.
    pub fn absolute(rule: Reason, item: Option<usize>, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { rule, item, detail: detail.into(), absolute: true }
    }

    /// A finding that allows an exception for a recorded reason.
    pub fn unless_justified(rule: Reason, item: Option<usize>, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { rule, item, detail: detail.into(), absolute: false }
    }

    /// The rule for which a reason can be recorded, if an exception is possible.
    pub fn justifiable(&self) -> Option<JustifiableRule> {
        JustifiableRule::parse(self.rule.as_str()).filter(|_| !self.absolute)
    }

    /// The reason that allows an exception. A reason without an item applies to findings about the whole prescription, and to the
    /// item of a prescription with only one.
    fn justified_by<'a>(&self, reasons: &'a [Justification], items: usize) -> Option<&'a Justification> {
        let rule = self.justifiable()?;
        let number = self.item.and_then(|item| u8::try_from(item + 1).ok());
        reasons.iter().find(|reason| reason.rule == rule && (reason.item == number || (reason.item.is_none() && items == 1)))
    }
}

/// Checks that every finding is justified; returns the reasons that were used.
///
/// # Errors
/// The first finding that is not justified; the fields name all of them.
pub fn apply_justifications(
    findings: &[Finding],
    reasons: &[Justification],
    items: usize,
) -> Result<Vec<Justification>, Refusal> {
    let mut exceptions: Vec<Justification> = Vec::new();
    let mut open = Vec::new();
    for finding in findings {
        match finding.justified_by(reasons, items) {
            Some(reason) if exceptions.contains(reason) => {}
            Some(reason) => exceptions.push(reason.clone()),
            None => open.push(finding),
        }
    }
    let Some(first) = open.first() else { return Ok(exceptions) };
    let refusal = Refusal::new(first.rule, first.detail.clone());
    Err(open.iter().fold(refusal, |refusal, finding| {
        let pointer = finding.item.map_or_else(String::new, |item| format!("/items/{item}"));
        refusal.field(pointer, finding.rule.as_str(), finding.detail.clone())
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(rule: JustifiableRule, item: Option<u8>) -> Justification {
        Justification { rule, item, reason: "because".to_owned(), ground: None }
    }

    #[test]
    fn a_reason_allows_an_exception_for_its_own_rule_and_item_only() {
        let long = |item| Finding::unless_justified(Reason::SupplyTooLong, Some(item), "Too long.");
        let own = reason(JustifiableRule::SupplyTooLong, Some(1));
        assert_eq!(apply_justifications(&[long(0)], std::slice::from_ref(&own), 2), Ok(vec![own.clone()]));
        assert_eq!(
            apply_justifications(&[long(0), long(1)], std::slice::from_ref(&own), 2).unwrap_err().fields[0].pointer,
            "/items/1"
        );
        assert!(apply_justifications(&[long(0)], &[reason(JustifiableRule::DuplicateIngredient, Some(1))], 2).is_err());
        assert!(apply_justifications(&[long(0)], &[reason(JustifiableRule::SupplyTooLong, None)], 1).is_ok());
        assert!(apply_justifications(&[long(0)], &[reason(JustifiableRule::SupplyTooLong, None)], 2).is_err());
        let absolute = Finding::absolute(Reason::SupplyTooLong, Some(0), "Never.");
        assert!(apply_justifications(&[absolute], &[own], 1).is_err());
        assert_eq!(apply_justifications(&[], &[], 1), Ok(Vec::new()));
    }

    #[test]
    fn a_refusal_names_every_finding_that_is_not_justified() {
        let findings = [
            Finding::absolute(Reason::AllergyStatusMissing, None, "Ask first."),
            Finding::unless_justified(Reason::SupplyTooLong, Some(1), "Too long."),
        ];
        let refusal = apply_justifications(&findings, &[], 2).unwrap_err();
        assert_eq!(refusal.reason, Reason::AllergyStatusMissing);
        let named: Vec<_> = refusal.fields.iter().map(|field| (field.pointer.as_str(), field.code)).collect();
        assert_eq!(named, [("", "allergy_status_missing"), ("/items/1", "supply_too_long")]);
    }

    #[test]
    fn every_justifiable_rule_has_an_error_code() {
        for rule in JustifiableRule::ALL {
            assert!(Reason::ALL.iter().any(|code| code.as_str() == rule.as_str()), "{}", rule.as_str());
        }
    }
}
