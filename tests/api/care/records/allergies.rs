//! Allergies: not asked, none known, known; who recorded them and when.

use chrono::TimeDelta;
use confide::care::records::model::AllergyStatus;
use confide::care::records::queries;
use serde_json::{Value, json};

use crate::support::clinical_record::{InCare, penicillin, record_path};
use crate::support::races::{at_once, expect_outcomes};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn allergies_are_not_asked_until_recorded(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let read = cleo.reads(&ada, "allergies").await.expect(200);
    assert_eq!((read.text("status"), read.etag()), ("not_asked".into(), "\"v0\"".into()));
    assert_eq!((&read.json["allergies"], &read.json["recorded_by"]), (&json!([]), &Value::Null));

    let recorded = cleo.replaces(&ada, "allergies", json!({ "status": "none_known" })).await.expect(200);
    assert_eq!((recorded.text("status"), recorded.etag()), ("none_known".into(), "\"v1\"".into()));
    assert_eq!(recorded.text("recorded_by"), cleo.id.to_string());
    let recorded = cleo.replaces(&ada, "allergies", json!({ "status": "known", "allergies": [penicillin()] })).await.expect(200);
    assert_eq!(recorded.json["allergies"], json!([penicillin()]));
    assert_eq!(app.audit_count_of("allergies.changed", ada.id).await, 2);
    assert_eq!(app.audit_count_of("allergies.read", ada.id).await, 3, "every access is audited, also the one before each change");
}

#[apply(both_engines)]
async fn earlier_allergy_records_are_retained(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let cory = app.coordinator().await;
    cleo.replaces(&ada, "allergies", json!({ "status": "none_known" })).await.expect(200);
    app.clock.advance(TimeDelta::minutes(1));
    let dora = app.dora().await;
    cory.assigns_lead(&ada, &dora).await.expect(200);
    dora.replaces(&ada, "allergies", json!({ "status": "known", "allergies": [penicillin()] })).await.expect(200);

    let history = cleo.reads(&ada, "allergies/history?limit=1").await.expect(200);
    assert_eq!(history.items()[0]["recorded_by"], json!(dora.id));
    let cursor = history.text("next_cursor");
    let older = cleo.reads(&ada, &format!("allergies/history?cursor={cursor}")).await.expect(200);
    assert_eq!((older.items().len(), &older.items()[0]["status"]), (1, &json!("none_known")));
    assert_eq!(older.items()[0]["recorded_by"], json!(cleo.id));
    assert!(history.items()[0]["recorded_at"].as_str() > older.items()[0]["recorded_at"].as_str());
}

#[apply(both_engines)]
async fn concurrent_writes_do_not_overwrite_each_other(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let path = record_path(&ada, "allergies");
    cleo.put(&path, json!({ "status": "none_known" })).send().await.expect_problem("version_required");
    cleo.replaces_version(&ada, "allergies", "\"v0\"", json!({ "status": "none_known" })).await.expect(200);
    cleo.replaces_version(&ada, "allergies", "\"v0\"", json!({ "status": "none_known" }))
        .await
        .expect_problem("version_mismatch");
    let form = json!({ "status": "none_known" });
    let replies = at_once(6, |_| cleo.replaces_version(&ada, "allergies", "\"v1\"", form.clone())).await;
    expect_outcomes(&replies, &[("200", 1), ("version_mismatch", 5)]);
}

#[apply(both_engines)]
async fn allergies_must_match_their_status_and_codes_their_check_digit(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let mut wrong = penicillin();
    wrong["snomed_code"] = json!("91936006");
    for (form, code, pointer) in [
        (json!({ "status": "known" }), "invalid_body", "/allergies"),
        (json!({ "status": "none_known", "allergies": [penicillin()] }), "invalid_body", "/allergies"),
        (json!({ "status": "known", "allergies": [penicillin(), wrong] }), "invalid_body", "/allergies/1/snomed_code"),
        (
            json!({ "status": "known", "allergies": [{ "substance": " ", "severity": "mild", "certainty": "confirmed" }] }),
            "invalid_body",
            "/allergies/0/substance",
        ),
    ] {
        cleo.replaces(&ada, "allergies", form).await.expect_field(code, pointer);
    }
    assert_eq!(cleo.reads(&ada, "allergies").await.expect(200).etag(), "\"v0\"");
}

#[apply(both_engines)]
async fn other_modules_query_the_current_allergies(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (id, _sealer) = (ada.id, app.platform.sealer.clone());
    let ask = async || app.write(move |tx| queries::current_allergies(tx, id)).await;
    let known = ask().await;
    assert_eq!((known.status, known.version, known.recorded_by), (AllergyStatus::NotAsked, 0, None));
    cleo.replaces(&ada, "allergies", json!({ "status": "known", "allergies": [penicillin()] })).await.expect(200);
    let known = ask().await;
    assert_eq!((known.status, known.version, known.recorded_by), (AllergyStatus::Known, 1, Some(cleo.id)));
    assert_eq!(known.entries[0].substance, "Penicillin");
}
