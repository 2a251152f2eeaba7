//! A step of the scenario: follow-ups.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use serde_json::{Value, json};

use super::Users;
use crate::demo::api::{User, text};
use crate::demo::people::Stage;
use crate::demo::scenario::{Scenario, by_id};
use crate::people::Role;

/// Runs the step: every practitioner who was treated has an agreed follow-up. One of them has stated how they may be called, with a mobile
/// number that they have not confirmed, has missed it and was phoned.
pub(super) async fn run<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let (_, coordinator) =
        users.staff.iter().find(|(role, _)| *role == Role::Coordinator).ok_or("the demo has no coordinator")?;
    let in_care = users.practitioners.iter().filter(|practitioner| practitioner.profile.stage == Stage::InCare);
    for (number, practitioner) in in_care.enumerate() {
        let seen = scenario.api.get(&practitioner.person, "/v1/appointments?state=attended").await?;
        let appointments = seen["items"].as_array().ok_or("the demo found no appointments")?;
        let last = appointments.last().ok_or("the demo found a practitioner in care without an appointment")?;
        let clinician = by_id(users.clinicians, &last["clinician_id"])?;
        let agreed = agree(scenario, clinician, &practitioner.person, last, number).await?;
        if number == 0 {
            let preferences = json!({ "channel": "email", "quiet_hours": { "from": "21:00", "until": "08:00" }, "wording": "neutral",
                "mobile": "07700 900142", "reminders": true, "safe_to_call": true, "safe_to_leave_voicemail": false,
                "best_time": "Weekdays after 6 pm" });
            scenario.api.put_any_version(&practitioner.person, "/v1/me/message-preferences", preferences).await?;
            let details = format!("/v1/practitioners/{}/contact-details?reason=follow_up", practitioner.person.id);
            scenario.api.get(coordinator, &details).await?;
            let path = format!("/v1/follow-ups/{}/contact-attempts", text(&agreed, "id"));
            let form = json!({ "outcome": "no_answer", "note": "Rang at noon; no answer. To be tried after her shift." });
            scenario.api.post(coordinator, &path, form).await?;
        }
    }
    Ok(())
}

async fn agree<S, B>(
    scenario: &Scenario<'_, S>,
    clinician: &User,
    practitioner: &User,
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
    scenario.api.post(clinician, &format!("/v1/practitioners/{}/follow-ups", practitioner.id), form).await
}
