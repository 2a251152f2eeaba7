//! `confide backup` and `confide restore`: copies a SQLite database into one file, and back.

use std::path::PathBuf;

use clap::Args;

use super::output::{print_line, print_warnings};
use crate::platform::config::{DatabaseSettings, OptionalKeySettings};
use crate::platform::db::backups;

/// The database and the file to write.
#[derive(Debug, Args)]
pub(super) struct BackupCommand {
    /// The file to write; it must not exist yet
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    database: DatabaseSettings,
    #[command(flatten)]
    keys: OptionalKeySettings,
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
    keys: OptionalKeySettings,
}

pub(super) fn backup(command: &BackupCommand) -> Result<(), String> {
    let keys = command.keys.load()?;
    print_warnings(command.keys.warnings());
    backups::backup(&command.database.database, &command.file, keys.as_ref())?;
    print_line(&format!("the database was copied to {}, and the copy was checked", command.file.display()));
    Ok(())
}

pub(super) fn restore(command: &RestoreCommand) -> Result<(), String> {
    let keys = command.keys.load()?;
    print_warnings(command.keys.warnings());
    let restored = backups::restore(&command.database.database, &command.file, keys.as_ref())?;
    if keys.is_none() {
        print_warnings(vec![
            "no keys were given (CONFIDE_KEYS_FILE), so they were not compared with the keys of the backup: the next start \
             compares them"
                .to_owned(),
        ]);
    }
    print_line(&format!("the database was restored from {}", command.file.display()));
    if let Some(replaced) = restored.replaced {
        print_line(&format!("the previous database was moved to {}", replaced.display()));
    }
    Ok(())
}
