//! Follow-ups in the guards' journey.

use chrono::TimeDelta;
use confide::care::follow_ups::jobs;
use confide::people::Role;
use serde_json::json;

use super::{PLANTED, People, WalkResult};
use crate::support::TestApp;
use crate::support::follow_ups::follow_up_in_two_weeks;

/// Creates a record for each path of the module and remembers its id.
pub(super) async fn create_records(app: &TestApp, people: &People) {
    let (clinician, practitioner) = (&people[Role::Clinician.as_str()], &people[Role::Practitioner.as_str()]);
    let appointment = app.appointment(practitioner, clinician, app.now().get() - TimeDelta::hours(1)).await;
    let follow_up = clinician.agrees_usual_follow_up(practitioner, appointment).await;
    app.remember_id("/v1/follow-ups/{id}", &follow_up);
}

/// The module's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut WalkResult) {
    let cleo = app.clinician(&format!("Fern {PLANTED}")).employed_by("R1H").await;
    let cory = app.staff(&format!("Fox {PLANTED}"), Role::Coordinator).await;
    let (ada, appointment) = app.practitioner_seen_by(&format!("Faye {PLANTED}"), &cleo, 1).await;
    for actor in [&cleo, &cory, &ada] {
        walked.add_tokens_of(actor);
    }
    let mut form = follow_up_in_two_weeks(appointment);
    form["note"] = json!(format!("ask about {PLANTED}"));
    form["questionnaire"] = json!("phq-9");
    let agreed = cleo.agrees_follow_up(&ada, form).await.expect(201);
    let id = agreed.id();
    let replacement = json!({ "due_from": app.now().london_day(), "due_until": app.now().london_day(), "purpose": "other", "kind": "treatment",
        "mode": "video", "clinician_id": cleo.id, "note": format!("{PLANTED} again"), "note_shared": true, "questionnaire": "phq-9" });
    cleo.put(&format!("/v1/follow-ups/{id}"), replacement).if_match(&agreed.etag()).send().await.expect(200);
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
    cory.records_follow_up_contact_attempt(&id, "no_answer", &format!("rang {PLANTED}")).await.expect(201);
    walked.add_refusal("no such appointment", ada.links_appointment(&id, &ada.id.to_string()).await.expect(404));
    // A day later it is overdue.
    app.clock.advance(TimeDelta::days(1));
    while jobs::run_due(&app.platform).await.unwrap() > 0 {}
    app.clock.advance(-TimeDelta::days(1));
    let cancellation = json!({ "reason": "declined", "note": format!("{PLANTED} will not come") });
    cory.post(&format!("/v1/follow-ups/{id}/cancel"), cancellation).send().await.expect(200);
}
