//! A step of the scenario: fit notes.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use serde_json::{Value, json};

use super::Users;
use crate::demo::api::text;
use crate::demo::people::Stage;
use crate::demo::scenario::{PractitionerUser, Scenario, by_id};

/// Every practitioner in care who was seen by a clinician with the right to issue one has a note for four weeks; the first of
/// them also has a return-to-work plan.
pub(super) async fn run<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let mut issued = 0;
    for practitioner in users.practitioners.iter().filter(|practitioner| practitioner.profile.stage == Stage::InCare) {
        let person = &practitioner.person;
        let appointments = scenario.api.get(person, "/v1/appointments?state=attended").await?;
        let seen = appointments["items"].as_array().into_iter().flatten();
        for appointment in seen {
            let clinician = by_id(users.clinicians, &appointment["clinician_id"])?;
            let note = note(practitioner, appointment, issued);
            let made = match scenario.api.post(clinician, "/v1/fit-notes", note).await {
                Ok(made) => made,
                // The clinician may not issue fit notes, for example a psychologist.
                Err(why) if why.contains("fit_note_not_allowed") => continue,
                Err(why) => return Err(why),
            };
            scenario.api.get(person, &format!("/v1/fit-notes/{}/pdf", text(&made, "id"))).await?;
            if issued == 0 {
                let starts_on = scenario.now().london_day() + chrono::Days::new(7);
                let plan = scenario.api.post(clinician, "/v1/return-to-work-plans", plan(practitioner, starts_on)).await?;
                scenario.api.post(person, &format!("/v1/return-to-work-plans/{}/agree", text(&plan, "id")), json!({})).await?;
            }
            issued += 1;
            break;
        }
    }
    Ok(())
}

fn note(practitioner: &PractitionerUser<'_>, appointment: &Value, number: usize) -> Value {
    let may_be_fit = number % 2 == 1;
    json!({
        "practitioner_id": practitioner.person.id,
        "appointment_id": appointment["id"],
        "condition": if may_be_fit { "Stress-related illness" } else { "Acute stress reaction" },
        "fitness": if may_be_fit { "may_be_fit" } else { "not_fit" },
        "adaptations": if may_be_fit { json!(["phased_return", "altered_hours"]) } else { json!([]) },
        "comments": if may_be_fit { "Concentrates for about four hours; no nights for now." } else { "Needs rest and regular sleep." },
        "period": { "kind": "duration", "count": 4, "unit": "weeks" },
        "assess_again": true
    })
}

fn plan(practitioner: &PractitionerUser<'_>, starts_on: chrono::NaiveDate) -> Value {
    let week = |number: u32, days: &[&str], minutes: u32| {
        let days: Vec<Value> = days.iter().map(|day| json!({ "day": day, "minutes": minutes })).collect();
        json!({ "week": number, "days": days })
    };
    json!({
        "practitioner_id": practitioner.person.id,
        "starts_on": starts_on,
        "contract_minutes": 2400,
        "weeks": [
            week(1, &["tuesday", "thursday"], 240),
            week(2, &["tuesday", "wednesday", "thursday"], 360),
            week(3, &["monday", "tuesday", "wednesday", "thursday"], 450)
        ],
        "adaptations": ["phased_return", "amended_duties"],
        "review_on": starts_on + chrono::Days::new(21),
        "note": "Clinics only, no nights and no on-call until the review."
    })
}
