//! The room outreach in the guards' journey.

use confide::people::Role;
use serde_json::json;

use super::super::operation::PLANTED;
use super::{People, Walked};
use crate::support::TestApp;
use crate::support::outreach::an_offer;

/// Leaves something at each address of the room, and tells the application of it: a draft, which most can be done to.
pub(super) async fn leaves_something(app: &TestApp, people: &People) {
    let coordinator = &people[Role::Coordinator.as_str()];
    let campaign = coordinator.defines_outreach(json!({})).await;
    coordinator.adds_recipients(&campaign, &["somebody@example.org".to_owned()]).await.expect(200);
    app.remember_subject("/v1/outreach-campaigns/{id}", &campaign);
    let other = app.staff(&format!("Olaf {}", coordinator.name), Role::Coordinator).await;
    let lead = "lead.of.a.team@example.org".to_owned();
    coordinator.runs_outreach(&other, json!({ "kind": "team_support", "wording": "team_offer" }), &[lead.clone()]).await;
    app.outreach_goes().await;
    let token = app.outreach_token_of(&lead).await;
    app.answers_outreach(&token, "asks_for_team_session", json!({})).await.expect(200);
    let teams = coordinator.get("/v1/outreach-team-requests").send().await.expect(200);
    app.remember_subject("/v1/outreach-team-requests/{id}", teams.items()[0]["id"].as_str().unwrap());
}

/// The room's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut Walked) {
    let otto = app.staff(&format!("Outreach Otto {PLANTED}"), Role::Coordinator).await;
    let olga = app.staff(&format!("Outreach Olga {PLANTED}"), Role::Coordinator).await;
    walked.knows(&otto);
    walked.knows(&olga);
    let mut form = an_offer();
    form["group"] = json!(format!("Nights of {PLANTED}"));
    form["employer_contact"] = json!({ "name": format!("Head {PLANTED}"), "email": format!("people.{PLANTED}@example.org") });
    form["statement"]["given_by"] = json!(format!("Director {PLANTED}"));
    let campaign = otto.post("/v1/outreach-campaigns", form).key("walk-outreach").send().await.expect(201).id();
    otto.changes_outreach(&campaign, json!({ "group": format!("Days of {PLANTED}"), "per_hour": 3600 })).await.expect(200);
    let bad = [format!("{PLANTED} is nobody")];
    walked.refused("no address", otto.adds_recipients(&campaign, &bad).await.expect(422));
    let staff: Vec<String> = (0..3).map(|number| format!("{PLANTED}{number}@example.org")).collect();
    otto.adds_recipients(&campaign, &staff).await.expect(200);
    otto.on_outreach(&campaign, "submit").await.expect(200);
    otto.on_outreach(&campaign, "return").await.expect(200);
    otto.on_outreach(&campaign, "submit").await.expect(200);
    walked.refused("four eyes", otto.releases_outreach(&campaign).await.expect(422));
    olga.releases_outreach(&campaign).await.expect(200);
    app.outreach_goes_for(1).await;
    olga.on_outreach(&campaign, "pause").await.expect(200);
    olga.on_outreach(&campaign, "resume").await.expect(200);
    for query in ["", "?state=running&limit=1"] {
        olga.get(&format!("/v1/outreach-campaigns{query}")).send().await.expect(200);
    }
    people_answer(app, walked, &staff).await;
    otto.post("/v1/outreach-opt-outs", json!({ "address": staff[2] })).send().await.expect(204);
    walked.refused("no figures yet", olga.get(&format!("/v1/outreach-campaigns/{campaign}/counts")).send().await.expect(409));
    olga.on_outreach(&campaign, "cancel").await.expect(200);
    app.outreach_deliveries_are_noted().await;
    app.outreach_ends().await;
    olga.get(&format!("/v1/outreach-campaigns/{campaign}/counts")).send().await.expect(200);

    let lead = format!("lead.{PLANTED}@example.org");
    let teams = json!({ "kind": "team_support", "wording": "team_offer", "group": format!("Leads of {PLANTED}") });
    otto.runs_outreach(&olga, teams, &[lead.clone()]).await;
    app.outreach_goes_for(1).await;
    let token = app.outreach_token_of(&lead).await;
    let note = json!({ "note": format!("twelve of {PLANTED}"), "contact": format!("home.{PLANTED}@example.org") });
    app.answers_outreach(&token, "asks_for_team_session", note).await.expect(200);
    walked.secrets.push(token);
    let list = otto.get("/v1/outreach-team-requests?state=open&limit=1").send().await.expect(200);
    otto.get("/v1/outreach-team-requests").send().await.expect(200);
    let path = format!("/v1/outreach-team-requests/{}", list.items()[0]["id"].as_str().unwrap());
    otto.get(&path).send().await.expect(200);
    otto.post_nothing(&format!("{path}/take")).send().await.expect(200);
    walked.refused("taken", olga.post_nothing(&format!("{path}/complete")).send().await.expect(409));
    otto.post_nothing(&format!("{path}/complete")).send().await.expect(200);
    // The clock comes back: other rooms' people have their own times.
    app.clock.advance(chrono::TimeDelta::minutes(-2));
}

/// One looks for themselves, one wants to be contacted, one says no.
async fn people_answer(app: &TestApp, walked: &mut Walked, staff: &[String]) {
    let own = json!({ "contact": format!("mine.{PLANTED}@example.org"), "note": format!("ask for {PLANTED}") });
    for (address, kind, more) in
        [(&staff[0], "self_check", json!({})), (&staff[1], "please_contact_me", own), (&staff[1], "opt_out", json!({}))]
    {
        let token = app.outreach_token_of(address).await;
        app.answers_outreach(&token, kind, more).await.expect(200);
        walked.secrets.push(token);
    }
    let wrong = json!({ "contact": format!("{PLANTED} is no address") });
    let token = app.outreach_token_of(&staff[0]).await;
    walked.refused("no address", app.answers_outreach(&token, "please_contact_me", wrong).await.expect(422));
}
