//! The waiting list: waiting for a place, and offers that pass to the next practitioner.

use chrono::TimeDelta;
use serde_json::json;

use crate::support::groups::{slow_open, with_changes};
use crate::support::{TestApp, apply, both_engines};

const NO_LONGER_RESERVED: &str = "A booking is no longer reserved for you";
const NOT_AVAILABLE: &str = "A booking that you asked for";

#[apply(both_engines)]
async fn freed_place_is_offered_to_the_next_suitable_practitioner(app: TestApp) {
    let group = app.group(|a, b| with_changes(slow_open(a, b), json!({ "capacity": 2, "minimum": 1 }))).await;
    group.cory.starts_group(&group.id).await.expect(200);
    let (ada, enrolment) = app.member("Ada Byron", &group).await;
    app.member("Bea Byron", &group).await;
    let (cay, dee, eve) =
        (app.seeded_in_care("Cay Byron").await, app.seeded_in_care("Dee Byron").await, app.seeded_in_care("Eve Byron").await);
    cay.joins_waiting_list(&group.id, "cay").await.expect(201);
    let waits = dee.joins_waiting_list(&group.id, "dee").await.expect(201);
    assert_eq!(waits.text("state"), "waiting");
    eve.joins_waiting_list(&group.id, "eve").await.expect(201);
    dee.joins_waiting_list(&group.id, "dee").await.expect_problem("already_exists");
    group.screens(&dee, "suitable").await.expect(201);
    group.screens(&eve, "suitable").await.expect(201);
    group.screens(&cay, "not_now").await.expect(201);
    let figures = group.cleo.reads_group(&group.id).await.expect(200);
    assert_eq!((figures.json["waiting"].as_u64(), figures.json["offered"].as_u64()), (Some(3), Some(0)));

    ada.leaves_group(&enrolment).await.expect(200);

    let offered = dee.reads_enrolment(&waits.id()).await.expect(200);
    assert_eq!(
        (offered.text("state"), offered.text("offer_expires_at")),
        ("offered".into(), (app.now() + TimeDelta::hours(72)).to_string())
    );
    let emails = app.emails_to(&dee.email).await;
    assert!(emails.iter().any(|email| email.body.contains("until Thursday 14 January 2027 at 09:00")));
    assert!(app.emails_to(&eve.email).await.is_empty() && app.emails_to(&cay.email).await.is_empty());
    let figures = group.cleo.reads_group(&group.id).await.expect(200);
    assert_eq!((figures.json["waiting"].as_u64(), figures.json["offered"].as_u64()), (Some(2), Some(1)));
    app.screened_as_suitable(&ada, &group, TimeDelta::zero()).await;
    ada.enrols(&group.id, "ada").await.expect_problem("group_full");

    let accepted = dee.accepts_place(&waits.id()).await.expect(200);
    assert_eq!(accepted.text("state"), "enrolled");
    dee.accepts_place(&waits.id()).await.expect_problem("state_conflict");
    assert_eq!(app.audit_actions(&waits.id()).await, ["group.waited_for", "group_place.offered", "group.enrolled"]);
}

#[apply(both_engines)]
async fn expired_offer_goes_to_the_next_practitioner(app: TestApp) {
    let group = app.group(|a, b| with_changes(slow_open(a, b), json!({ "capacity": 2, "minimum": 1 }))).await;
    let (_, enrolment) = app.member("Ada Byron", &group).await;
    app.member("Bea Byron", &group).await;
    let (cay, dee) = (app.seeded_in_care("Cay Byron").await, app.seeded_in_care("Dee Byron").await);
    let (first, second) = (
        cay.joins_waiting_list(&group.id, "cay").await.expect(201).id(),
        dee.joins_waiting_list(&group.id, "dee").await.expect(201).id(),
    );
    for person in [&cay, &dee] {
        group.screens(person, "suitable").await.expect(201);
    }
    group.cleo.removes_member(&enrolment).await.expect(200);
    assert_eq!(cay.reads_enrolment(&first).await.expect(200).text("state"), "offered");

    app.clock.advance(TimeDelta::hours(72));
    let (cay, dee) = (cay.signs_in_again().await, dee.signs_in_again().await);
    cay.accepts_place(&first).await.expect_problem("offer_expired");
    assert_eq!(cay.reads_enrolment(&first).await.expect(200).text("state"), "expired");
    cay.accepts_place(&first).await.expect_problem("offer_expired");
    assert_eq!(
        dee.reads_enrolment(&second).await.expect(200).text("state"),
        "offered",
        "the refused acceptance passed the offer on"
    );
    dee.leaves_group(&second).await.expect(200);
    assert_eq!(dee.reads_enrolment(&second).await.expect(200).text("state"), "declined");
    let again = cay.joins_waiting_list(&group.id, "cay").await.expect(201);
    assert_eq!(again.text("state"), "offered", "screened already, and a place is free");
}

#[apply(both_engines)]
async fn job_passes_expired_offers_on_and_a_new_place_is_offered(app: TestApp) {
    let group = app.group(|a, b| with_changes(slow_open(a, b), json!({ "capacity": 2, "minimum": 1 }))).await;
    app.member("Ada Byron", &group).await;
    app.member("Bea Byron", &group).await;
    let (cay, dee) = (app.seeded_in_care("Cay Byron").await, app.seeded_in_care("Dee Byron").await);
    let (first, second) = (
        cay.joins_waiting_list(&group.id, "cay").await.expect(201).id(),
        dee.joins_waiting_list(&group.id, "dee").await.expect(201).id(),
    );
    for person in [&cay, &dee] {
        group.screens(person, "suitable").await.expect(201);
    }
    let form = with_changes(slow_open(&group.cleo, &group.dora), json!({ "capacity": 3, "minimum": 1 }));
    group.cory.changes_group(&group.id, form).await.expect(200);
    assert_eq!(cay.reads_enrolment(&first).await.expect(200).text("state"), "offered", "a new place");
    app.clock.advance(TimeDelta::hours(72) - TimeDelta::seconds(1));
    app.run_group_jobs().await;
    assert_eq!(cay.signs_in_again().await.reads_enrolment(&first).await.expect(200).text("state"), "offered");
    assert_eq!(app.count_emails_about(&cay, NO_LONGER_RESERVED).await, 0);
    app.clock.advance(TimeDelta::seconds(1));
    for _ in 0..2 {
        app.run_group_jobs().await;
    }
    assert_eq!(app.count_emails_about(&cay, NO_LONGER_RESERVED).await, 1, "once");
    assert_eq!(app.count_emails_about(&dee, NO_LONGER_RESERVED).await, 0);
    assert_eq!(cay.signs_in_again().await.reads_enrolment(&first).await.expect(200).text("state"), "expired");
    assert_eq!(dee.signs_in_again().await.reads_enrolment(&second).await.expect(200).text("state"), "offered");
}

#[apply(both_engines)]
async fn practitioner_cannot_accept_another_practitioners_offer(app: TestApp) {
    let group = app.group(slow_open).await;
    let (ada, bea) = (app.seeded_in_care("Ada Byron").await, app.seeded_in_care("Bea Byron").await);
    let waits = ada.joins_waiting_list(&group.id, "ada").await.expect(201);
    assert_eq!(waits.text("state"), "waiting", "they are not screened yet");
    ada.accepts_place(&waits.id()).await.expect_problem("state_conflict");
    group.screens(&ada, "suitable").await.expect(201);
    assert_eq!(ada.reads_enrolment(&waits.id()).await.expect(200).text("state"), "offered");
    bea.accepts_place(&waits.id()).await.expect_problem("not_found");
    bea.leaves_group(&waits.id()).await.expect_problem("not_found");
    group.cleo.accepts_place(&waits.id()).await.expect_problem("wrong_role");
    ada.accepts_place(&waits.id()).await.expect(200);
    let renamed = ada.patch(&format!("/v1/group-enrolments/{}", waits.id()), json!({ "alias": "kestrel" }));
    let etag = ada.reads_enrolment(&waits.id()).await.expect(200).etag();
    assert_eq!(renamed.if_match(&etag).send().await.expect(200).text("alias"), "kestrel");
}

#[apply(both_engines)]
async fn end_of_a_group_is_notified_to_those_who_wait_or_have_an_offer(app: TestApp) {
    let group = app.group(|a, b| with_changes(slow_open(a, b), json!({ "capacity": 2, "minimum": 1 }))).await;
    let (ada, _) = app.member("Ada Byron", &group).await;
    let (cay, dee, eve) =
        (app.seeded_in_care("Cay Byron").await, app.seeded_in_care("Dee Byron").await, app.seeded_in_care("Eve Byron").await);
    let offered = cay.joins_waiting_list(&group.id, "cay").await.expect(201).id();
    group.screens(&cay, "suitable").await.expect(201);
    assert_eq!(cay.reads_enrolment(&offered).await.expect(200).text("state"), "offered");
    let waits = dee.joins_waiting_list(&group.id, "dee").await.expect(201).id();
    let left = eve.joins_waiting_list(&group.id, "eve").await.expect(201).id();
    eve.leaves_group(&left).await.expect(200);

    group.cory.ends_group(&group.id).await.expect(200);
    app.run_group_jobs().await;
    let mut counts = Vec::new();
    for person in [&ada, &cay, &dee, &eve] {
        let (not_available, over) = (
            app.count_emails_about(person, NOT_AVAILABLE).await,
            app.count_emails_about(person, "Your bookings have ended").await,
        );
        counts.push((not_available, over, app.count_emails_about(person, NO_LONGER_RESERVED).await));
    }
    assert_eq!(counts, [(0, 1, 0), (1, 0, 0), (1, 0, 0), (0, 0, 0)], "member, offer, waiting, left before");
    for enrolment in [(&cay, offered), (&dee, waits)] {
        assert_eq!(enrolment.0.reads_enrolment(&enrolment.1).await.expect(200).text("state"), "expired");
    }
}
