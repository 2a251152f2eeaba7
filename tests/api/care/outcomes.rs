//! The outcome that a clinician records for an assessment.

use chrono::TimeDelta;
use confide::platform::ids::Id;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::clinical_record::ended_counts;
use crate::support::follow_ups::follow_up_in_two_weeks;
use crate::support::{TestApp, apply, both_engines};

struct Scene {
    ada: Actor,
    cleo: Actor,
    assessment: String,
    appointment: Id,
}

/// Ada has completed her intake, and her appointment with Cleo starts now.
async fn during_the_appointment(app: &TestApp) -> Scene {
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    let ada = app.practitioner("Ada Byron").await;
    let assessment = ada.completes_intake().await;
    let appointment = app.appointment(&ada, &cleo, app.now().get()).await;
    Scene { ada, cleo, assessment, appointment }
}

impl Scene {
    async fn concludes(&self, outcome: Value) -> crate::support::reply::Reply {
        let mut outcome = outcome;
        outcome["appointment_id"] = json!(self.appointment);
        self.cleo.post(&format!("{}/outcomes", self.assessment), outcome).send().await
    }
}

#[apply(both_engines)]
async fn accepted_practitioner_is_in_care_and_sees_the_plan_but_not_the_summary(app: TestApp) {
    let scene = during_the_appointment(&app).await;
    let outcome =
        json!({ "outcome": "accepted", "plan": "Eight sessions.", "summary": "Tired.", "signpost_ids": ["samaritans"] });
    let recorded = scene.concludes(outcome).await.expect(201);
    assert_eq!(recorded.text("summary"), "Tired.");

    assert_eq!(scene.ada.pathway().await, "in_care");
    let seen = scene.ada.get(&scene.assessment).send().await.expect(200);
    assert_eq!(seen.text("state"), "concluded");
    assert_eq!(seen.json["outcomes"][0]["plan"], "Eight sessions.");
    assert_eq!(seen.json["outcomes"][0]["summary"], Value::Null);
    assert_eq!(seen.json["outcomes"][0]["signposts"][0]["id"], "samaritans");
    let read = scene.cleo.get(&scene.assessment).send().await.expect(200);
    assert_eq!(read.json["outcomes"][0]["summary"], "Tired.");
    scene.concludes(json!({ "outcome": "discharged" })).await.expect_problem("already_exists");
    scene.ada.post_empty("/v1/assessments").send().await.expect(201);
}

#[apply(both_engines)]
async fn outcome_that_ends_care_sets_the_pathway(app: TestApp) {
    for (name, outcome, pathway) in [("Ada Byron", "signposted", "signposted"), ("Bea Byron", "discharged", "discharged")] {
        let cleo = app.clinician(&format!("Cleo {outcome}")).employed_by("A1A1A").await;
        let ada = app.practitioner(name).await;
        let assessment = ada.completes_intake().await;
        let appointment = app.appointment(&ada, &cleo, app.now().get()).await;
        let body = json!({ "appointment_id": appointment, "outcome": outcome });
        cleo.post(&format!("{assessment}/outcomes"), body).send().await.expect(201);
        assert_eq!(ada.pathway().await, pathway);
        ada.post_empty("/v1/assessments").send().await.expect_problem("not_eligible");
        ada.changes_registration(json!({ "setting": "primary_care" })).await.expect_problem("registration_settled");
    }
}

#[apply(both_engines)]
async fn outcome_that_ends_care_lists_what_ended_with_it(app: TestApp) {
    for (name, outcome) in [("Bea Byron", "discharged"), ("Cid Byron", "signposted")] {
        let cleo = app.clinician(&format!("Cleo {outcome}")).employed_by("A1A1A").await;
        let bea = app.practitioner(name).await;
        let assessment = bea.completes_intake().await;
        let appointment = app.appointment(&bea, &cleo, app.now().get()).await;
        let follow_up = cleo.agrees_follow_up(&bea, follow_up_in_two_weeks(appointment)).await.expect(201).id();
        cleo.ends_care_by_outcome(&assessment, &appointment.to_string(), outcome).await.expect(201);
        let discharge = cleo.reads(&bea, "discharge").await.expect(200);
        assert_eq!(ended_counts(&discharge).into_iter().collect::<Vec<_>>(), [("follow_ups".to_owned(), 1)], "{outcome}");
        assert_eq!(discharge.json["summary"], Value::Null, "none was written");
        assert_eq!(cleo.state_of_follow_up(&follow_up).await, "care_ended");
    }
}

#[apply(both_engines)]
async fn more_assessment_leaves_the_assessment_open_for_another_appointment(app: TestApp) {
    let mut scene = during_the_appointment(&app).await;
    scene.concludes(json!({ "outcome": "more_assessment" })).await.expect(201);
    assert_eq!(scene.ada.pathway().await, "intake_done");
    assert_eq!(scene.ada.get(&scene.assessment).send().await.expect(200).text("state"), "submitted");
    scene.ada.post_empty("/v1/assessments").send().await.expect_problem("already_exists");
    scene.concludes(json!({ "outcome": "discharged" })).await.expect_problem("already_exists");

    app.clock.advance(TimeDelta::minutes(1));
    scene.appointment = app.appointment(&scene.ada, &scene.cleo, app.now().get() - TimeDelta::hours(2)).await;
    scene.concludes(json!({ "outcome": "accepted", "plan": "Eight sessions." })).await.expect(201);
    let seen = scene.ada.get(&scene.assessment).send().await.expect(200);
    let outcomes: Vec<_> = seen.json["outcomes"].as_array().unwrap().iter().map(|one| one["outcome"].clone()).collect();
    assert_eq!(outcomes, ["more_assessment", "accepted"]);
}

#[apply(both_engines)]
async fn outcome_needs_a_started_appointment_and_acceptance_needs_a_plan(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    let ada = app.practitioner("Ada Byron").await;
    let assessment = ada.completes_intake().await;
    let appointment = app.appointment(&ada, &cleo, app.now().get() + TimeDelta::hours(3)).await;
    let scene = Scene { ada, cleo, assessment, appointment };
    scene.concludes(json!({ "outcome": "discharged" })).await.expect_problem("too_early");
    app.clock.advance(TimeDelta::hours(3));
    let cleo = app.signed_in("Cleo Clinician", &scene.cleo.email, crate::support::actors::PASSWORD).await;
    let scene = Scene { cleo, ..scene };
    scene.concludes(json!({ "outcome": "accepted" })).await.expect_field("invalid_body", "/plan");
    scene
        .concludes(json!({ "outcome": "signposted", "signpost_ids": ["nowhere"] }))
        .await
        .expect_field("invalid_body", "/signpost_ids/0");
    app.set_appointment_status(appointment, "not_attended").await;
    scene.concludes(json!({ "outcome": "discharged" })).await.expect_problem("state_conflict");
    app.set_appointment_status(appointment, "cancelled").await;
    scene.concludes(json!({ "outcome": "discharged" })).await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn only_the_clinician_of_the_appointment_records_the_outcome(app: TestApp) {
    let scene = during_the_appointment(&app).await;
    let dora = app.clinician("Dora Clinician").employed_by("A1A1A").await;
    let body = json!({ "appointment_id": scene.appointment, "outcome": "discharged" });
    dora.post(&format!("{}/outcomes", scene.assessment), body.clone()).send().await.expect_problem("not_found");
    scene.ada.post(&format!("{}/outcomes", scene.assessment), body).send().await.expect_problem("wrong_role");
    let bea = app.practitioner("Bea Byron").await;
    let other = app.appointment(&bea, &scene.cleo, app.now().get() + TimeDelta::hours(1)).await;
    let mixed = json!({ "appointment_id": other, "outcome": "discharged" });
    scene.cleo.post(&format!("{}/outcomes", scene.assessment), mixed).send().await.expect_problem("not_found");
    assert_eq!(scene.ada.pathway().await, "intake_done");
}

#[apply(both_engines)]
async fn draft_assessment_cannot_have_an_outcome(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    let ada = app.practitioner("Ada Byron").await;
    let assessment = ada.starts_assessment().await;
    let appointment = app.appointment(&ada, &cleo, app.now().get()).await;
    let scene = Scene { ada, cleo, assessment, appointment };
    scene.concludes(json!({ "outcome": "discharged" })).await.expect_problem("state_conflict");
}
