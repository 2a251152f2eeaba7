//! A mail server of a test's own, which behaves as it is asked to.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use confide::platform::outbox::transport::Transport;
use confide::platform::outbox::worker::Sender;

/// How the server behaves.
#[derive(Debug, Clone)]
pub enum Mood {
    /// It takes what it is sent.
    Takes,
    /// It accepts connections and says nothing.
    Silent,
    /// It answers a command (`MAIL`, `RCPT`, `DATA`, or `.` for the whole message) with this line.
    Says(&'static str, &'static str),
    /// It answers `RCPT` of one address with this line, and takes everything else.
    Minds(&'static str, &'static str),
    /// It takes `RCPT` of one address only after so long, and everything else at once.
    Dawdles(&'static str, Duration),
    /// It keeps the message and cuts the connection before it says so.
    TakesAndCuts,
}

#[derive(Clone)]
pub struct MailServer {
    pub url: String,
    state: Arc<Mutex<State>>,
}

struct State {
    mood: Mood,
    received: Vec<String>,
}

impl MailServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State { mood: Mood::Takes, received: Vec::new() }));
        let server = Self { url, state };
        let shared = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, server) = (stream.unwrap(), shared.clone());
                std::thread::spawn(move || server.talk(stream));
            }
        });
        server
    }

    /// From now on it behaves so.
    pub fn is(&self, mood: Mood) {
        self.state.lock().unwrap().mood = mood;
    }

    fn mood(&self) -> Mood {
        self.state.lock().unwrap().mood.clone()
    }

    /// As much of SMTP as a polite client needs. `None` when the client is gone.
    fn talk(&self, mut stream: TcpStream) -> Option<()> {
        if matches!(self.mood(), Mood::Silent) {
            let mut nothing = String::new();
            let _ = BufReader::new(stream).read_line(&mut nothing);
            return None;
        }
        let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
        let mut say = move |line: &str| stream.write_all(format!("{line}\r\n").as_bytes()).ok();
        say("220 ready")?;
        loop {
            let line = lines.next()?.ok()?;
            let verb = line.split([' ', ':']).next()?.to_ascii_uppercase();
            match (verb.as_str(), self.mood()) {
                ("EHLO" | "HELO", _) => say("250 hello")?,
                ("QUIT", _) => return say("221 bye"),
                (verb, Mood::Says(at, answer)) if verb == at => say(answer)?,
                ("RCPT", Mood::Minds(address, answer)) if line.contains(address) => say(answer)?,
                ("RCPT", Mood::Dawdles(address, time)) if line.contains(address) => {
                    std::thread::sleep(time);
                    say("250 ok")?;
                }
                ("DATA", mood) => {
                    say("354 go on")?;
                    let text: Vec<String> = lines.by_ref().map_while(Result::ok).take_while(|line| line != ".").collect();
                    match mood {
                        Mood::Says(".", answer) => say(answer)?,
                        mood => {
                            self.state.lock().unwrap().received.push(text.join("\n"));
                            if matches!(mood, Mood::TakesAndCuts) {
                                return None;
                            }
                            say("250 taken")?;
                        }
                    }
                }
                _ => say("250 ok")?,
            }
        }
    }

    pub fn sender(&self) -> Sender {
        let transport = Transport::smtp("Appointments <no-reply@example.org>", &self.url).unwrap();
        Sender::new(transport, confide::server::notification_registry())
    }

    /// The messages that it took, in order.
    pub fn received(&self) -> Vec<String> {
        self.state.lock().unwrap().received.clone()
    }

    /// How often it took each message, by its Message-ID.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for message in self.received() {
            let id = message.lines().find_map(|line| line.strip_prefix("Message-ID:")).unwrap().trim().to_owned();
            *counts.entry(id).or_default() += 1;
        }
        counts
    }
}
