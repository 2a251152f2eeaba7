//! Anyone may register with any address. An address has no account, and no one can sign in with it, before the person who filled
//! in the form has opened the link in the email and typed their password.

use chrono::TimeDelta;
use confide::access::schema::pending_registrations::dsl;
use confide::people::Role;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::actors::PASSWORD;
use crate::support::contacts::pasted_variants;
use crate::support::races::{at_once, expect_outcomes};
use crate::support::reply::CheckedReply;
use crate::support::{TestApp, apply, both_engines};

const ADA: &str = "ada.byron@example.org";
const STRANGERS: &str = "seven copper lanterns at low tide";

/// The form of a stranger who pretends to be Ada.
fn impostor_form(app: &TestApp) -> Value {
    let mut form = app.registration("Mallory Grey");
    form["email"] = json!(ADA);
    form["password"] = json!(STRANGERS);
    form
}

async fn asks_for_link(app: &TestApp, email: &str) -> CheckedReply {
    app.post("/v1/email-confirmations", json!({ "email": email })).send().await.expect(202)
}

#[apply(both_engines)]
async fn strangers_form_never_becomes_the_owners_account(app: TestApp) {
    app.registers(&impostor_form(&app)).await.expect(201);
    let strangers = app.token_for(ADA).await;
    app.clock.advance(TimeDelta::seconds(1));
    app.registers(&app.registration("Ada Byron")).await.expect(201);
    let owners = app.token_for(ADA).await;
    assert_eq!(app.row_count("accounts").await, 0, "an account is created when its address is confirmed");

    // The owner receives both links, the stranger neither.
    app.opens_link(&strangers, PASSWORD).await.expect(422).expect_field("wrong_password", "/password");
    app.opens_link(&owners, PASSWORD).await.expect(204);

    app.sign_in(ADA, STRANGERS).await.expect_problem("invalid_credentials");
    let ada = app.signed_in("Ada Byron", ADA, PASSWORD).await;
    assert_eq!(ada.own_registration().await.text("legal_name"), "Ada Byron", "her own form");
    app.opens_link(&strangers, STRANGERS).await.expect(410).expect_problem("token_expired");
    app.opens_link(&owners, PASSWORD).await.expect(410).expect_problem("token_expired");
    assert_eq!(app.row_count("pending_registrations").await, 0);
    let audited = app.audit_actions_by_name(&ada.id.to_string()).await;
    assert_eq!(
        audited,
        ["account.email_verified", "registration.created", "session.refused"],
        "the stranger's attempt is the last event"
    );
}

#[apply(both_engines)]
async fn wrong_password_repeated_with_its_key_counts_as_one_attempt(app: TestApp) {
    app.registers(&app.registration("Ada Byron")).await.expect(201);
    let link = app.tokens_for(ADA).await.remove(0);
    let opens = |password: &str| {
        let form = json!({ "token": link, "password": password });
        app.post("/v1/email-confirmations/confirm", form).key("one-key").send()
    };
    let tries = || app.sql(|conn| Ok(dsl::pending_registrations.select(dsl::tries).get_result::<i32>(conn)?));
    for reply in at_once(4, |_| opens(STRANGERS)).await {
        reply.expect(422).expect_field("wrong_password", "/password");
    }
    for _ in 0..8 {
        opens(STRANGERS).await.expect(422).expect_field("wrong_password", "/password");
    }
    assert_eq!(tries().await, 1);
    app.opens_link(&link, STRANGERS).await.expect(422);
    assert_eq!(tries().await, 2, "without a key each request is an attempt");
    // Another body is another request, whatever its key.
    expect_outcomes(&at_once(2, |_| opens(PASSWORD)).await, &[("204", 2)]);
    opens(PASSWORD).await.expect(204);
    opens(STRANGERS).await.expect(422).expect_field("wrong_password", "/password");
    app.opens_link(&link, PASSWORD).await.expect(410);
}

#[apply(both_engines)]
async fn link_allows_five_password_attempts_even_at_once_and_registering_again_sends_another(app: TestApp) {
    app.registers(&app.registration("Ada Byron")).await.expect(201);
    let link = app.tokens_for(ADA).await.remove(0);
    let guesses: Vec<String> = (0..8).map(|number| format!("guess number {number} of several")).collect();
    let replies = at_once(8, |number| app.opens_link(&link, &guesses[number])).await;
    expect_outcomes(&replies, &[("wrong_password", 5), ("token_expired", 3)]);
    app.opens_link(&link, PASSWORD).await.expect(410).expect_problem("token_expired");

    app.clock.advance(TimeDelta::seconds(1));
    app.registers(&app.registration("Ada Byron")).await.expect(201);
    app.confirms_address(ADA).await.expect(204);
    app.sign_in(ADA, PASSWORD).await.expect(201);
}

#[apply(both_engines)]
async fn registering_again_after_the_link_expired_works(app: TestApp) {
    let first = app.registers(&app.registration("Ada Byron")).await.expect(201);
    let stale = app.tokens_for(ADA).await.remove(0);
    app.clock.advance(TimeDelta::days(1));
    app.opens_link(&stale, PASSWORD).await.expect(410).expect_problem("token_expired");

    let again = app.registers(&app.registration("Ada Byron")).await.expect(201);

    assert_eq!(first.json, again.json);
    let subjects: Vec<String> = app.emails_to(ADA).await.into_iter().map(|email| email.subject).collect();
    assert_eq!(subjects, ["Please confirm your email address", "Please confirm your email address"]);
    app.confirms_address(ADA).await.expect(204);
    app.sign_in(ADA, PASSWORD).await.expect(201);
}

#[apply(both_engines)]
async fn repeated_registrations_do_not_displace_the_owners_form(app: TestApp) {
    for _ in 0..7 {
        app.registers(&impostor_form(&app)).await.expect(201);
        app.clock.advance(TimeDelta::seconds(1));
    }
    app.registers(&app.registration("Ada Byron")).await.expect(201);
    assert_eq!(app.row_count("pending_registrations").await, 5);
    app.clock.advance(TimeDelta::minutes(15));
    let mut confirmed = 0;
    for link in app.tokens_for(ADA).await {
        confirmed += usize::from(app.opens_link(&link, PASSWORD).await.status == 204);
    }
    assert_eq!(confirmed, 1, "her form is the newest and is kept");
    app.sign_in(ADA, PASSWORD).await.expect(201);

    app.registers(&app.registration("Eve Lund")).await.expect(201);
    let hers = app.tokens_for("eve.lund@example.org").await.remove(0);
    let mut form = impostor_form(&app);
    form["email"] = json!("eve.lund@example.org");
    for _ in 0..9 {
        app.clock.advance(TimeDelta::seconds(1));
        app.registers(&form).await.expect(201);
    }
    app.opens_link(&hers, PASSWORD).await.expect(204);
}

#[apply(both_engines)]
async fn another_link_is_sent_for_each_pending_form_and_the_answer_is_always_the_same(app: TestApp) {
    let ada = app.practitioner("Bea Hall").await;
    app.registers(&app.registration("Ada Byron")).await.expect(201);
    let old = app.tokens_for(ADA).await.remove(0);
    app.clock.advance(TimeDelta::hours(23));
    let answers =
        [asks_for_link(&app, ADA).await, asks_for_link(&app, &ada.email).await, asks_for_link(&app, "unknown@example.org").await];
    assert!(answers.iter().all(|answer| answer.json == answers[0].json));
    let links = app.tokens_for(ADA).await;
    assert_eq!(links.len(), 2);
    app.opens_link(&old, PASSWORD).await.expect(410);
    app.clock.advance(TimeDelta::hours(23));
    app.opens_link(&links[1], PASSWORD).await.expect(204);
    assert_eq!(app.emails_to(&ada.email).await.len(), 1, "she has confirmed and needs no other link");
    assert!(app.emails_to("unknown@example.org").await.is_empty());
}

#[apply(both_engines)]
async fn staff_account_without_a_password_does_not_block_a_registration(app: TestApp) {
    let admin = app.administrator().await;
    let form = json!({ "email": ADA, "name": "Ada Byron", "role": "commissioner", "reason": "Joins the team." });
    admin.creates_approved_staff_with(form).await;
    let invitation = app.tokens_for(ADA).await.remove(0);
    app.clock.advance(TimeDelta::seconds(1));

    let ada = app.practitioner("Ada Byron").await;

    let choice = json!({ "token": invitation, "new_password": "amber lantern past the third gate" });
    app.post("/v1/password-resets/complete", choice).send().await.expect(409).expect_problem("email_taken");
    app.sign_in(ADA, PASSWORD).await.expect(201);
    assert_eq!(ada.get("/v1/me").send().await.expect(200).text("role"), "practitioner");
}

#[apply(both_engines)]
async fn new_member_of_staff_whose_link_has_expired_gets_another(app: TestApp) {
    let admin = app.administrator().await;
    let form =
        json!({ "email": "nora.field@example.org", "name": "Nora Field", "role": "clinician", "reason": "Joins the team." });
    admin.creates_approved_staff_with(form).await;
    app.clock.advance(TimeDelta::days(3));
    app.post("/v1/password-resets", json!({ "email": "nora.field@example.org" })).send().await.expect(202);
    let token = app.token_for("nora.field@example.org").await;
    let choice = json!({ "token": token, "new_password": PASSWORD });
    app.post("/v1/password-resets/complete", choice).send().await.expect(204);
    let nora = app.signed_in("Nora Field", "nora.field@example.org", PASSWORD).await;
    assert_eq!(nora.get("/v1/me").send().await.expect(200).text("role"), "clinician");
}

#[apply(both_engines)]
async fn registering_with_the_address_of_a_closed_account_does_not_suggest_signing_in(app: TestApp) {
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    app.close_account(&cleo).await;
    let mut form = app.registration("Ada Byron");
    form["email"] = json!(cleo.email);
    app.registers(&form).await.expect(201);
    let emails = app.emails_to(&cleo.email).await;
    assert_eq!(emails.iter().map(|email| email.subject.as_str()).collect::<Vec<_>>(), ["Please use another email address"]);

    // A practitioner's account is closed when they have died.
    let bea = app.practitioner("Bea Hall").await;
    app.close_account(&bea).await;
    app.registers(&app.registration("Bea Hall")).await.expect(201);
    assert_eq!(app.emails_to(&bea.email).await.len(), 1, "the confirmation link, and nothing since");
}

#[apply(both_engines)]
async fn the_same_rows_are_written_whether_or_not_the_address_has_an_account(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    let tables = [
        "pending_registrations",
        "address_requests",
        "message_counts",
        "outbox",
        "audit_events",
        "accounts",
        "practitioners",
        "one_time_tokens",
    ];
    let count = async || {
        let mut counts = Vec::new();
        for table in tables {
            counts.push(app.row_count(table).await);
        }
        counts
    };
    let added = async |path: &'static str, body: Value, status: u16| {
        let before = count().await;
        app.post(path, body).send().await.expect(status);
        count().await.into_iter().zip(before).map(|(after, before)| after - before).collect::<Vec<i64>>()
    };
    let mut known = app.registration("Ada Byron");
    known["email"] = json!(ada.email);
    // The counter of her address exists already; another address gets its own at its first message.
    let mut twice = app.registration("Eve Lund");
    added("/v1/registrations", twice.clone(), 201).await;
    twice["password"] = json!(STRANGERS);
    assert_eq!(added("/v1/registrations", known, 201).await, added("/v1/registrations", twice, 201).await);
    let added_by = async |path: &'static str, email: &str| added(path, json!({ "email": email }), 202).await;
    for path in ["/v1/password-resets", "/v1/email-confirmations"] {
        let (known, unknown) = (added_by(path, &ada.email).await, added_by(path, "unknown@example.org").await);
        assert_eq!(known, unknown, "{path}");
        assert_eq!(known.iter().sum::<i64>(), 1, "only the request");
        app.process_email_requests().await;
        // The same is true after so many requests for the address that no more links are made.
        for number in 0..4 {
            assert_eq!(added_by(path, &ada.email).await, known, "{path} {number}");
            assert_eq!(added_by(path, "unknown@example.org").await, known, "{path} {number}");
        }
        let before = count().await;
        app.process_email_requests().await;
        let places = ["outbox", "one_time_tokens"].map(|table| tables.iter().position(|known| *known == table).unwrap());
        let after = count().await;
        for place in places {
            assert!(after[place] <= before[place] + 1, "{path} {}: {} after {}", tables[place], after[place], before[place]);
        }
        assert_eq!(app.row_count("address_requests").await, 0);
    }
}

#[apply(both_engines)]
async fn token_pasted_with_white_space_is_accepted(app: TestApp) {
    let variants = pasted_variants(&"x".repeat(43)).len();
    for variant in 0..variants {
        let form = app.registration(&format!("Ada Byron{variant}"));
        let email = form["email"].as_str().unwrap();
        app.registers(&form).await.expect(201);
        let link = pasted_variants(&app.token_for(email).await).swap_remove(variant);
        let opened = app.opens_link(&link, PASSWORD).await;
        assert_eq!(opened.status.as_u16(), 204, "{link:?}: {}", opened.json);
        app.sign_in(email, PASSWORD).await.expect(201);

        app.clock.advance(TimeDelta::seconds(1));
        app.post("/v1/password-resets", json!({ "email": email })).send().await.expect(202);
        let token = pasted_variants(&app.token_for(email).await).swap_remove(variant);
        let chosen = json!({ "token": token, "new_password": STRANGERS });
        let reset = app.post("/v1/password-resets/complete", chosen).send().await;
        assert_eq!(reset.status.as_u16(), 204, "{token:?}: {}", reset.json);
        app.sign_in(email, STRANGERS).await.expect(201);
    }
}
