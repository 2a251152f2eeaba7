//! Starting the program: keys, database, settings. The real binary, on both engines.

mod audit;
mod databases;
mod demo;
mod files;
mod image;
mod keys;
mod settings;
mod unusable;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use confide::platform::db::Engine;
use confide::platform::keys::KeyRing;
use diesel::connection::SimpleConnection;
use tempfile::TempDir;

use crate::guards::query_lines;
use crate::support::actors::PASSWORD;
use crate::support::ports::free_address;
use crate::support::program::{Running, confide, send_request};
use crate::support::{Kind, cluster};

/// A new, empty database and its keys.
pub struct Installation {
    folder: TempDir,
    pub keys: String,
    pub url: String,
    database: Option<String>,
}

impl Drop for Installation {
    fn drop(&mut self) {
        if let Some(name) = &self.database {
            cluster::required().drop_database(name);
        }
    }
}

impl Installation {
    pub fn sqlite() -> Self {
        Self::on(Kind::Sqlite)
    }

    pub fn on(kind: Kind) -> Self {
        let (folder, keys) = (TempDir::new().unwrap(), KeyRing::generate().to_text());
        let (url, database) = match kind {
            Kind::Sqlite => (format!("sqlite:{}", folder.path().join("confide.db").display()), None),
            Kind::Postgres => {
                let name = cluster::required().create_database(None);
                (cluster::required().url(&name), Some(name))
            }
        };
        Self { folder, keys, url, database }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The binary with this installation's settings and none of the test's own environment.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = confide(arguments);
        command
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .env("DATABASE_URL", &self.url)
            .env("CONFIDE_LISTEN", "127.0.0.1:0")
            .env("CONFIDE_CREATE_DATABASE", "true")
            .env("CONFIDE_OUTBOX_DIR", self.path("outbox"))
            .env("RUST_LOG", "off");
        command
    }

    pub fn with_keys(&self, keys: &str, arguments: &[&str]) -> Command {
        let mut command = self.command(arguments);
        command.env("CONFIDE_KEYS", keys);
        command
    }

    /// Creates an administrator with these keys.
    pub fn creates_administrator(&self, keys: &str, name: &str) -> Output {
        let email = format!("{name}@example.org");
        finished(self.with_keys(keys, &["admin", "create", "--email", &email, "--name", name]))
    }

    /// Starts a server of this installation and returns when it is ready.
    fn serve(&self, keys: &str) -> Server {
        let address = free_address();
        let mut command = self.with_keys(keys, &["serve"]);
        command.env("CONFIDE_LISTEN", address.to_string()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut server = Server { child: Running::start(&mut command), address };
        let begun = Instant::now();
        while send_request(address, "GET", "/health/ready", None, None).is_none_or(|response| response.status != 200) {
            assert!(server.child.try_wait().unwrap().is_none(), "the server does not start");
            assert!(begun.elapsed() < Duration::from_secs(60), "the server does not come up");
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    fn sql(&self, sql: &str) {
        Engine::parse(&self.url).unwrap().connect().unwrap_or_else(|error| panic!("{error}")).batch_execute(sql).unwrap();
    }

    /// The rows that a refused start must not change.
    fn contents(&self) -> Vec<String> {
        let mut conn = Engine::parse(&self.url).unwrap().connect().unwrap_or_else(|error| panic!("{error}"));
        let sql = "SELECT 'account ' || email_index AS line FROM accounts UNION ALL \
                   SELECT 'key ' || kind || ' ' || key_id || ' ' || tag FROM key_checks UNION ALL \
                   SELECT 'migration ' || version FROM __diesel_schema_migrations ORDER BY 1";
        query_lines(&mut conn, sql)
    }
}

struct Server {
    child: Running,
    address: SocketAddr,
}

/// Runs a command to its end, with a password on its standard input.
pub fn finished(command: Command) -> Output {
    finished_with(command, PASSWORD)
}

/// The same with this password.
fn finished_with(mut command: Command, password: &str) -> Output {
    let mut child = command.spawn().unwrap();
    // A refused command may have closed its standard input.
    let _ = child.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes());
    child.wait_with_output().unwrap()
}

fn succeeded(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The single line with which a command was refused.
pub fn refused(output: &Output) -> String {
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "it starts");
    assert_eq!(complaint.trim_end().lines().count(), 1, "{complaint}");
    assert!(complaint.starts_with("confide: "), "{complaint}");
    complaint
}

/// Every command that opens the database.
const COMMANDS: [&[&str]; 5] = [
    &["serve"],
    &["seed", "--mode", "development"],
    &["demo", "--mode", "development"],
    &["migrate"],
    &["admin", "create", "--email", "other@example.org", "--name", "Other"],
];

/// The same command in a shell that runs another command first.
pub fn in_shell(first: &str, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{first}; exec \"$0\" \"$@\"")]).arg(command.get_program());
    with_arguments_of(shell, command)
}

/// Adds the arguments and settings of another command.
fn with_arguments_of(mut begun: Command, command: &Command) -> Command {
    begun.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => begun.env(name, value),
            None => begun.env_remove(name),
        };
    }
    begun.current_dir(command.get_current_dir().unwrap()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    begun
}
