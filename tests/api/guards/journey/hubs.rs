//! Hubs and referrals in the guards' journey.

use confide::people::Role;
use serde_json::{Value, json};

use super::super::operation::PLANTED;
use super::{People, WalkResult};
use crate::support::TestApp;
use crate::support::hubs::{hub_form, nurse_referral};

/// Creates a record for each path of the module and remembers its id: a hub with a coordinator who has referred a nurse to the
/// service.
pub(super) async fn create_records(app: &TestApp, people: &People) {
    let (admin, family) = (&people[Role::Administrator.as_str()], &people[Role::Practitioner.as_str()].name);
    let hub = admin.creates_hub(hub_form(&format!("Hub of {family}"), &[("QWE", "2021-02-22", None)])).await.expect(201).id();
    // The name must not contain all of the practitioner's, or the two would count as the same person.
    let coordinator = app.staff(&format!("Runner {}", family.rsplit(' ').next().unwrap()), Role::HubCoordinator).await;
    admin.assigns_hub_coordinator(&coordinator, &hub, Value::Null).await.expect(200);
    let referral = coordinator.creates_referral(&hub, nurse_referral()).await.expect(201).id();
    for (address, subject) in [
        ("/v1/hubs/{id}", hub),
        ("/v1/hubs/{id}/coordinators/{account_id}", coordinator.id.to_string()),
        ("/v1/referrals/{id}", referral),
        ("/v1/outcode-areas/{outcode}", "SW19".to_owned()),
        ("/v1/employer-areas/{employer_ods}", "RJ7".to_owned()),
    ] {
        app.remember_id(address, &subject);
    }
}

/// The module's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut WalkResult) {
    let admin = app.staff(&format!("Hub Admin {PLANTED}"), Role::Administrator).await;
    let (hesper, cory) = (
        app.staff(&format!("Hesper {PLANTED}"), Role::HubCoordinator).await,
        app.staff(&format!("Hub Cory {PLANTED}"), Role::Coordinator).await,
    );
    let iris = app.practitioner(&format!("Iris {PLANTED}")).await;
    for actor in [&admin, &hesper, &cory, &iris] {
        walked.add_tokens_of(actor);
    }
    let hub = admin.creates_hub(hub_form("Hub of the walk", &[("QJG", "2021-02-22", None)])).await.expect(201).id();
    admin.assigns_hub_coordinator(&hesper, &hub, json!("X9K3M")).await.expect(200);
    admin.get(&format!("/v1/hubs/{hub}/coordinators")).send().await.expect(200);
    hesper.get("/v1/me/hubs").send().await.expect(200);
    for place in [json!({ "outcode": "IP1" }), json!({ "employer_ods": "RDE" }), json!({ "icb_code": "QJG" })] {
        app.searches_hubs(place).await.expect(200);
    }
    walked.add_refusal("no outcode", app.searches_hubs(json!({ "outcode": PLANTED[..10].to_owned() })).await.expect(422));
    let areas = json!({ "starts_on": "2027-02-01", "icb_codes": ["T6Y0W"] });
    admin.changes_hub(&hub, "/coverage", areas.clone()).await.expect(200);
    admin.put("/v1/outcode-areas/IP2", areas).send().await.expect(200);
    admin.get("/v1/outcode-areas?limit=2").send().await.expect(200);
    app.hub_names("icb_code=QJG&region=east_of_england").await;

    let mut form = nurse_referral();
    for member in ["pseudonym", "name", "note"] {
        form[member] = json!(format!("{member} {PLANTED}"));
    }
    form["email"] = json!(format!("hub.{PLANTED}@example.org"));
    let created = hesper.post(&format!("/v1/hubs/{hub}/referrals"), form).key("walk-hub").send().await.expect(201);
    let (referral, code) = (created.id(), created.text("code"));
    walked.secrets.push(code.clone());
    let text = format!("about {PLANTED}");
    cory.acts_on_referral(&referral, "request-information", json!({ "question": text })).await.expect(200);
    hesper.acts_on_referral(&referral, "provide-information", json!({ "text": text })).await.expect(200);
    cory.acts_on_referral(&referral, "accept", json!({ "note": text, "invitation_channel": "email" })).await.expect(200);
    walked.add_refusal(
        "already accepted",
        cory.acts_on_referral(&referral, "decline", json!({ "reason": "duplicate", "note": text })).await.expect(409),
    );
    app.looks_up_referral(&code).await.expect(200);
    walked.add_refusal("no code", app.looks_up_referral(&format!("{PLANTED} 2")).await.expect(404));
    app.emails_to("unused@example.org").await;
    for reader in [&hesper, &cory] {
        reader.reads_referral(&referral).await.expect(200);
        for query in ["", "state=accepted&kind=hub_to_service", &format!("hub_id={hub}")] {
            reader.referral_ids(query).await;
        }
    }
    hesper.acts_on_referral(&referral, "withdraw-consent", Value::Null).await.expect(204);

    // Iris has the same employer as Hesper, who must not see her referral.
    let own = cory.refers_to_hub(&iris, &hub).await;
    walked.add_refusal("the same employer", hesper.reads_referral(&own).await.expect(404));
    iris.own_referrals().await;
    iris.acts_on_referral(&own, "withdraw", Value::Null).await.expect(204);
    cory.acts_on_referral(&referral, "close", json!({ "outcome": "help_given" })).await.expect(200);
}
