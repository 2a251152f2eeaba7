//! An instance that is killed in the middle of its work loses no message and doubles none: the real binary, `kill -9`, and a
//! sink that counts by id.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use confide::platform::Platform;
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

use crate::support::messages::{Answer, KEY, TEMPLATE, TextGateway};
use crate::support::ports::free_address;
use crate::support::program::{Running, confide};
use crate::support::{Kind, apply, cluster, postgres_only, sqlite_only};

const LETTERS: usize = 120;
const TEXTS: usize = 180;

/// One running instance; it goes when this does.
struct Instance {
    child: Running,
    /// Where its figures are.
    figures: SocketAddr,
}

impl Instance {
    /// Starts one. Claims run out after two seconds, so that nobody has to wait long for what the dead had in hand.
    fn start(database: &str, keys: &KeyRing, outbox: &Path, gateway: &TextGateway) -> Self {
        let [address, figures] = [free_address(), free_address()];
        let mut command = confide(&["serve"]);
        command
            .env("DATABASE_URL", database)
            .env("CONFIDE_KEYS", keys.to_text())
            .env("CONFIDE_LISTEN", address.to_string())
            .env("CONFIDE_METRICS_LISTEN", figures.to_string())
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
        Self { child: Running::start(&mut command), figures }
    }

    /// Its figures, as whoever watches reads them.
    fn figures(&self) -> String {
        let mut stream = TcpStream::connect(self.figures).unwrap();
        stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }
}

/// Letters and texts in the outbox, by turns; their ids.
async fn fill(platform: &Platform) -> (BTreeSet<String>, BTreeSet<String>) {
    let ids: Vec<(bool, Id)> = platform
        .write(|tx| {
            (0..LETTERS + TEXTS)
                .map(|number| {
                    let is_letter = number % 5 < 2;
                    let message = if is_letter {
                        let to = format!("n{number}@example.org");
                        Message::Email(Email { to, subject: "Hello".to_owned(), body: format!("Number {number}.\n") })
                    } else {
                        Message::Sms(TextMessage {
                            to: format!("+447700900{:03}", number % 1000),
                            body: format!("Number {number}."),
                        })
                    };
                    Ok((is_letter, outbox::queue_message(tx, "greeting", &message)?))
                })
                .collect()
        })
        .await
        .unwrap();
    let of = |kind: bool| ids.iter().filter(|(is_letter, _)| *is_letter == kind).map(|(_, id)| id.to_string()).collect();
    (of(true), of(false))
}

/// How many rows stand so.
async fn count(db: &Db, state: &'static str) -> i64 {
    db.read(move |conn| Ok(dsl::outbox.filter(dsl::state.eq(state)).count().get_result(conn)?)).await.unwrap()
}

async fn until(what: &str, mut done: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !done().await {
        assert!(begun.elapsed() < Duration::from_secs(90), "{what} takes too long");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Fills the outbox, starts instances, kills the first in the middle, starts another where none is left, and waits for the rest.
async fn one_of(instances: usize, database: &str, folder: &Path) {
    let engine = Engine::parse(database).unwrap();
    migrations::run(&engine).unwrap();
    let (db, keys, gateway) = (Db::start(&engine, 2), KeyRing::generate(), TextGateway::start());
    let platform = Platform {
        db: db.clone(),
        clock: Clock::system(),
        sealer: Sealer::new(&keys),
        policy: Policy::from_environment().unwrap().into(),
    };
    let (letters, texts) = fill(&platform).await;
    let outbox = folder.join("outbox");
    // The hundredth text is taken by the gateway and never acknowledged: whoever sent it is killed over it, or has to ask.
    gateway.plans_after(100, Answer::TakeAndHang(Duration::from_millis(1500)));
    let start = || Instance::start(database, &keys, &outbox, &gateway);
    let mut running: Vec<Instance> = (0..instances).map(|_| start()).collect();
    until("the first third", async || gateway.taken().len() > 100).await;
    running.remove(0).child.killed();
    assert!(count(&db, "claimed").await > 0, "it was killed between two batches");
    assert!(count(&db, "sent").await < i64::try_from(letters.len() + texts.len()).unwrap());
    if running.is_empty() {
        running.push(start());
    }
    let all = i64::try_from(letters.len() + texts.len()).unwrap();
    until("the rest", async || count(&db, "sent").await == all).await;

    let taken: Vec<String> = gateway.taken().into_iter().map(|(reference, _)| reference).collect();
    assert_eq!(taken.len(), texts.len(), "the gateway was given a text twice, or one not at all");
    assert_eq!(taken.into_iter().collect::<BTreeSet<_>>(), texts);
    assert!(gateway.questions() > 0, "nobody had to ask");
    let files = std::fs::read_dir(&outbox).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<String> = files.filter_map(|name| name.strip_suffix(".eml").map(str::to_owned)).collect();
    assert_eq!(files, letters);
    let figures = running[0].figures();
    for name in [
        "confide_messages_queued{carrier=\"email\"} ",
        "confide_messages_dead{carrier=\"sms\"} 0",
        "confide_messages_in_doubt{carrier=\"email\"} 0",
        "confide_messages_paused{carrier=\"email\"} 0",
        "confide_messages_oldest_due_seconds ",
        "confide_messages_sent_total ",
    ] {
        assert!(figures.contains(name), "{name} is not in {figures}");
    }
}

#[apply(sqlite_only)]
async fn an_instance_that_is_killed_and_started_again_loses_and_doubles_nothing(_kind: Kind) {
    let folder = TempDir::new().unwrap();
    one_of(1, &format!("sqlite:{}", folder.path().join("confide.db").display()), folder.path()).await;
}

#[apply(postgres_only)]
async fn one_of_two_instances_that_is_killed_loses_and_doubles_nothing(_kind: Kind) {
    let server = cluster::required();
    let (folder, name) = (TempDir::new().unwrap(), server.create_database(None));
    one_of(2, &server.url(&name), folder.path()).await;
    server.drop_database(&name);
}
