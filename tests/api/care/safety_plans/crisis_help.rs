//! The safety plan beside crisis help: in every answer to a practitioner that shows where to get help, and on its own address.

use confide::care::schema::safety_plan_versions;
use confide::platform::db::Conn;
use confide::reference::schema::signposts;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::clinical_record::InCare;
use crate::support::damage::damaged_bytes;
use crate::support::groups::with_changes;
use crate::support::practitioners::{gad7, phq9, phq9_at_risk};
use crate::support::safety_plans::{safety_plan, safety_plan_about};
use crate::support::signposts::{EMERGENCY, ids_of};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn answers_that_show_risk_carry_the_present_plan_beside_crisis_help(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    ada.writes_first_safety_plan(safety_plan()).await.expect(200);
    let plan = ada.writes_own_safety_plan_after("\"v1\"", safety_plan_about("I skip meals.")).await.expect(200).json.clone();
    let assessment = ada.starts_assessment_for("review").await;
    let calm = ada.answers(&assessment, "phq-9", phq9()).await.expect(200);
    assert_eq!((&calm.json["crisis_help"], &calm.json["safety_plan"]), (&json!([]), &Value::Null));

    let answered = ada.answers(&assessment, "phq-9", phq9_at_risk(2)).await.expect(200);

    assert_eq!(ids_of(&answered.json["crisis_help"])[..2], EMERGENCY);
    assert_eq!(answered.json["safety_plan"], plan);
    ada.answers(&assessment, "gad-7", gad7()).await.expect(200);
    let submitted = ada.submits_assessment(&assessment).await.expect(200);
    let read = ada.get(&assessment).send().await.expect(200);
    for answer in [&submitted, &read] {
        assert_eq!(ids_of(&answer.json["crisis_help"])[..2], EMERGENCY);
        assert_eq!(answer.json["safety_plan"], plan);
    }
    let of_cleo = cleo.get(&assessment).send().await.expect(200);
    assert_eq!((&of_cleo.json["crisis_help"], &of_cleo.json["safety_plan"]), (&json!([]), &Value::Null), "for the practitioner");
}

#[apply(both_engines)]
async fn self_check_that_shows_risk_carries_the_plan_when_it_is_claimed(app: TestApp) {
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    let plan = ada.writes_first_safety_plan(safety_plan()).await.expect(200).json.clone();
    for (person, ninth, expected) in [(&ada, 2, &plan), (&ada, 0, &Value::Null), (&bea, 2, &Value::Null)] {
        let code = app.self_check_code(ninth).await;
        let claimed = person.claims_self_check(&code).await.expect(201);
        assert_eq!(claimed.json["crisis_help"].as_array().unwrap().is_empty(), ninth == 0);
        assert_eq!(&claimed.json["safety_plan"], expected, "{} {ninth}", person.name);
    }
}

#[apply(both_engines)]
async fn crisis_help_leads_with_the_emergency_routes_and_ends_with_the_plan(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    let without = ada.get("/v1/me/crisis-help").send().await.expect(200);
    assert_eq!(ids_of(&without.json["crisis_help"])[..2], EMERGENCY);
    assert_eq!(without.json["safety_plan"], Value::Null);
    let plan = ada.writes_first_safety_plan(safety_plan()).await.expect(200).json.clone();

    let with = ada.get("/v1/me/crisis-help").send().await.expect(200);

    assert_eq!((&with.json["crisis_help"], &with.json["safety_plan"]), (&without.json["crisis_help"], &plan));
    assert!(String::from_utf8_lossy(&with.body).starts_with("{\"crisis_help\":[{"), "the routes before everything else");
    assert_eq!(app.audit_count_of("safety_plan.read", ada.id).await, 0, "nothing is written");
}

#[apply(both_engines)]
async fn damaged_plan_does_not_hide_crisis_help_and_can_be_replaced(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    ada.writes_first_safety_plan(safety_plan()).await.expect(200);
    app.sql(|conn| {
        let without_trigger = match conn {
            Conn::Sqlite(_) => "DROP TRIGGER safety_plan_versions_final",
            Conn::Postgres(_) => "ALTER TABLE safety_plan_versions DISABLE TRIGGER USER",
        };
        diesel::sql_query(without_trigger).execute(conn)?;
        let damaged = safety_plan_versions::sealed_plan.eq(damaged_bytes());
        Ok(diesel::update(safety_plan_versions::table).set(damaged).execute(conn)?)
    })
    .await;

    ada.reads_own_safety_plan().await.expect(500);
    let help = ada.get("/v1/me/crisis-help").send().await.expect(200);
    let assessment = ada.starts_assessment().await;
    let answered = ada.answers(&assessment, "phq-9", phq9_at_risk(2)).await.expect(200);

    for reply in [&help, &answered] {
        assert_eq!(ids_of(&reply.json["crisis_help"])[..2], EMERGENCY);
        assert_eq!(reply.json["safety_plan"], Value::Null);
    }
    let next = ada.writes_own_safety_plan_after("\"v1\"", safety_plan()).await.expect(200);
    assert_eq!(ada.get("/v1/me/crisis-help").send().await.expect(200).json["safety_plan"], next.json);
}

#[apply(both_engines)]
async fn service_that_has_ended_stays_in_the_plan_by_its_id_and_is_not_shown(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    app.sql(|conn| {
        Ok(diesel::update(signposts::table.find("calmer_text")).set(signposts::needs.eq("[\"crisis\"]")).execute(conn)?)
    })
    .await;
    let named = with_changes(safety_plan(), json!({ "signpost_ids": ["calmer_text", "samaritans"] }));
    let written = ada.writes_first_safety_plan(named.clone()).await.expect(200);
    assert_eq!(ids_of(&written.json["signposts"]), ["calmer_text", "samaritans"]);

    app.expire_signpost("calmer_text").await;

    let read = ada.reads_own_safety_plan().await.expect(200);
    assert_eq!(read.json["signpost_ids"], json!(["calmer_text", "samaritans"]));
    assert_eq!(ids_of(&read.json["signposts"]), ["samaritans"], "in use today");
    let again = ada.writes_own_safety_plan_after(&read.etag(), named).await.expect(422);
    again.expect_field("invalid_body", "/signpost_ids/0");
}
