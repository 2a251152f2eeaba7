//! Issuing, repeating and cancelling prescriptions.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::prescriptions::{justification, sertraline, tablets, temazepam, with_member};
use crate::support::races::{at_once, expect_outcomes};
use crate::support::{TestApp, apply, both_engines};

/// Four weeks of an antidepressant, to be issued three times.
fn repeated() -> Value {
    with_member(sertraline(), "repeat", json!({ "issues": 3, "review_on": "2027-04-12" }))
}

async fn days_later(app: &TestApp, days: i64, actor: &Actor) -> Actor {
    app.clock.advance(TimeDelta::days(days));
    actor.signs_in_again().await
}

#[apply(both_engines)]
async fn prescription_without_repeats_is_issued_once(app: TestApp) {
    let scene = app.prescribing().await;
    let draft = scene.cleo.drafts_prescription(&scene.ada, sertraline()).await.expect(201);
    scene.cleo.issues_prescription(&draft.id()).await.expect_problem("state_conflict");
    scene.cleo.signs_prescription(&draft.id()).await.expect(200);
    let path = format!("/v1/prescriptions/{}/issue", draft.id());
    scene.cleo.post_empty(&path).key("one").send().await.expect(201);
    let again = scene.cleo.post_empty(&path).key("one").send().await.expect(201);
    assert_eq!(again.json["issues_made"], 1, "the same key returns the same issue");
    scene.cleo.issues_prescription(&draft.id()).await.expect_problem("state_conflict");
}

#[apply(both_engines)]
async fn repeat_is_issued_at_its_interval_until_its_review_date(app: TestApp) {
    let scene = app.prescribing().await;
    let id = scene.cleo.prescribes(&scene.ada, repeated()).await;
    let first = scene.cleo.issues_prescription(&id).await.expect(201);
    assert_eq!((first.json["issues_allowed"].as_i64(), first.json["interval_days"].as_i64()), (Some(3), Some(28)));
    scene.cleo.issues_prescription(&id).await.expect_problem("too_early");
    let cleo = days_later(&app, 21, &scene.cleo).await;
    let second = cleo.issues_prescription(&id).await.expect(201);
    assert_eq!(second.json["issues_made"], 2);
    let cleo = days_later(&app, 71, &cleo).await;
    cleo.issues_prescription(&id).await.expect_problem("review_due");
}

#[apply(both_engines)]
async fn repeat_over_a_year_keeps_its_interval(app: TestApp) {
    let scene = app.prescribing().await;
    let year = with_member(sertraline(), "repeat", json!({ "issues": 12, "review_on": "2028-01-10" }));
    let id = scene.cleo.prescribes(&scene.ada, year).await;
    scene.cleo.issues_prescription(&id).await.expect(201);
    let mut cleo = days_later(&app, 20, &scene.cleo).await;
    for issue in 2..=12 {
        // At most seven days early, counted from the start.
        cleo.issues_prescription(&id).await.expect_problem("too_early");
        cleo = days_later(&app, 1, &cleo).await;
        assert_eq!(cleo.issues_prescription(&id).await.expect(201).json["issues_made"], issue);
        cleo = days_later(&app, 27, &cleo).await;
    }
    let read = cleo.reads_prescription(&id).await.expect(200);
    let days: Vec<&str> =
        read.json["issues"].as_array().unwrap().iter().map(|one| &one["issued_at"].as_str().unwrap()[..10]).collect();
    assert_eq!((days.len(), days[0], days[1], days[11]), (12, "2027-01-11", "2027-02-01", "2027-11-08"));
    cleo.issues_prescription(&id).await.expect_problem("state_conflict");
}

#[apply(both_engines)]
async fn private_prescription_is_valid_from_its_signature(app: TestApp) {
    let scene = app.prescribing().await;
    let start = json!("2027-02-01");
    for (form, until) in [("private", "2027-07-10"), ("nhs_paper", "2027-07-31")] {
        let content = with_member(with_member(sertraline(), "starts_on", start.clone()), "form", json!(form));
        let again = with_member(content, "justifications", json!([justification("duplicate_ingredient", None)]));
        let id = scene.cleo.prescribes(&scene.ada, again).await;
        assert_eq!(scene.cleo.reads_prescription(&id).await.expect(200).text("valid_until"), until, "{form}");
    }
}

#[apply(both_engines)]
async fn expired_prescription_cannot_be_issued(app: TestApp) {
    let scene = app.prescribing().await;
    let (plain, controlled) =
        (scene.cleo.prescribes(&scene.ada, sertraline()).await, scene.cleo.prescribes(&scene.ada, temazepam()).await);
    let cleo = days_later(&app, 28, &scene.cleo).await;
    assert_eq!(cleo.reads_prescription(&controlled).await.expect(200).json["expired"], false, "the last day");
    let cleo = days_later(&app, 1, &cleo).await;
    assert_eq!(cleo.reads_prescription(&controlled).await.expect(200).json["expired"], true);
    cleo.issues_prescription(&controlled).await.expect_problem("prescription_expired");
    cleo.issues_prescription(&plain).await.expect(201);
}

#[apply(both_engines)]
async fn prescription_cannot_be_issued_before_its_start_date(app: TestApp) {
    let scene = app.prescribing().await;
    let past = with_member(temazepam(), "starts_on", json!("2027-01-10"));
    scene.cleo.tries_to_prescribe(&scene.ada, past).await.expect_rule("start_date_invalid");
    let id = scene.cleo.prescribes(&scene.ada, with_member(temazepam(), "starts_on", json!("2027-01-18"))).await;
    let signed = scene.cleo.reads_prescription(&id).await.expect(200);
    assert_eq!((signed.text("valid_from"), signed.text("valid_until")), ("2027-01-18".into(), "2027-02-15".into()));
    scene.cleo.issues_prescription(&id).await.expect_problem("too_early");
    days_later(&app, 7, &scene.cleo).await.issues_prescription(&id).await.expect(201);
}

#[apply(both_engines)]
async fn one_of_several_concurrent_requests_issues_the_prescription(app: TestApp) {
    let scene = app.prescribing().await;
    let id = scene.cleo.prescribes(&scene.ada, sertraline()).await;
    expect_outcomes(&at_once(6, |_| scene.cleo.issues_prescription(&id)).await, &[("201", 1), ("state_conflict", 5)]);
    assert_eq!(scene.cleo.reads_prescription(&id).await.expect(200).json["issues"].as_array().unwrap().len(), 1);
    assert_eq!(app.audit_count_of("prescription.issued", id.parse().unwrap()).await, 1);
}

#[apply(both_engines)]
async fn concurrent_signing_and_cancelling_always_ends_cancelled(app: TestApp) {
    let scene = app.prescribing().await;
    let draft = scene.cleo.drafts_prescription(&scene.ada, sertraline()).await.expect(201);
    let signing = async { scene.cleo.signs_prescription_version(&draft.id(), &draft.etag()).await };
    let (signed, cancelled) =
        futures_util::future::join(signing, scene.cleo.cancels_prescription(&draft.id(), "prescribing_error")).await;
    cancelled.expect(200);
    assert!(signed.status == 200 || signed.json["code"] == "state_conflict");
    assert_eq!(scene.cleo.reads_prescription(&draft.id()).await.expect(200).text("state"), "cancelled");
}

#[apply(both_engines)]
async fn cancellation_states_its_effect(app: TestApp) {
    let scene = app.prescribing().await;
    let id = scene.cleo.prescribes(&scene.ada, sertraline()).await;
    let void = scene.cleo.cancels_prescription(&id, "prescribing_error").await.expect(200);
    assert_eq!((void.text("state"), void.json["cancellation"]["effect"].clone()), ("cancelled".into(), json!("void")));
    scene.cleo.issues_prescription(&id).await.expect_problem("state_conflict");
    scene.cleo.cancels_prescription(&id, "prescribing_error").await.expect_problem("state_conflict");

    let id = scene.cleo.prescribes(&scene.ada, repeated()).await;
    scene.cleo.issues_prescription(&id).await.expect(201);
    let stopped = scene.cleo.cancels_prescription(&id, "treatment_changed").await.expect(200);
    assert_eq!(stopped.json["cancellation"]["effect"], "stops_remaining");
    let id = scene.cleo.prescribes(&scene.ada, json!({ "items": [tablets("mirtazapine-15mg-tablets", 1, 28)] })).await;
    scene.cleo.issues_prescription(&id).await.expect(201);
    let late = scene.cleo.cancels_prescription(&id, "contraindication").await.expect(200);
    assert_eq!(late.json["cancellation"]["effect"], "inform_pharmacy");
    assert_eq!(app.audit_count_of("prescription.cancelled", id.parse().unwrap()).await, 1);
}

#[apply(both_engines)]
async fn cancellation_for_another_reason_needs_a_note(app: TestApp) {
    let scene = app.prescribing().await;
    let id = scene.cleo.prescribes(&scene.ada, sertraline()).await;
    scene.cleo.cancels_prescription(&id, "other").await.expect_field("invalid_body", "/note");
    let form = json!({ "reason": "other", "note": "The form was lost in the post." });
    let cancelled = scene.cleo.post(&format!("/v1/prescriptions/{id}/cancel"), form).send().await.expect(200);
    assert_eq!(cancelled.json["cancellation"]["note"], "The form was lost in the post.");
    let seen = scene.ada.reads_prescription(&id).await.expect(200);
    assert_eq!(
        (seen.json["cancellation"]["reason"].clone(), seen.json["cancellation"]["note"].clone()),
        (json!("other"), Value::Null)
    );
}

#[apply(both_engines)]
async fn database_refuses_more_issues_than_allowed(app: TestApp) {
    use confide::care::prescriptions::queries::issues;
    let scene = app.prescribing().await;
    let id = scene.cleo.prescribes(&scene.ada, sertraline()).await;
    let (row, by) = (id.parse().unwrap(), scene.cleo.id);
    let refused = app.platform.write(move |tx| issues::insert(tx, row, 2, by)).await.unwrap_err();
    assert_eq!(refused.reason().as_str(), "all_issued");
    scene.cleo.cancels_prescription(&id, "treatment_changed").await.expect(200);
    let refused = app.platform.write(move |tx| issues::insert(tx, row, 1, by)).await.unwrap_err();
    assert_eq!(refused.reason().as_str(), "all_issued");
}

#[apply(both_engines)]
async fn another_treating_clinician_issues_and_cancels_but_not_drafts(app: TestApp) {
    let scene = app.prescribing().await;
    let dora = app.clinician("Dora Clinician").employed_by("A1A1A").registered("gmc", "7654322").await;
    let draft = scene.cleo.drafts_prescription(&scene.ada, sertraline()).await.expect(201);
    let id = scene.cleo.prescribes(&scene.ada, repeated()).await;
    dora.issues_prescription(&id).await.expect_problem("not_found");
    dora.cancels_prescription(&id, "clinical_grounds").await.expect_problem("not_found");

    app.past_appointment(&scene.ada, &dora).await;
    dora.issues_prescription(&id).await.expect(201);
    dora.cancels_prescription(&id, "clinical_grounds").await.expect(200);
    dora.issues_prescription(&draft.id()).await.expect_problem("not_found");
    dora.cancels_prescription(&draft.id(), "clinical_grounds").await.expect_problem("not_found");
    scene.cleo.cancels_prescription(&draft.id(), "prescribing_error").await.expect(200);
}

#[apply(both_engines)]
async fn overlapping_second_course_needs_a_justification(app: TestApp) {
    let scene = app.prescribing().await;
    let id = scene.cleo.prescribes(&scene.ada, sertraline()).await;
    scene.cleo.issues_prescription(&id).await.expect(201);
    let cleo = days_later(&app, 28, &scene.cleo).await;
    cleo.tries_to_prescribe(&scene.ada, sertraline()).await.expect_rule("duplicate_ingredient");
    let justified = with_member(sertraline(), "justifications", json!([justification("duplicate_ingredient", None)]));
    cleo.prescribes(&scene.ada, justified).await;
}
