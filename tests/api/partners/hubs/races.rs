//! Concurrent decisions on a referral.

use confide::people::Role;
use serde_json::json;

use crate::support::hubs::nurse_referral;
use crate::support::races::{at_once, expect_outcomes};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn only_one_of_several_concurrent_decisions_succeeds(app: TestApp) {
    let hub = app.harbour_hub().await;
    let harriet = app.hub_coordinator("Harriet Hub", &hub).await;
    let mut coordinators = Vec::new();
    for name in ["Cory One", "Cory Two", "Cory Three", "Cory Four"] {
        coordinators.push(app.staff(name, Role::Coordinator).await);
    }
    for _ in 0..5 {
        let referral = harriet.creates_referral(&hub, nurse_referral()).await.expect(201).id();
        let decisions = |place: usize| {
            let (verb, form) = match place % 2 {
                0 => ("accept", json!({ "invitation_channel": "sms" })),
                _ => ("decline", json!({ "reason": "no_capacity" })),
            };
            coordinators[place].acts_on_referral(&referral, verb, form)
        };
        expect_outcomes(&at_once(4, decisions).await, &[("200", 1), ("state_conflict", 3)]);
        let seen = harriet.reads_referral(&referral).await.expect(200);
        assert_eq!(seen.json["history"].as_array().unwrap().len(), 2);
    }
}
