//! The problem list.

use chrono::TimeDelta;
use confide::care::schema::problems;
use confide::platform::ids::Id;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::clinical_record::{InCare, record_path};
use crate::support::damage::damaged_bytes;
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn problem_is_added_and_resolved_and_cannot_be_deleted(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let form = json!({ "name": "Depressive episode", "snomed_code": "35489007", "began_on": "2026-11-01", "note": "Second one.", "shared": true });
    let added = cleo.post(&record_path(&ada, "problems"), form).send().await.expect(201);
    let problem = added.header("location").unwrap().to_owned();
    assert_eq!(
        (added.text("state"), added.text("name"), added.etag()),
        ("active".into(), "Depressive episode".into(), "\"v1\"".into())
    );

    app.clock.advance(TimeDelta::minutes(1));
    let resolved = cleo.changes(&problem, json!({ "state": "resolved", "note": null })).await.expect(200);
    assert_eq!(
        (resolved.text("state"), &resolved.json["note"], resolved.text("began_on")),
        ("resolved".into(), &Value::Null, "2026-11-01".into())
    );
    assert_eq!(resolved.text("updated_at"), app.now().to_string());
    cleo.patch(&problem, json!({ "state": "active" })).if_match("\"v1\"").send().await.expect_problem("version_mismatch");
    cleo.patch(&problem, json!({ "state": "active" })).send().await.expect_problem("version_required");
    cleo.changes(&problem, json!({ "state": "active" })).await.expect(200);
    cleo.changes(&problem, json!({ "state": "entered_in_error" })).await.expect(200);
    cleo.changes(&problem, json!({ "state": "active" })).await.expect_problem("state_conflict");

    let history = cleo.get(&format!("{problem}/history?limit=2")).send().await.expect(200);
    let states: Vec<_> = history.items().iter().map(|version| version["state"].clone()).collect();
    assert_eq!(states, ["active", "resolved"]);
    let first = cleo.get(&format!("{problem}/history?cursor={}", history.text("next_cursor"))).send().await.expect(200);
    assert_eq!((&first.items()[0]["state"], &first.items()[0]["note"]), (&json!("active"), &json!("Second one.")));
    cleo.delete(&problem).undocumented().send().await.expect_problem("method_not_allowed");
    assert_eq!(cleo.reads(&ada, "problems").await.expect(200).items()[0]["state"], "entered_in_error");
    let trail = app.audit_actions(&added.id()).await;
    assert_eq!(trail.iter().filter(|action| *action == "problem.changed").count(), 3);
    assert!(trail.iter().filter(|action| *action == "problem.read").count() >= 6);
}

#[apply(both_engines)]
async fn practitioner_sees_shared_problems_except_those_entered_in_error(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    for (name, shared) in [("Burnout", true), ("Suspicion", false), ("Mistake", true)] {
        app.clock.advance(TimeDelta::seconds(1));
        let added = cleo
            .post(&record_path(&ada, "problems"), json!({ "name": name, "shared": shared, "note": "Ours." }))
            .send()
            .await
            .expect(201);
        if name == "Mistake" {
            cleo.changes(added.header("location").unwrap(), json!({ "state": "entered_in_error" })).await.expect(200);
        }
    }
    let mine = ada.get("/v1/me/record").send().await.expect(200);
    assert_eq!(mine.json["problems"], json!([{ "name": "Burnout", "state": "active", "began_on": null }]));
    let page = cleo.reads(&ada, "problems?limit=2").await.expect(200);
    assert_eq!(page.items()[0]["name"], "Mistake", "the newest first");
    let rest = cleo.reads(&ada, &format!("problems?cursor={}", page.text("next_cursor"))).await.expect(200);
    assert_eq!(rest.items()[0]["name"], "Burnout");
    let burnout = format!("/v1/problems/{}", rest.items()[0]["id"].as_str().unwrap());
    cleo.changes(&burnout, json!({ "shared": false })).await.expect(200);
    assert_eq!(ada.get("/v1/me/record").send().await.expect(200).json["problems"], json!([]));
}

#[apply(both_engines)]
async fn damaged_problem_hides_nothing_else_of_ones_own_record(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let add = async |name: &str| {
        let form = json!({ "name": name, "shared": true });
        cleo.post(&record_path(&ada, "problems"), form).send().await.expect(201).id()
    };
    let damaged: Id = add("Burnout").await.parse().unwrap();
    add("Insomnia").await;
    app.sql(move |conn| {
        Ok(diesel::update(problems::table.find(damaged)).set(problems::content.eq(damaged_bytes())).execute(conn)?)
    })
    .await;

    let mine = ada.get("/v1/me/record").send().await.expect(200);

    assert_eq!(mine.json["problems"], json!([{ "name": "Insomnia", "state": "active", "began_on": null }]));
    assert_eq!(cleo.reads(&ada, "problems").await.expect(200).json["unreadable"], json!([damaged]));
}

#[apply(both_engines)]
async fn problem_needs_a_valid_code_and_a_start_date_in_the_past(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    for (form, code, pointer) in [
        (json!({ "name": "X", "shared": false, "snomed_code": "35489008" }), "invalid_body", "/snomed_code"),
        (json!({ "name": "X", "shared": false, "snomed_code": "12345" }), "invalid_body", "/snomed_code"),
        (json!({ "name": "X", "shared": false, "snomed_code": "1234567890123456789" }), "invalid_body", "/snomed_code"),
        (json!({ "name": "X", "shared": false, "began_on": "2027-01-12" }), "invalid_body", "/began_on"),
        (json!({ "name": "  ", "shared": false }), "invalid_body", "/name"),
    ] {
        cleo.post(&record_path(&ada, "problems"), form).send().await.expect_field(code, pointer);
    }
    cleo.post(&record_path(&ada, "problems"), json!({ "name": "X", "shared": false, "began_on": "2027-01-11" }))
        .key("p")
        .send()
        .await
        .expect(201);
    cleo.post(&record_path(&ada, "problems"), json!({ "name": "X", "shared": false, "began_on": "2027-01-11" }))
        .key("p")
        .send()
        .await
        .expect(201);
    assert_eq!(cleo.reads(&ada, "problems").await.expect(200).items().len(), 1);
}
