//! The story's chapter about prescriptions.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use serde_json::{Value, json};

use super::Cast;
use crate::demo::desk::{Person, text};
use crate::demo::people::Stage;
use crate::demo::story::{Seeking, Story, by_id};
use crate::people::Role;

/// An administrator enters a nurse's right to prescribe. Everybody in care who was seen by a doctor has a repeat; the first of
/// them a few days' help with sleep, too, and a draft that waits for an answer.
pub(super) async fn tell<S, B>(story: &Story<'_, S>, cast: &Cast<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    enter_rights(story, cast).await?;
    let mut prescribed = 0;
    for seeking in cast.practitioners.iter().filter(|seeking| seeking.told.stage == Stage::InCare) {
        let Some(clinician) = prescriber(story, cast, seeking).await? else { continue };
        let repeat = prescribe(story, clinician, seeking, repeat(story.now().london_day())).await?;
        story.desk.ask(Method::POST, &format!("/v1/prescriptions/{repeat}/issue"), Some(clinician), None).await?;
        if prescribed == 0 {
            prescribe(story, clinician, seeking, sleep()).await?;
            draft(story, clinician, seeking, waiting()).await?;
        }
        story.desk.get(&seeking.person, &format!("/v1/prescriptions/{repeat}/pdf")).await?;
        prescribed += 1;
    }
    Ok(())
}

/// Nurses are in the directory with their number, which brings no right by itself.
async fn enter_rights<S, B>(story: &Story<'_, S>, cast: &Cast<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let (_, admin) = cast.staff.iter().find(|(role, _)| *role == Role::Administrator).ok_or("the story has no administrator")?;
    for clinician in cast.clinicians {
        let path = format!("/v1/clinicians/{}", clinician.id);
        let entry = story.desk.get(admin, &path).await?;
        if text(&entry, "registration_body") == "nmc" {
            let rights = json!({ "rights": [{ "kind": "independent_nurse", "valid_from": "2026-01-01" }] });
            story.desk.put_over(admin, &format!("{path}/prescribing-rights"), rights).await?;
        }
    }
    Ok(())
}

/// Who has seen this practitioner and may prescribe, if anybody.
async fn prescriber<'p, S, B>(story: &Story<'_, S>, cast: &Cast<'p>, seeking: &Seeking<'_>) -> Result<Option<&'p Person>, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let appointments = story.desk.get(&seeking.person, "/v1/appointments?status=attended").await?;
    for appointment in appointments["items"].as_array().into_iter().flatten() {
        let clinician = by_id(cast.clinicians, &appointment["clinician_id"])?;
        let rights = story.desk.get(clinician, &format!("/v1/clinicians/{}/prescribing-rights", clinician.id)).await?;
        if rights["prescribes_as"].is_string() {
            return Ok(Some(clinician));
        }
    }
    Ok(None)
}

async fn draft<S, B>(story: &Story<'_, S>, clinician: &Person, seeking: &Seeking<'_>, content: Value) -> Result<Value, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let form = json!({ "practitioner_id": seeking.person.id, "content": content });
    story.desk.post(clinician, "/v1/prescriptions", form).await
}

/// Writes and signs; the prescription's id.
async fn prescribe<S, B>(
    story: &Story<'_, S>,
    clinician: &Person,
    seeking: &Seeking<'_>,
    content: Value,
) -> Result<String, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let id = text(&draft(story, clinician, seeking, content).await?, "id");
    let path = format!("/v1/prescriptions/{id}/sign");
    story.desk.ask_having_read(Method::POST, &path, clinician, "\"v1\"", None).await?;
    Ok(id)
}

/// One a day of a medicine of the catalogue.
fn daily(id: &str, unit: &str, days: u32) -> Value {
    json!({
        "medicine": { "catalogue_id": id },
        "dosage": [{ "dose": "1", "unit": unit, "times": 1, "period": "day", "route": "oral", "duration_days": days }],
        "quantity": { "value": days.to_string(), "unit": unit },
    })
}

/// Not everybody lets their general practitioner be told, so each prescription says why it is safe all the same.
fn reasons() -> Value {
    let reason = "Seen fortnightly here; carries a written list of medicines and will show it to whoever treats them.";
    json!([{ "rule": "gp_sharing_missing", "reason": reason }])
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

/// More than thirty days of a controlled drug, and no reason yet: the draft says what stands in the way.
fn waiting() -> Value {
    json!({ "items": [daily("zopiclone-3-75mg-tablets", "tablet", 42)], "justifications": reasons() })
}
