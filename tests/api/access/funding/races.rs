//! Many bookings on one approval at the same time.

use std::sync::Arc;
use std::time::Duration;

use confide::platform::db::Db;
use confide::platform::ids::Id;
use futures_util::future::join_all;
use tokio::sync::Notify;

use crate::guards::lines;
use crate::support::actors::Actor;
use crate::support::app::Kind;
use crate::support::funding::{pence, sessions};
use crate::support::reply::Reply;
use crate::support::{TestApp, apply, both_engines};

/// Lets bookings of one person set off together: on PostgreSQL her row is held until as many wait for it as there are
/// connections. SQLite has one writer, who lets nobody past another.
async fn all_at_once(app: &TestApp, person: Id, crowd: impl Future<Output = Vec<Reply>>) -> Vec<Reply> {
    if app.kind == Kind::Sqlite {
        return crowd.await;
    }
    let (gate, closed) = (Db::start(&app.engine, 1), Arc::new(Notify::new()));
    let at_the_gate = closed.clone();
    let gatekeeper = gate.write(move |conn| {
        lines(conn, &format!("SELECT id::text AS line FROM practitioners WHERE id = '{person}' FOR UPDATE"));
        at_the_gate.notify_one();
        let queueing = "SELECT 'x' AS line FROM pg_locks WHERE NOT granted AND locktype = 'tuple'
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        for _ in 0..400 {
            // The first waits for this transaction, the other three connections behind the first for the row.
            if lines(conn, queueing).len() >= 3 {
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

fn count(replies: &[Reply], code: &str) -> usize {
    replies.iter().filter(|reply| reply.json["code"] == code).count()
}

/// Books fifty different slots at once, none of which overlaps another. A person may have twelve treatments booked at a time,
/// so that eight do not meet that limit: only the approval can refuse the rest.
async fn fifty_bookings(app: &TestApp, nurse: &Actor) -> Vec<Reply> {
    let cleo = app.cleo().await;
    let slots = app.treatment_slots(&cleo, 50, 30).await;
    all_at_once(app, nurse.id, join_all(slots.iter().map(|slot| nurse.books(slot)))).await
}

#[apply(both_engines)]
async fn fifty_at_once_against_eight_sessions_make_eight(app: TestApp) {
    let (nurse, request) = app.funded_nurse_in_care("Nora Nurse", sessions(8)).await;
    let replies = fifty_bookings(&app, &nurse).await;
    let booked = replies.iter().filter(|reply| reply.status.as_u16() == 201).count();
    assert_eq!((booked, count(&replies, "funding_exhausted")), (8, 42));
    assert_eq!((nurse.sessions_used(&request).await, app.appointments_of(&nurse).await.len()), (8, 8));
}

#[apply(both_engines)]
async fn fifty_at_once_against_money_for_eight_make_eight(app: TestApp) {
    let (nurse, request) = app.funded_nurse_in_care("Nora Nurse", pence(8 * 9_500 + 9_499)).await;
    let replies = fifty_bookings(&app, &nurse).await;
    let booked = replies.iter().filter(|reply| reply.status.as_u16() == 201).count();
    assert_eq!((booked, count(&replies, "funding_exhausted")), (8, 42));
    assert_eq!(nurse.reads_request(&request).await.expect(200).json["amount_used_pence"], 76_000);
}

#[apply(both_engines)]
async fn cancelling_and_booking_at_once_leaves_the_count_right(app: TestApp) {
    let (nurse, request) = app.funded_nurse_in_care("Nora Nurse", sessions(3)).await;
    let cleo = app.cleo().await;
    let slots = app.treatment_slots(&cleo, 12, 60).await;
    let mut live = Vec::new();
    for slot in &slots[..3] {
        live.push(nurse.books(slot).await.expect(201).id());
    }
    for round in 0..6 {
        let cancels = join_all(live.iter().map(|appointment| nurse.cancels(appointment, "practitioner_other")));
        let books = join_all(slots[3..].iter().map(|slot| nurse.books(slot)));
        let (_, booked) = futures_util::future::join(cancels, books).await;
        live = booked.iter().filter(|reply| reply.status.as_u16() == 201).map(|reply| reply.id()).collect();
        let standing = app.appointments_of(&nurse).await.iter().filter(|(_, _, status)| status == "booked").count();
        assert_eq!(nurse.sessions_used(&request).await, i64::try_from(standing).unwrap(), "round {round}");
        assert!(standing <= 3 && standing == live.len(), "round {round}: {standing}");
    }
}
