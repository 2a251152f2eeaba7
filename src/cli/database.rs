//! The database of a command, opened with its keys.

use super::lines::warn_all;
use crate::platform::clock::Clock;
use crate::platform::config::{DatabaseSettings, KeySettings};
use crate::platform::db::instance::Instance;
use crate::platform::keys::KeyRing;
use crate::server::opening;

/// The keys of a command that needs them, and the database opened with them.
pub(super) fn open(database: &DatabaseSettings, settings: &KeySettings, held: Option<&Instance>) -> Result<KeyRing, String> {
    database.must_be_there()?;
    let keys = settings.load()?;
    warn_all(settings.warnings());
    opening::open(&database.database, &keys, held, Clock::system().now()).map_err(|complaint| match settings.are_made_up() {
        true => format!(
            "{complaint}. (In development without keys, a fresh set is made for each run. Make one to keep with `confide keys \
             --write FILE`, and give it by CONFIDE_KEYS_FILE)"
        ),
        false => complaint,
    })?;
    warn_all(opening::warnings(&database.database));
    Ok(keys)
}
