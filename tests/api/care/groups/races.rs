//! Many who want a place at the same time. The requests run at once; the connections' threads decide.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use confide::care::schema::group_enrolments;
use confide::platform::db::Db;
use confide::platform::ids::Id;
use diesel::prelude::*;
use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::Notify;

use crate::guards::lines;
use crate::support::actors::Actor;
use crate::support::app::{Kind as Engine, Wishes};
use crate::support::groups::{Group, slow_open, therapy, with};
use crate::support::reply::Reply;
use crate::support::{TestApp, apply, both_engines, postgres_only};

/// How often each outcome occurred: `created`, `ok`, or a problem's code.
fn outcomes(replies: &[Reply]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for reply in replies {
        let word = match reply.status.as_u16() {
            201 => "created",
            200 => "ok",
            _ => reply.json["code"].as_str().unwrap_or("?"),
        };
        *counts.entry(word.to_owned()).or_default() += 1;
    }
    counts
}

async fn crowd(app: &TestApp, group: &Group, size: usize) -> Vec<Actor> {
    let mut people = Vec::new();
    for number in 0..size {
        let person = app.found_in_care(&format!("Person Number{number}")).await;
        app.was_screened(&person, group, TimeDelta::zero()).await;
        people.push(person);
    }
    people
}

/// Seats that are taken, and how many people there are on them.
async fn seats(app: &TestApp, group: &str) -> Vec<i32> {
    let id: Id = group.parse().unwrap();
    let rows = group_enrolments::table.filter(group_enrolments::group_id.eq(id)).filter(group_enrolments::seat.is_not_null());
    let mut seats: Vec<Option<i32>> = app.sql(move |conn| Ok(rows.select(group_enrolments::seat).load(conn)?)).await;
    seats.sort();
    seats.into_iter().flatten().collect()
}

/// Lets a crowd set off together: whoever comes to the group waits there until as many wait as there are connections. SQLite
/// has one writer, who lets nobody past another.
async fn all_at_once(app: &TestApp, group: &str, connections: usize, crowd: impl Future<Output = Vec<Reply>>) -> Vec<Reply> {
    if app.kind == Engine::Sqlite {
        return crowd.await;
    }
    let (gate, closed, group) = (Db::start(&app.engine, 1), Arc::new(Notify::new()), group.to_owned());
    let at_the_gate = closed.clone();
    let gatekeeper = gate.write(move |conn| {
        lines(conn, &format!("SELECT id::text AS line FROM therapy_groups WHERE id = '{group}' FOR UPDATE"));
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

async fn sixty_four_want_eight_places(app: &TestApp, connections: usize) {
    let group = app.group(therapy).await;
    let people = crowd(app, &group, 64).await;
    let want = join_all(people.iter().map(|person| person.enrols(&group.id, "somebody")));
    let replies = all_at_once(app, &group.id, connections, want).await;
    let expected = BTreeMap::from([("created".to_owned(), 8), ("group_full".to_owned(), 56)]);
    assert_eq!(outcomes(&replies), expected);
    assert_eq!(seats(app, &group.id).await, [1, 2, 3, 4, 5, 6, 7, 8]);
    let figures = group.cory.reads_group(&group.id).await.expect(200);
    assert_eq!((figures.json["enrolled"].as_u64(), figures.json["has_places"].as_bool()), (Some(8), Some(false)));
}

#[apply(both_engines)]
async fn sixty_four_at_once_for_eight_places_give_eight(app: TestApp) {
    sixty_four_want_eight_places(&app, 4).await;
}

#[apply(both_engines)]
async fn one_person_has_one_place_however_fast(app: TestApp) {
    let group = app.group(therapy).await;
    let ada = crowd(&app, &group, 1).await.remove(0);
    let replies = join_all((0..12).map(|_| ada.enrols(&group.id, "kestrel"))).await;
    assert_eq!(outcomes(&replies), BTreeMap::from([("created".to_owned(), 1), ("already_enrolled".to_owned(), 11)]));
    let twins = (0..8)
        .map(|_| ada.post(&format!("/v1/groups/{}/waiting-list", group.id), json!({ "alias": "kestrel" })).key("twin").send());
    assert_eq!(outcomes(&join_all(twins).await), BTreeMap::from([("already_enrolled".to_owned(), 8)]));
    assert_eq!(seats(&app, &group.id).await, [1]);
}

#[apply(both_engines)]
async fn leaving_accepting_and_enrolling_at_once_never_fill_more_than_the_places(app: TestApp) {
    let group = app.group(|a, b| with(slow_open(a, b), json!({ "capacity": 3, "minimum": 1 }))).await;
    let people = crowd(&app, &group, 9).await;
    for round in 0..6 {
        let mut waits = Vec::new();
        for person in &people[..3] {
            let reply = person.waits_for(&group.id, "somebody").await;
            waits.push(reply.expect(201).id());
        }
        let accept = join_all(people[..3].iter().zip(&waits).map(|(person, place)| person.accepts_place(place)));
        let leave = join_all(people[..2].iter().zip(&waits).map(|(person, place)| person.leaves_group(place)));
        let enrol = join_all(people[3..].iter().map(|person| person.enrols(&group.id, "somebody")));
        let (accepted, left, enrolled) = futures_util::future::join3(accept, leave, enrol).await;
        let done = |replies: &[Reply]| replies.iter().filter(|reply| reply.status.is_success()).count();
        let told = [&accepted, &left, &enrolled].map(|replies| outcomes(replies));
        assert!(done(&accepted) + done(&enrolled) > 0 && done(&left) > 0, "round {round}: {told:?}");
        let taken = seats(&app, &group.id).await;
        assert!(taken.len() <= 3 && taken.iter().all(|seat| (1..=3).contains(seat)), "round {round}: {taken:?}");
        for person in &people {
            let mine = person.get("/v1/group-enrolments").send().await.expect(200);
            for kept in
                mine.items().iter().filter(|kept| ["waiting", "offered", "enrolled"].contains(&kept["state"].as_str().unwrap()))
            {
                person.leaves_group(kept["id"].as_str().unwrap()).await.expect(200);
            }
        }
        assert!(seats(&app, &group.id).await.is_empty(), "round {round}");
        for person in &people {
            app.clock.advance(TimeDelta::milliseconds(1));
            app.was_screened(person, &group, TimeDelta::zero()).await;
        }
    }
}

#[apply(postgres_only)]
async fn two_connections_are_enough_for_the_crowd(engine: Engine) {
    let wishes = Wishes { connections: 2, ..Wishes::default() };
    let app = TestApp::start_with(engine, wishes).await;
    sixty_four_want_eight_places(&app, 2).await;
}
