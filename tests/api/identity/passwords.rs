//! Changing a password that is known, and replacing one that is not.

use chrono::TimeDelta;
use confide::identity::Role;
use confide::identity::sign_in::passwords::Cost;
use serde_json::json;

use crate::on_both_engines;
use crate::support::TestApp;
use crate::support::actors::{Actor, PASSWORD};
use crate::support::app::Wishes;

const BETTER: &str = "amber lantern past the third gate";

async fn change(who: &Actor, from: &str, to: &str) -> crate::support::reply::Reply {
    who.post("/v1/me/password", json!({ "current_password": from, "new_password": to })).send().await
}

on_both_engines! {
    async fn a_changed_password_ends_every_session_but_the_new_one(app: TestApp) {
        let phone = app.staff("Cleo Marsh", Role::Clinician).await;
        let laptop = app.signed_in("Cleo Marsh", &phone.email, PASSWORD).await;

        let fresh = change(&phone, PASSWORD, BETTER).await.expect(200);

        for old in [&phone, &laptop] {
            old.get("/v1/me").send().await.expect_problem("not_signed_in");
            let refreshed = app.post("/v1/sessions/refresh", json!({ "refresh_token": old.refresh_token })).send().await;
            refreshed.expect_problem("invalid_refresh_token");
        }
        app.get("/v1/me").bearer(&fresh.text("access_token")).send().await.expect(200);
        app.sign_in(&phone.email, PASSWORD).await.expect_problem("invalid_credentials");
        app.sign_in(&phone.email, BETTER).await.expect(201);
    }

    async fn a_wrong_present_password_or_a_weak_new_one_changes_nothing(app: TestApp) {
        let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
        change(&cleo, "not my password at all", BETTER).await.expect_field("invalid_body", "/current_password");
        for weak in ["short", "aaaaaaaaaaaaaaaaaaaa", "password12345678", PASSWORD] {
            change(&cleo, PASSWORD, weak).await.expect_field("weak_password", "/new_password");
        }
        cleo.get("/v1/me").send().await.expect(200);
        app.sign_in(&cleo.email, PASSWORD).await.expect(201);
    }

    async fn a_forgotten_password_is_replaced_by_a_link_that_works_once_for_ten_minutes(app: TestApp) {
        let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
        let ask = async |email: &str| app.post("/v1/password-resets", json!({ "email": email })).send().await.expect(202);
        let choose = async |token: &str, password: &str| {
            app.post("/v1/password-resets/redemption", json!({ "token": token, "new_password": password })).send().await
        };
        assert_eq!(ask(&cleo.email).await.json, ask("nobody@example.org").await.json);
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
        assert!(app.letters_to("nobody@example.org").await.is_empty());
    }

    async fn a_long_password_of_any_characters_counts_to_its_last(app: TestApp) {
        let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
        let long = "дождь 雨 rain über ".repeat(3) + "& ten grey kettles";
        change(&cleo, PASSWORD, &long).await.expect(200);
        app.sign_in(&cleo.email, &long).await.expect(201);
        let mut shorter = long.clone();
        shorter.pop();
        app.sign_in(&cleo.email, &shorter).await.expect_problem("invalid_credentials");
    }

    async fn a_password_hashed_with_less_work_is_hashed_anew_at_sign_in(app: TestApp) {
        let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
        let wishes = Wishes { cost: Cost::Full, ..Wishes::default() };
        let raised = app.with_the_same_database(wishes).await;
        let cost_of = async || {
            let id = cleo.id;
            let hash = app.sql(move |conn| confide::identity::accounts::queries::password_hash(conn, id)).await.unwrap();
            hash.split('$').nth(3).unwrap().to_owned()
        };
        assert_eq!(cost_of().await, "m=8,t=1,p=1");
        raised.sign_in(&cleo.email, PASSWORD).await.expect(201);
        assert_eq!(cost_of().await, "m=19456,t=2,p=1");
    }
}
