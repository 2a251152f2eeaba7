//! Attendance, head counts, and notes in the members' records.

use chrono::TimeDelta;
use confide::platform::db::Conn;
use confide::platform::error::Error;
use diesel::RunQueryDsl;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::groups::{Group, class, for_families, therapy, with_changes};
use crate::support::{TestApp, apply, both_engines};

/// A running group with two members, while its first session takes place.
struct Meeting {
    group: Group,
    session: String,
    ada: Actor,
    bea: Actor,
    places: [String; 2],
}

async fn meeting(app: &TestApp, form: impl Fn(&Actor, &Actor) -> Value) -> Meeting {
    let group = app.group(|a, b| with_changes(form(a, b), json!({ "minimum": 1 }))).await;
    let (ada, first) = app.member("Ada Byron", &group).await;
    let (bea, second) = app.member("Bea Byron", &group).await;
    group.cory.starts_group(&group.id).await.expect(200);
    let session = group.sessions().await[0]["id"].as_str().unwrap().to_owned();
    app.advance_clock_to("2027-02-04T18:10:00Z");
    Meeting {
        group: group.signed_in_again().await,
        session,
        ada: ada.signs_in_again().await,
        bea: bea.signs_in_again().await,
        places: [first, second],
    }
}

/// Whether the database schema refuses a statement.
async fn refused_by_the_schema(app: &TestApp, statement: &'static str) -> bool {
    let result = app
        .platform
        .db
        .write(move |conn| {
            match conn {
                Conn::Sqlite(inner) => diesel::sql_query(statement).execute(inner),
                Conn::Postgres(inner) => diesel::sql_query(statement).execute(inner),
            }
            .map_err(Error::from)
        })
        .await;
    result.is_err()
}

#[apply(both_engines)]
async fn attendance_is_recorded_for_each_member_once_the_session_has_started(app: TestApp) {
    let group = app.group(|a, b| with_changes(therapy(a, b), json!({ "minimum": 1 }))).await;
    let (_, place) = app.member("Ada Byron", &group).await;
    let (bea, second) = app.member("Bea Byron", &group).await;
    let session = group.sessions().await[0]["id"].as_str().unwrap().to_owned();
    let came = [(place.as_str(), "attended_on_time")];
    group.cleo.records_group_attendance(&session, &came, None).await.expect_problem("group_not_open");
    group.cory.starts_group(&group.id).await.expect(200);
    group.cleo.records_group_attendance(&session, &came, None).await.expect_problem("too_early");
    bea.leaves_group(&second).await.expect(200);
    app.advance_clock_to("2027-02-04T18:00:00Z");
    let group = group.signed_in_again().await;

    let recorded = group.cleo.records_group_attendance(&session, &came, None).await.expect(200);
    assert_eq!(recorded.json["attendances"], json!([{ "enrolment_id": place, "attendance": "attended_on_time" }]));
    assert_eq!((recorded.json["head_count"].clone(), recorded.text("recorded_at")), (Value::Null, "2027-02-04T18:00:00Z".into()));
    let left = [(second.as_str(), "did_not_attend")];
    group.cleo.records_group_attendance(&session, &left, None).await.expect_field("invalid_body", "/attendances/0/enrolment_id");
    let twice = [came[0], came[0]];
    group.cleo.records_group_attendance(&session, &twice, None).await.expect_field("invalid_body", "/attendances/1/enrolment_id");
    group.cleo.records_group_attendance(&session, &[], Some(1)).await.expect_field("invalid_body", "/head_count");
    app.clinician("Omar Other").await.records_group_attendance(&session, &came, None).await.expect_problem("not_found");
    assert_eq!(app.audit_count_of("group_session.attendance_recorded", session.parse().unwrap()).await, 1);

    app.clock.advance(TimeDelta::days(7));
    let group = group.signed_in_again().await;
    let corrected = group.dora.records_group_attendance(&session, &[(&place, "cancelled_by_patient")], None).await.expect(200);
    assert_eq!(corrected.json["attendances"][0]["attendance"], "cancelled_by_patient");
    app.clock.advance(TimeDelta::seconds(1));
    group.signed_in_again().await.dora.records_group_attendance(&session, &came, None).await.expect_problem("too_late");
}

#[apply(both_engines)]
async fn members_do_not_see_attendance(app: TestApp) {
    let Meeting { group, session, ada, places, .. } = meeting(&app, therapy).await;
    let came = [(places[0].as_str(), "attended_on_time"), (places[1].as_str(), "did_not_attend")];
    group.cleo.records_group_attendance(&session, &came, None).await.expect(200);
    let seen = ada.reads_session(&session).await.expect(200);
    assert_eq!((seen.json["attendances"].clone(), seen.json["recorded_at"].clone()), (json!([]), Value::Null));
    assert_eq!(group.dora.reads_session(&session).await.expect(200).json["attendances"].as_array().unwrap().len(), 2);
    let other = app.clinician("Omar Other").await.reads_session(&session).await.expect(200);
    assert_eq!((other.json["attendances"].clone(), other.json["link"].clone()), (json!([]), Value::Null));
}

#[apply(both_engines)]
async fn therapy_session_has_a_note_in_each_members_record(app: TestApp) {
    let Meeting { group, session, ada, bea, places } = meeting(&app, therapy).await;
    let note = group
        .cleo
        .writes_group_note(&session, &places[0], "Spoke of the night shifts.", Some("See you next week."))
        .await
        .expect(201);
    assert_eq!((note.text("state"), note.text("text")), ("draft".into(), "Spoke of the night shifts.".into()));
    let path = format!("/v1/group-notes/{}", note.id());
    group.dora.get(&path).send().await.expect_problem("not_found");
    ada.get(&path).send().await.expect_problem("not_found");
    assert!(ada.reads_group_notes(&ada).await.expect(200).items().is_empty(), "only the author reads a draft");
    group.dora.signs_note_of_any_version(&note.id()).await.expect_problem("not_found");

    let reworded = json!({ "text": "Spoke of the nights.", "shared": "Until next week." });
    group.cleo.put(&path, reworded.clone()).send().await.expect_problem("version_required");
    group.cleo.put(&path, reworded.clone()).if_match(&note.etag()).send().await.expect(200);
    group.cleo.put(&path, reworded.clone()).if_match(&note.etag()).send().await.expect_problem("version_mismatch");
    let signed = group.cleo.signs_group_note(&note.id()).await.expect(200);
    assert_eq!((signed.text("state"), signed.text("signed_at")), ("signed".into(), "2027-02-04T18:10:00Z".into()));
    group.cleo.put(&path, reworded).if_match("*").send().await.expect_problem("state_conflict");
    group.cleo.signs_note_of_any_version(&note.id()).await.expect_problem("state_conflict");

    let own = ada.reads_group_notes(&ada).await.expect(200);
    assert_eq!((own.items()[0]["shared"].as_str(), own.items()[0]["text"].clone()), (Some("Until next week."), Value::Null));
    assert_eq!(ada.get(&path).send().await.expect(200).json["text"], Value::Null);
    assert_eq!(group.dora.reads_group_notes(&ada).await.expect(200).items()[0]["text"], "Spoke of the nights.");
    bea.reads_group_notes(&ada).await.expect_problem("not_found");
    bea.get(&path).send().await.expect_problem("not_found");
    group.cory.reads_group_notes(&ada).await.expect_problem("wrong_role");
    assert!(app.audit_count_of("group_notes.read", ada.id).await >= 3);
    assert!(
        app.audit_count_of("group_note.signed", ada.id).await == 1 && app.audit_count_of("group_note.written", ada.id).await == 1
    );
}

#[apply(both_engines)]
async fn only_treating_clinicians_read_group_notes(app: TestApp) {
    let Meeting { group, session, ada, places, .. } = meeting(&app, therapy).await;
    let note = group.cleo.writes_group_note(&session, &places[0], "Came.", None).await.expect(201);
    group.cleo.signs_group_note(&note.id()).await.expect(200);
    let other = app.clinician("Omar Other").await;
    other.reads_group_notes(&ada).await.expect_problem("not_found");
    other.get(&format!("/v1/group-notes/{}", note.id())).send().await.expect_problem("not_found");
    app.appointment(&ada, &other, app.now().get() + TimeDelta::days(1)).await;
    assert_eq!(other.reads_group_notes(&ada).await.expect(200).items()[0]["text"], "Came.");
    ada.blocks(&other).await.expect(201);
    other.reads_group_notes(&ada).await.expect_problem("not_found");
    ada.blocks(&group.cleo).await.expect(201);
    group.cleo.reads_group_notes(&ada).await.expect_problem("not_found");
    group.cleo.writes_group_note(&session, &places[0], "Again.", None).await.expect_problem("invalid_body");
    group.dora.reads_group_notes(&ada).await.expect(200);
}

#[apply(both_engines)]
async fn facilitator_of_another_group_reads_only_its_own_notes(app: TestApp) {
    let Meeting { group, session, ada, places, .. } = meeting(&app, therapy).await;
    let note = group.cleo.writes_group_note(&session, &places[0], "Came.", None).await.expect(201);
    group.cleo.signs_group_note(&note.id()).await.expect(200);
    let (elsa, fay) = (app.clinician("Elsa Wood").await, app.clinician("Fay Wood").await);
    let friday = with_changes(therapy(&elsa, &fay), json!({ "starts_on": "2027-02-12" }));
    let friday = Group {
        id: group.cory.creates_group(friday).await.expect(201).id(),
        cory: group.cory.clone(),
        cleo: elsa.clone(),
        dora: fay,
    };
    app.screened_as_suitable(&ada, &friday, TimeDelta::zero()).await;
    ada.enrols(&friday.id, "kestrel").await.expect(201);
    assert!(elsa.reads_group_notes(&ada).await.expect(200).items().is_empty());
    elsa.get(&format!("/v1/group-notes/{}", note.id())).send().await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn facilitator_reads_the_notes_and_attendance_of_a_former_member_for_30_days(app: TestApp) {
    let Meeting { group, session, ada, bea, places } = meeting(&app, therapy).await;
    let came = [(places[0].as_str(), "attended_on_time"), (places[1].as_str(), "attended_on_time")];
    group.cleo.records_group_attendance(&session, &came, None).await.expect(200);
    let note = group.cleo.writes_group_note(&session, &places[0], "Came.", None).await.expect(201).id();
    group.cleo.signs_group_note(&note).await.expect(200);
    let draft = group.cleo.writes_group_note(&session, &places[0], "Later.", None).await.expect(201).id();
    ada.leaves_group(&places[0]).await.expect(200);
    for (days, read, attended) in [(29, 200, 2), (2, 404, 1)] {
        app.clock.advance(TimeDelta::days(days));
        let group = group.signed_in_again().await;
        for facilitator in [&group.cleo, &group.dora] {
            facilitator.get(&format!("/v1/group-notes/{note}")).send().await.expect(read);
            facilitator.reads_group_notes(&ada).await.expect(read);
            facilitator.reads_group_notes(&bea).await.expect(200);
            let seen = facilitator.reads_session(&session).await.expect(200);
            assert_eq!(seen.json["attendances"].as_array().unwrap().len(), attended);
        }
        group.cleo.get(&format!("/v1/group-notes/{draft}")).send().await.expect(read);
    }
    let group = group.signed_in_again().await;
    group.cleo.signs_note_of_any_version(&draft).await.expect_problem("not_found");
    group.cleo.writes_group_note(&session, &places[0], "Again.", None).await.expect_field("invalid_body", "/enrolment_id");
}

#[apply(both_engines)]
async fn clinician_who_breaks_the_glass_reads_the_notes_about_this_member_only(app: TestApp) {
    let Meeting { group, session, ada, bea, places } = meeting(&app, therapy).await;
    let mut notes = Vec::new();
    for place in &places {
        let note = group.cleo.writes_group_note(&session, place, "Came.", None).await.expect(201).id();
        group.cleo.signs_group_note(&note).await.expect(200);
        notes.push(format!("/v1/group-notes/{note}"));
    }
    let draft = group.cleo.writes_group_note(&session, &places[0], "Later.", None).await.expect(201).id();
    let greta = app.clinician("Greta Holme").await;
    greta.get(&notes[0]).send().await.expect_problem("not_found");

    greta.breaks_glass_to(&ada).await.expect(201);

    assert_eq!(greta.get(&notes[0]).send().await.expect(200).text("text"), "Came.");
    assert_eq!(greta.reads_group_notes(&ada).await.expect(200).items().len(), 1, "not the draft");
    for hidden in [&notes[1], &format!("/v1/group-notes/{draft}")] {
        greta.get(hidden).send().await.expect_problem("not_found");
    }
    greta.reads_group_notes(&bea).await.expect_problem("not_found");
    greta.reads_enrolment(&places[0]).await.expect_problem("not_found");
    greta.get(&format!("/v1/groups/{}/enrolments", group.id)).send().await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn class_session_records_a_head_count_and_has_no_notes(app: TestApp) {
    let Meeting { group, session, places, .. } = meeting(&app, class).await;
    group.cleo.records_group_attendance(&session, &[], None).await.expect_field("invalid_body", "/head_count");
    let recorded =
        group.cleo.records_group_attendance(&session, &[(&places[0], "attended_late_seen")], Some(999)).await.expect(200);
    assert_eq!(recorded.json["head_count"], 999);
    group.cleo.records_group_attendance(&session, &[], Some(1000)).await.expect_field("invalid_body", "/head_count");
    group.cleo.writes_group_note(&session, &places[0], "Spoke.", None).await.expect_field("invalid_body", "/enrolment_id");
}

#[apply(both_engines)]
async fn guest_attendance_is_recorded_with_a_head_count(app: TestApp) {
    let group = app.group(for_families).await;
    let una = group.cory.adds_guest(&group.id, "una", "2027-01-08").await.expect(201).id();
    group.cory.starts_group(&group.id).await.expect(200);
    let session = group.sessions().await[0]["id"].as_str().unwrap().to_owned();
    app.advance_clock_to("2027-02-04T18:10:00Z");
    let group = group.signed_in_again().await;
    group.cleo.records_group_attendance(&session, &[(&una, "attended_on_time")], Some(1)).await.expect(200);
    group.cleo.writes_group_note(&session, &una, "Spoke.", None).await.expect_field("invalid_body", "/enrolment_id");
}

#[apply(both_engines)]
async fn schema_separates_the_two_record_types_and_protects_signed_notes(app: TestApp) {
    let Meeting { group, session, places, .. } = meeting(&app, therapy).await;
    let note = group.cleo.writes_group_note(&session, &places[0], "Came.", None).await.expect(201);
    assert!(!refused_by_the_schema(&app, "UPDATE group_notes SET version = version + 1").await, "a draft may change");
    group.cleo.signs_group_note(&note.id()).await.expect(200);
    for statement in [
        "UPDATE group_notes SET version = version + 1",
        "DELETE FROM group_notes",
        "UPDATE group_sessions SET head_count = 7",
        "UPDATE group_sessions SET record_type = 'session'",
        "UPDATE therapy_groups SET record_type = 'session'",
        "UPDATE therapy_groups SET audience = 'bereaved_family'",
        "UPDATE group_enrolments SET practitioner_id = NULL",
        "UPDATE group_enrolments SET seat = NULL",
        "UPDATE group_enrolments SET seat = 9 WHERE seat = 1",
        "UPDATE group_enrolments SET seat = 1",
        "UPDATE therapy_groups SET capacity = 1",
        "UPDATE therapy_groups SET capacity = 16",
        "UPDATE group_facilitators SET position = 3",
    ] {
        assert!(refused_by_the_schema(&app, statement).await, "{statement}");
    }
    assert!(refused_by_the_schema(&app, "UPDATE group_enrolments SET seat = 2 WHERE seat = 1").await, "one person per seat");
}

impl Actor {
    /// Signs a note whatever its version.
    async fn signs_note_of_any_version(&self, note: &str) -> crate::support::reply::Reply {
        self.post_empty(&format!("/v1/group-notes/{note}/sign")).if_match("*").send().await
    }
}
