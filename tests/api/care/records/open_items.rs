//! What a discharge asks before it ends care: an open risk alert, prescriptions in force, open follow-ups, unsigned notes.

use chrono::TimeDelta;
use confide::care::groups::queries::records::{self, GroupNote, NoteContent};
use confide::care::schema::clinical_notes;
use confide::platform::ids::Id;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::clinical_record::{InCare, ended_counts, everything_settled, note_about, record_path};
use crate::support::follow_ups::follow_up_in_two_weeks;
use crate::support::groups::therapy;
use crate::support::letters::{employer_letter, gp_letter};
use crate::support::practitioners::phq9_at_risk;
use crate::support::prescriptions::sertraline;
use crate::support::reply::CheckedReply;
use crate::support::{TestApp, apply, both_engines};

fn completed() -> Value {
    json!({ "reason": "completed", "summary": "Sleeps again." })
}

fn completed_with(open_items: Value) -> Value {
    json!({ "reason": "completed", "summary": "Sleeps again.", "open_items": open_items })
}

/// Ada, who is in Cleo's care, with something open of each kind.
struct Open {
    ada: Actor,
    cleo: Actor,
    prescription: String,
    follow_up: String,
    /// The path of Cleo's draft.
    note: String,
}

async fn with_something_open(app: &TestApp) -> Open {
    let scene = app.prescribing().await;
    let (ada, cleo) = (scene.ada, scene.cleo);
    let seen = app.past_appointment(&ada, &cleo).await;
    let prescription = cleo.prescribes(&ada, sertraline()).await;
    let follow_up = cleo.agrees_follow_up(&ada, follow_up_in_two_weeks(seen)).await.expect(201).id();
    let draft = cleo.writes_note(&ada, note_about(seen)).await.expect(201);
    let note = draft.header("location").unwrap().to_owned();
    draft_in_a_group(app, &ada).await;
    Open { ada, cleo, prescription, follow_up, note }
}

/// A draft about Ada by another clinician, who leads a group.
async fn draft_in_a_group(app: &TestApp, ada: &Actor) {
    let group = app.group(therapy).await;
    app.screened_as_suitable(ada, &group, TimeDelta::zero()).await;
    let enrolment: Id = ada.enrols(&group.id, "kestrel").await.expect(201).id().parse().unwrap();
    let session = group.cory.sessions_of(&group.id).await[0]["id"].as_str().unwrap().parse().unwrap();
    let (now, group_id) = (app.now(), group.id.parse().unwrap());
    let note = GroupNote {
        id: Id::new(now),
        session,
        group: group_id,
        session_at: now,
        enrolment,
        practitioner: ada.id,
        author: group.dora.id,
        content: NoteContent { text: "Quiet today.".to_owned(), shared: None },
        signed_at: None,
        version: 1,
        created_at: now,
    };
    app.write(move |tx| records::insert_note(tx, &note)).await;
}

/// The members that a refusal names, with their codes and sentences.
fn named(refused: &CheckedReply) -> Vec<(String, String, String)> {
    let text = |error: &Value, member: &str| error[member].as_str().unwrap().to_owned();
    let errors = refused.json["errors"].as_array().unwrap().iter();
    errors.map(|error| (text(error, "pointer"), text(error, "code"), text(error, "detail"))).collect()
}

#[apply(both_engines)]
async fn discharge_is_refused_while_a_risk_alert_is_open(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let assessment = ada.starts_assessment_for("review").await;
    ada.answers(&assessment, "phq-9", phq9_at_risk(2)).await.expect(200);
    let alert = cleo.open_alerts().await.remove(0);
    let check = cleo.reads(&ada, "discharge-check").await.expect(200);
    assert_eq!((check.text("open_risk_alert_id"), &check.json["open_items"]), (alert.clone(), &json!([])));

    cleo.post(&record_path(&ada, "discharge"), completed()).send().await.expect(409).expect_problem("risk_alert_open");

    assert_eq!(ada.pathway().await, "in_care");
    assert_eq!(app.refusal_count_of("practitioner.discharged", ada.id).await, 1);
    cleo.closes_alert(&alert).await.expect(200);
    assert_eq!(cleo.reads(&ada, "discharge-check").await.expect(200).json["open_risk_alert_id"], Value::Null);
    let ended = cleo.post(&record_path(&ada, "discharge"), completed()).send().await.expect(201);
    assert_eq!(ended.json["settled_items"], json!([]), "nothing else was open");
}

#[apply(both_engines)]
async fn death_is_recorded_also_while_a_risk_alert_is_open_and_asks_nothing(app: TestApp) {
    let Open { ada, cleo, prescription, .. } = with_something_open(&app).await;
    let assessment = ada.starts_assessment_for("review").await;
    ada.answers(&assessment, "phq-9", phq9_at_risk(2)).await.expect(200);
    let form = json!({ "reason": "died", "summary": "Reported by her family." });
    let ended = cleo.post(&record_path(&ada, "discharge"), form).send().await.expect(201);
    assert_eq!((ended_counts(&ended).get("risk_alerts"), &ended.json["settled_items"]), (Some(&1), &json!([])));
    assert_eq!(cleo.reads_prescription(&prescription).await.expect(200).text("state"), "cancelled");
}

#[apply(both_engines)]
async fn outcome_that_ends_care_is_refused_while_a_risk_alert_is_open(app: TestApp) {
    for (name, outcome, pathway) in [("Ada Byron", "signposted", "signposted"), ("Bea Byron", "discharged", "discharged")] {
        let cleo = app.clinician(&format!("Cleo {outcome}")).employed_by("A1A1A").await;
        let ada = app.practitioner(name).await;
        let assessment = ada.completes_intake_with(phq9_at_risk(2)).await;
        let first = app.appointment(&ada, &cleo, app.now().get() - TimeDelta::hours(2)).await.to_string();
        cleo.records_outcome(&assessment, &first, outcome).await.expect(409).expect_problem("risk_alert_open");
        assert_eq!(ada.pathway().await, "intake_done");
        // An outcome that does not end care is possible.
        cleo.records_outcome(&assessment, &first, "more_assessment").await.expect(201);
        let second = app.appointment(&ada, &cleo, app.now().get()).await.to_string();
        cleo.closes_alert(&cleo.open_alerts().await[0]).await.expect(200);
        cleo.records_outcome(&assessment, &second, outcome).await.expect(201);
        assert_eq!(ada.pathway().await, pathway);
    }
}

#[apply(both_engines)]
async fn outcome_that_ends_care_asks_about_what_is_open(app: TestApp) {
    let InCare { ada, cleo, assessment, appointment } = app.being_assessed().await;
    let follow_up = cleo.agrees_usual_follow_up(&ada, appointment).await;
    let appointment = appointment.to_string();
    let refused = cleo.records_outcome(&assessment, &appointment, "discharged").await.expect(422).expect_problem("open_items");
    assert_eq!(named(&refused).len(), 1);
    assert_eq!(named(&refused)[0].0, "/open_items/follow_ups");
    assert_eq!(ada.pathway().await, "intake_done");
    cleo.ends_care_by_outcome(&assessment, &appointment, "discharged").await.expect(201);
    let ended = cleo.reads(&ada, "discharge").await.expect(200);
    assert_eq!(ended.json["settled_items"], json!([{ "kind": "follow_ups", "count": 1, "decision": "close" }]));
    assert_eq!(cleo.state_of_follow_up(&follow_up).await, "care_ended");
}

#[apply(both_engines)]
async fn discharge_asks_about_each_kind_that_has_something_open(app: TestApp) {
    let Open { ada, cleo, prescription, follow_up, note } = with_something_open(&app).await;
    let discharge = record_path(&ada, "discharge");

    let refused = cleo.post(&discharge, completed()).send().await.expect(422).expect_problem("open_items");
    let expected = [
        ("/open_items/prescriptions", "1 prescription is in force. State what happens to it."),
        ("/open_items/follow_ups", "1 follow-up is open. State what happens to it."),
        (
            "/open_items/unsigned_notes",
            "2 notes are not signed. Sign or delete them first, or state that they are finished later.",
        ),
    ];
    assert_eq!(named(&refused), expected.map(|(pointer, detail)| (pointer.to_owned(), "required".to_owned(), detail.to_owned())));
    let partly = completed_with(json!({ "prescriptions": "cancel", "follow_ups": "close" }));
    let refused = cleo.post(&discharge, partly).send().await.expect_problem("open_items");
    assert_eq!(named(&refused).into_iter().map(|(pointer, ..)| pointer).collect::<Vec<_>>(), ["/open_items/unsigned_notes"]);
    let wrong = completed_with(json!({ "follow_ups": "keep" }));
    cleo.post(&discharge, wrong).send().await.expect_field("invalid_body", "/open_items/follow_ups");
    // Nothing has changed.
    assert_eq!(ada.pathway().await, "in_care");
    assert_eq!(cleo.reads_prescription(&prescription).await.expect(200).text("state"), "signed");
    assert_eq!(cleo.state_of_follow_up(&follow_up).await, "waiting");

    let answers = json!({ "prescriptions": "cancel", "follow_ups": "close", "unsigned_notes": "finish_within_reading_time" });
    let ended = cleo.post(&discharge, completed_with(answers)).send().await.expect(201);

    let settled = json!([
        { "kind": "prescriptions", "count": 1, "decision": "cancel" },
        { "kind": "follow_ups", "count": 1, "decision": "close" },
        { "kind": "unsigned_notes", "count": 2, "decision": "finish_within_reading_time" },
    ]);
    assert_eq!(ended.json["settled_items"], settled);
    let counts = ended_counts(&ended);
    assert_eq!((counts.get("prescriptions"), counts.get("follow_ups")), (Some(&1), Some(&1)), "{counts:?}");
    assert_eq!(cleo.reads(&ada, "discharge").await.expect(200).json["settled_items"], settled, "it can be read later too");
    let cancelled = cleo.reads_prescription(&prescription).await.expect(200);
    assert_eq!(cancelled.text("state"), "cancelled");
    assert_eq!(cancelled.json["cancellation"]["reason"], "treatment_changed");
    assert_eq!(app.audit_count_of("prescription.cancelled", prescription.parse().unwrap()).await, 1);
    assert_eq!(cleo.state_of_follow_up(&follow_up).await, "care_ended");
    cleo.signs_note(&note).await.expect(200);
}

#[apply(both_engines)]
async fn prescriptions_continue_elsewhere_only_where_the_gp_may_be_informed(app: TestApp) {
    let scene = app.prescribing().await;
    let (ada, cleo) = (scene.ada, scene.cleo);
    let prescription = cleo.prescribes(&ada, sertraline()).await;
    ada.sets_gp_sharing("refused").await.expect(200);
    let elsewhere = completed_with(json!({ "prescriptions": "continue_elsewhere" }));
    let decisions = async || cleo.reads(&ada, "discharge-check").await.expect(200).json["open_items"][0]["decisions"].clone();
    assert_eq!(decisions().await, json!(["cancel", "practitioner_arranges"]));
    let refused =
        cleo.post(&record_path(&ada, "discharge"), elsewhere.clone()).send().await.expect(422).expect_problem("open_items");
    assert_eq!((named(&refused)[0].0.as_str(), named(&refused)[0].1.as_str()), ("/open_items/prescriptions", "not_allowed"));

    ada.sets_gp_sharing("given").await.expect(200);
    assert_eq!(decisions().await, json!(["cancel", "continue_elsewhere", "practitioner_arranges"]));
    let refused = cleo.post(&record_path(&ada, "discharge"), elsewhere).send().await.expect(422).expect_problem("open_items");
    assert_eq!((named(&refused)[0].0.as_str(), named(&refused)[0].1.as_str()), ("/open_items/letter_id", "required"));
    let reason = "She takes the plan to her GP herself.";
    let explained = completed_with(json!({ "prescriptions": "continue_elsewhere", "no_letter_reason": reason }));
    let ended = cleo.post(&record_path(&ada, "discharge"), explained).send().await.expect(201);
    assert_eq!((&ended.json["letter_id"], &ended.json["no_letter_reason"]), (&Value::Null, &json!(reason)));
    let settled = json!([{ "kind": "prescriptions", "count": 1, "decision": "continue_elsewhere" }]);
    assert_eq!(ended.json["settled_items"], settled);
    assert_eq!(ended_counts(&ended).get("prescriptions"), None);
    assert_eq!(cleo.reads_prescription(&prescription).await.expect(200).text("state"), "signed", "it stays as it is");
    cleo.issues_prescription(&prescription).await.expect(404);
}

#[apply(both_engines)]
async fn discharge_to_the_gp_names_the_letter_that_informs_them(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let path = record_path(&ada, "discharge");
    let naming = |letter: &str| completed_with(json!({ "prescriptions": "continue_elsewhere", "letter_id": letter }));
    let letters = async || cleo.reads(&ada, "discharge-check").await.expect(200).json["gp_letter_ids"].clone();
    let draft = cleo.writes_letter(&ada, gp_letter()).await.expect(201).id();
    let employer = cleo.agrees_letter_with(&ada, employer_letter()).await;
    assert_eq!(letters().await, json!([]));
    for unfit in [&draft, &employer, &ada.id.to_string()] {
        let refused = cleo.post(&path, naming(unfit)).send().await.expect(422).expect_problem("open_items");
        assert_eq!((named(&refused)[0].0.as_str(), named(&refused)[0].1.as_str()), ("/open_items/letter_id", "unknown"));
    }
    // One that the practitioner agreed to, before they changed to another practice.
    let stale = cleo.proposes_letter_to_gp(&ada).await;
    assert_eq!(letters().await, json!([stale]));
    ada.agrees_to_letter(&stale).await.expect(200);
    assert_eq!(letters().await, json!([stale]));
    ada.consents_to_gp_at("Dr Harbour", "Harbour Practice").await;
    assert_eq!(letters().await, json!([]));
    let refused = cleo.post(&path, naming(&stale)).send().await.expect(422).expect_problem("open_items");
    assert_eq!(named(&refused)[0].0, "/open_items/letter_id");
    let letter = cleo.proposes_letter_to_gp(&ada).await;
    assert_eq!(letters().await, json!([letter]));
    let mut both = naming(&letter);
    both["open_items"]["no_letter_reason"] = json!("It is not needed.");
    let refused = cleo.post(&path, both).send().await.expect(422).expect_problem("open_items");
    assert_eq!(named(&refused)[0].0, "/open_items/no_letter_reason");
    let mut empty = naming(&letter);
    empty["open_items"]["no_letter_reason"] = json!("");
    cleo.post(&path, empty).send().await.expect_field("invalid_body", "/open_items/no_letter_reason");
    // Nothing has ended.
    cleo.reads(&ada, "discharge").await.expect(404);

    let ended = cleo.post(&path, naming(&letter)).send().await.expect(201);
    assert_eq!((&ended.json["letter_id"], &ended.json["no_letter_reason"]), (&json!(letter), &Value::Null));
    assert_eq!(cleo.reads(&ada, "discharge").await.expect(200).json["letter_id"], json!(letter));
}

#[apply(both_engines)]
async fn prescription_without_issues_left_is_not_asked_about(app: TestApp) {
    let scene = app.prescribing().await;
    let (ada, cleo) = (scene.ada, scene.cleo);
    let prescription = cleo.prescribes(&ada, sertraline()).await;
    cleo.issues_prescription(&prescription).await.expect(201);
    assert_eq!(cleo.reads(&ada, "discharge-check").await.expect(200).json["open_items"], json!([]));
    // An answer about what is not open does not count.
    let ended = cleo.post(&record_path(&ada, "discharge"), completed_with(everything_settled())).send().await.expect(201);
    assert_eq!(ended.json["settled_items"], json!([]));
    assert_eq!(cleo.reads_prescription(&prescription).await.expect(200).text("state"), "issued");
}

#[apply(both_engines)]
async fn check_lists_what_is_open_for_clinicians_who_may_read_the_record(app: TestApp) {
    let Open { ada, cleo, prescription, follow_up, note } = with_something_open(&app).await;
    let eve = app.clinician("Eve Clinician").employed_by("A1A1A").await;
    eve.reads(&ada, "discharge-check").await.expect_problem("not_found");
    let upcoming = app.appointment(&ada, &eve, app.now().get() + TimeDelta::days(1)).await;
    let kinds = |check: &CheckedReply| -> Vec<(String, u64, u64)> {
        let items = check.json["open_items"].as_array().unwrap().iter();
        items
            .map(|item| {
                (item["kind"].as_str().unwrap().to_owned(), item["count"].as_u64().unwrap(), item["own_count"].as_u64().unwrap())
            })
            .collect()
    };
    let expected = |own: u64| {
        [("prescriptions", 1_u64, own), ("follow_ups", 1, own), ("unsigned_notes", 2, own)]
            .map(|(kind, count, own)| (kind.to_owned(), count, own))
    };
    let check = cleo.reads(&ada, "discharge-check").await.expect(200);
    assert_eq!((kinds(&check).as_slice(), &check.json["has_upcoming_appointments"]), (&expected(1)[..], &json!(true)));
    assert_eq!(check.json["open_items"][2]["decisions"], json!(["finish_within_reading_time"]));
    assert_eq!(kinds(&eve.reads(&ada, "discharge-check").await.expect(200)), expected(0));
    assert_eq!(app.audit_count_of("discharge.checked", ada.id).await, 2);

    app.set_appointment_status(upcoming, "cancelled").await;
    cleo.cancels_prescription(&prescription, "treatment_changed").await.expect(200);
    cleo.cancels_follow_up(&follow_up, "not_needed").await.expect(200);
    cleo.signs_note(&note).await.expect(200);
    let check = cleo.reads(&ada, "discharge-check").await.expect(200);
    assert_eq!(kinds(&check), [("unsigned_notes".to_owned(), 1, 0)], "the other clinician's draft");
    assert_eq!(check.json["has_upcoming_appointments"], false);
}

#[apply(both_engines)]
async fn note_whose_author_has_left_is_settled_with_a_reason(app: TestApp) {
    let InCare { ada, cleo, appointment, .. } = app.in_care().await;
    let (dora, avery) = (app.dora().await, app.administrator().await);
    let own = cleo.writes_note(&ada, note_about(appointment)).await.expect(201).header("location").unwrap().to_owned();
    let seen = app.past_appointment(&ada, &dora).await;
    dora.writes_note(&ada, note_about(seen)).await.expect(201);
    draft_in_a_group(&app, &ada).await;
    avery.changes_account(&dora.id, json!({ "active": false, "reason": "Has left." })).await.expect(200);
    let discharge = record_path(&ada, "discharge");

    let check = cleo.reads(&ada, "discharge-check").await.expect(200);
    let open = json!([
        { "kind": "unsigned_notes", "count": 2, "own_count": 1, "decisions": ["finish_within_reading_time"] },
        { "kind": "orphaned_notes", "count": 1, "own_count": 0, "decisions": ["leave_unsigned"] },
    ]);
    assert_eq!(check.json["open_items"], open);
    let finished = json!({ "unsigned_notes": "finish_within_reading_time" });
    let refused = cleo.post(&discharge, completed_with(finished.clone())).send().await.expect(422).expect_problem("open_items");
    let question = "1 note is not signed and its author has left. State that it stays unsigned, and why.";
    assert_eq!(named(&refused), [("/open_items/orphaned_notes".to_owned(), "required".to_owned(), question.to_owned())]);
    let mut answers = finished;
    answers["orphaned_notes"] = json!("leave_unsigned");
    let refused = cleo.post(&discharge, completed_with(answers.clone())).send().await.expect(422).expect_problem("open_items");
    let pointers: Vec<_> = named(&refused).into_iter().map(|(pointer, code, _)| (pointer, code)).collect();
    assert_eq!(pointers, [("/open_items/orphaned_notes_reason".to_owned(), "required".to_owned())]);
    answers["orphaned_notes_reason"] = json!("x".repeat(1001));
    let long = cleo.post(&discharge, completed_with(answers.clone())).send().await;
    long.expect(422).expect_field("invalid_body", "/open_items/orphaned_notes_reason");
    answers["orphaned_notes_reason"] = json!("");
    let empty = cleo.post(&discharge, completed_with(answers.clone())).send().await;
    empty.expect(422).expect_field("invalid_body", "/open_items/orphaned_notes_reason");
    // Nothing has ended.
    assert_eq!(ada.pathway().await, "in_care");

    answers["orphaned_notes_reason"] = json!("Dora called before she left; my note of 11 January has it.");
    let ended = cleo.post(&discharge, completed_with(answers)).send().await.expect(201);

    let settled = json!([
        { "kind": "unsigned_notes", "count": 2, "decision": "finish_within_reading_time" },
        { "kind": "orphaned_notes", "count": 1, "decision": "leave_unsigned" },
    ]);
    let read = cleo.reads(&ada, "discharge").await.expect(200);
    for shown in [&ended, &read] {
        assert_eq!(shown.json["settled_items"], settled);
        assert_eq!(shown.text("orphaned_notes_reason"), "Dora called before she left; my note of 11 January has it.");
    }
    cleo.signs_note(&own).await.expect(200);
    let drafts = || clinical_notes::table.filter(clinical_notes::state.eq("draft")).count();
    let unsigned: i64 = app.sql(move |conn| Ok(drafts().get_result(conn)?)).await;
    assert_eq!(unsigned, 1, "the note stays as it is");
}

#[apply(both_engines)]
async fn reason_for_orphaned_notes_does_not_count_where_there_are_none(app: TestApp) {
    let InCare { ada, cleo, appointment, .. } = app.in_care().await;
    cleo.writes_note(&ada, note_about(appointment)).await.expect(201);
    let ended = cleo.post(&record_path(&ada, "discharge"), completed_with(everything_settled())).send().await.expect(201);
    let settled = json!([{ "kind": "unsigned_notes", "count": 1, "decision": "finish_within_reading_time" }]);
    assert_eq!((&ended.json["settled_items"], &ended.json["orphaned_notes_reason"]), (&settled, &Value::Null));
}

#[apply(both_engines)]
async fn outcome_that_ends_care_asks_about_a_note_whose_author_has_left(app: TestApp) {
    let InCare { ada, cleo, assessment, appointment } = app.being_assessed().await;
    let dora = app.dora().await;
    let seen = app.past_appointment(&ada, &dora).await;
    dora.writes_note(&ada, note_about(seen)).await.expect(201);
    app.close_account(&dora).await;
    let appointment = appointment.to_string();
    let refused = cleo.records_outcome(&assessment, &appointment, "discharged").await.expect(422).expect_problem("open_items");
    assert_eq!(named(&refused)[0].0, "/open_items/orphaned_notes");
    assert_eq!(ada.pathway().await, "intake_done");
    cleo.ends_care_by_outcome(&assessment, &appointment, "discharged").await.expect(201);
    let ended = cleo.reads(&ada, "discharge").await.expect(200);
    assert_eq!(ended.json["settled_items"], json!([{ "kind": "orphaned_notes", "count": 1, "decision": "leave_unsigned" }]));
    assert_eq!(ended.text("orphaned_notes_reason"), "What was agreed is in the notes since.");
}
