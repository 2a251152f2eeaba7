//! Many practitioners request the same slot at the same time. The requests run at once; the connections' threads decide.

use chrono::TimeDelta;
use confide::people::practitioners::model::Pathway;
use confide::scheduling::calendar::model::AppointmentKind;
use futures_util::future::join3;
use serde_json::json;

use crate::support::actors::Actor;
use crate::support::app::{Kind as Engine, TestSettings};
use crate::support::races::{at_once, expect_outcomes};
use crate::support::{TestApp, apply, both_engines, postgres_only};

async fn crowd(app: &TestApp, size: usize) -> Vec<Actor> {
    let mut people = Vec::new();
    for number in 0..size {
        people.push(app.seeded_practitioner(&format!("Person Number{number}"), Pathway::IntakeDone).await);
    }
    people
}

async fn sixty_four_book_one_slot(app: &TestApp) {
    let cleo = app.cleo().await;
    let slot = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let people = crowd(app, 64).await;
    let replies = app.at_once_on_row(("slots", slot.to_string()), 64, |number| people[number].books(&slot)).await;
    expect_outcomes(&replies, &[("201", 1), ("slot_taken", 63)]);
    assert_eq!(app.booked_appointments_in(&slot).await, 1);
}

#[apply(both_engines)]
async fn one_of_sixty_four_concurrent_bookings_gets_the_slot(app: TestApp) {
    sixty_four_book_one_slot(&app).await;
}

#[apply(both_engines)]
async fn one_of_sixty_four_concurrent_holds_gets_the_slot(app: TestApp) {
    let cleo = app.cleo().await;
    let slot = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let people = crowd(&app, 64).await;
    let replies = app.at_once_on_row(("slots", slot.to_string()), 64, |number| people[number].holds(&slot)).await;
    expect_outcomes(&replies, &[("200", 1), ("slot_taken", 63)]);
}

#[apply(both_engines)]
async fn concurrent_bookings_of_one_practitioner_never_overlap(app: TestApp) {
    let (ada, cleo, dan) = (app.ada().await, app.cleo().await, app.clinician("Dan Clinician").await);
    app.set_pathway(&ada, Pathway::InCare).await;
    for round in 0..20 {
        let first = app.free_slot(&cleo, TimeDelta::hours(30 + round), AppointmentKind::Treatment).await;
        let second = app.free_slot(&dan, TimeDelta::minutes((30 + round) * 60 + 9), AppointmentKind::Treatment).await;
        let slots = [first, second];
        let replies = at_once(2, |number| ada.books(&slots[number])).await;
        expect_outcomes(&replies, &[("201", 1), ("appointment_overlaps", 1)]);
        let booked = replies.iter().find(|reply| reply.status.is_success()).unwrap();
        ada.cancels(&booked.id(), "practitioner_other").await.expect(200);
    }
}

#[apply(both_engines)]
async fn twenty_concurrent_requests_with_one_key_create_one_appointment(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let replies = at_once(20, |_| ada.post("/v1/appointments", json!({ "slot_id": slot })).key("twin").send()).await;
    expect_outcomes(&replies, &[("201", 20)]);
    assert!(replies.iter().all(|reply| reply.json == replies[0].json && reply.etag() == replies[0].etag()));
    assert_eq!(app.booked_appointments_in(&slot).await, 1);
    assert_eq!(app.emails_to(&ada.email).await.len(), 1);
}

#[apply(both_engines)]
async fn practitioners_who_swap_held_slots_do_not_deadlock(app: TestApp) {
    let (ada, ben, cleo) = (app.ada().await, app.ben().await, app.cleo().await);
    let first = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let second = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Assessment).await;
    for round in 0..10 {
        let holds = [(&ada, first), (&ben, second), (&ada, second), (&ben, first)];
        let replies = at_once(4, |number| holds[number].0.holds(&holds[number].1)).await;
        assert!(replies.iter().all(|reply| reply.status == 200 || reply.json["code"] == "slot_taken"), "round {round}");
    }
}

#[apply(both_engines)]
async fn concurrent_cancelling_moving_and_booking_leave_consistent_slots(app: TestApp) {
    let (ada, cleo, cory) = (app.ada().await, app.cleo().await, app.coordinator().await);
    let people = crowd(&app, 6).await;
    let slot = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let other = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Assessment).await;
    for round in 0..20 {
        let id = ada.books(&slot).await.expect(201).id();
        let (cancel, moved) = (ada.cancels(&id, "practitioner_work"), ada.moves(&id, &other));
        let bookings = at_once(6, |number| people[number].books(&slot));
        let (cancelled, moved, bookings) = join3(cancel, moved, bookings).await;
        assert!(cancelled.status.is_success() || moved.status.is_success(), "round {round}");
        for slot in [&slot, &other] {
            let (live, state) = (app.booked_appointments_in(slot).await, app.slot_state(slot).await);
            assert!(
                (live, state.as_str()) == (1, "booked") || (live, state.as_str()) == (0, "free"),
                "round {round}: {live} {state}"
            );
        }
        for booking in bookings.iter().filter(|reply| reply.status.is_success()) {
            cory.cancels(&booking.id(), "service").await.expect(200);
        }
        // Already cancelled where the cancellation came before the move.
        let again = ada.cancels(&id, "practitioner_work").await;
        assert!(again.status == 200 || again.status == 409, "round {round}: {}", again.status);
        assert_eq!((app.slot_state(&slot).await, app.slot_state(&other).await), ("free".into(), "free".into()), "round {round}");
    }
}

#[apply(postgres_only)]
async fn two_connections_serve_sixty_four_concurrent_bookings(engine: Engine) {
    let options = TestSettings { connections: 2, ..TestSettings::default() };
    let app = TestApp::start_with(engine, options).await;
    sixty_four_book_one_slot(&app).await;
}
