//! A link that works once leads from the contact line to a registration. The call handler who sent it does not learn whether it was
//! used.

use chrono::TimeDelta;
use confide::access::schema::invitations;
use confide::platform::ids::Id;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::contacts::{CALLERS_NUMBER, is_blank_caller, nurse_caller, pasted_variants, token_in};
use crate::support::races::{at_once, expect_outcomes};
use crate::support::{TestApp, apply, both_engines};

/// The practitioner who registered with each invitation, as stored.
async fn linked(app: &TestApp) -> Vec<Option<Id>> {
    app.sql(|conn| Ok(invitations::table.order(invitations::id).select(invitations::practitioner_id).load(conn)?)).await
}

/// The form of a nurse without the details that the invitation fills in.
fn short_form(app: &TestApp, name: &str, token: &str) -> Value {
    let mut form = app.nurse_registration(name);
    for member in ["profession", "setting", "nation", "icb_code", "pseudonym"] {
        form.as_object_mut().unwrap().remove(member);
    }
    form["invitation_token"] = json!(token);
    form
}

#[apply(both_engines)]
async fn link_by_text_message_is_neutral_and_prefills_the_callers_details(app: TestApp) {
    let hanna = app.call_handler().await;
    let contact = hanna.logs_contact("phone", nurse_caller()).await.expect(201).id();
    let sent = hanna.invites_caller(&contact, "sms").await.expect(201);
    assert_eq!((sent.text("state"), sent.text("delivery")), ("sent".into(), "queued".into()));
    assert_eq!(sent.text("expires_at"), "2027-01-18T09:00:00Z", "seven days");
    let texts = app.texts_to(CALLERS_NUMBER).await;
    let token = token_in(&texts[0]);
    assert_eq!(
        texts,
        [format!("As you asked, here is your link: https://app.example.org/join#token={token} It works once, until 18 January.")]
    );
    let prefilled = app.looks_up_invitation(&token).await.expect(200);
    assert_eq!(
        (prefilled.text("preferred_name"), prefilled.text("phone"), prefilled.text("profession")),
        ("Wren".into(), "07700 900123".into(), "nurse".into())
    );
    assert_eq!(prefilled.text("expires_at"), "2027-01-18T09:00:00Z");
    assert!(!prefilled.json.to_string().contains("inquest"), "without the note");
    let read = hanna.get(&format!("/v1/invitations/{}", sent.id())).send().await.expect(200);
    assert_eq!(read.text("delivery"), "sent");
    assert!(!read.json.to_string().contains("7700"));
}

#[apply(both_engines)]
async fn link_by_email_is_as_neutral(app: TestApp) {
    let hanna = app.call_handler().await;
    let contact = hanna.logs_contact("email", json!({})).await.expect(201).id();
    hanna.invites_caller(&contact, "email").await.expect(422).expect_field("incomplete", "/email");
    let form = json!({ "channel": "email", "email": "wren@example.org" });
    hanna.post(&format!("/v1/contacts/{contact}/invitations"), form).send().await.expect(201);
    let emails = app.emails_to("wren@example.org").await;
    assert_eq!(emails[0].subject, "The link you asked for");
    let body = emails[0].body.to_lowercase();
    for word in ["confide", "health", "clinic", "regist", "doctor", "therap"] {
        assert!(!body.contains(word), "{word} is in {body}");
    }
    let prefilled = app.looks_up_invitation(&token_in(&emails[0].body)).await.expect(200);
    assert_eq!(prefilled.text("email"), "wren@example.org", "the address that the link went to");
}

#[apply(both_engines)]
async fn link_is_not_sent_over_an_unsafe_channel(app: TestApp) {
    let hanna = app.call_handler().await;
    let caller = json!({ "phone": "020 7946 0018", "email": "wren@example.org", "safe_to_email": false });
    let contact = hanna.logs_contact("phone", caller).await.expect(201).id();
    hanna.invites_caller(&contact, "email").await.expect(422).expect_field("unsafe_channel", "/channel");
    hanna.invites_caller(&contact, "sms").await.expect(422).expect_field("invalid_body", "/phone");
    let other = json!({ "channel": "sms", "phone": "07700 900555" });
    let sent = hanna.post(&format!("/v1/contacts/{contact}/invitations"), other).send().await.expect(201);
    assert_eq!(app.texts_to("+447700900555").await.len(), 1);
    // A channel that has become unsafe since is not used again.
    let caller = json!({ "caller": { "safe_to_text": false } });
    hanna.put(&format!("/v1/contacts/{contact}"), caller).if_match("*").send().await.expect(200);
    hanna.acts_on_invitation(&sent.id(), "renew").await.expect(422).expect_problem("unsafe_channel");
    hanna.closes_contact(&contact, "other").await.expect(200);
    hanna.invites_caller(&contact, "email").await.expect(409).expect_problem("contact_closed");
}

#[apply(both_engines)]
async fn registration_with_the_link_uses_the_prefilled_details(app: TestApp) {
    let hanna = app.call_handler().await;
    let (contact, token) = hanna.invites_nurse().await;
    let form = short_form(&app, "Nora Nurse", &token);
    assert_eq!(app.registers(&form).await.expect(201).text("decision"), "needs_funding");
    app.confirms_address("nora.nurse@example.org").await.expect(204);
    let nurse = app.signed_in("Nora Nurse", "nora.nurse@example.org", crate::support::actors::PASSWORD).await;
    let registration = nurse.own_registration().await;
    assert_eq!((registration.text("pseudonym"), registration.text("phone")), ("Wren".into(), "07700 900123".into()));
    assert_eq!((registration.text("icb_code"), registration.text("region")), ("QWE".into(), "london".into()));
    assert_eq!(linked(&app).await, [Some(nurse.id)]);
    let waits_from = app.write(move |tx| confide::access::contacts::first_contact_of(tx, nurse.id)).await;
    assert_eq!(waits_from, Some(app.now()));
    let list = hanna.get(&format!("/v1/contacts/{contact}/invitations")).send().await.expect(200);
    let read = hanna.reads_contact(&contact).await.expect(200);
    for text in [&list.json, &read.json] {
        assert!(!text.to_string().contains(&nurse.id.to_string()) && !text.to_string().contains("nora"), "{text}");
    }
    let seen = app.looks_up_invitation(&token).await.expect(410);
    seen.expect_problem("invitation_used");
}

#[apply(both_engines)]
async fn registration_can_be_repeated_after_its_invitation_was_used(app: TestApp) {
    let hanna = app.call_handler().await;
    let (_, token) = hanna.invites_nurse().await;
    let form = app.registration_with_invitation("Ada Byron", &token);
    let register = || app.post("/v1/registrations", form.clone()).key("one-key").send();
    let first = register().await.expect(201);
    app.confirms_address("ada.byron@example.org").await.expect(204);
    assert_eq!(register().await.expect(201).json, first.json);
    app.registers(&form).await.expect_problem("invitation_used");
}

#[apply(both_engines)]
async fn form_takes_precedence_over_the_prefilled_details(app: TestApp) {
    let hanna = app.call_handler().await;
    let (_, token) = hanna.invites_nurse().await;
    let mut form = app.registration_with_invitation("Ada Byron", &token);
    form["phone"] = json!("020 7946 0018");
    form["icb_code"] = json!("QKK");
    assert_eq!(app.registers(&form).await.expect(201).text("decision"), "eligible", "the form says doctor");
    app.confirms_address("ada.byron@example.org").await.expect(204);
    let ada = app.signed_in("Ada Byron", "ada.byron@example.org", crate::support::actors::PASSWORD).await;
    let registration = ada.own_registration().await;
    assert_eq!((registration.text("phone"), registration.text("icb_code")), ("020 7946 0018".into(), "QKK".into()));
    assert_eq!(registration.text("pseudonym"), "Wren", "not in the form, so the caller's is used");
}

#[apply(both_engines)]
async fn details_missing_from_form_and_link_are_required(app: TestApp) {
    let hanna = app.call_handler().await;
    let contact = hanna.logs_contact("phone", json!({ "phone": "07700 900123" })).await.expect(201).id();
    hanna.invites_caller(&contact, "sms").await.expect(201);
    let token = app.invitation_texted_to(CALLERS_NUMBER).await;
    let mut form = short_form(&app, "Nora Nurse", &token);
    form.as_object_mut().unwrap().remove("email");
    let missing = app.registers(&form).await.expect(422);
    for pointer in ["/email", "/profession", "/setting", "/nation"] {
        missing.clone().expect_field("invalid_body", pointer);
    }
    form.as_object_mut().unwrap().remove("invitation_token");
    app.registers(&form).await.expect(422).expect_field("invalid_body", "/email");
    // A refused registration does not use up the link.
    app.looks_up_invitation(&token).await.expect(200);
    form = app.nurse_registration("Nora Nurse");
    form["invitation_token"] = json!(token);
    form["password"] = json!("password");
    app.registers(&form).await.expect(422).expect_problem("weak_password");
    app.looks_up_invitation(&token).await.expect(200);
}

#[apply(both_engines)]
async fn only_one_of_many_concurrent_registrations_uses_the_link(app: TestApp) {
    let hanna = app.call_handler().await;
    let (_, token) = hanna.invites_nurse().await;
    let forms: Vec<Value> =
        (0..6).map(|number| app.registration_with_invitation(&format!("Ada Byron{number}"), &token)).collect();
    expect_outcomes(&at_once(6, |number| app.registers(&forms[number])).await, &[("201", 6)]);
    app.looks_up_invitation(&token).await.expect(200);
    let mut links = Vec::new();
    for form in &forms {
        links.push(app.token_for(form["email"].as_str().unwrap()).await);
    }
    let replies = at_once(6, |number| app.opens_link(&links[number], crate::support::actors::PASSWORD)).await;
    expect_outcomes(&replies, &[("204", 1), ("invitation_used", 5)]);
    assert_eq!(linked(&app).await.iter().flatten().count(), 1);
    let registered: i64 = app.sql(|conn| Ok(confide::people::schema::practitioners::table.count().get_result(conn)?)).await;
    assert_eq!(registered, 1);
}

#[apply(both_engines)]
async fn link_does_not_reveal_whether_an_address_has_an_account(app: TestApp) {
    let hanna = app.call_handler().await;
    let ada = app.practitioner("Ada Byron").await;
    let (known, first) = hanna.invites_nurse().await;
    let again = app.registers(&app.registration_with_invitation("Ada Byron", &first)).await.expect(201);
    let (fresh, second) = hanna.invites_nurse().await;
    let new = app.registers(&app.registration_with_invitation("Eve Lund", &second)).await.expect(201);
    assert_eq!(again.json, new.json);
    for (contact, token) in [(&known, &first), (&fresh, &second)] {
        app.looks_up_invitation(token).await.expect(200);
        assert_eq!(hanna.invitation_states(contact).await, ["sent"]);
    }
    app.confirms_address("eve.lund@example.org").await.expect(204);
    app.looks_up_invitation(&second).await.expect(410).expect_problem("invitation_used");
    assert_eq!(hanna.invitation_states(&fresh).await, ["sent"]);
    let linked = linked(&app).await;
    assert!(linked[0].is_none() && linked[1].is_some_and(|id| id != ada.id), "only the new registration is linked");
}

#[apply(both_engines)]
async fn link_expires_and_can_be_revoked_or_renewed(app: TestApp) {
    let hanna = app.call_handler().await;
    let (contact, first) = hanna.invites_nurse().await;
    app.clock.advance(TimeDelta::minutes(1));
    let sent = hanna.get(&format!("/v1/contacts/{contact}/invitations")).send().await.expect(200);
    let renewed = hanna.acts_on_invitation(sent.items()[0]["id"].as_str().unwrap(), "renew").await.expect(201);
    let second = app.invitation_texted_to(CALLERS_NUMBER).await;
    assert_eq!(hanna.invitation_states(&contact).await, ["sent", "revoked"]);
    app.looks_up_invitation(&first).await.expect(410).expect_problem("invitation_expired");
    app.registers(&app.registration_with_invitation("Ada Byron", &first)).await.expect(410).expect_problem("invitation_expired");
    app.looks_up_invitation(&second).await.expect(200);
    hanna.acts_on_invitation(&renewed.id(), "revoke").await.expect(200);
    hanna.acts_on_invitation(&renewed.id(), "revoke").await.expect(410).expect_problem("invitation_expired");
    app.looks_up_invitation(&second).await.expect(410).expect_problem("invitation_expired");

    app.clock.advance(TimeDelta::minutes(1));
    hanna.invites_caller(&contact, "sms").await.expect(201);
    let third = app.invitation_texted_to(CALLERS_NUMBER).await;
    app.clock.advance(TimeDelta::days(7) - TimeDelta::seconds(1));
    app.looks_up_invitation(&third).await.expect(200);
    app.clock.advance(TimeDelta::seconds(1));
    app.looks_up_invitation(&third).await.expect(410).expect_problem("invitation_expired");
    app.registers(&app.registration_with_invitation("Ada Byron", &third)).await.expect(410).expect_problem("invitation_expired");
    app.looks_up_invitation("no-such-token").await.expect(410).expect_problem("token_expired");
    let hanna = hanna.signs_in_again().await;
    assert_eq!(hanna.invitation_states(&contact).await, ["expired", "revoked", "revoked"]);
    let audited = app.audit_actions_by_name(&renewed.id()).await;
    assert_eq!(audited, ["invitation.issued", "invitation.looked_up", "invitation.revoked"]);
}

#[apply(both_engines)]
async fn contact_has_one_valid_link_even_after_concurrent_invitations(app: TestApp) {
    let hanna = app.call_handler().await;
    let contact = hanna.logs_contact("phone", nurse_caller()).await.expect(201).id();
    expect_outcomes(&at_once(5, |_| hanna.invites_caller(&contact, "sms")).await, &[("201", 5)]);
    let live = hanna.invitation_states(&contact).await.into_iter().filter(|state| state == "sent").count();
    assert_eq!(live, 1);
}

/// Everything that the contact line shows of a contact and its invitations, without ids and times.
async fn seen_by(staff: &Actor, contact: &str) -> Value {
    let read = staff.reads_contact(contact).await.expect(200).json;
    let mut list = staff.get(&format!("/v1/contacts/{contact}/invitations")).send().await.expect(200).json;
    for item in list["items"].as_array_mut().unwrap() {
        for member in ["id", "contact_id", "created_at", "expires_at"] {
            item[member] = Value::Null;
        }
    }
    json!([read["state"], read["close_reason"], read["erased_at"], read["caller"], list])
}

#[apply(both_engines)]
async fn contact_line_cannot_tell_who_registered_with_a_link(app: TestApp) {
    let hanna = app.call_handler().await;
    let (used, token) = hanna.invites_nurse().await;
    let (unused, _) = hanna.invites_nurse().await;
    app.registers(&app.registration_with_invitation("Ada Byron", &token)).await.expect(201);
    app.confirms_address("ada.byron@example.org").await.expect(204);
    let both = async |hanna: &Actor| (seen_by(hanna, &used).await, seen_by(hanna, &unused).await);
    let same = |(used, unused): (Value, Value), when: &str| assert_eq!(used, unused, "{when}");
    same(both(&hanna).await, "once she has registered");

    // What the contact line may do with the two does not differ either.
    let newest = async |hanna: &Actor, contact: &str| {
        let list = hanna.get(&format!("/v1/contacts/{contact}/invitations")).send().await.expect(200);
        list.items()[0]["id"].as_str().unwrap().to_owned()
    };
    app.clock.advance(TimeDelta::minutes(1));
    for contact in [&used, &unused] {
        hanna.acts_on_invitation(&newest(&hanna, contact).await, "renew").await.expect(201);
    }
    same(both(&hanna).await, "once another link was sent");
    for contact in [&used, &unused] {
        let id = newest(&hanna, contact).await;
        hanna.acts_on_invitation(&id, "revoke").await.expect(200);
        hanna.acts_on_invitation(&id, "revoke").await.expect(410).expect_problem("invitation_expired");
    }
    same(both(&hanna).await, "once the link was revoked");
    app.clock.advance(TimeDelta::days(8));
    let hanna = hanna.signs_in_again().await;
    same(both(&hanna).await, "once the links have expired");
    app.clock.advance(TimeDelta::days(365));
    app.run_contact_jobs().await;
    let hanna = hanna.signs_in_again().await;
    let (after, other) = both(&hanna).await;
    assert!(after[2].is_string() && is_blank_caller(&after[3]), "{after}");
    same((after, other), "once their personal data is erased");
}

#[apply(both_engines)]
async fn used_link_looks_open_until_it_expires_and_can_be_revoked(app: TestApp) {
    let hanna = app.call_handler().await;
    let (contact, token) = hanna.invites_nurse().await;
    app.registers(&app.registration_with_invitation("Ada Byron", &token)).await.expect(201);
    app.confirms_address("ada.byron@example.org").await.expect(204);
    assert_eq!(hanna.invitation_states(&contact).await, ["sent"]);
    let list = hanna.get(&format!("/v1/contacts/{contact}/invitations")).send().await.expect(200);
    let id = list.items()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(hanna.acts_on_invitation(&id, "revoke").await.expect(200).text("state"), "revoked");
    app.looks_up_invitation(&token).await.expect(410).expect_problem("invitation_used");
    assert!(linked(&app).await[0].is_some(), "her registration stays");
}

#[apply(both_engines)]
async fn unconfirmed_form_does_not_use_up_the_link(app: TestApp) {
    let hanna = app.call_handler().await;
    let (contact, first) = hanna.invites_nurse().await;
    let mut mistyped = app.registration_with_invitation("Ada Byron", &first);
    mistyped["email"] = json!("ada.bryon@example.org");
    app.registers(&mistyped).await.expect(201);
    app.registers(&app.registration_with_invitation("Ada Byron", &first)).await.expect(201);
    // Another link is sent before she confirms: only one of the two leads to a registration.
    app.clock.advance(TimeDelta::minutes(1));
    hanna.invites_caller(&contact, "sms").await.expect(201);
    let second = app.invitation_texted_to(CALLERS_NUMBER).await;
    app.confirms_address("ada.byron@example.org").await.expect(204);
    assert_eq!(hanna.invitation_states(&contact).await, ["sent", "revoked"], "as if she had not confirmed");
    app.looks_up_invitation(&second).await.expect(410).expect_problem("invitation_expired");
}

#[apply(both_engines)]
async fn token_pasted_with_white_space_prefills_the_same_details(app: TestApp) {
    let hanna = app.call_handler().await;
    let (_, token) = hanna.invites_nurse().await;
    let prefilled = app.looks_up_invitation(&token).await.expect(200);
    for written in pasted_variants(&token) {
        let looked = app.looks_up_invitation(&written).await;
        assert_eq!((looked.status.as_u16(), &looked.json), (200, &prefilled.json), "{written:?}");
    }
    for (number, written) in pasted_variants(&token).into_iter().enumerate() {
        let made = app.registers(&app.registration_with_invitation(&format!("Ada Byron{number}"), &written)).await;
        assert_eq!(made.status.as_u16(), 201, "{written:?}: {}", made.json);
    }
    app.confirms_address("ada.byron0@example.org").await.expect(204);
    app.looks_up_invitation(&token).await.expect(410).expect_problem("invitation_used");
}
