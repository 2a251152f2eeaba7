//! Who may see which referral.

use confide::partners::schema::hub_referral_events;
use confide::people::Role;
use diesel::prelude::*;
use serde_json::json;

use crate::support::contacts::token_in;
use crate::support::hubs::{anonymous_nurse_referral, nurse_referral, referral_actions};
use crate::support::{TestApp, apply, both_engines};

async fn event_count(app: &TestApp) -> i64 {
    app.sql(|conn| Ok(hub_referral_events::table.count().get_result(conn)?)).await
}

#[apply(both_engines)]
async fn coordinators_of_another_hub_get_not_found_on_every_operation(app: TestApp) {
    let (harbour, lantern) = (app.harbour_hub().await, app.hub("Lantern", &[("QKK", "2021-02-22", None)]).await);
    let (harriet, stranger, cory) = (
        app.hub_coordinator("Harriet Hub", &harbour).await,
        app.hub_coordinator("Lance Lantern", &lantern).await,
        app.coordinator().await,
    );
    let ada = app.practitioner("Ada Byron").await;
    let referrals =
        [harriet.creates_referral(&harbour, nurse_referral()).await.expect(201).id(), cory.refers_to_hub(&ada, &harbour).await];
    let before = event_count(&app).await;
    for referral in &referrals {
        stranger.reads_referral(referral).await.expect(404);
        for (verb, form) in referral_actions() {
            stranger.acts_on_referral(referral, verb, form).await.expect(404).expect_problem("not_found");
        }
    }
    assert!(stranger.referral_ids("").await.is_empty());
    assert!(stranger.referral_ids(&format!("hub_id={harbour}")).await.is_empty());
    assert_eq!(harriet.referral_ids("").await.len(), 2);
    assert_eq!(cory.referral_ids(&format!("hub_id={harbour}&kind=service_to_hub")).await, [referrals[1].clone()]);
    // Only a hub's own coordinators refer from it. A coordinator of a hub cannot refer to another hub.
    stranger.creates_referral(&harbour, anonymous_nurse_referral()).await.expect(422).expect_problem("not_your_hub");
    cory.creates_referral(&harbour, anonymous_nurse_referral()).await.expect_problem("not_your_hub");
    let onward = json!({ "kind": "service_to_hub", "reason": "other", "consent": true, "pseudonym": "Wren" });
    harriet.creates_referral(&lantern, onward.clone()).await.expect_problem("not_your_hub");
    let mut registered = onward;
    registered["practitioner_id"] = json!(ada.id);
    app.call_handler().await.creates_referral(&harbour, registered).await.expect_field("invalid_body", "/practitioner_id");
    assert_eq!(event_count(&app).await, before);
}

#[apply(both_engines)]
async fn referral_is_not_found_by_other_call_handlers_and_practitioners(app: TestApp) {
    let hub = app.harbour_hub().await;
    let (harriet, cory) = (app.hub_coordinator("Harriet Hub", &hub).await, app.coordinator().await);
    let ada = app.practitioner("Ada Byron").await;
    let referrals =
        [harriet.creates_referral(&hub, nurse_referral()).await.expect(201).id(), cory.refers_to_hub(&ada, &hub).await];
    let before = event_count(&app).await;
    let (handler, bea) = (app.call_handler().await, app.practitioner("Bea Byron").await);
    for referral in &referrals {
        handler.reads_referral(referral).await.expect(404);
        for (verb, form) in referral_actions() {
            handler.acts_on_referral(referral, verb, form.clone()).await.expect(404);
            // A practitioner may only withdraw a referral or a consent.
            if form.is_null() {
                bea.acts_on_referral(referral, verb, form).await.expect(404);
            }
        }
    }
    assert!(handler.referral_ids("").await.is_empty() && bea.own_referrals().await.is_empty());
    assert_eq!(event_count(&app).await, before);
}

#[apply(both_engines)]
async fn blocked_coordinator_or_colleague_does_not_see_the_referral(app: TestApp) {
    let (admin, hub) = (app.administrator().await, app.harbour_hub().await);
    let harriet = app.hub_coordinator("Harriet Hub", &hub).await;
    let (colleague, cory, ada) =
        (app.staff("Colin Colleague", Role::HubCoordinator).await, app.coordinator().await, app.practitioner("Ada Byron").await);
    // She blocks Harriet by name; Colin works for her own employer.
    ada.blocks_name("harriet  HUB").await.expect(201);
    admin.assigns_hub_coordinator(&colleague, &hub, json!("x9k3m")).await.expect(200);
    let referral = cory.refers_to_hub(&ada, &hub).await;
    app.clock.advance(chrono::TimeDelta::seconds(1));
    let other = harriet.creates_referral(&hub, anonymous_nurse_referral()).await.expect(201).id();
    for blocked in [&harriet, &colleague] {
        assert_eq!(blocked.referral_ids("").await, [other.clone()]);
        blocked.reads_referral(&referral).await.expect(404);
        for (verb, form) in referral_actions() {
            blocked.acts_on_referral(&referral, verb, form).await.expect(404);
        }
        assert!(app.email_subjects_to(&blocked.email).await.is_empty(), "and gets no email");
    }
    let third = app.hub_coordinator("Hugo Hub", &hub).await;
    assert_eq!(third.referral_ids("").await, [other, referral.clone()]);
    third.accepts_referral(&referral).await.expect(200);
    // The service's own coordinators can be blocked too.
    ada.blocks_name(&cory.name).await.expect(201);
    cory.reads_referral(&referral).await.expect(404);
    let form = json!({ "kind": "service_to_hub", "reason": "other", "consent": true, "practitioner_id": ada.id });
    cory.creates_referral(&hub, form).await.expect(404);
}

#[apply(both_engines)]
async fn updates_need_a_number_or_address_that_can_receive_them(app: TestApp) {
    let hub = app.harbour_hub().await;
    let harriet = app.hub_coordinator("Harriet Hub", &hub).await;
    let mut landline = nurse_referral();
    landline["phone"] = json!("020 7946 0018");
    harriet.creates_referral(&hub, landline.clone()).await.expect(422).expect_field("invalid_body", "/phone");
    landline["update_channel"] = json!("code");
    let referral = harriet.creates_referral(&hub, landline).await.expect(201).id();
    let cory = app.coordinator().await;
    cory.acts_on_referral(&referral, "accept", json!({ "invitation_channel": "sms" })).await.expect_problem("invalid_body");
    assert_eq!(cory.reads_referral(&referral).await.expect(200).text("state"), "sent", "the referral is unchanged");
    let mut no_address = nurse_referral();
    no_address["update_channel"] = json!("email");
    harriet.creates_referral(&hub, no_address).await.expect_field("invalid_body", "/email");
    let mut dissolved = nurse_referral();
    dissolved["icb_code"] = json!("QNQ");
    harriet.creates_referral(&hub, dissolved).await.expect_field("invalid_body", "/icb_code");
}

#[apply(both_engines)]
async fn former_employer_of_a_hub_coordinator_counts_for_a_year(app: TestApp) {
    let (admin, hub, cory) = (app.administrator().await, app.harbour_hub().await, app.coordinator().await);
    let (colin, ada) = (app.staff("Colin Colleague", Role::HubCoordinator).await, app.practitioner("Ada Byron").await);
    let plover = app.hub("Plover", &[("QJG", "2021-02-22", None)]).await;
    admin.assigns_hub_coordinator(&colin, &plover, json!("R1H")).await.expect(200);
    admin.assigns_hub_coordinator(&colin, &hub, json!("x9k3m")).await.expect(200);
    let referral = cory.refers_to_hub(&ada, &hub).await;
    colin.reads_referral(&referral).await.expect(404);
    // Neither a new employer nor leaving the hub and returning ends the conflict.
    admin.assigns_hub_coordinator(&colin, &hub, json!("RJ1")).await.expect(200);
    colin.reads_referral(&referral).await.expect(404);
    admin.takes_off_hub(&colin, &hub).await.expect(200);
    admin.assigns_hub_coordinator(&colin, &hub, serde_json::Value::Null).await.expect(200);
    colin.reads_referral(&referral).await.expect(404);
    let history = admin.get(&format!("/v1/staff/{}/identity-history", colin.id)).send().await.expect(200);
    let employers: Vec<_> = history.items().iter().filter(|entry| entry["kind"] == "employer").collect();
    let held = |code: &str| employers.iter().find(|entry| entry["value"] == code).unwrap()["held_until"].is_null();
    assert_eq!((held("R1H"), held("X9K3M"), held("RJ1")), (true, false, false));

    for (days, status) in [(364, 404), (366, 200)] {
        let then = app.platform.at(app.now() + chrono::TimeDelta::days(days));
        then.write(confide::people::accounts::identity::lapse_former_employers).await.unwrap();
        colin.reads_referral(&referral).await.expect(status);
    }
}

#[apply(both_engines)]
async fn practitioner_who_registered_from_a_referral_can_block_its_sender(app: TestApp) {
    let (hub, cory) = (app.harbour_hub().await, app.coordinator().await);
    let harriet = app.hub_coordinator("Harriet Hub", &hub).await;
    let referral = harriet.creates_referral(&hub, nurse_referral()).await.expect(201).id();
    cory.acts_on_referral(&referral, "accept", json!({ "invitation_channel": "sms" })).await.expect(200);
    let texts = app.texts_to("+447700900123").await;
    let token = token_in(texts.iter().find(|text| text.contains("#token=")).unwrap());
    let wren = app.practitioner_with(&app.registration_with_invitation("Wren Nightingale", &token)).await;
    harriet.reads_referral(&referral).await.expect(200);
    wren.blocks_name("Harriet Hub").await.expect(201);
    harriet.reads_referral(&referral).await.expect(404);
    assert!(harriet.referral_ids("").await.is_empty());
    let third = app.hub_coordinator("Hugo Hub", &hub).await;
    third.reads_referral(&referral).await.expect(200);
}
