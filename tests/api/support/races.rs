//! Races: many requests for the same thing at the same time. The requests run concurrently; the database decides their order.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use confide::platform::db::{Conn, Db};
use futures_util::future::{join, join_all};
use tokio::sync::Notify;

use super::app::{Kind, TestApp};
use super::reply::Reply;
use crate::guards::query_lines;

/// Sends this many requests at once and waits for all responses: `at_once(8, |number| people[number].books(&slot)).await`.
pub async fn at_once<F: Future>(count: usize, request: impl FnMut(usize) -> F) -> Vec<F::Output> {
    assert!(count > 1, "a race needs at least two requests");
    join_all((0..count).map(request)).await
}

/// Asserts how often each outcome occurred: the status of a success, otherwise the problem's code.
#[track_caller]
pub fn expect_outcomes(replies: &[Reply], expected: &[(&str, usize)]) {
    let expected: BTreeMap<String, usize> = expected.iter().map(|(outcome, count)| ((*outcome).to_owned(), *count)).collect();
    assert_eq!(outcomes(replies), expected);
}

/// How often each outcome occurred.
pub fn outcomes(replies: &[Reply]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for reply in replies {
        let outcome = match reply.json["code"].as_str() {
            Some(code) if !reply.status.is_success() => code.to_owned(),
            _ => reply.status.as_str().to_owned(),
        };
        *counts.entry(outcome).or_default() += 1;
    }
    counts
}

/// How many requests succeeded.
pub fn successes(replies: &[Reply]) -> usize {
    replies.iter().filter(|reply| reply.status.is_success()).count()
}

impl TestApp {
    /// The same for requests that all lock one row: on PostgreSQL the row is locked until as many connections wait for it as
    /// there are, and then they proceed together. SQLite has one writer, which handles requests in order.
    pub async fn at_once_on_row<F: Future>(
        &self,
        (table, id): (&'static str, String),
        count: usize,
        request: impl FnMut(usize) -> F,
    ) -> Vec<F::Output> {
        if self.kind == Kind::Sqlite {
            return at_once(count, request).await;
        }
        let (db, locked) = (Db::start(&self.engine, 1), Arc::new(Notify::new()));
        let (is_locked, connections) = (locked.clone(), self.connections);
        let lock = db.write(move |conn| {
            query_lines(conn, &format!("SELECT id::text AS line FROM {table} WHERE id = '{id}' FOR UPDATE"));
            is_locked.notify_one();
            Ok(wait_for_connections(conn, connections))
        });
        let requests = async {
            locked.notified().await;
            at_once(count, request).await
        };
        let (all_waited, answers) = join(lock, requests).await;
        assert!(all_waited.unwrap(), "too few connections waited for the row");
        answers
    }
}

/// Waits until this many connections wait for a row that this one has locked; false when that does not happen in ten seconds.
fn wait_for_connections(conn: &mut Conn, connections: usize) -> bool {
    // The first connection waits for this transaction, the others wait behind it for the row.
    let queueing = "SELECT 'x' AS line FROM pg_locks WHERE NOT granted AND locktype = 'tuple'
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    for _ in 0..400 {
        if query_lines(conn, queueing).len() + 1 >= connections {
            return true;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    false
}
