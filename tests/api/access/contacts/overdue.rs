//! Overdue tasks are reported, and those that cannot wait again and again until someone takes them.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::{TestApp, apply, both_engines};

const OVERDUE: &str = "Something is overdue";
const FOR_CLINICIANS: &str = "Please call your colleagues now";

/// A call of this caller with this need.
async fn call(handler: &Actor, caller: Value, need: &str) {
    let contact = handler.logs_contact("phone", caller).await.expect(201).id();
    handler.triages_contact(&contact, &[need]).await.expect(200);
}

#[apply(both_engines)]
async fn overdue_task_that_can_wait_is_reported_once_to_call_handlers_and_coordinators(app: TestApp) {
    let (hanna, cory) = (app.call_handler().await, app.coordinator().await);
    call(&hanna, json!({}), "bereavement").await;
    app.run_contact_jobs().await;
    assert_eq!(app.count_emails_about(&cory, OVERDUE).await, 0);
    app.clock.advance(TimeDelta::minutes(1441));
    assert_eq!(hanna.signs_in_again().await.get("/v1/contact-tasks").send().await.expect(200).items()[0]["overdue"], true);
    for _ in 0..3 {
        app.run_contact_jobs().await;
        let counts = (app.count_emails_about(&cory, OVERDUE).await, app.count_emails_about(&hanna, OVERDUE).await);
        assert_eq!(counts, (1, 1));
        app.clock.advance(TimeDelta::hours(2));
    }
    let email = &app.emails_to(&cory.email).await[0];
    assert!(!email.body.to_lowercase().contains("bereave") && email.body.contains("https://app.example.org/tasks"));
}

#[apply(both_engines)]
async fn many_tasks_that_cannot_be_reported_keep_no_other_one_waiting(app: TestApp) {
    let (hanna, cory) = (app.call_handler().await, app.coordinator().await);
    for _ in 0..51 {
        call(&hanna, json!({}), "bereavement").await;
    }
    let refused = app.ids_where("id", "contact_tasks", "1 = 1").await;
    assert!(refused.len() > 50, "{}", refused.len());
    // Due after all of them.
    app.clock.advance(TimeDelta::seconds(1));
    call(&hanna, json!({}), "bereavement").await;
    app.refuses("UPDATE", "contact_tasks", format!("OLD.id IN ('{}')", refused.join("', '"))).await;
    app.clock.advance(TimeDelta::minutes(1441));
    app.run_contact_jobs().await;
    assert_eq!(app.count_emails_about(&cory, OVERDUE).await, 1);
    let reported = app.ids_where("id", "contact_tasks", "reminded_at IS NOT NULL").await;
    assert!(!reported.is_empty() && reported.iter().all(|task| !refused.contains(task)), "{reported:?}");

    app.accepts_again("contact_tasks").await;
    app.run_contact_jobs().await;
    app.run_contact_jobs().await;
    assert!(app.ids_where("id", "contact_tasks", "reminded_at IS NOT NULL").await.len() > 51, "all are reported then");
}

#[apply(both_engines)]
async fn overdue_danger_is_reported_every_quarter_of_an_hour_until_someone_has_taken_it(app: TestApp) {
    let (hanna, cory) = (app.call_handler().await, app.coordinator().await);
    let dora = app.clinician_on_duty(&cory).await;
    call(&hanna, json!({}), "immediate_danger").await;
    app.run_contact_crises().await;
    let emails = async || {
        [
            app.count_emails_about(&hanna, OVERDUE).await,
            app.count_emails_about(&cory, OVERDUE).await,
            app.count_emails_about(&dora, FOR_CLINICIANS).await,
        ]
    };
    assert_eq!(emails().await, [0, 0, 1], "the clinician on duty, when it is raised");
    for (minutes, expected) in [(15, [0, 0, 1]), (1, [1, 1, 1]), (14, [1, 1, 1]), (1, [2, 2, 2]), (15, [3, 3, 3])] {
        app.clock.advance(TimeDelta::minutes(minutes));
        for _ in 0..2 {
            app.run_contact_jobs().await;
        }
        assert_eq!(emails().await, expected, "at {}", app.now());
    }
    assert!(!app.emails_to(&cory.email).await.last().unwrap().body.to_lowercase().contains("danger"));

    let hanna = hanna.signs_in_again().await;
    let (kind, task) = hanna.contact_tasks("state=waiting").await.remove(0);
    assert_eq!(kind, "danger");
    hanna.takes_task(&task).await.expect(200);
    app.clock.advance(TimeDelta::hours(1));
    assert_eq!(app.run_contact_jobs().await, 0);
    assert_eq!(emails().await, [3, 3, 3], "someone has taken it");
}

#[apply(both_engines)]
async fn repeated_report_of_danger_reaches_no_clinician_who_is_blocked_by_the_caller(app: TestApp) {
    let (hanna, cory) = (app.call_handler().await, app.coordinator().await);
    let ada = app.practitioner("Ada Byron").await;
    let dora = app.clinician_on_duty(&cory).await;
    ada.blocks_name(&dora.name).await.expect(201);
    call(&hanna, json!({ "stated_reference": ada.own_reference().await }), "immediate_danger").await;
    app.clock.advance(TimeDelta::minutes(16));
    app.run_contact_jobs().await;
    assert_eq!(app.count_emails_about(&hanna, OVERDUE).await, 1);
    // Another clinician comes on duty while it waits.
    let cleo = app.clinician("Cleo Marsh").employed_by("A1A1A").registered("gmc", "7654323").await;
    cory.signs_in_again().await.puts_on_duty(&cleo).await.expect(201);
    app.clock.advance(TimeDelta::minutes(15));
    app.run_contact_jobs().await;
    assert_eq!(app.count_emails_about(&cleo, FOR_CLINICIANS).await, 1);
    assert_eq!(app.count_emails_about(&dora, FOR_CLINICIANS).await, 0);
    assert_eq!(app.count_emails_about(&hanna, OVERDUE).await, 2);
}

#[apply(both_engines)]
async fn protection_and_a_call_for_today_are_reported_every_hour_but_not_to_clinicians_on_duty(app: TestApp) {
    let (hanna, cory) = (app.call_handler().await, app.coordinator().await);
    let dora = app.clinician_on_duty(&cory).await;
    for (need, due_minutes) in [("safeguarding_child", 120), ("needs_today", 240)] {
        call(&hanna.signs_in_again().await, json!({}), need).await;
        let before = app.count_emails_about(&cory, OVERDUE).await;
        for (minutes, reports) in [(due_minutes, 0), (1, 1), (59, 1), (1, 2)] {
            app.clock.advance(TimeDelta::minutes(minutes));
            app.run_contact_jobs().await;
            assert_eq!(app.count_emails_about(&cory, OVERDUE).await, before + reports, "{need} at {}", app.now());
        }
        hanna.signs_in_again().await.completes_waiting_contact_tasks().await;
        app.clock.advance(TimeDelta::hours(2));
        assert_eq!(app.run_contact_jobs().await, 0, "{need} is done");
    }
    assert_eq!(app.count_emails_about(&dora, FOR_CLINICIANS).await, 0);
}
