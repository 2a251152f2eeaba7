//! Sending: by which way and on which day, consent to inform the GP, and the register of what was sent.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::clinical_record::InCare;
use crate::support::letters::{employer_letter, gp_letter, letter_to_others, recipient, replacement, to_gp};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn sending_is_recorded_with_its_way_and_day(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    for delivery in ["printed_and_posted", "handed_to_practitioner", "secure_email"] {
        let letter = cleo.agrees_letter_with(&ada, employer_letter()).await;
        let form = json!({ "delivery": delivery, "sent_on": "2027-01-11" });
        let sent = cleo.post(&format!("/v1/letters/{letter}/record-sending"), form.clone()).send().await.expect(200);
        let expected = json!({
            "delivery": delivery, "sent_on": "2027-01-11", "recorded_by": cleo.id, "recorded_at": app.now().to_string()
        });
        assert_eq!((sent.text("state"), &sent.json["sending"]), ("sent".into(), &expected));
        assert_eq!(ada.reads_letter(&letter).await.expect(200).json["sending"], expected, "she sees it");
        cleo.post(&format!("/v1/letters/{letter}/record-sending"), form).send().await.expect_problem("state_conflict");
    }
}

#[apply(both_engines)]
async fn letter_was_sent_between_the_agreement_and_today(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.agrees_letter_with(&ada, employer_letter()).await;
    app.clock.advance(TimeDelta::days(3));
    let cleo = cleo.signs_in_again().await;
    let send = async |delivery: &str, day: &str| {
        cleo.post(&format!("/v1/letters/{letter}/record-sending"), json!({ "delivery": delivery, "sent_on": day })).send().await
    };
    for day in ["2027-01-10", "2027-01-15"] {
        send("secure_email", day).await.expect_field("invalid_body", "/sent_on");
    }
    send("by_pigeon", "2027-01-12").await.expect_field("invalid_body", "/delivery");
    assert_eq!(cleo.reads_letter(&letter).await.expect(200).text("state"), "agreed");
    assert_eq!(send("secure_email", "2027-01-12").await.expect(200).json["sending"]["sent_on"], "2027-01-12");
}

#[apply(both_engines)]
async fn coordinator_records_sending_and_learns_neither_recipient_nor_text(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let cory = app.coordinator().await;
    let letter = cleo.agrees_letter_with(&ada, employer_letter()).await;
    cory.sends_letter(&letter).await.expect_problem("not_found");
    cory.is_called_by(&ada).await;
    let sent = cory.sends_letter(&letter).await.expect(200);
    let members: BTreeSet<&str> = sent.json.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, BTreeSet::from(["id", "practitioner_id", "sending", "state"]));
    assert_eq!(sent.json["sending"]["recorded_by"], json!(cory.id));
    cory.reads_letter(&letter).await.expect_problem("wrong_role");
    cory.requests_letter_document(&letter).await.expect_problem("wrong_role");
    cory.reads(&ada, "letters").await.expect_problem("wrong_role");
    cory.writes_letter(&ada, employer_letter()).await.expect_problem("wrong_role");
    let history = &cleo.reads_letter(&letter).await.expect(200).json["history"];
    assert_eq!((&history[3]["event"], &history[3]["by"]), (&json!("sent"), &json!(cory.id)));
}

#[apply(both_engines)]
async fn letter_to_the_gp_needs_consent_in_force(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let summary = json!({ "kind": "discharge_summary", "recipient": { "kind": "gp" } });
    for consent in [None, Some("refused")] {
        if let Some(consent) = consent {
            ada.sets_gp_sharing(consent).await.expect(200);
        }
        for form in [gp_letter(), summary.clone()] {
            cleo.writes_letter(&ada, form).await.expect_problem("state_conflict");
        }
    }
    let asked = json!({ "consent": "asked", "method": "in_an_appointment" });
    cleo.replaces(&ada, "gp-sharing", asked).await.expect(200);
    cleo.writes_letter(&ada, gp_letter()).await.expect_problem("state_conflict");
    assert_eq!(app.row_count("letters").await, 0);
    let other = json!({ "kind": "discharge_summary", "recipient": recipient() });
    cleo.writes_letter(&ada, other).await.expect(201);

    // Consent without a name: the letter has no one to go to.
    ada.sets_gp_sharing("given").await.expect(200);
    cleo.writes_letter(&ada, gp_letter()).await.expect_field("invalid_body", "/recipient/kind");
    ada.consents_to_gp().await;
    cleo.writes_letter(&ada, gp_letter()).await.expect(201);
}

#[apply(both_engines)]
async fn withdrawn_consent_to_inform_the_gp_blocks_every_further_step(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let (waiting, agreed) = (cleo.proposes_letter_to_gp(&ada).await, cleo.proposes_letter_to_gp(&ada).await);
    ada.agrees_to_letter(&agreed).await.expect(200);
    let draft = cleo.writes_letter(&ada, gp_letter()).await.expect(201).id();
    let employer = cleo.agrees_letter_with(&ada, employer_letter()).await;

    ada.sets_gp_sharing("refused").await.expect(200);
    cleo.sends_letter(&agreed).await.expect_problem("state_conflict");
    cleo.requests_letter_document(&agreed).await.expect_problem("state_conflict");
    assert!(cleo.prints_letter(&waiting).await.text().contains("DRAFT"), "it cannot be taken for one that was agreed");
    ada.prints_letter(&agreed).await;
    let detail = ada.agrees_to_letter(&waiting).await.expect(409).expect_problem("state_conflict").text("detail");
    assert!(detail.contains("your GP") && !detail.contains("practitioner"), "it speaks to her: {detail}");
    let detail = cleo.proposes_letter(&draft).await.expect(409).expect_problem("state_conflict").text("detail");
    assert!(detail.starts_with("The practitioner does not agree"), "{detail}");
    for (letter, state) in [(&agreed, "agreed"), (&waiting, "awaiting_agreement"), (&draft, "draft")] {
        assert_eq!(cleo.reads_letter(letter).await.expect(200).text("state"), state);
    }
    cleo.sends_letter(&employer).await.expect(200);
    cleo.prints_letter(&employer).await;

    // She gives consent again: what she agreed to can go.
    ada.consents_to_gp().await;
    cleo.prints_letter(&agreed).await;
    assert_eq!(cleo.sends_letter(&agreed).await.expect(200).text("state"), "sent");
    ada.sets_gp_sharing("refused").await.expect(200);
    cleo.requests_letter_document(&agreed).await.expect_problem("state_conflict");
}

#[apply(both_engines)]
async fn letter_is_not_sent_to_a_practice_that_the_practitioner_has_left(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let cory = app.coordinator().await;
    let (agreed, waiting) = (cleo.proposes_letter_to_gp(&ada).await, cleo.proposes_letter_to_gp(&ada).await);
    ada.agrees_to_letter(&agreed).await.expect(200);
    // Another GP at the same practice still gets it.
    ada.consents_to_gp_at("Dr Other", "fen lane  surgery").await;
    cleo.prints_letter(&agreed).await;

    ada.consents_to_gp_at("Dr Harbour", "Harbour Practice").await;
    cory.is_called_by(&ada).await;
    let detail = cleo.sends_letter(&agreed).await.expect(409).expect_problem("state_conflict").text("detail");
    assert!(detail.contains("no longer the one that this letter names") && detail.contains("proposes it again"), "{detail}");
    let detail = cory.sends_letter(&agreed).await.expect(409).expect_problem("state_conflict").text("detail");
    assert!(!detail.contains("GP"), "a coordinator does not learn the recipient: {detail}");
    cleo.requests_letter_document(&agreed).await.expect_problem("state_conflict");
    ada.prints_letter(&agreed).await;
    let detail = ada.agrees_to_letter(&waiting).await.expect(409).expect_problem("state_conflict").text("detail");
    assert!(detail.contains("Your GP practice") && !detail.contains("practitioner"), "it speaks to her: {detail}");
    assert_eq!(cleo.reads_letter(&agreed).await.expect(200).text("state"), "agreed");
    assert_eq!(app.audit_count("letter.sent", &agreed).await, 0);

    // What the refusal says helps: the letter names the present GP, and the practitioner is asked again.
    let read = cleo.reads_letter(&agreed).await.expect(200);
    let changed = cleo.changes_letter(&agreed, replacement(&read, to_gp(), &[])).await.expect(200);
    assert_eq!(changed.json["recipient"]["organisation"], "Harbour Practice");
    cleo.proposes_letter(&agreed).await.expect(200);
    ada.agrees_to_letter(&agreed).await.expect(200);
    cleo.sends_letter(&agreed).await.expect(200);

    // A copy of what was sent shows where it went, also after another change.
    ada.consents_to_gp().await;
    let text = cleo.prints_letter(&agreed).await.text();
    assert!(text.contains("Harbour Practice") && !text.contains("Fen Lane Surgery"), "{text}");
    let draft = cleo.writes_letter(&ada, gp_letter()).await.expect(201).id();
    ada.consents_to_gp_at("Dr Harbour", "Harbour Practice").await;
    cleo.proposes_letter(&draft).await.expect_problem("state_conflict");
}

#[apply(both_engines)]
async fn register_shows_what_went_to_which_recipient_and_when(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let first = cleo.proposes_letter_to_gp(&ada).await;
    ada.agrees_to_letter(&first).await.expect(200);
    cleo.sends_letter(&first).await.expect(200);
    app.clock.advance(TimeDelta::minutes(1));
    let second = cleo.proposes_new_letter(&ada, letter_to_others("insurer_report", "Is well.")).await;
    let draft = cleo.writes_letter(&ada, employer_letter()).await.expect(201).id();

    let register = cleo.lists_letters_of(&ada).await;
    let ids: Vec<&str> = register.items().iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [&draft, &second, &first], "the newest first");
    let hers = ada.own_letters().await;
    assert_eq!(hers.items().len(), 2, "no draft");
    for (item, own) in [(&register.items()[2], &hers.items()[1]), (&register.items()[1], &hers.items()[0])] {
        assert_eq!(item, own);
    }
    let sent = &hers.items()[1];
    assert_eq!((&sent["kind"], &sent["state"]), (&json!("gp_letter"), &json!("sent")));
    assert_eq!(sent["recipient"]["name"], "Dr Wick");
    assert_eq!((&sent["sending"]["delivery"], &sent["sending"]["sent_on"]), (&json!("printed_and_posted"), &json!("2027-01-11")));
    let waiting = &hers.items()[0];
    assert_eq!((&waiting["kind"], &waiting["state"]), (&json!("insurer_report"), &json!("awaiting_agreement")));
    assert_eq!(
        (&waiting["recipient"]["organisation"], &waiting["sending"]),
        (&json!("Northmoor Occupational Health"), &Value::Null)
    );
    assert!(!hers.json.to_string().contains("Is well."), "a list has no text");

    let page = cleo.reads(&ada, "letters?limit=2").await.expect(200);
    let rest = cleo.reads(&ada, &format!("letters?limit=2&cursor={}", page.text("next_cursor"))).await.expect(200);
    assert_eq!((page.items().len(), &rest.items()[0]["id"]), (2, &json!(first)));
}

#[apply(both_engines)]
async fn every_step_and_every_read_is_recorded(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.writes_letter(&ada, employer_letter()).await.expect(201).id();
    cleo.changes_letter(&letter, json!({ "recipient": recipient(), "sections": employer_letter()["sections"] }))
        .await
        .expect(200);
    cleo.proposes_letter(&letter).await.expect(200);
    cleo.prints_letter(&letter).await;
    ada.agrees_to_letter(&letter).await.expect(200);
    cleo.sends_letter(&letter).await.expect(200);
    ada.withdraws_letter(&letter).await.expect(200);
    let expected = [
        "letter.drafted",
        "letter.read",
        "letter.changed",
        "letter.proposed",
        "letter.downloaded",
        "letter.read",
        "letter.agreed",
        "letter.sent",
        "letter.consent_withdrawn",
    ];
    assert_eq!(app.audit_actions(&letter).await, expected);
    cleo.lists_letters_of(&ada).await;
    ada.own_letters().await;
    assert_eq!(app.audit_count_of("letter.listed", ada.id).await, 2);

    let log = ada.get("/v1/me/access-log?limit=100").send().await.expect(200);
    let by_clinician: Vec<&str> = log
        .expect_items()
        .iter()
        .filter(|entry| entry["role"] == "clinician")
        .map(|entry| entry["action"].as_str().unwrap())
        .filter(|action| action.starts_with("letter."))
        .collect();
    for action in ["letter.read", "letter.downloaded", "letter.listed", "letter.sent"] {
        assert!(by_clinician.contains(&action), "{action} is not in {by_clinician:?}");
    }
    let history = cleo.reads_letter(&letter).await.expect(200).json["history"].clone();
    let who: Vec<(&str, &str)> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["event"].as_str().unwrap(), entry["by"].as_str().unwrap()))
        .collect();
    let (clinician, practitioner) = (cleo.id.to_string(), ada.id.to_string());
    let expected = [
        ("drafted", &clinician),
        ("changed", &clinician),
        ("proposed", &clinician),
        ("agreed", &practitioner),
        ("sent", &clinician),
        ("withdrawn", &practitioner),
    ];
    assert_eq!(who, expected.map(|(event, id)| (event, id.as_str())));
}
