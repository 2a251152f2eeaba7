//! A team lead asks for a session, and one coordinator arranges it.

use serde_json::json;

use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn lead_asks_for_a_session_and_a_coordinator_arranges_it(app: TestApp) {
    let (cory, dana) = app.two_coordinators().await;
    let lead = "lead@rxx21.example.org".to_owned();
    cory.runs_campaign(&dana, json!({ "kind": "team_support", "wording": "team_offer" }), &[lead.clone()]).await;
    app.queue_due_outreach().await;
    let token = app.outreach_token_for(&lead).await;
    let response = app.answers_outreach(&token, "asks_for_team_session", json!({ "note": "Twelve of us." })).await.expect(200);
    assert_eq!(response.text("outcome"), "recorded");
    let again = app.answers_outreach(&token, "asks_for_team_session", json!({})).await.expect(200);
    assert_eq!(again.text("outcome"), "already_recorded");

    let list = cory.get("/v1/outreach-team-requests?state=open").send().await.expect(200);
    assert_eq!((list.items().len(), &list.items()[0]["contact"]), (1, &json!(null)), "a list does not show contact details");
    let id = list.items()[0]["id"].as_str().unwrap().to_owned();
    let path = |verb: &str| format!("/v1/outreach-team-requests/{id}{verb}");
    let read = cory.get(&path("")).send().await.expect(200);
    assert_eq!((read.text("contact"), read.text("note")), (lead, "Twelve of us.".to_owned()));
    cory.post_empty(&path("/complete")).send().await.expect(409).expect_problem("state_conflict");
    let taken = cory.post_empty(&path("/take")).send().await.expect(200);
    assert_eq!((taken.text("state"), taken.text("taken_by")), ("taken".to_owned(), cory.id.to_string()));
    dana.post_empty(&path("/take")).send().await.expect(409).expect_problem("state_conflict");
    dana.post_empty(&path("/complete")).send().await.expect(409).expect_problem("state_conflict");
    let done = cory.post_empty(&path("/complete")).send().await.expect(200);
    assert!(done.text("state") == "done" && done.json["contact"].is_null() && done.json["note"].is_null());
    assert!(cory.get("/v1/outreach-team-requests?state=open").send().await.expect(200).items().is_empty());
    assert_eq!(
        app.audit_actions_by_name(&id).await,
        ["assigned", "completed", "read"].map(|what| format!("outreach_team_request.{what}"))
    );
}

#[apply(both_engines)]
async fn unknown_team_request_is_not_found(app: TestApp) {
    let unknown = confide::platform::ids::Id::new(app.now());
    let cory = app.coordinator().await;
    for path in [format!("/v1/outreach-team-requests/{unknown}/take"), format!("/v1/outreach-team-requests/{unknown}/complete")] {
        cory.post_empty(&path).send().await.expect(404).expect_problem("not_found");
    }
}
