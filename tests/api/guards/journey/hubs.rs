//! Hubs and referrals in the guards' journey.

use confide::people::Role;
use serde_json::{Value, json};

use super::super::operation::PLANTED;
use super::{People, Walked};
use crate::support::TestApp;
use crate::support::hubs::{a_hub, a_referred_nurse};

/// Leaves something at each address of the room, and tells the application of it: a hub that somebody runs, who referred
/// somebody to the service.
pub(super) async fn leaves_something(app: &TestApp, people: &People) {
    let (admin, family) = (&people[Role::Administrator.as_str()], &people[Role::Practitioner.as_str()].name);
    let hub = admin.opens_hub(a_hub(&format!("Hub of {family}"), &[("QWE", "2021-02-22", None)])).await.expect(201).id();
    // Somebody else than the practitioner: not by a name that holds all of theirs.
    let runner = app.staff(&format!("Runner {}", family.rsplit(' ').next().unwrap()), Role::HubCoordinator).await;
    admin.lets_run(&runner, &hub, Value::Null).await.expect(200);
    let referral = runner.refers(&hub, a_referred_nurse()).await.expect(201).id();
    for (address, subject) in [
        ("/v1/hubs/{id}", hub),
        ("/v1/hubs/{id}/coordinators/{account_id}", runner.id.to_string()),
        ("/v1/referrals/{id}", referral),
        ("/v1/outcode-areas/{outcode}", "SW19".to_owned()),
        ("/v1/employer-areas/{employer_ods}", "RJ7".to_owned()),
    ] {
        app.remember_subject(address, &subject);
    }
}

/// The room's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut Walked) {
    let admin = app.staff(&format!("Hub Admin {PLANTED}"), Role::Administrator).await;
    let (runner, cory) = (
        app.staff(&format!("Hesper {PLANTED}"), Role::HubCoordinator).await,
        app.staff(&format!("Hub Cory {PLANTED}"), Role::Coordinator).await,
    );
    let iris = app.practitioner(&format!("Iris {PLANTED}")).await;
    for actor in [&admin, &runner, &cory, &iris] {
        walked.knows(actor);
    }
    let hub = admin.opens_hub(a_hub("Hub of the walk", &[("QJG", "2021-02-22", None)])).await.expect(201).id();
    admin.lets_run(&runner, &hub, json!("X9K3M")).await.expect(200);
    admin.get(&format!("/v1/hubs/{hub}/coordinators")).send().await.expect(200);
    runner.get("/v1/me/hubs").send().await.expect(200);
    for what in [json!({ "outcode": "IP1" }), json!({ "employer_ods": "RDE" }), json!({ "icb_code": "QJG" })] {
        app.seeks_hubs(what).await.expect(200);
    }
    walked.refused("no outcode", app.seeks_hubs(json!({ "outcode": PLANTED[..10].to_owned() })).await.expect(422));
    let turn = json!({ "starts_on": "2027-02-01", "icb_codes": ["T6Y0W"] });
    admin.turns_hub(&hub, "/coverage", turn.clone()).await.expect(200);
    admin.put("/v1/outcode-areas/IP2", turn).send().await.expect(200);
    admin.get("/v1/outcode-areas?limit=2").send().await.expect(200);
    app.hubs_found("icb_code=QJG&region=east_of_england").await;

    let mut whom = a_referred_nurse();
    for member in ["pseudonym", "name", "note"] {
        whom[member] = json!(format!("{member} {PLANTED}"));
    }
    whom["email"] = json!(format!("hub.{PLANTED}@example.org"));
    let made = runner.post(&format!("/v1/hubs/{hub}/referrals"), whom).key("walk-hub").send().await.expect(201);
    let (referral, code) = (made.id(), made.text("status_code"));
    walked.secrets.push(code.clone());
    let said = format!("about {PLANTED}");
    cory.on_referral(&referral, "request-information", json!({ "question": said })).await.expect(200);
    runner.on_referral(&referral, "provide-information", json!({ "text": said })).await.expect(200);
    cory.on_referral(&referral, "accept", json!({ "text": said, "invitation_channel": "email" })).await.expect(200);
    walked.refused(
        "taken already",
        cory.on_referral(&referral, "decline", json!({ "reason": "duplicate", "text": said })).await.expect(409),
    );
    app.looks_up_referral(&code).await.expect(200);
    walked.refused("no code", app.looks_up_referral(&format!("{PLANTED} 2")).await.expect(404));
    app.letters_to("nobody@example.org").await;
    for reader in [&runner, &cory] {
        reader.reads_referral(&referral).await.expect(200);
        for query in ["", "state=accepted&kind=hub_to_service", &format!("hub_id={hub}")] {
            reader.referrals_seen(query).await;
        }
    }
    runner.on_referral(&referral, "withdraw-consent", Value::Null).await.expect(204);

    // Iris works for the same employer as Hesper, who learns nothing of her.
    let own = cory.refers_to_hub(&iris, &hub).await;
    walked.refused("kept away", runner.reads_referral(&own).await.expect(404));
    iris.own_referrals().await;
    iris.on_referral(&own, "withdraw", Value::Null).await.expect(204);
    cory.on_referral(&referral, "close", json!({ "outcome": "help_given" })).await.expect(200);
}
