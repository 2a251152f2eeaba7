//! The story's chapter about the contact line: what came in at night by telephone and text, who was seen to, who waits to be rung,
//! and one who rang and registered.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::Cast;
use crate::access::contacts::queries::invitations;
use crate::demo::desk::{Person, text};
use crate::demo::people::{Practitioner, Stage, address};
use crate::demo::story::{Story, registration};
use crate::people::Role;
use crate::platform::error::Error;
use crate::platform::ids::Id;
use crate::platform::outbox::{Text, waiting};

/// Tells it.
pub(super) async fn tell<S, B>(story: &Story<'_, S>, cast: &Cast<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let handler = cast.staff.iter().find(|(role, _)| *role == Role::CallHandler).map(|(_, person)| person);
    let handler = handler.ok_or("the story has nobody who answers the line")?;
    night(story, handler).await?;
    day(story, handler).await?;
    registers(story, handler).await
}

/// Somebody turns to us, and what is said decides what is done; gives back the contact.
async fn comes_in<S, B>(
    story: &Story<'_, S>,
    handler: &Person,
    channel: &str,
    caller: Value,
    needs: &[&str],
) -> Result<String, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    story.wait(TimeDelta::minutes(6));
    let logged = story.desk.post(handler, "/v1/contacts", json!({ "channel": channel, "caller": caller })).await?;
    let contact = text(&logged, "id");
    story.desk.post(handler, &format!("/v1/contacts/{contact}/triage"), json!({ "needs": needs })).await?;
    Ok(contact)
}

async fn closes<S, B>(story: &Story<'_, S>, handler: &Person, contact: &str, ending: &str) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let path = format!("/v1/contacts/{contact}/close");
    story.desk.post(handler, &path, json!({ "close_reason": ending })).await.map(|_| ())
}

async fn night<S, B>(story: &Story<'_, S>, handler: &Person) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let anonymous = json!({ "note": "Anaesthetist, did not want to give a name. Pills counted out on the kitchen table." });
    let danger = comes_in(story, handler, "text", anonymous, &["immediate_danger"]).await?;
    let list = story.desk.get(handler, "/v1/contact-tasks?state=waiting&kind=danger").await?;
    let task = text(&list["items"][0], "id");
    story.desk.post(handler, &format!("/v1/contact-tasks/{task}/take"), json!({})).await?;
    let note = json!({ "note": "Stayed on until the ambulance was at the door; a neighbour is with them." });
    story.desk.post(handler, &format!("/v1/contact-tasks/{task}/complete"), note).await?;
    closes(story, handler, &danger, "emergency_services").await?;
    let spouse = json!({ "preferred_name": "a dentist's husband", "note": "Worried about his wife, who has stopped sleeping." });
    let another = comes_in(story, handler, "phone", spouse, &["about_someone_else", "wants_information"]).await?;
    closes(story, handler, &another, "informed").await?;
    // Nobody has taken this one yet.
    let registrar = json!({ "preferred_name": "Swift", "phone": "07700 900461", "profession": "doctor", "setting": "secondary_care",
        "nation": "england", "safe_to_call": true, "safe_times": "before the ward round at eight",
        "note": "A complaint came yesterday. Has been in the car park since the end of the shift." });
    comes_in(story, handler, "text", registrar, &["needs_today"]).await.map(|_| ())
}

async fn day<S, B>(story: &Story<'_, S>, handler: &Person) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let porter = json!({ "preferred_name": "Martin", "email": "martin@example.org", "profession": "non_clinical",
        "setting": "secondary_care", "nation": "england", "note": "Asks whether porters may come too." });
    let informed = comes_in(story, handler, "email", porter, &["wants_information"]).await?;
    closes(story, handler, &informed, "signposted").await?;
    let asked = json!({ "phone": "07700 900462", "preferred_name": "Heron", "safe_times": "on Thursdays, at home",
        "note": "Please do not leave a message." });
    story.desk.ask(Method::POST, "/v1/contact-requests", None, Some(asked)).await.map(|_| ())
}

/// One rings, gets a link by text, and registers with it.
async fn registers<S, B>(story: &Story<'_, S>, handler: &Person) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let caller = json!({ "preferred_name": "Linnet", "phone": "07700 900463", "profession": "dentist", "setting": "primary_care",
        "nation": "england", "icb_code": "QWU", "safe_to_call": false, "safe_to_text": true,
        "note": "Shares the reception with her partner, so nothing by telephone." });
    let contact = comes_in(story, handler, "phone", caller, &["wants_to_register"]).await?;
    let path = format!("/v1/contacts/{contact}/invitations");
    let sent = story.desk.post(handler, &path, json!({ "channel": "sms" })).await?;
    let token = token_of(story, &text(&sent, "id")).await?;
    closes(story, handler, &contact, "invited").await?;
    story.wait(TimeDelta::minutes(40));
    let told = Practitioner {
        pseudonym: "Linnet".to_owned(),
        legal_name: "Lindsey Marlowe".to_owned(),
        profession: "dentist".to_owned(),
        registration_body: "gdc".to_owned(),
        registration_number: Some("284613".to_owned()),
        setting: "primary_care".to_owned(),
        confidentiality_reason: "none".to_owned(),
        employer_ods: None,
        stage: Stage::Registered,
        clinician: None,
    };
    let email = address("Linnet");
    let mut form = registration(&told, &email);
    form["invitation_token"] = json!(token);
    story.desk.ask(Method::POST, "/v1/registrations", None, Some(form)).await?;
    story.confirm().await
}

/// What the text would bring to the telephone.
async fn token_of<S, B>(story: &Story<'_, S>, invitation: &str) -> Result<String, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let invitation: Id = invitation.parse().map_err(|_| "the story lost an invitation")?;
    let sent = story
        .write(move |tx| {
            let message = invitations::find(tx, invitation)?.and_then(|sent| sent.message_id);
            waiting::words_of::<Text>(tx, message.ok_or_else(Error::not_found)?)
        })
        .await?;
    let token = sent.body.split("#token=").nth(1).and_then(|rest| rest.split_whitespace().next());
    token.map(str::to_owned).ok_or_else(|| "the story lost an invitation".to_owned())
}
