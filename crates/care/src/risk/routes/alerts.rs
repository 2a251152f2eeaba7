//! HTTP handlers that list, show and raise risk alerts.

use actix_web::{get, post};

use super::{alert_view, permitted_alert, shown_to, with_reason};
use crate::risk::dto::{CreateRiskAlert, RiskAlert, RiskAlertQuery};
use crate::risk::queries::Alert;
use crate::risk::{queries, raising};
use people::Caller;
use people::relationships::{self, Protected, Purpose};
use platform::Platform;
use platform::Tx;
use platform::error::Result;
use platform::http::{Attempt, Json, Page, Paging, Path, Query, Response};
use platform::ids::Id;
use platform::refusal::Reason;
use scheduling::booking::care_relationship;
use scheduling::calendar::callers::CareTeam;

/// List risk alerts
///
/// Coordinators see those about practitioners they may know of: all open ones, except where they must not meet, and except those that only
/// anonymous contacts have raised, until a clinician has recorded an attempt to reach the practitioner. Clinicians see those
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
) -> Result<Response> {
    let RiskAlertQuery { state } = query.0;
    platform
        .write(move |tx| {
            let since = tx.now - tx.policy.read_after_care;
            let permitted =
                relationships::permitted_practitioners(tx, &caller, Purpose::Know)?.or_since("risk_alerts.closed_at", since);
            let rows = queries::list(tx, &permitted, state, paging.after, paging.rows(), shown_to(&caller))?;
            let page = paging.page(rows, |alert| alert.id)?;
            let protect = |alert: Alert| with_reason(&caller, since, Protected::new(alert.practitioner, alert));
            let rows = page.items.into_iter().map(protect).collect();
            let items =
                Protected::show_each(tx, &caller, rows, Purpose::Know, ("risk_alert.listed", "risk_alert"), |alert: &Alert| {
                    alert.id
                })?;
            let (page, now) = (Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor }, tx.now);
            Response::ok(&page.map(|alert| RiskAlert::in_list(alert, now)))
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
pub async fn get_risk_alert(caller: CareTeam, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, alert) = permitted_alert(tx, &caller, id, Purpose::Know)?;
            permit.record(tx, "risk_alert.read", ("risk_alert", Some(id)))?;
            Response::ok(&RiskAlert::new(alert, tx.now))
        })
        .await
}

/// Create a risk alert about a practitioner
///
/// For staff who may know of the practitioner and are concerned, for example about suicide or self-harm. Within an hour of the last event
/// of an open alert the concern becomes part of that alert. Those who can act are notified at once of another alert, and of a concern
/// that is more severe than what the alert has already. About someone who is recorded as dead none is raised: who may read the record or
/// act for them gets `recorded_as_dead`, and others a `state_conflict` that names what to do.
#[utoipa::path(
    operation_id = "createRiskAlert", tag = "Risk alerts", request_body = CreateRiskAlert,
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("risk_alert.concern_recorded")),
        ("x-problems" = json!(["recorded_as_dead", "state_conflict"]))),
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
) -> Result<Response> {
    let practitioner = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, _) = care_relationship::lock_and_permit(tx, &caller, practitioner, Purpose::Know)?;
            let Some(alert) = raising::raise_unless_dead(tx, practitioner, form.event(caller.id))? else {
                return Err(reason_after_death(tx, &caller, practitioner)?.into());
            };
            permit.record(tx, "risk_alert.concern_recorded", ("risk_alert", Some(alert)))?;
            Response::created(format!("/v1/risk-alerts/{alert}"), &alert_view(tx, &permit, alert)?)
        })
        .await
}

/// Why no alert is raised about someone who is recorded as dead. Who may read their record or act for them may know of the death.
fn reason_after_death(tx: &mut Tx, caller: &Caller, practitioner: Id) -> Result<Reason> {
    for purpose in [Purpose::ReadRecord, Purpose::Act] {
        if relationships::permits_among(tx, caller, &[practitioner], purpose)?.contains_key(&practitioner) {
            return Ok(Reason::RecordedAsDead);
        }
    }
    Ok(Reason::AlertNotPossible)
}
