//! How many statements a request takes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

use confide::platform::db::Conn;
use diesel::Connection;
use diesel::connection::{Instrumentation, InstrumentationEvent};

use super::app::TestSettings;
use super::{Kind, TestApp};

/// Counts the statements of one connection.
struct Counter(Arc<AtomicUsize>);

impl Instrumentation for Counter {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// Counts the statements of all connections of an application.
pub struct StatementCount(Arc<AtomicUsize>);

impl StatementCount {
    /// What a request answers, and how many statements it takes. The first request of a kind takes more on PostgreSQL, which then
    /// looks up types.
    pub async fn of<T>(&self, request: impl Future<Output = T>) -> (T, usize) {
        self.0.store(0, Ordering::SeqCst);
        (request.await, self.0.load(Ordering::SeqCst))
    }
}

impl TestApp {
    /// The same application with one connection, whose statements are counted.
    pub async fn counting_statements(&self) -> (Self, StatementCount) {
        let single = self.with_the_same_database(TestSettings { connections: 1, ..TestSettings::default() }).await;
        let statements = Arc::new(AtomicUsize::new(0));
        let counter = statements.clone();
        let instrument = move |conn: &mut Conn| {
            conn.set_instrumentation(Counter(counter.clone()));
            Ok(())
        };
        single.platform.db.write(instrument.clone()).await.unwrap();
        // SQLite has two readers besides its writer: each is kept busy until both are instrumented.
        let readers = if self.kind == Kind::Sqlite { 2 } else { 1 };
        let barrier = Arc::new(Barrier::new(readers));
        let instrumenting = (0..readers).map(|_| {
            let (instrument, barrier) = (instrument.clone(), barrier.clone());
            single.platform.read(move |tx| {
                instrument(tx.conn)?;
                barrier.wait();
                Ok(())
            })
        });
        for result in futures_util::future::join_all(instrumenting).await {
            result.unwrap();
        }
        (single, StatementCount(statements))
    }
}
