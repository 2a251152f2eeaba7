//! Database outages: lost, read-only, full, damaged, locked, hung. Nothing is acknowledged that is not
//! stored, every answer is a declared 503, readiness reports it, and the service recovers by itself afterwards.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use confide::platform::audit::{self, Actor};
use confide::platform::db::{AccessMode, Conn, Db, Engine, Outage};
use confide::platform::error::{Error, Result};
use confide::platform::ids::UtcTime;
use confide::platform::refusal::Reason;

use crate::support::app::in_tx;
use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use crate::support::app::TestSettings;
use crate::support::damage::damage_table;
use crate::support::races::at_once;
use crate::support::standby::Standby;
use crate::support::{TestApp, apply, cluster, postgres_only, sqlite_only};

const ACTION: &str = "test.outage";

fn note(conn: &mut Conn, now: UtcTime) -> Result<()> {
    in_tx(conn, now, |tx| audit::record(tx, Actor::SYSTEM, ACTION, ("test", None)))
}

fn notes(conn: &mut Conn) -> Result<i64> {
    use confide::platform::schema::audit_events::dsl;
    use diesel::prelude::*;
    Ok(dsl::audit_events.filter(dsl::action.eq(ACTION)).count().get_result(conn)?)
}

fn file(app: &TestApp) -> PathBuf {
    let Engine::Sqlite(path) = &app.engine else { panic!("not SQLite") };
    path.clone()
}

fn log(app: &TestApp) -> PathBuf {
    let mut name = file(app).into_os_string();
    name.push("-wal");
    name.into()
}

/// Writes through the service and returns the result.
async fn writes(app: &TestApp) -> Result<()> {
    let now = app.now();
    app.platform.db.write(move |conn| note(conn, now)).await
}

#[track_caller]
fn is_unavailable<T: std::fmt::Debug>(done: Result<T>, outage: Outage) {
    let refused = done.unwrap_err();
    assert_eq!((refused.reason(), refused.database_outage()), (Reason::Unavailable, Some(outage)));
    assert!(refused.retry_after.is_some());
}

async fn is_not_ready(app: &TestApp) {
    let refused = app.get("/health/ready").send().await.expect(503).expect_problem("unavailable");
    assert!(refused.header("retry-after").is_some());
    app.get("/health/live").send().await.expect(200);
}

/// Waits until the service is ready again.
async fn becomes_ready(app: &TestApp, within: Duration) {
    let begun = Instant::now();
    while app.get("/health/ready").send().await.status != 200 {
        assert!(
            begun.elapsed() < within,
            "it does not become ready again: {:?}",
            app.platform.db.current_outage(AccessMode::Write)
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[apply(sqlite_only)]
async fn writes_to_a_deleted_file_are_refused_until_it_is_back(app: TestApp) {
    writes(&app).await.unwrap();
    let (path, aside) = (file(&app), file(&app).with_extension("aside"));
    std::fs::rename(&path, &aside).unwrap();
    for _ in 0..3 {
        is_unavailable(writes(&app).await, Outage::Replaced);
        is_unavailable(app.platform.db.read(notes).await, Outage::Replaced);
        is_not_ready(&app).await;
    }
    assert!(!path.exists(), "no empty file is created in its place");
    std::fs::rename(&aside, &path).unwrap();
    becomes_ready(&app, Duration::from_secs(5)).await;
    writes(&app).await.unwrap();
    assert_eq!(app.platform.db.read(notes).await.unwrap(), 2, "only the acknowledged writes");
}

#[apply(sqlite_only)]
async fn file_that_replaces_the_opened_database_is_left_alone(app: TestApp) {
    let path = file(&app);
    let other = path.with_extension("other");
    std::fs::copy(&path, &other).unwrap();
    writes(&app).await.unwrap();
    let before = std::fs::read(&other).unwrap();
    std::fs::rename(&other, &path).unwrap();
    is_unavailable(writes(&app).await, Outage::Replaced);
    is_unavailable(app.platform.db.read(notes).await, Outage::Replaced);
    is_not_ready(&app).await;
    assert!(app.platform.db.close(Duration::from_secs(5)));
    assert!(std::fs::read(&path).unwrap() == before, "nothing of the lost file is written to the other");
}

#[apply(sqlite_only)]
async fn deleted_write_ahead_log_loses_no_acknowledged_write(app: TestApp) {
    for _ in 0..20 {
        writes(&app).await.unwrap();
    }
    std::fs::remove_file(log(&app)).unwrap();
    is_unavailable(writes(&app).await, Outage::Replaced);
    is_not_ready(&app).await;
    assert!(app.platform.db.close(Duration::from_secs(5)));
    let mut conn = app.engine.connect().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(notes(&mut conn).unwrap(), 20);
}

#[apply(sqlite_only)]
async fn full_disk_is_unavailable_and_reported_by_readiness(app: TestApp) {
    app.get("/health/ready").send().await.expect(200);
    let filled = app
        .platform
        .db
        .write(|conn| {
            conn.batch_execute("PRAGMA max_page_count = 1; CREATE TABLE filler (bytes BLOB);")?;
            Ok(conn.batch_execute("INSERT INTO filler VALUES (zeroblob(9000000));")?)
        })
        .await;
    is_unavailable(filled, Outage::Full);
    assert_eq!(app.platform.db.current_outage(AccessMode::Write), Some(Outage::Full));
    is_not_ready(&app).await;
    writes(&app).await.unwrap();
    assert_eq!(
        app.platform.db.current_outage(AccessMode::Write),
        Some(Outage::Full),
        "a small write that succeeds proves nothing"
    );
    assert_eq!(app.platform.db.current_outage(AccessMode::Read), None);
}

#[apply(sqlite_only)]
async fn read_only_connection_is_replaced(app: TestApp) {
    app.platform.db.write(|conn| Ok(conn.batch_execute("PRAGMA query_only = ON")?)).await.unwrap();
    is_unavailable(writes(&app).await, Outage::ReadOnly);
    writes(&app).await.unwrap();
    becomes_ready(&app, Duration::from_secs(5)).await;
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

pub(super) fn number(conn: &mut Conn, query: &str) -> Result<i64> {
    Ok(sql_query(query).get_result::<Number>(conn)?.number)
}

#[apply(sqlite_only)]
async fn damaged_page_is_unavailable_and_makes_the_service_not_ready(app: TestApp) {
    assert!(app.platform.db.close(Duration::from_secs(5)));
    damage_table(&file(&app), "accounts");
    let app = app.with_the_same_database(TestSettings::default()).await;
    app.get("/health/ready").send().await.expect(200);
    for _ in 0..2 {
        app.sign_in("ada@example.org", "a password of some length").await.expect(503).expect_problem("unavailable");
        assert_eq!(
            app.platform.db.current_outage(AccessMode::Read).or(app.platform.db.current_outage(AccessMode::Write)),
            Some(Outage::Damaged)
        );
        is_not_ready(&app).await;
    }
    app.get("/v1/contact-routes").send().await.expect(200);
}

#[apply(sqlite_only)]
async fn closed_database_is_one_file(app: TestApp) {
    for _ in 0..50 {
        writes(&app).await.unwrap();
    }
    assert!(log(&app).metadata().unwrap().len() > 0);
    assert!(app.platform.db.close(Duration::from_secs(5)));
    assert!(!log(&app).exists());
    let copy = file(&app).with_extension("copy");
    std::fs::copy(file(&app), &copy).unwrap();
    let mut conn = Engine::Sqlite(copy).connect().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(notes(&mut conn).unwrap(), 50);
    assert_eq!(writes(&app).await.unwrap_err().reason(), Reason::Unavailable, "no more writes are accepted");
}

#[apply(sqlite_only)]
async fn log_held_by_another_reader_is_emptied_once_the_reader_is_done(app: TestApp) {
    let mut reader = app.engine.connect().unwrap_or_else(|error| panic!("{error}"));
    reader.batch_execute("BEGIN; SELECT count(*) FROM audit_events;").unwrap();
    for _ in 0..50 {
        writes(&app).await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(800)).await;
    assert!(log(&app).metadata().unwrap().len() > 0, "the log is needed while the reader uses it");
    reader.batch_execute("ROLLBACK").unwrap();
    let begun = Instant::now();
    while log(&app).metadata().unwrap().len() > 0 {
        assert!(begun.elapsed() < Duration::from_secs(10), "the log is never emptied");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    writes(&app).await.unwrap();
}

/// The name of an application's database on PostgreSQL, and its URL.
pub(super) fn name_and_url(app: &TestApp) -> (String, String) {
    let Engine::Postgres(url) = &app.engine else { panic!("not PostgreSQL") };
    let name = url.rsplit('/').find(|part| part.starts_with("confide_test")).unwrap().split('?').next().unwrap();
    (name.to_owned(), url.clone())
}

fn terminate_connections(name: &str) {
    let server = cluster::required();
    server.execute(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"));
}

#[apply(postgres_only)]
async fn read_only_server_is_unavailable_until_it_accepts_writes(app: TestApp) {
    let (name, _) = name_and_url(&app);
    writes(&app).await.unwrap();
    let server = cluster::required();
    server.execute(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on"));
    terminate_connections(&name);
    for _ in 0..3 {
        is_unavailable(writes(&app).await, Outage::ReadOnly);
        app.sign_in("ada@example.org", "a password of some length").await.expect(503).expect_problem("unavailable");
        is_not_ready(&app).await;
    }
    server.execute(&format!("ALTER DATABASE {name} RESET default_transaction_read_only"));
    becomes_ready(&app, Duration::from_secs(5)).await;
    writes(&app).await.unwrap();
    assert_eq!(app.platform.db.read(notes).await.unwrap(), 2);
}

#[apply(postgres_only)]
async fn full_disk_of_the_server_is_reported_by_readiness_until_there_is_space(app: TestApp) {
    // Records each test for disk space.
    let record_space_tests = "CREATE TABLE space_tests (id bigserial PRIMARY KEY); \
        CREATE FUNCTION record_space_test() RETURNS event_trigger LANGUAGE plpgsql \
        AS $$ BEGIN INSERT INTO space_tests DEFAULT VALUES; END $$; \
        CREATE EVENT TRIGGER space_tests ON ddl_command_end WHEN TAG IN ('CREATE TABLE AS') \
        EXECUTE FUNCTION record_space_test();";
    app.sql(move |conn| Ok(conn.batch_execute(record_space_tests)?)).await;
    let space_tests =
        async || app.platform.db.read(|conn| number(conn, "SELECT count(*) AS number FROM space_tests")).await.unwrap();
    app.get("/health/ready").send().await.expect(200);
    assert_eq!(space_tests().await, 0, "without an outage disk space is not tested");
    let full = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100', \
        MESSAGE = 'could not extend file \"base/1/2\": No space left on device'; END $$";
    is_unavailable(app.platform.db.write(move |conn| Ok(conn.batch_execute(full)?)).await, Outage::Full);
    is_not_ready(&app).await;
    writes(&app).await.unwrap();
    assert_eq!(
        app.platform.db.current_outage(AccessMode::Write),
        Some(Outage::Full),
        "a small write that succeeds proves nothing"
    );
    assert_eq!(app.platform.db.current_outage(AccessMode::Read), None);
    becomes_ready(&app, Duration::from_secs(20)).await;
    assert!(space_tests().await > 0, "disk space was tested");
    assert_eq!(app.platform.db.current_outage(AccessMode::Write), None);
    writes(&app).await.unwrap();
    assert_eq!(app.platform.db.read(notes).await.unwrap(), 2);
}

#[apply(postgres_only)]
async fn read_only_connections_are_replaced_without_an_error(app: TestApp) {
    for _ in 0..12 {
        app.platform.db.read(|conn| Ok(conn.batch_execute("SET default_transaction_read_only = on")?)).await.unwrap();
        writes(&app).await.unwrap();
        app.get("/health/ready").send().await.expect(200);
    }
    assert_eq!(app.platform.db.read(notes).await.unwrap(), 12);
}

#[apply(postgres_only)]
async fn temporary_failures_are_unavailable_and_faults_are_internal(app: TestApp) {
    for (state, message, code) in [
        ("53100", "could not extend file \"base/1/2\": No space left on device", Reason::Unavailable),
        ("53100", "could not write to file \"base/pgsql_tmp/t\": Disk quota exceeded", Reason::Unavailable),
        ("53200", "out of memory", Reason::Unavailable),
        ("53300", "sorry, too many clients already", Reason::Unavailable),
        ("55P03", "canceling statement due to lock timeout", Reason::Unavailable),
        ("57014", "canceling statement due to statement timeout", Reason::Unavailable),
        ("25006", "in welcher Sprache auch immer", Reason::Unavailable),
        ("40001", "in welcher Sprache auch immer", Reason::Unavailable),
        ("40P01", "deadlock detected", Reason::Unavailable),
        ("08006", "in welcher Sprache auch immer", Reason::Unavailable),
        ("57P01", "terminating connection due to administrator command", Reason::Unavailable),
        ("58030", "could not open file \"base/1/2\": Input/output error", Reason::Unavailable),
        ("XX001", "invalid page in block 3 of relation base/1/2", Reason::Unavailable),
        ("42501", "permission denied for table sessions", Reason::Unavailable),
        ("22012", "division by zero", Reason::Internal),
        ("P0001", "a guard of our own", Reason::Internal),
    ] {
        let sql = format!("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}', MESSAGE = '{message}'; END $$");
        let (read, write) = (sql.clone(), sql);
        let raised = app.platform.db.write(move |conn| Ok(conn.batch_execute(&write)?)).await.unwrap_err();
        assert_eq!((raised.reason(), raised.retry_after.is_some()), (code, code == Reason::Unavailable), "{state} {message}");
        let raised = app.platform.db.read(move |conn| Ok(conn.batch_execute(&read)?)).await.unwrap_err();
        assert_eq!((raised.reason(), raised.retry_after.is_some()), (code, code == Reason::Unavailable), "{state} {message}");
    }
}

#[apply(postgres_only)]
async fn connection_has_time_limits_unless_the_url_sets_others(app: TestApp) {
    let (_, url) = name_and_url(&app);
    let show = |conn: &mut Conn, name: &str| -> Result<String> {
        let query = sql_query(format!("SELECT current_setting('{name}') AS line"));
        Ok(query.get_result::<Line>(conn)?.line)
    };
    let shown = app.platform.db.read(move |conn| {
        Ok([
            show(conn, "statement_timeout")?,
            show(conn, "lock_timeout")?,
            show(conn, "idle_in_transaction_session_timeout")?,
            show(conn, "application_name")?,
        ])
    });
    assert_eq!(shown.await.unwrap(), ["10s", "5s", "30s", "confide"]);
    let other = Db::start(&Engine::Postgres(format!("{url}&options=-c%20statement_timeout%3D42s&application_name=other")), 1);
    let shown = other.read(move |conn| Ok([show(conn, "statement_timeout")?, show(conn, "application_name")?]));
    assert_eq!(shown.await.unwrap(), ["42s", "other"]);
}

#[apply(postgres_only)]
async fn writable_host_of_several_is_found(app: TestApp) {
    let (name, url) = name_and_url(&app);
    writes(&app).await.unwrap();
    let host = url.split("host=").nth(1).unwrap().split('&').next().unwrap();
    let standby = Standby::start(PathBuf::from(host).join(".s.PGSQL.5432"));
    let several = format!("postgres:///{name}?host=127.0.0.1,{host}&port={},5432&user=confide", standby.port);
    let (db, now) = (Db::start(&Engine::Postgres(several), 1), app.now());
    db.write(move |conn| note(conn, now)).await.unwrap();
    assert!(standby.connection_count() > 0, "the standby was tried first");
    assert_eq!(db.read(notes).await.unwrap(), 2);
    // The standby alone can be read, and accepts no writes.
    let alone = format!("postgres:///{name}?host=127.0.0.1&port={}&user=confide&target_session_attrs=any", standby.port);
    let db = Db::start(&Engine::Postgres(alone), 1);
    assert_eq!(db.read(notes).await.unwrap(), 2);
    is_unavailable(db.write(move |conn| note(conn, now)).await, Outage::ReadOnly);
}

#[actix_web::test]
async fn silent_server_is_not_waited_for() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://confide@{}/confide", silent.local_addr().unwrap());
    let db = Db::start(&Engine::Postgres(url), 2);
    let asked = Instant::now();
    assert_eq!(db.check(Duration::from_secs(1)).await.unwrap_err().reason(), Reason::Unavailable);
    assert!(asked.elapsed() < Duration::from_secs(5), "readiness has its own deadline");
    assert_eq!(db.read(|_| Ok(())).await.unwrap_err().reason(), Reason::Unavailable);
    assert!(asked.elapsed() < Duration::from_secs(20), "the connection attempt is given up");
}

#[apply(postgres_only)]
async fn hung_server_process_is_replaced_by_another_connection(app: TestApp) {
    let (_, url) = name_and_url(&app);
    writes(&app).await.unwrap();
    let db = Db::start(&Engine::Postgres(url), 1);
    let pid = db.read(|conn| number(conn, "SELECT pg_backend_pid()::bigint AS number")).await.unwrap();
    let signal = move |signal: &str| assert!(Command::new("kill").args([signal, &pid.to_string()]).status().unwrap().success());
    signal("-STOP");
    let asked = Instant::now();
    is_unavailable(db.read(notes).await, Outage::TooSlow);
    assert_eq!(db.read(notes).await.unwrap(), 1, "another connection does the work");
    assert!(asked.elapsed() < Duration::from_secs(20), "{:?}", asked.elapsed());
    assert!(db.check(Duration::from_secs(10)).await.is_ok());
    signal("-CONT");
}

#[apply(postgres_only)]
async fn fewer_connections_than_configured_still_do_all_the_work(app: TestApp) {
    let (name, url) = name_and_url(&app);
    let server = cluster::required();
    let role = format!("few_{name}");
    server.execute(&format!("CREATE ROLE {role} LOGIN CONNECTION LIMIT 1"));
    let db = Db::start(&Engine::Postgres(url.replace("user=confide", &format!("user={role}"))), 4);
    db.read(|_| Ok(())).await.unwrap();
    for done in at_once(40, |_| db.read(|conn| number(conn, "SELECT count(pg_sleep(0.01)) AS number"))).await {
        assert_eq!(done.unwrap(), 1);
    }
    // The role may not read the application's tables: that is reported as such.
    is_unavailable(db.read(notes).await, Outage::Denied);
    assert!(db.check(Duration::from_secs(2)).await.is_err());
    db.close(Duration::from_secs(5));
    app.sql(move |conn| Ok(conn.batch_execute("SELECT 1")?)).await;
    server.execute(&format!("DROP ROLE {role}"));
}

#[apply(postgres_only)]
async fn server_without_free_connections_is_unavailable_until_one_is_free(app: TestApp) {
    let (name, url) = name_and_url(&app);
    let (server, role) = (cluster::required(), format!("late_{name}"));
    server.execute(&format!("CREATE ROLE {role} LOGIN CONNECTION LIMIT 1 IN ROLE confide"));
    let engine = Engine::Postgres(url.replace("user=confide", &format!("user={role}")));
    let other = engine.connect().unwrap_or_else(|error| panic!("{error}"));
    let db = Db::start(&engine, 4);
    for _ in 0..3 {
        is_unavailable(db.read(notes).await, Outage::Exhausted);
        is_unavailable(db.check(Duration::from_secs(2)).await, Outage::Exhausted);
    }
    assert_eq!(
        (db.current_outage(AccessMode::Read), db.current_outage(AccessMode::Write)),
        (Some(Outage::Exhausted), Some(Outage::Exhausted))
    );
    drop(other);
    let begun = Instant::now();
    while db.check(Duration::from_secs(2)).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", db.current_outage(AccessMode::Read));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(db.read(notes).await.unwrap(), 0);
    assert!(db.close(Duration::from_secs(5)));
    server.execute(&format!("DROP ROLE {role}"));
}

#[test]
fn cause_of_an_outage_is_shown_to_the_operator_and_not_to_the_caller() {
    let error = Error::outage(Outage::Full);
    assert!(error.for_operator().contains("the disk of the database is full"));
    assert!(!error.refusal.detail.contains("disk"));
}
