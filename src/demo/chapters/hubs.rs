//! The story's chapter about the hubs: two have coordinators here. One refers a nurse, who is invited, and a porter, who is
//! pointed to other help; to the other a doctor is sent on, and it sends somebody on itself.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::Cast;
use crate::demo::desk::{Person, text};
use crate::demo::people::Stage;
use crate::demo::story::Story;
use crate::people::Role;

/// Tells it.
pub(super) async fn tell<S, B>(story: &Story<'_, S>, cast: &Cast<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let missing = || "the story lacks somebody of its staff".to_owned();
    let admin = cast.staff.iter().find(|(role, _)| *role == Role::Administrator).map(|(_, person)| person).ok_or_else(missing)?;
    let of_role = |wanted: Role| cast.staff.iter().filter(move |(role, _)| *role == wanted).map(|(_, person)| person);
    let service = of_role(Role::Coordinator).next().ok_or_else(missing)?;
    let runners: Vec<&Person> = of_role(Role::HubCoordinator).collect();
    let [beacon_runner, willow_runner] = runners[..] else { return Err(missing()) };
    let beacon = of_area(story, admin, "QWU").await?;
    let willow = of_area(story, admin, "QNC").await?;
    for (hub, runner) in [(&beacon, beacon_runner), (&willow, willow_runner)] {
        let path = format!("/v1/hubs/{hub}/coordinators/{}", runner.id);
        story.desk.put(admin, &path, json!({ "employer_ods": null })).await?;
    }

    let nurse = json!({ "kind": "hub_to_service", "reason": "confidentiality", "consent": true, "pseudonym": "Lark", "profession": "nurse",
        "icb_code": "QWU", "name": "Laura Kendal", "phone": "07700 900321", "updates_by": "sms",
        "note": "The local service is run by her own ward; she would rather not meet colleagues in the waiting room." });
    let nurse = refer(story, beacon_runner, &beacon, nurse).await?;
    answer(
        story,
        service,
        &nurse,
        "request-information",
        json!({ "question": "Does she know that somebody must agree to pay first?" }),
    )
    .await?;
    answer(story, beacon_runner, &nurse, "provide-information", json!({ "text": "Yes, and she has named her commissioner." }))
        .await?;
    answer(
        story,
        service,
        &nurse,
        "accept",
        json!({ "invitation_channel": "sms", "text": "Thank you. She is sent the link today." }),
    )
    .await?;

    let porter = json!({ "kind": "hub_to_service", "reason": "work_related", "consent": false, "profession": "non_clinical", "icb_code": "QWU" });
    let porter = refer(story, beacon_runner, &beacon, porter).await?;
    let reason = json!({ "reason": "other_help_needed", "text": "The local talking therapies can see him this week." });
    answer(story, service, &porter, "decline", reason).await?;
    let waiting = json!({ "kind": "hub_to_service", "reason": "trauma", "consent": false, "pseudonym": "Heath", "profession": "paramedic", "icb_code": "QWU" });
    refer(story, beacon_runner, &beacon, waiting).await?;

    if let Some(doctor) = cast.practitioners.iter().find(|seeking| seeking.told.stage == Stage::Registered) {
        let whom = json!({ "kind": "service_to_hub", "reason": "team_support", "consent": true, "practitioner_id": doctor.person.id,
            "email": "quiet.desk@demo.example", "note": "Asks for help for the whole team after a difficult month." });
        let sent = refer(story, service, &willow, whom).await?;
        answer(story, willow_runner, &sent, "accept", json!({ "text": "We meet the team next week." })).await?;
    }
    let onward = json!({ "kind": "hub_to_help", "reason": "mood_and_anxiety", "consent": false, "pseudonym": "Sedge",
        "profession": "healthcare_assistant", "help": "one_to_one" });
    let onward = refer(story, willow_runner, &willow, onward).await?;
    answer(story, willow_runner, &onward, "accept", json!({})).await?;
    answer(story, willow_runner, &onward, "close", json!({ "outcome": "help_given" })).await
}

/// The hub that covers an area.
async fn of_area<S, B>(story: &Story<'_, S>, reader: &Person, code: &str) -> Result<String, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let list = story.desk.get(reader, &format!("/v1/hubs?icb_code={code}")).await?;
    Ok(text(&list["items"][0], "id"))
}

async fn refer<S, B>(story: &Story<'_, S>, by: &Person, hub: &str, whom: Value) -> Result<String, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    story.wait(TimeDelta::minutes(37));
    Ok(text(&story.desk.post(by, &format!("/v1/hubs/{hub}/referrals"), whom).await?, "id"))
}

async fn answer<S, B>(story: &Story<'_, S>, by: &Person, referral: &str, verb: &str, form: Value) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    story.wait(TimeDelta::minutes(53));
    story.desk.post(by, &format!("/v1/referrals/{referral}/{verb}"), form).await.map(|_| ())
}
