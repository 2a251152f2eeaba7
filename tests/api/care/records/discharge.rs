//! Discharge, how long clinicians may read the record afterwards, and readmission.

use chrono::TimeDelta;
use confide::people::audit_trail::flags::jobs::find_unusual;
use confide::platform::ids::Id;
use serde_json::{Value, json};

use crate::support::clinical_record::{InCare, note_about, plan_reviewed_on, record_path, settling_everything};
use crate::support::fit_notes::four_week_fit_note;
use crate::support::prescriptions::{prescribing_details, sertraline};
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
async fn that_there_is_no_discharge_is_a_read_and_refuses_no_one(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    for _ in 0..12 {
        let none = cleo.reads(&ada, "discharge").await.expect(404).expect_problem("not_found");
        assert_eq!(none.text("detail"), "There is no discharge: care here has not ended.");
    }
    assert_eq!(app.audit_count_of("discharge.read", ada.id).await, 12, "as what she has learned");
    assert_eq!(app.refusal_count_of("discharge.read", ada.id).await, 0);
    app.write(find_unusual).await;
    assert_eq!(app.row_count("audit_flags").await, 0, "these are no refused look-ups");

    let dora = app.dora().await;
    let refused = dora.reads(&ada, "discharge").await.expect(404).expect_problem("not_found");
    let unknown = dora.get(&format!("/v1/practitioners/{}/discharge", Id::new(app.now()))).send().await.expect(404);
    assert_eq!(refused.json, unknown.json, "who may not know of her learns nothing");
    assert_eq!(app.refusal_count_of("discharge.read", ada.id).await, 1);

    // Other parts of the record that are not written yet are empty.
    for part in ["care-plan", "prescribing-details", "gp-sharing", "allergies", "lead-clinician"] {
        cleo.reads(&ada, part).await.expect(200);
    }
    cleo.discharges(&ada).await.expect(201);
    cleo.reads(&ada, "discharge").await.expect(200);
    assert_eq!(app.audit_count_of("discharge.read", ada.id).await, 13);
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
    cleo.post(&record_path(&ada, "discharge"), settling_everything(completed())).send().await.expect(201);

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
async fn wrong_document_can_be_stopped_for_thirty_days_after_care(app: TestApp) {
    let scene = app.prescribing().await;
    let (ada, cleo) = (scene.ada, scene.cleo);
    let attended = app.past_appointment(&ada, &cleo).await;
    app.set_appointment_status(attended, "attended").await;
    let prescription = cleo.prescribes(&ada, sertraline()).await;
    let fit_note = cleo.issues_fit_note(&four_week_fit_note(&ada, attended)).await.expect(201).id();
    cleo.discharges(&ada).await.expect(201);
    cleo.discharges(&ada).await.expect_problem("not_in_care");
    cleo.replaces(&ada, "prescribing-details", prescribing_details()).await.expect_problem("care_ended");

    for (days, status) in [(29, 200), (2, 404)] {
        app.clock.advance(TimeDelta::days(days));
        let cleo = cleo.signs_in_again().await;
        cleo.withdraws_fit_note(&fit_note, false).await.expect(status);
        cleo.cancels_prescription(&prescription, "treatment_changed").await.expect(status);
    }
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
