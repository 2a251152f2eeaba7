//! Creating, changing, starting and ending groups.

use chrono::TimeDelta;
use confide::people::Role;
use serde_json::{Value, json};

use crate::support::groups::{class, slow_open, starts_at, therapy, with_changes};
use crate::support::{TestApp, apply, both_engines};

fn starts(sessions: &[Value]) -> Vec<String> {
    sessions.iter().map(|session| session["starts_at"].as_str().unwrap().to_owned()).collect()
}

#[apply(both_engines)]
async fn coordinator_creates_a_group_and_each_role_sees_its_part(app: TestApp) {
    let group = app.group(therapy).await;
    let made = group.cory.reads_group(&group.id).await.expect(200);
    assert_eq!((made.text("state"), made.text("weekday")), ("forming".into(), "thursday".into()));
    assert_eq!(made.json["facilitators"][0]["name"], "Cleo Marsh");
    assert_eq!((made.json["enrolled"].as_u64(), made.json["below_minimum"].as_bool()), (Some(0), Some(true)));
    assert_eq!(made.json["enrolment_closes_at"], "2027-02-11T18:00:00Z", "when the second session starts");
    assert_eq!(app.audit_actions(&group.id).await, ["group.created"]);

    let ada = app.seeded_in_care("Ada Byron").await;
    let seen = ada.reads_group(&group.id).await.expect(200);
    for hidden in ["link", "place", "enrolled", "waiting", "below_minimum"] {
        assert_eq!(seen.json[hidden], Value::Null, "{hidden}");
    }
    assert_eq!((seen.json["has_places"].as_bool(), seen.json["members"].clone()), (Some(true), json!([])));
    assert_eq!(ada.finds_groups("topic=burnout&mode=video&vacancies=true").await, ["Thursday evenings"]);
    assert!(ada.finds_groups("topic=dentists").await.is_empty());
    let other = app.clinician("Omar Other").await;
    let seen = other.reads_group(&group.id).await.expect(200);
    assert_eq!((seen.json["link"].clone(), seen.json["enrolled"].as_u64()), (Value::Null, Some(0)));
    other.get(&format!("/v1/groups/{}/enrolments", group.id)).send().await.expect_problem("not_found");
    assert_eq!(group.cleo.reads_group(&group.id).await.expect(200).text("link"), "https://video.example.org/room-17");
    assert_eq!(group.cleo.finds_groups("mine=true").await, ["Thursday evenings"]);
    assert!(other.finds_groups("mine=true").await.is_empty());
}

#[apply(both_engines)]
async fn invalid_group_is_refused_with_the_member_named(app: TestApp) {
    let group = app.group(therapy).await;
    let form = therapy(&group.cleo, &group.dora);
    for (pointer, changes) in [
        ("/second_facilitator_id", json!({ "second_facilitator_id": group.cleo.id })),
        ("/second_facilitator_id", json!({ "second_facilitator_id": group.cory.id })),
        ("/capacity", json!({ "capacity": 13 })),
        ("/minimum", json!({ "minimum": 9 })),
        ("/record_type", json!({ "audience": "bereaved_family" })),
        ("/sessions", json!({ "sessions": null })),
        ("/link", json!({ "link": null })),
        ("/place", json!({ "mode": "in_person" })),
        ("/minutes", json!({ "starts_local": "23:00" })),
    ] {
        group.cory.creates_group(with_changes(form.clone(), changes)).await.expect_field("invalid_body", pointer);
    }
    let unlisted = app.staff("Una Untold", Role::Clinician).await;
    let without_entry = with_changes(form, json!({ "first_facilitator_id": unlisted.id }));
    group.cory.creates_group(without_entry).await.expect_problem("directory_entry_required");
}

#[apply(both_engines)]
async fn sessions_keep_their_local_time_through_both_clock_changes(app: TestApp) {
    let sundays = |starts_on: &'static str| {
        move |a: &_, b: &_| with_changes(therapy(a, b), json!({ "starts_on": starts_on, "sessions": 3, "skipped_days": [] }))
    };
    let spring = app.group(sundays("2027-03-21")).await;
    assert_eq!(starts(&spring.sessions().await), ["2027-03-21T18:00:00Z", "2027-03-28T17:00:00Z", "2027-04-04T17:00:00Z"]);
    let autumn = with_changes(therapy(&spring.cleo, &spring.dora), json!({ "starts_on": "2027-10-24", "sessions": 3 }));
    let autumn = spring.cory.creates_group(autumn).await.expect(201).id();
    let autumn = spring.cory.sessions_of(&autumn).await;
    assert_eq!(starts(&autumn), ["2027-10-24T17:00:00Z", "2027-10-31T18:00:00Z", "2027-11-07T18:00:00Z"]);
    assert!(autumn.iter().all(|session| session["ends_at"].as_str().unwrap().ends_with(":30:00Z")));

    let skipping = with_changes(
        therapy(&spring.cleo, &spring.dora),
        json!({
        "starts_on": "2027-06-03", "sessions": 3, "every_weeks": 2, "skipped_days": ["2027-06-17"] }),
    );
    let skipping = spring.cory.creates_group(skipping).await.expect(201).id();
    assert_eq!(
        starts(&spring.cory.sessions_of(&skipping).await),
        ["2027-06-03T17:00:00Z", "2027-07-01T17:00:00Z", "2027-07-15T17:00:00Z"]
    );
}

#[apply(both_engines)]
async fn each_filter_that_only_staff_may_use_is_named(app: TestApp) {
    let ada = app.ada().await;
    for (query, expected) in [
        ("audience=practitioners", vec!["audience"]),
        ("below_minimum=false", vec!["below_minimum"]),
        ("state=ended", vec!["state"]),
        ("audience=practitioners&state=cancelled&below_minimum=true", vec!["audience", "state", "below_minimum"]),
    ] {
        let refused = ada.get(&format!("/v1/groups?{query}")).send().await.expect(400).expect_problem("invalid_parameter");
        let errors = refused.json["errors"].as_array().unwrap();
        assert_eq!(errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect::<Vec<_>>(), expected, "{query}");
    }
    ada.get("/v1/groups?state=running&vacancies=true").send().await.expect(200);
}

#[apply(both_engines)]
async fn series_below_its_minimum_does_not_start_and_is_listed(app: TestApp) {
    let group = app.group(therapy).await;
    for name in ["Ada Byron", "Bea Byron"] {
        app.member(name, &group).await;
    }
    group.cory.starts_group(&group.id).await.expect_problem("below_minimum");
    assert_eq!(group.cory.finds_groups("state=forming&below_minimum=true").await, ["Thursday evenings"]);
    app.member("Cay Byron", &group).await;
    assert!(group.cory.finds_groups("state=forming&below_minimum=true").await.is_empty());

    let started = group.cory.starts_group(&group.id).await.expect(200);
    assert_eq!((started.text("state"), started.json["enrolled"].as_u64()), ("running".into(), Some(3)));
    group.cory.starts_group(&group.id).await.expect_problem("group_not_open");
    assert_eq!(app.audit_count_of("group.started", group.id.parse().unwrap()).await, 1);
}

#[apply(both_engines)]
async fn series_with_a_past_first_day_starts_only_with_a_new_one(app: TestApp) {
    let group = app.group(|a, b| with_changes(therapy(a, b), json!({ "minimum": 1 }))).await;
    app.member("Ada Byron", &group).await;
    app.advance_clock_to("2027-02-05T09:00:00Z");
    let group = group.signed_in_again().await;
    group.cory.starts_group(&group.id).await.expect_field("invalid_body", "/starts_on");
    let later = with_changes(therapy(&group.cleo, &group.dora), json!({ "minimum": 1, "starts_on": "2027-02-18" }));
    group.cory.changes_group(&group.id, later).await.expect(200);
    group.cory.starts_group(&group.id).await.expect(200);
}

#[apply(both_engines)]
async fn group_is_changed_only_with_its_current_version(app: TestApp) {
    let group = app.group(class).await;
    let (path, form) = (format!("/v1/groups/{}", group.id), class(&group.cleo, &group.dora));
    let etag = group.cory.reads_group(&group.id).await.expect(200).etag();
    group.cory.put(&path, form.clone()).send().await.expect_problem("version_required");
    let renamed = with_changes(form.clone(), json!({ "title": "Another class" }));
    let changed = group.cory.put(&path, renamed).if_match(&etag).send().await.expect(200);
    assert_eq!(changed.json["group"]["title"], "Another class");
    group.cory.put(&path, form.clone()).if_match(&etag).send().await.expect_problem("version_mismatch");
    for (pointer, changes) in [
        ("/kind", json!({ "kind": "slow_open", "sessions": null, "closes_at_session": null })),
        ("/record_type", json!({ "record_type": "therapy", "capacity": 8 })),
        ("/audience", json!({ "audience": "bereaved_family" })),
    ] {
        let other = with_changes(form.clone(), changes);
        group.cory.changes_group(&group.id, other).await.expect_field("invalid_body", pointer);
    }
}

#[apply(both_engines)]
async fn changed_weekday_moves_the_sessions_and_notifies_members(app: TestApp) {
    let group = app.group(|a, b| with_changes(therapy(a, b), json!({ "sessions": 3 }))).await;
    let (ada, _) = app.member("Ada Byron", &group).await;
    let before = app.emails_to(&ada.email).await.len();
    let renamed = with_changes(therapy(&group.cleo, &group.dora), json!({ "sessions": 3, "title": "Renamed" }));
    group.cory.changes_group(&group.id, renamed).await.expect(200);
    assert_eq!(app.emails_to(&ada.email).await.len(), before, "a new title is not notified");

    let mondays = with_changes(therapy(&group.cleo, &group.dora), json!({ "sessions": 2, "starts_on": "2027-02-08" }));
    group.cory.changes_group(&group.id, mondays).await.expect(200);
    assert_eq!(starts(&group.sessions().await), ["2027-02-08T18:00:00Z", "2027-02-15T18:00:00Z"]);
    let emails = app.emails_to(&ada.email).await;
    assert!(emails.iter().any(|email| email.subject == "Your bookings have changed"));
}

#[apply(both_engines)]
async fn capacity_cannot_drop_below_the_number_of_members(app: TestApp) {
    let group = app.group(|a, b| with_changes(therapy(a, b), json!({ "capacity": 4, "minimum": 2 }))).await;
    let mut members = Vec::new();
    for name in ["Ada Byron", "Bea Byron", "Cay Byron", "Dee Byron"] {
        members.push(app.member(name, &group).await);
    }
    members[0].0.leaves_group(&members[0].1).await.expect(200);
    let smaller = |capacity: u16| with_changes(therapy(&group.cleo, &group.dora), json!({ "capacity": capacity, "minimum": 2 }));
    group.cory.changes_group(&group.id, smaller(2)).await.expect_field("invalid_body", "/capacity");
    group.cory.changes_group(&group.id, smaller(3)).await.expect(200);
    assert_eq!(group.cory.reads_group(&group.id).await.expect(200).json["has_places"], false);
}

#[apply(both_engines)]
async fn open_ended_group_has_sessions_for_half_a_year_and_is_extended_daily(app: TestApp) {
    let group = app.group(slow_open).await;
    let sessions = group.sessions().await;
    assert_eq!(sessions.len(), 23, "Thursdays from 4 February up to 12 July");
    group.cory.starts_group(&group.id).await.expect(200);
    app.clock.advance(TimeDelta::weeks(3));
    app.run_group_jobs().await;
    let group = group.signed_in_again().await;
    let sessions = group.sessions().await;
    assert_eq!(sessions.len(), 26);
    assert!(starts_at(sessions.last().unwrap()) > app.now().get() + TimeDelta::weeks(25));
    app.run_group_jobs().await;
    assert_eq!(group.sessions().await.len(), 26, "and not twice");
    let busy = group.cleo.calendar("2027-07-22T00:00:00Z", "2027-07-23T00:00:00Z").await;
    assert_eq!(busy[0]["note"], "Group session: Open Thursdays");
}

#[apply(both_engines)]
async fn ended_group_cancels_upcoming_sessions_and_a_group_that_never_met_is_cancelled(app: TestApp) {
    let group = app.group(|a, b| with_changes(therapy(a, b), json!({ "minimum": 1 }))).await;
    let (ada, enrolment) = app.member("Ada Byron", &group).await;
    group.cory.starts_group(&group.id).await.expect(200);
    app.advance_clock_to("2027-02-10T09:00:00Z");
    let (group, ada) = (group.signed_in_again().await, ada.signs_in_again().await);
    assert_eq!(group.cory.ends_group(&group.id).await.expect(200).text("state"), "ended");
    let states: Vec<_> = group.sessions().await.iter().map(|session| session["state"].as_str().unwrap().to_owned()).collect();
    assert_eq!((states[0].as_str(), states[1].as_str()), ("planned", "cancelled"));
    assert_eq!(ada.reads_enrolment(&enrolment).await.expect(200).text("state"), "completed");
    let emails = app.emails_to(&ada.email).await;
    assert!(emails.iter().any(|email| email.subject == "Your bookings have ended"));
    group.cory.ends_group(&group.id).await.expect_problem("group_not_open");
    assert!(ada.finds_groups("").await.is_empty());
    assert!(group.cleo.calendar("2027-02-11T00:00:00Z", "2027-03-11T00:00:00Z").await.is_empty(), "the time is free again");

    let never = group
        .cory
        .creates_group(with_changes(therapy(&group.cleo, &group.dora), json!({ "starts_on": "2027-06-03" })))
        .await
        .expect(201)
        .id();
    assert_eq!(group.cory.ends_group(&never).await.expect(200).text("state"), "cancelled");
}
