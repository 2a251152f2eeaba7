//! Clients that are slow or open too many connections: they are disconnected, and all others are answered.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};

use crate::process::Installation;
use crate::support::ports::free_address;

/// A connection from an address of the loopback network.
fn connect_from(source: &str, to: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::new(source.parse().unwrap(), 0).into()).unwrap();
    socket.connect(&to.into()).unwrap();
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    stream
}

/// Sends `first`, then `piece` repeatedly; returns what the service sent until it closed the connection.
fn send_slowly(to: SocketAddr, first: &str, piece: &str) -> String {
    let (mut stream, start, mut response) = (connect_from("127.0.0.1", to), Instant::now(), Vec::new());
    stream.write_all(first.as_bytes()).unwrap();
    loop {
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => response.extend_from_slice(&buffer[..count]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                let _ = stream.write_all(piece.as_bytes());
            }
            Err(_) => break,
        }
        assert!(start.elapsed() < Duration::from_secs(12), "{first:?} is still served: {}", String::from_utf8_lossy(&response));
    }
    String::from_utf8(response).unwrap()
}

/// Sends one request on a connection of its own and returns the response.
fn ask_from(source: &str, to: SocketAddr) -> String {
    let mut stream = connect_from(source, to);
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let _ = stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    let mut response = Vec::new();
    let _ = stream.read_to_end(&mut response);
    String::from_utf8(response).unwrap()
}

#[test]
fn slow_or_unresponsive_clients_are_disconnected() {
    let place = Installation::new();
    let metrics = free_address();
    let service = place.start_with(&[("CONFIDE_CLIENT_SECONDS", "1"), ("CONFIDE_METRICS_LISTEN", &metrics.to_string())]);
    let to = service.address;
    let json = "host: x\r\ncontent-type: application/json";
    let cases = [
        // A body that the operation waits for: a response, then the connection is closed.
        (
            to,
            format!("POST /v1/sessions HTTP/1.1\r\n{json}\r\ncontent-length: 5000\r\n\r\n"),
            "x",
            "HTTP/1.1 408",
            "request_timeout",
        ),
        (
            to,
            format!("POST /v1/sessions HTTP/1.1\r\n{json}\r\ntransfer-encoding: chunked\r\n\r\n"),
            "1\r\n \r\n",
            "HTTP/1.1 408",
            "request_timeout",
        ),
        // A body that the operation does not read.
        (
            to,
            format!("GET /health/live HTTP/1.1\r\n{json}\r\ntransfer-encoding: chunked\r\n\r\n"),
            "1\r\nx\r\n",
            "HTTP/1.1 200",
            "\"ok\"",
        ),
        (to, format!("GET /health/live HTTP/1.1\r\n{json}\r\ncontent-length: 5000\r\n\r\n"), "x", "HTTP/1.1 200", "\"ok\""),
        (
            to,
            format!("POST /v1/nothing HTTP/1.1\r\n{json}\r\ntransfer-encoding: chunked\r\n\r\n"),
            "1\r\nx\r\n",
            "HTTP/1.1 404",
            "not_found",
        ),
        (
            to,
            format!("PATCH /v1/me HTTP/1.1\r\n{json}\r\ntransfer-encoding: chunked\r\n\r\n"),
            "1\r\nx\r\n",
            "HTTP/1.1 401",
            "not_signed_in",
        ),
        // The head of the first request, of the second one, and nothing at all.
        (to, "GET /health/live HTTP/1.1\r\nhost: x\r\nx: ".to_owned(), "x", "HTTP/1.1 408", "request_timeout"),
        (
            to,
            "GET /health/live HTTP/1.1\r\nhost: x\r\n\r\nGET /health/live HTTP/1.1\r\nx: ".to_owned(),
            "x",
            "HTTP/1.1 200",
            "\"ok\"",
        ),
        (to, String::new(), "", "HTTP/1.1 408", "request_timeout"),
        // The listener for metrics has the same limits.
        (
            metrics,
            format!("GET /metrics HTTP/1.1\r\n{json}\r\ntransfer-encoding: chunked\r\n\r\n"),
            "1\r\nx\r\n",
            "HTTP/1.1 200",
            "confide_http",
        ),
        (metrics, "GET /metrics HTTP/1.1\r\nhost: x\r\nx: ".to_owned(), "x", "HTTP/1.1 408", "request_timeout"),
    ];
    let waiting: Vec<_> = cases
        .into_iter()
        .map(|(to, first, piece, status, expected)| {
            std::thread::spawn(move || {
                let response = send_slowly(to, &first, piece);
                assert!(response.starts_with(status) && response.contains(expected), "{first:?}: {response}");
                assert!(
                    !response.starts_with("HTTP/1.1 4") || response.contains("application/problem+json"),
                    "{first:?}: {response}"
                );
            })
        })
        .collect();
    // Requests far more than the buffers between hold, and reads none of it.
    let mut silent = connect_from("127.0.0.1", to);
    silent.write_all("GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(16).as_bytes()).unwrap();
    let start = Instant::now();
    while silent.write_all(b"\r\n").is_ok() {
        assert!(start.elapsed() < Duration::from_secs(12), "a client that reads nothing is still served");
        std::thread::sleep(Duration::from_millis(50));
    }
    for case in waiting {
        case.join().unwrap();
    }
    assert!(ask_from("127.0.0.1", to).starts_with("HTTP/1.1 200"));
}

/// The resident memory of a process in KiB; `None` where the system does not report it.
fn memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim().strip_suffix(" kB")?.parse().ok()
}

#[test]
fn clients_that_do_not_read_hold_no_copies_of_the_response() {
    const CLIENTS: usize = 200;
    let place = Installation::new();
    let service = place.start_with(&[]);
    let to = service.address;
    // A large response, to clients that accept it uncompressed and compressed. The files of the docs page are sent in the same way.
    let path = "/openapi.json";
    let ask = |coding: &str| {
        let mut silent = connect_from("127.0.0.1", to);
        silent.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        write!(silent, "GET {path} HTTP/1.1\r\nhost: x\r\naccept-encoding: {coding}\r\n\r\n").unwrap();
        silent
    };
    // The first requests create what the service caches.
    let first = [ask("identity"), ask("gzip")];
    let has_response = |silent: &TcpStream| assert_eq!(silent.peek(&mut [0; 12]).unwrap(), 12, "{path} is not answered");
    first.iter().for_each(has_response);
    let before = memory(service.child.id());
    let clients: Vec<TcpStream> = (0..CLIENTS).map(|number| ask(["identity", "gzip"][number % 2])).collect();
    clients.iter().for_each(has_response);
    let asked = Instant::now();
    assert!(ask_from("127.0.0.2", to).starts_with("HTTP/1.1 200"), "other clients are answered");
    assert!(asked.elapsed() < Duration::from_secs(5), "other clients wait {:?}", asked.elapsed());
    if let (Some(before), Some(after)) = (before, memory(service.child.id())) {
        // Copies for the uncompressed half alone would take 90 MiB.
        assert!(after < before + 60 * 1024, "{path}: {before} KiB and {after} KiB after {CLIENTS} requests");
    }
}

#[test]
fn one_address_cannot_take_every_connection() {
    let place = Installation::new();
    let service = place.start_with(&[("CONFIDE_CONNECTIONS_PER_ADDRESS", "8"), ("CONFIDE_TRUSTED_PROXIES", "127.0.9.0/24")]);
    let to = service.address;
    let open = |source: &str| {
        // Waits for a response, so that the connection is surely counted.
        let mut stream = connect_from(source, to);
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
        stream
            .write_all(b"POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{")
            .unwrap();
        stream
    };
    let held: Vec<TcpStream> = (0..8).map(|_| open("127.0.0.7")).collect();
    let refused = ask_from("127.0.0.7", to);
    assert!(
        refused.starts_with("HTTP/1.1 503") && refused.contains("retry-after: 1") && refused.contains("\"unavailable\""),
        "{refused}"
    );
    assert!(ask_from("127.0.0.8", to).starts_with("HTTP/1.1 200"), "other clients are answered");
    let proxied: Vec<TcpStream> = (0..20).map(|_| open("127.0.9.9")).collect();
    assert!(ask_from("127.0.9.9", to).starts_with("HTTP/1.1 200"), "a trusted proxy may open many connections");
    drop((held, proxied));
    let start = Instant::now();
    while !ask_from("127.0.0.7", to).starts_with("HTTP/1.1 200") {
        assert!(start.elapsed() < Duration::from_secs(10), "closed connections still count");
    }
}

#[test]
fn open_file_limit_is_raised_and_logged() {
    let place = Installation::new();
    let command = place.command(&["serve"]);
    // The same settings, started by a shell that lowers the soft limit.
    let mut lowered = Command::new("sh");
    lowered.args(["-c", "ulimit -Sn 64 && exec \"$0\" serve"]).arg(command.get_program()).stdin(Stdio::null());
    lowered.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut service = place.run(&mut lowered);
    let held: Vec<TcpStream> = (0..100).map(|_| connect_from("127.0.0.1", service.address)).collect();
    assert!(ask_from("127.0.0.1", service.address).starts_with("HTTP/1.1 200"), "more connections than the soft limit had files");
    drop(held);
    service.child.kill().unwrap();
    let log: Vec<String> = BufReader::new(service.child.stderr.take().unwrap()).lines().map_while(Result::ok).collect();
    assert!(log.iter().any(|line| line.contains("limit of open files") && line.contains("\"before\":64")), "{log:#?}");
}
