//! What people say about their care, who reads it, and the service asking.

use chrono::TimeDelta;
use confide::people::practitioners::model::Pathway;
use confide::platform::ids::Id;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::practitioners::phq9_at_risk;
use crate::support::races::{at_once, expect_outcomes};
use crate::support::{TestApp, apply, both_engines};

/// Ada was with Cleo two days ago.
async fn after_an_appointment(app: &TestApp) -> (Actor, Actor, Id) {
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    let ada = app.practitioner("Ada Byron").await;
    let appointment = app.attended(&ada, &cleo, app.now().get() - TimeDelta::days(2)).await;
    (ada, cleo, appointment)
}

#[apply(both_engines)]
async fn an_appointment_is_judged_once(app: TestApp) {
    let (ada, _, appointment) = after_an_appointment(&app).await;
    let form = json!({ "about": "appointment", "appointment_id": appointment, "would_recommend": "yes", "comment": "  Kind.  " });
    let given = ada.judges_with(form).await.expect(201);
    assert_eq!(
        (given.text("helped"), given.text("comment"), given.text("comment_for")),
        ("somewhat".into(), "Kind.".into(), "service".into())
    );
    assert_eq!(app.recorded("feedback.given", given.id().parse().unwrap()).await, 1);
    ada.judges(appointment).await.expect_problem("already_exists");

    let read = ada.get(given.header("location").unwrap()).send().await.expect(200);
    assert_eq!((read.text("wellbeing"), read.text("comment")), ("positive".into(), "Kind.".into()));
    let list = ada.get("/v1/feedback").send().await.expect(200);
    assert_eq!((list.items().len(), list.items()[0]["comment"].clone()), (1, Value::Null));
}

#[apply(both_engines)]
async fn of_many_answers_at_once_one_is_taken(app: TestApp) {
    let (ada, _, appointment) = after_an_appointment(&app).await;
    expect_outcomes(&at_once(4, |_| ada.judges(appointment)).await, &[("201", 1), ("feedback_given", 3)]);
}

#[apply(both_engines)]
async fn only_what_took_place_is_judged_and_not_too_late(app: TestApp) {
    let (ada, cleo, appointment) = after_an_appointment(&app).await;
    let missed = app.appointment(&ada, &cleo, app.now().get() - TimeDelta::days(1)).await;
    ada.judges(missed).await.expect_problem("feedback_not_due");
    app.appointment_is(missed, "not_attended").await;
    ada.judges(missed).await.expect_problem("feedback_not_due");
    ada.judges_with(json!({ "about": "discharge" })).await.expect_problem("feedback_not_due");
    ada.judges_with(json!({ "about": "discharge", "appointment_id": appointment }))
        .await
        .expect_field("invalid_body", "/appointment_id");
    ada.judges_with(json!({ "about": "appointment" })).await.expect_field("invalid_body", "/appointment_id");
    let bea = app.practitioner("Bea Byron").await;
    bea.judges(appointment).await.expect_problem("not_found");
    cleo.judges(appointment).await.expect_problem("wrong_role");
    app.clock.advance(TimeDelta::days(89));
    ada.back().await.judges(appointment).await.expect_problem("feedback_closed");
}

#[apply(both_engines)]
async fn each_end_of_care_is_judged_once(app: TestApp) {
    let (ada, _, _) = after_an_appointment(&app).await;
    app.stands_at(&ada, Pathway::Discharged).await;
    let given = ada.writes_at_the_end("Thank you.").await.expect(201);
    assert_eq!((given.text("about"), given.json["appointment_id"].clone()), ("discharge".into(), Value::Null));
    ada.writes_at_the_end("Again.").await.expect_problem("already_exists");
    app.clock.advance(TimeDelta::minutes(1));
    app.stands_at(&ada, Pathway::InCare).await;
    ada.writes_at_the_end("Back.").await.expect_problem("feedback_not_due");
    app.clock.advance(TimeDelta::minutes(1));
    app.stands_at(&ada, Pathway::Discharged).await;
    ada.writes_at_the_end("And gone.").await.expect(201);
    app.clock.advance(TimeDelta::days(181));
}

#[apply(both_engines)]
async fn a_clinician_reads_the_words_addressed_to_them_and_nothing_else(app: TestApp) {
    let (ada, cleo, appointment) = after_an_appointment(&app).await;
    let other = app.attended(&ada, &cleo, app.now().get() - TimeDelta::days(3)).await;
    let form =
        json!({ "about": "appointment", "appointment_id": appointment, "comment": "You listened.", "comment_for": "clinician" });
    let to_cleo = ada.judges_with(form).await.expect(201);
    let form = json!({ "about": "appointment", "appointment_id": other, "comment": "The room was cold." });
    let to_service = ada.judges_with(form).await.expect(201);

    let list = cleo.get("/v1/feedback").send().await.expect(200);
    assert_eq!((list.items().len(), list.items()[0]["id"].clone()), (1, json!(to_cleo.id())));
    let read = cleo.get(&format!("/v1/feedback/{}", to_cleo.id())).send().await.expect(200);
    assert_eq!(
        (read.text("comment"), read.json["helped"].clone(), read.json["wellbeing"].clone()),
        ("You listened.".into(), Value::Null, Value::Null)
    );
    assert_eq!(app.recorded("feedback.read", to_cleo.id().parse().unwrap()).await, 1);
    cleo.get(&format!("/v1/feedback/{}", to_service.id())).send().await.expect_problem("not_found");

    let dora = app.clinician("Dora Clinician").employed_by("A1A1A").await;
    dora.get(&format!("/v1/feedback/{}", to_cleo.id())).send().await.expect_problem("not_found");
    app.practitioner("Bea Byron").await.get(&format!("/v1/feedback/{}", to_cleo.id())).send().await.expect_problem("not_found");
    app.coordinator().await.get(&format!("/v1/feedback/{}", to_cleo.id())).send().await.expect_problem("wrong_role");
    app.administrator().await.get("/v1/feedback").send().await.expect_problem("wrong_role");
    ada.blocks(&cleo).await.expect(201);
    cleo.get(&format!("/v1/feedback/{}", to_cleo.id())).send().await.expect_problem("not_found");
    assert_eq!(cleo.get("/v1/feedback").send().await.expect(200).items().len(), 0);
}

#[apply(both_engines)]
async fn words_for_the_service_come_late_five_people_at_a_time_and_shuffled(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    let cory = app.coordinator().await;
    let mut people = app.crowd(5).await;
    for (number, person) in people.iter().enumerate() {
        let appointment = app.attended(person, &cleo, app.now().get() - TimeDelta::hours(2 + 2 * number as i64)).await;
        let words = json!({ "about": "appointment", "appointment_id": appointment, "comment": format!("words {number}") });
        if number < 4 {
            person.judges_with(words).await.expect(201);
        } else {
            let mut to_cleo = words;
            to_cleo["comment_for"] = json!("clinician");
            person.judges_with(to_cleo).await.expect(201);
        }
        app.clock.advance(TimeDelta::seconds(1));
    }
    let again = app.attended(&people[0], &cleo, app.now().get() - TimeDelta::hours(30)).await;
    people[0].judges_with(json!({ "about": "appointment", "appointment_id": again, "comment": "words 5" })).await.expect(201);
    app.clock.advance(TimeDelta::days(60));
    assert_eq!(app.shows_comments().await, 0, "five texts for the service, but four people");

    let fifth = people.pop().unwrap().back().await;
    let late = app.attended(&fifth, &cleo, app.now().get() - TimeDelta::hours(2)).await;
    fifth.judges_with(json!({ "about": "appointment", "appointment_id": late, "comment": "words 6" })).await.expect(201);
    assert_eq!(app.shows_comments().await, 0, "the fifth is not some weeks old");
    app.clock.advance(TimeDelta::days(60));
    assert_eq!(app.shows_comments().await, 6);
    assert_eq!(app.shows_comments().await, 0);

    let cory = cory.back().await;
    let read = cory.get("/v1/feedback-comments?limit=4").send().await.expect(200);
    let rest = cory.get(&format!("/v1/feedback-comments?limit=4&cursor={}", read.text("next_cursor"))).send().await.expect(200);
    let mut words: Vec<_> =
        read.items().iter().chain(rest.items()).map(|item| item["comment"].as_str().unwrap().to_owned()).collect();
    for item in read.some_items() {
        let names: Vec<_> = item.as_object().unwrap().keys().cloned().collect();
        assert_eq!(names, ["comment", "released_on"], "nothing that tells whose words these are");
    }
    assert_eq!(cory.reads_comments().await, words, "the order stays as it was drawn");
    words.sort();
    assert_eq!(words, ["words 0", "words 1", "words 2", "words 3", "words 5", "words 6"]);
    cleo.back().await.get("/v1/feedback-comments").send().await.expect_problem("wrong_role");
    app.administrator().await.get("/v1/feedback-comments").send().await.expect_problem("wrong_role");
}

#[apply(both_engines)]
async fn people_are_asked_once_in_neutral_words_and_not_again_soon(app: TestApp) {
    let (ada, cleo, _) = after_an_appointment(&app).await;
    app.attended(&ada, &cleo, app.now().get() - TimeDelta::days(3)).await;
    app.attended(&ada, &cleo, app.now().get() - TimeDelta::hours(3)).await;
    let before = app.letters_to(&ada.email).await.len();
    assert_eq!(app.asks_how_it_went().await, 2, "the one of three hours ago is not due");
    assert_eq!(app.asks_how_it_went().await, 0);
    let letters = app.letters_to(&ada.email).await;
    assert_eq!(letters.len(), before + 1, "two appointments, one letter");
    let letter = letters.iter().find(|letter| letter.subject == "How did it go?").unwrap();
    for word in ["appointment", "health", "Confide", "Cleo", "care"] {
        assert!(!letter.body.contains(word), "{word}: {}", letter.body);
    }
    app.clock.advance(TimeDelta::days(2));
    assert_eq!(app.asks_how_it_went().await, 1);
    assert_eq!(app.letters_to(&ada.email).await.len(), before + 1, "not again soon");
}

#[apply(both_engines)]
async fn nobody_is_asked_who_has_answered_or_is_at_risk(app: TestApp) {
    let (ada, cleo, appointment) = after_an_appointment(&app).await;
    ada.judges(appointment).await.expect(201);
    let bea = app.practitioner("Bea Byron").await;
    app.attended(&bea, &cleo, app.now().get() - TimeDelta::days(4)).await;
    bea.completes_intake_with(phq9_at_risk(1)).await;
    let (adas, beas) = (app.letters_to(&ada.email).await.len(), app.letters_to(&bea.email).await.len());
    assert_eq!(app.asks_how_it_went().await, 2);
    assert_eq!((app.letters_to(&ada.email).await.len(), app.letters_to(&bea.email).await.len()), (adas, beas));
}

#[apply(both_engines)]
async fn whoever_leaves_is_asked_about_the_whole_unless_they_have_come_back(app: TestApp) {
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    for person in [&ada, &bea] {
        app.stands_at(person, Pathway::Discharged).await;
    }
    app.clock.advance(TimeDelta::hours(25));
    app.stands_at(&bea, Pathway::InCare).await;
    let (adas, beas) = (app.letters_to(&ada.email).await.len(), app.letters_to(&bea.email).await.len());
    assert_eq!(app.asks_how_it_went().await, 2);
    assert_eq!((app.letters_to(&ada.email).await.len(), app.letters_to(&bea.email).await.len()), (adas + 1, beas));
}
