//! Text messages are sent to a gateway once, whatever happens, and their delivery is followed up.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use confide::platform::ids::{Id, UtcTime};
use confide::platform::outbox::notify::Gateway;
use confide::platform::outbox::outcome::Outcome;
use confide::platform::outbox::transport::{Times, Transport};
use confide::platform::outbox::worker::{Sender, send_due};
use confide::platform::outbox::{self, Message, TextMessage, delivery};
use confide::platform::schema::outbox::dsl;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::messages::{GatewayAnswer, KEY, TEMPLATE, TextGateway};
use crate::support::{TestApp, apply, both_engines};

const NUMBER: &str = "+447700900123";

fn sender(app: &TestApp, gateway: Gateway) -> Sender {
    let transport = Transport::folder("Appointments <no-reply@example.org>", app.outbox_folder()).unwrap();
    Sender::new(transport.with_text_gateway(gateway), confide::server::notification_registry())
}

async fn queue_text(app: &TestApp) -> Id {
    let text = Message::Sms(TextMessage { to: NUMBER.to_owned(), body: "Your code is 123456.".to_owned() });
    app.write(move |tx| outbox::queue_message(tx, "greeting", &text)).await
}

/// State, counted attempts, the last failure, seconds until due, and how often it was handed over without an answer.
async fn row(app: &TestApp, id: Id) -> (String, i32, Option<String>, i64, i32) {
    let columns = (dsl::state, dsl::attempts, dsl::failure, dsl::due_at, dsl::doubts);
    let row: (String, i32, Option<String>, UtcTime, i32) =
        app.sql(move |conn| Ok(dsl::outbox.find(id).select(columns).get_result(conn)?)).await;
    (row.0, row.1, row.2, (row.3.get() - app.now().get()).num_seconds(), row.4)
}

async fn state(app: &TestApp, id: Id) -> String {
    row(app, id).await.0
}

#[apply(both_engines)]
async fn text_is_sent_with_its_sender_and_followed_until_delivery(app: TestApp) {
    let gateway = TextGateway::start();
    let sender = sender(&app, gateway.client());
    let id = queue_text(&app).await;
    assert_eq!(send_due(&app.platform, &sender).await.unwrap(), 1);
    let [(reference, form)] = &gateway.accepted()[..] else { panic!("one text") };
    assert_eq!(reference, &id.to_string());
    assert_eq!((&form["phone_number"], &form["template_id"]), (&json!(NUMBER), &json!(TEMPLATE)));
    assert_eq!(form["personalisation"], json!({ "body": "Your code is 123456." }));

    let token = gateway.tokens()[0].strip_prefix("Bearer ").unwrap().to_owned();
    let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::HS256);
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    let secret = jsonwebtoken::DecodingKey::from_secret(&KEY.as_bytes()[KEY.len() - 36..]);
    let claims = jsonwebtoken::decode::<Value>(&token, &secret, &rules).unwrap().claims;
    assert_eq!(claims, json!({ "iss": "26785a09-ab16-4eb0-8407-a37497a57506", "iat": app.now().get().timestamp() }));

    assert_eq!(state(&app, id).await, "sent");
    assert_eq!(delivery::poll_due(&app.platform, &sender.transport).await.unwrap(), 0, "not at once");
    for (wait, gateway_status, expected) in [(30, "sending", "sent"), (30, "created", "sent"), (60, "delivered", "delivered")] {
        gateway.set_status(reference, gateway_status);
        app.clock.advance(TimeDelta::seconds(wait));
        assert_eq!(delivery::poll_due(&app.platform, &sender.transport).await.unwrap(), 1, "{gateway_status}");
        assert_eq!(state(&app, id).await, expected, "{gateway_status}");
    }
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(delivery::poll_due(&app.platform, &sender.transport).await.unwrap(), 0, "it is delivered");
}

#[apply(both_engines)]
async fn undelivered_text_is_marked_as_failed(app: TestApp) {
    let gateway = TextGateway::start();
    let sender = sender(&app, gateway.client());
    for (gateway_status, why) in
        [("permanent-failure", "number"), ("temporary-failure", "telephone off"), ("technical-failure", "gateway failure")]
    {
        let id = queue_text(&app).await;
        send_due(&app.platform, &sender).await.unwrap();
        gateway.set_status(&id.to_string(), gateway_status);
        app.clock.advance(TimeDelta::seconds(30));
        delivery::poll_due(&app.platform, &sender.transport).await.unwrap();
        let (state, _, failure, ..) = row(&app, id).await;
        assert_eq!((state.as_str(), failure.as_deref()), ("failed", Some(why)));
    }
}

#[apply(both_engines)]
async fn delivery_status_is_not_requested_for_ever(app: TestApp) {
    let gateway = TextGateway::start();
    let sender = sender(&app, gateway.client());
    let id = queue_text(&app).await;
    send_due(&app.platform, &sender).await.unwrap();
    let mut asked = 0;
    for _ in 0..(4 * 24 * 4) {
        app.clock.advance(TimeDelta::minutes(15));
        asked += delivery::poll_due(&app.platform, &sender.transport).await.unwrap();
    }
    assert!((70..110).contains(&asked), "asked {asked} times in four days");
    assert_eq!(state(&app, id).await, "sent");
}

#[apply(both_engines)]
async fn busy_gateway_is_retried_after_the_wait_it_asks_for(app: TestApp) {
    let gateway = TextGateway::start();
    let sender = sender(&app, gateway.client());
    let id = queue_text(&app).await;
    gateway.will_answer(&[
        GatewayAnswer::Status(429, Some(77)),
        GatewayAnswer::Status(503, Some(20)),
        GatewayAnswer::Status(429, None),
    ]);
    send_due(&app.platform, &sender).await.unwrap();
    assert_eq!(row(&app, id).await, ("queued".to_owned(), 0, Some("gateway 429".to_owned()), 77, 0));
    app.clock.advance(TimeDelta::seconds(76));
    assert_eq!(send_due(&app.platform, &sender).await.unwrap(), 0);
    app.clock.advance(TimeDelta::seconds(1));
    send_due(&app.platform, &sender).await.unwrap();
    assert_eq!(row(&app, id).await, ("queued".to_owned(), 0, Some("gateway 503".to_owned()), 20, 0));
    app.clock.advance(TimeDelta::seconds(20));
    send_due(&app.platform, &sender).await.unwrap();
    let (state, tries, _, wait, _) = row(&app, id).await;
    assert!(state == "queued" && tries == 0 && (20..=60).contains(&wait), "{wait}");
    app.clock.advance(TimeDelta::seconds(60));
    send_due(&app.platform, &sender).await.unwrap();
    assert_eq!(row(&app, id).await.0, "sent");
    assert_eq!((gateway.accepted().len(), gateway.status_query_count()), (1, 0), "nothing was in doubt");
}

#[apply(both_engines)]
async fn busy_gateway_uses_up_no_attempts(app: TestApp) {
    let gateway = TextGateway::start();
    let sender = sender(&app, gateway.client());
    let id = queue_text(&app).await;
    gateway.will_answer(&vec![GatewayAnswer::Status(429, Some(1)); 40]);
    for _ in 0..40 {
        assert_eq!(send_due(&app.platform, &sender).await.unwrap(), 1);
        app.clock.advance(TimeDelta::seconds(1));
    }
    assert_eq!(row(&app, id).await.1, 0);
    send_due(&app.platform, &sender).await.unwrap();
    assert_eq!(row(&app, id).await.0, "sent");
}

#[apply(both_engines)]
async fn after_a_broken_request_the_gateway_is_asked_before_sending_again(app: TestApp) {
    let gateway = TextGateway::start();
    let sender = sender(&app, gateway.client().with_timeout(Duration::from_millis(700)));
    for (answer, failure_text) in [
        (GatewayAnswer::Status(500, None), "gateway 5xx"),
        (GatewayAnswer::AcceptAndDisconnect, "gateway away"),
        (GatewayAnswer::AcceptAndHang(Duration::from_millis(900)), "gateway away"),
        (GatewayAnswer::Hang(Duration::from_millis(900)), "gateway away"),
    ] {
        let (before, asked) = (gateway.accepted().len(), gateway.status_query_count());
        let id = queue_text(&app).await;
        gateway.will_answer(&[answer.clone()]);
        send_due(&app.platform, &sender).await.unwrap();
        let (state, tries, failure, wait, doubts) = row(&app, id).await;
        assert_eq!((state.as_str(), tries, failure.as_deref(), doubts), ("queued", 1, Some(failure_text), 1), "{answer:?}");
        assert!((10..=13).contains(&wait), "{wait}");
        app.clock.advance(TimeDelta::seconds(13));
        send_due(&app.platform, &sender).await.unwrap();
        assert_eq!(row(&app, id).await.0, "sent", "{answer:?}");
        assert_eq!((gateway.accepted().len() - before, gateway.status_query_count() - asked), (1, 1), "{answer:?}");
    }
}

#[apply(both_engines)]
async fn text_without_an_answer_twice_waits_for_an_administrator(app: TestApp) {
    let gateway = TextGateway::start();
    let sender = sender(&app, gateway.client().with_timeout(Duration::from_millis(100)));
    let id = queue_text(&app).await;
    gateway.will_answer(&vec![GatewayAnswer::Hang(Duration::from_millis(150)); 9]);
    for _ in 0..9 {
        send_due(&app.platform, &sender).await.unwrap();
        app.clock.advance(TimeDelta::hours(1));
    }
    let (state, tries, ..) = row(&app, id).await;
    assert_eq!((state.as_str(), tries), ("in_doubt", 2));
}

#[apply(both_engines)]
async fn number_that_the_gateway_refuses_fails_at_once(app: TestApp) {
    let gateway = TextGateway::start();
    let sender = sender(&app, gateway.client());
    let id = queue_text(&app).await;
    gateway.will_answer(&[GatewayAnswer::Status(400, None)]);
    send_due(&app.platform, &sender).await.unwrap();
    let (state, attempts, failure, ..) = row(&app, id).await;
    assert_eq!((state.as_str(), attempts, failure.as_deref()), ("failed", 1, Some("gateway 400")));
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(send_due(&app.platform, &sender).await.unwrap(), 0);
}

#[apply(both_engines)]
async fn wrong_gateway_key_uses_up_no_attempts(app: TestApp) {
    for status in [401, 403, 404] {
        let gateway = TextGateway::start();
        let sender = sender(&app, gateway.client());
        let ids = [queue_text(&app).await, queue_text(&app).await];
        gateway.will_answer(&[status; 22].map(|status| GatewayAnswer::Status(status, None)));
        for _ in 0..21 {
            send_due(&app.platform, &sender).await.unwrap();
            app.clock.advance(TimeDelta::hours(1));
        }
        for id in ids {
            let (state, tries, .., doubts) = row(&app, id).await;
            assert_eq!((state.as_str(), tries, doubts), ("queued", 0, 0), "{status}");
        }
        app.clock.advance(TimeDelta::hours(1));
        while send_due(&app.platform, &sender).await.unwrap() > 0 {}
        assert_eq!(gateway.accepted().len(), 2, "both are sent once the key is right");
    }
}

#[apply(both_engines)]
async fn redirects_of_the_gateway_are_not_followed(app: TestApp) {
    let (gateway, other) = (TextGateway::start(), TextGateway::start());
    let sender = sender(&app, gateway.client());
    let id = queue_text(&app).await;
    gateway.will_answer(&[GatewayAnswer::Redirect(format!("{}/v2/notifications/sms", other.url))]);
    send_due(&app.platform, &sender).await.unwrap();
    assert_eq!(row(&app, id).await.2.as_deref(), Some("gateway redirect"));
    assert!(other.accepted().is_empty() && other.tokens().is_empty());
}

#[apply(both_engines)]
async fn text_is_written_to_a_file_without_a_gateway(app: TestApp) {
    let id = queue_text(&app).await;
    assert_eq!(app.texts_to(NUMBER).await, ["Your code is 123456."]);
    assert!(app.outbox_folder().join(format!("{id}.sms")).exists());
}

#[test]
fn silent_gateway_is_not_waited_for() {
    let gateway = TextGateway::start();
    gateway.will_answer(&[GatewayAnswer::Hang(Duration::from_secs(5))]);
    let folder = tempfile::TempDir::new().unwrap();
    let transport = Transport::folder("a@example.org", folder.path().into()).unwrap();
    let transport = transport.with_text_gateway(gateway.client().with_timeout(Duration::from_millis(300)));
    let now = UtcTime::from(chrono::Utc::now());
    let (begun, text) = (Instant::now(), Message::Sms(TextMessage { to: NUMBER.to_owned(), body: "x".to_owned() }));
    let outcome = transport.send(Id::new(now), &text, false, Times::within(TimeDelta::seconds(120)), now, &mut || true);
    assert_eq!(outcome, Outcome::InDoubt { what: "gateway away", answered: false });
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[test]
fn unreachable_gateway_causes_no_doubt() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let gateway = Gateway::new(&format!("http://{closed}"), KEY, TEMPLATE).unwrap();
    let folder = tempfile::TempDir::new().unwrap();
    let transport = Transport::folder("a@example.org", folder.path().into()).unwrap().with_text_gateway(gateway);
    let now = UtcTime::from(chrono::Utc::now());
    let text = Message::Sms(TextMessage { to: NUMBER.to_owned(), body: "x".to_owned() });
    let outcome = transport.send(Id::new(now), &text, false, Times::within(TimeDelta::seconds(120)), now, &mut || true);
    assert_eq!(outcome, Outcome::NotReached { what: "not reached" });
}

#[test]
fn wrong_gateway_settings_are_refused_without_repeating_them() {
    assert!(Gateway::new("https://notify.example.org/", KEY, TEMPLATE).is_ok());
    for (url, key, template) in [
        ("http://notify.example.org", KEY, TEMPLATE),
        ("ftp://hush.example.org", KEY, TEMPLATE),
        ("hush", KEY, TEMPLATE),
        ("https://notify.example.org", "hush", TEMPLATE),
        (
            "https://notify.example.org",
            "hush-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122bx",
            TEMPLATE,
        ),
        ("https://notify.example.org", KEY, "hush"),
    ] {
        let complaint = Gateway::new(url, key, template).unwrap_err();
        assert!(
            complaint.starts_with("the text gateway's") && !complaint.contains("hush") && !complaint.contains("26785a09"),
            "{complaint}"
        );
    }
}
