//! Who knows of a letter, what happens to it after care and after a death, and what the database and messages reveal.

use chrono::TimeDelta;
use confide::platform::db::Conn;
use serde_json::{Value, json};

use crate::guards::query_lines;
use crate::support::actors::Actor;
use crate::support::clinical_record::{InCare, ended_counts, record_path};
use crate::support::letters::{employer_letter, gp_letter, recipient, replacement, section, sections_to_others, to_gp};
use crate::support::{TestApp, apply, both_engines};

/// The subject of the message that a letter waits for an answer.
const SUBJECT: &str = "Something is waiting for your answer";

/// Every request of a clinician about a practitioner's letters is answered as if there were none.
async fn expect_unknown(clinician: &Actor, practitioner: &Actor, letter: &str) {
    let path = format!("/v1/letters/{letter}");
    clinician.reads(practitioner, "letters").await.expect_problem("not_found");
    clinician.writes_letter(practitioner, employer_letter()).await.expect_problem("not_found");
    clinician.reads_letter(letter).await.expect_problem("not_found");
    clinician.requests_letter_document(letter).await.expect_problem("not_found");
    let form = json!({ "recipient": recipient(), "sections": sections_to_others("Is well.") });
    clinician.put(&path, form).if_match("*").send().await.expect_problem("not_found");
    clinician.proposes_letter(letter).await.expect_problem("not_found");
    clinician.cancels_letter(letter).await.expect_problem("not_found");
    clinician.sends_letter(letter).await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn clinicians_without_a_care_relationship_do_not_know_of_a_letter(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.agrees_letter_with(&ada, employer_letter()).await;
    let dora = app.dora().await;
    expect_unknown(&dora, &ada, &letter).await;
    // A missed appointment alone does not open the record.
    let missed = app.appointment(&ada, &dora, app.now().get() - TimeDelta::hours(1)).await;
    app.set_appointment_status(missed, "not_attended").await;
    expect_unknown(&dora, &ada, &letter).await;
    assert_eq!(app.row_count("letters").await, 1);
    assert_eq!(cleo.reads_letter(&letter).await.expect(200).text("state"), "agreed");
}

#[apply(both_engines)]
async fn blocked_author_does_not_know_of_the_letter_any_more(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.agrees_letter_with(&ada, employer_letter()).await;
    ada.blocks(&cleo).await.expect(201);
    expect_unknown(&cleo, &ada, &letter).await;
    assert_eq!(ada.reads_letter(&letter).await.expect(200).text("state"), "agreed");
    ada.withdraws_letter(&letter).await.expect(200);
}

#[apply(both_engines)]
async fn letter_of_another_practitioner_does_not_exist(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let bea = app.practitioner("Bea Byron").await;
    let letter = cleo.proposes_new_letter(&ada, employer_letter()).await;
    let fingerprint = ada.reads_letter(&letter).await.expect(200).text("fingerprint");
    bea.reads_letter(&letter).await.expect_problem("not_found");
    bea.requests_letter_document(&letter).await.expect_problem("not_found");
    bea.agrees_to_text(&letter, &fingerprint).await.expect_problem("not_found");
    bea.declines_letter(&letter, "Not mine.").await.expect_problem("not_found");
    bea.withdraws_letter(&letter).await.expect_problem("not_found");
    assert!(bea.own_letters().await.items().is_empty());
    bea.reads(&ada, "letters").await.expect_problem("wrong_role");
    for practitioner in [&ada, &bea] {
        practitioner.sends_letter(&letter).await.expect_problem("wrong_role");
        practitioner.proposes_letter(&letter).await.expect_problem("wrong_role");
    }
    cleo.agrees_to_text(&letter, &fingerprint).await.expect_problem("wrong_role");
    cleo.withdraws_letter(&letter).await.expect_problem("wrong_role");
    assert_eq!(app.letter_events(&letter).await, ["drafted", "proposed"]);
}

#[apply(both_engines)]
async fn another_clinician_who_treats_reads_and_cancels_a_letter_but_does_not_write_it(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let dora = app.dora().await;
    app.appointment(&ada, &dora, app.now().get() + TimeDelta::days(1)).await;
    let letter = cleo.writes_letter(&ada, employer_letter()).await.expect(201).id();
    assert_eq!(dora.reads_letter(&letter).await.expect(200).text("clinician_id"), cleo.id.to_string());
    let form = json!({ "recipient": recipient(), "sections": sections_to_others("Is well.") });
    dora.changes_letter(&letter, form).await.expect_problem("state_conflict");
    dora.proposes_letter(&letter).await.expect_problem("state_conflict");
    let cancelled = dora.cancels_letter(&letter).await.expect(200);
    assert_eq!(cancelled.text("state"), "cancelled");
    assert_eq!(cancelled.json["history"][1]["reason"], "Not needed any more.");
    for actor in [&cleo, &dora] {
        actor.cancels_letter(&letter).await.expect_problem("state_conflict");
    }
    cleo.proposes_letter(&letter).await.expect_problem("state_conflict");
    assert!(cleo.prints_letter(&letter).await.text().contains("CANCELLED"));
}

#[apply(both_engines)]
async fn practitioner_knows_of_a_letter_from_when_it_is_proposed(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.writes_letter(&ada, employer_letter()).await.expect(201).id();
    let fingerprint = cleo.reads_letter(&letter).await.expect(200).text("fingerprint");
    ada.reads_letter(&letter).await.expect_problem("not_found");
    ada.requests_letter_document(&letter).await.expect_problem("not_found");
    ada.agrees_to_text(&letter, &fingerprint).await.expect_problem("not_found");
    ada.withdraws_letter(&letter).await.expect_problem("not_found");
    assert!(ada.own_letters().await.items().is_empty());
    cleo.proposes_letter(&letter).await.expect(200);
    ada.reads_letter(&letter).await.expect(200);
    assert_eq!(ada.own_letters().await.items().len(), 1);
}

#[apply(both_engines)]
async fn author_finishes_letters_after_care_for_as_long_as_the_record_may_be_read(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let open = cleo.writes_letter(&ada, employer_letter()).await.expect(201).id();
    app.clock.advance(TimeDelta::minutes(1));
    cleo.discharges(&ada).await.expect(201);
    assert_eq!(cleo.reads_letter(&open).await.expect(200).text("state"), "draft", "discharge does not end it");

    app.clock.advance(TimeDelta::days(29));
    let (ada, cleo) = (ada.signs_in_again().await, cleo.signs_in_again().await);
    let form = json!({ "kind": "discharge_summary", "recipient": to_gp() });
    let draft = cleo.writes_letter(&ada, form).await.expect(201);
    assert_eq!(
        section(&draft, "discharge_details"),
        "In care from 11 January 2027 to 11 January 2027: the agreed care is complete."
    );
    assert_eq!(section(&draft, "clinical_summary"), "Moderate depression after a complaint.\nSleeps again.");
    let form = replacement(&draft, to_gp(), &[("information_given", "A leaflet about sleep.")]);
    cleo.changes_letter(&draft.id(), form).await.expect(200);
    cleo.proposes_letter(&draft.id()).await.expect(200);
    ada.agrees_to_letter(&draft.id()).await.expect(200);
    cleo.sends_letter(&draft.id()).await.expect(200);
    let waiting = cleo.proposes_new_letter(&ada, employer_letter()).await;

    app.clock.advance(TimeDelta::days(1));
    let (ada, cleo) = (ada.signs_in_again().await, cleo.signs_in_again().await);
    cleo.reads(&ada, "letters").await.expect_problem("not_found");
    cleo.writes_letter(&ada, employer_letter()).await.expect_problem("not_found");
    for letter in [&open, &draft.id(), &waiting] {
        cleo.reads_letter(letter).await.expect_problem("not_found");
        cleo.requests_letter_document(letter).await.expect_problem("not_found");
    }
    // The practitioner still can.
    assert_eq!(ada.own_letters().await.items().len(), 2);
    assert!(ada.prints_letter(&draft.id()).await.text().contains("Sleeps again."));
    ada.withdraws_letter(&waiting).await.expect(200);
}

#[apply(both_engines)]
async fn death_cancels_what_was_not_sent_and_no_letter_begins(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let sent = cleo.agrees_letter_with(&ada, employer_letter()).await;
    cleo.sends_letter(&sent).await.expect(200);
    let agreed = cleo.agrees_letter_with(&ada, employer_letter()).await;
    let waiting = cleo.proposes_new_letter(&ada, employer_letter()).await;
    let draft = cleo.writes_letter(&ada, employer_letter()).await.expect(201).id();
    let died = json!({ "reason": "died", "summary": "Reported by her family." });
    let ended = cleo.post(&record_path(&ada, "discharge"), died).send().await.expect(201);
    assert_eq!(ended_counts(&ended).get("letters"), Some(&3));
    for (letter, state) in [(&sent, "sent"), (&agreed, "cancelled"), (&waiting, "cancelled"), (&draft, "cancelled")] {
        assert_eq!(cleo.reads_letter(letter).await.expect(200).text("state"), state);
    }
    assert_eq!(app.letter_events(&draft).await, ["drafted", "cancelled"]);
    assert_eq!(app.audit_count("letter.cancelled", &agreed).await, 1);
    cleo.sends_letter(&agreed).await.expect_problem("state_conflict");
    cleo.writes_letter(&ada, employer_letter()).await.expect_problem("recorded_as_dead");
    cleo.writes_letter(&ada, gp_letter()).await.expect_problem("recorded_as_dead");
    let subjects = app.email_subjects_to(&ada.email).await;
    assert!(!subjects.iter().any(|subject| subject == SUBJECT), "{subjects:?}");
}

#[apply(both_engines)]
async fn letter_is_written_again_after_a_death_recorded_in_error_and_names_no_death(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let avery = app.administrator().await;
    let died = json!({ "reason": "died", "summary": "Reported by her family." });
    cleo.post(&record_path(&ada, "discharge"), died).send().await.expect(201);
    cleo.writes_letter(&ada, employer_letter()).await.expect(409).expect_problem("recorded_as_dead");
    avery.post_empty(&record_path(&ada, "readmit")).send().await.expect(200);

    cleo.writes_letter(&ada, employer_letter()).await.expect(201);
    let mut summary = gp_letter();
    summary["kind"] = json!("discharge_summary");
    let letter = cleo.writes_letter(&ada, summary).await.expect(201);

    assert_eq!(section(&letter, "discharge_details"), "", "care did not end with her death");
    let whole = letter.json["sections"].to_string();
    assert!(!whole.contains("died") && !whole.contains("Reported by her family"), "{whole}");
}

#[apply(both_engines)]
async fn message_about_a_waiting_letter_reveals_nothing(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.proposes_letter_to_gp(&ada).await;
    let emails = app.expect_emails_to(&ada.email).await;
    let email = emails.iter().find(|email| email.subject == SUBJECT).expect("an email");
    assert!(email.body.contains(&format!("https://app.example.org/documents/{letter}")), "{}", email.body);
    let text = email.body.to_lowercase();
    for word in ["letter", "gp", "wick", "cleo", "depress", "sertraline", "agree", "clinic", "confide"] {
        assert!(!text.contains(word), "{word} is in {text}");
    }
}

#[apply(both_engines)]
async fn message_is_sent_once_for_each_proposal_and_not_after_the_answer(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let waiting = async || app.email_subjects_to(&ada.email).await.iter().filter(|subject| *subject == SUBJECT).count();
    let letter = cleo.agrees_letter_with(&ada, employer_letter()).await;
    assert_eq!(waiting().await, 0, "she was quicker than the message");
    let form = json!({ "recipient": recipient(), "sections": sections_to_others("Is well.") });
    cleo.changes_letter(&letter, form.clone()).await.expect(200);
    cleo.proposes_letter(&letter).await.expect(200);
    assert_eq!(waiting().await, 1);
    cleo.changes_letter(&letter, form).await.expect(200);
    cleo.proposes_letter(&letter).await.expect(200);
    assert_eq!(waiting().await, 2, "she is asked again");
    cleo.proposes_new_letter(&ada, employer_letter()).await;
    ada.withdraws_letter(&letter).await.expect(200);
    assert_eq!(waiting().await, 3);
}

#[apply(both_engines)]
async fn database_reveals_neither_kind_nor_recipient_nor_text(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.proposes_letter_to_gp(&ada).await;
    ada.agrees_to_letter(&letter).await.expect(200);
    cleo.sends_letter(&letter).await.expect(200);
    ada.withdraws_letter(&letter).await.expect(200);
    cleo.proposes_new_letter(&ada, employer_letter()).await;
    let stored = app.sql(|conn| {
        let hex = |column: &str| match conn {
            Conn::Sqlite(_) => format!("hex({column})"),
            Conn::Postgres(_) => format!("encode({column}, 'hex')"),
        };
        let sql = format!(
            "SELECT {} AS line FROM letters UNION ALL SELECT {} FROM letters WHERE sealed_sending IS NOT NULL UNION ALL \
             SELECT {} FROM letter_events WHERE sealed_reason IS NOT NULL UNION ALL SELECT agreed_tag FROM letters WHERE agreed_tag IS \
             NOT NULL",
            hex("sealed_content"),
            hex("sealed_sending"),
            hex("sealed_reason")
        );
        Ok(query_lines(conn, &sql))
    });
    let stored = stored.await;
    assert_eq!(stored.len(), 5, "two letters, one sending, one reason, one tag");
    let stored = stored.join(" ").to_lowercase();
    for word in ["gp_letter", "employer_letter", "wick", "northmoor", "depress", "sertraline", "four days", "printed_and", "mind"]
    {
        let hex: String = word.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!stored.contains(&hex), "{word}");
    }
    assert_eq!(cleo.reads_letter(&letter).await.expect(200).json["history"][5]["reason"], json!("I have changed my mind."));
    assert_eq!(cleo.lists_letters_of(&ada).await.items()[0]["sending"], Value::Null);
}
