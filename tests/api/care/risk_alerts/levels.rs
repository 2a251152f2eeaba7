//! Levels of a risk assessment describe what was found. Nothing is decided by them.

use confide::server::document;

use crate::support::sources::{code, is_word, sources};

/// The files that may name a level or what has one: the words in which a letter prints it, what it is, the bodies that hold it, the words
/// and dates that it asks for, and two invented assessments.
const MAY_NAME_LEVELS: [&str; 6] = [
    "care/letters/rules/risk.rs",
    "care/risk/dto/assessments.rs",
    "care/risk/model.rs",
    "care/risk/rules.rs",
    "demo/steps/risk.rs",
    "server/document/examples/values.rs",
];

/// The type of levels, and the members that have one.
const LEVELS: [&str; 5] = ["RiskLevel", "risk_to_self", "risk_to_others", "risk_to_people_in_their_care", "risk_from_others"];

#[test]
fn contract_says_that_a_level_is_no_prediction_and_decides_nothing() {
    let contract = document::contract();
    let description = |schema: &str| {
        let text = contract["components"]["schemas"][schema]["description"].as_str().unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let level = description("RiskLevel");
    for part in ["does not predict", "who is offered treatment", "who is discharged", "who comes first", "the date of a review"] {
        assert!(level.contains(part), "{part}: {level}");
    }
    for schema in ["RiskFinding", "RiskFindingForm"] {
        assert!(description(schema).contains("not a prediction"), "{schema}: {}", description(schema));
    }
}

#[test]
fn only_the_form_its_review_date_and_a_letter_use_a_level() {
    let mut naming = Vec::new();
    for source in sources().into_iter().filter(|source| !source.name.ends_with("tests.rs")) {
        let code = code(&source.text);
        if code.split(|c| !is_word(c)).any(|word| LEVELS.contains(&word)) {
            naming.push(source.name.to_string_lossy().replace('\\', "/"));
        }
    }
    naming.sort();
    assert_eq!(naming, MAY_NAME_LEVELS, "eligibility, discharge and the order of treatment depend on no level");
}
