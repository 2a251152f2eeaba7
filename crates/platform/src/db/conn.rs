//! One connection to either engine.

use std::os::unix::fs::OpenOptionsExt;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, ConnectionError, ConnectionResult, PgConnection, SqliteConnection};

/// A connection to one of the two engines, so that each query is written once.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// PostgreSQL, through libpq.
    Postgres(PgConnection),
    /// SQLite, compiled in.
    Sqlite(SqliteConnection),
}

/// Runs the same expression on the inner connection of either engine, for the few statements that diesel cannot write for both at
/// once (`ON CONFLICT`, batch inserts).
#[macro_export]
macro_rules! on {
    ($db:expr, |$conn:ident| $body:expr) => {
        match $db {
            $crate::db::Conn::Postgres($conn) => $body,
            $crate::db::Conn::Sqlite($conn) => $body,
        }
    };
}

/// The engine and location that a database address names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Engine {
    /// A SQLite file.
    Sqlite(std::path::PathBuf),
    /// A PostgreSQL server. The whole address is stored, because it is passed to libpq unchanged.
    Postgres(String),
}

impl Engine {
    /// Parses `sqlite:PATH`, `postgres://…` or `postgresql://…`.
    ///
    /// # Errors
    /// A sentence that states the expected form. It does not repeat the address, which may contain a password.
    pub fn parse(url: &str) -> Result<Self, String> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        match url.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path)) {
            Some(path) if !path.is_empty() && path != ":memory:" => Ok(Self::Sqlite(path.into())),
            _ => Err("the database address must be sqlite:PATH or postgres://…".to_owned()),
        }
    }

    /// The name of the engine in logs: `sqlite` or `postgres`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// Opens and configures a connection to a database that exists.
    pub fn connect(&self) -> ConnectionResult<Conn> {
        match self {
            Self::Sqlite(path) => open_sqlite(path),
            Self::Postgres(url) => open_postgres(url),
        }
    }

    /// Creates the SQLite file when it is missing, readable only by its owner. A PostgreSQL database is created by its server.
    ///
    /// # Errors
    /// A sentence for the operator. A file that is missing or empty while its write-ahead log still exists is not created again:
    /// the log contains the last writes of a lost database, and SQLite would empty it.
    pub fn create(&self) -> Result<(), String> {
        let Self::Sqlite(path) = self else { return Ok(()) };
        let log = log_path(path);
        // The log is checked first: another process that creates the database writes the file before the log.
        let has_log = log.exists();
        let is_empty = crate::files::is_empty_file(path);
        if path.exists() && !(has_log && is_empty) {
            return Ok(());
        }
        if has_log {
            return Err(format!(
                "the database file {} is {}, but its write-ahead log {} still exists: restore a backup (`confide restore`), or \
                 move the log away to create an empty database",
                path.display(),
                if is_empty { "empty" } else { "missing" },
                log.display()
            ));
        }
        let created = match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            Some(folder) => crate::files::create_folder(folder),
            None => Ok(()),
        };
        let created =
            created.and_then(|()| std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map(drop));
        match created {
            // Another instance created it first.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
            created => created.map_err(|error| format!("the database file {} cannot be created: {error}", path.display())),
        }
    }
}

/// How long SQLite waits for another process that locks the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The size in bytes to which the write-ahead log is truncated after a long read that made it grow.
const MAX_LOG_BYTES: u32 = 32 * 1024 * 1024;

/// Opens a SQLite file that exists. The file is never created here: a lost file must not be replaced by an empty one.
fn open_sqlite(path: &std::path::Path) -> ConnectionResult<Conn> {
    let mut conn = SqliteConnection::establish(&sqlite_address(path)?)?;
    // The last statement reads the file, so that its write-ahead log exists from then on.
    conn.batch_execute(&format!(
        "PRAGMA busy_timeout = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
         PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON; \
         PRAGMA journal_size_limit = {MAX_LOG_BYTES}; SELECT count(*) FROM sqlite_schema;",
        BUSY_TIMEOUT.as_millis()
    ))
    .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(Conn::Sqlite(conn))
}

/// The path as a SQLite address that requires the file to exist.
pub(super) fn sqlite_address(path: &std::path::Path) -> ConnectionResult<String> {
    let path = path.to_str().ok_or_else(|| ConnectionError::BadConnection("the path is not UTF-8".into()))?;
    let mut address = String::from(if path.starts_with('/') { "file://" } else { "file:" });
    for character in path.chars() {
        match character {
            '%' => address.push_str("%25"),
            '?' => address.push_str("%3f"),
            '#' => address.push_str("%23"),
            other => address.push(other),
        }
    }
    address.push_str("?mode=rw");
    Ok(address)
}

/// Where SQLite keeps the write-ahead log of a file: next to the real file if the path is a symbolic link.
pub(super) fn log_path(path: &std::path::Path) -> std::path::PathBuf {
    let mut name = path.canonicalize().unwrap_or_else(|_| path.to_owned()).into_os_string();
    name.push("-wal");
    name.into()
}

fn open_postgres(url: &str) -> ConnectionResult<Conn> {
    let mut conn = PgConnection::establish(&postgres_address(url))?;
    let limits = TIME_LIMITS.iter().filter(|(setting, _)| !url.contains(setting));
    let limits: String = limits.map(|(setting, value)| format!("SET {setting} = '{value}'; ")).collect();
    conn.batch_execute(&format!("SET TIME ZONE 'UTC'; SET client_min_messages = 'warning'; {limits}{CHOOSE_ENGLISH}"))
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(Conn::Postgres(conn))
}

/// Chooses English on a connection whose role has the right to: a superuser, and from PostgreSQL 15 a role to which it is
/// granted. An exception caught in a block is not written to the server's log.
const CHOOSE_ENGLISH: &str = "DO $$ BEGIN SET lc_messages = 'C'; EXCEPTION WHEN insufficient_privilege THEN NULL; END $$;";

/// Time limits that the server enforces, unless the address sets them itself (`options=-c statement_timeout=…`).
const TIME_LIMITS: [(&str, &str); 3] =
    [("statement_timeout", "10s"), ("lock_timeout", "5s"), ("idle_in_transaction_session_timeout", "30s")];

/// Connection parameters that are added to the address of a PostgreSQL server unless the address sets them itself, each with the
/// environment variable through which libpq may get the same parameter.
///
/// A server that disappears is detected after 8 s: `tcp_user_timeout` detects it while data are being sent, the keep-alives while
/// an answer is awaited. Without them Linux waits for a quarter of an hour. A new connection attempt ends after 3 s for each
/// address. Only a server that accepts writes is used, so that the primary is found among several hosts.
const CONNECTION_PARAMETERS: [(&str, &str, &str); 7] = [
    ("connect_timeout", "3", "PGCONNECT_TIMEOUT"),
    ("tcp_user_timeout", "8000", ""),
    ("keepalives_idle", "4", ""),
    ("keepalives_interval", "2", ""),
    ("keepalives_count", "2", ""),
    ("target_session_attrs", "read-write", "PGTARGETSESSIONATTRS"),
    ("application_name", "confide", "PGAPPNAME"),
];

/// The address with the parameters that it does not set itself.
fn postgres_address(url: &str) -> String {
    let given: Vec<&str> =
        url.split_once('?').map_or("", |(_, given)| given).split('&').filter_map(|pair| pair.split('=').next()).collect();
    let mut address = url.to_owned();
    for (name, value, variable) in CONNECTION_PARAMETERS {
        if given.contains(&name) || (!variable.is_empty() && std::env::var_os(variable).is_some()) {
            continue;
        }
        let mark = match address.rsplit_once('?') {
            None => "?",
            Some((_, "")) => "",
            Some(_) => "&",
        };
        address.push_str(&format!("{mark}{name}={value}"));
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_marks_of_an_address_stays_a_path() {
        for (path, address) in [
            ("/var/lib/confide.db", "file:///var/lib/confide.db?mode=rw"),
            ("//var/confide.db", "file:////var/confide.db?mode=rw"),
            ("data/what? 100%#1.db", "file:data/what%3f 100%25%231.db?mode=rw"),
        ] {
            assert_eq!(sqlite_address(std::path::Path::new(path)).unwrap(), address);
        }
    }

    #[test]
    fn a_postgres_address_is_completed_and_never_contradicted() {
        let whole = "connect_timeout=3&tcp_user_timeout=8000&keepalives_idle=4&keepalives_interval=2&keepalives_count=2&target_session_attrs=read-write&application_name=confide";
        for (url, address) in [
            ("postgres://confide@db/confide", format!("postgres://confide@db/confide?{whole}")),
            ("postgres://a,b/confide?", format!("postgres://a,b/confide?{whole}")),
            ("postgres://db/x?sslmode=verify-full", format!("postgres://db/x?sslmode=verify-full&{whole}")),
            (
                "postgres://db/x?target_session_attrs=any&connect_timeout=9",
                "postgres://db/x?target_session_attrs=any&connect_timeout=9&tcp_user_timeout=8000&keepalives_idle=4&keepalives_interval=2&keepalives_count=2&application_name=confide".to_owned(),
            ),
        ] {
            assert_eq!(postgres_address(url), address);
        }
    }

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
