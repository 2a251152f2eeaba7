//! The story's chapter about follow-ups.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use serde_json::{Value, json};

use super::Cast;
use crate::demo::desk::{Person, text};
use crate::demo::people::Stage;
use crate::demo::story::{Story, by_id};
use crate::people::Role;

/// Tells it: whoever was treated has agreed on what comes next. One of them has let it pass, and was rung.
pub(super) async fn tell<S, B>(story: &Story<'_, S>, cast: &Cast<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let (_, coordinator) =
        cast.staff.iter().find(|(role, _)| *role == Role::Coordinator).ok_or("the story has no coordinator")?;
    let in_care = cast.practitioners.iter().filter(|seeking| seeking.told.stage == Stage::InCare);
    for (number, seeking) in in_care.enumerate() {
        let seen = story.desk.get(&seeking.person, "/v1/appointments?status=attended").await?;
        let appointments = seen["items"].as_array().ok_or("the story lost its appointments")?;
        let last = appointments.last().ok_or("somebody in care has not been seen")?;
        let clinician = by_id(cast.clinicians, &last["clinician_id"])?;
        let agreed = agree(story, clinician, &seeking.person, last, number).await?;
        if number == 0 {
            let path = format!("/v1/follow-ups/{}/contacts", text(&agreed, "id"));
            let form = json!({ "outcome": "no_answer", "note": "Rang at noon; no answer. To be tried after her shift." });
            story.desk.post(coordinator, &path, form).await?;
        }
    }
    Ok(())
}

async fn agree<S, B>(
    story: &Story<'_, S>,
    clinician: &Person,
    practitioner: &Person,
    appointment: &Value,
    number: usize,
) -> Result<Value, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let mut form = match number % 3 {
        0 => {
            json!({ "interval_unit": "days", "interval_from": 12, "interval_to": 14, "purpose": "medication_review", "mode": "phone",
            "note": "Ask about sleep and the morning dose." })
        }
        1 => {
            json!({ "interval_unit": "weeks", "interval_from": 3, "interval_to": 4, "purpose": "therapy_session", "questionnaire": "phq-9",
            "note": "Bring the diary of the on-call week.", "note_shared": true })
        }
        _ => json!({ "interval_unit": "weeks", "interval_from": 6, "purpose": "return_to_work_review" }),
    };
    form["appointment_id"] = appointment["id"].clone();
    story.desk.post(clinician, &format!("/v1/practitioners/{}/follow-ups", practitioner.id), form).await
}
