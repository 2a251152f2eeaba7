//! A step of the scenario: reference data and the hours of the contact line. An administrator enters a bank holiday that was announced, a
//! medicine, a due time and short hours of email on one day, which a second administrator approves. A longer time to appeal waits.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use chrono::Days;
use serde_json::json;

use super::Users;
use crate::demo::api::text;
use crate::demo::scenario::Scenario;
use crate::people::Role;

/// How far ahead the bank holiday is: after the last day that can be booked.
const DAYS_AHEAD: u64 = 200;

/// Runs the step.
pub(super) async fn run<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let mut administrators = users.staff.iter().filter(|(role, _)| *role == Role::Administrator).map(|(_, person)| person);
    let (Some(first), Some(second)) = (administrators.next(), administrators.next()) else {
        return Err("the demo has no two administrators".to_owned());
    };
    let today = scenario.now().london_day();
    let holiday = today.checked_add_days(Days::new(DAYS_AHEAD)).ok_or("the demo calculated an impossible date")?;
    let form = json!({
        "key": holiday, "valid_from": today, "reason": "Announced by royal proclamation.",
        "entry": { "bank_holiday": { "name": "Day of national thanks", "nations": ["england", "wales"] } },
    });
    let closing = text(&scenario.api.post(first, "/v1/reference-data/bank_holidays/changes", form).await?, "id");
    let form = json!({
        "key": "sertraline-25mg-tablets", "valid_from": today, "reason": "Asked for by the prescribers, to start low.",
        "entry": { "medicine": {
            "name": "Sertraline 25mg tablets", "form": "Tablets", "strength": "25 mg", "ingredients": ["sertraline"],
            "unit": "tablet", "routes": ["oral"], "contains": "25", "contains_unit": "mg", "source": "dm+d",
        } },
    });
    let medicine = text(&scenario.api.post(first, "/v1/reference-data/medicines/changes", form).await?, "id");
    let form = json!({
        "key": "urgent:due_minutes", "valid_from": holiday, "reason": "Agreed with the clinical safety officer.",
        "entry": { "figure": { "value": 180, "source": "The clinical safety officer" } },
    });
    let time = text(&scenario.api.post(first, "/v1/reference-data/alert_times/changes", form).await?, "id");
    let form = json!({
        "channel": "email", "kind": "day", "starts_on": holiday, "hours": [{ "from": "09:00", "until": "12:00" }],
        "reason": "The team meets in the afternoon.",
    });
    let hours = text(&scenario.api.post(first, "/v1/contact-hours", form).await?, "id");
    for change in [closing, medicine, time] {
        let path = format!("/v1/reference-data-changes/{change}/approve");
        scenario.api.request(Method::POST, &path, Some(second), None).await?;
    }
    scenario.api.request(Method::POST, &format!("/v1/contact-hours/{hours}/approve"), Some(second), None).await?;
    let form = json!({
        "key": "appeal_days", "valid_from": holiday, "reason": "Asked for by the boards.",
        "entry": { "time_limit": { "value": 42, "source": "A draft agreement of the boards" } },
    });
    scenario.api.post(first, "/v1/reference-data/funding_limits/changes", form).await?;
    Ok(())
}
