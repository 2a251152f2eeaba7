//! Outreach in the guards' journey.

use confide::people::Role;
use serde_json::json;

use super::super::operation::PLANTED;
use super::{People, WalkResult};
use crate::support::TestApp;
use crate::support::outreach::outreach_offer;

/// Creates a record for each path of the module and remembers its id: a draft campaign, which most operations accept.
pub(super) async fn create_records(app: &TestApp, people: &People) {
    let coordinator = &people[Role::Coordinator.as_str()];
    let campaign = coordinator.creates_campaign(json!({})).await;
    coordinator.adds_recipients(&campaign, &["recipient@example.org".to_owned()]).await.expect(200);
    app.remember_id("/v1/outreach-campaigns/{id}", &campaign);
    let other = app.staff(&format!("Olaf {}", coordinator.name), Role::Coordinator).await;
    let lead = "lead.of.a.team@example.org".to_owned();
    coordinator.runs_campaign(&other, json!({ "kind": "team_support", "wording": "team_offer" }), &[lead.clone()]).await;
    app.queue_due_outreach().await;
    let token = app.outreach_token_for(&lead).await;
    app.answers_outreach(&token, "asks_for_team_session", json!({})).await.expect(200);
    let teams = coordinator.get("/v1/outreach-team-requests").send().await.expect(200);
    app.remember_id("/v1/outreach-team-requests/{id}", teams.items()[0]["id"].as_str().unwrap());
}

/// The module's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut WalkResult) {
    let otto = app.staff(&format!("Outreach Otto {PLANTED}"), Role::Coordinator).await;
    let olga = app.staff(&format!("Outreach Olga {PLANTED}"), Role::Coordinator).await;
    walked.add_tokens_of(&otto);
    walked.add_tokens_of(&olga);
    let mut form = outreach_offer();
    form["group"] = json!(format!("Nights of {PLANTED}"));
    form["employer_contact"] = json!({ "name": format!("Head {PLANTED}"), "email": format!("people.{PLANTED}@example.org") });
    form["statement"]["given_by"] = json!(format!("Director {PLANTED}"));
    let campaign = otto.post("/v1/outreach-campaigns", form).key("walk-outreach").send().await.expect(201).id();
    otto.changes_campaign(&campaign, json!({ "group": format!("Days of {PLANTED}"), "per_hour": 3600 })).await.expect(200);
    let invalid = [format!("{PLANTED} is not an address")];
    walked.add_refusal("no address", otto.adds_recipients(&campaign, &invalid).await.expect(422));
    let staff: Vec<String> = (0..3).map(|number| format!("{PLANTED}{number}@example.org")).collect();
    otto.adds_recipients(&campaign, &staff).await.expect(200);
    otto.acts_on_campaign(&campaign, "submit").await.expect(200);
    otto.acts_on_campaign(&campaign, "return").await.expect(200);
    otto.acts_on_campaign(&campaign, "submit").await.expect(200);
    walked.add_refusal("approved by its author", otto.approves_campaign(&campaign).await.expect(409));
    olga.approves_campaign(&campaign).await.expect(200);
    app.queue_outreach_for_minutes(1).await;
    olga.acts_on_campaign(&campaign, "pause").await.expect(200);
    olga.acts_on_campaign(&campaign, "resume").await.expect(200);
    for query in ["", "?state=running&limit=1"] {
        olga.get(&format!("/v1/outreach-campaigns{query}")).send().await.expect(200);
    }
    answer_outreach(app, walked, &staff).await;
    otto.post("/v1/outreach-opt-outs", json!({ "address": staff[2] })).send().await.expect(204);
    walked.add_refusal("no figures yet", olga.get(&format!("/v1/outreach-campaigns/{campaign}/counts")).send().await.expect(409));
    olga.acts_on_campaign(&campaign, "cancel").await.expect(200);
    app.record_outreach_deliveries().await;
    app.close_finished_campaigns().await;
    olga.get(&format!("/v1/outreach-campaigns/{campaign}/counts")).send().await.expect(200);

    let lead = format!("lead.{PLANTED}@example.org");
    let teams = json!({ "kind": "team_support", "wording": "team_offer", "group": format!("Leads of {PLANTED}") });
    otto.runs_campaign(&olga, teams, &[lead.clone()]).await;
    app.queue_outreach_for_minutes(1).await;
    let token = app.outreach_token_for(&lead).await;
    let note = json!({ "note": format!("twelve of {PLANTED}"), "contact": format!("home.{PLANTED}@example.org") });
    app.answers_outreach(&token, "asks_for_team_session", note).await.expect(200);
    walked.secrets.push(token);
    let list = otto.get("/v1/outreach-team-requests?state=open&limit=1").send().await.expect(200);
    otto.get("/v1/outreach-team-requests").send().await.expect(200);
    let path = format!("/v1/outreach-team-requests/{}", list.items()[0]["id"].as_str().unwrap());
    otto.get(&path).send().await.expect(200);
    otto.post_empty(&format!("{path}/take")).send().await.expect(200);
    walked.add_refusal("taken by another", olga.post_empty(&format!("{path}/complete")).send().await.expect(409));
    otto.post_empty(&format!("{path}/complete")).send().await.expect(200);
    // The clock is set back, because other modules use the present time.
    app.clock.advance(chrono::TimeDelta::minutes(-2));
}

/// One recipient asks for a self-check, another for contact and then opts out.
async fn answer_outreach(app: &TestApp, walked: &mut WalkResult, staff: &[String]) {
    let own = json!({ "contact": format!("mine.{PLANTED}@example.org"), "note": format!("ask for {PLANTED}") });
    for (address, kind, more) in
        [(&staff[0], "self_check", json!({})), (&staff[1], "please_contact_me", own), (&staff[1], "opt_out", json!({}))]
    {
        let token = app.outreach_token_for(address).await;
        app.answers_outreach(&token, kind, more).await.expect(200);
        walked.secrets.push(token);
    }
    let wrong = json!({ "contact": format!("{PLANTED} is no address") });
    let token = app.outreach_token_for(&staff[0]).await;
    walked.add_refusal("no address", app.answers_outreach(&token, "please_contact_me", wrong).await.expect(422));
}
