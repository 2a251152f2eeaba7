//! What is printed on forms can be printed: it is refused where it comes in, and not when a form is wanted.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::journey::{everybody, row_counts};
use super::operation::{self, members, sample};
use crate::support::{TestApp, apply, both_engines};

/// The members of schemas whose content is on a prescription, a fit note or a plan for a return to work; a schema that is a text
/// itself has no member. Names of staff are among them: a member of staff may be entered in the directory later.
const PRINTED: &[(&str, &str)] = &[
    ("AddressLine", ""),
    ("CreateStaff", "name"),
    ("DoseForm", "text"),
    ("IssueFitNote", "comments"),
    ("IssueFitNote", "condition"),
    ("MedicineToPrescribe", "form"),
    ("MedicineToPrescribe", "name"),
    ("MedicineToPrescribe", "strength"),
    ("ProposeReturnToWork", "remarks"),
    ("PutClinician", "name"),
    ("PutClinician", "registration_number"),
    ("RegisterPractitioner", "legal_name"),
    ("UpdateRegistration", "legal_name"),
    ("UpdateStaff", "name"),
];

/// Names that come in and are on no form. A new one is put here, or is printed.
const NAMES_ON_NO_FORM: &[(&str, &str)] = &[
    ("AddProblem", "name"),
    ("BlockColleague", "name"),
    ("CreateHub", "name"),
    ("EmergencyContactForm", "name"),
    ("EmployerContactForm", "name"),
    ("GuestContact", "name"),
    ("MakeReferral", "name"),
    ("ManagementPlanForm", "name"),
    ("PutMyGpSharing", "gp_name"),
    ("RecordGpSharing", "gp_name"),
    ("ReferPractitioner", "name"),
    ("SetEmployerArea", "name"),
    ("UpdateHub", "name"),
    // What a practitioner is called in the service, which is on no paper; staff cannot set theirs.
    ("UpdateMe", "name"),
    ("VerifyFitNote", "name"),
    ("WriteSignpost", "name"),
];

/// A smiling face, of which the typeface has no glyph.
const FACE: &str = "\u{1F642}";

#[test]
fn every_member_whose_content_is_printed_says_so() {
    let document = operation::document();
    let (mut printed, mut names) = (BTreeSet::new(), BTreeSet::new());
    for (schema, form) in document["components"]["schemas"].as_object().unwrap() {
        if form["x-printed"] == true {
            printed.insert((schema.as_str(), ""));
        }
        for (member, text) in form["properties"].as_object().into_iter().flatten() {
            if text["x-printed"] == true {
                printed.insert((schema.as_str(), member.as_str()));
            }
            let is_text =
                text["type"] == "string" || text["type"].as_array().is_some_and(|kinds| kinds.contains(&json!("string")));
            if is_text && form["additionalProperties"] == false && (member == "name" || member.ends_with("_name")) {
                names.insert((schema.as_str(), member.as_str()));
            }
        }
    }
    assert_eq!(printed, PRINTED.iter().copied().collect());
    assert!(NAMES_ON_NO_FORM.iter().all(|name| names.contains(name)), "not every one is a name that comes in: {names:?}");
    let undecided: Vec<_> = names.iter().filter(|name| !printed.contains(*name) && !NAMES_ON_NO_FORM.contains(name)).collect();
    assert!(undecided.is_empty(), "is it printed? {undecided:?}");
}

/// True of a text that is printed.
fn is_printed(schema: &Value) -> bool {
    schema["x-printed"] == true
}

#[apply(both_engines)]
async fn a_letter_that_cannot_be_printed_is_refused_where_it_comes_in(app: TestApp) {
    let people = everybody(&app, "Printer").await;
    let before = row_counts(&app).await;
    let mut tried = 0;
    for operation in operation::all() {
        let Some(schema) = &operation.body else { continue };
        let printed = members(schema, is_printed);
        if printed.is_empty() {
            continue;
        }
        let mut body = sample(schema);
        for pointer in printed.keys() {
            *body.pointer_mut(pointer).unwrap() = json!(FACE);
        }
        let token = &people.iter().find(|(role, _)| operation.lets_in(role)).unwrap().1.token;
        let refused = operation.ask(&app, &[], Some(&body)).bearer(token).send().await.expect(422);
        for pointer in printed.keys() {
            let said = refused.json["errors"]
                .as_array()
                .unwrap()
                .iter()
                .any(|error| error["pointer"] == pointer.as_str() && error["code"] == "unprintable");
            assert!(said, "{} takes {pointer}: {}", operation.name(), refused.json);
            tried += 1;
        }
    }
    assert!(tried >= PRINTED.len(), "{tried}");
    assert_eq!(row_counts(&app).await, before, "nothing is written");
}

#[apply(both_engines)]
async fn a_member_of_staff_has_a_name_that_can_be_printed(app: TestApp) {
    let avery = app.administrator().await;
    let person = |name: &str| json!({ "email": "nora@example.org", "name": name, "role": "clinician" });
    avery.post("/v1/staff", person("Nora \u{1F642}")).send().await.expect_field("invalid_body", "/name");
    let made = avery.post("/v1/staff", person("Nóra Łuczak")).send().await.expect(201);
    let path = format!("/v1/staff/{}", made.id());
    avery
        .patch(&path, json!({ "name": "Nora \u{5F20}" }))
        .if_match(&made.etag())
        .send()
        .await
        .expect_field("invalid_body", "/name");
    assert_eq!(avery.get(&path).send().await.expect(200).text("name"), "Nóra Łuczak");
}
