//! The audit trail: append-only, and every change to it is detected.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use confide::people::Role;
use confide::platform::audit::{self, ChainMonitor};
use confide::platform::db::Conn;
use confide::platform::error::Error;
use confide::platform::ids::{Id, UtcTime};
use confide::platform::keys::{KeyPosition, KeyRing};
use confide::platform::schema::audit_events::dsl;
use diesel::prelude::*;
use diesel::sql_query;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::support::app::{TestSettings, test_keys};

use crate::support::races::at_once;
use crate::support::{TestApp, apply, both_engines};

pub(super) async fn run(app: &TestApp, sql: &'static str) -> Result<usize, Error> {
    app.platform.db.write(move |conn| Ok(sql_query(sql).execute(conn)?)).await
}

/// Removes the triggers, as a person with all rights on the database could.
pub(super) async fn drop_the_triggers(app: &TestApp) {
    app.sql(|conn| {
        for sql in match conn {
            Conn::Sqlite(_) => ["DROP TRIGGER audit_events_no_change", "DROP TRIGGER audit_events_no_delete"],
            Conn::Postgres(_) => ["ALTER TABLE audit_events DISABLE TRIGGER ALL", "SELECT 1"],
        } {
            sql_query(sql).execute(conn)?;
        }
        Ok(())
    })
    .await;
}

pub(super) async fn chain_all(app: &TestApp) {
    while app.platform.write(audit::chain).await.unwrap() > 0 {}
}

pub(super) async fn first_broken_link(app: &TestApp) -> Option<i64> {
    app.platform.read(audit::first_broken_link).await.unwrap()
}

/// Writes thirty events and chains all of them.
pub(super) async fn write_chained_events(app: &TestApp) {
    app.write(move |tx| (0..30).try_for_each(|_| audit::record(tx, audit::Actor::SYSTEM, "test.happened", ("test", None)))).await;
    chain_all(app).await;
    assert_eq!(first_broken_link(app).await, None);
}

#[apply(both_engines)]
async fn actions_are_recorded_with_their_actor_and_subject(app: TestApp) {
    let admin = app.administrator().await;
    let form =
        json!({ "email": "new.person@example.org", "name": "New Person", "role": "clinician", "reason": "Joins the team." });
    let advance_a_second = || app.clock.advance(chrono::TimeDelta::seconds(1));
    advance_a_second();
    let made = admin.post("/v1/staff", form).send().await.expect(201);
    advance_a_second();
    app.sign_in(&admin.email, "not the password").await.expect_problem("invalid_credentials");
    advance_a_second();
    admin.delete(&format!("/v1/sessions/{}", admin.session_id)).send().await.expect(204);

    let rows: Vec<(String, String, Option<confide::platform::ids::Id>, Option<confide::platform::ids::Id>)> = app
        .sql(|conn| {
            Ok(dsl::audit_events
                .order(dsl::id)
                .select((dsl::action, dsl::actor_role, dsl::actor_id, dsl::subject_id))
                .load(conn)?)
        })
        .await;
    let recorded: Vec<(&str, &str)> = rows.iter().map(|row| (row.0.as_str(), row.1.as_str())).collect();
    assert_eq!(
        recorded,
        [
            ("session.begun", "administrator"),
            ("staff.created", "administrator"),
            ("staff_change.proposed", "administrator"),
            ("session.refused", "anonymous"),
            ("session.ended", "administrator"),
        ]
    );
    assert_eq!((rows[1].2, rows[1].3.unwrap().to_string()), (Some(admin.id), made.id()));
    assert_eq!((rows[2].2, rows[2].3.unwrap().to_string()), (Some(admin.id), made.id()));
    assert_eq!((rows[3].2, rows[3].3), (None, Some(admin.id)), "who tried is not known, only whose account");
}

#[apply(both_engines)]
async fn rows_cannot_be_changed_or_deleted(app: TestApp) {
    app.staff("Cleo Marsh", Role::Clinician).await;
    for sql in [
        "UPDATE audit_events SET action = 'nothing.happened'",
        "UPDATE audit_events SET actor_id = NULL",
        "DELETE FROM audit_events",
    ] {
        let error = run(&app, sql).await.unwrap_err();
        assert!(error.violates("audit_events_append_only"), "{sql}: {error:?}");
    }
    chain_all(&app).await;
    for sql in [
        "UPDATE audit_events SET chain_hash = 'x'",
        "UPDATE audit_events SET chain_hash = NULL, chain_number = NULL",
        "DELETE FROM audit_events",
    ] {
        assert!(run(&app, sql).await.is_err(), "{sql}");
    }
    if app.kind == crate::support::Kind::Postgres {
        assert!(run(&app, "TRUNCATE audit_events").await.is_err());
    }
    assert_eq!(first_broken_link(&app).await, None);
}

#[apply(both_engines)]
async fn altered_row_is_detected(app: TestApp) {
    write_chained_events(&app).await;
    drop_the_triggers(&app).await;
    run(&app, "UPDATE audit_events SET action = 'nothing.happened' WHERE chain_number = 12").await.unwrap();
    assert_eq!(first_broken_link(&app).await, Some(12));
}

#[apply(both_engines)]
async fn removed_row_is_detected(app: TestApp) {
    write_chained_events(&app).await;
    drop_the_triggers(&app).await;
    run(&app, "DELETE FROM audit_events WHERE chain_number = 7").await.unwrap();
    assert_eq!(first_broken_link(&app).await, Some(7));
}

#[apply(both_engines)]
async fn renumbered_rows_are_detected(app: TestApp) {
    write_chained_events(&app).await;
    drop_the_triggers(&app).await;
    run(&app, "UPDATE audit_events SET chain_number = chain_number + 1000 WHERE chain_number > 20").await.unwrap();
    assert_eq!(first_broken_link(&app).await, Some(21));
}

/// The plain hash that rows had before the chain had a key, over the columns of that time.
fn plain_hash(row: &PlainRow, number: i64, before: &str) -> String {
    let text = |id: Option<Id>| id.map_or_else(String::new, |id| id.to_string());
    let fields = [
        before.to_owned(),
        number.to_string(),
        row.0.to_string(),
        row.1.to_string(),
        text(row.2),
        row.3.clone(),
        row.4.clone(),
        row.5.clone(),
        text(row.6),
    ];
    URL_SAFE_NO_PAD.encode(Sha256::digest(fields.join("\n").as_bytes()))
}

type PlainRow = (Id, UtcTime, Option<Id>, String, String, String, Option<Id>);

/// Chains every row that is not chained with plain hashes: as version 0.2 did, and as a person without the key could.
async fn chain_without_the_key(app: &TestApp) {
    app.sql(|conn| {
        let chained = dsl::audit_events.filter(dsl::chain_number.is_not_null());
        let last: Option<(Option<i64>, Option<String>)> =
            chained.order(dsl::chain_number.desc()).select((dsl::chain_number, dsl::chain_hash)).first(conn).optional()?;
        let (mut number, mut hash) = last.map_or((0, String::new()), |(number, hash)| (number.unwrap(), hash.unwrap()));
        let rows: Vec<PlainRow> = dsl::audit_events
            .filter(dsl::chain_number.is_null())
            .order(dsl::id)
            .select((dsl::id, dsl::at, dsl::actor_id, dsl::actor_role, dsl::action, dsl::subject_kind, dsl::subject_id))
            .load(conn)?;
        for row in rows {
            number += 1;
            hash = plain_hash(&row, number, &hash);
            diesel::update(dsl::audit_events.find(row.0))
                .set((dsl::chain_number.eq(number), dsl::chain_hash.eq(&hash)))
                .execute(conn)?;
        }
        Ok(())
    })
    .await;
}

pub(super) async fn write_events(app: &TestApp, count: usize) {
    app.write(move |tx| (0..count).try_for_each(|_| audit::record(tx, audit::Actor::SYSTEM, "test.happened", ("test", None))))
        .await;
}

#[apply(both_engines)]
async fn rows_from_before_the_key_are_still_verified(app: TestApp) {
    write_events(&app, 5).await;
    chain_without_the_key(&app).await;
    write_events(&app, 5).await;
    chain_all(&app).await;
    assert_eq!(first_broken_link(&app).await, None);
    drop_the_triggers(&app).await;
    run(&app, "UPDATE audit_events SET action = 'nothing.happened' WHERE chain_number = 3").await.unwrap();
    assert_eq!(first_broken_link(&app).await, Some(3));
}

#[apply(both_engines)]
async fn a_link_without_the_key_after_a_keyed_one_is_detected(app: TestApp) {
    write_events(&app, 5).await;
    chain_all(&app).await;
    write_events(&app, 5).await;
    chain_without_the_key(&app).await;
    assert_eq!(first_broken_link(&app).await, Some(6));
}

#[apply(both_engines)]
async fn every_column_is_part_of_its_link(app: TestApp) {
    let changes = [
        "practitioner_id = id",
        "basis = 'treats'",
        "refused = TRUE",
        "subject_id = NULL",
        "actor_role = 'other'",
        "chain_form = NULL",
        "chain_form = 3",
        "row_tag = NULL",
        "row_tag = 'x'",
    ];
    for change in changes {
        let app = TestApp::start(app.kind).await;
        write_events(&app, 3).await;
        app.write(|tx| {
            let about = audit::About { practitioner: Id::new(tx.now), basis: "treated" };
            audit::record_about(tx, audit::Actor::SYSTEM, "test.happened", ("test", Some(Id::new(tx.now))), about)
        })
        .await;
        chain_all(&app).await;
        drop_the_triggers(&app).await;
        let sql = format!("UPDATE audit_events SET {change} WHERE chain_number = 4");
        app.sql(move |conn| Ok(sql_query(&sql).execute(conn)?)).await;
        assert_eq!(first_broken_link(&app).await, Some(4), "{change}");
    }
}

#[apply(both_engines)]
async fn row_that_is_added_by_hand_before_it_is_chained_is_detected(app: TestApp) {
    for tag in ["NULL", "'x'", "row_tag"] {
        let app = TestApp::start(app.kind).await;
        write_events(&app, 3).await;
        chain_all(&app).await;
        let sql = format!(
            "INSERT INTO audit_events (id, at, actor_role, action, subject_kind, row_tag)
             SELECT '{}', at, actor_role, action, subject_kind, {tag} FROM audit_events WHERE chain_number = 3",
            Id::new(app.now())
        );
        app.sql(move |conn| Ok(sql_query(&sql).execute(conn)?)).await;
        write_events(&app, 1).await;
        chain_all(&app).await;
        assert_eq!(first_broken_link(&app).await, Some(4), "{tag}");
    }
}

#[apply(both_engines)]
async fn row_that_is_added_outside_the_chain_is_detected(app: TestApp) {
    for (hash, number) in [("'x'", "NULL"), ("'x'", "0"), ("NULL", "NULL")] {
        let app = TestApp::start(app.kind).await;
        write_chained_events(&app).await;
        assert_eq!(first_broken_link(&app).await, None);
        let sql = format!(
            "INSERT INTO audit_events (id, at, actor_role, action, subject_kind, chain_number, chain_hash, chain_form)
             SELECT '{}', at, actor_role, action, subject_kind, {number}, {hash}, 2 FROM audit_events WHERE chain_number = 1",
            Id::new(app.now())
        );
        app.sql(move |conn| Ok(sql_query(&sql).execute(conn)?)).await;
        assert!(first_broken_link(&app).await.is_some(), "{hash} {number}");
    }
}

#[apply(both_engines)]
async fn the_chain_is_verified_with_rotated_keys_and_with_no_others(app: TestApp) {
    write_chained_events(&app).await;
    let mut rotated = test_keys();
    rotated.rotate(KeyPosition::First).unwrap();
    let settings = |keys| TestSettings { keys, ..TestSettings::default() };
    let same = app.with_the_same_database(settings(rotated)).await;
    assert_eq!(first_broken_link(&same).await, None);
    let other = app.with_the_same_database(settings(KeyRing::generate())).await;
    assert_eq!(first_broken_link(&other).await, Some(1), "without the key the chain cannot be rewritten");
}

#[apply(both_engines)]
async fn the_monitor_verifies_only_what_is_new_and_finds_a_removed_end(app: TestApp) {
    let monitor = ChainMonitor::default();
    write_chained_events(&app).await;
    assert_eq!(monitor.verify(&app.platform).await.unwrap(), 30);
    assert_eq!(monitor.verify(&app.platform).await.unwrap(), 0);
    write_events(&app, 2).await;
    chain_all(&app).await;
    assert_eq!(monitor.verify(&app.platform).await.unwrap(), 2);
    app.clock.advance(chrono::TimeDelta::days(1));
    assert_eq!(monitor.verify(&app.platform).await.unwrap(), 32, "once a day the whole chain");
    assert_eq!(monitor.broken(), None);
    drop_the_triggers(&app).await;
    run(&app, "DELETE FROM audit_events WHERE chain_number > 31").await.unwrap();
    assert_eq!(first_broken_link(&app).await, None, "what is left is a chain");
    monitor.verify(&app.platform).await.unwrap();
    assert_eq!(monitor.broken().map(|broken| broken.number), Some(32));
}

#[apply(both_engines)]
async fn a_change_far_from_the_end_is_found_within_a_day(app: TestApp) {
    let monitor = ChainMonitor::default();
    write_chained_events(&app).await;
    monitor.verify(&app.platform).await.unwrap();
    drop_the_triggers(&app).await;
    run(&app, "UPDATE audit_events SET action = 'nothing.happened' WHERE chain_number = 12").await.unwrap();
    monitor.verify(&app.platform).await.unwrap();
    assert_eq!(monitor.broken(), None);
    app.clock.advance(chrono::TimeDelta::days(1));
    monitor.verify(&app.platform).await.unwrap();
    assert_eq!(monitor.broken().map(|broken| broken.number), Some(12));
    run(&app, "UPDATE audit_events SET action = 'test.happened' WHERE chain_number = 12").await.unwrap();
    while monitor.verify(&app.platform).await.unwrap() > 0 {}
    assert_eq!(monitor.broken(), None, "changed back; the log has both");
}

#[apply(both_engines)]
async fn events_that_are_withheld_are_left_out_and_no_others(app: TestApp) {
    let (actor, practitioner) = (Id::new(app.now()), Id::new(app.now()));
    let by = move |basis| audit::About { practitioner, basis };
    app.write(move |tx| {
        let actor = audit::Actor { id: Some(actor), role: "clinician" };
        for basis in ["break_glass", "treats"] {
            audit::record_about(tx, actor, "note.read", ("note", None), by(basis))?;
        }
        audit::record(tx, audit::Actor::SYSTEM, "note.read", ("practitioner", Some(practitioner)))
    })
    .await;
    let now = app.now();
    let bases = async |until| {
        let withheld = vec![audit::Withheld { basis: "break_glass", actor: Some(actor), from: now, until }];
        let filter = audit::AuditFilter { practitioner: Some(practitioner), withheld, ..Default::default() };
        let events = app.platform.read(move |tx| audit::list(tx, &filter, None, 10)).await.unwrap();
        events.into_iter().map(|event| event.basis).collect::<Vec<_>>()
    };
    let others = [None, Some("treats".to_owned())];
    assert_eq!(bases(Some(now + chrono::TimeDelta::seconds(1))).await, others);
    assert_eq!(bases(None).await, others);
    assert_eq!(bases(Some(now)).await.len(), 3, "an empty time withholds nothing");
}

#[apply(both_engines)]
async fn several_instances_build_one_chain(app: TestApp) {
    app.write(|tx| (0..1200).try_for_each(|_| audit::record(tx, audit::Actor::SYSTEM, "test.happened", ("test", None)))).await;
    let rounds = at_once(6, |_| app.platform.write(audit::chain)).await;
    let chained: usize = rounds.into_iter().map(Result::unwrap).sum();
    assert_eq!(chained, 1200, "each row once");
    assert_eq!(first_broken_link(&app).await, None);
}
