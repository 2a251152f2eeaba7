//! What the service does about requests by itself: approvals expire, and whoever keeps others waiting is reminded, once when
//! a limit is near and once when it has passed. Decided from the present state, so that several instances may do it at once.

use chrono::Days;

use super::catalogue::figures;
use super::model::{FundingEvent, FundingParty, FundingState, Said};
use super::queries::{self, Request, areas, due, events, uses};
use super::{notices, rules};
use people::Role;
use people::accounts::queries as accounts;
use people::relationships::conflicts;
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::Result;
use platform::ids::Id;
use reference::workforce;
use reference::workforce::rules::heirs;

/// One round; returns how much was done.
///
/// # Errors
/// When the database refuses; the next round tries again.
pub fn round(tx: &mut Tx) -> Result<usize> {
    let today = tx.now.london_day();
    let mut done = 0;
    let mut over = due::over(tx, today)?;
    // Always in the same order: two instances that lock the same rows do not wait in a circle.
    over.sort();
    for id in over {
        done += usize::from(expire(tx, id)?);
    }
    let near = today.checked_add_days(Days::new(u64::from(figures().limits(today)?.reminder_days))).unwrap_or(today);
    let mut waiting = due::up_to(tx, near, 0)?;
    waiting.extend(due::up_to(tx, today.pred_opt().unwrap_or(today), 1)?);
    waiting.sort();
    for id in waiting {
        done += usize::from(remind(tx, id)?);
    }
    Ok(done)
}

/// Writes down that an approval's day has passed. What is booked stays booked; the coordinators are asked about it.
fn expire(tx: &mut Tx, id: Id) -> Result<bool> {
    let Some(mut request) = queries::locked(tx, id)? else { return Ok(false) };
    if rules::standing(request.state, request.terms.valid_until, tx.now.london_day()) == request.state {
        return Ok(false);
    }
    request.state = rules::step(request.state, FundingEvent::Expired, FundingParty::System)?;
    request.due_on = None;
    queries::write(tx, &request)?;
    let what = (FundingEvent::Expired, request.state);
    events::note(tx, id, what, &Said::default(), Actor::SYSTEM)?;
    audit::record(tx, Actor::SYSTEM, "funding_request.expired", ("funding_request", Some(id)))?;
    ask_coordinators(tx, &request)?;
    notices::news(tx, &request)?;
    Ok(true)
}

/// Asks the coordinators about appointments to come of a request that no longer pays for them, if there are any.
pub(super) fn ask_coordinators(tx: &mut Tx, request: &Request) -> Result<()> {
    if uses::to_come(tx, request.id)?.is_empty() { Ok(()) } else { notices::uncovered(tx, request) }
}

fn remind(tx: &mut Tx, id: Id) -> Result<bool> {
    let Some(request) = queries::locked(tx, id)? else { return Ok(false) };
    let (Some(due_on), today) = (request.due_on, tx.now.london_day()) else { return Ok(false) };
    let limits = figures().limits(today)?;
    let Some((reminder, next)) = rules::reminder(request.state, due_on, request.reminded, today, limits) else {
        return Ok(false);
    };
    if !due::set_reminded(tx, id, (request.reminded, Some(due_on)), next)? {
        return Ok(false);
    }
    if reminder.is_none() {
        return Ok(true);
    }
    let whom = waited_for(tx, &request)?;
    notices::answer_awaited(tx, &whom, id)?;
    audit::record(tx, Actor::SYSTEM, "funding_request.reminded", ("funding_request", Some(id)))?;
    Ok(true)
}

/// Whose answer a request waits for. Where an area has no commissioner here, the coordinators must see to it.
pub(super) fn waited_for(tx: &mut Tx, request: &Request) -> Result<Vec<Id>> {
    match request.state {
        FundingState::Panel | FundingState::Reconsideration | FundingState::Appeal => {
            let commissioners = deciders(tx, request)?;
            if commissioners.is_empty() { coordinators(tx, request) } else { Ok(commissioners) }
        }
        FundingState::Submitted | FundingState::Screening => coordinators(tx, request),
        _ => Ok(vec![request.practitioner]),
    }
}

/// The coordinators who may know of the person.
pub(super) fn coordinators(tx: &mut Tx, request: &Request) -> Result<Vec<Id>> {
    let all = accounts::active_of(tx, Role::Coordinator)?;
    conflicts::who_may_know(tx, request.practitioner, all)
}

/// Who decides a request: the commissioners of the board that is asked, or of those that took over, who may know of the person.
pub(super) fn deciders(tx: &mut Tx, request: &Request) -> Result<Vec<Id>> {
    let Some(code) = request.icb_code.as_deref() else { return Ok(Vec::new()) };
    let codes: Vec<String> = heirs(workforce::boards(), code, tx.now.london_day()).into_iter().map(str::to_owned).collect();
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let all = areas::commissioners_of(tx, &codes)?;
    conflicts::who_may_know(tx, request.practitioner, all)
}
