//! The story's chapter about the record.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use chrono::Days;
use serde_json::{Value, json};

use super::Cast;
use crate::demo::desk::{Person, text};
use crate::demo::people::Stage;
use crate::demo::story::{Seeking, Story, by_id};
use crate::people::Role;

/// Tells it.
pub(super) async fn tell<S, B>(story: &Story<'_, S>, cast: &Cast<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let in_care: Vec<&Seeking<'_>> = cast.practitioners.iter().filter(|s| s.told.stage == Stage::InCare).collect();
    let coordinator = cast.staff.iter().find(|(role, _)| *role == Role::Coordinator).ok_or("the story has no coordinator")?;
    for (number, Seeking { person, .. }) in in_care.iter().enumerate() {
        let lead = story.desk.get(&coordinator.1, &format!("/v1/practitioners/{}/lead-clinician", person.id)).await?;
        let clinician = by_id(cast.clinicians, &lead["clinician_id"])?;
        fill(story, clinician, person, number).await?;
        replace(story, person, "/v1/me/gp-sharing", consent(number)).await?;
    }
    write_notes(story, cast, &in_care).await
}

/// What the lead clinician knows and plans.
async fn fill<S, B>(story: &Story<'_, S>, clinician: &Person, person: &Person, number: usize) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let of = |part: &str| format!("/v1/practitioners/{}/{part}", person.id);
    replace(story, clinician, &of("allergies"), allergies(number)).await?;
    let review_on = story.now().london_day() + Days::new(28);
    let plan = json!({
        "goals": [
            { "text": "Sleep through on most nights", "measure": "Five nights of seven, by the sleep diary", "state": "open" },
            { "text": "Go back to work by steps", "measure": "Two clinics a week by the review", "state": "open" },
        ],
        "interventions": ["Cognitive therapy for insomnia", "Talk with occupational health, once agreed"],
        "review_on": review_on,
    });
    replace(story, clinician, &of("care-plan"), plan).await?;
    let (name, code) = PROBLEMS[number % PROBLEMS.len()];
    story.desk.post(clinician, &of("problems"), json!({ "name": name, "snomed_code": code, "shared": true })).await?;
    Ok(())
}

/// Every clinician writes about whom they saw, and signs; the very last note is left a draft.
async fn write_notes<S, B>(story: &Story<'_, S>, cast: &Cast<'_>, in_care: &[&Seeking<'_>]) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let mut written = Vec::new();
    for clinician in cast.clinicians {
        let seen = story.desk.get(clinician, "/v1/appointments?status=attended&limit=100").await?;
        for appointment in seen["items"].as_array().into_iter().flatten() {
            let whose = text(appointment, "practitioner_id");
            if in_care.iter().any(|seeking| seeking.person.id == whose) {
                let form = note(appointment, written.len());
                let draft = story.desk.post(clinician, &format!("/v1/practitioners/{whose}/notes"), form).await?;
                written.push((clinician, text(&draft, "id")));
            }
        }
    }
    written.pop();
    for (clinician, id) in &written {
        let path = format!("/v1/notes/{id}/sign");
        story.desk.ask_having_read(Method::POST, &path, clinician, "\"v1\"", None).await?;
    }
    if let Some((clinician, id)) = written.first() {
        let addendum =
            json!({ "text": "Rang to move the next session; sleeping better.", "shared": "You rang to move our next session." });
        story.desk.post(clinician, &format!("/v1/notes/{id}/addenda"), addendum).await?;
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

const PROBLEMS: [(&str, &str); 3] =
    [("Depressive disorder", "35489007"), ("Anxiety disorder", "197480006"), ("Anxiety", "48694002")];

const SESSIONS: [(&str, &str); 3] = [
    ("Wakes at four and lies awake until the alarm. Dreads the ward round.", "Low, tired, well presented. No slowing."),
    ("Two better nights this week. Has told her partner.", "Brighter. Speech and thought as usual."),
    ("A complaint came on Monday; has thought of little else.", "Anxious, tearful at times. Insight good."),
];

fn note(appointment: &Value, number: usize) -> Value {
    let (presentation, mental_state) = SESSIONS[number % SESSIONS.len()];
    json!({
        "appointment_id": appointment["id"],
        "presentation": presentation,
        "mental_state": mental_state,
        "risk": "No thoughts of death or of harm. Partner and sister protect. Knows whom to ring at night.",
        "plan": "Sleep diary; a session in two weeks; work is told only what it must know.",
        "shared": "We spoke about sleep and about work. Please keep the diary until we meet again.",
    })
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
