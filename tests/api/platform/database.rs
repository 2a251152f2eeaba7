//! The database under stress: panics, full queues, callers who disconnect, and a database that is lost and returns.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use actix_web::ResponseError;
use confide::people::Role;
use confide::platform::audit::{self, Actor};
use confide::platform::db::{Conn, Db, Engine, migrations};
use confide::platform::error::{Error, Result};
use confide::platform::ids::{Id, UtcTime};
use confide::platform::refusal::Reason;

use crate::support::app::in_tx;
use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use futures_util::future::join_all;
use tempfile::TempDir;

use crate::support::{Kind, TestApp, apply, both_engines, cluster, postgres_only, sqlite_only};

/// Blocks database threads until it is opened.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    fn wait(&self) {
        let shut = self.0.0.lock().unwrap();
        drop(self.0.1.wait_timeout_while(shut, Duration::from_secs(30), |open| !*open).unwrap());
    }
}

fn note(conn: &mut Conn, action: &'static str, now: UtcTime) -> Result<()> {
    in_tx(conn, now, |tx| audit::record(tx, Actor::SYSTEM, action, ("test", None)))
}

async fn notes(app: &TestApp, action: &'static str) -> i64 {
    use confide::platform::schema::audit_events::dsl;
    use diesel::prelude::*;
    app.sql(move |conn| Ok(dsl::audit_events.filter(dsl::action.eq(action)).count().get_result(conn)?)).await
}

/// Gives spawned work time to begin.
async fn let_work_begin() {
    tokio::time::sleep(Duration::from_millis(100)).await;
}

#[apply(both_engines)]
async fn panicking_work_is_an_internal_error_and_the_next_work_succeeds(app: TestApp) {
    let (db, now) = (app.platform.db.clone(), app.now());
    for _ in 0..6 {
        let written = db
            .write(move |conn| -> Result<()> {
                note(conn, "test.panicked", now)?;
                panic!("on purpose")
            })
            .await;
        assert_eq!(written.unwrap_err().reason(), Reason::Internal);
        let read = db.read(|_| -> Result<()> { panic!("on purpose") }).await;
        assert_eq!(read.unwrap_err().reason(), Reason::Internal);
    }
    assert_eq!(notes(&app, "test.panicked").await, 0, "writes before the panic are rolled back");
    db.write(move |conn| note(conn, "test.fine", now)).await.unwrap();
    assert_eq!(notes(&app, "test.fine").await, 1);
}

#[apply(both_engines)]
async fn work_committed_in_one_group_is_independent(app: TestApp) {
    let (db, now, gate) = (app.platform.db.clone(), app.now(), Gate::default());
    // The first work blocks the threads, so that the rest wait and are taken together.
    let held = gate.clone();
    let first = db.write(move |_| {
        held.wait();
        Ok(())
    });
    let work = (0..60).map(|number| {
        db.write(move |conn| {
            note(conn, "test.neighbour", now)?;
            match number {
                7 | 30 => panic!("on purpose"),
                11 | 31 => Err(Error::not_found()),
                _ => Ok(number),
            }
        })
    });
    let opener = async {
        let_work_begin().await;
        gate.open()
    };
    let (_, results, ()) = tokio::join!(first, join_all(work), opener);
    for (number, result) in results.into_iter().enumerate() {
        match number {
            7 | 30 => assert_eq!(result.unwrap_err().reason(), Reason::Internal),
            11 | 31 => assert_eq!(result.unwrap_err().reason(), Reason::NotFound),
            _ => assert_eq!(result.unwrap(), number),
        }
    }
    assert_eq!(notes(&app, "test.neighbour").await, 56, "each successful work once, the refused and the panicked not at all");
}

#[apply(both_engines)]
async fn full_queue_is_refused_at_once_and_abandoned_work_is_dropped(app: TestApp) {
    let (gate, held, begun) = (Gate::default(), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let threads = if app.kind == Kind::Sqlite { 2 } else { 4 };
    let holders: Vec<_> = (0..threads)
        .map(|_| {
            let (db, gate, held) = (app.platform.db.clone(), gate.clone(), held.clone());
            actix_web::rt::spawn(async move {
                db.read(move |_| {
                    held.fetch_add(1, Ordering::SeqCst);
                    gate.wait();
                    Ok(())
                })
                .await
            })
        })
        .collect();
    while held.load(Ordering::SeqCst) < threads {
        let_work_begin().await;
    }
    let waiting: Vec<_> = (0..1030)
        .map(|_| {
            let (db, begun) = (app.platform.db.clone(), begun.clone());
            actix_web::rt::spawn(async move {
                db.read(move |_| {
                    begun.fetch_add(1, Ordering::SeqCst);
                    Ok(())
                })
                .await
            })
        })
        .collect();
    while app.platform.db.waiting().0 < 1024 {
        let_work_begin().await;
    }
    let asked = Instant::now();
    let refused = app.get("/health/ready").send().await.expect_problem("unavailable");
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert!(asked.elapsed() < Duration::from_secs(1), "a full queue is refused without waiting");
    for help in ["call 999", "Samaritans on 116 123", "111 and choose option 2"] {
        assert!(refused.text("detail").contains(help), "{help} is not in {}", refused.json);
    }
    app.get("/health/live").send().await.expect(200);

    // The waiting callers disconnect before their work begins.
    waiting.iter().for_each(actix_web::rt::task::JoinHandle::abort);
    let_work_begin().await;
    gate.open();
    for holder in holders {
        holder.await.unwrap().unwrap();
    }
    while app.platform.db.waiting().0 > 0 {
        let_work_begin().await;
    }
    assert_eq!(begun.load(Ordering::SeqCst), 0, "work of disconnected callers is not run");
    app.get("/health/ready").send().await.expect(200);
}

#[apply(postgres_only)]
async fn lost_connection_is_replaced_without_an_error(app: TestApp) {
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    for _ in 0..3 {
        terminate_connections(&app);
        cleo.get("/v1/me").send().await.expect(200);
        terminate_connections(&app);
        cleo.delete(&format!("/v1/sessions/{}", Id::new(app.now()))).send().await.expect(404);
    }
}

#[apply(postgres_only)]
async fn work_that_loses_its_connection_is_repeated_and_committed_once(app: TestApp) {
    let (runs, now) = (Arc::new(AtomicUsize::new(0)), app.now());
    let counted = runs.clone();
    app.platform
        .db
        .write(move |conn| {
            note(conn, "test.once", now)?;
            if counted.fetch_add(1, Ordering::SeqCst) == 0 {
                diesel::sql_query("SELECT pg_terminate_backend(pg_backend_pid())").execute(conn)?;
            }
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!((runs.load(Ordering::SeqCst), notes(&app, "test.once").await), (2, 1));
}

#[apply(postgres_only)]
async fn lost_database_is_reported_quickly_and_used_again_when_it_returns(app: TestApp) {
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    let name = database_name(&app);
    let server = cluster::required();
    server.execute(&format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"));
    terminate_connections(&app);
    for _ in 0..10 {
        let asked = Instant::now();
        let refused = cleo.get("/v1/me").send().await.expect_problem("unavailable").expect(503);
        assert_eq!(refused.header("retry-after"), Some("1"));
        app.sign_in(&cleo.email, "whatever it was").await.expect_problem("unavailable");
        app.get("/health/ready").send().await.expect(503);
        app.get("/health/live").send().await.expect(200);
        assert!(asked.elapsed() < Duration::from_secs(2));
    }
    server.execute(&format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true"));
    let back = Instant::now();
    while app.get("/health/ready").send().await.status != 200 {
        assert!(back.elapsed() < Duration::from_secs(5), "the database is back, but not used");
        let_work_begin().await;
    }
    cleo.get("/v1/me").send().await.expect(200);
}

fn database_name(app: &TestApp) -> String {
    let Engine::Postgres(url) = &app.engine else { panic!("not PostgreSQL") };
    url.rsplit('/').find(|part| part.starts_with("confide_test")).unwrap().split('?').next().unwrap().to_owned()
}

/// Terminates every connection of the application's database.
fn terminate_connections(app: &TestApp) {
    let name = database_name(app);
    cluster::required().execute(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"));
}

#[actix_web::test]
async fn sqlite_file_that_does_not_exist_yet_is_used_once_it_does() {
    let folder = TempDir::new().unwrap();
    let engine = Engine::Sqlite(folder.path().join("later/confide.db"));
    let db = Db::start(&engine, 2);
    let now = crate::support::app::monday_nine().into();
    for _ in 0..3 {
        let refused = db.write(move |conn| note(conn, "test.early", now)).await.unwrap_err();
        assert_eq!((refused.reason(), refused.error_response().status().as_u16()), (Reason::Unavailable, 503));
        assert!(refused.retry_after.is_some());
        assert_eq!(db.read(|_| Ok(())).await.unwrap_err().reason(), Reason::Unavailable);
    }
    migrations::run(&engine).unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    db.write(move |conn| note(conn, "test.late", now)).await.unwrap();
    db.read(|_| Ok(())).await.unwrap();
}

#[apply(sqlite_only)]
async fn sqlite_file_locked_by_another_process_is_unavailable_not_an_error(app: TestApp) {
    let now = app.now();
    let mut other = app.engine.connect().unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let refused = app.platform.db.write(move |conn| note(conn, "test.held", now)).await.unwrap_err();
    assert_eq!(refused.reason(), Reason::Unavailable);
    app.get("/health/ready").send().await.expect(503);
    other.batch_execute("ROLLBACK").unwrap();
    app.platform.db.write(move |conn| note(conn, "test.free", now)).await.unwrap();
    app.get("/health/ready").send().await.expect(200);
}
