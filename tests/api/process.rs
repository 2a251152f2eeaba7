//! The program as a process: its output, the settings it refuses, how it stops, and what survives a kill.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use confide::platform::keys::KeyRing;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::actors::PASSWORD;
use crate::support::mail_server::{Behaviour, MailServer};
use crate::support::ports::free_address;
use crate::support::program::{RawResponse, Running, confide, send_request};

fn output(arguments: &[&str]) -> Output {
    confide(arguments).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// An installation for one test: keys, a database file, a free port.
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

    /// Starts the service and waits until it is ready.
    fn serve(&self) -> Service {
        self.start_with(&[])
    }

    /// Starts the service with these settings and waits until it is ready.
    pub fn start_with(&self, settings: &[(&str, &str)]) -> Service {
        self.run(self.command(&["serve"]).envs(settings.iter().copied()))
    }

    /// Runs a command that starts the service, and waits until it is ready.
    pub fn run(&self, command: &mut Command) -> Service {
        command
            .env("CONFIDE_LISTEN", self.address.to_string())
            .env("CONFIDE_OUTBOX_DIR", self.path("outbox"))
            .env("CONFIDE_SIGN_IN_TRIES", "0")
            .stderr(Stdio::piped());
        let child = Running::start(command);
        let service = Service { child, address: self.address };
        let start = Instant::now();
        while !self.command(&["health"]).env("CONFIDE_LISTEN", self.address.to_string()).output().unwrap().status.success() {
            assert!(start.elapsed() < Duration::from_secs(30), "the service does not become ready");
            std::thread::sleep(Duration::from_millis(50));
        }
        service
    }

    fn administrator(&self) -> Output {
        self.administrator_named("Avery Admin", "avery@example.org")
    }

    /// Creates an administrator; an operator can do so at any time.
    fn administrator_named(&self, name: &str, email: &str) -> Output {
        let mut child = self
            .command(&["admin", "create", "--email", email, "--name", name])
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
    fn ask(&self, verb: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> RawResponse {
        send_request(self.address, verb, path, token, body).unwrap()
    }

    fn token(&self) -> String {
        self.token_of("avery@example.org")
    }

    /// One administrator creates a staff account and another approves it, so that an email is queued.
    fn invite(&self, token: &str, second: &str, name: &str) {
        let created = self.ask("POST", "/v1/staff", Some(token), Some(&person(name)));
        assert_eq!(created.status, 201, "{}", created.body);
        let change = created.json()["pending_change"]["id"].as_str().unwrap().to_owned();
        let approved = self.ask("POST", &format!("/v1/staff-changes/{change}/approve"), Some(second), None);
        assert_eq!(approved.status, 200, "{}", approved.body);
    }

    fn token_of(&self, email: &str) -> String {
        let response = self.ask("POST", "/v1/sessions", None, Some(&json!({ "email": email, "password": PASSWORD })));
        assert_eq!(response.status, 201, "{}", response.body);
        response.json()["access_token"].as_str().unwrap().to_owned()
    }

    fn signal(&self, name: &str) {
        self.child.signal(name);
    }

    fn wait_for_exit(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "the service does not exit");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Sends these bytes as a request and reads the response to its end.
fn send_bytes(address: SocketAddr, request: &[u8]) -> RawResponse {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    // The service may answer and close before all of it is sent.
    let _ = stream.write_all(request);
    let mut response = Vec::new();
    let _ = stream.read_to_end(&mut response);
    let response = text(&response);
    let (head, body) = response.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{response:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    RawResponse { status, head: head.to_owned(), body: body.to_owned() }
}

#[test]
fn header_of_any_bytes_is_answered_as_documented() {
    let place = Installation::new();
    let service = place.serve();
    let with = |name: &str, value: &[u8]| {
        let start = format!("GET /v1/hubs HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{name}: ");
        send_bytes(service.address, &[start.as_bytes(), value, b"\r\n\r\n"].concat())
    };
    assert_eq!(with("x", b"x").status, 200);
    let names = ["accept", "content-type", "if-match", "if-none-match", "idempotency-key", "authorization", "content-encoding"];
    let others =
        ["x-forwarded-for", "accept-language", "accept-encoding", "origin", "range", "expect", "cookie", "user-agent", "x"];
    for name in names.into_iter().chain(others) {
        for value in [b"\x80".as_slice(), b"\xff", b"", &[b'a'; 8192]] {
            let response = with(name, value);
            assert_eq!(response.status, 200, "{name}: {value:?}: {}", response.body);
        }
        for value in [b"\x7f".as_slice(), b"a\x01b", b"\0"] {
            let response = with(name, value);
            assert_eq!((response.status, &response.json()["code"]), (400, &json!("bad_request")), "{name}: {value:?}");
            assert!(response.head.contains("application/problem+json"), "{}", response.head);
        }
    }
}

fn person(name: &str) -> Value {
    json!({ "email": format!("{name}@example.org"), "name": format!("{name} Marsh"), "role": "clinician", "reason": "Joins the team." })
}

#[test]
fn help_names_every_setting_with_its_variable() {
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
fn help_shows_no_secret_from_the_environment() {
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
fn wrong_setting_stops_the_start_with_one_clear_line() {
    let place = Installation::new();
    let file = place.path("a-file");
    std::fs::write(&file, "x").unwrap();
    let inside_a_file = format!("sqlite:{file}/confide.db");
    for (variable, value, expected) in [
        ("CONFIDE_KEYS", "signing k1 c2hvcnQ=", "line 1 of the keys"),
        ("CONFIDE_KEYS", "", "CONFIDE_KEYS is set to an empty value"),
        ("CONFIDE_APP_URL", " ", "CONFIDE_APP_URL is set to an empty value"),
        ("CONFIDE_SESSION_DAYS", "10", "CONFIDE_SESSION_IDLE_DAYS"),
        ("CONFIDE_SMS_TEMPLATE", "hush", "CONFIDE_SMS_TEMPLATE"),
        ("DATABASE_URL", inside_a_file.as_str(), "database"),
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
        assert!(complaint.starts_with("confide: ") && complaint.contains(expected) && !complaint.contains("hush"), "{complaint}");
    }
}

#[test]
fn malformed_setting_is_named_and_stops_the_start() {
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
    assert!(!Path::new(&place.path("confide.db")).exists(), "no database is created without keys");
}

#[test]
fn printed_keys_can_be_read_back() {
    let (one, two) = (text(&output(&["keys"]).stdout), text(&output(&["keys"]).stdout));
    assert_eq!(KeyRing::parse(&one).unwrap().to_text(), one);
    assert_ne!(one, two);
}

#[test]
fn administrator_is_created_once_and_signs_in_over_http() {
    let place = Installation::new();
    let created = place.administrator();
    assert!(created.status.success(), "{}", text(&created.stderr));
    let repeated = place.administrator();
    assert!(!repeated.status.success() && text(&repeated.stderr).starts_with("confide: "), "{}", text(&repeated.stderr));

    let service = place.serve();
    let token = service.token();
    let me = service.ask("GET", "/v1/me", Some(&token), None);
    assert_eq!((me.status, &me.json()["role"]), (200, &json!("administrator")));
    let head = service.ask("HEAD", "/v1/me", Some(&token), None);
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert!(!me.head.to_lowercase().contains("\nserver:"));
}

#[test]
fn health_command_reports_by_exit_code() {
    let place = Installation::new();
    let health = || place.command(&["health"]).env("CONFIDE_LISTEN", place.address.to_string()).output().unwrap();
    assert!(!health().status.success());
    let service = place.serve();
    assert!(health().status.success());
    drop(service);
    assert!(!health().status.success());
}

#[test]
fn sigterm_finishes_running_requests() {
    finishes_running_requests("-TERM");
}

#[test]
fn sigint_finishes_running_requests() {
    finishes_running_requests("-INT");
}

fn finishes_running_requests(signal: &str) {
    let place = Installation::new();
    assert!(place.administrator().status.success());
    let mut service = place.serve();
    let address = service.address;
    // Hashing takes a while, so these are running when the signal arrives.
    let running: Vec<_> = (0..4)
        .map(|_| {
            std::thread::spawn(move || {
                let form = json!({ "email": "avery@example.org", "password": PASSWORD });
                send_request(address, "POST", "/v1/sessions", None, Some(&form)).map(|response| response.status)
            })
        })
        .collect();
    std::thread::sleep(Duration::from_millis(60));
    service.signal(signal);
    let statuses: Vec<_> = running.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(statuses, [Some(201); 4], "each running request is answered");
    assert_eq!(service.wait_for_exit().code(), Some(0));
    assert!(TcpStream::connect(address).is_err(), "and no new connection is accepted");
    let log: Vec<String> = BufReader::new(service.child.stderr.take().unwrap()).lines().map_while(Result::ok).collect();
    assert!(
        !log.is_empty() && log.iter().all(|line| serde_json::from_str::<Value>(line).is_ok()),
        "logs are JSON in production: {log:#?}"
    );
}

#[test]
fn missing_contact_details_of_the_organisation_are_named_in_the_log() {
    let place = Installation::new();
    let mut service = place.start_with(&[
        ("CONFIDE_ORGANISATION_NAME", "Northgate Clinic"),
        ("CONFIDE_ORGANISATION_ADDRESS", "12 Mill Lane;Exampleton"),
        ("CONFIDE_ORGANISATION_EMAIL", "replies@northgate.example"),
    ]);
    service.signal("-TERM");
    service.wait_for_exit();
    let log: Vec<String> = BufReader::new(service.child.stderr.take().unwrap()).lines().map_while(Result::ok).collect();
    for (name, expected) in [("NAME", false), ("ADDRESS", false), ("EMAIL", false), ("PHONE", true), ("CHECK_URL", true)] {
        let warning = format!("CONFIDE_ORGANISATION_{name} is not set");
        let is_named = log.iter().any(|line| line.contains("WARN") && line.contains(&warning));
        assert_eq!(is_named, expected, "{name}: {log:#?}");
    }
    let values = ["Northgate", "Mill Lane", "northgate.example"];
    assert!(!log.iter().any(|line| values.iter().any(|value| line.contains(value))), "{log:#?}");
}

#[test]
fn hanging_mail_server_does_not_delay_shutdown() {
    let place = Installation::new();
    assert!(place.administrator().status.success());
    assert!(place.administrator_named("Sasha Second", "sasha@example.org").status.success());
    let server = MailServer::start();
    server.behaves(Behaviour::Silent);
    let mut service = place.start_with(&[("CONFIDE_SMTP_URL", server.url.as_str()), ("CONFIDE_DRAIN_SECONDS", "2")]);
    let (token, second) = (service.token(), service.token_of("sasha@example.org"));
    for number in 0..6 {
        service.invite(&token, &second, &format!("p-{number}"));
    }
    std::thread::sleep(Duration::from_millis(1500));
    let signalled = Instant::now();
    service.signal("-TERM");
    assert_eq!(service.wait_for_exit().code(), Some(0));
    assert!(signalled.elapsed() < Duration::from_secs(4), "{:?} with a drain of two seconds", signalled.elapsed());
    // The claims were released: after the next start each message is sent at once, and once.
    server.behaves(Behaviour::Accepts);
    let _service = place.start_with(&[("CONFIDE_SMTP_URL", server.url.as_str())]);
    let start = Instant::now();
    while server.received().len() < 6 {
        assert!(start.elapsed() < Duration::from_secs(8), "only {} messages arrived", server.received().len());
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(server.received_counts().into_values().all(|count| count == 1));
}

#[test]
fn unreachable_mail_server_shows_in_the_metrics() {
    let place = Installation::new();
    assert!(place.administrator().status.success());
    assert!(place.administrator_named("Sasha Second", "sasha@example.org").status.success());
    // Nothing listens at the address of the mail server.
    let (server, metrics) = (format!("smtp://{}", free_address()), free_address());
    let metrics_address = metrics.to_string();
    let settings = [("CONFIDE_SMTP_URL", server.as_str()), ("CONFIDE_METRICS_LISTEN", metrics_address.as_str())];
    let service = place.start_with(&settings);
    let (token, second) = (service.token(), service.token_of("sasha@example.org"));
    service.invite(&token, &second, "cleo");
    let start = Instant::now();
    let text = loop {
        let text = send_request(metrics, "GET", "/metrics", None, None).unwrap().body;
        if text.contains("confide_messages_paused{carrier=\"email\"} 1") {
            break text;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "email is not paused: {text}");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert!(text.contains("confide_messages_paused{carrier=\"sms\"} 0"), "{text}");
}

#[test]
fn shutdown_leaves_the_whole_database_in_one_file() {
    for signal in ["-TERM", "-INT"] {
        let place = Installation::new();
        assert!(place.administrator().status.success());
        let mut service = place.serve();
        let token = service.token();
        let created = service.ask("POST", "/v1/staff", Some(&token), Some(&person("late")));
        assert_eq!(created.status, 201);
        service.signal(signal);
        assert_eq!(service.wait_for_exit().code(), Some(0), "{signal}");
        assert!(!Path::new(&place.path("confide.db-wal")).exists(), "{signal}: the write-ahead log is left");
        let copy = Installation { keys: place.keys.clone(), ..Installation::new() };
        std::fs::copy(place.path("confide.db"), copy.path("confide.db")).unwrap();
        let service = copy.serve();
        let found = service.ask("GET", &format!("/v1/staff/{}", created.json()["id"].as_str().unwrap()), Some(&token), None);
        assert_eq!(found.status, 200, "{signal}: a row is missing in the copied file");
    }
}

#[test]
fn serving_does_not_create_the_database_file() {
    let place = Installation::new();
    for verb in [&["serve"][..], &["admin", "create", "--email", "a@example.org", "--name", "A"]] {
        let mut command = place.command(verb);
        command.env_remove("CONFIDE_CREATE_DATABASE").env("CONFIDE_LISTEN", "127.0.0.1:0").env("RUST_LOG", "off");
        command.env("CONFIDE_OUTBOX_DIR", place.path("outbox"));
        let stopped = command.output().unwrap();
        let complaint = text(&stopped.stderr);
        assert!(!stopped.status.success() && complaint.contains("does not exist: restore it"), "{complaint}");
        assert_eq!(complaint.trim_end().lines().count(), 1, "{complaint}");
        assert!(!Path::new(&place.path("confide.db")).exists());
    }
    let mut migrate = place.command(&["migrate"]);
    assert!(migrate.env_remove("CONFIDE_CREATE_DATABASE").output().unwrap().status.success());
    assert!(!Path::new(&place.path("confide.db-wal")).exists());
    assert!(place.administrator().status.success());
}

#[test]
fn backup_runs_while_serving_and_restore_needs_a_stopped_service() {
    let place = Installation::new();
    assert!(place.administrator().status.success());
    let (copy, mut service) = (place.path("backup.db"), place.serve());
    let backup = place.command(&["backup", &copy]).output().unwrap();
    assert!(backup.status.success(), "{}", text(&backup.stderr));
    let refused = place.command(&["restore", &copy]).output().unwrap();
    assert!(!refused.status.success() && text(&refused.stderr).contains("in use"), "{}", text(&refused.stderr));
    let token = service.token();
    assert_eq!(service.ask("GET", "/v1/me", Some(&token), None).status, 200);
    service.signal("-KILL");
    service.wait_for_exit();
    let restored = place.command(&["restore", &copy]).output().unwrap();
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    let service = place.serve();
    assert_eq!(service.ask("GET", "/v1/me", Some(&token), None).status, 401, "that session started after the backup");
    service.token();
}

#[test]
fn acknowledged_writes_survive_a_kill() {
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
                        match send_request(address, "POST", "/v1/staff", Some(&token), Some(&form)) {
                            Some(response) if response.status == 201 => {
                                ids.push(response.json()["id"].as_str().unwrap().to_owned())
                            }
                            _ => return ids,
                        }
                    }
                    ids
                })
            })
            .collect();
        std::thread::sleep(Duration::from_millis(400));
        service.signal("-KILL");
        service.wait_for_exit();
        for writer in writers {
            acknowledged.extend(writer.join().unwrap());
        }
    }
    assert!(acknowledged.len() > 10, "only {} writes were acknowledged", acknowledged.len());
    let service = place.serve();
    let token = service.token();
    for id in acknowledged {
        let found = service.ask("GET", &format!("/v1/staff/{id}"), Some(&token), None);
        assert_eq!(found.status, 200, "{id} was acknowledged and is lost");
    }
}

#[test]
fn malformed_requests_get_a_problem_and_do_no_harm() {
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
        let mut response = Vec::new();
        let _ = stream.read_to_end(&mut response);
        let response = text(&response);
        let is_problem = response.starts_with("HTTP/1.1 4") && response.contains("application/problem+json");
        assert!(response.is_empty() || is_problem, "{:.60}: {response}", bytes);
        answered += usize::from(is_problem);
    }
    assert!(answered >= 10, "{answered}");
    assert_eq!(service.ask("GET", "/health/ready", None, None).status, 200);
    service.signal("-TERM");
    service.wait_for_exit();
    let log: Vec<String> = BufReader::new(service.child.stderr.take().unwrap()).lines().map_while(Result::ok).collect();
    assert!(log.iter().any(|line| line.contains("stopped")), "{log:#?}");
    assert!(!log.iter().any(|line| line.contains("ERROR")), "mistakes of clients are not logged as errors: {log:#?}");
}
