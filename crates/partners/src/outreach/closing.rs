//! The end of a campaign: what may be told of it is counted once, and everybody's contact is deleted. Each round is decided from
//! the present state, so that several instances may do it at once.

use chrono::TimeDelta;

use super::model::{OutreachEvent, OutreachState};
use super::queries::{self, Campaign, closed, recipients};
use super::{letters, rules};
use platform::Platform;
use platform::audit;
use platform::audit::Actor;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::outbox;
use platform::outbox::keeping;
use platform::rests;
use platform::rests::Rest;

/// How many contacts go in one transaction.
const BATCH: i64 = 500;

/// How many counts of campaigns go to one employer's address. The counts of the others are read by operation.
pub const COUNTS_SENT: Rest = Rest { kind: "outreach_counts", most: 10, within: TimeDelta::days(1) };

/// One round; returns how much was done.
///
/// # Errors
/// When the database refuses; the next round tries again.
pub fn round(conn: &mut Conn, platform: &Platform, now: UtcTime) -> Result<usize> {
    let mut done = 0;
    for id in closed::over(conn, now.london_day())? {
        done += usize::from(end(conn, platform, id, now)?);
    }
    for id in closed::not_erased(conn)? {
        done += erase(conn, id, now)?;
    }
    Ok(done)
}

/// Ends a campaign whose last day has passed.
fn end(conn: &mut Conn, platform: &Platform, id: Id, now: UtcTime) -> Result<bool> {
    let Some(mut campaign) = queries::locked(conn, &platform.sealer, id)? else { return Ok(false) };
    let Ok(next) = rules::step(campaign.state, OutreachEvent::Ended) else { return Ok(false) };
    if campaign.plan.ends_on >= now.london_day() {
        return Ok(false);
    }
    (campaign.state, campaign.closed_at) = (next, Some(now));
    queries::move_to(conn, &campaign, None, now)?;
    settle(conn, platform, &campaign, now)?;
    audit::record(conn, Actor::SYSTEM, "outreach_campaign.ended", ("outreach_campaign", Some(id)), now)?;
    Ok(true)
}

/// Counts what may be told of a campaign that is over, once and for all, and tells the employer's contact. Of one that was never
/// released there is nothing to tell.
///
/// # Errors
/// When the database refuses.
pub fn settle(conn: &mut Conn, platform: &Platform, campaign: &Campaign, now: UtcTime) -> Result<()> {
    if campaign.released_at.is_none() {
        return Ok(());
    }
    recipients::note_deliveries(conn, campaign.id, i64::MAX)?;
    let counts = rules::counts::of(&recipients::facts(conn, campaign.id)?);
    closed::keep_counts(conn, &platform.sealer, campaign.id, &counts)?;
    let letter = letters::counts(&campaign.plan.told.employer.email, &counts);
    if rests::count(conn, &rests::recipient(&platform.sealer, &letter), &COUNTS_SENT, now)?.is_none() {
        outbox::queue_message(conn, &platform.sealer, "outreach_counts", &letter, now)?;
    }
    Ok(())
}

/// Deletes some contacts of a campaign that is over, with the messages to them; returns how many. The last round says that it was
/// the last.
fn erase(conn: &mut Conn, id: Id, now: UtcTime) -> Result<usize> {
    let some = recipients::some_of(conn, id, BATCH)?;
    if some.is_empty() {
        closed::erased(conn, id, now)?;
        audit::record(conn, Actor::SYSTEM, "outreach_campaign.erased", ("outreach_campaign", Some(id)), now)?;
        return Ok(1);
    }
    let messages: Vec<Id> = some.iter().filter_map(|(_, message)| *message).collect();
    keeping::forget(conn, &messages)?;
    recipients::delete(conn, &some.iter().map(|(id, _)| *id).collect::<Vec<_>>())?;
    Ok(some.len())
}

/// Notes which texts have arrived while their campaigns run: the post forgets it after a while.
///
/// # Errors
/// When the database refuses; the next round tries again.
pub fn note_deliveries(conn: &mut Conn, _platform: &Platform, _now: UtcTime) -> Result<usize> {
    let mut noted = 0;
    for state in [OutreachState::Running, OutreachState::Paused] {
        for id in closed::in_state(conn, state)? {
            noted += recipients::note_deliveries(conn, id, BATCH)?;
        }
    }
    Ok(noted)
}
