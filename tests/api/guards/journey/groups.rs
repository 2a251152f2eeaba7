//! Group therapy in the guards' journey.

use chrono::TimeDelta;
use confide::people::Role;
use confide::people::practitioners::model::Pathway;
use serde_json::{Value, json};

use super::{PLANTED, People, WalkResult};
use crate::support::TestApp;
use crate::support::actors::Actor;
use crate::support::groups::{for_families, slow_open, with_changes};

/// The form's times of a session that starts within two minutes, and the time until then.
fn starts_soon(app: &TestApp) -> (Value, TimeDelta) {
    let now = app.now().get();
    let at = now + TimeDelta::seconds(120 - now.timestamp() % 60);
    let form =
        json!({ "starts_on": at.date_naive(), "starts_local": at.format("%H:%M").to_string(), "minutes": 15, "minimum": 1 });
    (form, at - now)
}

/// Creates a record for each path of the module and remembers its id.
pub(super) async fn create_records(app: &TestApp, people: &People) {
    let of = |role: Role| &people[role.as_str()];
    let (cory, cleo, ada) = (of(Role::Coordinator), of(Role::Clinician), of(Role::Practitioner));
    let dora = app.clinician(&format!("Second {}", cleo.name)).await;
    let (times, wait) = starts_soon(app);
    let (group, place) = create_group_with_member(app, [cory, cleo, &dora, ada], times).await;
    app.clock.advance(wait);
    let session = cory.sessions_of(&group).await[0]["id"].as_str().unwrap().to_owned();
    let note = cleo.writes_group_note(&session, &place, "Came.", Some("Until next week.")).await.expect(201);
    for (address, subject) in [
        ("/v1/groups/{id}", group),
        ("/v1/group-enrolments/{id}", place),
        ("/v1/group-sessions/{id}", session),
        ("/v1/group-notes/{id}", note.id()),
    ] {
        app.remember_id(address, &subject);
    }
}

/// Creates a group with a member, who joins the waiting list, is screened and accepts a place; then the group starts. The
/// member's pathway state is restored at the end.
async fn create_group_with_member(app: &TestApp, [cory, cleo, dora, ada]: [&Actor; 4], times: Value) -> (String, String) {
    let pathway = app.pathway_of(ada).await;
    app.set_pathway(ada, Pathway::InCare).await;
    let texts = json!({
        "title": format!("Evenings {PLANTED}"), "about": format!("About {PLANTED}."), "town": "Leeds",
        "place": format!("Centre {PLANTED}"), "link": format!("https://video.example.org/{PLANTED}")
    });
    let form = with_changes(with_changes(slow_open(cleo, dora), texts), times);
    let group = cory.creates_group(form).await.expect(201).id();
    let place = ada.joins_waiting_list(&group, &format!("Kestrel {PLANTED}")).await.expect(201).id();
    let notes = json!({ "practitioner_id": ada.id, "verdict": "suitable", "note": format!("noted {PLANTED}") });
    cleo.post(&format!("/v1/groups/{group}/screenings"), notes).send().await.expect(201);
    ada.accepts_place(&place).await.expect(200);
    cory.starts_group(&group).await.expect(200);
    app.set_pathway(ada, pathway).await;
    (group, place)
}

/// The module's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut WalkResult) {
    let cory = app.staff(&format!("Gail {PLANTED}"), Role::Coordinator).await;
    let (cleo, dora) = (app.clinician(&format!("Gwen {PLANTED}")).await, app.clinician(&format!("Greg {PLANTED}")).await);
    let ada = app.practitioner(&format!("Gina {PLANTED}")).await;
    let bea = app.practitioner_with(&other_employer(app, &format!("Gita {PLANTED}"))).await;
    for actor in [&cory, &cleo, &dora, &ada, &bea] {
        walked.add_tokens_of(actor);
    }
    let (times, wait) = starts_soon(app);
    let (group, place) = create_group_with_member(app, [&cory, &cleo, &dora, &ada], times).await;
    bea.blocks_name(&format!("Gina {PLANTED}")).await.expect(201);
    app.set_pathway(&bea, Pathway::InCare).await;
    walked.add_refusal("not screened", bea.enrols(&group, &format!("Wren {PLANTED}")).await.expect(422));
    let waiting = bea.joins_waiting_list(&group, &format!("Wren {PLANTED}")).await.expect(201).id();
    cleo.screens(&group, &bea, "suitable").await.expect(201);
    bea.sets_willing_to_meet(&waiting, "colleagues").await.expect(200);
    walked.add_refusal(
        "would meet a blocked colleague",
        cory.enrols_for(&group, &bea, &format!("Wren {PLANTED}")).await.expect(422),
    );
    bea.leaves_group(&waiting).await.expect(200);
    app.clock.advance(wait);
    let sessions = cory.sessions_of(&group).await;
    let id = |at: usize| sessions[at]["id"].as_str().unwrap().to_owned();
    cleo.records_group_attendance(&id(0), &[(&place, "attended_on_time")], None).await.expect(200);
    let note =
        cleo.writes_group_note(&id(0), &place, &format!("wrote {PLANTED}"), Some(&format!("shared {PLANTED}"))).await.expect(201);
    let rewritten = json!({ "text": format!("rewrote {PLANTED}"), "shared": null });
    cleo.put(&format!("/v1/group-notes/{}", note.id()), rewritten).if_match(&note.etag()).send().await.expect(200);
    cleo.signs_group_note(&note.id()).await.expect(200);
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
        reader.lists_members(&group).await;
        reader.reads_enrolment(&place).await.expect(200);
    }
    cory.changes_group(
        &group,
        with_changes(slow_open(&cleo, &dora), json!({ "title": format!("Later {PLANTED}"), "minimum": 1 })),
    )
    .await
    .expect(200);
    add_guest(&cory, &cleo, &dora).await;
    let reason = json!({ "reason": format!("because {PLANTED}") });
    cory.post(&format!("/v1/group-enrolments/{place}/remove"), reason.clone()).send().await.expect(200);
    cory.post(&format!("/v1/groups/{group}/end"), reason).send().await.expect(200);
    app.run_group_jobs().await;
}

fn other_employer(app: &TestApp, name: &str) -> Value {
    with_changes(app.registration(name), json!({ "employer_ods": "X9K3N" }))
}

async fn add_guest(cory: &Actor, cleo: &Actor, dora: &Actor) {
    let families =
        with_changes(for_families(cleo, dora), json!({ "title": format!("Families {PLANTED}"), "starts_on": "2027-03-02" }));
    let families = cory.creates_group(families).await.expect(201).id();
    let contact =
        json!({ "name": format!("Una {PLANTED}"), "email": format!("una.{PLANTED}@example.org"), "phone": "020 7946 0018" });
    let guest = json!({ "alias": format!("Maple {PLANTED}"), "contact": contact, "contacted_on": "2027-01-08" });
    cory.post(&format!("/v1/groups/{families}/guests"), guest).send().await.expect(201);
}
