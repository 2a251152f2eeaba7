//! Neither a client in a loop nor two colleagues fill a mailbox: of every kind of message few go to one address or number.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use confide::platform::Platform;
use confide::platform::db::Conn;
use confide::platform::error::Error;
use confide::platform::ids::{Id, UtcTime};
use confide::platform::outbox::bounds::Bound;
use confide::platform::outbox::transport::Transport;
use confide::platform::outbox::worker::{Sender, send_due};
use confide::platform::outbox::{Compose, Composers, Letter, Message, Notice, Verdict};
use confide::platform::schema::outbox;
use confide::server::{composers, timings};
use diesel::prelude::*;
use serde_json::json;

use crate::on_both_engines;
use crate::support::TestApp;
use crate::support::contacts::a_nurse;
use crate::support::groups::for_families;
use crate::support::hubs::a_referred_nurse;
use crate::support::mail_server::{MailServer, Mood};
use crate::support::reply::Reply;
use crate::support::sources::sources;

/// How many notices of each kind are asked for.
const MANY: usize = 23;

/// The files that queue a message that is ready from the first, and its kinds. A new one is bounded too.
const QUEUED: &[(&str, &[&str])] = &[
    ("access/contacts/invitations.rs", &["invitation"]),
    ("access/registration/confirming.rs", &["already_registered", "verify_email"]),
    ("care/groups/notices.rs", &["session_moved", "session_cancelled", "sessions_changed", "sessions_over"]),
    ("partners/hubs/making.rs", &["referral_code"]),
    ("partners/hubs/notices.rs", &["referral_news"]),
    ("partners/outreach/closing.rs", &["outreach_counts"]),
    ("partners/outreach/sending.rs", &["outreach"]),
    ("people/notifications/routes/mobile.rs", &["mobile_code"]),
    ("people/sign_in/resets.rs", &["reset_password"]),
    ("people/staff/routes.rs", &["staff_invitation"]),
];

#[test]
fn every_kind_is_bounded() {
    let of_rest = |most: i32, within: TimeDelta| i64::from(most) * 3600 / within.num_seconds();
    let mut once = Vec::new();
    for (kind, timing) in timings() {
        let in_an_hour = match timing.bound {
            Bound::Once(why) => {
                assert!(!why.is_empty());
                once.push(kind);
                0
            }
            Bound::Held { most, within } => of_rest(most, within),
            Bound::Asked(rests) => rests.iter().map(|rest| of_rest(rest.most, rest.within)).min().expect("a rest"),
        };
        assert!(in_an_hour <= 30, "{kind}: {in_an_hour} in an hour");
    }
    once.sort_unstable();
    assert_eq!(once, ["risk_alert_raised", "staff_invitation"]);
}

#[test]
fn every_file_that_queues_a_message_is_known_with_its_kinds() {
    let mut found = sources();
    found.retain(|source| source.text.contains("outbox::queue"));
    let found: Vec<String> = found.iter().map(|source| source.name.display().to_string()).collect();
    assert_eq!(found, QUEUED.iter().map(|(file, _)| *file).collect::<Vec<_>>());
    let bounds: BTreeMap<&str, Bound> = timings().map(|(kind, timing)| (kind, timing.bound)).collect();
    for kind in QUEUED.iter().flat_map(|(_, kinds)| *kinds) {
        assert!(bounds.contains_key(kind), "{kind}");
    }
}

fn always(_: &mut Conn, _: &Platform, notice: &Notice, _: UtcTime) -> Result<Verdict, Error> {
    let to = format!("{}@example.org", notice.recipient);
    Ok(Verdict::Send(Message::Email(Letter { to, subject: "News".into(), body: "News.\n".into() })))
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

/// Waiting is asked for, and for some time.
fn expect_to_wait(reply: Reply) {
    let refused = reply.expect(429).expect_problem("too_many_requests");
    assert!(refused.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().unwrap() > 60));
}

on_both_engines! {
    async fn few_notices_of_a_kind_go_to_one_address_and_the_others_wait(app: TestApp) {
        let kinds: Vec<&'static str> = composers().kinds().collect();
        let (cory, now, asked) = (app.coordinator().await, app.now(), kinds.clone());
        app.sql(move |conn| {
            for kind in asked.iter().flat_map(|kind| std::iter::repeat_n(*kind, MANY)) {
                confide::platform::outbox::notice(conn, kind, cory.id, ("anything", Id::new(now)), now, now)?;
            }
            Ok(())
        })
        .await;
        let everything = Composers::new(kinds.iter().map(|kind| (*kind, always as Compose)), timings());
        let sender = Sender::new(Transport::folder("no-reply@example.org", app.outbox_folder()).unwrap(), everything);
        while send_due(&app.platform, &sender).await.unwrap() > 0 {}
        let sent = kinds_in(&app, "sent").await;
        for (kind, timing) in timings().filter(|(kind, _)| kinds.contains(kind)) {
            let expected = match timing.bound {
                Bound::Held { most, .. } => usize::try_from(most).unwrap(),
                Bound::Once(_) => MANY,
                Bound::Asked(_) => panic!("{kind} is a notice and not counted when it goes"),
            };
            assert_eq!(sent.get(kind), Some(&expected), "{kind}");
        }
        // None is lost: what is still true goes later.
        app.clock.advance(TimeDelta::days(1));
        while send_due(&app.platform, &sender).await.unwrap() > 0 {}
        assert_eq!(kinds_in(&app, "sent").await, kinds.iter().map(|kind| ((*kind).to_owned(), MANY)).collect());
    }

    async fn a_guest_hears_of_a_session_that_is_moved_on_and_on_no_more_than_a_day_allows(app: TestApp) {
        let group = app.group(for_families).await;
        group.cory.enters_guest(&group.id, "una", "2027-01-08").await.expect(201);
        let session = group.sessions().await.last().unwrap().clone();
        let (id, starts_at) = (session["id"].as_str().unwrap(), session["starts_at"].as_str().unwrap());
        let time = starts_at.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        let to = |minutes: i64| (time + TimeDelta::minutes(minutes)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
        for minutes in 1..=23 {
            group.cory.moves_session(id, &to(minutes)).await.expect(200);
            app.the_post_goes().await;
        }
        assert_eq!(app.letters_to("una@example.org").await.len(), 20);
        app.clock.advance(TimeDelta::days(1));
        let letters = app.letters_to("una@example.org").await;
        assert_eq!(letters.len(), 21, "the last move, and none of those that it has overtaken");
    }

    async fn one_caller_is_not_sent_link_after_link(app: TestApp) {
        let (hanna, cory) = (app.call_handler().await, app.coordinator().await);
        let contact = hanna.logs("phone", a_nurse()).await.expect(201).id();
        let other = cory.logs("phone", a_nurse()).await.expect(201).id();
        let mut last = String::new();
        for number in 0..10 {
            last = match number % 3 {
                0 => hanna.invites_caller(&contact, "sms").await.expect(201).id(),
                1 => cory.on_invitation(&last, "renewal").await.expect(201).id(),
                _ => cory.invites_caller(&other, "sms").await.expect(201).id(),
            };
        }
        expect_to_wait(hanna.invites_caller(&contact, "sms").await);
        expect_to_wait(cory.invites_caller(&other, "sms").await);
        expect_to_wait(cory.on_invitation(&last, "renewal").await);
        assert_eq!(rows_of(&app, "invitation").await, 10);
        assert_eq!(hanna.invitation_states(&contact).await.iter().filter(|state| *state == "sent").count(), 1, "the last link is still good");
        app.clock.advance(TimeDelta::days(1));
        hanna.back().await.invites_caller(&contact, "sms").await.expect(201);
    }

    async fn one_number_is_not_sent_code_after_code_nor_news_after_news(app: TestApp) {
        let hub = app.harbour().await;
        let (harriet, cory) = (app.hub_runner("Harriet Hub", &hub).await, app.coordinator().await);
        let mut made = Vec::new();
        for _ in 0..20 {
            made.push(harriet.refers(&hub, a_referred_nurse()).await.expect(201).id());
        }
        expect_to_wait(harriet.refers(&hub, a_referred_nurse()).await);
        for referral in &made {
            cory.takes_referral_on(referral).await.expect(200);
            cory.on_referral(referral, "closure", json!({ "outcome": "help_given" })).await.expect(200);
        }
        assert_eq!((rows_of(&app, "referral_code").await, rows_of(&app, "referral_news").await), (20, 20));
    }

    async fn several_campaigns_do_not_write_to_one_person_all_day(app: TestApp) {
        let (cory, dana) = app.two_coordinators().await;
        let mut campaigns = Vec::new();
        for _ in 0..12 {
            campaigns.push(cory.runs_outreach(&dana, json!({}), &["ada@rxx21.example.org".to_owned()]).await);
        }
        app.outreach_goes().await;
        assert_eq!(rows_of(&app, "outreach").await, 3);
        assert_eq!(app.outreach_recipients("sent").await.0, 3);
        for campaign in &campaigns {
            cory.on_outreach(campaign, "cancel").await.expect(200);
        }
        assert_eq!(rows_of(&app, "outreach_counts").await, 10);
    }

    async fn strangers_and_new_staff_get_few_of_what_others_ask_for(app: TestApp) {
        let (avery, bea) = (app.administrator().await, app.practitioner("Bea Byron").await);
        let person = json!({ "email": "new@example.org", "name": "Nora New", "role": "clinician" });
        avery.post("/v1/staff", person.clone()).send().await.expect(201);
        avery.post("/v1/staff", person).send().await.expect_problem("email_taken");
        assert_eq!(rows_of(&app, "staff_invitation").await, 1);
        let before = rows_of(&app, "verify_email").await;
        for _ in 0..5 {
            app.post("/v1/password-resets", json!({ "email": bea.email })).send().await.expect(202);
            app.registers(&app.registration(&bea.name)).await.expect(201);
            app.registers(&app.registration("Ada Byron")).await.expect(201);
            app.post("/v1/email-verifications", json!({ "email": "ada.byron@example.org" })).send().await.expect(202);
            app.requests_are_decided().await;
        }
        assert_eq!((rows_of(&app, "reset_password").await, rows_of(&app, "already_registered").await), (2, 1));
        let links = rows_of(&app, "verify_email").await - before;
        assert!((4..=12).contains(&links), "{links}");
    }

    async fn a_message_that_may_have_arrived_is_not_sent_again_and_again(app: TestApp) {
        let server = MailServer::start();
        let (sender, avery) = (server.sender(), app.administrator().await);
        server.is(Mood::TakesAndCuts);
        let person = json!({ "email": "new@example.org", "name": "Nora New", "role": "clinician" });
        avery.post("/v1/staff", person).send().await.expect(201);
        let in_doubt = async || {
            for _ in 0..3 {
                send_due(&app.platform, &sender).await.unwrap();
                app.clock.advance(TimeDelta::minutes(1));
            }
            assert_eq!(kinds_in(&app, "in_doubt").await.len(), 1);
            avery.back().await
        };
        let avery_now = in_doubt().await;
        let id = avery_now.sees_messages("in_doubt").await[0]["id"].as_str().unwrap().to_owned();
        for _ in 0..4 {
            avery.back().await.replays(&id).await.expect(200);
            in_doubt().await;
        }
        let replays_all = async || {
            let all = json!({ "state": "in_doubt" });
            avery.back().await.post("/v1/message-replays", all).send().await.expect(200).json["count"].clone()
        };
        assert_eq!(replays_all().await, 1);
        in_doubt().await;
        assert_eq!(replays_all().await, 0);
        expect_to_wait(avery.back().await.replays(&id).await);
        assert_eq!(kinds_in(&app, "in_doubt").await.len(), 1);
    }
}
