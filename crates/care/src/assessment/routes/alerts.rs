//! HTTP handlers of risk alerts.

use actix_web::{get, post};

use crate::assessment::dto::alerts::{AcknowledgeRiskAlert, RiskAlert, RiskAlertQuery};
use crate::assessment::queries::alerts;
use crate::assessment::queries::alerts::Alert;
use people::Role;
use people::relationships::conflicts;
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, Json, Page, Paging, Path, Query};
use platform::ids::Id;
use platform::refusal::Reason;
use scheduling::booking::care_relationship;
use scheduling::calendar::callers::CareTeam;

/// List risk alerts
///
/// Coordinators see all alerts except those about practitioners they have a conflict with. Clinicians see those about
/// practitioners they treat or treated recently. The answers are never shown here.
#[utoipa::path(
    operation_id = "listRiskAlerts", tag = "Risk alerts", extensions(("x-roles" = json!(CareTeam::ROLES))), params(RiskAlertQuery),
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
        .read(move |tx| {
            let (among, hidden) = match caller.role {
                Role::Clinician => (Some(care_relationship::practitioners_readable_by(tx, caller.id)?), Vec::new()),
                _ => (None, conflicts::blocked_or_same_person(tx, caller.id)?),
            };
            let rows = alerts::list(tx, among, hidden, state, paging.after, paging.rows())?;
            let page = paging.page(rows, |alert| alert.id)?;
            Answer::ok(&page.map(RiskAlert::in_list))
        })
        .await
}

/// Get a risk alert
#[utoipa::path(
    operation_id = "getRiskAlert", tag = "Risk alerts", extensions(("x-roles" = json!(CareTeam::ROLES))),
    params(("id" = Id, Path, description = "The alert.")),
    responses((status = 200, description = "The alert.", body = RiskAlert))
)]
#[get("/v1/risk-alerts/{id}")]
pub async fn get_risk_alert(caller: CareTeam, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            let practitioner = alerts::practitioner_of(tx, id)?.ok_or_else(Error::not_found)?;
            care_relationship::check_may_know(tx, &caller, practitioner)?;
            let alert = alerts::find(tx, id)?.ok_or_else(Error::not_found)?;
            audit::record(tx, caller.actor(), "risk_alert.read", ("risk_alert", Some(id)))?;
            Answer::ok(&RiskAlert::from(alert))
        })
        .await
}

/// Acknowledge a risk alert
///
/// Records that the alert was seen, and what was done about it.
#[utoipa::path(
    operation_id = "acknowledgeRiskAlert", tag = "Risk alerts", request_body = AcknowledgeRiskAlert,
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-problems" = json!(["state_conflict"]))),
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
            actionable_alert(tx, &caller, id)?;
            if !alerts::acknowledge(tx, id, caller.id, form.note.reveal().trim())? {
                return Err(Reason::AlreadyAcknowledged.into());
            }
            audit::record(tx, caller.actor(), "risk_alert.acknowledged", ("risk_alert", Some(id)))?;
            Answer::ok(&RiskAlert::from(actionable_alert(tx, &caller, id)?))
        })
        .await
}

/// The alert, if the caller may act on it.
fn actionable_alert(tx: &mut Tx, caller: &CareTeam, id: Id) -> Result<Alert> {
    let practitioner = alerts::practitioner_of(tx, id)?.ok_or_else(Error::not_found)?;
    care_relationship::check_may_act_for(tx, caller, practitioner)?;
    alerts::find(tx, id)?.ok_or_else(Error::not_found)
}
