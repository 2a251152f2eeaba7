//! What practitioners and coordinators are told of appointments: late enough to be true, once, and as each person wishes.

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

/// An appointment of Ada's so far ahead; its id.
async fn ada_books(app: &TestApp, ada: &Actor, cleo: &Actor, ahead: TimeDelta) -> String {
    let slot = app.free_slot(cleo, ahead, AppointmentKind::Assessment).await;
    ada.books(&slot).await.expect(201).id()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn states(notices: &[(String, String)]) -> Vec<(&str, &str)> {
    let mut states: Vec<_> = notices.iter().map(|(kind, state)| (kind.as_str(), state.as_str())).collect();
    states.sort_unstable();
    states
}

#[apply(both_engines)]
async fn a_change_of_mind_within_minutes_makes_one_letter(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let before = app.letters_to(&ada.email).await.len();
    let id = ada_books(&app, &ada, &cleo, TimeDelta::days(5)).await;
    app.clock.advance(MINUTE);
    let other = app.free_slot(&cleo, TimeDelta::days(6), AppointmentKind::Assessment).await;
    ada.moves(&id, &other).await.expect(200);
    app.clock.advance(MINUTE);
    ada.cancels(&id, "practitioner_work").await.expect(200);
    assert_eq!(app.subjects_to(&ada.email).await[before..], ["Your booking is cancelled"]);
    let notices = app.notices_to(ada.id).await;
    assert_eq!(
        states(&notices),
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
async fn an_appointment_is_recalled_two_days_and_one_day_before(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    ada_books(&app, &ada, &cleo, TimeDelta::days(5)).await;
    assert_eq!(app.waiting(ada.id, "appointment_reminder").await, [at("2027-01-14T09:00:00Z"), at("2027-01-15T09:00:00Z")]);
    app.the_post_goes().await;
    let before = app.letters_to(&ada.email).await.len();
    app.clock.advance(TimeDelta::days(3));
    let letters = app.letters_to(&ada.email).await;
    assert_eq!(letters.len() - before, 1);
    let letter = letters.last().unwrap();
    assert_eq!(letter.subject, "A reminder of your booking");
    assert!(letter.body.contains("your booking is on Saturday 16 January 2027 at 09:00 (UK time)."), "{}", letter.body);
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(app.letters_to(&ada.email).await.len() - before, 2);
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(app.letters_to(&ada.email).await.len() - before, 2, "and no more");
}

#[apply(both_engines)]
async fn reminders_move_with_the_appointment_and_go_with_it(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let id = ada_books(&app, &ada, &cleo, TimeDelta::days(5)).await;
    let other = app.free_slot(&cleo, TimeDelta::days(9), AppointmentKind::Assessment).await;
    ada.moves(&id, &other).await.expect(200);
    assert_eq!(app.waiting(ada.id, "appointment_reminder").await, [at("2027-01-18T09:00:00Z"), at("2027-01-19T09:00:00Z")]);
    ada.cancels(&id, "practitioner_work").await.expect(200);
    assert!(app.waiting(ada.id, "appointment_reminder").await.is_empty());
    app.the_post_goes().await;
    let before = app.letters_to(&ada.email).await.len();
    app.clock.advance(TimeDelta::days(8));
    assert_eq!(app.letters_to(&ada.email).await.len(), before, "nobody is reminded of what was called off");
}

#[apply(both_engines)]
async fn whoever_books_at_short_notice_is_not_reminded(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    ada_books(&app, &ada, &cleo, TimeDelta::hours(35)).await;
    assert!(app.waiting(ada.id, "appointment_reminder").await.is_empty());
}

#[apply(both_engines)]
async fn reminders_may_be_switched_off_after_booking(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    ada_books(&app, &ada, &cleo, TimeDelta::days(5)).await;
    app.the_post_goes().await;
    ada.wishes(json!({ "reminders": false })).await.expect(200);
    let before = app.letters_to(&ada.email).await.len();
    app.clock.advance(TimeDelta::days(4));
    assert_eq!(app.letters_to(&ada.email).await.len(), before);
}

#[apply(both_engines)]
async fn nobody_is_written_to_at_night(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let before = app.letters_to(&ada.email).await.len();
    app.clock.advance(TimeDelta::hours(12));
    let ada = ada.back().await;
    ada_books(&app, &ada, &cleo, TimeDelta::days(3)).await;
    assert_eq!(app.letters_to(&ada.email).await.len(), before, "it is nine in the evening");
    assert_eq!(app.waiting(ada.id, "appointment_booked").await, [at("2027-01-12T08:00:00Z")]);
    // What she is waiting for comes at any hour.
    app.post("/v1/password-resets", json!({ "email": ada.email })).send().await.expect(202);
    assert_eq!(app.subjects_to(&ada.email).await[before..], ["Choose a new password"]);
    app.clock.advance(TimeDelta::hours(11));
    assert_eq!(app.subjects_to(&ada.email).await.last().unwrap(), "Your booking is confirmed");
}

#[apply(both_engines)]
async fn what_changes_at_night_for_the_early_morning_is_told_at_night(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let id = ada_books(&app, &ada, &cleo, TimeDelta::hours(22)).await;
    app.the_post_goes().await;
    app.clock.advance(TimeDelta::hours(14));
    let cleo = cleo.back().await;
    cleo.cancels(&id, "clinician_unwell").await.expect(200);
    assert_eq!(app.subjects_to(&ada.email).await.last().unwrap(), "Your booking is cancelled", "she would set off in vain");
}

#[apply(both_engines)]
async fn a_text_says_when_and_nothing_else(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    ada.wants_texts_to(NUMBER).await;
    let letters = app.letters_to(&ada.email).await.len();
    ada_books(&app, &ada, &cleo, TimeDelta::days(5)).await;
    let texts = app.texts_to(NUMBER).await;
    assert_eq!(texts[1..], ["Your booking is confirmed for Sat 16 Jan 2027 at 09:00 (UK time). The details are in your app."]);
    assert_eq!(app.letters_to(&ada.email).await.len(), letters, "one or the other");
}

#[apply(both_engines)]
async fn wishes_count_when_a_message_is_due(app: TestApp) {
    let (ada, cleo) = (app.practitioner("Ada Byron").await, app.cleo().await);
    app.stands_at(&ada, Pathway::IntakeDone).await;
    ada.changes_registration(json!({ "greeting": "Dear Heron", "consents": { "care": true, "data_processing": true, "service_name_in_messages": true } })).await.expect(200);
    ada_books(&app, &ada, &cleo, TimeDelta::days(5)).await;
    ada.wishes(json!({ "wording": "named" })).await.expect(200);
    let letter = app.letters_to(&ada.email).await.pop().unwrap();
    assert_eq!(letter.subject, "Confide: Your booking is confirmed");
    assert!(letter.body.starts_with("Dear Heron,") && letter.body.contains("\nConfide"), "{}", letter.body);

    // She takes it back; the reminder is neutral again, under her own subject line.
    ada.changes_registration(json!({ "consents": { "care": true, "data_processing": true } })).await.expect(200);
    app.clock.advance(TimeDelta::days(3));
    let letter = app.letters_to(&ada.email).await.pop().unwrap();
    assert!(letter.subject == "A reminder of your booking" && !letter.body.contains("Confide"), "{}", letter.body);
}

#[apply(both_engines)]
async fn whoever_wants_few_messages_learns_only_what_others_changed(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    ada.wishes(json!({ "channel": "essential_only", "subject_line": "Rota query" })).await.expect(200);
    let before = app.letters_to(&ada.email).await.len();
    let id = ada_books(&app, &ada, &cleo, TimeDelta::days(5)).await;
    app.the_post_goes().await;
    let other = app.free_slot(&cleo, TimeDelta::days(6), AppointmentKind::Assessment).await;
    ada.moves(&id, &other).await.expect(200);
    app.the_post_goes().await;
    app.clock.advance(MINUTE);
    cleo.cancels(&id, "clinician_unwell").await.expect(200);
    let letters = app.letters_to(&ada.email).await;
    assert_eq!(letters.len() - before, 1);
    assert_eq!(letters.last().unwrap().subject, "Rota query");
    assert!(letters.last().unwrap().body.contains("is cancelled"));
}

#[apply(both_engines)]
async fn an_appointment_without_a_slot_is_not_confirmed_or_recalled_until_it_has_one(app: TestApp) {
    let (cleo, cory) = (app.clinician("Cleo Marsh").await, app.coordinator().await);
    cleo.holds_clinic_on("wednesday", "09:00", "12:00", 60, "assessment", "video").await;
    let ada = app.newcomer("Ada Byron").arrives().await;
    ada.completes_intake().await;
    let slot = ada.finds_slot(&cleo, "2027-01-13T09:00:00Z").await;
    let before = app.letters_to(&ada.email).await.len();
    ada.books(&slot).await.expect(201);
    let away = cleo.is_away("2027-01-13T00:00:00Z", "2027-01-13T09:30:00Z").await;
    assert_eq!(app.letters_to(&ada.email).await.len(), before);
    let letters = app.letters_to(&cory.email).await;
    assert_eq!(letters.len(), 1, "the coordinator is told once");
    assert_eq!(letters[0].subject, "Bookings need a new time");
    for word in ["Cleo", "Ada", "Confide", "clinic"] {
        assert!(!letters[0].body.contains(word), "{word} is in {}", letters[0].body);
    }
    // It has its slot again.
    cleo.delete(&format!("/v1/absences/{}", away.id())).send().await.expect(204);
    app.clock.advance(TimeDelta::minutes(31));
    assert_eq!(app.subjects_to(&ada.email).await[before..], ["Your booking is confirmed"]);
}

#[apply(both_engines)]
async fn coordinators_are_told_of_orphans_once_and_not_of_those_that_were_seen_to(app: TestApp) {
    let (cleo, cory) = (app.clinician("Cleo Marsh").await, app.coordinator().await);
    let gone = app.staff("Gone Coordinator", confide::people::Role::Coordinator).await;
    cleo.holds_clinic_on("wednesday", "09:00", "12:00", 60, "assessment", "video").await;
    let mut booked = Vec::new();
    for (name, hour) in [("Ada Byron", "09"), ("Bea Byron", "10")] {
        let person = app.newcomer(name).arrives().await;
        person.completes_intake().await;
        let slot = person.finds_slot(&cleo, &format!("2027-01-13T{hour}:00:00Z")).await;
        booked.push((person.books(&slot).await.expect(201).id(), person));
    }
    let avery = app.administrator().await;
    let seen = avery.get(&format!("/v1/staff/{}", gone.id)).send().await.expect(200);
    avery.patch(&format!("/v1/staff/{}", gone.id), json!({ "active": false })).if_match(&seen.etag()).send().await.expect(200);
    cleo.is_away("2027-01-13T09:00:00Z", "2027-01-13T10:00:00Z").await;
    cleo.is_away("2027-01-13T10:00:00Z", "2027-01-13T11:00:00Z").await;
    assert_eq!(app.notices_to(cory.id).await.len(), 1, "one letter about both");
    for (id, person) in &booked {
        person.cancels(id, "practitioner_other").await.expect(200);
    }
    assert!(app.letters_to(&cory.email).await.is_empty(), "nothing is left to see to");
    assert!(app.notices_to(gone.id).await.is_empty());
    assert_eq!(states(&app.notices_to(cory.id).await), [("appointments_orphaned", "dropped")]);
}

#[apply(both_engines)]
async fn what_an_instance_has_in_hand_is_overtaken_too(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let id = ada_books(&app, &ada, &cleo, TimeDelta::days(1)).await;
    // As an instance leaves it that has claimed the letter and is slow.
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
    assert_eq!(app.subjects_to(&ada.email).await, ["Your booking is cancelled"]);
    assert_eq!(states(&app.notices_to(ada.id).await), [("appointment_booked", "dropped"), ("appointment_cancelled", "sent")]);
}

#[apply(both_engines)]
async fn after_a_day_without_the_worker_there_is_one_reminder(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    ada_books(&app, &ada, &cleo, TimeDelta::days(4)).await;
    let before = app.subjects_to(&ada.email).await.len();
    // Both reminders come due while nothing is sent: 48 h before, and 24 h before.
    app.clock.advance(TimeDelta::days(3) + TimeDelta::minutes(5));
    assert_eq!(app.subjects_to(&ada.email).await[before..], ["A reminder of your booking"]);
    let reminders: Vec<String> = app
        .notices_to(ada.id)
        .await
        .into_iter()
        .filter(|(kind, _)| kind == "appointment_reminder")
        .map(|(_, state)| state)
        .collect();
    assert_eq!(reminders.iter().filter(|state| *state == "sent").count(), 1);
    assert_eq!(reminders.iter().filter(|state| *state == "dropped").count(), 1);
}

#[apply(both_engines)]
async fn a_reminder_that_was_due_long_ago_is_not_sent(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    ada_books(&app, &ada, &cleo, TimeDelta::days(4)).await;
    let before = app.subjects_to(&ada.email).await.len();
    // Thirty hours before: the first reminder was due eighteen hours ago, the second comes in six.
    app.clock.advance(TimeDelta::hours(66));
    assert_eq!(app.subjects_to(&ada.email).await.len(), before, "the next one says it in time");
    app.clock.advance(TimeDelta::hours(6) + TimeDelta::minutes(5));
    assert_eq!(app.subjects_to(&ada.email).await.len(), before + 1);
}

#[apply(both_engines)]
async fn what_was_booked_during_an_outage_is_told_once(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let before = app.subjects_to(&ada.email).await.len();
    let id = ada_books(&app, &ada, &cleo, TimeDelta::days(4)).await;
    // Nothing is sent for three days, so the confirmation and both reminders are due together.
    app.clock.advance(TimeDelta::days(3) + TimeDelta::minutes(5));
    let (cory, slot) = (app.coordinator().await, app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await);
    assert_eq!(app.subjects_to(&ada.email).await[before..], ["Your booking is confirmed"], "and no reminder with it");
    // The same with a move: the news is what goes, not what only reminds of it.
    app.clock.advance(TimeDelta::minutes(1));
    cory.moves(&id, &slot).await.expect(200);
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(app.subjects_to(&ada.email).await[before + 1..], ["Your booking has moved"]);
}

#[apply(both_engines)]
async fn what_a_mail_server_never_got_goes_as_is_wished_by_then(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    ada.wants_texts_to(NUMBER).await;
    let wishes = ada.wishes(json!({ "channel": "email", "mobile": NUMBER })).await.expect(200);
    assert_eq!(wishes.json["mobile_verified"], true);
    let before = app.letters_to(&ada.email).await.len();
    ada_books(&app, &ada, &cleo, TimeDelta::days(4)).await;
    app.clock.advance(TimeDelta::minutes(3));
    // Nobody listens there, so the letter is put into words and surely not handed over.
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
    ada.wishes(json!({ "channel": "sms", "mobile": NUMBER })).await.expect(200);
    app.clock.advance(MINUTE);
    let texts = app.texts_to(NUMBER).await;
    assert_eq!(texts[1..], ["Your booking is confirmed for Fri 15 Jan 2027 at 09:00 (UK time). The details are in your app."]);
    assert_eq!(app.letters_to(&ada.email).await.len(), before, "and no letter");
}

#[apply(both_engines)]
async fn a_link_that_has_expired_is_not_sent(app: TestApp) {
    let nora = app.staff("Nora Field", confide::people::Role::Clinician).await;
    let asks = async || {
        app.post("/v1/password-resets", json!({ "email": nora.email })).send().await.expect(202);
        app.requests_are_decided().await;
    };
    asks().await;
    app.clock.advance(TimeDelta::minutes(5));
    assert_eq!(app.letters_to(&nora.email).await.len(), 1);
    asks().await;
    app.clock.advance(TimeDelta::minutes(11));
    assert_eq!(app.letters_to(&nora.email).await.len(), 1, "the second link works no more");
}

#[apply(both_engines)]
async fn a_notice_to_an_account_that_was_closed_is_dropped(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    ada_books(&app, &ada, &cleo, TimeDelta::days(1)).await;
    let id = ada.id;
    app.write(move |tx| confide::people::accounts::queries::set_active(tx, id, false)).await;
    app.the_post_goes().await;
    assert_eq!(states(&app.notices_to(ada.id).await), [("appointment_booked", "dropped")]);
}
