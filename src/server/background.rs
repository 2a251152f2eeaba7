//! What the service does by itself. Every task may run in several instances at once without harm.

use std::time::Duration;

use tokio::task::JoinHandle;

use super::Parts;
use crate::access::{contacts, funding, registration, self_check};
use crate::care::follow_ups::chasing;
use crate::care::{feedback, groups};
use crate::insight;
use crate::partners::outreach;
use crate::people::{accounts, sign_in};
use crate::platform::Platform;
use crate::platform::audit;
use crate::platform::db::Conn;
use crate::platform::error::Result;
use crate::platform::http::idempotency;
use crate::platform::ids::UtcTime;
use crate::platform::outbox::worker::{self, Sender};
use crate::platform::outbox::{Carrier, delivery, keeping};
use crate::platform::rests;
use crate::platform::tasks::{Stopping, every};
use crate::reference::signposts as signposting;
use crate::scheduling::calendar;

/// Starts all tasks; each ends after its present round when told to stop, and what sends messages hands its claims back.
pub fn start(parts: &Parts, sender: &Sender, stopping: &Stopping) -> Vec<JoinHandle<()>> {
    let send = Carrier::ALL
        .iter()
        .map(|carrier| actix_web::rt::spawn(worker::work(parts.platform.clone(), sender.clone(), *carrier, stopping.clone())));
    let follow = {
        let (platform, transport) = (parts.platform.clone(), sender.transport.clone());
        every("delivery", Duration::from_secs(10), stopping.clone(), move || {
            let (platform, transport) = (platform.clone(), transport.clone());
            async move { delivery::ask_due(&platform, &transport).await }
        })
    };
    let check = {
        let db = parts.platform.db.clone();
        every("database_check", Duration::from_secs(5), stopping.clone(), move || {
            let db = db.clone();
            async move {
                // What it finds is said in the log and shown in the figures by the database itself.
                let _ = db.check(Duration::from_secs(5)).await;
                Ok(0)
            }
        })
    };
    let count = {
        let (platform, carriers) = (parts.platform.clone(), sender.carriers.clone());
        every("message_figures", Duration::from_secs(15), stopping.clone(), move || {
            let (platform, carriers) = (platform.clone(), carriers.clone());
            async move {
                carriers.publish();
                let now = platform.clock.now();
                keeping::publish(&platform.db.read(move |conn| keeping::figures(conn, now)).await?, now);
                Ok(0)
            }
        })
    };
    let chain = {
        let db = parts.platform.db.clone();
        every("audit_chain", Duration::from_secs(5), stopping.clone(), move || {
            let db = db.clone();
            async move { db.write(audit::chain).await }
        })
    };
    let sweep = {
        let parts = parts.clone();
        every("sweep", Duration::from_secs(600), stopping.clone(), move || {
            let parts = parts.clone();
            async move {
                parts.throttle().sweep();
                let now = parts.platform.clock.now();
                parts
                    .platform
                    .db
                    .write(move |conn| {
                        idempotency::sweep(conn, now)?;
                        accounts::queries::sweep_tokens(conn, now)?;
                        registration::queries::pending::sweep(conn, now)?;
                        rests::sweep(conn, now)?;
                        sign_in::places::sweep(conn, now)?;
                        keeping::sweep(conn, now)
                    })
                    .await
            }
        })
    };
    let extend = {
        let platform = parts.platform.clone();
        every("extend_slots", Duration::from_secs(3600), stopping.clone(), move || {
            let platform = platform.clone();
            async move {
                let now = platform.clock.now();
                platform.db.write(move |conn| calendar::extend(conn, now)).await
            }
        })
    };
    let directory = {
        let platform = parts.platform.clone();
        every("directory_figures", Duration::from_secs(3600), stopping.clone(), move || {
            let platform = platform.clone();
            async move {
                let (days, today) = (platform.policy.signpost_check_days, platform.clock.now().london_day());
                signposting::publish(platform.db.read(move |conn| signposting::count_unchecked(conn, days, today)).await?);
                Ok(0)
            }
        })
    };
    let follow_ups = {
        let platform = parts.platform.clone();
        every("follow_ups", Duration::from_secs(60), stopping.clone(), move || {
            let platform = platform.clone();
            async move { chasing::look_at_due(&platform).await }
        })
    };
    let rounds = [
        round(parts, stopping, "address_requests", 1, registration::confirming::decide_due),
        round(parts, stopping, "extend_group_sessions", 3600, |conn, platform, now| groups::extend(conn, &platform.sealer, now)),
        round(parts, stopping, "group_offers", 60, groups::pass_on_offers),
        round(parts, stopping, "feedback", 900, |conn, platform, now| {
            let asked = feedback::invite_due(conn, &platform.sealer, now)?;
            Ok(asked + feedback::release_due(conn, now)?)
        }),
        round(parts, stopping, "statistics", 3600, |conn, platform, now| insight::publish_due(conn, &platform.sealer, now)),
        round(parts, stopping, "funding", 900, funding::watch::round),
        round(parts, stopping, "contacts", 3600, contacts::watch::forget_due),
        round(parts, stopping, "contact_tasks", 60, contacts::watch::remind_due),
        round(parts, stopping, "outreach", 5, outreach::sending::round),
        round(parts, stopping, "outreach_ends", 60, outreach::closing::round),
        round(parts, stopping, "outreach_deliveries", 900, outreach::closing::note_deliveries),
        round(parts, stopping, "self_checks", 3600, |conn, _, now| self_check::sweep(conn, now)),
        round(parts, stopping, "former_colleagues", 3600, |conn, _, now| accounts::marks::lapse(conn, now)),
    ];
    let tasks = [follow, check, count, chain, sweep, extend, directory, follow_ups];
    send.chain(tasks).chain(rounds).collect()
}

/// A task whose every round is one transaction.
fn round(
    parts: &Parts,
    stopping: &Stopping,
    name: &'static str,
    seconds: u64,
    work: fn(&mut Conn, &Platform, UtcTime) -> Result<usize>,
) -> JoinHandle<()> {
    let platform = parts.platform.clone();
    every(name, Duration::from_secs(seconds), stopping.clone(), move || {
        let (platform, within) = (platform.clone(), platform.clone());
        async move {
            let now = platform.clock.now();
            platform.db.write(move |conn| work(conn, &within, now)).await
        }
    })
}
