//! Date of birth, home address and pregnancy, as far as prescribing needs them.

use serde_json::{Value, json};

use crate::support::clinical_record::{InCare, record_path};
use crate::support::prescriptions::{prescribing_details, with_member};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn prescribing_details_are_recorded_and_shown_to_the_practitioner(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let none = cleo.reads(&ada, "prescribing-details").await.expect(200);
    assert_eq!(
        (none.etag(), &none.json["date_of_birth"], &none.json["recorded_by"]),
        ("\"v0\"".into(), &Value::Null, &Value::Null)
    );
    let asked = with_member(prescribing_details(), "pregnancy", json!({ "status": "possible", "asked_on": "2027-01-11" }));
    let saved = cleo.replaces(&ada, "prescribing-details", asked.clone()).await.expect(200);
    assert_eq!((saved.etag(), saved.text("recorded_by")), ("\"v1\"".into(), cleo.id.to_string()));
    for member in ["date_of_birth", "address", "pregnancy"] {
        assert_eq!(saved.json[member], asked[member], "{member}");
    }
    let own = ada.get("/v1/me/record").send().await.expect(200);
    assert_eq!(own.json["prescribing_details"]["address"], asked["address"]);
    assert_eq!(app.audit_count_of("prescribing_details.changed", ada.id).await, 1);
    cleo.replaces_version(&ada, "prescribing-details", "\"v0\"", asked).await.expect_problem("version_mismatch");
    let dora = app.dora().await;
    dora.get(&record_path(&ada, "prescribing-details")).send().await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn impossible_prescribing_details_are_refused(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    for (member, value, pointer) in [
        ("date_of_birth", json!("2020-01-01"), "/date_of_birth"),
        ("date_of_birth", json!("2027-01-12"), "/date_of_birth"),
        ("pregnancy", json!({ "status": "pregnant", "asked_on": "2027-01-12" }), "/pregnancy/asked_on"),
        ("address", json!({ "lines": ["1 \u{1f642} Road"], "postcode": "EX1 2MP" }), "/address/lines/0"),
    ] {
        let wrong = with_member(prescribing_details(), member, value);
        cleo.replaces(&ada, "prescribing-details", wrong).await.expect_field("invalid_body", pointer);
    }
    assert_eq!(cleo.reads(&ada, "prescribing-details").await.expect(200).etag(), "\"v0\"", "nothing was saved");
}

#[apply(both_engines)]
async fn prescribing_details_are_sealed_and_final(app: TestApp) {
    use confide::care::schema::prescribing_details::dsl;
    use diesel::prelude::*;
    let InCare { ada, cleo, .. } = app.in_care().await;
    cleo.replaces(&ada, "prescribing-details", prescribing_details()).await.expect(200);
    let stored: Vec<u8> = app.sql(|conn| Ok(dsl::prescribing_details.select(dsl::details).first(conn)?)).await;
    let readable = String::from_utf8_lossy(&stored).into_owned();
    assert!(["1985", "Fen Lane", "EX1"].iter().all(|word| !readable.contains(word)));
    let changed = app
        .platform
        .write(|tx| Ok(diesel::update(dsl::prescribing_details).set(dsl::version.eq(9)).execute(tx.conn)?))
        .await
        .unwrap_err();
    assert!(changed.violates("prescribing_details_final"), "{changed:?}");
}
