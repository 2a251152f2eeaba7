//! Message limits: of every kind of message only a few are sent to one address or number, whatever clients request.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use confide::platform::Tx;
use confide::platform::error::Error;
use confide::platform::ids::Id;
use confide::platform::outbox::limits::SendLimit;
use confide::platform::outbox::transport::Transport;
use confide::platform::outbox::worker::{Sender, send_due};
use confide::platform::outbox::{Decision, Email, Message, NotificationRegistry, Render, ScheduledNotification};
use confide::platform::schema::outbox;
use confide::server::{notification_registry, timings};
use diesel::prelude::*;
use serde_json::json;

use crate::support::contacts::nurse_caller;
use crate::support::groups::for_families;
use crate::support::hubs::nurse_referral;
use crate::support::mail_server::{Behaviour, MailServer};
use crate::support::reply::Reply;
use crate::support::sources::{Source, code, is_word, sources};
use crate::support::{TestApp, apply, both_engines};

/// The number of notifications of each kind that are scheduled.
const MANY: usize = 23;

/// The functions that queue a complete message; the kind is their second argument.
const READY: (&[&str], usize) = (&["queue_email", "queue_email_about", "queue_message", "queue_messages"], 1);

/// The functions that schedule a notification that is rendered when it is due; the kind is their second argument.
const SCHEDULED: (&[&str], usize) = (&["schedule_notification", "schedule_notification_with_id"], 1);

/// The files that queue complete messages, with their kinds. A new kind needs a limit too.
const QUEUED: &[(&str, &[&str])] = &[
    ("access/contacts/invitations.rs", &["invitation"]),
    ("access/registration/confirmation.rs", &["already_registered", "verify_email"]),
    ("care/groups/notifications.rs", &["session_moved", "session_cancelled", "sessions_changed", "sessions_over"]),
    ("partners/hubs/create.rs", &["referral_code"]),
    ("partners/hubs/notifications.rs", &["referral_news"]),
    ("partners/outreach/closing.rs", &["outreach_counts"]),
    ("partners/outreach/sending.rs", &["outreach"]),
    ("people/notifications/routes/mobile.rs", &["mobile_code"]),
    ("people/sign_in/password_resets.rs", &["reset_password"]),
    ("people/staff/opening.rs", &["staff_invitation"]),
];

#[test]
fn every_kind_of_message_has_a_limit() {
    let per_hour = |most: i32, within: TimeDelta| i64::from(most) * 3600 / within.num_seconds();
    let mut once = Vec::new();
    for (kind, timing) in timings() {
        let in_an_hour = match timing.limit {
            SendLimit::Single(why) => {
                assert!(!why.is_empty());
                once.push(kind);
                0
            }
            SendLimit::WhenSent { most, within } => per_hour(most, within),
            SendLimit::WhenQueued(rests) => rests.iter().map(|rest| per_hour(rest.max, rest.within)).min().expect("a rest"),
        };
        assert!(in_an_hour <= 30, "{kind}: {in_an_hour} in an hour");
    }
    once.sort_unstable();
    assert_eq!(once, ["risk_alert_raised", "staff_invitation"]);
}

/// The calls of a function: the position of each, and its arguments.
fn calls<'a>(code: &'a str, name: &str) -> Vec<(usize, Vec<&'a str>)> {
    let is_call = |at: usize| {
        let (before, after) = (&code[..at], &code[at + name.len()..]);
        after.starts_with('(') && !before.ends_with(is_word) && !before.ends_with("fn ")
    };
    let begins = code.match_indices(name).map(|(at, _)| at).filter(|at| is_call(*at));
    begins.map(|at| (at, arguments(&code[at + name.len() + 1..]))).collect()
}

/// The arguments before the bracket that closes the call.
fn arguments(text: &str) -> Vec<&str> {
    let (mut depth, mut begin, mut found) = (0, 0, Vec::new());
    for (at, c) in text.char_indices() {
        let closes = matches!(c, ')' | ']' | '}');
        if depth == 0 && (c == ',' || closes) {
            found.push(text[begin..at].trim());
            begin = at + 1;
        }
        if depth == 0 && closes {
            break;
        }
        depth += i32::from(matches!(c, '(' | '[' | '{')) - i32::from(closes);
    }
    found
}

/// A line that defines a string constant: its name and its value.
fn constant(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.split_once("const ")?.1.split_once(": &str = \"")?;
    Some((name, rest.split_once('"')?.0))
}

/// The kinds of message that a file sends with these functions. Where a function of the file passes on a kind that it
/// receives, the kinds are the string constants that the file passes to it.
fn kinds(source: &Source, (functions, place): (&[&str], usize)) -> BTreeSet<String> {
    let code = code(&source.text);
    let named: BTreeMap<&str, &str> = code.lines().filter_map(constant).collect();
    let mut found = BTreeSet::new();
    for (at, args) in functions.iter().flat_map(|function| calls(&code, function)) {
        let kind = args.get(place).copied().unwrap_or_default();
        let literal = kind.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let kinds = match literal.or_else(|| named.get(kind).copied()) {
            Some(kind) => vec![kind],
            None => {
                let caller = code[..at].rsplit("fn ").next().unwrap_or_default();
                let caller = caller.split(|c| !is_word(c)).next().unwrap_or_default();
                let passed = calls(&code, caller).into_iter().flat_map(|(_, args)| args);
                let words = passed.flat_map(|arg| arg.split(|c| !is_word(c)));
                words.filter_map(|word| named.get(word).copied()).collect()
            }
        };
        assert!(!kinds.is_empty(), "{}: which kinds are `{kind}`?", source.name.display());
        found.extend(kinds.into_iter().map(str::to_owned));
    }
    found
}

#[test]
fn every_file_that_queues_messages_is_listed_and_every_kind_has_a_timing() {
    let (mut queued, mut all) = (Vec::new(), BTreeSet::new());
    for source in sources().iter().filter(|source| !source.name.starts_with("platform/outbox")) {
        let (name, ready, scheduled) = (source.name.display().to_string(), kinds(source, READY), kinds(source, SCHEDULED));
        assert_eq!(source.text.contains("outbox::queue"), !ready.is_empty(), "{name} queues {ready:?}");
        assert_eq!(
            source.text.contains("outbox::schedule_notification"),
            !scheduled.is_empty(),
            "{name} schedules {scheduled:?}"
        );
        all.extend(ready.iter().cloned().chain(scheduled));
        if !ready.is_empty() {
            queued.push((name, ready));
        }
    }
    let as_set = |kinds: &[&str]| kinds.iter().map(|kind| (*kind).to_owned()).collect::<BTreeSet<String>>();
    assert_eq!(queued, QUEUED.iter().map(|(file, kinds)| ((*file).to_owned(), as_set(kinds))).collect::<Vec<_>>());
    let timed: BTreeSet<String> = timings().map(|(kind, _)| kind.to_owned()).collect();
    let (untimed, unsent): (Vec<_>, Vec<_>) = (all.difference(&timed).collect(), timed.difference(&all).collect());
    assert!(untimed.is_empty() && unsent.is_empty(), "without a timing: {untimed:?}; never sent: {unsent:?}");
}

#[test]
fn kinds_queued_by_a_file_are_found() {
    let text = "const NEWS: &str = \"news\";\npub const OLD: &str = \"old\";\nconst LATER: i64 = 3;\n\
        fn ask(tx: &mut Tx, kind: &'static str, subject: (&str, Id)) {\n    outbox::schedule_notification(tx, kind, recipient(1, 2), subject, now)?;\n}\n\
        fn both(tx: &mut Tx) {\n    ask(tx, NEWS, (\"group\", id))?;\n    ask(tx, OLD, (\"group\", id))?;\n}\n\
        fn now() {\n    outbox::queue_message(\n        tx,\n        \"code\",\n        &text,\n    )\n}\n\
        // outbox::queue_email(tx, \"not_this\", &email)\n";
    let source = Source { name: "care/groups/notifications.rs".into(), text: text.to_owned() };
    let read = |functions| kinds(&source, functions).into_iter().collect::<Vec<_>>();
    assert_eq!(read(SCHEDULED), ["news", "old"]);
    assert_eq!(read(READY), ["code"]);
}

fn always(_: &mut Tx, notification: &ScheduledNotification) -> Result<Decision, Error> {
    let to = format!("{}@example.org", notification.recipient);
    Ok(Decision::Send(Message::Email(Email { to, subject: "News".into(), body: "News.\n".into() })))
}

/// How many messages of each kind are in a state.
async fn kinds_in(app: &TestApp, state: &'static str) -> BTreeMap<String, usize> {
    let kinds: Vec<String> = app
        .sql(move |conn| {
            let rows = outbox::table.select((outbox::kind, outbox::state)).load::<(String, String)>(conn)?;
            Ok(rows.into_iter().filter(|row| row.1 == state).map(|row| row.0).collect())
        })
        .await;
    let mut counts = BTreeMap::new();
    for kind in kinds {
        *counts.entry(kind).or_default() += 1;
    }
    counts
}

async fn rows_of(app: &TestApp, kind: &'static str) -> i64 {
    app.sql(move |conn| Ok(outbox::table.filter(outbox::kind.eq(kind)).count().get_result(conn)?)).await
}

/// The reply is "too many requests" with a wait of more than a minute.
fn expect_to_wait(reply: Reply) {
    let refused = reply.expect(429).expect_problem("too_many_requests");
    assert!(refused.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().unwrap() > 60));
}

#[apply(both_engines)]
async fn notifications_over_the_limit_of_an_address_are_sent_later(app: TestApp) {
    let kinds: Vec<&'static str> = notification_registry().kinds().collect();
    let (cory, scheduled) = (app.coordinator().await, kinds.clone());
    app.write(move |tx| {
        for kind in scheduled.iter().flat_map(|kind| std::iter::repeat_n(*kind, MANY)) {
            confide::platform::outbox::schedule_notification(tx, kind, cory.id, ("anything", Id::new(tx.now)), tx.now)?;
        }
        Ok(())
    })
    .await;
    let everything = NotificationRegistry::new(kinds.iter().map(|kind| (*kind, always as Render)), timings());
    let sender = Sender::new(Transport::folder("no-reply@example.org", app.outbox_folder()).unwrap(), everything);
    while send_due(&app.platform, &sender).await.unwrap() > 0 {}
    let sent = kinds_in(&app, "sent").await;
    assert!(!kinds.is_empty() && sent.len() == kinds.len(), "{sent:?}");
    for (kind, timing) in timings().filter(|(kind, _)| kinds.contains(kind)) {
        let expected = match timing.limit {
            SendLimit::WhenSent { most, .. } => usize::try_from(most).unwrap(),
            SendLimit::Single(_) => MANY,
            SendLimit::WhenQueued(_) => panic!("{kind} is a notification and not counted when it is sent"),
        };
        assert_eq!(sent.get(kind), Some(&expected), "{kind}");
    }
    // None is lost: the others are sent later.
    app.clock.advance(TimeDelta::days(1));
    while send_due(&app.platform, &sender).await.unwrap() > 0 {}
    assert_eq!(kinds_in(&app, "sent").await, kinds.iter().map(|kind| ((*kind).to_owned(), MANY)).collect());
}

#[apply(both_engines)]
async fn guest_gets_limited_emails_about_a_session_that_is_moved_repeatedly(app: TestApp) {
    let group = app.group(for_families).await;
    group.cory.adds_guest(&group.id, "una", "2027-01-08").await.expect(201);
    let session = group.sessions().await.last().unwrap().clone();
    let (id, starts_at) = (session["id"].as_str().unwrap(), session["starts_at"].as_str().unwrap());
    let time = starts_at.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let to = |minutes: i64| (time + TimeDelta::minutes(minutes)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    for minutes in 1..=23 {
        group.cory.moves_session(id, &to(minutes)).await.expect(200);
        app.deliver_due_messages().await;
    }
    assert_eq!(app.emails_to("una@example.org").await.len(), 20);
    app.clock.advance(TimeDelta::days(1));
    let emails = app.emails_to("una@example.org").await;
    assert_eq!(emails.len(), 21, "only the last move, not the outdated ones");
}

#[apply(both_engines)]
async fn links_to_one_caller_are_limited(app: TestApp) {
    let (hanna, cory) = (app.call_handler().await, app.coordinator().await);
    let contact = hanna.logs_contact("phone", nurse_caller()).await.expect(201).id();
    let other = cory.logs_contact("phone", nurse_caller()).await.expect(201).id();
    let mut last = String::new();
    for number in 0..10 {
        last = match number % 3 {
            0 => hanna.invites_caller(&contact, "sms").await.expect(201).id(),
            1 => cory.acts_on_invitation(&last, "renew").await.expect(201).id(),
            _ => cory.invites_caller(&other, "sms").await.expect(201).id(),
        };
    }
    expect_to_wait(hanna.invites_caller(&contact, "sms").await);
    expect_to_wait(cory.invites_caller(&other, "sms").await);
    expect_to_wait(cory.acts_on_invitation(&last, "renew").await);
    assert_eq!(rows_of(&app, "invitation").await, 10);
    assert_eq!(
        hanna.invitation_states(&contact).await.iter().filter(|state| *state == "sent").count(),
        1,
        "the last link is still valid"
    );
    app.clock.advance(TimeDelta::days(1));
    hanna.signs_in_again().await.invites_caller(&contact, "sms").await.expect(201);
}

#[apply(both_engines)]
async fn codes_and_updates_to_one_number_are_limited(app: TestApp) {
    let hub = app.harbour_hub().await;
    let (harriet, cory) = (app.hub_coordinator("Harriet Hub", &hub).await, app.coordinator().await);
    let mut made = Vec::new();
    for _ in 0..20 {
        made.push(harriet.creates_referral(&hub, nurse_referral()).await.expect(201).id());
    }
    expect_to_wait(harriet.creates_referral(&hub, nurse_referral()).await);
    for referral in &made {
        cory.accepts_referral(referral).await.expect(200);
        cory.acts_on_referral(referral, "close", json!({ "outcome": "help_given" })).await.expect(200);
    }
    assert_eq!((rows_of(&app, "referral_code").await, rows_of(&app, "referral_news").await), (20, 20));
}

#[apply(both_engines)]
async fn messages_of_several_campaigns_to_one_person_are_limited(app: TestApp) {
    let (cory, dana) = app.two_coordinators().await;
    let mut campaigns = Vec::new();
    for _ in 0..12 {
        campaigns.push(cory.runs_campaign(&dana, json!({}), &["ada@rxx21.example.org".to_owned()]).await);
    }
    app.queue_due_outreach().await;
    assert_eq!(rows_of(&app, "outreach").await, 3);
    assert_eq!(app.outreach_recipient_counts("sent").await.0, 3);
    for campaign in &campaigns {
        cory.acts_on_campaign(campaign, "cancel").await.expect(200);
    }
    assert_eq!(rows_of(&app, "outreach_counts").await, 10);
}

#[apply(both_engines)]
async fn emails_that_others_can_trigger_are_limited(app: TestApp) {
    let (avery, bea) = (app.administrator().await, app.practitioner("Bea Byron").await);
    let person = json!({ "email": "new@example.org", "name": "Nora New", "role": "clinician", "reason": "Joins the team." });
    avery.creates_approved_staff_with(person.clone()).await;
    avery.post("/v1/staff", person).send().await.expect_problem("email_taken");
    assert_eq!(rows_of(&app, "staff_invitation").await, 1);
    let before = rows_of(&app, "verify_email").await;
    for _ in 0..5 {
        app.post("/v1/password-resets", json!({ "email": bea.email })).send().await.expect(202);
        app.registers(&app.registration(&bea.name)).await.expect(201);
        app.registers(&app.registration("Ada Byron")).await.expect(201);
        app.post("/v1/email-confirmations", json!({ "email": "ada.byron@example.org" })).send().await.expect(202);
        app.process_email_requests().await;
    }
    assert_eq!((rows_of(&app, "reset_password").await, rows_of(&app, "already_registered").await), (2, 1));
    let links = rows_of(&app, "verify_email").await - before;
    assert!((4..=12).contains(&links), "{links}");
}

#[apply(both_engines)]
async fn message_in_doubt_is_not_sent_again_without_limit(app: TestApp) {
    let server = MailServer::start();
    let (sender, avery) = (server.sender(), app.administrator().await);
    server.behaves(Behaviour::AcceptsAndDisconnects);
    let person = json!({ "email": "new@example.org", "name": "Nora New", "role": "clinician", "reason": "Joins the team." });
    avery.creates_approved_staff_with(person).await;
    let in_doubt = async || {
        for _ in 0..3 {
            send_due(&app.platform, &sender).await.unwrap();
            app.clock.advance(TimeDelta::minutes(1));
        }
        assert_eq!(kinds_in(&app, "in_doubt").await.len(), 1);
        avery.signs_in_again().await
    };
    let avery_now = in_doubt().await;
    let id = avery_now.lists_messages("in_doubt").await[0]["id"].as_str().unwrap().to_owned();
    for _ in 0..4 {
        avery.signs_in_again().await.replays(&id).await.expect(200);
        in_doubt().await;
    }
    let replays_all = async || {
        let all = json!({ "state": "in_doubt" });
        avery.signs_in_again().await.post("/v1/message-replays", all).send().await.expect(200).json["count"].clone()
    };
    assert_eq!(replays_all().await, 1);
    in_doubt().await;
    assert_eq!(replays_all().await, 0);
    expect_to_wait(avery.signs_in_again().await.replays(&id).await);
    assert_eq!(kinds_in(&app, "in_doubt").await.len(), 1);
}
