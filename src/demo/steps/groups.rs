//! A step of the scenario: group therapy.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::Users;
use crate::demo::api::{User, text};
use crate::demo::people::Stage;
use crate::demo::scenario::Scenario;
use crate::people::Role;

/// Runs the step: a group that meets, a series that still needs members, and a group for families.
pub(super) async fn run<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let cory = users.staff.iter().find(|(role, _)| *role == Role::Coordinator).map(|(_, person)| person);
    let (Some(cory), [.., naomi, elliot]) = (cory, users.clinicians) else {
        return Err("the demo lacks a coordinator or clinicians".into());
    };
    let tomorrow = (scenario.now() + TimeDelta::days(1)).london_day();
    let open = json!({
        "kind": "slow_open", "record_type": "therapy", "topic": "burnout", "audience": "practitioners",
        "title": "Evening group", "about": "A small group that meets each week and has no end. For practitioners who are exhausted by their work.",
        "capacity": 8, "minimum": 3, "first_facilitator_id": naomi.id, "second_facilitator_id": elliot.id,
        "starts_on": tomorrow, "starts_local": "18:30", "minutes": 90,
        "mode": "video", "link": "https://video.demo.example/evening-group"
    });
    let group = text(&scenario.api.post(cory, "/v1/groups", open).await?, "id");
    let places = fill(scenario, users, naomi, &group).await?;
    scenario.api.request(Method::POST, &format!("/v1/groups/{group}/start"), Some(cory), None).await?;
    announce(scenario, cory, naomi, elliot).await?;
    meet(scenario, naomi, &group, &places).await
}

/// Practitioners in care join the waiting list, are screened, and accept the places that they are offered.
async fn fill<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>, facilitator: &User, group: &str) -> Result<Vec<String>, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let mut places = Vec::new();
    let in_care = users.practitioners.iter().filter(|practitioner| practitioner.profile.stage == Stage::InCare);
    for (practitioner, alias) in in_care.zip(["Kestrel", "Wren", "Robin"]) {
        let form = json!({ "alias": alias, "willing_to_meet": "colleagues" });
        let place = scenario.api.post(&practitioner.person, &format!("/v1/groups/{group}/join-waiting-list"), form).await?;
        let screening = json!({
            "practitioner_id": practitioner.person.id, "verdict": "suitable",
            "note": "Spoke for half an hour. Knows what a group is, and wants to hear how others cope."
        });
        scenario.api.post(facilitator, &format!("/v1/groups/{group}/screenings"), screening).await?;
        let place = text(&place, "id");
        let accept = format!("/v1/group-enrolments/{place}/accept");
        scenario.api.request(Method::POST, &accept, Some(&practitioner.person), None).await?;
        places.push(place);
    }
    Ok(places)
}

/// A series without members yet, and a group for families with two guests.
async fn announce<S, B>(scenario: &Scenario<'_, S>, cory: &User, first: &User, second: &User) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let in_weeks = |weeks| (scenario.now() + TimeDelta::weeks(weeks)).london_day();
    let series = json!({
        "kind": "closed_series", "record_type": "therapy", "topic": "under_investigation", "audience": "practitioners",
        "title": "Eight evenings for those under investigation", "about": "For doctors and dentists under investigation by their regulator or employer.",
        "capacity": 8, "minimum": 3, "first_facilitator_id": first.id, "second_facilitator_id": second.id,
        "starts_on": in_weeks(6), "starts_local": "20:15", "minutes": 75, "sessions": 8, "closes_at_session": 2,
        "mode": "in_person", "town": "Leeds", "place": "Mill Lane Centre"
    });
    scenario.api.post(cory, "/v1/groups", series).await?;
    let families = json!({
        "kind": "slow_open", "record_type": "session", "topic": "bereaved_of_family", "audience": "bereaved_family",
        "title": "Families", "about": "For the families of doctors and dentists who have died. Every two months.",
        "capacity": 12, "minimum": 2, "first_facilitator_id": first.id, "second_facilitator_id": second.id,
        "starts_on": in_weeks(2), "starts_local": "12:45", "minutes": 90, "every_weeks": 8,
        "mode": "video", "link": "https://video.demo.example/families"
    });
    let families = text(&scenario.api.post(cory, "/v1/groups", families).await?, "id");
    for alias in ["Maple", "Rowan"] {
        let contact = json!({ "name": format!("{alias} Example"), "email": format!("{}@demo.example", alias.to_lowercase()) });
        let guest = json!({ "alias": alias, "contact": contact, "contacted_on": scenario.now().london_day() });
        scenario.api.post(cory, &format!("/v1/groups/{families}/guests"), guest).await?;
    }
    Ok(())
}

/// The first session of the group.
async fn meet<S, B>(scenario: &Scenario<'_, S>, facilitator: &User, group: &str, places: &[String]) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let sessions = scenario.api.get(facilitator, &format!("/v1/groups/{group}/sessions?limit=1")).await?;
    let first = &sessions["items"][0];
    let begins: DateTime<Utc> = text(first, "starts_at").parse().map_err(|_| "a session has no start time".to_owned())?;
    scenario.wait(begins - scenario.now().get() + TimeDelta::minutes(95));
    let session = text(first, "id");
    let attended = places.iter().zip(["attended_on_time", "attended_late_seen", "did_not_attend"]);
    let attendances: Vec<Value> =
        attended.map(|(place, attendance)| json!({ "enrolment_id": place, "attendance": attendance })).collect();
    let path = format!("/v1/group-sessions/{session}/record-attendance");
    scenario.api.post(facilitator, &path, json!({ "attendances": attendances })).await?;
    for place in places.iter().take(2) {
        let note = json!({
            "enrolment_id": place, "text": "Listened more than spoke. Was moved that others sleep badly too.",
            "shared": "Good to have you with us. Until next week."
        });
        scenario.api.post(facilitator, &format!("/v1/group-sessions/{session}/notes"), note).await?;
    }
    Ok(())
}
