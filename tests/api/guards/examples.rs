//! The examples of the document are valid, so that a request made from one is not refused for its form.

use std::collections::BTreeSet;

use confide::server::document;
use serde_json::{Value, json};

use super::contract::{Complaints, raw_operations, schemas};
use super::operation;

/// The answers that a client looks at first.
const MAIN_ANSWERS: &[&str] = &[
    "AllergiesView",
    "AppointmentView",
    "AssessmentView",
    "CarePlanView",
    "ClinicView",
    "ClinicalNoteView",
    "ClinicianProfile",
    "ContactView",
    "Eligibility",
    "EligibilityRuleView",
    "EnrolmentView",
    "FeedbackView",
    "FitNoteView",
    "FollowUpView",
    "FundingRequestView",
    "GroupView",
    "HubView",
    "PractitionerView",
    "PrescriptionView",
    "Problem",
    "ReferralView",
    "RegistrationView",
    "SessionTokens",
    "SignpostEntry",
    "SlotView",
];

fn bodies(document: &Value) -> BTreeSet<String> {
    let body = |operation: &Value| {
        let reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str()?;
        Some(reference.rsplit('/').next()?.to_owned())
    };
    raw_operations(document).iter().filter_map(|(_, operation)| body(operation)).collect()
}

#[test]
fn every_body_and_every_main_answer_has_an_example() {
    let document = operation::document();
    let (schemas, bodies, mut wrong) = (schemas(&document), bodies(&document), Complaints::default());
    assert!(bodies.len() > 100, "hardly any: {}", bodies.len());
    for name in bodies.iter().map(String::as_str).chain(MAIN_ANSWERS.iter().copied()) {
        wrong.require(schemas[name]["example"].is_object(), || format!("{name}: no example"));
    }
    wrong.assert_empty();
}

#[test]
fn every_example_is_valid() {
    let document = operation::document();
    // A schema of the copy for older tools has `nullable`, which a current validator does not know, so the copy is compared. It
    // leaves out examples with a `null`, which strict validators of 3.0 refuse beside a reference.
    let (schemas, older, mut wrong) = (schemas(&document), document::as_3_0(&document), Complaints::default());
    let (mut tried, mut left_out) = (0, 0);
    for (name, schema) in schemas.iter().filter(|(_, schema)| schema.get("example").is_some()) {
        tried += 1;
        let root = json!({ "$ref": format!("#/components/schemas/{name}"), "components": document["components"] });
        let validator = jsonschema::options().should_validate_formats(true).build(&root).unwrap();
        for error in validator.iter_errors(&schema["example"]) {
            wrong.0.push(format!("{name}{}: {error}", error.instance_path()));
        }
        let copied = &older["components"]["schemas"][name]["example"];
        left_out += usize::from(copied.is_null());
        wrong.require(copied.is_null() || copied == &schema["example"], || {
            format!("{name}: another example in the copy for older tools")
        });
        wrong.require(!copied.to_string().contains(":null"), || format!("{name}: a null in the copy for older tools"));
    }
    assert!(tried > 150 && left_out < tried / 2, "hardly any: {tried}, {left_out} of them not in the copy");
    wrong.assert_empty();
}

/// Numbers are from the ranges that Ofcom reserves for drama, and addresses are of a domain that has no mailboxes.
#[test]
fn no_example_names_a_real_person() {
    fn texts(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::String(text) => found.push(text.clone()),
            Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
            Value::Object(members) => members.values().for_each(|member| texts(member, found)),
            _ => {}
        }
    }
    let (mut found, mut wrong) = (Vec::new(), Complaints::default());
    schemas(&operation::document()).values().for_each(|schema| texts(&schema["example"], &mut found));
    for text in &found {
        let is_number = text.starts_with('0') && text.len() > 9 && text.chars().all(|c| c.is_ascii_digit() || c == ' ');
        let drama = text.starts_with("07700 900") || text.starts_with("01632 960");
        wrong.require(!is_number || drama, || format!("{text} may be a real number"));
        wrong.require(!text.contains('@') || text.ends_with("@example.org"), || format!("{text} may be a real address"));
    }
    assert!(found.len() > 500, "hardly any: {}", found.len());
    wrong.assert_empty();
}
