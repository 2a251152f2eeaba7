//! `confide backup` and `confide restore`: copies a SQLite database into one file, and back.

use std::path::PathBuf;

use clap::Args;

use super::lines::{say, warn_all};
use crate::platform::config::{DatabaseSettings, GivenKeys};
use crate::platform::db::copies;

/// The database and the file to write.
#[derive(Debug, Args)]
pub(super) struct BackupCommand {
    /// The file to write; it must not exist yet
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    database: DatabaseSettings,
    #[command(flatten)]
    keys: GivenKeys,
}

/// The file to restore and the database.
#[derive(Debug, Args)]
pub(super) struct RestoreCommand {
    /// The backup; it is checked first and not changed
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    database: DatabaseSettings,
    #[command(flatten)]
    keys: GivenKeys,
}

pub(super) fn backup(command: &BackupCommand) -> Result<(), String> {
    let keys = command.keys.load()?;
    warn_all(command.keys.warnings());
    copies::backup(&command.database.database, &command.file, keys.as_ref())?;
    say(&format!("the database was copied to {}, and the copy was checked", command.file.display()));
    Ok(())
}

pub(super) fn restore(command: &RestoreCommand) -> Result<(), String> {
    let keys = command.keys.load()?;
    warn_all(command.keys.warnings());
    let restored = copies::restore(&command.database.database, &command.file, keys.as_ref())?;
    if keys.is_none() {
        warn_all(vec![
            "no keys were given (CONFIDE_KEYS_FILE), so they were not compared with the keys of the backup: the next start \
             compares them"
                .to_owned(),
        ]);
    }
    say(&format!("the database was restored from {}", command.file.display()));
    if let Some(replaced) = restored.replaced {
        say(&format!("the previous database was moved to {}", replaced.display()));
    }
    Ok(())
}
