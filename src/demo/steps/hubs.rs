//! A step of the scenario: referrals of hubs, two of which have coordinators. One hub refers a nurse, who is invited, and a
//! porter, who is pointed to other help; the service refers a doctor to the other hub, which also refers a person on.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::Users;
use crate::demo::api::{User, text};
use crate::demo::people::Stage;
use crate::demo::scenario::Scenario;
use crate::people::Role;

/// Runs the step.
pub(super) async fn run<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let missing = || "the demo lacks a member of staff".to_owned();
    let admin =
        users.staff.iter().find(|(role, _)| *role == Role::Administrator).map(|(_, person)| person).ok_or_else(missing)?;
    let with_role = |expected: Role| users.staff.iter().filter(move |(role, _)| *role == expected).map(|(_, person)| person);
    let service = with_role(Role::Coordinator).next().ok_or_else(missing)?;
    let hub_coordinators: Vec<&User> = with_role(Role::HubCoordinator).collect();
    let [beacon_coordinator, willow_coordinator] = hub_coordinators[..] else { return Err(missing()) };
    let beacon = hub_of_area(scenario, admin, "QWU").await?;
    let willow = hub_of_area(scenario, admin, "QNC").await?;
    for (hub, coordinator) in [(&beacon, beacon_coordinator), (&willow, willow_coordinator)] {
        let path = format!("/v1/hubs/{hub}/coordinators/{}", coordinator.id);
        let response = scenario.api.put(admin, &path, json!({ "employer_ods": null, "reason": "Runs this hub." })).await?;
        scenario.approve(users.staff, &response).await?;
    }

    let nurse = json!({ "kind": "hub_to_service", "reason": "confidentiality", "consent": true, "pseudonym": "Lark", "profession": "nurse",
        "icb_code": "QWU", "name": "Laura Kendal", "phone": "07700 900321", "update_channel": "sms",
        "note": "The local service is run by her own ward; she would rather not meet colleagues in the waiting room." });
    let nurse = refer(scenario, beacon_coordinator, &beacon, nurse).await?;
    answer(
        scenario,
        service,
        &nurse,
        "request-information",
        json!({ "question": "Does she know that someone must agree to pay first?" }),
    )
    .await?;
    answer(
        scenario,
        beacon_coordinator,
        &nurse,
        "provide-information",
        json!({ "text": "Yes, and she has named her commissioner." }),
    )
    .await?;
    answer(
        scenario,
        service,
        &nurse,
        "accept",
        json!({ "invitation_channel": "sms", "note": "Thank you. She is sent the link today." }),
    )
    .await?;

    let porter = json!({ "kind": "hub_to_service", "reason": "work_related", "consent": false, "profession": "non_clinical", "icb_code": "QWU" });
    let porter = refer(scenario, beacon_coordinator, &beacon, porter).await?;
    let reason = json!({ "reason": "other_help_needed", "note": "The local talking therapies can see him this week." });
    answer(scenario, service, &porter, "decline", reason).await?;
    let waiting = json!({ "kind": "hub_to_service", "reason": "trauma", "consent": false, "pseudonym": "Heath", "profession": "paramedic", "icb_code": "QWU" });
    refer(scenario, beacon_coordinator, &beacon, waiting).await?;

    if let Some(doctor) = users.practitioners.iter().find(|practitioner| practitioner.profile.stage == Stage::Registered) {
        let form = json!({ "kind": "service_to_hub", "reason": "team_support", "consent": true, "practitioner_id": doctor.person.id,
            "email": "quiet.desk@demo.example", "note": "Asks for help for the whole team after a difficult month." });
        let sent = refer(scenario, service, &willow, form).await?;
        answer(scenario, willow_coordinator, &sent, "accept", json!({ "note": "We meet the team next week." })).await?;
    }
    let onward = json!({ "kind": "hub_to_help", "reason": "mood_and_anxiety", "consent": false, "pseudonym": "Sedge",
        "profession": "healthcare_assistant", "help": "one_to_one" });
    let onward = refer(scenario, willow_coordinator, &willow, onward).await?;
    answer(scenario, willow_coordinator, &onward, "accept", json!({})).await?;
    answer(scenario, willow_coordinator, &onward, "close", json!({ "outcome": "help_given" })).await
}

/// The hub that covers an area.
async fn hub_of_area<S, B>(scenario: &Scenario<'_, S>, reader: &User, code: &str) -> Result<String, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let list = scenario.api.get(reader, &format!("/v1/hubs?icb_code={code}")).await?;
    Ok(text(&list["items"][0], "id"))
}

async fn refer<S, B>(scenario: &Scenario<'_, S>, by: &User, hub: &str, form: Value) -> Result<String, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    scenario.wait(TimeDelta::minutes(37));
    Ok(text(&scenario.api.post(by, &format!("/v1/hubs/{hub}/referrals"), form).await?, "id"))
}

async fn answer<S, B>(scenario: &Scenario<'_, S>, by: &User, referral: &str, verb: &str, form: Value) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    scenario.wait(TimeDelta::minutes(53));
    scenario.api.post(by, &format!("/v1/referrals/{referral}/{verb}"), form).await.map(|_| ())
}
