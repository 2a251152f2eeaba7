//! Steps of the scenario: a privacy officer puts a record on hold, because a claim is expected.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use serde_json::json;

use super::Users;
use crate::demo::api::text;
use crate::demo::scenario::Scenario;
use crate::people::Role;

/// Runs the step.
pub(super) async fn run<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let officer = users.staff.iter().find(|(role, _)| *role == Role::PrivacyOfficer).map(|(_, person)| person);
    let officer = officer.ok_or("the demo has no privacy officer")?;
    let practitioner = users.practitioners.first().ok_or("the demo has no practitioner")?;
    let registration = scenario.api.get(&practitioner.person, "/v1/me/registration").await?;
    let hold = json!({
        "reference": text(&registration, "reference"),
        "ground": "legal_proceedings",
        "reason": "The solicitors of the service expect a claim and have asked for the record."
    });
    scenario.api.post(officer, "/v1/retention-holds", hold).await?;
    Ok(())
}
