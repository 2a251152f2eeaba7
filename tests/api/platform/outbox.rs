//! Letters leave once, are tried again when they cannot, and are forgotten when they have.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use confide::platform::db::schema::outbox::dsl;
use confide::platform::error::Error;
use confide::platform::ids::UtcTime;
use confide::platform::outbox::transport::Transport;
use confide::platform::outbox::worker::{Sender, send_due};
use confide::platform::outbox::{self, Letter};
use diesel::prelude::*;

use crate::on_both_engines;
use crate::support::TestApp;

/// A mail server of one's own: it keeps what it is sent, or refuses everything.
#[derive(Clone)]
struct MailServer {
    address: String,
    received: Arc<Mutex<Vec<String>>>,
    refuses: Arc<AtomicBool>,
}

impl MailServer {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("smtp://{}", listener.local_addr().unwrap());
        let server = Self { address, received: Arc::default(), refuses: Arc::default() };
        let shared = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, server) = (stream.unwrap(), shared.clone());
                std::thread::spawn(move || server.talk(stream));
            }
        });
        server
    }

    /// As much of SMTP as a polite client needs. `None` when the client is gone.
    fn talk(&self, mut stream: TcpStream) -> Option<()> {
        let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
        let mut say = move |line: &str| stream.write_all(format!("{line}\r\n").as_bytes()).ok();
        say("220 ready")?;
        loop {
            let line = lines.next()?.ok()?;
            match line.split([' ', ':']).next()?.to_ascii_uppercase().as_str() {
                "EHLO" | "HELO" => say("250 hello")?,
                "MAIL" if self.refuses.load(Ordering::SeqCst) => say("451 not now")?,
                "DATA" => {
                    say("354 go on")?;
                    let text: Vec<String> = lines.by_ref().map_while(Result::ok).take_while(|line| line != ".").collect();
                    self.received.lock().unwrap().push(text.join("\n"));
                    say("250 taken")?;
                }
                "QUIT" => return say("221 bye"),
                _ => say("250 ok")?,
            }
        }
    }

    fn sender(&self) -> Sender {
        let transport = Transport::smtp("Appointments <no-reply@example.org>", &self.address).unwrap();
        Sender::new(transport, confide::app::composers())
    }

    fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }
}

async fn write_letters(app: &TestApp, count: usize) {
    let (sealer, now) = (app.platform.sealer.clone(), app.now());
    app.sql(move |conn| {
        (0..count).try_for_each(|number| {
            let letter =
                Letter { to: format!("n{number}@example.org"), subject: "Hello".into(), body: format!("Number {number}.\n") };
            outbox::queue(conn, &sealer, "greeting", &letter, now).map(|_| ())
        })
    })
    .await;
}

/// State, attempts, when due, and how many bytes are kept, of each row.
async fn rows(app: &TestApp) -> Vec<(String, i32, UtcTime, usize)> {
    let rows: Vec<(String, i32, UtcTime, Vec<u8>)> = app
        .sql(|conn| Ok(dsl::outbox.order(dsl::id).select((dsl::state, dsl::attempts, dsl::due_at, dsl::message)).load(conn)?))
        .await;
    rows.into_iter().map(|(state, attempts, due, message)| (state, attempts, due, message.len())).collect()
}

on_both_engines! {
    async fn a_letter_is_sent_by_smtp_and_then_forgotten(app: TestApp) {
        let server = MailServer::start();
        write_letters(&app, 1).await;
        assert_eq!(send_due(&app.platform, &server.sender()).await.unwrap(), 1);
        let [letter] = &server.received()[..] else { panic!("one letter") };
        for part in ["To: n0@example.org", "From: Appointments <no-reply@example.org>", "Subject: Hello", "Number 0.", "Message-ID: <"] {
            assert!(letter.contains(part), "{part} is not in {letter}");
        }
        let [(state, attempts, _, kept)] = &rows(&app).await[..] else { panic!("one row") };
        assert_eq!((state.as_str(), *attempts, *kept), ("sent", 1, 0));
        assert_eq!(send_due(&app.platform, &server.sender()).await.unwrap(), 0, "and not again");
    }

    async fn two_workers_send_each_letter_once(app: TestApp) {
        let server = MailServer::start();
        write_letters(&app, 60).await;
        let other = app.with_the_same_database(crate::support::app::Wishes::default()).await;
        let work = async |app: &TestApp| { while send_due(&app.platform, &server.sender()).await.unwrap() > 0 {} };
        tokio::join!(work(&app), work(&other), work(&app));
        let received = server.received();
        let different: BTreeSet<&str> =
            received.iter().map(|letter| letter.lines().find(|line| line.starts_with("Message-ID")).unwrap()).collect();
        assert_eq!((received.len(), different.len()), (60, 60));
    }

    async fn a_transaction_that_is_undone_sends_nothing(app: TestApp) {
        let (sealer, now) = (app.platform.sealer.clone(), app.now());
        let undone = app.platform.db.write(move |conn| {
            let letter = Letter { to: "n@example.org".into(), subject: "Hello".into(), body: "Never.\n".into() };
            outbox::queue(conn, &sealer, "greeting", &letter, now)?;
            Err::<(), _>(Error::not_found())
        }).await;
        assert!(undone.is_err() && rows(&app).await.is_empty());
    }

    async fn a_letter_that_cannot_leave_is_tried_again_ever_later_and_at_last_given_up(app: TestApp) {
        let server = MailServer::start();
        server.refuses.store(true, Ordering::SeqCst);
        write_letters(&app, 1).await;
        let mut waits = Vec::new();
        for attempt in 1..=12 {
            assert_eq!(send_due(&app.platform, &server.sender()).await.unwrap(), 1);
            let (state, attempts, due, kept) = rows(&app).await.remove(0);
            assert_eq!((state.as_str(), attempts), (if attempt == 12 { "dead" } else { "queued" }, attempt));
            assert!(kept > 0, "its words are still needed");
            assert_eq!(send_due(&app.platform, &server.sender()).await.unwrap(), 0, "not before its time");
            let wait = due.get() - app.now().get();
            waits.push(wait.num_seconds());
            app.clock.advance(wait);
        }
        assert_eq!(waits[..10], [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600]);
        server.refuses.store(false, Ordering::SeqCst);
        app.clock.advance(TimeDelta::days(1));
        assert_eq!(send_due(&app.platform, &server.sender()).await.unwrap(), 0, "a dead letter waits for a person");
        assert!(server.received().is_empty());
    }

    async fn a_letter_is_sent_once_the_mail_server_is_back(app: TestApp) {
        let server = MailServer::start();
        server.refuses.store(true, Ordering::SeqCst);
        write_letters(&app, 3).await;
        send_due(&app.platform, &server.sender()).await.unwrap();
        server.refuses.store(false, Ordering::SeqCst);
        app.clock.advance(TimeDelta::seconds(10));
        assert_eq!(send_due(&app.platform, &server.sender()).await.unwrap(), 3);
        assert_eq!(server.received().len(), 3);
    }

    async fn one_letter_that_cannot_be_opened_stops_no_other(app: TestApp) {
        let server = MailServer::start();
        write_letters(&app, 3).await;
        app.sql(|conn| {
            let second = dsl::outbox.order(dsl::id).select(dsl::id).offset(1).limit(1).get_result::<confide::platform::ids::Id>(conn)?;
            Ok(diesel::update(dsl::outbox.find(second)).set(dsl::message.eq(vec![1_u8, 2, 3])).execute(conn)?)
        })
        .await;
        send_due(&app.platform, &server.sender()).await.unwrap();
        assert_eq!(server.received().len(), 2);
        let queued = rows(&app).await.into_iter().filter(|row| row.0 == "queued").count();
        assert_eq!(queued, 1);
    }

    async fn a_worker_that_dies_gives_its_letters_back(app: TestApp) {
        let server = MailServer::start();
        write_letters(&app, 1).await;
        // As a worker leaves it that has claimed the letter and says nothing more.
        let lease = app.now() + TimeDelta::seconds(120);
        app.sql(move |conn| Ok(diesel::update(dsl::outbox).set((dsl::state.eq("claimed"), dsl::due_at.eq(lease), dsl::attempts.eq(1))).execute(conn)?)).await;
        assert_eq!(send_due(&app.platform, &server.sender()).await.unwrap(), 0);
        app.clock.advance(TimeDelta::seconds(120));
        assert_eq!(send_due(&app.platform, &server.sender()).await.unwrap(), 1);
        assert_eq!(server.received().len(), 1);
    }
}
