//! The story's chapter about outreach: a campaign after an incident that is over, with its figures, and one for the teams of a
//! hospital that runs, with a team that asks for a session.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use chrono::{DateTime, Days, NaiveTime, Utc};
use serde_json::{Value, json};

use super::Cast;
use crate::demo::desk::{Person, text};
use crate::demo::story::Story;
use crate::partners::outreach::{closing, sending};
use crate::people::Role;
use crate::platform::ids::UtcTime;
use crate::platform::outbox::{Letter, waiting};

/// Tells it.
pub(super) async fn tell<S, B>(story: &Story<'_, S>, cast: &Cast<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let coordinators: Vec<&Person> =
        cast.staff.iter().filter(|(role, _)| *role == Role::Coordinator).map(|(_, person)| person).collect();
    let [author, other, ..] = coordinators[..] else { return Err("the story needs two coordinators".to_owned()) };
    let after_an_incident = json!({
        "kind": "individual_offer", "reason": "incident", "group": "Intensive care, nights", "wording": "recent_events",
        "channels": ["email"], "per_hour": 6000
    });
    let nights: Vec<String> = (0..40).map(|number| format!("nights{number}@rxx21.example.org")).collect();
    run(story, author, other, after_an_incident, 1, &nights).await?;
    let letters = sent(story, 1).await?;
    for (number, letter) in letters.iter().enumerate().take(20) {
        let own = format!("07700 9007{number:02}");
        let (kind, contact) = if number < 14 { ("self_check", Value::Null) } else { ("please_contact_me", json!(own)) };
        answer(story, letter, kind, contact).await?;
    }
    let over = story.parts.platform.at(at_ten(story.now(), 2)?);
    while over.write(closing::round).await.map_err(|error| error.to_string())? > 0 {}

    let teams = json!({
        "kind": "team_support", "reason": "winter", "group": "Leads of the emergency department's teams", "wording": "team_offer",
        "channels": ["email"], "per_hour": 60
    });
    let leads: Vec<String> = (0..12).map(|number| format!("lead{number}@rxx21.example.org")).collect();
    run(story, other, author, teams, 60, &leads).await?;
    match sent(story, 1).await?.first() {
        Some(letter) => answer(story, letter, "asks_for_team_session", Value::Null).await,
        None => Err("no lead was written to".to_owned()),
    }
}

/// Ten o'clock so many days later.
fn at_ten(now: UtcTime, days: u64) -> Result<UtcTime, String> {
    let day = now.london_day().checked_add_days(Days::new(days)).ok_or("the story runs out of days")?;
    let ten = day.and_time(NaiveTime::from_hms_opt(10, 0, 0).unwrap_or_default());
    Ok(DateTime::<Utc>::from_naive_utc_and_offset(ten, Utc).into())
}

/// A campaign of so many days, written by one coordinator and released by another.
async fn run<S, B>(
    story: &Story<'_, S>,
    author: &Person,
    other: &Person,
    mut form: Value,
    days: u64,
    addresses: &[String],
) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let today = story.now().london_day();
    form["organisation_ods"] = json!("RXX21");
    form["starts_at"] = json!(story.now());
    form["ends_on"] = json!(today.checked_add_days(Days::new(days)));
    form["employer_contact"] = json!({ "name": "Kim Osei, head of people", "email": "people@rxx21.example.org" });
    form["statement"] =
        json!({ "given_by": "Robin Acheampong, director of people", "given_on": today, "legal_basis": "legitimate_interests" });
    let campaign = text(&story.desk.post(author, "/v1/outreach-campaigns", form).await?, "id");
    let path = format!("/v1/outreach-campaigns/{campaign}");
    story.desk.post(author, &format!("{path}/recipients"), json!({ "addresses": addresses })).await?;
    story.desk.ask(Method::POST, &format!("{path}/submit"), Some(author), None).await?;
    story.desk.ask_having_read(Method::POST, &format!("{path}/release"), other, "*", None).await.map(|_| ())
}

/// What a running instance sends so many days later at ten, and the letters that lie in the post since.
async fn sent<S, B>(story: &Story<'_, S>, days: u64) -> Result<Vec<Letter>, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let ten = story.parts.platform.at(at_ten(story.now(), days)?);
    while ten.write(sending::round).await.map_err(|error| error.to_string())? > 0 {}
    story
        .write(|tx| {
            let queued = waiting::queued(tx, "outreach")?;
            queued.into_iter().map(|id| waiting::words_of(tx, id)).collect()
        })
        .await
}

/// Somebody follows the link in a letter.
async fn answer<S, B>(story: &Story<'_, S>, letter: &Letter, kind: &str, contact: Value) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let token = letter.body.split("/n#").nth(1).and_then(|rest| rest.split_whitespace().next());
    let form = json!({ "token": token, "kind": kind, "contact": contact });
    story.desk.ask(Method::POST, "/v1/outreach-responses", None, Some(form)).await.map(|_| ())
}
