//! What people do about messages, what time makes of them, and a text gateway of one's own.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use confide::platform::ids::{Id, UtcTime};
use confide::platform::outbox::notify::Gateway;
use confide::platform::schema::outbox::dsl;
use diesel::prelude::*;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::{Reply, Seen};

/// The gateway's key, as it makes them: a name, the service, the secret.
pub const KEY: &str = "confide-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0";
pub const TEMPLATE: &str = "f33517ff-2a88-4f6e-b855-c550268ce08a";

impl Actor {
    /// How the practitioner is written to.
    pub async fn message_preferences(&self) -> Seen {
        self.get("/v1/me/message-preferences").send().await.expect(200)
    }

    /// Chooses how to be written to, having read what holds now; what is not said stays usual.
    pub async fn wishes(&self, change: Value) -> Reply {
        let etag = self.message_preferences().await.etag();
        let mut form = json!({ "channel": "email", "quiet_hours": { "from": "21:00", "until": "08:00" }, "wording": "neutral", "reminders": true });
        form.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        self.put("/v1/me/message-preferences", form).if_match(&etag).send().await
    }

    /// Wants texts to this number, and shows that it is theirs.
    pub async fn wants_texts_to(&self, number: &str) {
        self.wishes(json!({ "channel": "sms", "mobile": number })).await.expect(200);
        self.post_nothing("/v1/me/mobile-codes").send().await.expect(202);
        let code = self.app.code_sent_to(number).await;
        self.sends_code(&code).await.expect(200);
        self.app.clock.advance(chrono::TimeDelta::seconds(1));
    }

    pub async fn sends_code(&self, code: &str) -> Reply {
        self.post("/v1/me/mobile-codes/confirm", json!({ "code": code })).send().await
    }

    /// The messages that an administrator sees in a state, newest first.
    pub async fn sees_messages(&self, state: &str) -> Vec<Value> {
        self.get(&format!("/v1/messages?state={state}&limit=100")).send().await.expect(200).items().to_vec()
    }

    pub async fn replays(&self, message: &str) -> Reply {
        self.post_nothing(&format!("/v1/messages/{message}/replay")).send().await
    }

    /// Has it sent no more.
    pub async fn gives_up(&self, message: &str) -> Reply {
        self.post_nothing(&format!("/v1/messages/{message}/drop")).send().await
    }
}

impl TestApp {
    /// The code in the newest text to a number.
    pub async fn code_sent_to(&self, number: &str) -> String {
        let texts = self.texts_to(number).await;
        let text = texts.last().unwrap_or_else(|| panic!("no text to {number}"));
        text.split_whitespace().find_map(|word| word.strip_suffix('.').filter(|word| word.len() == 6)).unwrap().to_owned()
    }

    /// Kind and state of every message to an account that is decided on when due, oldest first.
    pub async fn notices_to(&self, account: Id) -> Vec<(String, String)> {
        self.sql(move |conn| {
            let mine = dsl::outbox.filter(dsl::recipient_id.eq(Some(account)));
            Ok(mine.order((dsl::created_at, dsl::due_at, dsl::id)).select((dsl::kind, dsl::state)).load(conn)?)
        })
        .await
    }

    /// When each message of a kind to an account is due that still waits.
    pub async fn waiting(&self, account: Id, kind: &'static str) -> Vec<DateTime<Utc>> {
        let due: Vec<UtcTime> = self
            .sql(move |conn| {
                let mine = dsl::outbox.filter(dsl::recipient_id.eq(Some(account))).filter(dsl::kind.eq(kind));
                Ok(mine.filter(dsl::state.eq("queued")).order(dsl::due_at).select(dsl::due_at).load(conn)?)
            })
            .await;
        due.into_iter().map(UtcTime::get).collect()
    }

    /// The subjects of the letters that have gone to an address.
    pub async fn subjects_to(&self, address: &str) -> Vec<String> {
        self.letters_to(address).await.into_iter().map(|letter| letter.subject).collect()
    }
}

/// What the gateway is to answer next, before it answers as it should.
#[derive(Debug, Clone)]
pub enum Answer {
    /// This status, with a `Retry-After` where there is one. Nothing is taken.
    Status(u16, Option<u32>),
    /// It takes the message and breaks before it says so.
    TakeAndBreak,
    /// It takes the message, says nothing for a while, and breaks.
    TakeAndHang(Duration),
    /// It says nothing at all for a while.
    Hang(Duration),
    /// Somewhere else, it says.
    Redirect(String),
}

/// A text gateway of the shape of GOV.UK Notify.
#[derive(Clone)]
pub struct TextGateway {
    pub url: String,
    state: Arc<Mutex<State>>,
    questions: Arc<AtomicU32>,
}

#[derive(Default)]
struct State {
    plan: Vec<Answer>,
    /// What to answer to the message after so many.
    later: BTreeMap<usize, Answer>,
    /// Every message that was taken: the reference and what was sent.
    taken: Vec<(String, Value)>,
    tokens: Vec<String>,
    standing: BTreeMap<String, String>,
}

impl TextGateway {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let gateway = Self { url, state: Arc::default(), questions: Arc::default() };
        let shared = gateway.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, gateway) = (stream.unwrap(), shared.clone());
                std::thread::spawn(move || gateway.talk(stream));
            }
        });
        gateway
    }

    pub fn client(&self) -> Gateway {
        Gateway::new(&self.url, KEY, TEMPLATE).unwrap()
    }

    /// What to answer to the next attempts, in order.
    pub fn plans(&self, answers: &[Answer]) {
        self.state.lock().unwrap().plan = answers.iter().rev().cloned().collect();
    }

    /// What to answer to the message after so many that it took.
    pub fn plans_after(&self, count: usize, answer: Answer) {
        self.state.lock().unwrap().later.insert(count, answer);
    }

    /// The references and bodies of the messages that it took, in order.
    pub fn taken(&self) -> Vec<(String, Value)> {
        self.state.lock().unwrap().taken.clone()
    }

    /// What was shown to get in, in order.
    pub fn tokens(&self) -> Vec<String> {
        self.state.lock().unwrap().tokens.clone()
    }

    /// How often it was asked about a message.
    pub fn questions(&self) -> u32 {
        self.questions.load(Ordering::SeqCst)
    }

    /// A message has come to this.
    pub fn stands(&self, reference: &str, status: &str) {
        self.state.lock().unwrap().standing.insert(reference.to_owned(), status.to_owned());
    }

    /// `None` when the client is gone or is left without an answer.
    fn talk(&self, stream: TcpStream) -> Option<()> {
        let mut out = stream.try_clone().ok()?;
        let mut reader = BufReader::new(stream);
        loop {
            let (mut request, mut length, mut line) = (String::new(), 0, String::new());
            reader.read_line(&mut request).ok().filter(|read| *read > 0)?;
            while reader.read_line(&mut line).ok()? > 2 {
                let lower = line.to_ascii_lowercase();
                if let Some(value) = lower.strip_prefix("content-length:") {
                    length = value.trim().parse().ok()?;
                }
                if lower.starts_with("authorization:") {
                    self.state.lock().unwrap().tokens.push(line["authorization:".len()..].trim().to_owned());
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).ok()?;
            let path = request.split(' ').nth(1)?.to_owned();
            let (status, headers, answer) = match request.split(' ').next()? {
                "POST" if path == "/v2/notifications/sms" => self.take(&serde_json::from_slice(&body).ok()?)?,
                "GET" => self.answer(&path),
                _ => (404, String::new(), json!({})),
            };
            let answer = answer.to_string();
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n",
                answer.len()
            );
            out.write_all(format!("{head}{answer}").as_bytes()).ok()?;
        }
    }

    fn take(&self, form: &Value) -> Option<(u16, String, Value)> {
        let planned = {
            let mut state = self.state.lock().unwrap();
            let count = state.taken.len();
            state.plan.pop().or_else(|| state.later.remove(&count))
        };
        match planned {
            Some(Answer::Status(status, after)) => {
                let after = after.map(|seconds| format!("retry-after: {seconds}\r\n")).unwrap_or_default();
                return Some((status, after, json!({ "status_code": status, "errors": [] })));
            }
            Some(Answer::Hang(time)) => {
                std::thread::sleep(time);
                return None;
            }
            Some(Answer::Redirect(to)) => return Some((307, format!("location: {to}\r\n"), json!({}))),
            Some(Answer::TakeAndBreak | Answer::TakeAndHang(_)) | None => {}
        }
        let reference = form["reference"].as_str()?.to_owned();
        let mut state = self.state.lock().unwrap();
        state.taken.push((reference.clone(), form.clone()));
        state.standing.entry(reference.clone()).or_insert_with(|| "created".to_owned());
        drop(state);
        match planned {
            None => {}
            Some(Answer::TakeAndHang(time)) => {
                std::thread::sleep(time);
                return None;
            }
            Some(_) => return None,
        }
        Some((201, String::new(), json!({ "id": remote(&reference), "reference": reference })))
    }

    fn answer(&self, path: &str) -> (u16, String, Value) {
        self.questions.fetch_add(1, Ordering::SeqCst);
        let state = self.state.lock().unwrap();
        let found = |reference: &str| {
            let status = state.standing.get(reference)?;
            Some(json!({ "id": remote(reference), "reference": reference, "status": status }))
        };
        if let Some(reference) = path.strip_prefix("/v2/notifications?reference=") {
            return (200, String::new(), json!({ "notifications": found(reference).into_iter().collect::<Vec<_>>() }));
        }
        let asked = path.strip_prefix("/v2/notifications/n-").and_then(found);
        asked.map_or((404, String::new(), json!({})), |found| (200, String::new(), found))
    }
}

/// The gateway's own id of the message with that reference.
fn remote(reference: &str) -> String {
    format!("n-{reference}")
}
