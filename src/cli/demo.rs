//! `confide demo` and `confide seed`: a service with invented data to try things on.

use std::path::PathBuf;

use clap::Args;

use super::database::open;
use super::health::reachable_address;
use super::output::{print_line, print_warnings};
use super::settings::ServeCommand;
use super::{serve, settings};
use crate::demo::{self, Loaded, PASSWORD, address};
use crate::platform::clock::Clock;
use crate::platform::config::{DEMO_KEYS, DatabaseSettings, KeySettings, Mode, Organisation, ReplyContact};
use crate::platform::db::instance::InstanceLock;
use crate::platform::db::{Db, Engine};
use crate::platform::files;
use crate::platform::ids::UtcTime;
use crate::platform::keys::KeyRing;
use crate::platform::telemetry;

/// The settings of the demo.
#[derive(Debug, Args)]
pub(super) struct DemoCommand {
    #[command(flatten)]
    serve: ServeCommand,
}

/// The database to load the demo data into.
#[derive(Debug, Args)]
pub(super) struct SeedCommand {
    #[command(flatten)]
    database: DatabaseSettings,
    #[command(flatten)]
    keys: KeySettings,
}

impl DemoCommand {
    /// The key settings.
    pub(super) fn keys(&mut self) -> &mut KeySettings {
        &mut self.serve.keys
    }
}

/// Serves the demo; a second start finds its data again. `unread` are warnings about unused variables.
pub(super) fn run(command: &DemoCommand, unread: Vec<String>) -> Result<(), String> {
    print_warnings(telemetry::start_logging(Mode::Development));
    let mut command = command.serve.clone();
    refuse_real_settings(&command.keys)?;
    command.keys.mode = Mode::Development;
    if command.print.organisation_name.is_none() {
        let invented = Organisation::for_demo();
        command.print.organisation_name = Some(invented.name);
        command.print.organisation_address = invented.address;
        let contact = ReplyContact::for_demo();
        command.print.organisation_phone = command.print.organisation_phone.or(contact.phone);
        command.print.organisation_email = command.print.organisation_email.or(contact.email);
    }
    print_warnings(unread);
    print_warnings(settings::check(&command)?);
    let engine = command.database.database.clone();
    let instance = InstanceLock::take(&engine, "demo")?;
    let mut created = None;
    if command.keys.are_generated() {
        let (path, is_new) = stored_keys(&engine)?;
        created = is_new.then(|| path.clone());
        command.keys.keys_file = Some(path);
    }
    let keys = open(&command.database, &command.keys, Some(&instance)).map_err(|error| match &created {
        None => error,
        Some(path) => {
            let _ = std::fs::remove_file(path);
            format!(
                "{error}. (The file {} was missing: start the demo in the folder in which it was first started)",
                path.display()
            )
        }
    })?;
    let loaded = load_if_empty(&engine, &keys)?;
    if loaded.is_none() && !keys.is_demo() && !demo::is_loaded(&engine)? {
        return Err("the database is not empty and does not contain the demo data: give the demo its own database \
                    (DATABASE_URL)"
            .to_owned());
    }
    serve::serve(&command, &keys, || {
        print_welcome(&command, loaded.as_ref());
        Ok(())
    })
}

/// Loads the demo data into an empty database.
pub(super) fn seed(command: &SeedCommand) -> Result<(), String> {
    let engine = &command.database.database;
    if command.keys.mode == Mode::Production {
        return Err("`confide seed` creates accounts with a published password, and the mode is production (CONFIDE_MODE): \
                    give --mode development, and a database that no real user will use"
            .to_owned());
    }
    command.keys.load()?;
    let instance = InstanceLock::take(engine, "seed")?;
    let keys = open(&command.database, &command.keys, Some(&instance))?;
    match load_if_empty(engine, &keys)? {
        Some(loaded) => {
            print_line(&format!(
                "{} hubs, {} clinicians, {} practitioners",
                loaded.hubs, loaded.clinicians, loaded.practitioners
            ));
            Ok(())
        }
        None => Err("the database is not empty: the demo data can only be loaded into an empty one".to_owned()),
    }
}

/// Refuses settings that look like those of a real service, because the demo accounts have a published password. Production is
/// the default mode, so keys are checked too.
fn refuse_real_settings(keys: &KeySettings) -> Result<(), String> {
    if keys.mode == Mode::Development {
        return Ok(());
    }
    if keys.mode_is_named {
        return Err(
            "`confide demo` creates accounts with a published password, and the mode is production (CONFIDE_MODE): leave \
                    that out, or give --mode development"
                .to_owned(),
        );
    }
    let mut keys = keys.clone();
    keys.mode = Mode::Development;
    if keys.are_generated() || keys.load()?.is_demo() {
        return Ok(());
    }
    Err("`confide demo` creates accounts with a published password, and the keys are not the demo's: leave out CONFIDE_KEYS and \
         CONFIDE_KEYS_FILE, or give --mode development, and a database that no real user uses"
        .to_owned())
}

fn load_if_empty(engine: &Engine, keys: &KeyRing) -> Result<Option<Loaded>, String> {
    actix_web::rt::System::new().block_on(async {
        let db = Db::start(engine, 1);
        let is_empty = demo::is_empty(&db).await;
        db.close(serve::CLOSE_TIMEOUT);
        if !is_empty? {
            return Ok(None);
        }
        demo::load(engine, keys, Clock::system().now()).await.map(Some)
    })
}

/// The file of the demo's keys, stored next to the data so that a second start can read it, and whether it was created just now.
fn stored_keys(engine: &Engine) -> Result<(PathBuf, bool), String> {
    let folder = match engine {
        Engine::Sqlite(path) => {
            path.parent().filter(|folder| !folder.as_os_str().is_empty()).map_or_else(|| ".".into(), PathBuf::from)
        }
        Engine::Postgres(_) => "confide-data".into(),
    };
    let path = folder.join(DEMO_KEYS);
    let is_new = !path.exists();
    if is_new {
        files::create_folder(&folder)
            .and_then(|()| files::write_new(&path, KeyRing::generate_for_demo().to_text().as_bytes()))
            .map_err(|error| format!("the keys of the demo cannot be saved: {error}"))?;
    }
    Ok((path, is_new))
}

fn print_welcome(command: &ServeCommand, loaded: Option<&Loaded>) {
    let base = format!("http://{}", reachable_address(command.serve.listen));
    match loaded {
        Some(loaded) => print_line(&format!(
            "Created a demo service: {} hubs, {} clinicians with clinics and twelve weeks of slots, {} practitioners.",
            loaded.hubs, loaded.clinicians, loaded.practitioners
        )),
        None => print_line("Found the demo service of an earlier start."),
    }
    let sign_ins = [
        ("practitioner, intake done", "Ada"),
        ("practitioner, in care", "Dee"),
        ("clinician", "Maya Ellison"),
        ("coordinator", "Cory Delacroix"),
        ("administrator", "Avery Stone"),
    ];
    print_line(&format!("\nAPI documentation: {base}/docs/     Messages: {}", command.messages.outbox().display()));
    print_line(&format!("The password of every account is: {PASSWORD}\n"));
    for (role, name) in sign_ins {
        print_line(&format!("  {role:27} {}", address(name)));
    }
    let now = Clock::system().now();
    let instant = |time: UtcTime| time.get().format("%FT%TZ").to_string();
    print_line(&format!(
        "\nTry:\n\
         curl -s '{base}/v1/eligibility?profession=doctor&setting=secondary_care&nation=england'\n\
         TOKEN=$(curl -s {base}/v1/sessions -H 'content-type: application/json' -d '{{\"email\":\"{}\",\"password\":\"{PASSWORD}\"}}' | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')\n\
         curl -s {base}/v1/clinicians?limit=3 -H \"authorization: Bearer $TOKEN\"\n\
         SLOT=$(curl -s \"{base}/v1/slots?kind=assessment&from={}&until={}&limit=1\" -H \"authorization: Bearer $TOKEN\" | sed 's/.*\"items\":\\[{{\"id\":\"\\([^\"]*\\)\".*/\\1/')\n\
         curl -s {base}/v1/appointments -H \"authorization: Bearer $TOKEN\" -H 'content-type: application/json' -d \"{{\\\"slot_id\\\":\\\"$SLOT\\\"}}\"\n",
        address("Ada"),
        // Formatted here, because the date command differs between systems. The search does not accept fractions of seconds here.
        instant(now),
        instant(now + chrono::TimeDelta::days(7)),
    ));
}
