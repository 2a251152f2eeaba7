//! Brings a database to the present shape, on either engine.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Once;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::migration::{MigrationSource, MigrationVersion};
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::conn::{Conn, Engine, sqlite_address};
use super::failure;
use super::instance::refuse_other_names;
use crate::files;
use crate::schema::migration_checksums;

/// The migrations for SQLite.
pub const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
/// The migrations for PostgreSQL, with the same names.
pub const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// The SHA-256 of each migration's text, as committed: `migrations/README.md` says how it comes about.
const CHECKSUMS: &str = include_str!("../../../../migrations/checksums.txt");

/// How long a start tries again while others open the same SQLite file.
const PATIENCE: Duration = Duration::from_secs(1);

/// Any number will do, as long as all instances use the same one.
const ADVISORY_LOCK: &str = "7270115";

/// Runs what has not been run yet and returns the names of it. Safe to call from several instances at once.
///
/// # Errors
/// A sentence for the operator: the database cannot be reached, or a migration failed and was rolled back. SQLite rolls back the
/// migrations before it too, PostgreSQL keeps them.
pub fn run(engine: &Engine) -> Result<Vec<String>, String> {
    let mut conn = connect(engine)?;
    refuse_strange(&mut conn, engine)?;
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
    // PostgreSQL keeps those that ran before one that failed, so they are noted in any case.
    let noted = note_checksums(&mut conn, engine);
    let done = done.map_err(|error| format!("a migration failed: {error}"))?;
    noted.map_err(|error| format!("the migrations could not be noted: {error}"))?;
    Ok(done)
}

/// Undoes every migration, newest first, and returns the names of them. Everything in the database is lost.
///
/// # Errors
/// A sentence for the operator, as for [`run`].
pub fn revert_all(engine: &Engine) -> Result<Vec<String>, String> {
    let mut conn = connect(engine)?;
    refuse_strange(&mut conn, engine)?;
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
    refuse_strange(&mut conn, engine)?;
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

/// Refuses a database that is newer than the program, and one that was made with another text of a migration than the program's.
///
/// # Errors
/// One line for the operator that names the migrations.
pub fn refuse_strange(conn: &mut Conn, engine: &Engine) -> Result<(), String> {
    refuse_newer(conn, engine)?;
    let stored = stored_checksums(conn).map_err(|error| format!("the migrations could not be compared: {error}"))?;
    let altered = known(engine).into_iter().find(|name| {
        let differs = |stored: &String| checksum(engine, name).is_some_and(|ours| ours != stored);
        stored.get(&version_of(name)).is_some_and(differs)
    });
    match altered {
        None => Ok(()),
        Some(name) => Err(format!(
            "the database was made with another text of the migration {name} than this program has, so its tables may be others \
             than the program expects. Start the version that made it"
        )),
    }
}

/// The checksum of the text with which a migration is run.
fn checksum(engine: &Engine, name: &str) -> Option<&'static str> {
    let path = format!("{}/{name}/up.sql", engine.name());
    CHECKSUMS.lines().filter_map(|line| line.split_once("  ")).find(|(_, file)| *file == path).map(|(checksum, _)| checksum)
}

fn stored_checksums(conn: &mut Conn) -> diesel::QueryResult<BTreeMap<String, String>> {
    if !has_table(conn, "migration_checksums")? {
        return Ok(BTreeMap::new());
    }
    let columns = (migration_checksums::version, migration_checksums::checksum);
    Ok(migration_checksums::table.select(columns).load::<(String, String)>(conn)?.into_iter().collect())
}

/// Notes with which text each migration was run, as far as that is not noted yet. A start that was killed before it noted its
/// migrations leaves that to the next one, which takes its own text for theirs.
fn note_checksums(conn: &mut Conn, engine: &Engine) -> diesel::QueryResult<()> {
    let (stored, applied) = (stored_checksums(conn)?, applied(conn)?);
    let missing = known(engine).into_iter().filter_map(|name| {
        let version = version_of(&name);
        let wanted = applied.contains(&version) && !stored.contains_key(&version);
        checksum(engine, &name).filter(|_| wanted).map(|checksum| (version, checksum))
    });
    let missing: Vec<_> = missing.collect();
    if missing.is_empty() {
        return Ok(());
    }
    conn.transaction(|conn| {
        for (version, checksum) in missing {
            diesel::sql_query(
                "INSERT INTO migration_checksums (version, checksum) VALUES ($1, $2) ON CONFLICT (version) DO NOTHING",
            )
            .bind::<diesel::sql_types::Text, _>(version)
            .bind::<diesel::sql_types::Text, _>(checksum)
            .execute(conn)?;
        }
        Ok(())
    })
}

/// Refuses a database that has migrations which this program does not know: rows may mean something else there.
///
/// # Errors
/// One line for the operator that names them.
fn refuse_newer(conn: &mut Conn, engine: &Engine) -> Result<(), String> {
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

/// True when no migration was ever run on the database, which exists: it is empty, or belongs to another program. Nothing is
/// written for it. A SQLite file that cannot be read counts as used: the next to open it says why it cannot be read.
///
/// # Errors
/// One line for the operator.
pub fn is_unused(engine: &Engine) -> Result<bool, String> {
    let mut conn = match engine {
        Engine::Postgres(_) => connect(engine)?,
        Engine::Sqlite(path) => {
            refuse_other_names(path)?;
            // SQLite deletes the write-ahead log of an empty file when it opens the file.
            if files::is_empty_file(path) {
                return Ok(true);
            }
            match sqlite_address(path).and_then(|address| SqliteConnection::establish(&address)) {
                Ok(conn) => Conn::Sqlite(conn),
                Err(_) => return Ok(false),
            }
        }
    };
    Ok(applied(&mut conn).is_ok_and(|applied| applied.is_empty()))
}

/// True when the database has a table of that name.
pub(crate) fn has_table(conn: &mut Conn, name: &str) -> diesel::QueryResult<bool> {
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
    known(engine).iter().map(|name| version_of(name)).collect()
}

/// `20261201000001` of `2026-12-01-000001_platform`.
fn version_of(name: &str) -> String {
    name.split('_').next().unwrap_or_default().replace('-', "")
}

/// Opens the database for the program's own start: the folder and the file are made when they are missing, and are closed to
/// others.
///
/// # Errors
/// One line for the operator.
pub fn connect(engine: &Engine) -> Result<Conn, String> {
    if let Engine::Sqlite(path) = engine {
        refuse_other_names(path)?;
        if let Some(folder) = path.parent() {
            files::make_folder(folder).map_err(|error| format!("the folder of the database cannot be made: {error}"))?;
        }
        engine.create()?;
        close_to_others(path);
    }
    // A fresh SQLite file is turned to write-ahead logging by whoever comes first, and that does not wait for its turn.
    let attempts = if matches!(engine, Engine::Sqlite(_)) { 50 } else { 1 };
    let begun = Instant::now();
    for _ in 1..attempts {
        match engine.connect() {
            Err(error) if failure::is_busy(&error) && begun.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(20)),
            done => return done.map_err(|error| failure::why(engine, &error)),
        }
    }
    engine.connect().map_err(|error| failure::why(engine, &error))
}

/// Takes the database's files from others, who could read them since an earlier version or a copy made them so.
fn close_to_others(database: &Path) {
    for ending in ["", "-wal", "-shm", ".lock"] {
        let path = files::beside(database, ending);
        match files::tighten(&path) {
            Ok(true) => tracing::warn!(file = %path.display(), "others could read this file; it is closed to them now"),
            Ok(false) => {}
            Err(complaint) => tracing::warn!("{complaint}"),
        }
    }
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if let Some(complaint) = database.parent().and_then(files::exposed) {
            tracing::warn!("the folder of the database: {complaint}");
        }
    });
}
