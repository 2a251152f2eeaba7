//! Messages: preferences of practitioners, the outbox as administrators see it, and a text message gateway for a test.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use confide::people::notifications::shown::{message_id, shown_id};
use confide::platform::ids::{Id, UtcTime};
use confide::platform::outbox::notify::Gateway;
use confide::platform::schema::outbox::dsl;
use diesel::prelude::*;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::{CheckedReply, Reply};

/// An API key in the gateway's format: a name, the id of the service, the secret.
pub const KEY: &str = "confide-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0";
pub const TEMPLATE: &str = "f33517ff-2a88-4f6e-b855-c550268ce08a";

impl Actor {
    /// Reads one's own message preferences.
    pub async fn message_preferences(&self) -> CheckedReply {
        self.get("/v1/me/message-preferences").send().await.expect(200)
    }

    /// Replaces one's own message preferences; members that are left out of `change` get the usual values.
    pub async fn sets_message_preferences(&self, change: Value) -> Reply {
        let etag = self.message_preferences().await.etag();
        let mut form = json!({ "channel": "email", "quiet_hours": { "from": "21:00", "until": "08:00" }, "wording": "neutral", "reminders": true });
        form.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        self.put("/v1/me/message-preferences", form).if_match(&etag).send().await
    }

    /// Chooses text messages to this number and confirms the number.
    pub async fn chooses_texts_to(&self, number: &str) {
        self.sets_message_preferences(json!({ "channel": "sms", "mobile": number })).await.expect(200);
        self.post_empty("/v1/me/mobile-codes").send().await.expect(202);
        let code = self.app.code_sent_to(number).await;
        self.confirms_mobile(&code).await.expect(200);
        self.app.clock.advance(chrono::TimeDelta::seconds(1));
    }

    pub async fn confirms_mobile(&self, code: &str) -> Reply {
        self.post("/v1/me/mobile-codes/confirm", json!({ "code": code })).send().await
    }

    /// The messages in a state, as an administrator sees them, newest first.
    pub async fn lists_messages(&self, state: &str) -> Vec<Value> {
        self.get(&format!("/v1/messages?state={state}&limit=100")).send().await.expect(200).items().to_vec()
    }

    pub async fn replays(&self, message: &str) -> Reply {
        self.post_empty(&format!("/v1/messages/{message}/replay")).send().await
    }

    /// Drops a message, so that it is not sent.
    pub async fn drops_message(&self, message: &str) -> Reply {
        self.post_empty(&format!("/v1/messages/{message}/drop")).send().await
    }
}

impl TestApp {
    /// The code in the newest text message to a number.
    pub async fn code_sent_to(&self, number: &str) -> String {
        let texts = self.texts_to(number).await;
        let text = texts.last().unwrap_or_else(|| panic!("no text message to {number}"));
        text.split_whitespace().find_map(|word| word.strip_suffix('.').filter(|word| word.len() == 6)).unwrap().to_owned()
    }

    /// The id that administrators see for a message.
    pub fn shown_message(&self, id: Id) -> String {
        shown_id(&self.platform.sealer, id).to_string()
    }

    /// The state of a message, by the id that administrators see.
    pub async fn message_state(&self, shown: &str) -> String {
        let id = message_id(&self.platform.sealer, shown.parse().unwrap());
        self.sql(move |conn| Ok(dsl::outbox.find(id).select(dsl::state).get_result(conn)?)).await
    }

    /// Kind and state of every scheduled notification to an account, oldest first.
    pub async fn notifications_to(&self, account: Id) -> Vec<(String, String)> {
        self.sql(move |conn| {
            let messages = dsl::outbox.filter(dsl::recipient_id.eq(Some(account)));
            Ok(messages.order((dsl::created_at, dsl::due_at, dsl::id)).select((dsl::kind, dsl::state)).load(conn)?)
        })
        .await
    }

    /// The due times of the queued messages of a kind to an account.
    pub async fn queued_due_times(&self, account: Id, kind: &'static str) -> Vec<DateTime<Utc>> {
        let due: Vec<UtcTime> = self
            .sql(move |conn| {
                let messages = dsl::outbox.filter(dsl::recipient_id.eq(Some(account))).filter(dsl::kind.eq(kind));
                Ok(messages.filter(dsl::state.eq("queued")).order(dsl::due_at).select(dsl::due_at).load(conn)?)
            })
            .await;
        due.into_iter().map(UtcTime::get).collect()
    }

    /// The subjects of the emails that were sent to an address.
    pub async fn email_subjects_to(&self, address: &str) -> Vec<String> {
        self.emails_to(address).await.into_iter().map(|email| email.subject).collect()
    }
}

/// How the gateway answers the next message, instead of accepting it.
#[derive(Debug, Clone)]
pub enum GatewayAnswer {
    /// It answers this status, with a `Retry-After` where given, and does not accept the message.
    Status(u16, Option<u32>),
    /// It accepts the message and closes the connection before it answers.
    AcceptAndDisconnect,
    /// It accepts the message, waits, and closes the connection.
    AcceptAndHang(Duration),
    /// It waits and closes the connection without accepting the message.
    Hang(Duration),
    /// It redirects to this address.
    Redirect(String),
}

/// A text message gateway with the API of GOV.UK Notify.
#[derive(Clone)]
pub struct TextGateway {
    pub url: String,
    state: Arc<Mutex<State>>,
    status_queries: Arc<AtomicU32>,
}

#[derive(Default)]
struct State {
    plan: Vec<GatewayAnswer>,
    /// How to answer the message after this many accepted ones.
    later: BTreeMap<usize, GatewayAnswer>,
    /// Every accepted message: the reference and the request body.
    accepted: Vec<(String, Value)>,
    tokens: Vec<String>,
    statuses: BTreeMap<String, String>,
}

impl TextGateway {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let gateway = Self { url, state: Arc::default(), status_queries: Arc::default() };
        let shared = gateway.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, gateway) = (stream.unwrap(), shared.clone());
                std::thread::spawn(move || gateway.serve(stream));
            }
        });
        gateway
    }

    pub fn client(&self) -> Gateway {
        Gateway::new(&self.url, KEY, TEMPLATE).unwrap()
    }

    /// Sets how to answer the next attempts, in order.
    pub fn will_answer(&self, answers: &[GatewayAnswer]) {
        self.state.lock().unwrap().plan = answers.iter().rev().cloned().collect();
    }

    /// Sets how to answer the message after this many accepted ones.
    pub fn will_answer_after(&self, count: usize, answer: GatewayAnswer) {
        self.state.lock().unwrap().later.insert(count, answer);
    }

    /// The references and bodies of the accepted messages, in order.
    pub fn accepted(&self) -> Vec<(String, Value)> {
        self.state.lock().unwrap().accepted.clone()
    }

    /// The `Authorization` headers of the requests, in order.
    pub fn tokens(&self) -> Vec<String> {
        self.state.lock().unwrap().tokens.clone()
    }

    /// How often the status of a message was queried.
    pub fn status_query_count(&self) -> u32 {
        self.status_queries.load(Ordering::SeqCst)
    }

    /// Sets the delivery status of a message.
    pub fn set_status(&self, reference: &str, status: &str) {
        self.state.lock().unwrap().statuses.insert(reference.to_owned(), status.to_owned());
    }

    /// `None` when the client has disconnected or gets no answer.
    fn serve(&self, stream: TcpStream) -> Option<()> {
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
            let (status, headers, response) = match request.split(' ').next()? {
                "POST" if path == "/v2/notifications/sms" => self.receive(&serde_json::from_slice(&body).ok()?)?,
                "GET" => self.look_up(&path),
                _ => (404, String::new(), json!({})),
            };
            let response = response.to_string();
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n",
                response.len()
            );
            out.write_all(format!("{head}{response}").as_bytes()).ok()?;
        }
    }

    fn receive(&self, form: &Value) -> Option<(u16, String, Value)> {
        let planned = {
            let mut state = self.state.lock().unwrap();
            let count = state.accepted.len();
            state.plan.pop().or_else(|| state.later.remove(&count))
        };
        match planned {
            Some(GatewayAnswer::Status(status, retry_after)) => {
                let headers = retry_after.map(|seconds| format!("retry-after: {seconds}\r\n")).unwrap_or_default();
                return Some((status, headers, json!({ "status_code": status, "errors": [] })));
            }
            Some(GatewayAnswer::Hang(time)) => {
                std::thread::sleep(time);
                return None;
            }
            Some(GatewayAnswer::Redirect(to)) => return Some((307, format!("location: {to}\r\n"), json!({}))),
            Some(GatewayAnswer::AcceptAndDisconnect | GatewayAnswer::AcceptAndHang(_)) | None => {}
        }
        let reference = form["reference"].as_str()?.to_owned();
        let mut state = self.state.lock().unwrap();
        state.accepted.push((reference.clone(), form.clone()));
        state.statuses.entry(reference.clone()).or_insert_with(|| "created".to_owned());
        drop(state);
        match planned {
            None => {}
            Some(GatewayAnswer::AcceptAndHang(time)) => {
                std::thread::sleep(time);
                return None;
            }
            Some(_) => return None,
        }
        Some((201, String::new(), json!({ "id": gateway_id(&reference), "reference": reference })))
    }

    fn look_up(&self, path: &str) -> (u16, String, Value) {
        self.status_queries.fetch_add(1, Ordering::SeqCst);
        let state = self.state.lock().unwrap();
        let found = |reference: &str| {
            let status = state.statuses.get(reference)?;
            Some(json!({ "id": gateway_id(reference), "reference": reference, "status": status }))
        };
        if let Some(reference) = path.strip_prefix("/v2/notifications?reference=") {
            return (200, String::new(), json!({ "notifications": found(reference).into_iter().collect::<Vec<_>>() }));
        }
        let by_id = path.strip_prefix("/v2/notifications/n-").and_then(found);
        by_id.map_or((404, String::new(), json!({})), |found| (200, String::new(), found))
    }
}

/// The gateway's own id of the message with that reference.
fn gateway_id(reference: &str) -> String {
    format!("n-{reference}")
}
