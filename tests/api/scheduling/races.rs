//! Many who want the same thing at the same time. The requests run at once; the connections' threads decide.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use confide::people::practitioners::model::Pathway;
use confide::platform::db::Db;
use confide::platform::ids::Id;
use confide::scheduling::calendar::model::Kind;
use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::Notify;

use crate::guards::lines;
use crate::support::actors::Actor;
use crate::support::app::{Kind as Engine, Wishes};
use crate::support::reply::Reply;
use crate::support::{TestApp, apply, both_engines, postgres_only};

/// How often each outcome occurred: `ok`, or a problem's code.
fn outcomes(replies: &[Reply]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for reply in replies {
        let word = if reply.status.is_success() { "ok" } else { reply.json["code"].as_str().unwrap_or("?") };
        *counts.entry(word.to_owned()).or_default() += 1;
    }
    counts
}

fn expected(counts: &[(&str, usize)]) -> BTreeMap<String, usize> {
    counts.iter().map(|(word, count)| ((*word).to_owned(), *count)).collect()
}

async fn crowd(app: &TestApp, size: usize) -> Vec<Actor> {
    let mut people = Vec::new();
    for number in 0..size {
        people.push(app.seeded_practitioner(&format!("Person Number{number}"), Pathway::IntakeDone).await);
    }
    people
}

/// Lets a crowd set off together: whoever comes to the slot waits there until as many wait as there are connections. SQLite
/// has one writer, who lets nobody past another.
async fn all_at_once(app: &TestApp, slot: &Id, connections: usize, crowd: impl Future<Output = Vec<Reply>>) -> Vec<Reply> {
    if app.kind == Engine::Sqlite {
        return crowd.await;
    }
    let (gate, closed, slot) = (Db::start(&app.engine, 1), Arc::new(Notify::new()), *slot);
    let at_the_gate = closed.clone();
    let gatekeeper = gate.write(move |conn| {
        lines(conn, &format!("SELECT id::text AS line FROM slots WHERE id = '{slot}' FOR UPDATE"));
        at_the_gate.notify_one();
        // The first waits for this transaction, the others behind the first for the row.
        let queueing = "SELECT 'x' AS line FROM pg_locks WHERE NOT granted AND locktype = 'tuple'
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        for _ in 0..400 {
            if lines(conn, queueing).len() + 1 >= connections {
                return Ok(true);
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        Ok(false)
    });
    let late = async {
        closed.notified().await;
        crowd.await
    };
    let (stood, replies) = futures_util::future::join(gatekeeper, late).await;
    assert!(stood.unwrap(), "nobody came to the gate");
    replies
}

async fn sixty_four_book_one_slot(app: &TestApp, connections: usize) {
    let cleo = app.cleo().await;
    let slot = app.free_slot(&cleo, TimeDelta::days(2), Kind::Assessment).await;
    let people = crowd(app, 64).await;
    let replies = all_at_once(app, &slot, connections, join_all(people.iter().map(|person| person.books(&slot)))).await;
    assert_eq!(outcomes(&replies), expected(&[("ok", 1), ("slot_taken", 63)]));
    assert_eq!(app.live_in(&slot).await, 1);
}

#[apply(both_engines)]
async fn of_sixty_four_who_book_one_slot_one_gets_it(app: TestApp) {
    sixty_four_book_one_slot(&app, 4).await;
}

#[apply(both_engines)]
async fn of_sixty_four_who_hold_one_slot_one_gets_it(app: TestApp) {
    let cleo = app.cleo().await;
    let slot = app.free_slot(&cleo, TimeDelta::days(2), Kind::Assessment).await;
    let people = crowd(&app, 64).await;
    let replies = all_at_once(&app, &slot, 4, join_all(people.iter().map(|person| person.holds(&slot)))).await;
    assert_eq!(outcomes(&replies), expected(&[("ok", 1), ("slot_taken", 63)]));
}

#[apply(both_engines)]
async fn one_person_cannot_be_in_two_places_however_fast(app: TestApp) {
    let (ada, cleo, dan) = (app.ada().await, app.cleo().await, app.clinician("Dan Clinician").await);
    app.stands_at(&ada, Pathway::InCare).await;
    for round in 0..20 {
        let first = app.free_slot(&cleo, TimeDelta::hours(30 + round), Kind::Treatment).await;
        let second = app.free_slot(&dan, TimeDelta::minutes((30 + round) * 60 + 9), Kind::Treatment).await;
        let replies = join_all([ada.books(&first), ada.books(&second)]).await;
        assert_eq!(outcomes(&replies), expected(&[("ok", 1), ("appointment_overlaps", 1)]), "round {round}");
        let booked = replies.iter().find(|reply| reply.status.is_success()).unwrap();
        ada.cancels(&booked.id(), "practitioner_other").await.expect(200);
    }
}

#[apply(both_engines)]
async fn twenty_twins_with_one_key_make_one_appointment(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(2), Kind::Assessment).await;
    let twins = (0..20).map(|_| ada.post("/v1/appointments", json!({ "slot_id": slot })).key("twin").send());
    let replies = join_all(twins).await;
    assert_eq!(outcomes(&replies), expected(&[("ok", 20)]));
    assert!(replies.iter().all(|reply| reply.json == replies[0].json && reply.etag() == replies[0].etag()));
    assert_eq!(app.live_in(&slot).await, 1);
    assert_eq!(app.letters_to(&ada.email).await.len(), 1);
}

#[apply(both_engines)]
async fn two_who_hold_each_others_slots_do_not_wait_in_a_circle(app: TestApp) {
    let (ada, ben, cleo) = (app.ada().await, app.ben().await, app.cleo().await);
    let first = app.free_slot(&cleo, TimeDelta::days(2), Kind::Assessment).await;
    let second = app.free_slot(&cleo, TimeDelta::days(3), Kind::Assessment).await;
    for round in 0..10 {
        let replies = join_all([ada.holds(&first), ben.holds(&second), ada.holds(&second), ben.holds(&first)]).await;
        assert!(replies.iter().all(|reply| reply.status == 200 || reply.json["code"] == "slot_taken"), "round {round}");
    }
}

#[apply(both_engines)]
async fn cancelling_and_booking_at_once_leaves_neither_two_nor_a_ghost(app: TestApp) {
    let (ada, cleo, cory) = (app.ada().await, app.cleo().await, app.coordinator().await);
    let people = crowd(&app, 6).await;
    let slot = app.free_slot(&cleo, TimeDelta::days(2), Kind::Assessment).await;
    let other = app.free_slot(&cleo, TimeDelta::days(3), Kind::Assessment).await;
    for round in 0..20 {
        let id = ada.books(&slot).await.expect(201).id();
        let (cancel, moved) = (ada.cancels(&id, "practitioner_work"), ada.moves(&id, &other));
        let bookings = join_all(people.iter().map(|person| person.books(&slot)));
        let (cancelled, moved, bookings) = futures_util::future::join3(cancel, moved, bookings).await;
        assert!(cancelled.status.is_success() || moved.status.is_success(), "round {round}");
        for slot in [&slot, &other] {
            let (live, state) = (app.live_in(slot).await, app.state_of(slot).await);
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
        assert_eq!((app.state_of(&slot).await, app.state_of(&other).await), ("free".into(), "free".into()), "round {round}");
    }
}

#[apply(postgres_only)]
async fn two_connections_are_enough_for_the_crowd(engine: Engine) {
    let wishes = Wishes { connections: 2, ..Wishes::default() };
    let app = TestApp::start_with(engine, wishes).await;
    sixty_four_book_one_slot(&app, 2).await;
}
