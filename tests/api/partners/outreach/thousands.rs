//! Ten thousand staff, an instance that is killed (`kill -9`, the real binary), two more of which one dies in the middle of a
//! transaction, people who say no before and meanwhile: in the end everybody who did not say no has exactly one message in the
//! post, and nobody else has any.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use chrono_tz::Europe::London;
use confide::partners::outreach::links::AddressKey;
use confide::partners::outreach::model::OptOutSource;
use confide::partners::outreach::sending;
use confide::platform::clock::Clock;
use confide::platform::db::Engine;
use confide::platform::error::Error;
use serde_json::{Value, json};

use crate::support::app::{Wishes, test_keys};
use crate::support::outreach::staff_addresses;
use crate::support::program::{Running, confide};
use crate::support::races::at_once;
use crate::support::{TestApp, apply, both_engines};

const STAFF: usize = 10_000;
const PER_MINUTE: i64 = 1000;

async fn say_no(app: &TestApp, addresses: Vec<String>) {
    app.write(move |tx| {
        addresses.iter().try_for_each(|address| sending::opt_out(tx, AddressKey::of(tx.sealer, address), OptOutSource::Link))
    })
    .await;
}

/// The real service on the test's database, on the real clock. It reaches no mail server, so that the post stays where it is.
struct Instance(Running);

impl Instance {
    fn start(app: &TestApp) -> Self {
        let database = match &app.engine {
            Engine::Sqlite(path) => format!("sqlite:{}", path.display()),
            Engine::Postgres(url) => url.clone(),
        };
        let mut command = confide(&["serve"]);
        command
            .env("DATABASE_URL", database)
            .env("CONFIDE_KEYS", test_keys().to_text())
            .env("CONFIDE_LISTEN", "127.0.0.1:0")
            .env("CONFIDE_SMTP_URL", "smtp://127.0.0.1:1")
            .env("CONFIDE_OUTBOX_DIR", app.outbox_folder())
            .env("CONFIDE_DATABASE_CONNECTIONS", "2")
            .env("RUST_LOG", "off")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Self(Running::start(&mut command))
    }

    /// Lets it send some messages, and kills it over the next.
    async fn dies_in_the_middle(self, app: &TestApp) {
        let begun = Instant::now();
        while app.outreach_recipients("sent").await.0 < 100 {
            assert!(begun.elapsed() < Duration::from_secs(90), "it sends nothing");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.0.killed();
    }
}

/// A fast campaign that runs by the real clock, too, whatever the time of day.
fn a_fast_campaign(app: &TestApp) -> Value {
    let wall = app.now().get().with_timezone(&London);
    let later = |hours| (wall + TimeDelta::hours(hours)).format("%H:%M").to_string();
    let today = wall.date_naive();
    json!({
        "per_hour": 60_000, "channels": ["email"], "starts_at": app.now(), "ends_on": today + chrono::Days::new(7),
        "quiet_hours": { "from": later(10), "until": later(11) },
        "statement": { "given_by": "Director of people", "given_on": today, "legal_basis": "public_task" }
    })
}

/// A round that does all its work and dies before it is committed.
async fn dies_in_the_middle(app: &TestApp) {
    let died = app.platform.write(move |tx| {
        // With nothing in hand it would not have died in the middle of anything.
        if sending::run_due(tx)? > 1 { Err(Error::internal("killed")) } else { Ok(()) }
    });
    assert!(died.await.is_err(), "it had nothing in hand");
}

#[apply(both_engines)]
async fn ten_thousand_staff_get_one_message_each_or_none(app: TestApp) {
    app.clock.advance(Clock::system().now().get() - app.now().get());
    let (cory, dana) = app.two_coordinators().await;
    let staff = staff_addresses(STAFF);
    let every = |step: usize, offset: usize| staff.iter().skip(offset).step_by(step).cloned().collect::<Vec<_>>();
    let before = every(50, 7);
    say_no(&app, before.clone()).await;
    cory.runs_outreach(&dana, a_fast_campaign(&app), &staff).await;
    Instance::start(&app).dies_in_the_middle(&app).await;
    app.clock.advance(Clock::system().now().get() - app.now().get());

    let other = app.with_the_same_database(Wishes::default()).await;
    let mut unwilling: BTreeSet<String> = before.into_iter().collect();
    let mut earlier = app.outreach_recipients("sent").await.0 + app.outreach_recipients("skipped").await.0;
    assert!((100..1000).contains(&earlier), "{earlier} had their turn when it was killed");
    for minute in 0..30 {
        app.clock.advance(TimeDelta::minutes(1));
        // The other instance works until the fifth minute, and is gone in the middle of it.
        if minute < 4 {
            at_once(2, |number| [&app, &other][number].outreach_goes()).await;
        } else if minute == 4 {
            for _ in 0..5 {
                other.outreach_round().await;
            }
            dies_in_the_middle(&other).await;
            app.outreach_goes().await;
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
    assert!(unwilling.len() > 300 && expected.len() > 9_400);
}
