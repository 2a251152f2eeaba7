//! Ten thousand staff, two instances of which one dies in the middle, people who say no before and meanwhile: in the end everybody
//! who did not say no has exactly one message in the post, and nobody else has any.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use confide::access::outreach::links::AddressKey;
use confide::access::outreach::model::OptOutSource;
use confide::access::outreach::sending;
use confide::identity::Role;
use confide::platform::error::Error;
use serde_json::json;

use crate::on_both_engines;
use crate::support::TestApp;
use crate::support::app::Wishes;
use crate::support::outreach::staff_addresses;

const STAFF: usize = 10_000;
const PER_MINUTE: i64 = 1000;

async fn say_no(app: &TestApp, addresses: Vec<String>) {
    let (sealer, now) = (app.platform.sealer.clone(), app.now());
    app.sql(move |conn| {
        addresses
            .iter()
            .try_for_each(|address| sending::opt_out(conn, &sealer, AddressKey::of(&sealer, address), OptOutSource::Link, now))
    })
    .await;
}

/// A round that does all its work and dies before it is committed.
async fn dies_in_the_middle(app: &TestApp) {
    let (platform, now) = (app.platform.clone(), app.now());
    let died = app.platform.db.write(move |conn| {
        assert!(sending::round(conn, &platform, now)? > 0, "it had nothing in hand");
        Err::<(), _>(Error::internal("killed"))
    });
    assert!(died.await.is_err());
}

on_both_engines! {
    async fn ten_thousand_staff_get_one_message_each_or_none(app: TestApp) {
        let (cory, dana) = (app.coordinator().await, app.staff("Dana Desk", Role::Coordinator).await);
        let staff = staff_addresses(STAFF);
        let every = |step: usize, offset: usize| staff.iter().skip(offset).step_by(step).cloned().collect::<Vec<_>>();
        let before = every(50, 7);
        say_no(&app, before.clone()).await;
        cory.runs_outreach(&dana, json!({ "per_hour": 60_000, "channels": ["email"] }), &staff).await;

        let other = app.with_the_same_database(Wishes::default()).await;
        let mut unwilling: BTreeSet<String> = before.into_iter().collect();
        let mut earlier = 0;
        for minute in 0..20 {
            app.clock.advance(TimeDelta::minutes(1));
            // The other instance works until the fifth minute, and is gone in the middle of it.
            if minute < 4 {
                tokio::join!(app.outreach_goes(), other.outreach_goes());
            } else if minute == 4 {
                let goes_on = async { for _ in 0..5 { other.outreach_round().await; } dies_in_the_middle(&other).await };
                tokio::join!(app.outreach_goes(), goes_on);
            } else {
                app.outreach_goes().await;
            }
            if minute % 3 == 0 {
                // Some of these have their message in the post already, some do not.
                let now_no: Vec<String> = every(400, 3 + usize::try_from(minute).unwrap());
                say_no(&app, now_no.clone()).await;
                unwilling.extend(now_no);
            }
            let had_their_turn = app.outreach_recipients("sent").await.0 + app.outreach_recipients("skipped").await.0;
            assert!(had_their_turn - earlier <= PER_MINUTE + 1, "{} in one minute", had_their_turn - earlier);
            earlier = had_their_turn;
        }

        assert_eq!(app.outreach_recipients("waiting").await.0, 0, "somebody was lost");
        let post = app.outreach_post().await;
        assert!(post.values().all(|count| *count == 1), "somebody is written to twice");
        let written_to: BTreeSet<String> = post.into_keys().collect();
        let expected: BTreeSet<String> = staff.into_iter().filter(|address| !unwilling.contains(address)).collect();
        assert_eq!(written_to.len(), expected.len());
        assert!(written_to == expected);
        assert!(unwilling.len() > 300 && expected.len() > 9_600);
    }
}
