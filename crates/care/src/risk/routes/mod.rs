//! HTTP handlers of risk alerts and risk assessments.

pub mod alerts;
pub mod answering;
pub mod assessments;

use super::dto::RiskAlert;
use super::queries;
use super::queries::Alert;
use people::relationships::{Basis, Permit, PermitExt, Protected, Purpose};
use people::{Caller, Role};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};

/// The alert, if the caller may know of it for this purpose.
fn permitted_alert(tx: &mut Tx, caller: &Caller, id: Id, purpose: Purpose) -> Result<(Permit, Alert)> {
    let since = tx.now - tx.policy.read_after_care;
    queries::find_shown(tx, id, shown_to(caller))?.map(|one| with_reason(caller, since, one)).permit(tx, caller, purpose)
}

/// Which alerts the caller is shown at all. What only anonymous contacts have raised is for clinicians.
fn shown_to(caller: &Caller) -> impl Fn(&Alert) -> bool + use<> {
    let is_coordinator = caller.role == Role::Coordinator;
    move |alert| !is_coordinator || queries::coordinators::see_one_with(&alert.events, &alert.attempts)
}

/// Coordinators know of an alert until some time after it was closed, for corrections and complaints.
fn with_reason(caller: &Caller, since: UtcTime, alert: Protected<Alert>) -> Protected<Alert> {
    let recent = |alert: &Alert| caller.role == Role::Coordinator && alert.closed.is_some_and(|(at, _)| at > since);
    alert.while_open(recent, Basis::Alert)
}

/// The alert as it is now.
fn alert_view(tx: &mut Tx, permit: &Permit, id: Id) -> Result<RiskAlert> {
    let alert = queries::find(tx, id)?.ok_or_else(Error::not_found)?.open(permit)?;
    Ok(RiskAlert::new(alert, tx.now))
}
