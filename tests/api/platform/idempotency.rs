//! A request that is sent again has one effect and gets the first answer.

use chrono::TimeDelta;
use confide::people::Role;
use confide::platform::http::idempotency;
use confide::platform::schema::idempotency_keys::dsl;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::actors::{Actor, PASSWORD};
use crate::support::app::TestSettings;
use crate::support::races::at_once;
use crate::support::reply::Reply;
use crate::support::{TestApp, apply, both_engines};

fn person(name: &str) -> Value {
    json!({ "email": format!("{name}@example.org"), "name": name, "role": "clinician" })
}

impl Actor {
    async fn opens_an_account(&self, key: &str, form: &Value) -> Reply {
        self.post("/v1/staff", form.clone()).key(key).send().await
    }
}

async fn staff_count(app: &TestApp) -> usize {
    let admin = app.signed_in("Avery Admin", "avery.admin@example.org", PASSWORD).await;
    admin.get("/v1/staff?limit=100").send().await.expect(200).items().len() - 1
}

#[apply(both_engines)]
async fn the_same_request_again_gets_the_first_answer(app: TestApp) {
    let admin = app.administrator().await;
    let first = admin.opens_an_account("k-1", &person("imogen")).await.expect(201);
    let again = admin.opens_an_account("k-1", &person("imogen")).await.expect(201);
    let quoted = admin.opens_an_account("\"k-1\"", &person("imogen")).await.expect(201);
    for repeat in [again, quoted] {
        assert_eq!(repeat.json, first.json);
        assert_eq!((repeat.header("location"), repeat.header("etag")), (first.header("location"), first.header("etag")));
    }
    assert_eq!((staff_count(&app).await, app.emails_to("imogen@example.org").await.len()), (1, 1));
}

#[apply(both_engines)]
async fn concurrent_identical_requests_have_one_effect(app: TestApp) {
    let admin = app.administrator().await;
    let form = person("imogen");
    let replies = at_once(20, |_| admin.opens_an_account("k-1", &form)).await;
    let ids: std::collections::BTreeSet<String> = replies.into_iter().map(|reply| reply.expect(201).id()).collect();
    assert_eq!((ids.len(), staff_count(&app).await), (1, 1));
}

#[apply(both_engines)]
async fn another_instance_gives_the_same_answer(app: TestApp) {
    let admin = app.administrator().await;
    let first = admin.opens_an_account("k-1", &person("imogen")).await.expect(201);
    let restarted = app.with_the_same_database(TestSettings::default()).await;
    let again = restarted.post("/v1/staff", person("imogen")).bearer(&admin.token).key("k-1").send().await.expect(201);
    assert_eq!(again.json, first.json);
}

#[apply(both_engines)]
async fn another_request_under_the_same_key_is_refused(app: TestApp) {
    let admin = app.administrator().await;
    admin.opens_an_account("k-1", &person("imogen")).await.expect(201);
    admin.opens_an_account("k-1", &person("jasper")).await.expect_field("idempotency_key_reused", "Idempotency-Key");
    assert_eq!(staff_count(&app).await, 1);
}

#[apply(both_engines)]
async fn another_callers_key_is_another_key(app: TestApp) {
    let (admin, other) = (app.administrator().await, app.staff("Other Admin", Role::Administrator).await);
    let first = admin.opens_an_account("k-1", &person("imogen")).await.expect(201);
    let second = other.opens_an_account("k-1", &person("jasper")).await.expect(201);
    assert_ne!(first.id(), second.id());
}

#[apply(both_engines)]
async fn refused_request_leaves_its_key_free(app: TestApp) {
    let admin = app.administrator().await;
    admin
        .opens_an_account("k-1", &json!({ "email": admin.email, "name": "Twice", "role": "clinician" }))
        .await
        .expect_problem("email_taken");
    admin.opens_an_account("k-1", &person("imogen")).await.expect(201);
}

#[apply(both_engines)]
async fn key_expires_after_a_day(app: TestApp) {
    let admin = app.administrator().await;
    admin.opens_an_account("k-1", &person("imogen")).await.expect(201);
    app.clock.advance(TimeDelta::hours(24));
    let admin = app.signed_in("Avery Admin", &admin.email, PASSWORD).await;
    admin.opens_an_account("k-1", &person("jasper")).await.expect_problem("idempotency_key_reused");
    app.clock.advance(TimeDelta::seconds(1));
    admin.opens_an_account("k-1", &person("jasper")).await.expect(201);

    app.clock.advance(TimeDelta::days(2));
    assert_eq!(app.write(idempotency::delete_expired).await, 1);
}

#[apply(both_engines)]
async fn stored_answer_is_not_readable_in_the_database(app: TestApp) {
    let admin = app.administrator().await;
    let id = admin.opens_an_account("k-1", &person("imogen")).await.expect(201).id();
    let stored: Vec<u8> = app.sql(|conn| Ok(dsl::idempotency_keys.select(dsl::answer.assume_not_null()).get_result(conn)?)).await;
    let holds = |word: &str| stored.windows(word.len()).any(|window| window == word.as_bytes());
    assert!(stored.len() > 100 && !holds("imogen") && !holds(&id) && !holds("clinician"));
}
