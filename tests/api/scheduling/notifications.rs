//! Notifications of appointments to practitioners and coordinators: sent once, late enough to be true, by preference.

use chrono::{DateTime, TimeDelta, Utc};
use confide::people::practitioners::model::Pathway;
use confide::platform::outbox::transport::Transport;
use confide::platform::outbox::worker::{Sender, send_due};
use confide::platform::schema::outbox::dsl;
use confide::scheduling::calendar::model::AppointmentKind;
use diesel::prelude::*;
use serde_json::json;

use crate::support::actors::Actor;
use crate::support::ports::free_address;
use crate::support::{TestApp, apply, both_engines};

const MINUTE: TimeDelta = TimeDelta::minutes(1);
const NUMBER: &str = "+447700900123";

/// Books an appointment for Ada that starts after that time. Returns its id.
async fn ada_books(app: &TestApp, ada: &Actor, cleo: &Actor, until_start: TimeDelta) -> String {
    let slot = app.free_slot(cleo, until_start, AppointmentKind::Assessment).await;
    ada.books(&slot).await.expect(201).id()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn states(notifications: &[(String, String)]) -> Vec<(&str, &str)> {
    let mut states: Vec<_> = notifications.iter().map(|(kind, state)| (kind.as_str(), state.as_str())).collect();
    states.sort_unstable();
    states
}

#[apply(both_engines)]
async fn changes_within_minutes_send_one_email(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let before = app.emails_to(&ada.email).await.len();
    let id = ada_books(&app, &ada, &cleo, TimeDelta::days(5)).await;
    app.clock.advance(MINUTE);
    let other = app.free_slot(&cleo, TimeDelta::days(6), AppointmentKind::Assessment).await;
    ada.moves(&id, &other).await.expect(200);
    app.clock.advance(MINUTE);
    ada.cancels(&id, "practitioner_work").await.expect(200);
    assert_eq!(app.email_subjects_to(&ada.email).await[before..], ["Your booking is cancelled"]);
    let notifications = app.notifications_to(ada.id).await;
    assert_eq!(
        states(&notifications),
        [
            ("appointment_booked", "dropped"),
            ("appointment_cancelled", "sent"),
            ("appointment_moved", "dropped"),
            ("appointment_reminder", "dropped"),
            ("appointment_reminder", "dropped"),
            ("appointment_reminder", "dropped"),
            ("appointment_reminder", "dropped")
        ]
    );
}

#[apply(both_engines)]
async fn reminders_are_sent_two_days_and_one_day_before(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    ada_books(&app, &ada, &cleo, TimeDelta::days(5)).await;
    assert_eq!(
        app.queued_due_times(ada.id, "appointment_reminder").await,
        [at("2027-01-14T09:00:00Z"), at("2027-01-15T09:00:00Z")]
    );
    app.deliver_due_messages().await;
    let before = app.emails_to(&ada.email).await.len();
    app.clock.advance(TimeDelta::days(3));
    let emails = app.emails_to(&ada.email).await;
    assert_eq!(emails.len() - before, 1);
    let email = emails.last().unwrap();
    assert_eq!(email.subject, "A reminder of your booking");
    assert!(email.body.contains("your booking is on Saturday 16 January 2027 at 09:00 (UK time)."), "{}", email.body);
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(app.emails_to(&ada.email).await.len() - before, 2);
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(app.emails_to(&ada.email).await.len() - before, 2, "and no more");
}

#[apply(both_engines)]
async fn reminders_move_and_are_cancelled_with_the_appointment(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let id = ada_books(&app, &ada, &cleo, TimeDelta::days(5)).await;
    let other = app.free_slot(&cleo, TimeDelta::days(9), AppointmentKind::Assessment).await;
    ada.moves(&id, &other).await.expect(200);
    assert_eq!(
        app.queued_due_times(ada.id, "appointment_reminder").await,
        [at("2027-01-18T09:00:00Z"), at("2027-01-19T09:00:00Z")]
    );
    ada.cancels(&id, "practitioner_work").await.expect(200);
    assert!(app.queued_due_times(ada.id, "appointment_reminder").await.is_empty());
    app.deliver_due_messages().await;
    let before = app.emails_to(&ada.email).await.len();
    app.clock.advance(TimeDelta::days(8));
    assert_eq!(app.emails_to(&ada.email).await.len(), before, "no reminder of a cancelled appointment");
}

#[apply(both_engines)]
async fn booking_at_short_notice_has_no_reminders(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    ada_books(&app, &ada, &cleo, TimeDelta::hours(35)).await;
    assert!(app.queued_due_times(ada.id, "appointment_reminder").await.is_empty());
}

#[apply(both_engines)]
async fn reminders_may_be_switched_off_after_booking(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    ada_books(&app, &ada, &cleo, TimeDelta::days(5)).await;
    app.deliver_due_messages().await;
    ada.sets_message_preferences(json!({ "reminders": false })).await.expect(200);
    let before = app.emails_to(&ada.email).await.len();
    app.clock.advance(TimeDelta::days(4));
    assert_eq!(app.emails_to(&ada.email).await.len(), before);
}

#[apply(both_engines)]
async fn no_notification_is_sent_at_night(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let before = app.emails_to(&ada.email).await.len();
    app.clock.advance(TimeDelta::hours(12));
    let ada = ada.signs_in_again().await;
    ada_books(&app, &ada, &cleo, TimeDelta::days(3)).await;
    assert_eq!(app.emails_to(&ada.email).await.len(), before, "it is nine in the evening");
    assert_eq!(app.queued_due_times(ada.id, "appointment_booked").await, [at("2027-01-12T08:00:00Z")]);
    // An email that she has asked for is sent at any hour.
    app.post("/v1/password-resets", json!({ "email": ada.email })).send().await.expect(202);
    assert_eq!(app.email_subjects_to(&ada.email).await[before..], ["Choose a new password"]);
    app.clock.advance(TimeDelta::hours(11));
    assert_eq!(app.email_subjects_to(&ada.email).await.last().unwrap(), "Your booking is confirmed");
}

#[apply(both_engines)]
async fn night_time_change_to_an_early_morning_appointment_is_notified_at_once(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let id = ada_books(&app, &ada, &cleo, TimeDelta::hours(22)).await;
    app.deliver_due_messages().await;
    app.clock.advance(TimeDelta::hours(14));
    let cleo = cleo.signs_in_again().await;
    cleo.cancels(&id, "clinician_unwell").await.expect(200);
    assert_eq!(
        app.email_subjects_to(&ada.email).await.last().unwrap(),
        "Your booking is cancelled",
        "otherwise she would travel for nothing"
    );
}

#[apply(both_engines)]
async fn text_message_states_the_time_and_nothing_else(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    ada.chooses_texts_to(NUMBER).await;
    let emails = app.emails_to(&ada.email).await.len();
    ada_books(&app, &ada, &cleo, TimeDelta::days(5)).await;
    let texts = app.texts_to(NUMBER).await;
    assert_eq!(texts[1..], ["Your booking is confirmed for Sat 16 Jan 2027 at 09:00 (UK time). The details are in your app."]);
    assert_eq!(app.emails_to(&ada.email).await.len(), emails, "a text or an email, not both");
}

#[apply(both_engines)]
async fn text_messages_go_only_to_a_confirmed_number(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    ada.sets_message_preferences(json!({ "channel": "sms", "mobile": NUMBER })).await.expect(200);
    let before = app.emails_to(&ada.email).await.len();
    let id = ada_books(&app, &ada, &cleo, TimeDelta::days(5)).await;
    assert!(app.texts_to(NUMBER).await.is_empty(), "it may be another person's");
    assert_eq!(app.email_subjects_to(&ada.email).await[before..], ["Your booking is confirmed"]);

    ada.chooses_texts_to(NUMBER).await;
    app.clock.advance(MINUTE);
    cleo.cancels(&id, "clinician_unwell").await.expect(200);
    let texts = app.texts_to(NUMBER).await;
    assert!(texts.len() == 2 && texts[1].contains("is cancelled"), "the code, and what she has to know: {texts:?}");
    let cancelled = "Your booking is cancelled".to_owned();
    assert!(!app.email_subjects_to(&ada.email).await.contains(&cancelled), "a text or an email, not both");

    // Another number, which was never confirmed.
    let other = "+447700900124";
    ada.sets_message_preferences(json!({ "channel": "sms", "mobile": other })).await.expect(200);
    ada_books(&app, &ada, &cleo, TimeDelta::days(6)).await;
    assert_eq!((app.texts_to(other).await.len(), app.texts_to(NUMBER).await.len()), (0, 2));
    assert_eq!(app.email_subjects_to(&ada.email).await.last().unwrap(), "Your booking is confirmed");
}

#[apply(both_engines)]
async fn preferences_count_when_a_message_is_due(app: TestApp) {
    let (ada, cleo) = (app.practitioner("Ada Byron").await, app.cleo().await);
    app.set_pathway(&ada, Pathway::IntakeDone).await;
    ada.changes_registration(json!({ "greeting": "Dear Heron", "consents": { "care": true, "data_processing": true, "service_name_in_messages": true } })).await.expect(200);
    ada_books(&app, &ada, &cleo, TimeDelta::days(5)).await;
    ada.sets_message_preferences(json!({ "wording": "named" })).await.expect(200);
    let email = app.emails_to(&ada.email).await.pop().unwrap();
    assert_eq!(email.subject, "Confide: Your booking is confirmed");
    assert!(email.body.starts_with("Dear Heron,") && email.body.contains("\nConfide"), "{}", email.body);

    // She withdraws the consent; the reminder is neutral again.
    ada.changes_registration(json!({ "consents": { "care": true, "data_processing": true } })).await.expect(200);
    app.clock.advance(TimeDelta::days(3));
    let email = app.emails_to(&ada.email).await.pop().unwrap();
    assert!(email.subject == "A reminder of your booking" && !email.body.contains("Confide"), "{}", email.body);
}

#[apply(both_engines)]
async fn essential_only_preference_sends_only_changes_made_by_others(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    ada.sets_message_preferences(json!({ "channel": "essential_only", "subject_line": "Rota query" })).await.expect(200);
    let before = app.emails_to(&ada.email).await.len();
    let id = ada_books(&app, &ada, &cleo, TimeDelta::days(5)).await;
    app.deliver_due_messages().await;
    let other = app.free_slot(&cleo, TimeDelta::days(6), AppointmentKind::Assessment).await;
    ada.moves(&id, &other).await.expect(200);
    app.deliver_due_messages().await;
    app.clock.advance(MINUTE);
    cleo.cancels(&id, "clinician_unwell").await.expect(200);
    let emails = app.emails_to(&ada.email).await;
    assert_eq!(emails.len() - before, 1);
    assert_eq!(emails.last().unwrap().subject, "Rota query");
    assert!(emails.last().unwrap().body.contains("is cancelled"));
}

#[apply(both_engines)]
async fn orphaned_appointment_is_not_confirmed_until_it_has_a_slot_again(app: TestApp) {
    let (cleo, cory) = (app.clinician("Cleo Marsh").await, app.coordinator().await);
    cleo.holds_clinic_on("wednesday", "09:00", "12:00", 60, "assessment", "video").await;
    let ada = app.new_practitioner("Ada Byron").registers_and_signs_in().await;
    ada.completes_intake().await;
    let slot = ada.finds_slot(&cleo, "2027-01-13T09:00:00Z").await;
    let before = app.emails_to(&ada.email).await.len();
    ada.books(&slot).await.expect(201);
    let away = cleo.is_away("2027-01-13T00:00:00Z", "2027-01-13T09:30:00Z").await;
    assert_eq!(app.emails_to(&ada.email).await.len(), before);
    let emails = app.emails_to(&cory.email).await;
    assert_eq!(emails.len(), 1, "one email to the coordinator");
    assert_eq!(emails[0].subject, "Bookings need a new time");
    for word in ["Cleo", "Ada", "Confide", "clinic"] {
        assert!(!emails[0].body.contains(word), "{word} is in {}", emails[0].body);
    }
    // The appointment has its slot again.
    cleo.delete(&format!("/v1/absences/{}", away.id())).send().await.expect(204);
    app.clock.advance(TimeDelta::minutes(31));
    assert_eq!(app.email_subjects_to(&ada.email).await[before..], ["Your booking is confirmed"]);
}

#[apply(both_engines)]
async fn coordinators_are_notified_once_of_orphaned_appointments_and_not_of_resolved_ones(app: TestApp) {
    let (cleo, cory) = (app.clinician("Cleo Marsh").await, app.coordinator().await);
    let closed = app.staff("Gone Coordinator", confide::people::Role::Coordinator).await;
    cleo.holds_clinic_on("wednesday", "09:00", "12:00", 60, "assessment", "video").await;
    let mut booked = Vec::new();
    for (name, hour) in [("Ada Byron", "09"), ("Bea Byron", "10")] {
        let person = app.new_practitioner(name).registers_and_signs_in().await;
        person.completes_intake().await;
        let slot = person.finds_slot(&cleo, &format!("2027-01-13T{hour}:00:00Z")).await;
        booked.push((person.books(&slot).await.expect(201).id(), person));
    }
    let avery = app.administrator().await;
    let seen = avery.get(&format!("/v1/staff/{}", closed.id)).send().await.expect(200);
    avery
        .patch(&format!("/v1/staff/{}", closed.id), json!({ "active": false, "reason": "Asked for by the person." }))
        .if_match(&seen.etag())
        .send()
        .await
        .expect(200);
    cleo.is_away("2027-01-13T09:00:00Z", "2027-01-13T10:00:00Z").await;
    cleo.is_away("2027-01-13T10:00:00Z", "2027-01-13T11:00:00Z").await;
    assert_eq!(app.notifications_to(cory.id).await.len(), 1, "one notification of both");
    for (id, person) in &booked {
        person.cancels(id, "practitioner_other").await.expect(200);
    }
    assert!(app.emails_to(&cory.email).await.is_empty(), "no appointment is orphaned any more");
    assert!(app.notifications_to(closed.id).await.is_empty());
    assert_eq!(states(&app.notifications_to(cory.id).await), [("appointments_orphaned", "dropped")]);
}

#[apply(both_engines)]
async fn message_claimed_by_another_instance_is_superseded_too(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let id = ada_books(&app, &ada, &cleo, TimeDelta::days(1)).await;
    // The state that a slow instance leaves after claiming the email.
    let (token, lease) = (ada.id, app.now() + TimeDelta::days(3650));
    app.sql(move |conn| {
        let booked = dsl::outbox.filter(dsl::kind.eq("appointment_booked"));
        Ok(diesel::update(booked)
            .set((
                dsl::state.eq("claimed"),
                dsl::message.eq(vec![1_u8]),
                dsl::channel.eq(Some("email")),
                dsl::claim_token.eq(Some(token)),
                dsl::lease_until.eq(Some(lease)),
            ))
            .execute(conn)?)
    })
    .await;
    ada.cancels(&id, "practitioner_work").await.expect(200);
    assert_eq!(app.email_subjects_to(&ada.email).await, ["Your booking is cancelled"]);
    assert_eq!(
        states(&app.notifications_to(ada.id).await),
        [("appointment_booked", "dropped"), ("appointment_cancelled", "sent")]
    );
}

#[apply(both_engines)]
async fn one_reminder_is_sent_after_a_day_without_the_worker(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    ada_books(&app, &ada, &cleo, TimeDelta::days(4)).await;
    let before = app.email_subjects_to(&ada.email).await.len();
    // Both reminders come due while nothing is sent: 48 h before, and 24 h before.
    app.clock.advance(TimeDelta::days(3) + TimeDelta::minutes(5));
    assert_eq!(app.email_subjects_to(&ada.email).await[before..], ["A reminder of your booking"]);
    let reminders: Vec<String> = app
        .notifications_to(ada.id)
        .await
        .into_iter()
        .filter(|(kind, _)| kind == "appointment_reminder")
        .map(|(_, state)| state)
        .collect();
    assert_eq!(reminders.iter().filter(|state| *state == "sent").count(), 1);
    assert_eq!(reminders.iter().filter(|state| *state == "dropped").count(), 1);
}

#[apply(both_engines)]
async fn reminder_that_was_due_long_ago_is_not_sent(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    ada_books(&app, &ada, &cleo, TimeDelta::days(4)).await;
    let before = app.email_subjects_to(&ada.email).await.len();
    // Thirty hours before: the first reminder was due eighteen hours ago, the second comes in six.
    app.clock.advance(TimeDelta::hours(66));
    assert_eq!(app.email_subjects_to(&ada.email).await.len(), before, "the next reminder is in time");
    app.clock.advance(TimeDelta::hours(6) + TimeDelta::minutes(5));
    assert_eq!(app.email_subjects_to(&ada.email).await.len(), before + 1);
}

#[apply(both_engines)]
async fn booking_during_an_outage_is_notified_once(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let before = app.email_subjects_to(&ada.email).await.len();
    let id = ada_books(&app, &ada, &cleo, TimeDelta::days(4)).await;
    // Nothing is sent for three days, so the confirmation and both reminders are due together.
    app.clock.advance(TimeDelta::days(3) + TimeDelta::minutes(5));
    let (cory, slot) = (app.coordinator().await, app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await);
    assert_eq!(app.email_subjects_to(&ada.email).await[before..], ["Your booking is confirmed"], "and no reminder with it");
    // The same with a move: the notification is sent, and the reminder is not.
    app.clock.advance(TimeDelta::minutes(1));
    cory.moves(&id, &slot).await.expect(200);
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(app.email_subjects_to(&ada.email).await[before + 1..], ["Your booking has moved"]);
}

#[apply(both_engines)]
async fn undelivered_email_is_sent_again_by_the_current_preferences(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    ada.chooses_texts_to(NUMBER).await;
    let preferences = ada.sets_message_preferences(json!({ "channel": "email", "mobile": NUMBER })).await.expect(200);
    assert_eq!(preferences.json["mobile_confirmed"], true);
    let before = app.emails_to(&ada.email).await.len();
    ada_books(&app, &ada, &cleo, TimeDelta::days(4)).await;
    app.clock.advance(TimeDelta::minutes(3));
    // No server listens there, so the email is rendered and certainly not delivered.
    let transport = Transport::smtp("Appointments <no-reply@example.org>", &format!("smtp://{}", free_address())).unwrap();
    send_due(&app.platform, &Sender::new(transport, confide::server::notification_registry())).await.unwrap();
    let id = ada.id;
    let waiting: Vec<(String, i32, Option<String>)> = app
        .sql(move |conn| {
            let mine = dsl::outbox.filter(dsl::recipient_id.eq(Some(id))).filter(dsl::kind.eq("appointment_booked"));
            Ok(mine.select((dsl::state, dsl::doubts, dsl::failure)).load(conn)?)
        })
        .await;
    assert_eq!(waiting, [("queued".to_owned(), 0, Some("not reached".to_owned()))]);
    ada.sets_message_preferences(json!({ "channel": "sms", "mobile": NUMBER })).await.expect(200);
    app.clock.advance(MINUTE);
    let texts = app.texts_to(NUMBER).await;
    assert_eq!(texts[1..], ["Your booking is confirmed for Fri 15 Jan 2027 at 09:00 (UK time). The details are in your app."]);
    assert_eq!(app.emails_to(&ada.email).await.len(), before, "and no email");
}

#[apply(both_engines)]
async fn expired_link_is_not_sent(app: TestApp) {
    let nora = app.staff("Nora Field", confide::people::Role::Clinician).await;
    let request_reset = async || {
        app.post("/v1/password-resets", json!({ "email": nora.email })).send().await.expect(202);
        app.process_email_requests().await;
    };
    request_reset().await;
    app.clock.advance(TimeDelta::minutes(5));
    assert_eq!(app.emails_to(&nora.email).await.len(), 1);
    request_reset().await;
    app.clock.advance(TimeDelta::minutes(11));
    assert_eq!(app.emails_to(&nora.email).await.len(), 1, "the second link has expired");
}

#[apply(both_engines)]
async fn notification_to_a_closed_account_is_dropped(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    ada_books(&app, &ada, &cleo, TimeDelta::days(1)).await;
    let id = ada.id;
    app.write(move |tx| confide::people::accounts::queries::set_active(tx, id, false)).await;
    app.deliver_due_messages().await;
    assert_eq!(states(&app.notifications_to(ada.id).await), [("appointment_booked", "dropped")]);
}
