//! Many bookings on one approval at the same time.

use futures_util::future::{join, join_all};

use crate::support::actors::Actor;
use crate::support::funding::{pence, sessions};
use crate::support::races::{at_once, expect_outcomes, successes};
use crate::support::reply::Reply;
use crate::support::{TestApp, apply, both_engines};

/// Books fifty different slots at once, none of which overlaps another. A person may have twelve treatments booked at a time,
/// so that eight do not meet that limit: only the approval can refuse the rest.
async fn fifty_bookings(app: &TestApp, nurse: &Actor) -> Vec<Reply> {
    let cleo = app.cleo().await;
    let slots = app.treatment_slots(&cleo, 50, 30).await;
    app.at_once_for(("practitioners", nurse.id.to_string()), 50, |number| nurse.books(&slots[number])).await
}

#[apply(both_engines)]
async fn fifty_at_once_against_eight_sessions_make_eight(app: TestApp) {
    let (nurse, request) = app.funded_nurse_in_care("Nora Nurse", sessions(8)).await;
    let replies = fifty_bookings(&app, &nurse).await;
    expect_outcomes(&replies, &[("201", 8), ("funding_exhausted", 42)]);
    assert_eq!((nurse.sessions_used(&request).await, app.appointments_of(&nurse).await.len()), (8, 8));
}

#[apply(both_engines)]
async fn fifty_at_once_against_money_for_eight_make_eight(app: TestApp) {
    let (nurse, request) = app.funded_nurse_in_care("Nora Nurse", pence(8 * 9_500 + 9_499)).await;
    let replies = fifty_bookings(&app, &nurse).await;
    expect_outcomes(&replies, &[("201", 8), ("funding_exhausted", 42)]);
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
        let books = at_once(9, |number| nurse.books(&slots[3 + number]));
        let (cancelled, booked) = join(cancels, books).await;
        assert_eq!(successes(&cancelled), live.len(), "round {round}");
        live = booked.iter().filter(|reply| reply.status.as_u16() == 201).map(|reply| reply.id()).collect();
        let standing = app.appointments_of(&nurse).await.iter().filter(|(_, _, status)| status == "booked").count();
        assert_eq!(nurse.sessions_used(&request).await, i64::try_from(standing).unwrap(), "round {round}");
        assert!(standing <= 3 && standing == live.len(), "round {round}: {standing}");
    }
}
