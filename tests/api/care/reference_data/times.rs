//! Times of the contact line and of risk alerts, and intervals of follow-ups, that change from a day on.

use chrono::TimeDelta;
use serde_json::json;

use crate::support::reference_data::{figure, time_of_day};
use crate::support::risk::assessment_reviewed_on;
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn alert_is_due_by_the_times_of_the_day_on_which_it_was_raised_and_keeps_its_due_time(app: TestApp) {
    let (avery, cory) = (app.administrator().await, app.coordinator().await);
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Quill").await);
    for (key, value) in [("urgent:due_minutes", 60), ("immediate:due_minutes", 10)] {
        avery.changes_reference_with_another("alert_times", key, "2027-01-18", figure(value)).await;
    }
    let first = cory.raises_concern(&ada, "urgent").await.expect(201).id();
    assert_eq!(cory.reads_alert(&first).await.text("due_at"), "2027-01-11T13:00:00Z", "the change does not hold yet");

    app.advance_clock_to("2027-01-18T09:00:00Z");
    let cory = cory.signs_in_again().await;
    let second = cory.raises_concern(&bea, "urgent").await.expect(201).id();
    assert_eq!(cory.reads_alert(&second).await.text("due_at"), "2027-01-18T10:00:00Z");
    cory.raises_concern(&bea, "immediate").await.expect(201);
    assert_eq!(cory.reads_alert(&second).await.text("due_at"), "2027-01-18T09:10:00Z", "the earliest counts");
    assert_eq!(cory.reads_alert(&first).await.text("due_at"), "2027-01-11T13:00:00Z", "what was raised before keeps its time");
}

#[apply(both_engines)]
async fn alert_is_escalated_by_the_times_of_the_day_of_the_step(app: TestApp) {
    let (avery, cory) = (app.administrator().await, app.coordinator().await);
    let ada = app.practitioner("Ada Byron").await;
    avery.changes_reference_with_another("alert_times", "urgent:second_step_minutes", "2027-01-11", figure(20)).await;
    cory.raises_concern(&ada, "urgent").await.expect(201);
    for (time, steps) in [
        ("2027-01-11T12:59:59Z", 0),
        ("2027-01-11T13:00:00Z", 1),
        ("2027-01-11T13:19:59Z", 0),
        ("2027-01-11T13:20:00Z", 1),
        ("2027-01-11T14:19:59Z", 0),
        ("2027-01-11T14:20:00Z", 1),
    ] {
        app.advance_clock_to(time);
        assert_eq!(app.run_risk_jobs().await, steps, "{time}");
    }
}

#[apply(both_engines)]
async fn contact_postpones_an_alert_by_the_time_of_the_day(app: TestApp) {
    let (avery, cory) = (app.administrator().await, app.coordinator().await);
    let ada = app.practitioner("Ada Byron").await;
    avery.changes_reference_with_another("alert_times", "urgent:contact_postpones_minutes", "2027-01-11", figure(15)).await;
    let alert = cory.raises_concern(&ada, "urgent").await.expect(201).id();
    cory.records_contact_attempt(&alert, true).await.expect(201);
    app.advance_clock_to("2027-01-11T13:14:59Z");
    assert_eq!(app.run_risk_jobs().await, 0);
    app.advance_clock_to("2027-01-11T13:15:00Z");
    assert_eq!(app.run_risk_jobs().await, 1);
}

#[apply(both_engines)]
async fn review_is_notified_at_the_hour_of_the_day_on_which_the_assessment_is_recorded(app: TestApp) {
    let avery = app.administrator().await;
    let in_care = app.in_care().await;
    avery.changes_reference_with_another("alert_times", "review_hour", "2027-01-11", figure(10)).await;
    in_care.cleo.records_risk_assessment(&in_care.ada, assessment_reviewed_on("2027-01-15")).await.expect(201);
    app.advance_clock_to("2027-01-15T09:59:59Z");
    assert_eq!(app.run_review_jobs().await, 0);
    app.advance_clock_to("2027-01-15T10:00:00Z");
    assert_eq!(app.run_review_jobs().await, 1);
}

#[apply(both_engines)]
async fn tasks_of_the_contact_line_are_due_by_the_times_of_their_day(app: TestApp) {
    let (avery, hanna) = (app.administrator().await, app.call_handler().await);
    for (key, value) in [("need:needs_today", 60), ("call_back", 480), ("answer:yes", 10)] {
        avery.changes_reference_with_another("triage_times", key, "2027-01-18", figure(value)).await;
    }
    let asks = |number: u32, answer: &'static str| {
        let form = json!({ "phone": format!("07700 90010{number}"), "safety_question": answer });
        app.requests_call_back(form)
    };
    let call = hanna.logs_contact("phone", json!({})).await.expect(201).id();
    let advice = hanna.triages_contact(&call, &["needs_today"]).await.expect(200);
    assert_eq!(advice.json["tasks"][0]["due_at"], "2027-01-11T13:00:00Z");
    assert_eq!(asks(1, "no").await.expect(202).text("call_back_due_at"), "2027-01-12T09:00:00Z");
    assert_eq!(asks(2, "yes").await.expect(202).text("call_back_due_at"), "2027-01-11T09:15:00Z");

    app.advance_clock_to("2027-01-18T09:00:00Z");
    let hanna = hanna.signs_in_again().await;
    let later = hanna.logs_contact("phone", json!({})).await.expect(201).id();
    let advice = hanna.triages_contact(&later, &["needs_today"]).await.expect(200);
    assert_eq!(advice.json["tasks"][0]["due_at"], "2027-01-18T10:00:00Z");
    assert_eq!(asks(3, "no").await.expect(202).text("call_back_due_at"), "2027-01-18T17:00:00Z");
    assert_eq!(asks(4, "yes").await.expect(202).text("call_back_due_at"), "2027-01-18T09:10:00Z");
    let kept = hanna.reads_contact(&call).await.expect(200);
    assert_eq!(kept.json["tasks"][0]["due_at"], "2027-01-11T13:00:00Z", "what was due before stays due then");
}

#[apply(both_engines)]
async fn alert_of_a_call_handler_raises_a_task_that_is_due_by_the_time_of_the_day(app: TestApp) {
    let (avery, hanna) = (app.administrator().await, app.call_handler().await);
    avery.changes_reference_with_another("triage_times", "need:immediate_danger", "2027-01-11", figure(10)).await;
    let call = hanna.logs_contact("phone", json!({})).await.expect(201).id();
    let raised = hanna.raises_contact_alert(&call, "immediate", None).await.expect(202);
    assert_eq!(raised.json["tasks"][0]["due_at"], "2027-01-11T09:10:00Z");
}

#[apply(both_engines)]
async fn overdue_task_is_reported_again_as_often_as_on_the_day(app: TestApp) {
    const OVERDUE: &str = "Something is overdue";
    let (avery, hanna) = (app.administrator().await, app.call_handler().await);
    avery.changes_reference_with_another("triage_times", "repeat:danger", "2027-01-11", figure(5)).await;
    let call = hanna.logs_contact("phone", json!({})).await.expect(201).id();
    hanna.triages_contact(&call, &["immediate_danger"]).await.expect(200);
    for (minutes, reports) in [(16, 1), (4, 1), (1, 2), (5, 3)] {
        app.clock.advance(TimeDelta::minutes(minutes));
        app.run_contact_jobs().await;
        assert_eq!(app.count_emails_about(&hanna, OVERDUE).await, reports, "at {}", app.now());
    }
}

#[apply(both_engines)]
async fn follow_up_is_chased_by_the_intervals_of_the_day(app: TestApp) {
    let avery = app.administrator().await;
    avery.changes_reference_with_another("follow_up_policy", "chase:1", "2027-02-01", figure(3)).await;
    avery.changes_reference_with_another("follow_up_policy", "messages_from", "2027-02-01", time_of_day("10:00")).await;
    let cleo = app.clinician("Cleo Clinician").await;
    let (ada, appointment) = app.practitioner_seen_by("Ada Byron", &cleo, 1).await;
    let id = cleo.agrees_usual_follow_up(&ada, appointment).await;
    let chased = async || cleo.signs_in_again().await.reads_follow_up(&id).await.expect(200).json["chase_count"].clone();
    // The window ends on 1 February. Without the change the first email would leave on the 2nd at nine.
    for (time, count) in [("2027-02-03T12:00:00Z", 0), ("2027-02-04T09:30:00Z", 0), ("2027-02-04T10:00:00Z", 1)] {
        app.advance_days_until(time).await;
        assert_eq!(chased().await, json!(count), "{time}");
    }
}

#[apply(both_engines)]
async fn follow_up_is_agreed_within_the_limits_of_the_day_and_keeps_its_window(app: TestApp) {
    let avery = app.administrator().await;
    avery.changes_reference_with_another("follow_up_policy", "longest_days", "2027-01-18", figure(28)).await;
    let cleo = app.clinician("Cleo Clinician").await;
    let (ada, appointment) = app.practitioner_seen_by("Ada Byron", &cleo, 1).await;
    let form = || json!({ "appointment_id": appointment, "interval_unit": "weeks", "interval_from": 8, "purpose": "review" });
    let before = cleo.agrees_follow_up(&ada, form()).await.expect(201);
    let window = (before.text("due_from"), before.text("due_until"));
    app.advance_clock_to("2027-01-18T09:00:00Z");
    let cleo = cleo.signs_in_again().await;
    cleo.agrees_follow_up(&ada, form()).await.expect_field("invalid_body", "/interval_from");
    let kept = cleo.reads_follow_up(&before.id()).await.expect(200);
    assert_eq!((kept.text("due_from"), kept.text("due_until")), window);
}
