//! The end of a campaign: what may be published about it is counted once, and every contact is deleted. Each run decides from the
//! present state, so that several instances may work at once.

use chrono::TimeDelta;

use super::model::{OutreachEvent, OutreachState};
use super::queries::{self, Campaign, closed, recipients};
use super::{messages, rules};
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::admin;
use platform::recipient_limits;
use platform::recipient_limits::RecipientLimit;

/// How many contacts are deleted in one transaction.
const BATCH: i64 = 500;

/// How many messages with counts are sent to one employer's address. Further counts can be read through the API.
pub const COUNTS_LIMIT: RecipientLimit = RecipientLimit { kind: "outreach_counts", max: 10, within: TimeDelta::days(1) };

/// The name of the job in the log.
const JOB: &str = "outreach_ends";

/// One run; returns how much was done.
///
/// # Errors
/// When the database cannot be reached. A campaign that cannot be ended or erased is logged, and the next run tries again.
pub fn run_due(tx: &mut Tx) -> Result<usize> {
    let mut done = 0;
    for id in closed::past_last_day(tx, tx.now.london_day())? {
        done += usize::from(tx.alone(JOB, id, |tx| end(tx, id))?.unwrap_or_default());
    }
    for id in closed::not_erased(tx)? {
        done += tx.alone(JOB, id, |tx| erase(tx, id))?.unwrap_or_default();
    }
    Ok(done)
}

/// Ends a campaign whose last day has passed.
fn end(tx: &mut Tx, id: Id) -> Result<bool> {
    let Some(mut campaign) = queries::locked(tx, id)? else { return Ok(false) };
    let Ok(next) = rules::step(campaign.state, OutreachEvent::Ended) else { return Ok(false) };
    if campaign.plan.ends_on >= tx.now.london_day() {
        return Ok(false);
    }
    (campaign.state, campaign.closed_at) = (next, Some(tx.now));
    queries::update_state(tx, &campaign, None)?;
    record_counts(tx, &campaign)?;
    audit::record(tx, Actor::SYSTEM, "outreach_campaign.ended", ("outreach_campaign", Some(id)))?;
    Ok(true)
}

/// Counts what may be published about a campaign that is over, once, and sends it to the employer's contact. A campaign that was
/// never approved has nothing to publish.
///
/// # Errors
/// When the database fails.
pub fn record_counts(tx: &mut Tx, campaign: &Campaign) -> Result<()> {
    if campaign.released_at.is_none() {
        return Ok(());
    }
    recipients::record_deliveries(tx, campaign.id, i64::MAX)?;
    let counts = rules::counts::of(&recipients::sent_recipients(tx, campaign.id)?);
    closed::store_counts(tx, campaign.id, &counts)?;
    let message = messages::counts(&campaign.plan.content.employer.email, &counts);
    if recipient_limits::count(tx, &recipient_limits::recipient(tx.sealer, &message), &COUNTS_LIMIT, tx.now)?.is_none() {
        outbox::queue_message(tx, "outreach_counts", &message)?;
    }
    Ok(())
}

/// Deletes some contacts of a campaign that is over, with the messages to them; returns how many. The run that finds none left
/// records that the campaign is erased.
fn erase(tx: &mut Tx, id: Id) -> Result<usize> {
    let some = recipients::page_of(tx, id, BATCH)?;
    if some.is_empty() {
        closed::mark_erased(tx, id)?;
        audit::record(tx, Actor::SYSTEM, "outreach_campaign.erased", ("outreach_campaign", Some(id)))?;
        return Ok(1);
    }
    let messages: Vec<Id> = some.iter().filter_map(|(_, message)| *message).collect();
    admin::erase(tx, &messages)?;
    recipients::delete(tx, &some.iter().map(|(id, _)| *id).collect::<Vec<_>>())?;
    Ok(some.len())
}

/// Records which messages have arrived while their campaigns run, because the outbox deletes this after a while.
///
/// # Errors
/// When the database cannot be reached. A campaign whose deliveries cannot be recorded is logged, and the next run tries again.
pub fn record_deliveries(tx: &mut Tx) -> Result<usize> {
    let mut noted = 0;
    for state in [OutreachState::Running, OutreachState::Paused] {
        for id in closed::in_state(tx, state)? {
            let recorded = tx.alone("outreach_deliveries", id, |tx| recipients::record_deliveries(tx, id, BATCH))?;
            noted += recorded.unwrap_or_default();
        }
    }
    Ok(noted)
}
