//! Many practitioners request a place at the same time. The requests run at once; the connections' threads decide.

use chrono::TimeDelta;
use confide::care::schema::group_enrolments;
use confide::platform::ids::Id;
use diesel::prelude::*;
use futures_util::future::join3;
use serde_json::json;

use crate::support::actors::Actor;
use crate::support::app::{Kind as Engine, TestSettings};
use crate::support::groups::{Group, slow_open, therapy, with_changes};
use crate::support::races::{at_once, expect_outcomes, outcomes, successes};
use crate::support::{TestApp, apply, both_engines, postgres_only};

async fn crowd(app: &TestApp, group: &Group, size: usize) -> Vec<Actor> {
    let mut people = Vec::new();
    for number in 0..size {
        let person = app.seeded_in_care(&format!("Person Number{number}")).await;
        app.screened_as_suitable(&person, group, TimeDelta::zero()).await;
        people.push(person);
    }
    people
}

/// The numbers of the seats that are taken, in order.
async fn seats(app: &TestApp, group: &str) -> Vec<i32> {
    let id: Id = group.parse().unwrap();
    let rows = group_enrolments::table.filter(group_enrolments::group_id.eq(id)).filter(group_enrolments::seat.is_not_null());
    let mut seats: Vec<Option<i32>> = app.sql(move |conn| Ok(rows.select(group_enrolments::seat).load(conn)?)).await;
    seats.sort();
    seats.into_iter().flatten().collect()
}

async fn sixty_four_enrol_for_eight_places(app: &TestApp) {
    let group = app.group(therapy).await;
    let people = crowd(app, &group, 64).await;
    let row = ("therapy_groups", group.id.clone());
    let replies = app.at_once_on_row(row, 64, |number| people[number].enrols(&group.id, "heron")).await;
    expect_outcomes(&replies, &[("201", 8), ("group_full", 56)]);
    assert_eq!(seats(app, &group.id).await, [1, 2, 3, 4, 5, 6, 7, 8]);
    let figures = group.cory.reads_group(&group.id).await.expect(200);
    assert_eq!((figures.json["enrolled"].as_u64(), figures.json["has_places"].as_bool()), (Some(8), Some(false)));
}

#[apply(both_engines)]
async fn eight_of_sixty_four_concurrent_enrolments_succeed(app: TestApp) {
    sixty_four_enrol_for_eight_places(&app).await;
}

#[apply(both_engines)]
async fn concurrent_requests_give_one_practitioner_one_place(app: TestApp) {
    let group = app.group(therapy).await;
    let ada = crowd(&app, &group, 1).await.remove(0);
    let replies = at_once(12, |_| ada.enrols(&group.id, "kestrel")).await;
    expect_outcomes(&replies, &[("201", 1), ("already_exists", 11)]);
    let list = format!("/v1/groups/{}/join-waiting-list", group.id);
    let twins = at_once(8, |_| ada.post(&list, json!({ "alias": "kestrel" })).key("twin").send()).await;
    expect_outcomes(&twins, &[("already_exists", 8)]);
    assert_eq!(seats(&app, &group.id).await, [1]);
}

#[apply(both_engines)]
async fn concurrent_leaving_accepting_and_enrolling_never_exceed_the_capacity(app: TestApp) {
    let group = app.group(|a, b| with_changes(slow_open(a, b), json!({ "capacity": 3, "minimum": 1 }))).await;
    let people = crowd(&app, &group, 9).await;
    for round in 0..6 {
        let mut waits = Vec::new();
        for person in &people[..3] {
            let reply = person.joins_waiting_list(&group.id, "heron").await;
            waits.push(reply.expect(201).id());
        }
        let accept = at_once(3, |number| people[number].accepts_place(&waits[number]));
        let leave = at_once(2, |number| people[number].leaves_group(&waits[number]));
        let enrol = at_once(6, |number| people[3 + number].enrols(&group.id, "heron"));
        let (accepted, left, enrolled) = join3(accept, leave, enrol).await;
        let results = [&accepted, &left, &enrolled].map(|replies| outcomes(replies));
        assert!(successes(&accepted) + successes(&enrolled) > 0 && successes(&left) > 0, "round {round}: {results:?}");
        let taken = seats(&app, &group.id).await;
        assert!(taken.len() <= 3 && taken.iter().all(|seat| (1..=3).contains(seat)), "round {round}: {taken:?}");
        for person in &people {
            let mine = person.get("/v1/me/group-enrolments").send().await.expect(200);
            for enrolment in mine
                .items()
                .iter()
                .filter(|enrolment| ["waiting", "offered", "enrolled"].contains(&enrolment["state"].as_str().unwrap()))
            {
                person.leaves_group(enrolment["id"].as_str().unwrap()).await.expect(200);
            }
        }
        assert!(seats(&app, &group.id).await.is_empty(), "round {round}");
        for person in &people {
            app.clock.advance(TimeDelta::milliseconds(1));
            app.screened_as_suitable(person, &group, TimeDelta::zero()).await;
        }
    }
}

#[apply(postgres_only)]
async fn two_connections_serve_sixty_four_concurrent_enrolments(engine: Engine) {
    let options = TestSettings { connections: 2, ..TestSettings::default() };
    let app = TestApp::start_with(engine, options).await;
    sixty_four_enrol_for_eight_places(&app).await;
}
