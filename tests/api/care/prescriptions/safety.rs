//! What is checked against the person and their other medicines before a prescription is signed.

use serde_json::{Value, json};

use crate::support::prescriptions::{justification, medicine_in_units, prescribing_details, sertraline, tablets, with_member};
use crate::support::{TestApp, apply, both_engines};

/// A medicine that is not in the catalogue.
fn described(name: &str, ingredient: &str, schedule: &str) -> Value {
    let mut item = tablets("", 1, 14);
    item["medicine"] =
        json!({ "code": "376689003", "name": name, "form": "Tablets", "ingredients": [ingredient], "schedule": schedule });
    json!({ "items": [item] })
}

fn one(id: &str, times: u32) -> Value {
    json!({ "items": [tablets(id, times, 28)] })
}

#[apply(both_engines)]
async fn salt_is_the_substance_and_unknown_substances_are_refused(app: TestApp) {
    let scene = app.prescribing().await;
    let drafts = |content| scene.cleo.drafts_prescription(&scene.ada, content);
    for (name, ingredient) in [
        ("Morphine sulfate 10mg tablets", "morphine sulfate"),
        ("Alprazolam 250microgram tablets", "alprazolam"),
        ("Tapentadol 50mg tablets", "tapentadol hydrochloride"),
    ] {
        let understated = drafts(described(name, ingredient, "not_controlled")).await;
        understated.expect_field("invalid_body", "/content/items/0/medicine/schedule");
    }
    let unknown = drafts(described("Novelol 10mg tablets", "novelol", "not_controlled")).await;
    unknown.expect_field("invalid_body", "/content/items/0/medicine/ingredients/0");
    scene.cleo.prescribes(&scene.ada, sertraline()).await;
    let salt = drafts(described("Sertraline 50mg tablets", "sertraline hydrochloride", "not_controlled")).await.expect(201);
    assert_eq!(salt.json["items"][0]["medicine"]["ingredients"], json!(["sertraline"]));
    scene.cleo.signs_prescription(&salt.id()).await.expect_rule("duplicate_ingredient");
}

#[apply(both_engines)]
async fn route_must_be_one_of_the_medicine(app: TestApp) {
    let scene = app.prescribing().await;
    let mut content = sertraline();
    content["items"][0]["dosage"][0]["route"] = json!("intravenous");
    scene.cleo.tries_to_prescribe(&scene.ada, content).await.expect_rule("route_not_allowed");
}

#[apply(both_engines)]
async fn lithium_needs_a_brand(app: TestApp) {
    let scene = app.prescribing().await;
    let mut content = one("lithium-carbonate-400mg-modified-release-tablets", 1);
    let details = with_member(prescribing_details(), "pregnancy", json!({ "status": "not_possible", "asked_on": "2027-01-11" }));
    scene.cleo.replaces(&scene.ada, "prescribing-details", details).await.expect(200);
    scene.cleo.tries_to_prescribe(&scene.ada, content.clone()).await.expect_rule("brand_required");
    content["items"][0]["medicine"]["brand"] = json!("Lustral");
    let unknown = scene.cleo.drafts_prescription(&scene.ada, content.clone()).await;
    unknown.expect_field("invalid_body", "/content/items/0/medicine/brand");
    content["items"][0]["medicine"]["brand"] = json!("priadel");
    let signed = scene.cleo.tries_to_prescribe(&scene.ada, content).await.expect(200);
    assert_eq!(signed.json["items"][0]["medicine"]["brand"], "Priadel");
}

#[apply(both_engines)]
async fn every_prescription_has_the_address_of_the_record(app: TestApp) {
    let scene = app.prescribing().await;
    let without = json!({ "date_of_birth": "1985-05-04" });
    scene.cleo.replaces(&scene.ada, "prescribing-details", without).await.expect(200);
    scene.cleo.tries_to_prescribe(&scene.ada, sertraline()).await.expect_rule("address_required");
    scene.cleo.replaces(&scene.ada, "prescribing-details", prescribing_details()).await.expect(200);
    let signed = scene.cleo.tries_to_prescribe(&scene.ada, sertraline()).await.expect(200);
    assert_eq!(signed.json["address"]["postcode"], "EX1 2MP");
    // The signed prescription keeps it when the record changes.
    let moved = json!({ "address": { "lines": ["1 New Road"], "postcode": "EX2 9ZZ" } });
    scene.cleo.replaces(&scene.ada, "prescribing-details", moved).await.expect(200);
    assert_eq!(scene.cleo.reads_prescription(&signed.id()).await.expect(200).json["address"]["postcode"], "EX1 2MP");
}

#[apply(both_engines)]
async fn maximum_dose_depends_on_age(app: TestApp) {
    let scene = app.prescribing().await;
    let (cleo, ada) = (&scene.cleo, &scene.ada);
    let born = |day: &str| with_member(prescribing_details(), "date_of_birth", json!(day));
    // 60 mg: more than anyone may take. No reason is accepted.
    let reason = json!([justification("maximum_dose", Some(1))]);
    let three = with_member(one("citalopram-20mg-tablets", 3), "justifications", reason);
    cleo.tries_to_prescribe(ada, three).await.expect_rule("maximum_dose");
    // 40 mg: up to the age of 64.
    cleo.replaces(ada, "prescribing-details", born("1962-01-11")).await.expect(200);
    cleo.tries_to_prescribe(ada, one("citalopram-20mg-tablets", 2)).await.expect_rule("maximum_dose");
    let unknown = with_member(prescribing_details(), "date_of_birth", Value::Null);
    cleo.replaces(ada, "prescribing-details", unknown).await.expect(200);
    cleo.tries_to_prescribe(ada, one("citalopram-20mg-tablets", 2)).await.expect_rule("date_of_birth_required");
    cleo.replaces(ada, "prescribing-details", born("1962-01-12")).await.expect(200);
    cleo.prescribes(ada, one("citalopram-20mg-tablets", 2)).await;
}

#[apply(both_engines)]
async fn two_of_a_class_need_a_reason_and_some_pairs_are_refused(app: TestApp) {
    let scene = app.prescribing().await;
    let (cleo, ada) = (&scene.cleo, &scene.ada);
    let first = cleo.prescribes(ada, sertraline()).await;
    let reasons = |rules: &[&str]| json!(rules.iter().map(|rule| justification(rule, Some(1))).collect::<Vec<_>>());
    cleo.tries_to_prescribe(ada, one("citalopram-20mg-tablets", 1)).await.expect_rule("duplicate_class");
    let weighed = with_member(one("citalopram-20mg-tablets", 1), "justifications", reasons(&["duplicate_class"]));
    let second = cleo.prescribes(ada, weighed).await;
    for refused in ["phenelzine-15mg-tablets", "linezolid-600mg-tablets"] {
        let content = with_member(one(refused, 2), "justifications", reasons(&["contra_indicated"]));
        let draft = cleo.drafts_prescription(ada, content).await.expect(201);
        assert_eq!(draft.json["findings"][0]["justifiable"], false, "{refused}");
        cleo.signs_prescription(&draft.id()).await.expect_rule("contra_indicated");
    }
    for prescription in [first, second] {
        cleo.cancels_prescription(&prescription, "treatment_changed").await.expect(200);
    }
    cleo.prescribes(ada, one("phenelzine-15mg-tablets", 2)).await;
}

#[apply(both_engines)]
async fn what_was_issued_still_counts_after_the_prescription_is_cancelled(app: TestApp) {
    let scene = app.prescribing().await;
    let (cleo, ada) = (&scene.cleo, &scene.ada);
    let fluoxetine = json!({ "items": [medicine_in_units("fluoxetine-20mg-capsules", "capsule", 1, 28)] });
    let issued = cleo.prescribes(ada, fluoxetine).await;
    cleo.issues_prescription(&issued).await.expect(201);
    cleo.cancels_prescription(&issued, "treatment_changed").await.expect(200);
    cleo.tries_to_prescribe(ada, one("phenelzine-15mg-tablets", 2)).await.expect_rule("contra_indicated");
    // The supply ends after 28 days; fluoxetine counts for another 35.
    app.clock.advance(chrono::TimeDelta::days(28 + 35));
    let cleo = &cleo.signs_in_again().await;
    cleo.tries_to_prescribe(ada, one("phenelzine-15mg-tablets", 2)).await.expect_rule("contra_indicated");
    app.clock.advance(chrono::TimeDelta::days(1));
    cleo.signs_in_again().await.tries_to_prescribe(ada, one("phenelzine-15mg-tablets", 2)).await.expect(200);
}

#[apply(both_engines)]
async fn valproate_asks_about_pregnancy(app: TestApp) {
    let scene = app.prescribing().await;
    let (cleo, ada) = (&scene.cleo, &scene.ada);
    let valproate = || one("sodium-valproate-500mg-gastro-resistant-tablets", 1);
    let weighed = || with_member(valproate(), "justifications", json!([justification("contra_indicated", Some(1))]));
    cleo.tries_to_prescribe(ada, weighed()).await.expect_rule("pregnancy_status_required");
    let answer =
        |status: &str| with_member(prescribing_details(), "pregnancy", json!({ "status": status, "asked_on": "2027-01-11" }));
    cleo.replaces(ada, "prescribing-details", answer("pregnant")).await.expect(200);
    cleo.tries_to_prescribe(ada, weighed()).await.expect_rule("contra_indicated");
    cleo.replaces(ada, "prescribing-details", answer("possible")).await.expect(200);
    cleo.tries_to_prescribe(ada, valproate()).await.expect_rule("contra_indicated");
    cleo.prescribes(ada, weighed()).await;
}

#[apply(both_engines)]
async fn instalments_need_their_own_form(app: TestApp) {
    let scene = app.prescribing().await;
    let (cleo, ada) = (&scene.cleo, &scene.ada);
    let content = |id: &str, days: u32, form: &str| {
        let mut item = tablets(id, 1, days);
        item["instalment"] = json!({ "amount": "7", "interval_days": 7 });
        json!({ "form": form, "items": [item], "for_addiction": true })
    };
    for (id, days, form) in [
        ("diazepam-2mg-tablets", 14, "nhs_paper"),
        ("diazepam-2mg-tablets", 21, "nhs_instalments"),
        ("temazepam-10mg-tablets", 14, "nhs_instalments"),
    ] {
        cleo.tries_to_prescribe(ada, content(id, days, form)).await.expect_rule("instalments_not_allowed");
    }
    cleo.prescribes(ada, content("diazepam-2mg-tablets", 14, "nhs_instalments")).await;
}

#[apply(both_engines)]
async fn large_supply_needs_a_reason_while_a_risk_alert_is_open(app: TestApp) {
    let scene = app.prescribing().await;
    let (ada, cleo) = (&scene.ada, &scene.cleo);
    let month = cleo.drafts_prescription(ada, sertraline()).await.expect(201);
    assert_eq!(month.json["findings"], json!([]));
    let alert = cleo.raises_concern(ada, "urgent").await.expect(201).id();
    let read = cleo.reads_prescription(&month.id()).await.expect(200);
    assert_eq!((&read.json["findings"][0]["rule"], &read.json["findings"][0]["item"]), (&json!("supply_at_risk"), &json!(1)));
    cleo.signs_prescription(&month.id()).await.expect_rule("supply_at_risk");
    assert_eq!(cleo.reads_prescription(&month.id()).await.expect(200).text("state"), "draft");

    // A week's supply needs no reason, a month's one is recorded with it.
    let week = cleo.prescribes(ada, json!({ "items": [tablets("sertraline-50mg-tablets", 1, 7)] })).await;
    cleo.cancels_prescription(&week, "treatment_changed").await.expect(200);
    let reason = json!([justification("supply_at_risk", Some(1))]);
    let weighed = cleo.prescribes(ada, with_member(sertraline(), "justifications", reason)).await;
    let kept = cleo.reads_prescription(&weighed).await.expect(200);
    assert_eq!(kept.json["justifications"][0]["rule"], "supply_at_risk");
    assert_eq!(ada.reads_prescription(&weighed).await.expect(200).json["justifications"], json!([]), "not shown to her");
    cleo.cancels_prescription(&weighed, "treatment_changed").await.expect(200);

    cleo.closes_alert(&alert).await.expect(200);
    cleo.signs_prescription(&month.id()).await.expect(200);
}

#[apply(both_engines)]
async fn large_supply_that_was_signed_before_an_alert_is_not_issued_while_it_is_open(app: TestApp) {
    let scene = app.prescribing().await;
    let (ada, cleo) = (&scene.ada, &scene.cleo);
    let month = cleo.prescribes(ada, sertraline()).await;
    let week = cleo.prescribes(ada, json!({ "items": [tablets("promethazine-25mg-tablets", 1, 7)] })).await;
    let alert = cleo.raises_concern(ada, "urgent").await.expect(201).id();
    let refused = cleo.issues_prescription(&month).await.expect(409).expect_problem("state_conflict");
    assert!(refused.text("detail").contains("small quantity"), "{}", refused.json);
    assert_eq!(cleo.reads_prescription(&month).await.expect(200).json["issues"], json!([]), "nothing is half written");
    cleo.issues_prescription(&week).await.expect(201);
    cleo.closes_alert(&alert).await.expect(200);
    cleo.issues_prescription(&month).await.expect(201);
}

#[apply(both_engines)]
async fn large_supply_with_a_recorded_reason_is_issued_while_an_alert_is_open(app: TestApp) {
    let scene = app.prescribing().await;
    let (ada, cleo) = (&scene.ada, &scene.cleo);
    cleo.raises_concern(ada, "urgent").await.expect(201);
    let reason = json!([justification("supply_at_risk", Some(1))]);
    let weighed = cleo.prescribes(ada, with_member(sertraline(), "justifications", reason)).await;
    cleo.issues_prescription(&weighed).await.expect(201);
}
