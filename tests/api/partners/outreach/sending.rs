//! Messages are sent at a limited rate, by day, in neutral wording, and never to an address that has opted out.

use chrono::TimeDelta;
use confide::partners::outreach::links::AddressKey;
use confide::partners::outreach::model::OptOutSource;
use confide::partners::outreach::sending;
use confide::people::Role;
use serde_json::json;

use crate::support::actors::Actor;
use crate::support::outreach::staff_addresses;
use crate::support::{TestApp, apply, both_engines};

async fn two_coordinators(app: &TestApp) -> (Actor, Actor) {
    (app.coordinator().await, app.staff("Dana Desk", Role::Coordinator).await)
}

async fn opts_out(app: &TestApp, address: &str) {
    let address = address.to_owned();
    app.write(move |tx| sending::opt_out(tx, AddressKey::of(tx.sealer, &address), OptOutSource::Link)).await;
}

#[apply(both_engines)]
async fn each_recipient_gets_one_neutral_message_with_their_own_link(app: TestApp) {
    let (cory, dana) = two_coordinators(&app).await;
    let staff = ["ada@rxx21.example.org".to_owned(), "07700 900123".to_owned(), "bea@rxx21.example.org".to_owned()];
    cory.runs_campaign(&dana, json!({}), &staff).await;
    app.queue_due_outreach().await;
    app.queue_outreach_for_minutes(1).await;
    let email = app.emails_to("ada@rxx21.example.org").await.remove(0);
    assert_eq!(email.subject, "After recent events at work");
    assert!(!email.body.to_lowercase().contains("confide") && email.body.contains("https://app.example.org/n#"));
    let text = app.texts_to("+447700900123").await.remove(0);
    assert!(text.starts_with("After recent events at work: an offer for staff.") && text.len() <= 160, "{text}");
    let other = app.emails_to("bea@rxx21.example.org").await.remove(0);
    assert_ne!(email.body, other.body, "each has their own link");
    assert_eq!(app.outreach_recipient_counts("sent").await, (3, 3));
    app.queue_outreach_for_minutes(5).await;
    assert_eq!(app.emails_to("ada@rxx21.example.org").await.len(), 1);
}

#[apply(both_engines)]
async fn messages_are_sent_at_the_campaigns_rate_and_only_by_day(app: TestApp) {
    let (cory, dana) = two_coordinators(&app).await;
    let campaign = cory.runs_campaign(&dana, json!({ "per_hour": 120 }), &staff_addresses(1300)).await;
    let sent = async || app.outreach_recipient_counts("sent").await.0;
    app.queue_due_outreach().await;
    assert_eq!(sent().await, 1);
    app.queue_outreach_for_minutes(10).await;
    assert_eq!(sent().await, 21, "two a minute");
    // The job does not run for an hour: missed messages are not caught up.
    app.clock.advance(TimeDelta::hours(1));
    app.queue_due_outreach().await;
    assert!((22..=24).contains(&sent().await));
    // It is ten past ten; from seven in the evening nothing is sent.
    for _ in 0..30 {
        app.clock.advance(TimeDelta::minutes(20));
        app.queue_due_outreach().await;
    }
    let evening = sent().await;
    app.queue_outreach_for_minutes(60).await;
    assert_eq!(sent().await, evening, "quiet hours");
    app.clock.advance(TimeDelta::hours(12));
    app.queue_due_outreach().await;
    assert!(sent().await > evening, "the morning after");
    let seen = cory.signs_in_again().await.reads_campaign(&campaign).await.expect(200);
    assert_eq!(seen.json["waiting"].as_i64().unwrap(), 1300 - sent().await);
}

#[apply(both_engines)]
async fn nothing_is_sent_before_the_start_while_paused_or_after_the_end(app: TestApp) {
    let (cory, dana) = two_coordinators(&app).await;
    let change = json!({ "starts_at": "2027-01-11T09:05:00Z", "ends_on": "2027-01-12", "per_hour": 60 });
    let campaign = cory.runs_campaign(&dana, change, &staff_addresses(50)).await;
    let sent = async || app.outreach_recipient_counts("sent").await.0;
    app.queue_outreach_for_minutes(4).await;
    assert_eq!(sent().await, 0);
    app.queue_outreach_for_minutes(3).await;
    assert_eq!(sent().await, 3);
    dana.acts_on_campaign(&campaign, "pause").await.expect(200);
    app.queue_outreach_for_minutes(2).await;
    assert_eq!(sent().await, 3);
    dana.acts_on_campaign(&campaign, "resume").await.expect(200);
    app.queue_due_outreach().await;
    assert_eq!(sent().await, 4);
    app.clock.advance(TimeDelta::days(2));
    app.queue_outreach_for_minutes(3).await;
    assert_eq!(sent().await, 4, "the last day has passed");
}

#[apply(both_engines)]
async fn opted_out_address_gets_nothing_whenever_it_opts_out(app: TestApp) {
    let (cory, dana) = two_coordinators(&app).await;
    let staff = staff_addresses(6);
    opts_out(&app, &staff[0]).await;
    let campaign = cory.runs_campaign(&dana, json!({ "per_hour": 60 }), &staff).await;
    opts_out(&app, &staff[1]).await;
    app.queue_outreach_for_minutes(8).await;
    let sent_to = app.outreach_messages_by_address().await;
    assert_eq!(sent_to.keys().collect::<Vec<_>>(), staff[2..].iter().collect::<Vec<_>>());
    // A queued message is not sent after an opt-out.
    opts_out(&app, &staff[2]).await;
    assert!(app.emails_to(&staff[2]).await.is_empty());
    assert_eq!(app.emails_to(&staff[3]).await.len(), 1);
    assert_eq!(app.outreach_recipient_counts("skipped").await, (2, 0));
    assert_eq!(app.outreach_recipient_counts("sent").await, (4, 3));
    // The opt-out also applies to the next campaign.
    assert_eq!(dana.reads_campaign(&campaign).await.expect(200).json["waiting"], 0);
    dana.runs_campaign(&cory, json!({ "per_hour": 60 }), &staff[..3]).await;
    app.queue_outreach_for_minutes(5).await;
    assert_eq!(app.outreach_recipient_counts("skipped").await, (5, 0));
}
