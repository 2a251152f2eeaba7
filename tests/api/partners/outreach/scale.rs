//! Ten thousand recipients; an instance that is killed (`kill -9`, the real binary); two more, one of which dies in the middle
//! of a transaction; opt-outs before and during the campaign. In the end every address that has not opted out has exactly one
//! queued message, and no other address has any.

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

use crate::support::app::{TestSettings, test_keys};
use crate::support::outreach::staff_addresses;
use crate::support::program::{Running, confide};
use crate::support::races::at_once;
use crate::support::{TestApp, apply, both_engines};

const STAFF: usize = 10_000;
const PER_MINUTE: i64 = 1000;

async fn opt_out(app: &TestApp, addresses: Vec<String>) {
    app.write(move |tx| {
        addresses.iter().try_for_each(|address| sending::opt_out(tx, AddressKey::of(tx.sealer, address), OptOutSource::Link))
    })
    .await;
}

/// The real service on the test's database, on the real clock. It reaches no mail server, so its messages stay queued.
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

    /// Lets it send some messages and kills it during the next.
    async fn dies_during_a_run(self, app: &TestApp) {
        let begun = Instant::now();
        while app.outreach_recipient_counts("sent").await.0 < 100 {
            assert!(begun.elapsed() < Duration::from_secs(90), "it sends nothing");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.0.kill_and_wait();
    }
}

/// A fast campaign that also runs on the real clock, at any time of day.
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

/// A job run that does all its work and dies before it commits.
async fn dies_during_a_run(app: &TestApp) {
    let died = app.platform.write(move |tx| {
        // Without claimed recipients it would not die in the middle of its work.
        if sending::run_due(tx)? > 1 { Err(Error::internal("killed")) } else { Ok(()) }
    });
    assert!(died.await.is_err(), "it had claimed nothing");
}

#[apply(both_engines)]
async fn ten_thousand_recipients_get_one_message_each_or_none(app: TestApp) {
    app.clock.advance(Clock::system().now().get() - app.now().get());
    let (cory, dana) = app.two_coordinators().await;
    let staff = staff_addresses(STAFF);
    let every = |step: usize, offset: usize| staff.iter().skip(offset).step_by(step).cloned().collect::<Vec<_>>();
    let before = every(50, 7);
    opt_out(&app, before.clone()).await;
    cory.runs_campaign(&dana, a_fast_campaign(&app), &staff).await;
    Instance::start(&app).dies_during_a_run(&app).await;
    app.clock.advance(Clock::system().now().get() - app.now().get());

    let other = app.with_the_same_database(TestSettings::default()).await;
    let mut opted_out: BTreeSet<String> = before.into_iter().collect();
    let mut earlier = app.outreach_recipient_counts("sent").await.0 + app.outreach_recipient_counts("skipped").await.0;
    assert!((100..1000).contains(&earlier), "{earlier} were processed when it was killed");
    for minute in 0..30 {
        app.clock.advance(TimeDelta::minutes(1));
        // The other instance works until the fifth minute and dies during it.
        if minute < 4 {
            at_once(2, |number| [&app, &other][number].queue_due_outreach()).await;
        } else if minute == 4 {
            for _ in 0..5 {
                other.queue_outreach_batch().await;
            }
            dies_during_a_run(&other).await;
            app.queue_due_outreach().await;
        } else {
            app.queue_due_outreach().await;
        }
        if minute % 3 == 0 {
            // Some of these already have a queued message, some do not.
            let opting_out: Vec<String> = every(400, 3 + usize::try_from(minute).unwrap());
            opt_out(&app, opting_out.clone()).await;
            opted_out.extend(opting_out);
        }
        let processed = app.outreach_recipient_counts("sent").await.0 + app.outreach_recipient_counts("skipped").await.0;
        assert!(processed - earlier <= PER_MINUTE + 1, "{} in one minute", processed - earlier);
        earlier = processed;
    }

    assert_eq!(app.outreach_recipient_counts("waiting").await.0, 0, "a recipient was left out");
    let messages = app.outreach_messages_by_address().await;
    assert!(messages.values().all(|count| *count == 1), "a recipient has two messages");
    let written_to: BTreeSet<String> = messages.into_keys().collect();
    let expected: BTreeSet<String> = staff.into_iter().filter(|address| !opted_out.contains(address)).collect();
    assert_eq!(written_to.len(), expected.len());
    assert!(written_to == expected);
    assert!(opted_out.len() > 300 && expected.len() > 9_400);
}
