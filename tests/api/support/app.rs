//! An application of one test's own: a fresh database, a clock that stands at a Monday morning, no waiting for hashes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_web::body::to_bytes;
use actix_web::dev::Service;
use actix_web::http::Method;
use actix_web::http::header::HeaderValue;
use actix_web::test::{self, TestRequest};
use actix_web::web::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use confide::people::sign_in::passwords::{Cost, Passwords};
use confide::platform::Platform;
use confide::platform::Tx;
use confide::platform::address::TrustedProxies;
use confide::platform::clock::Clock;
use confide::platform::config::{Organisation, Policy};
use confide::platform::db::{Conn, Db, Engine, migrations};
use confide::platform::error::Error;
use confide::platform::ids::{Id, UtcTime};
use confide::platform::keys::KeyRing;
use confide::platform::outbox::Email;
use confide::platform::outbox::transport::Transport;
use confide::platform::outbox::worker::{Sender, send_due_at};
use confide::platform::seal::Sealer;
use confide::server::{Parts, application};
use diesel::prelude::*;
use futures_util::future::LocalBoxFuture;
use serde_json::Value;
use tempfile::TempDir;

use super::cluster;
use super::contract::Documented;
use super::doubts::Doubts;
use super::reply::Reply;

/// Which engine a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// How long a change rests before it is told.
const GRACE: TimeDelta = TimeDelta::minutes(3);

type Call = dyn Fn(actix_http::Request) -> LocalBoxFuture<'static, Reply>;

/// The application under test, with everything it was given within reach.
#[derive(Clone)]
pub struct TestApp {
    pub platform: Platform,
    pub clock: Clock,
    pub kind: Kind,
    pub engine: Engine,
    pub connections: usize,
    pub parts: Parts,
    call: Rc<Call>,
    documented: Arc<Documented>,
    subjects: Rc<RefCell<BTreeMap<String, String>>>,
    files: Arc<Files>,
    doubts: Option<Doubts>,
}

/// What is thrown away with the last clone.
struct Files {
    folder: TempDir,
    database: Option<String>,
}

impl Drop for Files {
    fn drop(&mut self) {
        if let Some(name) = &self.database {
            cluster::required().drop_database(name);
        }
    }
}

/// What a test may want otherwise than usual.
pub struct Wishes {
    pub policy: Policy,
    pub cost: Cost,
    pub keys: KeyRing,
    pub connections: usize,
}

impl Default for Wishes {
    fn default() -> Self {
        let policy = Policy {
            app_url: "https://app.example.org".to_owned(),
            video_url: "https://app.example.org/rooms/{room}".to_owned(),
            service_name: "Confide".to_owned(),
            trusted_proxies: TrustedProxies::default(),
            client_timeout: Duration::from_secs(20),
            requests_per_minute: 0,
            sign_in_tries_per_minute: 0,
            document_checks_per_minute: 0,
            contact_requests_per_minute: 0,
            access_token: TimeDelta::minutes(10),
            session_idle: TimeDelta::days(14),
            session_life: TimeDelta::days(90),
            read_after_care: TimeDelta::days(30),
            signpost_check_days: 90,
            self_check_days: 30,
            invitation_life: TimeDelta::days(7),
            contact_life: TimeDelta::days(365),
            organisation: Some(Organisation::for_demo()),
        };
        Self { policy, cost: Cost::Minimal, keys: test_keys(), connections: 4 }
    }
}

/// The same keys for every application of the test process, so that a second one reads what the first has sealed.
pub fn test_keys() -> KeyRing {
    static KEYS: OnceLock<KeyRing> = OnceLock::new();
    KEYS.get_or_init(KeyRing::generate).clone()
}

/// A Monday in winter, nine o'clock: London is on UTC.
pub fn monday_nine() -> DateTime<Utc> {
    "2027-01-11T09:00:00Z".parse().unwrap()
}

impl TestApp {
    /// A fresh application.
    pub async fn start(kind: Kind) -> Self {
        Self::start_with(kind, Wishes::default()).await
    }

    pub async fn start_with(kind: Kind, wishes: Wishes) -> Self {
        let folder = TempDir::new().unwrap();
        let (engine, database) = match kind {
            Kind::Sqlite => (sqlite_copy(&folder), None),
            Kind::Postgres => {
                let (engine, name) = postgres_copy();
                (engine, Some(name))
            }
        };
        let files = Arc::new(Files { folder, database });
        Self::build(kind, engine, files, Clock::set_to(monday_nine()), wishes).await
    }

    /// A second instance of the service on the same database and clock, set up otherwise.
    pub async fn with_the_same_database(&self, wishes: Wishes) -> Self {
        Self::build(self.kind, self.engine.clone(), self.files.clone(), self.clock.clone(), wishes).await
    }

    async fn build(kind: Kind, engine: Engine, files: Arc<Files>, clock: Clock, wishes: Wishes) -> Self {
        crate::guards::give_connections_a_listener();
        let platform = Platform {
            db: Db::start(&engine, wishes.connections),
            clock: clock.clone(),
            sealer: Sealer::new(&wishes.keys),
            policy: Arc::new(wishes.policy),
        };
        let passwords = Passwords::new(wishes.cost, 4).unwrap();
        let parts = Parts::new(platform.clone(), &wishes.keys, passwords, vec!["https://web.example.org".to_owned()]).unwrap();
        let service = Rc::new(test::init_service(application(&parts)).await);
        let call: Rc<Call> = Rc::new(move |request| {
            let service = service.clone();
            Box::pin(async move {
                match service.call(request).await {
                    Ok(response) => {
                        let (_, response) = response.into_parts();
                        let (status, headers) = (response.status(), response.headers().clone());
                        let body = to_bytes(response.into_body()).await.ok().unwrap_or_default();
                        Reply::new(status, headers, body)
                    }
                    Err(error) => {
                        let response = error.error_response();
                        let (status, headers) = (response.status(), response.headers().clone());
                        Reply::new(status, headers, to_bytes(response.into_body()).await.ok().unwrap_or_default())
                    }
                }
            })
        });
        let (documented, subjects) = (Documented::shared(), Rc::default());
        Self {
            platform,
            clock,
            kind,
            engine,
            connections: wishes.connections,
            parts,
            call,
            documented,
            subjects,
            files,
            doubts: None,
        }
    }

    /// A request that is not sent yet.
    pub fn request(&self, method: Method, path: &str) -> Ask {
        Ask { app: self.clone(), method, path: path.to_owned(), headers: Vec::new(), body: None, documented: true, peer: HERE }
    }

    pub fn get(&self, path: &str) -> Ask {
        self.request(Method::GET, path)
    }

    pub fn post(&self, path: &str, body: Value) -> Ask {
        self.request(Method::POST, path).json(&body)
    }

    pub fn put(&self, path: &str, body: Value) -> Ask {
        self.request(Method::PUT, path).json(&body)
    }

    pub fn patch(&self, path: &str, body: Value) -> Ask {
        self.request(Method::PATCH, path).json(&body)
    }

    pub fn delete(&self, path: &str) -> Ask {
        self.request(Method::DELETE, path)
    }

    /// The same application, whose every request is doubted from now on: see [`Doubts`].
    pub fn doubting(&self, doubts: &Doubts) -> Self {
        Self { doubts: Some(doubts.clone()), ..self.clone() }
    }

    /// What is known to be there at an address of the document, such as `/v1/clinicians/{id}`.
    pub fn subject(&self, address: &str) -> Option<String> {
        self.subjects.borrow().get(address).cloned()
    }

    pub fn remember_subject(&self, address: &str, subject: &str) {
        self.subjects.borrow_mut().insert(address.to_owned(), subject.to_owned());
    }

    pub fn now(&self) -> UtcTime {
        self.clock.now()
    }

    /// Runs something of the service's own in a transaction.
    pub async fn write<T: Send + 'static>(&self, work: impl Fn(&mut Tx) -> Result<T, Error> + Send + 'static) -> T {
        self.platform.write(work).await.unwrap()
    }

    /// Runs something on the test's own database.
    pub async fn sql<T: Send + 'static>(&self, work: impl Fn(&mut Conn) -> Result<T, Error> + Send + 'static) -> T {
        self.platform.db.write(work).await.unwrap()
    }

    /// Sends what is in the outbox and returns the letters that went to an address, in the order in which they went. A few minutes
    /// are taken to have passed, so that what rests in case of another change goes too; the clock stays where it is.
    pub async fn letters_to(&self, address: &str) -> Vec<Email> {
        self.the_post_goes().await;
        let letters = self.sent_files("eml").await.into_iter().map(|text| parse_letter(&text));
        letters.filter(|letter| letter.to.eq_ignore_ascii_case(address)).collect()
    }

    /// The same letters, of which there must be some: a loop over none would show nothing.
    pub async fn some_letters_to(&self, address: &str) -> Vec<Email> {
        let letters = self.letters_to(address).await;
        assert!(!letters.is_empty(), "no letter to {address}");
        letters
    }

    /// Sends what is in the outbox and returns the texts that went to a number, in the order in which they went.
    pub async fn texts_to(&self, number: &str) -> Vec<String> {
        self.the_post_goes().await;
        let texts = self.sent_files("sms").await;
        let open = |text: &String| text.strip_prefix(&format!("To: {number}\n\n")).map(|body| body.trim_end().to_owned());
        texts.iter().filter_map(open).collect()
    }

    /// Sends what is due, and what would be in a few minutes, into the outbox folder.
    pub async fn the_post_goes(&self) {
        let transport = Transport::folder("Appointments <no-reply@example.org>", self.outbox_folder()).unwrap();
        let sender = Sender::new(transport, confide::server::notification_registry());
        self.requests_are_decided().await;
        for moment in [self.now(), self.now() + GRACE] {
            while send_due_at(&self.platform, &sender, moment).await.unwrap() > 0 {}
        }
    }

    /// Decides what was asked for addresses without a session: registrations, links, new passwords.
    pub async fn requests_are_decided(&self) {
        loop {
            if self.write(confide::access::registration::confirmation::process_due).await == 0 {
                return;
            }
        }
    }

    /// Where the files of what was sent are.
    pub fn outbox_folder(&self) -> std::path::PathBuf {
        self.files.folder.path().join("outbox")
    }

    /// What went out as files of this kind, in the order in which it went.
    async fn sent_files(&self, extension: &str) -> Vec<String> {
        use confide::platform::schema::outbox::dsl;
        let folder = self.outbox_folder();
        let names = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let ids: Vec<Id> = names.filter_map(|name| name.strip_suffix(&format!(".{extension}"))?.parse().ok()).collect();
        let sent = move |conn: &mut Conn| {
            let sent = dsl::outbox.filter(dsl::id.eq_any(ids.clone()));
            Ok(sent.order((dsl::sent_at, dsl::id)).select(dsl::id).load::<Id>(conn)?)
        };
        let sent = self.sql(sent).await;
        sent.iter().map(|id| std::fs::read_to_string(folder.join(format!("{id}.{extension}"))).unwrap()).collect()
    }

    /// The tokens in all e-mails to an address, the oldest first.
    pub async fn links_to(&self, address: &str) -> Vec<String> {
        let letters = self.letters_to(address).await;
        let token = |letter: &Email| Some(letter.body.split("#token=").nth(1)?.split_whitespace().next()?.to_owned());
        letters.iter().filter_map(token).collect()
    }

    /// How many rows a table has.
    pub async fn count_of(&self, table: &'static str) -> i64 {
        #[derive(diesel::QueryableByName)]
        struct Count {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            count: i64,
        }
        let count = move |conn: &mut Conn| {
            Ok(diesel::sql_query(format!("SELECT count(*) AS count FROM {table}")).get_result::<Count>(conn)?.count)
        };
        self.sql(count).await
    }

    /// The token in the newest letter to an address.
    pub async fn token_for(&self, address: &str) -> String {
        let letters = self.letters_to(address).await;
        let body = &letters.last().unwrap_or_else(|| panic!("no letter to {address}")).body;
        body.split("#token=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
    }
}

/// Our letters are plain ASCII text or quoted-printable; both are read well enough here.
fn parse_letter(text: &str) -> Email {
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned();
    let body = if head.contains("quoted-printable") { body.replace("=\r\n", "").replace("=3D", "=") } else { body.to_owned() };
    Email { to: header("To:"), subject: header("Subject:"), body }
}

/// Runs something of the service's own on a connection that no service has.
pub fn in_tx<T>(conn: &mut Conn, now: UtcTime, work: impl FnOnce(&mut Tx) -> T) -> T {
    let (sealer, policy) = (Sealer::new(&KeyRing::generate()), Policy::from_environment().unwrap());
    work(&mut Tx { conn, now, sealer: &sealer, policy: &policy })
}

/// What a service does with its database before it answers anybody.
fn furnish(engine: &Engine) {
    let mut conn = engine.connect().unwrap_or_else(|error| panic!("{error}"));
    let now = monday_nine().into();
    conn.transaction(|conn| in_tx(conn, now, confide::access::registration::load_built_in_rules)).unwrap();
    conn.transaction(|conn| in_tx(conn, now, confide::reference::signposts::add_missing)).unwrap();
}

fn sqlite_copy(folder: &TempDir) -> Engine {
    static TEMPLATE: OnceLock<(TempDir, std::path::PathBuf)> = OnceLock::new();
    let (_, template) = TEMPLATE.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("template.db");
        migrations::run(&Engine::Sqlite(path.clone())).unwrap();
        furnish(&Engine::Sqlite(path.clone()));
        (folder, path)
    });
    let path = folder.path().join("test.db");
    std::fs::copy(template, &path).unwrap();
    Engine::Sqlite(path)
}

fn postgres_copy() -> (Engine, String) {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    let server = cluster::required();
    let template = TEMPLATE.get_or_init(|| {
        let name = server.create_database(None);
        let engine = Engine::Postgres(server.url(&name));
        migrations::run(&engine).unwrap();
        furnish(&engine);
        name
    });
    let name = server.create_database(Some(template));
    (Engine::Postgres(server.url(&name)), name)
}

/// Where requests come from when nobody says.
const HERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 40000);

/// A request on its way.
#[derive(Clone)]
pub struct Ask {
    app: TestApp,
    method: Method,
    path: String,
    headers: Vec<(&'static str, HeaderValue)>,
    body: Option<Bytes>,
    documented: bool,
    peer: SocketAddr,
}

impl Ask {
    pub fn json(self, body: &Value) -> Self {
        self.raw("application/json", body.to_string())
    }

    /// A body that need not be JSON.
    pub fn raw(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self.header("content-type", content_type)
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.line(name, value)
    }

    /// One more line of a header.
    pub fn line(self, name: &'static str, value: &str) -> Self {
        self.line_of_bytes(name, value.as_bytes())
    }

    /// The same of bytes that need not be text.
    pub fn line_of_bytes(mut self, name: &'static str, value: &[u8]) -> Self {
        self.headers.push((name, HeaderValue::from_bytes(value).unwrap()));
        self
    }

    pub fn without_header(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self
    }

    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub fn if_match(self, etag: &str) -> Self {
        self.header("if-match", etag)
    }

    /// The address that the request comes from.
    pub fn from(mut self, peer: &str) -> Self {
        self.peer = SocketAddr::new(peer.parse().unwrap(), 40000);
        self
    }

    /// For requests that are not an operation of the document.
    pub fn undocumented(mut self) -> Self {
        self.documented = false;
        self
    }

    /// Sends it. An answer that the document does not declare fails the test; see also [`TestApp::doubt`].
    pub async fn send(self) -> Reply {
        match self.app.doubts.clone().filter(|_| self.documented) {
            Some(doubts) => doubts.send(self).await,
            None => self.send_once().await,
        }
    }

    /// What the document calls the operation, and the headers that it takes.
    pub fn operation(&self) -> Option<(String, Vec<String>)> {
        self.app.documented.operation(&self.method, &self.path)
    }

    /// True when the request has that header.
    pub fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| *known == name)
    }

    pub async fn send_once(self) -> Reply {
        let mut request = TestRequest::default().method(self.method.clone()).uri(&self.path).peer_addr(self.peer);
        for (name, value) in self.headers {
            request = request.append_header((name, value));
        }
        if let Some(body) = self.body {
            request = request.set_payload(body);
        }
        let reply = (self.app.call)(request.to_request()).await;
        if self.documented {
            self.app.documented.check(&self.method, &self.path, &reply);
        }
        reply
    }
}
