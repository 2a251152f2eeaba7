//! The command line: the commands of the binary.

mod admin;
mod audit;
mod backup;
mod database;
mod demo;
mod health;
mod keys;
mod openapi;
mod output;
mod serve;
mod settings;

use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::platform::config::{DatabaseSettings, OptionalKeySettings};
use crate::platform::db::instance::InstanceLock;
use crate::platform::db::migrations;
use crate::platform::files;
use crate::server::opening;
use output::{print_error, print_line, print_warnings};
use settings::ServeCommand;

/// Booking and care back end of a confidential mental-health service.
#[derive(Debug, Parser)]
#[command(name = "confide", version, about, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeCommand,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve (the default)
    Serve(Box<ServeCommand>),
    /// Serve a service with invented data and generated keys, and print what to try
    Demo(Box<demo::DemoCommand>),
    /// Migrate the database to the current schema
    Migrate(MigrateCommand),
    /// Load the demo data into an empty database, in development only
    Seed(Box<demo::SeedCommand>),
    /// Print the OpenAPI document
    Openapi(openapi::OpenapiCommand),
    /// Manage administrators
    Admin(admin::AdminCommand),
    /// Verify the audit trail
    Audit(audit::AuditCommand),
    /// Copy a SQLite database into a file while it is in use
    Backup(backup::BackupCommand),
    /// Restore a copy in place of a SQLite database that is not in use
    Restore(backup::RestoreCommand),
    /// Print a new set of keys, or add new keys to a set
    Keys(keys::KeysCommand),
    /// Check a running service; exits 0 when it is ready
    Health(health::HealthCommand),
}

#[derive(Debug, clap::Args)]
struct MigrateCommand {
    #[command(flatten)]
    database: DatabaseSettings,
    #[command(flatten)]
    keys: OptionalKeySettings,
    /// Revert every migration instead: all data in the database are lost
    #[arg(long)]
    undo_all: bool,
}

impl Cli {
    /// Records what a flag or an environment variable names, where a command must distinguish that from a default.
    fn record_named_settings(&mut self, matches: &ArgMatches) {
        let mut matches = matches;
        while let Some((_, inner)) = matches.subcommand() {
            matches = inner;
        }
        let is_named = |setting: &str| {
            let known = matches.try_contains_id(setting).unwrap_or(false);
            known && matches.value_source(setting).is_some_and(|source| source != ValueSource::DefaultValue)
        };
        let (database, mode) = (is_named("database"), is_named("mode"));
        match &mut self.command {
            None => self.serve.database.is_named = database,
            Some(Command::Serve(command)) => command.database.is_named = database,
            Some(Command::Admin(command)) => command.database().is_named = database,
            Some(Command::Audit(command)) => command.database().is_named = database,
            Some(Command::Demo(command)) => command.keys().mode_is_named = mode,
            _ => {}
        }
    }
}

/// Runs the command of the command line. A failure is one clear line on standard error.
pub fn main() -> ExitCode {
    if let Some(message) = settings::first_empty_variable(variables()) {
        print_error(&message);
        return ExitCode::FAILURE;
    }
    let matches = Cli::command().get_matches();
    let mut cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    cli.record_named_settings(&matches);
    if !matches!(cli.command, None | Some(Command::Serve(_) | Command::Demo(_) | Command::Health(_) | Command::Openapi(_))) {
        print_warnings(unused_variables());
    }
    // The documents of the contract are public; all other files that are written here are not.
    if !matches!(cli.command, Some(Command::Openapi(_))) {
        files::restrict_new_files_to_owner();
    }
    let done = match cli.command {
        None => serve::run(&cli.serve, unused_variables()),
        Some(Command::Serve(command)) => serve::run(&command, unused_variables()),
        Some(Command::Demo(command)) => demo::run(&command, unused_variables()),
        Some(Command::Migrate(command)) => migrate(&command),
        Some(Command::Seed(command)) => demo::seed(&command),
        Some(Command::Openapi(command)) => openapi::run(&command),
        Some(Command::Admin(command)) => admin::run(&command),
        Some(Command::Audit(command)) => audit::run(&command),
        Some(Command::Backup(command)) => backup::backup(&command),
        Some(Command::Restore(command)) => backup::restore(&command),
        Some(Command::Keys(command)) => keys::run(&command),
        Some(Command::Health(command)) => health::run(&command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            print_error(&message);
            ExitCode::FAILURE
        }
    }
}

fn migrate(command: &MigrateCommand) -> Result<(), String> {
    let engine = &command.database.database;
    // Keys are not needed for migrations. If they are given, wrong keys are detected before anything is changed.
    if let Some(keys) = command.keys.load()? {
        print_warnings(command.keys.warnings());
        opening::compare(engine, &keys)?;
    }
    let (verb, done) = match command.undo_all {
        true => {
            let _lock = InstanceLock::take(engine, "migrate --undo-all")?;
            ("reverted", migrations::revert_all(engine)?)
        }
        false => ("run", opening::migrate(engine, None)?),
    };
    print_line(&format!("{} migrations {verb} on {}", done.len(), engine.name()));
    print_warnings(opening::warnings(engine));
    Ok(())
}

/// Warnings about environment variables that are not used.
fn unused_variables() -> Vec<String> {
    settings::unused_variables(&Cli::command(), variables().map(|(name, _)| name))
}

/// The environment variables that are valid text.
fn variables() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}
