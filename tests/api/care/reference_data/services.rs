//! Limits of outreach and standards of waiting times that change from a day on.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::support::figures::rate;
use crate::support::outreach::{outreach_offer, staff_addresses};
use crate::support::reference_data::{figure, time_of_day};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn campaign_is_planned_within_the_limits_of_the_day_and_keeps_its_plan(app: TestApp) {
    let (avery, cory) = (app.administrator().await, app.coordinator().await);
    for (key, value) in [("longest_days", 14), ("per_hour", 100)] {
        avery.changes_reference_with_another("outreach_limits", key, "2027-01-18", figure(value)).await;
    }
    avery.changes_reference_with_another("outreach_limits", "quiet_until", "2027-01-18", time_of_day("09:30")).await;
    let form = || {
        let mut form = outreach_offer();
        form.as_object_mut().unwrap().remove("per_hour");
        form["starts_at"] = json!("2027-01-19T09:00:00Z");
        form
    };
    let before = cory.post("/v1/outreach-campaigns", form()).send().await.expect(201);
    assert_eq!((&before.json["per_hour"], &before.json["quiet_hours"]["until"]), (&json!(600), &json!("08:30")));

    app.advance_clock_to("2027-01-18T09:00:00Z");
    let cory = cory.signs_in_again().await;
    cory.post("/v1/outreach-campaigns", form()).send().await.expect_problem("invalid_body");
    let mut shorter = form();
    shorter["ends_on"] = json!("2027-01-29");
    let after = cory.post("/v1/outreach-campaigns", shorter).send().await.expect(201);
    assert_eq!((&after.json["per_hour"], &after.json["quiet_hours"]["until"]), (&json!(100), &json!("09:30")));
    let kept = cory.reads_campaign(&before.id()).await.expect(200);
    assert_eq!((&kept.json["per_hour"], &kept.json["ends_on"]), (&json!(600), &json!("2027-02-08")));
}

#[apply(both_engines)]
async fn campaign_has_no_more_recipients_than_the_day_allows(app: TestApp) {
    let (avery, cory) = (app.administrator().await, app.coordinator().await);
    let campaign = cory.creates_campaign(json!({})).await;
    let addresses = staff_addresses(3);
    cory.adds_recipients(&campaign, &addresses[..2]).await.expect(200);
    avery.changes_reference_with_another("outreach_limits", "most_recipients", "2027-01-11", figure(2)).await;
    cory.adds_recipients(&campaign, &addresses).await.expect(422);
    assert_eq!(cory.reads_campaign(&campaign).await.expect(200).json["recipients"], 2);
}

#[apply(both_engines)]
async fn month_is_compared_with_the_standard_of_its_time(app: TestApp) {
    let avery = app.administrator().await;
    avery.changes_reference_with_another("waiting_times", "42", "2027-02-10", figure(90)).await;
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    for (number, person) in app.many_practitioners(16).await.iter().enumerate() {
        let hours = TimeDelta::hours(i64::try_from(number).unwrap());
        for day in ["2027-01-12T00:00:00Z", "2027-02-16T00:00:00Z"] {
            let at = day.parse::<DateTime<Utc>>().unwrap() + hours;
            app.appointment_with_attendance(person, &cleo, "assessment", at, "attended_on_time").await;
        }
    }
    app.advance_clock_to("2027-03-20T09:00:00Z");
    app.publish_due_statistics().await;
    let waits =
        app.coordinator().await.reads_activity("breakdown=wait_to_assessment&from=2027-01&until=2027-02").await.expect(200);
    let targets: Vec<_> = waits.json["periods"]
        .as_array()
        .unwrap()
        .iter()
        .map(|month| rate(&month["tables"][0], "within_42_days")["target_percent"].clone())
        .collect();
    assert_eq!(targets, [json!(75), json!(90)]);
}
