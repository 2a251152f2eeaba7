//! E-mails leave once, are tried again when they cannot, and are forgotten when they have. Each carrier works apart, and what is wrong
//! with a carrier is not held against a message.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use confide::platform::error::Error;
use confide::platform::ids::UtcTime;
use confide::platform::outbox::transport::Transport;
use confide::platform::outbox::worker::{Sender, send_due, work};
use confide::platform::outbox::{self, Email, Message, MessageCarrier, TextMessage};
use confide::platform::schema::outbox::dsl;
use confide::platform::tasks::StopSender;
use diesel::prelude::*;

use crate::support::mail_server::{MailServer, Mood};
use crate::support::messages::TextGateway;
use crate::support::races::at_once;
use crate::support::{TestApp, apply, both_engines};

async fn write_letters(app: &TestApp, count: usize) {
    write_letters_to(app, "n", count).await;
}

async fn write_letters_to(app: &TestApp, whom: &'static str, count: usize) {
    app.write(move |tx| {
        (0..count).try_for_each(|number| {
            let letter =
                Email { to: format!("{whom}{number}@example.org"), subject: "Hello".into(), body: format!("Number {number}.\n") };
            outbox::queue_email(tx, "greeting", &letter).map(|_| ())
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

async fn write_texts(app: &TestApp, count: usize) {
    app.write(move |tx| {
        (0..count).try_for_each(|number| {
            let text = Message::Sms(TextMessage { to: format!("+4477009001{number:02}"), body: format!("Number {number}.") });
            outbox::queue_message(tx, "greeting", &text).map(|_| ())
        })
    })
    .await;
}

/// State of each row, and how often it was handed over without an answer.
async fn doubts(app: &TestApp) -> Vec<(String, i32)> {
    app.sql(|conn| Ok(dsl::outbox.order(dsl::id).select((dsl::state, dsl::doubts)).load(conn)?)).await
}

/// The rows as claimed by another instance, until so long from now by the database's clock, with 0, 1 and 2 hand-overs.
async fn claimed_by_another(app: &TestApp, until: &'static str) {
    app.sql(move |conn| {
        let lease = match conn {
            confide::platform::db::Conn::Postgres(_) => format!("clock_timestamp() + interval '{until}'"),
            confide::platform::db::Conn::Sqlite(_) => format!("strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '{until}')"),
        };
        let ids: Vec<confide::platform::ids::Id> = dsl::outbox.order(dsl::id).select(dsl::id).load(conn)?;
        for (doubts, id) in ids.into_iter().enumerate() {
            diesel::sql_query(format!("UPDATE outbox SET state = 'claimed', doubts = {doubts}, claim_token = id, lease_until = {lease} WHERE id = '{id}'"))
                .execute(conn)?;
        }
        Ok(())
    })
    .await;
}

/// A worker of each carrier, as a running service has them.
fn workers(app: &TestApp, sender: &Sender, stopping: &confide::platform::tasks::StopSignal) -> Vec<tokio::task::JoinHandle<()>> {
    let worker =
        |carrier: &MessageCarrier| actix_web::rt::spawn(work(app.platform.clone(), sender.clone(), *carrier, stopping.clone()));
    MessageCarrier::ALL.iter().map(worker).collect()
}

#[apply(both_engines)]
async fn a_letter_is_sent_by_smtp_and_then_forgotten(app: TestApp) {
    let server = MailServer::start();
    write_letters(&app, 1).await;
    assert_eq!(send_due(&app.platform, &server.sender()).await.unwrap(), 1);
    let [letter] = &server.received()[..] else { panic!("one letter") };
    for part in
        ["To: n0@example.org", "From: Appointments <no-reply@example.org>", "Subject: Hello", "Number 0.", "Message-ID: <"]
    {
        assert!(letter.contains(part), "{part} is not in {letter}");
    }
    let [(state, attempts, _, kept)] = &rows(&app).await[..] else { panic!("one row") };
    assert_eq!((state.as_str(), *attempts, *kept), ("sent", 1, 0));
    assert_eq!(send_due(&app.platform, &server.sender()).await.unwrap(), 0, "and not again");
}

#[apply(both_engines)]
async fn two_workers_send_each_letter_once(app: TestApp) {
    let server = MailServer::start();
    write_letters(&app, 60).await;
    let other = app.with_the_same_database(crate::support::app::Wishes::default()).await;
    let work = async |app: &TestApp| {
        while send_due(&app.platform, &server.sender()).await.unwrap() > 0 {}
    };
    at_once(3, |number| work([&app, &other][number % 2])).await;
    let received = server.received();
    let different: BTreeSet<&str> =
        received.iter().map(|letter| letter.lines().find(|line| line.starts_with("Message-ID")).unwrap()).collect();
    assert_eq!((received.len(), different.len()), (60, 60));
}

#[apply(both_engines)]
async fn a_transaction_that_is_undone_sends_nothing(app: TestApp) {
    let undone = app
        .platform
        .write(move |tx| {
            let letter = Email { to: "n@example.org".into(), subject: "Hello".into(), body: "Never.\n".into() };
            outbox::queue_email(tx, "greeting", &letter)?;
            Err::<(), _>(Error::not_found())
        })
        .await;
    assert!(undone.is_err() && rows(&app).await.is_empty());
}

#[apply(both_engines)]
async fn a_letter_that_cannot_leave_is_tried_again_ever_later_and_at_last_given_up(app: TestApp) {
    let server = MailServer::start();
    let sender = server.sender();
    server.is(Mood::Says("MAIL", "451 not now"));
    write_letters(&app, 1).await;
    let mut waits = Vec::new();
    for attempt in 1..=12 {
        assert_eq!(send_due(&app.platform, &sender).await.unwrap(), 1);
        let (state, attempts, due, kept) = rows(&app).await.remove(0);
        assert_eq!((state.as_str(), attempts), (if attempt == 12 { "dead" } else { "queued" }, attempt));
        assert!(kept > 0, "its words are still needed");
        assert_eq!(send_due(&app.platform, &sender).await.unwrap(), 0, "not before its time");
        let wait = due.get() - app.now().get();
        waits.push(wait.num_seconds());
        app.clock.advance(wait + TimeDelta::milliseconds(1));
    }
    for (wait, least) in waits.iter().zip([10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600]) {
        assert!((least..=least + least / 4).contains(wait), "{waits:?}");
    }
    server.is(Mood::Takes);
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(send_due(&app.platform, &sender).await.unwrap(), 0, "a dead letter waits for a person");
    assert!(server.received().is_empty());
}

#[apply(both_engines)]
async fn greylisting_is_waited_out_without_counting(app: TestApp) {
    let server = MailServer::start();
    let sender = server.sender();
    server.is(Mood::Says("RCPT", "450 4.2.0 Greylisted"));
    write_letters(&app, 1).await;
    for _ in 0..30 {
        send_due(&app.platform, &sender).await.unwrap();
        app.clock.advance(TimeDelta::hours(1));
    }
    let (state, attempts, ..) = rows(&app).await.remove(0);
    assert_eq!((state.as_str(), attempts), ("queued", 0));
    server.is(Mood::Takes);
    send_due(&app.platform, &sender).await.unwrap();
    assert_eq!(server.received().len(), 1);
}

#[apply(both_engines)]
async fn a_refused_mailbox_has_failed_and_stops_nobody(app: TestApp) {
    let server = MailServer::start();
    server.is(Mood::Minds("n1@example.org", "550 5.1.1 No such user"));
    write_letters(&app, 3).await;
    send_due(&app.platform, &server.sender()).await.unwrap();
    let mut states: Vec<String> = rows(&app).await.into_iter().map(|row| row.0).collect();
    states.sort_unstable();
    assert_eq!((states, server.received().len()), (["failed", "sent", "sent"].map(str::to_owned).to_vec(), 2));
}

#[apply(both_engines)]
async fn what_the_operator_has_to_mend_kills_no_message(app: TestApp) {
    for (at, answer) in
        [("MAIL", "530 5.7.0 Authentication required"), ("RCPT", "550 5.7.1 Relaying denied"), ("MAIL", "550 not you")]
    {
        let server = MailServer::start();
        let sender = server.sender();
        server.is(Mood::Says(at, answer));
        write_letters(&app, 30).await;
        let mut looked_at = 0;
        for _ in 0..60 {
            looked_at += send_due(&app.platform, &sender).await.unwrap();
            app.clock.advance(TimeDelta::seconds(61));
        }
        assert!((30..=80).contains(&looked_at), "{answer}: a batch, then one probe at a time, not {looked_at}");
        let queued = rows(&app).await.into_iter().filter(|row| row.0 == "queued" && row.1 == 0).count();
        assert_eq!(queued, 30, "{answer}: every one waits, and no try counts");
        server.is(Mood::Takes);
        app.clock.advance(TimeDelta::seconds(75));
        while send_due(&app.platform, &sender).await.unwrap() > 0 {}
        assert_eq!(server.received().len(), 30, "{answer}: all go when it is mended");
    }
}

#[apply(both_engines)]
async fn one_recipient_that_is_refused_by_policy_holds_up_the_others_for_one_pause_only(app: TestApp) {
    let server = MailServer::start();
    let sender = server.sender();
    server.is(Mood::Minds("n0@example.org", "550 5.7.1 Not from you"));
    write_letters(&app, 6).await;
    while send_due(&app.platform, &sender).await.unwrap() > 0 {}
    for _ in 0..3 {
        write_letters_to(&app, "later", 1).await;
        app.clock.advance(TimeDelta::seconds(5));
        while send_due(&app.platform, &sender).await.unwrap() > 0 {}
        app.clock.advance(TimeDelta::seconds(80));
        while send_due(&app.platform, &sender).await.unwrap() > 0 {}
    }
    assert_eq!(server.received().len(), 5 + 3, "those that come later do not wait for it");
    let left: Vec<_> = rows(&app).await.into_iter().filter(|row| row.0 != "sent").map(|row| (row.0, row.1)).collect();
    assert_eq!(left, [("queued".to_owned(), 3)], "the server took others meanwhile, so it is this one, and its tries count");
}

#[apply(both_engines)]
async fn a_mail_server_that_is_not_there_leaves_no_doubt_and_no_try(app: TestApp) {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let transport = Transport::smtp("Appointments <no-reply@example.org>", &format!("smtp://{closed}")).unwrap();
    let sender = Sender::new(transport, confide::server::notification_registry());
    write_letters(&app, 3).await;
    for _ in 0..20 {
        send_due(&app.platform, &sender).await.unwrap();
        app.clock.advance(TimeDelta::hours(1));
    }
    assert_eq!(doubts(&app).await, vec![("queued".to_owned(), 0); 3]);
    assert_eq!(rows(&app).await.iter().map(|row| row.1).collect::<Vec<_>>(), [0; 3]);
    let figures = app.write(outbox::keeping::counts).await;
    let overdue = app.now().get() - figures.overdue_since.unwrap().get();
    assert_eq!(overdue, TimeDelta::hours(20), "they are as late as they are");
}

#[apply(both_engines)]
async fn a_letter_that_was_taken_and_cut_goes_once_more_and_then_waits_for_a_person(app: TestApp) {
    let server = MailServer::start();
    let sender = server.sender();
    server.is(Mood::TakesAndCuts);
    write_letters(&app, 2).await;
    for _ in 0..20 {
        send_due(&app.platform, &sender).await.unwrap();
        app.clock.advance(TimeDelta::hours(1));
    }
    assert_eq!(server.counts().into_values().collect::<Vec<_>>(), [2, 2], "once more, under the same Message-ID");
    assert_eq!(doubts(&app).await.into_iter().map(|row| row.0).collect::<Vec<_>>(), ["in_doubt"; 2]);
}

#[apply(both_engines)]
async fn a_letter_that_was_cut_once_is_sent_when_the_server_answers(app: TestApp) {
    let server = MailServer::start();
    let sender = server.sender();
    server.is(Mood::TakesAndCuts);
    write_letters(&app, 1).await;
    send_due(&app.platform, &sender).await.unwrap();
    assert_eq!(doubts(&app).await, [("queued".to_owned(), 1)]);
    server.is(Mood::Says("MAIL", "451 not now"));
    app.clock.advance(TimeDelta::minutes(1));
    send_due(&app.platform, &sender).await.unwrap();
    assert_eq!(doubts(&app).await, [("queued".to_owned(), 1)], "what was surely not taken is no new doubt");
    server.is(Mood::Takes);
    app.clock.advance(TimeDelta::minutes(1));
    send_due(&app.platform, &sender).await.unwrap();
    assert_eq!(doubts(&app).await, [("sent".to_owned(), 0)]);
}

#[apply(both_engines)]
async fn a_mail_server_that_hangs_holds_up_no_text(app: TestApp) {
    let (server, gateway) = (MailServer::start(), TextGateway::start());
    server.is(Mood::Silent);
    let transport =
        Transport::smtp("Appointments <no-reply@example.org>", &server.url).unwrap().with_text_gateway(gateway.client());
    let sender = Sender { lease: TimeDelta::seconds(6), ..Sender::new(transport, confide::server::notification_registry()) };
    write_letters(&app, 20).await;
    write_texts(&app, 3).await;
    let begun = Instant::now();
    let (stop, stopping) = StopSender::new();
    let workers = workers(&app, &sender, &stopping);
    // Sent, and written down: what is only taken when everything stops is in doubt.
    while doubts(&app).await.iter().filter(|(state, _)| state == "sent").count() < 3 {
        assert!(begun.elapsed() < Duration::from_secs(4), "the texts wait for the mail server");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.stop_within(Duration::ZERO);
    let told = Instant::now();
    for worker in workers {
        worker.await.unwrap();
    }
    assert!(told.elapsed() < Duration::from_millis(1500), "nobody waits for the server at the end: {:?}", told.elapsed());
    let rows = doubts(&app).await;
    assert_eq!(
        rows.iter().filter(|(state, doubts)| state == "queued" && *doubts == 0).count(),
        20,
        "every claim is handed back: {rows:?}"
    );
    assert_eq!((rows.iter().filter(|(state, _)| state == "sent").count(), gateway.taken().len()), (3, 3));
}

#[apply(both_engines)]
async fn a_slow_recipient_holds_up_no_other(app: TestApp) {
    let server = MailServer::start();
    server.is(Mood::Dawdles("n0@example.org", Duration::from_secs(3)));
    write_letters(&app, 12).await;
    let sender = server.sender();
    let (stop, stopping) = StopSender::new();
    let workers = workers(&app, &sender, &stopping);
    let begun = Instant::now();
    while server.received().len() < 11 {
        assert!(begun.elapsed() < Duration::from_secs(2), "only {} are there", server.received().len());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.stop_within(Duration::from_secs(10));
    for worker in workers {
        worker.await.unwrap();
    }
    assert_eq!(server.received().len(), 12, "what is under way gets the rest of the time");
}

#[apply(both_engines)]
async fn one_letter_that_cannot_be_opened_stops_no_other(app: TestApp) {
    let server = MailServer::start();
    write_letters(&app, 3).await;
    app.sql(|conn| {
        let second =
            dsl::outbox.order(dsl::id).select(dsl::id).offset(1).limit(1).get_result::<confide::platform::ids::Id>(conn)?;
        Ok(diesel::update(dsl::outbox.find(second)).set(dsl::message.eq(vec![1_u8, 2, 3])).execute(conn)?)
    })
    .await;
    send_due(&app.platform, &server.sender()).await.unwrap();
    assert_eq!(server.received().len(), 2);
    let queued = rows(&app).await.into_iter().filter(|row| row.0 == "queued").count();
    assert_eq!(queued, 1);
}

#[apply(both_engines)]
async fn a_worker_that_dies_gives_its_letters_back(app: TestApp) {
    let server = MailServer::start();
    write_letters(&app, 3).await;
    // As a worker leaves them that has claimed them and says nothing more: the second was handed over, the third for the second time.
    claimed_by_another(&app, "+1 hour").await;
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(
        send_due(&app.platform, &server.sender()).await.unwrap(),
        0,
        "the claim ends by the database's clock, not by ours"
    );
    claimed_by_another(&app, "-1 second").await;
    assert_eq!(send_due(&app.platform, &server.sender()).await.unwrap(), 2);
    assert_eq!(server.received().len(), 2);
    let states: Vec<String> = rows(&app).await.into_iter().map(|row| row.0).collect();
    assert_eq!(states, ["sent", "sent", "in_doubt"]);
}

#[apply(both_engines)]
async fn instances_whose_clocks_differ_send_each_letter_once(app: TestApp) {
    let server = MailServer::start();
    write_letters(&app, 40).await;
    let ahead = app.with_the_same_database(crate::support::app::Wishes::default()).await;
    let sender = Sender { lease: TimeDelta::seconds(10), ..server.sender() };
    let later = app.now() + TimeDelta::seconds(125);
    let usual = async { while send_due(&app.platform, &sender).await.unwrap() > 0 {} };
    let early = async { while outbox::worker::send_due_at(&ahead.platform, &sender, later).await.unwrap() > 0 {} };
    tokio::join!(usual, early);
    assert!(server.counts().into_values().all(|count| count == 1));
    assert_eq!(server.received().len(), 40);
}
