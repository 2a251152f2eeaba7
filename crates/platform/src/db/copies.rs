//! Copies of a SQLite database: made while it is used, checked, and put back.
//!
//! Copying the file by itself is not enough: what was written last is in the write-ahead log beside it, and a log that stays
//! beside a file that it does not belong to destroys that file.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use super::conn::log_path;
use super::conn::{Conn, Engine, sqlite_address};
use super::instance::Instance;
use super::migrations::{is_unused, refuse_strange};
use super::outage::Outage;
use crate::clock::Clock;
use crate::files;
use crate::files::beside;
use crate::files::is_empty_file;
use crate::key_checks;
use crate::keys::KeyRing;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Writes a copy of the database into `file`, as it is at one moment, while others go on reading and writing. Keys that are given
/// must be those of the database.
///
/// # Errors
/// One line for the operator; then there is no such file.
pub fn backup(engine: &Engine, file: &Path, keys: Option<&KeyRing>) -> Result<(), String> {
    let Engine::Sqlite(database) = engine else {
        return Err("PostgreSQL has its own programs for this: pg_dump --format=custom --file=FILE \"$DATABASE_URL\"".to_owned());
    };
    if file.exists() {
        return Err(format!("{} is there already: a backup replaces nothing", file.display()));
    }
    if !database.exists() {
        return Err(format!("there is no database file {}", database.display()));
    }
    if is_unused(engine)? {
        return Err(format!("{} has no tables of this program: there is nothing to copy", database.display()));
    }
    let unfinished = beside(file, ".unfinished");
    let done = copy_into(engine, &unfinished, keys).and_then(|()| judge(&unfinished)).and_then(|()| {
        let kept = File::open(&unfinished).and_then(|file| file.sync_all()).and_then(|()| fs::rename(&unfinished, file));
        kept.and_then(|()| sync_folder(file)).map_err(|error| format!("{} cannot be kept: {error}", file.display()))
    });
    if done.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    done
}

fn copy_into(engine: &Engine, file: &Path, keys: Option<&KeyRing>) -> Result<(), String> {
    let mut conn = engine.connect().map_err(|error| Outage::of_connecting(&error).sentence().to_owned())?;
    compare(&mut conn, keys)?;
    let path = file.to_str().ok_or("the path of the backup is not UTF-8")?;
    // SQLite writes into an empty file; made here, nobody but its owner can read it.
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)
        .map_err(|error| format!("{path} cannot be made: {error}"))?;
    let sql = format!("VACUUM INTO '{}'", path.replace('\'', "''"));
    conn.batch_execute(&sql).map_err(|error| format!("the backup cannot be written: {error}"))
}

fn compare(conn: &mut Conn, keys: Option<&KeyRing>) -> Result<(), String> {
    keys.map_or(Ok(()), |keys| key_checks::compare(conn, keys))
}

/// What a restore has done.
#[derive(Debug)]
pub struct Restored {
    /// Where the file is that was there before.
    pub replaced: Option<PathBuf>,
}

/// Puts a copy of `file` in the place of the database, once the copy is found sound and fit to be served by this program with
/// the keys that are given. The file that was there is kept under another name. Nobody may have the database open meanwhile;
/// `file` is not changed.
///
/// # Errors
/// One line for the operator; then the database is as it was.
pub fn restore(engine: &Engine, file: &Path, keys: Option<&KeyRing>) -> Result<Restored, String> {
    let Engine::Sqlite(database) = engine else {
        return Err(
            "PostgreSQL has its own programs for this: pg_restore --clean --if-exists --dbname=\"$DATABASE_URL\" FILE".to_owned()
        );
    };
    let _lock = Instance::take(engine, "restore")?;
    // A symbolic link stays one: what it leads to is replaced.
    let database = database.canonicalize().unwrap_or_else(|_| database.clone());
    let coming = beside(&database, ".restoring");
    let sound = fetch(file, &coming).and_then(|()| judge(&coming)).and_then(|()| {
        let servable = open(&coming).and_then(|conn| fits(&mut Conn::Sqlite(conn), engine, keys));
        servable.map_err(|why| format!("{} is not restored: {why}", file.display()))
    });
    let done = sound.and_then(|()| is_let_go(&database)).and_then(|()| {
        let put = put_in_place(&database, &coming);
        put.map_err(|error| format!("{} cannot be put in place: {error}", database.display()))
    });
    if done.is_err() {
        remove_with_log(&coming);
    }
    done
}

/// Copies the file, and the log beside it when there is one, and makes one file of both.
fn fetch(file: &Path, copy: &Path) -> Result<(), String> {
    remove_with_log(copy);
    let unreadable = |error: std::io::Error| format!("{} cannot be copied: {error}", file.display());
    let copy_private = |from: &Path, to: &Path| -> std::io::Result<()> {
        let mut from = File::open(from)?;
        let mut to = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
        std::io::copy(&mut from, &mut to)?;
        to.sync_all()
    };
    if let Some(folder) = copy.parent() {
        files::make_folder(folder).map_err(unreadable)?;
    }
    copy_private(file, copy).map_err(unreadable)?;
    let log = log_path(file);
    if log.metadata().is_ok_and(|about| about.len() > 0) {
        copy_private(&log, &beside(copy, "-wal")).map_err(unreadable)?;
    }
    let mut conn = open(copy)?;
    let folded = sql_query("SELECT 'delete' AS line FROM sqlite_schema LIMIT 1").load::<Line>(&mut conn).map(drop);
    folded.and_then(|()| conn.batch_execute("PRAGMA journal_mode = DELETE")).map_err(|error| not_sound(file, &error.to_string()))
}

/// Makes sure that the file is a whole database of this program.
fn judge(file: &Path) -> Result<(), String> {
    let mut conn = open(file)?;
    let lines = sql_query("SELECT integrity_check AS line FROM pragma_integrity_check").load::<Line>(&mut conn);
    match lines {
        Ok(lines) if lines.iter().all(|line| line.line == "ok") && !lines.is_empty() => {}
        Ok(lines) => return Err(not_sound(file, lines.first().map_or("", |line| &line.line))),
        Err(error) => return Err(not_sound(file, &error.to_string())),
    }
    let ours = sql_query("SELECT version AS line FROM __diesel_schema_migrations LIMIT 1").load::<Line>(&mut conn);
    match ours {
        Ok(versions) if !versions.is_empty() => Ok(()),
        _ => Err(format!("{} is not a database of this program", file.display())),
    }
}

/// Refuses what a start would refuse.
fn fits(conn: &mut Conn, engine: &Engine, keys: Option<&KeyRing>) -> Result<(), String> {
    refuse_strange(conn, engine)?;
    compare(conn, keys)
}

fn not_sound(file: &Path, why: &str) -> String {
    format!("{} is not sound, so it is not used: {why}", file.display())
}

fn open(file: &Path) -> Result<SqliteConnection, String> {
    let unopened = |why: String| format!("{} cannot be opened: {why}", file.display());
    let address = sqlite_address(file).map_err(|error| unopened(error.to_string()))?;
    SqliteConnection::establish(&address).map_err(|error| unopened(error.to_string()))
}

/// Makes sure that nobody has the database open, and moves its log into it. A damaged file cannot be asked; it is let go.
fn is_let_go(database: &Path) -> Result<(), String> {
    // SQLite deletes the log of an empty file when it opens the file; that log may be of a lost database, and is kept.
    if !database.exists() || is_empty_file(database) {
        return Ok(());
    }
    let Ok(mut conn) = open(database) else { return Ok(()) };
    // Leaving write-ahead logging takes the whole file, which nobody else may hold then.
    match conn.batch_execute("PRAGMA busy_timeout = 500; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE; COMMIT;") {
        Err(error) if Outage::of(&error) == Some(Outage::Locked) => {
            Err(format!("{} is in use: stop the service, and whatever else has it open, first", database.display()))
        }
        _ => Ok(()),
    }
}

fn put_in_place(database: &Path, coming: &Path) -> std::io::Result<Restored> {
    let stamp = Clock::system().now().get().format("%Y%m%dT%H%M%SZ");
    let aside = reserve(&beside(database, &format!(".replaced-{stamp}")))?;
    let replaced = database.exists();
    if replaced {
        fs::rename(database, &aside).inspect_err(|_| drop(fs::remove_file(&aside)))?;
    }
    // A log that is left here would be taken for one of the restored file.
    let log = beside(database, "-wal");
    if log.exists() {
        fs::rename(&log, beside(&aside, "-wal"))?;
    }
    if !replaced {
        fs::remove_file(&aside)?;
    }
    let _ = fs::remove_file(beside(database, "-shm"));
    fs::rename(coming, database)?;
    sync_folder(database)?;
    Ok(Restored { replaced: replaced.then_some(aside) })
}

/// Makes an empty file of that name, or of the first one with a number after it that neither a file nor a log has: what is moved
/// there replaces nothing that an earlier restore has kept.
fn reserve(wanted: &Path) -> std::io::Result<PathBuf> {
    let mut path = wanted.to_owned();
    for number in 2_u64.. {
        if !beside(&path, "-wal").exists() {
            match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                made => return made.map(|_| path),
            }
        }
        path = beside(wanted, &format!("-{number}"));
    }
    Err(std::io::ErrorKind::AlreadyExists.into())
}

fn remove_with_log(path: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(beside(path, ending));
    }
}

fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
