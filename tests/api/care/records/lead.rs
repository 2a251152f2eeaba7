//! The lead clinician, and the access that comes with leading.

use confide::care::records::queries;
use serde_json::{Value, json};

use crate::support::clinical_record::{InCare, record_path};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn accepting_clinician_becomes_the_lead(app: TestApp) {
    let InCare { ada, cleo, assessment, appointment } = app.being_assessed().await;
    let before = cleo.reads(&ada, "lead-clinician").await.expect(200);
    assert_eq!((&before.json["clinician_id"], before.etag()), (&Value::Null, "\"v0\"".into()));
    cleo.replaces(&ada, "lead-clinician", json!({ "clinician_id": cleo.id })).await.expect_problem("not_in_care");

    cleo.records_outcome(&assessment, &appointment.to_string(), "accepted").await.expect(201);
    let lead = cleo.reads(&ada, "lead-clinician").await.expect(200);
    assert_eq!((lead.text("clinician_id"), lead.text("clinician_name")), (cleo.id.to_string(), "Cleo Clinician".into()));
    assert_eq!(lead.text("leads_since"), app.now().to_string());
    let id = ada.id;
    assert_eq!(app.write(move |tx| queries::lead_clinician(tx, id)).await, Some(cleo.id));
}

#[apply(both_engines)]
async fn new_lead_has_access_at_once_and_the_former_lead_cannot_reassign(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (dora, eve) = (app.dora().await, app.clinician("Eve Clinician").employed_by("A1A1A").await);
    dora.reads(&ada, "allergies").await.expect_problem("not_found");
    assert!(dora.caseload().await.is_empty());

    let changed = cleo.assigns_lead(&ada, &dora).await.expect(200);
    assert_eq!((changed.text("clinician_id"), changed.etag()), (dora.id.to_string(), "\"v2\"".into()));
    dora.reads(&ada, "allergies").await.expect(200);
    assert_eq!(dora.caseload().await.len(), 1, "before any appointment");
    cleo.assigns_lead(&ada, &eve).await.expect_problem("not_the_lead");

    let cory = app.coordinator().await;
    cory.takes_a_call_from(&ada).await;
    cory.replaces_version(&ada, "lead-clinician", "\"v1\"", json!({ "clinician_id": eve.id }))
        .await
        .expect_problem("version_mismatch");
    cory.assigns_lead(&ada, &eve).await.expect(200);
    cory.assigns_lead(&ada, &eve).await.expect(200);
    dora.reads(&ada, "allergies").await.expect_problem("not_found");
    assert_eq!(app.audit_count_of("lead_clinician.changed", ada.id).await, 2);
}

#[apply(both_engines)]
async fn clinician_who_only_knows_of_the_practitioner_cannot_choose_the_lead(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let greta = app.clinician("Greta Clinician").employed_by("A1A1A").await;
    greta.breaks_glass_to(&ada).await.expect(201);
    greta.reads(&ada, "lead-clinician").await.expect(200);
    greta.assigns_lead(&ada, &greta).await.expect_problem("not_found");
    cleo.post(&record_path(&ada, "discharge"), json!({ "reason": "completed", "summary": "Well." })).send().await.expect(201);
    cleo.reads(&ada, "lead-clinician").await.expect(200);
    cleo.assigns_lead(&ada, &cleo).await.expect_problem("not_found");
    assert_eq!(app.audit_count_of("lead_clinician.changed", ada.id).await, 0);
}

#[apply(both_engines)]
async fn clinician_who_must_not_meet_the_practitioner_cannot_lead(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (cory, dora) = (app.coordinator().await, app.dora().await);
    let colleague = app.clinician("Colin Colleague").employed_by("X9K3M").await;
    ada.blocks(&dora).await.expect(201);
    for excluded in [&dora, &colleague, &cory, &ada] {
        cory.assigns_lead(&ada, excluded).await.expect_field("invalid_body", "/clinician_id");
        cleo.assigns_lead(&ada, excluded).await.expect_field("invalid_body", "/clinician_id");
    }
    let closed = app.clinician("Gus Gone").employed_by("A1A1A").await;
    app.close_account(&closed).await;
    let gone = cory.assigns_lead(&ada, &closed).await.expect_field("invalid_body", "/clinician_id");
    let blocked = cory.assigns_lead(&ada, &dora).await.expect_field("invalid_body", "/clinician_id");
    assert_eq!(
        (gone.status, gone.json.clone()),
        (blocked.status, blocked.json.clone()),
        "the answer does not show who is blocked"
    );
    assert_eq!(app.refusal_count_of("lead_clinician.refused", ada.id).await, 10, "each attempt shows");

    // A lead who is blocked later neither leads nor reads any more.
    ada.blocks(&cleo).await.expect(201);
    cleo.reads(&ada, "lead-clinician").await.expect_problem("not_found");
    assert_eq!(cory.reads(&ada, "lead-clinician").await.expect(200).json["clinician_id"], Value::Null);
    let eve = app.clinician("Eve Clinician").employed_by("A1A1A").await;
    cory.assigns_lead(&ada, &eve).await.expect(200);
    eve.reads(&ada, "allergies").await.expect(200);
}
