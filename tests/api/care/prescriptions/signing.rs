//! Writing and signing: every check before the signature.

use confide::platform::Tx;
use confide::platform::ids::Id;
use serde_json::{Value, json};

use crate::support::clinical_record::penicillin;
use crate::support::prescriptions::{
    justification, medicine_in_units, prescribing_details, sertraline, tablets, temazepam, with_member,
};
use crate::support::{TestApp, apply, both_engines};

fn rules(findings: &Value) -> Vec<&str> {
    findings.as_array().unwrap().iter().map(|finding| finding["rule"].as_str().unwrap()).collect()
}

#[apply(both_engines)]
async fn prescription_is_drafted_signed_and_issued(app: TestApp) {
    let scene = app.prescribing().await;
    let draft = scene.cleo.drafts_prescription(&scene.ada, sertraline()).await.expect(201);
    assert_eq!((draft.text("state"), draft.json["findings"].clone()), ("draft".into(), json!([])));
    assert_eq!(draft.header("location"), Some(&*format!("/v1/prescriptions/{}", draft.id())));
    assert_eq!(draft.json["items"][0]["dosage_text"], "1 tablet once a day for 28 days");
    assert_eq!(draft.json["items"][0]["quantity_words"], "twenty-eight");
    assert_eq!(draft.json["signature"], Value::Null);

    let signed = scene.cleo.signs_prescription(&draft.id()).await.expect(200);
    assert_eq!((signed.text("state"), signed.text("short_id")), ("signed".into(), draft.text("short_id")));
    assert_eq!(signed.json["signature"]["registration_number"], "7654321");
    assert_eq!(signed.json["signature"]["prescriber_kind"], "doctor");
    assert!(signed.json["assessment_id"].is_string());
    assert_eq!((signed.text("valid_from"), signed.text("valid_until")), ("2027-01-11".into(), "2027-07-10".into()));

    let issued = scene.cleo.issues_prescription(&draft.id()).await.expect(201);
    assert_eq!((issued.text("state"), issued.json["issues"][0]["number"].as_i64()), ("issued".into(), Some(1)));
    let mut trail = app.audit_actions(&draft.id()).await;
    trail.sort();
    assert_eq!(trail, ["prescription.drafted", "prescription.issued", "prescription.read", "prescription.signed"]);
}

#[apply(both_engines)]
async fn prescription_with_a_name_that_cannot_be_printed_is_not_signed(app: TestApp) {
    let scene = app.prescribing().await;
    let draft = scene.cleo.drafts_prescription(&scene.ada, sertraline()).await.expect(201);
    scene.cleo.is_stored_with_name("Cleo \u{1f642}").await;
    let refused = scene.cleo.signs_prescription(&draft.id()).await.expect(422).expect_problem("invalid_body");
    assert!(refused.text("detail").contains("Your name in the directory"), "{}", refused.json);
    let read = scene.cleo.get(&format!("/v1/prescriptions/{}", draft.id())).send().await.expect(200);
    assert_eq!(read.text("state"), "draft");
    scene.cleo.is_stored_with_name("Cleo Marsh").await;
    scene.cleo.signs_prescription(&draft.id()).await.expect(200);
}

#[apply(both_engines)]
async fn only_the_author_edits_a_draft_and_only_its_current_version(app: TestApp) {
    let scene = app.prescribing().await;
    let dora = app.clinician("Dora Clinician").employed_by("A1A1A").registered("gmc", "7654322").await;
    app.past_appointment(&scene.ada, &dora).await;
    let draft = scene.cleo.drafts_prescription(&scene.ada, sertraline()).await.expect(201);
    let path = format!("/v1/prescriptions/{}", draft.id());
    let change = json!({ "items": [tablets("sertraline-100mg-tablets", 1, 28)] });

    dora.put(&path, change.clone()).if_match(&draft.etag()).send().await.expect_problem("not_found");
    scene.cleo.put(&path, change.clone()).if_match("\"v9\"").send().await.expect_problem("version_mismatch");
    let changed = scene.cleo.put(&path, change).if_match(&draft.etag()).send().await.expect(200);
    assert_eq!(changed.json["items"][0]["medicine"]["strength"], "100 mg");
    scene.cleo.signs_prescription_version(&draft.id(), &draft.etag()).await.expect_problem("version_mismatch");
    dora.signs_prescription(&draft.id()).await.expect_problem("not_found");
    scene.cleo.signs_prescription(&draft.id()).await.expect(200);
}

#[apply(both_engines)]
async fn signed_prescription_cannot_be_changed(app: TestApp) {
    use confide::care::schema::prescriptions::dsl;
    use diesel::prelude::*;
    let scene = app.prescribing().await;
    let id = scene.cleo.prescribes(&scene.ada, sertraline()).await;
    let path = format!("/v1/prescriptions/{id}");
    scene.cleo.put(&path, sertraline()).if_match("*").send().await.expect_problem("state_conflict");
    scene.cleo.signs_prescription(&id).await.expect_problem("state_conflict");
    // Nor with direct access to the database.
    let row: Id = id.parse().unwrap();
    let attempts = app
        .platform
        .write(move |tx| {
            let mut attempts = Vec::new();
            let one = || dsl::prescriptions.find(row);
            let mut attempt = |work: &dyn Fn(&mut Tx) -> diesel::QueryResult<usize>| {
                let done = tx.savepoint(|tx| Ok(work(tx)?));
                attempts.push(done.err().map(|error| error.violates("prescriptions_signed_stay")));
            };
            attempt(&|tx| diesel::update(one()).set(dsl::content.eq(vec![1_u8])).execute(tx.conn));
            attempt(&|tx| diesel::update(one()).set(dsl::signature.eq(None::<Vec<u8>>)).execute(tx.conn));
            attempt(&|tx| diesel::update(one()).set(dsl::state.eq("draft")).execute(tx.conn));
            attempt(&|tx| diesel::update(one()).set(dsl::issues_allowed.eq(9)).execute(tx.conn));
            attempt(&|tx| diesel::update(one()).set(dsl::short_id.eq("C0C757-A83008-C2D93O")).execute(tx.conn));
            Ok(attempts)
        })
        .await
        .unwrap();
    assert_eq!(attempts, [Some(true); 5]);
}

#[apply(both_engines)]
async fn obstacles_to_signing_are_listed_by_rule(app: TestApp) {
    let scene = app.prescribing().await;
    let content = json!({
        "items": [tablets("temazepam-10mg-tablets", 1, 31)],
        "repeat": { "issues": 3 },
        "dental_need": false,
    });
    let draft = scene.cleo.drafts_prescription(&scene.ada, content).await.expect(201);
    let expected = ["supply_too_long", "repeat_not_allowed", "private_code_required", "review_date_required"];
    assert_eq!(rules(&draft.json["findings"]), expected);
    assert_eq!(draft.json["findings"][0]["justifiable"], true);
    assert_eq!(draft.json["findings"][1]["justifiable"], false);

    let refused = scene.cleo.signs_prescription(&draft.id()).await.expect_field("prescription_not_signable", "/items/0");
    let named: Vec<&str> =
        refused.json["errors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect();
    assert_eq!(named, expected);
    assert_eq!(scene.cleo.reads_prescription(&draft.id()).await.expect(200).text("state"), "draft");
}

#[apply(both_engines)]
async fn recorded_reason_makes_an_exception_where_the_rule_allows_one(app: TestApp) {
    let scene = app.prescribing().await;
    let long = json!({ "items": [tablets("zopiclone-7-5mg-tablets", 1, 56)] });
    scene.cleo.tries_to_prescribe(&scene.ada, long.clone()).await.expect_rule("supply_too_long");
    let justified = with_member(long, "justifications", json!([justification("supply_too_long", Some(1))]));
    let draft = scene.cleo.drafts_prescription(&scene.ada, justified).await.expect(201);
    assert_eq!(draft.json["findings"][0]["justified"], true);
    let signed = scene.cleo.signs_prescription(&draft.id()).await.expect(200);
    assert_eq!(signed.json["justifications"][0]["rule"], "supply_too_long");
    assert_eq!(app.audit_count_of("prescription.exception_made", signed.id().parse().unwrap()).await, 1);
    assert_eq!(signed.text("valid_until"), "2027-02-08", "twenty-eight days");
}

#[apply(both_engines)]
async fn schedules_2_and_3_need_quantity_in_words_and_private_code(app: TestApp) {
    let scene = app.prescribing().await;
    scene.cleo.prescribes(&scene.ada, temazepam()).await;
    let admin = app.administrator().await;
    let private = with_member(temazepam(), "form", json!("private"));
    let again = |content: Value| with_member(content, "justifications", json!([justification("duplicate_ingredient", Some(1))]));
    scene.cleo.tries_to_prescribe(&scene.ada, again(private.clone())).await.expect_rule("private_code_required");
    let code = json!({ "rights": [], "private_cd_code": "6ABC12" });
    admin.sets_prescribing_rights(&scene.cleo, code).await.expect(200);
    scene.cleo.prescribes(&scene.ada, again(private)).await;

    let mut wrong = temazepam();
    wrong["items"][0]["quantity_words"] = json!("forty");
    scene.cleo.tries_to_prescribe(&scene.ada, again(wrong)).await.expect_field("prescription_not_signable", "/items/0");
}

#[apply(both_engines)]
async fn doses_and_quantities_must_agree(app: TestApp) {
    let scene = app.prescribing().await;
    let mut vague = temazepam();
    vague["items"][0]["dosage"][0]["text"] = json!("as directed");
    scene.cleo.tries_to_prescribe(&scene.ada, vague).await.expect_field("prescription_not_signable", "/items/0");
    let mut stopped = sertraline();
    stopped["items"][0]["dosage"][0]["text"] = json!("1 tablet once a day.");
    scene.cleo.tries_to_prescribe(&scene.ada, stopped).await.expect_rule("dosage_unclear");
    let mut double = sertraline();
    double["items"][0]["quantity"]["value"] = json!("56");
    scene.cleo.tries_to_prescribe(&scene.ada, double.clone()).await.expect_rule("quantity_mismatch");
    let justified = with_member(double, "justifications", json!([justification("quantity_mismatch", None)]));
    scene.cleo.prescribes(&scene.ada, justified).await;
}

#[apply(both_engines)]
async fn allergies_must_be_recorded_and_are_checked(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").registered("gmc", "7654321").await;
    let ada = app.practitioner("Ada Byron").await;
    app.assess_and_accept(&ada, &cleo).await;
    ada.sets_gp_sharing("given").await.expect(200);
    cleo.tries_to_prescribe(&ada, sertraline()).await.expect_rule("allergy_status_missing");

    cleo.replaces(&ada, "prescribing-details", prescribing_details()).await.expect(200);
    let rash = with_member(penicillin(), "severity", json!("moderate"));
    cleo.replaces(&ada, "allergies", json!({ "status": "known", "allergies": [rash] })).await.expect(200);
    cleo.prescribes(&ada, sertraline()).await;
    let amoxicillin = json!({ "items": [medicine_in_units("amoxicillin-500mg-capsules", "capsule", 3, 7)] });
    cleo.tries_to_prescribe(&ada, amoxicillin.clone()).await.expect_field("prescription_not_signable", "/items/0");
    let weighed = with_member(amoxicillin.clone(), "justifications", json!([justification("allergy_conflict", Some(1))]));
    cleo.prescribes(&ada, weighed.clone()).await;

    // A severe reaction to the ingredient itself, or to a penicillin: no reason is accepted.
    for substance in ["amoxicillin trihydrate", "Penicillin", "flucloxacillin"] {
        let known = json!({ "status": "known", "allergies": [{ "substance": substance, "severity": "severe", "certainty": "confirmed" }] });
        cleo.replaces(&ada, "allergies", known).await.expect(200);
        cleo.tries_to_prescribe(&ada, weighed.clone()).await.expect_rule("allergy_conflict");
    }
}

#[apply(both_engines)]
async fn same_ingredient_is_refused_until_the_first_prescription_is_cancelled(app: TestApp) {
    let scene = app.prescribing().await;
    let first = scene.cleo.prescribes(&scene.ada, sertraline()).await;
    let other = json!({ "items": [tablets("sertraline-100mg-tablets", 1, 28)] });
    scene.cleo.tries_to_prescribe(&scene.ada, other.clone()).await.expect_rule("duplicate_ingredient");
    scene.cleo.cancels_prescription(&first, "treatment_changed").await.expect(200);
    scene.cleo.prescribes(&scene.ada, other).await;
}

#[apply(both_engines)]
async fn without_gp_sharing_a_reason_is_needed_and_more_for_controlled_drugs(app: TestApp) {
    let scene = app.prescribing().await;
    scene.ada.sets_gp_sharing("refused").await.expect(200);
    scene.cleo.tries_to_prescribe(&scene.ada, sertraline()).await.expect_rule("gp_sharing_missing");
    let justified = with_member(sertraline(), "justifications", json!([justification("gp_sharing_missing", None)]));
    scene.cleo.prescribes(&scene.ada, justified).await;

    let week = |days| json!({ "items": [tablets("diazepam-2mg-tablets", 1, days)] });
    let weak = with_member(week(5), "justifications", json!([justification("gp_sharing_missing", None)]));
    scene.cleo.tries_to_prescribe(&scene.ada, weak).await.expect_rule("shared_records_required");
    let mut reason = justification("shared_records_required", Some(1));
    reason["ground"] = json!("serious_harm");
    let long = with_member(week(14), "justifications", json!([reason]));
    scene.cleo.tries_to_prescribe(&scene.ada, long).await.expect_rule("shared_records_required");
    let short = with_member(week(5), "justifications", json!([reason]));
    scene.cleo.prescribes(&scene.ada, short).await;
}

#[apply(both_engines)]
async fn medicine_outside_the_catalogue_is_checked_like_any_other(app: TestApp) {
    let scene = app.prescribing().await;
    let described = |code: &str, schedule: &str| {
        let mut item = tablets("", 1, 14);
        item["medicine"] = json!({ "code": code, "name": "Nitrazepam 5mg tablets", "form": "Tablets", "strength": "5 mg",
            "ingredients": ["Nitrazepam"], "schedule": schedule });
        json!({ "items": [item] })
    };
    // This code passes the check digit; it is not a confirmed dm+d code of the medicine.
    let drafted = scene.cleo.drafts_prescription(&scene.ada, described("376689003", "cd4_part1")).await.expect(201);
    assert_eq!(drafted.json["items"][0]["medicine"]["ingredients"], json!(["nitrazepam"]));
    scene.cleo.signs_prescription(&drafted.id()).await.expect(200);
    let wrong = scene.cleo.drafts_prescription(&scene.ada, described("321196005", "cd4_part1")).await;
    wrong.expect_field("invalid_body", "/content/items/0/medicine/code");
    let understated = scene.cleo.drafts_prescription(&scene.ada, described("376689003", "not_controlled")).await;
    understated.expect_field("invalid_body", "/content/items/0/medicine/schedule");
    // The code of diazepam 2 mg tablets belongs to another medicine.
    let other = scene.cleo.drafts_prescription(&scene.ada, described("321196004", "cd4_part1")).await;
    other.expect_field("invalid_body", "/content/items/0/medicine/code");
    let mut both = sertraline();
    both["items"][0]["medicine"]["name"] = json!("Sertraline");
    scene.cleo.drafts_prescription(&scene.ada, both).await.expect_field("invalid_body", "/content/items/0/medicine/catalogue_id");
}

#[apply(both_engines)]
async fn invalid_prescription_is_refused_with_the_member_named(app: TestApp) {
    let scene = app.prescribing().await;
    let refused = async |change: &dyn Fn(&mut Value), pointer: &str| {
        let mut content = sertraline();
        change(&mut content);
        scene.cleo.drafts_prescription(&scene.ada, content).await.expect_field("invalid_body", pointer);
    };
    refused(&|c| c["items"][0]["medicine"]["catalogue_id"] = json!("snake-oil"), "/content/items/0/medicine/catalogue_id").await;
    refused(&|c| c["items"][0]["quantity"]["value"] = json!("1.234"), "/content/items/0/quantity/value").await;
    refused(&|c| c["items"][0]["quantity"]["unit"] = json!("spoon"), "/content/items/0/quantity/unit").await;
    refused(&|c| c["items"][0]["dosage"][0]["route"] = json!("by_ear"), "/content/items/0/dosage/0/route").await;
    refused(&|c| c["items"][0]["dosage"][0]["as_needed"] = json!(true), "/content/items/0/dosage/0/as_needed_reason").await;
    refused(&|c| c["items"][0]["dosage"][0]["text"] = json!("1 \u{1f48a} a day"), "/content/items/0/dosage/0/text").await;
    refused(&|c| c["items"] = json!([]), "/content/items").await;
    let five: Vec<Value> = (0..5).map(|_| tablets("sertraline-50mg-tablets", 1, 28)).collect();
    refused(&|c| c["items"] = json!(five), "/content/items").await;
}

#[apply(both_engines)]
async fn prescriptions_are_encrypted_in_the_database(app: TestApp) {
    use confide::care::schema::prescriptions::dsl;
    use diesel::prelude::*;
    let scene = app.prescribing().await;
    scene.cleo.prescribes(&scene.ada, temazepam()).await;
    let rows: Vec<(Vec<u8>, Option<Vec<u8>>)> =
        app.sql(|conn| Ok(dsl::prescriptions.select((dsl::content, dsl::signature)).load(conn)?)).await;
    assert_eq!(rows.len(), 1);
    for (content, signature) in rows {
        let readable = String::from_utf8_lossy(&[content, signature.unwrap()].concat()).into_owned();
        assert!(["temazepam", "Byron", "Quarry", "7654321"].iter().all(|word| !readable.contains(word)));
    }
}
