//! Discharge, how long clinicians may read the record afterwards, and readmission.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::clinical_record::{InCare, note_about, plan_reviewed_on, record_path};
use crate::support::{TestApp, apply, both_engines};

fn completed() -> Value {
    json!({ "reason": "completed", "summary": "Sleeps again.", "shared_summary": "Thank you, and come back when you need to." })
}

#[apply(both_engines)]
async fn lead_clinician_discharges_and_the_practitioner_reads_the_shared_summary(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let began = app.now();
    app.clock.advance(TimeDelta::minutes(5));
    let ended = cleo.post(&record_path(&ada, "discharge"), completed()).key("d").send().await.expect(201);
    assert_eq!((ended.text("reason"), ended.text("summary")), ("completed".into(), "Sleeps again.".into()));
    assert_eq!((ended.text("started_at"), ended.text("ended_at")), (began.to_string(), app.now().to_string()));
    assert_eq!(ended.text("readable_until"), (app.now() + TimeDelta::days(30)).to_string());
    assert_eq!(ended.text("record_kept_until"), "2047-01-11", "twenty years");
    assert_eq!(ada.pathway().await, "discharged");
    cleo.post(&record_path(&ada, "discharge"), completed()).key("d").send().await.expect(201);
    cleo.post(&record_path(&ada, "discharge"), completed()).send().await.expect_problem("not_in_care");

    let mine = ada.get("/v1/me/record").send().await.expect(200);
    assert_eq!(mine.json["discharge"]["summary"], "Thank you, and come back when you need to.");
    assert_eq!((mine.text("pathway"), &mine.json["lead_clinician"]["clinician_id"]), ("discharged".into(), &Value::Null));
    assert!(!mine.json.to_string().contains("Sleeps again"));
    assert_eq!(cleo.reads(&ada, "discharge").await.expect(200).text("ended_by"), cleo.id.to_string());
    assert_eq!(app.audit_count_of("practitioner.discharged", ada.id).await, 1);
    ada.post_empty("/v1/assessments").send().await.expect_problem("not_eligible");
}

#[apply(both_engines)]
async fn only_the_lead_discharges_and_not_while_an_appointment_is_booked(app: TestApp) {
    let InCare { ada, cleo, assessment, appointment } = app.being_assessed().await;
    cleo.post(&record_path(&ada, "discharge"), completed()).send().await.expect_problem("not_in_care");
    ada.get(&record_path(&ada, "discharge")).send().await.expect_problem("wrong_role");
    cleo.reads(&ada, "discharge").await.expect_problem("not_found");
    cleo.records_outcome(&assessment, &appointment.to_string(), "accepted").await.expect(201);
    let (dora, eve) = (app.dora().await, app.clinician("Eve Clinician").employed_by("A1A1A").await);
    let upcoming = app.appointment(&ada, &dora, app.now().get() + TimeDelta::days(1)).await;
    eve.post(&record_path(&ada, "discharge"), completed()).send().await.expect_problem("not_found");
    dora.post(&record_path(&ada, "discharge"), completed()).send().await.expect_problem("not_the_lead");
    cleo.post(&record_path(&ada, "discharge"), completed()).send().await.expect_problem("upcoming_appointments");
    assert_eq!(ada.pathway().await, "in_care");

    // There is no lead once the lead must not meet her: then any clinician who treats her may discharge her.
    ada.blocks(&cleo).await.expect(201);
    app.set_appointment_status(upcoming, "attended").await;
    dora.post(&record_path(&ada, "discharge"), json!({ "reason": "moved", "summary": "To Wales." })).send().await.expect(201);
    assert_eq!(ada.get("/v1/me/record").send().await.expect(200).json["discharge"]["summary"], Value::Null);
}

#[apply(both_engines)]
async fn discharge_ends_treatment_at_once_and_read_access_after_thirty_days(app: TestApp) {
    let InCare { ada, cleo, appointment, .. } = app.in_care().await;
    let draft = cleo.writes_note(&ada, note_about(appointment)).await.expect(201);
    let note = draft.header("location").unwrap().to_owned();
    let problem =
        cleo.post(&record_path(&ada, "problems"), json!({ "name": "Burnout", "shared": true })).send().await.expect(201);
    cleo.post(&record_path(&ada, "discharge"), completed()).send().await.expect(201);

    assert!(cleo.caseload().await.is_empty(), "the caseload is empty");
    for part in [
        "notes",
        "problems",
        "allergies",
        "allergies/history",
        "prescribing-details",
        "care-plan",
        "care-plan/history",
        "gp-sharing",
        "gp-sharing/history",
        "discharge",
        "lead-clinician",
    ] {
        cleo.reads(&ada, part).await.expect(200);
    }
    cleo.post(&record_path(&ada, "problems"), json!({ "name": "Late", "shared": true }))
        .send()
        .await
        .expect_problem("care_ended");
    cleo.changes(problem.header("location").unwrap(), json!({ "state": "resolved" })).await.expect_problem("care_ended");
    cleo.replaces(&ada, "allergies", json!({ "status": "none_known" })).await.expect_problem("care_ended");
    cleo.replaces(&ada, "care-plan", plan_reviewed_on("2027-02-01")).await.expect_problem("care_ended");
    cleo.replaces(&ada, "gp-sharing", json!({ "consent": "given", "method": "by_phone" })).await.expect_problem("care_ended");
    cleo.get(&format!("/v1/assessments?practitioner_id={}", ada.id)).send().await.expect(200);

    app.clock.advance(TimeDelta::days(30) - TimeDelta::seconds(1));
    let cleo = cleo.signs_in_again().await;
    cleo.signs_note(&note).await.expect(200);
    cleo.post(&format!("{note}/addenda"), json!({ "text": "Wrote to her." })).send().await.expect(201);
    app.clock.advance(TimeDelta::seconds(1));
    cleo.get(&note).send().await.expect_problem("not_found");
    for part in ["notes", "problems", "allergies", "care-plan", "gp-sharing", "discharge", "lead-clinician"] {
        cleo.reads(&ada, part).await.expect_problem("not_found");
    }
    cleo.get(&format!("/v1/assessments?practitioner_id={}", ada.id)).send().await.expect_problem("not_found");
    let ada = ada.signs_in_again().await;
    assert_eq!(ada.get("/v1/me/notes").send().await.expect(200).items().len(), 1, "she can still read her record");
}

#[apply(both_engines)]
async fn assessment_that_ends_care_ends_treatment_too(app: TestApp) {
    for (name, outcome, reason) in [("Bea Byron", "discharged", "not_needed"), ("Cid Byron", "signposted", "referred_on")] {
        let cleo = app.clinician(&format!("Cleo {outcome}")).employed_by("A1A1A").await;
        let bea = app.practitioner(name).await;
        let assessment = bea.completes_intake().await;
        let appointment = app.appointment(&bea, &cleo, app.now().get()).await;
        cleo.records_outcome(&assessment, &appointment.to_string(), outcome).await.expect(201);
        let ended = cleo.reads(&bea, "discharge").await.expect(200);
        assert_eq!((ended.text("reason"), &ended.json["summary"]), (reason.into(), &Value::Null));
        assert!(cleo.caseload().await.is_empty());
        let note = cleo.writes_and_signs_note(&bea, appointment).await;
        app.clock.advance(TimeDelta::days(30));
        cleo.signs_in_again().await.get(&note).send().await.expect_problem("not_found");
    }
}

#[apply(both_engines)]
async fn coordinator_readmits_and_the_former_clinician_regains_no_access(app: TestApp) {
    let InCare { ada, cleo, appointment, .. } = app.in_care().await;
    let (cory, dora) = (app.coordinator().await, app.dora().await);
    let note = cleo.writes_and_signs_note(&ada, appointment).await;
    let readmission = record_path(&ada, "readmit");
    cory.takes_a_call_from(&ada).await;
    cory.post_empty(&readmission).send().await.expect_problem("state_conflict");
    cleo.post(&record_path(&ada, "discharge"), completed()).send().await.expect(201);
    cleo.post_empty(&readmission).send().await.expect_problem("wrong_role");
    assert_eq!(cory.post_empty(&readmission).send().await.expect(200).text("pathway"), "registered");
    cory.post_empty(&record_path(&cory, "readmit")).send().await.expect_problem("not_found");

    app.clock.advance(TimeDelta::days(31));
    let (ada, cleo, dora) = (ada.signs_in_again().await, cleo.signs_in_again().await, dora.signs_in_again().await);
    let assessment = ada.completes_intake().await;
    let again = app.appointment(&ada, &dora, app.now().get()).await;
    dora.records_outcome(&assessment, &again.to_string(), "accepted").await.expect(201);
    assert_eq!(ada.get("/v1/me/record").send().await.expect(200).json["lead_clinician"]["clinician_name"], "Dora Clinician");
    assert_eq!(
        dora.get(&note).send().await.expect(200).text("author_id"),
        cleo.id.to_string(),
        "the earlier record is continued"
    );
    cleo.get(&note).send().await.expect_problem("not_found");
    assert!(cleo.caseload().await.is_empty());

    dora.post(&record_path(&ada, "discharge"), completed()).send().await.expect(201);
    dora.get(&note).send().await.expect(200);
    cleo.get(&note).send().await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn readmission_continues_from_a_submitted_assessment(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let cory = app.coordinator().await;
    app.clock.advance(TimeDelta::seconds(1));
    ada.completes_intake().await;
    cleo.post(&record_path(&ada, "discharge"), completed()).send().await.expect(201);
    cory.takes_a_call_from(&ada).await;
    assert_eq!(cory.post_empty(&record_path(&ada, "readmit")).send().await.expect(200).text("pathway"), "intake_done");
}

#[apply(both_engines)]
async fn one_of_a_concurrent_booking_and_discharge_is_refused(app: TestApp) {
    for number in 0..4 {
        let cleo = app.clinician(&format!("Cleo Number{number}")).employed_by("A1A1A").await;
        let ada = app.practitioner(&format!("Ada Number{number}")).await;
        let assessment = ada.completes_intake().await;
        let appointment = app.appointment(&ada, &cleo, app.now().get()).await;
        cleo.records_outcome(&assessment, &appointment.to_string(), "accepted").await.expect(201);
        let slot =
            app.free_slot(&cleo, TimeDelta::days(3), confide::scheduling::calendar::model::AppointmentKind::Treatment).await;
        let path = record_path(&ada, "discharge");
        let ending = async { cleo.post(&path, completed()).send().await };
        let (booked, ended) = futures_util::future::join(ada.books(&slot), ending).await;
        match (booked.status.as_u16(), ended.status.as_u16()) {
            (201, 409) => {
                ended.expect_problem("upcoming_appointments");
            }
            (422, 201) => {
                booked.expect_problem("not_eligible");
            }
            other => panic!("{other:?}"),
        }
    }
}
