//! Moving and cancelling appointments.

use chrono::TimeDelta;
use confide::people::practitioners::model::Pathway;
use confide::scheduling::calendar::model::AppointmentKind;
use serde_json::json;

use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn cancelled_appointment_frees_its_slot(app: TestApp) {
    let (ada, ben, cleo) = (app.ada().await, app.ben().await, app.cleo().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let id = ada.books(&slot).await.expect(201).id();
    app.clock.advance(TimeDelta::minutes(1));
    let body = json!({ "reason": "practitioner_work", "note": "On call after all." });
    let cancelled = ada.post(&format!("/v1/appointments/{id}/cancel"), body).send().await.expect(200);
    assert_eq!((cancelled.text("state"), cancelled.text("cancel_reason")), ("cancelled".into(), "practitioner_work".into()));
    assert_eq!((cancelled.text("cancel_note"), cancelled.text("nhs_code")), ("On call after all.".into(), "2".into()));
    assert_eq!(cancelled.json["history"][1]["detail"], "practitioner_work");
    assert_eq!(cancelled.etag(), "\"v2\"");
    assert_eq!(app.pathway_of(&ada).await, Pathway::IntakeDone);
    assert_eq!(app.slot_state(&slot).await, "free");
    assert_eq!(app.audit_actions(&id).await, ["appointment.booked", "appointment.cancelled"]);
    assert_eq!(app.emails_to(&ada.email).await.last().unwrap().subject, "Your booking is cancelled");
    ada.cancels(&id, "practitioner_work").await.expect_problem("state_conflict");
    ben.books(&slot).await.expect(201);
}

#[apply(both_engines)]
async fn stale_version_neither_moves_nor_cancels(app: TestApp) {
    let (ada, ben, cleo) = (app.ada().await, app.ben().await, app.cleo().await);
    let old = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let new = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Assessment).await;
    let booked = ada.books(&old).await.expect(201);
    let move_to = format!("/v1/appointments/{}/move", booked.id());
    let cancel = format!("/v1/appointments/{}/cancel", booked.id());
    for stale in ["\"v77\"", "W/\"v1\"", "\"v2\", \"v3\""] {
        let moved = ada.post(&move_to, json!({ "slot_id": new })).if_match(stale).send().await;
        moved.expect(412).expect_field("version_mismatch", "If-Match");
        let cancelled = ada.post(&cancel, json!({ "reason": "practitioner_work" })).if_match(stale).send().await;
        cancelled.expect_problem("version_mismatch");
    }
    let other_spelling = format!("/v1/appointment%73/{}/%6dove", booked.id());
    let moved = ada.post(&other_spelling, json!({ "slot_id": new })).if_match("\"v77\"").undocumented().send().await;
    moved.expect_problem("version_mismatch");
    // Another practitioner learns nothing from the version.
    ben.post(&move_to, json!({ "slot_id": new })).if_match("\"v77\"").send().await.expect_problem("not_found");
    assert_eq!((app.slot_state(&old).await, app.slot_state(&new).await), ("booked".to_owned(), "free".to_owned()));
    assert_eq!(app.audit_actions(&booked.id()).await, ["appointment.booked"]);
    let moved = ada.post(&move_to, json!({ "slot_id": new })).if_match(&booked.etag()).send().await.expect(200);
    ada.post(&cancel, json!({ "reason": "practitioner_work" })).if_match(&booked.etag()).send().await.expect(412);
    ada.post(&cancel, json!({ "reason": "practitioner_work" })).if_match(&moved.etag()).send().await.expect(200);
}

#[apply(both_engines)]
async fn repeated_move_or_cancellation_returns_the_first_response_and_acts_once(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let old = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let new = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Assessment).await;
    let booked = ada.books(&old).await.expect(201);
    let move_to = format!("/v1/appointments/{}/move", booked.id());
    let cancel = format!("/v1/appointments/{}/cancel", booked.id());
    let request = || ada.post(&move_to, json!({ "slot_id": new })).key("move-1").if_match(&booked.etag()).send();
    let (first, again) = (request().await.expect(200), request().await.expect(200));
    assert_eq!((&first.body, first.etag()), (&again.body, again.etag()));
    ada.post(&cancel, json!({ "reason": "practitioner_work" }))
        .key("move-1")
        .send()
        .await
        .expect_problem("idempotency_key_reused");
    let request = || ada.post(&cancel, json!({ "reason": "practitioner_work" })).key("cancel-1").send();
    let (first, again) = (request().await.expect(200), request().await.expect(200));
    assert_eq!(first.body, again.body);
    let mut audited = app.audit_actions(&booked.id()).await;
    audited.sort();
    assert_eq!(audited, ["appointment.booked", "appointment.cancelled", "appointment.moved"]);
    assert_eq!(app.audit_count_of("request.repeated", booked.id().parse().unwrap()).await, 2);
}

#[apply(both_engines)]
async fn practitioners_and_staff_have_their_own_cancellation_reasons(app: TestApp) {
    let (ada, ben, cleo, cory) = (app.ada().await, app.ben().await, app.cleo().await, app.coordinator().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let id = ada.books(&slot).await.expect(201).id();
    ada.cancels(&id, "clinician_unwell").await.expect_field("invalid_body", "/reason");
    ada.cancels(&id, "because").await.expect_field("invalid_body", "/reason");
    ben.cancels(&id, "practitioner_work").await.expect_problem("not_found");
    assert_eq!(cleo.cancels(&id, "clinician_unwell").await.expect(200).text("nhs_code"), "4");
    let again = ada.books(&slot).await.expect(201).id();
    let by_staff = cory.cancels(&again, "booked_in_error").await.expect(200);
    assert_eq!(by_staff.json["nhs_code"], serde_json::Value::Null);
}

#[apply(both_engines)]
async fn started_appointment_cannot_be_cancelled_or_moved(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let slot = app.free_slot(&cleo, TimeDelta::hours(2), AppointmentKind::Assessment).await;
    let other = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let id = ada.books(&slot).await.expect(201).id();
    app.clock.advance(TimeDelta::hours(2));
    let ada = ada.signs_in_again().await;
    ada.cancels(&id, "practitioner_unwell").await.expect_problem("state_conflict");
    ada.moves(&id, &other).await.expect_problem("state_conflict");
}

#[apply(both_engines)]
async fn moving_to_another_clinician_keeps_the_appointment(app: TestApp) {
    let (ada, cleo, dan) = (app.ada().await, app.cleo().await, app.clinician("Dan Clinician").await);
    let old = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let new = app.free_slot(&dan, TimeDelta::days(3), AppointmentKind::Assessment).await;
    let id = ada.books(&old).await.expect(201).id();
    app.clock.advance(TimeDelta::minutes(1));
    let moved = ada.moves(&id, &new).await.expect(200);
    assert_eq!((moved.id(), moved.text("clinician_name")), (id.clone(), "Dan Clinician".to_owned()));
    assert_eq!((moved.json["moves"].as_i64(), moved.etag().as_str()), (Some(1), "\"v2\""));
    assert_eq!(moved.json["history"][1]["event"], "moved");
    assert_eq!((app.slot_state(&old).await, app.slot_state(&new).await), ("free".to_owned(), "booked".to_owned()));
    assert_eq!(app.pathway_of(&ada).await, Pathway::AssessmentBooked);
    let emails = app.emails_to(&ada.email).await;
    assert!(emails.last().unwrap().body.contains("moved to Thursday 14 January 2027 at 09:00"));
    assert_eq!(app.audit_actions(&id).await, ["appointment.booked", "appointment.moved"]);
    cleo.reads_appointment(&id).await.expect_problem("not_found");
    dan.reads_appointment(&id).await.expect(200);
}

#[apply(both_engines)]
async fn failed_move_changes_nothing(app: TestApp) {
    let (ada, ben, cleo) = (app.ada().await, app.ben().await, app.cleo().await);
    let old = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let taken = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Assessment).await;
    let treatment = app.free_slot(&cleo, TimeDelta::days(4), AppointmentKind::Treatment).await;
    let soon = app.free_slot(&cleo, TimeDelta::minutes(30), AppointmentKind::Assessment).await;
    ben.books(&taken).await.expect(201);
    let booked = ada.books(&old).await.expect(201);
    let id = booked.id();
    ada.moves(&id, &taken).await.expect_problem("slot_taken");
    ada.moves(&id, &old).await.expect_field("invalid_body", "/slot_id");
    ada.moves(&id, &treatment).await.expect_field("invalid_body", "/slot_id");
    ada.moves(&id, &soon).await.expect_problem("slot_not_bookable");
    ben.moves(&id, &soon).await.expect_problem("not_found");
    ada.moves(&id, &ada.id).await.expect_problem("not_found");
    assert_eq!(ada.reads_appointment(&id).await.expect(200).json, booked.json);
    assert_eq!(app.slot_state(&old).await, "booked");
}

#[apply(both_engines)]
async fn appointment_may_move_to_a_slot_that_overlaps_its_old_one(app: TestApp) {
    let (ada, cleo, dan) = (app.ada().await, app.cleo().await, app.clinician("Dan Clinician").await);
    let old = app.free_slot(&cleo, TimeDelta::hours(48), AppointmentKind::Assessment).await;
    let overlapping = app.free_slot(&dan, TimeDelta::minutes(48 * 60 + 30), AppointmentKind::Assessment).await;
    let id = ada.books(&old).await.expect(201).id();
    ada.moves(&id, &overlapping).await.expect(200);
    ada.blocks(&cleo).await.expect(201);
    ada.moves(&id, &old).await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn clinician_moves_appointments_only_to_their_own_slots(app: TestApp) {
    let (ada, cleo, dan) = (app.ada().await, app.cleo().await, app.clinician("Dan Clinician").await);
    let old = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let own = app.free_slot(&cleo, TimeDelta::minutes(30), AppointmentKind::Assessment).await;
    let dans = app.free_slot(&dan, TimeDelta::days(3), AppointmentKind::Assessment).await;
    let id = ada.books(&old).await.expect(201).id();
    cleo.moves(&id, &dans).await.expect_problem("not_found");
    cleo.moves(&id, &own).await.expect(200);
    dan.moves(&id, &dans).await.expect_problem("not_found");
    app.coordinator().await.moves(&id, &dans).await.expect(200);
}

#[apply(both_engines)]
async fn slot_of_an_orphaned_appointment_is_not_offered_again(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let first = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let second = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Assessment).await;
    let id = ada.books(&first).await.expect(201).id();
    app.orphan_appointment(&id).await;
    assert_eq!(ada.moves(&id, &second).await.expect(200).json["orphaned_at"], serde_json::Value::Null);
    app.orphan_appointment(&id).await;
    ada.cancels(&id, "practitioner_other").await.expect(200);
    assert_eq!((app.slot_state(&first).await, app.slot_state(&second).await), ("withdrawn".into(), "withdrawn".into()));
}
