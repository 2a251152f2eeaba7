//! Deadlines: reminders, expiry, and appointments that lose their funding.

use chrono::TimeDelta;
use confide::access::funding::jobs;
use confide::people::Role;

use crate::support::app::TestSettings;
use crate::support::funding::{SOUTH_WEST_LONDON, approve_sessions, approve_until, approve_without_limit, decline};
use crate::support::races::at_once;
use crate::support::{TestApp, apply, both_engines};

/// The subjects of the reminder emails to an address.
async fn reminders(app: &TestApp, address: &str) -> Vec<String> {
    let emails = app.emails_to(address).await;
    emails
        .into_iter()
        .map(|email| email.subject)
        .filter(|subject| subject.contains("overdue") || subject.contains("waits"))
        .collect()
}

#[apply(both_engines)]
async fn commissioner_is_reminded_once_before_and_once_after_the_deadline(app: TestApp) {
    let cory = app.coordinator().await;
    let commissioner = app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await;
    let nurse = app.nurse("Nora Nurse").await;
    let request = nurse.submits_own_request().await;
    cory.sends_to_panel(&request, "2027-01-25").await;
    let sent = reminders(&app, &commissioner.email).await.len();
    assert_eq!(app.run_funding_jobs().await, 0, "the eighth of February is not close yet");
    for (time, expected) in [
        ("2027-02-02T12:00:00Z", 0),
        ("2027-02-03T12:00:00Z", 1),
        ("2027-02-04T12:00:00Z", 1),
        ("2027-02-08T12:00:00Z", 1),
        ("2027-02-09T12:00:00Z", 2),
        ("2027-03-09T12:00:00Z", 2),
    ] {
        app.advance_clock_to(time);
        app.run_funding_jobs().await;
        app.run_funding_jobs().await;
        assert_eq!(reminders(&app, &commissioner.email).await.len() - sent, expected, "{time}");
    }
    let overdue: Vec<_> =
        app.emails_to(&commissioner.email).await.into_iter().filter(|l| l.subject == "An answer is overdue").collect();
    assert!(overdue.len() == 1 && overdue[0].body.contains("Monday 8 February 2027"), "{overdue:?}");
}

#[apply(both_engines)]
async fn each_stage_reminds_the_person_who_must_act(app: TestApp) {
    let cory = app.coordinator().await;
    let commissioner = app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await;
    let nurse = app.nurse("Nora Nurse").await;
    let request = nurse.submits_own_request().await;
    let first = reminders(&app, &cory.email).await.len();
    app.advance_clock_to("2027-01-14T09:00:00Z");
    app.run_funding_jobs().await;
    assert_eq!(reminders(&app, &cory.email).await.len() - first, 1, "the coordinator's five days");
    let (cory, nurse) = (cory.signs_in_again().await, nurse.signs_in_again().await);
    cory.acts_on_request_without_body(&request, "screen").await.expect(200);
    cory.acts_on_request(&request, "request-information", serde_json::json!({ "question": "Since when?" })).await.expect(200);
    app.advance_clock_to("2027-02-08T09:00:00Z");
    app.run_funding_jobs().await;
    assert_eq!(reminders(&app, &nurse.email).await, ["A request waits for you"], "her own answer");
    let (cory, nurse, commissioner) =
        (cory.signs_in_again().await, nurse.signs_in_again().await, commissioner.signs_in_again().await);
    nurse.acts_on_request(&request, "provide-information", serde_json::json!({ "text": "Since May." })).await.expect(200);
    cory.acts_on_request(&request, "send-to-panel", serde_json::json!({ "panel_on": "2027-02-22" })).await.expect(200);
    commissioner.decides(&request, decline()).await.expect(200);
    app.advance_clock_to("2027-03-04T09:00:00Z");
    app.run_funding_jobs().await;
    assert_eq!(reminders(&app, &nurse.email).await.len(), 2, "her time to appeal ends");
    app.advance_clock_to("2027-04-04T09:00:00Z");
    while app.run_funding_jobs().await > 0 {}
    assert_eq!(reminders(&app, &nurse.email).await.len(), 2, "no reminder of a deadline that has passed");
}

#[apply(both_engines)]
async fn notifications_wait_for_the_morning_and_an_obsolete_reminder_is_not_sent(app: TestApp) {
    let cory = app.coordinator().await;
    let commissioner = app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await;
    let nurse = app.nurse("Nora Nurse").await;
    let request = nurse.submits_own_request().await;
    cory.sends_to_panel(&request, "2027-01-25").await;
    // None of these messages has been sent when the commissioner, who works late, decides.
    app.advance_clock_to("2027-01-25T22:30:00Z");
    commissioner.signs_in_again().await.decides(&request, decline()).await.expect(200);
    assert_eq!(app.count_emails_about(&nurse, "There is news about your request").await, 0, "quiet hours");
    assert!(reminders(&app, &commissioner.email).await.is_empty(), "it was decided");
    app.advance_clock_to("2027-01-26T08:00:00Z");
    assert_eq!(app.count_emails_about(&nurse, "There is news about your request").await, 1);
}

#[apply(both_engines)]
async fn notification_follows_the_practitioners_preferences(app: TestApp) {
    let nurse = app.nurse("Nora Nurse").await;
    nurse.chooses_texts_to("+447700900123").await;
    let request = nurse.submits_own_request().await;
    let cory = app.coordinator().await;
    cory.acts_on_request_without_body(&request, "screen").await.expect(200);
    cory.acts_on_request(&request, "request-information", serde_json::json!({ "question": "Since when?" })).await.expect(200);
    let texts = app.texts_to("+447700900123").await;
    assert_eq!(texts.last().unwrap(), "There is news about your request. The details are in your app.");
    assert_eq!(app.count_emails_about(&nurse, "There is news about your request").await, 0);
}

#[apply(both_engines)]
async fn two_instances_send_each_reminder_once(app: TestApp) {
    let twin = app.with_the_same_database(TestSettings::default()).await;
    let cory = app.coordinator().await;
    let commissioner = app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await;
    let (waiting, _) = app.funded_nurse("Nell Nurse", approve_until("2027-01-20")).await;
    let nurse = app.nurse("Nora Nurse").await;
    let request = nurse.submits_own_request().await;
    cory.sends_to_panel(&request, "2027-01-25").await;
    let sent = reminders(&app, &commissioner.email).await.len();
    let emails_before = app.emails_to(&waiting.email).await.len();
    app.advance_clock_to("2027-02-09T09:00:00Z");
    let run_jobs = |app: &TestApp| {
        let platform = app.platform.clone();
        async move { platform.write(jobs::run_due).await.unwrap() }
    };
    let done = at_once(4, |number| run_jobs([&app, &twin][number % 2])).await;
    assert!(done.iter().sum::<usize>() >= 2, "{done:?}");
    assert_eq!(reminders(&app, &commissioner.email).await.len() - sent, 1);
    assert_eq!(app.emails_to(&waiting.email).await.len() - emails_before, 1, "one email about the one expiry");
}

#[apply(both_engines)]
async fn appointments_outlive_their_approval_and_a_coordinator_must_decide(app: TestApp) {
    let (cory, cleo) = (app.coordinator().await, app.cleo().await);
    let (nurse, request) = app.funded_nurse_in_care("Nora Nurse", approve_until("2027-01-13")).await;
    let slots = app.treatment_slots(&cleo, 4, 24 * 7).await;
    let first = nurse.books(&slots[0]).await.expect(201).id();
    let second = nurse.books(&slots[1]).await.expect(201).id();
    assert!(cory.unfunded_appointments().await.is_empty());
    app.advance_clock_to("2027-01-14T09:00:00Z");
    let (cory, nurse) = (cory.signs_in_again().await, nurse.signs_in_again().await);
    assert_eq!(cory.unfunded_appointments().await.len(), 2, "listed at once, although the expiry is not recorded yet");
    app.run_funding_jobs().await;
    assert_eq!(app.count_emails_about(&cory, "Bookings wait for your decision").await, 1);
    let statuses: Vec<_> = app.appointments_of(&nurse).await.into_iter().map(|(_, _, status)| status).collect();
    assert_eq!(statuses, ["booked", "booked"], "the appointments are unchanged");
    let request_seen = cory.reads_request(&request).await.expect(200);
    assert_eq!((request_seen.text("state"), request_seen.json["appointments"].as_array().unwrap().len()), ("expired".into(), 2));
    assert_eq!(nurse.reads_request(&request).await.expect(200).json["appointments"], serde_json::json!([]));

    let uncovered = cory.unfunded_appointments().await;
    assert_eq!(uncovered.iter().map(|(_, appointment)| appointment.clone()).collect::<Vec<_>>(), [first.clone(), second.clone()]);
    let confirmed = cory.confirms_unfunded_appointment(&uncovered[0].0).await.expect(200);
    assert_eq!((confirmed.text("appointment_id"), confirmed.text("request_state")), (first.clone(), "expired".into()));
    cory.confirms_unfunded_appointment(&uncovered[0].0).await.expect(409).expect_problem("state_conflict");
    cory.cancels(&second, "service").await.expect(200);
    assert!(cory.unfunded_appointments().await.is_empty());
    cory.confirms_unfunded_appointment(&uncovered[1].0).await.expect_problem("state_conflict");
    nurse.reads_appointment(&first).await.expect(200);
    let own = nurse.reads_request(&request).await.expect(200);
    let events: Vec<_> =
        own.json["history"].as_array().unwrap().iter().rev().take(2).map(|h| h["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["appointment_confirmed", "expired"]);
    nurse.moves(&first, &slots[2]).await.expect(200);
    nurse.books(&slots[3]).await.expect_problem("funding_expired");
}

#[apply(both_engines)]
async fn revoked_approval_keeps_appointments_and_asks_the_coordinator(app: TestApp) {
    let (cory, cleo) = (app.coordinator().await, app.cleo().await);
    let (nurse, request) = app.funded_nurse_in_care("Nora Nurse", approve_sessions(5)).await;
    let commissioner = app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await;
    let slots = app.treatment_slots(&cleo, 2, 48).await;
    let booked = nurse.books(&slots[0]).await.expect(201).id();
    commissioner.decides(&request, decline()).await.expect(200);
    assert_eq!(nurse.pathway().await, "in_care");
    assert_eq!(nurse.reads_appointment(&booked).await.expect(200).text("state"), "booked");
    nurse.books(&slots[1]).await.expect(422).expect_problem("funding_required");
    assert_eq!(app.count_emails_about(&cory, "Bookings wait for your decision").await, 1);
    assert_eq!(cory.unfunded_appointments().await.len(), 1);
    nurse.appeals(&request, "irrational").await.expect(200);
    assert_eq!(cory.unfunded_appointments().await.len(), 1);
    commissioner.decides(&request, approve_without_limit()).await.expect(200);
    assert!(cory.unfunded_appointments().await.is_empty(), "covered again");
    nurse.books(&slots[1]).await.expect(201);
    assert_eq!(nurse.sessions_used(&request).await, 2);
    app.clock.advance(TimeDelta::seconds(1));
}

#[apply(both_engines)]
async fn registered_practitioner_is_signposted_when_the_approval_is_revoked(app: TestApp) {
    let (nurse, request) = app.funded_nurse("Nora Nurse", approve_sessions(5)).await;
    let commissioner = app.staff("Morgan Vale", Role::Commissioner).await;
    app.administrator().await.sets_commissioned_areas(&commissioner, &[SOUTH_WEST_LONDON]).await.expect(200);
    assert_eq!(nurse.pathway().await, "registered");
    commissioner.decides(&request, decline()).await.expect(200);
    assert_eq!(nurse.pathway().await, "signposted");
}

#[apply(both_engines)]
async fn coordinator_is_reminded_when_many_blocked_coordinators_come_first(app: TestApp) {
    for initial in 'a'..='t' {
        app.staff(&format!("Rosa Anne{initial} Lind"), Role::Coordinator).await;
    }
    app.clock.advance(TimeDelta::seconds(1));
    let cory = app.coordinator().await;
    let nurse = app.nurse("Nora Nurse").await;
    nurse.blocks_name("Rosa Lind").await.expect(201);
    nurse.submits_own_request().await;
    let before = reminders(&app, &cory.email).await.len();
    app.advance_clock_to("2027-01-14T09:00:00Z");
    app.run_funding_jobs().await;
    assert_eq!(reminders(&app, &cory.email).await.len() - before, 1);
    assert!(reminders(&app, "rosa.annea.lind@example.org").await.is_empty());
}

#[apply(both_engines)]
async fn commissioner_is_notified_when_many_blocked_commissioners_come_first(app: TestApp) {
    for initial in 'a'..='t' {
        app.commissioner(&format!("Rosa Anne{initial} Lind"), &[SOUTH_WEST_LONDON]).await;
    }
    app.clock.advance(TimeDelta::seconds(1));
    let morgan = app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await;
    let (cory, nurse) = (app.coordinator().await, app.nurse("Nora Nurse").await);
    nurse.blocks_name("Rosa Lind").await.expect(201);
    let request = nurse.submits_own_request().await;
    let before = app.emails_to(&cory.email).await.len();
    cory.sends_to_panel(&request, "2027-01-25").await;
    assert_eq!(app.emails_to(&morgan.email).await.len(), 1);
    assert_eq!(app.emails_to(&cory.email).await.len(), before, "a commissioner can decide");
}
