//! Texts that are printed on forms: characters that cannot be printed are refused on input, and not only when a form is printed.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::journey::{people_of_every_role, row_counts};
use super::operation::{self, members, sample};
use crate::support::{TestApp, apply, both_engines};

/// Members whose content is printed on a prescription, a fit note, a return-to-work plan or a letter; a schema that is itself a string has
/// no member. Names of staff are among them, because a member of staff may get a directory entry later.
const PRINTED: &[(&str, &str)] = &[
    ("AddressLine", ""),
    ("CreateStaff", "name"),
    ("DoseForm", "text"),
    ("IssueFitNote", "comments"),
    ("IssueFitNote", "condition"),
    ("LetterMedicineForm", "indication"),
    ("LetterRecipientForm", "name"),
    ("LetterRecipientForm", "organisation"),
    ("LetterSectionForm", "text"),
    ("MedicineEntry", "form"),
    ("MedicineEntry", "name"),
    ("MedicineEntry", "strength"),
    ("MedicineToPrescribe", "brand"),
    ("MedicineToPrescribe", "form"),
    ("MedicineToPrescribe", "name"),
    ("MedicineToPrescribe", "strength"),
    ("ProposeReturnToWorkPlan", "note"),
    ("ReplaceClinician", "name"),
    ("ReplaceClinician", "registration_number"),
    ("ReplaceGpSharing", "gp_name"),
    ("ReplaceGpSharing", "gp_practice"),
    ("ReplaceMyGpSharing", "gp_name"),
    ("ReplaceMyGpSharing", "gp_practice"),
    ("RegisterPractitioner", "legal_name"),
    ("RequestedAction", ""),
    ("UpdateMyRegistration", "legal_name"),
    ("UpdateStaff", "name"),
];

/// Names in requests that are printed on no form. A new name is listed here or marked as printed.
const NAMES_ON_NO_FORM: &[(&str, &str)] = &[
    ("CreateProblem", "name"),
    ("BlockColleague", "name"),
    // What a caller wants to be called, on the contact line.
    ("CallerDetailsForm", "preferred_name"),
    ("CreateContactRequest", "preferred_name"),
    ("CreateHub", "name"),
    ("EmergencyContactForm", "name"),
    ("EmployerContactForm", "name"),
    ("GuestContact", "name"),
    ("CreateReferral", "name"),
    ("ManagementPlanForm", "name"),
    ("CreatePractitionerReferral", "name"),
    ("ReplaceEmployerArea", "name"),
    ("ReplaceHub", "name"),
    ("SafetyPlanContactForm", "name"),
    // A practitioner's name in the service, which is not printed; staff cannot set theirs.
    ("UpdateMe", "name"),
    ("SearchStaff", "name"),
    ("VerifyFitNote", "name"),
    ("VerifyFitNote", "issuer_name"),
    ("SignpostForm", "name"),
    ("BankHolidayEntry", "name"),
    ("BoardEntry", "name"),
];

/// A smiling face, for which the typeface has no glyph.
const FACE: &str = "\u{1F642}";

#[test]
fn every_printed_member_is_marked() {
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
    assert!(NAMES_ON_NO_FORM.iter().all(|name| names.contains(name)), "some are not names in requests: {names:?}");
    let undecided: Vec<_> = names.iter().filter(|name| !printed.contains(*name) && !NAMES_ON_NO_FORM.contains(name)).collect();
    assert!(undecided.is_empty(), "mark as printed or list as not printed: {undecided:?}");
}

/// Whether a text is printed.
fn is_printed(schema: &Value) -> bool {
    schema["x-printed"] == true
}

#[apply(both_engines)]
async fn unprintable_character_is_refused_on_input(app: TestApp) {
    let people = people_of_every_role(&app, "Printer").await;
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
        let token = &people.iter().find(|(role, _)| operation.allows(role)).unwrap().1.token;
        let refused = operation.ask(&app, &[], Some(&body)).bearer(token).send().await.expect(422);
        for pointer in printed.keys() {
            let named = refused.json["errors"]
                .as_array()
                .unwrap()
                .iter()
                .any(|error| error["pointer"] == pointer.as_str() && error["code"] == "unprintable");
            assert!(named, "{} accepts {pointer}: {}", operation.name(), refused.json);
            tried += 1;
        }
    }
    assert!(tried >= PRINTED.len(), "{tried}");
    assert_eq!(row_counts(&app).await, before, "nothing is written");
}

#[apply(both_engines)]
async fn staff_name_must_be_printable(app: TestApp) {
    let avery = app.administrator().await;
    let person =
        |name: &str| json!({ "email": "nora@example.org", "name": name, "role": "clinician", "reason": "Joins the team." });
    avery.post("/v1/staff", person("Nora \u{1F642}")).send().await.expect_field("invalid_body", "/name");
    let created = avery.post("/v1/staff", person("Nóra Łuczak")).send().await.expect(201);
    let path = format!("/v1/staff/{}", created.id());
    avery
        .patch(&path, json!({ "name": "Nora \u{5F20}", "reason": "Asked for by the person." }))
        .if_match(&created.etag())
        .send()
        .await
        .expect_field("invalid_body", "/name");
    assert_eq!(avery.get(&path).send().await.expect(200).text("name"), "Nóra Łuczak");
}
