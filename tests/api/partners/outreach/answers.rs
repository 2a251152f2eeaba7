//! Recipients answer without an account. The employer learns nothing, and an opt-out is permanent.

use chrono::TimeDelta;
use confide::access::schema::contacts::dsl as contacts;
use confide::partners::schema::outreach_opt_outs::dsl as opt_outs;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::outreach::staff_addresses;
use crate::support::races::at_once;
use crate::support::reply::CheckedReply;
use crate::support::{TestApp, apply, both_engines};

const ADA: &str = "ada@rxx21.example.org";

/// A running campaign with Ada among its recipients, and the token of the link in her message.
async fn ada_is_written_to(app: &TestApp, change: Value) -> (String, String) {
    let (cory, dana) = app.two_coordinators().await;
    let campaign = cory.runs_campaign(&dana, change, &[ADA.to_owned()]).await;
    app.queue_due_outreach().await;
    (campaign, app.outreach_token_for(ADA).await)
}

fn has_crisis_help(reply: &CheckedReply) -> bool {
    reply.json["crisis_help"].as_array().is_some_and(|help| help.first().is_some_and(|first| first["contact"] == "999"))
}

async fn contact_count(app: &TestApp) -> i64 {
    app.sql(|conn| Ok(contacts::contacts.count().get_result(conn)?)).await
}

async fn opt_out_count(app: &TestApp) -> i64 {
    app.sql(|conn| Ok(opt_outs::outreach_opt_outs.count().get_result(conn)?)).await
}

#[apply(both_engines)]
async fn self_check_answer_returns_the_link_and_is_counted_once(app: TestApp) {
    let (_, token) = ada_is_written_to(&app, json!({})).await;
    let response = app.answers_outreach(&token, "self_check", json!({})).await.expect(200);
    assert_eq!(response.text("outcome"), "recorded");
    assert_eq!(response.text("self_check_url"), "https://app.example.org/self-check");
    assert!(has_crisis_help(&response) && !response.json["signposts"].as_array().unwrap().is_empty());
    let again = app.answers_outreach(&token, "self_check", json!({})).await.expect(200);
    assert_eq!(again.text("outcome"), "already_recorded");
    assert!(has_crisis_help(&again) && again.json["self_check_url"].is_string(), "the link is returned again");
    assert_eq!(contact_count(&app).await, 0);
}

#[apply(both_engines)]
async fn recipient_who_wants_to_be_contacted_becomes_a_contact(app: TestApp) {
    let (campaign, token) = ada_is_written_to(&app, json!({})).await;
    let own = json!({ "contact": "07700 900999", "note": "After six, please." });
    let response = app.answers_outreach(&token, "please_contact_me", own.clone()).await.expect(200);
    assert!(response.text("outcome") == "recorded" && has_crisis_help(&response));
    let handler = app.call_handler().await;
    let contact = handler.contact_from_outreach().await;
    let caller = &contact["caller"];
    assert_eq!((caller["phone"].as_str(), caller["note"].as_str()), (Some("+447700900999"), Some("After six, please.")));
    assert!(caller["email"].is_null() && !contact.to_string().contains(ADA), "the work address is not passed on");
    assert!(!contact.to_string().contains(&campaign), "the contact knows nothing of the campaign");
    assert_eq!(caller["senior_leader"], false);
    let again = app.answers_outreach(&token, "please_contact_me", own).await.expect(200);
    assert_eq!((again.text("outcome").as_str(), contact_count(&app).await), ("already_recorded", 1));
}

#[apply(both_engines)]
async fn concurrent_answers_create_one_contact(app: TestApp) {
    let (_, token) = ada_is_written_to(&app, json!({})).await;
    let replies = at_once(3, |_| app.answers_outreach(&token, "please_contact_me", json!({}))).await;
    let mut outcomes: Vec<String> = replies.into_iter().map(|reply| reply.expect(200).text("outcome")).collect();
    outcomes.sort();
    assert_eq!(outcomes, ["already_recorded", "already_recorded", "recorded"]);
    assert_eq!(contact_count(&app).await, 1);
}

#[apply(both_engines)]
async fn without_a_private_contact_the_work_address_is_used(app: TestApp) {
    let (_, token) = ada_is_written_to(&app, json!({})).await;
    app.answers_outreach(&token, "please_contact_me", json!({ "contact": "no address" }))
        .await
        .expect(422)
        .expect_field("invalid_body", "/contact");
    app.answers_outreach(&token, "please_contact_me", json!({})).await.expect(200);
    assert_eq!(app.call_handler().await.contact_from_outreach().await["caller"]["email"], ADA);
}

#[apply(both_engines)]
async fn senior_leader_is_marked_in_the_contact(app: TestApp) {
    let (_, token) = ada_is_written_to(&app, json!({ "kind": "senior_leaders", "wording": "senior_offer" })).await;
    app.answers_outreach(&token, "please_contact_me", json!({ "contact": "07700 900999" })).await.expect(200);
    assert_eq!(app.call_handler().await.contact_from_outreach().await["caller"]["senior_leader"], true);
}

#[apply(both_engines)]
async fn opt_out_applies_to_every_campaign_and_works_by_an_old_link(app: TestApp) {
    let (campaign, token) = ada_is_written_to(&app, json!({})).await;
    // Long after the campaign, when only its figures are left.
    app.clock.advance(TimeDelta::days(40));
    app.close_finished_campaigns().await;
    assert_eq!(app.outreach_recipient_counts("sent").await, (0, 0));
    let late = app.answers_outreach(&token, "please_contact_me", json!({})).await.expect(200);
    assert!(late.text("outcome") == "link_expired" && has_crisis_help(&late) && contact_count(&app).await == 0);
    let no = app.answers_outreach(&token, "opt_out", json!({})).await.expect(200);
    assert!(no.text("outcome") == "recorded" && has_crisis_help(&no));
    app.answers_outreach(&token, "opt_out", json!({})).await.expect(200);
    assert_eq!(opt_out_count(&app).await, 1);

    let (cory, dana) = app.two_coordinators_signed_in_again().await;
    let next = json!({ "starts_at": app.now(), "ends_on": "2027-03-31" });
    let staff = [ADA.to_owned(), "bea@rxx21.example.org".to_owned()];
    assert_ne!(cory.runs_campaign(&dana, next, &staff).await, campaign);
    app.queue_outreach_for_minutes(2).await;
    assert_eq!(app.outreach_recipient_counts("skipped").await, (1, 0));
    assert!(app.emails_to(ADA).await.is_empty(), "the earlier message is deleted, and no other is sent");
    assert_eq!(app.emails_to("bea@rxx21.example.org").await.len(), 1);
}

#[apply(both_engines)]
async fn used_link_can_still_opt_out_and_later_ask_to_be_contacted(app: TestApp) {
    let (_, token) = ada_is_written_to(&app, json!({})).await;
    app.answers_outreach(&token, "please_contact_me", json!({})).await.expect(200);
    assert_eq!(app.answers_outreach(&token, "opt_out", json!({})).await.expect(200).text("outcome"), "recorded");
    assert_eq!(app.outreach_recipient_counts("sent").await, (1, 0), "the address is erased at once");
    app.answers_outreach(&token, "please_contact_me", json!({})).await.expect(422).expect_field("invalid_body", "/contact");
    let own = json!({ "contact": "ada@home.example.org" });
    assert_eq!(app.answers_outreach(&token, "please_contact_me", own).await.expect(200).text("outcome"), "recorded");
    assert_eq!((contact_count(&app).await, opt_out_count(&app).await), (2, 1));
}

#[apply(both_engines)]
async fn forged_link_gets_only_crisis_help(app: TestApp) {
    let (_, token) = ada_is_written_to(&app, json!({})).await;
    let forged = format!("{}{}", if token.starts_with('A') { 'B' } else { 'A' }, &token[1..]);
    for kind in ["self_check", "please_contact_me", "opt_out"] {
        let response = app.answers_outreach(&forged, kind, json!({ "contact": "07700 900999" })).await.expect(200);
        assert!(response.text("outcome") == "link_expired" && has_crisis_help(&response), "{kind}");
    }
    assert_eq!((contact_count(&app).await, opt_out_count(&app).await), (0, 0));
    let other = app.answers_outreach(&token, "asks_for_team_session", json!({})).await.expect(200);
    assert_eq!(other.text("outcome"), "not_offered", "the campaign is not for teams");
}

#[apply(both_engines)]
async fn coordinator_records_an_opt_out_by_telephone(app: TestApp) {
    let (cory, dana) = app.two_coordinators().await;
    let mut staff = staff_addresses(2);
    staff.push("07700 900123".to_owned());
    cory.runs_campaign(&dana, json!({}), &staff).await;
    for address in ["+44 7700 900123", " STAFF1@rxx21.example.org", "stranger@example.org"] {
        dana.post("/v1/outreach-opt-outs", json!({ "address": address })).send().await.expect(204);
    }
    dana.post("/v1/outreach-opt-outs", json!({ "address": "no address" }))
        .send()
        .await
        .expect(422)
        .expect_field("invalid_body", "/address");
    app.queue_outreach_for_minutes(2).await;
    assert_eq!(app.outreach_messages_by_address().await.into_keys().collect::<Vec<_>>(), [staff[0].clone()]);
}
