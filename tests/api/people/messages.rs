//! Notification preferences, and what administrators see of messages that were not sent.

use chrono::TimeDelta;
use confide::people::Role;
use confide::platform::ids::Id;
use confide::platform::outbox::transport::Transport;
use confide::platform::outbox::worker::{Sender, send_due};
use confide::platform::outbox::{MessageCarrier, admin};
use confide::platform::schema::outbox::dsl;
use diesel::prelude::*;
use serde_json::json;

use crate::support::mail_server::{Behaviour, MailServer};
use crate::support::messages::{GatewayAnswer, TextGateway};
use crate::support::races::{at_once, expect_outcomes};
use crate::support::{TestApp, apply, both_engines};

const NUMBER: &str = "+447700900123";

/// Nora's staff invitation, tried until it is given up; returns the id that administrators see.
async fn undeliverable_email(app: &TestApp) -> String {
    let host = app.staff("Ines Host", Role::Administrator).await;
    let nora =
        json!({ "email": "nora.field@example.org", "name": "Nora Field", "role": "clinician", "reason": "Joins the team." });
    host.creates_approved_staff_with(nora).await;
    let server = MailServer::start();
    server.behaves(Behaviour::Answers("MAIL", "451 not now"));
    let sender = server.sender();
    for _ in 0..12 {
        send_due(&app.platform, &sender).await.unwrap();
        app.clock.advance(TimeDelta::hours(2));
    }
    let ids: Vec<Id> = app.sql(|conn| Ok(dsl::outbox.filter(dsl::state.eq("dead")).select(dsl::id).load(conn)?)).await;
    let [id] = ids[..] else { panic!("one email is dead, not {ids:?}") };
    app.shown_message(id)
}

#[apply(both_engines)]
async fn default_preferences_are_neutral_emails_by_day(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    let preferences = ada.message_preferences().await;
    assert_eq!(
        preferences.json,
        json!({
            "channel": "email", "mobile": null, "mobile_confirmed": false, "quiet_hours": { "from": "21:00", "until": "08:00" },
            "wording": "neutral", "reminders": true, "subject_line": null, "safe_to_call": null, "safe_to_leave_voicemail": null,
            "best_time": null
        })
    );
    assert_eq!(preferences.etag(), "\"v0\"");
}

#[apply(both_engines)]
async fn preferences_are_stored_and_replaced_as_a_whole(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    let form = json!({ "channel": "essential_only", "mobile": "07700 900 123", "quiet_hours": { "from": "18:30", "until": "07:15" },
        "wording": "neutral", "reminders": false, "subject_line": " Rota query ", "safe_to_call": false,
        "safe_to_leave_voicemail": true, "best_time": " After six " });
    let stored = ada.sets_message_preferences(form).await.expect(200);
    assert_eq!(
        stored.json,
        json!({ "channel": "essential_only", "mobile": NUMBER, "mobile_confirmed": false,
        "quiet_hours": { "from": "18:30", "until": "07:15" }, "wording": "neutral", "reminders": false, "subject_line": "Rota query",
        "safe_to_call": false, "safe_to_leave_voicemail": true, "best_time": "After six" })
    );
    assert_eq!((ada.message_preferences().await.json, stored.etag().as_str()), (stored.json.clone(), "\"v1\""));
    let replaced = ada.put("/v1/me/message-preferences", json!({ "channel": "email", "wording": "neutral", "reminders": true }));
    let replaced = replaced.if_match("\"v1\"").send().await.expect(200);
    assert_eq!(
        replaced.json,
        json!({ "channel": "email", "mobile": null, "mobile_confirmed": false, "quiet_hours": null,
        "wording": "neutral", "reminders": true, "subject_line": null, "safe_to_call": null, "safe_to_leave_voicemail": null,
        "best_time": null })
    );
    assert_eq!(app.audit_count_of("message_preferences.changed", ada.id).await, 2);
}

#[apply(both_engines)]
async fn one_of_two_concurrent_changes_of_preferences_is_refused(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    let form = json!({ "channel": "email", "wording": "neutral", "reminders": true });
    let put = |etag: &str| ada.put("/v1/me/message-preferences", form.clone()).if_match(etag).send();
    expect_outcomes(&at_once(2, |_| put("\"v0\"")).await, &[("200", 1), ("version_mismatch", 1)]);
    ada.put("/v1/me/message-preferences", form.clone()).send().await.expect_problem("version_required");
}

#[apply(both_engines)]
async fn impossible_preferences_are_refused(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    ada.sets_message_preferences(json!({ "channel": "sms" })).await.expect_field("invalid_body", "/mobile");
    ada.sets_message_preferences(json!({ "mobile": "020 7946 0018" })).await.expect_field("invalid_body", "/mobile");
    ada.sets_message_preferences(json!({ "wording": "named" })).await.expect_field("consent_required", "/wording");
    ada.sets_message_preferences(json!({ "quiet_hours": { "from": "08:00", "until": "08:00" } }))
        .await
        .expect_field("invalid_body", "/quiet_hours/until");
    ada.sets_message_preferences(json!({ "subject_line": "a\nb" })).await.expect_field("invalid_body", "/subject_line");
    ada.sets_message_preferences(json!({ "best_time": "a\nb" })).await.expect_field("invalid_body", "/best_time");
    ada.sets_message_preferences(json!({ "best_time": "x".repeat(101) })).await.expect_field("invalid_body", "/best_time");
    ada.sets_message_preferences(json!({ "best_time": " " })).await.expect_field("invalid_body", "/best_time");
    ada.sets_message_preferences(json!({ "safe_to_call": "yes" })).await.expect_field("invalid_body", "/safe_to_call");
    assert_eq!(ada.message_preferences().await.etag(), "\"v0\"");
}

#[apply(both_engines)]
async fn number_is_verified_by_the_code_that_is_sent_to_it(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    ada.post_empty("/v1/me/mobile-codes").send().await.expect_problem("state_conflict");
    ada.sets_message_preferences(json!({ "channel": "sms", "mobile": "07700 900123" })).await.expect(200);
    ada.confirms_mobile("000000").await.expect_problem("token_expired");
    ada.post_empty("/v1/me/mobile-codes").send().await.expect(202);
    let busy = ada.post_empty("/v1/me/mobile-codes").send().await.expect_problem("too_many_requests");
    assert_eq!(busy.header("retry-after"), Some("60"));
    let code = app.code_sent_to(NUMBER).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    ada.confirms_mobile(wrong).await.expect_field("wrong_code", "/code");
    let verified = ada.confirms_mobile(&code).await.expect(200);
    assert_eq!(verified.json["mobile_confirmed"], true);
    assert_eq!(ada.message_preferences().await.etag(), verified.etag());
    ada.confirms_mobile(&code).await.expect_problem("state_conflict");
    // The same number in another spelling stays verified; another number does not.
    let same = ada.sets_message_preferences(json!({ "channel": "sms", "mobile": "+44 (0)7700 900123" })).await.expect(200);
    assert_eq!(same.json["mobile_confirmed"], true);
    let other = ada.sets_message_preferences(json!({ "channel": "sms", "mobile": "07700 900124" })).await.expect(200);
    assert_eq!(other.json["mobile_confirmed"], false);
}

#[apply(both_engines)]
async fn wrong_code_sent_again_with_its_key_counts_as_one_attempt(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    ada.sets_message_preferences(json!({ "channel": "sms", "mobile": "07700 900123" })).await.expect(200);
    ada.post_empty("/v1/me/mobile-codes").send().await.expect(202);
    let code = app.code_sent_to(NUMBER).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let send = |code: &str| ada.post("/v1/me/mobile-codes/confirm", json!({ "code": code })).key("one-key").send();
    for _ in 0..8 {
        send(wrong).await.expect_field("wrong_code", "/code");
    }
    send(&code).await.expect_problem("idempotency_key_reused");
    for _ in 0..3 {
        ada.confirms_mobile(wrong).await.expect_problem("wrong_code");
    }
    ada.confirms_mobile(&code).await.expect(200);
}

#[apply(both_engines)]
async fn code_expires_soon_and_allows_few_attempts(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    ada.sets_message_preferences(json!({ "channel": "sms", "mobile": "07700 900123" })).await.expect(200);
    ada.post_empty("/v1/me/mobile-codes").send().await.expect(202);
    let code = app.code_sent_to(NUMBER).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        ada.confirms_mobile(wrong).await.expect_problem("wrong_code");
    }
    ada.confirms_mobile(&code).await.expect_problem("token_expired");
    app.clock.advance(TimeDelta::minutes(1));
    ada.post_empty("/v1/me/mobile-codes").send().await.expect(202);
    let code = app.code_sent_to(NUMBER).await;
    app.clock.advance(TimeDelta::minutes(10));
    let ada = ada.signs_in_again().await;
    ada.confirms_mobile(&code).await.expect_problem("token_expired");
}

#[apply(both_engines)]
async fn administrators_see_undelivered_messages_and_send_them_again(app: TestApp) {
    let id = undeliverable_email(&app).await;
    let avery = app.administrator().await;
    let dead = avery.lists_messages("dead").await;
    assert_eq!(dead.len(), 1);
    let members: Vec<&str> = dead[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members.len(), 8, "and neither recipient nor content: {members:?}");
    assert_eq!(
        (&dead[0]["id"], &dead[0]["kind"], &dead[0]["channel"]),
        (&json!(id), &json!("staff_invitation"), &json!("email"))
    );
    assert_eq!(
        (&dead[0]["attempts"], &dead[0]["failure"], dead[0]["created_on"].as_str().map(str::len)),
        (&json!(12), &json!("mail server"), Some(10)),
        "the day, not the time"
    );
    avery.get(&format!("/v1/messages/{id}")).send().await.expect(200);
    let figures = app.write(admin::counts).await;
    let email = figures.carriers.iter().find(|figures| figures.carrier == Some(MessageCarrier::Email)).unwrap();
    assert_eq!((email.queued, email.dead, email.in_doubt, figures.overdue_since), (0, 1, 0, None));

    let again = avery.replays(&id).await.expect(200);
    assert_eq!((again.text("state"), again.json["attempts"].as_i64()), ("queued".to_owned(), Some(0)));
    avery.replays(&id).await.expect_problem("not_found");
    assert_eq!(app.email_subjects_to("nora.field@example.org").await, ["Choose a new password"]);
    assert_eq!(app.message_state(&id).await, "sent");
    avery.get(&format!("/v1/messages/{id}")).send().await.expect_problem("not_found");
    avery.replays(&id).await.expect_problem("not_found");
    avery.replays("018f0000-0000-7000-8000-000000000000").await.expect_problem("not_found");
    for action in ["message.replayed", "message.read"] {
        assert_eq!(app.audit_count_of(action, id.parse().unwrap()).await, 1, "{action}");
    }
    let trail = app.audit_trail_of(&avery).await;
    assert_eq!(trail.iter().filter(|(action, ..)| action == "message.listed").count(), 1, "{trail:?}");
    assert!(avery.lists_messages("dead").await.is_empty());
}

#[apply(both_engines)]
async fn many_messages_are_sent_again_by_one_request(app: TestApp) {
    let server = MailServer::start();
    server.behaves(Behaviour::Answers("RCPT", "550 5.1.1 No such user"));
    let avery = app.administrator().await;
    for number in 0..5 {
        let person = json!({ "email": format!("p{number}@example.org"), "name": format!("Person {number}"), "role": "clinician",
            "reason": "Joins the team." });
        avery.creates_approved_staff_with(person).await;
    }
    app.clock.advance(TimeDelta::days(1));
    let avery = avery.signs_in_again().await;
    let (sender, since) = (server.sender(), app.now() + TimeDelta::hours(1));
    let late = json!({ "email": "late@example.org", "name": "Late Comer", "role": "clinician", "reason": "Joins the team." });
    avery.creates_approved_staff_with(late).await;
    send_due(&app.platform, &sender).await.unwrap();
    assert_eq!(avery.lists_messages("failed").await.len(), 6);
    let figures = app.write(admin::counts).await;
    let email = figures.carriers.iter().find(|figures| figures.carrier == Some(MessageCarrier::Email)).unwrap();
    assert_eq!((email.dead, email.in_doubt), (6, 0), "failed messages count as dead");
    let replay = async |filter: serde_json::Value| {
        avery.post("/v1/message-replays", filter).send().await.expect(200).json["count"].as_u64().unwrap()
    };
    assert_eq!(replay(json!({ "state": "dead" })).await, 0);
    assert_eq!(replay(json!({ "state": "failed", "channel": "sms" })).await, 0);
    assert_eq!(replay(json!({ "state": "failed", "since": since })).await, 1, "all of that day, whatever the time");
    assert_eq!(replay(json!({ "state": "failed", "channel": "email" })).await, 5);
    assert_eq!(replay(json!({ "state": "failed" })).await, 0, "each message only once");
    server.behaves(Behaviour::Accepts);
    send_due(&app.platform, &sender).await.unwrap();
    assert_eq!(server.received().len(), 6);
    avery.post("/v1/message-replays", json!({ "state": "sent" })).send().await.expect_field("invalid_body", "/state");
    // A count of one kind would tell what is sent to a person.
    avery.post("/v1/message-replays", json!({ "state": "failed", "kind": "verify_email" })).send().await.expect(422);
}

#[apply(both_engines)]
async fn message_in_doubt_is_listed_and_sent_again_or_dropped_by_an_administrator(app: TestApp) {
    let server = MailServer::start();
    let (sender, avery) = (server.sender(), app.administrator().await);
    server.behaves(Behaviour::AcceptsAndDisconnects);
    for number in 0..2 {
        let person = json!({ "email": format!("p{number}@example.org"), "name": format!("Person {number}"), "role": "clinician",
            "reason": "Joins the team." });
        avery.creates_approved_staff_with(person).await;
    }
    for _ in 0..3 {
        send_due(&app.platform, &sender).await.unwrap();
        app.clock.advance(TimeDelta::minutes(1));
    }
    let doubtful = avery.lists_messages("in_doubt").await;
    let ids: Vec<&str> = doubtful.iter().map(|message| message["id"].as_str().unwrap()).collect();
    let [one, other] = ids[..] else { panic!("two are in doubt: {ids:?}") };
    let figures = app.write(admin::counts).await;
    assert_eq!(figures.carriers.iter().map(|figures| figures.in_doubt).sum::<i64>(), 2);
    assert_eq!(avery.drops_message(one).await.expect(200).text("state"), "dropped");
    avery.drops_message(one).await.expect_problem("not_found");
    avery.drops_message("018f0000-0000-7000-8000-000000000000").await.expect_problem("not_found");
    avery.replays(one).await.expect_problem("not_found");
    server.behaves(Behaviour::Accepts);
    avery.replays(other).await.expect(200);
    send_due(&app.platform, &sender).await.unwrap();
    assert_eq!(app.message_state(other).await, "sent");
    let mut counts: Vec<usize> = server.received_counts().into_values().collect();
    counts.sort_unstable();
    assert_eq!(counts, [2, 3], "the same Message-ID each time");
}

#[apply(both_engines)]
async fn notification_sent_again_uses_the_current_facts(app: TestApp) {
    let (ada, cleo, avery) = (app.ada().await, app.cleo().await, app.administrator().await);
    ada.chooses_texts_to(NUMBER).await;
    let slot = app.free_slot(&cleo, TimeDelta::days(4), confide::scheduling::calendar::model::AppointmentKind::Assessment).await;
    let booked = ada.books(&slot).await.expect(201).id();
    let gateway = TextGateway::start();
    gateway.will_answer(&[GatewayAnswer::Status(400, None)]);
    let transport = Transport::folder("Appointments <no-reply@example.org>", app.outbox_folder()).unwrap();
    let sender = Sender::new(transport.with_text_gateway(gateway.client()), confide::server::notification_registry());
    app.clock.advance(TimeDelta::minutes(3));
    send_due(&app.platform, &sender).await.unwrap();
    let failed = avery.lists_messages("failed").await;
    assert_eq!((failed.len(), &failed[0]["failure"]), (1, &json!("gateway 400")));
    assert_eq!(failed[0]["kind"], "personal_message", "not that someone has an appointment");
    let id = failed[0]["id"].as_str().unwrap();
    ada.cancels(&booked, "practitioner_work").await.expect(200);
    avery.replays(id).await.expect(200);
    send_due(&app.platform, &sender).await.unwrap();
    assert_eq!(app.message_state(id).await, "dropped", "she cancelled meanwhile");
    assert!(gateway.accepted().is_empty());
}

#[apply(both_engines)]
async fn message_is_shown_only_while_it_waits_for_a_decision_and_not_what_it_is_about(app: TestApp) {
    let server = MailServer::start();
    let (sender, avery) = (server.sender(), app.administrator().await);
    app.practitioner("Ada Byron").await;
    app.post("/v1/password-resets", json!({ "email": "ada.byron@example.org" })).send().await.expect(202);
    app.process_email_requests().await;
    let all = async || avery.get("/v1/messages").send().await.expect(200).items().len();
    assert_eq!(all().await, 0, "an administrator cannot see who asked for a password when");
    server.behaves(Behaviour::Answers("RCPT", "550 5.1.1 No such user"));
    send_due(&app.platform, &sender).await.unwrap();
    let failed = avery.lists_messages("failed").await;
    let kinds: Vec<&str> = failed.iter().map(|message| message["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["personal_message"]);
    let id = failed[0]["id"].as_str().unwrap();
    avery.get(&format!("/v1/messages/{id}")).send().await.expect(200);
    let again = avery.post("/v1/message-replays", json!({ "state": "failed" })).send().await.expect(200);
    assert_eq!(again.json["count"], 1);
    server.behaves(Behaviour::Accepts);
    send_due(&app.platform, &sender).await.unwrap();
    assert_eq!(server.received().len(), 1);
    assert_eq!(all().await, 0);
    avery.get("/v1/messages?state=sent").send().await.expect(400);
    avery.get(&format!("/v1/messages/{id}")).send().await.expect_problem("not_found");
    avery.replays(id).await.expect_problem("not_found");
    avery.drops_message(id).await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn messages_are_listed_page_by_page_newest_first(app: TestApp) {
    let avery = app.administrator().await;
    for number in 0..5 {
        let person = json!({ "email": format!("p{number}@example.org"), "name": format!("Person {number}"), "role": "clinician",
            "reason": "Joins the team." });
        avery.creates_approved_staff_with(person).await;
        app.clock.advance(TimeDelta::seconds(1));
    }
    app.sql(|conn| Ok(diesel::update(dsl::outbox.filter(dsl::state.eq("queued"))).set(dsl::state.eq("dead")).execute(conn)?))
        .await;
    let first = avery.get("/v1/messages?state=dead&limit=3").send().await.expect(200);
    let cursor = first.json["next_cursor"].as_str().unwrap().to_owned();
    let second = avery.get(&format!("/v1/messages?state=dead&limit=3&cursor={cursor}")).send().await.expect(200);
    let ids: Vec<String> =
        first.items().iter().chain(second.items()).map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    let stored: Vec<Id> = app.sql(|conn| Ok(dsl::outbox.order(dsl::id.desc()).select(dsl::id).load(conn)?)).await;
    let newest_first: Vec<String> = stored.iter().map(|id| app.shown_message(*id)).collect();
    assert_eq!((ids.len(), &ids), (5, &newest_first));
}

/// Everything in an answer that may be an id: its text, and what a cursor in it says.
fn readable_text(page: &serde_json::Value) -> String {
    use base64::Engine as _;
    let cursor = page["next_cursor"].as_str().unwrap_or_default();
    let inside = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(cursor).unwrap();
    format!("{page} {}", String::from_utf8_lossy(&inside))
}

#[apply(both_engines)]
async fn id_of_a_message_does_not_tell_when_it_was_queued(app: TestApp) {
    let avery = app.administrator().await;
    for name in ["Ines", "Imke"] {
        let person = json!({ "email": format!("{name}@example.org"), "name": format!("{name} Host"), "role": "clinician",
            "reason": "Joins the team." });
        avery.creates_approved_staff_with(person).await;
    }
    app.sql(|conn| Ok(diesel::update(dsl::outbox.filter(dsl::state.eq("queued"))).set(dsl::state.eq("dead")).execute(conn)?))
        .await;
    let stored: Vec<Id> = app.sql(|conn| Ok(dsl::outbox.order(dsl::id.desc()).select(dsl::id).load(conn)?)).await;
    let page = avery.get("/v1/messages?limit=1").send().await.expect(200).json;
    let text = readable_text(&page);
    let shown: Id = page["items"][0]["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(shown.0.get_timestamp(), None, "{shown}");
    let queued_at = &stored[0].to_string()[..8];
    assert!(!text.contains(queued_at), "{queued_at} is the beginning of every id of that minute: {text}");
    for id in &stored {
        avery.get(&format!("/v1/messages/{id}")).send().await.expect_problem("not_found");
        avery.replays(&id.to_string()).await.expect_problem("not_found");
    }
    let next = page["next_cursor"].as_str().unwrap();
    let next = avery.get(&format!("/v1/messages?limit=1&cursor={next}")).send().await.expect(200).json;
    let ids = [&page["items"][0]["id"], &next["items"][0]["id"]].map(|id| id.as_str().unwrap().to_owned());
    assert_eq!(ids, [app.shown_message(stored[0]), app.shown_message(stored[1])]);
    avery.get(&format!("/v1/messages/{}", ids[0])).send().await.expect(200);
    avery.drops_message(&ids[1]).await.expect(200);
}

#[apply(both_engines)]
async fn message_content_is_deleted_once_sent_and_rows_after_their_retention_period(app: TestApp) {
    undeliverable_email(&app).await;
    app.staff("Nell Marsh", Role::Clinician).await;
    app.post("/v1/password-resets", json!({ "email": "nell.marsh@example.org" })).send().await.expect(202);
    app.process_email_requests().await;
    app.deliver_due_messages().await;
    let states_after = async |days| {
        app.clock.advance(TimeDelta::days(days));
        app.write(admin::delete_expired).await;
        app.sql(|conn| Ok(dsl::outbox.select(dsl::state).order(dsl::state).load::<String>(conn)?)).await
    };
    let lengths: Vec<(String, Vec<u8>)> =
        app.sql(|conn| Ok(dsl::outbox.select((dsl::state, dsl::message)).order(dsl::state).load(conn)?)).await;
    assert!(lengths[0].0 == "dead" && !lengths[0].1.is_empty() && lengths[1].0 == "sent" && lengths[1].1.is_empty());
    assert_eq!(states_after(29).await, ["dead", "sent"]);
    assert_eq!(states_after(2).await, ["dead"]);
    assert_eq!(states_after(57).await, ["dead"]);
    assert!(states_after(3).await.is_empty());
}

#[apply(both_engines)]
async fn schema_refuses_content_of_sent_messages_and_invalid_rows(app: TestApp) {
    app.staff("Nell Marsh", Role::Clinician).await;
    app.post("/v1/password-resets", json!({ "email": "nell.marsh@example.org" })).send().await.expect(202);
    app.process_email_requests().await;
    for wrong in [
        "UPDATE outbox SET state = 'sent'",
        "UPDATE outbox SET state = 'lost'",
        "UPDATE outbox SET channel = NULL",
        "UPDATE outbox SET subject_kind = 'appointment'",
    ] {
        let refused = app.platform.db.write(move |conn| Ok(diesel::sql_query(wrong).execute(conn)?)).await;
        assert!(refused.is_err(), "{wrong}");
    }
}

#[apply(both_engines)]
async fn metrics_show_how_long_the_oldest_message_has_waited(app: TestApp) {
    app.staff("Nell Marsh", Role::Clinician).await;
    app.post("/v1/password-resets", json!({ "email": "nell.marsh@example.org" })).send().await.expect(202);
    app.process_email_requests().await;
    let since = app.now();
    app.clock.advance(TimeDelta::minutes(7));
    let figures = app.write(admin::counts).await;
    let queued: i64 = figures.carriers.iter().map(|figures| figures.queued).sum();
    assert_eq!((queued, figures.overdue_since), (1, Some(since)));
}
