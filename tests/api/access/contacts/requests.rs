//! Requests to be called back.

use serde_json::json;

use crate::support::app::{Kind, TestSettings};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn call_back_request_is_handled_and_its_status_can_be_looked_up(app: TestApp) {
    let hanna = app.call_handler().await;
    let asked = app
        .requests_call_back(json!({ "phone": "07700 900123", "preferred_name": "Wren", "safe_times": "after eight" }))
        .await
        .expect(202);
    assert_eq!(asked.text("call_back_due_at"), "2027-01-12T09:00:00Z");
    assert_eq!(asked.json["contact_routes"]["crisis_help"][0]["id"], "emergency_999");
    let code = asked.text("code");
    let status = async || app.post("/v1/contact-request-lookups", json!({ "code": code })).send().await.expect(200).text("state");
    assert_eq!(status().await, "waiting");

    let (kind, task) = hanna.contact_tasks("state=waiting").await.remove(0);
    assert_eq!(kind, "call_back");
    let contact = hanna.get("/v1/contacts").send().await.expect(200).items()[0]["id"].as_str().unwrap().to_owned();
    let read = hanna.reads_contact(&contact).await.expect(200);
    assert_eq!(
        (read.text("channel"), read.text("origin"), read.json["logged_by"].is_null()),
        ("web".into(), "requested".into(), true)
    );
    assert_eq!(
        (read.json["caller"]["safe_times"].as_str(), read.json["needs_today"].as_bool()),
        (Some("after eight"), Some(false))
    );
    hanna.takes_task(&task).await.expect(200);
    assert_eq!(status().await, "taken");
    hanna.triages_contact(&contact, &["needs_today"]).await.expect(200);
    hanna.completes_task(&task, "Rang and spoke.").await.expect(200);
    assert_eq!(status().await, "done");
    assert_eq!(hanna.reads_contact(&contact).await.expect(200).json["needs_today"], true, "the other task is still open");
    hanna.closes_contact(&contact, "informed").await.expect(409).expect_problem("contact_tasks_open");
    hanna.completes_waiting_contact_tasks().await;
    hanna.closes_contact(&contact, "informed").await.expect(200);
    app.post("/v1/contact-request-lookups", json!({ "code": "no-such-code" }))
        .send()
        .await
        .expect(404)
        .expect_problem("not_found");
    let audited = app.audit_actions_by_name(&contact).await;
    let (looked_up, by_staff): (Vec<_>, Vec<_>) = audited.into_iter().partition(|action| action == "contact.looked_up");
    assert_eq!(by_staff, ["contact.call_back_requested", "contact.closed", "contact.read", "contact.read", "contact.triaged"]);
    assert_eq!(looked_up.len(), 3, "each time the person asked for its state");
}

#[apply(both_engines)]
async fn other_modules_can_open_a_contact_that_waits_for_a_call_back(app: TestApp) {
    use confide::access::contacts::model::{ContactChannel, ContactDetails, ContactOrigin};
    use confide::access::contacts::queries::NewContact;
    use confide::platform::audit::Actor;
    let hanna = app.call_handler().await;
    let id = app
        .write(move |tx| {
            let caller = ContactDetails { phone: Some("07700 900123".to_owned()), ..ContactDetails::default() };
            let new = NewContact { channel: ContactChannel::Web, origin: ContactOrigin::SelfCheck, details: caller };
            confide::access::contacts::create_call_back_request(tx, &new, Actor::ANONYMOUS)
        })
        .await;
    assert_eq!(hanna.reads_contact(&id.to_string()).await.expect(200).text("origin"), "self_check");
    assert_eq!(hanna.contact_tasks("kind=call_back").await.len(), 1);
}

#[apply(both_engines)]
async fn invitation_for_a_referral_cannot_be_read_or_changed_by_call_handlers(app: TestApp) {
    use confide::access::contacts::invitations::{self, InvitationRequest};
    use confide::access::contacts::model::{InvitationOrigin, InvitationRecipient, Prefill};
    use confide::platform::audit::Actor;
    use confide::platform::ids::Id;
    let hanna = app.call_handler().await;
    let id = app
        .write(move |tx| {
            let invite = InvitationRequest {
                origin: InvitationOrigin::Referral,
                subject: Id::new(tx.now),
                to: InvitationRecipient::Email("wren@example.org".to_owned()),
                prefill: Prefill { preferred_name: Some("Wren".to_owned()), ..Prefill::default() },
            };
            invitations::issue(tx, &invite, Actor::SYSTEM, None)
        })
        .await;
    hanna.get(&format!("/v1/invitations/{id}")).send().await.expect(404);
    hanna.acts_on_invitation(&id.to_string(), "revoke").await.expect(404);
    hanna.acts_on_invitation(&id.to_string(), "renew").await.expect(404);
    let token = app.token_for("wren@example.org").await;
    assert_eq!(app.looks_up_invitation(&token).await.expect(200).text("preferred_name"), "Wren");
    app.registers(&app.registration_with_invitation("Ada Byron", &token)).await.expect(201);
}

#[apply(both_engines)]
async fn call_back_requests_are_limited_by_address_and_by_number(kind: Kind) {
    let policy = confide::platform::config::Policy { contact_requests_per_minute: 2, ..TestSettings::default().policy };
    let app = TestApp::start_with(kind, TestSettings { policy, ..TestSettings::default() }).await;
    let asks = async |peer: &str, phone: &str| {
        let reply = app.post("/v1/contact-requests", json!({ "phone": phone })).from(peer).send().await;
        reply.status.as_u16()
    };
    assert_eq!([asks("203.0.113.1", "07700 900001").await, asks("203.0.113.1", "07700 900002").await], [202, 202]);
    assert_eq!(asks("203.0.113.1", "07700 900003").await, 429, "the limit of one network address");
    assert_eq!([asks("203.0.113.2", "07700 900004").await, asks("203.0.113.3", "+44 7700 900004").await], [202, 202]);
    assert_eq!(asks("203.0.113.4", "0044 7700 900004").await, 429, "the limit of one telephone number");
}
