//! Somebody of every role, and a walk through everything that the service does.

use std::collections::BTreeMap;

use confide::identity::Role;
use confide::platform::db::Conn;

use super::migrations::lines;
use crate::support::TestApp;
use crate::support::actors::Actor;

/// One signed-in person of each role, by its word; `family` is the name they share.
pub async fn everybody(app: &TestApp, family: &str) -> BTreeMap<&'static str, Actor> {
    let mut people = BTreeMap::new();
    for role in Role::ALL {
        let actor = one_of(app, *role, &format!("{} {family}", role.as_str())).await;
        people.insert(role.as_str(), actor);
    }
    people
}

/// Somebody of a role, signed in, with what belongs to it.
pub async fn one_of(app: &TestApp, role: Role, name: &str) -> Actor {
    match role {
        Role::Practitioner => app.practitioner(name).await,
        _ => app.staff(name, role).await,
    }
}

/// How many rows each table has.
pub async fn row_counts(app: &TestApp) -> BTreeMap<String, String> {
    app.sql(|conn| {
        let tables = lines(
            conn,
            match conn {
                Conn::Sqlite(_) => "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
                Conn::Postgres(_) => "SELECT tablename::text AS line FROM pg_tables WHERE schemaname = 'public'",
            },
        );
        let counts: Vec<String> =
            tables.iter().map(|table| format!("SELECT '{table} ' || count(*) AS line FROM {table}")).collect();
        let counts = lines(conn, &counts.join(" UNION ALL "));
        Ok(counts
            .iter()
            .map(|line| line.split_once(' ').unwrap())
            .map(|(name, count)| (name.to_owned(), count.to_owned()))
            .collect())
    })
    .await
}
