//! How every command with keys opens the database: only with the keys that the database was created with, never when it is newer
//! than the program, and never migrated while a server is running.

use crate::people::accounts::queries as accounts;
use crate::platform::db::instance::InstanceLock;
use crate::platform::db::{Conn, Engine, language, migrations};
use crate::platform::ids::UtcTime;
use crate::platform::key_checks;
use crate::platform::keys::KeyRing;
use crate::platform::seal::Sealer;

/// Migrates the database to the current schema with these keys. A server passes the lock that it holds; a command without one
/// takes it for as long as there is something to change.
///
/// # Errors
/// One line for the operator. Nothing was changed then.
pub fn open(engine: &Engine, keys: &KeyRing, held: Option<&InstanceLock>, now: UtcTime) -> Result<(), String> {
    compare(engine, keys)?;
    migrate(engine, held)?;
    record_keys(engine, keys, now)
}

/// Refuses keys that are not those of the database, and a database that is newer than the program.
///
/// # Errors
/// One line for the operator.
pub fn compare(engine: &Engine, keys: &KeyRing) -> Result<(), String> {
    // Without a file there is nothing to compare, and none is created for it.
    if matches!(engine, Engine::Sqlite(path) if !path.exists()) {
        return Ok(());
    }
    let mut conn = migrations::connect(engine)?;
    migrations::refuse_incompatible(&mut conn, engine)?;
    key_checks::compare(&mut conn, keys)
}

/// Runs the pending migrations, unless a server is running on the file, and returns their names.
///
/// # Errors
/// One line for the operator.
pub fn migrate(engine: &Engine, held: Option<&InstanceLock>) -> Result<Vec<String>, String> {
    if migrations::pending(engine)?.is_empty() {
        return Ok(Vec::new());
    }
    let _lock = if held.is_none() { Some(InstanceLock::take(engine, "migrate")?) } else { None };
    migrations::run(engine)
}

/// Warnings for the operator about the database: things that do not prevent a start and hide problems later.
pub fn warnings(engine: &Engine) -> Vec<String> {
    if matches!(engine, Engine::Sqlite(_)) {
        return Vec::new();
    }
    let warning = migrations::connect(engine).and_then(|mut conn| {
        language::warning(&mut conn)
            .map_err(|error| format!("the language of PostgreSQL's messages could not be determined: {error}"))
    });
    warning.unwrap_or_else(Some).into_iter().collect()
}

/// Records the keys that are in use. If the database is older than the recorded tags, the keys are first tried on its rows.
fn record_keys(engine: &Engine, keys: &KeyRing, now: UtcTime) -> Result<(), String> {
    let mut conn = migrations::connect(engine)?;
    let failed = |error: diesel::result::Error| format!("the keys cannot be recorded: {error}");
    let mut old = Vec::new();
    if key_checks::stored_keys(&mut conn).map_err(failed)?.is_none() {
        try_keys_on_rows(&mut conn, keys)?;
        let all: Vec<u8> = (0..=u8::MAX).collect();
        let in_use = key_checks::sealed_columns(&mut conn, &all).map_err(failed)?;
        for (number, columns) in in_use {
            if !keys.sealing.iter().any(|key| key.number == number) {
                return Err(format!(
                    "sealing key {number} is missing from the keys: values in {} are sealed with it",
                    columns.join(", ")
                ));
            }
            old.push(number);
        }
    }
    key_checks::record(&mut conn, keys, &old, now).map_err(failed)?;
    // Another instance with other keys may have been first.
    key_checks::compare(&mut conn, keys)
}

fn try_keys_on_rows(conn: &mut Conn, keys: &KeyRing) -> Result<(), String> {
    let fit = accounts::check_keys(conn, &Sealer::new(keys))
        .map_err(|error| format!("the keys cannot be tried on the database: {error}"))?;
    let mut wrong: Vec<String> = fit.wrong_sealing_keys.iter().map(|number| format!("sealing key {number}")).collect();
    if fit.wrong_index_key {
        wrong.insert(0, "the index key".to_owned());
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!(
        "these are not the keys of this database: no row can be read with {}. Give the keys that the database was created with",
        wrong.join(" and ")
    ))
}
