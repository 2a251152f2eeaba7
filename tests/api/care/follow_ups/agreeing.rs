//! Agreeing follow-ups, and which parts of them each role sees.

use chrono::TimeDelta;
use confide::people::practitioners::model::Pathway;
use serde_json::{Value, json};

use crate::support::actors::PASSWORD;
use crate::support::app::TestSettings;
use crate::support::follow_ups::follow_up_in_two_weeks;
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn each_role_sees_only_its_part_of_a_follow_up(app: TestApp) {
    let (cleo, cory) = (app.clinician("Cleo Clinician").await, app.coordinator().await);
    let (ada, appointment) = app.practitioner_seen_by("Ada Byron", &cleo, 1).await;
    let mut form = follow_up_in_two_weeks(appointment);
    form["note"] = json!("See how the nights are.");
    form["questionnaire"] = json!("phq-9");

    let made = cleo.agrees_follow_up(&ada, form.clone()).await.expect(201);

    assert_eq!(made.header("location"), Some(format!("/v1/follow-ups/{}", made.id()).as_str()));
    assert_eq!((made.text("due_from"), made.text("due_until")), ("2027-01-25".into(), "2027-02-01".into()));
    assert_eq!(
        (made.text("state"), made.text("kind"), made.text("purpose")),
        ("waiting".into(), "treatment".into(), "review".into())
    );
    assert_eq!((made.text("clinician_id"), made.text("agreed_by")), (cleo.id.to_string(), cleo.id.to_string()));
    assert_eq!(made.text("note"), "See how the nights are.");
    assert!(!String::from_utf8_lossy(&app.sealed_follow_up_note(&made.id()).await.unwrap()).contains("nights"));
    let id = made.id();
    assert_eq!(ada.reads_follow_up(&id).await.expect(200).json["note"], Value::Null, "it is not shared");
    let seen = cory.reads_follow_up(&id).await.expect(200);
    assert_eq!((&seen.json["note"], &seen.json["pseudonym"]), (&Value::Null, &made.json["pseudonym"]));
    let of_ada = format!("/v1/practitioners/{}/follow-ups", ada.id);
    for reader in [&cleo, &cory] {
        let list = reader.get(&of_ada).send().await.expect(200);
        assert_eq!((list.items().len(), &list.items()[0]["note"]), (1, &Value::Null), "no notes in lists");
    }
    form["note_shared"] = json!(true);
    let shared = cleo.agrees_follow_up(&ada, form).await.expect(201).id();
    assert_eq!(ada.reads_follow_up(&shared).await.expect(200).text("note"), "See how the nights are.");
    assert_eq!(cory.reads_follow_up(&shared).await.expect(200).json["note"], Value::Null);

    let mut actions = app.audit_actions(&id).await;
    actions.sort();
    assert_eq!(actions, ["follow_up.agreed", "follow_up.read", "follow_up.read"]);
    assert_eq!(app.audit_count_of("follow_ups.read", ada.id).await, 2);
}

#[apply(both_engines)]
async fn follow_up_is_agreed_by_the_clinician_of_an_appointment_that_has_started(app: TestApp) {
    let (cleo, dora) = (app.clinician("Cleo Clinician").await, app.clinician("Dora Clinician").await);
    let (ada, _) = app.practitioner_seen_by("Ada Byron", &cleo, 3).await;
    let upcoming = app.appointment(&ada, &cleo, app.now().get() + TimeDelta::hours(1)).await;
    cleo.agrees_follow_up(&ada, follow_up_in_two_weeks(upcoming)).await.expect_problem("too_early");
    app.set_appointment_status(upcoming, "not_attended").await;
    cleo.agrees_follow_up(&ada, follow_up_in_two_weeks(upcoming)).await.expect_problem("state_conflict");
    let with_dora = app.appointment(&ada, &dora, app.now().get()).await;
    cleo.agrees_follow_up(&ada, follow_up_in_two_weeks(with_dora)).await.expect_problem("not_found");
    dora.agrees_follow_up(&ada, follow_up_in_two_weeks(with_dora)).await.expect(201);
    let (bea, hers) = app.practitioner_seen_by("Bea Byron", &dora, 5).await;
    dora.agrees_follow_up(&ada, follow_up_in_two_weeks(hers)).await.expect_problem("not_found");
    app.set_pathway(&bea, Pathway::Discharged).await;
    dora.agrees_follow_up(&bea, follow_up_in_two_weeks(hers)).await.expect_problem("not_eligible");
}

#[apply(both_engines)]
async fn invalid_follow_up_is_refused_with_the_member_named(app: TestApp) {
    let (cleo, dora) = (app.clinician("Cleo Clinician").await, app.clinician("Dora Clinician").await);
    let (ada, appointment) = app.practitioner_seen_by("Ada Byron", &cleo, 1).await;
    let with = |member: &str, value: Value| {
        let mut form = follow_up_in_two_weeks(appointment);
        form[member] = value;
        form
    };
    cleo.agrees_follow_up(&ada, with("interval_to", json!(1))).await.expect_field("invalid_body", "/interval_to");
    cleo.agrees_follow_up(&ada, with("interval_to", json!(60))).await.expect_field("invalid_body", "/interval_to");
    cleo.agrees_follow_up(&ada, with("questionnaire", json!("mbi"))).await.expect_field("invalid_body", "/questionnaire");
    cleo.agrees_follow_up(&ada, with("purpose", json!("party"))).await.expect_field("invalid_body", "/purpose");
    cleo.agrees_follow_up(&ada, with("clinician_id", json!(ada.id))).await.expect_field("invalid_body", "/clinician_id");
    ada.blocks(&dora).await.expect(201);
    cleo.agrees_follow_up(&ada, with("clinician_id", json!(dora.id))).await.expect_field("invalid_body", "/clinician_id");
    assert_eq!(app.refusal_count_of("follow_up.refused", ada.id).await, 2, "each attempt with another clinician shows");
    assert_eq!(app.audit_count_of("follow_up.refused", ada.id).await, 0, "it does not show as done");
    for _ in 0..20 {
        cleo.agrees_follow_up(&ada, follow_up_in_two_weeks(appointment)).await.expect(201);
    }
    cleo.agrees_follow_up(&ada, follow_up_in_two_weeks(appointment)).await.expect_problem("limit_reached");
}

#[apply(both_engines)]
async fn repeated_request_with_the_same_key_creates_one_follow_up(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    let (ada, appointment) = app.practitioner_seen_by("Ada Byron", &cleo, 1).await;
    let path = format!("/v1/practitioners/{}/follow-ups", ada.id);
    let once = cleo.post(&path, follow_up_in_two_weeks(appointment)).key("one").send().await.expect(201);
    let again = cleo.post(&path, follow_up_in_two_weeks(appointment)).key("one").send().await.expect(201);
    assert_eq!(once.id(), again.id());
    assert_eq!(cleo.finds_follow_ups("").await, [once.id()]);
}

#[apply(both_engines)]
async fn uninvolved_clinicians_and_practitioners_cannot_access_a_follow_up(app: TestApp) {
    let (cleo, dora) = (app.clinician("Cleo Clinician").await, app.clinician("Dora Clinician").await);
    let (ada, appointment) = app.practitioner_seen_by("Ada Byron", &cleo, 1).await;
    let (bea, _) = app.practitioner_seen_by("Bea Byron", &dora, 2).await;
    let id = cleo.agrees_usual_follow_up(&ada, appointment).await;
    let of_ada = format!("/v1/practitioners/{}/follow-ups", ada.id);
    dora.reads_follow_up(&id).await.expect_problem("not_found");
    dora.get(&of_ada).send().await.expect_problem("not_found");
    dora.agrees_follow_up(&ada, follow_up_in_two_weeks(appointment)).await.expect_problem("not_found");
    dora.cancels_follow_up(&id, "not_needed").await.expect_problem("not_found");
    dora.records_follow_up_contact_attempt(&id, "no_answer", "x").await.expect_problem("not_found");
    dora.links_appointment(&id, &appointment.to_string()).await.expect_problem("not_found");
    bea.reads_follow_up(&id).await.expect_problem("not_found");
    bea.links_appointment(&id, &appointment.to_string()).await.expect_problem("not_found");
    assert!(dora.finds_follow_ups("").await.is_empty());
    assert!(bea.get("/v1/me/follow-ups").send().await.expect(200).items().is_empty());
    ada.blocks(&cleo).await.expect(201);
    cleo.reads_follow_up(&id).await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn follow_up_is_changed_only_with_its_current_version(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    let (ada, appointment) = app.practitioner_seen_by("Ada Byron", &cleo, 1).await;
    let made = cleo.agrees_follow_up(&ada, follow_up_in_two_weeks(appointment)).await.expect(201);
    let path = format!("/v1/follow-ups/{}", made.id());
    let form = json!({ "due_from": "2027-02-01", "due_until": "2027-02-05", "purpose": "medication_review", "kind": "treatment",
        "mode": "phone", "clinician_id": cleo.id, "note": "Ask about sleep." });
    cleo.put(&path, form.clone()).send().await.expect_problem("version_required");
    cleo.put(&path, form.clone()).if_match("\"v9\"").send().await.expect_problem("version_mismatch");
    let mut backwards = form.clone();
    backwards["due_until"] = json!("2027-01-31");
    cleo.put(&path, backwards).if_match(&made.etag()).send().await.expect_field("invalid_body", "/due_until");

    let changed = cleo.put(&path, form.clone()).if_match(&made.etag()).send().await.expect(200);

    assert_eq!((changed.text("due_until"), changed.text("mode")), ("2027-02-05".into(), "phone".into()));
    assert_eq!(changed.text("note"), "Ask about sleep.");
    cleo.put(&path, form.clone()).if_match(&made.etag()).send().await.expect_problem("version_mismatch");
    let cancelled = cleo.cancels_follow_up(&made.id(), "not_needed").await.expect(200);
    assert_eq!((cancelled.text("state"), cancelled.text("cancel_reason")), ("cancelled".into(), "not_needed".into()));
    cleo.put(&path, form).if_match(&cancelled.etag()).send().await.expect_problem("state_conflict");
    cleo.cancels_follow_up(&made.id(), "not_needed").await.expect_problem("state_conflict");
    cleo.records_follow_up_contact_attempt(&made.id(), "no_answer", "x").await.expect_problem("state_conflict");
    let mut actions = app.audit_actions(&made.id()).await;
    actions.sort();
    assert_eq!(actions, ["follow_up.agreed", "follow_up.cancelled", "follow_up.changed"]);
}

#[apply(both_engines)]
async fn attempts_to_give_follow_ups_to_another_clinician_are_limited_and_own_ones_are_not(app: TestApp) {
    let (cleo, dora) = (app.clinician("Cleo Clinician").await, app.clinician("Dora Clinician").await);
    let (ada, appointment) = app.practitioner_seen_by("Ada Byron", &cleo, 1).await;
    ada.blocks(&dora).await.expect(201);
    let mut settings = TestSettings::default();
    settings.policy.document_checks_per_minute = 3;
    let limited = app.with_the_same_database(settings).await;
    let cleo = limited.signed_in(&cleo.name, &cleo.email, PASSWORD).await;
    let mut form = follow_up_in_two_weeks(appointment);
    form["clinician_id"] = json!(dora.id);
    for _ in 0..3 {
        cleo.agrees_follow_up(&ada, form.clone()).await.expect_field("invalid_body", "/clinician_id");
    }
    cleo.agrees_follow_up(&ada, form.clone()).await.expect(429);
    assert_eq!(app.refusal_count_of("follow_up.refused", ada.id).await, 3);
    let own = cleo.agrees_follow_up(&ada, follow_up_in_two_weeks(appointment)).await.expect(201);
    let change = json!({
        "clinician_id": dora.id, "due_from": own.text("due_from"), "due_until": own.text("due_until"), "purpose": "review", "kind": "treatment"
    });
    cleo.put(&format!("/v1/follow-ups/{}", own.id()), change).if_match(&own.etag()).send().await.expect(429);
}
