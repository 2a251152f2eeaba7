//! An SMTP server for a test, which behaves as the test sets it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use confide::platform::outbox::transport::Transport;
use confide::platform::outbox::worker::Sender;

/// How the server behaves.
#[derive(Debug, Clone)]
pub enum Behaviour {
    /// It accepts every message.
    Accepts,
    /// It accepts connections and sends nothing.
    Silent,
    /// It answers a command (`MAIL`, `RCPT`, `DATA`, or `.` for the whole message) with this line.
    Answers(&'static str, &'static str),
    /// It answers `RCPT` of one address with this line, and accepts everything else.
    AnswersRecipient(&'static str, &'static str),
    /// It accepts `RCPT` of one address only after this time, and everything else at once.
    DelaysRecipient(&'static str, Duration),
    /// It accepts the message and closes the connection before it confirms.
    AcceptsAndDisconnects,
}

#[derive(Clone)]
pub struct MailServer {
    pub url: String,
    state: Arc<Mutex<State>>,
}

struct State {
    behaviour: Behaviour,
    received: Vec<String>,
}

impl MailServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State { behaviour: Behaviour::Accepts, received: Vec::new() }));
        let server = Self { url, state };
        let shared = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, server) = (stream.unwrap(), shared.clone());
                std::thread::spawn(move || server.serve(stream));
            }
        });
        server
    }

    /// Sets how the server behaves from now on.
    pub fn behaves(&self, behaviour: Behaviour) {
        self.state.lock().unwrap().behaviour = behaviour;
    }

    fn behaviour(&self) -> Behaviour {
        self.state.lock().unwrap().behaviour.clone()
    }

    /// The part of SMTP that a correct client needs. `None` when the client has disconnected.
    fn serve(&self, mut stream: TcpStream) -> Option<()> {
        if matches!(self.behaviour(), Behaviour::Silent) {
            let mut ignored = String::new();
            let _ = BufReader::new(stream).read_line(&mut ignored);
            return None;
        }
        let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
        let mut reply = move |line: &str| stream.write_all(format!("{line}\r\n").as_bytes()).ok();
        reply("220 ready")?;
        loop {
            let line = lines.next()?.ok()?;
            let verb = line.split([' ', ':']).next()?.to_ascii_uppercase();
            match (verb.as_str(), self.behaviour()) {
                ("EHLO" | "HELO", _) => reply("250 hello")?,
                ("QUIT", _) => return reply("221 bye"),
                (verb, Behaviour::Answers(at, answer)) if verb == at => reply(answer)?,
                ("RCPT", Behaviour::AnswersRecipient(address, answer)) if line.contains(address) => reply(answer)?,
                ("RCPT", Behaviour::DelaysRecipient(address, time)) if line.contains(address) => {
                    std::thread::sleep(time);
                    reply("250 ok")?;
                }
                ("DATA", behaviour) => {
                    reply("354 go on")?;
                    let text: Vec<String> = lines.by_ref().map_while(Result::ok).take_while(|line| line != ".").collect();
                    match behaviour {
                        Behaviour::Answers(".", answer) => reply(answer)?,
                        behaviour => {
                            self.state.lock().unwrap().received.push(text.join("\n"));
                            if matches!(behaviour, Behaviour::AcceptsAndDisconnects) {
                                return None;
                            }
                            reply("250 accepted")?;
                        }
                    }
                }
                _ => reply("250 ok")?,
            }
        }
    }

    pub fn sender(&self) -> Sender {
        let transport = Transport::smtp("Appointments <no-reply@example.org>", &self.url).unwrap();
        Sender::new(transport, confide::server::notification_registry())
    }

    /// The messages that it accepted, in order.
    pub fn received(&self) -> Vec<String> {
        self.state.lock().unwrap().received.clone()
    }

    /// How often it accepted each message, by Message-ID.
    pub fn received_counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for message in self.received() {
            let id = message.lines().find_map(|line| line.strip_prefix("Message-ID:")).unwrap().trim().to_owned();
            *counts.entry(id).or_default() += 1;
        }
        counts
    }
}
