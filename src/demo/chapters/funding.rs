//! The story's chapter about those for whom somebody else must pay first: one is funded and books, one is declined, appeals and
//! is pointed to other help, and one waits for the panel.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use chrono::{Days, TimeDelta};
use serde_json::{Value, json};

use super::Cast;
use crate::demo::desk::{Person, text};
use crate::demo::people::{Practitioner, Stage, address};
use crate::demo::story::{Story, registration};
use crate::people::Role;

/// Who acts in this chapter.
struct Desks<'a> {
    coordinator: &'a Person,
    commissioner: &'a Person,
}

/// Tells it.
pub(super) async fn tell<S, B>(story: &Story<'_, S>, cast: &Cast<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let with_role = |role| cast.staff.iter().find(|(known, _)| *known == role).map(|(_, person)| person);
    let missing = || "the story lacks somebody of its staff".to_owned();
    let admin = with_role(Role::Administrator).ok_or_else(missing)?;
    let commissioner = with_role(Role::Commissioner).ok_or_else(missing)?;
    let desks = Desks { coordinator: with_role(Role::Coordinator).ok_or_else(missing)?, commissioner };
    let areas = format!("/v1/staff/{}/commissioned-areas", commissioner.id);
    story.desk.put(admin, &areas, json!({ "icb_codes": ["QWU"] })).await?;

    if let Some(waiting) = cast.practitioners.iter().find(|seeking| seeking.told.stage == Stage::AwaitingFunding) {
        ask(story, &desks, &waiting.person, "confidentiality").await?;
    }
    let funded = arrive(story, "Wren", "Winifred Ashdown", "93C2041E").await?;
    if let Some(friend) = cast.clinicians.first() {
        let colleague = json!({ "clinician_id": friend.id, "relationship": "friend" });
        story.desk.post(&funded, "/v1/me/blocked-colleagues", colleague).await?;
    }
    let request = ask(story, &desks, &funded, "specialist_need").await?;
    decide(
        story,
        &desks,
        &request,
        json!({ "decision": "approved_limited", "ground": "exceptional", "sessions": 6,
        "reason": "Six sessions, then a report on whether more would help." }),
    )
    .await?;
    answer_questionnaires(story, &funded).await?;
    let counsellor = cast.clinicians.get(8).ok_or_else(missing)?;
    story.book_with(&funded, &counsellor.id, "assessment", 3).await?;

    let declined = arrive(story, "Robin", "Robert Fenwick", "88D5512E").await?;
    let request = ask(story, &desks, &declined, "no_local_care").await?;
    decide(
        story,
        &desks,
        &request,
        json!({ "decision": "declined", "ground": "local_care_suitable",
        "reason": "The local talking therapies can see staff outside their own hospital." }),
    )
    .await?;
    let appeal = json!({ "ground": "evidence_not_considered", "share": true,
        "text": "The local service is run by the ward that I work on; the papers said so." });
    story.desk.post(&declined, &format!("/v1/funding-requests/{request}/appeal"), appeal).await?;
    decide(
        story,
        &desks,
        &request,
        json!({ "decision": "declined", "ground": "local_care_suitable",
        "reason": "A neighbouring service has agreed to see the person." }),
    )
    .await
}

/// Somebody registers who can be helped by special arrangement only.
async fn arrive<S, B>(story: &Story<'_, S>, pseudonym: &str, legal_name: &str, number: &str) -> Result<Person, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    story.wait(TimeDelta::minutes(23));
    let told = Practitioner {
        pseudonym: pseudonym.to_owned(),
        legal_name: legal_name.to_owned(),
        profession: "nurse".to_owned(),
        registration_body: "nmc".to_owned(),
        registration_number: Some(number.to_owned()),
        setting: "secondary_care".to_owned(),
        confidentiality_reason: "none".to_owned(),
        employer_ods: Some("RXX21".to_owned()),
        stage: Stage::AwaitingFunding,
        clinician: None,
    };
    let email = address(pseudonym);
    story.desk.ask(Method::POST, "/v1/registrations", None, Some(registration(&told, &email))).await?;
    story.confirm().await?;
    story.sign_in(&email).await
}

/// Writes a request, hands it in and has it sent to the panel; gives back its id.
async fn ask<S, B>(story: &Story<'_, S>, desks: &Desks<'_>, person: &Person, reason: &str) -> Result<String, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let list = story.desk.get(person, "/v1/funding-requests").await?;
    let request = text(&list["items"][0], "id");
    let path = format!("/v1/funding-requests/{request}");
    let form = json!({ "icb_code": "QWU", "reason": reason, "sessions": 8,
        "statement": "I would have to sit in my own waiting room.", "share_statement": false });
    story.desk.put_over(person, &path, form).await?;
    story.desk.post(person, &format!("{path}/submit"), json!({ "consent_to_send": true })).await?;
    story.wait(TimeDelta::hours(4));
    story.desk.ask(Method::POST, &format!("{path}/screen"), Some(desks.coordinator), None).await?;
    let panel = story.now().london_day().checked_add_days(Days::new(21)).ok_or("the story runs out of days")?;
    story.desk.post(desks.coordinator, &format!("{path}/send-to-panel"), json!({ "panel_on": panel })).await?;
    Ok(request)
}

async fn decide<S, B>(story: &Story<'_, S>, desks: &Desks<'_>, request: &str, decision: Value) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    story.wait(TimeDelta::hours(6));
    story.desk.post(desks.commissioner, &format!("/v1/funding-requests/{request}/decide"), decision).await.map(|_| ())
}

async fn answer_questionnaires<S, B>(story: &Story<'_, S>, person: &Person) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let assessment = text(&story.desk.post(person, "/v1/assessments", json!({})).await?, "id");
    for code in ["phq-9", "gad-7"] {
        let questionnaire = story.desk.get(person, &format!("/v1/questionnaires/{code}")).await?;
        let items = questionnaire["items"].as_array().into_iter().flatten().enumerate();
        // The ninth item of the PHQ-9 is left at nought.
        let answers = items.map(|(place, item)| json!({ "item": item["id"], "value": if place < 8 { place % 3 } else { 0 } }));
        let form = json!({ "answers": answers.collect::<Vec<_>>() });
        story.desk.put(person, &format!("/v1/assessments/{assessment}/answers/{code}"), form).await?;
    }
    story.desk.ask(Method::POST, &format!("/v1/assessments/{assessment}/submit"), Some(person), None).await.map(|_| ())
}
