//! Staff who book for practitioners.

use chrono::TimeDelta;
use confide::people::practitioners::model::Pathway;
use confide::scheduling::calendar::model::AppointmentKind;

use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn coordinator_books_without_minimum_notice_but_within_the_other_rules(app: TestApp) {
    let (ada, cleo, cory) = (app.ada().await, app.cleo().await, app.coordinator().await);
    let soon = app.free_slot(&cleo, TimeDelta::minutes(1), AppointmentKind::Assessment).await;
    let treatment = app.free_slot(&cleo, TimeDelta::days(1), AppointmentKind::Treatment).await;
    cory.books_for(&ada, &treatment).await.expect_problem("assessment_required");
    cory.books_for(&ada, &soon).await.expect(201);
    assert_eq!(app.pathway_of(&ada).await, Pathway::AssessmentBooked);
    assert_eq!(app.emails_to(&ada.email).await.len(), 1);
}

#[apply(both_engines)]
async fn staff_name_the_practitioner_and_practitioners_book_only_for_themselves(app: TestApp) {
    let (ada, ben, cleo, cory) = (app.ada().await, app.ben().await, app.cleo().await, app.coordinator().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(1), AppointmentKind::Assessment).await;
    cory.books(&slot).await.expect_field("invalid_body", "/practitioner_id");
    ben.books_for(&ada, &slot).await.expect_field("invalid_body", "/practitioner_id");
    cory.books_for(&cleo, &slot).await.expect_problem("not_found");
    app.administrator().await.books_for(&ada, &slot).await.expect_problem("wrong_role");
}

#[apply(both_engines)]
async fn clinician_books_own_slots_for_practitioners_they_treat(app: TestApp) {
    let (ada, cleo, dan) = (app.ada().await, app.cleo().await, app.clinician("Dan Clinician").await);
    let first = app.free_slot(&cleo, TimeDelta::days(1), AppointmentKind::Assessment).await;
    let own = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Treatment).await;
    let dans = app.free_slot(&dan, TimeDelta::days(3), AppointmentKind::Treatment).await;
    cleo.books_for(&ada, &first).await.expect_problem("not_found");
    ada.books(&first).await.expect(201);
    app.set_pathway(&ada, Pathway::InCare).await;
    dan.books_for(&ada, &dans).await.expect_problem("not_found");
    cleo.books_for(&ada, &dans).await.expect_problem("not_found");
    app.unlist(&cleo).await;
    ada.books(&own).await.expect_problem("not_found");
    cleo.books_for(&ada, &own).await.expect(201);
    ada.blocks(&cleo).await.expect(201);
    let later = app.free_slot(&cleo, TimeDelta::days(4), AppointmentKind::Treatment).await;
    cleo.books_for(&ada, &later).await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn held_slot_is_booked_only_for_its_holder(app: TestApp) {
    let (ada, ben, cleo, cory) = (app.ada().await, app.ben().await, app.cleo().await, app.coordinator().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(1), AppointmentKind::Assessment).await;
    ada.holds(&slot).await.expect(200);
    cory.books_for(&ben, &slot).await.expect_problem("slot_taken");
    cory.books_for(&ada, &slot).await.expect(201);
}
