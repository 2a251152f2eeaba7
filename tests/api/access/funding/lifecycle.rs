//! The life cycle of a funding request, from registration to a booked assessment or to signposts.

use confide::people::practitioners::model::Pathway;
use serde_json::{Value, json};

use crate::support::funding::{SOUTH_WEST_LONDON, approve_sessions, approve_without_limit, decline, usual_funding_request};
use crate::support::{TestApp, apply, both_engines};

/// The events of a request's history.
fn events(reply: &Value) -> Vec<&str> {
    reply["history"].as_array().unwrap().iter().map(|entry| entry["event"].as_str().unwrap()).collect()
}

#[apply(both_engines)]
async fn nurse_is_funded_and_books_an_assessment(app: TestApp) {
    let cory = app.coordinator().await;
    let commissioner = app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await;
    let cleo = app.clinician("Cleo Marsh").await;
    cleo.holds_clinic_on("wednesday", "09:00", "11:00", 60, "assessment", "video").await;
    // Without an account she learns that her care needs funding.
    assert_eq!(app.asks_eligibility("nurse").await.expect(200).text("decision"), "needs_funding");

    let nurse = app.nurse("Nora Nurse").await;
    assert_eq!(nurse.pathway().await, "awaiting_funding");
    let request = nurse.newest_request().await;
    let draft = nurse.reads_request(&request).await.expect(200);
    assert_eq!((draft.text("state"), draft.text("icb_code")), ("draft".into(), SOUTH_WEST_LONDON.into()));
    assert_eq!(draft.json["signposts"][0]["contact"], "999", "crisis help while she waits");

    nurse.writes_request(&request, usual_funding_request()).await.expect(200);
    let submitted = nurse.submits_request(&request).await.expect(200);
    assert_eq!((submitted.text("state"), submitted.text("consented_at")), ("submitted".into(), app.now().to_string()));
    assert_eq!(submitted.text("due_on"), "2027-01-18", "five working days for the coordinator");
    cory.acts_on_request_without_body(&request, "screen").await.expect(200);
    let sent = cory.acts_on_request(&request, "send-to-panel", json!({ "panel_on": "2027-01-25" })).await.expect(200);
    assert_eq!((sent.text("state"), sent.text("due_on")), ("panel".into(), "2027-02-08".into()));
    let emails = app.emails_to(&commissioner.email).await;
    assert!(emails[0].body.contains("until Monday 8 February 2027") && !emails[0].body.to_lowercase().contains("funding"));

    let decided = commissioner.decides(&request, approve_sessions(6)).await.expect(200);
    assert_eq!((decided.text("state"), decided.json["sessions_limit"].as_i64()), ("approved_limited".into(), Some(6)));
    assert_eq!(nurse.pathway().await, "registered");
    assert_eq!(app.count_emails_about(&nurse, "There is news about your request").await, 1);

    nurse.completes_intake().await;
    let slot = nurse.finds_slot(&cleo, "2027-01-13T09:00:00Z").await;
    nurse.books(&slot).await.expect(201);
    assert_eq!(nurse.pathway().await, "assessment_booked");
    assert_eq!(nurse.sessions_used(&request).await, 1);

    let mine = nurse.reads_request(&request).await.expect(200);
    assert_eq!(events(&mine.json), ["created", "updated", "submitted", "screening_started", "sent_to_panel", "approved_limited"]);
    let decision = mine.json["history"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (decision["by_role"].as_str(), decision["text"].as_str(), decision["ground"].as_str()),
        (Some("commissioner"), Some("An exceptional case."), Some("exceptional"))
    );
}

#[apply(both_engines)]
async fn nurse_is_declined_appeals_and_is_signposted(app: TestApp) {
    let cory = app.coordinator().await;
    let commissioner = app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await;
    let nurse = app.nurse("Nora Nurse").await;
    let request = nurse.submits_own_request().await;
    cory.sends_to_panel(&request, "2027-01-25").await;
    commissioner.decides(&request, decline()).await.expect(200);
    let mine = nurse.reads_request(&request).await.expect(200);
    assert_eq!((mine.text("state"), nurse.pathway().await), ("declined".into(), "signposted".into()));
    assert_eq!(mine.text("due_on"), "2027-02-08", "28 days to appeal");
    assert_eq!(mine.json["allowed_actions"], json!(["reconsideration_requested", "appealed"]));

    let appealed = nurse.appeals(&request, "evidence_not_considered").await.expect(200);
    assert_eq!((appealed.text("state"), nurse.pathway().await), ("appeal".into(), "awaiting_funding".into()));
    let asked = commissioner.reads_request(&request).await.expect(200);
    let appeal = asked.json["history"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((appeal["appeal_ground"].as_str(), &appeal["text"]), (Some("evidence_not_considered"), &Value::Null));

    commissioner.decides(&request, decline()).await.expect(200);
    let last = nurse.reads_request(&request).await.expect(200);
    assert_eq!((last.text("state"), nurse.pathway().await), ("final".into(), "signposted".into()));
    let signposts: Vec<_> = last.json["signposts"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap()).collect();
    assert!(signposts.contains(&"samaritans") && signposts.len() > 5, "{signposts:?}");
    nurse.appeals(&request, "irrational").await.expect(409).expect_problem("state_conflict");
    let help = nurse.own_registration().await;
    assert_eq!(help.text("next_step"), "see_signposts");
}

#[apply(both_engines)]
async fn appeal_or_reconsideration_can_lead_to_approval(app: TestApp) {
    let cory = app.coordinator().await;
    let commissioner = app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await;
    for (number, verb) in ["appeal", "request-reconsideration"].into_iter().enumerate() {
        let nurse = app.nurse(&format!("Nora Nurse{number}")).await;
        let request = nurse.submits_own_request().await;
        cory.sends_to_panel(&request, "2027-01-25").await;
        commissioner.decides(&request, decline()).await.expect(200);
        let form = match verb {
            "appeal" => json!({ "ground": "procedure_not_followed", "text": "No panel met.", "share": true }),
            _ => json!({ "text": "I have moved wards.", "share": true }),
        };
        nurse.acts_on_request(&request, verb, form).await.expect(200);
        let seen = commissioner.reads_request(&request).await.expect(200);
        assert!(seen.json["history"].as_array().unwrap().last().unwrap()["text"].is_string(), "she shared the text");
        commissioner.decides(&request, approve_without_limit()).await.expect(200);
        assert_eq!((nurse.state_of_request(&request).await, nurse.pathway().await), ("approved".into(), "registered".into()));
    }
}

#[apply(both_engines)]
async fn coordinator_and_commissioner_can_ask_for_more_information(app: TestApp) {
    let cory = app.coordinator().await;
    let commissioner = app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await;
    let nurse = app.nurse("Nora Nurse").await;
    let request = nurse.submits_own_request().await;
    cory.acts_on_request_without_body(&request, "screen").await.expect(200);
    let question = json!({ "question": "Since when?" });
    let asked = cory.acts_on_request(&request, "request-information", question.clone()).await.expect(200);
    assert_eq!((asked.text("state"), asked.text("due_on")), ("information_requested".into(), "2027-02-08".into()));
    assert_eq!(app.count_emails_about(&nurse, "There is news about your request").await, 1);
    commissioner.acts_on_request(&request, "request-information", question.clone()).await.expect_problem("not_found");
    nurse.acts_on_request(&request, "provide-information", json!({ "text": "Since May." })).await.expect(200);
    cory.acts_on_request(&request, "send-to-panel", json!({ "panel_on": "2027-01-25" })).await.expect(200);
    commissioner.acts_on_request(&request, "request-information", question).await.expect(200);
    nurse
        .acts_on_request(&request, "provide-information", json!({ "text": "Since May last year.", "share": true }))
        .await
        .expect(200);
    assert_eq!(nurse.state_of_request(&request).await, "screening");

    let seen = commissioner.reads_request(&request).await.expect(200);
    let texts: Vec<_> = seen.json["history"].as_array().unwrap().iter().filter_map(|h| h["text"].as_str()).collect();
    assert_eq!(texts, ["Since when?", "Since May last year."], "the commissioner's question and the shared answer");
    let own = nurse.reads_request(&request).await.expect(200);
    let texts = own.json["history"].as_array().unwrap().iter().filter(|h| h["text"].is_string()).count();
    assert_eq!(texts, 4);
}

#[apply(both_engines)]
async fn incomplete_late_or_out_of_order_actions_are_refused(app: TestApp) {
    let cory = app.coordinator().await;
    let commissioner = app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await;
    let mut form = app.nurse_registration("Nora Nurse");
    form.as_object_mut().unwrap().remove("icb_code");
    form["region"] = json!("london");
    let nurse = app.practitioner_with(&form).await;
    let request = nurse.newest_request().await;
    let incomplete = nurse.submits_request(&request).await.expect(422);
    incomplete.clone().expect_field("incomplete", "/reason");
    incomplete.expect_field("incomplete", "/icb_code");
    let mut dissolved = usual_funding_request();
    dissolved["icb_code"] = json!("QM7");
    nurse.writes_request(&request, dissolved).await.expect_field("invalid_body", "/icb_code");
    nurse
        .put(&format!("/v1/funding-requests/{request}"), usual_funding_request())
        .send()
        .await
        .expect_problem("version_required");
    nurse
        .put(&format!("/v1/funding-requests/{request}"), usual_funding_request())
        .if_match("\"v9\"")
        .send()
        .await
        .expect_problem("version_mismatch");
    nurse.writes_request(&request, usual_funding_request()).await.expect(200);
    nurse
        .acts_on_request(&request, "submit", json!({ "consent_to_send": false }))
        .await
        .expect_field("consent_required", "/consent_to_send");
    cory.acts_on_request_without_body(&request, "screen").await.expect_problem("state_conflict");
    nurse.submits_request(&request).await.expect(200);
    nurse.submits_request(&request).await.expect_problem("state_conflict");
    nurse.writes_request(&request, usual_funding_request()).await.expect_problem("state_conflict");
    cory.acts_on_request_without_body(&request, "screen").await.expect(200);
    cory.acts_on_request(&request, "send-to-panel", json!({ "panel_on": "2027-01-22" }))
        .await
        .expect_field("invalid_body", "/panel_on");
    cory.acts_on_request(&request, "send-to-panel", json!({ "panel_on": "2027-01-25", "icb_code": "QKK" }))
        .await
        .expect_field("invalid_body", "/icb_code");
    cory.acts_on_request(&request, "send-to-panel", json!({ "panel_on": "2027-01-25" })).await.expect(200);
    commissioner
        .decides(&request, json!({ "decision": "approved", "ground": "no_funds", "reason": "x" }))
        .await
        .expect_field("invalid_body", "/ground");
    commissioner
        .decides(&request, json!({ "decision": "approved_limited", "ground": "other", "reason": "x" }))
        .await
        .expect_field("invalid_body", "/sessions");
    commissioner.decides(&request, decline()).await.expect(200);
    app.clock.advance(chrono::TimeDelta::days(29));
    let nurse = nurse.signs_in_again().await;
    nurse.appeals(&request, "irrational").await.expect_problem("too_late");
    nurse.acts_on_request(&request, "request-reconsideration", json!({ "text": "There is more." })).await.expect(200);
}

#[apply(both_engines)]
async fn reconsideration_can_be_requested_within_three_calendar_months(app: TestApp) {
    app.advance_clock_to("2027-07-01T09:00:00Z");
    let cory = app.coordinator().await;
    let commissioner = app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await;
    let mut declined = Vec::new();
    for name in ["Nora Nurse", "Nils Nurse"] {
        let nurse = app.nurse(name).await;
        let request = nurse.submits_own_request().await;
        cory.sends_to_panel(&request, "2027-07-15").await;
        commissioner.decides(&request, decline()).await.expect(200);
        declined.push((nurse, request));
    }
    let form = json!({ "text": "There is more." });
    // 92 days after the decision.
    app.advance_clock_to("2027-10-01T12:00:00Z");
    let (nurse, request) = &declined[0];
    nurse.signs_in_again().await.acts_on_request(request, "request-reconsideration", form.clone()).await.expect(200);
    app.advance_clock_to("2027-10-02T12:00:00Z");
    let (nurse, request) = &declined[1];
    nurse.signs_in_again().await.acts_on_request(request, "request-reconsideration", form).await.expect_problem("too_late");
}

#[apply(both_engines)]
async fn request_is_withdrawn_and_another_created(app: TestApp) {
    let cory = app.coordinator().await;
    let nurse = app.nurse("Nora Nurse").await;
    let request = nurse.submits_own_request().await;
    nurse.post("/v1/funding-requests", json!({})).send().await.expect_problem("funding_request_open");
    nurse.acts_on_request_without_body(&request, "withdraw").await.expect(200);
    nurse.acts_on_request_without_body(&request, "withdraw").await.expect_problem("state_conflict");
    app.clock.advance(chrono::TimeDelta::seconds(1));
    let first = nurse.post("/v1/funding-requests", json!({})).key("again").send().await.expect(201);
    let twin = nurse.post("/v1/funding-requests", json!({})).key("again").send().await.expect(201);
    assert_eq!(first.id(), twin.id());
    assert_eq!(nurse.funding_request_ids().await, [first.id(), request]);
    cory.acts_on_request_without_body(&first.id(), "withdraw").await.expect(200);
    cory.post("/v1/funding-requests", json!({})).send().await.expect_field("invalid_body", "/practitioner_id");
    app.clock.advance(chrono::TimeDelta::seconds(1));
    cory.post("/v1/funding-requests", json!({ "practitioner_id": nurse.id })).send().await.expect(201);
    let doctor = app.practitioner("Ada Byron").await;
    doctor.post("/v1/funding-requests", json!({})).send().await.expect_problem("funding_not_required");
    app.set_pathway(&nurse, Pathway::Discharged).await;
    let third = nurse.newest_request().await;
    nurse.acts_on_request_without_body(&third, "withdraw").await.expect(200);
    nurse.post("/v1/funding-requests", json!({})).send().await.expect_problem("not_eligible");
}

#[apply(both_engines)]
async fn correcting_the_registration_updates_its_request(app: TestApp) {
    let nurse = app.nurse("Nora Nurse").await;
    let request = nurse.newest_request().await;
    nurse.changes_registration(json!({ "icb_code": "QNC" })).await.expect(200);
    assert_eq!(nurse.reads_request(&request).await.expect(200).text("icb_code"), "QNC", "a draft follows the registration");
    nurse.changes_registration(json!({ "confidentiality_reason": "team" })).await.expect(200);
    assert_eq!((nurse.pathway().await, nurse.state_of_request(&request).await), ("registered".into(), "withdrawn".into()));
    app.clock.advance(chrono::TimeDelta::seconds(1));
    nurse.changes_registration(json!({ "confidentiality_reason": "none" })).await.expect(200);
    assert_eq!(nurse.pathway().await, "awaiting_funding");
    let second = nurse.newest_request().await;
    assert_ne!(second, request);
    assert_eq!(nurse.state_of_request(&second).await, "draft");
}
