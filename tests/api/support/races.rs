//! Many who want the same thing at the same time. The requests run at once; the connections' threads decide.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use confide::platform::db::{Conn, Db};
use futures_util::future::{join, join_all};
use tokio::sync::Notify;

use super::app::{Kind, TestApp};
use super::reply::Reply;
use crate::guards::lines;

/// Sends so many requests at once and waits for all answers: `at_once(8, |number| people[number].books(&slot)).await`.
pub async fn at_once<F: Future>(count: usize, request: impl FnMut(usize) -> F) -> Vec<F::Output> {
    assert!(count > 1, "one alone is no race");
    join_all((0..count).map(request)).await
}

/// How often each outcome must have occurred: a status when all went well, otherwise a problem's code.
#[track_caller]
pub fn expect_outcomes(replies: &[Reply], expected: &[(&str, usize)]) {
    let expected: BTreeMap<String, usize> = expected.iter().map(|(word, count)| ((*word).to_owned(), *count)).collect();
    assert_eq!(outcomes(replies), expected);
}

/// How often each outcome occurred.
pub fn outcomes(replies: &[Reply]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for reply in replies {
        let word = match reply.json["code"].as_str() {
            Some(code) if !reply.status.is_success() => code.to_owned(),
            _ => reply.status.as_str().to_owned(),
        };
        *counts.entry(word).or_default() += 1;
    }
    counts
}

/// Of how many all went well.
pub fn successes(replies: &[Reply]) -> usize {
    replies.iter().filter(|reply| reply.status.is_success()).count()
}

impl TestApp {
    /// The same for requests that all want one row: on PostgreSQL it is held until as many wait for it as there are connections,
    /// and then they set off together. SQLite has one writer, who lets nobody past another.
    pub async fn at_once_for<F: Future>(
        &self,
        (table, id): (&'static str, String),
        count: usize,
        request: impl FnMut(usize) -> F,
    ) -> Vec<F::Output> {
        if self.kind == Kind::Sqlite {
            return at_once(count, request).await;
        }
        let (gate, closed) = (Db::start(&self.engine, 1), Arc::new(Notify::new()));
        let (is_closed, connections) = (closed.clone(), self.connections);
        let gatekeeper = gate.write(move |conn| {
            lines(conn, &format!("SELECT id::text AS line FROM {table} WHERE id = '{id}' FOR UPDATE"));
            is_closed.notify_one();
            Ok(as_many_wait(conn, connections))
        });
        let late = async {
            closed.notified().await;
            at_once(count, request).await
        };
        let (stood, answers) = join(gatekeeper, late).await;
        assert!(stood.unwrap(), "nobody came to the gate");
        answers
    }
}

/// Waits until so many connections wait for a row that this one holds; false when they do not come.
fn as_many_wait(conn: &mut Conn, connections: usize) -> bool {
    // The first waits for this transaction, the others behind the first for the row.
    let queueing = "SELECT 'x' AS line FROM pg_locks WHERE NOT granted AND locktype = 'tuple'
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    for _ in 0..400 {
        if lines(conn, queueing).len() + 1 >= connections {
            return true;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    false
}
