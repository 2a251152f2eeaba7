//! Background job of funding requests: approvals expire, and the people who must answer are reminded, once shortly before a time
//! limit and once after it. It works from the present state, so several instances may run it at once.

use chrono::Days;

use super::model::{EventDetails, FundingEvent, FundingParty};
use super::queries::{self, FundingRequest, due, events, sessions};
use super::{in_force, notifications, responders, rules};
use people::relationships::{Permit, Protected};
use platform::Tx;
use platform::audit::Actor;
use platform::error::Result;
use platform::ids::Id;

/// The name of the job in the log.
const JOB: &str = "funding";

/// Runs what is due; returns how much was done.
///
/// # Errors
/// When the database cannot be reached. A request that cannot be handled is logged, and the next run tries again.
pub fn run_due(tx: &mut Tx) -> Result<usize> {
    let today = tx.now.london_day();
    let mut done = 0;
    let mut over = due::expired_approvals(tx, today)?;
    // Always in the same order: two instances that lock the same rows cannot deadlock.
    over.sort();
    for id in over {
        done += usize::from(tx.alone(JOB, id, |tx| expire(tx, id))?.unwrap_or_default());
    }
    let near = today.checked_add_days(Days::new(u64::from(in_force::limits(tx)?.reminder_days))).unwrap_or(today);
    let mut waiting = due::due_for_reminder(tx, near, 0)?;
    waiting.extend(due::due_for_reminder(tx, today.pred_opt().unwrap_or(today), 1)?);
    waiting.sort();
    for id in waiting {
        done += usize::from(tx.alone(JOB, id, |tx| remind(tx, id))?.unwrap_or_default());
    }
    Ok(done)
}

/// Marks an approval as expired. Booked appointments remain; the coordinators decide about them.
fn expire(tx: &mut Tx, id: Id) -> Result<bool> {
    let Some(mut request) = queries::locked(tx, id)?.map(Protected::for_the_service) else { return Ok(false) };
    if rules::state_on(request.state, request.terms.valid_until, tx.now.london_day()) == request.state {
        return Ok(false);
    }
    request.state = rules::step(request.state, FundingEvent::Expired, FundingParty::System)?;
    request.due_on = None;
    queries::update(tx, &request)?;
    let what = (FundingEvent::Expired, request.state);
    events::append(tx, id, what, &EventDetails::default(), Actor::SYSTEM)?;
    Permit::for_the_service(request.practitioner).record(tx, "funding_request.expired", ("funding_request", Some(id)))?;
    notify_coordinators_of_unfunded(tx, &request)?;
    notifications::notify_updated(tx, &request)?;
    Ok(true)
}

/// Notifies the coordinators about upcoming appointments of a request that no longer pays for them, if there are any.
pub(super) fn notify_coordinators_of_unfunded(tx: &mut Tx, request: &FundingRequest) -> Result<()> {
    if sessions::upcoming(tx, request.id)?.is_empty() { Ok(()) } else { notifications::notify_unfunded(tx, request) }
}

fn remind(tx: &mut Tx, id: Id) -> Result<bool> {
    let Some(request) = queries::locked(tx, id)?.map(Protected::for_the_service) else { return Ok(false) };
    let (Some(due_on), today) = (request.due_on, tx.now.london_day()) else { return Ok(false) };
    let limits = in_force::limits(tx)?;
    let Some((reminder, next)) = rules::next_reminder(request.state, due_on, request.reminders_sent, today, &limits) else {
        return Ok(false);
    };
    if !due::set_reminded(tx, id, (request.reminders_sent, Some(due_on)), next)? {
        return Ok(false);
    }
    if reminder.is_none() {
        return Ok(true);
    }
    let recipients = responders::for_request(tx, &request)?;
    notifications::notify_answer_due(tx, &recipients, id)?;
    Permit::for_the_service(request.practitioner).record(tx, "funding_request.reminded", ("funding_request", Some(id)))?;
    Ok(true)
}
