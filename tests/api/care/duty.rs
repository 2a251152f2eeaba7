//! The rota: clinicians on duty answer risk alerts of practitioners that they do not treat.

use chrono::TimeDelta;
use confide::people::Role;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::clinical_record::plan_reviewed_on;
use crate::support::clinicians::directory_entry;
use crate::support::practitioners::phq9_at_risk;
use crate::support::{TestApp, apply, both_engines};

/// A registered clinician, with another employer than Ada.
async fn dora(app: &TestApp) -> Actor {
    app.clinician("Dora Clinician").employed_by("A1A1A").registered("gmc", "7654322").await
}

/// Ada, whose answers raised a risk alert.
async fn ada_at_risk(app: &TestApp) -> Actor {
    let ada = app.practitioner("Ada Byron").await;
    ada.completes_intake_with(phq9_at_risk(2)).await;
    ada
}

#[apply(both_engines)]
async fn clinician_on_duty_answers_an_alert_of_a_practitioner_they_do_not_treat(app: TestApp) {
    let (cory, ada, dora) = (app.coordinator().await, ada_at_risk(&app).await, dora(&app).await);
    assert!(dora.get("/v1/risk-alerts").send().await.expect(200).items().is_empty());

    cory.puts_on_duty(&dora).await.expect(201);

    let alerts = dora.get("/v1/risk-alerts").send().await.expect(200);
    let alert = alerts.items()[0]["id"].as_str().unwrap().to_owned();
    dora.get(&format!("/v1/risk-alerts/{alert}")).send().await.expect(200);
    let page = format!("/v1/practitioners/{}?emergency_contact=true", ada.id);
    let seen = dora.get(&page).send().await.expect(200);
    assert_eq!(seen.text("basis"), "on_duty");
    assert!(seen.json["emergency_contact"].is_object());
    dora.get(&format!("/v1/practitioners/{}/problems", ada.id)).send().await.expect_problem("not_found");
    dora.closes_alert(&alert).await.expect(200);
    dora.get(&page).send().await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn clinician_on_duty_sees_no_scores_and_no_plan_until_they_break_the_glass(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    let (cory, ada, dora) = (app.coordinator().await, app.practitioner("Ada Byron").await, dora(&app).await);
    let assessment = ada.completes_intake_with(phq9_at_risk(2)).await;
    let appointment = app.appointment(&ada, &cleo, app.now().get()).await;
    cleo.records_outcome(&assessment, &appointment.to_string(), "accepted").await.expect(201);
    cleo.replaces(&ada, "care-plan", plan_reviewed_on("2027-02-11")).await.expect(200);
    let of_cleo = cleo.reads_practitioner(&ada).await.expect(200).json["care"].clone();
    assert!(of_cleo["latest_scores"].is_array());
    assert_eq!((&of_cleo["risk_item_positive"], &of_cleo["plan_review_on"]), (&json!(true), &json!("2027-02-11")));
    assert_eq!(app.audit_count_of("practitioner.scores_read", ada.id).await, 1);

    cory.puts_on_duty(&dora).await.expect(201);

    let seen = dora.reads_practitioner(&ada).await.expect(200);
    assert_eq!((seen.text("basis"), &seen.json["care"]["has_open_alert"]), ("on_duty".into(), &json!(true)));
    for hidden in ["latest_scores", "risk_item_positive", "plan_review_on"] {
        assert_eq!(seen.json["care"][hidden], Value::Null, "{hidden}");
    }
    assert_eq!(app.audit_count_of("practitioner.scores_read", ada.id).await, 1);
    dora.breaks_glass_to(&ada).await.expect(201);
    let in_full = dora.reads_practitioner(&ada).await.expect(200).json["care"].clone();
    assert_eq!((&in_full["latest_scores"], &in_full["plan_review_on"]), (&of_cleo["latest_scores"], &json!("2027-02-11")));
    assert_eq!(app.audit_count_of("practitioner.scores_read", ada.id).await, 2);
}

#[apply(both_engines)]
async fn proposed_period_gives_no_access_until_a_second_person_approves_it(app: TestApp) {
    let (cory, ada, dora) = (app.coordinator().await, ada_at_risk(&app).await, dora(&app).await);
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").registered("gmc", "7654323").await;
    let proposed = cory.proposes_duty(&dora).await.expect(201);
    assert_eq!((proposed.text("state"), proposed.text("proposed_by")), ("proposed".into(), cory.id.to_string()));
    let duty = proposed.id();
    dora.reads_practitioner(&ada).await.expect_problem("not_found");
    assert!(dora.get("/v1/risk-alerts").send().await.expect(200).items().is_empty());

    cory.approves_duty(&duty).await.expect_problem("second_person_required");
    cleo.approves_duty(&duty).await.expect_problem("second_person_required");
    dora.reads_practitioner(&ada).await.expect_problem("not_found");
    let confirmed = dora.approves_duty(&duty).await.expect(200);
    assert_eq!((confirmed.text("state"), confirmed.text("approved_by")), ("approved".into(), dora.id.to_string()));
    dora.approves_duty(&duty).await.expect_problem("state_conflict");
    dora.reads_practitioner(&ada).await.expect(200);
    assert_eq!(dora.get(&format!("/v1/duty-periods/{duty}")).send().await.expect(200).text("state"), "approved");
    let avery = app.administrator().await;
    let other = avery.proposes_duty(&cleo).await.expect(201).id();
    cory.approves_duty(&other).await.expect(200);
    cleo.reads_practitioner(&ada).await.expect(200);
    assert_eq!(app.audit_count_of("duty_period.proposed", dora.id).await, 1);
    assert_eq!(app.audit_count_of("duty_period.approved", dora.id).await, 1);
}

#[apply(both_engines)]
async fn privacy_officers_are_informed_of_duty_that_is_approved_within_a_day_of_its_start(app: TestApp) {
    let (cory, dora) = (app.coordinator().await, dora(&app).await);
    let pia = app.staff("Pia Privacy", Role::PrivacyOfficer).await;
    let from = app.now() + TimeDelta::hours(25);
    let form = json!({ "clinician_id": dora.id, "starts_at": from, "ends_at": from + TimeDelta::hours(8) });
    let tomorrow = cory.post("/v1/duty-periods", form).send().await.expect(201).id();
    dora.approves_duty(&tomorrow).await.expect(200);
    assert!(app.emails_to(&pia.email).await.is_empty());

    cory.proposes_duty(&dora).await.expect(201);
    assert!(app.emails_to(&pia.email).await.is_empty(), "it does not count yet");
    cory.puts_on_duty(&app.clinician("Cleo Clinician").registered("gmc", "7654323").await).await.expect(201);

    let email = app.expect_emails_to(&pia.email).await.remove(0);
    assert!(!email.body.contains("Cleo"), "{}", email.body);
    assert_eq!(pia.get("/v1/duty-periods").send().await.expect(200).items().len(), 3);
}

#[apply(both_engines)]
async fn two_accounts_of_one_person_are_not_two_persons(app: TestApp) {
    let (cory, ada, dora) = (app.coordinator().await, ada_at_risk(&app).await, dora(&app).await);
    let second_account = app.staff("Dr Dora Clinician", Role::Coordinator).await;
    let duty = second_account.proposes_duty(&dora).await.expect(201).id();
    dora.approves_duty(&duty).await.expect_problem("second_person_required");
    dora.reads_practitioner(&ada).await.expect_problem("not_found");
    cory.approves_duty(&duty).await.expect(200);
    dora.reads_practitioner(&ada).await.expect(200);
}

#[apply(both_engines)]
async fn only_clinicians_with_an_approved_registration_are_on_duty(app: TestApp) {
    let cory = app.coordinator().await;
    let unregistered = app.clinician("Una Clinician").await;
    cory.proposes_duty(&unregistered).await.expect_field("invalid_body", "/clinician_id");
    cory.proposes_duty(&cory).await.expect_field("invalid_body", "/clinician_id");
    // One administrator alone enters a registration: it waits for another.
    let avery = app.administrator().await;
    let waiting = app.staff("Walt Clinician", Role::Clinician).await;
    let mut entry = directory_entry("Walt Clinician");
    (entry["registration_body"], entry["registration_number"]) = (json!("gmc"), json!("7654324"));
    let saved = avery.put(&format!("/v1/clinicians/{}", waiting.id), entry).send().await;
    cory.proposes_duty(&waiting).await.expect_field("invalid_body", "/clinician_id");
    assert!(app.approves_pending(&saved).await);
    let duty = cory.proposes_duty(&waiting).await.expect(201).id();
    app.close_account(&waiting).await;
    avery.approves_duty(&duty).await.expect_problem("state_conflict");
}

#[apply(both_engines)]
async fn duty_ends_when_the_registration_is_removed(app: TestApp) {
    let (cory, ada, dora) = (app.coordinator().await, ada_at_risk(&app).await, dora(&app).await);
    cory.puts_on_duty(&dora).await.expect(201);
    dora.reads_practitioner(&ada).await.expect(200);
    let mut entry = directory_entry("Dora Clinician");
    entry["employer_ods"] = json!("A1A1A");
    app.saves_directory_entry(&dora, entry).await.expect(200);
    dora.reads_practitioner(&ada).await.expect_problem("not_found");
    assert!(dora.get("/v1/risk-alerts").send().await.expect(200).items().is_empty());
}

#[apply(both_engines)]
async fn duty_ends_with_its_period_and_when_it_is_ended_which_the_rota_keeps(app: TestApp) {
    let (cory, ada, dora) = (app.coordinator().await, ada_at_risk(&app).await, dora(&app).await);
    let duty = cory.puts_on_duty(&dora).await.expect(201).id();
    dora.reads_practitioner(&ada).await.expect(200);
    let ended = cory.ends_duty(&duty).await.expect(200);
    assert_eq!((ended.text("state"), ended.text("ended_by")), ("ended".into(), cory.id.to_string()));
    dora.reads_practitioner(&ada).await.expect_problem("not_found");
    cory.ends_duty(&duty).await.expect_problem("state_conflict");
    let kept = cory.get(&format!("/v1/duty-periods/{duty}")).send().await.expect(200);
    assert_eq!((&kept.json["starts_at"], &kept.json["approved_by"]), (&ended.json["starts_at"], &json!(dora.id)));
    assert_eq!(app.audit_count_of("duty_period.ended", dora.id).await, 1);
    let withdrawn = cory.proposes_duty(&dora).await.expect(201).id();
    cory.ends_duty(&withdrawn).await.expect(200);
    dora.approves_duty(&withdrawn).await.expect_problem("state_conflict");

    cory.puts_on_duty(&dora).await.expect(201);
    dora.reads_practitioner(&ada).await.expect(200);
    app.clock.advance(TimeDelta::hours(9));
    let dora = dora.signs_in_again().await;
    dora.reads_practitioner(&ada).await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn clinician_on_duty_does_not_see_practitioners_who_must_not_meet_them(app: TestApp) {
    let (cory, ada, dora) = (app.coordinator().await, app.practitioner("Ada Byron").await, dora(&app).await);
    ada.blocks(&dora).await.expect(201);
    ada.completes_intake_with(phq9_at_risk(2)).await;
    cory.puts_on_duty(&dora).await.expect(201);
    assert!(dora.get("/v1/risk-alerts").send().await.expect(200).items().is_empty());
    dora.reads_practitioner(&ada).await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn periods_of_one_clinician_do_not_overlap_and_begin_an_hour_ago_at_the_earliest(app: TestApp) {
    let (cory, dora) = (app.coordinator().await, dora(&app).await);
    let cleo = app.clinician("Cleo Clinician").registered("gmc", "7654323").await;
    cory.puts_on_duty(&dora).await.expect(201);
    cory.proposes_duty(&dora).await.expect_problem("state_conflict");
    cory.puts_on_duty(&cleo).await.expect(201);
    assert_eq!(dora.get("/v1/duty-periods").send().await.expect(200).items().len(), 2);
    let now = app.now();
    for (from, to, pointer) in [(0, 0, "/ends_at"), (-2, 8, "/starts_at")] {
        let (from, to) = (now + TimeDelta::hours(from), now + TimeDelta::hours(to));
        let form = json!({ "clinician_id": dora.id, "starts_at": from, "ends_at": to });
        cory.post("/v1/duty-periods", form).send().await.expect_field("invalid_body", pointer);
    }
}
