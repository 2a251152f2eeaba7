//! Access to campaigns.

use confide::people::Role;
use serde_json::json;

use crate::support::outreach::staff_addresses;
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn every_coordinator_can_read_every_existing_campaign(app: TestApp) {
    let cory = app.coordinator().await;
    let campaign = cory.creates_campaign(json!({})).await;
    let colleague = app.staff("Dana Desk", Role::Coordinator).await;
    colleague.reads_campaign(&campaign).await.expect(200);
    let unknown = confide::platform::ids::Id::new(app.now()).to_string();
    cory.reads_campaign(&unknown).await.expect(404).expect_problem("not_found");
    cory.acts_on_campaign(&unknown, "cancel").await.expect(404);
    cory.adds_recipients(&unknown, &staff_addresses(1)).await.expect(404);
}
