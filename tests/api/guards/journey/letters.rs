//! Printed letters in the guards' journey.

use chrono::TimeDelta;
use confide::people::Role;
use serde_json::json;

use super::{PLANTED, People, WalkResult};
use crate::support::TestApp;
use crate::support::letters::{employer_letter, letter_to_others, recipient, sections_to_others};

/// Creates a record for each path of the module and remembers its id.
pub(super) async fn create_records(app: &TestApp, people: &People) {
    let (clinician, practitioner) = (&people[Role::Clinician.as_str()], &people[Role::Practitioner.as_str()]);
    let letter = clinician.proposes_new_letter(practitioner, employer_letter()).await;
    app.remember_id("/v1/letters/{id}", &letter);
}

/// The module's part of the walk: one letter is sent and then withdrawn, one is declined and cancelled.
pub(super) async fn walk(app: &TestApp, walked: &mut WalkResult) {
    let doctor = app.clinician(&format!("Lotte {PLANTED}")).registered("gmc", "7654323").employed_by("R3H").await;
    let cory = app.staff(&format!("Lara {PLANTED}"), Role::Coordinator).await;
    let ada = app.practitioner(&format!("Lucy {PLANTED}")).await;
    for actor in [&doctor, &cory, &ada] {
        walked.add_tokens_of(actor);
    }
    let appointment = app.appointment(&ada, &doctor, app.now().get() - TimeDelta::days(2)).await;
    app.set_appointment_status(appointment, "attended").await;
    let mut to_gp = employer_letter();
    (to_gp["kind"], to_gp["recipient"]) = (json!("gp_letter"), json!({ "kind": "gp" }));
    walked.add_refusal("no consent", doctor.writes_letter(&ada, to_gp).await.expect(409));

    let mut form = letter_to_others("insurer_report", &format!("Was well until {PLANTED}."));
    form["recipient"]["name"] = json!(format!("Insurer {PLANTED}"));
    let letter = doctor.writes_letter(&ada, form).await.expect(201).id();
    walked.add_refusal("not proposed", ada.reads_letter(&letter).await.expect(404));
    let text = sections_to_others(&format!("Is well again since {PLANTED}."));
    let changed = json!({ "recipient": recipient(), "sections": text });
    doctor.changes_letter(&letter, changed).await.expect(200);
    walked.add_refusal("not agreed", doctor.sends_letter(&letter).await.expect(409));
    doctor.proposes_letter(&letter).await.expect(200);
    ada.own_letters().await.expect_items();
    for reader in [&doctor, &ada] {
        reader.reads_letter(&letter).await.expect(200);
        reader.prints_letter(&letter).await;
    }
    ada.agrees_to_letter(&letter).await.expect(200);
    cory.is_called_by(&ada).await;
    for sender in [&cory, &doctor] {
        sender.unsent_letters().await.expect_items();
    }
    cory.sends_letter(&letter).await.expect(200);
    doctor.lists_letters_of(&ada).await.expect_items();
    let reason = json!({ "reason": format!("{PLANTED} need not know.") });
    ada.post(&format!("/v1/letters/{letter}/withdraw-consent"), reason.clone()).send().await.expect(200);
    walked.add_refusal("no further copy", doctor.requests_letter_document(&letter).await.expect(409));

    let other = doctor.proposes_new_letter(&ada, letter_to_others("regulator_letter", &format!("Works in {PLANTED}."))).await;
    ada.post(&format!("/v1/letters/{other}/decline"), reason.clone()).send().await.expect(200);
    doctor.post(&format!("/v1/letters/{other}/cancel"), reason).send().await.expect(200);
}
