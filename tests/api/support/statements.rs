//! Which statements a request takes.

use std::sync::{Arc, Barrier, Mutex};

use confide::platform::db::Conn;
use diesel::Connection;
use diesel::connection::{Instrumentation, InstrumentationEvent};

use super::app::TestSettings;
use super::{Kind, TestApp};

/// Listens to the statements of one connection.
struct Listener(Arc<Mutex<Vec<String>>>);

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            self.0.lock().unwrap().push(kind_of(&query.to_string()));
        }
    }
}

/// The kind of a statement: its verb, and the first table that it reads or writes.
fn kind_of(statement: &str) -> String {
    let text = statement.split(" -- binds").next().unwrap_or_default().to_lowercase();
    let words: Vec<&str> =
        text.split(|sign: char| sign.is_whitespace() || "()`\"".contains(sign)).filter(|word| !word.is_empty()).collect();
    let before_table = ["from", "into", "update"];
    let table = words.windows(2).find(|pair| before_table.contains(&pair[0])).map(|pair| pair[1]);
    [words.first().copied().unwrap_or_default(), table.unwrap_or_default()].join(" ")
}

/// The statements of all connections of an application.
pub struct Statements(Arc<Mutex<Vec<String>>>);

impl Statements {
    /// What a request answers, and the kinds of its statements in alphabetical order. The first request of a kind takes more on
    /// PostgreSQL, which then looks up types.
    pub async fn of<T>(&self, request: impl Future<Output = T>) -> (T, Vec<String>) {
        self.0.lock().unwrap().clear();
        let response = request.await;
        let mut kinds = self.0.lock().unwrap().clone();
        kinds.sort();
        (response, kinds)
    }
}

impl TestApp {
    /// The same application with one connection, whose statements are listened to.
    pub async fn counting_statements(&self) -> (Self, Statements) {
        let single = self.with_the_same_database(TestSettings { connections: 1, ..TestSettings::default() }).await;
        let statements = Arc::new(Mutex::new(Vec::new()));
        let heard = statements.clone();
        let instrument = move |conn: &mut Conn| {
            conn.set_instrumentation(Listener(heard.clone()));
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
        (single, Statements(statements))
    }
}
