//! A request that is sent again has one effect and gets the first answer.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use confide::people::Role;
use confide::platform::http::idempotency;
use confide::platform::schema::idempotency_keys::dsl;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::actors::{Actor, PASSWORD};
use crate::support::app::TestSettings;
use crate::support::races::at_once;
use crate::support::reply::Reply;
use crate::support::{TestApp, apply, both_engines, postgres_only};

fn person(name: &str) -> Value {
    json!({ "email": format!("{name}@example.org"), "name": format!("{name} Marsh"), "role": "clinician", "reason": "Joins the team." })
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
    assert_eq!((staff_count(&app).await, app.row_count("staff_changes").await), (1, 1));
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

/// The server ends the connection while it commits, so that no one knows whether the change was made.
#[apply(postgres_only)]
async fn request_whose_commit_was_not_confirmed_is_repeated_with_its_key(app: TestApp) {
    let admin = app.administrator().await;
    app.sql(|conn| {
        Ok(conn.batch_execute(
            "CREATE FUNCTION end_connection() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
             CREATE CONSTRAINT TRIGGER ends_connection AFTER INSERT ON staff_changes DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW EXECUTE FUNCTION end_connection();",
        )?)
    })
    .await;
    let lost = admin.opens_an_account("k-1", &person("imogen")).await.expect(503).expect_problem("unavailable");
    assert!(lost.text("detail").contains("look whether your last change was made"), "{}", lost.json);
    app.sql(|conn| Ok(conn.batch_execute("DROP TRIGGER ends_connection ON staff_changes")?)).await;
    admin.opens_an_account("k-1", &person("imogen")).await.expect(201);
    assert_eq!((staff_count(&app).await, app.row_count("staff_changes").await), (1, 1));
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
    let mut taken = person("imogen");
    taken["email"] = json!(admin.email);
    admin.opens_an_account("k-1", &taken).await.expect_problem("email_taken");
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

/// The plain hash of a request to create a staff account, as version 0.2 stored it: of the operation and of the hash of the body.
fn plain_hash(name: &str) -> String {
    let reason = "\"reason\"\"Joins the team.\"";
    let body = format!("{{\"email\"\"{name}@example.org\"\"name\"\"{name} Marsh\"{reason}\"role\"\"clinician\"}}");
    URL_SAFE_NO_PAD.encode(Sha256::new().chain_update("POST /v1/staff\n").chain_update(Sha256::digest(body)).finalize())
}

async fn stored_keys(app: &TestApp) -> Vec<(String, String)> {
    app.sql(|conn| Ok(dsl::idempotency_keys.select((dsl::key, dsl::request_hash)).load(conn)?)).await
}

#[apply(both_engines)]
async fn stored_key_and_hash_cannot_be_guessed_from_the_request(app: TestApp) {
    let (admin, other) = (app.administrator().await, app.staff("Other Admin", Role::Administrator).await);
    admin.opens_an_account("k-1", &person("imogen")).await.expect(201);
    other.opens_an_account("k-1", &person("imogen")).await.expect_problem("email_taken");
    other.opens_an_account("k-1", &person("jasper")).await.expect(201);
    admin.opens_an_account("k-2", &person("karen")).await.expect(201);
    let stored = stored_keys(&app).await;
    assert_eq!(stored.len(), 3);
    for (key, hash) in &stored {
        assert!(!key.contains("k-1") && !key.contains("k-2"), "{key}");
        for name in ["imogen", "jasper", "karen"] {
            assert!(!hash.contains(&plain_hash(name)), "a thief could try bodies until one fits");
        }
    }
    let keys: std::collections::BTreeSet<_> = stored.iter().map(|(key, _)| key).collect();
    assert_eq!(keys.len(), 3, "the same key of two callers has nothing in common");
}

#[apply(both_engines)]
async fn plain_hashes_of_an_earlier_version_are_replaced_and_repeats_still_get_their_answer(app: TestApp) {
    let admin = app.administrator().await;
    let first = admin.opens_an_account("k-1", &person("imogen")).await.expect(201);
    app.sql(|conn| {
        Ok(diesel::update(dsl::idempotency_keys)
            .set((dsl::key.eq("k-1"), dsl::request_hash.eq(plain_hash("imogen"))))
            .execute(conn)?)
    })
    .await;
    confide::server::load_reference_data(&app.platform).await.unwrap();
    let stored = stored_keys(&app).await;
    assert!(stored[0].0 != "k-1" && stored[0].1 != plain_hash("imogen"), "{stored:?}");
    assert_eq!(admin.opens_an_account("k-1", &person("imogen")).await.expect(201).json, first.json);
    admin.opens_an_account("k-1", &person("jasper")).await.expect_field("idempotency_key_reused", "Idempotency-Key");
    confide::server::load_reference_data(&app.platform).await.unwrap();
    assert_eq!(stored_keys(&app).await, stored, "done once");
}

#[apply(both_engines)]
async fn stored_answer_is_not_readable_in_the_database(app: TestApp) {
    let admin = app.administrator().await;
    let id = admin.opens_an_account("k-1", &person("imogen")).await.expect(201).id();
    let stored: Vec<u8> = app.sql(|conn| Ok(dsl::idempotency_keys.select(dsl::answer.assume_not_null()).get_result(conn)?)).await;
    let holds = |word: &str| stored.windows(word.len()).any(|window| window == word.as_bytes());
    assert!(stored.len() > 100 && !holds("imogen") && !holds(&id) && !holds("clinician"));
}
