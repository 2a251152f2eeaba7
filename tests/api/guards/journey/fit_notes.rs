//! Fit notes in the guards' journey.

use chrono::TimeDelta;
use serde_json::json;

use super::{PLANTED, People, WalkResult};
use crate::support::TestApp;
use crate::support::fit_notes::{four_week_fit_note, return_to_work_plan, verification_form};

/// Creates a record for each path of the module and remembers its id.
pub(super) async fn create_records(app: &TestApp, people: &People) {
    let (clinician, practitioner) = (&people["clinician"], &people["practitioner"]);
    let doctor = clinician.registers_as("gmc", "7654321").await;
    let appointment = app.appointment(practitioner, doctor, app.now().get() - TimeDelta::days(3)).await;
    app.set_appointment_status(appointment, "attended").await;
    let note = doctor.issues_fit_note(&four_week_fit_note(practitioner, appointment)).await.expect(201);
    let duplicate = doctor.issues_fit_note_duplicate(&note.id()).await.expect(201);
    let plan = doctor.proposes_plan(&return_to_work_plan(practitioner)).await.expect(201);
    for (address, subject) in [
        ("/v1/fit-notes/{id}", note.id()),
        ("/v1/fit-notes/{id}/duplicates/{duplicate_id}", duplicate.id()),
        ("/v1/return-to-work-plans/{id}", plan.id()),
    ] {
        app.remember_id(address, &subject);
    }
}

/// The module's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut WalkResult) {
    let doctor = app.clinician(&format!("Maya {PLANTED}")).registered("gmc", "7654322").await;
    let ada = app.practitioner(&format!("Rowena {PLANTED}")).await;
    for actor in [&doctor, &ada] {
        walked.add_tokens_of(actor);
    }
    let appointment = app.appointment(&ada, &doctor, app.now().get() - TimeDelta::days(2)).await;
    app.set_appointment_status(appointment, "attended").await;
    let mut form = four_week_fit_note(&ada, appointment);
    form["condition"] = json!(format!("Stress {PLANTED}"));
    form["comments"] = json!(format!("Rests {PLANTED}"));
    form["precise_condition"] = json!(format!("Exactly {PLANTED}"));
    walked.add_refusal("no ground", doctor.issues_fit_note(&form).await.expect(422));
    form["discretion"] = json!("wellbeing");
    form["period"] = json!({ "kind": "dates", "starts_on": "2027-01-09", "ends_on": "2027-01-10" });
    walked.add_refusal("a warning that is not acknowledged", doctor.issues_fit_note(&form).await.expect(422));
    form["acknowledged"] = json!(["self_certification"]);
    let note = doctor.post("/v1/fit-notes", form.clone()).key("walk-fit-note").send().await.expect(201);
    walked.secrets.push(note.text("verification_code"));
    walked.add_refusal("a second", doctor.issues_fit_note(&form).await.expect(409));
    for reader in [&doctor, &ada] {
        reader.reads_fit_note(&note.id()).await.expect(200);
        reader.get(&format!("/v1/fit-notes?practitioner_id={}", ada.id)).send().await.expect(200);
        reader.downloads_fit_note(&note.id()).await;
    }
    app.verifies_fit_note(&verification_form(&note.json)).await;
    let mut altered = verification_form(&note.json);
    altered["name"] = json!(format!("Other {PLANTED}"));
    app.verifies_fit_note(&altered).await;
    let duplicate = doctor.issues_fit_note_duplicate(&note.id()).await.expect(201);
    ada.get(duplicate.header("location").unwrap()).send().await.expect_pdf();
    let mut plan = return_to_work_plan(&ada);
    plan["note"] = json!(format!("Quiet {PLANTED}"));
    let plan = doctor.proposes_plan(&plan).await.expect(201).id();
    walked.add_refusal("not agreed", ada.requests_plan_pdf(&plan).await.expect(409));
    ada.agrees_to_plan(&plan).await.expect(200);
    ada.requests_plan_pdf(&plan).await.expect_pdf();
    for reader in [&doctor, &ada] {
        reader.get(&format!("/v1/return-to-work-plans?practitioner_id={}", ada.id)).send().await.expect(200);
        reader.get(&format!("/v1/return-to-work-plans/{plan}")).send().await.expect(200);
    }
    let why = json!({ "reason": "other", "note": format!("Wrong {PLANTED}"), "with_employer": false });
    doctor.post(&format!("/v1/fit-notes/{}/withdraw", note.id()), why).send().await.expect(200);
    walked.add_refusal("withdrawn", ada.requests_fit_note_pdf(&note.id()).await.expect(409));
}
