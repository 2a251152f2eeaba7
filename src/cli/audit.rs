//! `confide audit verify`: verifies the chain of the audit trail. It only reads, also beside a running server.

use clap::{Args, Subcommand};

use super::output::{print_line, print_warnings};
use crate::platform::audit::{VerifiedChain, head, link, verify_next, waiting};
use crate::platform::config::{DatabaseSettings, KeySettings};
use crate::platform::db::{Conn, migrations};
use crate::platform::error::Error;
use crate::platform::seal::Sealer;
use crate::server::opening;

#[derive(Debug, Args)]
pub(super) struct AuditCommand {
    #[command(subcommand)]
    command: AuditAction,
}

#[derive(Debug, Subcommand)]
enum AuditAction {
    /// Verify the chain of the audit trail; exits 1 when it is broken
    Verify(Box<VerifyCommand>),
}

#[derive(Debug, Args)]
struct VerifyCommand {
    /// The end of the chain as the log had it, which must still be part of the chain
    #[arg(long, value_name = "NUMBER:HASH", value_parser = parse_head)]
    head: Option<LoggedHead>,
    #[command(flatten)]
    database: DatabaseSettings,
    #[command(flatten)]
    keys: KeySettings,
}

/// An end of the chain that the log had.
#[derive(Debug, Clone, PartialEq, Eq)]
struct LoggedHead {
    number: i64,
    hash: String,
}

fn parse_head(typed: &str) -> Result<LoggedHead, String> {
    let wrong = || "give the number and the hash of the log, as NUMBER:HASH".to_owned();
    let (number, hash) = typed.trim().split_once(':').ok_or_else(wrong)?;
    let number = number.parse().ok().filter(|number| *number > 0).ok_or_else(wrong)?;
    if hash.is_empty() {
        return Err(wrong());
    }
    Ok(LoggedHead { number, hash: hash.to_owned() })
}

impl AuditCommand {
    /// The database settings of the command.
    pub(super) fn database(&mut self) -> &mut DatabaseSettings {
        let AuditAction::Verify(command) = &mut self.command;
        &mut command.database
    }
}

pub(super) fn run(command: &AuditCommand) -> Result<(), String> {
    let AuditAction::Verify(command) = &command.command;
    let engine = &command.database.database;
    command.database.require_existing()?;
    let keys = command.keys.load()?;
    print_warnings(command.keys.warnings());
    opening::compare(engine, &keys)?;
    if !migrations::pending(engine)?.is_empty() {
        return Err("the database is older than this program: run `confide migrate` first".to_owned());
    }
    let mut conn = migrations::connect(engine)?;
    let sealer = Sealer::new(&keys);
    let verified = verify(&mut conn, &sealer)?;
    report(&mut conn, &verified).map_err(|error| failed(&error))?;
    match &command.head {
        Some(logged) => compare(&mut conn, logged),
        None => Ok(()),
    }
}

fn failed(error: &Error) -> String {
    format!("the audit trail cannot be read: {}", error.for_operator())
}

fn verify(conn: &mut Conn, sealer: &Sealer) -> Result<VerifiedChain, String> {
    let mut verified = VerifiedChain::default();
    loop {
        match verify_next(conn, sealer, &verified).map_err(|error| failed(&error))? {
            Ok(Some(next)) => verified = next,
            Ok(None) => return Ok(verified),
            Err(broken) => {
                let row = broken.id.map_or_else(|| "its row is missing".to_owned(), |id| format!("row {id} is in its place"));
                return Err(format!(
                    "the chain of the audit trail is broken at link {}: {row}; the {} links before it match",
                    broken.number,
                    broken.number - 1
                ));
            }
        }
    }
}

fn report(conn: &mut Conn, verified: &VerifiedChain) -> Result<(), Error> {
    print_line(&format!("the chain of the audit trail is intact: {} links", verified.number));
    match verified.keyed_from {
        Some(1) => {}
        Some(number) => print_line(&format!("links before {number} are from before the chain had a key")),
        None if verified.number > 0 => print_line("no link has a key: all are from before the chain had one"),
        None => {}
    }
    if let Some(head) = head(conn)? {
        print_line(&format!("the last link is {}:{} of {}", head.number, head.hash, head.at.get().to_rfc3339()));
    }
    let waiting = waiting(conn)?;
    if waiting > 0 {
        print_line(&format!("{waiting} newer rows are not part of the chain yet"));
    }
    Ok(())
}

/// Compares a link with the end of the chain that the log had.
fn compare(conn: &mut Conn, logged: &LoggedHead) -> Result<(), String> {
    match link(conn, logged.number).map_err(|error| failed(&error))? {
        Some(hash) if hash == logged.hash => {
            print_line(&format!("link {} is the one of the log", logged.number));
            Ok(())
        }
        Some(_) => Err(format!("link {} is not the one of the log: the chain was rewritten", logged.number)),
        None => Err(format!("link {} is missing: the end of the chain was removed", logged.number)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_a_number_and_a_hash() {
        assert_eq!(parse_head(" 12:ab_-C "), Ok(LoggedHead { number: 12, hash: "ab_-C".to_owned() }));
        for wrong in ["", "12", "12:", ":ab", "x:ab", "0:ab", "-1:ab"] {
            assert!(parse_head(wrong).is_err(), "{wrong:?}");
        }
    }
}
