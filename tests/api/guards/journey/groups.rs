//! The room groups in the guards' journey.

use chrono::TimeDelta;
use confide::people::Role;
use confide::people::practitioners::model::Pathway;
use serde_json::{Value, json};

use super::{PLANTED, People, Walked};
use crate::support::TestApp;
use crate::support::actors::Actor;
use crate::support::groups::{for_families, slow_open, with};

/// When a session may begin that is about to.
fn soon(app: &TestApp) -> (Value, TimeDelta) {
    let now = app.now().get();
    let at = now + TimeDelta::seconds(120 - now.timestamp() % 60);
    let form =
        json!({ "starts_on": at.date_naive(), "starts_local": at.format("%H:%M").to_string(), "minutes": 15, "minimum": 1 });
    (form, at - now)
}

/// Leaves something at each address of the room, and tells the application of it.
pub(super) async fn leaves_something(app: &TestApp, people: &People) {
    let of = |role: Role| &people[role.as_str()];
    let (cory, cleo, ada) = (of(Role::Coordinator), of(Role::Clinician), of(Role::Practitioner));
    let dora = app.clinician(&format!("Second {}", cleo.name)).await;
    let (times, wait) = soon(app);
    let (group, place) = somebody_joins(app, [cory, cleo, &dora, ada], times).await;
    app.clock.advance(wait);
    let session = cory.sessions_of(&group).await[0]["id"].as_str().unwrap().to_owned();
    let note = cleo.notes_about(&session, &place, "Came.", Some("Until next week.")).await.expect(201);
    for (address, subject) in [
        ("/v1/groups/{id}", group),
        ("/v1/group-enrolments/{id}", place),
        ("/v1/group-sessions/{id}", session),
        ("/v1/group-notes/{id}", note.id()),
    ] {
        app.remember_subject(address, &subject);
    }
}

/// A group is made, somebody waits, is screened and accepts; the group starts. Where they stand in care is as it was.
async fn somebody_joins(app: &TestApp, [cory, cleo, dora, ada]: [&Actor; 4], times: Value) -> (String, String) {
    let stood = app.pathway_of(ada).await;
    app.stands_at(ada, Pathway::InCare).await;
    let words = json!({
        "title": format!("Evenings {PLANTED}"), "about": format!("About {PLANTED}."), "town": "Leeds",
        "place": format!("Room {PLANTED}"), "link": format!("https://video.example.org/{PLANTED}")
    });
    let form = with(with(slow_open(cleo, dora), words), times);
    let group = cory.makes_group(form).await.expect(201).id();
    let place = ada.waits_for(&group, &format!("Kestrel {PLANTED}")).await.expect(201).id();
    let notes = json!({ "practitioner_id": ada.id, "verdict": "suitable", "notes": format!("said {PLANTED}") });
    cleo.post(&format!("/v1/groups/{group}/screenings"), notes).send().await.expect(201);
    ada.accepts_place(&place).await.expect(200);
    cory.starts_group(&group).await.expect(200);
    app.stands_at(ada, stood).await;
    (group, place)
}

/// The room's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut Walked) {
    let cory = app.staff(&format!("Gail {PLANTED}"), Role::Coordinator).await;
    let (cleo, dora) = (app.clinician(&format!("Gwen {PLANTED}")).await, app.clinician(&format!("Greg {PLANTED}")).await);
    let ada = app.practitioner(&format!("Gina {PLANTED}")).await;
    let bea = app.practitioner_with(&other_employer(app, &format!("Gita {PLANTED}"))).await;
    for actor in [&cory, &cleo, &dora, &ada, &bea] {
        walked.knows(actor);
    }
    let (times, wait) = soon(app);
    let (group, place) = somebody_joins(app, [&cory, &cleo, &dora, &ada], times).await;
    bea.blocks_name(&format!("Gina {PLANTED}")).await.expect(201);
    app.stands_at(&bea, Pathway::InCare).await;
    walked.refused("not screened", bea.enrols(&group, &format!("Wren {PLANTED}")).await.expect(422));
    let waits = bea.waits_for(&group, &format!("Wren {PLANTED}")).await.expect(201).id();
    cleo.screens(&group, &bea, "suitable").await.expect(201);
    bea.says_whom_to_meet(&waits, "colleagues").await.expect(200);
    walked.refused("in the way", cory.enrols_for(&group, &bea, &format!("Wren {PLANTED}")).await.expect(422));
    bea.leaves_group(&waits).await.expect(200);
    app.clock.advance(wait);
    let sessions = cory.sessions_of(&group).await;
    let id = |at: usize| sessions[at]["id"].as_str().unwrap().to_owned();
    cleo.records_who_came(&id(0), &[(&place, "attended_on_time")], None).await.expect(200);
    let note = cleo.notes_about(&id(0), &place, &format!("wrote {PLANTED}"), Some(&format!("told {PLANTED}"))).await.expect(201);
    let words = json!({ "text": format!("rewrote {PLANTED}"), "shared": null });
    cleo.put(&format!("/v1/group-notes/{}", note.id()), words).if_match(&note.etag()).send().await.expect(200);
    cleo.signs_note(&note.id()).await.expect(200);
    for reader in [&cleo, &dora, &ada] {
        reader.reads_group_notes(&ada).await.expect(200);
    }
    let etag = dora.reads_session(&id(1)).await.expect(200).etag();
    let moved = json!({ "starts_at": "2027-01-20T12:00:00Z", "reason": format!("moved {PLANTED}") });
    dora.post(&format!("/v1/group-sessions/{}/move", id(1)), moved).if_match(&etag).send().await.expect(200);
    let etag = dora.reads_session(&id(2)).await.expect(200).etag();
    let cancelled = json!({ "reason": format!("cancelled {PLANTED}") });
    dora.post(&format!("/v1/group-sessions/{}/cancel", id(2)), cancelled).if_match(&etag).send().await.expect(200);
    for reader in [&cory, &cleo] {
        reader.sees_members(&group).await;
        reader.reads_enrolment(&place).await.expect(200);
    }
    cory.changes_group(&group, with(slow_open(&cleo, &dora), json!({ "title": format!("Later {PLANTED}"), "minimum": 1 })))
        .await
        .expect(200);
    guests_come(&cory, &cleo, &dora).await;
    let out = json!({ "reason": format!("because {PLANTED}") });
    cory.post(&format!("/v1/group-enrolments/{place}/remove"), out.clone()).send().await.expect(200);
    cory.post(&format!("/v1/groups/{group}/end"), out).send().await.expect(200);
    app.groups_go_on().await;
}

fn other_employer(app: &TestApp, name: &str) -> Value {
    with(app.registration(name), json!({ "employer_ods": "X9K3N" }))
}

async fn guests_come(cory: &Actor, cleo: &Actor, dora: &Actor) {
    let families = with(for_families(cleo, dora), json!({ "title": format!("Families {PLANTED}"), "starts_on": "2027-03-02" }));
    let families = cory.makes_group(families).await.expect(201).id();
    let contact =
        json!({ "name": format!("Una {PLANTED}"), "email": format!("una.{PLANTED}@example.org"), "phone": "020 7946 0018" });
    let guest = json!({ "alias": format!("Maple {PLANTED}"), "contact": contact, "contacted_on": "2027-01-08" });
    cory.post(&format!("/v1/groups/{families}/guests"), guest).send().await.expect(201);
}
