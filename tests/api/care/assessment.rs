//! Answering the intake questionnaires, and who may read the answers.

use chrono::TimeDelta;
use confide::people::practitioners::model::Pathway;
use confide::people::practitioners::queries;
use serde_json::{Value, json};

use crate::support::practitioners::{answers, gad7, phq9};
use crate::support::races::{at_once, expect_outcomes};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn practitioner_answers_and_submits_the_intake_questionnaires(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    let started = ada.post_empty("/v1/assessments").send().await.expect(201);
    let assessment = started.header("location").unwrap().to_owned();
    assert_eq!(started.json["outstanding"], json!(["phq-9", "gad-7"]));

    let answered = ada.answers(&assessment, "phq-9", phq9()).await.expect(200);
    assert_eq!(answered.json["answered"]["band_label"], "Moderate");
    assert_eq!(answered.json["answered"]["total"], Value::Null, "plain words, no scores");
    assert_eq!(answered.json["crisis_help"], json!([]));
    let incomplete = ada.post_empty(&format!("{assessment}/submit")).send().await;
    incomplete.expect_field("incomplete", "gad-7");
    ada.answers(&assessment, "gad-7", gad7()).await.expect(200);
    let submitted = ada.post_empty(&format!("{assessment}/submit")).send().await.expect(200);

    assert_eq!((submitted.text("state"), submitted.json["outstanding"].clone()), ("submitted".into(), json!([])));
    assert_eq!(ada.pathway().await, "intake_done");
    let read = ada.get(&assessment).send().await.expect(200);
    assert_eq!(read.json["questionnaires"][1]["answers"][0], json!({ "item": "phq9_1", "value": 2 }));
    let list = ada.get("/v1/assessments").send().await.expect(200);
    assert_eq!(list.items()[0]["answered"], json!(["gad-7", "phq-9"]));
}

#[apply(both_engines)]
async fn answers_may_be_replaced_until_they_are_submitted(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    let assessment = ada.starts_assessment().await;
    ada.answers(&assessment, "phq-9", phq9()).await.expect(200);
    let replaced = ada.answers(&assessment, "phq-9", answers("phq9", &[0; 9])).await.expect(200);
    assert_eq!(replaced.json["answered"]["band"], "minimal");
    ada.answers(&assessment, "gad-7", gad7()).await.expect(200);
    ada.post_empty(&format!("{assessment}/submit")).send().await.expect(200);

    ada.answers(&assessment, "phq-9", phq9()).await.expect_problem("state_conflict");
    ada.post_empty(&format!("{assessment}/submit")).send().await.expect_problem("state_conflict");
    let read = ada.get(&assessment).send().await.expect(200);
    assert_eq!(read.json["questionnaires"].as_array().unwrap().len(), 2);
    assert_eq!(read.json["questionnaires"][1]["band"], "minimal");
}

#[apply(both_engines)]
async fn invalid_answers_are_refused_with_a_pointer_to_each(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    let assessment = ada.starts_assessment().await;
    ada.answers(&assessment, "phq-9", answers("phq9", &[1; 8])).await.expect_field("invalid_body", "/answers");
    let wrong = answers("phq9", &[1, 4, 1, 1, 1, 1, 1, 1, 1]);
    ada.answers(&assessment, "phq-9", wrong).await.expect_field("invalid_body", "/answers/1/value");
    ada.answers(&assessment, "phq-9", gad7()).await.expect_field("invalid_body", "/answers/0/item");
    ada.answers(&assessment, "mbi", phq9()).await.expect_problem("not_found");
    assert_eq!(ada.get(&assessment).send().await.expect(200).json["questionnaires"], json!([]));
}

#[apply(both_engines)]
async fn five_points_on_the_audit_c_lead_to_the_full_audit(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    let assessment = ada.starts_assessment().await;
    ada.answers(&assessment, "phq-9", phq9()).await.expect(200);
    ada.answers(&assessment, "gad-7", gad7()).await.expect(200);
    let low = ada.answers(&assessment, "audit-c", answers("audit_c", &[2, 1, 1])).await.expect(200);
    assert_eq!(low.json["answered"]["next_questionnaire"], json!(null));
    let high = ada.answers(&assessment, "audit-c", answers("audit_c", &[3, 1, 1])).await.expect(200);
    assert_eq!(high.json["answered"]["next_questionnaire"], json!("audit"));
    assert_eq!(ada.get(&assessment).send().await.expect(200).json["outstanding"], json!(["audit"]));
    ada.submits_assessment(&assessment).await.expect_field("incomplete", "audit");
    let full = ada.answers(&assessment, "audit", answers("audit", &[3, 1, 1, 0, 0, 0, 0, 0, 2, 0])).await.expect(200);
    assert_eq!(full.json["answered"]["band"], json!("lower_risk"));
    ada.submits_assessment(&assessment).await.expect(200);
}

#[apply(both_engines)]
async fn question_about_difficulty_is_recorded_and_counts_towards_no_total(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    let assessment = ada.starts_assessment().await;
    let mut with = phq9();
    with["answers"].as_array_mut().unwrap().push(json!({ "item": "phq9_difficulty", "value": 3 }));
    ada.answers(&assessment, "phq-9", with).await.expect(200);
    ada.answers(&assessment, "gad-7", gad7()).await.expect(200);
    ada.submits_assessment(&assessment).await.expect(200);
    app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(2)).await;
    let read = cleo.get(&assessment).send().await.expect(200);
    let phq = read.json["questionnaires"].as_array().unwrap().iter().find(|one| one["questionnaire"] == "phq-9").unwrap();
    assert_eq!((&phq["total"], &phq["version"]), (&json!(12), &json!(2)));
    assert!(phq["answers"].as_array().unwrap().contains(&json!({ "item": "phq9_difficulty", "value": 3 })));
}

#[apply(both_engines)]
async fn practitioner_has_one_open_assessment_at_a_time(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    let first = ada.post_empty("/v1/assessments").key("one").send().await.expect(201);
    let again = ada.post_empty("/v1/assessments").key("one").send().await.expect(201);
    assert_eq!(first.id(), again.id(), "the same key, the same assessment");
    ada.post_empty("/v1/assessments").send().await.expect_problem("already_exists");
    let tries = at_once(4, |_| ada.post_empty("/v1/assessments").send()).await;
    expect_outcomes(&tries, &[("already_exists", 4)]);
}

#[apply(both_engines)]
async fn practitioner_not_eligible_for_care_cannot_start_or_submit_an_assessment(app: TestApp) {
    let mut form = app.registration("Nan Nurse");
    form["profession"] = json!("nurse");
    form["registration_body"] = json!("nmc");
    form["registration_number"] = json!("12A3456B");
    let nan = app.practitioner_with(&form).await;
    assert_eq!(nan.pathway().await, "awaiting_funding");
    nan.post_empty("/v1/assessments").send().await.expect_problem("not_eligible");

    let ada = app.practitioner("Ada Byron").await;
    let assessment = ada.starts_assessment().await;
    let id = ada.id;
    app.write(move |tx| queries::set_pathway(tx, id, Pathway::Discharged)).await;
    ada.answers(&assessment, "phq-9", phq9()).await.expect(200);
    ada.post_empty(&format!("{assessment}/submit")).send().await.expect_problem("not_eligible");
}

#[apply(both_engines)]
async fn only_a_treating_clinician_reads_the_scores(app: TestApp) {
    let (cleo, dora) =
        (app.clinician("Cleo Clinician").employed_by("A1A1A").await, app.clinician("Dora Clinician").employed_by("A1A1A").await);
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    let assessment = ada.completes_intake().await;
    app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(2)).await;

    let read = cleo.get(&assessment).send().await.expect(200);
    let phq = &read.json["questionnaires"][1];
    assert_eq!((phq["total"].as_i64(), phq["caseness"].as_bool(), phq["risk"].as_bool()), (Some(12), Some(true), Some(false)));
    assert_eq!(app.audit_count_of("assessment.read", read.id().parse().unwrap()).await, 1);
    cleo.get(&format!("/v1/assessments?practitioner_id={}", ada.id)).send().await.expect(200);
    cleo.get("/v1/assessments").send().await.expect_field("invalid_parameter", "practitioner_id");

    dora.get(&assessment).send().await.expect_problem("not_found");
    dora.get(&format!("/v1/assessments?practitioner_id={}", ada.id)).send().await.expect_problem("not_found");
    bea.get(&assessment).send().await.expect_problem("not_found");
    bea.answers(&assessment, "phq-9", phq9()).await.expect_problem("not_found");
    bea.post_empty(&format!("{assessment}/submit")).send().await.expect_problem("not_found");
    app.coordinator().await.get(&assessment).send().await.expect_problem("wrong_role");
}

#[apply(both_engines)]
async fn blocked_clinician_can_no_longer_read_the_assessment(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    let ada = app.practitioner("Ada Byron").await;
    let assessment = ada.completes_intake().await;
    app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(2)).await;
    cleo.get(&assessment).send().await.expect(200);

    ada.blocks(&cleo).await.expect(201);

    cleo.get(&assessment).send().await.expect_problem("not_found");
    cleo.get(&format!("/v1/practitioners/{}", ada.id)).send().await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn answers_are_encrypted_in_the_database(app: TestApp) {
    use confide::care::schema::assessment_answers::dsl;
    use diesel::prelude::*;
    let ada = app.practitioner("Ada Byron").await;
    ada.completes_intake().await;
    let rows: Vec<(Vec<u8>, Vec<u8>)> =
        app.sql(|conn| Ok(dsl::assessment_answers.select((dsl::answers, dsl::score)).load(conn)?)).await;
    assert_eq!(rows.len(), 2);
    for (answers, score) in rows {
        let readable = String::from_utf8_lossy(&[answers, score].concat()).into_owned();
        assert!(!readable.contains("phq9") && !readable.contains("moderate") && !readable.contains("total"));
    }
}
