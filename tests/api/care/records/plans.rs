//! The care plan, its versions, and its reviews.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::clinical_record::{InCare, plan_reviewed_on};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn care_plan_is_written_and_replaced_and_the_practitioner_reads_it(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let none = cleo.reads(&ada, "care-plan").await.expect(200);
    assert_eq!((none.etag(), &none.json["goals"], &none.json["review_on"]), ("\"v0\"".into(), &json!([]), &Value::Null));
    let written = cleo.replaces(&ada, "care-plan", plan_reviewed_on("2027-02-11")).await.expect(200);
    assert_eq!((written.etag(), written.text("recorded_by")), ("\"v1\"".into(), cleo.id.to_string()));
    assert_eq!(written.json["goals"][0], json!({ "text": "Sleep through", "measure": "Five nights of seven", "state": "open" }));
    assert_eq!(written.json["interventions"], json!(["CBT for insomnia"]));

    let mut achieved = plan_reviewed_on("2027-03-11");
    achieved["goals"][0]["state"] = json!("achieved");
    cleo.replaces_version(&ada, "care-plan", "\"v0\"", achieved.clone()).await.expect_problem("version_mismatch");
    cleo.replaces(&ada, "care-plan", achieved).await.expect(200);
    let mine = ada.get("/v1/me/record").send().await.expect(200);
    assert_eq!(
        (&mine.json["care_plan"]["goals"][0]["state"], &mine.json["care_plan"]["review_on"]),
        (&json!("achieved"), &json!("2027-03-11"))
    );

    let newest = cleo.reads(&ada, "care-plan/history?limit=1").await.expect(200);
    let older = cleo.reads(&ada, &format!("care-plan/history?cursor={}", newest.text("next_cursor"))).await.expect(200);
    assert_eq!((&newest.items()[0]["review_on"], &older.items()[0]["review_on"]), (&json!("2027-03-11"), &json!("2027-02-11")));
    assert_eq!(older.items()[0]["goals"][0]["state"], "open");
    assert_eq!(app.audit_count_of("care_plan.changed", ada.id).await, 2);
    assert_eq!(app.audit_count_of("care_plan.read", ada.id).await, 5);
    cleo.replaces(&ada, "care-plan", plan_reviewed_on("2027-01-10")).await.expect_field("invalid_body", "/review_on");
    cleo.replaces(&ada, "care-plan", json!({ "goals": [], "interventions": [], "review_on": "2027-02-11" }))
        .await
        .expect_field("invalid_body", "/goals");
}

#[apply(both_engines)]
async fn clinician_lists_due_care_plans_of_practitioners_they_treat(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (bea, cid) = (app.practitioner("Bea Byron").await, app.practitioner("Cid Byron").await);
    let dora = app.dora().await;
    for (person, clinician, days, day) in [(&bea, &cleo, 1, "2027-01-12"), (&cid, &dora, 1, "2027-01-12")] {
        app.appointment(person, clinician, app.now().get() + TimeDelta::days(days)).await;
        clinician.replaces(person, "care-plan", plan_reviewed_on(day)).await.expect(200);
    }
    cleo.replaces(&ada, "care-plan", plan_reviewed_on("2027-01-20")).await.expect(200);
    let due = async |query: &str| {
        let list = cleo.get(&format!("/v1/care-plans{query}")).send().await.expect(200);
        list.items().iter().map(|plan| plan["practitioner_id"].clone()).collect::<Vec<_>>()
    };
    assert!(due("").await.is_empty(), "none is due today");
    assert_eq!(due("?review_due_before=2027-01-13").await, [json!(bea.id)]);
    assert_eq!(due("?review_due_before=2027-02-01").await, [json!(bea.id), json!(ada.id)], "the longest overdue first");
    let first = cleo.get("/v1/care-plans?review_due_before=2027-02-01&limit=1").send().await.expect(200);
    let cursor = first.text("next_cursor");
    assert_eq!(due(&format!("?review_due_before=2027-02-01&cursor={cursor}")).await, [json!(ada.id)]);
    assert_eq!(first.items()[0]["reference"], bea.own_registration().await.json["reference"]);

    app.clock.advance(TimeDelta::days(1));
    let cleo = cleo.signs_in_again().await;
    assert_eq!(cleo.get("/v1/care-plans").send().await.expect(200).items().len(), 1, "a plan is due on its review date");
    bea.signs_in_again().await.blocks(&cleo).await.expect(201);
    assert!(cleo.get("/v1/care-plans").send().await.expect(200).items().is_empty());
}
