//! The program itself: what it says, what it refuses to start with, how it stops, and what survives when it is killed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use confide::platform::keys::KeyRing;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::actors::PASSWORD;
use crate::support::mail_server::{MailServer, Mood};
use crate::support::ports::free_address;
use crate::support::program::{Answer, Running, ask, confide};

fn output(arguments: &[&str]) -> Output {
    confide(arguments).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// An installation of one's own: keys, a database file, a free port.
pub struct Installation {
    folder: TempDir,
    keys: String,
    pub address: SocketAddr,
}

impl Installation {
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let keys = text(&output(&["keys"]).stdout);
        let address = free_address();
        Self { folder, keys, address }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = confide(arguments);
        command
            .stdin(Stdio::null())
            .env("CONFIDE_KEYS", &self.keys)
            .env("DATABASE_URL", format!("sqlite:{}", self.path("confide.db")));
        command.env("CONFIDE_CREATE_DATABASE", "true");
        command
    }

    /// A running service; it is ready when this returns.
    fn serve(&self) -> Service {
        self.serve_with(&[])
    }

    /// The same with these settings.
    pub fn serve_with(&self, settings: &[(&str, &str)]) -> Service {
        self.run(self.command(&["serve"]).envs(settings.iter().copied()))
    }

    /// Runs a command that serves; it is ready when this returns.
    pub fn run(&self, command: &mut Command) -> Service {
        command
            .env("CONFIDE_LISTEN", self.address.to_string())
            .env("CONFIDE_OUTBOX_DIR", self.path("outbox"))
            .env("CONFIDE_SIGN_IN_TRIES", "0")
            .stderr(Stdio::piped());
        let child = Running::start(command);
        let service = Service { child, address: self.address };
        let begun = Instant::now();
        while !self.command(&["health"]).env("CONFIDE_LISTEN", self.address.to_string()).output().unwrap().status.success() {
            assert!(begun.elapsed() < Duration::from_secs(30), "the service does not come up");
            std::thread::sleep(Duration::from_millis(50));
        }
        service
    }

    fn administrator(&self) -> Output {
        let mut child = self
            .command(&["admin", "create", "--email", "avery@example.org", "--name", "Avery Admin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(format!("{PASSWORD}\n").as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }
}

pub struct Service {
    pub child: Running,
    pub address: SocketAddr,
}

impl Service {
    fn ask(&self, verb: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> Answer {
        ask(self.address, verb, path, token, body).unwrap()
    }

    fn token(&self) -> String {
        let answer = self.ask("POST", "/v1/sessions", None, Some(&json!({ "email": "avery@example.org", "password": PASSWORD })));
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    fn signal(&self, name: &str) {
        self.child.signal(name);
    }

    fn ended(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "the service does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Sends one request as these bytes and reads the answer to its end.
fn ask_in_bytes(address: SocketAddr, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    // The service may answer and close before all of it is sent.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = text(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{answer:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}

#[test]
fn a_header_that_is_no_text_is_answered_as_documented() {
    let place = Installation::new();
    let service = place.serve();
    let with = |name: &str, value: &[u8]| {
        let start = format!("GET /v1/hubs HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{name}: ");
        ask_in_bytes(service.address, &[start.as_bytes(), value, b"\r\n\r\n"].concat())
    };
    assert_eq!(with("x", b"x").status, 200);
    let names = ["accept", "content-type", "if-match", "if-none-match", "idempotency-key", "authorization", "content-encoding"];
    let others =
        ["x-forwarded-for", "accept-language", "accept-encoding", "origin", "range", "expect", "cookie", "user-agent", "x"];
    for name in names.into_iter().chain(others) {
        for value in [b"\x80".as_slice(), b"\xff", b"", &[b'a'; 8192]] {
            let answer = with(name, value);
            assert_eq!(answer.status, 200, "{name}: {value:?}: {}", answer.body);
        }
        for value in [b"\x7f".as_slice(), b"a\x01b", b"\0"] {
            let answer = with(name, value);
            assert_eq!((answer.status, &answer.json()["code"]), (400, &json!("bad_request")), "{name}: {value:?}");
            assert!(answer.head.contains("application/problem+json"), "{}", answer.head);
        }
    }
}

fn person(name: &str) -> Value {
    json!({ "email": format!("{name}@example.org"), "name": name, "role": "clinician" })
}

#[test]
fn the_help_names_every_setting_with_its_variable() {
    let help = text(&output(&["serve", "--help"]).stdout);
    for setting in [
        "DATABASE_URL",
        "CONFIDE_DATABASE_CONNECTIONS",
        "CONFIDE_MODE",
        "CONFIDE_KEYS",
        "CONFIDE_KEYS_FILE",
        "CONFIDE_LISTEN",
        "CONFIDE_METRICS_LISTEN",
        "CONFIDE_WORKERS",
        "CONFIDE_APP_URL",
        "CONFIDE_CORS_ORIGINS",
        "CONFIDE_TRUSTED_PROXIES",
        "CONFIDE_CLIENT_SECONDS",
        "CONFIDE_CONNECTIONS_PER_ADDRESS",
        "CONFIDE_DRAIN_SECONDS",
        "CONFIDE_SMTP_URL",
        "CONFIDE_OUTBOX_DIR",
        "CONFIDE_MAIL_FROM",
        "CONFIDE_SERVICE_NAME",
        "CONFIDE_SMS_URL",
        "CONFIDE_SMS_KEY",
        "CONFIDE_SMS_KEY_FILE",
        "CONFIDE_SMS_TEMPLATE",
        "CONFIDE_MESSAGE_LEASE_SECONDS",
        "CONFIDE_MESSAGES_AT_ONCE",
        "CONFIDE_REQUESTS_PER_MINUTE",
        "CONFIDE_SIGN_IN_TRIES",
        "CONFIDE_ACCESS_TOKEN_MINUTES",
        "CONFIDE_SESSION_IDLE_DAYS",
        "CONFIDE_SESSION_DAYS",
        "CONFIDE_PASSWORD_HASHES",
    ] {
        assert!(help.contains(&format!("[env: {setting}")), "{setting} is not in the help:\n{help}");
    }
    let source = std::fs::read_to_string("crates/platform/src/config/settings.rs").unwrap();
    let variables: Vec<_> = source.split("env = \"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(variables.len() > 20, "{variables:?}");
    for variable in variables {
        assert!(help.contains(variable), "{variable} is not in the help");
    }
}

#[test]
fn the_help_repeats_no_secret_of_the_environment() {
    let mut command = confide(&["--help"]);
    command
        .env("CONFIDE_KEYS", "hush-1")
        .env("DATABASE_URL", "postgres://confide:hush-2@db/confide")
        .env("CONFIDE_SMTP_URL", "smtp://u:hush-3@mail")
        .env("CONFIDE_SMS_URL", "https://hush-4.example.org")
        .env("CONFIDE_SMS_KEY", "hush-5")
        .env("CONFIDE_SMS_TEMPLATE", "hush-6");
    let help = command.output().unwrap();
    assert!(help.status.success() && !text(&help.stdout).contains("hush"));
}

#[test]
fn a_wrong_setting_stops_the_start_with_one_clear_line() {
    let place = Installation::new();
    let file = place.path("a-file");
    std::fs::write(&file, "x").unwrap();
    let beneath = format!("sqlite:{file}/confide.db");
    for (variable, value, says) in [
        ("CONFIDE_KEYS", "signing k1 c2hvcnQ=", "line 1 of the keys"),
        ("CONFIDE_KEYS", "", "CONFIDE_KEYS is set to nothing"),
        ("CONFIDE_APP_URL", " ", "CONFIDE_APP_URL is set to nothing"),
        ("CONFIDE_SESSION_DAYS", "10", "CONFIDE_SESSION_IDLE_DAYS"),
        ("CONFIDE_SMS_TEMPLATE", "hush", "CONFIDE_SMS_TEMPLATE"),
        ("DATABASE_URL", beneath.as_str(), "database"),
        (
            "DATABASE_URL",
            "postgres://nobody:hush@127.0.0.1:1/none",
            "the postgres database cannot be reached: nothing listens at 127.0.0.1, port 1",
        ),
        ("CONFIDE_SMTP_URL", "http://u:hush@mail", "mail server address"),
        ("CONFIDE_MAIL_FROM", "not an address", "sender address"),
        ("CONFIDE_SMS_URL", "https://hush.example.org", "CONFIDE_SMS_KEY"),
    ] {
        let mut command = place.command(&["serve"]);
        command.env("CONFIDE_LISTEN", "127.0.0.1:0").env("CONFIDE_OUTBOX_DIR", place.path("outbox")).env(variable, value);
        let stopped = command.env("RUST_LOG", "off").output().unwrap();
        let complaint = text(&stopped.stderr);
        assert!(!stopped.status.success(), "{variable}={value} is accepted");
        assert_eq!(complaint.trim_end().lines().count(), 1, "{variable}={value}: {complaint}");
        assert!(complaint.starts_with("confide: ") && complaint.contains(says) && !complaint.contains("hush"), "{complaint}");
    }
}

#[test]
fn a_setting_of_the_wrong_kind_is_named_and_nothing_starts() {
    for (flag, value) in [
        ("--listen", "everywhere"),
        ("--access-token-minutes", "16"),
        ("--access-token-minutes", "0"),
        ("--session-days", "9999"),
        ("--database", "mysql://root:hush@x/y"),
        ("--trusted-proxy", "a.proxy"),
        ("--database-connections", "0"),
        ("--mode", "lenient"),
        ("--no-such-setting", "x"),
    ] {
        let stopped = output(&["serve", flag, value]);
        let complaint = text(&stopped.stderr);
        assert_eq!(stopped.status.code(), Some(2), "{flag} {value}");
        assert!(complaint.starts_with("error: ") && complaint.contains(flag), "{complaint}");
    }
}

#[test]
fn production_does_not_start_without_keys() {
    let place = Installation::new();
    let mut command = confide(&["serve"]);
    command.env("DATABASE_URL", format!("sqlite:{}", place.path("confide.db"))).env("RUST_LOG", "off");
    let stopped = command.output().unwrap();
    assert!(!stopped.status.success() && text(&stopped.stderr).contains("CONFIDE_KEYS"), "{}", text(&stopped.stderr));
    assert!(!Path::new(&place.path("confide.db")).exists(), "nothing is made before the keys are there");
}

#[test]
fn keys_are_printed_as_they_are_read() {
    let (one, two) = (text(&output(&["keys"]).stdout), text(&output(&["keys"]).stdout));
    assert_eq!(KeyRing::parse(&one).unwrap().to_text(), one);
    assert_ne!(one, two);
}

#[test]
fn an_administrator_is_made_once_and_signs_in_over_the_wire() {
    let place = Installation::new();
    let made = place.administrator();
    assert!(made.status.success(), "{}", text(&made.stderr));
    let again = place.administrator();
    assert!(!again.status.success() && text(&again.stderr).starts_with("confide: "), "{}", text(&again.stderr));

    let service = place.serve();
    let token = service.token();
    let me = service.ask("GET", "/v1/me", Some(&token), None);
    assert_eq!((me.status, &me.json()["role"]), (200, &json!("administrator")));
    let head = service.ask("HEAD", "/v1/me", Some(&token), None);
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert!(!me.head.to_lowercase().contains("\nserver:"));
}

#[test]
fn health_tells_by_its_exit_code() {
    let place = Installation::new();
    let health = || place.command(&["health"]).env("CONFIDE_LISTEN", place.address.to_string()).output().unwrap();
    assert!(!health().status.success());
    let service = place.serve();
    assert!(health().status.success());
    drop(service);
    assert!(!health().status.success());
}

#[test]
fn told_to_stop_it_finishes_what_runs() {
    finishes_what_runs("-TERM");
}

#[test]
fn an_interrupt_from_the_keyboard_finishes_what_runs_too() {
    finishes_what_runs("-INT");
}

fn finishes_what_runs(signal: &str) {
    let place = Installation::new();
    assert!(place.administrator().status.success());
    let mut service = place.serve();
    let address = service.address;
    // Hashing takes a while, so these are under way when the signal comes.
    let running: Vec<_> = (0..4)
        .map(|_| {
            std::thread::spawn(move || {
                let form = json!({ "email": "avery@example.org", "password": PASSWORD });
                ask(address, "POST", "/v1/sessions", None, Some(&form)).map(|answer| answer.status)
            })
        })
        .collect();
    std::thread::sleep(Duration::from_millis(60));
    service.signal(signal);
    let statuses: Vec<_> = running.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(statuses, [Some(201); 4], "each request that had begun is answered");
    assert_eq!(service.ended().code(), Some(0));
    assert!(TcpStream::connect(address).is_err(), "and nobody is let in any more");
    let log: Vec<String> = BufReader::new(service.child.stderr.take().unwrap()).lines().map_while(Result::ok).collect();
    assert!(
        !log.is_empty() && log.iter().all(|line| serde_json::from_str::<Value>(line).is_ok()),
        "logs are JSON in production: {log:#?}"
    );
}

#[test]
fn a_mail_server_that_hangs_does_not_hold_up_the_end() {
    let place = Installation::new();
    assert!(place.administrator().status.success());
    let server = MailServer::start();
    server.is(Mood::Silent);
    let mut service = place.serve_with(&[("CONFIDE_SMTP_URL", server.url.as_str()), ("CONFIDE_DRAIN_SECONDS", "2")]);
    let token = service.token();
    for number in 0..6 {
        let invited = service.ask("POST", "/v1/staff", Some(&token), Some(&person(&format!("p-{number}"))));
        assert_eq!(invited.status, 201, "{}", invited.body);
    }
    std::thread::sleep(Duration::from_millis(1500));
    let told = Instant::now();
    service.signal("-TERM");
    assert_eq!(service.ended().code(), Some(0));
    assert!(told.elapsed() < Duration::from_secs(4), "{:?} with a drain of two seconds", told.elapsed());
    // The claims were handed back: the next start sends each at once, and once.
    server.is(Mood::Takes);
    let _service = place.serve_with(&[("CONFIDE_SMTP_URL", server.url.as_str())]);
    let begun = Instant::now();
    while server.received().len() < 6 {
        assert!(begun.elapsed() < Duration::from_secs(8), "only {} came", server.received().len());
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(server.counts().into_values().all(|count| count == 1));
}

#[test]
fn a_mail_server_that_is_away_shows_in_the_figures() {
    let place = Installation::new();
    assert!(place.administrator().status.success());
    // Nobody listens at the first.
    let (server, figures) = (format!("smtp://{}", free_address()), free_address());
    let figures_at = figures.to_string();
    let settings = [("CONFIDE_SMTP_URL", server.as_str()), ("CONFIDE_METRICS_LISTEN", figures_at.as_str())];
    let service = place.serve_with(&settings);
    let token = service.token();
    let invited = service.ask("POST", "/v1/staff", Some(&token), Some(&person("cleo")));
    assert_eq!(invited.status, 201, "{}", invited.body);
    let begun = Instant::now();
    let shown = loop {
        let shown = ask(figures, "GET", "/metrics", None, None).unwrap().body;
        if shown.contains("confide_messages_paused{carrier=\"email\"} 1") {
            break shown;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "e-mail is not paused: {shown}");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert!(shown.contains("confide_messages_paused{carrier=\"sms\"} 0"), "{shown}");
}

#[test]
fn told_to_stop_it_leaves_one_file_that_is_the_whole_database() {
    for signal in ["-TERM", "-INT"] {
        let place = Installation::new();
        assert!(place.administrator().status.success());
        let mut service = place.serve();
        let token = service.token();
        let made = service.ask("POST", "/v1/staff", Some(&token), Some(&person("late")));
        assert_eq!(made.status, 201);
        service.signal(signal);
        assert_eq!(service.ended().code(), Some(0), "{signal}");
        assert!(!Path::new(&place.path("confide.db-wal")).exists(), "{signal}: the log is left beside the file");
        let copy = Installation { keys: place.keys.clone(), ..Installation::new() };
        std::fs::copy(place.path("confide.db"), copy.path("confide.db")).unwrap();
        let service = copy.serve();
        let found = service.ask("GET", &format!("/v1/staff/{}", made.json()["id"].as_str().unwrap()), Some(&token), None);
        assert_eq!(found.status, 200, "{signal}: the file alone has lost a row");
    }
}

#[test]
fn a_database_that_the_settings_name_is_not_made_by_serving() {
    let place = Installation::new();
    for verb in [&["serve"][..], &["admin", "create", "--email", "a@example.org", "--name", "A"]] {
        let mut command = place.command(verb);
        command.env_remove("CONFIDE_CREATE_DATABASE").env("CONFIDE_LISTEN", "127.0.0.1:0").env("RUST_LOG", "off");
        command.env("CONFIDE_OUTBOX_DIR", place.path("outbox"));
        let stopped = command.output().unwrap();
        let complaint = text(&stopped.stderr);
        assert!(!stopped.status.success() && complaint.contains("there is no database file"), "{complaint}");
        assert_eq!(complaint.trim_end().lines().count(), 1, "{complaint}");
        assert!(!Path::new(&place.path("confide.db")).exists());
    }
    let mut migrate = place.command(&["migrate"]);
    assert!(migrate.env_remove("CONFIDE_CREATE_DATABASE").output().unwrap().status.success());
    assert!(!Path::new(&place.path("confide.db-wal")).exists());
    assert!(place.administrator().status.success());
}

#[test]
fn a_backup_is_made_while_it_serves_and_restored_when_it_has_stopped() {
    let place = Installation::new();
    assert!(place.administrator().status.success());
    let (copy, mut service) = (place.path("backup.db"), place.serve());
    let made = place.command(&["backup", &copy]).output().unwrap();
    assert!(made.status.success(), "{}", text(&made.stderr));
    let refused = place.command(&["restore", &copy]).output().unwrap();
    assert!(!refused.status.success() && text(&refused.stderr).contains("in use"), "{}", text(&refused.stderr));
    let token = service.token();
    assert_eq!(service.ask("GET", "/v1/me", Some(&token), None).status, 200);
    service.signal("-KILL");
    service.ended();
    let restored = place.command(&["restore", &copy]).output().unwrap();
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    let service = place.serve();
    assert_eq!(service.ask("GET", "/v1/me", Some(&token), None).status, 401, "that session came after the backup");
    service.token();
}

#[test]
fn what_was_acknowledged_is_there_after_a_kill() {
    let place = Installation::new();
    assert!(place.administrator().status.success());
    let mut acknowledged = Vec::new();
    for round in 0..3 {
        let mut service = place.serve();
        let (token, address) = (service.token(), service.address);
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let token = token.clone();
                std::thread::spawn(move || {
                    let mut ids = Vec::new();
                    for number in 0.. {
                        let form = person(&format!("p-{round}-{writer}-{number}"));
                        match ask(address, "POST", "/v1/staff", Some(&token), Some(&form)) {
                            Some(answer) if answer.status == 201 => ids.push(answer.json()["id"].as_str().unwrap().to_owned()),
                            _ => return ids,
                        }
                    }
                    ids
                })
            })
            .collect();
        std::thread::sleep(Duration::from_millis(400));
        service.signal("-KILL");
        service.ended();
        for writer in writers {
            acknowledged.extend(writer.join().unwrap());
        }
    }
    assert!(acknowledged.len() > 10, "only {} writes were acknowledged", acknowledged.len());
    let service = place.serve();
    let token = service.token();
    for id in acknowledged {
        let found = service.ask("GET", &format!("/v1/staff/{id}"), Some(&token), None);
        assert_eq!(found.status, 200, "{id} was acknowledged and is gone");
    }
}

#[test]
fn broken_requests_on_the_wire_harm_nobody() {
    let place = Installation::new();
    let mut service = place.serve();
    let (long, mut answered) = ("x".repeat(100_000), 0);
    for bytes in [
        "\r\n\r\n".to_owned(),
        "GET\r\n\r\n".to_owned(),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        format!("GET /{long} HTTP/1.1\r\nhost: x\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nhost: x\r\nx: {long}\r\n\r\n"),
        "GET / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n".to_owned(),
        "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n".to_owned(),
        "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nabcde".to_owned(),
        "\0\u{1}\u{2}".to_owned(),
        "GET /a b HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nhost : x\r\n\r\n".to_owned(),
        "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n".to_owned(),
        "OPTIONS /v1/me HTTP/1.1\r\nhost: x\r\norigin: https://evil.example.org\r\naccess-control-request-method: GET\r\n\r\n"
            .to_owned(),
    ] {
        let mut stream = TcpStream::connect(service.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        let _ = stream.write_all(bytes.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = text(&answer);
        let is_problem = answer.starts_with("HTTP/1.1 4") && answer.contains("application/problem+json");
        assert!(answer.is_empty() || is_problem, "{:.60}: {answer}", bytes);
        answered += usize::from(is_problem);
    }
    assert!(answered >= 10, "{answered}");
    assert_eq!(service.ask("GET", "/health/ready", None, None).status, 200);
    service.signal("-TERM");
    service.ended();
    let log: Vec<String> = BufReader::new(service.child.stderr.take().unwrap()).lines().map_while(Result::ok).collect();
    assert!(log.iter().any(|line| line.contains("stopped")), "{log:#?}");
    assert!(!log.iter().any(|line| line.contains("ERROR")), "what clients do wrong is no error of ours: {log:#?}");
}
