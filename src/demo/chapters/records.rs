//! The story's chapter about the record.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use serde_json::{Value, json};

use super::Cast;
use crate::demo::desk::Person;
use crate::demo::people::Stage;
use crate::demo::story::{Seeking, Story, by_id};
use crate::identity::Role;

/// Tells it.
pub(super) async fn tell<S, B>(story: &Story<'_, S>, cast: &Cast<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let coordinator = cast.staff.iter().find(|(role, _)| *role == Role::Coordinator).ok_or("the story has no coordinator")?;
    for (number, Seeking { person, .. }) in cast.practitioners.iter().filter(|s| s.told.stage == Stage::InCare).enumerate() {
        let lead = story.desk.get(&coordinator.1, &format!("/v1/practitioners/{}/lead-clinician", person.id)).await?;
        let clinician = by_id(cast.clinicians, &lead["clinician_id"])?;
        replace(story, clinician, &format!("/v1/practitioners/{}/allergies", person.id), allergies(number)).await?;
        replace(story, person, "/v1/me/gp-sharing", consent(number)).await?;
    }
    Ok(())
}

/// Puts something in the place of the first version.
async fn replace<S, B>(story: &Story<'_, S>, person: &Person, path: &str, form: Value) -> Result<Value, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    story.desk.ask_having_read(Method::PUT, path, person, "\"v0\"", Some(form)).await
}

fn allergies(number: usize) -> Value {
    if number % 2 == 1 {
        return json!({ "status": "none_known" });
    }
    json!({ "status": "known", "allergies": [
        { "substance": "Penicillin", "snomed_code": "91936005", "reaction": "Rash", "severity": "moderate", "certainty": "confirmed" },
        { "substance": "Sertraline", "reaction": "Restlessness", "severity": "mild", "certainty": "unconfirmed" },
    ] })
}

fn consent(number: usize) -> Value {
    match number % 2 {
        0 => json!({ "consent": "given", "gp_name": "Dr Marsh", "gp_practice": "Fen Lane Surgery" }),
        _ => json!({ "consent": "refused" }),
    }
}
