//! Raises alerts: an event makes a new one, or is added to the open one whose last event was a short time ago.

use super::catalogue::times;
use super::in_force::{policy, policy_on};
use super::model::{NewRiskEvent, RiskSeverity};
use super::queries::{self, AlertSchedule, events};
use super::{notifications, rules};
use people::practitioners::queries as registration;
use people::relationships::Permit;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use reference::workforce::bank_holidays_or_shipped;

/// Raises an alert about a practitioner, or adds the event to their open alert if its last event is a short time ago and it has not as
/// many events as are shown. Returns the alert. Those who can act are notified of a new alert, and of an event that is more severe than
/// those before.
///
/// The row of the practitioner is locked, so that two events at once make one alert.
///
/// # Errors
/// `recorded_as_dead` about someone who is recorded as dead: no one can reach them, and only a risk assessment would close the alert. When
/// the database fails.
pub fn raise(tx: &mut Tx, practitioner: Id, event: NewRiskEvent) -> Result<Id> {
    raise_unless_dead(tx, practitioner, event)?.ok_or_else(|| Reason::RecordedAsDead.into())
}

/// The same for what the service finds by itself, such as an answer, a contact or a missed appointment. About someone who is recorded as
/// dead nothing is raised and nothing fails; `None` then.
///
/// # Errors
/// When the database fails.
pub fn raise_unless_dead(tx: &mut Tx, practitioner: Id, event: NewRiskEvent) -> Result<Option<Id>> {
    registration::lock_practitioner(tx, practitioner)?;
    if registration::died_at(tx, practitioner)?.is_some() {
        return Ok(None);
    }
    raise_locked(tx, practitioner, &event).map(Some)
}

/// The same about someone who is alive and whose row is locked.
fn raise_locked(tx: &mut Tx, practitioner: Id, event: &NewRiskEvent) -> Result<Id> {
    let due_at = due_at(tx, tx.now, event.severity)?;
    match same_alert(tx, practitioner)? {
        Some(open) => add_event(tx, &open, event, due_at),
        None => {
            let alert = queries::insert(tx, practitioner, due_at)?;
            events::insert(tx, alert, tx.now, event)?;
            Permit::for_the_service(practitioner).record(tx, "risk_alert.raised", ("risk_alert", Some(alert)))?;
            notifications::notify_raised(tx, alert, practitioner, event.severity)?;
            Ok(alert)
        }
    }
}

/// The open alert to which an event of now belongs.
fn same_alert(tx: &mut Tx, practitioner: Id) -> Result<Option<AlertSchedule>> {
    let Some((open, last_event_at)) = queries::last_open_event(tx, practitioner)? else { return Ok(None) };
    let events = events::count(tx, open.id)?;
    let policy = policy(tx)?;
    let belongs = rules::belongs_to_alert(&policy, events, last_event_at.get(), tx.now.get());
    Ok(belongs.then_some(open))
}

/// The earliest due time counts; a more severe event is notified at once. Coordinators are
/// notified of the first event that they see.
fn add_event(tx: &mut Tx, open: &AlertSchedule, event: &NewRiskEvent, due_at: UtcTime) -> Result<Id> {
    let before = queries::severity_of(tx, open.id)?;
    let was_for_clinicians = !queries::coordinators::see(tx, open.id)?;
    events::insert(tx, open.id, tx.now, event)?;
    queries::set_after_event(tx, open.id, open.due_at.min(due_at), open.next_step_at.min(due_at))?;
    Permit::for_the_service(open.practitioner).record(tx, "risk_alert.event_added", ("risk_alert", Some(open.id)))?;
    if event.severity.is_above(before) {
        notifications::notify_raised(tx, open.id, open.practitioner, event.severity)?;
    } else if was_for_clinicians && queries::coordinators::see(tx, open.id)? {
        notifications::notify_coordinators(tx, open.id, open.practitioner)?;
    }
    Ok(open.id)
}

/// When an event that is raised at that time is due, by the times of its day.
pub(super) fn due_at(tx: &mut Tx, raised_at: UtcTime, severity: RiskSeverity) -> Result<UtcTime> {
    let (holidays, policy) = (bank_holidays_or_shipped(tx)?, policy_on(tx, raised_at.london_day())?);
    Ok(rules::due_at(times(&policy, severity)?, &policy.same_day, raised_at.get(), &holidays).into())
}
