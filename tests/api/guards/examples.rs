//! The examples of the document are valid, so that a request made from one is not refused for its form.

use std::collections::BTreeSet;

use confide::server::document;
use serde_json::{Value, json};

use super::contract::{Complaints, schemas};
use super::operation;
use crate::support::{TestApp, apply, both_engines};

/// What a reader of the documentation page sends first. Operations that need the id of a record are not here: an example cannot
/// know one.
#[apply(both_engines)]
async fn a_request_made_from_an_example_is_accepted(app: TestApp) {
    let schemas = schemas(&operation::document());
    let example = |schema: &str| schemas[schema]["example"].clone();
    for (path, schema, status) in [
        ("/v1/hub-searches", "SearchHubs", 200),
        ("/v1/fit-note-verifications", "VerifyFitNote", 200),
        ("/v1/self-checks", "CreateSelfCheck", 201),
        ("/v1/registrations", "RegisterPractitioner", 201),
        ("/v1/contact-requests", "CreateContactRequest", 202),
        ("/v1/password-resets", "RequestPasswordReset", 202),
    ] {
        app.post(path, example(schema)).send().await.expect(status);
    }
    let (cleo, avery) = (app.cleo().await, app.administrator().await);
    cleo.post("/v1/clinics", example("ClinicForm")).send().await.expect(201);
    avery.post("/v1/contact-hours", example("CreateContactHours")).send().await.expect(201);
    let ada = app.ada().await;
    ada.post("/v1/me/blocked-colleagues", example("BlockColleague")).send().await.expect(201);
}

#[test]
fn every_object_schema_has_an_example() {
    let schemas = schemas(&operation::document());
    let is_object = |schema: &Value| schema["type"] == "object" || schema.get("properties").is_some();
    let objects: Vec<_> = schemas.iter().filter(|(_, schema)| is_object(schema)).collect();
    assert!(objects.len() > 350, "hardly any: {}", objects.len());
    let mut wrong = Complaints::default();
    for (name, schema) in objects {
        let example = &schema["example"];
        wrong.require(example.is_object(), || format!("{name}: no example"));
        let shows_an_item =
            example["items"].as_array().is_some_and(|items| items.len() == 1) && example["next_cursor"].is_string();
        wrong.require(!name.ends_with("Page") || shows_an_item, || {
            format!("{name}: the example of a page has an item and a cursor")
        });
    }
    wrong.assert_empty();
}

/// A text without a value in `document/examples/values.rs` is the name of its member, which tells a reader nothing.
#[test]
fn no_text_of_an_example_is_the_name_of_its_member() {
    fn repeated(value: &Value, member: &str, found: &mut BTreeSet<String>) {
        match value {
            Value::String(text) if text == member => _ = found.insert(member.to_owned()),
            Value::Array(items) => items.iter().for_each(|item| repeated(item, member, found)),
            Value::Object(members) => members.iter().for_each(|(name, member)| repeated(member, name, found)),
            _ => {}
        }
    }
    let mut wrong = Complaints::default();
    for (name, schema) in schemas(&operation::document()) {
        let mut found = BTreeSet::new();
        repeated(&schema["example"], "", &mut found);
        wrong.require(found.is_empty(), || format!("{name}: {found:?}"));
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
    assert!(tried > 350 && left_out < tried / 2, "hardly any: {tried}, {left_out} of them not in the copy");
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
