//! Anyone can request a call with another person's number. The alert that follows goes to clinicians, and no coordinator learns from it whose
//! number it is.

use chrono::TimeDelta;
use confide::people::Role;
use serde_json::json;

use crate::support::actors::Actor;
use crate::support::clinical_record::InCare;
use crate::support::contacts::without_ids;
use crate::support::outreach::staff_addresses;
use crate::support::{TestApp, apply, both_engines};

/// The number that Ada has confirmed.
const NUMBER: &str = "07700 900123";
const STRANGER: &str = "07700 900888";
const UNATTENDED: &str = "Someone is needed on duty now";
const FOR_CLINICIANS: &str = "Please call your colleagues now";
const ANOTHER_COORDINATOR: &str = "Another coordinator is needed now";

/// Someone outside requests a call with this number and answers the safety question with yes.
async fn is_requested_in_danger(app: &TestApp, phone: &str) {
    app.requests_call_back(json!({ "phone": phone, "safety_question": "yes" })).await.expect(202);
    app.run_contact_crises().await;
}

/// How many emails about alerts a member of staff got. Clinicians on duty also get one about the task of the contact.
async fn emails_about_alerts(app: &TestApp, staff: &Actor) -> usize {
    let emails = app.emails_to(&staff.email).await;
    emails.iter().filter(|email| email.body.contains("/alerts") && email.subject != FOR_CLINICIANS).count()
}

/// The contact with this number.
async fn contact_with(staff: &Actor, phone: &str) -> String {
    let found = staff.post("/v1/contact-searches", json!({ "phone": phone })).send().await.expect(200);
    found.items()[0]["id"].as_str().unwrap().to_owned()
}

async fn expect_no_alert(cory: &Actor, alert: &str) {
    assert!(cory.get("/v1/risk-alerts").send().await.expect(200).items().is_empty());
    cory.get(&format!("/v1/risk-alerts/{alert}")).send().await.expect_problem("not_found");
    cory.records_contact_attempt(alert, true).await.expect_problem("not_found");
    let alerted = cory.get("/v1/practitioners?has_open_alert=true").send().await.expect(200);
    assert!(alerted.items().is_empty());
}

#[apply(both_engines)]
async fn coordinator_learns_of_no_practitioner_by_an_anonymous_request_in_danger(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, app.seeded_in_care("Ada Byron").await);
    ada.chooses_texts_to("+447700900123").await;
    let dora = app.clinician_on_duty(&cory).await;
    cory.reads_practitioner(&ada).await.expect_problem("not_found");

    let mut seen = Vec::new();
    for phone in [STRANGER, NUMBER] {
        is_requested_in_danger(&app, phone).await;
        let read = cory.reads_contact(&contact_with(&cory, phone).await).await.expect(200);
        assert_eq!((read.text("safety_answer"), &read.json["tasks"][0]["kind"]), ("yes".into(), &json!("danger")));
        seen.push(without_ids(&read.body).replace(&phone[6..], "…"));
    }
    assert_eq!(seen[0], seen[1], "the contact shows it to no one");
    assert_eq!(dora.alert_events().await, [("immediate".to_owned(), None)]);
    assert_eq!((emails_about_alerts(&app, &dora).await, emails_about_alerts(&app, &cory).await), (1, 0));
    let alert = dora.open_alerts().await.remove(0);
    let is_unseen = async || {
        expect_no_alert(&cory, &alert).await;
        cory.reads_practitioner(&ada).await.expect_problem("not_found");
        cory.asks_how_to_reach(&ada, "risk_alert").await.expect_problem("not_found");
    };
    is_unseen().await;

    // Nor when they raise it again from the same contact.
    app.clock.advance(TimeDelta::seconds(1));
    let contact = contact_with(&cory, NUMBER).await;
    cory.triages_contact(&contact, &["immediate_danger"]).await.expect(200);
    cory.raises_contact_alert(&contact, "immediate", None).await.expect(202);
    app.run_contact_crises().await;
    assert_eq!(dora.alert_events().await.len(), 2, "what is raised on purpose counts");
    is_unseen().await;

    // Nor when it is closed: there is nothing left to do.
    dora.closes_alert(&alert).await.expect(200);
    is_unseen().await;
}

#[apply(both_engines)]
async fn anonymous_answer_to_an_outreach_message_is_for_clinicians_too(app: TestApp) {
    let (cory, dana) = app.two_coordinators().await;
    let addresses = staff_addresses(1);
    cory.runs_campaign(&dana, json!({}), &addresses).await;
    app.queue_due_outreach().await;
    let token = app.outreach_token_for(&addresses[0]).await;
    let InCare { ada, cleo, .. } = app.in_care().await;
    let answer = json!({ "safety_question": "yes", "contact": ada.email });
    app.answers_outreach(&token, "please_contact_me", answer).await.expect(200);
    app.run_contact_crises().await;
    assert_eq!(cleo.alert_events().await, [("immediate".to_owned(), None)]);
    expect_no_alert(&dana, &cleo.open_alerts().await[0]).await;
    assert_eq!((emails_about_alerts(&app, &cleo).await, emails_about_alerts(&app, &dana).await), (1, 0));
}

#[apply(both_engines)]
async fn another_event_shows_the_alert_to_coordinators_and_notifies_them(app: TestApp) {
    let (cory, hanna) = (app.coordinator().await, app.call_handler().await);
    let InCare { ada, cleo, .. } = app.in_care().await;
    ada.chooses_texts_to("+447700900123").await;
    is_requested_in_danger(&app, NUMBER).await;
    let alert = cleo.open_alerts().await.remove(0);
    expect_no_alert(&cory, &alert).await;

    // A call that a member of staff has logged, and that is less severe.
    app.clock.advance(TimeDelta::seconds(1));
    let call = hanna.logs_contact("phone", json!({ "email": ada.email })).await.expect(201).id();
    hanna.triages_contact(&call, &["needs_today"]).await.expect(200);
    app.run_contact_crises().await;
    assert_eq!(cory.open_alerts().await, [alert.clone()]);
    let severities: Vec<String> = cory.alert_events().await.into_iter().map(|(severity, _)| severity).collect();
    assert_eq!(severities, ["immediate", "urgent"]);
    assert_eq!((emails_about_alerts(&app, &cory).await, emails_about_alerts(&app, &cleo).await), (1, 1));
    cory.asks_how_to_reach(&ada, "risk_alert").await.expect(200);
    cory.records_contact_attempt(&alert, true).await.expect(201);
}

#[apply(both_engines)]
async fn attempt_of_a_clinician_shows_the_alert_to_coordinators(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, app.seeded_in_care("Ada Byron").await);
    ada.chooses_texts_to("+447700900123").await;
    let dora = app.clinician_on_duty(&cory).await;
    is_requested_in_danger(&app, NUMBER).await;
    let alert = dora.open_alerts().await.remove(0);
    expect_no_alert(&cory, &alert).await;
    dora.records_contact_attempt(&alert, false).await.expect(201);
    assert_eq!(cory.open_alerts().await, [alert.clone()], "they may help to reach her");
    assert_eq!(cory.reads_practitioner(&ada).await.expect(200).text("basis"), "alert");
    cory.asks_how_to_reach(&ada, "risk_alert").await.expect(200);
    dora.closes_alert(&alert).await.expect(200);
    cory.reads_alert(&alert).await;
}

#[apply(both_engines)]
async fn coordinator_who_knows_the_practitioner_for_another_reason_sees_no_such_alert_either(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, app.practitioner("Ada Byron").await);
    ada.chooses_texts_to("+447700900123").await;
    let dora = app.clinician_on_duty(&cory).await;
    is_requested_in_danger(&app, NUMBER).await;
    let alert = dora.open_alerts().await.remove(0);
    expect_no_alert(&cory, &alert).await;
    let read = cory.reads_practitioner(&ada).await.expect(200);
    assert_eq!(read.text("basis"), "booking");
    assert!(read.json.to_string().contains("\"has_open_alert\":false"), "{}", read.json);
    cory.asks_how_to_reach(&ada, "risk_alert").await.expect(422).expect_field("no_reason_to_contact", "reason");

    // An alert that is hidden takes no place on a page.
    let bea = app.practitioner("Bea Byron").await;
    app.clock.advance(TimeDelta::hours(1));
    let cory = cory.signs_in_again().await;
    let older = cory.raises_concern(&bea, "urgent").await.expect(201).id();
    app.clock.advance(TimeDelta::seconds(1));
    is_requested_in_danger(&app, NUMBER).await;
    let page = cory.get("/v1/risk-alerts?limit=1").send().await.expect(200);
    assert_eq!(page.items().iter().map(|one| one["id"].as_str().unwrap()).collect::<Vec<_>>(), [older.as_str()]);
    assert!(page.json["next_cursor"].is_null());
}

#[apply(both_engines)]
async fn alert_for_clinicians_asks_for_one_on_duty_while_there_is_none(app: TestApp) {
    let (cory, pia) = (app.coordinator().await, app.staff("Pia Vale", Role::PrivacyOfficer).await);
    let ada = app.practitioner("Ada Byron").await;
    ada.chooses_texts_to("+447700900123").await;
    is_requested_in_danger(&app, NUMBER).await;
    assert_eq!(app.count_emails_about(&pia, UNATTENDED).await, 1, "no one treats her, and no one is on duty");
    app.clock.advance(TimeDelta::minutes(15));
    assert_eq!(app.run_risk_jobs().await, 1);
    assert_eq!(app.count_emails_about(&pia, UNATTENDED).await, 2);
    assert_eq!(app.count_emails_about(&pia, ANOTHER_COORDINATOR).await, 0, "another coordinator would not see it");
    assert_eq!(emails_about_alerts(&app, &cory).await, 0);

    // Who comes on duty is notified, and closes it.
    let dora = app.clinician_on_duty(&cory.signs_in_again().await).await;
    app.run_risk_jobs().await;
    assert_eq!(emails_about_alerts(&app, &dora).await, 1);
    let open = dora.open_alerts().await;
    assert_eq!(open.len(), 1);
    dora.closes_alert(&open[0]).await.expect(200);
}

#[apply(both_engines)]
async fn overdue_alert_for_clinicians_reaches_those_who_treat_and_then_those_who_see_to_the_rota(app: TestApp) {
    let (cory, pia) = (app.coordinator().await, app.staff("Pia Vale", Role::PrivacyOfficer).await);
    let InCare { ada, cleo, .. } = app.in_care().await;
    ada.chooses_texts_to("+447700900123").await;
    is_requested_in_danger(&app, NUMBER).await;
    let reached = async || (emails_about_alerts(&app, &cleo).await, app.count_emails_about(&pia, UNATTENDED).await);
    assert_eq!(reached().await, (1, 0));
    app.clock.advance(TimeDelta::minutes(15));
    assert_eq!(app.run_risk_jobs().await, 1);
    assert_eq!(reached().await, (2, 1), "she may be asleep, and no coordinator sees it who could put someone on duty");
    app.clock.advance(TimeDelta::minutes(15));
    assert_eq!(app.run_risk_jobs().await, 1);
    assert_eq!(reached().await, (3, 2));
    assert_eq!(emails_about_alerts(&app, &cory).await, 0);
}
