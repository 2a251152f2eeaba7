//! Messages to clinicians about changes that others made in their calendars: once, in neutral words, by their preferences.

use chrono::TimeDelta;
use confide::scheduling::calendar::model::AppointmentKind;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::clinical_record::{InCare, record_path};
use crate::support::groups::class;
use crate::support::{TestApp, apply, both_engines};

const CHANGED: &str = "Your calendar has changed";

/// The lines about changes in the emails to a clinician, one string per email.
async fn changes_sent_to(app: &TestApp, clinician: &Actor) -> Vec<String> {
    let emails = app.emails_to(&clinician.email).await.into_iter().filter(|email| email.subject == CHANGED);
    let lines = |body: &str| body.lines().filter(|line| line.starts_with("- ")).collect::<Vec<_>>().join("\n");
    emails.map(|email| lines(&email.body.replace("\r\n", "\n"))).collect()
}

async fn sets_preference(clinician: &Actor, calendar: &str) {
    let etag = clinician.get("/v1/me/calendar-message-preferences").send().await.expect(200).etag();
    let form = json!({ "calendar": calendar });
    let saved = clinician.put("/v1/me/calendar-message-preferences", form.clone()).if_match(&etag).send().await.expect(200);
    assert_eq!(saved.json, form);
}

#[apply(both_engines)]
async fn clinician_is_notified_of_a_booking_a_move_and_a_cancellation(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(4), AppointmentKind::Assessment).await;
    let id = ada.books(&slot).await.expect(201).id();
    assert_eq!(changes_sent_to(&app, &cleo).await, ["- Booked: Friday 15 January 2027 at 09:00 (UK time)"]);
    app.clock.advance(TimeDelta::minutes(4));
    let other = app.free_slot(&cleo, TimeDelta::days(6), AppointmentKind::Assessment).await;
    ada.moves(&id, &other).await.expect(200);
    let moved = "- Moved: from Friday 15 January 2027 at 09:00 (UK time) to Sunday 17 January 2027 at 09:04 (UK time)";
    assert_eq!(changes_sent_to(&app, &cleo).await[1..], [moved]);
    app.clock.advance(TimeDelta::minutes(4));
    ada.cancels(&id, "practitioner_work").await.expect(200);
    assert_eq!(changes_sent_to(&app, &cleo).await[2..], ["- Cancelled: Sunday 17 January 2027 at 09:04 (UK time)"]);
    for email in app.expect_emails_to(&cleo.email).await {
        let text = format!("{} {}", email.subject, email.body).to_lowercase();
        for word in ["ada", "work", "assessment", "confide", "practitioner", &id] {
            assert!(!text.contains(word), "{word} is in: {text}");
        }
        assert!(email.body.contains("The details are in your calendar."), "{}", email.body);
    }
}

#[apply(both_engines)]
async fn several_changes_within_minutes_are_one_message(app: TestApp) {
    let (ada, bea, cleo) = (app.ada().await, app.practitioner("Bea Lane").await, app.cleo().await);
    app.set_pathway(&bea, confide::people::practitioners::model::Pathway::IntakeDone).await;
    let at = async |days| app.free_slot(&cleo, TimeDelta::days(days), AppointmentKind::Assessment).await;
    let [one, two, three] = [at(4).await, at(5).await, at(6).await];
    let id = ada.books(&one).await.expect(201).id();
    ada.moves(&id, &two).await.expect(200);
    let short_lived = bea.books(&three).await.expect(201).id();
    assert_eq!(app.notifications_to(cleo.id).await.len(), 1, "one message about all of it");
    bea.cancels(&short_lived, "practitioner_other").await.expect(200);
    let changes = changes_sent_to(&app, &cleo).await;
    assert_eq!(
        changes,
        ["- Booked: Saturday 16 January 2027 at 09:00 (UK time)"],
        "a booking that was cancelled at once is not sent"
    );
}

#[apply(both_engines)]
async fn both_clinicians_are_notified_when_an_appointment_changes_clinician(app: TestApp) {
    let (ada, cleo, dora) = (app.ada().await, app.cleo().await, app.clinician("Dora Field").await);
    let slot = app.free_slot(&cleo, TimeDelta::days(4), AppointmentKind::Assessment).await;
    let id = ada.books(&slot).await.expect(201).id();
    assert_eq!(changes_sent_to(&app, &cleo).await.len(), 1);
    app.clock.advance(TimeDelta::minutes(4));
    let (other, cory) = (app.free_slot(&dora, TimeDelta::days(5), AppointmentKind::Assessment).await, app.coordinator().await);
    cory.moves(&id, &other).await.expect(200);
    assert_eq!(changes_sent_to(&app, &cleo).await[1..], ["- Cancelled: Friday 15 January 2027 at 09:00 (UK time)"]);
    assert_eq!(changes_sent_to(&app, &dora).await, ["- Booked: Saturday 16 January 2027 at 09:04 (UK time)"]);
}

#[apply(both_engines)]
async fn confirmed_hold_is_notified_as_a_booking(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(4), AppointmentKind::Assessment).await;
    ada.holds(&slot).await.expect(200);
    assert!(changes_sent_to(&app, &cleo).await.is_empty(), "a hold is not a booking");
    ada.books_held_slot(&slot).await.expect(201);
    assert_eq!(changes_sent_to(&app, &cleo).await, ["- Booked: Friday 15 January 2027 at 09:00 (UK time)"]);
}

#[apply(both_engines)]
async fn clinician_is_not_notified_of_their_own_changes(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(4), AppointmentKind::Assessment).await;
    let id = ada.books(&slot).await.expect(201).id();
    // It undoes the booking before its message is due, so none is sent.
    cleo.cancels(&id, "clinician_unwell").await.expect(200);
    assert!(changes_sent_to(&app, &cleo).await.is_empty());
    assert_eq!(app.notifications_to(cleo.id).await, [("calendar_changed".to_owned(), "dropped".to_owned())]);
}

#[apply(both_engines)]
async fn daily_preference_sends_one_summary_in_the_morning(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    sets_preference(&cleo, "daily").await;
    let [soon, later] = [
        app.free_slot(&cleo, TimeDelta::hours(30), AppointmentKind::Assessment).await,
        app.free_slot(&cleo, TimeDelta::days(4), AppointmentKind::Assessment).await,
    ];
    let id = ada.books(&later).await.expect(201).id();
    assert!(changes_sent_to(&app, &cleo).await.is_empty());
    app.clock.advance(TimeDelta::minutes(5));
    ada.moves(&id, &soon).await.expect(200);
    assert!(changes_sent_to(&app, &cleo).await.is_empty());
    app.clock.advance(TimeDelta::hours(22));
    assert_eq!(changes_sent_to(&app, &cleo).await, ["- Booked: Tuesday 12 January 2027 at 15:00 (UK time)"]);
}

#[apply(both_engines)]
async fn never_preference_sends_no_message(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    assert_eq!(
        cleo.get("/v1/me/calendar-message-preferences").send().await.expect(200).json,
        json!({ "calendar": "immediately" })
    );
    let slot = app.free_slot(&cleo, TimeDelta::days(4), AppointmentKind::Assessment).await;
    let id = ada.books(&slot).await.expect(201).id();
    sets_preference(&cleo, "never").await;
    assert!(changes_sent_to(&app, &cleo).await.is_empty(), "the preference counts when a message is due");
    ada.cancels(&id, "practitioner_work").await.expect(200);
    assert!(changes_sent_to(&app, &cleo).await.is_empty());
}

#[apply(both_engines)]
async fn clinician_is_notified_of_an_absence_entered_by_another(app: TestApp) {
    let (cleo, cory) = (app.clinician("Cleo Marsh").await, app.coordinator().await);
    cleo.holds_clinic_on("wednesday", "09:00", "12:00", 60, "assessment", "video").await;
    let ada = app.new_practitioner("Ada Byron").registers_and_signs_in().await;
    ada.completes_intake().await;
    let slot = ada.finds_slot(&cleo, "2027-01-13T09:00:00Z").await;
    ada.books(&slot).await.expect(201);
    assert_eq!(changes_sent_to(&app, &cleo).await.len(), 1);
    app.clock.advance(TimeDelta::minutes(4));
    let form = json!({ "clinician_id": cleo.id, "starts_at": "2027-01-13T09:00:00Z", "ends_at": "2027-01-13T10:00:00Z" });
    cory.post("/v1/absences", form).send().await.expect(201);
    assert_eq!(changes_sent_to(&app, &cleo).await[1..], ["- Some bookings have lost their time and need a new one."]);
}

#[apply(both_engines)]
async fn facilitators_are_notified_of_places_and_sessions(app: TestApp) {
    let group = app.group(class).await;
    let made = "- The times of a series of bookings have changed.";
    assert_eq!(changes_sent_to(&app, &group.cleo).await, [made]);
    app.clock.advance(TimeDelta::minutes(4));
    let (ada, enrolment) = app.member("Ada Byron", &group).await;
    let places = "- The places of a series of bookings have changed.";
    for leading in [&group.cleo, &group.dora] {
        assert_eq!(changes_sent_to(&app, leading).await[1..], [places]);
    }
    app.clock.advance(TimeDelta::minutes(4));
    ada.leaves_group(&enrolment).await.expect(200);
    assert_eq!(changes_sent_to(&app, &group.dora).await[2..], [places]);
    app.clock.advance(TimeDelta::minutes(4));
    let group = group.signed_in_again().await;
    let sessions: Vec<Value> = group.sessions().await;
    let first = sessions[0]["id"].as_str().unwrap();
    group.cleo.cancels_session(first).await.expect(200);
    assert_eq!(changes_sent_to(&app, &group.cleo).await.len(), 3, "her own change");
    let cancelled = changes_sent_to(&app, &group.dora).await.pop().unwrap();
    assert!(cancelled.starts_with("- Cancelled: "), "{cancelled}");
}

#[apply(both_engines)]
async fn clinician_is_notified_of_a_follow_up_agreed_and_cancelled_by_another(app: TestApp) {
    let (cleo, dora) = (app.cleo().await, app.clinician("Dora Field").await);
    let (ada, appointment) = app.practitioner_seen_by("Ada Byron", &cleo, 2).await;
    let mut form = crate::support::follow_ups::follow_up_in_two_weeks(appointment);
    form["clinician_id"] = json!(dora.id);
    let follow_up = cleo.agrees_follow_up(&ada, form).await.expect(201).id();
    let line = "- What was agreed for later has changed.";
    assert_eq!((changes_sent_to(&app, &dora).await, changes_sent_to(&app, &cleo).await), (vec![line.to_owned()], Vec::new()));
    app.clock.advance(TimeDelta::minutes(4));
    cleo.cancels_follow_up(&follow_up, "not_needed").await.expect(200);
    assert_eq!(changes_sent_to(&app, &dora).await.len(), 2);
}

#[apply(both_engines)]
async fn new_lead_is_notified(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let dora = app.dora().await;
    cleo.assigns_lead(&ada, &dora).await.expect(200);
    assert_eq!(changes_sent_to(&app, &dora).await, ["- Your caseload has changed."]);
}

#[apply(both_engines)]
async fn clinician_is_notified_when_a_death_cancels_an_appointment(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let dora = app.dora().await;
    let slot = app.free_slot(&dora, TimeDelta::days(3), AppointmentKind::Treatment).await;
    ada.books(&slot).await.expect(201);
    assert_eq!(changes_sent_to(&app, &dora).await, ["- Booked: Thursday 14 January 2027 at 09:00 (UK time)"]);
    app.clock.advance(TimeDelta::minutes(4));
    let form = json!({ "reason": "died", "summary": "Reported by her family." });
    cleo.post(&record_path(&ada, "discharge"), form).send().await.expect(201);
    assert_eq!(changes_sent_to(&app, &dora).await[1..], ["- Cancelled: Thursday 14 January 2027 at 09:00 (UK time)"]);
}
