//! Registering, and what a practitioner may change later.

use serde_json::{Value, json};

use crate::support::actors::PASSWORD;
use crate::support::races::{at_once, expect_outcomes};
use crate::support::{TestApp, apply, both_engines};

/// The same form with some members changed.
fn with(mut form: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        form[name] = value.clone();
    }
    form
}

#[apply(both_engines)]
async fn doctor_registers_confirms_the_address_and_reads_the_registration(app: TestApp) {
    let form = app.registration("Ada Byron");
    let reply = app.registers(&form).await.expect(201);
    assert_eq!(reply.header("location"), Some("/v1/me/registration"));
    assert_eq!((reply.text("decision"), reply.text("next_step")), ("eligible".into(), "confirm_email".into()));
    app.sign_in("ada.byron@example.org", PASSWORD).await.expect_problem("invalid_credentials");

    app.confirms_address("ada.byron@example.org").await.expect(204);
    let ada = app.signed_in("Ada Byron", "ada.byron@example.org", PASSWORD).await;

    let mine = ada.own_registration().await;
    assert_eq!(mine.text("pathway"), "registered");
    assert_eq!(mine.text("next_step"), "complete_intake");
    assert_eq!(mine.text("pseudonym"), mine.text("reference"), "a practitioner is not named unless they choose to be");
    assert_eq!(mine.text("legal_name"), "Ada Byron");
    assert_eq!((mine.text("icb_code"), mine.text("region")), ("QWE".into(), "london".into()));
    assert_eq!(mine.json["consents"]["gp_sharing"], false);
}

#[apply(both_engines)]
async fn unprintable_name_is_refused_with_its_field(app: TestApp) {
    for name in ["\u{5d0}\u{5d3}\u{5d4} Byron", "Ada \u{1f642}", "\u{674e}"] {
        let form = with(app.registration("Ada Byron"), json!({ "legal_name": name }));
        let refused = app.registers(&form).await.expect(422);
        refused.expect_field("invalid_body", "/legal_name");
    }
    let form = with(app.registration("Ngu\u{0303}gi\u{0303} O\u{2019}Brien"), json!({ "email": "ngugi@example.org" }));
    let ada = app.practitioner_with(&form).await;
    assert_eq!(ada.own_registration().await.text("legal_name"), "Ng\u{169}g\u{129} O\u{2019}Brien", "composed");
    let change = json!({ "legal_name": "\u{674e}" });
    ada.patch("/v1/me/registration", change).if_match("*").send().await.expect_field("invalid_body", "/legal_name");
    let cleo = app.clinician("Cleo Marsh").await;
    let entry = with(crate::support::clinicians::directory_entry("Cleo Marsh"), json!({ "name": "Cleo \u{1f642}" }));
    cleo.put(&format!("/v1/clinicians/{}", cleo.id), entry).if_match("*").send().await.expect_field("invalid_body", "/name");
}

#[apply(both_engines)]
async fn registering_a_known_address_gets_the_same_answer_and_its_owner_an_email(app: TestApp) {
    let form = app.registration("Ada Byron");
    let first = app.registers(&form).await.expect(201);
    app.confirms_address("ada.byron@example.org").await.expect(204);

    app.clock.advance(chrono::TimeDelta::seconds(1));
    let again = with(form, json!({ "email": "ADA.byron@example.org", "password": "another kettle over ten bridges" }));
    let second = app.registers(&again).await.expect(201);

    assert_eq!((first.json, first.headers.get("location")), (second.json, second.headers.get("location")));
    let emails = app.emails_to("ada.byron@example.org").await;
    assert_eq!(emails.len(), 2);
    assert_eq!(emails[1].subject, "You already have an account");
    app.sign_in("ada.byron@example.org", "another kettle over ten bridges").await.expect_problem("invalid_credentials");
    app.sign_in("ada.byron@example.org", PASSWORD).await.expect(201);
}

#[apply(both_engines)]
async fn concurrent_registrations_of_one_address_create_one_account(app: TestApp) {
    let form = app.registration("Ada Byron");
    expect_outcomes(&at_once(4, |_| app.registers(&form)).await, &[("201", 4)]);
    let links = app.tokens_for("ada.byron@example.org").await;
    assert_eq!(links.len(), 4);
    let opened = at_once(4, |number| app.opens_link(&links[number], PASSWORD)).await;
    expect_outcomes(&opened, &[("204", 1), ("token_expired", 3)]);
    assert_eq!(app.row_count("accounts").await, 1);
    app.sign_in("ada.byron@example.org", PASSWORD).await.expect(201);
}

#[apply(both_engines)]
async fn missing_or_wrong_fields_are_named(app: TestApp) {
    let form = app.registration("Ada Byron");
    for (change, code, pointer) in [
        (json!({ "password": "password12345678" }), "weak_password", "/password"),
        (json!({ "email": "not an address" }), "invalid_body", "/email"),
        (json!({ "consents": { "care": false, "data_processing": true } }), "consent_required", "/consents/care"),
        (json!({ "consents": { "care": true, "data_processing": false } }), "consent_required", "/consents/data_processing"),
        (json!({ "registration_number": "123" }), "invalid_body", "/registration_number"),
        (json!({ "registration_number": null }), "invalid_body", "/registration_number"),
        (json!({ "registration_body": "gdc" }), "invalid_body", "/registration_body"),
        (json!({ "icb_code": "QJG" }), "invalid_body", "/icb_code"),
        (json!({ "icb_code": null }), "invalid_body", "/region"),
        (json!({ "region": "midlands" }), "invalid_body", "/region"),
        (json!({ "nation": "scotland" }), "invalid_body", "/icb_code"),
        (json!({ "employer_ods": "A-1" }), "invalid_body", "/employer_ods"),
        (json!({ "role": "administrator" }), "invalid_body", "/role"),
        (json!({ "blocked_colleagues": [{ "relationship": "friend" }] }), "invalid_body", "/blocked_colleagues/0/name"),
    ] {
        app.registers(&with(form.clone(), change)).await.expect_field(code, pointer);
    }
    let abroad = json!({ "name": "A", "phone": "020 7946 0018", "relationship": "aunt", "lives_in_uk": false });
    let reply = app.registers(&with(form, json!({ "emergency_contact": abroad }))).await;
    reply.expect_field("invalid_body", "/emergency_contact/lives_in_uk");
    assert!(app.emails_to("ada.byron@example.org").await.is_empty());
}

#[apply(both_engines)]
async fn registrants_of_every_regulator_can_register(app: TestApp) {
    for (name, profession, body, number) in [
        ("Olga Optician", "other_registered_professional", "goc", "01-12345"),
        ("Otto Osteopath", "other_registered_professional", "gosc", "5/1234"),
        ("Cora Chiropractor", "other_registered_professional", "gcc", "01234"),
        ("Sofia Socialworker", "other_registered_professional", "social_work_england", "SW12345"),
        ("Rhea Radiographer", "other_registered_professional", "hcpc", "RA12345"),
        ("Pia Pharmacist", "pharmacist", "psni", "4567"),
    ] {
        let registration = json!({
            "profession": profession, "registration_body": body, "registration_number": number, "confidentiality_reason": "team"
        });
        let person = app.practitioner_with(&with(app.registration(name), registration)).await;
        let own = person.own_registration().await;
        assert_eq!((own.text("registration_body"), own.text("registration_number")), (body.into(), number.into()));
        assert_eq!(own.text("decision"), "eligible", "{name}");
    }
    for (profession, body, number) in [("nurse", "goc", "01-12345"), ("social_care_worker", "social_work_england", "SW12345")] {
        let registration = json!({ "profession": profession, "registration_body": body, "registration_number": number });
        let refused = app.registers(&with(app.registration("Wilma Wrong"), registration)).await;
        refused.expect_field("invalid_body", "/registration_body");
    }
}

#[apply(both_engines)]
async fn practitioner_signposted_by_mistake_can_correct_the_registration(app: TestApp) {
    let form = with(
        app.registration("Ada Byron"),
        json!({ "setting": "social_care", "profession": "nurse", "registration_body": "nmc", "registration_number": "12A3456B" }),
    );
    let ada = app.practitioner_with(&form).await;
    assert_eq!(ada.pathway().await, "signposted");

    let change = json!({ "setting": "secondary_care", "confidentiality_reason": "seniority" });
    let changed = ada.changes_registration(change).await.expect(200);

    assert_eq!((changed.text("decision"), changed.text("pathway")), ("eligible".into(), "registered".into()));
    assert_eq!(changed.json["reasons"][0]["code"], "genuine_confidentiality_reason");
    let funded = ada.changes_registration(json!({ "confidentiality_reason": "none" })).await.expect(200);
    assert_eq!(funded.text("pathway"), "awaiting_funding");
}

#[apply(both_engines)]
async fn facts_that_decided_eligibility_cannot_change_once_care_has_begun(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    let id = ada.id;
    app.write(move |tx| {
        use confide::people::practitioners::model::Pathway;
        use confide::people::practitioners::queries;
        queries::set_pathway(tx, id, Pathway::InCare)
    })
    .await;

    let refused = ada.changes_registration(json!({ "setting": "primary_care" })).await;
    refused.expect_field("registration_settled", "/setting");

    let contact = json!({ "name": "Annabella", "phone": "020 7946 0019", "relationship": "mother", "lives_in_uk": true });
    let rest = json!({ "setting": "secondary_care", "pseudonym": "Countess", "phone": "07700 900123", "employer_ods": null, "emergency_contact": contact });
    let changed = ada.changes_registration(rest).await.expect(200);
    assert_eq!((changed.text("pseudonym"), changed.text("phone")), ("Countess".into(), "07700 900123".into()));
    assert_eq!(changed.json["employer_ods"], Value::Null);
    assert_eq!(changed.json["emergency_contact"]["name"], "Annabella");
    let back = ada.changes_registration(json!({ "pseudonym": null, "phone": null })).await.expect(200);
    assert_eq!((back.text("pseudonym"), back.json["phone"].clone()), (back.text("reference"), Value::Null));
}

#[apply(both_engines)]
async fn change_needs_the_version_that_was_read(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    ada.patch("/v1/me/registration", json!({})).send().await.expect_problem("version_required");
    ada.patch("/v1/me/registration", json!({})).if_match("\"v9\"").send().await.expect_problem("version_mismatch");
    ada.changes_registration(json!({ "consents": { "care": true, "data_processing": false } }))
        .await
        .expect_field("consent_required", "/consents/data_processing");
    let moved = ada.changes_registration(json!({ "icb_code": "QNC" })).await.expect(200);
    assert_eq!(moved.text("region"), "midlands", "a board sets its region");
    let moved = ada.changes_registration(json!({ "region": "south_west" })).await.expect(200);
    assert_eq!(moved.json["icb_code"], Value::Null, "another region clears the board");
    ada.changes_registration(json!({ "icb_code": "QNC", "region": "london" })).await.expect_field("invalid_body", "/region");
}

#[apply(both_engines)]
async fn personal_details_are_not_readable_in_the_database(app: TestApp) {
    use confide::people::schema::practitioners::dsl;
    use diesel::prelude::*;
    let ada = app.practitioner("Ada Byron").await;
    let (id, number) = (ada.id, app.registration("Ada Byron")["registration_number"].as_str().unwrap().to_owned());
    let details: Vec<u8> = app.sql(move |conn| Ok(dsl::practitioners.find(id).select(dsl::details).get_result(conn)?)).await;
    let readable = String::from_utf8_lossy(&details).into_owned();
    for secret in ["Byron", number.as_str(), "X9K3M", "Augusta"] {
        assert!(!readable.contains(secret));
    }
}
