//! What practitioners answer: they agree to exactly the text that they have read, decline it, or withdraw consent.

use chrono::TimeDelta;
use confide::care::letters::model::LetterState;
use confide::care::letters::queries;
use confide::care::schema::letter_events;
use confide::people::relationships::Protected;
use confide::platform::ids::Id;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::clinical_record::InCare;
use crate::support::damage::damaged_bytes;
use crate::support::letters::{employer_letter, recipient, sections_to_others};
use crate::support::races::{at_once, expect_outcomes};
use crate::support::{Kind, TestApp, apply, both_engines};

/// The replacement of an employer letter by one with this statement.
fn changed(statement: &str) -> Value {
    json!({ "recipient": recipient(), "sections": sections_to_others(statement) })
}

#[apply(both_engines)]
async fn practitioner_reads_the_letter_and_agrees_to_its_text(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.proposes_new_letter(&ada, employer_letter()).await;
    let read = ada.reads_letter(&letter).await.expect(200);
    assert_eq!((read.text("state"), &read.json["agreed_at"]), ("awaiting_agreement".into(), &Value::Null));
    assert_eq!(read.json["sections"][1]["text"], "Can work four days a week until the review.");
    ada.agrees_to_text(&letter, "A".repeat(43).as_str()).await.expect_problem("state_conflict");
    ada.agrees_to_text(&letter, "short").await.expect_field("invalid_body", "/fingerprint");
    assert_eq!(ada.reads_letter(&letter).await.expect(200).text("state"), "awaiting_agreement");

    let agreed = ada.agrees_to_text(&letter, &read.text("fingerprint")).await.expect(200);
    assert_eq!((agreed.text("state"), agreed.text("agreed_at")), ("agreed".into(), app.now().to_string()));
    assert_eq!((&agreed.json["sections"], agreed.text("fingerprint")), (&read.json["sections"], read.text("fingerprint")));
    ada.agrees_to_text(&letter, &read.text("fingerprint")).await.expect_problem("state_conflict");
    assert_eq!(app.letter_events(&letter).await, ["drafted", "proposed", "agreed"]);
}

#[apply(both_engines)]
async fn nothing_is_sent_before_the_practitioner_agrees(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.writes_letter(&ada, employer_letter()).await.expect(201).id();
    cleo.sends_letter(&letter).await.expect_problem("state_conflict");
    cleo.proposes_letter(&letter).await.expect(200);
    cleo.sends_letter(&letter).await.expect_problem("state_conflict");
    ada.declines_letter(&letter, "Not now.").await.expect(200);
    cleo.sends_letter(&letter).await.expect_problem("state_conflict");
    let read = cleo.reads_letter(&letter).await.expect(200);
    assert_eq!((read.text("state"), &read.json["sending"]), ("declined".into(), &Value::Null));
    assert_eq!(app.letter_events(&letter).await, ["drafted", "proposed", "declined"]);
    assert_eq!(app.audit_count("letter.sent", &letter).await, 0);
}

#[apply(both_engines)]
async fn change_after_the_agreement_asks_the_practitioner_again(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.agrees_letter_with(&ada, employer_letter()).await;
    let first = ada.reads_letter(&letter).await.expect(200).text("fingerprint");

    let draft = cleo.changes_letter(&letter, changed("Can work full time.")).await.expect(200);
    assert_eq!((draft.text("state"), &draft.json["agreed_at"]), ("draft".into(), &Value::Null));
    assert_ne!(draft.text("fingerprint"), first);
    cleo.sends_letter(&letter).await.expect_problem("state_conflict");
    // While the clinician writes, the practitioner sees that it is a draft, and neither its text nor anything to agree to.
    let hers = ada.reads_letter(&letter).await.expect(200);
    assert_eq!(
        (hers.text("state"), &hers.json["sections"], &hers.json["fingerprint"]),
        ("draft".into(), &json!([]), &Value::Null)
    );
    assert!(!hers.json.to_string().contains("full time"));
    ada.requests_letter_document(&letter).await.expect_problem("state_conflict");
    ada.agrees_to_text(&letter, &first).await.expect_problem("state_conflict");

    cleo.proposes_letter(&letter).await.expect(200);
    ada.agrees_to_text(&letter, &first).await.expect_problem("state_conflict");
    ada.agrees_to_letter(&letter).await.expect(200);
    cleo.sends_letter(&letter).await.expect(200);
    assert!(cleo.prints_letter(&letter).await.text().contains("Can work full time."));
    cleo.changes_letter(&letter, changed("Cannot work.")).await.expect_problem("state_conflict");
    let expected = ["drafted", "proposed", "agreed", "changed", "proposed", "agreed", "sent"];
    assert_eq!(app.letter_events(&letter).await, expected);
}

#[apply(both_engines)]
async fn what_was_agreed_cannot_be_replaced_behind_the_practitioners_back(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.agrees_letter_with(&ada, employer_letter()).await;
    // The database refuses another text while the letter is agreed.
    let other = match app.kind {
        Kind::Sqlite => "x'00'",
        Kind::Postgres => "'\\x00'",
    };
    let statement = format!("UPDATE letters SET sealed_content = {other} WHERE state = 'agreed'");
    let refused = app.platform.db.write(move |conn| Ok(diesel::sql_query(statement.clone()).execute(conn)?)).await;
    assert!(refused.as_ref().is_err_and(|error| error.violates("letters_stay")), "{refused:?}");

    // Even past the database, the earlier agreement does not fit another text.
    let id: Id = letter.parse().unwrap();
    app.write(move |tx| {
        let found = queries::find(tx, id)?.map(Protected::for_the_service).unwrap();
        let (mut content, tag) = (found.content, found.agreed_tag.unwrap());
        content.sections[1].text = "Has an illness.".to_owned();
        queries::replace(tx, id, &content)?;
        queries::propose(tx, id)?;
        queries::agree(tx, id, &tag)
    })
    .await;
    assert_eq!(cleo.reads_letter(&letter).await.expect(200).text("state"), LetterState::Agreed.as_str());
    cleo.sends_letter(&letter).await.expect_problem("state_conflict");
    for reader in [&cleo, &ada] {
        reader.requests_letter_document(&letter).await.expect_problem("state_conflict");
    }
    assert_eq!(cleo.reads_letter(&letter).await.expect(200).json["sending"], Value::Null);
}

#[apply(both_engines)]
async fn sent_letter_and_its_history_stay_in_the_database(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.agrees_letter_with(&ada, employer_letter()).await;
    cleo.sends_letter(&letter).await.expect(200);
    for (statement, guard) in [
        ("UPDATE letters SET state = 'draft', agreed_at = NULL, agreed_tag = NULL", "letters_stay"),
        ("UPDATE letters SET sent_at = created_at, agreed_tag = 'other'", "letters_stay"),
        ("DELETE FROM letters", "letters_stay"),
        ("UPDATE letter_events SET event = 'drafted'", "letter_events_stay"),
    ] {
        let refused = app.platform.db.write(move |conn| Ok(diesel::sql_query(statement).execute(conn)?)).await;
        assert!(refused.as_ref().is_err_and(|error| error.violates(guard)), "{statement}: {refused:?}");
    }
    assert_eq!(cleo.reads_letter(&letter).await.expect(200).text("state"), "sent");
}

#[apply(both_engines)]
async fn declined_letter_is_changed_and_proposed_again(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.proposes_new_letter(&ada, employer_letter()).await;
    let declined = ada.declines_letter(&letter, "Leave out the review.").await.expect(200);
    assert_eq!(declined.text("state"), "declined");
    let entry = &cleo.reads_letter(&letter).await.expect(200).json["history"][2];
    assert_eq!((&entry["event"], &entry["reason"]), (&json!("declined"), &json!("Leave out the review.")));
    assert_eq!((&entry["by"], &entry["at"]), (&json!(ada.id), &json!(app.now().to_string())));
    ada.agrees_to_letter(&letter).await.expect_problem("state_conflict");
    ada.declines_letter(&letter, "Again.").await.expect_problem("state_conflict");
    cleo.proposes_letter(&letter).await.expect_problem("state_conflict");

    cleo.changes_letter(&letter, changed("Can work four days a week.")).await.expect(200);
    cleo.proposes_letter(&letter).await.expect(200);
    assert_eq!(ada.agrees_to_letter(&letter).await.expect(200).text("state"), "agreed");

    let other = cleo.proposes_new_letter(&ada, employer_letter()).await;
    ada.post(&format!("/v1/letters/{other}/decline"), json!({})).send().await.expect(200);
    assert_eq!(cleo.reads_letter(&other).await.expect(200).json["history"][2]["reason"], Value::Null, "without a reason");
}

#[apply(both_engines)]
async fn consent_withdrawn_before_sending_makes_sending_impossible(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let cory = app.coordinator().await;
    let agreed = cleo.agrees_letter_with(&ada, employer_letter()).await;
    let waiting = cleo.proposes_new_letter(&ada, employer_letter()).await;
    cory.is_called_by(&ada).await;
    for letter in [&agreed, &waiting] {
        let withdrawn = ada.withdraws_letter(letter).await.expect(200);
        assert_eq!(
            (withdrawn.text("state"), withdrawn.text("consent_withdrawn_at")),
            ("withdrawn".into(), app.now().to_string())
        );
        ada.withdraws_letter(letter).await.expect_problem("state_conflict");
        ada.agrees_to_letter(letter).await.expect_problem("state_conflict");
        for sender in [&cleo, &cory] {
            sender.sends_letter(letter).await.expect_problem("state_conflict");
        }
        cleo.changes_letter(letter, changed("Is well.")).await.expect_problem("state_conflict");
        cleo.proposes_letter(letter).await.expect_problem("state_conflict");
        cleo.cancels_letter(letter).await.expect_problem("state_conflict");
        cleo.requests_letter_document(letter).await.expect_problem("state_conflict");
        assert!(ada.prints_letter(letter).await.text().contains("WITHDRAWN"), "her own copy");
        let read = cleo.reads_letter(letter).await.expect(200);
        assert_eq!(read.json["history"].as_array().unwrap().last().unwrap()["reason"], "I have changed my mind.");
    }
    assert_eq!(app.letter_events(&agreed).await, ["drafted", "proposed", "agreed", "withdrawn"]);
}

#[apply(both_engines)]
async fn consent_withdrawn_after_sending_is_recorded_and_ends_further_copies(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.agrees_letter_with(&ada, employer_letter()).await;
    cleo.sends_letter(&letter).await.expect(200);
    cleo.prints_letter(&letter).await;
    app.clock.advance(TimeDelta::minutes(1));
    let withdrawn = ada.withdraws_letter(&letter).await.expect(200);
    assert_eq!((withdrawn.text("state"), withdrawn.text("consent_withdrawn_at")), ("sent".into(), app.now().to_string()));
    cleo.requests_letter_document(&letter).await.expect_problem("state_conflict");
    cleo.sends_letter(&letter).await.expect_problem("state_conflict");
    ada.withdraws_letter(&letter).await.expect_problem("state_conflict");
    let register = cleo.lists_letters_of(&ada).await;
    assert_eq!(register.items()[0]["consent_withdrawn_at"], json!(app.now().to_string()), "the register shows it");
    assert_eq!(app.letter_events(&letter).await, ["drafted", "proposed", "agreed", "sent", "withdrawn"]);
}

#[apply(both_engines)]
async fn practitioner_can_read_their_copy_for_more_than_six_months(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let (kept, withdrawn) =
        (cleo.agrees_letter_with(&ada, employer_letter()).await, cleo.agrees_letter_with(&ada, employer_letter()).await);
    for letter in [&kept, &withdrawn] {
        cleo.sends_letter(letter).await.expect(200);
    }
    ada.withdraws_letter(&withdrawn).await.expect(200);
    app.clock.advance(TimeDelta::days(190));
    let ada = ada.signs_in_again().await;
    assert_eq!(ada.own_letters().await.items().len(), 2);
    for (letter, mark) in [(&kept, false), (&withdrawn, true)] {
        assert_eq!(ada.reads_letter(letter).await.expect(200).json["sections"].as_array().unwrap().len(), 4);
        let text = ada.prints_letter(letter).await.text();
        assert!(text.contains("Can work four days a week until the review."), "{text}");
        assert_eq!(text.contains("CONSENT WITHDRAWN"), mark, "{text}");
    }
}

#[apply(both_engines)]
async fn damaged_reason_in_the_history_keeps_no_one_from_withdrawing(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.agrees_letter_with(&ada, employer_letter()).await;
    let (id, letter_id, actor, at) = (Id::new(app.now()), letter.parse::<Id>().unwrap(), cleo.id, app.now());
    app.sql(move |conn| {
        let row = (
            letter_events::id.eq(id),
            letter_events::letter_id.eq(letter_id),
            letter_events::event.eq("changed"),
            letter_events::actor_id.eq(actor),
            letter_events::sealed_reason.eq(Some(damaged_bytes())),
            letter_events::at.eq(at),
        );
        Ok(diesel::insert_into(letter_events::table).values(row).execute(conn)?)
    })
    .await;
    let read = ada.reads_letter(&letter).await.expect(200);
    assert_eq!(read.json["history"].as_array().unwrap().len(), 4);
    assert_eq!(ada.withdraws_letter(&letter).await.expect(200).text("state"), "withdrawn");
    cleo.sends_letter(&letter).await.expect_problem("state_conflict");
}

#[apply(both_engines)]
async fn letter_is_answered_once_by_concurrent_requests(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.proposes_new_letter(&ada, employer_letter()).await;
    let fingerprint = ada.reads_letter(&letter).await.expect(200).text("fingerprint");
    let replies = at_once(4, |_| ada.agrees_to_text(&letter, &fingerprint)).await;
    expect_outcomes(&replies, &[("200", 1), ("state_conflict", 3)]);
    let replies = at_once(4, |_| cleo.sends_letter(&letter)).await;
    expect_outcomes(&replies, &[("200", 1), ("state_conflict", 3)]);
    assert_eq!(app.letter_events(&letter).await, ["drafted", "proposed", "agreed", "sent"]);
}
