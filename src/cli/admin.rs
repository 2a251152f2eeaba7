//! `confide admin`: creates an administrator's account without an approval: the first, and the second who approves what the first
//! proposes. Access to the machine takes the place of the second person.

use std::io::BufRead;
use std::sync::Arc;

use clap::{Args, Subcommand};

use super::database::open;
use super::output::print_line;
use super::serve::CLOSE_TIMEOUT;
use crate::people::Role;
use crate::people::accounts::queries;
use crate::people::accounts::queries::NewAccount;
use crate::people::sign_in::passwords::{Cost, Passwords};
use crate::platform::Platform;
use crate::platform::audit::{self, Actor, Written};
use crate::platform::clock::Clock;
use crate::platform::config::{DatabaseSettings, KeySettings, Policy};
use crate::platform::db::Db;
use crate::platform::email;
use crate::platform::ids::Id;
use crate::platform::password::Password;
use crate::platform::seal::Sealer;
use crate::platform::text::printable::unprintable;
use crate::platform::text::{Lines, normalise_text};

#[derive(Debug, Args)]
pub(super) struct AdminCommand {
    #[command(subcommand)]
    command: AdminAction,
}

#[derive(Debug, Subcommand)]
enum AdminAction {
    /// Create an administrator's account; the password is read from standard input
    Create(Box<CreateCommand>),
}

#[derive(Debug, Args)]
struct CreateCommand {
    /// The address to sign in with
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// The person's name
    #[arg(long, value_name = "NAME", value_parser = parse_person_name)]
    name: String,
    #[command(flatten)]
    database: DatabaseSettings,
    #[command(flatten)]
    keys: KeySettings,
}

/// Parses a name of one line that can be stored and printed on forms.
fn parse_person_name(typed: &str) -> Result<String, String> {
    let name = normalise_text(typed, Lines::One).map_err(|unfit| unfit.to_string())?;
    match unprintable(&name) {
        _ if !(1..=100).contains(&name.chars().count()) => Err("a name has 1 to 100 characters".to_owned()),
        Some(character) => Err(format!("{character:?} cannot be printed on forms")),
        None => Ok(name),
    }
}

impl AdminCommand {
    /// The database settings of the command.
    pub(super) fn database(&mut self) -> &mut DatabaseSettings {
        let AdminAction::Create(command) = &mut self.command;
        &mut command.database
    }
}

pub(super) fn run(command: &AdminCommand) -> Result<(), String> {
    let AdminAction::Create(command) = &command.command;
    let engine = &command.database.database;
    let keys = open(&command.database, &command.keys, None)?;
    let mut password = String::new();
    std::io::stdin().lock().read_line(&mut password).map_err(|error| format!("the password cannot be read: {error}"))?;
    let password = Password::new(password.trim_end_matches(['\r', '\n'])).map_err(|too_long| too_long.to_string())?;
    let passwords = Passwords::new(Cost::Full, 1)?;
    let email: Arc<str> = command.email.trim().into();
    if !email::is_address(&email) {
        return Err("--email is not an email address".to_owned());
    }
    passwords
        .check_strength(&password, &[&email, &command.name], false, "password")
        .map_err(|error| error.fields().first().map_or_else(String::new, |field| field.detail.to_string()))?;
    let platform = Platform {
        db: Db::start(engine, 1),
        clock: Clock::system(),
        sealer: Sealer::new(&keys),
        policy: Arc::new(Policy::from_environment()?),
        written: Written::default(),
    };
    let (closing, name) = (platform.db.clone(), command.name.clone());
    let created = actix_web::rt::System::new().block_on(async move {
        let hash = passwords.hash(&password).await?;
        platform
            .write(move |tx| {
                let id = Id::new(tx.now);
                let new = NewAccount {
                    id,
                    role: Role::Administrator,
                    email: &email,
                    name: &name,
                    password_hash: Some(&hash),
                    email_verified_at: Some(tx.now),
                };
                queries::insert(tx, &new)?;
                audit::record(tx, Actor::SYSTEM, "staff.created", ("account", Some(id)))?;
                Ok(id)
            })
            .await
    });
    closing.close(CLOSE_TIMEOUT);
    let id = created.map_err(|error| error.for_operator())?;
    print_line(&format!("administrator {id} can sign in"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_shows_nothing_is_refused() {
        assert_eq!(parse_person_name(" Zoe\u{308} "), Ok("Zo\u{eb}".to_owned()));
        for wrong in ["", "  ", "\u{200b}\u{3164}", "a\nb", "a\u{1b}[31m", "Zoe \u{1f642}"] {
            assert!(parse_person_name(wrong).is_err(), "{wrong:?}");
        }
    }
}
