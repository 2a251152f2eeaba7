//! Hub coordinators: what they may do, and nothing beyond that.

use confide::people::Role;
use serde_json::{Value, json};

use crate::guards::journey::{people_of_every_role, person_with_role};
use crate::support::hubs::{nurse_referral, referral_actions};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn hub_coordinator_has_the_hubs_assigned_to_them(app: TestApp) {
    let (admin, harriet) = (app.administrator().await, app.staff("Harriet Hub", Role::HubCoordinator).await);
    let (harbour, lantern) = (app.harbour_hub().await, app.hub("Lantern", &[("QKK", "2021-02-22", None)]).await);
    assert_eq!(harriet.get("/v1/me/hubs").send().await.expect(200).json["hubs"], json!([]));
    for hub in [&lantern, &harbour, &harbour] {
        admin.assigns_hub_coordinator(&harriet, hub, json!("x9k3m")).await.expect(200);
    }
    let mine = harriet.get("/v1/me/hubs").send().await.expect(200);
    let names: Vec<_> = mine.json["hubs"].as_array().unwrap().iter().map(|hub| hub["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Harbour", "Lantern"]);
    let who = admin.get(&format!("/v1/hubs/{harbour}/coordinators")).send().await.expect(200);
    assert_eq!(who.json["coordinators"].as_array().unwrap().len(), 1);
    assert_eq!(who.json["coordinators"][0]["name"], "Harriet Hub");
    admin.takes_off_hub(&harriet, &harbour).await.expect(200);
    admin.takes_off_hub(&harriet, &harbour).await.expect(404);
    assert_eq!(
        app.audit_actions_by_name(&harriet.id.to_string())
            .await
            .iter()
            .filter(|action| action.starts_with("hub."))
            .collect::<Vec<_>>(),
        ["hub.coordinator_assigned", "hub.coordinator_assigned", "hub.coordinator_unassigned"]
    );
    admin.assigns_hub_coordinator(&harriet, &harbour, json!("R-1")).await.expect_field("invalid_body", "/employer_ods");
    admin.assigns_hub_coordinator(&harriet, &admin.id.to_string(), Value::Null).await.expect(404);
}

#[apply(both_engines)]
async fn only_a_hub_coordinator_is_assigned_to_a_hub(app: TestApp) {
    let (admin, hub) = (app.administrator().await, app.harbour_hub().await);
    for role in Role::ALL.iter().copied().filter(|role| *role != Role::HubCoordinator) {
        let other = person_with_role(&app, &format!("Other {}", role.as_str()), role).await;
        admin.assigns_hub_coordinator(&other, &hub, Value::Null).await.expect(404);
    }
    let who = admin.get(&format!("/v1/hubs/{hub}/coordinators")).send().await.expect(200);
    assert_eq!(who.json["coordinators"], json!([]));
}

#[apply(both_engines)]
async fn hub_coordinator_reads_referrals_of_a_hub_only_while_assigned_to_it(app: TestApp) {
    let (admin, people) = (app.administrator().await, people_of_every_role(&app, "Reader").await);
    let (hub, harriet) = (app.harbour_hub().await, app.staff("Harriet Hub", Role::HubCoordinator).await);
    let to_hub = people["coordinator"].refers_to_hub(&people["practitioner"], &hub).await;
    for (step, assigned) in [false, true, false].into_iter().enumerate() {
        if assigned {
            admin.assigns_hub_coordinator(&harriet, &hub, Value::Null).await.expect(200);
        } else {
            admin.takes_off_hub(&harriet, &hub).await.expect(if step == 0 { 404 } else { 200 });
        }
        let seen = if assigned { vec![to_hub.clone()] } else { Vec::new() };
        assert_eq!(harriet.referral_ids("").await, seen);
        harriet.reads_referral(&to_hub).await.expect(if assigned { 200 } else { 404 });
    }
    for (verb, form) in referral_actions() {
        harriet.acts_on_referral(&to_hub, verb, form).await.expect(404);
    }
    let own = json!({ "kind": "hub_to_service", "reason": "trauma", "consent": false, "profession": "nurse", "icb_code": "QWE" });
    harriet.creates_referral(&hub, own).await.expect(422).expect_problem("not_your_hub");
    let to_a_hub =
        json!({ "kind": "service_to_hub", "reason": "other", "consent": true, "practitioner_id": people["practitioner"].id });
    harriet.creates_referral(&hub, to_a_hub).await.expect(422).expect_problem("not_your_hub");
}

#[apply(both_engines)]
async fn administrator_creates_the_account_of_a_hub_coordinator(app: TestApp) {
    let admin = app.administrator().await;
    let form =
        json!({ "email": "harriet@example.org", "name": "Harriet Hub", "role": "hub_coordinator", "reason": "Joins the team." });
    let made = admin.post("/v1/staff", form).send().await.expect(201);
    assert_eq!(made.json["role"], "hub_coordinator");
    let listed = admin.get("/v1/staff?role=hub_coordinator").send().await.expect(200);
    assert_eq!(listed.items().iter().map(|item| item["id"].as_str().unwrap()).collect::<Vec<_>>(), [made.id()]);
}

#[apply(both_engines)]
async fn commissioner_without_an_area_sees_no_request(app: TestApp) {
    let people = people_of_every_role(&app, "Reader").await;
    let asked = people["coordinator"].get("/v1/funding-requests").send().await.expect(200);
    assert!(!asked.items().is_empty(), "there is a request to be seen");
    let without_area = app.staff("Morgan Nowhere", Role::Commissioner).await;
    assert!(without_area.get("/v1/funding-requests").send().await.expect(200).items().is_empty());
    let one = asked.items()[0]["id"].as_str().unwrap();
    without_area.get(&format!("/v1/funding-requests/{one}")).send().await.expect(404);
}

#[apply(both_engines)]
async fn risk_alert_is_not_sent_to_a_hub(app: TestApp) {
    let hub = app.harbour_hub().await;
    let (harriet, cory) = (app.hub_coordinator("Harriet Hub", &hub).await, app.coordinator().await);
    let ada = app.practitioner("Ada Byron").await;
    ada.completes_intake_with(crate::support::practitioners::phq9_at_risk(2)).await;
    assert!(app.notifications_to(harriet.id).await.is_empty());
    assert_eq!(app.notifications_to(cory.id).await.len(), 1);
}

#[apply(both_engines)]
async fn permitted_coordinators_are_notified_when_many_blocked_ones_come_first(app: TestApp) {
    let hub = app.harbour_hub().await;
    for initial in 'a'..='t' {
        app.hub_coordinator(&format!("Rosa Anne{initial} Lind"), &hub).await;
        app.staff(&format!("Tess Anne{initial} Dunn"), Role::Coordinator).await;
    }
    app.clock.advance(chrono::TimeDelta::seconds(1));
    let (harriet, cory) = (app.hub_coordinator("Harriet Hub", &hub).await, app.coordinator().await);
    let ada = app.practitioner("Ada Byron").await;
    ada.blocks_name("Rosa Lind").await.expect(201);
    cory.refers_to_hub(&ada, &hub).await;
    assert_eq!(app.email_subjects_to(&harriet.email).await, ["A request waits for you"]);
    assert!(app.email_subjects_to("rosa.annea.lind@example.org").await.is_empty());

    harriet.creates_referral(&hub, nurse_referral()).await.expect(201);
    for email in [cory.email.as_str(), "tess.annea.dunn@example.org"] {
        assert_eq!(app.email_subjects_to(email).await, ["A request waits for you"], "{email}");
    }
}
