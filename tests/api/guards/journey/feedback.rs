//! Feedback, statistics and review questionnaires in the guards' journey.

use chrono::TimeDelta;
use confide::people::Role;
use confide::people::practitioners::model::Pathway;
use serde_json::json;

use super::{People, WalkResult};
use crate::guards::operation::PLANTED;
use crate::support::TestApp;

/// Creates a record for each path of the module and remembers its id.
pub(super) async fn create_records(app: &TestApp, people: &People) {
    let (clinician, practitioner) = (&people["clinician"], &people["practitioner"]);
    let appointment = app.attended_appointment(practitioner, clinician, app.now().get() - TimeDelta::days(2)).await;
    let more = json!({ "about": "appointment", "appointment_id": appointment, "comment": "Kind.", "comment_for": "clinician" });
    let feedback = practitioner.gives_feedback_with(more).await.expect(201);
    app.remember_id("/v1/feedback/{id}", &feedback.id());
}

/// The module's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut WalkResult) {
    let cleo = app.clinician(&format!("Dita {PLANTED}")).employed_by("R1H").await;
    let cory = app.staff(&format!("Cora {PLANTED}"), Role::Coordinator).await;
    let bea = app.practitioner(&format!("Bea {PLANTED}")).await;
    for actor in [&cleo, &cory, &bea] {
        walked.add_tokens_of(actor);
    }
    bea.completes_intake().await;
    let seen = app.attended_appointment(&bea, &cleo, app.now().get() - TimeDelta::days(2)).await;
    app.set_pathway(&bea, Pathway::InCare).await;
    cleo.requests_assessment(&bea, "review").await.expect(201);
    walked.add_refusal("requested twice", cleo.requests_assessment(&bea, "review").await.expect(409));
    let last = bea.starts_assessment_for("end").await;
    bea.answers_and_submits(&last).await;
    cleo.get(&format!("/v1/assessments?practitioner_id={}", bea.id)).send().await.expect(200);
    let score = json!({ "questionnaire": "core-10", "total": 12, "risk": true });
    cleo.post(&format!("/v1/practitioners/{}/scores", bea.id), score).send().await.expect(201);
    for reader in [&bea, &cleo] {
        reader.get(&format!("/v1/practitioners/{}/progress", bea.id)).send().await.expect(200);
    }
    app.send_feedback_invitations().await;
    let more = json!({ "about": "appointment", "appointment_id": seen, "comment": format!("{PLANTED} was kind"), "comment_for": "clinician" });
    let feedback = bea.gives_feedback_with(more.clone()).await.expect(201);
    walked.add_refusal("given twice", bea.gives_feedback_with(more).await.expect(409));
    for reader in [&bea, &cleo] {
        reader.get("/v1/feedback").send().await.expect(200);
        reader.get(&format!("/v1/feedback/{}", feedback.id())).send().await.expect(200);
    }
    app.set_pathway(&bea, Pathway::Discharged).await;
    bea.gives_feedback_at_discharge(&format!("{PLANTED} again")).await.expect(201);
    app.release_due_comments().await;
    cory.reads_comments().await;
    cory.reads_activity("breakdown=attendance").await.expect(200);
    cory.reads_outcomes("").await.expect(200);
    cory.reads_funding_figures("").await.expect(200);
    cory.reads_registration_figures("").await.expect(200);
    cory.reads_workforce_figures().await.expect(200);
    let later = app.platform.at(app.now() + TimeDelta::days(150));
    later.write(confide::insight::publish_due).await.unwrap();
}
