//! Statistics of outcomes: finished courses of treatment, and feedback.

use chrono::{DateTime, TimeDelta, Utc};
use confide::people::practitioners::model::Pathway;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::figures::{cell, rate, table};
use crate::support::practitioners::answers;
use crate::support::{TestApp, apply, both_engines};

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Twelve practitioners discharged in January: six recovered, six unchanged. A thirteenth was seen only once.
async fn twelve_discharged(app: &TestApp) -> Vec<Actor> {
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    let people = app.many_practitioners(13).await;
    for (number, person) in people.iter().enumerate() {
        person.completes_intake().await;
        app.set_pathway(person, Pathway::InCare).await;
        for visit in 0..if number == 12 { 1 } else { 2 } {
            let starts = time("2027-01-12T00:00:00Z") + TimeDelta::hours(number as i64) + TimeDelta::days(visit);
            app.appointment_with_attendance(person, &cleo, "treatment", starts, "attended_on_time").await;
        }
    }
    app.advance_clock_to("2027-01-20T09:00:00Z");
    for (number, person) in people.iter().enumerate() {
        let person = person.signs_in_again().await;
        let review = person.starts_assessment_for("end").await;
        let recovered = number < 6;
        person
            .answers(&review, "phq-9", answers("phq9", if recovered { &[0; 9] } else { &[2, 2, 2, 2, 1, 1, 1, 1, 0] }))
            .await
            .expect(200);
        person.answers(&review, "gad-7", answers("gad7", if recovered { &[0; 7] } else { &[1; 7] })).await.expect(200);
        person.submits_assessment(&review).await.expect(200);
        app.set_pathway(&person, Pathway::Discharged).await;
    }
    people
}

#[apply(both_engines)]
async fn finished_courses_are_counted_by_result(app: TestApp) {
    twelve_discharged(&app).await;
    app.advance_clock_to("2027-05-19T09:00:00Z");
    app.publish_due_statistics().await;
    let cory = app.coordinator().await;
    assert_eq!(cory.reads_outcomes("").await.expect(200).json["courses"], json!([]), "the last questionnaires may still come");
    app.advance_clock_to("2027-05-20T09:00:00Z");
    app.publish_due_statistics().await;

    let found = cory.signs_in_again().await.reads_outcomes("from=2027-01&until=2027-03").await.expect(200);
    let quarter = &found.json["courses"][0];
    assert_eq!((&quarter["first_day"], &quarter["last_day"]), (&json!("2027-01-01"), &json!("2027-03-31")));
    let courses = table(quarter, "course_result");
    assert_eq!(courses["total"], 10, "twelve rounded; one appointment is not a finished course");
    assert_eq!(
        (cell(courses, "reliably_recovered"), cell(courses, "unchanged"), cell(courses, "deteriorated")),
        (json!(5), json!(5), json!(0))
    );
    assert_eq!(
        *rate(courses, "recovery"),
        json!({ "rate": "recovery", "percent": 50, "target_percent": 50, "target_met": true })
    );
    assert_eq!(rate(courses, "reliable_recovery")["target_met"], false);
    assert_eq!(rate(courses, "reliable_improvement")["percent"], 50);
    assert_eq!(rate(courses, "reliable_deterioration")["percent"], 0);
    assert_eq!(rate(courses, "measured_twice")["percent"], 100);
}

#[apply(both_engines)]
async fn reliable_deterioration_is_counted_of_everyone(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    let people = app.many_practitioners(15).await;
    for (number, person) in people.iter().enumerate() {
        let intake = person.starts_assessment().await;
        // The last ten are no cases at the start; five of them deteriorate.
        let phq: &[i32; 9] = if number < 5 { &[2, 2, 2, 2, 1, 1, 1, 1, 0] } else { &[1, 1, 0, 0, 0, 0, 0, 0, 0] };
        person.answers(&intake, "phq-9", answers("phq9", phq)).await.expect(200);
        person.answers(&intake, "gad-7", answers("gad7", &[0; 7])).await.expect(200);
        person.submits_assessment(&intake).await.expect(200);
        app.set_pathway(person, Pathway::InCare).await;
        for visit in 0..2 {
            let starts = time("2027-01-12T00:00:00Z") + TimeDelta::hours(number as i64) + TimeDelta::days(visit);
            app.appointment_with_attendance(person, &cleo, "treatment", starts, "attended_on_time").await;
        }
    }
    app.advance_clock_to("2027-01-20T09:00:00Z");
    for (number, person) in people.iter().enumerate() {
        let person = person.signs_in_again().await;
        let review = person.starts_assessment_for("end").await;
        let phq: &[i32; 9] = match number {
            0..5 => &[2, 2, 2, 2, 1, 1, 1, 1, 0],
            5..10 => &[1, 1, 1, 1, 1, 1, 1, 1, 0],
            _ => &[1, 1, 0, 0, 0, 0, 0, 0, 0],
        };
        person.answers(&review, "phq-9", answers("phq9", phq)).await.expect(200);
        person.answers(&review, "gad-7", answers("gad7", &[0; 7])).await.expect(200);
        person.submits_assessment(&review).await.expect(200);
        app.set_pathway(&person, Pathway::Discharged).await;
    }
    app.advance_clock_to("2027-05-20T09:00:00Z");
    app.publish_due_statistics().await;
    let found = app.coordinator().await.reads_outcomes("from=2027-01&until=2027-03").await.expect(200);
    let courses = table(&found.json["courses"][0], "course_result");
    assert_eq!(
        (cell(courses, "no_case_deteriorated"), cell(courses, "no_case_unchanged"), cell(courses, "unchanged")),
        (json!(5), json!(5), json!(5))
    );
    assert_eq!(rate(courses, "reliable_deterioration")["percent"], 33, "of all who were measured twice");
}

#[apply(both_engines)]
async fn feedback_is_counted_and_hidden_where_all_answers_are_the_same(app: TestApp) {
    let people = twelve_discharged(&app).await;
    for (number, person) in people.iter().enumerate().take(12) {
        let helped = if number < 7 { "a_lot" } else { "no_difference" };
        let form = json!({ "about": "discharge", "helped": helped, "wellbeing": "positive" });
        person.signs_in_again().await.gives_feedback_with(form).await.expect(201);
    }
    app.advance_clock_to("2027-04-15T09:00:00Z");
    app.publish_due_statistics().await;
    let found = app.coordinator().await.reads_outcomes("").await.expect(200);
    let quarter = &found.json["feedback"][0];
    let helped = table(quarter, "helped");
    assert_eq!((cell(helped, "a_lot"), cell(helped, "no_difference"), helped["total"].clone()), (json!(5), json!(5), json!(10)));
    assert_eq!(
        *rate(helped, "helped_to_train_or_work"),
        json!({ "rate": "helped_to_train_or_work", "percent": 50, "target_percent": 85, "target_met": false })
    );
    let wellbeing = table(quarter, "wellbeing");
    assert_eq!(
        (cell(wellbeing, "positive"), wellbeing["total"].clone()),
        (Value::Null, json!(10)),
        "it would reveal each answer"
    );
    assert_eq!(rate(wellbeing, "positive_effect_on_wellbeing")["percent"], Value::Null);
}

#[apply(both_engines)]
async fn damaged_score_and_damaged_feedback_do_not_keep_a_quarter_from_being_counted(app: TestApp) {
    let people = twelve_discharged(&app).await;
    for person in people.iter().take(12) {
        let form = json!({ "about": "discharge", "helped": "a_lot", "wellbeing": "positive" });
        person.signs_in_again().await.gives_feedback_with(form).await.expect(201);
    }
    app.damages("feedback", "ratings", "id = (SELECT id FROM feedback ORDER BY id LIMIT 1)").await;
    let of_one = "questionnaire = 'phq-9' AND assessment_id = (SELECT id FROM assessments ORDER BY id LIMIT 1)";
    app.damages("assessment_answers", "score", of_one).await;
    app.advance_clock_to("2027-05-20T09:00:00Z");
    app.publish_due_statistics().await;
    let found = app.coordinator().await.reads_outcomes("from=2027-01&until=2027-03").await.expect(200);
    let courses = table(&found.json["courses"][0], "course_result");
    // One of the twelve counts as not measured.
    assert_eq!((&courses["total"], rate(courses, "recovery")["target_percent"].clone()), (&json!(10), json!(50)));
    assert_eq!(table(&found.json["feedback"][0], "helped")["total"], 10, "eleven of twelve, rounded");
}
