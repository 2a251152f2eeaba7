//! Emails are sent once, retried on failure, and their content is deleted afterwards. Each carrier works separately, and a
//! failure of a carrier does not count as an attempt of a message.

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

use crate::support::mail_server::{Behaviour, MailServer};
use crate::support::messages::TextGateway;
use crate::support::races::at_once;
use crate::support::{TestApp, apply, both_engines};

async fn queue_emails(app: &TestApp, count: usize) {
    queue_emails_to(app, "n", count).await;
}

async fn queue_emails_to(app: &TestApp, prefix: &'static str, count: usize) {
    app.write(move |tx| {
        (0..count).try_for_each(|number| {
            let email = Email {
                to: format!("{prefix}{number}@example.org"),
                subject: "Hello".into(),
                body: format!("Number {number}.\n"),
            };
            outbox::queue_email(tx, "greeting", &email).map(|_| ())
        })
    })
    .await;
}

/// State, attempts, due time and stored bytes of each row.
async fn rows(app: &TestApp) -> Vec<(String, i32, UtcTime, usize)> {
    let rows: Vec<(String, i32, UtcTime, Vec<u8>)> = app
        .sql(|conn| Ok(dsl::outbox.order(dsl::id).select((dsl::state, dsl::attempts, dsl::due_at, dsl::message)).load(conn)?))
        .await;
    rows.into_iter().map(|(state, attempts, due, message)| (state, attempts, due, message.len())).collect()
}

async fn queue_texts(app: &TestApp, count: usize) {
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

/// Marks the rows as claimed by another instance until this offset from the database's clock, with 0, 1 and 2 unanswered
/// hand-overs.
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

/// Starts a worker for each carrier, as the running service does.
fn workers(app: &TestApp, sender: &Sender, stopping: &confide::platform::tasks::StopSignal) -> Vec<tokio::task::JoinHandle<()>> {
    let worker =
        |carrier: &MessageCarrier| actix_web::rt::spawn(work(app.platform.clone(), sender.clone(), *carrier, stopping.clone()));
    MessageCarrier::ALL.iter().map(worker).collect()
}

#[apply(both_engines)]
async fn email_is_sent_by_smtp_and_its_content_deleted(app: TestApp) {
    let server = MailServer::start();
    queue_emails(&app, 1).await;
    assert_eq!(send_due(&app.platform, &server.sender()).await.unwrap(), 1);
    let [email] = &server.received()[..] else { panic!("one email") };
    for part in
        ["To: n0@example.org", "From: Appointments <no-reply@example.org>", "Subject: Hello", "Number 0.", "Message-ID: <"]
    {
        assert!(email.contains(part), "{part} is not in {email}");
    }
    let [(state, attempts, _, bytes)] = &rows(&app).await[..] else { panic!("one row") };
    assert_eq!((state.as_str(), *attempts, *bytes), ("sent", 1, 0));
    assert_eq!(send_due(&app.platform, &server.sender()).await.unwrap(), 0, "not sent again");
}

#[apply(both_engines)]
async fn two_workers_send_each_email_once(app: TestApp) {
    let server = MailServer::start();
    queue_emails(&app, 60).await;
    let other = app.with_the_same_database(crate::support::app::TestSettings::default()).await;
    let work = async |app: &TestApp| {
        while send_due(&app.platform, &server.sender()).await.unwrap() > 0 {}
    };
    at_once(3, |number| work([&app, &other][number % 2])).await;
    let received = server.received();
    let different: BTreeSet<&str> =
        received.iter().map(|email| email.lines().find(|line| line.starts_with("Message-ID")).unwrap()).collect();
    assert_eq!((received.len(), different.len()), (60, 60));
}

#[apply(both_engines)]
async fn rolled_back_transaction_sends_nothing(app: TestApp) {
    let undone = app
        .platform
        .write(move |tx| {
            let email = Email { to: "n@example.org".into(), subject: "Hello".into(), body: "Never.\n".into() };
            outbox::queue_email(tx, "greeting", &email)?;
            Err::<(), _>(Error::not_found())
        })
        .await;
    assert!(undone.is_err() && rows(&app).await.is_empty());
}

#[apply(both_engines)]
async fn failing_email_is_retried_with_growing_waits_and_then_given_up(app: TestApp) {
    let server = MailServer::start();
    let sender = server.sender();
    server.behaves(Behaviour::Answers("MAIL", "451 not now"));
    queue_emails(&app, 1).await;
    let mut waits = Vec::new();
    for attempt in 1..=12 {
        assert_eq!(send_due(&app.platform, &sender).await.unwrap(), 1);
        let (state, attempts, due, bytes) = rows(&app).await.remove(0);
        assert_eq!((state.as_str(), attempts), (if attempt == 12 { "dead" } else { "queued" }, attempt));
        assert!(bytes > 0, "its content is still needed");
        assert_eq!(send_due(&app.platform, &sender).await.unwrap(), 0, "not before it is due");
        let wait = due.get() - app.now().get();
        waits.push(wait.num_seconds());
        app.clock.advance(wait + TimeDelta::milliseconds(1));
    }
    for (wait, least) in waits.iter().zip([10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600]) {
        assert!((least..=least + least / 4).contains(wait), "{waits:?}");
    }
    server.behaves(Behaviour::Accepts);
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(send_due(&app.platform, &sender).await.unwrap(), 0, "a dead email waits for an administrator");
    assert!(server.received().is_empty());
}

#[apply(both_engines)]
async fn greylisting_is_retried_without_counting_attempts(app: TestApp) {
    let server = MailServer::start();
    let sender = server.sender();
    server.behaves(Behaviour::Answers("RCPT", "450 4.2.0 Greylisted"));
    queue_emails(&app, 1).await;
    for _ in 0..30 {
        send_due(&app.platform, &sender).await.unwrap();
        app.clock.advance(TimeDelta::hours(1));
    }
    let (state, attempts, ..) = rows(&app).await.remove(0);
    assert_eq!((state.as_str(), attempts), ("queued", 0));
    server.behaves(Behaviour::Accepts);
    send_due(&app.platform, &sender).await.unwrap();
    assert_eq!(server.received().len(), 1);
}

#[apply(both_engines)]
async fn refused_mailbox_fails_and_does_not_stop_the_others(app: TestApp) {
    let server = MailServer::start();
    server.behaves(Behaviour::AnswersRecipient("n1@example.org", "550 5.1.1 No such user"));
    queue_emails(&app, 3).await;
    send_due(&app.platform, &server.sender()).await.unwrap();
    let mut states: Vec<String> = rows(&app).await.into_iter().map(|row| row.0).collect();
    states.sort_unstable();
    assert_eq!((states, server.received().len()), (["failed", "sent", "sent"].map(str::to_owned).to_vec(), 2));
}

#[apply(both_engines)]
async fn configuration_faults_do_not_use_up_attempts(app: TestApp) {
    for (at, answer) in
        [("MAIL", "530 5.7.0 Authentication required"), ("RCPT", "550 5.7.1 Relaying denied"), ("MAIL", "550 not you")]
    {
        let server = MailServer::start();
        let sender = server.sender();
        server.behaves(Behaviour::Answers(at, answer));
        queue_emails(&app, 30).await;
        let mut processed = 0;
        for _ in 0..60 {
            processed += send_due(&app.platform, &sender).await.unwrap();
            app.clock.advance(TimeDelta::seconds(61));
        }
        assert!((30..=80).contains(&processed), "{answer}: a batch, then one probe at a time, not {processed}");
        let queued = rows(&app).await.into_iter().filter(|row| row.0 == "queued" && row.1 == 0).count();
        assert_eq!(queued, 30, "{answer}: all wait, and no attempt counts");
        server.behaves(Behaviour::Accepts);
        app.clock.advance(TimeDelta::seconds(75));
        while send_due(&app.platform, &sender).await.unwrap() > 0 {}
        assert_eq!(server.received().len(), 30, "{answer}: all are sent when the fault is fixed");
    }
}

#[apply(both_engines)]
async fn recipient_refused_by_policy_delays_the_others_for_one_pause_only(app: TestApp) {
    let server = MailServer::start();
    let sender = server.sender();
    server.behaves(Behaviour::AnswersRecipient("n0@example.org", "550 5.7.1 Not from you"));
    queue_emails(&app, 6).await;
    while send_due(&app.platform, &sender).await.unwrap() > 0 {}
    for _ in 0..3 {
        queue_emails_to(&app, "later", 1).await;
        app.clock.advance(TimeDelta::seconds(5));
        while send_due(&app.platform, &sender).await.unwrap() > 0 {}
        app.clock.advance(TimeDelta::seconds(80));
        while send_due(&app.platform, &sender).await.unwrap() > 0 {}
    }
    assert_eq!(server.received().len(), 5 + 3, "later messages do not wait for it");
    let left: Vec<_> = rows(&app).await.into_iter().filter(|row| row.0 != "sent").map(|row| (row.0, row.1)).collect();
    assert_eq!(
        left,
        [("queued".to_owned(), 3)],
        "the server accepted others meanwhile, so only this one fails and its attempts count"
    );
}

#[apply(both_engines)]
async fn unreachable_mail_server_causes_no_doubt_and_counts_no_attempt(app: TestApp) {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let transport = Transport::smtp("Appointments <no-reply@example.org>", &format!("smtp://{closed}")).unwrap();
    let sender = Sender::new(transport, confide::server::notification_registry());
    queue_emails(&app, 3).await;
    for _ in 0..20 {
        send_due(&app.platform, &sender).await.unwrap();
        app.clock.advance(TimeDelta::hours(1));
    }
    assert_eq!(doubts(&app).await, vec![("queued".to_owned(), 0); 3]);
    assert_eq!(rows(&app).await.iter().map(|row| row.1).collect::<Vec<_>>(), [0; 3]);
    let figures = app.write(outbox::admin::counts).await;
    let overdue = app.now().get() - figures.overdue_since.unwrap().get();
    assert_eq!(overdue, TimeDelta::hours(20), "the delay is reported in full");
}

#[apply(both_engines)]
async fn email_accepted_without_an_answer_is_sent_once_more_and_then_waits_for_an_administrator(app: TestApp) {
    let server = MailServer::start();
    let sender = server.sender();
    server.behaves(Behaviour::AcceptsAndDisconnects);
    queue_emails(&app, 2).await;
    for _ in 0..20 {
        send_due(&app.platform, &sender).await.unwrap();
        app.clock.advance(TimeDelta::hours(1));
    }
    assert_eq!(server.received_counts().into_values().collect::<Vec<_>>(), [2, 2], "once more, under the same Message-ID");
    assert_eq!(doubts(&app).await.into_iter().map(|row| row.0).collect::<Vec<_>>(), ["in_doubt"; 2]);
}

#[apply(both_engines)]
async fn email_in_doubt_once_is_sent_when_the_server_answers(app: TestApp) {
    let server = MailServer::start();
    let sender = server.sender();
    server.behaves(Behaviour::AcceptsAndDisconnects);
    queue_emails(&app, 1).await;
    send_due(&app.platform, &sender).await.unwrap();
    assert_eq!(doubts(&app).await, [("queued".to_owned(), 1)]);
    server.behaves(Behaviour::Answers("MAIL", "451 not now"));
    app.clock.advance(TimeDelta::minutes(1));
    send_due(&app.platform, &sender).await.unwrap();
    assert_eq!(doubts(&app).await, [("queued".to_owned(), 1)], "a message that was surely not accepted is not in doubt");
    server.behaves(Behaviour::Accepts);
    app.clock.advance(TimeDelta::minutes(1));
    send_due(&app.platform, &sender).await.unwrap();
    assert_eq!(doubts(&app).await, [("sent".to_owned(), 0)]);
}

#[apply(both_engines)]
async fn hanging_mail_server_does_not_delay_text_messages(app: TestApp) {
    let (server, gateway) = (MailServer::start(), TextGateway::start());
    server.behaves(Behaviour::Silent);
    let transport =
        Transport::smtp("Appointments <no-reply@example.org>", &server.url).unwrap().with_text_gateway(gateway.client());
    let sender = Sender { lease: TimeDelta::seconds(6), ..Sender::new(transport, confide::server::notification_registry()) };
    queue_emails(&app, 20).await;
    queue_texts(&app, 3).await;
    let begun = Instant::now();
    let (stop, stopping) = StopSender::new();
    let workers = workers(&app, &sender, &stopping);
    // Sent and recorded: a message that is accepted but not recorded when everything stops is in doubt.
    while doubts(&app).await.iter().filter(|(state, _)| state == "sent").count() < 3 {
        assert!(begun.elapsed() < Duration::from_secs(4), "the texts wait for the mail server");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.stop_within(Duration::ZERO);
    let stopped_at = Instant::now();
    for worker in workers {
        worker.await.unwrap();
    }
    assert!(
        stopped_at.elapsed() < Duration::from_millis(1500),
        "shutdown does not wait for the mail server: {:?}",
        stopped_at.elapsed()
    );
    let rows = doubts(&app).await;
    assert_eq!(
        rows.iter().filter(|(state, doubts)| state == "queued" && *doubts == 0).count(),
        20,
        "every claim is released: {rows:?}"
    );
    assert_eq!((rows.iter().filter(|(state, _)| state == "sent").count(), gateway.accepted().len()), (3, 3));
}

#[apply(both_engines)]
async fn slow_recipient_does_not_delay_the_others(app: TestApp) {
    let server = MailServer::start();
    server.behaves(Behaviour::DelaysRecipient("n0@example.org", Duration::from_secs(3)));
    queue_emails(&app, 12).await;
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
    assert_eq!(server.received().len(), 12, "messages being sent get the remaining time");
}

#[apply(both_engines)]
async fn unreadable_email_does_not_stop_the_others(app: TestApp) {
    let server = MailServer::start();
    queue_emails(&app, 3).await;
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
async fn claims_of_a_dead_worker_expire(app: TestApp) {
    let server = MailServer::start();
    queue_emails(&app, 3).await;
    // The rows of a worker that died after claiming them: the second was handed over once, the third twice.
    claimed_by_another(&app, "+1 hour").await;
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(
        send_due(&app.platform, &server.sender()).await.unwrap(),
        0,
        "the claim ends by the database's clock, not by the program's"
    );
    claimed_by_another(&app, "-1 second").await;
    assert_eq!(send_due(&app.platform, &server.sender()).await.unwrap(), 2);
    assert_eq!(server.received().len(), 2);
    let states: Vec<String> = rows(&app).await.into_iter().map(|row| row.0).collect();
    assert_eq!(states, ["sent", "sent", "in_doubt"]);
}

#[apply(both_engines)]
async fn instances_with_different_clocks_send_each_email_once(app: TestApp) {
    let server = MailServer::start();
    queue_emails(&app, 40).await;
    let fast_clock = app.with_the_same_database(crate::support::app::TestSettings::default()).await;
    let sender = Sender { lease: TimeDelta::seconds(10), ..server.sender() };
    let later = app.now() + TimeDelta::seconds(125);
    let usual = async { while send_due(&app.platform, &sender).await.unwrap() > 0 {} };
    let early = async { while outbox::worker::send_due_at(&fast_clock.platform, &sender, later).await.unwrap() > 0 {} };
    tokio::join!(usual, early);
    assert!(server.received_counts().into_values().all(|count| count == 1));
    assert_eq!(server.received().len(), 40);
}
