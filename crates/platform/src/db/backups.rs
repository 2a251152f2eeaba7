//! Copies of a SQLite database: created while it is in use, checked, and restored.
//!
//! Copying only the file is not enough: the last writes are in the write-ahead log next to it, and a log that does not belong to
//! the file next to it destroys that file.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use super::conn::log_path;
use super::conn::{Conn, Engine, sqlite_address};
use super::instance::InstanceLock;
use super::migrations::{is_unused, refuse_incompatible};
use super::outage::Outage;
use crate::clock::Clock;
use crate::files;
use crate::files::is_empty_file;
use crate::files::with_suffix;
use crate::key_checks;
use crate::keys::KeyRing;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Writes a copy of the database into `file`, as it is at one moment, while others continue to read and write. If keys are given,
/// they must be the keys of the database.
///
/// # Errors
/// One line for the operator; the file does not exist then.
pub fn backup(engine: &Engine, file: &Path, keys: Option<&KeyRing>) -> Result<(), String> {
    let Engine::Sqlite(database) = engine else {
        return Err("PostgreSQL has its own programs for this: pg_dump --format=custom --file=FILE \"$DATABASE_URL\"".to_owned());
    };
    if file.exists() {
        return Err(format!("{} exists already, and a backup never replaces a file: give another name", file.display()));
    }
    if !database.exists() {
        return Err(format!("the database file {} does not exist", database.display()));
    }
    if is_unused(engine)? {
        return Err(format!("{} does not contain the tables of this program, so there is nothing to copy", database.display()));
    }
    let unfinished = with_suffix(file, ".unfinished");
    let done = copy_into(engine, &unfinished, keys).and_then(|()| check_integrity(&unfinished)).and_then(|()| {
        let stored = File::open(&unfinished).and_then(|file| file.sync_all()).and_then(|()| fs::rename(&unfinished, file));
        stored.and_then(|()| sync_folder(file)).map_err(|error| format!("{} cannot be saved: {error}", file.display()))
    });
    if done.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    done
}

fn copy_into(engine: &Engine, file: &Path, keys: Option<&KeyRing>) -> Result<(), String> {
    let mut conn = engine.connect().map_err(|error| Outage::of_connecting(&error).sentence().to_owned())?;
    compare_keys(&mut conn, keys)?;
    let path = file.to_str().ok_or("the path of the backup is not UTF-8")?;
    // SQLite writes into an empty file; creating it here makes it readable only by its owner.
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)
        .map_err(|error| format!("{path} cannot be created: {error}"))?;
    let sql = format!("VACUUM INTO '{}'", path.replace('\'', "''"));
    conn.batch_execute(&sql).map_err(|error| format!("the backup cannot be written: {error}"))
}

fn compare_keys(conn: &mut Conn, keys: Option<&KeyRing>) -> Result<(), String> {
    keys.map_or(Ok(()), |keys| key_checks::compare(conn, keys))
}

/// The result of a restore.
#[derive(Debug)]
pub struct Restored {
    /// The new path of the file that was replaced, if there was one.
    pub replaced: Option<PathBuf>,
}

/// Puts a copy of `file` in the place of the database, after checking that the copy is intact and can be served by this program
/// with the given keys. The previous file is kept under another name. No other process may have the database open; `file` is not
/// changed.
///
/// # Errors
/// One line for the operator; the database is unchanged then.
pub fn restore(engine: &Engine, file: &Path, keys: Option<&KeyRing>) -> Result<Restored, String> {
    let Engine::Sqlite(database) = engine else {
        return Err(
            "PostgreSQL has its own programs for this: pg_restore --clean --if-exists --dbname=\"$DATABASE_URL\" FILE".to_owned()
        );
    };
    let _lock = InstanceLock::take(engine, "restore")?;
    // A symbolic link stays a link: the file it points to is replaced.
    let database = database.canonicalize().unwrap_or_else(|_| database.clone());
    let incoming = with_suffix(&database, ".restoring");
    let sound = copy_with_log(file, &incoming).and_then(|()| check_integrity(&incoming)).and_then(|()| {
        let servable = open(&incoming).and_then(|conn| check_servable(&mut Conn::Sqlite(conn), engine, keys));
        servable.map_err(|reason| format!("{} is not restored: {reason}", file.display()))
    });
    let done = sound.and_then(|()| ensure_not_in_use(&database)).and_then(|()| {
        let put = replace_database(&database, &incoming);
        put.map_err(|error| format!("{} cannot be put in place: {error}", database.display()))
    });
    if done.is_err() {
        remove_with_log(&incoming);
    }
    done
}

/// Copies the file and the log next to it, if there is one, and merges the log into the copy.
fn copy_with_log(file: &Path, copy: &Path) -> Result<(), String> {
    remove_with_log(copy);
    let unreadable = |error: std::io::Error| format!("{} cannot be copied: {error}", file.display());
    let copy_private = |from: &Path, to: &Path| -> std::io::Result<()> {
        let mut from = File::open(from)?;
        let mut to = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
        std::io::copy(&mut from, &mut to)?;
        to.sync_all()
    };
    if let Some(folder) = copy.parent() {
        files::create_folder(folder).map_err(unreadable)?;
    }
    copy_private(file, copy).map_err(unreadable)?;
    let log = log_path(file);
    if log.metadata().is_ok_and(|metadata| metadata.len() > 0) {
        copy_private(&log, &with_suffix(copy, "-wal")).map_err(unreadable)?;
    }
    let mut conn = open(copy)?;
    let folded = sql_query("SELECT 'delete' AS line FROM sqlite_schema LIMIT 1").load::<Line>(&mut conn).map(drop);
    folded.and_then(|()| conn.batch_execute("PRAGMA journal_mode = DELETE")).map_err(|error| damaged(file, &error.to_string()))
}

/// Checks that the file is an intact database of this program.
fn check_integrity(file: &Path) -> Result<(), String> {
    let mut conn = open(file)?;
    let lines = sql_query("SELECT integrity_check AS line FROM pragma_integrity_check").load::<Line>(&mut conn);
    match lines {
        Ok(lines) if lines.iter().all(|line| line.line == "ok") && !lines.is_empty() => {}
        Ok(lines) => return Err(damaged(file, lines.first().map_or("", |line| &line.line))),
        Err(error) => return Err(damaged(file, &error.to_string())),
    }
    let versions = sql_query("SELECT version AS line FROM __diesel_schema_migrations LIMIT 1").load::<Line>(&mut conn);
    match versions {
        Ok(versions) if !versions.is_empty() => Ok(()),
        _ => Err(format!("{} is not a database of this program", file.display())),
    }
}

/// Refuses what a start of the service would refuse.
fn check_servable(conn: &mut Conn, engine: &Engine, keys: Option<&KeyRing>) -> Result<(), String> {
    refuse_incompatible(conn, engine)?;
    compare_keys(conn, keys)
}

fn damaged(file: &Path, reason: &str) -> String {
    format!("{} is damaged and cannot be used: {reason}", file.display())
}

fn open(file: &Path) -> Result<SqliteConnection, String> {
    let unopened = |reason: String| format!("{} cannot be opened: {reason}", file.display());
    let address = sqlite_address(file).map_err(|error| unopened(error.to_string()))?;
    SqliteConnection::establish(&address).map_err(|error| unopened(error.to_string()))
}

/// Checks that no other process has the database open, and moves its log into it. A damaged file cannot be checked and is
/// accepted.
fn ensure_not_in_use(database: &Path) -> Result<(), String> {
    // SQLite deletes the log of an empty file when it opens the file; the log may belong to a lost database, so it is kept.
    if !database.exists() || is_empty_file(database) {
        return Ok(());
    }
    let Ok(mut conn) = open(database) else { return Ok(()) };
    // Leaving write-ahead logging locks the whole file, which fails while another process has it open.
    match conn.batch_execute("PRAGMA busy_timeout = 500; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE; COMMIT;") {
        Err(error) if Outage::of(&error) == Some(Outage::Locked) => Err(format!(
            "{} is in use: stop the service and every other program that has it open, then try again",
            database.display()
        )),
        _ => Ok(()),
    }
}

fn replace_database(database: &Path, incoming: &Path) -> std::io::Result<Restored> {
    let stamp = Clock::system().now().get().format("%Y%m%dT%H%M%SZ");
    let previous = reserve(&with_suffix(database, &format!(".replaced-{stamp}")))?;
    let replaced = database.exists();
    if replaced {
        fs::rename(database, &previous).inspect_err(|_| drop(fs::remove_file(&previous)))?;
    }
    // A log left here would be taken for the log of the restored file.
    let log = with_suffix(database, "-wal");
    if log.exists() {
        fs::rename(&log, with_suffix(&previous, "-wal"))?;
    }
    if !replaced {
        fs::remove_file(&previous)?;
    }
    let _ = fs::remove_file(with_suffix(database, "-shm"));
    fs::rename(incoming, database)?;
    sync_folder(database)?;
    Ok(Restored { replaced: replaced.then_some(previous) })
}

/// Creates an empty file of the wanted name, or of the first name with a number after it that neither a file nor a log uses, so
/// that a file moved there replaces nothing that an earlier restore has kept.
fn reserve(wanted: &Path) -> std::io::Result<PathBuf> {
    let mut path = wanted.to_owned();
    for number in 2_u64.. {
        if !with_suffix(&path, "-wal").exists() {
            match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                created => return created.map(|_| path),
            }
        }
        path = with_suffix(wanted, &format!("-{number}"));
    }
    Err(std::io::ErrorKind::AlreadyExists.into())
}

fn remove_with_log(path: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(with_suffix(path, ending));
    }
}

fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
