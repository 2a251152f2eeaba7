//! Coordinators and clinicians record attempts to make contact. They close nothing.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::practitioners::phq9_at_risk;
use crate::support::races::{at_once, successes};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn contact_attempt_is_shown_and_does_not_close_the_alert(app: TestApp) {
    let cory = app.coordinator().await;
    let (ada, dora) = (app.practitioner("Ada Byron").await, app.clinician_on_duty(&cory).await);
    ada.completes_intake_with(phq9_at_risk(3)).await;
    let alert = cory.open_alerts().await.remove(0);
    let path = format!("/v1/risk-alerts/{alert}/contact-attempts");
    for (form, pointer) in [
        (json!({ "how": "phone", "reached": true }), "/note"),
        (json!({ "how": "phone", "reached": true, "note": "Ok." }), "/note"),
        (json!({ "how": "phone", "reached": true, "note": "          x          " }), "/note"),
        (json!({ "reached": true, "note": "Safe until tomorrow." }), "/how"),
        (json!({ "how": "pigeon", "reached": true, "note": "Safe until tomorrow." }), "/how"),
        (json!({ "how": "phone", "note": "Safe until tomorrow." }), "/reached"),
    ] {
        cory.post(&path, form).send().await.expect_field("invalid_body", pointer);
    }
    assert_eq!(app.row_count("risk_contact_attempts").await, 0);

    let first = cory.records_contact_attempt(&alert, false).await.expect(201);
    assert_eq!(first.header("location").unwrap(), format!("/v1/risk-alerts/{alert}"));
    let second = dora.records_contact_attempt(&alert, true).await.expect(201);
    assert_eq!((first.text("state"), second.text("state")), ("open".into(), "open".into()));
    let attempts = second.json["contact_attempts"].as_array().unwrap();
    let shown: Vec<_> = attempts.iter().map(|one| (one["by"].clone(), one["how"].clone(), one["reached"].clone())).collect();
    assert_eq!(shown, [(json!(cory.id), json!("phone"), json!(false)), (json!(dora.id), json!("phone"), json!(true))]);
    assert_eq!(attempts[1]["note"], "Safe tonight; wants to be called tomorrow.");
    assert_eq!(cory.newest_alert().await["contact_attempts"][1]["note"], Value::Null, "not in lists");
    assert_eq!(app.audit_count_of("risk_alert.contact_recorded", alert.parse().unwrap()).await, 2);

    dora.closes_alert(&alert).await.expect(200);
    cory.records_contact_attempt(&alert, true).await.expect_problem("state_conflict");
}

#[apply(both_engines)]
async fn coordinator_cannot_close_an_alert(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, app.practitioner("Ada Byron").await);
    let alert = cory.raises_concern(&ada, "urgent").await.expect(201).id();
    cory.closes_alert(&alert).await.expect(403).expect_problem("wrong_role");
    assert_eq!(cory.reads_alert(&alert).await.text("state"), "open");
    assert_eq!(app.row_count("risk_assessments").await, 0);
}

#[apply(both_engines)]
async fn contact_postpones_the_first_step_once_and_the_alert_stays_due(app: TestApp) {
    let cory = app.coordinator().await;
    // Whether she was reached, each time, and after how many minutes the first step follows: an hour late at most.
    for (number, (reached, first_step)) in
        [(vec![], 240), (vec![false], 240), (vec![true], 300), (vec![true, true, true], 300)].into_iter().enumerate()
    {
        let ada = app.practitioner(&format!("Ada Byron{number}")).await;
        let alert = cory.raises_concern(&ada, "urgent").await.expect(201);
        for reached in &reached {
            let response = cory.records_contact_attempt(&alert.id(), *reached).await.expect(201);
            assert_eq!(response.json["due_at"], alert.json["due_at"], "the duty to assess is not postponed");
        }
        let step = |minutes: i64| {
            let later = app.platform.at(app.now() + TimeDelta::minutes(minutes));
            async move { later.write(confide::care::risk::jobs::escalate_due).await.unwrap() }
        };
        assert_eq!((step(first_step - 1).await, step(first_step).await), (0, 1), "{reached:?}");
        // Afterwards an attempt postpones nothing.
        cory.records_contact_attempt(&alert.id(), true).await.expect(201);
        assert_eq!((step(first_step + 59).await, step(first_step + 60).await), (0, 1), "{reached:?}");
        let (id, by) = (ada.id, cory.id);
        app.write(move |tx| confide::care::risk::queries::close_all(tx, id, by, "The next case follows.")).await;
    }
}

#[apply(both_engines)]
async fn contact_does_not_undo_the_step_that_a_more_severe_event_brings_forward(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, app.practitioner("Ada Byron").await);
    let alert = cory.raises_concern(&ada, "urgent").await.expect(201).id();
    let replies = at_once(16, |number| {
        let (cory, ada, alert) = (&cory, &ada, &alert);
        async move {
            if number % 2 == 0 {
                cory.raises_concern(ada, "immediate").await
            } else {
                cory.records_contact_attempt(alert, true).await
            }
        }
    })
    .await;
    assert_eq!(successes(&replies), 16);
    // Due after a quarter of an hour; the contact postpones the step by another one.
    let later = app.platform.at(app.now() + TimeDelta::minutes(30));
    assert_eq!(later.write(confide::care::risk::jobs::escalate_due).await.unwrap(), 1);
}
