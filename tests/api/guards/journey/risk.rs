//! Risk alerts in the guards' journey.

use chrono::TimeDelta;
use confide::people::Role;
use serde_json::json;

use super::super::operation::PLANTED;
use super::{People, WalkResult};
use crate::support::TestApp;
use crate::support::clinical_record::record_path;
use crate::support::practitioners::phq9_at_risk;
use crate::support::risk::{closing, risk_assessment};

/// Creates a record for each path of the module and remembers its id.
pub(super) async fn create_records(app: &TestApp, people: &People) {
    let (clinician, practitioner) = (&people[Role::Clinician.as_str()], &people[Role::Practitioner.as_str()]);
    let assessed = clinician.records_risk_assessment(practitioner, risk_assessment()).await.expect(201);
    app.remember_id("/v1/risk-assessments/{id}", &assessed.id());
}

/// The module's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut WalkResult) {
    let cory = app.staff(&format!("Cecily {PLANTED}"), Role::Coordinator).await;
    let rhea = app.clinician(&format!("Rhea {PLANTED}")).employed_by("R1H").registered("gmc", "7654399").await;
    let finn = app.clinician(&format!("Finn {PLANTED}")).employed_by("R1H").await;
    let dot = app.practitioner(&format!("Dot {PLANTED}")).await;
    for actor in [&cory, &rhea, &finn, &dot] {
        walked.add_tokens_of(actor);
    }
    dot.completes_intake_with(phq9_at_risk(2)).await;
    app.appointment(&dot, &finn, app.now().get() + TimeDelta::days(2)).await;
    cory.puts_on_duty(&rhea).await.expect(201);
    let concern = json!({ "severity": "immediate", "note": format!("wrote a farewell to {PLANTED}") });
    let raised = cory.post(&record_path(&dot, "risk-alerts"), concern.clone()).key("walk-concern").send().await.expect(201);
    walked.add_refusal(
        "no practitioner",
        rhea.post("/v1/practitioners/00000000-0000-0000-0000-000000000000/risk-alerts", concern).send().await.expect(404),
    );
    let alert = raised.id();
    cory.get("/v1/risk-alerts?state=open&limit=1").send().await.expect(200);
    rhea.reads_alert(&alert).await;
    let attempt = json!({ "how": "phone", "reached": true, "note": format!("rang {PLANTED}, who was at home") });
    let path = format!("/v1/risk-alerts/{alert}/contact-attempts");
    cory.post(&path, attempt.clone()).key("walk-attempt").send().await.expect(201);
    // Two steps of escalation.
    for hours in [5, 6] {
        app.platform.at(app.now() + TimeDelta::hours(hours)).write(confide::care::risk::jobs::escalate_due).await.unwrap();
    }
    let mut assessed = risk_assessment();
    for member in ["protective_factors", "means_details", "plan"] {
        assessed[member] = json!(format!("written about {PLANTED}"));
    }
    assessed["risk_to_self"] = json!({ "level": "high", "details": format!("of {PLANTED}") });
    let without_review = rhea.closes_alert_with(&alert, assessed.clone()).await.expect(422);
    walked.add_refusal("without a review", without_review);
    assessed["next_review_on"] = json!("2027-01-14");
    let unread = rhea.closes_alert_having_read(&alert, 1, assessed.clone()).await.expect(409);
    walked.add_refusal("an event is unread", unread);
    let close = format!("/v1/risk-alerts/{alert}/close");
    rhea.post(&close, closing(2, assessed.clone())).key("walk-close").send().await.expect(200);
    walked.add_refusal("closed", cory.post(&path, attempt).send().await.expect(409));
    let first = finn.records_risk_assessment(&dot, assessed).await.expect(201);
    // Both notifications of the review.
    for days in [4, 8] {
        app.platform.at(app.now() + TimeDelta::days(days)).write(confide::care::risk::jobs::notify_due_reviews).await.unwrap();
    }
    finn.get(&format!("/v1/risk-assessments/{}", first.id())).send().await.expect(200);
    let page = finn.get(&record_path(&dot, "risk-assessments?limit=1")).send().await.expect(200);
    let next = format!("risk-assessments?limit=1&cursor={}", page.text("next_cursor"));
    finn.get(&record_path(&dot, &next)).send().await.expect(200);
    walked.add_refusal("not treated", rhea.get(&record_path(&dot, "risk-assessments")).send().await.expect(404));
}
