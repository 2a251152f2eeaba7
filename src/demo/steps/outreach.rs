//! A step of the scenario: outreach. One campaign after an incident is over and has its figures; another for the teams of a
//! hospital is running, and one team asks for a session.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use chrono::{DateTime, Days, NaiveTime, Utc};
use serde_json::{Value, json};

use super::Users;
use crate::demo::api::{User, text};
use crate::demo::scenario::Scenario;
use crate::partners::outreach::{closing, sending};
use crate::people::Role;
use crate::platform::ids::UtcTime;
use crate::platform::outbox::{Email, lookup};

/// Runs the step.
pub(super) async fn run<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let coordinators: Vec<&User> =
        users.staff.iter().filter(|(role, _)| *role == Role::Coordinator).map(|(_, person)| person).collect();
    let [author, other, ..] = coordinators[..] else { return Err("the demo needs two coordinators".to_owned()) };
    let after_an_incident = json!({
        "kind": "individual_offer", "reason": "incident", "group": "Intensive care, nights", "wording": "recent_events",
        "channels": ["email"], "per_hour": 6000
    });
    let nights: Vec<String> = (0..40).map(|number| format!("nights{number}@rxx21.example.org")).collect();
    run_campaign(scenario, author, other, after_an_incident, 1, &nights).await?;
    let emails = sent(scenario, 1).await?;
    for (number, email) in emails.iter().enumerate().take(20) {
        let own = format!("07700 9007{number:02}");
        let (kind, contact) = if number < 14 { ("self_check", Value::Null) } else { ("please_contact_me", json!(own)) };
        answer(scenario, email, kind, contact).await?;
    }
    let over = scenario.parts.platform.at(ten_o_clock(scenario.now(), 2)?);
    while over.write(closing::run_due).await.map_err(|error| error.to_string())? > 0 {}

    let teams = json!({
        "kind": "team_support", "reason": "winter", "group": "Leads of the emergency department's teams", "wording": "team_offer",
        "channels": ["email"], "per_hour": 60
    });
    let leads: Vec<String> = (0..12).map(|number| format!("lead{number}@rxx21.example.org")).collect();
    run_campaign(scenario, other, author, teams, 60, &leads).await?;
    match sent(scenario, 1).await?.first() {
        Some(email) => answer(scenario, email, "asks_for_team_session", Value::Null).await,
        None => Err("no email to a team lead was queued".to_owned()),
    }
}

/// Ten o'clock that many days later.
fn ten_o_clock(now: UtcTime, days: u64) -> Result<UtcTime, String> {
    let day = now.london_day().checked_add_days(Days::new(days)).ok_or("the demo calculated an impossible date")?;
    let ten = day.and_time(NaiveTime::from_hms_opt(10, 0, 0).unwrap_or_default());
    Ok(DateTime::<Utc>::from_naive_utc_and_offset(ten, Utc).into())
}

/// A campaign of that many days, written by one coordinator and approved by another.
async fn run_campaign<S, B>(
    scenario: &Scenario<'_, S>,
    author: &User,
    other: &User,
    mut form: Value,
    days: u64,
    addresses: &[String],
) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let today = scenario.now().london_day();
    form["organisation_ods"] = json!("RXX21");
    form["starts_at"] = json!(scenario.now());
    form["ends_on"] = json!(today.checked_add_days(Days::new(days)));
    form["employer_contact"] = json!({ "name": "Kim Osei, head of people", "email": "people@rxx21.example.org" });
    form["statement"] =
        json!({ "given_by": "Robin Acheampong, director of people", "given_on": today, "legal_basis": "legitimate_interests" });
    let campaign = text(&scenario.api.post(author, "/v1/outreach-campaigns", form).await?, "id");
    let path = format!("/v1/outreach-campaigns/{campaign}");
    scenario.api.post(author, &format!("{path}/recipients"), json!({ "addresses": addresses })).await?;
    scenario.api.request(Method::POST, &format!("{path}/submit"), Some(author), None).await?;
    scenario.api.request_with_etag(Method::POST, &format!("{path}/approve"), other, "*", None).await.map(|_| ())
}

/// Queues what a running instance sends that many days later at ten; returns the emails that are waiting.
async fn sent<S, B>(scenario: &Scenario<'_, S>, days: u64) -> Result<Vec<Email>, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let ten = scenario.parts.platform.at(ten_o_clock(scenario.now(), days)?);
    while ten.write(sending::run_due).await.map_err(|error| error.to_string())? > 0 {}
    scenario
        .write(|tx| {
            let queued = lookup::queued(tx, "outreach")?;
            queued.into_iter().map(|id| lookup::content_of(tx, id)).collect()
        })
        .await
}

/// A recipient follows the link in an email.
async fn answer<S, B>(scenario: &Scenario<'_, S>, email: &Email, kind: &str, contact: Value) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let token = email.body.split("/n#").nth(1).and_then(|rest| rest.split_whitespace().next());
    let form = json!({ "token": token, "kind": kind, "contact": contact });
    scenario.api.request(Method::POST, "/v1/outreach-responses", None, Some(form)).await.map(|_| ())
}
