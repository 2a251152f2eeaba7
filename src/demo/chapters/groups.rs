//! The story's chapter about group therapy.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::Cast;
use crate::demo::desk::{Person, text};
use crate::demo::people::Stage;
use crate::demo::story::Story;
use crate::people::Role;

/// Tells it: a group that meets, a series that still needs members, and a group for families.
pub(super) async fn tell<S, B>(story: &Story<'_, S>, cast: &Cast<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let cory = cast.staff.iter().find(|(role, _)| *role == Role::Coordinator).map(|(_, person)| person);
    let (Some(cory), [.., naomi, elliot]) = (cory, cast.clinicians) else { return Err("the story lost its groups".into()) };
    let tomorrow = (story.now() + TimeDelta::days(1)).london_day();
    let open = json!({
        "kind": "slow_open", "record_type": "therapy", "topic": "burnout", "audience": "practitioners",
        "title": "Evening group", "about": "A small group that meets each week and has no end. For those whom work has worn out.",
        "capacity": 8, "minimum": 3, "first_facilitator_id": naomi.id, "second_facilitator_id": elliot.id,
        "starts_on": tomorrow, "starts_local": "18:30", "minutes": 90,
        "mode": "video", "link": "https://video.demo.example/evening-group"
    });
    let group = text(&story.desk.post(cory, "/v1/groups", open).await?, "id");
    let places = fill(story, cast, naomi, &group).await?;
    story.desk.ask(Method::POST, &format!("/v1/groups/{group}/start"), Some(cory), None).await?;
    announce(story, cory, naomi, elliot).await?;
    meet(story, naomi, &group, &places).await
}

/// Those in care ask, are screened, and accept the places that they are offered.
async fn fill<S, B>(story: &Story<'_, S>, cast: &Cast<'_>, facilitator: &Person, group: &str) -> Result<Vec<String>, String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let mut places = Vec::new();
    let in_care = cast.practitioners.iter().filter(|seeking| seeking.told.stage == Stage::InCare);
    for (seeking, alias) in in_care.zip(["Kestrel", "Wren", "Robin"]) {
        let form = json!({ "alias": alias, "willing_to_meet": "colleagues" });
        let place = story.desk.post(&seeking.person, &format!("/v1/groups/{group}/join-waiting-list"), form).await?;
        let screening = json!({
            "practitioner_id": seeking.person.id, "verdict": "suitable",
            "notes": "Spoke for half an hour. Knows what a group is, and wants to hear how others cope."
        });
        story.desk.post(facilitator, &format!("/v1/groups/{group}/screenings"), screening).await?;
        let place = text(&place, "id");
        let accept = format!("/v1/group-enrolments/{place}/accept");
        story.desk.ask(Method::POST, &accept, Some(&seeking.person), None).await?;
        places.push(place);
    }
    Ok(places)
}

/// A series that nobody has joined yet, and a group for families with two guests.
async fn announce<S, B>(story: &Story<'_, S>, cory: &Person, first: &Person, second: &Person) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let in_weeks = |weeks| (story.now() + TimeDelta::weeks(weeks)).london_day();
    let series = json!({
        "kind": "closed_series", "record_type": "therapy", "topic": "under_investigation", "audience": "practitioners",
        "title": "Eight evenings for those under investigation", "about": "For doctors and dentists whom their regulator or employer looks into.",
        "capacity": 8, "minimum": 3, "first_facilitator_id": first.id, "second_facilitator_id": second.id,
        "starts_on": in_weeks(6), "starts_local": "20:15", "minutes": 75, "sessions": 8, "closes_at_session": 2,
        "mode": "in_person", "town": "Leeds", "place": "Room 4, Mill House"
    });
    story.desk.post(cory, "/v1/groups", series).await?;
    let families = json!({
        "kind": "slow_open", "record_type": "session", "topic": "bereaved_of_family", "audience": "bereaved_family",
        "title": "Families", "about": "For the families of doctors and dentists who have died. Every two months.",
        "capacity": 12, "minimum": 2, "first_facilitator_id": first.id, "second_facilitator_id": second.id,
        "starts_on": in_weeks(2), "starts_local": "12:45", "minutes": 90, "every_weeks": 8,
        "mode": "video", "link": "https://video.demo.example/families"
    });
    let families = text(&story.desk.post(cory, "/v1/groups", families).await?, "id");
    for alias in ["Maple", "Rowan"] {
        let contact = json!({ "name": format!("{alias} Example"), "email": format!("{}@demo.example", alias.to_lowercase()) });
        let guest = json!({ "alias": alias, "contact": contact, "contacted_on": story.now().london_day() });
        story.desk.post(cory, &format!("/v1/groups/{families}/guests"), guest).await?;
    }
    Ok(())
}

/// The group meets for the first time.
async fn meet<S, B>(story: &Story<'_, S>, facilitator: &Person, group: &str, places: &[String]) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let sessions = story.desk.get(facilitator, &format!("/v1/groups/{group}/sessions?limit=1")).await?;
    let first = &sessions["items"][0];
    let begins: DateTime<Utc> = text(first, "starts_at").parse().map_err(|_| "a session without a beginning".to_owned())?;
    story.wait(begins - story.now().get() + TimeDelta::minutes(95));
    let session = text(first, "id");
    let attended = places.iter().zip(["attended_on_time", "attended_late_seen", "did_not_attend"]);
    let attendances: Vec<Value> =
        attended.map(|(place, attendance)| json!({ "enrolment_id": place, "attendance": attendance })).collect();
    let path = format!("/v1/group-sessions/{session}/record-attendance");
    story.desk.post(facilitator, &path, json!({ "attendances": attendances })).await?;
    for place in places.iter().take(2) {
        let note = json!({
            "enrolment_id": place, "text": "Listened more than spoke. Was moved that others sleep badly too.",
            "shared": "Good to have you with us. Until next week."
        });
        story.desk.post(facilitator, &format!("/v1/group-sessions/{session}/notes"), note).await?;
    }
    Ok(())
}
