//! HTTP handlers of risk alerts.

use actix_web::{get, post};

use crate::assessment::dto::alerts::{AcknowledgeRiskAlert, RiskAlert, RiskAlertQuery};
use crate::assessment::queries::alerts;
use crate::assessment::queries::alerts::Alert;
use people::Role;
use people::relationships::{self, Basis, Known, Permit, Protected, Purpose};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, Json, Page, Paging, Path, Query};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use scheduling::calendar::callers::CareTeam;

/// List risk alerts
///
/// Coordinators see those about practitioners they may know of: all open ones, except where they must not meet. Clinicians see those
/// about practitioners they treat or treated recently, and on duty all open ones. The answers are never shown here. What the caller sees
/// is recorded.
#[utoipa::path(
    operation_id = "listRiskAlerts", tag = "Risk alerts", params(RiskAlertQuery),
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("risk_alert.listed"))),
    responses((status = 200, description = "The alerts, the newest first.", body = Page<RiskAlert>))
)]
#[get("/v1/risk-alerts")]
pub async fn list_risk_alerts(
    caller: CareTeam,
    query: Query<RiskAlertQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Answer> {
    let RiskAlertQuery { state } = query.0;
    platform
        .write(move |tx| {
            let since = tx.now - tx.policy.read_after_care;
            let known_to = relationships::known_to(tx, &caller, Purpose::Know)?.or_since("risk_alerts.acknowledged_at", since);
            let rows = alerts::list(tx, &known_to, state, paging.after, paging.rows())?;
            let page = paging.page(rows, |alert| alert.id)?;
            let protect = |alert: Alert| with_reason(&caller, since, Protected::new(alert.practitioner, alert));
            let rows = page.items.into_iter().map(protect).collect();
            let items =
                Protected::show_each(tx, &caller, rows, Purpose::Know, ("risk_alert.listed", "risk_alert"), |alert: &Alert| {
                    alert.id
                })?;
            let page = Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor };
            Answer::ok(&page.map(RiskAlert::in_list))
        })
        .await
}

/// Get a risk alert
#[utoipa::path(
    operation_id = "getRiskAlert", tag = "Risk alerts",
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("risk_alert.read"))),
    params(("id" = Id, Path, description = "The alert.")),
    responses((status = 200, description = "The alert.", body = RiskAlert))
)]
#[get("/v1/risk-alerts/{id}")]
pub async fn get_risk_alert(caller: CareTeam, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (known, alert) = permitted_alert(tx, &caller, id, Purpose::Know)?;
            known.record(tx, "risk_alert.read", ("risk_alert", Some(id)))?;
            Answer::ok(&RiskAlert::from(alert))
        })
        .await
}

/// Acknowledge a risk alert
///
/// Records that the alert was seen, and what was done about it.
#[utoipa::path(
    operation_id = "acknowledgeRiskAlert", tag = "Risk alerts", request_body = AcknowledgeRiskAlert,
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("risk_alert.acknowledged")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The alert.")),
    responses((status = 200, description = "Acknowledged.", body = RiskAlert))
)]
#[post("/v1/risk-alerts/{id}/acknowledge")]
pub async fn acknowledge_risk_alert(
    caller: CareTeam,
    id: Path<Id>,
    form: Json<AcknowledgeRiskAlert>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (known, _) = permitted_alert(tx, &caller, id, Purpose::AnswerAlert)?;
            if !alerts::acknowledge(tx, id, caller.id, form.note.reveal().trim())? {
                return Err(Reason::AlreadyAcknowledged.into());
            }
            known.record(tx, "risk_alert.acknowledged", ("risk_alert", Some(id)))?;
            let alert = alerts::find(tx, id)?.ok_or_else(Error::not_found)?.open(&known)?;
            Answer::ok(&RiskAlert::from(alert))
        })
        .await
}

/// The alert, if the caller may know of it for this purpose.
fn permitted_alert(tx: &mut Tx, caller: &CareTeam, id: Id, purpose: Purpose) -> Result<(Known, Alert)> {
    let since = tx.now - tx.policy.read_after_care;
    alerts::find(tx, id)?.map(|one| with_reason(caller, since, one)).permit(tx, caller, purpose)
}

/// Coordinators know of an alert until some time after it was closed, for corrections and complaints.
fn with_reason(caller: &CareTeam, since: UtcTime, alert: Protected<Alert>) -> Protected<Alert> {
    let recent = |alert: &Alert| caller.role == Role::Coordinator && alert.acknowledged.is_some_and(|(at, _)| at > since);
    alert.while_open(recent, Basis::Alert)
}
