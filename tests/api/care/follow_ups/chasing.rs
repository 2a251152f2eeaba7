//! Reminding, chasing, and what people do when letters did not help.

use chrono::TimeDelta;
use confide::care::follow_ups::chasing::run_due;
use confide::people::practitioners::model::Pathway;
use confide::scheduling::calendar::model::AppointmentKind;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::app::Wishes;
use crate::support::races::at_once;
use crate::support::{TestApp, apply, both_engines};

/// What was sent about follow-ups: the subjects.
async fn written_to(app: &TestApp, ada: &Actor) -> Vec<String> {
    let letters = app.letters_to(&ada.email).await;
    letters.into_iter().filter(|letter| letter.body.contains("/follow-ups/")).map(|letter| letter.subject).collect()
}

#[apply(both_engines)]
async fn whoever_does_not_book_is_reminded_chased_and_then_rung(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    let (ada, appointment) = app.has_been_with("Ada Byron", &cleo, 1).await;
    let id = cleo.agrees_on_the_usual(&ada, appointment).await;
    app.lives_until("2027-01-24T22:00:00Z").await;
    assert!(written_to(&app, &ada).await.is_empty(), "it is not time");
    app.lives_until("2027-01-25T08:59:00Z").await;
    assert!(written_to(&app, &ada).await.is_empty(), "nobody is woken");

    app.lives_until("2027-01-25T09:00:00Z").await;
    assert_eq!(written_to(&app, &ada).await, ["Time to make your next booking"]);
    app.lives_until("2027-02-01T09:00:00Z").await;
    assert_eq!(written_to(&app, &ada).await.len(), 1, "reminded once");
    for (time, letters) in
        [("2027-02-02T09:00:00Z", 2), ("2027-02-08T09:00:00Z", 2), ("2027-02-09T09:00:00Z", 3), ("2027-02-23T09:00:00Z", 4)]
    {
        app.lives_until(time).await;
        assert_eq!(written_to(&app, &ada).await.len(), letters, "{time}");
    }
    let cory = app.coordinator().await;
    assert!(cory.finds_follow_ups("needs_call=true").await.is_empty(), "the last letter has just gone");
    app.lives_until("2027-04-01T09:00:00Z").await;

    let letters = app.letters_to(&ada.email).await;
    assert_eq!(written_to(&app, &ada).await.len(), 4, "three letters that chase, and no more");
    let text = &letters.last().unwrap().body;
    assert!(text.contains(&format!("https://app.example.org/follow-ups/{id}")), "{text}");
    assert!(!text.contains("Cleo") && !text.contains("review") && !text.contains("Byron"), "{text}");
    let (cleo, cory) = (cleo.back().await, cory.back().await);
    for reader in [&cleo, &cory] {
        assert_eq!(reader.finds_follow_ups("needs_call=true").await, [id.clone()]);
        let seen = reader.reads_follow_up(&id).await.expect(200);
        assert_eq!(
            (seen.text("state"), &seen.json["needs_call"], &seen.json["chase_count"]),
            ("overdue".into(), &json!(true), &json!(3))
        );
    }
    assert_eq!(ada.back().await.reads_follow_up(&id).await.expect(200).json["needs_call"], false);
    let did: Vec<_> =
        app.audited_with_roles(&id).await.into_iter().filter(|(role, _)| role == "system").map(|(_, did)| did).collect();
    assert_eq!(did, ["follow_up.reminded", "follow_up.chased", "follow_up.chased", "follow_up.chased", "follow_up.call_asked"]);
}

#[apply(both_engines)]
async fn after_an_outage_of_the_mail_one_message_about_a_follow_up_is_left(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    let (ada, appointment) = app.has_been_with("Ada Byron", &cleo, 1).await;
    cleo.agrees_on_the_usual(&ada, appointment).await;
    // The service goes on, and no message leaves until the day of the second chaser.
    while app.now().get() < "2027-02-09T09:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap() {
        app.clock.advance(TimeDelta::days(1));
        app.looks_at_follow_ups().await;
    }
    let asked = app.notices_to(ada.id).await.into_iter().filter(|(kind, _)| kind.starts_with("follow_up")).count();
    assert!(asked > 2, "{asked} messages waited");
    assert_eq!(written_to(&app, &ada).await.len(), 1);
}

#[apply(both_engines)]
async fn what_came_of_ringing_is_kept_and_decides_when_to_ring_again(app: TestApp) {
    let (cleo, cory) = (app.clinician("Cleo Clinician").await, app.coordinator().await);
    let (ada, appointment) = app.has_been_with("Ada Byron", &cleo, 1).await;
    let id = cleo.agrees_on_the_usual(&ada, appointment).await;
    app.lives_until("2027-03-01T09:00:00Z").await;
    let (cleo, cory) = (cleo.back().await, cory.back().await);
    assert_eq!(cory.finds_follow_ups("needs_call=true").await, [id.clone()]);

    let rang = cory.rang(&id, "left_message", "Rang at ten, left word to ring back.").await.expect(201);

    assert_eq!(rang.header("location"), Some(format!("/v1/follow-ups/{id}").as_str()));
    assert!(cory.finds_follow_ups("needs_call=true").await.is_empty());
    assert_eq!(cory.finds_follow_ups("overdue=true").await, [id.clone()], "overdue all the same");
    let seen = cleo.reads_follow_up(&id).await.expect(200);
    let contacts = seen.json["contacts"].as_array().unwrap();
    assert_eq!((&contacts[0]["outcome"], &contacts[0]["by"]), (&json!("left_message"), &json!(cory.id)));
    assert_eq!(contacts[0]["note"], "Rang at ten, left word to ring back.");
    assert_eq!(ada.back().await.reads_follow_up(&id).await.expect(200).json["contacts"], Value::Null);
    app.clock.advance(TimeDelta::days(3));
    let cory = cory.back().await;
    assert_eq!(cory.finds_follow_ups("needs_call=true").await, [id.clone()], "three days later");
    cory.rang(&id, "declined", "Does not want to come.").await.expect(201);
    app.lives_until("2027-04-01T09:00:00Z").await;
    assert!(cory.back().await.finds_follow_ups("needs_call=true").await.is_empty(), "left in peace");
    assert_eq!(app.recorded("follow_up.contact_recorded", id.parse().unwrap()).await, 2);
}

#[apply(both_engines)]
async fn whoever_has_booked_was_discharged_or_need_not_come_is_not_written_to(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    let (ada, first) = app.has_been_with("Ada Byron", &cleo, 1).await;
    let (bea, second) = app.has_been_with("Bea Byron", &cleo, 3).await;
    let (cara, third) = app.has_been_with("Cara Byron", &cleo, 5).await;
    let (dee, fourth) = app.has_been_with("Dee Byron", &cleo, 7).await;
    let (eve, fifth) = app.has_been_with("Eve Byron", &cleo, 9).await;
    let mut ids = Vec::new();
    for (person, appointment) in [(&ada, first), (&bea, second), (&cara, third), (&dee, fourth), (&eve, fifth)] {
        ids.push(cleo.agrees_on_the_usual(person, appointment).await);
    }
    let slot = app.free_slot(&cleo, TimeDelta::days(60), AppointmentKind::Treatment).await;
    ada.books(&slot).await.expect(201);
    app.stands_at(&bea, Pathway::Discharged).await;
    cleo.calls_off(&ids[2], "not_needed").await.expect(200);
    dee.blocks(&cleo).await.expect(201);
    app.close_account(&eve).await;

    app.lives_until("2027-03-08T09:00:00Z").await;

    for person in [&ada, &bea, &cara, &dee, &eve] {
        assert!(written_to(&app, person).await.is_empty(), "{}", person.name);
    }
    let cory = app.coordinator().await;
    let mut states = Vec::new();
    for id in &ids {
        states.push(cory.state_of_follow_up(id).await);
    }
    assert_eq!(states, ["booked", "care_ended", "cancelled", "overdue", "overdue"]);
    let mut to_ring = cory.finds_follow_ups("needs_call=true").await;
    to_ring.sort();
    let mut expected = ids[3..].to_vec();
    expected.sort();
    assert_eq!(to_ring, expected, "letters would not help; people may");
    // Whoever comes back to care is not chased for what was agreed before.
    app.stands_at(&bea, Pathway::InCare).await;
    assert_eq!(cory.state_of_follow_up(&ids[1]).await, "care_ended");
}

#[apply(both_engines)]
async fn what_took_place_is_closed_for_good(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    let (ada, appointment) = app.has_been_with("Ada Byron", &cleo, 1).await;
    let id = cleo.agrees_on_the_usual(&ada, appointment).await;
    let slot = app.free_slot(&cleo, TimeDelta::days(15), AppointmentKind::Treatment).await;
    let booked = ada.books(&slot).await.expect(201).id();
    app.lives_until("2027-01-26T10:00:00Z").await;
    cleo.back().await.records_attendance(&booked, "attended_on_time").await.expect(200);
    app.lives_until("2027-02-02T09:00:00Z").await;
    assert_eq!(cleo.back().await.reads_follow_up(&id).await.expect(200).json["closed_at"], Value::Null, "it may be corrected");
    app.lives_until("2027-02-03T09:00:00Z").await;
    let seen = cleo.back().await.reads_follow_up(&id).await.expect(200);
    assert_eq!((seen.text("state"), seen.text("closed_at")), ("done".into(), "2027-02-03T09:00:00Z".into()));
    assert_eq!(seen.json["appointment"]["appointment_id"], booked);
    assert!(written_to(&app, &ada).await.is_empty());
}

#[apply(both_engines)]
async fn a_window_that_moves_is_chased_anew(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    let (ada, appointment) = app.has_been_with("Ada Byron", &cleo, 1).await;
    let id = cleo.agrees_on_the_usual(&ada, appointment).await;
    app.lives_until("2027-02-02T09:00:00Z").await;
    assert_eq!(written_to(&app, &ada).await.len(), 2);
    let cleo = cleo.back().await;
    let seen = cleo.reads_follow_up(&id).await.expect(200);
    let form = json!({ "due_from": "2027-03-01", "due_by": "2027-03-08", "purpose": "review", "kind": "treatment", "clinician_id": cleo.id });
    let moved = cleo.put(&format!("/v1/follow-ups/{id}"), form).if_match(&seen.etag()).send().await.expect(200);
    assert_eq!(
        (moved.text("state"), &moved.json["chase_count"], &moved.json["reminded_at"]),
        ("waiting".into(), &json!(0), &Value::Null)
    );
    app.lives_until("2027-02-28T09:00:00Z").await;
    assert_eq!(written_to(&app, &ada).await.len(), 2);
    app.lives_until("2027-03-01T09:00:00Z").await;
    assert_eq!(written_to(&app, &ada).await.len(), 3);
}

#[apply(both_engines)]
async fn two_instances_never_write_twice(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    let mut people = Vec::new();
    for (number, name) in ["Ada Byron", "Bea Byron", "Cara Byron", "Dee Byron"].into_iter().enumerate() {
        let (person, appointment) = app.has_been_with(name, &cleo, 1 + 2 * i64::try_from(number).unwrap()).await;
        cleo.agrees_on_the_usual(&person, appointment).await;
        people.push(person);
    }
    let twin = app.with_the_same_database(Wishes::default()).await;
    for time in ["2027-01-25T09:00:00Z", "2027-02-02T09:00:00Z"] {
        app.it_is(time);
        for looked in at_once(6, |round| run_due([&app.platform, &twin.platform][round % 2])).await {
            looked.unwrap();
        }
        app.the_post_goes().await;
    }
    for person in &people {
        assert_eq!(written_to(&app, person).await.len(), 2, "{}", person.name);
    }
}
