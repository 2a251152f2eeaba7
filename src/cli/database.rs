//! Opens the database of a command with its keys.

use super::output::print_warnings;
use crate::platform::clock::Clock;
use crate::platform::config::{DatabaseSettings, KeySettings};
use crate::platform::db::instance::InstanceLock;
use crate::platform::keys::KeyRing;
use crate::server::opening;

/// Loads the keys of a command and opens its database with them.
pub(super) fn open(database: &DatabaseSettings, settings: &KeySettings, held: Option<&InstanceLock>) -> Result<KeyRing, String> {
    database.require_existing()?;
    let keys = settings.load()?;
    print_warnings(settings.warnings());
    opening::open(&database.database, &keys, held, Clock::system().now()).map_err(|error| match settings.are_generated() {
        true => format!(
            "{error}. (In development without keys, new keys are generated for each run. Create a set to keep with `confide keys \
             --write FILE`, and set CONFIDE_KEYS_FILE to that file)"
        ),
        false => error,
    })?;
    print_warnings(opening::warnings(&database.database));
    Ok(keys)
}
