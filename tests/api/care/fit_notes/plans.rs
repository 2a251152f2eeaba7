//! Plans for a return to work.

use confide::people::Role;
use serde_json::{Value, json};

use crate::support::fit_notes::return_to_work_plan;
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn practitioner_agrees_to_and_prints_a_proposed_plan(app: TestApp) {
    let scene = app.consultation().await;
    let made = scene.doctor.proposes_plan(&return_to_work_plan(&scene.ada)).await.expect(201);
    assert_eq!((made.text("state"), made.json["total_minutes"].as_u64()), ("proposed".to_owned(), Some(720 + 1200 + 2250)));
    let id = made.id();
    scene.ada.requests_plan_pdf(&id).await.expect_problem("state_conflict");
    let agreed = scene.ada.agrees_to_plan(&id).await.expect(200);
    assert_eq!((agreed.text("state"), agreed.text("agreed_at")), ("agreed".to_owned(), "2027-01-11T09:00:00Z".to_owned()));
    scene.ada.agrees_to_plan(&id).await.expect_problem("state_conflict");
    let printed = scene.ada.requests_plan_pdf(&id).await.expect_pdf();
    let text = printed.text();
    for part in [
        "Northgate Clinic",
        "Return-to-work plan",
        "Ada Byron",
        "Maya Ellison",
        "Contracted hours a week: 37.5",
        "8 February 2027",
        "1 18 January 2027 Mon 4, Wed 4, Fri 4 12",
        "2 25 January 2027 Mon 5, Tue 5, Wed 5, Thu 5 20",
        "3 1 February 2027 Mon 7.5, Tue 7.5, Wed 7.5, Thu 7.5, Fri 7.5 37.5",
        "X a phased return to work",
        "No nights and no on-call",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    printed.sheets("plan")[0].assert_margins_are_empty();
    assert!(scene.ada.requests_plan_pdf(&id).await.expect_pdf().bytes == printed.bytes);
    for (action, count) in [("return_to_work.proposed", 1), ("return_to_work.agreed", 1), ("return_to_work.downloaded", 2)] {
        assert_eq!(app.audit_count(action, &id).await, count, "{action}");
    }
}

#[apply(both_engines)]
async fn only_the_practitioner_prints_the_plan_and_only_the_two_parties_read_it(app: TestApp) {
    let scene = app.consultation().await;
    let id = scene.doctor.proposes_plan(&return_to_work_plan(&scene.ada)).await.expect(201).id();
    scene.ada.agrees_to_plan(&id).await.expect(200);
    scene.doctor.requests_plan_pdf(&id).await.expect_problem("wrong_role");
    for reader in [&scene.ada, &scene.doctor] {
        let path = format!("/v1/return-to-work-plans/{id}");
        assert_eq!(reader.get(&path).send().await.expect(200).json["weeks"].as_array().unwrap().len(), 3);
        let list = reader.get(&format!("/v1/return-to-work-plans?practitioner_id={}", scene.ada.id)).send().await.expect(200);
        assert_eq!(list.items().len(), 1);
    }
    assert_eq!(app.audit_count("return_to_work.read", &id).await, 2);
    let stranger = app.clinician("Dora Doctor").registered("gmc", "7111111").employed_by("A1A1A").await;
    let bea = app.practitioner("Bea Byron").await;
    for other in [&stranger, &bea] {
        other.get(&format!("/v1/return-to-work-plans/{id}")).send().await.expect_problem("not_found");
    }
    bea.requests_plan_pdf(&id).await.expect_problem("not_found");
    bea.agrees_to_plan(&id).await.expect_problem("not_found");
    stranger.proposes_plan(&return_to_work_plan(&scene.ada)).await.expect_problem("not_found");
    let coordinator = app.staff("Cory Coordinator", Role::Coordinator).await;
    coordinator.get(&format!("/v1/return-to-work-plans/{id}")).send().await.expect_problem("wrong_role");
}

#[apply(both_engines)]
async fn plan_weeks_hours_and_review_date_are_validated(app: TestApp) {
    let scene = app.consultation().await;
    let with = |pointer: &str, value: Value| {
        let mut plan = return_to_work_plan(&scene.ada);
        *plan.pointer_mut(pointer).unwrap() = value;
        plan
    };
    for (wrong, code, pointer) in [
        (with("/weeks/1/week", json!(3)), "invalid_body", "/weeks/1/week"),
        (with("/weeks/0/days/1/day", json!("monday")), "invalid_body", "/weeks/0/days"),
        (with("/contract_minutes", json!(2235)), "invalid_body", "/weeks/2/days"),
        (with("/weeks/0/days/0/minutes", json!(20)), "invalid_body", "/weeks/0/days/0/minutes"),
        (with("/weeks/0/days/0/minutes", json!(-15)), "invalid_body", "/weeks/0/days/0/minutes"),
        (with("/review_on", json!("2027-01-17")), "invalid_body", "/review_on"),
        (with("/review_on", json!("2027-03-09")), "invalid_body", "/review_on"),
        (with("/note", json!("As Kestrel asked.")), "invalid_body", "/note"),
    ] {
        scene.doctor.proposes_plan(&wrong).await.expect_field(code, pointer);
    }
    let week_off = with("/weeks/0/days", json!([]));
    scene.doctor.proposes_plan(&week_off).await.expect(201);
}
