//! The personal data of a contact is erased when no registration follows.

use chrono::TimeDelta;
use confide::access::schema::{contact_tasks, contacts, invitations};
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::contacts::{a_nurse, says_nothing};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn contact_without_a_registration_is_erased_after_a_year(app: TestApp) {
    let hanna = app.call_handler().await;
    let contact = hanna.logs("phone", a_nurse()).await.expect(201).id();
    hanna.triages(&contact, &["needs_today"]).await.expect(200);
    hanna.sees_to_contacts().await;
    hanna.invites_caller(&contact, "sms").await.expect(201);
    let (registered, token) = hanna.invites_a_nurse().await;
    app.registers(&app.registration_with("Ada Byron", &token)).await.expect(201);
    app.confirms_address("ada.byron@example.org").await.expect(204);

    app.clock.advance(TimeDelta::days(365) - TimeDelta::seconds(1));
    assert_eq!(app.looks_after_contacts().await, 0);
    app.clock.advance(TimeDelta::seconds(3));
    assert!(app.looks_after_contacts().await > 0);
    assert_eq!(app.looks_after_contacts().await, 0, "only once");

    let hanna = hanna.back().await;
    let read = hanna.reads_contact(&contact).await.expect(200);
    assert_eq!(read.text("erased_at"), app.now().to_string());
    assert!(says_nothing(&read.json["caller"]), "{}", read.json);
    assert_eq!(read.json["tasks"][0]["note"], Value::Null);
    assert_eq!(read.json["triage_history"][0]["needs"], json!(["needs_today"]), "the needs stay for statistics");
    hanna.invites_caller(&contact, "sms").await.expect(409).expect_problem("contact_erased");
    let invitation = hanna.get(&format!("/v1/contacts/{contact}/invitations")).send().await.expect(200).items()[0]["id"].clone();
    hanna.on_invitation(invitation.as_str().unwrap(), "renew").await.expect(409).expect_problem("contact_erased");
    hanna
        .put(&format!("/v1/contacts/{contact}"), json!({ "caller": {} }))
        .if_match("*")
        .send()
        .await
        .expect(409)
        .expect_problem("contact_erased");
    let found = hanna.post("/v1/contact-searches", json!({ "phone": "07700 900123" })).send().await.expect(200);
    assert_eq!(found.items().iter().map(|item| item["id"].as_str().unwrap()).collect::<Vec<_>>(), [registered.as_str()]);
    assert_eq!(
        hanna.reads_contact(&registered).await.expect(200).json["caller"]["preferred_name"],
        "Wren",
        "a registration followed"
    );
    assert!(app.audited_about(&contact).await.contains(&"contact.forgotten".to_owned()));

    let (details, notes, prefilled) = app
        .sql(|conn| {
            let details: Vec<Vec<u8>> =
                contacts::table.filter(contacts::forgotten_at.is_not_null()).select(contacts::details).load(conn)?;
            let notes: i64 = contact_tasks::table.filter(contact_tasks::note.is_not_null()).count().get_result(conn)?;
            let prefilled: Vec<Vec<u8>> = invitations::table.select(invitations::details).load(conn)?;
            Ok((details, notes, prefilled))
        })
        .await;
    assert_eq!((details.len(), notes, prefilled.len()), (1, 0, 2));
    assert!(details.iter().chain(&prefilled).all(Vec::is_empty), "no personal data is left in the rows");
}

#[apply(both_engines)]
async fn newer_contact_of_the_same_person_is_not_erased_with_the_older_one(app: TestApp) {
    let hanna = app.call_handler().await;
    let first = hanna.logs("phone", a_nurse()).await.expect(201).id();
    app.clock.advance(TimeDelta::days(300));
    let hanna = hanna.back().await;
    let second = hanna.logs("phone", a_nurse()).await.expect(201).id();
    app.clock.advance(TimeDelta::days(66));
    app.looks_after_contacts().await;
    let hanna = hanna.back().await;
    assert!(hanna.reads_contact(&first).await.expect(200).json["caller"]["preferred_name"].is_null());
    assert_eq!(hanna.reads_contact(&second).await.expect(200).json["caller"]["preferred_name"], "Wren");
}
