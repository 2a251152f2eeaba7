//! The load driver: a number of connections, each of which sends its next request as soon as the last one is answered.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A kind of request that is measured.
pub trait Call: Sync {
    /// The requests to send next, one after the other; none when there is nothing left to request.
    fn next_requests(&self) -> Option<Vec<String>>;
}

/// What was measured. Several requests of one call to [`Call::next_requests`] count as one.
#[derive(Default)]
pub struct Measured {
    pub requests: usize,
    pub elapsed: Duration,
    pub service_cpu: Duration,
    pub database_cpu: Option<Duration>,
    latencies: Vec<Duration>,
}

impl Measured {
    /// A percentile of the time that a call took, in milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        let at = (self.latencies.len().saturating_sub(1)) * percent / 100;
        self.latencies.get(at).map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
    }
}

/// When to stop sending requests.
#[derive(Clone, Copy)]
pub enum Until {
    /// After this time.
    Time(Duration),
    /// After this number of requests, or a few more.
    Requests(usize),
}

/// Sends requests until then. An answer other than 200 or 201 ends the benchmark.
pub fn drive(port: u16, connections: usize, until: Until, call: &dyn Call) -> Measured {
    let all = Mutex::new(Vec::new());
    let sent = AtomicUsize::new(0);
    let began = Instant::now();
    let is_running = || match until {
        Until::Time(limit) => began.elapsed() < limit,
        Until::Requests(count) => sent.load(Ordering::Relaxed) < count,
    };
    std::thread::scope(|scope| {
        for _ in 0..connections {
            scope.spawn(|| {
                let mut connection = Connection::open(port);
                let mut latencies = Vec::with_capacity(16_384);
                while is_running() {
                    let Some(requests) = call.next_requests() else { break };
                    let before = Instant::now();
                    sent.fetch_add(requests.len(), Ordering::Relaxed);
                    for request in requests {
                        connection.send(&request);
                    }
                    latencies.push(before.elapsed());
                }
                all.lock().unwrap().extend(latencies);
            });
        }
    });
    let mut latencies = all.into_inner().unwrap();
    latencies.sort_unstable();
    Measured { requests: latencies.len().max(1), elapsed: began.elapsed(), latencies, ..Measured::default() }
}

/// A connection that stays open.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub fn open(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: Vec::with_capacity(65_536) }
    }

    /// Sends a request; any answer but 200 and 201 ends the benchmark.
    pub fn send(&mut self, request: &str) {
        let Answer { status, body } = self.exchange(request);
        assert!(status == 200 || status == 201, "{}\nanswered {status} {body}", first_line(request));
    }

    /// Sends a request and reads the whole answer.
    pub fn exchange(&mut self, request: &str) -> Answer {
        self.stream.write_all(request.as_bytes()).unwrap();
        self.buffer.clear();
        let mut chunk = [0; 16_384];
        loop {
            let read = self.stream.read(&mut chunk).unwrap();
            assert!(read > 0, "the service closed the connection during: {}", first_line(request));
            self.buffer.extend_from_slice(&chunk[..read]);
            let Some(head_end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
            let head = std::str::from_utf8(&self.buffer[..head_end]).unwrap();
            let length =
                head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok());
            if self.buffer.len() >= head_end + 4 + length.unwrap_or(0) {
                let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
                return Answer { status, body: String::from_utf8_lossy(&self.buffer[head_end + 4..]).into_owned() };
            }
        }
    }
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub body: String,
}

fn first_line(request: &str) -> &str {
    request.lines().next().unwrap_or_default()
}

/// A request with a body, or without one.
pub fn request(method: &str, path: &str, token: &str, body: Option<&str>) -> String {
    let body = body.unwrap_or_default();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}
