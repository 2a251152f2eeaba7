//! Signing in, staying signed in, and ending it.

use chrono::TimeDelta;
use confide::people::Role;
use serde_json::json;

use crate::support::actors::PASSWORD;
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn user_signs_in_sees_the_session_and_ends_it(app: TestApp) {
    let cleo = app.staff("Cleo Clinician", Role::Clinician).await;
    let sessions = cleo.get("/v1/sessions").send().await.expect(200);
    assert_eq!(sessions.items().len(), 1);
    assert_eq!(sessions.items()[0]["current"], true);

    cleo.delete(&format!("/v1/sessions/{}", cleo.session_id)).send().await.expect(204);

    cleo.get("/v1/me").send().await.expect_problem("not_signed_in");
    let refreshed = app.post("/v1/session-refreshes", json!({ "refresh_token": cleo.refresh_token })).send().await;
    refreshed.expect_problem("invalid_refresh_token");
}

#[apply(both_engines)]
async fn wrong_password_and_an_unknown_address_are_answered_alike(app: TestApp) {
    let cleo = app.staff("Cleo Clinician", Role::Clinician).await;
    let wrong = app.sign_in(&cleo.email, "not the password at all").await.expect_problem("invalid_credentials");
    let unknown = app.sign_in("unknown@example.org", PASSWORD).await.expect_problem("invalid_credentials");
    assert_eq!(wrong.json, unknown.json);
}

#[apply(both_engines)]
async fn refresh_token_works_once_and_its_replay_ends_the_session(app: TestApp) {
    let cleo = app.staff("Cleo Clinician", Role::Clinician).await;
    let refresh = async |token: &str| app.post("/v1/session-refreshes", json!({ "refresh_token": token })).send().await;
    let second = refresh(&cleo.refresh_token).await.expect(200);
    let third = refresh(&second.text("refresh_token")).await.expect(200);

    refresh(&cleo.refresh_token).await.expect_problem("invalid_refresh_token");

    refresh(&third.text("refresh_token")).await.expect_problem("invalid_refresh_token");
    app.get("/v1/me").bearer(&third.text("access_token")).send().await.expect_problem("not_signed_in");
}

#[apply(both_engines)]
async fn refresh_can_be_repeated_within_a_short_time_after_a_lost_answer(app: TestApp) {
    let cleo = app.staff("Cleo Clinician", Role::Clinician).await;
    let refresh = async |token: &str| app.post("/v1/session-refreshes", json!({ "refresh_token": token })).send().await;
    let first = refresh(&cleo.refresh_token).await.expect(200);
    let again = refresh(&cleo.refresh_token).await.expect(200);
    assert_eq!(first.text("refresh_token"), again.text("refresh_token"), "one active token");
    refresh(&again.text("refresh_token")).await.expect(200);

    app.clock.advance(TimeDelta::seconds(31));
    refresh(&again.text("refresh_token")).await.expect_problem("invalid_refresh_token");
}
