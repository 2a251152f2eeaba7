//! The story's chapter about help elsewhere: an administrator keeps the directory, and somebody takes a self-check before they say
//! who they are.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use chrono::{Days, TimeDelta};
use serde_json::{Value, json};

use super::Cast;
use crate::demo::desk::text;
use crate::demo::people::Stage;
use crate::demo::story::Story;
use crate::people::Role;
use crate::reference::signposts::queries as signposts;

/// Entries that nobody has looked at for long, and for how many days by the end of the story.
const UNCHECKED: [(&str, u64); 3] = [("workplace_support", 140), ("calmer_text", 118), ("local_commissioner", 96)];

/// Tells it.
pub(super) async fn tell<S, B>(story: &Story<'_, S>, cast: &Cast<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let admin = cast.staff.iter().find(|(role, _)| *role == Role::Administrator).map(|(_, person)| person);
    let admin = admin.ok_or("the story has no administrator")?;
    let today = story.now().london_day();
    let line = json!({
        "name": "Midlands peer line", "summary": "Doctors and dentists from other trusts listen, in the evening.",
        "audience": "nhs_staff", "area": "Coventry and Warwickshire", "professions": ["doctor", "dentist"], "icb_codes": ["QWU"],
        "needs": ["listening_ear", "work_support"], "channel": "phone", "contact": "01632 960 144",
        "hours": "Monday to Thursday, 7pm to 10pm", "urgency": "routine", "valid_from": today,
        "source": "The line's coordinator, on the telephone"
    });
    let line = text(&story.desk.post(admin, "/v1/signposts", line).await?, "id");
    let last_day = today.checked_add_days(Days::new(20)).ok_or("the story runs out of days")?;
    let pilot = json!({
        "name": "Evening drop-in, pilot", "summary": "A room and a cup of tea after the late shift.",
        "audience": "health_and_social_care_staff", "area": "Leicester", "regions": ["midlands"], "needs": ["work_support"],
        "channel": "in_person", "contact": "Education centre, level 2", "hours": "Wednesdays, 9pm", "urgency": "routine",
        "valid_from": today, "source": "The trust's wellbeing lead"
    });
    let pilot = text(&story.desk.post(admin, "/v1/signposts", pilot).await?, "id");
    let path = format!("/v1/signposts/{pilot}/end");
    story.desk.ask_having_read(Method::POST, &path, admin, "*", Some(json!({ "last_day": last_day }))).await?;
    story.desk.ask(Method::POST, &format!("/v1/signposts/{line}/confirm"), Some(admin), None).await?;
    story
        .write(move |tx| {
            for (id, days) in UNCHECKED {
                let checked = today.checked_sub_days(Days::new(days)).unwrap_or(today);
                signposts::set_last_checked(tx, id, checked)?;
            }
            Ok(())
        })
        .await?;
    take_self_checks(story, cast).await
}

/// One is taken over by somebody who has registered, one waits for its code to be handed in, or for its last day.
async fn take_self_checks<S, B>(story: &Story<'_, S>, cast: &Cast<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let offered = story.desk.ask(Method::GET, "/v1/self-checks/questionnaires", None, None).await?;
    let mut codes = Vec::new();
    for tone in [1, 2] {
        let checks = offered["items"].as_array().into_iter().flatten().map(|questionnaire| {
            let items = questionnaire["items"].as_array().into_iter().flatten().enumerate();
            // The ninth item of the PHQ-9 is left at nought.
            let answers =
                items.map(|(place, item)| json!({ "item": item["id"], "value": if place < 8 { place % 2 * tone } else { 0 } }));
            json!({ "questionnaire": questionnaire["code"], "answers": answers.collect::<Vec<Value>>() })
        });
        let form = json!({ "questionnaires": checks.collect::<Vec<_>>(), "profession": "doctor", "icb_code": "QWU" });
        codes.push(text(&story.desk.ask(Method::POST, "/v1/self-checks", None, Some(form)).await?, "code"));
        story.wait(TimeDelta::hours(2));
    }
    let newcomer = cast.practitioners.iter().find(|seeking| seeking.told.stage == Stage::Registered);
    if let (Some(seeking), Some(code)) = (newcomer, codes.first()) {
        story.desk.post(&seeking.person, "/v1/me/self-checks", json!({ "code": code })).await?;
    }
    Ok(())
}
