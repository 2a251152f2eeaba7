//! A step of the scenario: people whose reason for confidentiality is none of those in the list. A coordinator accepts one and declines
//! another, and a third one waits.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use chrono::TimeDelta;
use serde_json::json;

use super::Users;
use crate::demo::api::{User, text};
use crate::demo::people::{Practitioner, Stage, address};
use crate::demo::scenario::{Scenario, registration};
use crate::people::Role;

/// A person: pseudonym, legal name, registration number, and the reason in their own words.
type Person = (&'static str, &'static str, &'static str, &'static str);

const ACCEPTED: Person = (
    "Sorrel",
    "Sarah Pemberton",
    "85F3170E",
    "My sister leads the talking therapies here, and every referral from my ward is discussed in her team.",
);
const DECLINED: Person = (
    "Teal",
    "Terence Hobley",
    "90B6624E",
    "I would rather not meet people from my town in a waiting room, although none of them works with me.",
);
const WAITING: Person = (
    "Umber",
    "Ursula Dray",
    "79C1183E",
    "I inspect the local services for the board, and would be treated by people whose work I judge.",
);

/// Runs the step.
pub(super) async fn run<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let coordinator = users.staff.iter().find(|(role, _)| *role == Role::Coordinator).map(|(_, person)| person);
    let coordinator = coordinator.ok_or("the demo has no coordinator")?;
    register(scenario, ACCEPTED).await?;
    let accepted = "A close relative would see every entry about you. You can answer the intake questionnaires now.";
    decide(scenario, coordinator, "accept", accepted).await?;
    register(scenario, DECLINED).await?;
    let declined =
        "The neighbouring service sees staff by video and has no connection to your work. Your board can still agree to pay.";
    decide(scenario, coordinator, "decline", declined).await?;
    register(scenario, WAITING).await
}

async fn register<S, B>(scenario: &Scenario<'_, S>, person: Person) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let (pseudonym, legal_name, number, words) = person;
    scenario.wait(TimeDelta::minutes(15));
    let profile = Practitioner {
        pseudonym: pseudonym.to_owned(),
        legal_name: legal_name.to_owned(),
        profession: "nurse".to_owned(),
        registration_body: "nmc".to_owned(),
        registration_number: Some(number.to_owned()),
        setting: "secondary_care".to_owned(),
        confidentiality_reason: "other".to_owned(),
        confidentiality_reason_words: Some(words.to_owned()),
        employer_ods: Some("RXX21".to_owned()),
        stage: Stage::Registered,
        clinician: None,
    };
    let form = registration(&profile, &address(pseudonym));
    scenario.api.request(Method::POST, "/v1/registrations", None, Some(form)).await?;
    scenario.confirm().await
}

/// The coordinator decides about the reason that waits.
async fn decide<S, B>(scenario: &Scenario<'_, S>, coordinator: &User, verb: &str, reason: &str) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    scenario.wait(TimeDelta::minutes(20));
    let waiting = scenario.api.get(coordinator, "/v1/confidentiality-reasons?state=waiting").await?;
    let path = format!("/v1/confidentiality-reasons/{}", text(&waiting["items"][0], "id"));
    scenario.api.get(coordinator, &path).await?;
    let decision = json!({ "reason": reason });
    let path = format!("{path}/{verb}");
    scenario.api.request_with_etag(Method::POST, &path, coordinator, "*", Some(decision)).await.map(|_| ())
}
