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
use platform::Platform;
use platform::audit;
use platform::audit::Actor;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use reference::workforce;
use reference::workforce::rules::heirs;

/// One round; returns how much was done.
///
/// # Errors
/// When the database refuses; the next round tries again.
pub fn round(conn: &mut Conn, platform: &Platform, now: UtcTime) -> Result<usize> {
    let today = now.london_day();
    let mut done = 0;
    let mut over = due::over(conn, today)?;
    // Always in the same order: two instances that lock the same rows do not wait in a circle.
    over.sort();
    for id in over {
        done += usize::from(expire(conn, platform, id, now)?);
    }
    let near = today.checked_add_days(Days::new(u64::from(figures()?.limits(today)?.reminder_days))).unwrap_or(today);
    let mut waiting = due::up_to(conn, near, 0)?;
    waiting.extend(due::up_to(conn, today.pred_opt().unwrap_or(today), 1)?);
    waiting.sort();
    for id in waiting {
        done += usize::from(remind(conn, platform, id, now)?);
    }
    Ok(done)
}

/// Writes down that an approval's day has passed. What is booked stays booked; the coordinators are asked about it.
fn expire(conn: &mut Conn, platform: &Platform, id: Id, now: UtcTime) -> Result<bool> {
    let Some(mut request) = queries::locked(conn, &platform.sealer, id)? else { return Ok(false) };
    if rules::standing(request.state, request.terms.valid_until, now.london_day()) == request.state {
        return Ok(false);
    }
    request.state = rules::step(request.state, FundingEvent::Expired, FundingParty::System)?;
    request.due_on = None;
    queries::write(conn, &platform.sealer, &request, now)?;
    let what = (FundingEvent::Expired, request.state);
    events::note(conn, &platform.sealer, id, what, &Said::default(), Actor::SYSTEM, now)?;
    audit::record(conn, Actor::SYSTEM, "funding_request.expired", ("funding_request", Some(id)), now)?;
    ask_coordinators(conn, &request, now)?;
    notices::news(conn, &request, now)?;
    Ok(true)
}

/// Asks the coordinators about appointments to come of a request that no longer pays for them, if there are any.
pub(super) fn ask_coordinators(conn: &mut Conn, request: &Request, now: UtcTime) -> Result<()> {
    if uses::to_come(conn, request.id, now)?.is_empty() { Ok(()) } else { notices::uncovered(conn, request, now) }
}

fn remind(conn: &mut Conn, platform: &Platform, id: Id, now: UtcTime) -> Result<bool> {
    let Some(request) = queries::locked(conn, &platform.sealer, id)? else { return Ok(false) };
    let (Some(due_on), today) = (request.due_on, now.london_day()) else { return Ok(false) };
    let limits = figures()?.limits(today)?;
    let Some((reminder, next)) = rules::reminder(request.state, due_on, request.reminded, today, limits) else {
        return Ok(false);
    };
    if !due::set_reminded(conn, id, (request.reminded, Some(due_on)), next, now)? {
        return Ok(false);
    }
    if reminder.is_none() {
        return Ok(true);
    }
    let whom = waited_for(conn, &request, now)?;
    notices::answer_awaited(conn, &whom, id, now)?;
    audit::record(conn, Actor::SYSTEM, "funding_request.reminded", ("funding_request", Some(id)), now)?;
    Ok(true)
}

/// Whose answer a request waits for. Where an area has no commissioner here, the coordinators must see to it.
pub(super) fn waited_for(conn: &mut Conn, request: &Request, now: UtcTime) -> Result<Vec<Id>> {
    match request.state {
        FundingState::Panel | FundingState::Reconsideration | FundingState::Appeal => {
            let commissioners = deciders(conn, request, now)?;
            if commissioners.is_empty() { coordinators(conn, request) } else { Ok(commissioners) }
        }
        FundingState::Submitted | FundingState::Screening => coordinators(conn, request),
        _ => Ok(vec![request.practitioner]),
    }
}

/// The coordinators who may know of the person.
pub(super) fn coordinators(conn: &mut Conn, request: &Request) -> Result<Vec<Id>> {
    let all = accounts::active_of(conn, Role::Coordinator)?;
    conflicts::who_may_know(conn, request.practitioner, all)
}

/// Who decides a request: the commissioners of the board that is asked, or of those that took over, who may know of the person.
pub(super) fn deciders(conn: &mut Conn, request: &Request, now: UtcTime) -> Result<Vec<Id>> {
    let Some(code) = request.icb_code.as_deref() else { return Ok(Vec::new()) };
    let codes: Vec<String> = heirs(workforce::boards()?, code, now.london_day()).into_iter().map(str::to_owned).collect();
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let all = areas::commissioners_of(conn, &codes)?;
    conflicts::who_may_know(conn, request.practitioner, all)
}
