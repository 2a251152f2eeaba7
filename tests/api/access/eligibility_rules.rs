//! The rules of eligibility, as an administrator changes them.

use confide::access::registration::catalogue::eligibility;
use confide::access::registration::model::Rule;
use confide::access::registration::queries::eligibility_rules::{insert, load_rules};
use confide::people::Role;
use confide::platform::refusal::Reason;
use serde_json::{Value, json};

use crate::support::races::{at_once, expect_outcomes};
use crate::support::{TestApp, apply, both_engines};

/// Midwives are covered from a day on.
fn midwives(from: &str) -> Value {
    json!({ "code": "midwives_agreed", "priority": 15, "valid_from": from, "conditions": { "professions": ["midwife"] },
        "decision": "eligible", "reason": "Midwives are covered by an agreement.", "source": "Agreement of 2027" })
}

/// The verdict on a midwife who gives no reason.
async fn verdict(app: &TestApp) -> (String, String) {
    let response = app.asks_eligibility("midwife").await.expect(200);
    (response.text("decision"), response.json["reasons"][0]["code"].as_str().unwrap().to_owned())
}

#[apply(both_engines)]
async fn new_database_has_the_published_rules(app: TestApp) {
    let stored = app.write(load_rules).await;
    assert_eq!(stored.rules, eligibility().rules);
    let admin = app.administrator().await;
    let first = admin.get("/v1/eligibility-rules?limit=5").send().await.expect(200);
    let more = format!("/v1/eligibility-rules?limit=100&cursor={}", first.text("next_cursor"));
    let rest = admin.get(&more).send().await.expect(200);
    assert_eq!(first.items().len() + rest.items().len(), stored.rules.len());
    assert_eq!(first.items()[0]["code"], "medical_students");
}

#[apply(both_engines)]
async fn rule_decides_from_its_first_day_to_its_last(app: TestApp) {
    let admin = app.administrator().await;
    let made = admin.post("/v1/eligibility-rules", midwives("2027-01-20")).key("midwives").send().await.expect(201);
    let twin = admin.post("/v1/eligibility-rules", midwives("2027-01-20")).key("midwives").send().await.expect(201);
    assert_eq!(made.id(), twin.id());
    assert_ne!(verdict(&app).await.0, "eligible", "not before its day");
    app.advance_clock_to("2027-01-20T09:00:00Z");
    assert_eq!(verdict(&app).await, ("eligible".into(), "midwives_agreed".into()));

    let admin = admin.signs_in_again().await;
    let ending = format!("/v1/eligibility-rules/{}/end", made.id());
    admin.post(&ending, json!({ "valid_until": "2027-01-21" })).send().await.expect_problem("version_required");
    admin
        .post(&ending, json!({ "valid_until": "2027-01-19" }))
        .if_match("*")
        .send()
        .await
        .expect_field("invalid_body", "/valid_until");
    let ended = admin.post(&ending, json!({ "valid_until": "2027-01-21" })).if_match(&made.etag()).send().await.expect(200);
    assert_eq!(ended.text("valid_until"), "2027-01-21");
    admin
        .post(&ending, json!({ "valid_until": "2027-01-22" }))
        .if_match(&made.etag())
        .send()
        .await
        .expect_problem("version_mismatch");
    assert_eq!(verdict(&app).await.0, "eligible", "it still applies on its last day");
    app.advance_clock_to("2027-01-22T09:00:00Z");
    assert_ne!(verdict(&app).await.0, "eligible");
    let admin = admin.signs_in_again().await;
    admin.post(&ending, json!({ "valid_until": "2027-01-30" })).if_match("*").send().await.expect_problem("state_conflict");
    assert_eq!(app.audit_actions(&made.id()).await, ["eligibility_rule.created", "eligibility_rule.ended"]);
}

#[apply(both_engines)]
async fn only_one_of_several_concurrent_rules_gets_a_priority(app: TestApp) {
    let (avery, blake) = (app.administrator().await, app.staff("Blake Second", Role::Administrator).await);
    let form = |code: &str| {
        let mut rule = midwives("2027-01-20");
        rule["code"] = json!(code);
        rule
    };
    let tries = |number: usize| {
        let admin = if number.is_multiple_of(2) { &avery } else { &blake };
        admin.post("/v1/eligibility-rules", form(&format!("attempt_{number}"))).send()
    };
    expect_outcomes(&at_once(8, tries).await, &[("201", 1), ("already_exists", 7)]);
    assert_eq!(app.write(load_rules).await.rules.len(), eligibility().rules.len() + 1);
}

#[apply(both_engines)]
async fn database_itself_refuses_a_second_rule_with_the_same_priority(app: TestApp) {
    let first = eligibility().rules.iter().find(|rule| rule.valid_to.is_none()).unwrap().clone();
    let twin = Rule { id: "twin".to_owned(), ..first.clone() };
    let refused = app.write(move |tx| Ok(insert(tx, &twin).unwrap_err().reason())).await;
    assert_eq!(refused, Reason::EligibilityPlaceTaken);
    let same = first.clone();
    let refused = app.write(move |tx| Ok(insert(tx, &same).unwrap_err().reason())).await;
    assert_eq!(refused, Reason::EligibilityRuleExists);
    let (day, next) = (first.valid_from.pred_opt().unwrap(), first.valid_from.pred_opt().unwrap());
    let before = Rule { id: "before".to_owned(), valid_from: day, valid_to: Some(next), ..first };
    app.write(move |tx| insert(tx, &before)).await;
}

#[apply(both_engines)]
async fn new_rule_applies_to_new_registrations_and_not_to_existing_ones(app: TestApp) {
    let admin = app.administrator().await;
    let ada = app.practitioner("Ada Byron").await;
    let rule = json!({ "code": "doctors_paused", "priority": 5, "valid_from": "2027-01-11", "conditions": { "professions": ["doctor"] },
        "decision": "signposted", "reason": "Doctors are seen elsewhere for now.", "signposts": ["medical_help"], "source": "A trial" });
    admin.post("/v1/eligibility-rules", rule).send().await.expect(201);
    let turned_away = app.registers(&app.registration("Bea Byron")).await.expect(201);
    assert_eq!(
        (turned_away.text("decision"), turned_away.json["signposts"][0]["contact"].as_str()),
        ("signposted".into(), Some("999"))
    );
    assert_eq!(ada.pathway().await, "registered");
    ada.completes_intake().await;
}

#[apply(both_engines)]
async fn rule_that_leaves_a_case_undecided_is_refused(app: TestApp) {
    let admin = app.administrator().await;
    let with = |change: Value| {
        let mut rule = midwives("2027-01-20");
        rule.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        rule
    };
    for (change, pointer) in [
        (json!({ "valid_from": "2027-01-10" }), "/valid_from"),
        (json!({ "valid_until": "2027-01-19" }), "/valid_until"),
        (json!({ "decision": "signposted" }), "/signposts"),
    ] {
        admin.post("/v1/eligibility-rules", with(change)).send().await.expect_field("invalid_body", pointer);
    }
    admin.post("/v1/eligibility-rules", with(json!({ "priority": 20 }))).send().await.expect_problem("already_exists");
    admin.post("/v1/eligibility-rules", with(json!({ "code": "social_care" }))).send().await.expect_problem("already_exists");
    let all = admin.get("/v1/eligibility-rules?limit=100").send().await.expect(200);
    let last = all.items().iter().find(|rule| rule["code"] == "everyone_else").unwrap()["id"].as_str().unwrap().to_owned();
    let end = json!({ "valid_until": "2027-02-01" });
    admin
        .post(&format!("/v1/eligibility-rules/{last}/end"), end)
        .if_match("*")
        .send()
        .await
        .expect_problem("eligibility_rule_required");
}
