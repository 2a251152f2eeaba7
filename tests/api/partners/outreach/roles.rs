//! Campaigns are the coordinators' business.

use confide::people::Role;
use serde_json::json;

use crate::support::outreach::staff_addresses;
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn every_coordinator_has_to_do_with_every_campaign_that_there_is(app: TestApp) {
    let cory = app.coordinator().await;
    let campaign = cory.defines_outreach(json!({})).await;
    let another = app.staff("Dana Desk", Role::Coordinator).await;
    another.reads_outreach(&campaign).await.expect(200);
    let nowhere = confide::platform::ids::Id::new(app.now()).to_string();
    cory.reads_outreach(&nowhere).await.expect(404).expect_problem("not_found");
    cory.on_outreach(&nowhere, "cancel").await.expect(404);
    cory.adds_recipients(&nowhere, &staff_addresses(1)).await.expect(404);
}
