//! Intake periods of each cohort, and who is not affected.

use chrono::TimeDelta;
use confide::access::registration::catalogue::eligibility;
use confide::access::registration::queries::intake;
use confide::people::practitioners::model::Pathway;
use serde_json::{Value, json};

use crate::support::{TestApp, apply, both_engines};

/// The form of an intake period of a cohort.
fn intake_period(cohort: &str, from: &str, open: bool) -> Value {
    let signposts = if open { json!([]) } else { json!(["medical_help", "local_services"]) };
    json!({ "cohort": cohort, "period": { "starts_on": from, "open": open, "reason": "For the time being.", "signposts": signposts } })
}

#[apply(both_engines)]
async fn new_database_has_the_published_intake_periods(app: TestApp) {
    let stored = app.write(intake::all_periods).await;
    assert_eq!(stored, eligibility().intake);
}

#[apply(both_engines)]
async fn closed_intake_signposts_new_registrations_and_affects_no_one_else(app: TestApp) {
    let (admin, cleo) = (app.administrator().await, app.cleo().await);
    let ada = app.practitioner("Ada Byron").await;
    let bea = app.practitioner("Bea Byron").await;
    app.set_pathway(&bea, Pathway::InCare).await;
    admin.post("/v1/intake-periods", intake_period("secondary_care", "2027-01-12", false)).send().await.expect(201);
    assert_eq!(app.asks_eligibility("doctor").await.expect(200).text("decision"), "eligible", "not before its day");

    app.advance_clock_to("2027-01-12T00:00:00Z");
    let verdict = app.asks_eligibility("doctor").await.expect(200);
    assert_eq!(
        (verdict.text("decision"), verdict.json["reasons"][0]["code"].as_str()),
        ("signposted".into(), Some("intake_closed_secondary_care"))
    );
    assert_eq!(verdict.json["reasons"][0]["text"], "For the time being.");
    let refused = app.registers(&app.registration("Cal Byron")).await.expect(201);
    assert_eq!((refused.text("decision"), refused.json["signposts"][0]["contact"].as_str()), ("signposted".into(), Some("999")));
    assert!(refused.json["signposts"].as_array().unwrap().len() > 3);
    // A nurse is not even asked for funding.
    let nurse = app.registers(&app.nurse_registration("Nora Nurse")).await.expect(201);
    assert_eq!(nurse.text("decision"), "signposted");
    // Another cohort is open.
    let mut form = app.registration("Dot Byron");
    form["setting"] = json!("primary_care");
    assert_eq!(app.registers(&form).await.expect(201).text("decision"), "eligible");

    let (ada, bea) = (ada.signs_in_again().await, bea.signs_in_again().await);
    assert_eq!((ada.pathway().await, bea.pathway().await), ("registered".into(), "in_care".into()));
    ada.completes_intake().await;
    let slot = app.free_slot(&cleo, TimeDelta::days(2), confide::scheduling::calendar::model::AppointmentKind::Assessment).await;
    ada.books(&slot).await.expect(201);
    let treatment =
        app.free_slot(&cleo, TimeDelta::days(3), confide::scheduling::calendar::model::AppointmentKind::Treatment).await;
    bea.books(&treatment).await.expect(201);
}

#[apply(both_engines)]
async fn registered_practitioner_may_correct_their_registration_while_intake_is_closed(app: TestApp) {
    let admin = app.administrator().await;
    let ada = app.practitioner("Ada Byron").await;
    admin.post("/v1/intake-periods", intake_period("secondary_care", "2027-01-11", false)).send().await.expect(201);
    let changed = ada.changes_registration(json!({ "confidentiality_reason": "seniority" })).await.expect(200);
    assert_eq!((changed.text("decision"), changed.text("pathway")), ("eligible".into(), "registered".into()));
    let cal = app.practitioner("Cal Byron").await;
    assert_eq!(cal.pathway().await, "signposted");
    let changed = cal.changes_registration(json!({ "confidentiality_reason": "team" })).await.expect(200);
    assert_eq!(changed.text("decision"), "signposted", "a new registration stays signposted");
}

#[apply(both_engines)]
async fn intake_period_is_changed_and_followed_by_another_and_its_history_is_kept(app: TestApp) {
    let admin = app.administrator().await;
    let closed = admin
        .post("/v1/intake-periods", intake_period("primary_care", "2027-02-01", false))
        .key("close")
        .send()
        .await
        .expect(201);
    let twin = admin
        .post("/v1/intake-periods", intake_period("primary_care", "2027-02-01", false))
        .key("close")
        .send()
        .await
        .expect(201);
    assert_eq!(closed.id(), twin.id());
    assert_eq!(closed.json["signposts"], json!(["medical_help", "local_services", "crisis"]));
    admin
        .post("/v1/intake-periods", intake_period("primary_care", "2027-02-01", true))
        .send()
        .await
        .expect(409)
        .expect_problem("already_exists");
    admin
        .post("/v1/intake-periods", intake_period("primary_care", "2027-01-10", true))
        .send()
        .await
        .expect_field("invalid_body", "/period/starts_on");
    let path = format!("/v1/intake-periods/{}", closed.id());
    app.clock.advance(TimeDelta::seconds(1));
    let later = json!({ "starts_on": "2027-03-01", "open": false, "reason": "A month later.", "signposts": ["work_support"] });
    admin.put(&path, later.clone()).send().await.expect_problem("version_required");
    let nowhere = json!({ "starts_on": "2027-03-01", "open": false, "reason": "Nowhere." });
    admin.put(&path, nowhere).if_match("*").send().await.expect_field("invalid_body", "/signposts");
    let changed = admin.put(&path, later.clone()).if_match(&closed.etag()).send().await.expect(200);
    admin.put(&path, later).if_match(&closed.etag()).send().await.expect_problem("version_mismatch");
    let history: Vec<_> =
        changed.json["history"].as_array().unwrap().iter().map(|c| (c["version"].as_i64(), c["starts_on"].as_str())).collect();
    assert_eq!(history, [(Some(1), Some("2027-02-01")), (Some(2), Some("2027-03-01"))]);
    assert_eq!(app.audit_actions(&closed.id()).await, ["intake_period.created", "intake_period.replaced"]);

    app.advance_clock_to("2027-03-02T09:00:00Z");
    let admin = admin.signs_in_again().await;
    let mut form = app.registration("Ada Byron");
    form["setting"] = json!("primary_care");
    assert_eq!(app.registers(&form).await.expect(201).text("decision"), "signposted");
    let again = json!({ "starts_on": "2027-03-02", "open": true, "reason": "Open again." });
    admin.put(&path, again).if_match("*").send().await.expect_problem("state_conflict");
    admin.post("/v1/intake-periods", intake_period("primary_care", "2027-03-02", true)).send().await.expect(201);
    form["email"] = json!("bea@example.org");
    assert_eq!(app.registers(&form).await.expect(201).text("decision"), "eligible");
    let list = admin.get("/v1/intake-periods?cohort=primary_care").send().await.expect(200);
    let days: Vec<_> = list.items().iter().map(|item| item["starts_on"].as_str().unwrap()).collect();
    assert_eq!(days, ["2027-03-02", "2027-03-01", "2019-10-21"]);
    let first = admin.get("/v1/intake-periods?limit=4").send().await.expect(200);
    let rest = admin.get(&format!("/v1/intake-periods?limit=4&cursor={}", first.text("next_cursor"))).send().await.expect(200);
    assert_eq!((first.items().len(), rest.items().len()), (4, 4));
}
