//! Break-glass: access for an hour with a reason, informed to privacy officers at once and to the practitioner later.

use chrono::TimeDelta;
use confide::people::Role;
use confide::people::practitioners::model::Pathway;
use confide::scheduling::calendar::model::AppointmentKind;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::app::TestSettings;
use crate::support::practitioners::phq9_at_risk;
use crate::support::risk::{closing, risk_assessment};
use crate::support::{Kind, TestApp, apply, both_engines};

/// A practitioner in care, and a clinician who does not treat them.
async fn strangers(app: &TestApp) -> (Actor, Actor) {
    let ada = app.practitioner("Ada Byron").await;
    app.set_pathway(&ada, Pathway::InCare).await;
    (ada, app.clinician("Dora Clinician").employed_by("A1A1A").await)
}

async fn privacy_officer(app: &TestApp) -> Actor {
    app.staff("Pia Vale", Role::PrivacyOfficer).await
}

/// What a practitioner sees of the use of their record, as role and action; what they did themselves is not in it.
async fn access_log(ada: &Actor) -> Vec<(String, String)> {
    let log = ada.signs_in_again().await.get("/v1/me/access-log?limit=100").send().await.expect(200);
    let text = |entry: &Value, member: &str| entry[member].as_str().unwrap().to_owned();
    log.items().iter().map(|entry| (text(entry, "role"), text(entry, "action"))).collect()
}

/// Whether an entry is by a clinician or a privacy officer.
fn by_them((role, _): &(String, String)) -> bool {
    role == "clinician" || role == "privacy_officer"
}

#[apply(both_engines)]
async fn clinician_reads_the_record_for_an_hour_and_does_not_write(app: TestApp) {
    let (ada, dora) = strangers(&app).await;
    let problems = format!("/v1/practitioners/{}/problems", ada.id);
    dora.get(&problems).send().await.expect_problem("not_found");
    dora.reads_practitioner(&ada).await.expect_problem("not_found");

    let access = dora.breaks_glass_to(&ada).await.expect(201);

    assert_eq!(access.text("practitioner_id"), ada.id.to_string());
    assert_eq!(access.json["expires_at"], json!(app.now() + TimeDelta::minutes(60)));
    dora.get(&problems).send().await.expect(200);
    assert_eq!(dora.reads_practitioner(&ada).await.expect(200).text("basis"), "break_glass");
    let problem = json!({ "name": "Insomnia", "shared": false });
    dora.post(&problems, problem).send().await.expect_problem("not_found");
    dora.get(&format!("/v1/practitioners?reference={}", app.reference_of(&ada).await)).send().await.expect(200);

    app.clock.advance(TimeDelta::minutes(61));
    let dora = dora.signs_in_again().await;
    dora.get(&problems).send().await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn holder_ends_the_access_before_the_hour_is_over(app: TestApp) {
    let (ada, dora) = strangers(&app).await;
    let access = dora.breaks_glass_to(&ada).await.expect(201).id();
    let end = format!("/v1/break-glass/{access}/end");
    assert_eq!(dora.post_empty(&end).send().await.expect(200).json["ended_at"], json!(app.now()));
    dora.reads_practitioner(&ada).await.expect_problem("not_found");
    dora.post_empty(&end).send().await.expect_problem("state_conflict");
    let other = app.cleo().await;
    other.post_empty(&end).send().await.expect_problem("not_found");
    other.get(&format!("/v1/break-glass/{access}")).send().await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn coordinator_who_breaks_the_glass_sees_the_practitioner_and_arranges_nothing_that_outlasts_it(app: TestApp) {
    let (ada, dora) = strangers(&app).await;
    let (cory, hub) = (app.coordinator().await, app.harbour_hub().await);
    let slot = app.free_slot(&dora, TimeDelta::days(2), AppointmentKind::Treatment).await;
    let missed = app.appointment(&ada, &app.cleo().await, app.now().get() - TimeDelta::days(40)).await;
    cory.reads_practitioner(&ada).await.expect_problem("not_found");
    let reference = app.reference_of(&ada).await;
    let form = json!({ "reference": reference.to_lowercase(), "reason": "Her employer rang about a threat." });
    cory.post("/v1/break-glass", form).send().await.expect(201);
    assert_eq!(cory.reads_practitioner(&ada).await.expect(200).text("basis"), "break_glass");
    cory.get(&format!("/v1/practitioners/{}/follow-ups", ada.id)).send().await.expect(200);
    cory.reads_appointment(&missed.to_string()).await.expect(200);

    cory.books_for(&ada, &slot).await.expect_problem("not_found");
    cory.records_attendance(&missed.to_string(), "attended_on_time").await.expect_problem("not_found");
    let theirs = json!({ "practitioner_id": ada.id });
    cory.post("/v1/funding-requests", theirs).send().await.expect_problem("not_found");
    let referral = json!({ "kind": "service_to_hub", "reason": "work_related", "consent": true, "practitioner_id": ada.id,
        "name": ada.name, "phone": "020 7946 0018" });
    cory.creates_referral(&hub, referral).await.expect_problem("not_found");
    cory.post_empty(&format!("/v1/practitioners/{}/readmit", ada.id)).send().await.expect_problem("not_found");
    cory.replaces_version(&ada, "lead-clinician", "*", json!({ "clinician_id": dora.id })).await.expect_problem("not_found");

    app.clock.advance(TimeDelta::minutes(61));
    let cory = cory.signs_in_again().await;
    cory.reads_practitioner(&ada).await.expect_problem("not_found");
    dora.signs_in_again().await.reads_practitioner(&ada).await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn glass_is_not_broken_where_there_is_access_already(app: TestApp) {
    let (ada, dora) = strangers(&app).await;
    let (cory, pia) = (app.coordinator().await, privacy_officer(&app).await);
    app.set_pathway(&ada, Pathway::Registered).await;
    let refused = cory.breaks_glass_to(&ada).await.expect_problem("state_conflict");
    assert!(refused.text("detail").starts_with("You already have access"), "{}", refused.json);
    assert_eq!(app.row_count("granted_access").await, 0);
    assert_eq!(app.refusal_count_of("break_glass.begun", ada.id).await, 1);
    assert!(app.emails_to(&pia.email).await.is_empty(), "no one is called for nothing");

    let access = dora.breaks_glass_to(&ada).await.expect(201).id();
    dora.breaks_glass_to(&ada).await.expect_problem("state_conflict");
    dora.post_empty(&format!("/v1/break-glass/{access}/end")).send().await.expect(200);
    dora.breaks_glass_to(&ada).await.expect(201);
}

#[apply(both_engines)]
async fn calls_do_not_use_up_the_attempts_at_break_glass(kind: Kind) {
    let mut settings = TestSettings::default();
    settings.policy.document_checks_per_minute = 1;
    let app = TestApp::start_with(kind, settings).await;
    let (ada, cory) = (strangers(&app).await.0, app.coordinator().await);
    cory.looks_up("CF-2222-2222").await.expect(404);
    cory.looks_up("CF-2222-2222").await.expect(429);
    cory.breaks_glass_to(&ada).await.expect(201);
}

#[apply(both_engines)]
async fn glass_is_never_broken_over_a_conflict(app: TestApp) {
    let (ada, dora) = strangers(&app).await;
    ada.blocks(&dora).await.expect(201);
    let excluded = dora.breaks_glass_to(&ada).await.expect(404);
    let form = json!({ "practitioner_id": uuid::Uuid::now_v7(), "reason": "Found collapsed in the waiting room." });
    let unknown = dora.post("/v1/break-glass", form).send().await.expect(404);
    assert_eq!(excluded.json, unknown.json);
    assert_eq!(app.row_count("granted_access").await, 0);
    assert_eq!(app.refusal_count_of("break_glass.begun", ada.id).await, 1);
}

#[apply(both_engines)]
async fn block_ends_access_that_is_in_force(app: TestApp) {
    let (ada, dora) = strangers(&app).await;
    let access = dora.breaks_glass_to(&ada).await.expect(201).id();
    ada.blocks(&dora).await.expect(201);
    dora.reads_practitioner(&ada).await.expect_problem("not_found");
    dora.get(&format!("/v1/break-glass/{access}")).send().await.expect_problem("not_found");
    assert!(dora.get("/v1/break-glass").send().await.expect(200).items().is_empty());
}

#[apply(both_engines)]
async fn holder_answers_a_risk_alert(app: TestApp) {
    let (ada, dora) = strangers(&app).await;
    ada.completes_intake_with(phq9_at_risk(2)).await;
    let alert = app.coordinator().await.open_alerts().await.remove(0);
    dora.closes_alert(&alert).await.expect_problem("not_found");
    dora.breaks_glass_to(&ada).await.expect(201);
    dora.records_contact_attempt(&alert, true).await.expect(201);
    dora.closes_alert(&alert).await.expect(200);
}

#[apply(both_engines)]
async fn privacy_officers_are_informed_at_once_in_neutral_words(app: TestApp) {
    let (ada, dora) = strangers(&app).await;
    let (pia, quinn) = (privacy_officer(&app).await, app.staff("Quinn Vale", Role::PrivacyOfficer).await);
    ada.blocks_name(&quinn.name).await.expect(201);

    let access = dora.breaks_glass_to(&ada).await.expect(201).id();

    let emails = app.expect_emails_to(&pia.email).await;
    let email = emails.last().unwrap();
    let text = format!("{} {}", email.subject, email.body);
    assert!(text.contains(&access), "{text}");
    for word in ["Ada", "Dora", "Confide", "glass", "collapsed"] {
        assert!(!text.replace("/break-glass/", "").contains(word), "{word}: {text}");
    }
    assert!(app.emails_to(&quinn.email).await.is_empty(), "not to one who must not know of her");
    let listed = pia.get("/v1/break-glass?reviewed=false").send().await.expect(200);
    assert_eq!(listed.items()[0]["reason"], "Found collapsed in the waiting room.");
    assert!(quinn.get("/v1/break-glass").send().await.expect(200).items().is_empty());
    quinn.get(&format!("/v1/break-glass/{access}")).send().await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn another_privacy_officer_is_asked_for_where_none_may_review_the_access(app: TestApp) {
    let (ada, dora) = strangers(&app).await;
    let avery = app.administrator().await;
    let access = dora.breaks_glass_to(&ada).await.expect(201).id();
    let emails = app.expect_emails_to(&avery.email).await;
    let email = emails.last().unwrap();
    assert_eq!(email.subject, "Another privacy officer is needed");
    assert!(email.body.contains("/staff") && !email.body.contains(&access), "{}", email.body);

    let quinn = app.staff("Quinn Vale", Role::PrivacyOfficer).await;
    ada.blocks_name(&quinn.name).await.expect(201);
    let eve = app.clinician("Eve Clinician").employed_by("A1A1A").await;
    let access = eve.breaks_glass_to(&ada).await.expect(201).id();
    let emails = app.expect_emails_to(&quinn.email).await;
    let email = emails.last().unwrap();
    assert_eq!(email.subject, "Another privacy officer is needed");
    assert!(!email.body.contains(&access) && !email.body.contains(&ada.id.to_string()), "{}", email.body);
    assert_eq!(app.emails_to(&avery.email).await.len(), 1, "the privacy officer is the one who asks now");
}

#[apply(both_engines)]
async fn access_log_tells_of_the_access_and_the_inquiry_once_the_practitioner_may_know(app: TestApp) {
    let (ada, dora) = strangers(&app).await;
    let pia = privacy_officer(&app).await;
    ada.completes_intake_with(phq9_at_risk(2)).await;
    let alert = app.coordinator().await.open_alerts().await.remove(0);
    let access = dora.breaks_glass_to(&ada).await.expect(201).id();
    let close = async |dora: &Actor| {
        let path = format!("/v1/risk-alerts/{alert}/close");
        dora.post(&path, closing(1, risk_assessment())).key("again").send().await.expect(200)
    };
    app.clock.advance(TimeDelta::minutes(58));
    close(&dora.signs_in_again().await).await;
    app.clock.advance(TimeDelta::minutes(6));
    close(&dora.signs_in_again().await).await;
    assert!(app.audit_count_of("request.repeated", alert.parse().unwrap()).await > 0, "after the hour");
    let pia = pia.signs_in_again().await;
    pia.get("/v1/break-glass").send().await.expect(200);
    pia.get(&format!("/v1/break-glass/{access}")).send().await.expect(200);
    pia.get(&format!("/v1/audit-events?practitioner_id={}", ada.id)).send().await.expect(200);

    let before = access_log(&ada).await;
    assert!(!before.iter().any(by_them), "{before:?}");

    pia.reviews_break_glass(&access).await.expect(200);

    let after = access_log(&ada).await;
    for shown in ["break_glass.begun", "risk_alert.closed", "request.repeated", "audit_event.listed"] {
        assert!(after.iter().any(|entry| by_them(entry) && entry.1 == shown), "{shown}: {after:?}");
    }
}

#[apply(both_engines)]
async fn access_log_never_tells_of_access_where_that_would_endanger_someone(app: TestApp) {
    let (ada, dora) = strangers(&app).await;
    let pia = privacy_officer(&app).await;
    let access = dora.breaks_glass_to(&ada).await.expect(201).id();
    dora.reads_practitioner(&ada).await.expect(200);
    dora.post_empty(&format!("/v1/break-glass/{access}/end")).send().await.expect(200);
    let review = json!({ "outcome": "justified", "note": "A threat.", "inform_practitioner": false,
        "reason_not_to_inform": "It would warn her partner." });
    for _ in 0..2 {
        let path = format!("/v1/break-glass/{access}/review");
        pia.post(&path, review.clone()).key("again").send().await.expect(200);
    }
    app.clock.advance(TimeDelta::minutes(5));
    let before = access_log(&ada).await;
    assert!(!before.iter().any(by_them), "{before:?}");

    let (dora, pia) = (dora.signs_in_again().await, pia.signs_in_again().await);
    let later = dora.breaks_glass_to(&ada).await.expect(201).id();
    pia.reviews_break_glass(&later).await.expect(200);

    let after = access_log(&ada).await;
    let begun = after.iter().filter(|entry| entry.1 == "break_glass.begun").count();
    assert_eq!(begun, 1, "only the later one: {after:?}");
    assert!(!after.iter().any(|entry| entry.1 == "practitioner.read"), "{after:?}");
}

#[apply(both_engines)]
async fn practitioner_is_informed_after_the_review_and_only_once(app: TestApp) {
    let (ada, dora) = strangers(&app).await;
    let pia = privacy_officer(&app).await;
    let access = dora.breaks_glass_to(&ada).await.expect(201).id();
    let before = app.emails_to(&ada.email).await.len();

    let reviewed = pia.reviews_break_glass(&access).await.expect(200);

    assert_eq!(reviewed.json["review"]["outcome"], "justified");
    assert_eq!(app.emails_to(&ada.email).await.len(), before + 1);
    pia.reviews_break_glass(&access).await.expect_problem("state_conflict");
    app.clock.advance(TimeDelta::days(8));
    assert_eq!(app.run_break_glass_job().await, 0);
    let dora = dora.signs_in_again().await;
    let seen = dora.get(&format!("/v1/break-glass/{access}")).send().await.expect(200);
    assert_eq!((&seen.json["review"]["outcome"], &seen.json["review"]["note"]), (&json!("justified"), &Value::Null));
}

#[apply(both_engines)]
async fn no_one_reviews_their_own_access_under_another_account(app: TestApp) {
    let (ada, dora) = strangers(&app).await;
    let access = dora.breaks_glass_to(&ada).await.expect(201).id();
    let herself = app.staff("Dr Dora Clinician", Role::PrivacyOfficer).await;
    herself.reviews_break_glass(&access).await.expect(409).expect_problem("own_account");
    privacy_officer(&app).await.reviews_break_glass(&access).await.expect(200);
}

#[apply(both_engines)]
async fn practitioner_is_informed_after_a_week_without_a_review(app: TestApp) {
    let (ada, dora) = strangers(&app).await;
    let access = dora.breaks_glass_to(&ada).await.expect(201).id();
    let before = app.emails_to(&ada.email).await.len();
    app.clock.advance(TimeDelta::days(6));
    assert_eq!(app.run_break_glass_job().await, 0);
    app.clock.advance(TimeDelta::days(2));
    assert_eq!(app.run_break_glass_job().await, 1);
    assert_eq!(app.run_break_glass_job().await, 0);
    assert_eq!(app.emails_to(&ada.email).await.len(), before + 1);
    let informed = privacy_officer(&app).await.get(&format!("/v1/break-glass/{access}")).send().await.expect(200);
    assert_eq!(informed.json["informed_at"], json!(app.now()));
}

#[apply(both_engines)]
async fn practitioner_is_not_informed_where_that_would_endanger_someone(app: TestApp) {
    let (ada, dora) = strangers(&app).await;
    let pia = privacy_officer(&app).await;
    let access = dora.breaks_glass_to(&ada).await.expect(201).id();
    let before = app.emails_to(&ada.email).await.len();
    let review = json!({ "outcome": "justified", "note": "A threat.", "inform_practitioner": false });
    pia.reviews_break_glass_with(&access, review.clone()).await.expect_field("invalid_body", "/reason_not_to_inform");
    let mut with_reason = review;
    with_reason["reason_not_to_inform"] = json!("It would warn her partner.");
    let reviewed = pia.reviews_break_glass_with(&access, with_reason).await.expect(200);
    assert_eq!(reviewed.json["review"]["reason_not_to_inform"], "It would warn her partner.");
    app.clock.advance(TimeDelta::days(8));
    assert_eq!(app.run_break_glass_job().await, 0);
    assert_eq!(app.emails_to(&ada.email).await.len(), before);
}

#[apply(both_engines)]
async fn request_names_one_practitioner_and_gives_a_reason(app: TestApp) {
    let (ada, dora) = strangers(&app).await;
    let send = async |form: Value| dora.post("/v1/break-glass", form).send().await;
    send(json!({ "practitioner_id": ada.id, "reason": "Too short" })).await.expect_field("invalid_body", "/reason");
    send(json!({ "reason": "No one is named here." })).await.expect_field("invalid_body", "/practitioner_id");
    let both = json!({ "practitioner_id": ada.id, "reference": "CF-2222-2222", "reason": "Named twice over." });
    send(both).await.expect_field("invalid_body", "/reference");
    assert_eq!(app.row_count("granted_access").await, 0);
}
