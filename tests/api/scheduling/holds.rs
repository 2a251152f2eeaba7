//! Holding a slot for five minutes.

use chrono::TimeDelta;
use confide::people::practitioners::model::Pathway;
use confide::scheduling::calendar::model::AppointmentKind;

use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn hold_lasts_five_minutes_and_may_be_extended(app: TestApp) {
    let (ada, ben, cleo) = (app.ada().await, app.ben().await, app.cleo().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    assert_eq!(ada.holds(&slot).await.expect(200).text("held_until"), "2027-01-11T09:05:00Z");
    ben.holds(&slot).await.expect_problem("slot_taken");
    ben.books(&slot).await.expect_problem("slot_taken");
    app.clock.advance(TimeDelta::minutes(4));
    assert_eq!(ada.holds(&slot).await.expect(200).text("held_until"), "2027-01-11T09:09:00Z");
    app.clock.advance(TimeDelta::minutes(5));
    ben.holds(&slot).await.expect(200);
    ada.holds(&slot).await.expect_problem("slot_taken");
}

#[apply(both_engines)]
async fn practitioner_holds_one_slot_at_a_time(app: TestApp) {
    let (ada, ben, cleo) = (app.ada().await, app.ben().await, app.cleo().await);
    let first = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let second = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Assessment).await;
    ada.holds(&first).await.expect(200);
    ada.holds(&second).await.expect(200);
    ben.holds(&first).await.expect(200);
    ada.holds(&first).await.expect_problem("slot_taken");
    ben.holds(&second).await.expect_problem("slot_taken");
}

#[apply(both_engines)]
async fn hold_may_be_released_repeatedly(app: TestApp) {
    let (ada, ben, cleo) = (app.ada().await, app.ben().await, app.cleo().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    ada.holds(&slot).await.expect(200);
    ben.releases(&slot).await.expect(204);
    ben.holds(&slot).await.expect_problem("slot_taken");
    app.clock.advance(TimeDelta::seconds(1));
    ada.releases(&slot).await.expect(204);
    app.clock.advance(TimeDelta::seconds(1));
    ada.releases(&slot).await.expect(204);
    ben.holds(&slot).await.expect(200);
    ada.releases(&ada.id).await.expect_problem("not_found");
    assert_eq!(app.audit_actions(&slot.to_string()).await, ["slot.held", "slot.released", "slot.held"]);
}

#[apply(both_engines)]
async fn hold_can_be_booked_only_until_it_expires(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    ada.books_held_slot(&slot).await.expect_problem("hold_expired");
    ada.holds(&slot).await.expect(200);
    app.clock.advance(TimeDelta::minutes(5));
    let late = ada.books_held_slot(&slot).await.expect_problem("hold_expired");
    assert_eq!(late.status, 410);
    ada.holds(&slot).await.expect(200);
    ada.books_held_slot(&slot).await.expect(201);
    ada.holds(&slot).await.expect_problem("slot_taken");
}

#[apply(both_engines)]
async fn only_bookable_slots_can_be_held(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let soon = app.free_slot(&cleo, TimeDelta::minutes(60), AppointmentKind::Assessment).await;
    let treatment = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Treatment).await;
    let assessment = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Assessment).await;
    ada.holds(&soon).await.expect_problem("slot_not_bookable");
    ada.holds(&treatment).await.expect_problem("assessment_required");
    app.set_pathway(&ada, Pathway::Registered).await;
    ada.holds(&assessment).await.expect_problem("intake_required");
    app.set_pathway(&ada, Pathway::IntakeDone).await;
    ada.blocks(&cleo).await.expect(201);
    ada.holds(&assessment).await.expect_problem("not_found");
    cleo.holds(&assessment).await.expect_problem("wrong_role");
}

#[apply(both_engines)]
async fn refused_second_hold_leaves_the_first_in_place(app: TestApp) {
    let (ada, ben, cleo) = (app.ada().await, app.ben().await, app.cleo().await);
    let mine = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let taken = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Assessment).await;
    ben.holds(&taken).await.expect(200);
    ada.holds(&mine).await.expect(200);
    ada.holds(&taken).await.expect_problem("slot_taken");
    ada.books_held_slot(&mine).await.expect(201);
}
