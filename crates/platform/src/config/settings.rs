//! The settings. Each is a flag and an environment variable, has a default or is required, and appears in `--help`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use ipnet::IpNet;

use crate::address::{self, TrustedProxies};
use crate::db::{Engine, migrations};
use crate::files;
use crate::keys::KeyRing;

/// How strict the checks at start-up are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// Keys are required; logs are JSON.
    Production,
    /// Missing keys are generated for this run; logs are readable text.
    Development,
}

/// Whose names practitioners see in their access log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AccessLogNames {
    /// Clinicians who treat or treated them; of all others the role.
    Known,
    /// No one's: the role only.
    None,
}

/// Where the records are stored.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Database")]
pub struct DatabaseSettings {
    /// sqlite:PATH or postgres://USER@HOST/NAME
    #[arg(long, env = "DATABASE_URL", value_name = "ADDRESS", default_value = "sqlite:confide-data/confide.db", hide_env_values = true, value_parser = Engine::parse)]
    pub database: Engine,
    /// Connections to PostgreSQL, each a thread (SQLite always has one writer and two readers)
    #[arg(long, env = "CONFIDE_DATABASE_CONNECTIONS", value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=200))]
    pub database_connections: u16,
    /// Create the SQLite file when it is missing, and the tables in an empty database, even if --database or DATABASE_URL names
    /// it
    #[arg(long, env = "CONFIDE_CREATE_DATABASE")]
    pub create_database: bool,
    /// True when a flag or an environment variable names the database; the command line sets it.
    #[arg(skip)]
    pub is_named: bool,
}

impl DatabaseSettings {
    /// Refuses a named database that does not exist or has none of the program's tables: an operator who names a database expects
    /// its data, and a new empty one would hide that they are lost. `confide migrate` creates one.
    ///
    /// # Errors
    /// One line for the operator.
    pub fn require_existing(&self) -> Result<(), String> {
        if !self.is_named || self.create_database {
            return Ok(());
        }
        let named = match &self.database {
            Engine::Sqlite(path) if !path.exists() => {
                return Err(format!(
                    "the database file {} does not exist: restore it, or create a new one with `confide migrate` (or \
                     --create-database)",
                    path.display()
                ));
            }
            Engine::Sqlite(path) => format!("the database file {}", path.display()),
            Engine::Postgres(_) => "the PostgreSQL database named in the settings".to_owned(),
        };
        match migrations::is_unused(&self.database)? {
            false => Ok(()),
            true => Err(format!(
                "{named} does not contain the tables of this program: restore a backup, or create them with `confide migrate` \
                 (or --create-database)"
            )),
        }
    }
}

/// The keys that sign and seal.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Keys")]
pub struct KeySettings {
    /// How strict the checks at start-up are: production requires keys
    #[arg(long, env = "CONFIDE_MODE", value_enum, default_value_t = Mode::Production)]
    pub mode: Mode,
    /// True when a flag or an environment variable names the mode; the command line sets it.
    #[arg(skip)]
    pub mode_is_named: bool,
    /// The keys, as `confide keys` prints them
    #[arg(long, env = "CONFIDE_KEYS", value_name = "TEXT", hide_env_values = true)]
    pub keys: Option<String>,
    /// A file with the keys, as `confide keys` prints them
    #[arg(long, env = "CONFIDE_KEYS_FILE", value_name = "PATH", conflicts_with = "keys")]
    pub keys_file: Option<PathBuf>,
}

/// The settings of the server.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Serving")]
pub struct ServeSettings {
    /// The address to listen on
    #[arg(long, env = "CONFIDE_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// The address to serve /metrics on, separate from the API; not served when left out
    #[arg(long, env = "CONFIDE_METRICS_LISTEN", value_name = "ADDRESS:PORT")]
    pub metrics_listen: Option<SocketAddr>,
    /// Threads that answer requests; 0 is one per core
    #[arg(long, env = "CONFIDE_WORKERS", value_name = "N", default_value_t = 0)]
    pub workers: usize,
    /// The address of the companion app, for links in messages
    #[arg(long, env = "CONFIDE_APP_URL", value_name = "URL", default_value = "https://app.confide.invalid")]
    pub app_url: String,
    /// The address of a video room, with `{room}` in place of the room's name; used when a clinician has no link of their own.
    /// Defaults to a page of the app
    #[arg(long, env = "CONFIDE_VIDEO_URL", value_name = "URL", value_parser = video_url)]
    pub video_url: Option<String>,
    /// The name of the service in messages to practitioners who allow it
    #[arg(long, env = "CONFIDE_SERVICE_NAME", value_name = "NAME", default_value = "Confide")]
    pub service_name: String,
    /// Browser origins that may call the API; repeat or separate by commas; none by default
    #[arg(long, env = "CONFIDE_CORS_ORIGINS", value_name = "ORIGIN", value_delimiter = ',')]
    pub cors_origin: Vec<String>,
    /// Proxies whose X-Forwarded-For header is trusted, addresses or networks (10.0.0.0/8); none by default
    #[arg(long, env = "CONFIDE_TRUSTED_PROXIES", value_name = "NETWORK", value_delimiter = ',', value_parser = address::proxy)]
    pub trusted_proxy: Vec<IpNet>,
    /// Seconds a client has to send a request, and again to read the answer
    #[arg(long, env = "CONFIDE_CLIENT_SECONDS", value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=600))]
    pub client_seconds: u16,
    /// Open connections from one address (of IPv6: from one /64); trusted proxies are exempt; 0 is no limit
    #[arg(long, env = "CONFIDE_CONNECTIONS_PER_ADDRESS", value_name = "N", default_value_t = 512)]
    pub connections_per_address: u32,
    /// Seconds that running requests and messages have to finish after SIGTERM or SIGINT
    #[arg(long, env = "CONFIDE_DRAIN_SECONDS", value_name = "N", default_value_t = 20)]
    pub drain_seconds: u64,
}

/// How messages are sent.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Messages")]
pub struct MessageSettings {
    /// smtp://… or smtps://USER:PASSWORD@HOST:PORT; without it emails are written to the outbox folder
    #[arg(long, env = "CONFIDE_SMTP_URL", value_name = "URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Folder for messages without a mail server or text gateway; production requires it to be named, development and the demo
    /// use confide-data/outbox
    #[arg(long, env = "CONFIDE_OUTBOX_DIR", value_name = "PATH")]
    pub outbox_dir: Option<PathBuf>,
    /// Sender of emails; choose a neutral one
    #[arg(long, env = "CONFIDE_MAIL_FROM", value_name = "ADDRESS", default_value = "Appointments <no-reply@confide.invalid>")]
    pub mail_from: String,
    /// https://… of a text gateway with the API of GOV.UK Notify; without it texts are written to the outbox folder
    #[arg(long, env = "CONFIDE_SMS_URL", value_name = "URL", hide_env_values = true)]
    pub sms_url: Option<String>,
    /// The text gateway's API key
    #[arg(long, env = "CONFIDE_SMS_KEY", value_name = "TEXT", hide_env_values = true)]
    pub sms_key: Option<String>,
    /// A file with the text gateway's API key
    #[arg(long, env = "CONFIDE_SMS_KEY_FILE", value_name = "PATH", conflicts_with = "sms_key")]
    pub sms_key_file: Option<PathBuf>,
    /// The text gateway's template, which contains nothing but ((body))
    #[arg(long, env = "CONFIDE_SMS_TEMPLATE", value_name = "UUID", hide_env_values = true)]
    pub sms_template: Option<String>,
    /// Seconds after which another instance takes over the messages of an instance that has stopped
    #[arg(long, env = "CONFIDE_MESSAGE_LEASE_SECONDS", value_name = "N", default_value_t = 120, value_parser = clap::value_parser!(u16).range(2..=3600))]
    pub message_lease_seconds: u16,
    /// Messages that one instance sends at the same time by each carrier (email, text)
    #[arg(long, env = "CONFIDE_MESSAGES_AT_ONCE", value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub messages_at_once: u16,
}

/// Parses the address of video rooms.
fn video_url(text: &str) -> Result<String, String> {
    let text = text.trim();
    let is_address = text.starts_with("https://") && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    if is_address && text.matches("{room}").count() == 1 {
        Ok(text.to_owned())
    } else {
        Err("the address of video rooms must begin with https:// and contain {room} once".to_owned())
    }
}

/// Limits and lifetimes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Limits and lifetimes")]
pub struct LimitSettings {
    /// Requests per minute from one address; 0 is no limit
    #[arg(long, env = "CONFIDE_REQUESTS_PER_MINUTE", value_name = "N", default_value_t = 6000)]
    pub requests_per_minute: u32,
    /// Password attempts per minute for one account from one address; 0 is no limit
    #[arg(long, env = "CONFIDE_SIGN_IN_TRIES", value_name = "N", default_value_t = 10)]
    pub sign_in_tries_per_minute: u32,
    /// Checks of the code on a printed form per minute, from one address and of one code, and searches for staff by name. For each member
    /// of staff also look-ups of practitioners who have called, break-glass, and, counted together, searches for slots for a practitioner,
    /// changes of the lead clinician and of groups, and follow-ups given to another clinician; 0 is no limit
    #[arg(long, env = "CONFIDE_DOCUMENT_CHECKS_PER_MINUTE", value_name = "N", default_value_t = 20)]
    pub document_checks_per_minute: u32,
    /// Call back requests per minute, from one address and for one number; 0 is no limit
    #[arg(long, env = "CONFIDE_CONTACT_REQUESTS_PER_MINUTE", value_name = "N", default_value_t = 5)]
    pub contact_requests_per_minute: u32,
    /// Minutes that an access token is valid
    #[arg(long, env = "CONFIDE_ACCESS_TOKEN_MINUTES", value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=15))]
    pub access_token_minutes: u32,
    /// Days without use after which a session ends
    #[arg(long, env = "CONFIDE_SESSION_IDLE_DAYS", value_name = "N", default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=90))]
    pub session_idle_days: u32,
    /// Days after which a session ends in every case
    #[arg(long, env = "CONFIDE_SESSION_DAYS", value_name = "N", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=365))]
    pub session_days: u32,
    /// Days for which staff may read after the end: clinicians a record (and finish notes), others contacts, referrals and requests
    #[arg(long, env = "CONFIDE_READ_AFTER_CARE_DAYS", value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(0..=365))]
    pub read_after_care_days: u32,
    /// Days after which an entry in the directory of signposts counts as unchecked
    #[arg(long, env = "CONFIDE_SIGNPOST_CHECK_DAYS", value_name = "N", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub signpost_check_days: u32,
    /// Days after which the answers of a self-check are deleted that were not added to a record
    #[arg(long, env = "CONFIDE_SELF_CHECK_DAYS", value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=365))]
    pub self_check_days: u32,
    /// Days that an invitation to register is valid
    #[arg(long, env = "CONFIDE_INVITATION_DAYS", value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=30))]
    pub invitation_days: u32,
    /// Days after which the personal data of a contact are deleted
    #[arg(long, env = "CONFIDE_CONTACT_DAYS", value_name = "N", default_value_t = 365, value_parser = clap::value_parser!(u32).range(30..=3650))]
    pub contact_days: u32,
    /// The same for a contact in which life was in danger; not less than for others
    #[arg(long, env = "CONFIDE_EMERGENCY_CONTACT_DAYS", value_name = "N", default_value_t = 2192, value_parser = clap::value_parser!(u32).range(365..=7305))]
    pub emergency_contact_days: u32,
    /// Whose names practitioners see in their access log
    #[arg(long, env = "CONFIDE_ACCESS_LOG_NAMES", value_enum, default_value_t = AccessLogNames::Known)]
    pub access_log_names: AccessLogNames,
    /// Practitioners whose records a clinician uses in a day from which on it is flagged
    #[arg(long, env = "CONFIDE_FLAG_CLINICIAN_READS", value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub flag_clinician_reads: u32,
    /// The same for other staff
    #[arg(long, env = "CONFIDE_FLAG_STAFF_READS", value_name = "N", default_value_t = 150, value_parser = clap::value_parser!(u32).range(1..))]
    pub flag_staff_reads: u32,
    /// Practitioners that a member of staff sees in lists in a day from which on it is flagged
    #[arg(long, env = "CONFIDE_FLAG_LISTS", value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    pub flag_lists: u32,
    /// Refusals of a member of staff in a day from which on it is flagged
    #[arg(long, env = "CONFIDE_FLAG_REFUSALS", value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub flag_refusals: u32,
    /// Practitioners that a coordinator looks up in a day as callers, from which on it is flagged
    #[arg(long, env = "CONFIDE_FLAG_PHONE_LOOKUPS", value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..))]
    pub flag_phone_lookups: u32,
    /// Alerts that a coordinator raises in a day from contacts whose caller they recorded, from which on it is flagged
    #[arg(long, env = "CONFIDE_FLAG_CONTACT_ALERTS", value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub flag_contact_alerts: u32,
    /// Days without a change after which a referral to or from a hub is deleted
    #[arg(long, env = "CONFIDE_REFERRAL_DAYS", value_name = "N", default_value_t = 730, value_parser = clap::value_parser!(u32).range(90..=3650))]
    pub referral_days: u32,
    /// Passwords that are hashed at the same time; 0 is one per core
    #[arg(long, env = "CONFIDE_PASSWORD_HASHES", value_name = "N", default_value_t = 0)]
    pub password_hashes: usize,
}

impl ServeSettings {
    /// The trusted proxies.
    pub fn trusted_proxies(&self) -> TrustedProxies {
        TrustedProxies::new(self.trusted_proxy.clone())
    }

    /// See [`ServeSettings::client_seconds`].
    pub fn client_timeout(&self) -> Duration {
        Duration::from_secs(self.client_seconds.into())
    }
}

impl MessageSettings {
    /// The folder for messages that are not sent to a server.
    pub fn outbox(&self) -> PathBuf {
        self.outbox_dir.clone().unwrap_or_else(|| "confide-data/outbox".into())
    }
}

/// The name of the file in which the demo stores its keys.
pub const DEMO_KEYS: &str = "demo-keys";

impl KeySettings {
    /// The keys that these settings name, or new ones in development.
    ///
    /// # Errors
    /// One line for the operator.
    pub fn load(&self) -> Result<KeyRing, String> {
        let named = |path: &PathBuf| path.file_name().is_some_and(|name| name == DEMO_KEYS);
        match (read_keys(self.keys.as_deref(), self.keys_file.as_deref())?, self.mode) {
            (Some(keys), Mode::Production) if keys.is_demo() || self.keys_file.as_ref().is_some_and(named) => {
                Err("these are the keys of the demo, which production does not accept: create a set with `confide keys`"
                    .to_owned())
            }
            (Some(keys), _) => Ok(keys),
            (None, Mode::Development) => Ok(KeyRing::generate()),
            (None, Mode::Production) => {
                Err("signing and sealing keys are required: set CONFIDE_KEYS or CONFIDE_KEYS_FILE (`confide keys` creates a set)"
                    .to_owned())
            }
        }
    }

    /// True when no keys are given, so that [`KeySettings::load`] generates some for one run.
    pub fn are_generated(&self) -> bool {
        self.keys.is_none() && self.keys_file.is_none()
    }

    /// Warnings for the operator about the file that holds the keys.
    pub fn warnings(&self) -> Vec<String> {
        self.keys_file.as_deref().and_then(files::permission_warning).into_iter().collect()
    }
}

/// Keys for a command that works without them.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Keys")]
pub struct OptionalKeySettings {
    /// The keys; if given, they are compared with the keys of the database before anything is changed
    #[arg(long, env = "CONFIDE_KEYS", value_name = "TEXT", hide_env_values = true)]
    keys: Option<String>,
    /// A file with the keys
    #[arg(long, env = "CONFIDE_KEYS_FILE", value_name = "PATH", conflicts_with = "keys")]
    keys_file: Option<PathBuf>,
}

impl OptionalKeySettings {
    /// The keys, if any are given.
    ///
    /// # Errors
    /// One line for the operator.
    pub fn load(&self) -> Result<Option<KeyRing>, String> {
        read_keys(self.keys.as_deref(), self.keys_file.as_deref())
    }

    /// Warnings for the operator about the file that holds the keys.
    pub fn warnings(&self) -> Vec<String> {
        self.keys_file.as_deref().and_then(files::permission_warning).into_iter().collect()
    }
}

fn read_keys(text: Option<&str>, file: Option<&Path>) -> Result<Option<KeyRing>, String> {
    match (text, file) {
        (Some(text), _) => KeyRing::parse(text).map(Some),
        (None, Some(path)) => {
            let text = std::fs::read_to_string(path).map_err(|error| format!("the keys file cannot be read: {error}"))?;
            KeyRing::parse(&text).map(Some)
        }
        (None, None) => Ok(None),
    }
}
