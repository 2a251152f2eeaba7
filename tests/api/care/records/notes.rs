//! Notes: drafts, signatures, addenda, and what the practitioner sees of them.

use chrono::TimeDelta;
use confide::platform::ids::Id;
use diesel::RunQueryDsl;
use serde_json::{Value, json};

use crate::support::clinical_record::{InCare, note_about, record_path};
use crate::support::races::{at_once, expect_outcomes};
use crate::support::{TestApp, apply, both_engines};

/// Checks that the database refuses a statement because of that constraint.
async fn refused_by_the_database(app: &TestApp, statement: String, guard: &str) {
    let result = app.platform.db.write(move |conn| Ok(diesel::sql_query(statement.clone()).execute(conn)?)).await;
    assert!(result.as_ref().is_err_and(|error| error.violates(guard)), "{guard}: {result:?}");
}

#[apply(both_engines)]
async fn only_the_author_reads_a_draft_until_it_is_signed(app: TestApp) {
    let InCare { ada, cleo, appointment, .. } = app.in_care().await;
    let dora = app.dora().await;
    app.appointment(&ada, &dora, app.now().get() + TimeDelta::days(1)).await;
    let draft = cleo.writes_note(&ada, note_about(appointment)).await.expect(201);
    let note = draft.header("location").unwrap().to_owned();
    assert_eq!((draft.text("state"), &draft.json["signed_at"], draft.etag()), ("draft".into(), &Value::Null, "\"v1\"".into()));
    assert_eq!(draft.text("author_id"), cleo.id.to_string());

    dora.get(&note).send().await.expect_problem("not_found");
    dora.patch(&note, json!({})).if_match("*").send().await.expect_problem("not_found");
    dora.delete(&note).send().await.expect_problem("not_found");
    dora.post(&format!("{note}/addenda"), json!({ "text": "x" })).send().await.expect_problem("not_found");
    assert!(dora.reads(&ada, "notes").await.expect(200).items().is_empty());
    assert_eq!(cleo.reads(&ada, "notes").await.expect(200).items().len(), 1);
    assert!(ada.get("/v1/me/notes").send().await.expect(200).items().is_empty());

    cleo.signs_note(&note).await.expect(200);
    assert_eq!(dora.get(&note).send().await.expect(200).text("presentation"), "Cannot sleep.");
    assert_eq!(dora.reads(&ada, "notes").await.expect(200).items().len(), 1);
    dora.patch(&note, json!({})).if_match("*").send().await.expect_problem("state_conflict");
    let reads: Vec<_> = app.audit_actions(&draft.id()).await.into_iter().filter(|action| action == "note.read").collect();
    // Cleo's list, her access before she signed, Dora's access, Dora's list.
    assert_eq!(reads.len(), 4);
    assert_eq!(app.audit_count_of("notes.listed", ada.id).await, 4, "the practitioner's own access too");
}

#[apply(both_engines)]
async fn draft_is_changed_by_version_and_may_be_deleted(app: TestApp) {
    let InCare { ada, cleo, appointment, .. } = app.in_care().await;
    let draft = cleo.writes_note(&ada, json!({ "appointment_id": appointment, "risk": "None found." })).await.expect(201);
    let note = draft.header("location").unwrap().to_owned();
    cleo.patch(&note, json!({ "plan": "Six sessions." })).send().await.expect_problem("version_required");
    let changed =
        cleo.patch(&note, json!({ "plan": "Six sessions.", "shared": "  " })).if_match(&draft.etag()).send().await.expect(200);
    assert_eq!(
        (changed.text("risk"), changed.text("plan"), &changed.json["shared"]),
        ("None found.".into(), "Six sessions.".into(), &Value::Null)
    );
    cleo.patch(&note, json!({ "plan": null })).if_match(&draft.etag()).send().await.expect_problem("version_mismatch");
    let cleared = cleo.patch(&note, json!({ "plan": null })).if_match(&changed.etag()).send().await.expect(200);
    assert_eq!((&cleared.json["plan"], cleared.etag()), (&Value::Null, "\"v3\"".into()));
    cleo.post_empty(&format!("{note}/sign")).if_match("\"v1\"").send().await.expect_problem("version_mismatch");
    cleo.post_empty(&format!("{note}/sign")).send().await.expect_problem("version_required");

    cleo.delete(&note).send().await.expect(204);
    cleo.get(&note).send().await.expect_problem("not_found");
    cleo.writes_note(&ada, note_about(appointment)).await.expect(201);
    let mut trail = app.audit_actions(&draft.id()).await;
    trail.sort();
    assert_eq!(trail, ["note.begun", "note.changed", "note.changed", "note.deleted"]);
}

#[apply(both_engines)]
async fn signed_note_never_changes_not_even_by_sql(app: TestApp) {
    let InCare { ada, cleo, appointment, .. } = app.in_care().await;
    let note = cleo.writes_and_signs_note(&ada, appointment).await;
    cleo.patch(&note, json!({ "plan": "Another." })).if_match("*").send().await.expect_problem("state_conflict");
    cleo.delete(&note).send().await.expect_problem("state_conflict");
    cleo.post_empty(&format!("{note}/sign")).if_match("*").send().await.expect_problem("state_conflict");
    cleo.post(&format!("{note}/addenda"), json!({ "text": "She rang." })).send().await.expect(201);

    let id = note.rsplit_once('/').unwrap().1;
    for change in ["content = content", "state = 'draft', signed_at = NULL", "version = 9"] {
        refused_by_the_database(&app, format!("UPDATE clinical_notes SET {change} WHERE id = '{id}'"), "clinical_notes_final")
            .await;
    }
    refused_by_the_database(&app, "UPDATE note_addenda SET content = content".into(), "note_addenda_final").await;
    refused_by_the_database(&app, "DELETE FROM note_addenda".into(), "note_addenda_stay").await;
    let read = cleo.get(&note).send().await.expect(200);
    assert_eq!((read.text("plan"), read.json["addenda"].as_array().unwrap().len()), ("Six sessions.".into(), 1));

    // A whole note can still be deleted with its addenda, at the end of its retention period.
    app.sql(move |conn| Ok(diesel::sql_query("DELETE FROM clinical_notes").execute(conn)?)).await;
    cleo.get(&note).send().await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn note_is_signed_only_after_the_appointment_starts_and_must_match_its_attendance(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let later = app.appointment(&ada, &cleo, app.now().get() + TimeDelta::hours(1)).await;
    let draft = cleo.writes_note(&ada, note_about(later)).await.expect(201);
    let note = draft.header("location").unwrap().to_owned();
    cleo.signs_note(&note).await.expect_problem("too_early");

    app.clock.advance(TimeDelta::hours(1));
    let cleo = cleo.signs_in_again().await;
    app.set_appointment_status(later, "not_attended").await;
    cleo.signs_note(&note).await.expect_problem("incomplete");
    app.set_appointment_status(later, "cancelled").await;
    cleo.signs_note(&note).await.expect_problem("state_conflict");
    app.set_appointment_status(later, "attended").await;
    cleo.changes(&note, json!({ "kind": "non_attendance" })).await.expect(200);
    cleo.signs_note(&note).await.expect_problem("incomplete");
    app.set_appointment_status(later, "not_attended").await;
    assert_eq!(cleo.signs_note(&note).await.expect(200).text("kind"), "non_attendance");
}

#[apply(both_engines)]
async fn note_is_not_signed_while_a_part_is_missing(app: TestApp) {
    let InCare { ada, cleo, appointment, .. } = app.in_care().await;
    let draft = cleo.writes_note(&ada, json!({ "appointment_id": appointment, "plan": "Rest.", "risk": " " })).await.expect(201);
    let note = draft.header("location").unwrap().to_owned();
    let refused = cleo.signs_note(&note).await.expect_field("incomplete", "/risk").expect_field("incomplete", "/presentation");
    assert_eq!(refused.json["errors"].as_array().unwrap().len(), 2);
    cleo.changes(&note, json!({ "presentation": "Tired.", "risk": "None found." })).await.expect(200);
    cleo.signs_note(&note).await.expect(200);
}

#[apply(both_engines)]
async fn clinician_writes_one_note_for_each_of_their_own_appointments(app: TestApp) {
    let InCare { ada, cleo, appointment, .. } = app.in_care().await;
    let (dora, bea) = (app.dora().await, app.practitioner("Bea Byron").await);
    app.appointment(&ada, &dora, app.now().get() + TimeDelta::days(1)).await;
    let with_bea = app.appointment(&bea, &cleo, app.now().get() + TimeDelta::days(2)).await;
    dora.writes_note(&ada, note_about(appointment)).await.expect_problem("not_found");
    cleo.writes_note(&ada, note_about(with_bea)).await.expect_problem("not_found");
    cleo.writes_note(&ada, note_about(Id::new(app.now()))).await.expect_problem("not_found");

    let replies = at_once(6, |_| cleo.writes_note(&ada, note_about(appointment))).await;
    expect_outcomes(&replies, &[("201", 1), ("already_exists", 5)]);
    cleo.writes_note(&ada, note_about(appointment)).await.expect_problem("already_exists");
}

#[apply(both_engines)]
async fn repeated_request_creates_no_second_note(app: TestApp) {
    let InCare { ada, cleo, appointment, .. } = app.in_care().await;
    let path = record_path(&ada, "notes");
    let first = cleo.post(&path, note_about(appointment)).key("n1").send().await.expect(201);
    let again = cleo.post(&path, note_about(appointment)).key("n1").send().await.expect(201);
    assert_eq!(first.id(), again.id());
    let note = first.header("location").unwrap();
    cleo.signs_note(note).await.expect(200);
    for _ in 0..2 {
        cleo.post(&format!("{note}/addenda"), json!({ "text": "She rang." })).key("n2").send().await.expect(201);
    }
    assert_eq!(cleo.get(note).send().await.expect(200).json["addenda"].as_array().unwrap().len(), 1);
}

#[apply(both_engines)]
async fn addenda_keep_their_author_and_time(app: TestApp) {
    let InCare { ada, cleo, appointment, .. } = app.in_care().await;
    let (dora, eve) = (app.dora().await, app.clinician("Eve Clinician").employed_by("A1A1A").await);
    app.appointment(&ada, &dora, app.now().get() + TimeDelta::days(1)).await;
    let draft = cleo.writes_note(&ada, note_about(appointment)).await.expect(201);
    let note = draft.header("location").unwrap().to_owned();
    let addenda = format!("{note}/addenda");
    cleo.post(&addenda, json!({ "text": "Too soon." })).send().await.expect_problem("state_conflict");
    cleo.signs_note(&note).await.expect(200);
    cleo.post(&addenda, json!({ "text": "She rang." })).send().await.expect(201);
    app.clock.advance(TimeDelta::minutes(5));
    let added = dora.post(&addenda, json!({ "text": "Saw her too.", "shared": "We spoke." })).send().await.expect(201);
    eve.post(&addenda, json!({ "text": "Who is she?" })).send().await.expect_problem("not_found");

    let added = &added.json["addenda"];
    assert_eq!(
        (&added[0]["author_id"], &added[0]["text"], &added[0]["shared"]),
        (&json!(cleo.id), &json!("She rang."), &Value::Null)
    );
    assert_eq!((&added[1]["author_id"], &added[1]["added_at"]), (&json!(dora.id), &json!(app.now())));
    let mine = ada.get("/v1/me/notes").send().await.expect(200);
    assert_eq!(mine.items()[0]["addenda"].as_array().unwrap().len(), 1);
    assert_eq!(mine.items()[0]["addenda"][0]["text"], "We spoke.");
}

#[apply(both_engines)]
async fn practitioner_reads_only_shared_parts_of_signed_notes(app: TestApp) {
    let InCare { ada, cleo, appointment, .. } = app.in_care().await;
    let other = app.appointment(&ada, &cleo, app.now().get() - TimeDelta::days(1)).await;
    let third = app.appointment(&ada, &cleo, app.now().get() - TimeDelta::days(2)).await;
    let mut unshared = note_about(other);
    unshared["shared"] = Value::Null;
    for form in [note_about(appointment), unshared, note_about(third)] {
        app.clock.advance(TimeDelta::seconds(1));
        let draft = cleo.writes_note(&ada, form).await.expect(201);
        if draft.text("appointment_id") != third.to_string() {
            cleo.signs_note(draft.header("location").unwrap()).await.expect(200);
        }
    }
    let mine = ada.get("/v1/me/notes").send().await.expect(200);
    assert_eq!(mine.items().len(), 1, "one is not shared, one not signed");
    assert_eq!(
        (&mine.items()[0]["text"], &mine.items()[0]["author_id"]),
        (&json!("We agreed on six sessions."), &json!(cleo.id))
    );
    assert!(!mine.json.to_string().contains("Cannot sleep"));

    // An addendum may be shared when the note is not.
    let notes = cleo.reads(&ada, "notes").await.expect(200);
    let quiet = notes.items().iter().find(|note| note["appointment_id"] == json!(other)).unwrap();
    let path = format!("/v1/notes/{}/addenda", quiet["id"].as_str().unwrap());
    cleo.post(&path, json!({ "text": "Discussed.", "shared": "As we discussed." })).send().await.expect(201);
    let first = ada.get("/v1/me/notes?limit=1").send().await.expect(200);
    assert_eq!((&first.items()[0]["text"], &first.items()[0]["addenda"][0]["text"]), (&Value::Null, &json!("As we discussed.")));
    let second = ada.get(&format!("/v1/me/notes?cursor={}", first.text("next_cursor"))).send().await.expect(200);
    assert_eq!(second.items().len(), 1);
    let bea = app.practitioner("Bea Byron").await;
    assert!(bea.get("/v1/me/notes").send().await.expect(200).items().is_empty());
}
