//! `confide demo` and `confide seed`: an invented, believable service to try things on.

use clap::Args;

use super::ServeCommand;
use crate::platform::config::{DatabaseSettings, KeySettings};

/// What the demo needs to know.
#[derive(Debug, Args)]
pub(super) struct DemoCommand {
    #[command(flatten)]
    serve: ServeCommand,
}

/// Where the invented service goes.
#[derive(Debug, Args)]
pub(super) struct SeedCommand {
    #[command(flatten)]
    database: DatabaseSettings,
    #[command(flatten)]
    keys: KeySettings,
}

pub(super) fn run(command: &DemoCommand) -> Result<(), String> {
    super::serve::run(&command.serve)
}

pub(super) fn seed(command: &SeedCommand) -> Result<(), String> {
    command.keys.load().map(|_| ()).and(Err(format!("there is no seed for {} yet", command.database.database.name())))
}
