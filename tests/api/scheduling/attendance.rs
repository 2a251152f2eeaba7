//! Recording attendance.

use chrono::TimeDelta;
use confide::people::practitioners::model::Pathway;
use confide::scheduling::calendar::model::AppointmentKind;

use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn clinician_records_attendance_once_the_appointment_has_started(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let slot = app.free_slot(&cleo, TimeDelta::hours(2), AppointmentKind::Assessment).await;
    let id = ada.books(&slot).await.expect(201).id();
    cleo.records_attendance(&id, "attended_on_time").await.expect_field("invalid_body", "/attendance");
    app.clock.advance(TimeDelta::hours(2));
    let (ada, cleo) = (ada.signs_in_again().await, cleo.signs_in_again().await);
    let recorded = cleo.records_attendance(&id, "attended_on_time").await.expect(200);
    assert_eq!((recorded.text("state"), recorded.text("nhs_code")), ("attended".to_owned(), "5".to_owned()));
    assert_eq!(recorded.text("attendance_recorded_at"), "2027-01-11T11:00:00Z");
    assert_eq!(app.pathway_of(&ada).await, Pathway::AssessmentBooked, "its outcome is not recorded yet");
    assert_eq!(app.appointment_event_count(&id).await, 2);
    ada.records_attendance(&id, "attended_on_time").await.expect_problem("wrong_role");
    ada.cancels(&id, "practitioner_work").await.expect_problem("state_conflict");
}

#[apply(both_engines)]
async fn practitioner_who_missed_an_assessment_may_book_another(app: TestApp) {
    let (ada, cleo, cory) = (app.ada().await, app.cleo().await, app.coordinator().await);
    let slot = app.free_slot(&cleo, TimeDelta::hours(2), AppointmentKind::Assessment).await;
    let next = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Assessment).await;
    let id = ada.books(&slot).await.expect(201).id();
    app.clock.advance(TimeDelta::hours(3));
    let (ada, cory) = (ada.signs_in_again().await, cory.signs_in_again().await);
    assert_eq!(cory.records_attendance(&id, "did_not_attend").await.expect(200).text("nhs_code"), "3");
    assert_eq!(app.pathway_of(&ada).await, Pathway::IntakeDone);
    ada.books(&next).await.expect(201);
    cory.records_attendance(&id, "arrived_late_not_seen").await.expect(200);
    assert_eq!(app.pathway_of(&ada).await, Pathway::AssessmentBooked, "the next one is booked");
}

#[apply(both_engines)]
async fn attendance_may_be_corrected_for_a_week(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let slot = app.free_slot(&cleo, TimeDelta::hours(2), AppointmentKind::Assessment).await;
    let id = ada.books(&slot).await.expect(201).id();
    app.clock.advance(TimeDelta::hours(3));
    let cleo = cleo.signs_in_again().await;
    cleo.records_attendance(&id, "did_not_attend").await.expect(200);
    app.clock.advance(TimeDelta::days(1));
    let cleo = cleo.signs_in_again().await;
    cleo.records_attendance(&id, "attended_late_seen").await.expect(200);
    assert_eq!(app.pathway_of(&ada).await, Pathway::AssessmentBooked);
    app.clock.advance(TimeDelta::days(7));
    let cleo = cleo.signs_in_again().await;
    cleo.records_attendance(&id, "did_not_attend").await.expect_field("invalid_body", "/attendance");
}

#[apply(both_engines)]
async fn only_the_appointments_clinician_and_coordinators_record_attendance(app: TestApp) {
    let (ada, cleo, dan) = (app.ada().await, app.cleo().await, app.clinician("Dan Clinician").await);
    let slot = app.free_slot(&cleo, TimeDelta::hours(2), AppointmentKind::Assessment).await;
    let id = ada.books(&slot).await.expect(201).id();
    app.clock.advance(TimeDelta::hours(2));
    let (ada, cleo, dan) = (ada.signs_in_again().await, cleo.signs_in_again().await, dan.signs_in_again().await);
    dan.records_attendance(&id, "attended_on_time").await.expect_problem("not_found");
    cleo.records_attendance(&id, "cancelled_by_patient").await.expect_field("invalid_body", "/attendance");
    ada.blocks(&cleo).await.expect(201);
    cleo.records_attendance(&id, "attended_on_time").await.expect_problem("not_found");
    cleo.records_attendance("0190b1f0-0000-7000-8000-000000000000", "attended_on_time").await.expect_problem("not_found");
}
