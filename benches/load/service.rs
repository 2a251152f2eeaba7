//! The processes that are measured.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::driver::Connection;

/// A server process that is killed when this value is dropped.
pub struct Service {
    child: Child,
    pub port: u16,
    pub start_up: Duration,
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Service {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The baseline: this program itself, started with `--baseline`.
    pub fn baseline() -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap()).arg("--baseline").stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, port: line.trim().parse().unwrap(), start_up: Duration::ZERO }
    }

    /// The service on a database, with the keys that the population was sealed with.
    pub fn confide(url: &str, folder: &Path) -> Self {
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let began = Instant::now();
        let child = Command::new(env!("CARGO_BIN_EXE_confide"))
            .args(["serve", "--database", url, "--listen", &format!("127.0.0.1:{port}"), "--requests-per-minute", "0"])
            .args(["--sign-in-tries-per-minute", "0"])
            // Production does not serve invented people.
            .args(["--mode", "development"])
            .arg("--keys-file")
            .arg(folder.join("keys"))
            .arg("--outbox-dir")
            .arg(folder.join("outbox"))
            .env("RUST_LOG", "warn")
            .spawn()
            .unwrap();
        let mut service = Self { child, port, start_up: Duration::ZERO };
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(service.child.try_wait().unwrap().is_none(), "the service ended");
            assert!(began.elapsed() < Duration::from_secs(30), "the service does not answer");
            std::thread::sleep(Duration::from_millis(1));
        }
        Connection::open(port).send("GET /health/ready HTTP/1.1\r\nhost: localhost\r\n\r\n");
        service.start_up = began.elapsed();
        service
    }
}
