//! Who reads prescriptions, and which parts of them.

use serde_json::{Value, json};

use crate::support::prescriptions::{justification, sertraline, tablets, with_member};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn practitioner_reads_signed_prescriptions_without_justifications(app: TestApp) {
    let scene = app.prescribing().await;
    let mut long = with_member(
        json!({ "items": [tablets("zopiclone-7-5mg-tablets", 1, 56)] }),
        "justifications",
        json!([justification("supply_too_long", Some(1))]),
    );
    long["items"][0]["indication"] = json!("Sleep");
    let draft = scene.cleo.drafts_prescription(&scene.ada, long).await.expect(201);
    scene.ada.reads_prescription(&draft.id()).await.expect_problem("not_found");
    assert!(scene.ada.get("/v1/prescriptions").send().await.expect(200).items().is_empty());

    scene.cleo.signs_prescription(&draft.id()).await.expect(200);
    let seen = scene.ada.reads_prescription(&draft.id()).await.expect(200);
    assert_eq!((seen.json["justifications"].clone(), seen.json["findings"].clone()), (json!([]), json!([])));
    assert_eq!(seen.json["items"][0]["medicine"]["name"], "Zopiclone 7.5mg tablets");
    let list = scene.ada.get("/v1/prescriptions").send().await.expect(200);
    assert_eq!(list.items()[0]["medicines"], json!(["Zopiclone 7.5mg tablets"]));
    assert_eq!(scene.cleo.reads_prescription(&draft.id()).await.expect(200).json["justifications"][0]["rule"], "supply_too_long");
}

#[apply(both_engines)]
async fn cancelled_draft_is_visible_only_to_the_clinician(app: TestApp) {
    let scene = app.prescribing().await;
    let draft = scene.cleo.drafts_prescription(&scene.ada, sertraline()).await.expect(201);
    scene.cleo.cancels_prescription(&draft.id(), "prescribing_error").await.expect(200);
    scene.ada.reads_prescription(&draft.id()).await.expect_problem("not_found");
    assert!(scene.ada.get("/v1/prescriptions").send().await.expect(200).items().is_empty());
    assert_eq!(scene.cleo.lists_prescriptions_of(&scene.ada).await.expect(200).items().len(), 1);
}

#[apply(both_engines)]
async fn other_users_cannot_read_prescriptions(app: TestApp) {
    let scene = app.prescribing().await;
    let id = scene.cleo.prescribes(&scene.ada, sertraline()).await;
    let (bea, dora) = (app.practitioner("Bea Byron").await, app.dora().await);
    for other in [&bea, &dora] {
        other.reads_prescription(&id).await.expect_problem("not_found");
        other.lists_prescriptions_of(&scene.ada).await.expect_problem("not_found");
        other.prints_prescription(&id).await.expect_problem("not_found");
    }
    scene.cleo.get("/v1/prescriptions").send().await.expect_field("invalid_parameter", "practitioner_id");
}

#[apply(both_engines)]
async fn every_access_to_a_prescription_is_audited(app: TestApp) {
    let scene = app.prescribing().await;
    let id = scene.cleo.prescribes(&scene.ada, sertraline()).await;
    scene.ada.reads_prescription(&id).await.expect(200);
    scene.cleo.lists_prescriptions_of(&scene.ada).await.expect(200);
    scene.cleo.prints_prescription(&id).await.expect_pdf();
    let trail = app.audit_actions_with_roles(&id).await;
    assert!(trail.contains(&("practitioner".into(), "prescription.read".into())));
    assert!(trail.contains(&("clinician".into(), "prescription.printed".into())));
    assert_eq!(app.audit_count_of("prescriptions.listed", scene.ada.id).await, 1);
}

#[apply(both_engines)]
async fn prescription_list_is_paged_and_filtered_by_state(app: TestApp) {
    let scene = app.prescribing().await;
    let mut ids = Vec::new();
    for medicine in ["sertraline-50mg-tablets", "mirtazapine-15mg-tablets", "propranolol-10mg-tablets"] {
        app.clock.advance(chrono::TimeDelta::seconds(1));
        ids.push(scene.cleo.prescribes(&scene.ada, json!({ "items": [tablets(medicine, 1, 28)] })).await);
    }
    scene.cleo.issues_prescription(&ids[1]).await.expect(201);
    let first = scene.ada.get("/v1/prescriptions?limit=2").send().await.expect(200);
    assert_eq!((first.items()[0]["id"].as_str(), first.items()[1]["id"].as_str()), (Some(&*ids[2]), Some(&*ids[1])));
    let rest = scene.ada.get(&format!("/v1/prescriptions?limit=2&cursor={}", first.text("next_cursor"))).send().await.expect(200);
    assert_eq!(
        (rest.items().len(), rest.items()[0]["id"].as_str(), rest.json["next_cursor"].clone()),
        (1, Some(&*ids[0]), Value::Null)
    );
    let issued = scene.ada.get("/v1/prescriptions?state=issued").send().await.expect(200);
    assert_eq!((issued.items().len(), issued.items()[0]["id"].as_str()), (1, Some(&*ids[1])));
}
