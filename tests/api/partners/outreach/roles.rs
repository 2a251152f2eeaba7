//! Campaigns are the coordinators' business and nobody else's.

use confide::people::Role;
use serde_json::json;

use crate::support::outreach::{an_offer, staff_addresses};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn only_coordinators_have_to_do_with_campaigns(app: TestApp) {
    let cory = app.coordinator().await;
    let campaign = cory.defines_outreach(json!({})).await;
    let mut others = vec![app.practitioner("Pia Practitioner").await, app.clinician("Cleo Clinician").await];
    for role in [Role::CallHandler, Role::Commissioner, Role::PrivacyOfficer, Role::Administrator] {
        others.push(app.staff(&format!("Other {}", role.as_str()), role).await);
    }
    for other in &others {
        other.get("/v1/outreach-campaigns").send().await.expect(403).expect_problem("wrong_role");
        other.post("/v1/outreach-campaigns", an_offer()).send().await.expect(403).expect_problem("wrong_role");
        other.reads_outreach(&campaign).await.expect(403).expect_problem("wrong_role");
        other.adds_recipients(&campaign, &staff_addresses(1)).await.expect(403).expect_problem("wrong_role");
        for verb in ["submission", "return", "pause", "resume", "cancel"] {
            other.on_outreach(&campaign, verb).await.expect(403).expect_problem("wrong_role");
        }
    }
    let another = app.staff("Dana Desk", Role::Coordinator).await;
    another.reads_outreach(&campaign).await.expect(200);
    let nowhere = confide::platform::ids::Id::new(app.now()).to_string();
    cory.reads_outreach(&nowhere).await.expect(404).expect_problem("not_found");
    cory.on_outreach(&nowhere, "cancel").await.expect(404);
    cory.adds_recipients(&nowhere, &staff_addresses(1)).await.expect(404);
}
