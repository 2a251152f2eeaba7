//! The text of a letter about risk: what was found, when, and by a clinician of which profession.

use super::printed::{day, profession};
use crate::letters::model::record::{RiskExtract, RiskFindings};
use crate::risk::model::{AccessToMeans, AssessedHow, AssessmentContent, Finding, RiskLevel};

/// The present assessment of risk with its day and its author.
pub(super) fn risk(known: &RiskExtract) -> Vec<String> {
    let by = known.by.as_ref().map_or_else(String::new, |author| {
        let role =
            author.registration.as_ref().map_or_else(String::new, |(body, number)| format!(", {}", profession(*body, number)));
        format!(" by {}{role}", author.name)
    });
    let when = format!("{}{by}", day(known.assessed_on));
    match &known.findings {
        RiskFindings::Note(words) => vec![format!("Described on {when}: {words}")],
        RiskFindings::Assessment(found) => std::iter::once(format!("Assessed on {when}.")).chain(findings(found)).collect(),
    }
}

fn findings(found: &AssessmentContent) -> Vec<String> {
    let levels = [
        ("Risk to self", &found.risk_to_self),
        ("Risk to others", &found.risk_to_others),
        ("Risk to people in their care", &found.risk_to_people_in_their_care),
        ("Risk from others", &found.risk_from_others),
    ];
    let mut lines = Vec::new();
    if found.assessed_how == AssessedHow::NotReached {
        lines.push("The patient was not reached.".to_owned());
    }
    lines.extend(levels.map(|(label, finding)| level(label, finding)));
    let means: Vec<&str> = found.access_to_means.iter().map(|means| means_text(*means)).collect();
    if !means.is_empty() {
        let details = found.means_details.as_ref().map_or_else(String::new, |details| format!(". {details}"));
        lines.push(format!("Access to means: {}{details}", means.join(", ")));
    }
    lines.push(format!("Protective factors: {}", found.protective_factors));
    lines.push(format!("Plan: {}", found.plan));
    lines.extend(found.next_review_on.map(|review| format!("Next review: {}", day(review))));
    lines
}

fn level(label: &str, finding: &Finding) -> String {
    let level = match finding.level {
        RiskLevel::None => "none found",
        RiskLevel::Low => "low",
        RiskLevel::Moderate => "moderate",
        RiskLevel::High => "high",
    };
    let details = finding.details.as_ref().map_or_else(String::new, |details| format!(". {details}"));
    format!("{label}: {level}{details}")
}

const fn means_text(means: AccessToMeans) -> &'static str {
    match means {
        AccessToMeans::NoneKnown => "none known",
        AccessToMeans::MedicinesAtWork => "medicines at work",
        AccessToMeans::MedicinesAtHome => "medicines at home",
        AccessToMeans::Sharps => "sharps",
        AccessToMeans::Firearms => "firearms",
        AccessToMeans::Other => "other",
    }
}
