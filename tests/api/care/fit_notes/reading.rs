//! Who may read, duplicate and withdraw a fit note.

use serde_json::json;

use crate::support::fit_notes::four_week_fit_note;
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn practitioner_and_treating_clinician_read_the_note_and_each_access_is_audited(app: TestApp) {
    let scene = app.consultation().await;
    let id = scene.issues_usual_note().await.id();
    for (reader, count) in [(&scene.ada, 1), (&scene.doctor, 2)] {
        let note = reader.reads_fit_note(&id).await.expect(200);
        assert_eq!(note.text("condition"), "Acute stress reaction");
        assert_eq!(app.audit_count("fit_note.read", &id).await, count);
        reader.downloads_fit_note(&id).await;
        assert_eq!(app.audit_count("fit_note.downloaded", &id).await, count);
        let list = reader.get(&format!("/v1/fit-notes?practitioner_id={}", scene.ada.id)).send().await.expect(200);
        assert_eq!(list.items()[0]["id"], json!(id));
        assert_eq!(list.items()[0].get("condition"), None, "a list has no condition");
        assert_eq!(app.audit_count("fit_note.listed", &scene.ada.id.to_string()).await, count);
    }
    assert_eq!(scene.ada.get("/v1/fit-notes").send().await.expect(200).items().len(), 1);
    scene.doctor.get("/v1/fit-notes").send().await.expect_field("invalid_parameter", "practitioner_id");
}

#[apply(both_engines)]
async fn other_users_cannot_find_a_fit_note(app: TestApp) {
    let scene = app.consultation().await;
    let id = scene.issues_usual_note().await.id();
    let duplicate = scene.doctor.issues_fit_note_duplicate(&id).await.expect(201).id();
    let stranger = app.clinician("Dora Doctor").registered("gmc", "7111111").employed_by("A1A1A").await;
    let bea = app.practitioner("Bea Byron").await;
    for other in [&stranger, &bea] {
        for path in ["", "/pdf", &format!("/duplicates/{duplicate}/pdf")] {
            other.get(&format!("/v1/fit-notes/{id}{path}")).send().await.expect_problem("not_found");
        }
        other.get(&format!("/v1/fit-notes?practitioner_id={}", scene.ada.id)).send().await.expect_problem("not_found");
    }
    stranger.issues_fit_note_duplicate(&id).await.expect_problem("not_found");
    stranger.withdraws_fit_note(&id, false).await.expect_problem("not_found");
    stranger.issues_fit_note(&four_week_fit_note(&scene.ada, scene.appointment)).await.expect_problem("not_found");
    // A doctor she has blocked cannot find it.
    scene.ada.blocks(&scene.doctor).await.expect(201);
    scene.doctor.reads_fit_note(&id).await.expect_problem("not_found");
    scene.ada.reads_fit_note(&id).await.expect(200);
}

#[apply(both_engines)]
async fn lost_note_is_replaced_by_a_marked_duplicate(app: TestApp) {
    let scene = app.consultation().await.later(0).await;
    let id = scene.issues_usual_note().await.id();
    let scene = scene.later(3).await;
    let made = scene.doctor.issues_fit_note_duplicate(&id).await.expect(201);
    assert_eq!(app.audit_count("fit_note.duplicate_issued", &id).await, 1);
    let note = scene.ada.reads_fit_note(&id).await.expect(200);
    assert_eq!(note.json["duplicates"].as_array().unwrap().len(), 1);
    let original = scene.ada.downloads_fit_note(&id).await;
    let duplicate = scene.ada.get(made.header("location").unwrap()).send().await.expect_pdf();
    let (original_text, duplicate_text) = (original.text(), duplicate.text());
    assert!(
        !original_text.contains("DUPLICATE")
            && duplicate_text.contains("DUPLICATE")
            && duplicate_text.contains("14 January 2027"),
        "{duplicate_text}"
    );
    for same in ["Ada Byron", "Acute stress reaction", "11 January 2027", &note.text("verification_code")] {
        assert!(original_text.contains(same) && duplicate_text.contains(same), "{same}");
    }
    let pia =
        app.clinician("Pia Psychologist").discipline("psychologist").registered("hcpc", "PYL12345").employed_by("A1A1A").await;
    let seen = app.appointment(&scene.ada, &pia, app.now().get()).await;
    app.set_appointment_status(seen, "attended").await;
    pia.issues_fit_note_duplicate(&id).await.expect_problem("fit_note_not_allowed");
}

#[apply(both_engines)]
async fn fit_note_can_be_withdrawn_only_before_the_employer_has_it(app: TestApp) {
    let scene = app.consultation().await;
    let id = scene.issues_usual_note().await.id();
    let duplicate = scene.doctor.issues_fit_note_duplicate(&id).await.expect(201);
    scene.doctor.withdraws_fit_note(&id, true).await.expect_field("fit_note_with_employer", "/with_employer");
    let note = scene.doctor.withdraws_fit_note(&id, false).await.expect(200);
    assert_eq!((note.text("state"), &note.json["withdrawal"]["note"]), ("withdrawn".to_owned(), &json!("Wrong dates.")));
    assert_eq!(app.audit_count("fit_note.withdrawn", &id).await, 1);
    let hers = scene.ada.reads_fit_note(&id).await.expect(200);
    assert_eq!(hers.json["withdrawal"]["reason"], "mistake");
    assert_eq!(hers.json["withdrawal"]["note"], serde_json::Value::Null);
    scene.doctor.withdraws_fit_note(&id, false).await.expect_problem("state_conflict");
    scene.doctor.issues_fit_note_duplicate(&id).await.expect_problem("state_conflict");
    scene.ada.requests_fit_note_pdf(&id).await.expect_problem("state_conflict");
    scene.ada.get(duplicate.header("location").unwrap()).send().await.expect_problem("state_conflict");
    scene.issues_usual_note().await;
}
