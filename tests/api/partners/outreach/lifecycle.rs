//! The life cycle of a campaign, and what it must contain.

use chrono::TimeDelta;
use confide::people::Role;
use confide::platform::schema::audit_events::dsl as audit;
use diesel::prelude::*;
use serde_json::json;

use crate::support::outreach::{outreach_offer, staff_addresses};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn campaign_is_defined_reviewed_by_another_coordinator_and_released(app: TestApp) {
    let (cory, dana) = (app.coordinator().await, app.staff("Dana Desk", Role::Coordinator).await);
    let made = cory.post("/v1/outreach-campaigns", outreach_offer()).send().await.expect(201);
    let campaign = made.id();
    assert_eq!(made.header("location"), Some(format!("/v1/outreach-campaigns/{campaign}").as_str()));
    assert_eq!((made.text("state"), made.text("group")), ("draft".into(), "Intensive care, nights".into()));
    assert_eq!(made.json["quiet_hours"], json!({ "from": "19:00", "until": "08:30" }), "the default");
    assert_eq!(made.json["statement"]["legal_basis"], "public_task");
    let preview = &made.json["previews"][0];
    assert_eq!((preview["channel"].as_str(), preview["subject"].as_str()), (Some("email"), Some("After recent events at work")));
    assert!(preview["body"].as_str().unwrap().contains("https://app.example.org/n#"));
    assert_eq!(made.json["previews"][1]["subject"], json!(null), "a text message has no subject");

    cory.adds_recipients(&campaign, &staff_addresses(3)).await.expect(200);
    let ready = cory.acts_on_campaign(&campaign, "submit").await.expect(200);
    assert_eq!((ready.text("state"), ready.text("submitted_by")), ("ready".into(), cory.id.to_string()));
    let approved = dana.approves_campaign(&campaign).await.expect(200);
    assert_eq!((approved.text("state"), approved.text("approved_by")), ("running".into(), dana.id.to_string()));
    assert_eq!((&approved.json["recipients"], &approved.json["waiting"]), (&json!(3), &json!(3)));
    assert_eq!(dana.acts_on_campaign(&campaign, "pause").await.expect(200).text("state"), "paused");
    assert_eq!(cory.acts_on_campaign(&campaign, "resume").await.expect(200).text("state"), "running");
    let cancelled = cory.acts_on_campaign(&campaign, "cancel").await.expect(200);
    assert!(cancelled.text("state") == "cancelled" && cancelled.json["closed_at"].is_string());

    let actions: Vec<String> = app
        .sql(|conn| {
            let rows = audit::audit_events.filter(audit::subject_kind.eq("outreach_campaign")).order(audit::id);
            Ok(rows.select(audit::action).load(conn)?)
        })
        .await;
    let mut actions: Vec<&str> = actions.iter().map(|action| action.strip_prefix("outreach_campaign.").unwrap()).collect();
    actions.sort_unstable();
    assert_eq!(actions, ["approved", "cancelled", "created", "paused", "read", "recipients_added", "resumed", "submitted"]);
}

#[apply(both_engines)]
async fn author_or_submitter_cannot_release_a_campaign(app: TestApp) {
    let (cory, dana) = (app.coordinator().await, app.staff("Dana Desk", Role::Coordinator).await);
    let third = app.staff("Theo Third", Role::Coordinator).await;
    let campaign = cory.creates_campaign(json!({})).await;
    cory.adds_recipients(&campaign, &staff_addresses(1)).await.expect(200);
    dana.acts_on_campaign(&campaign, "submit").await.expect(200);
    for one in [&cory, &dana] {
        one.approves_campaign(&campaign).await.expect(409).expect_problem("second_person_required");
    }
    let path = format!("/v1/outreach-campaigns/{campaign}/approve");
    third.post_empty(&path).send().await.expect_problem("version_required");
    third.post_empty(&path).if_match("\"v1\"").send().await.expect_problem("version_mismatch");
    third.approves_campaign(&campaign).await.expect(200);
}

#[apply(both_engines)]
async fn database_refuses_a_release_by_the_submitter(app: TestApp) {
    let cory = app.coordinator().await;
    let campaign = cory.creates_campaign(json!({})).await;
    let (id, author, now) = (campaign.parse::<confide::platform::ids::Id>().unwrap(), cory.id, app.now());
    let forced = app.platform.db.write(move |conn| {
        use confide::partners::schema::outreach_campaigns::dsl;
        let by = (dsl::submitted_by.eq(Some(author)), dsl::released_by.eq(Some(author)), dsl::released_at.eq(Some(now)));
        Ok(diesel::update(dsl::outreach_campaigns.find(id)).set((dsl::state.eq("running"), by)).execute(conn)?)
    });
    assert!(forced.await.is_err());
}

#[apply(both_engines)]
async fn only_a_draft_can_be_changed_so_a_submitted_campaign_is_returned_first(app: TestApp) {
    let (cory, dana) = (app.coordinator().await, app.staff("Dana Desk", Role::Coordinator).await);
    let campaign = cory.creates_campaign(json!({})).await;
    let changed = dana.changes_campaign(&campaign, json!({ "per_hour": 60, "wording": "busy_weeks", "reason": "winter" })).await;
    assert_eq!(changed.expect(200).json["per_hour"], 60);
    let stale = cory.patch(&format!("/v1/outreach-campaigns/{campaign}"), json!({ "per_hour": 6 })).if_match("\"v1\"");
    stale.send().await.expect_problem("version_mismatch");
    cory.adds_recipients(&campaign, &staff_addresses(1)).await.expect(200);
    cory.acts_on_campaign(&campaign, "submit").await.expect(200);
    cory.changes_campaign(&campaign, json!({ "per_hour": 6 })).await.expect(409).expect_problem("state_conflict");
    cory.adds_recipients(&campaign, &staff_addresses(2)).await.expect(409).expect_problem("state_conflict");
    let draft = dana.acts_on_campaign(&campaign, "return").await.expect(200);
    assert!(draft.text("state") == "draft" && draft.json["submitted_by"].is_null());
    cory.changes_campaign(&campaign, json!({ "per_hour": 6 })).await.expect(200);
    for verb in ["return", "pause", "resume"] {
        cory.acts_on_campaign(&campaign, verb).await.expect(409).expect_problem("state_conflict");
    }
}

#[apply(both_engines)]
async fn campaign_without_statement_or_recipients_cannot_be_submitted(app: TestApp) {
    let cory = app.coordinator().await;
    let mut form = outreach_offer();
    form.as_object_mut().unwrap().remove("statement");
    let campaign = cory.post("/v1/outreach-campaigns", form).send().await.expect(201).id();
    let refused = cory.acts_on_campaign(&campaign, "submit").await.expect(422);
    let refused = refused.expect_field("incomplete", "/statement");
    refused.expect_field("incomplete", "/recipients");
    let statement = json!({ "given_by": "HR", "given_on": "2027-01-11", "legal_basis": "legitimate_interests" });
    cory.changes_campaign(&campaign, json!({ "statement": statement })).await.expect(200);
    cory.adds_recipients(&campaign, &staff_addresses(1)).await.expect(200);
    cory.acts_on_campaign(&campaign, "submit").await.expect(200);
}

#[apply(both_engines)]
async fn campaign_with_invalid_dates_or_wording_is_refused(app: TestApp) {
    let cory = app.coordinator().await;
    let with = |change: serde_json::Value| {
        let mut form = outreach_offer();
        form.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        cory.post("/v1/outreach-campaigns", form).send()
    };
    with(json!({ "ends_on": "2027-01-10" })).await.expect(422).expect_field("invalid_body", "/ends_on");
    with(json!({ "ends_on": "2027-12-31" })).await.expect(422).expect_field("invalid_body", "/ends_on");
    with(json!({ "wording": "senior_offer" })).await.expect(422).expect_field("invalid_body", "/wording");
    with(json!({ "kind": "team_support", "wording": "team_offer" })).await.expect(201);
    with(json!({ "kind": "senior_leaders", "wording": "senior_offer" })).await.expect(201);
    let tomorrow = json!({ "given_by": "HR", "given_on": "2027-01-12", "legal_basis": "consent" });
    with(json!({ "statement": tomorrow })).await.expect(422).expect_field("invalid_body", "/statement/given_on");
    let always = json!({ "from": "08:00", "until": "08:00" });
    with(json!({ "quiet_hours": always })).await.expect(422).expect_field("invalid_body", "/quiet_hours/until");
}

#[apply(both_engines)]
async fn campaign_that_waited_too_long_is_not_released(app: TestApp) {
    let (cory, dana) = (app.coordinator().await, app.staff("Dana Desk", Role::Coordinator).await);
    let campaign = cory.creates_campaign(json!({})).await;
    cory.adds_recipients(&campaign, &staff_addresses(1)).await.expect(200);
    cory.acts_on_campaign(&campaign, "submit").await.expect(200);
    app.clock.advance(TimeDelta::days(30));
    let dana = dana.signs_in_again().await;
    dana.approves_campaign(&campaign).await.expect(422).expect_field("invalid_body", "/ends_on");
}

#[apply(both_engines)]
async fn repeated_request_creates_one_campaign_and_lists_are_paged(app: TestApp) {
    let cory = app.coordinator().await;
    let first = cory.post("/v1/outreach-campaigns", outreach_offer()).key("once").send().await.expect(201);
    let again = cory.post("/v1/outreach-campaigns", outreach_offer()).key("once").send().await.expect(201);
    assert_eq!(first.id(), again.id());
    app.clock.advance(TimeDelta::seconds(1));
    let second = cory.creates_campaign(json!({ "reason": "winter", "wording": "busy_weeks" })).await;
    cory.acts_on_campaign(&second, "cancel").await.expect(200);
    let page = cory.get("/v1/outreach-campaigns?limit=1").send().await.expect(200);
    assert_eq!(page.items()[0]["id"], second.as_str());
    let rest = cory.get(&format!("/v1/outreach-campaigns?limit=1&cursor={}", page.text("next_cursor"))).send().await.expect(200);
    assert_eq!(rest.items()[0]["id"], first.id().as_str());
    let drafts = cory.get("/v1/outreach-campaigns?state=draft").send().await.expect(200);
    assert_eq!(drafts.items().len(), 1);
}
