//! Figures and times of day: one administrator enters them, another confirms them, and what makes no sense is refused.

use serde_json::{Value, json};

use crate::support::reference_data::{figure, time_of_day};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn figure_is_entered_by_one_administrator_and_approved_by_another(app: TestApp) {
    let avery = app.administrator().await;
    let sasha = app.second_administrator().await;
    for (dataset, key, value, absurd) in [
        ("prescribing_limits", "controlled_supply_days", 14, 31),
        ("triage_times", "need:immediate_danger", 10, 31),
        ("alert_times", "immediate:due_minutes", 10, 31),
        ("follow_up_policy", "chase:1", 2, 0),
        ("outreach_limits", "longest_days", 60, 367),
        ("waiting_times", "42", 80, 101),
    ] {
        let change = |key: &'static str, entry: Value| avery.changes_reference(dataset, key, "2027-01-18", entry);
        change(key, figure(absurd)).await.expect_field("invalid_body", "/entry/figure/value");
        change("nothing:like_this", figure(value)).await.expect_field("invalid_body", "/key");
        change(key, time_of_day("09:00")).await.expect_field("invalid_body", "/entry/time_of_day");
        change(key, Value::Null).await.expect_field("invalid_body", "/entry");
        let made = change(key, figure(value)).await.expect(201);
        assert_eq!(made.text("state"), "pending", "{dataset}");
        avery.approves_reference(&made.id()).await.expect(409).expect_problem("second_person_required");
        assert_eq!(sasha.approves_reference(&made.id()).await.expect(200).text("state"), "approved");

        let before = avery.reference_entry(dataset, key, "&on=2027-01-17").await.unwrap();
        assert_eq!(before["source"], "shipped", "{dataset}");
        assert_ne!(before["entry"]["figure"]["value"], json!(value), "{dataset}");
        let after = avery.reference_entry(dataset, key, "&on=2027-01-18").await.unwrap();
        assert_eq!((&after["source"], &after["entry"]), (&json!("changed"), &figure(value)), "{dataset}");
        assert_eq!(app.audit_actions(&made.id()).await, ["reference_data.proposed", "reference_data.approved"]);
    }
}

#[apply(both_engines)]
async fn time_of_day_is_refused_outside_its_hours(app: TestApp) {
    let avery = app.administrator().await;
    for (dataset, key, time, absurd) in [
        ("follow_up_policy", "messages_from", "10:00", "05:00"),
        ("follow_up_policy", "messages_until", "18:30", "23:30"),
        ("outreach_limits", "quiet_from", "18:00", "23:00"),
        ("outreach_limits", "quiet_until", "09:00", "12:00"),
    ] {
        let change = |entry: Value| avery.changes_reference(dataset, key, "2027-01-11", entry);
        change(time_of_day(absurd)).await.expect_field("invalid_body", "/entry/time_of_day/time");
        change(time_of_day("9 o'clock")).await.expect_problem("invalid_body");
        change(figure(9)).await.expect_field("invalid_body", "/entry/figure");
        avery.changes_reference_with_another(dataset, key, "2027-01-11", time_of_day(time)).await;
        let shown = avery.reference_entry(dataset, key, "").await.unwrap();
        assert_eq!(shown["entry"], time_of_day(time), "{dataset} {key}");
    }
}

#[apply(both_engines)]
async fn figure_that_two_have_decided_is_not_withdrawn_by_one(app: TestApp) {
    let avery = app.administrator().await;
    for (dataset, key, value) in [
        ("alert_times", "immediate:due_minutes", 10),
        ("triage_times", "answer:yes", 10),
        ("prescribing_limits", "validity_months", 3),
        ("outreach_limits", "longest_days", 60),
    ] {
        let change = avery.changes_reference_with_another(dataset, key, "2027-01-18", figure(value)).await.id();
        avery.withdraws_reference(&change).await.expect(409).expect_problem("second_person_required");
        let later = avery.reference_entry(dataset, key, "&on=2027-01-18").await.unwrap();
        assert_eq!(later["entry"]["figure"]["value"], value, "{dataset}");
    }
}

#[apply(both_engines)]
async fn times_that_contradict_each_other_are_refused(app: TestApp) {
    let avery = app.administrator().await;
    for (dataset, key, value, pointer) in [
        // Someone who does not say whether they are in danger is called within four hours, so an ordinary call is not due sooner.
        ("triage_times", "call_back", 60, "/entry"),
        ("alert_times", "same_day:otherwise_hours", 3, "/entry/figure/value"),
        ("alert_times", "same_day:due_hour", 15, "/entry/figure/value"),
        ("follow_up_policy", "chase:2", 20, "/entry"),
        ("waiting_times", "126", 70, "/entry/figure/value"),
    ] {
        let refused = avery.changes_reference(dataset, key, "2027-01-11", figure(value)).await;
        refused.expect(422).expect_field("invalid_body", pointer);
    }
    assert_eq!(app.row_count("reference_changes").await, 0);
}
