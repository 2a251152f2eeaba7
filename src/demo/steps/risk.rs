//! Steps of the scenario: a risk alert, from the answer to the plan, and a concern that waits when the scenario ends.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use chrono::{Days, NaiveDate, TimeDelta};
use serde_json::{Value, json};

use super::Users;
use crate::demo::api::{User, text};
use crate::demo::people::Stage;
use crate::demo::scenario::Scenario;
use crate::people::Role;

fn coordinator<'u>(users: &Users<'u>) -> Result<&'u User, String> {
    let found = users.staff.iter().find(|(role, _)| *role == Role::Coordinator).map(|(_, person)| person);
    found.ok_or_else(|| "the demo has no coordinator".to_owned())
}

/// The alerts that the intake has raised: the coordinator calls, and a clinician on duty assesses the risk and agrees a plan.
pub(in crate::demo) async fn answer_alerts<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let coordinator = coordinator(users)?;
    let open = scenario.api.get(coordinator, "/v1/risk-alerts?state=open").await?;
    for alert in open["items"].as_array().into_iter().flatten() {
        let attempt =
            json!({ "how": "phone", "reached": true, "note": "Spoke briefly; on shift, and safe until the call at noon." });
        scenario.api.post(coordinator, &format!("/v1/risk-alerts/{}/contact-attempts", text(alert, "id")), attempt).await?;
        let (clinician, read) = on_duty_for(scenario, users, coordinator, alert).await?;
        let events = read["events"].as_array().map_or(0, Vec::len);
        // The review is due when the scenario is over, so that it is chased as soon as the service runs.
        let closing = closing(events, scenario.now().london_day() + Days::new(14));
        scenario.api.post(clinician, &format!("/v1/risk-alerts/{}/close", text(alert, "id")), closing).await?;
    }
    Ok(())
}

/// Puts a clinician on duty who may see the alert, and returns it as they read it. Those without a registration cannot be on duty, and
/// some must not meet the practitioner.
async fn on_duty_for<'u, S, B>(
    scenario: &Scenario<'_, S>,
    users: &Users<'u>,
    coordinator: &User,
    alert: &Value,
) -> Result<(&'u User, Value), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let (starts_at, ends_at) = (scenario.now(), scenario.now() + TimeDelta::hours(8));
    for clinician in users.clinicians {
        let form = json!({ "clinician_id": clinician.id, "starts_at": starts_at, "ends_at": ends_at });
        let Ok(period) = scenario.api.post(coordinator, "/v1/duty-periods", form).await else { continue };
        let path = format!("/v1/duty-periods/{}/approve", text(&period, "id"));
        scenario.api.request(actix_web::http::Method::POST, &path, Some(clinician), None).await?;
        if let Ok(read) = scenario.api.get(clinician, &format!("/v1/risk-alerts/{}", text(alert, "id"))).await {
            return Ok((clinician, read));
        }
    }
    Err("the demo has no clinician who may answer a risk alert".to_owned())
}

/// What closes an alert by someone who has read so many events.
fn closing(events_seen: usize, review_on: NaiveDate) -> Value {
    json!({
        "events_seen": events_seen,
        "risk_to_self": { "level": "low", "details": "Some days would rather not wake up. No plan, no steps towards one." },
        "risk_to_others": { "level": "none" },
        "risk_to_people_in_their_care": { "level": "none" },
        "risk_from_others": { "level": "none" },
        "protective_factors": "A partner who knows; a daughter; looks forward to going back to work by steps.",
        "access_to_means": ["medicines_at_work"],
        "means_details": "Works without the keys of the drug cupboard until the assessment, as agreed.",
        "assessed_how": "phone",
        "plan": "Knows who to call at night. Speaks to us tomorrow at nine; the assessment is brought forward.",
        "next_review_on": review_on,
        "safety_plan_reviewed": true
    })
}

/// A concern of the coordinator, which is open when the scenario ends.
pub(in crate::demo) async fn raise_concern<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let at_risk = users.practitioners.iter().find(|practitioner| practitioner.profile.stage == Stage::AtRisk);
    let Some(practitioner) = at_risk else { return Ok(()) };
    let form = json!({ "severity": "same_day", "note": "Rang in tears about the rota and hung up; no answer since." });
    let path = format!("/v1/practitioners/{}/risk-alerts", practitioner.person.id);
    scenario.api.post(coordinator(users)?, &path, form).await.map(|_| ())
}
