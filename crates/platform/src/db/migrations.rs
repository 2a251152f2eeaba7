//! Migrates a database to the current schema, on either engine.

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
use super::instance::refuse_hard_links;
use crate::files;
use crate::schema::migration_checksums;

/// The migrations for SQLite.
pub const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
/// The migrations for PostgreSQL, with the same names.
pub const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// The SHA-256 of the text of each migration, as committed. `migrations/README.md` explains how it is calculated.
const CHECKSUMS: &str = include_str!("../../../../migrations/checksums.txt");

/// How long a start tries again while other processes open the same SQLite file.
const OPEN_TIMEOUT: Duration = Duration::from_secs(1);

/// An arbitrary number that all instances use.
const ADVISORY_LOCK: &str = "7270115";

/// Runs the pending migrations and returns their names. Safe to call from several instances at once.
///
/// # Errors
/// A sentence for the operator: the database cannot be reached, or a migration failed and was rolled back. SQLite also rolls back
/// the migrations before it; PostgreSQL keeps them.
pub fn run(engine: &Engine) -> Result<Vec<String>, String> {
    let mut conn = connect(engine)?;
    refuse_incompatible(&mut conn, engine)?;
    let done = match &mut conn {
        // The write lock is taken before the pending migrations are read, so that instances take turns; all of them run or none.
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
    // PostgreSQL keeps the migrations that ran before a failed one, so they are recorded in either case.
    let recorded = record_checksums(&mut conn, engine);
    let done = done.map_err(|error| format!("a migration failed: {error}"))?;
    recorded.map_err(|error| format!("the migrations could not be recorded: {error}"))?;
    Ok(done)
}

/// Reverts every migration, newest first, and returns their names. All data in the database are lost.
///
/// # Errors
/// A sentence for the operator, as for [`run`].
pub fn revert_all(engine: &Engine) -> Result<Vec<String>, String> {
    let mut conn = connect(engine)?;
    refuse_incompatible(&mut conn, engine)?;
    match &mut conn {
        Conn::Sqlite(inner) => inner.revert_all_migrations(SQLITE).map(names),
        Conn::Postgres(inner) => inner.revert_all_migrations(POSTGRES).map(names),
    }
    .map_err(|error| format!("a migration could not be reverted: {error}"))
}

/// The names of the migrations that this binary contains and the database has not run. Writes nothing.
///
/// # Errors
/// A sentence for the operator, as for [`run`].
pub fn pending(engine: &Engine) -> Result<Vec<String>, String> {
    let mut conn = connect(engine)?;
    refuse_incompatible(&mut conn, engine)?;
    // Diesel's own comparison creates its table, which a role that only serves may not do.
    let applied = applied(&mut conn).map_err(|error| format!("the migrations could not be compared: {error}"))?;
    Ok(known(engine).into_iter().filter(|name| !applied.contains(&version_of(name))).collect())
}

/// The names of the migrations in the binary for an engine, oldest first.
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

/// Refuses a database that is newer than the program, and one that was created with a different text of a migration.
///
/// # Errors
/// One line for the operator that names the migrations.
pub fn refuse_incompatible(conn: &mut Conn, engine: &Engine) -> Result<(), String> {
    refuse_newer(conn, engine)?;
    let stored = stored_checksums(conn).map_err(|error| format!("the migrations could not be compared: {error}"))?;
    let altered = known(engine).into_iter().find(|name| {
        let differs = |stored: &String| checksum(engine, name).is_some_and(|own| own != stored);
        stored.get(&version_of(name)).is_some_and(differs)
    });
    match altered {
        None => Ok(()),
        Some(name) => Err(format!(
            "the migration {name} of this database differs from the one in this program, so its tables may differ from what \
             the program expects. Start the version that created it"
        )),
    }
}

/// The checksum of a migration's text in this program.
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

/// Records the checksum of each migration that was run, unless it is recorded already. A start that was killed before it recorded
/// its migrations leaves that to the next one, which records its own text.
fn record_checksums(conn: &mut Conn, engine: &Engine) -> diesel::QueryResult<()> {
    let (stored, applied) = (stored_checksums(conn)?, applied(conn)?);
    let missing = known(engine).into_iter().filter_map(|name| {
        let version = version_of(&name);
        let is_missing = applied.contains(&version) && !stored.contains_key(&version);
        checksum(engine, &name).filter(|_| is_missing).map(|checksum| (version, checksum))
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

/// Refuses a database with migrations that this program does not contain: its rows may have another meaning.
///
/// # Errors
/// One line for the operator that names the newest of them.
fn refuse_newer(conn: &mut Conn, engine: &Engine) -> Result<(), String> {
    let unknown: Vec<String> = match applied(conn) {
        Ok(applied) => applied.into_iter().filter(|version| !versions(engine).contains(version)).collect(),
        Err(error) => return Err(format!("the migrations could not be compared: {error}")),
    };
    match unknown.as_slice() {
        [] => Ok(()),
        [.., newest] => Err(format!(
            "the database is newer than this program: it has {} migration{} that this version does not contain (the newest is \
             {newest}). Start the version that created it, or a later one",
            unknown.len(),
            if unknown.len() == 1 { "" } else { "s" },
        )),
    }
}

#[derive(diesel::QueryableByName)]
struct TextRow {
    #[diesel(sql_type = diesel::sql_types::Text)]
    word: String,
}

/// The versions that the database has run, oldest first. Writes nothing.
fn applied(conn: &mut Conn) -> diesel::QueryResult<Vec<String>> {
    if !has_table(conn, "__diesel_schema_migrations")? {
        return Ok(Vec::new());
    }
    let rows: Vec<TextRow> =
        diesel::sql_query("SELECT version AS word FROM __diesel_schema_migrations ORDER BY version").load(conn)?;
    Ok(rows.into_iter().map(|row| row.word).collect())
}

/// True when no migration was ever run on an existing database: it is empty, or belongs to another program. Writes nothing. A
/// SQLite file that cannot be read counts as used: the next step that opens it reports why it cannot be read.
///
/// # Errors
/// One line for the operator.
pub fn is_unused(engine: &Engine) -> Result<bool, String> {
    let mut conn = match engine {
        Engine::Postgres(_) => connect(engine)?,
        Engine::Sqlite(path) => {
            refuse_hard_links(path)?;
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
    let found: Vec<TextRow> = diesel::sql_query(sql).bind::<diesel::sql_types::Text, _>(name).load(conn)?;
    Ok(!found.is_empty())
}

/// The versions of the migrations in the binary for an engine: the digits of their names.
fn versions(engine: &Engine) -> Vec<String> {
    known(engine).iter().map(|name| version_of(name)).collect()
}

/// `20261201000001` for `2026-12-01-000001_platform`.
fn version_of(name: &str) -> String {
    name.split('_').next().unwrap_or_default().replace('-', "")
}

/// Opens the database when the program starts: the folder and the file are created when they are missing, and other users lose
/// access to them.
///
/// # Errors
/// One line for the operator.
pub fn connect(engine: &Engine) -> Result<Conn, String> {
    if let Engine::Sqlite(path) = engine {
        refuse_hard_links(path)?;
        if let Some(folder) = path.parent() {
            files::create_folder(folder).map_err(|error| format!("the folder of the database cannot be created: {error}"))?;
        }
        engine.create()?;
        restrict_permissions(path);
    }
    // The first process to open a new SQLite file switches it to write-ahead logging, and SQLite does not wait for that lock.
    let attempts = if matches!(engine, Engine::Sqlite(_)) { 50 } else { 1 };
    let started = Instant::now();
    for _ in 1..attempts {
        match engine.connect() {
            Err(error) if failure::is_busy(&error) && started.elapsed() < OPEN_TIMEOUT => {
                std::thread::sleep(Duration::from_millis(20))
            }
            done => return done.map_err(|error| failure::describe(engine, &error)),
        }
    }
    engine.connect().map_err(|error| failure::describe(engine, &error))
}

/// Removes other users' access to the database's files, which an earlier version or a copy may have left readable.
fn restrict_permissions(database: &Path) {
    for ending in ["", "-wal", "-shm", ".lock"] {
        let path = files::with_suffix(database, ending);
        match files::restrict_to_owner(&path) {
            Ok(true) => tracing::warn!(file = %path.display(), "other users could read this file; their access was removed"),
            Ok(false) => {}
            Err(warning) => tracing::warn!("{warning}"),
        }
    }
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if let Some(warning) = database.parent().and_then(files::permission_warning) {
            tracing::warn!("the folder of the database: {warning}");
        }
    });
}
