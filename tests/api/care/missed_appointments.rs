//! An appointment that was not attended, with and without an open risk alert.

use chrono::TimeDelta;
use confide::platform::ids::Id;
use serde_json::Value;

use crate::support::actors::Actor;
use crate::support::practitioners::phq9_at_risk;
use crate::support::{TestApp, apply, both_engines};

struct Scene {
    cory: Actor,
    cleo: Actor,
    appointment: Id,
}

/// Ada's appointment with Cleo began an hour ago; her intake shows a risk or not.
async fn after_an_appointment(app: &TestApp, ninth: i32) -> Scene {
    let (cory, cleo, ada) = (app.coordinator().await, app.cleo().await, app.practitioner("Ada Byron").await);
    ada.completes_intake_with(phq9_at_risk(ninth)).await;
    let appointment = app.appointment(&ada, &cleo, app.now().get() + TimeDelta::hours(3)).await;
    app.clock.advance(TimeDelta::hours(4));
    Scene { cory: cory.signs_in_again().await, cleo: cleo.signs_in_again().await, appointment }
}

/// The events about missed appointments of the alerts that are open.
async fn missed_events(cory: &Actor) -> Vec<Value> {
    let mut found = Vec::new();
    for alert in cory.open_alerts().await {
        let alert = cory.get(&format!("/v1/risk-alerts/{alert}")).send().await.expect(200);
        let events = alert.json["events"].as_array().unwrap().clone();
        found.extend(events.into_iter().filter(|event| event["kind"] == "missed_appointment"));
    }
    found
}

#[apply(both_engines)]
async fn missed_appointment_raises_an_open_alert_again(app: TestApp) {
    let Scene { cory, cleo, appointment } = after_an_appointment(&app, 2).await;
    assert!(missed_events(&cory).await.is_empty());
    let before = app.expect_emails_to(&cory.email).await.len();

    cleo.records_attendance(&appointment.to_string(), "did_not_attend").await.expect(200);

    let events = missed_events(&cory).await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0]["severity"], "urgent");
    assert!(events[0].to_string().contains(&appointment.to_string()), "it names the appointment: {events:?}");
    assert!(app.emails_to(&cory.email).await.len() > before, "those who can act are notified again");

    // The same again is no new event.
    cleo.records_attendance(&appointment.to_string(), "arrived_late_not_seen").await.expect(200);
    assert_eq!(missed_events(&cory).await.len(), 1);
}

#[apply(both_engines)]
async fn attended_appointment_raises_nothing(app: TestApp) {
    let Scene { cory, cleo, appointment } = after_an_appointment(&app, 2).await;
    let before = cory.open_alerts().await;
    cleo.records_attendance(&appointment.to_string(), "attended_on_time").await.expect(200);
    assert!(missed_events(&cory).await.is_empty());
    assert_eq!(cory.open_alerts().await, before);

    // A correction counts.
    cleo.records_attendance(&appointment.to_string(), "did_not_attend").await.expect(200);
    assert_eq!(missed_events(&cory).await.len(), 1);
}

#[apply(both_engines)]
async fn missed_appointment_without_an_open_alert_raises_nothing(app: TestApp) {
    let Scene { cory, cleo, appointment } = after_an_appointment(&app, 0).await;
    cleo.records_attendance(&appointment.to_string(), "did_not_attend").await.expect(200);
    assert!(cory.get("/v1/risk-alerts").send().await.expect(200).items().is_empty());
}

#[apply(both_engines)]
async fn missed_appointment_after_the_alert_was_closed_raises_nothing(app: TestApp) {
    let Scene { cory, cleo, appointment } = after_an_appointment(&app, 2).await;
    let alert = cory.open_alerts().await.remove(0);
    cleo.closes_alert(&alert).await.expect(200);
    cleo.records_attendance(&appointment.to_string(), "did_not_attend").await.expect(200);
    assert!(cory.open_alerts().await.is_empty());
    assert_eq!(cory.get("/v1/risk-alerts").send().await.expect(200).items().len(), 1, "the closed one");
}
