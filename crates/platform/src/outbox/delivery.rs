//! The delivery status of text messages: the gateway is asked from time to time, less and less often, for three days.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::notify::DeliveryStatus;
use super::transport::Transport;
use super::worker::on_own_thread;
use super::{MessageState, admin};
use crate::Platform;
use crate::Tx;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{Id, UtcTime};
use crate::schema::outbox;

/// How many messages one run asks about.
const BATCH: i64 = 20;
/// How long an instance has for one run before another instance may ask about the same messages.
const POLL_LEASE: TimeDelta = TimeDelta::minutes(5);
/// NHS Notify reports a text message as failed after 72 hours, so its status is not asked for after that.
const MAX_POLLING: TimeDelta = TimeDelta::hours(73);

#[derive(Queryable, Debug)]
struct PolledMessage {
    id: Id,
    remote_id: Option<String>,
    sent_at: Option<UtcTime>,
}

/// Asks about the text messages that are due for it; returns how many.
///
/// # Errors
/// When the database cannot be reached. A gateway that does not answer is asked again later.
pub async fn poll_due(platform: &Platform, transport: &Transport) -> Result<usize> {
    let Some(gateway) = transport.gateway() else { return Ok(0) };
    let open = platform.write(claim_due).await?;
    let count = open.len();
    for PolledMessage { id, remote_id, sent_at } in open {
        let (Some(remote), Some(sent_at)) = (remote_id, sent_at) else { continue };
        let (gateway, now) = (gateway.clone(), platform.clock.now());
        let response = on_own_thread(move || gateway.delivery_status(&remote, now)).await;
        let status = match response {
            Ok(Ok(Some(status))) => status,
            Ok(Ok(None)) => DeliveryStatus::UnderWay,
            _ => {
                tracing::warn!(message.id = %id, "the text gateway did not answer a question about a message");
                DeliveryStatus::UnderWay
            }
        };
        platform.write(move |tx| record_status(tx, id, sent_at, status)).await?;
    }
    Ok(count)
}

fn claim_due(tx: &mut Tx) -> Result<Vec<PolledMessage>> {
    let due = outbox::table.filter(outbox::poll_at.le(Some(tx.now))).order(outbox::poll_at).limit(BATCH).select((
        outbox::id,
        outbox::remote_id,
        outbox::sent_at,
    ));
    let open: Vec<PolledMessage> = match tx.conn {
        Conn::Postgres(inner) => due.for_update().skip_locked().load(inner)?,
        Conn::Sqlite(inner) => due.load(inner)?,
    };
    let ids: Vec<Id> = open.iter().map(|one| one.id).collect();
    diesel::update(outbox::table.filter(outbox::id.eq_any(ids)))
        .set(outbox::poll_at.eq(Some(tx.now + POLL_LEASE)))
        .execute(tx.conn)?;
    Ok(open)
}

fn record_status(tx: &mut Tx, id: Id, sent_at: UtcTime, status: DeliveryStatus) -> Result<()> {
    let sent = outbox::table.find(id).filter(outbox::state.eq(MessageState::Sent));
    match status {
        DeliveryStatus::UnderWay => {
            let age = tx.now.get() - sent_at.get();
            let next = (age < MAX_POLLING).then(|| tx.now + age.clamp(TimeDelta::seconds(30), TimeDelta::hours(1)));
            diesel::update(sent).set(outbox::poll_at.eq(next)).execute(tx.conn)?
        }
        DeliveryStatus::Delivered => diesel::update(sent)
            .set((outbox::state.eq(MessageState::Delivered), outbox::poll_at.eq(None::<UtcTime>)))
            .execute(tx.conn)?,
        DeliveryStatus::Failed(what) => diesel::update(sent)
            .set((
                outbox::state.eq(MessageState::Failed),
                outbox::failure.eq(Some(what)),
                outbox::poll_at.eq(None::<UtcTime>),
                outbox::keep_until.eq(Some(tx.now + admin::RETAIN_UNSENT)),
            ))
            .execute(tx.conn)?,
    };
    Ok(())
}
