//! Brings a database to the present shape, on either engine.

use diesel::connection::SimpleConnection;
use diesel::migration::{MigrationSource, MigrationVersion};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::conn::{Conn, Engine};

/// The migrations for SQLite.
pub const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
/// The migrations for PostgreSQL, with the same names.
pub const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Any number will do, as long as all instances use the same one.
const ADVISORY_LOCK: &str = "7270115";

/// Runs what has not been run yet, on a SQLite file that it makes if there is none, and returns the names of it. Safe to call from several instances at once.
///
/// # Errors
/// A sentence for the operator: the database cannot be reached, or a migration failed (and was rolled back).
pub fn run(engine: &Engine) -> Result<Vec<String>, String> {
    engine.create()?;
    let mut conn = connect(engine)?;
    let done = match &mut conn {
        // The write lock is taken before it is asked what is pending, so that instances take turns; all of it or nothing.
        Conn::Sqlite(inner) => inner.immediate_transaction(|inner| inner.run_pending_migrations(SQLITE).map(names)),
        Conn::Postgres(inner) => {
            inner
                .batch_execute(&format!(
                    "SET statement_timeout = 0; SET lock_timeout = 0; SELECT pg_advisory_lock({ADVISORY_LOCK})"
                ))
                .map_err(|error| format!("the migration lock could not be taken: {error}"))?;
            let done = inner.run_pending_migrations(POSTGRES).map(names);
            let _ = inner.batch_execute(&format!("SELECT pg_advisory_unlock({ADVISORY_LOCK})"));
            done
        }
    };
    done.map_err(|error| format!("a migration failed: {error}"))
}

/// Undoes every migration, newest first, and returns the names of them. Everything in the database is lost.
///
/// # Errors
/// A sentence for the operator, as for [`run`].
pub fn revert_all(engine: &Engine) -> Result<Vec<String>, String> {
    let mut conn = connect(engine)?;
    match &mut conn {
        Conn::Sqlite(inner) => inner.revert_all_migrations(SQLITE).map(names),
        Conn::Postgres(inner) => inner.revert_all_migrations(POSTGRES).map(names),
    }
    .map_err(|error| format!("a migration could not be undone: {error}"))
}

/// The names of the migrations that this binary knows and the database has not run.
///
/// # Errors
/// A sentence for the operator, as for [`run`].
pub fn pending(engine: &Engine) -> Result<Vec<String>, String> {
    let mut conn = connect(engine)?;
    match &mut conn {
        Conn::Sqlite(inner) => inner.pending_migrations(SQLITE).map(|list| list.iter().map(|m| m.name().to_string()).collect()),
        Conn::Postgres(inner) => {
            inner.pending_migrations(POSTGRES).map(|list| list.iter().map(|m| m.name().to_string()).collect())
        }
    }
    .map_err(|error| format!("the migrations could not be compared: {error}"))
}

/// The names in the binary for an engine, oldest first.
pub fn known(engine: &Engine) -> Vec<String> {
    let names = match engine {
        Engine::Sqlite(_) => MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE)
            .map(|list| list.iter().map(|m| m.name().to_string()).collect::<Vec<_>>()),
        Engine::Postgres(_) => MigrationSource::<diesel::pg::Pg>::migrations(&POSTGRES)
            .map(|list| list.iter().map(|m| m.name().to_string()).collect::<Vec<_>>()),
    };
    let mut names = names.unwrap_or_default();
    names.sort();
    names
}

fn names(versions: Vec<MigrationVersion<'_>>) -> Vec<String> {
    versions.iter().map(ToString::to_string).collect()
}

fn connect(engine: &Engine) -> Result<Conn, String> {
    // A fresh SQLite file is turned to write-ahead logging by whoever comes first, and that does not wait for its turn.
    let attempts = if matches!(engine, Engine::Sqlite(_)) { 50 } else { 1 };
    for _ in 1..attempts {
        if let Ok(conn) = engine.connect() {
            return Ok(conn);
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    engine.connect().map_err(|_| format!("the {} database cannot be reached", engine.name()))
}
