//! The printed prescription, read back with an independent PDF reader.

use serde_json::json;

use crate::support::prescriptions::{justification, sertraline, tablets, temazepam, with_member};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn controlled_drug_is_printed_with_everything_the_law_requires(app: TestApp) {
    let scene = app.prescribing().await;
    let admin = app.administrator().await;
    admin.sets_prescribing_rights(&scene.cleo, json!({ "rights": [], "private_cd_code": "6ABC12" })).await.expect(200);
    let mut content = with_member(temazepam(), "form", json!("private"));
    content["items"][0]["indication"] = json!("Crushing insomnia");
    content["items"].as_array_mut().unwrap().push(tablets("sertraline-50mg-tablets", 1, 28));
    let id = scene.cleo.prescribes(&scene.ada, content).await;
    let issued = scene.cleo.issues_prescription(&id).await.expect(201);

    let printed = scene.cleo.prints_prescription(&id).await.expect_pdf();
    let text = printed.text();
    for expected in [
        "Ada Byron",
        "14 Quarry Road",
        "Exampleton",
        "EX2 4AB",
        &issued.text("short_id"),
        "11 January 2027",
        "4 May 1985",
        "By mouth",
        // Each item has its own last day.
        "8 February 2027, 23:59",
        "10 July 2027, 23:59",
        "1. Temazepam 10mg tablets",
        "10 mg",
        "CD3",
        "1 tablet once a day for 14 days",
        "14 tablets (fourteen tablets)",
        "2. Sertraline 50mg tablets",
        "28 tablets",
        "Cleo Clinician",
        "Doctor",
        "GMC 7654321",
        "6ABC12",
        "FP10PCD",
        "Northgate Clinic",
        "12 Mill Lane",
        "Issue",
        "1 of 1",
        "Signature",
    ] {
        assert!(text.contains(expected), "{expected} is not in {text}");
    }
    // Neither the indication nor the service is printed.
    for absent in ["insomnia", "Confide", "mental", "psychiatr", "twenty-eight", "dental", "NOT ISSUED", "COPY"] {
        assert!(!text.to_lowercase().contains(&absent.to_lowercase()), "{absent} is in {text}");
    }
    assert!(printed.is_tagged() && printed.displays_title());
    assert_eq!(printed.language(), "en-GB");
    assert!(printed.pages() <= 2);
    for sheet in printed.sheets("prescription") {
        sheet.assert_margins_are_empty();
    }
    assert!(
        scene.cleo.prints_prescription(&id).await.expect_pdf().bytes == printed.bytes,
        "the same prescription has the same bytes"
    );
}

#[apply(both_engines)]
async fn prescription_that_must_not_be_dispensed_is_marked(app: TestApp) {
    let scene = app.prescribing().await;
    let draft = scene.cleo.drafts_prescription(&scene.ada, sertraline()).await.expect(201);
    scene.cleo.prints_prescription(&draft.id()).await.expect_problem("state_conflict");
    scene.cleo.signs_prescription(&draft.id()).await.expect(200);
    assert!(scene.cleo.prints_prescription(&draft.id()).await.expect_pdf().text().contains("NOT ISSUED YET"));
    scene.cleo.issues_prescription(&draft.id()).await.expect(201);
    let good = scene.cleo.prints_prescription(&draft.id()).await.expect_pdf().text();
    assert!(["NOT ISSUED", "COPY", "EXPIRED", "CANCELLED"].iter().all(|mark| !good.contains(mark)), "{good}");
    assert!(scene.ada.prints_prescription(&draft.id()).await.expect_pdf().text().contains("COPY, NOT FOR DISPENSING"));
    scene.cleo.cancels_prescription(&draft.id(), "treatment_changed").await.expect(200);
    assert!(scene.cleo.prints_prescription(&draft.id()).await.expect_pdf().text().contains("CANCELLED"));
}

#[apply(both_engines)]
async fn item_that_had_expired_at_the_first_issue_stays_marked(app: TestApp) {
    let scene = app.prescribing().await;
    let items = json!([tablets("diazepam-2mg-tablets", 1, 28), tablets("sertraline-50mg-tablets", 1, 28)]);
    let repeated = json!({ "items": items, "repeat": { "issues": 3, "review_on": "2027-10-11" } });
    let id = scene.cleo.prescribes(&scene.ada, repeated).await;
    let mut cleo = scene.cleo;
    // A prescription of schedule 4 is valid for 28 days: the first issue is after them.
    for days in [40, 28] {
        app.clock.advance(chrono::TimeDelta::days(days));
        cleo = cleo.signs_in_again().await;
        cleo.issues_prescription(&id).await.expect(201);
        let text = cleo.prints_prescription(&id).await.expect_pdf().text();
        assert!(text.contains("This item has expired"), "{days}: {text}");
    }
}

#[apply(both_engines)]
async fn dentists_prescription_states_dental_treatment_only(app: TestApp) {
    let scene = app.prescribing().await;
    let den =
        app.clinician("Den Dentist").discipline("addiction_specialist").employed_by("A1A1A").registered("gdc", "104512").await;
    app.past_appointment(&scene.ada, &den).await;
    let content = json!({ "items": [tablets("ibuprofen-400mg-tablets", 3, 5)], "dental_need": true });
    let id = den.prescribes(&scene.ada, content).await;
    let text = den.prints_prescription(&id).await.expect_pdf().text();
    assert!(text.contains("For dental treatment only") && text.contains("GDC 104512"), "{text}");
}

#[apply(both_engines)]
async fn printed_prescription_keeps_the_details_at_signing(app: TestApp) {
    let scene = app.prescribing().await;
    let id = scene.cleo.prescribes(&scene.ada, sertraline()).await;
    scene.cleo.issues_prescription(&id).await.expect(201);
    let before = scene.cleo.prints_prescription(&id).await.expect_pdf();
    let mut changed = crate::support::clinicians::directory_entry("Cleo Married");
    (changed["registration_body"], changed["registration_number"], changed["employer_ods"]) =
        (json!("gmc"), json!("7654321"), json!("A1A1A"));
    app.saves_directory_entry(&scene.cleo, changed).await.expect(200);
    assert!(scene.cleo.prints_prescription(&id).await.expect_pdf().bytes == before.bytes);
}

#[apply(both_engines)]
async fn four_long_items_print_on_as_many_pages_as_they_need(app: TestApp) {
    let scene = app.prescribing().await;
    let mut items: Vec<_> =
        ["sertraline-50mg-tablets", "diazepam-2mg-tablets", "propranolol-10mg-tablets", "thiamine-100mg-tablets"]
            .map(|id| tablets(id, 1, 28))
            .into();
    items[1] = tablets("diazepam-2mg-tablets", 1, 60);
    items[1]["dosage"][0]["text"] = json!(format!("1 tablet once a day {}", "and not more ".repeat(20).trim_end()));
    let content = with_member(json!({ "items": items }), "justifications", json!([justification("supply_too_long", Some(2))]));
    let id = scene.cleo.prescribes(&scene.ada, content).await;
    let printed = scene.cleo.prints_prescription(&id).await.expect_pdf();
    assert!(printed.text().contains("60 tablets (sixty tablets)") && printed.text().contains("4. Thiamine"));
    for sheet in printed.sheets("prescription-of-four") {
        sheet.assert_margins_are_empty();
    }
}

#[apply(both_engines)]
async fn instalments_are_printed_for_form_fp10mda(app: TestApp) {
    let scene = app.prescribing().await;
    let mut item = tablets("diazepam-2mg-tablets", 1, 14);
    item["instalment"] = json!({ "amount": "7", "interval_days": 7 });
    let content = json!({ "form": "nhs_instalments", "items": [item], "for_addiction": true });
    let id = scene.cleo.prescribes(&scene.ada, content).await;
    let text = scene.cleo.prints_prescription(&id).await.expect_pdf().text();
    for expected in ["7 tablets every 7 days", "FP10MDA", "2 Fen Lane", "EX1 2MP"] {
        assert!(text.contains(expected), "{expected} is not in {text}");
    }
}

#[apply(both_engines)]
async fn item_that_has_expired_before_the_others_is_marked(app: TestApp) {
    let scene = app.prescribing().await;
    let items = json!([tablets("sertraline-50mg-tablets", 1, 28), tablets("diazepam-2mg-tablets", 1, 14)]);
    let id = scene.cleo.prescribes(&scene.ada, json!({ "items": items })).await;
    app.clock.advance(chrono::TimeDelta::days(29));
    let cleo = scene.cleo.signs_in_again().await;
    // The antidepressant may still be dispensed, the controlled drug not.
    let issued = cleo.issues_prescription(&id).await.expect(201);
    assert_eq!(
        (&issued.json["items"][0]["valid_until"], &issued.json["items"][1]["valid_until"]),
        (&json!("2027-07-10"), &json!("2027-02-08"))
    );
    let text = cleo.prints_prescription(&id).await.expect_pdf().text();
    assert_eq!(text.matches("This item has expired. Not to be dispensed.").count(), 1, "{text}");
}

#[apply(both_engines)]
async fn brand_is_printed_with_the_name(app: TestApp) {
    let scene = app.prescribing().await;
    let mut item = tablets("methylphenidate-18mg-modified-release-tablets", 1, 28);
    item["medicine"]["brand"] = json!("Concerta XL");
    let id = scene.cleo.prescribes(&scene.ada, json!({ "form": "nhs_paper", "items": [item] })).await;
    let text = scene.cleo.prints_prescription(&id).await.expect_pdf().text();
    assert!(text.contains("Methylphenidate 18mg modified-release tablets (Concerta XL)"), "{text}");
}
