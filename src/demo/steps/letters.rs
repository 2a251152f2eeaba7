//! A step of the scenario: printed letters.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use serde_json::{Value, json};

use super::Users;
use crate::demo::api::{User, text};
use crate::demo::people::Stage;
use crate::demo::scenario::{PractitionerUser, Scenario, by_id};

/// The first practitioner in care has agreed to a letter to their GP, which was posted; the second is asked to agree to a letter to
/// occupational health.
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
    let read = scenario.api.get(&first.person, &letter).await?;
    let agreement = json!({ "fingerprint": read["fingerprint"] });
    scenario.api.post(&first.person, &format!("{letter}/agree"), agreement).await?;
    let sending = json!({ "delivery": "printed_and_posted", "sent_on": scenario.now().london_day() });
    scenario.api.post(clinician, &format!("{letter}/send"), sending).await?;
    scenario.api.get(clinician, &format!("{letter}/pdf")).await?;

    let clinician = seen_by(scenario, users, second).await?;
    propose(scenario, clinician, &second.person, to_occupational_health()).await?;
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
    let attended = scenario.api.get(&practitioner.person, "/v1/appointments?status=attended").await?;
    by_id(users.clinicians, &attended["items"][0]["clinician_id"])
}

/// Writes a letter with the words of the record, fills in what the record does not have, and proposes it; returns its path.
async fn propose<S, B>(scenario: &Scenario<'_, S>, clinician: &User, person: &User, form: Value) -> Result<String, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let recipient = form["recipient"].clone();
    let draft = scenario.api.post(clinician, &format!("/v1/practitioners/{}/letters", person.id), form).await?;
    let letter = format!("/v1/letters/{}", text(&draft, "id"));
    let sections: Vec<Value> = draft["sections"].as_array().into_iter().flatten().map(filled_in).collect();
    scenario.api.put_any_version(clinician, &letter, json!({ "recipient": recipient, "sections": sections })).await?;
    scenario.api.request(Method::POST, &format!("{letter}/propose"), Some(clinician), None).await?;
    Ok(letter)
}

/// A section as it is; the clinician writes something where the record has no words.
fn filled_in(section: &Value) -> Value {
    let written = text(section, "text");
    if section["editable"] == true {
        let written = if written.is_empty() { "Not recorded." } else { written.as_str() };
        json!({ "section": section["section"], "text": written })
    } else {
        json!({ "section": section["section"] })
    }
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
