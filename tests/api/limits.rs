//! Limits of the operating system: open files, file size, a log that cannot be written. Nothing panics, connected clients are
//! answered, the log names the cause once, and the service recovers by itself when the limit is lifted.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::opening::{Installation, finished, in_shell, refused};
use crate::support::actors::PASSWORD;
use crate::support::damage::damage_table;
use crate::support::ports::free_address;
use crate::support::program::{Running, send_request};
use crate::support::{Kind, apply, both_engines};

/// A running service.
struct Service {
    child: Running,
    address: SocketAddr,
}

impl Service {
    /// Starts the service in a shell that has set a limit, and waits until it is ready.
    fn start(place: &Installation, limit: &str, log: Stdio) -> Self {
        let address = free_address();
        let mut command = place.with_keys(&place.keys, &["serve"]);
        command.env("CONFIDE_LISTEN", address.to_string()).env("CONFIDE_WORKERS", "2").env("RUST_LOG", "info,actix_server=warn");
        let mut command = in_shell(limit, &command);
        let child = Running::start(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log));
        let mut service = Self { child, address };
        let start = Instant::now();
        while service.readiness() != Some(200) {
            assert!(service.child.try_wait().unwrap().is_none(), "the service does not start");
            assert!(start.elapsed() < Duration::from_secs(60), "the service does not become ready");
            std::thread::sleep(Duration::from_millis(50));
        }
        service
    }

    fn readiness(&self) -> Option<u16> {
        send_request(self.address, "GET", "/health/ready", None, None).map(|response| response.status)
    }

    /// Waits until readiness has this status.
    fn wait_for_readiness(&self, status: u16, within: Duration) {
        let start = Instant::now();
        while self.readiness() != Some(status) {
            assert!(start.elapsed() < within, "readiness does not become {status}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Changes a limit of the running process.
    fn limit(&self, limit: &str) {
        let changed = Command::new("prlimit").args([limit, &format!("--pid={}", self.child.id())]).status();
        assert!(changed.as_ref().is_ok_and(ExitStatus::success), "prlimit {limit}: {changed:?}");
    }

    /// The processor time of its threads, in hundredths of a second.
    fn cpu_time(&self) -> u64 {
        let line = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        line.rsplit(") ").next().unwrap().split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum()
    }

    /// Sends SIGTERM and waits for the exit code.
    fn stop(&mut self) -> Option<i32> {
        self.child.signal("-TERM");
        self.child.wait().unwrap().code()
    }
}

/// A connection that stays open.
struct OpenConnection(TcpStream);

impl OpenConnection {
    fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Self(stream)
    }

    /// Sends a request and returns the first line of the response.
    fn ask(&mut self, path: &str) -> String {
        write!(self.0, "GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
        let (mut response, mut buffer) = (String::new(), [0; 4096]);
        loop {
            let count = self.0.read(&mut buffer).unwrap();
            assert!(count > 0, "the connection is closed after {response:?}");
            response.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
            let Some((head, body)) = response.split_once("\r\n\r\n") else { continue };
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            if body.len() >= length.parse::<usize>().unwrap() {
                return head.lines().next().unwrap().to_owned();
            }
        }
    }
}

fn count(log: &str, text: &str) -> usize {
    log.lines().filter(|line| line.contains(text)).count()
}

#[apply(both_engines)]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux shows the processor time of a process in /proc")]
fn clients_beyond_the_open_file_limit_wait_and_are_logged_once(kind: Kind) {
    let place = Installation::on(kind);
    let log = place.path("log");
    let mut service = Service::start(&place, "ulimit -n 64", File::create(&log).unwrap().into());
    let mut connected = OpenConnection::open(service.address);
    assert_eq!(connected.ask("/health/ready"), "HTTP/1.1 200 OK");
    let before = service.cpu_time();
    let clients: Vec<_> = (0..100).map(|_| TcpStream::connect(service.address).unwrap()).collect();
    for _ in 0..6 {
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(connected.ask("/health/ready"), "HTTP/1.1 200 OK", "a connected client is answered");
    }
    assert!(service.cpu_time() - before < 150, "waiting takes little processor time");
    drop(clients);
    service.wait_for_readiness(200, Duration::from_secs(20));
    assert_eq!(service.stop(), Some(0));
    let log = std::fs::read_to_string(log).unwrap();
    assert_eq!(count(&log, "further clients wait"), 1, "{log}");
    assert_eq!(
        (count(&log, "Too many open files"), count(&log, "panicked")),
        (0, 0),
        "open files are left for everything else: {log}"
    );
}

#[apply(both_engines)]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux has prlimit")]
fn exhausted_open_files_are_logged_once_without_busy_waiting(kind: Kind) {
    let place = Installation::on(kind);
    let log = place.path("log");
    let mut service = Service::start(&place, "true", File::create(&log).unwrap().into());
    let mut connected = OpenConnection::open(service.address);
    assert_eq!(connected.ask("/health/ready"), "HTTP/1.1 200 OK");
    // Fewer than are open now, so no more can be opened.
    service.limit("--nofile=8:");
    let before = service.cpu_time();
    let mut waiting = OpenConnection::open(service.address);
    for _ in 0..6 {
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(connected.ask("/health/ready"), "HTTP/1.1 200 OK", "a connected client is answered");
    }
    assert!(service.cpu_time() - before < 150, "a listener that cannot accept does not retry in a busy loop");
    service.limit("--nofile=1024:");
    assert_eq!(waiting.ask("/health/ready"), "HTTP/1.1 200 OK", "the waiting client is answered");
    assert_eq!(service.stop(), Some(0));
    let log = std::fs::read_to_string(log).unwrap();
    assert_eq!((count(&log, "Too many open files"), count(&log, "panicked")), (1, 0), "{log}");
}

#[apply(both_engines)]
fn start_refuses_an_open_file_limit_that_is_too_low(kind: Kind) {
    let place = Installation::on(kind);
    let mut command = place.with_keys(&place.keys, &["serve"]);
    command.env("CONFIDE_WORKERS", "2");
    let complaint = refused(&finished(in_shell("ulimit -n 48", &command)));
    assert!(
        complaint.contains("the limit of open files is 48, and")
            && complaint.contains("needs at least")
            && complaint.contains("ulimit -n"),
        "{complaint}"
    );
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux has prlimit")]
fn service_is_unavailable_while_the_database_file_cannot_grow() {
    let place = Installation::sqlite();
    let mut service = Service::start(&place, "true", Stdio::piped());
    // Not even the write-ahead log may grow by a byte.
    service.limit("--fsize=1:");
    service.wait_for_readiness(503, Duration::from_secs(10));
    let form = serde_json::json!({ "email": "avery@example.org", "password": "a password of some length" });
    let refused = send_request(service.address, "POST", "/v1/sessions", None, Some(&form)).unwrap();
    assert_eq!((refused.status, refused.json()["code"].as_str()), (503, Some("unavailable")), "{}", refused.body);
    assert_eq!(send_request(service.address, "GET", "/health/live", None, None).unwrap().status, 200);
    service.limit("--fsize=unlimited:");
    service.wait_for_readiness(200, Duration::from_secs(40));
    assert_eq!(service.stop(), Some(0), "the signal SIGXFSZ does not end the process");
    let mut log = String::new();
    service.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert_eq!((count(&log, "\"cause\":\"failing\""), count(&log, "panicked")), (1, 0), "{log}");
    assert_eq!(count(&log, "the database can be used again"), 1, "{log}");
}

#[test]
fn damaged_pages_are_logged_as_one_error() {
    let place = Installation::sqlite();
    assert!(place.creates_administrator(&place.keys, "avery").status.success());
    // The start does not read this table; signing in writes to it.
    damage_table(&place.path("confide.db"), "sessions");
    let log = place.path("log");
    let mut service = Service::start(&place, "true", File::create(&log).unwrap().into());
    let form = serde_json::json!({ "email": "avery@example.org", "password": PASSWORD });
    for _ in 0..3 {
        let refused = send_request(service.address, "POST", "/v1/sessions", None, Some(&form)).unwrap();
        assert_eq!((refused.status, refused.json()["code"].as_str()), (503, Some("unavailable")), "{}", refused.body);
        assert_eq!(service.readiness(), Some(503), "not ready until the damage is repaired");
    }
    assert_eq!(service.stop(), Some(0));
    let log = std::fs::read_to_string(log).unwrap();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("\"cause\":\"damaged\"")).collect();
    let [line] = lines[..] else { panic!("the damage is logged {} times: {log}", lines.len()) };
    for part in ["\"level\":\"ERROR\"", "the database is damaged", "restore a backup"] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    assert_eq!(count(&log, "panicked"), 0, "{log}");
}

#[apply(both_engines)]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux has /dev/full")]
fn service_keeps_running_when_the_log_cannot_be_written(kind: Kind) {
    let place = Installation::on(kind);
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut service = Service::start(&place, "true", full.into());
    let form = serde_json::json!({ "email": "avery@example.org", "password": "a password of some length" });
    assert_eq!(send_request(service.address, "POST", "/v1/sessions", None, Some(&form)).unwrap().status, 401);
    assert_eq!(service.readiness(), Some(200));
    assert_eq!(service.stop(), Some(0));
}
