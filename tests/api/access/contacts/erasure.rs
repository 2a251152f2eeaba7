//! The personal data of a contact is erased after a year, whether or not a registration follows.

use chrono::TimeDelta;
use confide::access::schema::{contact_tasks, contacts, invitations};
use confide::platform::ids::Id;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::contacts::{is_blank_caller, nurse_caller};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn contact_is_erased_after_a_year_with_or_without_a_registration(app: TestApp) {
    let hanna = app.call_handler().await;
    let contact = hanna.logs_contact("phone", nurse_caller()).await.expect(201).id();
    hanna.triages_contact(&contact, &["needs_today"]).await.expect(200);
    hanna.completes_waiting_contact_tasks().await;
    hanna.invites_caller(&contact, "sms").await.expect(201);
    let (registered, token) = hanna.invites_nurse().await;
    app.registers(&app.registration_with_invitation("Ada Byron", &token)).await.expect(201);
    app.confirms_address("ada.byron@example.org").await.expect(204);

    app.clock.advance(TimeDelta::days(365) - TimeDelta::seconds(1));
    assert_eq!(app.run_contact_jobs().await, 0);
    app.clock.advance(TimeDelta::seconds(3));
    assert!(app.run_contact_jobs().await > 0);
    assert_eq!(app.run_contact_jobs().await, 0, "only once");

    let hanna = hanna.signs_in_again().await;
    let read = hanna.reads_contact(&contact).await.expect(200);
    assert_eq!(read.text("erased_at"), app.now().to_string());
    assert!(is_blank_caller(&read.json["caller"]), "{}", read.json);
    assert_eq!(read.json["tasks"][0]["note"], Value::Null);
    assert_eq!(read.json["triage_history"][0]["needs"], json!(["needs_today"]), "the needs stay for statistics");
    hanna.invites_caller(&contact, "sms").await.expect(409).expect_problem("contact_closed");
    let invitation = hanna.get(&format!("/v1/contacts/{contact}/invitations")).send().await.expect(200).items()[0]["id"].clone();
    hanna.acts_on_invitation(invitation.as_str().unwrap(), "renew").await.expect(409).expect_problem("contact_closed");
    hanna
        .put(&format!("/v1/contacts/{contact}"), json!({ "caller": {} }))
        .if_match("*")
        .send()
        .await
        .expect(409)
        .expect_problem("contact_closed");
    let found = hanna.post("/v1/contact-searches", json!({ "phone": "07700 900123" })).send().await.expect(200);
    assert!(found.items().is_empty());
    let followed = hanna.reads_contact(&registered).await.expect(200);
    assert_eq!(followed.text("erased_at"), app.now().to_string(), "or the contact line would know who registered");
    assert!(is_blank_caller(&followed.json["caller"]), "{}", followed.json);
    let ada = app.signed_in("Ada Byron", "ada.byron@example.org", crate::support::actors::PASSWORD).await;
    assert_eq!(ada.own_registration().await.text("pseudonym"), "Wren", "her registration keeps what it needs");
    assert!(app.audit_actions_by_name(&contact).await.contains(&"contact.erased".to_owned()));

    let (details, notes, prefilled) = app
        .sql(|conn| {
            let details: Vec<Vec<u8>> =
                contacts::table.filter(contacts::erased_at.is_not_null()).select(contacts::details).load(conn)?;
            let notes: i64 = contact_tasks::table.filter(contact_tasks::note.is_not_null()).count().get_result(conn)?;
            let prefilled: Vec<Vec<u8>> = invitations::table.select(invitations::details).load(conn)?;
            Ok((details, notes, prefilled))
        })
        .await;
    assert_eq!((details.len(), notes, prefilled.len()), (2, 0, 2));
    assert!(details.iter().chain(&prefilled).all(Vec::is_empty), "no personal data is left in the rows");
}

#[apply(both_engines)]
async fn contact_of_an_emergency_is_kept_for_six_years(app: TestApp) {
    let hanna = app.call_handler().await;
    let danger = hanna.logs_contact("phone", nurse_caller()).await.expect(201).id();
    hanna.triages_contact(&danger, &["immediate_danger"]).await.expect(200);
    let taken_over = hanna.logs_contact("phone", nurse_caller()).await.expect(201).id();
    hanna.closes_contact(&taken_over, "emergency_services").await.expect(200);
    let other = hanna.logs_contact("phone", nurse_caller()).await.expect(201).id();
    hanna.triages_contact(&other, &["needs_today"]).await.expect(200);
    hanna.completes_waiting_contact_tasks().await;

    let erased = async || -> Vec<bool> {
        app.run_contact_jobs().await;
        let over = contacts::table.filter(contacts::erased_at.is_not_null()).select(contacts::id);
        let over: Vec<Id> = app.sql(move |conn| Ok(over.load(conn)?)).await;
        [&danger, &taken_over, &other].map(|id| over.contains(&id.parse().unwrap())).to_vec()
    };
    app.clock.advance(TimeDelta::days(366));
    assert_eq!(erased().await, [false, false, true]);
    app.clock.advance(TimeDelta::days(2192 - 366));
    assert_eq!(erased().await, [false, false, true], "six years are not over");
    app.clock.advance(TimeDelta::seconds(3));
    assert_eq!(erased().await, [true, true, true]);
}

#[apply(both_engines)]
async fn newer_contact_of_the_same_person_is_not_erased_with_the_older_one(app: TestApp) {
    let hanna = app.call_handler().await;
    let first = hanna.logs_contact("phone", nurse_caller()).await.expect(201).id();
    app.clock.advance(TimeDelta::days(300));
    let hanna = hanna.signs_in_again().await;
    let second = hanna.logs_contact("phone", nurse_caller()).await.expect(201).id();
    app.clock.advance(TimeDelta::days(66));
    app.run_contact_jobs().await;
    let hanna = hanna.signs_in_again().await;
    assert!(hanna.reads_contact(&first).await.expect(200).json["caller"]["preferred_name"].is_null());
    assert_eq!(hanna.reads_contact(&second).await.expect(200).json["caller"]["preferred_name"], "Wren");
}
