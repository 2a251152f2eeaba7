//! The life cycle of a referral, in each direction.

use confide::people::Role;
use serde_json::{Value, json};

use crate::support::hubs::{anonymous_nurse_referral, nurse_referral};
use crate::support::{TestApp, apply, both_engines};

fn history_events(reply: &crate::support::reply::CheckedReply) -> Vec<&str> {
    reply.json["history"].as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap()).collect()
}

#[apply(both_engines)]
async fn hub_refers_a_nurse_who_is_invited_and_registers(app: TestApp) {
    let hub = app.harbour_hub().await;
    let (harriet, cory) = (app.hub_coordinator("Harriet Hub", &hub).await, app.coordinator().await);
    let made = harriet.creates_referral(&hub, nurse_referral()).await.expect(201);
    let (referral, code) = (made.id(), made.text("code"));
    assert_eq!(made.header("location"), Some(format!("/v1/referrals/{referral}").as_str()));
    let texts = app.texts_to("+447700900123").await;
    assert!(texts.len() == 1 && texts[0].contains(&code), "{texts:?}");
    assert_eq!(app.email_subjects_to(&cory.email).await, ["A request waits for you"]);
    assert!(app.emails_to(&harriet.email).await.is_empty());

    // The service asks, the hub answers.
    assert_eq!(cory.referral_ids("state=sent").await, [referral.clone()]);
    let seen = cory.reads_referral(&referral).await.expect(200);
    assert_eq!(
        (seen.text("name"), seen.text("phone"), seen.text("profession")),
        ("Nora Nightingale".into(), "+447700900123".into(), "nurse".into())
    );
    assert_eq!((&seen.json["parties"], &seen.json["registered"]), (&json!(["receiver"]), &json!(false)));
    assert_eq!(seen.json["allowed_actions"], json!(["information_requested", "accepted", "declined"]));
    cory.acts_on_referral(&referral, "request-information", json!({ "question": "Since when?" })).await.expect(200);
    assert_eq!(app.email_subjects_to(&harriet.email).await, ["There is an answer to a request"]);
    assert_eq!(app.looks_up_referral(&code).await.expect(200).text("state"), "information_requested");
    let answered = harriet.acts_on_referral(&referral, "provide-information", json!({ "text": "Since May." })).await.expect(200);
    assert_eq!((answered.text("state"), &answered.json["history"][1]["text"]), ("sent".into(), &json!("Since when?")));

    // The referral is accepted; she is invited and registers with the link.
    let taken =
        cory.acts_on_referral(&referral, "accept", json!({ "note": "Gladly.", "invitation_channel": "sms" })).await.expect(200);
    assert_eq!(history_events(&taken), ["created", "information_requested", "information_provided", "accepted"]);
    assert_eq!(
        (&taken.json["history"][3]["text"], &taken.json["history"][3]["invitation_expires_on"]),
        (&json!("Gladly."), &json!("2027-01-18"))
    );
    let status = app.looks_up_referral(&code.to_lowercase().replace('-', " ")).await.expect(200);
    assert_eq!(status.text("state"), "accepted");
    assert!(status.text("next_step").contains("link"));
    let mut members: Vec<&String> = status.json.as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(members, ["next_step", "signposts", "state"], "and nothing more");
    let texts = app.texts_to("+447700900123").await;
    let link = texts.iter().find(|text| text.contains("#token=")).unwrap();
    let token = crate::support::contacts::token_in(link);
    let prefilled = app.looks_up_invitation(&token).await.expect(200);
    assert!(prefilled.json.to_string().contains("Wren") && !prefilled.json.to_string().contains("Nightingale"));
    let mut registration = app.nurse_registration("Nora Nightingale");
    registration["invitation_token"] = json!(token);
    app.registers(&registration).await.expect(201);
    app.confirms_address(registration["email"].as_str().unwrap()).await.expect(204);
    app.looks_up_invitation(&token).await.expect(410);

    let closed = cory.acts_on_referral(&referral, "close", json!({ "outcome": "help_given" })).await.expect(200);
    assert_eq!((closed.text("state"), &closed.json["history"][4]["outcome"]), ("closed".into(), &json!("help_given")));
    assert_eq!(app.looks_up_referral(&code).await.expect(200).text("state"), "closed");
    let texts = app.texts_to("+447700900123").await;
    assert!(!texts.is_empty());
    for text in texts {
        let text = text.to_lowercase();
        assert!(
            !text.contains("confide") && !text.contains("hub") && !text.contains("nora") && !text.contains("referr"),
            "{text}"
        );
    }
    let audited = app.audit_actions(&referral).await;
    for action in ["created", "read", "information_requested", "information_provided", "accepted", "looked_up", "closed"] {
        assert!(audited.contains(&format!("hub_referral.{action}")), "{action} in {audited:?}");
    }
    assert_eq!(app.audit_count_of("hub_referral.listed", referral.parse().unwrap()).await, 1);
}

#[apply(both_engines)]
async fn declined_referral_shows_signposts(app: TestApp) {
    let hub = app.harbour_hub().await;
    let (harriet, cory) = (app.hub_coordinator("Harriet Hub", &hub).await, app.coordinator().await);
    let made = harriet.creates_referral(&hub, anonymous_nurse_referral()).await.expect(201);
    let (referral, code) = (made.id(), made.text("code"));
    cory.acts_on_referral(&referral, "accept", json!({ "invitation_channel": "sms" }))
        .await
        .expect_field("invalid_body", "/invitation_channel");
    cory.acts_on_referral(&referral, "accept", json!({ "invitation_channel": "email" }))
        .await
        .expect_field("invalid_body", "/invitation_channel");
    let declined = json!({ "reason": "other_help_needed", "note": "The local team can see her tomorrow." });
    cory.acts_on_referral(&referral, "decline", declined).await.expect(200);
    let status = app.looks_up_referral(&code).await.expect(200);
    assert_eq!((status.text("state"), status.json["signposts"][0]["contact"].as_str()), ("declined".into(), Some("999")));
    assert!(status.json["signposts"].as_array().unwrap().len() > 3);
    let seen = harriet.reads_referral(&referral).await.expect(200);
    assert_eq!(
        (&seen.json["history"][1]["decline_reason"], &seen.json["registered"]),
        (&json!("other_help_needed"), &Value::Null)
    );
    assert_eq!(app.email_subjects_to(&harriet.email).await, ["There is an answer to a request"]);
    for (verb, form) in crate::support::hubs::referral_actions() {
        cory.acts_on_referral(&referral, verb, form).await.expect(409).expect_problem("state_conflict");
    }
    app.looks_up_referral("7K3M-9QXA-7K3M-9QXA").await.expect(404);
    app.looks_up_referral("no such code").await.expect(404);
}

#[apply(both_engines)]
async fn service_refers_a_practitioner_who_can_follow_the_status(app: TestApp) {
    let hub = app.harbour_hub().await;
    let (harriet, cory, ada) =
        (app.hub_coordinator("Harriet Hub", &hub).await, app.coordinator().await, app.practitioner("Ada Byron").await);
    let referral = cory.refers_to_hub(&ada, &hub).await;
    let mine = ada.own_referrals().await;
    assert_eq!(
        (&mine[0]["hub_name"], &mine[0]["state"], &mine[0]["identified"]),
        (&json!("Harbour"), &json!("sent"), &json!(true))
    );
    assert_eq!(mine[0]["allowed_actions"], json!(["withdrawn", "consent_withdrawn"]));
    assert_eq!(app.email_subjects_to(&harriet.email).await, ["A request waits for you"]);
    let seen = harriet.reads_referral(&referral).await.expect(200);
    assert_eq!((seen.text("name"), &seen.json["parties"]), ("Ada Byron".into(), &json!(["receiver"])));
    let reference = ada.own_registration().await.text("reference");
    assert_eq!(seen.text("pseudonym"), reference);
    assert!(seen.json["registered"].is_null() && !seen.json.to_string().contains(&ada.id.to_string()));

    harriet.accepts_referral(&referral).await.expect(200);
    assert!(app.email_subjects_to(&ada.email).await.contains(&"There is news about your request".to_owned()));
    assert_eq!(ada.own_referrals().await[0]["next_step"], "The hub has accepted the referral and will contact you.");
    harriet.acts_on_referral(&referral, "close", json!({ "outcome": "referred_on" })).await.expect(200);
    assert_eq!(ada.own_referrals().await[0]["state"], "closed");
    harriet.accepts_referral(&referral).await.expect_problem("state_conflict");
    assert!(
        app.expect_emails_to(&ada.email).await.iter().all(|email| !email.body.contains("Harbour") && !email.body.contains("hub"))
    );
}

#[apply(both_engines)]
async fn practitioner_sees_why_a_hub_declined_and_gets_signposts(app: TestApp) {
    let hub = app.harbour_hub().await;
    let (harriet, cory, ada) =
        (app.hub_coordinator("Harriet Hub", &hub).await, app.coordinator().await, app.practitioner("Ada Byron").await);
    let referral = cory.refers_to_hub(&ada, &hub).await;
    assert_eq!(ada.own_referrals().await[0]["decline_reason"], Value::Null);
    harriet
        .acts_on_referral(&referral, "decline", json!({ "reason": "no_capacity", "note": "Not before March." }))
        .await
        .expect(200);
    let mine = &ada.own_referrals().await[0];
    assert_eq!((&mine["decline_reason"], &mine["signposts"][0]["contact"]), (&json!("no_capacity"), &json!("999")));
    assert!(mine["signposts"].as_array().unwrap().len() > 3 && !mine.to_string().contains("March"));
}

#[apply(both_engines)]
async fn call_handler_refers_a_caller(app: TestApp) {
    let hub = app.harbour_hub().await;
    let (harriet, handler) = (app.hub_coordinator("Harriet Hub", &hub).await, app.call_handler().await);
    let contact = handler.logs_contact("phone", crate::support::contacts::nurse_caller()).await.expect(201).id();
    let form = json!({ "kind": "service_to_hub", "reason": "bereavement", "consent": true, "pseudonym": "Wren", "contact_id": contact,
        "email": "wren@example.org", "update_channel": "email" });
    let mut wrong_contact = form.clone();
    wrong_contact["contact_id"] = json!(hub);
    handler.creates_referral(&hub, wrong_contact).await.expect(404);
    let made = handler.creates_referral(&hub, form).await.expect(201);
    assert_eq!(app.email_subjects_to("wren@example.org").await, ["Your code"]);
    harriet.accepts_referral(&made.id()).await.expect(200);
    let mut subjects = app.email_subjects_to("wren@example.org").await;
    subjects.sort();
    assert_eq!(subjects, ["There is news about your request", "Your code"]);
    assert_eq!(handler.referral_ids("").await, [made.id()]);
    let status = app.looks_up_referral(&made.text("code")).await.expect(200);
    assert!(status.text("next_step").starts_with("The hub"));
    let other = app.staff("Hector Handler", Role::CallHandler).await;
    assert!(other.referral_ids("").await.is_empty());
    other.reads_referral(&made.id()).await.expect(404);
}

#[apply(both_engines)]
async fn hub_refers_on_to_a_signpost(app: TestApp) {
    let hub = app.harbour_hub().await;
    let (harriet, cory) = (app.hub_coordinator("Harriet Hub", &hub).await, app.coordinator().await);
    let form = json!({ "kind": "hub_to_help", "reason": "mood_and_anxiety", "consent": false, "pseudonym": "Wren", "help": "online",
        "signpost_id": "nhs_talking_therapies" });
    let mut unknown = form.clone();
    unknown["signpost_id"] = json!("no_such_place");
    harriet.creates_referral(&hub, unknown).await.expect_field("invalid_body", "/signpost_id");
    let made = harriet.creates_referral(&hub, form).await.expect(201);
    let seen = harriet.reads_referral(&made.id()).await.expect(200);
    assert_eq!(
        (&seen.json["parties"], &seen.json["signpost_id"]),
        (&json!(["sender", "receiver"]), &json!("nhs_talking_therapies"))
    );
    cory.reads_referral(&made.id()).await.expect(404);
    assert!(cory.referral_ids("").await.is_empty() && cory.referral_ids("kind=hub_to_help").await.is_empty());
    harriet.accepts_referral(&made.id()).await.expect(200);
    harriet.acts_on_referral(&made.id(), "close", json!({ "outcome": "help_given" })).await.expect(200);
    assert_eq!(app.looks_up_referral(&made.text("code")).await.expect(200).text("state"), "closed");
}

#[apply(both_engines)]
async fn referral_is_withdrawn_by_its_sender_or_by_the_practitioner(app: TestApp) {
    let hub = app.harbour_hub().await;
    let (harriet, cory, ada) =
        (app.hub_coordinator("Harriet Hub", &hub).await, app.coordinator().await, app.practitioner("Ada Byron").await);
    let first = cory.refers_to_hub(&ada, &hub).await;
    harriet.acts_on_referral(&first, "withdraw", Value::Null).await.expect_problem("state_conflict");
    cory.acts_on_referral(&first, "withdraw", Value::Null).await.expect(204);
    app.clock.advance(chrono::TimeDelta::seconds(1));
    let second = cory.refers_to_hub(&ada, &hub).await;
    harriet.accepts_referral(&second).await.expect(200);
    cory.acts_on_referral(&second, "withdraw", Value::Null).await.expect_problem("state_conflict");
    ada.acts_on_referral(&second, "withdraw", Value::Null).await.expect(204);
    ada.acts_on_referral(&second, "withdraw", Value::Null).await.expect_problem("state_conflict");
    let states: Vec<_> = ada.own_referrals().await.iter().map(|mine| mine["state"].as_str().unwrap().to_owned()).collect();
    assert_eq!(states, ["withdrawn", "withdrawn"]);
    assert_eq!(harriet.referral_ids("state=withdrawn").await, [second, first]);
}

#[apply(both_engines)]
async fn closed_hub_receives_no_new_referrals(app: TestApp) {
    let (hub, admin, cory) = (app.harbour_hub().await, app.administrator().await, app.coordinator().await);
    let ada = app.practitioner("Ada Byron").await;
    let harriet = app.hub_coordinator("Harriet Hub", &hub).await;
    let open = cory.refers_to_hub(&ada, &hub).await;
    admin.changes_hub(&hub, "/close", json!({ "closed_on": "2027-01-11" })).await.expect(200);
    let form = json!({ "kind": "service_to_hub", "reason": "other", "consent": true, "practitioner_id": ada.id });
    cory.creates_referral(&hub, form).await.expect(409).expect_problem("hub_closed");
    harriet.creates_referral(&hub, anonymous_nurse_referral()).await.expect_problem("hub_closed");
    harriet.accepts_referral(&open).await.expect(200);
}

#[apply(both_engines)]
async fn referral_sent_again_with_its_key_is_created_once_with_the_same_code(app: TestApp) {
    let hub = app.harbour_hub().await;
    let harriet = app.hub_coordinator("Harriet Hub", &hub).await;
    let send = async || {
        harriet.post(&format!("/v1/hubs/{hub}/referrals"), anonymous_nurse_referral()).key("one").send().await.expect(201)
    };
    let (first, again) = (send().await, send().await);
    assert_eq!((first.id(), first.text("code")), (again.id(), again.text("code")));
    assert_eq!(harriet.referral_ids("").await.len(), 1);
}
