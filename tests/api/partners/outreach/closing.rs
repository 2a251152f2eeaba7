//! When a campaign ends, its figures are calculated once and all recipients' contact details are deleted.

use chrono::TimeDelta;
use confide::access::schema::contacts::dsl as contacts;
use confide::partners::schema::outreach_recipients::dsl;
use confide::platform::schema::outbox::dsl as post;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::outreach::staff_addresses;
use crate::support::reply::CheckedReply;
use crate::support::{TestApp, apply, both_engines};

/// The number of recipients and of messages to them.
async fn rows_left(app: &TestApp) -> (i64, i64) {
    app.sql(|conn| {
        let messages = post::outbox.filter(post::kind.eq("outreach"));
        Ok((dsl::outreach_recipients.count().get_result(conn)?, messages.count().get_result(conn)?))
    })
    .await
}

fn counts(reply: &CheckedReply, table: &str) -> Vec<(String, Option<i64>)> {
    let of = |item: &Value| (item["category"].as_str().unwrap().to_owned(), item["count"].as_i64());
    reply.json[table].as_array().unwrap().iter().map(of).collect()
}

#[apply(both_engines)]
async fn figures_are_calculated_once_and_identify_no_one(app: TestApp) {
    let (cory, dana) = app.two_coordinators().await;
    let staff = staff_addresses(60);
    let campaign = cory.runs_campaign(&dana, json!({ "per_hour": 6000 }), &staff).await;
    app.queue_outreach_for_minutes(2).await;
    app.deliver_due_messages().await;
    // Twelve choose the self-check, two want to be contacted, six opt out.
    for (number, kind) in (0..20).map(|number| {
        (
            number,
            match number {
                0..12 => "self_check",
                12..14 => "please_contact_me",
                _ => "opt_out",
            },
        )
    }) {
        let token = app.outreach_token_for(&staff[number]).await;
        app.answers_outreach(&token, kind, json!({})).await.expect(200);
    }
    let path = format!("/v1/outreach-campaigns/{campaign}/counts");
    cory.get(&path).send().await.expect(409).expect_problem("state_conflict");

    app.clock.advance(TimeDelta::days(29));
    app.close_finished_campaigns().await;
    let (cory, _) = app.two_coordinators_signed_in_again().await;
    assert_eq!(cory.reads_campaign(&campaign).await.expect(200).text("state"), "finished");
    let figures = cory.get(&path).send().await.expect(200);
    assert_eq!(figures.json["sent"], 60);
    // Two who want to be contacted are too few. The opt-outs are hidden with them, and because both make only eight,
    // those who did not answer are hidden too.
    let expected = [
        ("self_check", Some(10_i64)),
        ("please_contact_me", None),
        ("asks_for_team_session", Some(0)),
        ("opt_out", None),
        ("none", None),
    ];
    assert_eq!(counts(&figures, "responses"), expected.map(|(category, count)| (category.to_owned(), count)));
    assert_eq!(
        counts(&figures, "deliveries"),
        [("delivered".to_owned(), Some(0)), ("failed".to_owned(), Some(0)), ("none".to_owned(), Some(60))]
    );

    let email = app.emails_to("people@rxx21.example.org").await.remove(0);
    assert!(
        email.body.contains("Messages sent: 60") && email.body.contains("Asked to be contacted: not shown"),
        "{}",
        email.body
    );
    app.close_finished_campaigns().await;
    assert_eq!(cory.get(&path).send().await.expect(200).json, figures.json, "the same on the second request");
    assert_eq!(app.emails_to("people@rxx21.example.org").await.len(), 1);
}

#[apply(both_engines)]
async fn delivered_and_failed_texts_are_counted(app: TestApp) {
    let (cory, dana) = app.two_coordinators().await;
    let staff: Vec<String> = (0..20).map(|number| format!("+4477009001{number:02}")).collect();
    let campaign = cory.runs_campaign(&dana, json!({ "per_hour": 6000 }), &staff).await;
    app.queue_outreach_for_minutes(1).await;
    app.deliver_due_messages().await;
    app.sql(|conn| {
        let ids: Vec<confide::platform::ids::Id> = post::outbox.order(post::id).select(post::id).load(conn)?;
        diesel::update(post::outbox.filter(post::id.eq_any(ids[..12].to_vec())))
            .set(post::state.eq("delivered"))
            .execute(conn)?;
        Ok(diesel::update(post::outbox.filter(post::id.eq_any(ids[12..].to_vec())))
            .set(post::state.eq("failed"))
            .execute(conn)?)
    })
    .await;
    assert_eq!(app.record_outreach_deliveries().await, 20);
    assert_eq!(app.record_outreach_deliveries().await, 0);
    cory.acts_on_campaign(&campaign, "cancel").await.expect(200);
    let figures = cory.get(&format!("/v1/outreach-campaigns/{campaign}/counts")).send().await.expect(200);
    assert_eq!(
        counts(&figures, "deliveries"),
        [("delivered".to_owned(), Some(10)), ("failed".to_owned(), Some(10)), ("none".to_owned(), Some(0))]
    );
}

#[apply(both_engines)]
async fn recipients_are_deleted_after_the_last_day_except_the_contact_that_was_asked_for(app: TestApp) {
    let (cory, dana) = app.two_coordinators().await;
    let staff = staff_addresses(700);
    let campaign = cory.runs_campaign(&dana, json!({ "per_hour": 600 }), &staff).await;
    app.queue_outreach_for_minutes(3).await;
    let recipient = app.outreach_messages_by_address().await.into_keys().next().unwrap();
    app.deliver_due_messages().await;
    app.queue_outreach_for_minutes(1).await;
    let token = app.outreach_token_for(&recipient).await;
    app.answers_outreach(&token, "please_contact_me", json!({})).await.expect(200);
    let (recipients, messages) = rows_left(&app).await;
    assert!(recipients == 700 && messages > 30, "{messages}: some sent, some still queued");
    app.close_finished_campaigns().await;
    assert_eq!(rows_left(&app).await, (recipients, messages), "not before the last day has passed");

    app.clock.advance(TimeDelta::days(29));
    app.close_finished_campaigns().await;
    assert_eq!(rows_left(&app).await, (0, 0));
    let contact_count: i64 = app.sql(|conn| Ok(contacts::contacts.count().get_result(conn)?)).await;
    assert_eq!(contact_count, 1);
    let (cory, _) = app.two_coordinators_signed_in_again().await;
    let seen = cory.reads_campaign(&campaign).await.expect(200);
    assert!(seen.json["erased_at"].is_string() && seen.json["recipients"] == 0, "{}", seen.json);
}

#[apply(both_engines)]
async fn unreleased_and_cancelled_campaigns_are_deleted_too(app: TestApp) {
    let (cory, dana) = app.two_coordinators().await;
    let draft = cory.creates_campaign(json!({})).await;
    cory.adds_recipients(&draft, &staff_addresses(5)).await.expect(200);
    let cancelled = cory.runs_campaign(&dana, json!({}), &staff_addresses(5)).await;
    app.queue_due_outreach().await;
    dana.acts_on_campaign(&cancelled, "cancel").await.expect(200);
    app.close_finished_campaigns().await;
    assert_eq!(rows_left(&app).await, (5, 0), "the draft's recipients are still there");
    app.clock.advance(TimeDelta::days(29));
    app.close_finished_campaigns().await;
    assert_eq!(rows_left(&app).await, (0, 0));
    let (cory, _) = app.two_coordinators_signed_in_again().await;
    assert_eq!(cory.reads_campaign(&draft).await.expect(200).text("state"), "cancelled");
    let path = format!("/v1/outreach-campaigns/{draft}/counts");
    cory.get(&path).send().await.expect(409).expect_problem("state_conflict");
}
