//! How every command with keys opens the database: only with the keys that it was made with, never when it is newer than the
//! program, and never reshaped beneath a running server.

use crate::people::accounts::queries as accounts;
use crate::platform::db::instance::Instance;
use crate::platform::db::{Conn, Engine, language, migrations};
use crate::platform::ids::UtcTime;
use crate::platform::key_checks;
use crate::platform::keys::KeyRing;
use crate::platform::seal::Sealer;

/// Brings the database to the present shape with these keys. A server passes the lock that it holds; a command without one
/// takes it for as long as there is something to change.
///
/// # Errors
/// One line for the operator. Nothing was written then.
pub fn open(engine: &Engine, keys: &KeyRing, held: Option<&Instance>, now: UtcTime) -> Result<(), String> {
    compare(engine, keys)?;
    migrate(engine, held)?;
    adopt(engine, keys, now)
}

/// Refuses keys that are not those of the database, and a database that is newer than the program.
///
/// # Errors
/// One line for the operator.
pub fn compare(engine: &Engine, keys: &KeyRing) -> Result<(), String> {
    // Where there is no file yet, there is nothing to compare, and none is made for it.
    if matches!(engine, Engine::Sqlite(path) if !path.exists()) {
        return Ok(());
    }
    let mut conn = migrations::connect(engine)?;
    migrations::refuse_strange(&mut conn, engine)?;
    key_checks::compare(&mut conn, keys)
}

/// Runs what has not been run yet, when no server is at work on the file, and returns the names of it.
///
/// # Errors
/// One line for the operator.
pub fn migrate(engine: &Engine, held: Option<&Instance>) -> Result<Vec<String>, String> {
    if migrations::pending(engine)?.is_empty() {
        return Ok(Vec::new());
    }
    let _lock = if held.is_none() { Some(Instance::take(engine, "migrate")?) } else { None };
    migrations::run(engine)
}

/// What about the database does not stop a start and hides troubles later, in sentences for the operator.
pub fn warnings(engine: &Engine) -> Vec<String> {
    if matches!(engine, Engine::Sqlite(_)) {
        return Vec::new();
    }
    let asked = migrations::connect(engine).and_then(|mut conn| {
        language::warning(&mut conn).map_err(|error| format!("in which language PostgreSQL's messages are is not known: {error}"))
    });
    asked.unwrap_or_else(Some).into_iter().collect()
}

/// Notes the keys that are in use. Where the database is older than the checks, the keys are tried on its rows first.
fn adopt(engine: &Engine, keys: &KeyRing, now: UtcTime) -> Result<(), String> {
    let mut conn = migrations::connect(engine)?;
    let broken = |error: diesel::result::Error| format!("the keys cannot be noted: {error}");
    let mut old = Vec::new();
    if key_checks::known(&mut conn).map_err(broken)?.is_none() {
        try_on_rows(&mut conn, keys)?;
        let all: Vec<u8> = (0..=u8::MAX).collect();
        let in_use = key_checks::sealed_columns(&mut conn, &all).map_err(broken)?;
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
    key_checks::note(&mut conn, keys, &old, now).map_err(broken)?;
    // Another instance with other keys may have been first by a moment.
    key_checks::compare(&mut conn, keys)
}

fn try_on_rows(conn: &mut Conn, keys: &KeyRing) -> Result<(), String> {
    let fit = accounts::try_keys(conn, &Sealer::new(keys))
        .map_err(|error| format!("the keys cannot be tried on the database: {error}"))?;
    let mut wrong: Vec<String> = fit.wrong_sealing.iter().map(|number| format!("sealing key {number}")).collect();
    if fit.wrong_index {
        wrong.insert(0, "the index key".to_owned());
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!(
        "these are not the keys of this database: nothing opens with {}. Give the keys it was made with",
        wrong.join(" and ")
    ))
}
