//! A step of the scenario: practitioners whose care needs funding first. One is funded and books, one is declined, appeals and is
//! pointed to other help, and one waits for the panel.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use chrono::{Days, TimeDelta};
use serde_json::{Value, json};

use super::Users;
use crate::demo::api::{User, text};
use crate::demo::people::{Practitioner, Stage, address};
use crate::demo::scenario::{Scenario, registration};
use crate::people::Role;

/// The staff who act in this step.
struct Staff<'a> {
    coordinator: &'a User,
    commissioner: &'a User,
}

/// Runs the step.
pub(super) async fn run<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let with_role = |role| users.staff.iter().find(|(known, _)| *known == role).map(|(_, person)| person);
    let missing = || "the demo lacks a member of staff".to_owned();
    let admin = with_role(Role::Administrator).ok_or_else(missing)?;
    let commissioner = with_role(Role::Commissioner).ok_or_else(missing)?;
    let staff = Staff { coordinator: with_role(Role::Coordinator).ok_or_else(missing)?, commissioner };
    let areas = format!("/v1/staff/{}/commissioned-areas", commissioner.id);
    let response = scenario.api.put(admin, &areas, json!({ "icb_codes": ["QWU"], "reason": "Decides for this board." })).await?;
    scenario.approve(users.staff, &response).await?;

    if let Some(waiting) = users.practitioners.iter().find(|practitioner| practitioner.profile.stage == Stage::AwaitingFunding) {
        submit_request(scenario, &staff, &waiting.person, "confidentiality").await?;
    }
    let funded = register(scenario, "Wren", "Winifred Ashdown", "93C2041E").await?;
    if let Some(friend) = users.clinicians.first() {
        let colleague = json!({ "clinician_id": friend.id, "relationship": "friend" });
        scenario.api.post(&funded, "/v1/me/blocked-colleagues", colleague).await?;
    }
    let request = submit_request(scenario, &staff, &funded, "specialist_need").await?;
    decide(
        scenario,
        &staff,
        &request,
        json!({ "decision": "approved_limited", "ground": "exceptional", "sessions": 6,
        "reason": "Six sessions, then a report on whether more would help." }),
    )
    .await?;
    answer_questionnaires(scenario, &funded).await?;
    let counsellor = users.clinicians.get(8).ok_or_else(missing)?;
    scenario.book_with(&funded, &counsellor.id, "assessment", 3).await?;

    let declined = register(scenario, "Robin", "Robert Fenwick", "88D5512E").await?;
    let request = submit_request(scenario, &staff, &declined, "no_local_care").await?;
    decide(
        scenario,
        &staff,
        &request,
        json!({ "decision": "declined", "ground": "local_care_suitable",
        "reason": "The local talking therapies can see staff outside their own hospital." }),
    )
    .await?;
    let appeal = json!({ "ground": "evidence_not_considered", "share": true,
        "text": "The local service is run by the ward that I work on; the papers show it." });
    scenario.api.post(&declined, &format!("/v1/funding-requests/{request}/appeal"), appeal).await?;
    decide(
        scenario,
        &staff,
        &request,
        json!({ "decision": "declined", "ground": "local_care_suitable",
        "reason": "A neighbouring service has agreed to see the person." }),
    )
    .await
}

/// A person registers who can be helped only with funding.
async fn register<S, B>(scenario: &Scenario<'_, S>, pseudonym: &str, legal_name: &str, number: &str) -> Result<User, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    scenario.wait(TimeDelta::minutes(23));
    let profile = Practitioner {
        pseudonym: pseudonym.to_owned(),
        legal_name: legal_name.to_owned(),
        profession: "nurse".to_owned(),
        registration_body: "nmc".to_owned(),
        registration_number: Some(number.to_owned()),
        setting: "secondary_care".to_owned(),
        confidentiality_reason: "none".to_owned(),
        confidentiality_reason_words: None,
        employer_ods: Some("RXX21".to_owned()),
        stage: Stage::AwaitingFunding,
        clinician: None,
    };
    let email = address(pseudonym);
    scenario.api.request(Method::POST, "/v1/registrations", None, Some(registration(&profile, &email))).await?;
    scenario.confirm().await?;
    scenario.sign_in(&email).await
}

/// Writes a request, submits it and has it sent to the panel; returns its id.
async fn submit_request<S, B>(
    scenario: &Scenario<'_, S>,
    staff: &Staff<'_>,
    person: &User,
    reason: &str,
) -> Result<String, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let list = scenario.api.get(person, "/v1/funding-requests").await?;
    let request = text(&list["items"][0], "id");
    let path = format!("/v1/funding-requests/{request}");
    let form = json!({ "icb_code": "QWU", "reason": reason, "sessions": 8,
        "statement": "I would have to sit in my own waiting room.", "share_statement": false });
    scenario.api.put_any_version(person, &path, form).await?;
    scenario.api.post(person, &format!("{path}/submit"), json!({ "consent_to_send": true })).await?;
    scenario.wait(TimeDelta::hours(4));
    scenario.api.request(Method::POST, &format!("{path}/screen"), Some(staff.coordinator), None).await?;
    let panel = scenario.now().london_day().checked_add_days(Days::new(21)).ok_or("the demo calculated an impossible date")?;
    scenario.api.post(staff.coordinator, &format!("{path}/send-to-panel"), json!({ "panel_on": panel })).await?;
    Ok(request)
}

async fn decide<S, B>(scenario: &Scenario<'_, S>, staff: &Staff<'_>, request: &str, decision: Value) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    scenario.wait(TimeDelta::hours(6));
    scenario.api.post(staff.commissioner, &format!("/v1/funding-requests/{request}/decide"), decision).await.map(|_| ())
}

async fn answer_questionnaires<S, B>(scenario: &Scenario<'_, S>, person: &User) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let assessment = text(&scenario.api.post(person, "/v1/assessments", json!({})).await?, "id");
    for code in ["phq-9", "gad-7"] {
        let questionnaire = scenario.api.get(person, &format!("/v1/questionnaires/{code}")).await?;
        let items = questionnaire["items"].as_array().into_iter().flatten().enumerate();
        // The ninth item of the PHQ-9 stays at zero.
        let answers = items.map(|(place, item)| json!({ "item": item["id"], "value": if place < 8 { place % 3 } else { 0 } }));
        let form = json!({ "answers": answers.collect::<Vec<_>>() });
        scenario.api.put(person, &format!("/v1/assessments/{assessment}/answers/{code}"), form).await?;
    }
    scenario.api.request(Method::POST, &format!("/v1/assessments/{assessment}/submit"), Some(person), None).await.map(|_| ())
}
