//! An application for one test: a fresh database, a clock set to a Monday morning, and cheap password hashes.

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
use confide::platform::audit::Written;
use confide::platform::clock::Clock;
use confide::platform::config::{AccessLogNames, Organisation, Policy, ReplyContact};
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

use super::audit_checks::AuditChecks;
use super::cluster;
use super::contract::Documented;
use super::repeat_checks::RepeatChecks;
use super::reply::Reply;

/// The database engine that a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// How long the service waits after a change before it sends the notification.
const NOTIFICATION_DELAY: TimeDelta = TimeDelta::minutes(3);

type Call = dyn Fn(actix_http::Request) -> LocalBoxFuture<'static, Reply>;

/// The application under test, with the parts it was built from.
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
    known_ids: Rc<RefCell<BTreeMap<String, String>>>,
    files: Arc<Files>,
    repeat_checks: Option<RepeatChecks>,
    audit_checks: Option<AuditChecks>,
}

/// Files and database that are removed with the last clone.
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

/// Settings of an application under test; the defaults suit most tests.
pub struct TestSettings {
    pub policy: Policy,
    pub cost: Cost,
    pub keys: KeyRing,
    pub connections: usize,
}

impl Default for TestSettings {
    fn default() -> Self {
        let policy = Policy {
            app_url: "https://app.example.org".to_owned(),
            video_url: "https://app.example.org/rooms/{room}".to_owned(),
            service_name: "Confide".to_owned(),
            trusted_proxies: TrustedProxies::default(),
            client_timeout: Duration::from_secs(20),
            not_found_step: Duration::ZERO,
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
            emergency_contact_life: TimeDelta::days(2192),
            access_log_names: AccessLogNames::Known,
            flag_clinician_reads: 50,
            flag_staff_reads: 150,
            flag_lists: 200,
            flag_refusals: 10,
            flag_phone_lookups: 30,
            flag_contact_alerts: 1,
            referral_life: TimeDelta::days(730),
            organisation: Some(Organisation::for_demo()),
            reply_contact: ReplyContact::for_demo(),
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
        Self::start_with(kind, TestSettings::default()).await
    }

    pub async fn start_with(kind: Kind, settings: TestSettings) -> Self {
        let folder = TempDir::new().unwrap();
        let (engine, database) = match kind {
            Kind::Sqlite => (sqlite_copy(&folder), None),
            Kind::Postgres => {
                let (engine, name) = postgres_copy();
                (engine, Some(name))
            }
        };
        let files = Arc::new(Files { folder, database });
        Self::build(kind, engine, files, Clock::set_to(monday_nine()), settings).await
    }

    /// A second instance of the service on the same database and clock, with other settings.
    pub async fn with_the_same_database(&self, settings: TestSettings) -> Self {
        Self::build(self.kind, self.engine.clone(), self.files.clone(), self.clock.clone(), settings).await
    }

    async fn build(kind: Kind, engine: Engine, files: Arc<Files>, clock: Clock, settings: TestSettings) -> Self {
        crate::guards::install_query_listener();
        let platform = Platform {
            db: Db::start(&engine, settings.connections),
            clock: clock.clone(),
            sealer: Sealer::new(&settings.keys),
            policy: Arc::new(settings.policy),
            written: Written::default(),
        };
        let passwords = Passwords::new(settings.cost, 4).unwrap();
        let parts = Parts::new(platform.clone(), &settings.keys, passwords, vec!["https://web.example.org".to_owned()]).unwrap();
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
            connections: settings.connections,
            parts,
            call,
            documented,
            known_ids: subjects,
            files,
            repeat_checks: None,
            audit_checks: None,
        }
    }

    /// A request that has not been sent yet.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        RequestBuilder {
            app: self.clone(),
            method,
            path: path.to_owned(),
            headers: Vec::new(),
            body: None,
            documented: true,
            peer: LOCAL_CLIENT,
        }
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    pub fn post(&self, path: &str, body: Value) -> RequestBuilder {
        self.request(Method::POST, path).json(&body)
    }

    pub fn put(&self, path: &str, body: Value) -> RequestBuilder {
        self.request(Method::PUT, path).json(&body)
    }

    pub fn patch(&self, path: &str, body: Value) -> RequestBuilder {
        self.request(Method::PATCH, path).json(&body)
    }

    pub fn delete(&self, path: &str) -> RequestBuilder {
        self.request(Method::DELETE, path)
    }

    /// The same application with the checks of [`RepeatChecks`] on every request.
    pub fn with_repeat_checks(&self, checks: &RepeatChecks) -> Self {
        Self { repeat_checks: Some(checks.clone()), ..self.clone() }
    }

    /// The same application with the checks of [`AuditChecks`] on every request.
    pub fn with_audit_checks(&self, checks: &AuditChecks) -> Self {
        Self { audit_checks: Some(checks.clone()), ..self.clone() }
    }

    /// The id of an existing record at a path of the document, such as `/v1/clinicians/{id}`, if one was remembered.
    pub fn known_id(&self, address: &str) -> Option<String> {
        self.known_ids.borrow().get(address).cloned()
    }

    pub fn remember_id(&self, address: &str, subject: &str) {
        self.known_ids.borrow_mut().insert(address.to_owned(), subject.to_owned());
    }

    pub fn now(&self) -> UtcTime {
        self.clock.now()
    }

    /// Runs a function of the service in a transaction.
    pub async fn write<T: Send + 'static>(&self, work: impl Fn(&mut Tx) -> Result<T, Error> + Send + 'static) -> T {
        self.platform.write(work).await.unwrap()
    }

    /// Runs queries on the test's database.
    pub async fn sql<T: Send + 'static>(&self, work: impl Fn(&mut Conn) -> Result<T, Error> + Send + 'static) -> T {
        self.platform.db.write(work).await.unwrap()
    }

    /// Sends what is in the outbox and returns the emails to an address, in the order in which they were sent. Messages that
    /// wait a few minutes in case of another change are sent too; the clock does not move.
    pub async fn emails_to(&self, address: &str) -> Vec<Email> {
        self.deliver_due_messages().await;
        let emails = self.sent_files("eml").await.into_iter().map(|text| parse_email(&text));
        emails.filter(|email| email.to.eq_ignore_ascii_case(address)).collect()
    }

    /// The same emails; fails when there are none, because a loop over an empty list would check nothing.
    pub async fn expect_emails_to(&self, address: &str) -> Vec<Email> {
        let emails = self.emails_to(address).await;
        assert!(!emails.is_empty(), "no email to {address}");
        emails
    }

    /// Sends what is in the outbox and returns the text messages to a number, in the order in which they were sent.
    pub async fn texts_to(&self, number: &str) -> Vec<String> {
        self.deliver_due_messages().await;
        let texts = self.sent_files("sms").await;
        let open = |text: &String| text.strip_prefix(&format!("To: {number}\n\n")).map(|body| body.trim_end().to_owned());
        texts.iter().filter_map(open).collect()
    }

    /// Writes the messages that are due now or in a few minutes to the outbox folder.
    pub async fn deliver_due_messages(&self) {
        let transport = Transport::folder("Appointments <no-reply@example.org>", self.outbox_folder()).unwrap();
        let sender = Sender::new(transport, confide::server::notification_registry());
        self.process_email_requests().await;
        for moment in [self.now(), self.now() + NOTIFICATION_DELAY] {
            while send_due_at(&self.platform, &sender, moment).await.unwrap() > 0 {}
        }
    }

    /// Processes requests that were made without a session: registrations, confirmation links, password resets.
    pub async fn process_email_requests(&self) {
        loop {
            if self.write(confide::access::registration::confirmation::process_due).await == 0 {
                return;
            }
        }
    }

    /// The folder that holds a file for each message that was sent.
    pub fn outbox_folder(&self) -> std::path::PathBuf {
        self.files.folder.path().join("outbox")
    }

    /// The contents of the sent files with this extension, in the order in which they were sent.
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

    /// The tokens in all emails to an address, the oldest first.
    pub async fn tokens_for(&self, address: &str) -> Vec<String> {
        let emails = self.emails_to(address).await;
        let token = |email: &Email| Some(email.body.split("#token=").nth(1)?.split_whitespace().next()?.to_owned());
        emails.iter().filter_map(token).collect()
    }

    /// The number of rows in a table.
    pub async fn row_count(&self, table: &'static str) -> i64 {
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

    /// The token in the newest email to an address.
    pub async fn token_for(&self, address: &str) -> String {
        let emails = self.emails_to(address).await;
        let body = &emails.last().unwrap_or_else(|| panic!("no email to {address}")).body;
        body.split("#token=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
    }
}

/// Parses an email of the service: plain ASCII text or quoted-printable.
pub fn parse_email(text: &str) -> Email {
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned();
    let body = if head.contains("quoted-printable") { body.replace("=\r\n", "").replace("=3D", "=") } else { body.to_owned() };
    Email { to: header("To:"), subject: header("Subject:"), body }
}

/// Runs a function of the service in a transaction on a connection outside any application.
pub fn in_tx<T>(conn: &mut Conn, now: UtcTime, work: impl FnOnce(&mut Tx) -> T) -> T {
    let (sealer, policy) = (Sealer::new(&KeyRing::generate()), Policy::from_environment().unwrap());
    work(&mut Tx::new(conn, now, &sealer, &policy))
}

/// Loads the reference data that the service loads before it accepts requests.
fn load_reference_data(engine: &Engine) {
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
        load_reference_data(&Engine::Sqlite(path.clone()));
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
        load_reference_data(&engine);
        name
    });
    let name = server.create_database(Some(template));
    (Engine::Postgres(server.url(&name)), name)
}

/// The client address of requests that set none.
const LOCAL_CLIENT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 40000);

/// A request that is being built.
#[derive(Clone)]
pub struct RequestBuilder {
    app: TestApp,
    method: Method,
    path: String,
    headers: Vec<(&'static str, HeaderValue)>,
    body: Option<Bytes>,
    documented: bool,
    peer: SocketAddr,
}

impl RequestBuilder {
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
        self.append_header(name, value)
    }

    /// Adds another line of a header.
    pub fn append_header(self, name: &'static str, value: &str) -> Self {
        self.append_header_bytes(name, value.as_bytes())
    }

    /// The same with bytes that need not be text.
    pub fn append_header_bytes(mut self, name: &'static str, value: &[u8]) -> Self {
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

    /// Sends it. A response that the document does not declare fails the test; see also [`TestApp::with_repeat_checks`].
    pub async fn send(self) -> Reply {
        if let Some(checks) = self.app.audit_checks.clone().filter(|_| self.documented) {
            let app = self.app.clone();
            return checks.send(&app, self).await;
        }
        match self.app.repeat_checks.clone().filter(|_| self.documented) {
            Some(checks) => checks.send(self).await,
            None => self.send_once().await,
        }
    }

    /// The operation id in the document, and the headers that the operation takes.
    pub fn operation(&self) -> Option<(String, Vec<String>)> {
        self.app.documented.operation(&self.method, &self.path)
    }

    /// True when the request has that header.
    pub fn has_header(&self, name: &str) -> bool {
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
