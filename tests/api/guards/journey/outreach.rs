//! The room outreach in the guards' journey.

use confide::identity::Role;
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
    walked.answered("no address", otto.adds_recipients(&campaign, &bad).await.expect(422));
    let staff: Vec<String> = (0..3).map(|number| format!("{PLANTED}{number}@example.org")).collect();
    otto.adds_recipients(&campaign, &staff).await.expect(200);
    otto.on_outreach(&campaign, "submission").await.expect(200);
    otto.on_outreach(&campaign, "return").await.expect(200);
    otto.on_outreach(&campaign, "submission").await.expect(200);
    walked.answered("four eyes", otto.releases_outreach(&campaign).await.expect(422));
    olga.releases_outreach(&campaign).await.expect(200);
    app.outreach_goes().await;
    olga.on_outreach(&campaign, "pause").await.expect(200);
    olga.on_outreach(&campaign, "resume").await.expect(200);
    for query in ["", "?state=running&limit=1"] {
        olga.get(&format!("/v1/outreach-campaigns{query}")).send().await.expect(200);
    }
    olga.on_outreach(&campaign, "cancel").await.expect(200);
    app.outreach_goes().await;
}
