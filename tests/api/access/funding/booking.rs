//! Booking on an approval: nothing before it, nothing beyond its limits, and which cancellations return a session.

use chrono::TimeDelta;
use confide::access::schema::funding_requests::dsl;
use confide::people::practitioners::model::Pathway;
use confide::platform::ids::Id;
use confide::scheduling::calendar::model::AppointmentKind;
use diesel::prelude::*;
use serde_json::json;

use crate::support::funding::{
    SOUTH_WEST_LONDON, approve_amount, approve_sessions, approve_until, approve_without_limit, decline,
};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn nothing_can_be_held_or_booked_before_approval(app: TestApp) {
    let (cory, cleo, nurse) = (app.coordinator().await, app.cleo().await, app.nurse("Nora Nurse").await);
    let commissioner = app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await;
    let slot = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let treatment = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Treatment).await;
    let request = nurse.newest_request().await;
    let expect_no_booking = async |state: &str| {
        assert_eq!(nurse.state_of_request(&request).await, state);
        nurse.holds(&slot).await.expect_problem("not_eligible");
        nurse.books(&slot).await.expect_problem("not_eligible");
        nurse.books(&treatment).await.expect_problem("not_eligible");
        cory.books_for(&nurse, &slot).await.expect_problem("not_eligible");
        nurse.post_empty("/v1/assessments").send().await.expect_problem("not_eligible");
    };
    expect_no_booking("draft").await;
    nurse.submits_own_request().await;
    expect_no_booking("submitted").await;
    cory.sends_to_panel(&request, "2027-01-25").await;
    expect_no_booking("panel").await;
    commissioner.decides(&request, decline()).await.expect(200);
    expect_no_booking("declined").await;
    nurse.appeals(&request, "irrational").await.expect(200);
    expect_no_booking("appeal").await;
    assert_eq!(app.slot_state(&slot).await, "free");
    commissioner.decides(&request, approve_without_limit()).await.expect(200);
    nurse.completes_intake().await;
    nurse.holds(&slot).await.expect(200);
    nurse.books(&slot).await.expect(201);
}

#[apply(both_engines)]
async fn practitioner_in_care_without_a_current_approval_cannot_book(app: TestApp) {
    let (cleo, nurse) = (app.cleo().await, app.nurse("Nora Nurse").await);
    app.set_pathway(&nurse, Pathway::InCare).await;
    let slot = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Treatment).await;
    nurse.holds(&slot).await.expect(422).expect_problem("funding_required");
    nurse.books(&slot).await.expect(422).expect_problem("funding_required");
    assert_eq!(app.slot_state(&slot).await, "free");
    assert!(app.appointments_of(&nurse).await.is_empty());
}

#[apply(both_engines)]
async fn doctor_books_without_funded_sessions(app: TestApp) {
    let (cleo, doctor) = (app.cleo().await, app.practitioner("Ada Byron").await);
    app.set_pathway(&doctor, Pathway::InCare).await;
    let slot = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Treatment).await;
    doctor.books(&slot).await.expect(201);
    assert!(doctor.funding_request_ids().await.is_empty());
}

#[apply(both_engines)]
async fn timely_cancellation_returns_a_session(app: TestApp) {
    let (cory, cleo) = (app.coordinator().await, app.cleo().await);
    let (nurse, request) = app.funded_nurse_in_care("Nora Nurse", approve_sessions(2)).await;
    let slots = app.treatment_slots(&cleo, 5, 30).await;
    let (first, second) = (nurse.books(&slots[0]).await.expect(201), cory.books_for(&nurse, &slots[1]).await.expect(201));
    assert_eq!(nurse.sessions_used(&request).await, 2);
    nurse.books(&slots[2]).await.expect(409).expect_problem("funding_exhausted");
    nurse.holds(&slots[2]).await.expect_problem("funding_exhausted");
    cory.books_for(&nurse, &slots[2]).await.expect_problem("funding_exhausted");

    nurse.moves(&first.id(), &slots[3]).await.expect(200);
    assert_eq!(nurse.sessions_used(&request).await, 2, "moving uses no session");
    nurse.cancels(&first.id(), "practitioner_work").await.expect(200);
    nurse.cancels(&first.id(), "practitioner_work").await.expect_problem("state_conflict");
    assert_eq!(nurse.sessions_used(&request).await, 1, "cancelled more than a day ahead");
    let third = nurse.books(&slots[2]).await.expect(201);
    assert_eq!(nurse.sessions_used(&request).await, 2);

    app.clock.advance(TimeDelta::hours(20));
    let (nurse, cory) = (nurse.signs_in_again().await, cory.signs_in_again().await);
    nurse.cancels(&second.id(), "practitioner_unwell").await.expect(200);
    assert_eq!(nurse.sessions_used(&request).await, 2, "cancelled too late to return the session");
    cory.cancels(&third.id(), "clinician_unwell").await.expect(200);
    assert_eq!(nurse.sessions_used(&request).await, 1, "cancelled by the service, so the session returns");
}

#[apply(both_engines)]
async fn missed_appointment_uses_a_session(app: TestApp) {
    let (cory, cleo) = (app.coordinator().await, app.cleo().await);
    let (nurse, request) = app.funded_nurse_in_care("Nora Nurse", approve_sessions(1)).await;
    let slots = app.treatment_slots(&cleo, 2, 30).await;
    let booked = nurse.books(&slots[0]).await.expect(201);
    app.clock.advance(TimeDelta::hours(31));
    let (nurse, cory) = (nurse.signs_in_again().await, cory.signs_in_again().await);
    cory.records_attendance(&booked.id(), "did_not_attend").await.expect(200);
    assert_eq!(nurse.sessions_used(&request).await, 1);
    let later = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Treatment).await;
    nurse.books(&later).await.expect_problem("funding_exhausted");
}

#[apply(both_engines)]
async fn budget_is_charged_at_the_price_of_the_day(app: TestApp) {
    let cleo = app.cleo().await;
    // Two treatments at 95 pounds, and one pound too little for a third.
    let (nurse, request) = app.funded_nurse_in_care("Nora Nurse", approve_amount(28_400)).await;
    let slots = app.treatment_slots(&cleo, 3, 30).await;
    let first = nurse.books(&slots[0]).await.expect(201);
    nurse.books(&slots[1]).await.expect(201);
    nurse.books(&slots[2]).await.expect_problem("funding_exhausted");
    let seen = nurse.reads_request(&request).await.expect(200);
    assert_eq!((seen.json["amount_used_pence"].as_i64(), seen.json["amount_limit_pence"].as_i64()), (Some(19_000), Some(28_400)));
    nurse.cancels(&first.id(), "practitioner_other").await.expect(200);
    assert_eq!(nurse.reads_request(&request).await.expect(200).json["amount_used_pence"], 9_500);
}

#[apply(both_engines)]
async fn second_approval_is_used_when_the_first_is_exhausted(app: TestApp) {
    let (cory, cleo) = (app.coordinator().await, app.cleo().await);
    let (nurse, request) = app.funded_nurse_in_care("Nora Nurse", approve_sessions(1)).await;
    let commissioner = app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await;
    let slots = app.treatment_slots(&cleo, 4, 30).await;
    nurse.books(&slots[0]).await.expect(201);
    app.clock.advance(TimeDelta::seconds(1));
    let more = nurse.post("/v1/funding-requests", json!({})).send().await.expect(201).id();
    nurse.books(&slots[1]).await.expect_problem("funding_exhausted");
    nurse.submits_own_request().await;
    cory.sends_to_panel(&more, "2027-01-25").await;
    commissioner.decides(&more, decline()).await.expect(200);
    assert_eq!(nurse.pathway().await, "in_care", "a declined request does not end care that has begun");
    nurse.acts_on_request(&more, "request-reconsideration", json!({ "text": "It helps." })).await.expect(200);
    commissioner.decides(&more, approve_sessions(1)).await.expect(200);
    nurse.books(&slots[1]).await.expect(201);
    nurse.books(&slots[2]).await.expect_problem("funding_exhausted");
    assert_eq!((nurse.sessions_used(&request).await, nurse.sessions_used(&more).await), (1, 1));
    commissioner.decides(&request, approve_sessions(3)).await.expect_problem("state_conflict");
}

#[apply(both_engines)]
async fn schema_refuses_to_exceed_a_limit(app: TestApp) {
    let cleo = app.cleo().await;
    let (nurse, request) = app.funded_nurse_in_care("Nora Nurse", approve_sessions(1)).await;
    let slots = app.treatment_slots(&cleo, 1, 30).await;
    nurse.books(&slots[0]).await.expect(201);
    let id: Id = request.parse().unwrap();
    let overrun = app.platform.db.write(move |conn| {
        Ok(diesel::update(dsl::funding_requests.find(id)).set(dsl::sessions_used.eq(dsl::sessions_used + 1)).execute(conn)?)
    });
    assert!(overrun.await.is_err());
    let lowered = app.platform.db.write(move |conn| {
        Ok(diesel::update(dsl::funding_requests.find(id)).set(dsl::sessions_limit.eq(Some(0))).execute(conn)?)
    });
    assert!(lowered.await.is_err());
}

#[apply(both_engines)]
async fn approval_cannot_be_used_after_its_last_day_even_before_the_expiry_is_recorded(app: TestApp) {
    let cleo = app.cleo().await;
    let (nurse, request) = app.funded_nurse_in_care("Nora Nurse", approve_until("2027-01-13")).await;
    app.advance_clock_to("2027-01-13T23:30:00Z");
    let nurse = nurse.signs_in_again().await;
    let slots = app.treatment_slots(&cleo, 2, 30).await;
    nurse.books(&slots[0]).await.expect(201);
    app.clock.advance(TimeDelta::hours(1));
    let nurse = nurse.signs_in_again().await;
    assert_eq!(nurse.state_of_request(&request).await, "expired", "the state is computed on reading");
    nurse.books(&slots[1]).await.expect(422).expect_problem("funding_expired");
    nurse.holds(&slots[1]).await.expect_problem("funding_expired");
    app.run_funding_jobs().await;
    nurse.books(&slots[1]).await.expect_problem("funding_expired");
}
