//! Changing a known password, and resetting one.

use chrono::TimeDelta;
use confide::people::Role;
use confide::people::sign_in::passwords::Cost;
use serde_json::json;

use crate::support::actors::{Actor, PASSWORD};
use crate::support::app::TestSettings;
use crate::support::{TestApp, apply, both_engines};

const BETTER: &str = "amber lantern past the third gate";

async fn change(user: &Actor, from: &str, to: &str) -> crate::support::reply::Reply {
    user.post("/v1/me/change-password", json!({ "current_password": from, "new_password": to })).send().await
}

#[apply(both_engines)]
async fn changed_password_ends_every_session_but_the_new_one(app: TestApp) {
    let phone = app.staff("Cleo Marsh", Role::Clinician).await;
    let laptop = app.signed_in("Cleo Marsh", &phone.email, PASSWORD).await;

    let fresh = change(&phone, PASSWORD, BETTER).await.expect(200);

    for old in [&phone, &laptop] {
        old.get("/v1/me").send().await.expect_problem("not_signed_in");
        let refreshed = app.post("/v1/session-refreshes", json!({ "refresh_token": old.refresh_token })).send().await;
        refreshed.expect_problem("invalid_refresh_token");
    }
    app.get("/v1/me").bearer(&fresh.text("access_token")).send().await.expect(200);
    app.sign_in(&phone.email, PASSWORD).await.expect_problem("invalid_credentials");
    app.sign_in(&phone.email, BETTER).await.expect(201);
}

#[apply(both_engines)]
async fn wrong_current_password_or_weak_new_one_changes_nothing(app: TestApp) {
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    change(&cleo, "not my password at all", BETTER).await.expect_field("invalid_body", "/current_password");
    for weak in ["short", "aaaaaaaaaaaaaaaaaaaa", "password12345678", PASSWORD] {
        change(&cleo, PASSWORD, weak).await.expect_field("weak_password", "/new_password");
    }
    cleo.get("/v1/me").send().await.expect(200);
    app.sign_in(&cleo.email, PASSWORD).await.expect(201);
}

#[apply(both_engines)]
async fn reset_link_works_once_within_ten_minutes(app: TestApp) {
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    let ask = async |email: &str| app.post("/v1/password-resets", json!({ "email": email })).send().await.expect(202);
    let choose = async |token: &str, password: &str| {
        app.post("/v1/password-resets/complete", json!({ "token": token, "new_password": password })).send().await
    };
    assert_eq!(ask(&cleo.email).await.json, ask("unknown@example.org").await.json);
    let stale = app.token_for(&cleo.email).await;
    app.clock.advance(TimeDelta::minutes(10));
    choose(&stale, BETTER).await.expect(410).expect_problem("token_expired");
    ask(&cleo.email).await;
    let token = app.token_for(&cleo.email).await;
    choose(&token, "too short").await.expect_field("weak_password", "/new_password");

    choose(&token, BETTER).await.expect(204);

    choose(&token, PASSWORD).await.expect_problem("token_expired");
    cleo.get("/v1/me").send().await.expect_problem("not_signed_in");
    app.sign_in(&cleo.email, BETTER).await.expect(201);
    assert!(app.emails_to("unknown@example.org").await.is_empty());
}

#[apply(both_engines)]
async fn long_password_of_any_characters_is_compared_in_full(app: TestApp) {
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    let long = "дождь 雨 rain über ".repeat(3) + "& ten grey kettles";
    change(&cleo, PASSWORD, &long).await.expect(200);
    app.sign_in(&cleo.email, &long).await.expect(201);
    let mut shorter = long.clone();
    shorter.pop();
    app.sign_in(&cleo.email, &shorter).await.expect_problem("invalid_credentials");
}

#[apply(both_engines)]
async fn password_has_the_same_length_limit_everywhere(app: TestApp) {
    // 256 characters after normalisation: decomposed they are 260 code points as they are sent.
    let longest = format!(
        "{}{}",
        "violet kettle under nine bridges ".repeat(8).chars().take(252).collect::<String>(),
        "e\u{301}".repeat(4)
    );
    let composed = longest.replace("e\u{301}", "\u{e9}");
    let over = format!("{longest}!");
    assert_eq!((longest.chars().count(), composed.chars().count()), (260, 256));

    let mut form = app.registration("Ada Byron");
    form["password"] = json!(over);
    app.registers(&form).await.expect(422).expect_field("invalid_body", "/password");
    form["password"] = json!(longest);
    app.registers(&form).await.expect(201);
    let link = app.token_for("ada.byron@example.org").await;
    app.opens_link(&link, &over).await.expect(422).expect_field("invalid_body", "/password");
    app.opens_link(&link, &composed).await.expect(204);

    app.sign_in("ada.byron@example.org", &over).await.expect(422).expect_field("invalid_body", "/password");
    let ada = app.signed_in("Ada Byron", "ada.byron@example.org", &composed).await;
    change(&ada, &over, BETTER).await.expect_field("invalid_body", "/current_password");
    change(&ada, &longest, &over).await.expect_field("invalid_body", "/new_password");
    let again = composed.replace("violet", "purple");
    change(&ada, &longest, &again).await.expect(200);
    app.clock.advance(TimeDelta::seconds(1));
    app.post("/v1/password-resets", json!({ "email": ada.email })).send().await.expect(202);
    let token = app.token_for(&ada.email).await;
    let choose = async |password: &str| {
        app.post("/v1/password-resets/complete", json!({ "token": token, "new_password": password })).send().await
    };
    choose(&over).await.expect_field("invalid_body", "/new_password");
    choose(&longest).await.expect(204);
    app.sign_in(&ada.email, &composed).await.expect(201);
}

#[apply(both_engines)]
async fn every_password_in_the_contract_has_the_same_schema(_app: TestApp) {
    let document = crate::guards::operation::document();
    let mut found = 0;
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for (member, schema) in schema["properties"].as_object().into_iter().flatten() {
            let is_one = member.ends_with("password");
            let typed = schema.to_string().contains("#/components/schemas/Password\"");
            assert_eq!(is_one, typed, "{name}.{member}: {schema}");
            assert!(schema["format"] != "password", "{name}.{member} has its own password schema");
            found += usize::from(typed);
        }
    }
    assert_eq!(found, 6);
}

#[apply(both_engines)]
async fn password_hashed_with_less_work_is_rehashed_at_sign_in(app: TestApp) {
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    let options = TestSettings { cost: Cost::Full, ..TestSettings::default() };
    let raised = app.with_the_same_database(options).await;
    let cost_of = async || {
        let id = cleo.id;
        let hash = app.write(move |tx| confide::people::accounts::queries::password_hash(tx, id)).await.unwrap();
        hash.split('$').nth(3).unwrap().to_owned()
    };
    assert_eq!(cost_of().await, "m=8,t=1,p=1");
    raised.sign_in(&cleo.email, PASSWORD).await.expect(201);
    assert_eq!(cost_of().await, "m=19456,t=2,p=1");
}
