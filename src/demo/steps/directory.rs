//! A step of the scenario: signposts and self-checks. An administrator maintains the directory, and two people take a self-check
//! anonymously.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use chrono::{Days, TimeDelta};
use serde_json::{Value, json};

use super::Users;
use crate::demo::api::text;
use crate::demo::people::Stage;
use crate::demo::scenario::Scenario;
use crate::people::Role;
use crate::reference::signposts::queries as signposts;

/// Entries that have not been checked for a long time, with the number of days at the end of the scenario.
const UNCHECKED: [(&str, u64); 3] = [("workplace_support", 140), ("calmer_text", 118), ("local_commissioner", 96)];

/// Runs the step.
pub(super) async fn run<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let admin = users.staff.iter().find(|(role, _)| *role == Role::Administrator).map(|(_, person)| person);
    let admin = admin.ok_or("the demo has no administrator")?;
    let today = scenario.now().london_day();
    let line = json!({
        "name": "Midlands peer line", "summary": "Doctors and dentists from other trusts listen, in the evening.",
        "audience": "nhs_staff", "area": "Coventry and Warwickshire", "professions": ["doctor", "dentist"], "icb_codes": ["QWU"],
        "needs": ["listening_ear", "work_support"], "channel": "phone", "contact": "01632 960 144",
        "hours": "Monday to Thursday, 7pm to 10pm", "urgency": "routine", "valid_from": today,
        "source": "The line's coordinator, on the telephone"
    });
    let line = text(&scenario.api.post(admin, "/v1/signposts", line).await?, "id");
    let last_day = today.checked_add_days(Days::new(20)).ok_or("the demo calculated an impossible date")?;
    let pilot = json!({
        "name": "Evening drop-in, pilot", "summary": "Company and a cup of tea after the late shift.",
        "audience": "health_and_social_care_staff", "area": "Leicester", "regions": ["midlands"], "needs": ["work_support"],
        "channel": "in_person", "contact": "Education centre, level 2", "hours": "Wednesdays, 9pm", "urgency": "routine",
        "valid_from": today, "source": "The trust's wellbeing lead"
    });
    let pilot = text(&scenario.api.post(admin, "/v1/signposts", pilot).await?, "id");
    let path = format!("/v1/signposts/{pilot}/end");
    scenario.api.request_with_etag(Method::POST, &path, admin, "*", Some(json!({ "valid_until": last_day }))).await?;
    scenario.api.request(Method::POST, &format!("/v1/signposts/{line}/check"), Some(admin), None).await?;
    scenario
        .write(move |tx| {
            for (id, days) in UNCHECKED {
                let checked = today.checked_sub_days(Days::new(days)).unwrap_or(today);
                signposts::set_last_checked(tx, id, checked)?;
            }
            Ok(())
        })
        .await?;
    take_self_checks(scenario, users).await
}

/// One self-check is added to the record of a newly registered practitioner; the other waits for its code to be used, or for its
/// deletion.
async fn take_self_checks<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let offered = scenario.api.request(Method::GET, "/v1/self-checks/questionnaires", None, None).await?;
    let mut codes = Vec::new();
    for tone in [1, 2] {
        let checks = offered["items"].as_array().into_iter().flatten().map(|questionnaire| {
            let items = questionnaire["items"].as_array().into_iter().flatten().enumerate();
            // The ninth item of the PHQ-9 stays at zero.
            let answers =
                items.map(|(place, item)| json!({ "item": item["id"], "value": if place < 8 { place % 2 * tone } else { 0 } }));
            json!({ "questionnaire": questionnaire["code"], "answers": answers.collect::<Vec<Value>>() })
        });
        let form = json!({ "questionnaires": checks.collect::<Vec<_>>(), "profession": "doctor", "icb_code": "QWU" });
        codes.push(text(&scenario.api.request(Method::POST, "/v1/self-checks", None, Some(form)).await?, "code"));
        scenario.wait(TimeDelta::hours(2));
    }
    let newcomer = users.practitioners.iter().find(|practitioner| practitioner.profile.stage == Stage::Registered);
    if let (Some(practitioner), Some(code)) = (newcomer, codes.first()) {
        scenario.api.post(&practitioner.person, "/v1/me/self-checks", json!({ "code": code })).await?;
    }
    Ok(())
}
