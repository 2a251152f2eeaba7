//! A step of the scenario: the clinical record.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use chrono::Days;
use serde_json::{Value, json};

use super::Users;
use crate::demo::api::{User, text};
use crate::demo::people::Stage;
use crate::demo::scenario::{PractitionerUser, Scenario, by_id};
use crate::people::Role;

/// Runs the step.
pub(super) async fn run<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let in_care: Vec<&PractitionerUser<'_>> = users.practitioners.iter().filter(|s| s.profile.stage == Stage::InCare).collect();
    let coordinator = users.staff.iter().find(|(role, _)| *role == Role::Coordinator).ok_or("the demo has no coordinator")?;
    for (number, PractitionerUser { person, .. }) in in_care.iter().enumerate() {
        // The practitioner calls, so that the coordinator may know of them.
        let own = scenario.api.get(person, "/v1/me/registration").await?;
        let call = json!({ "reference": own["reference"], "reason": "phone_call" });
        scenario.api.post(&coordinator.1, "/v1/practitioner-lookups", call).await?;
        let lead = scenario.api.get(&coordinator.1, &format!("/v1/practitioners/{}/lead-clinician", person.id)).await?;
        let clinician = by_id(users.clinicians, &lead["clinician_id"])?;
        fill(scenario, clinician, person, number).await?;
        replace(scenario, person, "/v1/me/gp-sharing", consent(number)).await?;
        if number == 0 {
            write_safety_plan(scenario, clinician, person).await?;
        }
    }
    write_notes(scenario, users, &in_care).await
}

/// The record entries and plans of the lead clinician.
async fn fill<S, B>(scenario: &Scenario<'_, S>, clinician: &User, person: &User, number: usize) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let of = |part: &str| format!("/v1/practitioners/{}/{part}", person.id);
    replace(scenario, clinician, &of("allergies"), allergies(number)).await?;
    let address = json!({ "lines": [format!("{} Harbour Lane", number + 1), "Exampleton"], "postcode": "EX1 2MP" });
    let details = json!({ "date_of_birth": "1984-06-12", "address": address });
    replace(scenario, clinician, &of("prescribing-details"), details).await?;
    let review_on = scenario.now().london_day() + Days::new(28);
    let plan = json!({
        "goals": [
            { "text": "Sleep through on most nights", "measure": "Five nights of seven, by the sleep diary", "state": "open" },
            { "text": "Go back to work by steps", "measure": "Two clinics a week by the review", "state": "open" },
        ],
        "interventions": ["Cognitive therapy for insomnia", "Talk with occupational health, once agreed"],
        "review_on": review_on,
    });
    replace(scenario, clinician, &of("care-plan"), plan).await?;
    let (name, code) = PROBLEMS[number % PROBLEMS.len()];
    scenario.api.post(clinician, &of("problems"), json!({ "name": name, "snomed_code": code, "shared": true })).await?;
    Ok(())
}

/// The practitioner begins a safety plan alone, and the clinician adds to it in a session.
async fn write_safety_plan<S, B>(scenario: &Scenario<'_, S>, clinician: &User, person: &User) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let mut plan = safety_plan();
    scenario.api.put(person, "/v1/me/safety-plan", plan.clone()).await?;
    plan["safer_environment"] = json!(["My sister keeps the tablets and gives me a week's supply."]);
    plan["professionals"] = json!([{ "name": "The practice, and ask for the duty doctor", "phone": "01632 960123" }]);
    let path = format!("/v1/practitioners/{}/safety-plan", person.id);
    scenario.api.request_with_etag(Method::PUT, &path, clinician, "\"v1\"", Some(plan)).await?;
    Ok(())
}

/// Every clinician writes a note about each practitioner they saw, and signs it; the last note stays a draft.
async fn write_notes<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>, in_care: &[&PractitionerUser<'_>]) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let mut written = Vec::new();
    for clinician in users.clinicians {
        let seen = scenario.api.get(clinician, "/v1/appointments?state=attended&limit=100").await?;
        for appointment in seen["items"].as_array().into_iter().flatten() {
            let whose = text(appointment, "practitioner_id");
            if in_care.iter().any(|practitioner| practitioner.person.id == whose) {
                let form = note(appointment, written.len());
                let draft = scenario.api.post(clinician, &format!("/v1/practitioners/{whose}/notes"), form).await?;
                written.push((clinician, text(&draft, "id")));
            }
        }
    }
    written.pop();
    for (clinician, id) in &written {
        let path = format!("/v1/notes/{id}/sign");
        scenario.api.request_with_etag(Method::POST, &path, clinician, "\"v1\"", None).await?;
    }
    if let Some((clinician, id)) = written.first() {
        let addendum =
            json!({ "text": "Rang to move the next session; sleeping better.", "shared": "You rang to move our next session." });
        scenario.api.post(clinician, &format!("/v1/notes/{id}/addenda"), addendum).await?;
    }
    Ok(())
}

/// Replaces the first version of something.
async fn replace<S, B>(scenario: &Scenario<'_, S>, person: &User, path: &str, form: Value) -> Result<Value, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    scenario.api.request_with_etag(Method::PUT, path, person, "\"v0\"", Some(form)).await
}

const PROBLEMS: [(&str, &str); 3] =
    [("Depressive disorder", "35489007"), ("Anxiety disorder", "197480006"), ("Anxiety", "48694002")];

const SESSIONS: [(&str, &str); 3] = [
    ("Wakes at four and stays awake until the alarm. Dreads the ward round.", "Low, tired, well presented. No slowing."),
    ("Two better nights this week. Her partner knows.", "Brighter. Speech and thought as usual."),
    ("A complaint came on Monday; has thought of little else.", "Anxious, tearful at times. Insight good."),
];

fn note(appointment: &Value, number: usize) -> Value {
    let (presentation, mental_state) = SESSIONS[number % SESSIONS.len()];
    json!({
        "appointment_id": appointment["id"],
        "presentation": presentation,
        "mental_state": mental_state,
        "risk": "No thoughts of death or of harm. Partner and sister protect. Knows who to call at night.",
        "plan": "Sleep diary; a session in two weeks; the employer hears only what it must know.",
        "shared": "We spoke about sleep and about work. Please keep the diary until we meet again.",
    })
}

fn safety_plan() -> Value {
    json!({
        "warning_signs": ["I stop answering messages.", "I think that the ward would be better off without me."],
        "coping_strategies": ["Walk to the river and back, with music.", "Write the thought down and read it tomorrow."],
        "distractions": [{ "name": "The climbing wall on Tuesdays" }, { "name": "Kit, to watch the match", "phone": "07700 900461" }],
        "helpers": [{ "name": "My sister", "phone": "07700 900462" }],
        "signpost_ids": ["samaritans", "shout"],
        "professionals": [],
        "safer_environment": [],
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
