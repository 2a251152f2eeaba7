//! Medicines, limits and schedules that change from a day on, and the second administrator who confirms it.

use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::prescriptions::{justification, tablets, with_member};
use crate::support::reference_data::{dose_limit, sertraline_25mg};
use crate::support::{TestApp, apply, both_engines};

const NEW: &str = "sertraline-25mg-tablets";

fn one(id: &str, times: u32) -> Value {
    json!({ "items": [tablets(id, times, 14)] })
}

async fn finds(clinician: &Actor, words: &str) -> Vec<Value> {
    clinician.get(&format!("/v1/medicines?search={words}")).send().await.expect(200).items().clone()
}

#[apply(both_engines)]
async fn added_medicine_is_prescribed_once_another_administrator_has_approved_it(app: TestApp) {
    let scene = app.prescribing().await;
    let avery = app.administrator().await;
    let made = avery.changes_reference("medicines", NEW, "2027-01-11", sertraline_25mg()).await.expect(201);
    assert_eq!((made.text("state"), made.json["next_step"].is_string()), ("pending".to_owned(), true));
    let drafts = || scene.cleo.drafts_prescription(&scene.ada, one(NEW, 1));
    drafts().await.expect_field("invalid_body", "/content/items/0/medicine/catalogue_id");
    assert!(finds(&scene.cleo, "sertraline%2025mg").await.is_empty());

    avery.approves_reference(&made.id()).await.expect(409).expect_problem("second_person_required");
    app.administrator_named("Dr Avery Admin").await.approves_reference(&made.id()).await.expect_problem("second_person_required");
    let sasha = app.second_administrator().await;
    let confirmed = sasha.approves_reference(&made.id()).await.expect(200);
    assert_eq!((confirmed.text("state"), &confirmed.json["approved_by"]), ("approved".to_owned(), &json!(sasha.id)));
    sasha.approves_reference(&made.id()).await.expect(409).expect_problem("state_conflict");
    assert_eq!(finds(&scene.cleo, "sertraline%2025mg").await.len(), 1);
    let signed = scene.cleo.prescribes(&scene.ada, one(NEW, 1)).await;
    let shown = scene.cleo.reads_prescription(&signed).await.expect(200);
    assert_eq!(shown.json["items"][0]["medicine"]["name"], "Sertraline 25mg tablets");
    let actions = app.audit_actions(&made.id()).await;
    assert_eq!(actions, ["reference_data.proposed", "reference_data.approved"]);
}

#[apply(both_engines)]
async fn withdrawn_medicine_is_neither_drafted_nor_signed_nor_issued(app: TestApp) {
    const MELATONIN: &str = "melatonin-2mg-modified-release-tablets";
    const THIAMINE: &str = "thiamine-100mg-tablets";
    let scene = app.prescribing().await;
    let (cleo, ada) = (&scene.cleo, &scene.ada);
    let signed = cleo.prescribes(ada, one(THIAMINE, 1)).await;
    let draft = cleo.drafts_prescription(ada, one(MELATONIN, 1)).await.expect(201).id();
    let avery = app.administrator().await;
    for medicine in [MELATONIN, THIAMINE] {
        avery.changes_reference_with_another("medicines", medicine, "2027-01-11", Value::Null).await;
        assert_eq!(avery.reference_entry("medicines", medicine, "").await, None);
        assert!(avery.reference_entry("medicines", medicine, "&on=2027-01-10").await.is_some(), "it was there yesterday");
    }
    assert!(finds(cleo, "melatonin").await.is_empty());
    cleo.drafts_prescription(ada, one(MELATONIN, 1)).await.expect_field("invalid_body", "/content/items/0/medicine/catalogue_id");
    cleo.signs_prescription(&draft).await.expect_rule("medicine_withdrawn");
    let findings = cleo.reads_prescription(&draft).await.expect(200).json["findings"].clone();
    assert!(findings.as_array().unwrap().iter().any(|finding| finding["rule"] == "medicine_withdrawn"), "{findings}");
    cleo.issues_prescription(&signed).await.expect(409).expect_problem("state_conflict");
    assert_eq!(cleo.reads_prescription(&signed).await.expect(200).text("state"), "signed");
}

#[apply(both_engines)]
async fn dose_limit_is_lowered_from_its_day_and_not_before(app: TestApp) {
    let scene = app.prescribing().await;
    let avery = app.administrator().await;
    let key = "dose:citalopram:oral";
    avery.changes_reference_with_another("medicine_limits", key, "2027-01-18", dose_limit("30", "refuse")).await;
    avery.changes_reference_with_another("medicine_limits", key, "2027-01-25", dose_limit("30", "reason")).await;
    let forty = || one("citalopram-20mg-tablets", 2);
    let first = scene.cleo.prescribes(&scene.ada, forty()).await;
    scene.cleo.cancels_prescription(&first, "treatment_changed").await.expect(200);

    app.advance_clock_to("2027-01-18T09:00:00Z");
    let cleo = scene.cleo.signs_in_again().await;
    let reason = json!([justification("maximum_dose", Some(1))]);
    let justified = || with_member(forty(), "justifications", reason.clone());
    cleo.tries_to_prescribe(&scene.ada, justified()).await.expect_rule("maximum_dose");
    let twenty = cleo.prescribes(&scene.ada, one("citalopram-20mg-tablets", 1)).await;
    cleo.cancels_prescription(&twenty, "treatment_changed").await.expect(200);

    app.advance_clock_to("2027-01-25T09:00:00Z");
    let cleo = scene.cleo.signs_in_again().await;
    cleo.tries_to_prescribe(&scene.ada, forty()).await.expect_rule("maximum_dose");
    cleo.tries_to_prescribe(&scene.ada, justified()).await.expect(200);
}

#[apply(both_engines)]
async fn what_was_signed_above_a_maximum_that_is_refused_now_is_not_issued(app: TestApp) {
    let scene = app.prescribing().await;
    let avery = app.administrator().await;
    let key = "dose:citalopram:oral";
    avery.changes_reference_with_another("medicine_limits", key, "2027-01-18", dose_limit("30", "refuse")).await;
    avery.changes_reference_with_another("medicine_limits", key, "2027-01-25", dose_limit("30", "reason")).await;
    let signed = scene.cleo.prescribes(&scene.ada, one("citalopram-20mg-tablets", 2)).await;

    app.advance_clock_to("2027-01-18T09:00:00Z");
    let cleo = scene.cleo.signs_in_again().await;
    cleo.issues_prescription(&signed).await.expect(409).expect_problem("state_conflict");
    assert_eq!(cleo.reads_prescription(&signed).await.expect(200).text("state"), "signed");

    // A maximum that a reason excepts does not stop what was signed.
    app.advance_clock_to("2027-01-25T09:00:00Z");
    let cleo = scene.cleo.signs_in_again().await;
    cleo.issues_prescription(&signed).await.expect(201);
}

#[apply(both_engines)]
async fn substance_that_only_specialists_prescribe_is_not_issued_any_more(app: TestApp) {
    let scene = app.prescribing().await;
    let signed = scene.cleo.prescribes(&scene.ada, one("zopiclone-7-5mg-tablets", 1)).await;
    let avery = app.administrator().await;
    let mut entry = avery.reference_entry("controlled_substances", "zopiclone", "").await.unwrap()["entry"].clone();
    entry["substance"]["specialist_only"] = json!(true);
    avery.changes_reference_with_another("controlled_substances", "zopiclone", "2027-01-18", entry).await;
    app.advance_clock_to("2027-01-18T09:00:00Z");
    let cleo = scene.cleo.signs_in_again().await;
    cleo.issues_prescription(&signed).await.expect(409).expect_problem("state_conflict");
    assert_eq!(cleo.reads_prescription(&signed).await.expect(200).text("state"), "signed");
}

#[apply(both_engines)]
async fn substance_with_a_stricter_schedule_stops_drafts_and_issues_of_the_old_one(app: TestApp) {
    let scene = app.prescribing().await;
    let (cleo, ada) = (&scene.cleo, &scene.ada);
    let zopiclone = || one("zopiclone-7-5mg-tablets", 1);
    let signed = cleo.prescribes(ada, zopiclone()).await;
    let avery = app.administrator().await;
    let shipped = avery.reference_entry("controlled_substances", "zopiclone", "").await.unwrap();
    assert_eq!((&shipped["source"], &shipped["entry"]["substance"]["schedule"]), (&json!("shipped"), &json!("cd4_part1")));
    let mut entry = shipped["entry"].clone();
    entry["substance"]["schedule"] = json!("cd3");
    avery.changes_reference_with_another("controlled_substances", "zopiclone", "2027-01-18", entry).await;
    let draft = cleo.drafts_prescription(ada, zopiclone()).await.expect(201).id();
    assert_eq!(finds(cleo, "zopiclone").await[0]["schedule"], "cd4_part1");

    app.advance_clock_to("2027-01-18T09:00:00Z");
    let cleo = cleo.signs_in_again().await;
    assert_eq!(finds(&cleo, "zopiclone").await[0]["schedule"], "cd3");
    cleo.signs_prescription(&draft).await.expect_rule("medicine_not_checked");
    cleo.issues_prescription(&signed).await.expect(409).expect_problem("state_conflict");
    let again = cleo.drafts_prescription(ada, zopiclone()).await.expect(201);
    assert_eq!(again.json["items"][0]["medicine"]["schedule"], "cd3");
}

#[apply(both_engines)]
async fn stricter_schedule_that_two_have_decided_is_not_withdrawn_by_one(app: TestApp) {
    let avery = app.administrator().await;
    let mut entry = avery.reference_entry("controlled_substances", "zopiclone", "").await.unwrap()["entry"].clone();
    entry["substance"]["schedule"] = json!("cd3");
    let change = avery.changes_reference_with_another("controlled_substances", "zopiclone", "2027-01-18", entry).await.id();
    avery.withdraws_reference(&change).await.expect(409).expect_problem("second_person_required");
    let later = avery.reference_entry("controlled_substances", "zopiclone", "&on=2027-01-18").await.unwrap();
    assert_eq!(later["entry"]["substance"]["schedule"], "cd3");
    assert_eq!(app.audit_actions(&change).await, ["reference_data.proposed", "reference_data.approved"]);
}

#[apply(both_engines)]
async fn change_that_is_approved_late_is_in_force_from_that_day(app: TestApp) {
    let avery = app.administrator().await;
    let late = avery.changes_reference("medicines", NEW, "2027-01-12", sertraline_25mg()).await.expect(201).id();
    let other = avery.changes_reference("medicines", "paroxetine-20mg-tablets", "2027-01-12", Value::Null).await.expect(201).id();
    app.advance_clock_to("2027-01-15T09:00:00Z");
    let sasha = app.second_administrator().await;
    assert_eq!(sasha.approves_reference(&late).await.expect(200).text("valid_from"), "2027-01-15");
    assert_eq!(sasha.reference_entry("medicines", NEW, "&on=2027-01-14").await, None);
    let listed = sasha.reference_entry("medicines", NEW, "").await.unwrap();
    assert_eq!((&listed["valid_from"], &listed["change_id"]), (&json!("2027-01-15"), &json!(late)));
    app.advance_clock_to("2027-01-25T09:00:00Z");
    let sasha = sasha.signs_in_again().await;
    assert_eq!(sasha.reads_reference_change(&other).await.expect(200).text("state"), "expired");
    sasha.approves_reference(&other).await.expect(409).expect_problem("state_conflict");
    assert!(sasha.reference_entry("medicines", "paroxetine-20mg-tablets", "").await.is_some());
}

#[apply(both_engines)]
async fn approval_checks_the_change_against_what_is_in_force_by_then(app: TestApp) {
    let avery = app.administrator().await;
    let substance =
        json!({ "substance": { "uses": ["antidepressant"], "schedule": "not_controlled", "misuse": false, "source": "BNF" } });
    avery.changes_reference_with_another("controlled_substances", "gepirone", "2027-01-11", substance).await;
    let mut medicine = sertraline_25mg();
    medicine["medicine"]["ingredients"] = json!(["gepirone"]);
    let waiting = avery.changes_reference("medicines", NEW, "2027-01-11", medicine).await.expect(201).id();
    avery.changes_reference_with_another("controlled_substances", "gepirone", "2027-01-11", Value::Null).await;
    let refused = app.second_administrator().await.approves_reference(&waiting).await.expect(409);
    refused.expect_problem("state_conflict");
    assert_eq!(avery.reads_reference_change(&waiting).await.expect(200).text("state"), "pending");
}

#[apply(both_engines)]
async fn fit_notes_know_the_names_of_added_substances(app: TestApp) {
    let scene = app.consultation().await;
    let avery = app.administrator().await;
    let substance =
        json!({ "substance": { "uses": ["antidepressant"], "schedule": "not_controlled", "misuse": false, "source": "BNF" } });
    avery.changes_reference_with_another("controlled_substances", "gepirone", "2027-01-11", substance).await;
    let named = json!({ "comments": "Gepirone makes them drowsy." });
    scene.tries_to_issue(named).await.expect_field("warnings_not_acknowledged", "/acknowledged");
}
