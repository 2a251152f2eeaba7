//! The rooms feedback and figures in the guards' journey, and the questionnaires that are asked again.

use chrono::TimeDelta;
use confide::people::Role;
use confide::people::practitioners::model::Pathway;
use serde_json::json;

use super::{People, Walked};
use crate::guards::operation::PLANTED;
use crate::support::TestApp;

/// Leaves something at each address of the room, and tells the application of it.
pub(super) async fn leaves_something(app: &TestApp, people: &People) {
    let (clinician, practitioner) = (&people["clinician"], &people["practitioner"]);
    let appointment = app.attended(practitioner, clinician, app.now().get() - TimeDelta::days(2)).await;
    let more = json!({ "about": "appointment", "appointment_id": appointment, "comment": "Kind.", "comment_for": "clinician" });
    let given = practitioner.judges_with(more).await.expect(201);
    app.remember_subject("/v1/feedback/{id}", &given.id());
}

/// The room's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut Walked) {
    let cleo = app.clinician(&format!("Dita {PLANTED}")).employed_by("R1H").await;
    let cory = app.staff(&format!("Cora {PLANTED}"), Role::Coordinator).await;
    let bea = app.practitioner(&format!("Bea {PLANTED}")).await;
    for actor in [&cleo, &cory, &bea] {
        walked.knows(actor);
    }
    bea.completes_intake().await;
    let seen = app.attended(&bea, &cleo, app.now().get() - TimeDelta::days(2)).await;
    app.stands_at(&bea, Pathway::InCare).await;
    cleo.asks(&bea, "review").await.expect(201);
    walked.refused("asked twice", cleo.asks(&bea, "review").await.expect(409));
    let last = bea.begins("end").await;
    bea.answers_all(&last).await;
    let score = json!({ "questionnaire": "core-10", "total": 12, "risk": true });
    cleo.post(&format!("/v1/practitioners/{}/scores", bea.id), score).send().await.expect(201);
    for reader in [&bea, &cleo] {
        reader.get(&format!("/v1/practitioners/{}/progress", bea.id)).send().await.expect(200);
    }
    app.asks_how_it_went().await;
    let more = json!({ "about": "appointment", "appointment_id": seen, "comment": format!("{PLANTED} was kind"), "comment_for": "clinician" });
    let given = bea.judges_with(more.clone()).await.expect(201);
    walked.refused("said twice", bea.judges_with(more).await.expect(409));
    for reader in [&bea, &cleo] {
        reader.get("/v1/feedback").send().await.expect(200);
        reader.get(&format!("/v1/feedback/{}", given.id())).send().await.expect(200);
    }
    app.stands_at(&bea, Pathway::Discharged).await;
    bea.writes_at_the_end(&format!("{PLANTED} again")).await.expect(201);
    app.shows_comments().await;
    cory.reads_comments().await;
    cory.activity("by=attendance").await.expect(200);
    cory.outcomes("").await.expect(200);
    let later = app.platform.at(app.now() + TimeDelta::days(150));
    later.write(confide::insight::publish_due).await.unwrap();
}
