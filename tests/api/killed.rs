//! An instance that is killed in the middle of its work loses no message and sends none twice. The tests use the real binary,
//! `kill -9`, and receivers that count messages by id.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use confide::platform::Platform;
use confide::platform::audit::Written;
use confide::platform::clock::Clock;
use confide::platform::config::Policy;
use confide::platform::db::{Db, Engine, migrations};
use confide::platform::ids::Id;
use confide::platform::keys::KeyRing;
use confide::platform::outbox::{self, Email, Message, TextMessage};
use confide::platform::schema::outbox::dsl;
use confide::platform::seal::Sealer;
use diesel::prelude::*;
use tempfile::TempDir;

use crate::support::messages::{GatewayAnswer, KEY, TEMPLATE, TextGateway};
use crate::support::ports::free_address;
use crate::support::program::{Running, confide};
use crate::support::{Kind, apply, cluster, postgres_only, sqlite_only};

const EMAILS: usize = 120;
const TEXTS: usize = 180;

/// A running instance, which is killed when this value is dropped.
struct Instance {
    child: Running,
    /// The address of its metrics.
    metrics: SocketAddr,
}

impl Instance {
    /// Starts an instance. Claims expire after two seconds, so that another instance soon sends what a killed one had claimed.
    fn start(database: &str, keys: &KeyRing, outbox: &Path, gateway: &TextGateway) -> Self {
        let [address, metrics] = [free_address(), free_address()];
        let mut command = confide(&["serve"]);
        command
            .env("DATABASE_URL", database)
            .env("CONFIDE_KEYS", keys.to_text())
            .env("CONFIDE_LISTEN", address.to_string())
            .env("CONFIDE_METRICS_LISTEN", metrics.to_string())
            .env("CONFIDE_OUTBOX_DIR", outbox)
            .env("CONFIDE_SMS_URL", &gateway.url)
            .env("CONFIDE_SMS_KEY", KEY)
            .env("CONFIDE_SMS_TEMPLATE", TEMPLATE)
            .env("CONFIDE_MESSAGE_LEASE_SECONDS", "2")
            .env("CONFIDE_DATABASE_CONNECTIONS", "4")
            .env("RUST_LOG", "off")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Self { child: Running::start(&mut command), metrics }
    }

    /// Reads its metrics.
    fn metrics(&self) -> String {
        let mut stream = TcpStream::connect(self.metrics).unwrap();
        stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }
}

/// Queues emails and text messages, mixed; returns their ids.
async fn fill(platform: &Platform) -> (BTreeSet<String>, BTreeSet<String>) {
    let ids: Vec<(bool, Id)> = platform
        .write(|tx| {
            (0..EMAILS + TEXTS)
                .map(|number| {
                    let is_email = number % 5 < 2;
                    let message = if is_email {
                        let to = format!("n{number}@example.org");
                        Message::Email(Email { to, subject: "Hello".to_owned(), body: format!("Number {number}.\n") })
                    } else {
                        Message::Sms(TextMessage {
                            to: format!("+447700900{:03}", number % 1000),
                            body: format!("Number {number}."),
                        })
                    };
                    Ok((is_email, outbox::queue_message(tx, "greeting", &message)?))
                })
                .collect()
        })
        .await
        .unwrap();
    let of = |emails: bool| ids.iter().filter(|(is_email, _)| *is_email == emails).map(|(_, id)| id.to_string()).collect();
    (of(true), of(false))
}

/// How many messages are in a state.
async fn count(db: &Db, state: &'static str) -> i64 {
    db.read(move |conn| Ok(dsl::outbox.filter(dsl::state.eq(state)).count().get_result(conn)?)).await.unwrap()
}

async fn wait_for(what: &str, mut done: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !done().await {
        assert!(start.elapsed() < Duration::from_secs(90), "{what} takes too long");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Fills the outbox, starts instances, kills the first one midway, starts another if none is left, and waits until all is sent.
async fn kill_one_of(instances: usize, database: &str, folder: &Path) {
    let engine = Engine::parse(database).unwrap();
    migrations::run(&engine).unwrap();
    let (db, keys, gateway) = (Db::start(&engine, 2), KeyRing::generate(), TextGateway::start());
    let platform = Platform {
        db: db.clone(),
        clock: Clock::system(),
        sealer: Sealer::new(&keys),
        policy: Policy::from_environment().unwrap().into(),
        written: Written::default(),
    };
    let (emails, texts) = fill(&platform).await;
    let outbox = folder.join("outbox");
    // The gateway accepts a text message after a hundred others and never confirms it: the instance that sent it is killed
    // meanwhile, or has to query its status.
    gateway.will_answer_after(100, GatewayAnswer::AcceptAndHang(Duration::from_millis(1500)));
    let start = || Instance::start(database, &keys, &outbox, &gateway);
    let mut running: Vec<Instance> = (0..instances).map(|_| start()).collect();
    wait_for("the first third", async || gateway.accepted().len() > 100).await;
    running.remove(0).child.kill_and_wait();
    assert!(count(&db, "claimed").await > 0, "the instance was killed between two batches");
    assert!(count(&db, "sent").await < i64::try_from(emails.len() + texts.len()).unwrap());
    if running.is_empty() {
        running.push(start());
    }
    let all = i64::try_from(emails.len() + texts.len()).unwrap();
    wait_for("the rest", async || count(&db, "sent").await == all).await;

    let accepted: Vec<String> = gateway.accepted().into_iter().map(|(reference, _)| reference).collect();
    assert_eq!(accepted.len(), texts.len(), "a text message was sent twice or not at all");
    assert_eq!(accepted.into_iter().collect::<BTreeSet<_>>(), texts);
    assert!(gateway.status_query_count() > 0, "no instance queried a status");
    let files = std::fs::read_dir(&outbox).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<String> = files.filter_map(|name| name.strip_suffix(".eml").map(str::to_owned)).collect();
    assert_eq!(files, emails);
    let metrics = running[0].metrics();
    for name in [
        "confide_messages_queued{carrier=\"email\"} ",
        "confide_messages_dead{carrier=\"sms\"} 0",
        "confide_messages_in_doubt{carrier=\"email\"} 0",
        "confide_messages_paused{carrier=\"email\"} 0",
        "confide_messages_oldest_due_seconds ",
        "confide_messages_sent_total ",
    ] {
        assert!(metrics.contains(name), "{name} is not in {metrics}");
    }
}

#[apply(sqlite_only)]
async fn killed_and_restarted_instance_sends_every_message_once(_kind: Kind) {
    let folder = TempDir::new().unwrap();
    kill_one_of(1, &format!("sqlite:{}", folder.path().join("confide.db").display()), folder.path()).await;
}

#[apply(postgres_only)]
async fn two_instances_send_every_message_once_when_one_is_killed(_kind: Kind) {
    let server = cluster::required();
    let (folder, name) = (TempDir::new().unwrap(), server.create_database(None));
    kill_one_of(2, &server.url(&name), folder.path()).await;
    server.drop_database(&name);
}
