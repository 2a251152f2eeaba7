//! A clinician refers a practitioner in their care.

use serde_json::json;

use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn clinician_refers_only_practitioners_in_their_care(app: TestApp) {
    let hub = app.harbour_hub().await;
    let harriet = app.hub_coordinator("Harriet Hub", &hub).await;
    let scene = app.in_care().await;
    let (ada, cleo, dora) = (&scene.ada, &scene.cleo, app.dora().await);
    let path = format!("/v1/practitioners/{}/referrals", ada.id);
    let form = json!({ "hub_id": hub, "reason": "team_support", "consent": true, "phone": "020 7946 0018" });
    let mut without_consent = form.clone();
    without_consent["consent"] = json!(false);
    cleo.post(&path, without_consent).send().await.expect(422).expect_field("consent_required", "/consent");
    let made = cleo.post(&path, form.clone()).key("one").send().await.expect(201);
    assert_eq!(cleo.post(&path, form.clone()).key("one").send().await.expect(201).id(), made.id());
    assert!(made.json["code"].is_null(), "a registered practitioner needs no code");
    dora.post(&path, form.clone()).send().await.expect(404);
    dora.get(&path).send().await.expect(404);
    app.coordinator().await.post(&path, form.clone()).send().await.expect_problem("wrong_role");

    let seen = harriet.reads_referral(&made.id()).await.expect(200);
    assert!(seen.json["name"].is_null() && seen.text("phone") == "020 7946 0018");
    harriet.accepts_referral(&made.id()).await.expect(200);
    assert!(app.email_subjects_to(&cleo.email).await.contains(&"There is an answer to a request".to_owned()));
    let list = cleo.get(&path).send().await.expect(200);
    assert_eq!((list.items().len(), &list.items()[0]["state"]), (1, &json!("accepted")));
    assert_eq!(app.audit_count_of("hub_referrals.read", ada.id).await, 1);
    assert_eq!(ada.own_referrals().await[0]["state"], "accepted");

    // A blocked clinician has no access any more.
    ada.blocks(cleo).await.expect(201);
    cleo.post(&path, form).send().await.expect(404);
    cleo.get(&path).send().await.expect(404);
}
