//! Identifying details in a referral need consent and are deleted when the consent is withdrawn.

use serde_json::{Value, json};

use crate::support::hubs::{anonymous_nurse_referral, nurse_referral};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn referral_without_consent_may_not_identify_the_practitioner(app: TestApp) {
    let hub = app.harbour_hub().await;
    let (harriet, cory, ada) =
        (app.hub_coordinator("Harriet Hub", &hub).await, app.coordinator().await, app.practitioner("Ada Byron").await);
    for (member, value) in [
        ("name", json!("Nora")),
        ("phone", json!("07700 900123")),
        ("email", json!("nora@example.org")),
        ("note", json!("Of ward 7.")),
    ] {
        let mut named = anonymous_nurse_referral();
        named[member] = value;
        harriet.creates_referral(&hub, named).await.expect(422).expect_field("consent_required", &format!("/{member}"));
    }
    let without_consent = json!({ "kind": "service_to_hub", "reason": "other", "consent": false, "practitioner_id": ada.id });
    cory.creates_referral(&hub, without_consent).await.expect_field("consent_required", "/consent");
    let mut nameless = anonymous_nurse_referral();
    nameless["profession"] = Value::Null;
    harriet.creates_referral(&hub, nameless).await.expect_field("invalid_body", "/pseudonym");
    assert!(harriet.referral_ids("").await.is_empty() && ada.own_referrals().await.is_empty());

    let referral = harriet.creates_referral(&hub, anonymous_nurse_referral()).await.expect(201).id();
    let seen = cory.reads_referral(&referral).await.expect(200);
    assert_eq!(
        (seen.text("profession"), seen.text("icb_code"), seen.text("reason")),
        ("nurse".into(), "QWE".into(), "trauma".into())
    );
    for member in ["name", "phone", "email", "note", "pseudonym", "consented_at"] {
        assert!(seen.json[member].is_null(), "{member}");
    }
    harriet.acts_on_referral(&referral, "withdraw-consent", Value::Null).await.expect(409).expect_problem("state_conflict");
}

#[apply(both_engines)]
async fn withdrawing_consent_deletes_the_identifying_details(app: TestApp) {
    let hub = app.harbour_hub().await;
    let (harriet, cory) = (app.hub_coordinator("Harriet Hub", &hub).await, app.coordinator().await);
    let referral = harriet.creates_referral(&hub, nurse_referral()).await.expect(201).id();
    cory.acts_on_referral(&referral, "request-information", json!({ "question": "Since when?" })).await.expect(200);
    harriet.acts_on_referral(&referral, "provide-information", json!({ "text": "Nora says since May." })).await.expect(200);
    let taken = cory.acts_on_referral(&referral, "accept", json!({ "invitation_channel": "sms" })).await.expect(200);
    assert_eq!(taken.json["history"][2]["text"], "Nora says since May.");
    let token = crate::support::contacts::token_in(
        app.texts_to("+447700900123").await.iter().find(|text| text.contains("#token=")).unwrap(),
    );

    cory.acts_on_referral(&referral, "withdraw-consent", Value::Null).await.expect_problem("state_conflict");
    harriet.acts_on_referral(&referral, "withdraw-consent", Value::Null).await.expect(204);
    harriet.acts_on_referral(&referral, "withdraw-consent", Value::Null).await.expect_problem("state_conflict");
    let seen = cory.reads_referral(&referral).await.expect(200);
    let text = seen.json.to_string();
    for secret in ["Nora", "Nightingale", "7700900123", "manager", "May"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert!(text.contains("Since when?") && seen.json["consent_withdrawn_at"].is_string(), "the coordinator's question stays");
    assert_eq!(harriet.reads_referral(&referral).await.expect(200).json["name"], Value::Null, "also for the sender");
    app.looks_up_invitation(&token).await.expect(410);
    let before = app.texts_to("+447700900123").await.len();
    cory.acts_on_referral(&referral, "close", json!({ "outcome": "not_wanted" })).await.expect(200);
    assert_eq!(app.texts_to("+447700900123").await.len(), before, "no further messages");
}

#[apply(both_engines)]
async fn practitioner_withdraws_their_own_consent(app: TestApp) {
    let hub = app.harbour_hub().await;
    let (harriet, cory, ada) =
        (app.hub_coordinator("Harriet Hub", &hub).await, app.coordinator().await, app.practitioner("Ada Byron").await);
    let referral = cory.refers_to_hub(&ada, &hub).await;
    assert_eq!(harriet.reads_referral(&referral).await.expect(200).text("name"), "Ada Byron");
    ada.acts_on_referral(&referral, "withdraw-consent", Value::Null).await.expect(204);
    let seen = harriet.reads_referral(&referral).await.expect(200);
    assert!(seen.json["name"].is_null() && seen.json["note"].is_null() && seen.json["phone"].is_null());
    let mine = &ada.own_referrals().await[0];
    assert!(mine["identified"] == false && mine["consent_withdrawn_at"].is_string());
    let roles = app.audit_actions_with_roles(&referral).await;
    assert!(roles.contains(&("practitioner".into(), "hub_referral.consent_withdrawn".into())), "{roles:?}");
}
