//! `confide audit verify`: verifies the chain of the audit trail. It only reads, also beside a running server.

use clap::{Args, Subcommand};

use super::output::{print_line, print_warnings};
use crate::platform::audit::{BrokenLink, Damage, VerifiedChain, head, link, verify_next, waiting};
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
            Err(broken) => return Err(describe(&broken)),
        }
    }
}

/// What is damaged, in words.
fn describe(broken: &BrokenLink) -> String {
    let number = broken.number;
    let row = broken.id.zip(broken.at).map(|(id, at)| format!("row {id} of {}", at.get().to_rfc3339()));
    let next = row.as_ref().map_or_else(|| "no row follows".to_owned(), |row| format!("the next one is {row}"));
    let row = row.unwrap_or_else(|| "a row".to_owned());
    let what = match broken.damage {
        Damage::MissingRow => format!("the chain of the audit trail is broken at link {number}: its row is missing, and {next}"),
        Damage::AlteredRow => format!(
            "the chain of the audit trail is broken at link {number}: {row} does not match its link. The row, the link or what comes before \
             was altered"
        ),
        Damage::UnlinkedRow => format!(
            "the audit trail is damaged outside the chain: {row} has no link, or a part of one, and the service did not write it as it is"
        ),
        Damage::RemovedRow => format!("the audit trail is damaged: {row} is gone"),
    };
    format!("{what}; the {} links before it match", number - 1)
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
    use crate::platform::ids::{Id, UtcTime};

    #[test]
    fn damage_is_described_with_its_kind_its_row_and_its_time() {
        let (id, at) = (Id(uuid::Uuid::from_u128(7)), UtcTime::from(chrono::DateTime::UNIX_EPOCH));
        let broken = |damage, id: Option<Id>| BrokenLink { damage, number: 3, id, at: id.map(|_| at) };
        for (damage, id, expected) in [
            (Damage::MissingRow, None, "broken at link 3: its row is missing, and no row follows"),
            (
                Damage::MissingRow,
                Some(id),
                "its row is missing, and the next one is row 00000000-0000-0000-0000-000000000007 of 1970",
            ),
            (
                Damage::AlteredRow,
                Some(id),
                "broken at link 3: row 00000000-0000-0000-0000-000000000007 of 1970-01-01T00:00:00+00:00 does",
            ),
            (Damage::UnlinkedRow, Some(id), "outside the chain: row 00000000-0000-0000-0000-000000000007 of 1970"),
        ] {
            let text = describe(&broken(damage, id));
            assert!(text.contains(expected) && text.ends_with("; the 2 links before it match"), "{text}");
        }
    }

    #[test]
    fn a_head_is_a_number_and_a_hash() {
        assert_eq!(parse_head(" 12:ab_-C "), Ok(LoggedHead { number: 12, hash: "ab_-C".to_owned() }));
        for wrong in ["", "12", "12:", ":ab", "x:ab", "0:ab", "-1:ab"] {
            assert!(parse_head(wrong).is_err(), "{wrong:?}");
        }
    }
}
