//! What the service does by itself. Every task may run in several instances at once without harm.

use std::time::Duration;

use tokio::task::JoinHandle;

use super::Parts;
use crate::care::feedback;
use crate::care::follow_ups::chasing;
use crate::care::groups;
use crate::access::funding;
use crate::identity::accounts;
use crate::insight;
use crate::platform::audit;
use crate::platform::http::idempotency;
use crate::platform::outbox::{transport::Transport, worker};
use crate::platform::tasks::{Stopping, every};
use crate::scheduling::calendar;

/// Starts all tasks; each ends after its present round when told to stop.
pub fn start(parts: &Parts, transport: &Transport, stopping: &Stopping) -> Vec<JoinHandle<()>> {
    let send = {
        let (platform, transport) = (parts.platform.clone(), transport.clone());
        every("outbox", Duration::from_secs(1), stopping.clone(), move || {
            let (platform, transport) = (platform.clone(), transport.clone());
            async move { worker::send_due(&platform, &transport).await }
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
                        Ok(0)
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
    let follow_ups = {
        let platform = parts.platform.clone();
        every("follow_ups", Duration::from_secs(60), stopping.clone(), move || {
            let platform = platform.clone();
            async move { chasing::look_at_due(&platform).await }
        })
    };
    let group_sessions = {
        let platform = parts.platform.clone();
        every("extend_group_sessions", Duration::from_secs(3600), stopping.clone(), move || {
            let (platform, work) = (platform.clone(), platform.clone());
            async move {
                let now = platform.clock.now();
                platform.db.write(move |conn| groups::extend(conn, &work.sealer, now)).await
            }
        })
    };
    let group_offers = {
        let platform = parts.platform.clone();
        every("group_offers", Duration::from_secs(60), stopping.clone(), move || {
            let (platform, work) = (platform.clone(), platform.clone());
            async move {
                let now = platform.clock.now();
                platform.db.write(move |conn| groups::pass_on_offers(conn, &work, now)).await
            }
        })
    };
    let ask = {
        let platform = parts.platform.clone();
        every("feedback", Duration::from_secs(900), stopping.clone(), move || {
            let (db, now) = (platform.db.clone(), platform.clock.now());
            let (sealer, app_url) = (platform.sealer.clone(), platform.policy.app_url.clone());
            async move {
                db.write(move |conn| Ok(feedback::invite_due(conn, &sealer, &app_url, now)? + feedback::release_due(conn, now)?))
                    .await
            }
        })
    };
    let count = {
        let platform = parts.platform.clone();
        every("statistics", Duration::from_secs(3600), stopping.clone(), move || {
            let (db, sealer, now) = (platform.db.clone(), platform.sealer.clone(), platform.clock.now());
            async move { db.write(move |conn| insight::publish_due(conn, &sealer, now)).await }
        })
    };
    let funding = {
        let platform = parts.platform.clone();
        every("funding", Duration::from_secs(900), stopping.clone(), move || {
            let platform = platform.clone();
            async move {
                let now = platform.clock.now();
                let work = platform.clone();
                platform.db.write(move |conn| funding::watch::round(conn, &work, now)).await
            }
        })
    };
    vec![send, chain, sweep, extend, follow_ups, group_sessions, group_offers, ask, count, funding]
}
