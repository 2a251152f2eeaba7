//! Prescriptions in the guards' journey.

use confide::people::Role;
use serde_json::{Value, json};

use super::{PLANTED, People, WalkResult};
use crate::support::TestApp;
use crate::support::clinicians::directory_entry;
use crate::support::prescriptions::{justification, sertraline, tablets};

/// Creates a record for each path of the module and remembers its id.
pub(super) async fn create_records(app: &TestApp, people: &People) {
    let (ada, cleo) = (&people[Role::Practitioner.as_str()], &people[Role::Clinician.as_str()]);
    let mut entry = directory_entry(&cleo.name);
    (entry["registration_body"], entry["registration_number"]) = (json!("gmc"), json!("7200001"));
    app.saves_directory_entry(cleo, entry).await.expect(200);
    people[Role::Administrator.as_str()].sets_prescribing_rights(cleo, json!({ "rights": [] })).await.expect(200);
    app.past_appointment(ada, cleo).await;
    let draft = cleo.drafts_prescription(ada, sertraline()).await.expect(201);
    app.remember_id("/v1/prescriptions/{id}", &draft.id());
}

/// A prescription with every member set, and the planted word in every free text.
fn planted_prescription() -> Value {
    let mut item = tablets("", 1, 7);
    item["medicine"] = json!({ "code": "376689003", "name": format!("Flunitrazepam 1mg tablets {PLANTED}"), "brand": PLANTED,
        "form": format!("{PLANTED} tablets"), "strength": format!("1 mg {PLANTED}"), "ingredients": ["flunitrazepam"], "schedule": "cd3" });
    item["indication"] = json!(format!("for {PLANTED}"));
    item["dosage"][0]["text"] = json!(format!("1 tablet once a day {PLANTED}"));
    item["dosage"][0]["as_needed_reason"] = json!(format!("for {PLANTED}"));
    let mut reason = justification("shared_records_required", Some(1));
    (reason["reason"], reason["ground"]) = (json!(format!("because of {PLANTED}")), json!("serious_harm"));
    json!({
        "form": "nhs_paper", "items": [item], "justifications": [reason],
        "address": { "lines": [format!("1 {PLANTED} Road")], "postcode": "EX1 2MP" },
    })
}

/// The module's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut WalkResult) {
    let cleo = app.clinician(&format!("Rory {PLANTED}")).registered("gmc", "7200002").await;
    let ada = app.practitioner(&format!("Alva {PLANTED}")).await;
    let admin = app.staff(&format!("Arno {PLANTED}"), Role::Administrator).await;
    for actor in [&cleo, &ada, &admin] {
        walked.add_tokens_of(actor);
    }
    app.assess_and_accept(&ada, &cleo).await;
    admin.sets_prescribing_rights(&cleo, json!({ "rights": [], "private_cd_code": "6QUOKK" })).await.expect(200);
    cleo.get("/v1/medicines?search=diazepam&limit=1").send().await.expect(200);
    walked.add_refusal("allergies are not recorded", cleo.tries_to_prescribe(&ada, sertraline()).await.expect(422));
    cleo.replaces(&ada, "allergies", json!({ "status": "none_known" })).await.expect(200);
    walked.add_refusal("no reason", cleo.tries_to_prescribe(&ada, sertraline()).await.expect(422));
    let id = cleo.prescribes(&ada, planted_prescription()).await;
    cleo.issues_prescription(&id).await.expect(201);
    walked.add_refusal("all issued", cleo.issues_prescription(&id).await.expect(409));
    for reader in [&cleo, &ada] {
        reader.reads_prescription(&id).await.expect(200);
        reader.lists_prescriptions_of(&ada).await.expect(200);
        reader.prints_prescription(&id).await.expect(200);
    }
    let path = format!("/v1/prescriptions/{id}/cancel");
    cleo.post(&path, json!({ "reason": "other", "note": format!("informed {PLANTED}") })).send().await.expect(200);
    let draft = cleo.drafts_prescription(&ada, planted_prescription()).await.expect(201);
    let changed = cleo.put(&format!("/v1/prescriptions/{}", draft.id()), planted_prescription()).if_match(&draft.etag());
    changed.send().await.expect(200);
}
