//! The safety plan: how a practitioner writes it, its versions, and how it is stored.

mod access;
mod crisis_help;

use confide::care::schema::safety_plan_versions::dsl;
use confide::people::practitioners::model::Pathway;
use confide::platform::db::Conn;
use confide::platform::ids::Id;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::clinical_record::{InCare, record_path};
use crate::support::damage::damaged_bytes;
use crate::support::groups::with_changes;
use crate::support::races::{at_once, expect_outcomes};
use crate::support::safety_plans::{empty_safety_plan, safety_plan, safety_plan_about};
use crate::support::signposts::ids_of;
use crate::support::{TestApp, apply, both_engines};

impl TestApp {
    /// Damages one version of the only safety plan; returns its id.
    async fn damages_safety_plan(&self, version: i32) -> Id {
        self.sql(move |conn| {
            let without_trigger = match conn {
                Conn::Sqlite(_) => "DROP TRIGGER safety_plan_versions_final",
                Conn::Postgres(_) => "ALTER TABLE safety_plan_versions DISABLE TRIGGER USER",
            };
            diesel::sql_query(without_trigger).execute(conn)?;
            let one = || dsl::safety_plan_versions.filter(dsl::version.eq(version));
            diesel::update(one()).set(dsl::sealed_plan.eq(damaged_bytes())).execute(conn)?;
            Ok(one().select(dsl::id).first(conn)?)
        })
        .await
    }
}

#[apply(both_engines)]
async fn practitioner_writes_a_plan_and_reads_it(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    let none = ada.reads_own_safety_plan().await.expect(404).expect_problem("not_found");
    assert!(none.text("detail").contains("no safety plan yet"), "{}", none.json);
    assert_eq!(ada.get("/v1/me/record").send().await.expect(200).json["safety_plan"], Value::Null);

    let written = ada.writes_first_safety_plan(safety_plan()).await.expect(200);

    assert_eq!((written.etag(), written.text("author_role")), ("\"v1\"".into(), "practitioner".into()));
    assert_eq!((&written.json["version"], written.text("recorded_by")), (&json!(1), ada.id.to_string()));
    assert_eq!(written.json["warning_signs"], json!(["I stop answering messages."]));
    assert_eq!(written.json["distractions"], json!([{ "name": "I stop answering messages.", "phone": null }]));
    assert_eq!(written.json["helpers"], json!([{ "name": "I stop answering messages.", "phone": "07700 900123" }]));
    assert_eq!(written.json["signpost_ids"], json!(["shout", "samaritans"]));
    assert_eq!(ids_of(&written.json["signposts"]), ["shout", "samaritans"], "in the order of the practitioner");
    for step in ["coping_strategies", "professionals", "safer_environment"] {
        assert_eq!(written.json[step].as_array().unwrap().len(), 1, "{step}");
    }
    let read = ada.reads_own_safety_plan().await.expect(200);
    assert_eq!((read.etag(), &read.json), (written.etag(), &written.json));
    assert_eq!(ada.get("/v1/me/record").send().await.expect(200).json["safety_plan"], written.json);
    assert_eq!(app.audit_count_of("safety_plan.changed", ada.id).await, 1);
}

#[apply(both_engines)]
async fn practitioner_has_a_plan_at_every_point_of_the_pathway(app: TestApp) {
    for pathway in Pathway::ALL {
        let person = app.seeded_practitioner(&format!("Ada {}", pathway.as_str().replace('_', "")), *pathway).await;
        person.writes_first_safety_plan(safety_plan()).await.expect(200);
        person.writes_own_safety_plan_after("\"v1\"", safety_plan_about("I count my tablets.")).await.expect(200);
        let read = person.reads_own_safety_plan().await.expect(200);
        assert_eq!((&read.json["version"], &read.json["warning_signs"][0]), (&json!(2), &json!("I count my tablets.")));
    }
}

#[apply(both_engines)]
async fn new_version_needs_the_etag_of_the_present_one(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    for seen in ["\"v0\"", "\"v1\"", "*"] {
        let early = ada.writes_own_safety_plan_after(seen, safety_plan()).await.expect(412);
        early.expect_field("version_mismatch", "If-Match");
    }
    assert_eq!(app.row_count("safety_plan_versions").await, 0);

    let first = ada.writes_first_safety_plan(safety_plan()).await.expect(200).etag();
    ada.writes_first_safety_plan(safety_plan()).await.expect(428).expect_field("version_required", "If-Match");
    ada.writes_own_safety_plan_after("\"v0\"", safety_plan()).await.expect(412).expect_field("version_mismatch", "If-Match");
    let second = ada.writes_own_safety_plan_after(&first, safety_plan()).await.expect(200).etag();
    assert_eq!(second, "\"v2\"");
    ada.writes_own_safety_plan_after(&first, safety_plan()).await.expect(412);
    assert_eq!(app.row_count("safety_plan_versions").await, 2);
    assert_eq!(app.audit_count_of("safety_plan.changed", ada.id).await, 2);
}

#[apply(both_engines)]
async fn of_several_first_plans_at_once_one_is_stored(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    let replies = at_once(8, |_| ada.writes_first_safety_plan(safety_plan())).await;
    expect_outcomes(&replies, &[("200", 1), ("version_required", 7)]);
    assert_eq!(app.row_count("safety_plan_versions").await, 1);
}

#[apply(both_engines)]
async fn every_version_stays_and_is_listed_newest_first_without_its_content(app: TestApp) {
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    ada.writes_first_safety_plan(safety_plan_about("I skip meals.")).await.expect(200);
    for (seen, text) in [("\"v1\"", "I sleep by day."), ("\"v2\"", "I call in sick.")] {
        ada.writes_own_safety_plan_after(seen, safety_plan_about(text)).await.expect(200);
    }

    let newest = ada.get("/v1/me/safety-plan/history?limit=2").send().await.expect(200);
    let oldest = ada.get(&format!("/v1/me/safety-plan/history?limit=2&cursor={}", newest.text("next_cursor"))).send().await;

    let oldest = oldest.expect(200);
    let numbers: Vec<i64> =
        newest.items().iter().chain(oldest.items()).map(|version| version["version"].as_i64().unwrap()).collect();
    assert_eq!((numbers, &oldest.json["next_cursor"]), (vec![3, 2, 1], &Value::Null));
    assert_eq!(newest.items()[0]["author_role"], "practitioner");
    assert!(!newest.json.to_string().contains("sick"), "{}", newest.json);
    for (number, text) in [(1, "I skip meals."), (2, "I sleep by day."), (3, "I call in sick.")] {
        let version = ada.get(&format!("/v1/me/safety-plan/history/{number}")).send().await.expect(200);
        assert_eq!((version.etag(), &version.json["warning_signs"][0]), (format!("\"v{number}\""), &json!(text)));
    }
    assert_eq!((&newest.json["unreadable"], &oldest.json["unreadable"]), (&json!([]), &json!([])));
    ada.get("/v1/me/safety-plan/history/4").send().await.expect_problem("not_found");
    for wrong in ["0", "01", "-1", "first", "99999999999"] {
        let refused = ada.get(&format!("/v1/me/safety-plan/history/{wrong}")).send().await;
        refused.expect(400).expect_field("invalid_parameter", "version");
    }
    assert!(bea.get("/v1/me/safety-plan/history").send().await.expect(200).items().is_empty());
    bea.get("/v1/me/safety-plan/history/1").send().await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn damaged_present_version_is_named_and_hides_no_earlier_one(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let problem = json!({ "name": "Burnout", "shared": true });
    cleo.post(&record_path(&ada, "problems"), problem).send().await.expect(201);
    ada.writes_first_safety_plan(safety_plan_about("I skip meals.")).await.expect(200);
    ada.writes_own_safety_plan_after("\"v1\"", safety_plan_about("I sleep by day.")).await.expect(200);
    let damaged = app.damages_safety_plan(2).await;

    for (reader, path) in [(&ada, "/v1/me/safety-plan/history".to_owned()), (&cleo, record_path(&ada, "safety-plan/history"))] {
        let list = reader.get(&path).send().await.expect(200);
        let numbers: Vec<&Value> = list.expect_items().iter().map(|version| &version["version"]).collect();
        assert_eq!((numbers, &list.json["unreadable"]), (vec![&json!(1)], &json!([damaged])), "{path}");
        let first = reader.get(&format!("{path}/1")).send().await.expect(200);
        assert_eq!(first.json["warning_signs"], json!(["I skip meals."]));
        reader.get(&format!("{path}/2")).send().await.expect(500);
        // A damaged version is the end of a page too.
        let page = reader.get(&format!("{path}?limit=1")).send().await.expect(200);
        assert_eq!((page.items().len(), &page.json["unreadable"]), (0, &json!([damaged])));
        let next = reader.get(&format!("{path}?limit=1&cursor={}", page.text("next_cursor"))).send().await.expect(200);
        assert_eq!(next.expect_items()[0]["version"], 1);
    }
    // The rest of her record is shown without the plan.
    let mine = ada.get("/v1/me/record").send().await.expect(200);
    assert_eq!((&mine.json["safety_plan"], &mine.json["problems"][0]["name"]), (&Value::Null, &json!("Burnout")));
    let next = ada.writes_own_safety_plan_after("*", safety_plan()).await.expect(200);
    assert_eq!(next.json["version"], 3);
}

#[apply(both_engines)]
async fn plan_needs_an_item_and_signposts_for_a_crisis(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    ada.writes_first_safety_plan(empty_safety_plan()).await.expect(422).expect_field("invalid_body", "/warning_signs");
    for (changes, pointer) in [
        (json!({ "signpost_ids": ["samaritans", "no_such_signpost"] }), "/signpost_ids/1"),
        (json!({ "signpost_ids": ["workplace_support"] }), "/signpost_ids/0"),
        (json!({ "signpost_ids": ["samaritans", "shout", "samaritans"] }), "/signpost_ids/2"),
        (json!({ "warning_signs": ["x".repeat(201)] }), "/warning_signs/0"),
        (json!({ "coping_strategies": vec!["A walk."; 11] }), "/coping_strategies"),
        (json!({ "safer_environment": [" "] }), "/safer_environment/0"),
        (json!({ "helpers": [{ "name": "Sam", "phone": "the red one" }] }), "/helpers/0/phone"),
        (json!({ "professionals": [{ "phone": "020 7946 0018" }] }), "/professionals/0/name"),
    ] {
        let refused = ada.writes_first_safety_plan(with_changes(safety_plan(), changes)).await.expect(422);
        refused.expect_field("invalid_body", pointer);
    }
    assert_eq!(app.row_count("safety_plan_versions").await, 0);
    let one = with_changes(empty_safety_plan(), json!({ "professionals": [{ "name": "NHS 111", "phone": "111" }] }));
    let written = ada.writes_first_safety_plan(one).await.expect(200);
    assert_eq!(written.json["professionals"], json!([{ "name": "NHS 111", "phone": "111" }]), "one step is enough");
}

#[apply(both_engines)]
async fn plan_is_sealed_and_a_version_never_changes(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    ada.writes_first_safety_plan(safety_plan()).await.expect(200);
    let stored: Vec<u8> = app.sql(|conn| Ok(dsl::safety_plan_versions.select(dsl::sealed_plan).first(conn)?)).await;
    let readable = String::from_utf8_lossy(&stored).into_owned();
    assert!(["messages", "samaritans", "900123", "helpers"].iter().all(|word| !readable.contains(word)));
    let changed = app
        .platform
        .write(|tx| Ok(diesel::update(dsl::safety_plan_versions).set(dsl::version.eq(9)).execute(tx.conn)?))
        .await
        .unwrap_err();
    assert!(changed.violates("safety_plan_versions_final"), "{changed:?}");
}
