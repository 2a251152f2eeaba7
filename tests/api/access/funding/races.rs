//! Many bookings on one approval at the same time.

use futures_util::future::{join, join_all};

use crate::support::actors::Actor;
use crate::support::funding::{approve_amount, approve_sessions};
use crate::support::races::{at_once, expect_outcomes, successes};
use crate::support::reply::Reply;
use crate::support::{TestApp, apply, both_engines};

/// Books fifty different slots at once, none of which overlaps another. A practitioner may have twelve treatments booked at a
/// time, so eight stay below that limit: only the approval can refuse the rest.
async fn fifty_bookings(app: &TestApp, nurse: &Actor) -> Vec<Reply> {
    let cleo = app.cleo().await;
    let slots = app.treatment_slots(&cleo, 50, 30).await;
    app.at_once_on_row(("practitioners", nurse.id.to_string()), 50, |number| nurse.books(&slots[number])).await
}

#[apply(both_engines)]
async fn fifty_concurrent_bookings_on_eight_sessions_make_eight(app: TestApp) {
    let (nurse, request) = app.funded_nurse_in_care("Nora Nurse", approve_sessions(8)).await;
    let replies = fifty_bookings(&app, &nurse).await;
    expect_outcomes(&replies, &[("201", 8), ("funding_exhausted", 42)]);
    assert_eq!((nurse.sessions_used(&request).await, app.appointments_of(&nurse).await.len()), (8, 8));
}

#[apply(both_engines)]
async fn fifty_concurrent_bookings_on_a_budget_for_eight_make_eight(app: TestApp) {
    let (nurse, request) = app.funded_nurse_in_care("Nora Nurse", approve_amount(8 * 9_500 + 9_499)).await;
    let replies = fifty_bookings(&app, &nurse).await;
    expect_outcomes(&replies, &[("201", 8), ("funding_exhausted", 42)]);
    assert_eq!(nurse.reads_request(&request).await.expect(200).json["amount_used_pence"], 76_000);
}

#[apply(both_engines)]
async fn concurrent_cancellations_and_bookings_keep_the_count_right(app: TestApp) {
    let (nurse, request) = app.funded_nurse_in_care("Nora Nurse", approve_sessions(3)).await;
    let cleo = app.cleo().await;
    let slots = app.treatment_slots(&cleo, 12, 60).await;
    let mut active_ids = Vec::new();
    for slot in &slots[..3] {
        active_ids.push(nurse.books(slot).await.expect(201).id());
    }
    for iteration in 0..6 {
        let cancels = join_all(active_ids.iter().map(|appointment| nurse.cancels(appointment, "practitioner_other")));
        let books = at_once(9, |number| nurse.books(&slots[3 + number]));
        let (cancelled, booked) = join(cancels, books).await;
        assert_eq!(successes(&cancelled), active_ids.len(), "round {iteration}");
        active_ids = booked.iter().filter(|reply| reply.status.as_u16() == 201).map(|reply| reply.id()).collect();
        let active = app.appointments_of(&nurse).await.iter().filter(|(_, _, status)| status == "booked").count();
        assert_eq!(nurse.sessions_used(&request).await, i64::try_from(active).unwrap(), "round {iteration}");
        assert!(active <= 3 && active == active_ids.len(), "round {iteration}: {active}");
    }
}
