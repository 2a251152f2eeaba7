//! A step of the scenario: the contact line. Contacts at night by telephone and text, those that are closed, those that wait for a
//! call back, a crisis call of a practitioner in care, and a caller who registers.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::Users;
use crate::access::contacts::crises;
use crate::access::contacts::queries::invitations;
use crate::demo::api::{User, text};
use crate::demo::people::{Practitioner, Stage, address};
use crate::demo::scenario::{Scenario, registration};
use crate::people::Role;
use crate::platform::error::Error;
use crate::platform::ids::Id;
use crate::platform::outbox::{TextMessage, lookup};
use crate::server::CRISIS_HOOKS;

/// Runs the step.
pub(super) async fn run<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let handler = users.staff.iter().find(|(role, _)| *role == Role::CallHandler).map(|(_, person)| person);
    let handler = handler.ok_or("the demo has no call handler")?;
    night(scenario, handler).await?;
    day(scenario, handler).await?;
    crisis(scenario, handler, users).await?;
    register_invited_caller(scenario, handler).await
}

/// Logs a contact and its triage, which decides the next step; returns the contact's id.
async fn log_contact<S, B>(
    scenario: &Scenario<'_, S>,
    handler: &User,
    channel: &str,
    caller: Value,
    needs: &[&str],
) -> Result<String, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    scenario.wait(TimeDelta::minutes(6));
    let logged = scenario.api.post(handler, "/v1/contacts", json!({ "channel": channel, "caller": caller })).await?;
    let contact = text(&logged, "id");
    scenario.api.post(handler, &format!("/v1/contacts/{contact}/triage"), json!({ "needs": needs })).await?;
    Ok(contact)
}

async fn close_contact<S, B>(scenario: &Scenario<'_, S>, handler: &User, contact: &str, ending: &str) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let path = format!("/v1/contacts/{contact}/close");
    scenario.api.post(handler, &path, json!({ "reason": ending })).await.map(|_| ())
}

async fn night<S, B>(scenario: &Scenario<'_, S>, handler: &User) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let anonymous = json!({ "note": "Anaesthetist, did not want to give a name. Pills counted out on the kitchen table." });
    let danger = log_contact(scenario, handler, "text", anonymous, &["immediate_danger"]).await?;
    complete_danger(scenario, handler, "Stayed on the line until the ambulance arrived; a neighbour is with them.").await?;
    close_contact(scenario, handler, &danger, "emergency_services").await?;
    let spouse = json!({ "preferred_name": "a dentist's husband", "note": "Worried about his wife, who has stopped sleeping." });
    let another = log_contact(scenario, handler, "phone", spouse, &["about_someone_else", "wants_information"]).await?;
    close_contact(scenario, handler, &another, "informed").await?;
    // No call handler has taken this task yet.
    let registrar = json!({ "preferred_name": "Swift", "phone": "07700 900461", "profession": "doctor", "setting": "secondary_care",
        "nation": "england", "safe_to_call": true, "safe_times": "before the ward round at eight",
        "note": "A complaint came yesterday. Has been in the car park since the end of the shift." });
    log_contact(scenario, handler, "text", registrar, &["needs_today"]).await.map(|_| ())
}

async fn day<S, B>(scenario: &Scenario<'_, S>, handler: &User) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let porter = json!({ "preferred_name": "Martin", "email": "martin@example.org", "profession": "non_clinical",
        "setting": "secondary_care", "nation": "england", "note": "Asks whether porters may come too." });
    let informed = log_contact(scenario, handler, "email", porter, &["wants_information"]).await?;
    close_contact(scenario, handler, &informed, "signposted").await?;
    let asked = json!({ "phone": "07700 900462", "preferred_name": "Heron", "safe_times": "on Thursdays, at home",
        "note": "Please do not leave a message." });
    scenario.api.request(Method::POST, "/v1/contact-requests", None, Some(asked)).await?;
    let sooner = json!({ "phone": "07700 900464", "preferred_name": "Plover", "nation": "wales",
        "safety_question": "prefer_not_to_say" });
    scenario.api.request(Method::POST, "/v1/contact-requests", None, Some(sooner)).await?;
    let midwife = json!({ "preferred_name": "Nuala", "phone": "07700 900465", "profession": "nurse", "setting": "secondary_care",
        "nation": "northern_ireland", "note": "Gaps in the observation charts, raised twice on the ward." });
    log_contact(scenario, handler, "phone", midwife, &["patient_safety"]).await.map(|_| ())
}

/// The task about danger that waits is taken and completed.
async fn complete_danger<S, B>(scenario: &Scenario<'_, S>, handler: &User, note: &str) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let list = scenario.api.get(handler, "/v1/contact-tasks?state=waiting&kind=danger").await?;
    let task = text(&list["items"][0], "id");
    scenario.api.post(handler, &format!("/v1/contact-tasks/{task}/take"), json!({})).await?;
    scenario.api.post(handler, &format!("/v1/contact-tasks/{task}/complete"), json!({ "note": note })).await.map(|_| ())
}

/// A practitioner in care calls in a crisis and states their reference: their clinicians get a risk alert.
async fn crisis<S, B>(scenario: &Scenario<'_, S>, handler: &User, users: &Users<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let in_care = users.practitioners.iter().find(|practitioner| practitioner.profile.stage == Stage::InCare);
    let in_care = in_care.ok_or("the demo has no practitioner in care")?;
    let own = scenario.api.get(&in_care.person, "/v1/me/registration").await?;
    let caller =
        json!({ "stated_reference": own["reference"], "note": "Calls from the car, crying. Has stopped at the services." });
    let contact = log_contact(scenario, handler, "phone", caller, &["immediate_danger", "existing_patient"]).await?;
    scenario.write(|tx| crises::run_due(tx, &CRISIS_HOOKS)).await?;
    complete_danger(scenario, handler, "Stayed on the line until her sister had reached her.").await?;
    let list = scenario.api.get(handler, "/v1/contact-tasks?state=waiting&kind=call_back&limit=100").await?;
    let of_contact = list["items"].as_array().into_iter().flatten().find(|task| task["contact_id"] == json!(contact));
    let task = text(of_contact.ok_or("the demo found no call-back")?, "id");
    scenario.api.post(handler, &format!("/v1/contact-tasks/{task}/take"), json!({})).await?;
    let note = json!({ "note": "Called back: she is at her sister's." });
    scenario.api.post(handler, &format!("/v1/contact-tasks/{task}/complete"), note).await?;
    close_contact(scenario, handler, &contact, "other").await
}

/// A caller gets a link by text message and registers with it.
async fn register_invited_caller<S, B>(scenario: &Scenario<'_, S>, handler: &User) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let caller = json!({ "preferred_name": "Linnet", "phone": "07700 900463", "profession": "dentist", "setting": "primary_care",
        "nation": "england", "icb_code": "QWU", "safe_to_call": false, "safe_to_text": true,
        "note": "Shares the reception with her partner, so nothing by telephone." });
    let contact = log_contact(scenario, handler, "phone", caller, &["wants_to_register"]).await?;
    let path = format!("/v1/contacts/{contact}/invitations");
    let sent = scenario.api.post(handler, &path, json!({ "channel": "sms" })).await?;
    let token = invitation_token(scenario, &text(&sent, "id")).await?;
    close_contact(scenario, handler, &contact, "invited").await?;
    scenario.wait(TimeDelta::minutes(40));
    let profile = Practitioner {
        pseudonym: "Linnet".to_owned(),
        legal_name: "Lindsey Marlowe".to_owned(),
        profession: "dentist".to_owned(),
        registration_body: "gdc".to_owned(),
        registration_number: Some("284613".to_owned()),
        setting: "primary_care".to_owned(),
        confidentiality_reason: "none".to_owned(),
        confidentiality_reason_words: None,
        employer_ods: None,
        stage: Stage::Registered,
        clinician: None,
    };
    let email = address("Linnet");
    let mut form = registration(&profile, &email);
    form["invitation_token"] = json!(token);
    scenario.api.request(Method::POST, "/v1/registrations", None, Some(form)).await?;
    scenario.confirm().await
}

/// The token in the text message that was sent.
async fn invitation_token<S, B>(scenario: &Scenario<'_, S>, invitation: &str) -> Result<String, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let invitation: Id = invitation.parse().map_err(|_| "the demo found no invitation")?;
    let sent = scenario
        .write(move |tx| {
            let message = invitations::message_of(tx, invitation)?;
            lookup::content_of::<TextMessage>(tx, message.ok_or_else(Error::not_found)?)
        })
        .await?;
    let token = sent.body.split("#token=").nth(1).and_then(|rest| rest.split_whitespace().next());
    token.map(str::to_owned).ok_or_else(|| "the demo found no invitation".to_owned())
}
