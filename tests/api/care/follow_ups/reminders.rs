//! Reminders, emails about overdue follow-ups, and calls by staff when emails did not help.

use chrono::TimeDelta;
use confide::care::follow_ups::jobs::run_due;
use confide::care::schema::follow_up_contacts;
use confide::people::practitioners::model::Pathway;
use confide::platform::ids::Id;
use confide::scheduling::calendar::model::AppointmentKind;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::app::TestSettings;
use crate::support::damage::damaged_bytes;
use crate::support::races::at_once;
use crate::support::{TestApp, apply, both_engines};

/// The subjects of the emails about follow-ups.
async fn follow_up_subjects(app: &TestApp, ada: &Actor) -> Vec<String> {
    let emails = app.emails_to(&ada.email).await;
    emails.into_iter().filter(|email| email.body.contains("/follow-ups/")).map(|email| email.subject).collect()
}

#[apply(both_engines)]
async fn practitioner_who_does_not_book_is_reminded_and_then_listed_for_a_call(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    let (ada, appointment) = app.practitioner_seen_by("Ada Byron", &cleo, 1).await;
    let id = cleo.agrees_usual_follow_up(&ada, appointment).await;
    app.advance_days_until("2027-01-24T22:00:00Z").await;
    assert!(follow_up_subjects(&app, &ada).await.is_empty(), "it is not due yet");
    app.advance_days_until("2027-01-25T08:59:00Z").await;
    assert!(follow_up_subjects(&app, &ada).await.is_empty(), "not before nine in the morning");

    app.advance_days_until("2027-01-25T09:00:00Z").await;
    assert_eq!(follow_up_subjects(&app, &ada).await, ["Time to make your next booking"]);
    app.advance_days_until("2027-02-01T09:00:00Z").await;
    assert_eq!(follow_up_subjects(&app, &ada).await.len(), 1, "reminded once");
    for (time, emails) in
        [("2027-02-02T09:00:00Z", 2), ("2027-02-08T09:00:00Z", 2), ("2027-02-09T09:00:00Z", 3), ("2027-02-23T09:00:00Z", 4)]
    {
        app.advance_days_until(time).await;
        assert_eq!(follow_up_subjects(&app, &ada).await.len(), emails, "{time}");
    }
    let cory = app.coordinator().await;
    assert!(cory.finds_follow_ups("needs_call=true").await.is_empty(), "the last email has just been sent");
    app.advance_days_until("2027-04-01T09:00:00Z").await;

    let emails = app.emails_to(&ada.email).await;
    assert_eq!(follow_up_subjects(&app, &ada).await.len(), 4, "a reminder, three emails when overdue, and no more");
    let text = &emails.last().unwrap().body;
    assert!(text.contains(&format!("https://app.example.org/follow-ups/{id}")), "{text}");
    assert!(!text.contains("Cleo") && !text.contains("review") && !text.contains("Byron"), "{text}");
    let (cleo, cory) = (cleo.signs_in_again().await, cory.signs_in_again().await);
    for reader in [&cleo, &cory] {
        assert_eq!(reader.finds_follow_ups("needs_call=true").await, [id.clone()]);
        let seen = reader.reads_follow_up(&id).await.expect(200);
        assert_eq!(
            (seen.text("state"), &seen.json["needs_call"], &seen.json["chase_count"]),
            ("overdue".into(), &json!(true), &json!(3))
        );
    }
    assert_eq!(ada.signs_in_again().await.reads_follow_up(&id).await.expect(200).json["needs_call"], false);
    let actions: Vec<_> = app
        .audit_actions_with_roles(&id)
        .await
        .into_iter()
        .filter(|(role, _)| role == "system")
        .map(|(_, action)| action)
        .collect();
    assert_eq!(
        actions,
        ["follow_up.reminded", "follow_up.chased", "follow_up.chased", "follow_up.chased", "follow_up.call_asked"]
    );
}

#[apply(both_engines)]
async fn one_follow_up_email_is_sent_after_an_email_outage(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    let (ada, appointment) = app.practitioner_seen_by("Ada Byron", &cleo, 1).await;
    cleo.agrees_usual_follow_up(&ada, appointment).await;
    // The jobs run, and no message is sent until the day of the second email about the overdue follow-up.
    while app.now().get() < "2027-02-09T09:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap() {
        app.clock.advance(TimeDelta::days(1));
        app.run_follow_up_jobs().await;
    }
    let queued = app.notifications_to(ada.id).await.into_iter().filter(|(kind, _)| kind.starts_with("follow_up")).count();
    assert!(queued > 2, "{queued} messages were queued");
    assert_eq!(follow_up_subjects(&app, &ada).await.len(), 1);
}

#[apply(both_engines)]
async fn outcome_of_a_call_is_recorded_and_decides_when_to_call_again(app: TestApp) {
    let (cleo, cory) = (app.clinician("Cleo Clinician").await, app.coordinator().await);
    let (ada, appointment) = app.practitioner_seen_by("Ada Byron", &cleo, 1).await;
    let id = cleo.agrees_usual_follow_up(&ada, appointment).await;
    app.advance_days_until("2027-03-01T09:00:00Z").await;
    let (cleo, cory) = (cleo.signs_in_again().await, cory.signs_in_again().await);
    assert_eq!(cory.finds_follow_ups("needs_call=true").await, [id.clone()]);

    let call = cory.records_follow_up_contact_attempt(&id, "left_message", "Rang at ten, asked for a call.").await.expect(201);

    assert_eq!(call.header("location"), Some(format!("/v1/follow-ups/{id}").as_str()));
    assert!(cory.finds_follow_ups("needs_call=true").await.is_empty());
    assert_eq!(cory.finds_follow_ups("overdue=true").await, [id.clone()], "still overdue");
    let seen = cleo.reads_follow_up(&id).await.expect(200);
    let contacts = seen.json["contact_attempts"].as_array().unwrap();
    assert_eq!((&contacts[0]["outcome"], &contacts[0]["by"]), (&json!("left_message"), &json!(cory.id)));
    assert_eq!(contacts[0]["note"], "Rang at ten, asked for a call.");
    assert_eq!(ada.signs_in_again().await.reads_follow_up(&id).await.expect(200).json["contact_attempts"], Value::Null);
    app.clock.advance(TimeDelta::days(3));
    let cory = cory.signs_in_again().await;
    assert_eq!(cory.finds_follow_ups("needs_call=true").await, [id.clone()], "three days later");
    cory.records_follow_up_contact_attempt(&id, "declined", "Does not want to come.").await.expect(201);
    app.advance_days_until("2027-04-01T09:00:00Z").await;
    assert!(cory.signs_in_again().await.finds_follow_ups("needs_call=true").await.is_empty(), "she is not called again");
    assert_eq!(app.audit_count_of("follow_up.contact_recorded", id.parse().unwrap()).await, 2);
}

#[apply(both_engines)]
async fn call_with_a_damaged_note_hides_no_other_call(app: TestApp) {
    let (cleo, cory) = (app.clinician("Cleo Clinician").await, app.coordinator().await);
    let (ada, appointment) = app.practitioner_seen_by("Ada Byron", &cleo, 1).await;
    let id = cleo.agrees_usual_follow_up(&ada, appointment).await;
    app.advance_days_until("2027-03-01T09:00:00Z").await;
    let (cleo, cory) = (cleo.signs_in_again().await, cory.signs_in_again().await);
    cory.records_follow_up_contact_attempt(&id, "left_message", "Asked for a call.").await.expect(201);
    app.clock.advance(TimeDelta::seconds(1));
    cory.records_follow_up_contact_attempt(&id, "left_message", "Asked again.").await.expect(201);
    app.sql(|conn| {
        let newest: Id =
            follow_up_contacts::table.order(follow_up_contacts::id.desc()).select(follow_up_contacts::id).first(conn)?;
        let damaged = follow_up_contacts::note.eq(Some(damaged_bytes()));
        Ok(diesel::update(follow_up_contacts::table.find(newest)).set(damaged).execute(conn)?)
    })
    .await;

    let seen = cleo.reads_follow_up(&id).await.expect(200);

    let calls = seen.json["contact_attempts"].as_array().unwrap();
    let notes: Vec<_> = calls.iter().map(|call| (&call["outcome"], &call["note"])).collect();
    assert_eq!(notes, [(&json!("left_message"), &json!("Asked for a call.")), (&json!("left_message"), &Value::Null)]);
}

#[apply(both_engines)]
async fn no_follow_up_emails_after_booking_discharge_cancellation_block_or_closure(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    let (ada, first) = app.practitioner_seen_by("Ada Byron", &cleo, 1).await;
    let (bea, second) = app.practitioner_seen_by("Bea Byron", &cleo, 3).await;
    let (cara, third) = app.practitioner_seen_by("Cara Byron", &cleo, 5).await;
    let (dee, fourth) = app.practitioner_seen_by("Dee Byron", &cleo, 7).await;
    let (eve, fifth) = app.practitioner_seen_by("Eve Byron", &cleo, 9).await;
    let mut ids = Vec::new();
    for (person, appointment) in [(&ada, first), (&bea, second), (&cara, third), (&dee, fourth), (&eve, fifth)] {
        ids.push(cleo.agrees_usual_follow_up(person, appointment).await);
    }
    let slot = app.free_slot(&cleo, TimeDelta::days(60), AppointmentKind::Treatment).await;
    ada.books(&slot).await.expect(201);
    app.set_pathway(&bea, Pathway::Discharged).await;
    cleo.cancels_follow_up(&ids[2], "not_needed").await.expect(200);
    dee.blocks(&cleo).await.expect(201);
    app.close_account(&eve).await;

    app.advance_days_until("2027-03-08T09:00:00Z").await;

    for person in [&ada, &bea, &cara, &dee, &eve] {
        assert!(follow_up_subjects(&app, person).await.is_empty(), "{}", person.name);
    }
    let cory = app.coordinator().await;
    for person in [&bea, &cara] {
        cory.takes_a_call_from(person).await;
    }
    let mut states = Vec::new();
    for id in &ids {
        states.push(cory.state_of_follow_up(id).await);
    }
    assert_eq!(states, ["booked", "care_ended", "cancelled", "overdue", "overdue"]);
    let mut to_call = cory.finds_follow_ups("needs_call=true").await;
    to_call.sort();
    let mut expected = ids[3..].to_vec();
    expected.sort();
    assert_eq!(to_call, expected, "emails do not reach them; staff can call");
    // A practitioner who returns to care gets no emails about follow-ups agreed before.
    app.set_pathway(&bea, Pathway::InCare).await;
    assert_eq!(cory.state_of_follow_up(&ids[1]).await, "care_ended");
}

#[apply(both_engines)]
async fn attended_follow_up_is_closed_for_good(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    let (ada, appointment) = app.practitioner_seen_by("Ada Byron", &cleo, 1).await;
    let id = cleo.agrees_usual_follow_up(&ada, appointment).await;
    let slot = app.free_slot(&cleo, TimeDelta::days(15), AppointmentKind::Treatment).await;
    let booked = ada.books(&slot).await.expect(201).id();
    app.advance_days_until("2027-01-26T10:00:00Z").await;
    cleo.signs_in_again().await.records_attendance(&booked, "attended_on_time").await.expect(200);
    app.advance_days_until("2027-02-02T09:00:00Z").await;
    assert_eq!(
        cleo.signs_in_again().await.reads_follow_up(&id).await.expect(200).json["closed_at"],
        Value::Null,
        "attendance may still be corrected"
    );
    app.advance_days_until("2027-02-03T09:00:00Z").await;
    let seen = cleo.signs_in_again().await.reads_follow_up(&id).await.expect(200);
    assert_eq!((seen.text("state"), seen.text("closed_at")), ("done".into(), "2027-02-03T09:00:00Z".into()));
    assert_eq!(seen.json["appointment"]["appointment_id"], booked);
    assert!(follow_up_subjects(&app, &ada).await.is_empty());
}

#[apply(both_engines)]
async fn follow_up_moved_to_a_new_window_is_reminded_again(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    let (ada, appointment) = app.practitioner_seen_by("Ada Byron", &cleo, 1).await;
    let id = cleo.agrees_usual_follow_up(&ada, appointment).await;
    app.advance_days_until("2027-02-02T09:00:00Z").await;
    assert_eq!(follow_up_subjects(&app, &ada).await.len(), 2);
    let cleo = cleo.signs_in_again().await;
    let seen = cleo.reads_follow_up(&id).await.expect(200);
    let form = json!({ "due_from": "2027-03-01", "due_until": "2027-03-08", "purpose": "review", "kind": "treatment", "clinician_id": cleo.id });
    let moved = cleo.put(&format!("/v1/follow-ups/{id}"), form).if_match(&seen.etag()).send().await.expect(200);
    assert_eq!(
        (moved.text("state"), &moved.json["chase_count"], &moved.json["reminded_at"]),
        ("waiting".into(), &json!(0), &Value::Null)
    );
    app.advance_days_until("2027-02-28T09:00:00Z").await;
    assert_eq!(follow_up_subjects(&app, &ada).await.len(), 2);
    app.advance_days_until("2027-03-01T09:00:00Z").await;
    assert_eq!(follow_up_subjects(&app, &ada).await.len(), 3);
}

#[apply(both_engines)]
async fn two_instances_send_each_follow_up_email_once(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    let mut people = Vec::new();
    for (number, name) in ["Ada Byron", "Bea Byron", "Cara Byron", "Dee Byron"].into_iter().enumerate() {
        let (person, appointment) = app.practitioner_seen_by(name, &cleo, 1 + 2 * i64::try_from(number).unwrap()).await;
        cleo.agrees_usual_follow_up(&person, appointment).await;
        people.push(person);
    }
    let twin = app.with_the_same_database(TestSettings::default()).await;
    for time in ["2027-01-25T09:00:00Z", "2027-02-02T09:00:00Z"] {
        app.advance_clock_to(time);
        for result in at_once(6, |round| run_due([&app.platform, &twin.platform][round % 2])).await {
            result.unwrap();
        }
        app.deliver_due_messages().await;
    }
    for person in &people {
        assert_eq!(follow_up_subjects(&app, person).await.len(), 2, "{}", person.name);
    }
}
