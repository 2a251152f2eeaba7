//! HTTP handlers that answer risk alerts: attempts to make contact, and the assessment that closes one.

use actix_web::post;

use super::{alert_view, permitted_alert};
use crate::risk::catalogue::times;
use crate::risk::dto::assessments::CloseRiskAlert;
use crate::risk::dto::{RecordRiskContactAttempt, RiskAlert};
use crate::risk::in_force::policy;
use crate::risk::queries::{attempts, events};
use crate::risk::{queries, recording, rules};
use people::Clinician;
use people::practitioners::queries as registration;
use people::relationships::Purpose;
use platform::Platform;
use platform::error::Result;
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::Id;
use platform::refusal::Reason;
use scheduling::calendar::callers::CareTeam;

/// Record an attempt to reach a practitioner about a risk alert
///
/// It never closes the alert: only a clinician's risk assessment does. An attempt that reached the practitioner postpones the first step
/// of escalation for some time; the alert stays due.
#[utoipa::path(
    operation_id = "recordRiskContactAttempt", tag = "Risk alerts", request_body = RecordRiskContactAttempt,
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("risk_alert.contact_recorded")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The alert.")),
    responses((status = 201, description = "The alert as it is now.", body = RiskAlert))
)]
#[post("/v1/risk-alerts/{id}/contact-attempts")]
pub async fn record_risk_contact_attempt(
    caller: CareTeam,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<RecordRiskContactAttempt>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, alert) = permitted_alert(tx, &caller, id, Purpose::AnswerAlert)?;
            rules::check_open(alert.state())?;
            // So that no event brings the next step forward, and no one closes the alert, between what is read and what is written.
            registration::lock_practitioner(tx, alert.practitioner)?;
            queries::practitioner_of_open(tx, id)?.ok_or(Reason::AlertClosed)?;
            attempts::insert(tx, id, form.attempt(&caller))?;
            if let Some(open) = queries::times_of(tx, id)?.filter(|_| form.reached) {
                let (due_at, next_step_at) = (open.due_at.get(), open.next_step_at.get());
                let policy = policy(tx)?;
                let times = times(&policy, queries::severity_of(tx, id)?)?;
                let next = rules::step_after_contact(open.level, times, due_at, next_step_at);
                queries::set_next_step(tx, id, next.into())?;
            }
            permit.record(tx, "risk_alert.contact_recorded", ("risk_alert", Some(id)))?;
            Response::created(format!("/v1/risk-alerts/{id}"), &alert_view(tx, &permit, id)?)
        })
        .await
}

/// Close a risk alert
///
/// With a clinician's risk assessment and plan, which become part of the clinical record. A clinician on duty writes it without reading
/// the rest of the record. Until then the alert stays open and is escalated. `events_seen` states how many events of the alert the
/// clinician has read: if it has more by now, it stays open (409), so that none is closed unread.
#[utoipa::path(
    operation_id = "closeRiskAlert", tag = "Risk alerts", request_body = CloseRiskAlert,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!(["risk_alert.closed", "risk_assessment.recorded"])),
        ("x-problems" = json!(["invalid_body", "state_conflict"]))),
    params(("id" = Id, Path, description = "The alert.")),
    responses((status = 200, description = "Closed.", body = RiskAlert))
)]
#[post("/v1/risk-alerts/{id}/close")]
pub async fn close_risk_alert(
    caller: Clinician,
    id: Path<Id>,
    form: Json<CloseRiskAlert>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, alert) = permitted_alert(tx, &caller, id, Purpose::AnswerAlert)?;
            // So that no event is added to an alert that is being closed.
            registration::lock_practitioner(tx, alert.practitioner)?;
            rules::check_open(alert.state())?;
            rules::check_events_seen(events::count(tx, id)?, form.events_seen)?;
            let content = form.content();
            rules::check_assessment(&content, tx.now.london_day())?;
            if !queries::close(tx, id, caller.id)? {
                return Err(Reason::AlertClosed.into());
            }
            let assessment = recording::record(tx, alert.practitioner, Some(id), caller.id, &content)?;
            permit.record(tx, "risk_alert.closed", ("risk_alert", Some(id)))?;
            permit.record(tx, "risk_assessment.recorded", ("risk_assessment", Some(assessment)))?;
            Response::ok(&alert_view(tx, &permit, id)?)
        })
        .await
}
