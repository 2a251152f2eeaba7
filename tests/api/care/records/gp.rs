//! Consent to share information with the general practitioner.

use confide::people::practitioners::model::GpSharing;
use confide::people::practitioners::queries::gp;
use serde_json::{Value, json};

use crate::support::clinical_record::InCare;
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn practitioner_gives_and_withdraws_consent(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let id = ada.id;
    let current = || app.write(move |tx| gp::gp_sharing(tx, id));
    let initial = ada.get("/v1/me/gp-sharing").send().await.expect(200);
    assert_eq!((initial.text("consent"), &initial.json["method"]), ("not_asked".into(), &Value::Null));
    assert_eq!(current().await, GpSharing::NotAsked);

    let form = json!({ "consent": "given", "gp_name": "Dr Wick", "gp_practice": "Fen Lane Surgery" });
    let recorded = ada.put("/v1/me/gp-sharing", form).if_match(&initial.etag()).send().await.expect(200);
    assert_eq!(
        (recorded.text("consent"), recorded.text("method"), recorded.text("gp_name")),
        ("given".into(), "in_the_app".into(), "Dr Wick".into())
    );
    assert!(current().await.allows());
    assert_eq!(cleo.reads(&ada, "gp-sharing").await.expect(200).text("gp_practice"), "Fen Lane Surgery");

    ada.sets_gp_sharing("refused").await.expect(200);
    assert_eq!(current().await, GpSharing::Refused);
    assert!(!current().await.allows());
    let history = cleo.reads(&ada, "gp-sharing/history").await.expect(200);
    let consents: Vec<_> = history.items().iter().map(|recorded| recorded["consent"].clone()).collect();
    assert_eq!(consents, ["refused", "given"]);
    let older = cleo
        .reads(
            &ada,
            &format!(
                "gp-sharing/history?limit=1&cursor={}",
                cleo.reads(&ada, "gp-sharing/history?limit=1").await.expect(200).text("next_cursor")
            ),
        )
        .await
        .expect(200);
    assert_eq!(older.items()[0]["consent"], "given");
    assert_eq!(app.audit_count_of("gp_sharing.changed", ada.id).await, 2);
}

#[apply(both_engines)]
async fn clinician_records_how_consent_was_given(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let form = json!({ "consent": "asked", "method": "in_an_appointment", "note": "Wants to think about it." });
    cleo.replaces(&ada, "gp-sharing", form).await.expect(200);
    let form = json!({ "consent": "given", "method": "by_phone", "note": "Medicines only." });
    cleo.replaces(&ada, "gp-sharing", form).await.expect(200);
    let mine = ada.get("/v1/me/gp-sharing").send().await.expect(200);
    assert_eq!((mine.text("method"), mine.text("note")), ("by_phone".into(), "Medicines only.".into()));
    assert_eq!(mine.text("recorded_by"), cleo.id.to_string());
    cleo.replaces(&ada, "gp-sharing", json!({ "consent": "given", "method": "in_the_app" }))
        .await
        .expect_field("invalid_body", "/method");
    cleo.replaces_version(&ada, "gp-sharing", "\"v1\"", json!({ "consent": "refused", "method": "in_writing" }))
        .await
        .expect_problem("version_mismatch");
    ada.put("/v1/me/gp-sharing", json!({ "consent": "given" })).send().await.expect_problem("version_required");
}

#[apply(both_engines)]
async fn registration_and_record_show_the_same_consent(app: TestApp) {
    let mut form = app.registration("Ada Byron");
    form["consents"]["gp_sharing"] = json!(true);
    let ada = app.practitioner_with(&form).await;
    let recorded = ada.get("/v1/me/gp-sharing").send().await.expect(200);
    assert_eq!(
        (recorded.text("consent"), recorded.text("method"), recorded.etag()),
        ("given".into(), "at_registration".into(), "\"v1\"".into())
    );

    let form = json!({ "consent": "refused", "gp_name": "Dr Wick" });
    ada.put("/v1/me/gp-sharing", form).if_match(&recorded.etag()).send().await.expect(200);
    assert_eq!(ada.own_registration().await.json["consents"]["gp_sharing"], false);
    ada.changes_registration(json!({ "phone": "020 7946 0018" })).await.expect(200);
    assert_eq!(ada.get("/v1/me/gp-sharing").send().await.expect(200).etag(), "\"v2\"", "an unrelated change is not an answer");

    let consents = json!({ "care": true, "data_processing": true, "gp_sharing": true });
    ada.changes_registration(json!({ "consents": consents })).await.expect(200);
    let recorded = ada.get("/v1/me/gp-sharing").send().await.expect(200);
    assert_eq!(
        (recorded.text("consent"), recorded.text("gp_name"), recorded.etag()),
        ("given".into(), "Dr Wick".into(), "\"v3\"".into())
    );
    let bea = app.practitioner("Bea Byron").await;
    assert_eq!(bea.get("/v1/me/gp-sharing").send().await.expect(200).text("consent"), "not_asked", "not ticked is not refused");
}
