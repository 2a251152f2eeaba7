//! A practitioner and a clinician who must no longer meet, and what coordinators do about it.

use chrono::TimeDelta;
use confide::people::Role;
use serde_json::json;

use super::{PLANTED, People, WalkResult};
use crate::support::TestApp;

/// A task about an appointment of the practitioner with a clinician who they block.
pub(super) async fn create_records(app: &TestApp, people: &People) {
    let practitioner = &people[Role::Practitioner.as_str()];
    // A guard may create the records for several people.
    let former = app.clinician(&format!("Fern Former{}", &practitioner.id.to_string()[30..])).await;
    app.appointment(practitioner, &former, app.now().get() + TimeDelta::days(60)).await;
    practitioner.blocks(&former).await.expect(201);
    let tasks = people[Role::Coordinator.as_str()].get("/v1/conflict-tasks").send().await.expect(200);
    let of_theirs = tasks.items().iter().find(|task| task["practitioner_id"] == json!(practitioner.id)).unwrap();
    app.remember_id("/v1/conflict-tasks/{id}", of_theirs["id"].as_str().unwrap());
}

/// The module's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut WalkResult) {
    let cleo = app.clinician(&format!("Quinta {PLANTED}")).await;
    let cory = app.staff(&format!("Conny {PLANTED}"), Role::Coordinator).await;
    let ada = app.practitioner(&format!("Ida {PLANTED}")).await;
    for actor in [&cleo, &cory, &ada] {
        walked.add_tokens_of(actor);
    }
    let appointment = app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(3)).await.to_string();
    let blocked = ada.blocks(&cleo).await.expect(201);
    cleo.get("/v1/absences").send().await.expect(200);
    for query in ["", "?state=taken", "?state=done&limit=1", "?state=open&limit=1"] {
        cory.get(&format!("/v1/conflict-tasks{query}")).send().await.expect(200);
    }
    let tasks = cory.get("/v1/conflict-tasks?state=open").send().await.expect(200);
    let task =
        tasks.items().iter().find(|task| task["practitioner_id"] == json!(ada.id)).unwrap()["id"].as_str().unwrap().to_owned();
    let complete =
        || cory.post(&format!("/v1/conflict-tasks/{task}/complete"), json!({ "outcome": "cancelled_with_practitioner" }));
    walked.add_refusal("not taken", complete().send().await.expect(409));
    cory.post_empty(&format!("/v1/conflict-tasks/{task}/take")).key("walk-conflict").send().await.expect(200);
    walked.add_refusal("still arranged", complete().send().await.expect(409));
    ada.cancels(&appointment, "practitioner_other").await.expect(200);
    complete().key("walk-settled").send().await.expect(200);
    ada.delete(&format!("/v1/me/blocked-colleagues/{}", blocked.id())).send().await.expect(204);
    let later = app.platform.at(app.now() + TimeDelta::hours(1));
    later.write(confide::care::conflicts::jobs::close_settled).await.unwrap();
    later.write(confide::care::conflicts::jobs::find_all).await.unwrap();
}
