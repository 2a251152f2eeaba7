//! The room prescriptions in the guards' journey.

use confide::people::Role;
use serde_json::{Value, json};

use super::{PLANTED, People, Walked};
use crate::support::TestApp;
use crate::support::clinicians::directory_entry;
use crate::support::prescriptions::{because, sertraline, tablets};

/// Leaves something at each address of the room, and tells the application of it.
pub(super) async fn leaves_something(app: &TestApp, people: &People) {
    let (ada, cleo) = (&people[Role::Practitioner.as_str()], &people[Role::Clinician.as_str()]);
    let mut entry = directory_entry(&cleo.name);
    (entry["registration_body"], entry["registration_number"]) = (json!("gmc"), json!("7200001"));
    app.enters(cleo, entry).await.expect(200);
    people[Role::Administrator.as_str()].enters_rights(cleo, json!({ "rights": [] })).await.expect(200);
    app.sees(ada, cleo).await;
    let draft = cleo.drafts(ada, sertraline()).await.expect(201);
    app.remember_subject("/v1/prescriptions/{id}", &draft.id());
}

/// Everything that can be said of a prescription, with the planted word wherever words may stand.
fn wordy() -> Value {
    let mut item = tablets("", 1, 7);
    item["medicine"] = json!({ "code": "321196004", "name": format!("{PLANTED} 5mg tablets"), "form": format!("{PLANTED} tablets"),
        "strength": format!("5 mg {PLANTED}"), "ingredients": [PLANTED], "schedule": "cd3" });
    item["indication"] = json!(format!("for {PLANTED}"));
    item["dosage"][0]["text"] = json!(format!("1 tablet once a day {PLANTED}"));
    item["dosage"][0]["as_needed_reason"] = json!(format!("for {PLANTED}"));
    let mut reason = because("shared_records_required", Some(1));
    (reason["reason"], reason["ground"]) = (json!(format!("because of {PLANTED}")), json!("serious_harm"));
    json!({
        "form": "nhs_paper", "items": [item], "justifications": [reason],
        "address": { "lines": [format!("1 {PLANTED} Road")], "postcode": "EX1 2MP" },
    })
}

/// The room's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut Walked) {
    let cleo = app.clinician(&format!("Rory {PLANTED}")).registered("gmc", "7200002").await;
    let ada = app.practitioner(&format!("Alva {PLANTED}")).await;
    let admin = app.staff(&format!("Arno {PLANTED}"), Role::Administrator).await;
    for actor in [&cleo, &ada, &admin] {
        walked.knows(actor);
    }
    app.treated(&ada, &cleo).await;
    admin.enters_rights(&cleo, json!({ "rights": [], "private_cd_code": "6QUOKK" })).await.expect(200);
    cleo.get("/v1/medicines?q=diazepam&limit=1").send().await.expect(200);
    walked.refused("not asked", cleo.tries_to_prescribe(&ada, sertraline()).await.expect(422));
    cleo.replaces(&ada, "allergies", json!({ "status": "none_known" })).await.expect(200);
    walked.refused("no reason", cleo.tries_to_prescribe(&ada, sertraline()).await.expect(422));
    let id = cleo.prescribes(&ada, wordy()).await;
    cleo.issues(&id).await.expect(201);
    walked.refused("all issued", cleo.issues(&id).await.expect(409));
    for reader in [&cleo, &ada] {
        reader.reads_prescription(&id).await.expect(200);
        reader.lists_prescriptions_of(&ada).await.expect(200);
        reader.prints(&id).await.expect(200);
    }
    let path = format!("/v1/prescriptions/{id}/cancel");
    cleo.post(&path, json!({ "reason": "other", "note": format!("told {PLANTED}") })).send().await.expect(200);
    let draft = cleo.drafts(&ada, wordy()).await.expect(201);
    let changed = cleo.put(&format!("/v1/prescriptions/{}", draft.id()), wordy()).if_match(&draft.etag());
    changed.send().await.expect(200);
}
