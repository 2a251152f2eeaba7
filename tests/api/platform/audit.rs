//! The audit trail: append-only, and every change to it is detected.

use confide::people::Role;
use confide::platform::audit;
use confide::platform::db::Conn;
use confide::platform::schema::audit_events::dsl;
use diesel::prelude::*;
use diesel::sql_query;
use serde_json::json;

use crate::support::races::at_once;
use crate::support::{TestApp, apply, both_engines};

async fn run(app: &TestApp, sql: &'static str) -> Result<usize, confide::platform::error::Error> {
    app.platform.db.write(move |conn| Ok(sql_query(sql).execute(conn)?)).await
}

/// Removes the triggers, as a person with all rights on the database could.
async fn drop_the_triggers(app: &TestApp) {
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

async fn chain_all(app: &TestApp) {
    while app.platform.write(audit::chain).await.unwrap() > 0 {}
}

async fn first_broken_link(app: &TestApp) -> Option<i64> {
    app.platform.read(audit::first_broken_link).await.unwrap()
}

/// Writes thirty events and chains all of them.
async fn write_chained_events(app: &TestApp) {
    app.write(move |tx| (0..30).try_for_each(|_| audit::record(tx, audit::Actor::SYSTEM, "test.happened", ("test", None)))).await;
    chain_all(app).await;
    assert_eq!(first_broken_link(app).await, None);
}

#[apply(both_engines)]
async fn actions_are_recorded_with_their_actor_and_subject(app: TestApp) {
    let admin = app.administrator().await;
    let form = json!({ "email": "new.person@example.org", "name": "New Person", "role": "clinician" });
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
            ("session.refused", "anonymous"),
            ("session.ended", "administrator"),
        ]
    );
    assert_eq!((rows[1].2, rows[1].3.unwrap().to_string()), (Some(admin.id), made.id()));
    assert_eq!((rows[2].2, rows[2].3), (None, Some(admin.id)));
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

#[apply(both_engines)]
async fn several_instances_build_one_chain(app: TestApp) {
    app.write(|tx| (0..1200).try_for_each(|_| audit::record(tx, audit::Actor::SYSTEM, "test.happened", ("test", None)))).await;
    let rounds = at_once(6, |_| app.platform.write(audit::chain)).await;
    let chained: usize = rounds.into_iter().map(Result::unwrap).sum();
    assert_eq!(chained, 1200, "each row once");
    assert_eq!(first_broken_link(&app).await, None);
}
