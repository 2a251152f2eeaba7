//! HTTP handlers of risk alerts and risk assessments.

pub mod alerts;
pub mod answering;
pub mod assessments;

use super::dto::RiskAlert;
use super::queries;
use super::queries::Alert;
use people::relationships::{Basis, Known, Permit, Protected, Purpose};
use people::{Caller, Role};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};

/// The alert, if the caller may know of it for this purpose.
fn permitted_alert(tx: &mut Tx, caller: &Caller, id: Id, purpose: Purpose) -> Result<(Known, Alert)> {
    let since = tx.now - tx.policy.read_after_care;
    queries::find(tx, id)?.map(|one| with_reason(caller, since, one)).permit(tx, caller, purpose)
}

/// Coordinators know of an alert until some time after it was closed, for corrections and complaints.
fn with_reason(caller: &Caller, since: UtcTime, alert: Protected<Alert>) -> Protected<Alert> {
    let recent = |alert: &Alert| caller.role == Role::Coordinator && alert.closed.is_some_and(|(at, _)| at > since);
    alert.while_open(recent, Basis::Alert)
}

/// The alert as it is now.
fn alert_view(tx: &mut Tx, known: &Known, id: Id) -> Result<RiskAlert> {
    let alert = queries::find(tx, id)?.ok_or_else(Error::not_found)?.open(known)?;
    Ok(RiskAlert::new(alert, tx.now))
}
