//! One connection to either engine.
#![allow(missing_docs, reason = "the MultiConnection derive adds items that cannot carry docs")]

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, ConnectionError, ConnectionResult, PgConnection, SqliteConnection};

/// A connection to one of the two engines. Queries are written once against it.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// PostgreSQL, by libpq.
    Postgres(PgConnection),
    /// SQLite, compiled in.
    Sqlite(SqliteConnection),
}

/// Runs the same expression on the inner connection of either engine: for the few statements that diesel cannot write
/// over both at once (`ON CONFLICT`, batch inserts).
#[macro_export]
macro_rules! on {
    ($db:expr, |$conn:ident| $body:expr) => {
        match $db {
            $crate::platform::db::Conn::Postgres($conn) => $body,
            $crate::platform::db::Conn::Sqlite($conn) => $body,
        }
    };
}

/// Which engine a database address names, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Engine {
    /// A SQLite file.
    Sqlite(std::path::PathBuf),
    /// A PostgreSQL server (the whole address is kept: it goes to libpq as it is).
    Postgres(String),
}

impl Engine {
    /// Reads `sqlite:PATH`, `postgres://…` or `postgresql://…`.
    ///
    /// # Errors
    /// A sentence that says what was expected. It does not repeat the address, which may hold a password.
    pub fn parse(url: &str) -> Result<Self, String> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        match url.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path)) {
            Some(path) if !path.is_empty() && path != ":memory:" => Ok(Self::Sqlite(path.into())),
            _ => Err("the database address must be sqlite:PATH or postgres://…".to_owned()),
        }
    }

    /// The word for logs: `sqlite` or `postgres`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// Opens a connection and sets it up.
    pub fn connect(&self) -> ConnectionResult<Conn> {
        match self {
            Self::Sqlite(path) => open_sqlite(path),
            Self::Postgres(url) => open_postgres(url),
        }
    }
}

/// How long SQLite waits for another process that holds the file.
const BUSY: Duration = Duration::from_secs(5);

fn open_sqlite(path: &std::path::Path) -> ConnectionResult<Conn> {
    let path = path.to_str().ok_or_else(|| ConnectionError::BadConnection("the path is not UTF-8".into()))?;
    let mut conn = SqliteConnection::establish(path)?;
    conn.batch_execute(&format!(
        "PRAGMA busy_timeout = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
         PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON;",
        BUSY.as_millis()
    ))
    .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(Conn::Sqlite(conn))
}

fn open_postgres(url: &str) -> ConnectionResult<Conn> {
    let mut conn = PgConnection::establish(url)?;
    conn.batch_execute(
        "SET TIME ZONE 'UTC'; SET statement_timeout = '10s'; SET lock_timeout = '5s'; \
         SET idle_in_transaction_session_timeout = '30s'; SET client_min_messages = 'warning';",
    )
    .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(Conn::Postgres(conn))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_engine_and_a_wrong_one_is_not_repeated() {
        assert_eq!(Engine::parse("sqlite:confide.db"), Ok(Engine::Sqlite("confide.db".into())));
        assert_eq!(Engine::parse("sqlite:///var/x.db"), Ok(Engine::Sqlite("/var/x.db".into())));
        assert!(matches!(Engine::parse("postgres://localhost/confide"), Ok(Engine::Postgres(_))));
        for wrong in ["mysql://root:secret@x/y", "sqlite:", "sqlite::memory:", "confide.db"] {
            assert!(Engine::parse(wrong).is_err_and(|message| !message.contains("secret")), "{wrong}");
        }
    }
}
