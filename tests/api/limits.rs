//! What the operating system may refuse the process: open files, room for a file, a place for its log. Nothing panics, who is
//! connected is answered, the log names the cause without filling, and the service goes on by itself when it is over.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::opening::{Installation, finished, in_shell, refused};
use crate::support::actors::PASSWORD;
use crate::support::damage::damage_table;
use crate::support::ports::free_address;
use crate::support::program::{Running, ask};
use crate::support::{Kind, apply, both_engines};

/// A running service.
struct Service {
    child: Running,
    address: SocketAddr,
}

impl Service {
    /// Starts one in a shell that has set a limit; it is ready when this returns.
    fn start(place: &Installation, limit: &str, log: Stdio) -> Self {
        let address = free_address();
        let mut command = place.with_keys(&place.keys, &["serve"]);
        command.env("CONFIDE_LISTEN", address.to_string()).env("CONFIDE_WORKERS", "2").env("RUST_LOG", "info,actix_server=warn");
        let mut command = in_shell(limit, &command);
        let child = Running::start(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log));
        let mut service = Self { child, address };
        let begun = Instant::now();
        while service.readiness() != Some(200) {
            assert!(service.child.try_wait().unwrap().is_none(), "the service does not start");
            assert!(begun.elapsed() < Duration::from_secs(60), "the service does not come up");
            std::thread::sleep(Duration::from_millis(50));
        }
        service
    }

    fn readiness(&self) -> Option<u16> {
        ask(self.address, "GET", "/health/ready", None, None).map(|answer| answer.status)
    }

    /// Waits until readiness is answered so.
    fn becomes(&self, status: u16, within: Duration) {
        let begun = Instant::now();
        while self.readiness() != Some(status) {
            assert!(begun.elapsed() < within, "readiness does not become {status}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Changes a limit of the running process.
    fn limit(&self, limit: &str) {
        let changed = Command::new("prlimit").args([limit, &format!("--pid={}", self.child.id())]).status();
        assert!(changed.as_ref().is_ok_and(ExitStatus::success), "prlimit {limit}: {changed:?}");
    }

    /// How long its threads have worked, in hundredths of a second.
    fn worked(&self) -> u64 {
        let line = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        line.rsplit(") ").next().unwrap().split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum()
    }

    fn told_to_stop(&mut self) -> Option<i32> {
        self.child.signal("-TERM");
        self.child.wait().unwrap().code()
    }
}

/// A connection that stays open.
struct Kept(TcpStream);

impl Kept {
    fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Self(stream)
    }

    /// The first line of the answer.
    fn ask(&mut self, path: &str) -> String {
        write!(self.0, "GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
        let (mut answer, mut piece) = (String::new(), [0; 4096]);
        loop {
            let count = self.0.read(&mut piece).unwrap();
            assert!(count > 0, "the connection is closed after {answer:?}");
            answer.push_str(std::str::from_utf8(&piece[..count]).unwrap());
            let Some((head, body)) = answer.split_once("\r\n\r\n") else { continue };
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
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux tells by /proc how long a process has worked")]
fn more_clients_than_open_files_wait_and_the_log_says_so_once(kind: Kind) {
    let place = Installation::on(kind);
    let log = place.path("log");
    let mut service = Service::start(&place, "ulimit -n 64", File::create(&log).unwrap().into());
    let mut kept = Kept::open(service.address);
    assert_eq!(kept.ask("/health/ready"), "HTTP/1.1 200 OK");
    let before = service.worked();
    let crowd: Vec<_> = (0..100).map(|_| TcpStream::connect(service.address).unwrap()).collect();
    for _ in 0..6 {
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(kept.ask("/health/ready"), "HTTP/1.1 200 OK", "who is connected is answered");
    }
    assert!(service.worked() - before < 150, "three seconds of waiting are not three seconds of work");
    drop(crowd);
    service.becomes(200, Duration::from_secs(20));
    assert_eq!(service.told_to_stop(), Some(0));
    let log = std::fs::read_to_string(log).unwrap();
    assert_eq!(count(&log, "further clients wait"), 1, "{log}");
    assert_eq!((count(&log, "Too many open files"), count(&log, "panicked")), (0, 0), "files are left for the rest: {log}");
}

#[apply(both_engines)]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux has prlimit")]
fn open_files_that_run_out_all_the_same_are_logged_once_and_not_waited_for_in_vain(kind: Kind) {
    let place = Installation::on(kind);
    let log = place.path("log");
    let mut service = Service::start(&place, "true", File::create(&log).unwrap().into());
    let mut kept = Kept::open(service.address);
    assert_eq!(kept.ask("/health/ready"), "HTTP/1.1 200 OK");
    // Fewer than are open: none can be opened any more.
    service.limit("--nofile=8:");
    let before = service.worked();
    let mut late = Kept::open(service.address);
    for _ in 0..6 {
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(kept.ask("/health/ready"), "HTTP/1.1 200 OK", "who is connected is answered");
    }
    assert!(service.worked() - before < 150, "a listener that cannot accept does not keep trying");
    service.limit("--nofile=1024:");
    assert_eq!(late.ask("/health/ready"), "HTTP/1.1 200 OK", "who has waited is answered");
    assert_eq!(service.told_to_stop(), Some(0));
    let log = std::fs::read_to_string(log).unwrap();
    assert_eq!((count(&log, "Too many open files"), count(&log, "panicked")), (1, 0), "{log}");
}

#[apply(both_engines)]
fn a_limit_of_open_files_that_serves_nobody_stops_the_start(kind: Kind) {
    let place = Installation::on(kind);
    let mut command = place.with_keys(&place.keys, &["serve"]);
    command.env("CONFIDE_WORKERS", "2");
    let complaint = refused(&finished(in_shell("ulimit -n 48", &command)));
    assert!(complaint.contains("the limit of open files is 48, and at least") && complaint.contains("ulimit -n"), "{complaint}");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux has prlimit")]
fn a_file_that_may_not_grow_is_unavailable_until_it_may() {
    let place = Installation::sqlite();
    let mut service = Service::start(&place, "true", Stdio::piped());
    // Not even the write-ahead log may have another byte.
    service.limit("--fsize=1:");
    service.becomes(503, Duration::from_secs(10));
    let form = serde_json::json!({ "email": "avery@example.org", "password": "a password of some length" });
    let refused = ask(service.address, "POST", "/v1/sessions", None, Some(&form)).unwrap();
    assert_eq!((refused.status, refused.json()["code"].as_str()), (503, Some("unavailable")), "{}", refused.body);
    assert_eq!(ask(service.address, "GET", "/health/live", None, None).unwrap().status, 200);
    service.limit("--fsize=unlimited:");
    service.becomes(200, Duration::from_secs(40));
    assert_eq!(service.told_to_stop(), Some(0), "the signal that comes with such a write ends nothing");
    let mut log = String::new();
    service.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert_eq!((count(&log, "\"cause\":\"failing\""), count(&log, "panicked")), (1, 0), "{log}");
    assert_eq!(count(&log, "the database can be used again"), 1, "{log}");
}

#[test]
fn damaged_pages_are_said_loudly_and_once() {
    let place = Installation::sqlite();
    assert!(place.hires(&place.keys, "avery").status.success());
    // A start reads none of it; whoever signs in has a row in it.
    damage_table(&place.path("confide.db"), "sessions");
    let log = place.path("log");
    let mut service = Service::start(&place, "true", File::create(&log).unwrap().into());
    let form = serde_json::json!({ "email": "avery@example.org", "password": PASSWORD });
    for _ in 0..3 {
        let refused = ask(service.address, "POST", "/v1/sessions", None, Some(&form)).unwrap();
        assert_eq!((refused.status, refused.json()["code"].as_str()), (503, Some("unavailable")), "{}", refused.body);
        assert_eq!(service.readiness(), Some(503), "until it is looked at");
    }
    assert_eq!(service.told_to_stop(), Some(0));
    let log = std::fs::read_to_string(log).unwrap();
    let said: Vec<&str> = log.lines().filter(|line| line.contains("\"cause\":\"damaged\"")).collect();
    let [line] = said[..] else { panic!("it is said {} times: {log}", said.len()) };
    for part in ["\"level\":\"ERROR\"", "the database is damaged", "restore a backup"] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    assert_eq!(count(&log, "panicked"), 0, "{log}");
}

#[apply(both_engines)]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux has /dev/full")]
fn a_log_that_cannot_be_written_ends_nothing(kind: Kind) {
    let place = Installation::on(kind);
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut service = Service::start(&place, "true", full.into());
    let form = serde_json::json!({ "email": "avery@example.org", "password": "a password of some length" });
    assert_eq!(ask(service.address, "POST", "/v1/sessions", None, Some(&form)).unwrap().status, 401);
    assert_eq!(service.readiness(), Some(200));
    assert_eq!(service.told_to_stop(), Some(0));
}
