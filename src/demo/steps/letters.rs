//! A step of the scenario: printed letters.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use serde_json::{Value, json};

use super::Users;
use crate::demo::api::{User, text};
use crate::demo::people::Stage;
use crate::demo::scenario::{PractitionerUser, Scenario, by_id};

/// The first practitioner in care has agreed to a letter to their GP, which was posted, and to one to occupational health, which waits to
/// be sent; the second is asked to agree to a letter to occupational health.
pub(super) async fn run<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let mut in_care = users.practitioners.iter().filter(|practitioner| practitioner.profile.stage == Stage::InCare);
    let (Some(first), Some(second)) = (in_care.next(), in_care.next()) else {
        return Err("the demo has no two practitioners in care".to_owned());
    };
    let clinician = seen_by(scenario, users, first).await?;
    let letter = propose(scenario, clinician, &first.person, to_gp()).await?;
    agree(scenario, &first.person, &letter).await?;
    let sending = json!({ "delivery": "printed_and_posted", "sent_on": scenario.now().london_day() });
    scenario.api.post(clinician, &format!("{letter}/record-sending"), sending).await?;
    scenario.api.get(clinician, &format!("{letter}/pdf")).await?;

    let about_work = propose(scenario, clinician, &first.person, to_occupational_health()).await?;
    agree(scenario, &first.person, &about_work).await?;
    scenario.api.get(clinician, "/v1/unsent-letters").await?;

    let clinician = seen_by(scenario, users, second).await?;
    propose(scenario, clinician, &second.person, to_occupational_health()).await?;
    Ok(())
}

/// The practitioner reads a letter and agrees to its text.
async fn agree<S, B>(scenario: &Scenario<'_, S>, person: &User, letter: &str) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let read = scenario.api.get(person, letter).await?;
    let agreement = json!({ "fingerprint": read["fingerprint"] });
    scenario.api.post(person, &format!("{letter}/agree"), agreement).await?;
    Ok(())
}

/// A clinician who has seen this practitioner.
async fn seen_by<'p, S, B>(
    scenario: &Scenario<'_, S>,
    users: &Users<'p>,
    practitioner: &PractitionerUser<'_>,
) -> Result<&'p User, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let attended = scenario.api.get(&practitioner.person, "/v1/appointments?state=attended").await?;
    by_id(users.clinicians, &attended["items"][0]["clinician_id"])
}

/// Writes a letter that is filled from the record, adds what the record does not have, and proposes it; returns its path.
async fn propose<S, B>(scenario: &Scenario<'_, S>, clinician: &User, person: &User, form: Value) -> Result<String, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let recipient = form["recipient"].clone();
    let draft = scenario.api.post(clinician, &format!("/v1/practitioners/{}/letters", person.id), form).await?;
    let letter = format!("/v1/letters/{}", text(&draft, "id"));
    let sections: Vec<Value> = draft["sections"].as_array().into_iter().flatten().map(filled_in).collect();
    let medicines: Vec<Value> = draft["medicines"].as_array().into_iter().flatten().map(stated).collect();
    let mut form = json!({ "recipient": recipient, "sections": sections, "medicines": medicines });
    if sections.iter().any(|section| section["section"] == "requested_actions") {
        form["requested_actions"] =
            json!(["Please record that the patient is in our care, and call us before changing the treatment."]);
    }
    scenario.api.put_any_version(clinician, &letter, form).await?;
    scenario.api.request(Method::POST, &format!("{letter}/propose"), Some(clinician), None).await?;
    Ok(letter)
}

/// A section as it is; the clinician writes something where the record has no words.
fn filled_in(section: &Value) -> Value {
    let written = text(section, "text");
    // The program fills these in from what the clinician states beside the sections.
    let is_stated = ["requested_actions", "medications"].iter().any(|stated| section["section"] == *stated);
    if section["editable"] == true && !is_stated {
        let written = if written.is_empty() { "Not recorded." } else { written.as_str() };
        json!({ "section": section["section"], "text": written })
    } else {
        json!({ "section": section["section"] })
    }
}

/// What the clinician states of a medicine where the record does not hold it.
fn stated(medicine: &Value) -> Value {
    let mut stated = json!({ "prescription_id": medicine["prescription_id"], "item": medicine["item"] });
    for (member, unless_known) in [("indication", "Low mood and poor sleep"), ("next_prescriber", "service")] {
        let known = &medicine[member];
        stated[member] = if known.is_null() { json!(unless_known) } else { known.clone() };
    }
    stated
}

fn to_gp() -> Value {
    json!({ "kind": "gp_letter", "recipient": { "kind": "gp" } })
}

fn to_occupational_health() -> Value {
    let statement = "Can return to two clinics a week, without nights. A review with me is planned in four weeks.";
    json!({
        "kind": "employer_letter",
        "recipient": {
            "kind": "other", "name": "Rowan Skye", "organisation": "Northmoor Occupational Health",
            "address_lines": ["1 Harbour Lane", "Exampleton"]
        },
        "sections": [
            { "section": "patient_details" },
            { "section": "statement", "text": statement },
            { "section": "person_completing" },
            { "section": "distribution_list" }
        ]
    })
}
