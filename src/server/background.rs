//! What the service does by itself. Every task may run in several instances at once without harm.

use platform::Tx;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::Parts;
use crate::access::{contacts, funding, registration, self_check};
use crate::care::follow_ups::chasing;
use crate::care::{feedback, groups};
use crate::insight;
use crate::partners::outreach;
use crate::people::{accounts, sign_in};
use crate::platform::audit;
use crate::platform::error::Result;
use crate::platform::http::idempotency;
use crate::platform::outbox::worker::{self, Sender};
use crate::platform::outbox::{Carrier, delivery, keeping};
use crate::platform::rests;
use crate::platform::tasks::{Stopping, every};
use crate::reference::signposts;
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
                keeping::publish(&platform.read(keeping::figures).await?, now);
                Ok(0)
            }
        })
    };
    let chain = {
        let platform = parts.platform.clone();
        every("audit_chain", Duration::from_secs(5), stopping.clone(), move || {
            let platform = platform.clone();
            async move { platform.write(audit::chain).await }
        })
    };
    let sweep = {
        let parts = parts.clone();
        every("sweep", Duration::from_secs(600), stopping.clone(), move || {
            let parts = parts.clone();
            async move {
                parts.throttle().sweep();
                parts
                    .platform
                    .write(|tx| {
                        idempotency::sweep(tx)?;
                        accounts::queries::sweep_tokens(tx)?;
                        registration::queries::pending::sweep(tx)?;
                        rests::sweep(tx)?;
                        sign_in::places::sweep(tx)?;
                        keeping::sweep(tx)
                    })
                    .await
            }
        })
    };
    let forget = {
        let passwords = parts.passwords().clone();
        every("password_memory", Duration::from_secs(60), stopping.clone(), move || {
            passwords.give_back_unused();
            std::future::ready(Ok(0))
        })
    };
    let extend = {
        let platform = parts.platform.clone();
        every("extend_slots", Duration::from_secs(3600), stopping.clone(), move || {
            let platform = platform.clone();
            async move { platform.write(calendar::extend).await }
        })
    };
    let directory = {
        let platform = parts.platform.clone();
        every("directory_figures", Duration::from_secs(3600), stopping.clone(), move || {
            let platform = platform.clone();
            async move {
                let (days, today) = (platform.policy.signpost_check_days, platform.clock.now().london_day());
                signposts::publish(platform.read(move |tx| signposts::count_unchecked(tx, days, today)).await?);
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
        round(parts, stopping, "extend_group_sessions", 3600, groups::extend),
        round(parts, stopping, "group_offers", 60, groups::pass_on_offers),
        round(parts, stopping, "feedback", 900, |tx| {
            let asked = feedback::invite_due(tx)?;
            Ok(asked + feedback::release_due(tx)?)
        }),
        round(parts, stopping, "statistics", 3600, insight::publish_due),
        round(parts, stopping, "funding", 900, funding::watch::round),
        round(parts, stopping, "contacts", 3600, contacts::watch::forget_due),
        round(parts, stopping, "contact_tasks", 60, contacts::watch::remind_due),
        round(parts, stopping, "outreach", 5, outreach::sending::round),
        round(parts, stopping, "outreach_ends", 60, outreach::closing::round),
        round(parts, stopping, "outreach_deliveries", 900, outreach::closing::note_deliveries),
        round(parts, stopping, "self_checks", 3600, self_check::sweep),
        round(parts, stopping, "former_colleagues", 3600, accounts::marks::lapse),
    ];
    let tasks = [follow, check, count, chain, sweep, forget, extend, directory, follow_ups];
    send.chain(tasks).chain(rounds).collect()
}

/// A task whose every round is one transaction.
fn round(
    parts: &Parts,
    stopping: &Stopping,
    name: &'static str,
    seconds: u64,
    work: fn(&mut Tx) -> Result<usize>,
) -> JoinHandle<()> {
    let platform = parts.platform.clone();
    every(name, Duration::from_secs(seconds), stopping.clone(), move || {
        let platform = platform.clone();
        async move { platform.write(work).await }
    })
}
