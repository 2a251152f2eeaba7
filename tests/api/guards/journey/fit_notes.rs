//! The room fit_notes in the guards' journey.

use chrono::TimeDelta;
use serde_json::json;

use super::{PLANTED, People, Walked};
use crate::support::TestApp;
use crate::support::fit_notes::{four_weeks, paper, plan};

/// Leaves something at each address of the room, and tells the application of it.
pub(super) async fn leaves_something(app: &TestApp, people: &People) {
    let (clinician, practitioner) = (&people["clinician"], &people["practitioner"]);
    let doctor = clinician.registers_as("gmc", "7654321").await;
    let appointment = app.appointment(practitioner, doctor, app.now().get() - TimeDelta::days(3)).await;
    app.appointment_is(appointment, "attended").await;
    let note = doctor.certifies(&four_weeks(practitioner, appointment)).await.expect(201);
    let duplicate = doctor.issues_duplicate(&note.id()).await.expect(201);
    let plan = doctor.proposes(&plan(practitioner)).await.expect(201);
    for (address, subject) in [
        ("/v1/fit-notes/{id}", note.id()),
        ("/v1/fit-notes/{id}/duplicates/{duplicate_id}", duplicate.id()),
        ("/v1/return-to-work-plans/{id}", plan.id()),
    ] {
        app.remember_subject(address, &subject);
    }
}

/// The room's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut Walked) {
    let doctor = app.clinician(&format!("Maya {PLANTED}")).registered("gmc", "7654322").await;
    let ada = app.practitioner(&format!("Rowena {PLANTED}")).await;
    for actor in [&doctor, &ada] {
        walked.knows(actor);
    }
    let appointment = app.appointment(&ada, &doctor, app.now().get() - TimeDelta::days(2)).await;
    app.appointment_is(appointment, "attended").await;
    let mut form = four_weeks(&ada, appointment);
    form["condition"] = json!(format!("Stress {PLANTED}"));
    form["comments"] = json!(format!("Rests {PLANTED}"));
    form["precise_condition"] = json!(format!("Exactly {PLANTED}"));
    walked.refused("no ground", doctor.certifies(&form).await.expect(422));
    form["discretion"] = json!("wellbeing");
    form["period"] = json!({ "kind": "dates", "starts_on": "2027-01-09", "ends_on": "2027-01-10" });
    walked.refused("a warning", doctor.certifies(&form).await.expect(422));
    form["acknowledged"] = json!(["self_certification"]);
    let note = doctor.post("/v1/fit-notes", form.clone()).key("walk-fit-note").send().await.expect(201);
    walked.secrets.push(note.text("verification_code"));
    walked.refused("a second", doctor.certifies(&form).await.expect(409));
    for reader in [&doctor, &ada] {
        reader.reads_note(&note.id()).await.expect(200);
        reader.get(&format!("/v1/fit-notes?practitioner_id={}", ada.id)).send().await.expect(200);
        reader.downloads_note(&note.id()).await;
    }
    app.checks(&paper(&note.json)).await;
    let mut altered = paper(&note.json);
    altered["name"] = json!(format!("Other {PLANTED}"));
    app.checks(&altered).await;
    let duplicate = doctor.issues_duplicate(&note.id()).await.expect(201);
    ada.get(duplicate.header("location").unwrap()).send().await.expect_pdf();
    let mut plan = plan(&ada);
    plan["remarks"] = json!(format!("Quiet {PLANTED}"));
    let plan = doctor.proposes(&plan).await.expect(201).id();
    walked.refused("not agreed", ada.asks_for_plan(&plan).await.expect(409));
    ada.agrees_to_plan(&plan).await.expect(200);
    ada.asks_for_plan(&plan).await.expect_pdf();
    for reader in [&doctor, &ada] {
        reader.get(&format!("/v1/return-to-work-plans?practitioner_id={}", ada.id)).send().await.expect(200);
        reader.get(&format!("/v1/return-to-work-plans/{plan}")).send().await.expect(200);
    }
    let why = json!({ "reason": "other", "explanation": format!("Wrong {PLANTED}"), "with_employer": false });
    doctor.post(&format!("/v1/fit-notes/{}/withdraw", note.id()), why).send().await.expect(200);
    walked.refused("withdrawn", ada.asks_for_note(&note.id()).await.expect(409));
}
