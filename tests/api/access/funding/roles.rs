//! Who may see which funding request, and which parts of it.

use confide::people::Role;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::funding::{SOUTH_EAST_LONDON, SOUTH_WEST_LONDON, approve_without_limit, decline};
use crate::support::{TestApp, apply, both_engines};

/// Every action of a practitioner on their own request, each with a valid body.
fn practitioner_actions() -> Vec<(&'static str, Value)> {
    vec![
        ("submit", json!({ "consent_to_send": true })),
        ("provide-information", json!({ "text": "So." })),
        ("request-reconsideration", json!({ "text": "More." })),
        ("appeal", json!({ "ground": "irrational", "text": "No." })),
        ("withdraw", Value::Null),
    ]
}

async fn tries(actor: &Actor, request: &str, verb: &str, form: &Value) -> u16 {
    let reply = match form {
        Value::Null => actor.acts_on_request_without_body(request, verb).await,
        form => actor.acts_on_request(request, verb, form.clone()).await,
    };
    reply.status.as_u16()
}

#[apply(both_engines)]
async fn commissioner_sees_only_pseudonym_profession_and_category(app: TestApp) {
    let cory = app.coordinator().await;
    let commissioner = app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await;
    let nurse = app.nurse("Nora Nurse").await;
    let request = nurse.newest_request().await;
    assert!(commissioner.funding_request_ids().await.is_empty(), "a draft is not visible");
    commissioner.reads_request(&request).await.expect_problem("not_found");
    nurse.submits_own_request().await;
    assert!(commissioner.funding_request_ids().await.is_empty(), "nor is a request that the coordinator has not sent");
    cory.sends_to_panel(&request, "2027-01-25").await;

    let (list, seen) = (
        commissioner.get("/v1/funding-requests").send().await.expect(200),
        commissioner.reads_request(&request).await.expect(200),
    );
    assert_eq!(
        (seen.text("pseudonym"), seen.text("profession"), seen.text("reason")),
        ("Wren".into(), "nurse".into(), "confidentiality".into())
    );
    assert_eq!(seen.json["sessions_requested"], 12);
    let registration = nurse.own_registration().await;
    let text = format!("{}{}", list.json, seen.json).to_lowercase();
    for secret in [
        "nora",
        "nurse.",
        "12a3456b",
        "x9k3m",
        "manager",
        "augusta",
        "7946",
        &nurse.id.to_string(),
        &registration.text("reference").to_lowercase(),
        "secondary_care",
    ] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert_eq!(app.audit_count_of("funding_request.read", request.parse().unwrap()).await, 1);
    assert_eq!(app.audit_count_of("funding_request.listed", request.parse().unwrap()).await, 1);
    let roles = app.audit_actions_with_roles(&request).await;
    assert!(roles.contains(&("commissioner".into(), "funding_request.read".into())), "{roles:?}");
}

#[apply(both_engines)]
async fn commissioner_sees_a_statement_only_when_it_is_shared(app: TestApp) {
    let cory = app.coordinator().await;
    let commissioner = app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await;
    for (name, share) in [("Nora Nurse", true), ("Nell Nurse", false)] {
        let nurse = app.nurse(name).await;
        let request = nurse.newest_request().await;
        let form = json!({ "icb_code": "QWE", "reason": "other", "sessions": null, "statement": "In my words.", "share_statement": share });
        nurse.writes_request(&request, form).await.expect(200);
        nurse.submits_request(&request).await.expect(200);
        cory.sends_to_panel(&request, "2027-01-25").await;
        let seen = commissioner.reads_request(&request).await.expect(200);
        assert_eq!(seen.json["statement"], if share { json!("In my words.") } else { Value::Null });
        assert_eq!(cory.reads_request(&request).await.expect(200).text("statement"), "In my words.");
    }
}

#[apply(both_engines)]
async fn commissioner_of_another_area_gets_not_found_on_every_operation(app: TestApp) {
    let cory = app.coordinator().await;
    let other = app.commissioner("Olive Other", &[SOUTH_EAST_LONDON]).await;
    let without_areas = app.staff("Noel Newman", Role::Commissioner).await;
    let nurse = app.nurse("Nora Nurse").await;
    let request = nurse.submits_own_request().await;
    cory.sends_to_panel(&request, "2027-01-25").await;
    for outsider in [&other, &without_areas] {
        assert!(outsider.funding_request_ids().await.is_empty());
        outsider.reads_request(&request).await.expect(404);
        outsider.decides(&request, approve_without_limit()).await.expect(404);
        outsider.acts_on_request(&request, "request-information", json!({ "question": "Why?" })).await.expect(404);
    }
    assert_eq!(nurse.state_of_request(&request).await, "panel");
}

#[apply(both_engines)]
async fn another_practitioner_gets_not_found(app: TestApp) {
    let cory = app.coordinator().await;
    let nurse = app.nurse("Nora Nurse").await;
    let request = nurse.submits_own_request().await;
    cory.sends_to_panel(&request, "2027-01-25").await;
    let doctor = app.practitioner("Ada Byron").await;
    doctor.reads_request(&request).await.expect(404);
    assert!(doctor.funding_request_ids().await.is_empty());
    for (verb, form) in practitioner_actions() {
        assert_eq!(tries(&doctor, &request, verb, &form).await, 404, "{verb}");
    }
    doctor.writes_request(&request, json!({})).await.expect(404);
    nurse
        .get(&format!("/v1/funding-requests?practitioner_id={}", nurse.id))
        .send()
        .await
        .expect_field("invalid_parameter", "practitioner_id");
    assert_eq!(nurse.state_of_request(&request).await, "panel");
}

#[apply(both_engines)]
async fn coordinator_acts_on_behalf_of_practitioners_and_sees_all_requests(app: TestApp) {
    let cory = app.coordinator().await;
    let commissioner = app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await;
    let (nora, nell) = (app.nurse("Nora Nurse").await, app.nurse("Nell Nurse").await);
    let request = nora.newest_request().await;
    cory.writes_request(&request, crate::support::funding::usual_funding_request()).await.expect(200);
    cory.submits_request(&request).await.expect(200);
    cory.sends_to_panel(&request, "2027-01-25").await;
    commissioner.decides(&request, decline()).await.expect(200);
    cory.appeals(&request, "irrational").await.expect(200);
    assert_eq!(cory.funding_request_ids().await.len(), 2);
    let of_nell = cory.get(&format!("/v1/funding-requests?practitioner_id={}", nell.id)).send().await.expect(200);
    assert_eq!((of_nell.items().len(), of_nell.items()[0]["state"].as_str()), (1, Some("draft")));
    let appeals = cory.get("/v1/funding-requests?state=appeal&limit=1").send().await.expect(200);
    assert_eq!(appeals.items()[0]["id"], json!(request));
    let own = nora.reads_request(&request).await.expect(200);
    let by: Vec<_> = own.json["history"].as_array().unwrap().iter().map(|h| h["by_role"].as_str().unwrap()).collect();
    assert_eq!(by, ["practitioner", "coordinator", "coordinator", "coordinator", "coordinator", "commissioner", "coordinator"]);
}
