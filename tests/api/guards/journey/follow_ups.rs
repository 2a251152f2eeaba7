//! The room follow_ups in the guards' journey.

use chrono::TimeDelta;
use confide::care::follow_ups::jobs;
use confide::people::Role;
use serde_json::json;

use super::{PLANTED, People, Walked};
use crate::support::TestApp;
use crate::support::follow_ups::in_two_weeks;

/// Leaves something at each address of the room, and tells the application of it.
pub(super) async fn leaves_something(app: &TestApp, people: &People) {
    let (clinician, practitioner) = (&people[Role::Clinician.as_str()], &people[Role::Practitioner.as_str()]);
    let held = app.appointment(practitioner, clinician, app.now().get() - TimeDelta::hours(1)).await;
    let agreed = clinician.agrees_on_the_usual(practitioner, held).await;
    app.remember_subject("/v1/follow-ups/{id}", &agreed);
}

/// The room's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut Walked) {
    let cleo = app.clinician(&format!("Fern {PLANTED}")).employed_by("R1H").await;
    let cory = app.staff(&format!("Fox {PLANTED}"), Role::Coordinator).await;
    let (ada, held) = app.has_been_with(&format!("Faye {PLANTED}"), &cleo, 1).await;
    for actor in [&cleo, &cory, &ada] {
        walked.knows(actor);
    }
    let mut form = in_two_weeks(held);
    form["note"] = json!(format!("ask about {PLANTED}"));
    form["questionnaire"] = json!("phq-9");
    let agreed = cleo.agrees(&ada, form).await.expect(201);
    let id = agreed.id();
    let anew = json!({ "due_from": app.now().london_day(), "due_by": app.now().london_day(), "purpose": "other", "kind": "treatment",
        "mode": "video", "clinician_id": cleo.id, "note": format!("{PLANTED} again"), "note_shared": true, "questionnaire": "phq-9" });
    cleo.put(&format!("/v1/follow-ups/{id}"), anew).if_match(&agreed.etag()).send().await.expect(200);
    for reader in [&ada, &cleo, &cory] {
        reader.reads_follow_up(&id).await.expect(200);
    }
    ada.get("/v1/me/follow-ups?limit=1").send().await.expect(200);
    for reader in [&cleo, &cory] {
        reader.get(&format!("/v1/practitioners/{}/follow-ups?limit=1", ada.id)).send().await.expect(200);
        for query in ["", "state=overdue&due_before=2028-01-01", "needs_call=true", "state=done", "state=care_ended"] {
            reader.finds_follow_ups(query).await;
        }
    }
    cory.rang(&id, "no_answer", &format!("rang {PLANTED}")).await.expect(201);
    walked.refused("no such appointment", ada.links(&id, &ada.id.to_string()).await.expect(404));
    // A day later it is overdue.
    app.clock.advance(TimeDelta::days(1));
    while jobs::run_due(&app.platform).await.unwrap() > 0 {}
    app.clock.advance(-TimeDelta::days(1));
    let off = json!({ "reason": "declined", "note": format!("{PLANTED} will not come") });
    cory.post(&format!("/v1/follow-ups/{id}/cancel"), off).send().await.expect(200);
}
