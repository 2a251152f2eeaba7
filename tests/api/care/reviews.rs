//! Reviews: the same questionnaires again during care and at its end.

use chrono::TimeDelta;
use confide::care::assessment::queries;
use confide::people::practitioners::model::Pathway;
use confide::people::practitioners::queries::pathway_changes;
use confide::platform::seal::Opened;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::practitioners::{answers, gad7, phq9, phq9_at_risk};
use crate::support::races::{at_once, expect_outcomes};
use crate::support::{TestApp, apply, both_engines};

/// Ada is in care with Cleo.
async fn in_care(app: &TestApp) -> (Actor, Actor) {
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    let ada = app.practitioner("Ada Byron").await;
    let assessment = ada.completes_intake().await;
    let appointment = app.appointment(&ada, &cleo, app.now().get()).await;
    cleo.records_outcome(&assessment, &appointment.to_string(), "accepted").await.expect(201);
    (ada, cleo)
}

#[apply(both_engines)]
async fn submitted_review_is_concluded_and_the_clinician_reads_the_scores(app: TestApp) {
    let (ada, cleo) = in_care(&app).await;
    let begun = ada.tries_to_start_assessment_for("review").await.expect(201);
    assert_eq!(
        (begun.text("purpose"), begun.text("state"), begun.json["requested_by"].clone()),
        ("review".into(), "draft".into(), Value::Null)
    );
    let review = begun.header("location").unwrap().to_owned();
    ada.answers(&review, "phq-9", answers("phq9", &[1, 1, 1, 1, 0, 0, 0, 0, 0])).await.expect(200);
    ada.submits_assessment(&review).await.expect_field("incomplete", "gad-7");
    ada.answers(&review, "gad-7", gad7()).await.expect(200);

    let finished = ada.submits_assessment(&review).await.expect(200);

    assert_eq!(finished.text("state"), "concluded");
    assert!(finished.json["submitted_at"].is_string() && finished.json["concluded_at"].is_string());
    assert_eq!(ada.pathway().await, "in_care");
    assert_eq!(cleo.reads_answers(&review).await.expect(200).json["questionnaires"][1]["total"], 4);
    ada.answers(&review, "phq-9", phq9()).await.expect_problem("state_conflict");
    ada.starts_assessment_for("review").await;
}

#[apply(both_engines)]
async fn one_open_assessment_for_each_purpose(app: TestApp) {
    let (ada, _) = in_care(&app).await;
    ada.starts_assessment_for("review").await;
    ada.tries_to_start_assessment_for("review").await.expect_problem("already_exists");
    ada.starts_assessment_for("end").await;
    ada.tries_to_start_assessment_for("end").await.expect_problem("already_exists");
    ada.starts_assessment_for("intake").await;
    ada.tries_to_start_assessment_for("intake").await.expect_problem("already_exists");
    ada.tries_to_start_assessment_for("nothing").await.expect_field("invalid_parameter", "purpose");
    let reviews = ada.get("/v1/assessments?purpose=review").send().await.expect(200);
    assert_eq!(reviews.items().len(), 1);
    assert_eq!(ada.get("/v1/assessments").send().await.expect(200).items().len(), 4);
    let one_key = |purpose: &str| ada.post_empty(&format!("/v1/assessments?purpose={purpose}")).key("same").send();
    one_key("end").await.expect_problem("already_exists");
}

#[apply(both_engines)]
async fn one_of_several_concurrent_requests_starts_a_review(app: TestApp) {
    let (ada, _) = in_care(&app).await;
    expect_outcomes(&at_once(5, |_| ada.tries_to_start_assessment_for("review")).await, &[("201", 1), ("already_exists", 4)]);
}

#[apply(both_engines)]
async fn reviews_are_open_in_care_and_the_last_one_for_six_weeks_after_discharge(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    ada.tries_to_start_assessment_for("review").await.expect_problem("review_not_open");
    ada.tries_to_start_assessment_for("end").await.expect_problem("review_not_open");
    app.set_pathway(&ada, Pathway::InCare).await;
    let review = ada.starts_assessment_for("review").await;
    ada.answers(&review, "phq-9", phq9()).await.expect(200);
    ada.answers(&review, "gad-7", gad7()).await.expect(200);
    app.clock.advance(TimeDelta::minutes(1));
    app.set_pathway(&ada, Pathway::Discharged).await;
    ada.submits_assessment(&review).await.expect_problem("review_not_open");
    ada.tries_to_start_assessment_for("review").await.expect_problem("review_not_open");

    app.clock.advance(TimeDelta::days(42));
    let ada = ada.signs_in_again().await;
    let last = ada.starts_assessment_for("end").await;
    ada.answers_and_submits(&last).await;
    assert_eq!(ada.pathway().await, "discharged");

    app.clock.advance(TimeDelta::seconds(1));
    ada.tries_to_start_assessment_for("end").await.expect_problem("review_not_open");
    let id = ada.id;
    let left = app.write(move |tx| pathway_changes::last_entered(tx, id, Pathway::Discharged)).await.unwrap().1;
    assert_eq!(left, app.now() - TimeDelta::days(42) - TimeDelta::seconds(1));
}

#[apply(both_engines)]
async fn practitioner_is_notified_in_neutral_wording_when_a_clinician_requests_a_review(app: TestApp) {
    let (ada, cleo) = in_care(&app).await;
    let before = app.emails_to(&ada.email).await.len();
    app.clock.advance(TimeDelta::minutes(1));
    let asked = cleo.requests_assessment(&ada, "review").await.expect(201);
    assert_eq!(asked.json["requested_by"], json!(cleo.id));
    assert_eq!(asked.json["outstanding"], json!(["phq-9", "gad-7"]));
    assert_eq!(app.audit_count_of("assessment.asked", asked.id().parse().unwrap()).await, 1);
    let emails = app.emails_to(&ada.email).await;
    assert_eq!(emails.len(), before + 1);
    let email = emails.last().unwrap();
    assert!(email.body.contains(&format!("/questions/{}", asked.id())));
    for word in ["health", "PHQ", "depress", "Confide", "Cleo", "review", "care"] {
        assert!(!email.body.contains(word) && !email.subject.contains(word), "{word}: {}", email.body);
    }
    cleo.requests_assessment(&ada, "review").await.expect_problem("already_exists");
    ada.tries_to_start_assessment_for("review").await.expect_problem("already_exists");
    ada.answers_and_submits(&format!("/v1/assessments/{}", asked.id())).await;
    cleo.requests_assessment(&ada, "review").await.expect(201);
}

#[apply(both_engines)]
async fn only_a_treating_clinician_requests_a_review_and_never_an_intake(app: TestApp) {
    let (ada, cleo) = in_care(&app).await;
    let dora = app.clinician("Dora Clinician").employed_by("A1A1A").await;
    dora.requests_assessment(&ada, "review").await.expect_problem("not_found");
    cleo.requests_assessment(&ada, "intake").await.expect_field("invalid_body", "/purpose");
    cleo.requests_assessment(&cleo, "review").await.expect_problem("not_found");
    ada.requests_assessment(&ada, "review").await.expect_problem("wrong_role");
    app.coordinator().await.requests_assessment(&ada, "review").await.expect_problem("wrong_role");
    app.administrator().await.requests_assessment(&ada, "review").await.expect_problem("wrong_role");
    app.set_pathway(&ada, Pathway::Discharged).await;
    cleo.requests_assessment(&ada, "review").await.expect_problem("review_not_open");
    cleo.requests_assessment(&ada, "end").await.expect(201);
    ada.blocks(&cleo).await.expect(201);
    cleo.requests_assessment(&ada, "end").await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn risk_in_a_review_returns_crisis_help_and_raises_an_alert(app: TestApp) {
    let (ada, cleo) = in_care(&app).await;
    let review = ada.starts_assessment_for("review").await;
    let answered = ada.answers(&review, "phq-9", phq9_at_risk(2)).await.expect(200);
    assert!(!answered.json["crisis_help"].as_array().unwrap().is_empty());
    assert_eq!(cleo.open_alerts().await.len(), 1);
}

#[apply(both_engines)]
async fn review_cannot_have_an_outcome(app: TestApp) {
    let (ada, cleo) = in_care(&app).await;
    let review = ada.starts_assessment_for("review").await;
    app.clock.advance(TimeDelta::minutes(1));
    let appointment = app.appointment(&ada, &cleo, app.now().get() - TimeDelta::hours(2)).await;
    cleo.records_outcome(&review, &appointment.to_string(), "discharged").await.expect_problem("state_conflict");
    ada.answers_and_submits(&review).await;
    cleo.records_outcome(&review, &appointment.to_string(), "discharged").await.expect_problem("state_conflict");
    assert_eq!(ada.pathway().await, "in_care");
}

#[apply(both_engines)]
async fn more_assessment_keeps_the_practitioner_in_care(app: TestApp) {
    let (ada, cleo) = in_care(&app).await;
    let again = ada.completes_intake().await;
    app.clock.advance(TimeDelta::minutes(1));
    let appointment = app.appointment(&ada, &cleo, app.now().get() - TimeDelta::hours(2)).await;
    cleo.records_outcome(&again, &appointment.to_string(), "more_assessment").await.expect(201);
    assert_eq!(ada.pathway().await, "in_care");
    assert_eq!(ada.get(&again).send().await.expect(200).text("state"), "submitted");
}

#[apply(both_engines)]
async fn other_modules_query_the_latest_score_on_each_questionnaire(app: TestApp) {
    let (ada, _) = in_care(&app).await;
    let bea = app.practitioner("Bea Byron").await;
    let dan = app.practitioner("Dan Byron").await;
    bea.completes_intake_with(phq9_at_risk(3)).await;
    app.clock.advance(TimeDelta::minutes(1));
    let review = ada.starts_assessment_for("review").await;
    ada.answers(&review, "phq-9", answers("phq9", &[1; 9])).await.expect(200);
    let draft = {
        let id = ada.id;
        app.write(move |tx| queries::latest_scores(tx, id)).await
    };
    let figures = |scores: Opened<String, queries::LatestScore>| -> Vec<(String, u16, bool)> {
        scores.into_iter().map(|(name, one)| (name, one.as_ref().unwrap().score.total, one.unwrap().score.risk)).collect()
    };
    assert_eq!(figures(draft), [("gad-7".into(), 7, false), ("phq-9".into(), 12, false)], "a draft does not count");
    ada.answers(&review, "gad-7", answers("gad7", &[0; 7])).await.expect(200);
    ada.submits_assessment(&review).await.expect(200);

    let mut latest = Vec::new();
    for id in [ada.id, bea.id, dan.id] {
        latest.push(figures(app.write(move |tx| queries::latest_scores(tx, id)).await));
    }
    assert_eq!(latest[0], [("gad-7".into(), 0, false), ("phq-9".into(), 9, true)]);
    assert_eq!(latest[1], [("gad-7".into(), 7, false), ("phq-9".into(), 15, true)]);
    assert_eq!(latest[2], []);
    let id = ada.id;
    let (scores, damaged) = app.write(move |tx| queries::scores(tx, id)).await;
    assert_eq!((scores.len(), damaged.len()), (4, 0));
}
