//! The command line: what the binary can be told to do.

mod admin;
mod demo;
mod health;
mod keys;
mod openapi;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::opening;
use crate::platform::clock::Clock;
use crate::platform::config::{
    DatabaseSettings, GivenKeys, KeySettings, LimitSettings, MessageSettings, PrintSettings, ServeSettings,
};
use crate::platform::db::instance::Instance;
use crate::platform::db::migrations;
use crate::platform::files;
use crate::platform::keys::KeyRing;

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
    /// Serve an invented, believable service with throwaway keys, and say what to try
    Demo(Box<demo::DemoCommand>),
    /// Bring the database to the present shape
    Migrate(MigrateCommand),
    /// Load the invented service into an empty database
    Seed(Box<demo::SeedCommand>),
    /// Print the OpenAPI document
    Openapi(openapi::OpenapiCommand),
    /// Look after administrators
    Admin(admin::AdminCommand),
    /// Print a fresh set of keys, or add new keys to a set
    Keys(keys::KeysCommand),
    /// Ask a running service how it is; exits 0 when it can serve
    Health(health::HealthCommand),
}

/// What serving needs to know.
#[derive(Debug, Clone, clap::Args)]
pub struct ServeCommand {
    #[command(flatten)]
    database: DatabaseSettings,
    #[command(flatten)]
    keys: KeySettings,
    #[command(flatten)]
    serve: ServeSettings,
    #[command(flatten)]
    messages: MessageSettings,
    #[command(flatten)]
    print: PrintSettings,
    #[command(flatten)]
    limits: LimitSettings,
}

#[derive(Debug, clap::Args)]
struct MigrateCommand {
    #[command(flatten)]
    database: DatabaseSettings,
    #[command(flatten)]
    keys: GivenKeys,
    /// Undo every migration instead: everything in the database is lost
    #[arg(long)]
    undo_all: bool,
}

/// Runs the command that the command line names. A failure is one clear line on standard error.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    // The contract's documents are meant for everybody; whatever else is written here is not.
    if !matches!(cli.command, Some(Command::Openapi(_))) {
        files::keep_to_owner();
    }
    let done = match cli.command {
        None => serve::run(&cli.serve),
        Some(Command::Serve(command)) => serve::run(&command),
        Some(Command::Demo(command)) => demo::run(&command),
        Some(Command::Migrate(command)) => migrate(&command),
        Some(Command::Seed(command)) => demo::seed(&command),
        Some(Command::Openapi(command)) => openapi::run(&command),
        Some(Command::Admin(command)) => admin::run(&command),
        Some(Command::Keys(command)) => keys::run(&command),
        Some(Command::Health(command)) => health::run(&command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            complain(&message);
            ExitCode::FAILURE
        }
    }
}

fn migrate(command: &MigrateCommand) -> Result<(), String> {
    let engine = &command.database.database;
    // Keys are not needed for this. Where they are given, wrong ones are found before anything has changed.
    if let Some(keys) = command.keys.load()? {
        warn_all(command.keys.warnings());
        opening::compare(engine, &keys)?;
    }
    let (verb, done) = match command.undo_all {
        true => {
            let _lock = Instance::take(engine, "migrate --undo-all")?;
            ("undone", migrations::revert_all(engine)?)
        }
        false => ("run", opening::migrate(engine, None)?),
    };
    say(&format!("{} migrations {verb} on {}", done.len(), engine.name()));
    Ok(())
}

/// The keys of a command that needs them, and the database opened with them.
fn open(database: &DatabaseSettings, settings: &KeySettings, held: Option<&Instance>) -> Result<KeyRing, String> {
    let keys = settings.load()?;
    warn_all(settings.warnings());
    opening::open(&database.database, &keys, held, Clock::system().now()).map_err(|complaint| match settings.are_made_up() {
        true => format!(
            "{complaint}. (In development without keys, a fresh set is made for each run. Make one to keep with `confide keys \
             --write FILE`, and give it by CONFIDE_KEYS_FILE)"
        ),
        false => complaint,
    })?;
    Ok(keys)
}

/// Warnings go to the log where there is one, else to standard error.
fn warn_all(warnings: Vec<String>) {
    for warning in warnings {
        if tracing::dispatcher::has_been_set() {
            tracing::warn!("{warning}");
        } else {
            complain(&format!("warning: {warning}"));
        }
    }
}

/// Says a line on standard output.
#[expect(clippy::print_stdout, reason = "the command line answers on standard output")]
fn say(line: &str) {
    println!("{line}");
}

/// Says a line on standard error.
#[expect(clippy::print_stderr, reason = "the command line complains on standard error")]
fn complain(line: &str) {
    eprintln!("confide: {line}");
}
