//! Letters that are agreed and wait to be sent, for the staff who send them: which can be sent, and what their authors learn of the
//! others.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use confide::care::schema::letters;
use confide::platform::db::Conn;
use confide::platform::ids::Id;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::clinical_record::{InCare, record_path, settling_everything};
use crate::support::damage::damaged_bytes;
use crate::support::letters::{employer_letter, gp_letter, replacement, to_gp};
use crate::support::{TestApp, apply, both_engines};

async fn ids(reader: &Actor) -> Vec<String> {
    reader.unsent_letters().await.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// Whether each letter of the list can be sent, and why not, in the order of the list.
async fn marks(reader: &Actor) -> Vec<(bool, Value)> {
    let list = reader.unsent_letters().await;
    list.items().iter().map(|item| (item["sendable"].as_bool().unwrap(), item["unsendable_reason"].clone())).collect()
}

/// How many emails someone got about a letter that cannot be sent.
async fn emails_about_unsendable(app: &TestApp, person: &Actor) -> usize {
    app.email_subjects_to(&person.email).await.iter().filter(|subject| *subject == SUBJECT).count()
}

/// The subject of the message that a letter cannot be sent.
const SUBJECT: &str = "Something needs a change";

#[apply(both_engines)]
async fn coordinators_see_agreed_letters_of_those_they_may_act_for_without_clinical_content(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let cory = app.coordinator().await;
    let agreed = cleo.agrees_letter_with(&ada, employer_letter()).await;
    cleo.proposes_new_letter(&ada, employer_letter()).await;
    cleo.writes_letter(&ada, gp_letter()).await.expect(201);
    assert!(ids(&cory).await.is_empty(), "she knows of no one with a letter");
    cory.is_called_by(&ada).await;
    let list = cory.unsent_letters().await;
    let expected = json!([{
        "id": agreed, "practitioner_id": ada.id, "reference": app.reference_of(&ada).await, "pseudonym": "Kestrel",
        "clinician_id": cleo.id, "agreed_at": app.now().to_string(), "sendable": true, "unsendable_reason": null
    }]);
    assert_eq!(list.json["items"], expected);
    assert_eq!(app.audit_count("letter.unsent_listed", &agreed).await, 1, "an empty list shows no one");

    cory.sends_letter(&agreed).await.expect(200);
    assert!(ids(&cory).await.is_empty(), "it was sent");
    ada.get("/v1/unsent-letters").send().await.expect_problem("wrong_role");
}

#[apply(both_engines)]
async fn clinicians_see_their_own_agreed_letters_while_they_may_finish_them(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let dora = app.dora().await;
    app.appointment(&ada, &dora, app.now().get() + TimeDelta::days(1)).await;
    let first = cleo.agrees_letter_with(&ada, employer_letter()).await;
    app.clock.advance(TimeDelta::minutes(1));
    let second = cleo.agrees_letter_with(&ada, employer_letter()).await;
    assert_eq!(ids(&cleo).await, [first.clone(), second.clone()], "the oldest first");
    assert!(ids(&dora).await.is_empty(), "another author's");

    let page = cleo.get("/v1/unsent-letters?limit=1").send().await.expect(200);
    let next = format!("/v1/unsent-letters?limit=1&cursor={}", page.text("next_cursor"));
    let rest = cleo.get(&next).send().await.expect(200);
    let found: BTreeSet<&str> = page.items().iter().chain(rest.items()).map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(found, BTreeSet::from([first.as_str(), second.as_str()]));

    ada.withdraws_letter(&first).await.expect(200);
    assert_eq!(ids(&cleo).await, [second], "consent was withdrawn");
    ada.blocks(&cleo).await.expect(201);
    assert!(ids(&cleo).await.is_empty(), "she knows of them no more");
}

#[apply(both_engines)]
async fn letter_that_cannot_go_to_the_gp_is_marked_and_only_its_author_sees_why(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let cory = app.coordinator().await;
    cory.is_called_by(&ada).await;
    let to_work = cleo.agrees_letter_with(&ada, employer_letter()).await;
    app.clock.advance(TimeDelta::minutes(1));
    let letter = cleo.proposes_letter_to_gp(&ada).await;
    ada.agrees_to_letter(&letter).await.expect(200);
    let can = (true, Value::Null);
    for reader in [&cleo, &cory] {
        assert_eq!(ids(reader).await, [to_work.clone(), letter.clone()]);
        assert_eq!(marks(reader).await, [can.clone(), can.clone()]);
    }

    ada.consents_to_gp_at("Dr Harbour", "Harbour Practice").await;
    assert_eq!(marks(&cleo).await, [can.clone(), (false, json!("gp_changed"))]);
    assert_eq!(marks(&cory).await, [can.clone(), (false, json!("clinician_decides"))]);
    ada.sets_gp_sharing("refused").await.expect(200);
    assert_eq!(marks(&cleo).await, [can.clone(), (false, json!("gp_consent_required"))]);
    assert_eq!(marks(&cory).await, [can.clone(), (false, json!("clinician_decides"))]);
    for sender in [&cleo, &cory] {
        sender.sends_letter(&letter).await.expect_problem("state_conflict");
    }

    ada.consents_to_gp().await;
    assert_eq!(marks(&cleo).await, [can.clone(), can.clone()]);
    cory.sends_letter(&letter).await.expect(200);
    assert_eq!(ids(&cleo).await, [to_work]);
}

#[apply(both_engines)]
async fn letter_of_a_blocked_author_is_marked_without_a_word_about_the_block(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let (dora, cory) = (app.dora().await, app.coordinator().await);
    app.appointment(&ada, &dora, app.now().get() + TimeDelta::days(1)).await;
    cory.is_called_by(&ada).await;
    let letter = cleo.agrees_letter_with(&ada, employer_letter()).await;
    dora.prints_letter(&letter).await;
    ada.blocks(&cleo).await.expect(201);

    assert_eq!(marks(&cory).await, [(false, json!("clinician_decides"))]);
    let detail = cory.sends_letter(&letter).await.expect(409).expect_problem("state_conflict").text("detail");
    for word in ["block", "author", "meet"] {
        assert!(!detail.to_lowercase().contains(word), "{word} is in {detail}");
    }
    // Another clinician gets no copy that could be posted, and learns what to do.
    dora.requests_letter_document(&letter).await.expect_problem("state_conflict");
    let detail = dora.sends_letter(&letter).await.expect(409).expect_problem("state_conflict").text("detail");
    assert!(detail.contains("under your own name") && !detail.contains("block"), "{detail}");
    assert!(ids(&cleo).await.is_empty());
    assert_eq!(app.run_letter_jobs().await, 0);
    assert_eq!(emails_about_unsendable(&app, &cleo).await, 0, "a blocked author learns nothing");
    assert_eq!(ada.reads_letter(&letter).await.expect(200).text("state"), "agreed");
    ada.prints_letter(&letter).await;
}

#[apply(both_engines)]
async fn letter_of_an_author_who_has_left_is_marked(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let (dora, cory, avery) = (app.dora().await, app.coordinator().await, app.administrator().await);
    let letter = cleo.agrees_letter_with(&ada, employer_letter()).await;
    cory.assigns_lead(&ada, &dora).await.expect(200);
    avery.changes_account(&cleo.id, json!({ "active": false, "reason": "Has left." })).await.expect(200);
    cory.is_called_by(&ada).await;
    assert_eq!(marks(&cory).await, [(false, json!("author_left"))]);
    cory.sends_letter(&letter).await.expect_problem("state_conflict");
    ada.sets_gp_sharing("refused").await.expect(200);
    assert_eq!(app.run_letter_jobs().await, 0);
    assert_eq!(emails_about_unsendable(&app, &cleo).await, 0);
    // Without it the lead clinician writes another one.
    dora.cancels_letter(&letter).await.expect(200);
    assert!(ids(&cory).await.is_empty());
}

#[apply(both_engines)]
async fn author_is_notified_once_when_an_agreed_letter_cannot_be_sent_any_more(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let cory = app.coordinator().await;
    let letter = cleo.proposes_letter_to_gp(&ada).await;
    let waiting = cleo.proposes_letter_to_gp(&ada).await;
    ada.agrees_to_letter(&letter).await.expect(200);
    cleo.agrees_letter_with(&ada, employer_letter()).await;
    assert_eq!(app.run_letter_jobs().await, 0, "both can be sent");

    ada.sets_gp_sharing("refused").await.expect(200);
    assert_eq!(app.run_letter_jobs().await, 1, "not the one that waits for an answer: {waiting}");
    assert_eq!(app.run_letter_jobs().await, 0);
    assert_eq!(emails_about_unsendable(&app, &cleo).await, 1);
    app.clock.advance(TimeDelta::days(1));
    let (ada, cleo) = (ada.signs_in_again().await, cleo.signs_in_again().await);
    assert_eq!(app.run_letter_jobs().await, 0);
    assert_eq!(emails_about_unsendable(&app, &cleo).await, 1, "once");
    for person in [&ada, &cory] {
        assert_eq!(emails_about_unsendable(&app, person).await, 0, "only the author");
    }
    let email = app.emails_to(&cleo.email).await.into_iter().find(|email| email.subject == SUBJECT).expect("an email");
    assert!(email.body.contains(&format!("https://app.example.org/documents/{letter}")), "{}", email.body);
    let text = email.body.to_lowercase();
    for word in ["letter", "byron", "kestrel", "gp", "wick", "consent", "refus", "withdr", "clinic", "confide"] {
        assert!(!text.contains(word), "{word} is in {text}");
    }

    // It can be sent again, and then not again: that is news.
    ada.consents_to_gp().await;
    assert_eq!(app.run_letter_jobs().await, 1);
    ada.consents_to_gp_at("Dr Harbour", "Harbour Practice").await;
    assert_eq!(app.run_letter_jobs().await, 1);
    assert_eq!(emails_about_unsendable(&app, &cleo).await, 2);

    // The author changes it, and it is agreed again: a later change is news too.
    let read = cleo.reads_letter(&letter).await.expect(200);
    cleo.changes_letter(&letter, replacement(&read, to_gp(), &[])).await.expect(200);
    cleo.proposes_letter(&letter).await.expect(200);
    ada.agrees_to_letter(&letter).await.expect(200);
    assert_eq!(app.run_letter_jobs().await, 0);
    ada.sets_gp_sharing("refused").await.expect(200);
    assert_eq!(app.run_letter_jobs().await, 1);
    assert_eq!(emails_about_unsendable(&app, &cleo).await, 3);
}

#[apply(both_engines)]
async fn message_about_an_unsendable_letter_is_not_sent_when_it_is_no_longer_true(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.proposes_letter_to_gp(&ada).await;
    ada.agrees_to_letter(&letter).await.expect(200);
    ada.sets_gp_sharing("refused").await.expect(200);
    assert_eq!(app.run_letter_jobs().await, 1);
    ada.consents_to_gp().await;
    assert_eq!(emails_about_unsendable(&app, &cleo).await, 0, "it can be sent again");
    assert_eq!(app.run_letter_jobs().await, 1);
    ada.sets_gp_sharing("refused").await.expect(200);
    assert_eq!(app.run_letter_jobs().await, 1);
    ada.blocks(&cleo).await.expect(201);
    assert_eq!(emails_about_unsendable(&app, &cleo).await, 0, "the author was blocked since");
}

#[apply(both_engines)]
async fn damaged_letter_stops_neither_the_list_nor_the_job(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let first = cleo.agrees_letter_with(&ada, employer_letter()).await;
    app.clock.advance(TimeDelta::minutes(1));
    let second = cleo.proposes_letter_to_gp(&ada).await;
    ada.agrees_to_letter(&second).await.expect(200);
    let id: Id = first.parse().unwrap();
    app.sql(move |conn| {
        // The table accepts no other text of an agreed letter.
        let accept = match conn {
            Conn::Sqlite(_) => "DROP TRIGGER letters_stay",
            Conn::Postgres(_) => "ALTER TABLE letters DISABLE TRIGGER USER",
        };
        diesel::sql_query(accept).execute(conn)?;
        diesel::update(letters::table.find(id)).set(letters::sealed_content.eq(damaged_bytes())).execute(conn)?;
        Ok(())
    })
    .await;
    ada.sets_gp_sharing("refused").await.expect(200);
    let list = cleo.unsent_letters().await;
    assert_eq!((&list.json["unreadable"], list.items().len()), (&json!([first]), 1));
    assert_eq!(list.items()[0]["unsendable_reason"], "gp_consent_required");
    assert_eq!(app.run_letter_jobs().await, 1);
    assert_eq!(emails_about_unsendable(&app, &cleo).await, 1);
}

#[apply(both_engines)]
async fn agreed_letter_of_an_author_who_may_no_longer_read_the_record_is_sent_for_ninety_days(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let cory = app.coordinator().await;
    let completed = json!({ "reason": "completed", "summary": "Sleeps again." });
    cleo.post(&record_path(&ada, "discharge"), settling_everything(completed)).send().await.expect(201);
    let first = cleo.agrees_letter_with(&ada, employer_letter()).await;
    app.clock.advance(TimeDelta::minutes(1));
    let second = cleo.agrees_letter_with(&ada, employer_letter()).await;
    let can = (true, Value::Null);

    app.clock.advance(TimeDelta::days(31));
    let (cleo, cory) = (cleo.signs_in_again().await, cory.signs_in_again().await);
    cleo.reads_letter(&first).await.expect(404);
    cory.is_called_by(&ada).await;
    assert_eq!(marks(&cory).await, [can.clone(), can.clone()], "the practitioner agreed to them");
    cory.sends_letter(&first).await.expect(200);

    app.clock.advance(TimeDelta::days(59));
    let cory = cory.signs_in_again().await;
    cory.is_called_by(&ada).await;
    assert_eq!(marks(&cory).await, [can], "on the ninetieth day");

    app.clock.advance(TimeDelta::days(1));
    let cory = cory.signs_in_again().await;
    cory.is_called_by(&ada).await;
    assert_eq!(marks(&cory).await, [(false, json!("clinician_decides"))]);
    cory.sends_letter(&second).await.expect_problem("state_conflict");
    assert_eq!(app.run_letter_jobs().await, 0, "the author could do nothing about it");
    assert_eq!(emails_about_unsendable(&app, &cleo).await, 0);
}
