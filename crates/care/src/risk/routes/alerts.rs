//! HTTP handlers that list, show and raise risk alerts.

use actix_web::{get, post};

use super::{alert_view, permitted_alert, with_reason};
use crate::risk::dto::{CreateRiskAlert, RiskAlert, RiskAlertQuery};
use crate::risk::queries::Alert;
use crate::risk::{queries, raising};
use people::relationships::{self, Protected, Purpose};
use platform::Platform;
use platform::error::Result;
use platform::http::{Answer, Attempt, Json, Page, Paging, Path, Query};
use platform::ids::Id;
use scheduling::booking::care_relationship;
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
            let known_to = relationships::known_to(tx, &caller, Purpose::Know)?.or_since("risk_alerts.closed_at", since);
            let rows = queries::list(tx, &known_to, state, paging.after, paging.rows())?;
            let page = paging.page(rows, |alert| alert.id)?;
            let protect = |alert: Alert| with_reason(&caller, since, Protected::new(alert.practitioner, alert));
            let rows = page.items.into_iter().map(protect).collect();
            let items =
                Protected::show_each(tx, &caller, rows, Purpose::Know, ("risk_alert.listed", "risk_alert"), |alert: &Alert| {
                    alert.id
                })?;
            let (page, now) = (Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor }, tx.now);
            Answer::ok(&page.map(|alert| RiskAlert::in_list(alert, now)))
        })
        .await
}

/// Get a risk alert
///
/// With what staff wrote about it, which the list leaves out. The answers that raised it are in the assessment, the self-check or the
/// score.
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
            Answer::ok(&RiskAlert::new(alert, tx.now))
        })
        .await
}

/// Create a risk alert about a practitioner
///
/// For staff who may know of the practitioner. Within an hour of the last event of an open alert the concern becomes part of that alert.
/// Those who can act are notified at once of another alert, and of a concern that is more severe than what the alert has already.
#[utoipa::path(
    operation_id = "createRiskAlert", tag = "Risk alerts", request_body = CreateRiskAlert,
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("risk_alert.concern_recorded"))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 201, description = "The alert.", body = RiskAlert))
)]
#[post("/v1/practitioners/{id}/risk-alerts")]
pub async fn create_risk_alert(
    caller: CareTeam,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<CreateRiskAlert>,
    platform: Platform,
) -> Result<Answer> {
    let practitioner = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (known, _) = care_relationship::lock_and_ask(tx, &caller, practitioner, Purpose::Know)?;
            let alert = raising::raise(tx, practitioner, form.event(caller.id))?;
            known.record(tx, "risk_alert.concern_recorded", ("risk_alert", Some(alert)))?;
            Answer::created(format!("/v1/risk-alerts/{alert}"), &alert_view(tx, &known, alert)?)
        })
        .await
}
