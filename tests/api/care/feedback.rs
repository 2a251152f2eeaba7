//! Feedback on care: giving it, reading it, and the requests for it.

use chrono::TimeDelta;
use confide::people::practitioners::model::Pathway;
use confide::platform::ids::Id;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::clinical_record::InCare;
use crate::support::practitioners::phq9_at_risk;
use crate::support::races::{at_once, expect_outcomes};
use crate::support::{TestApp, apply, both_engines};

/// Ada attended an appointment with Cleo two days ago.
async fn after_an_appointment(app: &TestApp) -> (Actor, Actor, Id) {
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    let ada = app.practitioner("Ada Byron").await;
    let appointment = app.attended_appointment(&ada, &cleo, app.now().get() - TimeDelta::days(2)).await;
    (ada, cleo, appointment)
}

#[apply(both_engines)]
async fn practitioner_gives_feedback_on_an_appointment_once(app: TestApp) {
    let (ada, _, appointment) = after_an_appointment(&app).await;
    let form = json!({ "about": "appointment", "appointment_id": appointment, "would_recommend": "yes", "comment": "  Kind.  " });
    let given = ada.gives_feedback_with(form).await.expect(201);
    assert_eq!(
        (given.text("helped"), given.text("comment"), given.text("comment_for")),
        ("somewhat".into(), "Kind.".into(), "service".into())
    );
    assert_eq!(app.audit_count_of("feedback.given", given.id().parse().unwrap()).await, 1);
    ada.gives_feedback(appointment).await.expect_problem("already_exists");

    let read = ada.get(given.header("location").unwrap()).send().await.expect(200);
    assert_eq!((read.text("wellbeing"), read.text("comment")), ("positive".into(), "Kind.".into()));
    let list = ada.get("/v1/feedback").send().await.expect(200);
    assert_eq!((list.items().len(), list.items()[0]["comment"].clone()), (1, Value::Null));
}

#[apply(both_engines)]
async fn one_of_several_concurrent_feedback_forms_is_accepted(app: TestApp) {
    let (ada, _, appointment) = after_an_appointment(&app).await;
    expect_outcomes(&at_once(4, |_| ada.gives_feedback(appointment)).await, &[("201", 1), ("already_exists", 3)]);
}

#[apply(both_engines)]
async fn feedback_is_accepted_only_on_attended_appointments_and_in_time(app: TestApp) {
    let (ada, cleo, appointment) = after_an_appointment(&app).await;
    let missed = app.appointment(&ada, &cleo, app.now().get() - TimeDelta::days(1)).await;
    ada.gives_feedback(missed).await.expect_problem("feedback_not_due");
    app.set_appointment_status(missed, "not_attended").await;
    ada.gives_feedback(missed).await.expect_problem("feedback_not_due");
    ada.gives_feedback_with(json!({ "about": "discharge" })).await.expect_problem("feedback_not_due");
    ada.gives_feedback_with(json!({ "about": "discharge", "appointment_id": appointment }))
        .await
        .expect_field("invalid_body", "/appointment_id");
    ada.gives_feedback_with(json!({ "about": "appointment" })).await.expect_field("invalid_body", "/appointment_id");
    let bea = app.practitioner("Bea Byron").await;
    bea.gives_feedback(appointment).await.expect_problem("not_found");
    cleo.gives_feedback(appointment).await.expect_problem("wrong_role");
    app.clock.advance(TimeDelta::days(89));
    ada.signs_in_again().await.gives_feedback(appointment).await.expect_problem("too_late");
}

#[apply(both_engines)]
async fn practitioner_gives_feedback_once_after_each_discharge(app: TestApp) {
    let (ada, _, _) = after_an_appointment(&app).await;
    app.set_pathway(&ada, Pathway::Discharged).await;
    let given = ada.gives_feedback_at_discharge("Thank you.").await.expect(201);
    assert_eq!((given.text("about"), given.json["appointment_id"].clone()), ("discharge".into(), Value::Null));
    ada.gives_feedback_at_discharge("Again.").await.expect_problem("already_exists");
    app.clock.advance(TimeDelta::minutes(1));
    app.set_pathway(&ada, Pathway::InCare).await;
    ada.gives_feedback_at_discharge("Back.").await.expect_problem("feedback_not_due");
    app.clock.advance(TimeDelta::minutes(1));
    app.set_pathway(&ada, Pathway::Discharged).await;
    ada.gives_feedback_at_discharge("And gone.").await.expect(201);
    app.clock.advance(TimeDelta::minutes(1));
    app.set_pathway(&ada, Pathway::InCare).await;
    app.set_pathway(&ada, Pathway::Discharged).await;
    app.clock.advance(TimeDelta::days(181));
    ada.signs_in_again().await.gives_feedback_at_discharge("Much later.").await.expect_problem("too_late");
}

#[apply(both_engines)]
async fn clinician_reads_only_comments_addressed_to_them(app: TestApp) {
    let (ada, cleo, appointment) = after_an_appointment(&app).await;
    let other = app.attended_appointment(&ada, &cleo, app.now().get() - TimeDelta::days(3)).await;
    let form =
        json!({ "about": "appointment", "appointment_id": appointment, "comment": "You listened.", "comment_for": "clinician" });
    let to_cleo = ada.gives_feedback_with(form).await.expect(201);
    let form = json!({ "about": "appointment", "appointment_id": other, "comment": "The clinic was cold." });
    let to_service = ada.gives_feedback_with(form).await.expect(201);

    let list = cleo.get("/v1/feedback").send().await.expect(200);
    assert_eq!((list.items().len(), list.items()[0]["id"].clone()), (1, json!(to_cleo.id())));
    let read = cleo.get(&format!("/v1/feedback/{}", to_cleo.id())).send().await.expect(200);
    assert_eq!(
        (read.text("comment"), read.json["helped"].clone(), read.json["wellbeing"].clone()),
        ("You listened.".into(), Value::Null, Value::Null)
    );
    assert_eq!(app.audit_count_of("feedback.read", to_cleo.id().parse().unwrap()).await, 1);
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

/// How many comments a clinician lists, and with which status they read the one at this path.
async fn comments_seen(clinician: &Actor, path: &str) -> (usize, u16) {
    let listed = clinician.get("/v1/feedback").send().await.expect(200).items().len();
    (listed, clinician.get(path).send().await.status.as_u16())
}

#[apply(both_engines)]
async fn clinician_lists_a_comment_exactly_while_they_may_read_it(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let met = app.attended_appointment(&ada, &cleo, app.now().get() - TimeDelta::days(2)).await;
    let form = json!({ "about": "appointment", "appointment_id": met, "comment": "You listened.", "comment_for": "clinician" });
    let path = format!("/v1/feedback/{}", ada.gives_feedback_with(form).await.expect(201).id());
    assert_eq!(comments_seen(&cleo, &path).await, (1, 200));
    cleo.discharges(&ada).await.expect(201);
    assert_eq!(comments_seen(&cleo, &path).await, (1, 200));
    app.clock.advance(TimeDelta::days(31));
    let cleo = cleo.signs_in_again().await;
    assert_eq!(comments_seen(&cleo, &path).await, (0, 404));
    cleo.breaks_glass_to(&ada).await.expect(201);
    assert_eq!(comments_seen(&cleo, &path).await, (1, 200));
}

#[apply(both_engines)]
async fn comments_for_the_service_are_released_late_shuffled_and_from_at_least_five_people(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    let cory = app.coordinator().await;
    let mut people = app.many_practitioners(5).await;
    for (number, person) in people.iter().enumerate() {
        let appointment =
            app.attended_appointment(person, &cleo, app.now().get() - TimeDelta::hours(2 + 2 * number as i64)).await;
        let form = json!({ "about": "appointment", "appointment_id": appointment, "comment": format!("words {number}") });
        if number < 4 {
            person.gives_feedback_with(form).await.expect(201);
        } else {
            let mut to_cleo = form;
            to_cleo["comment_for"] = json!("clinician");
            person.gives_feedback_with(to_cleo).await.expect(201);
        }
        app.clock.advance(TimeDelta::seconds(1));
    }
    let again = app.attended_appointment(&people[0], &cleo, app.now().get() - TimeDelta::hours(30)).await;
    people[0]
        .gives_feedback_with(json!({ "about": "appointment", "appointment_id": again, "comment": "words 5" }))
        .await
        .expect(201);
    app.clock.advance(TimeDelta::days(60));
    assert_eq!(app.release_due_comments().await, 0, "five comments for the service, but from four people");

    let fifth = people.pop().unwrap().signs_in_again().await;
    let late = app.attended_appointment(&fifth, &cleo, app.now().get() - TimeDelta::hours(2)).await;
    fifth.gives_feedback_with(json!({ "about": "appointment", "appointment_id": late, "comment": "words 6" })).await.expect(201);
    assert_eq!(app.release_due_comments().await, 0, "the fifth person's comment is too recent");
    app.clock.advance(TimeDelta::days(60));
    assert_eq!(app.release_due_comments().await, 6);
    assert_eq!(app.release_due_comments().await, 0);

    let cory = cory.signs_in_again().await;
    let read = cory.get("/v1/feedback-comments?limit=4").send().await.expect(200);
    let rest = cory.get(&format!("/v1/feedback-comments?limit=4&cursor={}", read.text("next_cursor"))).send().await.expect(200);
    let mut comments: Vec<_> =
        read.items().iter().chain(rest.items()).map(|item| item["comment"].as_str().unwrap().to_owned()).collect();
    for item in read.expect_items() {
        let names: Vec<_> = item.as_object().unwrap().keys().cloned().collect();
        assert_eq!(names, ["comment", "released_on"], "nothing that identifies the author");
    }
    assert_eq!(cory.reads_comments().await, comments, "the shuffled order does not change");
    comments.sort();
    assert_eq!(comments, ["words 0", "words 1", "words 2", "words 3", "words 5", "words 6"]);
    cleo.signs_in_again().await.get("/v1/feedback-comments").send().await.expect_problem("wrong_role");
    app.administrator().await.get("/v1/feedback-comments").send().await.expect_problem("wrong_role");
}

#[apply(both_engines)]
async fn feedback_request_is_sent_once_in_neutral_wording_and_not_again_soon(app: TestApp) {
    let (ada, cleo, _) = after_an_appointment(&app).await;
    app.attended_appointment(&ada, &cleo, app.now().get() - TimeDelta::days(3)).await;
    app.attended_appointment(&ada, &cleo, app.now().get() - TimeDelta::hours(3)).await;
    let before = app.emails_to(&ada.email).await.len();
    assert_eq!(app.send_feedback_invitations().await, 2, "the appointment of three hours ago is not due");
    assert_eq!(app.send_feedback_invitations().await, 0);
    let emails = app.emails_to(&ada.email).await;
    assert_eq!(emails.len(), before + 1, "two appointments, one email");
    let email = emails.iter().find(|email| email.subject == "How did it go?").unwrap();
    for word in ["appointment", "health", "Confide", "Cleo", "care"] {
        assert!(!email.body.contains(word), "{word}: {}", email.body);
    }
    app.clock.advance(TimeDelta::days(2));
    assert_eq!(app.send_feedback_invitations().await, 1);
    assert_eq!(app.emails_to(&ada.email).await.len(), before + 1, "not again soon");
}

#[apply(both_engines)]
async fn no_feedback_request_after_an_answer_or_a_risk_alert(app: TestApp) {
    let (ada, cleo, appointment) = after_an_appointment(&app).await;
    ada.gives_feedback(appointment).await.expect(201);
    let bea = app.practitioner("Bea Byron").await;
    app.attended_appointment(&bea, &cleo, app.now().get() - TimeDelta::days(4)).await;
    bea.completes_intake_with(phq9_at_risk(1)).await;
    let (adas, beas) = (app.emails_to(&ada.email).await.len(), app.emails_to(&bea.email).await.len());
    assert_eq!(app.send_feedback_invitations().await, 2);
    assert_eq!((app.emails_to(&ada.email).await.len(), app.emails_to(&bea.email).await.len()), (adas, beas));
}

#[apply(both_engines)]
async fn discharged_practitioner_is_asked_for_feedback_unless_back_in_care(app: TestApp) {
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    for person in [&ada, &bea] {
        app.set_pathway(person, Pathway::Discharged).await;
    }
    app.clock.advance(TimeDelta::hours(25));
    app.set_pathway(&bea, Pathway::InCare).await;
    let (adas, beas) = (app.emails_to(&ada.email).await.len(), app.emails_to(&bea.email).await.len());
    assert_eq!(app.send_feedback_invitations().await, 2);
    assert_eq!((app.emails_to(&ada.email).await.len(), app.emails_to(&bea.email).await.len()), (adas + 1, beas));
}
