//! A step of the scenario: prescriptions.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use serde_json::{Value, json};

use super::Users;
use crate::demo::api::{User, text};
use crate::demo::people::Stage;
use crate::demo::scenario::{PractitionerUser, Scenario, by_id};
use crate::people::Role;

/// An administrator enters a nurse's right to prescribe. Every practitioner in care who was seen by a doctor has a repeat
/// prescription; the first of them also has a few days' help with sleep, and a draft that waits for a justification.
pub(super) async fn run<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    enter_rights(scenario, users).await?;
    let mut prescribed = 0;
    for practitioner in users.practitioners.iter().filter(|practitioner| practitioner.profile.stage == Stage::InCare) {
        let Some(clinician) = prescriber(scenario, users, practitioner).await? else { continue };
        let repeat = prescribe(scenario, clinician, practitioner, repeat(scenario.now().london_day())).await?;
        scenario.api.request(Method::POST, &format!("/v1/prescriptions/{repeat}/issue"), Some(clinician), None).await?;
        if prescribed == 0 {
            prescribe(scenario, clinician, practitioner, sleep()).await?;
            draft(scenario, clinician, practitioner, waiting()).await?;
        }
        scenario.api.get(&practitioner.person, &format!("/v1/prescriptions/{repeat}/pdf")).await?;
        prescribed += 1;
    }
    Ok(())
}

/// Nurses are in the directory with their registration number, which alone gives no right to prescribe.
async fn enter_rights<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let (_, admin) = users.staff.iter().find(|(role, _)| *role == Role::Administrator).ok_or("the demo has no administrator")?;
    for clinician in users.clinicians {
        let path = format!("/v1/clinicians/{}", clinician.id);
        let entry = scenario.api.get(admin, &path).await?;
        if text(&entry, "registration_body") == "nmc" {
            let rights = json!({ "rights": [{ "kind": "independent_nurse", "valid_from": "2026-01-01" }],
                "reason": "Annotated in the register." });
            let response = scenario.api.put_any_version(admin, &format!("{path}/prescribing-rights"), rights).await?;
            scenario.approve(users.staff, &response).await?;
        }
    }
    Ok(())
}

/// A clinician who has seen this practitioner and may prescribe, if there is one.
async fn prescriber<'p, S, B>(
    scenario: &Scenario<'_, S>,
    users: &Users<'p>,
    practitioner: &PractitionerUser<'_>,
) -> Result<Option<&'p User>, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let appointments = scenario.api.get(&practitioner.person, "/v1/appointments?state=attended").await?;
    for appointment in appointments["items"].as_array().into_iter().flatten() {
        let clinician = by_id(users.clinicians, &appointment["clinician_id"])?;
        let rights = scenario.api.get(clinician, &format!("/v1/clinicians/{}/prescribing-rights", clinician.id)).await?;
        if rights["prescribes_as"].is_string() {
            return Ok(Some(clinician));
        }
    }
    Ok(None)
}

async fn draft<S, B>(
    scenario: &Scenario<'_, S>,
    clinician: &User,
    practitioner: &PractitionerUser<'_>,
    content: Value,
) -> Result<Value, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let form = json!({ "practitioner_id": practitioner.person.id, "content": content });
    scenario.api.post(clinician, "/v1/prescriptions", form).await
}

/// Writes and signs a prescription; returns its id.
async fn prescribe<S, B>(
    scenario: &Scenario<'_, S>,
    clinician: &User,
    practitioner: &PractitionerUser<'_>,
    content: Value,
) -> Result<String, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let id = text(&draft(scenario, clinician, practitioner, content).await?, "id");
    let path = format!("/v1/prescriptions/{id}/sign");
    scenario.api.request_with_etag(Method::POST, &path, clinician, "\"v1\"", None).await?;
    Ok(id)
}

/// One dose a day of a medicine of the catalogue.
fn daily(id: &str, unit: &str, days: u32) -> Value {
    json!({
        "medicine": { "catalogue_id": id },
        "dosage": [{ "dose": "1", "unit": unit, "times": 1, "period": "day", "route": "oral", "duration_days": days }],
        "quantity": { "value": days.to_string(), "unit": unit },
    })
}

/// Some practitioners do not let their GP be informed, so each prescription states why it is safe all the same.
fn reasons() -> Value {
    let reason =
        "Seen fortnightly here; carries a written list of medicines and will show it to every clinician who treats them.";
    json!([
        { "rule": "gp_sharing_missing", "reason": reason },
        // One of them called in a crisis, and the alert is open.
        { "rule": "supply_at_risk", "reason": "Their partner keeps the medicines and hands out what is for one week." },
    ])
}

fn repeat(today: chrono::NaiveDate) -> Value {
    let mut item = daily("mirtazapine-15mg-tablets", "tablet", 28);
    item["dosage"][0]["text"] = json!("1 tablet once a day at night for 28 days");
    item["indication"] = json!("Low mood with early waking");
    json!({
        "items": [item],
        "repeat": { "issues": 3, "interval_days": 28, "review_on": today + chrono::Days::new(70) },
        "justifications": reasons(),
    })
}

fn sleep() -> Value {
    json!({ "items": [daily("melatonin-2mg-modified-release-tablets", "tablet", 14)], "justifications": reasons() })
}

/// More than thirty days of a controlled drug without a justification yet: the draft shows what prevents signing.
fn waiting() -> Value {
    json!({ "items": [daily("zopiclone-3-75mg-tablets", "tablet", 42)], "justifications": reasons() })
}
