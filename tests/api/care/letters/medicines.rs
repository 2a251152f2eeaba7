//! Medicines in letters: what changed, what they are for, and who continues them.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::clinical_record::{InCare, record_path};
use crate::support::letters::{gp_letter, replacement, section, to_gp};
use crate::support::prescriptions::sertraline;
use crate::support::{TestApp, apply, both_engines};

/// A letter to the general practitioner that states this about medicines, and asks for nothing.
fn stating(medicines: Value) -> Value {
    json!({ "kind": "gp_letter", "recipient": to_gp(), "requested_actions": [], "medicines": medicines })
}

#[apply(both_engines)]
async fn author_states_what_the_record_does_not_hold_about_a_medicine(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let draft = cleo.writes_letter(&ada, gp_letter()).await.expect(201);
    let medicine = &draft.json["medicines"][0];
    assert_eq!((&medicine["status"], &medicine["on"]), (&json!("new"), &json!("2027-01-11")));
    assert_eq!((&medicine["indication"], &medicine["next_prescriber"]), (&Value::Null, &Value::Null));
    assert_eq!((&medicine["route"], &medicine["supply"]), (&json!("by mouth"), &json!("28 tablets, 28 days")));
    let prescription = &medicine["prescription_id"];

    let stated = json!([{ "prescription_id": prescription, "item": 1, "indication": "Depression", "next_prescriber": "gp" }]);
    let letter = cleo.writes_letter(&ada, stating(stated)).await.expect(201);
    let medicine = &letter.json["medicines"][0];
    assert_eq!((&medicine["indication"], &medicine["next_prescriber"]), (&json!("Depression"), &json!("gp")));
    assert!(section(&letter, "medications").ends_with("continued by: GP"), "{}", letter.json);
    assert_eq!(section(&letter, "requested_actions"), "Please continue to prescribe Sertraline 50mg tablets.");

    let before = app.row_count("letters").await;
    for (medicines, pointer) in [
        (json!([{ "prescription_id": ada.id, "item": 1, "indication": "Sleep" }]), "/medicines/0/prescription_id"),
        (json!([{ "prescription_id": prescription, "item": 2 }]), "/medicines/0/prescription_id"),
        (
            json!([{ "prescription_id": prescription, "item": 1 }, { "prescription_id": prescription, "item": 1 }]),
            "/medicines/1/item",
        ),
        (json!([{ "prescription_id": prescription, "item": 0 }]), "/medicines/0/item"),
        (json!([{ "prescription_id": prescription, "item": 1, "indication": "" }]), "/medicines/0/indication"),
        (json!([{ "prescription_id": prescription, "item": 1, "indication": "x".repeat(201) }]), "/medicines/0/indication"),
        (json!([{ "prescription_id": prescription, "item": 1, "next_prescriber": "nurse" }]), "/medicines/0/next_prescriber"),
    ] {
        cleo.writes_letter(&ada, stating(medicines)).await.expect_field("invalid_body", pointer);
    }
    assert_eq!(app.row_count("letters").await, before, "nothing is half written");
}

#[apply(both_engines)]
async fn indication_of_the_prescription_is_taken_and_not_replaced(app: TestApp) {
    let scene = app.prescribing().await;
    let (ada, cleo) = (scene.ada, scene.cleo);
    ada.consents_to_gp().await;
    let mut content = sertraline();
    content["items"][0]["indication"] = json!("Panic disorder");
    let prescription = cleo.prescribes(&ada, content).await;
    let draft = cleo.writes_letter(&ada, gp_letter()).await.expect(201);
    assert_eq!(draft.json["medicines"][0]["indication"], "Panic disorder");
    let other = json!([{ "prescription_id": prescription, "item": 1, "indication": "Depression" }]);
    cleo.writes_letter(&ada, stating(other)).await.expect_field("invalid_body", "/medicines/0/indication");
}

#[apply(both_engines)]
async fn status_of_a_medicine_is_what_changed_since_the_last_letter_to_the_gp(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let status = async |cleo: &crate::support::actors::Actor| {
        let draft = cleo.writes_letter(&ada, gp_letter()).await.expect(201);
        draft.json["medicines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["status"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(status(&cleo).await, ["new"]);
    app.clock.advance(TimeDelta::minutes(1));
    let letter = cleo.proposes_letter_to_gp(&ada).await;
    assert_eq!(status(&cleo).await, ["new"], "the letter has not been sent");
    ada.agrees_to_letter(&letter).await.expect(200);
    cleo.sends_letter(&letter).await.expect(200);
    assert_eq!(status(&cleo).await, ["continued"]);

    app.clock.advance(TimeDelta::days(2));
    let cleo = cleo.signs_in_again().await;
    let prescription = cleo.writes_letter(&ada, gp_letter()).await.expect(201).json["medicines"][0]["prescription_id"]
        .as_str()
        .unwrap()
        .to_owned();
    cleo.issues_prescription(&prescription).await.expect(201);
    cleo.cancels_prescription(&prescription, "treatment_changed").await.expect(200);
    let draft = cleo.writes_letter(&ada, gp_letter()).await.expect(201);
    let medicine = &draft.json["medicines"][0];
    assert_eq!((&medicine["status"], &medicine["on"]), (&json!("stopped"), &json!("2027-01-13")));
    assert_eq!(medicine["next_prescriber"], "no_one");
    let form = replacement(&draft, to_gp(), &[("information_given", "None.")]);
    cleo.changes_letter(&draft.id(), form).await.expect(200);
    cleo.proposes_letter(&draft.id()).await.expect(200);
}

#[apply(both_engines)]
async fn medicine_that_a_discharge_hands_to_the_gp_is_requested_of_them(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    app.clock.advance(TimeDelta::minutes(1));
    let handed_over = json!({
        "reason": "completed", "summary": "Sleeps again.",
        "open_items": { "prescriptions": "continue_elsewhere", "no_letter_reason": "The discharge summary follows." }
    });
    cleo.post(&record_path(&ada, "discharge"), handed_over).send().await.expect(201);
    let form = json!({ "kind": "discharge_summary", "recipient": to_gp(), "requested_actions": ["Review in a month."] });
    let draft = cleo.writes_letter(&ada, form).await.expect(201);
    assert_eq!(draft.json["medicines"][0]["next_prescriber"], "gp");
    let expected = "Review in a month.\nPlease continue to prescribe Sertraline 50mg tablets.";
    assert_eq!(section(&draft, "requested_actions"), expected);
}
