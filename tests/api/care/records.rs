//! The clinical record: one practitioner's care from start to end, and a module for each part of the record.

mod access;
mod allergies;
mod discharge;
mod gp;
mod lead;
mod notes;
mod open_items;
mod plans;
mod prescribing_details;
mod problems;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::clinical_record::{penicillin, plan_reviewed_on, record_path};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn practitioner_goes_from_accepted_assessment_to_discharge_and_reads_their_record(app: TestApp) {
    let (cleo, cory) = (app.clinician("Cleo Marsh").employed_by("A1A1A").await, app.coordinator().await);
    cleo.holds_clinic_on("wednesday", "10:00", "12:00", 60, "assessment", "video").await;
    cleo.holds_clinic_on("friday", "09:00", "11:00", 60, "treatment", "video").await;
    let ada = app.new_practitioner("Ada Byron").with_pseudonym("Quiet Heron").registers_and_signs_in().await;
    let assessment = ada.completes_intake().await;
    let first_meeting = ada.books_at(&cleo, "2027-01-13T10:00:00Z").await;

    // Before the appointment Cleo starts her note; allergies have not been asked about.
    let draft = cleo
        .writes_note(&ada, json!({ "appointment_id": first_meeting, "presentation": "Asks for help with sleep." }))
        .await
        .expect(201);
    let first = draft.header("location").unwrap().to_owned();
    assert_eq!(cleo.reads(&ada, "allergies").await.expect(200).text("status"), "not_asked");

    // At the appointment Cleo accepts her and becomes the lead clinician.
    app.advance_clock_to("2027-01-13T10:50:00Z");
    let (ada, cleo) = (ada.signs_in_again().await, cleo.signs_in_again().await);
    cleo.records_attendance(&first_meeting.to_string(), "attended_on_time").await.expect(200);
    cleo.records_outcome(&assessment, &first_meeting.to_string(), "accepted").await.expect(201);
    cleo.changes(
        &first,
        json!({ "risk": "No thoughts of death.", "plan": "Six sessions.", "shared": "We agreed on six sessions." }),
    )
    .await
    .expect(200);
    cleo.signs_note(&first).await.expect(200);
    cleo.replaces(&ada, "allergies", json!({ "status": "known", "allergies": [penicillin()] })).await.expect(200);
    cleo.replaces(&ada, "care-plan", plan_reviewed_on("2027-01-14")).await.expect(200);
    let problem =
        cleo.post(&record_path(&ada, "problems"), json!({ "name": "Insomnia", "shared": true })).send().await.expect(201);
    ada.sets_gp_sharing("given").await.expect(200);
    let mine = ada.get("/v1/me/record").send().await.expect(200);
    assert_eq!(mine.json["lead_clinician"]["clinician_name"], "Cleo Marsh");
    assert_eq!((&mine.json["gp_sharing"]["consent"], &mine.json["problems"][0]["name"]), (&json!("given"), &json!("Insomnia")));
    assert_eq!(
        (&mine.json["allergies"]["allergies"][0]["substance"], &mine.json["discharge"]),
        (&json!("Penicillin"), &Value::Null)
    );
    assert_eq!(ada.get("/v1/me/notes").send().await.expect(200).items()[0]["text"], "We agreed on six sessions.");

    // She misses the first session and attends the next; the plan is overdue for review and is replaced.
    let (missed, second) = (ada.books_at(&cleo, "2027-01-15T09:00:00Z").await, ada.books_at(&cleo, "2027-01-22T09:00:00Z").await);
    cleo.post(&record_path(&ada, "discharge"), json!({ "reason": "completed", "summary": "x" }))
        .send()
        .await
        .expect_problem("upcoming_appointments");
    app.advance_clock_to("2027-01-22T09:30:00Z");
    let (ada, cleo) = (ada.signs_in_again().await, cleo.signs_in_again().await);
    cleo.records_attendance(&second.to_string(), "attended_on_time").await.expect(200);
    app.set_appointment_status(missed, "not_attended").await;
    let absence = json!({ "appointment_id": missed, "kind": "non_attendance", "plan": "Rang; she forgot." });
    let absence = cleo.writes_note(&ada, absence).await.expect(201);
    cleo.signs_note(absence.header("location").unwrap()).await.expect(200);
    cleo.writes_and_signs_note(&ada, second).await;
    let due = cleo.get("/v1/care-plans").send().await.expect(200);
    assert_eq!(due.items()[0]["practitioner_id"], json!(ada.id));
    cleo.replaces(&ada, "care-plan", plan_reviewed_on("2027-03-01")).await.expect(200);
    assert!(cleo.get("/v1/care-plans").send().await.expect(200).items().is_empty());
    cleo.post(&format!("{first}/addenda"), json!({ "text": "Her sister rang.", "shared": "Your sister rang." }))
        .send()
        .await
        .expect(201);

    // Care ends; she can still read her record, and so can Cleo for a while.
    cleo.changes(problem.header("location").unwrap(), json!({ "state": "resolved" })).await.expect(200);
    let end = json!({ "reason": "completed", "summary": "Sleeps.", "shared_summary": "Well done." });
    cleo.post(&record_path(&ada, "discharge"), end).send().await.expect(201);
    let mine = ada.get("/v1/me/record").send().await.expect(200);
    assert_eq!((mine.text("pathway"), &mine.json["discharge"]["summary"]), ("discharged".into(), &json!("Well done.")));
    assert_eq!(mine.json["problems"][0]["state"], "resolved");
    let notes = ada.get("/v1/me/notes").send().await.expect(200);
    assert_eq!(notes.items().len(), 2, "the note about her absence shares nothing");
    assert_eq!(notes.items()[1]["addenda"][0]["text"], "Your sister rang.");
    assert_eq!(cleo.reads(&ada, "notes").await.expect(200).items().len(), 3);
    app.clock.advance(TimeDelta::days(31));
    cleo.signs_in_again().await.reads(&ada, "notes").await.expect_problem("not_found");

    // A year later she needs help again.
    app.clock.advance(TimeDelta::days(334));
    let cory = cory.signs_in_again().await;
    cory.takes_a_call_from(&ada).await;
    cory.post_empty(&record_path(&ada, "readmit")).send().await.expect(200);
    let ada = ada.signs_in_again().await;
    assert_eq!(ada.pathway().await, "registered");
    ada.completes_intake().await;
}
