//! Brings a database to the present shape, on either engine.

use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use diesel::migration::{MigrationSource, MigrationVersion};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::conn::{Conn, Engine};
use crate::platform::files;

/// The migrations for SQLite.
pub const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
/// The migrations for PostgreSQL, with the same names.
pub const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Any number will do, as long as all instances use the same one.
const ADVISORY_LOCK: &str = "7270115";

/// Runs what has not been run yet and returns the names of it. Safe to call from several instances at once.
///
/// # Errors
/// A sentence for the operator: the database cannot be reached, or a migration failed (and was rolled back).
pub fn run(engine: &Engine) -> Result<Vec<String>, String> {
    let mut conn = connect(engine)?;
    refuse_newer(&mut conn, engine)?;
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
    refuse_newer(&mut conn, engine)?;
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

/// Refuses a database that has migrations which this program does not know: rows may mean something else there.
///
/// # Errors
/// One line for the operator that names them.
pub fn refuse_newer(conn: &mut Conn, engine: &Engine) -> Result<(), String> {
    let strangers: Vec<String> = match applied(conn) {
        Ok(applied) => applied.into_iter().filter(|version| !versions(engine).contains(version)).collect(),
        Err(error) => return Err(format!("the migrations could not be compared: {error}")),
    };
    match strangers.as_slice() {
        [] => Ok(()),
        [.., newest] => Err(format!(
            "the database is newer than this program: it has {} migration{} that this version does not know (the newest is \
             {newest}). Start the version that made it, or a later one",
            strangers.len(),
            if strangers.len() == 1 { "" } else { "s" },
        )),
    }
}

#[derive(diesel::QueryableByName)]
struct Word {
    #[diesel(sql_type = diesel::sql_types::Text)]
    word: String,
}

/// The versions that the database has run, oldest first. Nothing is written for it.
fn applied(conn: &mut Conn) -> diesel::QueryResult<Vec<String>> {
    if !has_table(conn, "__diesel_schema_migrations")? {
        return Ok(Vec::new());
    }
    let rows: Vec<Word> =
        diesel::sql_query("SELECT version AS word FROM __diesel_schema_migrations ORDER BY version").load(conn)?;
    Ok(rows.into_iter().map(|row| row.word).collect())
}

/// True when the database has a table of that name.
pub(in crate::platform) fn has_table(conn: &mut Conn, name: &str) -> diesel::QueryResult<bool> {
    let sql = match conn {
        Conn::Sqlite(_) => "SELECT name AS word FROM sqlite_master WHERE type = 'table' AND name = $1",
        Conn::Postgres(_) => {
            "SELECT tablename::text AS word FROM pg_tables WHERE schemaname = ANY (current_schemas(false)) AND tablename = $1"
        }
    };
    let found: Vec<Word> = diesel::sql_query(sql).bind::<diesel::sql_types::Text, _>(name).load(conn)?;
    Ok(!found.is_empty())
}

/// The versions in the binary for an engine: the digits of the names.
fn versions(engine: &Engine) -> Vec<String> {
    let version = |name: String| name.split('_').next().unwrap_or_default().replace('-', "");
    known(engine).into_iter().map(version).collect()
}

/// Opens the database for the program's own start: the folder and the file are made when they are missing, and are closed to
/// others.
///
/// # Errors
/// One line for the operator.
pub fn connect(engine: &Engine) -> Result<Conn, String> {
    if let Engine::Sqlite(path) = engine {
        if let Some(folder) = path.parent() {
            files::make_folder(folder).map_err(|error| format!("the folder of the database cannot be made: {error}"))?;
        }
        // SQLite gives the files beside it the mode of the database's own. Where this fails, the connection below says why.
        let _ = files::make_file(path);
        close_to_others(path);
    }
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

/// Takes the database's files from others, who could read them since an earlier version or a copy made them so.
fn close_to_others(database: &std::path::Path) {
    for ending in ["", "-wal", "-shm", ".lock"] {
        let path = files::beside(database, ending);
        match files::tighten(&path) {
            Ok(true) => tracing::warn!(file = %path.display(), "others could read this file; it is closed to them now"),
            Ok(false) => {}
            Err(complaint) => tracing::warn!("{complaint}"),
        }
    }
    if let Some(complaint) = database.parent().and_then(files::exposed) {
        tracing::warn!("the folder of the database: {complaint}");
    }
}
