//! A stranger can neither lock the owner of an account out, nor flood them with messages, nor find out that the account exists.

use chrono::TimeDelta;
use confide::people::Role;
use serde_json::json;

use crate::support::actors::PASSWORD;
use crate::support::app::TestSettings;
use crate::support::{Kind, TestApp, apply, both_engines};

const BETTER: &str = "amber lantern past the third gate";

/// An application that limits sign-in attempts: two a minute for an account from one address, so 40 at once from everywhere and
/// then eight a minute.
async fn strict(kind: Kind) -> TestApp {
    let mut options = TestSettings::default();
    options.policy.sign_in_tries_per_minute = 2;
    TestApp::start_with(kind, options).await
}

/// Sends wrong passwords from many addresses until the limit is reached.
async fn botnet(app: &TestApp, email: &str) {
    for number in 0..60 {
        let form = json!({ "email": email, "password": "a guess among many others" });
        let reply = app.post("/v1/sessions", form).from(&format!("198.51.100.{number}")).send().await;
        if reply.status == 429 {
            // The owner may have used two of the attempts.
            assert!(number >= 38, "{number}");
            return;
        }
        reply.expect(401);
    }
    panic!("the botnet was never slowed down");
}

async fn signs_in_from(app: &TestApp, email: &str, password: &str, address: &str) -> crate::support::reply::Reply {
    app.post("/v1/sessions", json!({ "email": email, "password": password })).from(address).send().await
}

#[apply(both_engines)]
async fn owner_gets_in_while_a_botnet_tries_the_password(kind: Kind) {
    let app = strict(kind).await;
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    signs_in_from(&app, &cleo.email, PASSWORD, "203.0.113.7").await.expect(201);
    botnet(&app, &cleo.email).await;
    signs_in_from(&app, &cleo.email, PASSWORD, "203.0.113.99").await.expect(429).expect_problem("too_many_requests");

    signs_in_from(&app, &cleo.email, PASSWORD, "203.0.113.7").await.expect(201);

    // From another address the owner signs in with a new password; requesting one is not limited either.
    app.post("/v1/password-resets", json!({ "email": cleo.email })).from("203.0.113.99").send().await.expect(202);
    let token = app.token_for(&cleo.email).await;
    let choice = json!({ "token": token, "new_password": BETTER });
    app.post("/v1/password-resets/complete", choice).from("203.0.113.99").send().await.expect(204);
    signs_in_from(&app, &cleo.email, BETTER, "203.0.113.99").await.expect(201);
    // An address without an account looks the same to a stranger.
    botnet(&app, "unknown@example.org").await;
    // Attempts from a known address are counted too.
    signs_in_from(&app, &cleo.email, BETTER, "203.0.113.7").await.expect(429);
}

#[apply(both_engines)]
async fn two_hundred_reset_requests_send_at_most_two_messages_with_a_working_link(app: TestApp) {
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    let unknown = app.post("/v1/password-resets", json!({ "email": "unknown@example.org" })).send().await.expect(202);
    for number in 0..200 {
        app.clock.advance(TimeDelta::milliseconds(50));
        let reply = app.post("/v1/password-resets", json!({ "email": cleo.email })).send().await.expect(202);
        assert_eq!(reply.json, unknown.json, "{number}");
    }
    let sent = app.emails_to(&cleo.email).await.len();
    assert!((1..=2).contains(&sent), "{sent}");
    let second = app.with_the_same_database(TestSettings::default()).await;
    second.post("/v1/password-resets", json!({ "email": cleo.email.to_uppercase() })).send().await.expect(202);
    assert_eq!(app.emails_to(&cleo.email).await.len(), sent, "another instance counts with the first");
    let choice = json!({ "token": app.token_for(&cleo.email).await, "new_password": BETTER });
    app.post("/v1/password-resets/complete", choice).send().await.expect(204);
    app.clock.advance(TimeDelta::minutes(5));
    app.post("/v1/password-resets", json!({ "email": cleo.email })).send().await.expect(202);
    assert_eq!(app.emails_to(&cleo.email).await.len(), sent + 1);
}

#[apply(both_engines)]
async fn many_registrations_of_an_address_send_few_messages_to_it(app: TestApp) {
    let (mut fresh, mut known) = (app.registration("Ada Byron"), app.registration("Eve Lund"));
    let eve = app.practitioner("Eve Lund").await;
    app.clock.advance(TimeDelta::hours(1));
    for number in 0..30 {
        app.clock.advance(TimeDelta::seconds(1));
        for form in [&mut fresh, &mut known] {
            form["legal_name"] = json!(format!("Person {number}"));
            app.registers(form).await.expect(201);
        }
    }
    assert!((1..=4).contains(&app.emails_to("ada.byron@example.org").await.len()));
    assert_eq!(app.emails_to(&eve.email).await.len(), 2, "her own link, and one email about her existing account");
    app.clock.advance(TimeDelta::minutes(15));
    let in_all = app.emails_to("ada.byron@example.org").await.len();
    assert!((1..=9).contains(&in_all), "{in_all}");
    for _ in 0..5 {
        app.post("/v1/email-confirmations", json!({ "email": "ada.byron@example.org" })).send().await.expect(202);
    }
    assert!(app.emails_to("ada.byron@example.org").await.len() <= in_all + 10);
}

#[apply(both_engines)]
async fn another_number_does_not_shorten_the_minute_between_codes(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    let mut sent = 0;
    for number in 0..6 {
        ada.sets_message_preferences(json!({ "channel": "sms", "mobile": format!("07700 90010{number}") })).await.expect(200);
        let reply = ada.post_empty("/v1/me/mobile-codes").send().await;
        sent += usize::from(reply.status == 202);
        if reply.status != 202 {
            let reply = reply.expect(429);
            assert!(reply.header("retry-after").is_some());
        }
    }
    assert_eq!(sent, 1);
}

#[apply(both_engines)]
async fn number_gets_few_codes_across_accounts(app: TestApp) {
    let mut sent = 0;
    for number in 0..7 {
        let person = app.practitioner(&format!("Person {number}")).await;
        person.sets_message_preferences(json!({ "channel": "sms", "mobile": "07700 900100" })).await.expect(200);
        let reply = person.post_empty("/v1/me/mobile-codes").send().await;
        sent += usize::from(reply.status == 202);
    }
    assert_eq!(sent, 5);
    assert_eq!(app.texts_to("+447700900100").await.len(), 5);
}

#[apply(both_engines)]
async fn ended_session_is_refused_before_its_role_is_checked(app: TestApp) {
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    cleo.get("/v1/staff").send().await.expect(403).expect_problem("wrong_role");
    cleo.delete(&format!("/v1/sessions/{}", cleo.session_id)).send().await.expect(204);
    cleo.get("/v1/staff").send().await.expect(401).expect_problem("not_signed_in");
    let nora = app.staff("Nora Field", Role::Coordinator).await;
    app.close_account(&nora).await;
    nora.get("/v1/staff").send().await.expect(401).expect_problem("not_signed_in");
}

#[apply(both_engines)]
async fn invalid_email_address_is_refused_everywhere(app: TestApp) {
    let admin = app.administrator().await;
    for bad in ["a@b", "a@[127.0.0.1]", "Words <x@example.org>", "\"x\"@example.org", "a@127.0.0.1", "ada@b\u{fc}cher.example"] {
        let mut form = app.registration("Ada Byron");
        form["email"] = json!(bad);
        app.registers(&form).await.expect(422).expect_field("invalid_body", "/email");
        app.sign_in(bad, PASSWORD).await.expect(422).expect_field("invalid_body", "/email");
        for path in ["/v1/password-resets", "/v1/email-confirmations"] {
            app.post(path, json!({ "email": bad })).send().await.expect(422).expect_field("invalid_body", "/email");
        }
        let staff = json!({ "email": bad, "name": "Nora Field", "role": "clinician", "reason": "Joins the team." });
        admin.post("/v1/staff", staff).send().await.expect(422).expect_field("invalid_body", "/email");
    }
    assert_eq!(app.row_count("pending_registrations").await, 0);
}
