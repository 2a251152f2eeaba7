//! Self-checks in the guards' journey.

use chrono::TimeDelta;
use serde_json::json;

use super::super::operation::PLANTED;
use super::{People, Walked};
use crate::support::TestApp;
use crate::support::self_checks::an_ordinary_check;

/// Leaves something at each address of the room.
pub(super) async fn leaves_something(app: &TestApp, people: &People) {
    let code = app.self_check_code(0).await;
    people["practitioner"].takes_over(&code).await.expect(201);
}

/// The room's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut Walked) {
    let selma = app.practitioner(&format!("Selma {PLANTED}")).await;
    let sven = app.clinician(&format!("Sven {PLANTED}")).employed_by("R1H").await;
    for actor in [&selma, &sven] {
        walked.knows(actor);
    }
    app.get("/v1/self-checks/questionnaires?limit=1").send().await.expect(200);
    let mut signed = an_ordinary_check(0);
    signed["name"] = json!(PLANTED);
    walked.refused("signed", app.takes_self_check(signed).await.expect(422));
    let code = app.self_check_code(1).await;
    selma.takes_over(&code).await.expect(201);
    walked.refused("used", selma.takes_over(&code).await.expect(410));
    walked.refused("never given out", selma.takes_over(PLANTED).await.expect(410));
    let unused = app.self_check_code(2).await;
    walked.secrets.extend([code, unused]);
    selma.completes_intake().await;
    app.appointment(&selma, &sven, app.now().get() + TimeDelta::days(40)).await;
    for reader in [&selma, &sven] {
        reader.reads_self_checks_of(&selma).await.expect(200);
        reader.get(&format!("/v1/practitioners/{}/self-checks?limit=1", selma.id)).send().await.expect(200);
    }
    let later = app.platform.at(app.now() + TimeDelta::days(40));
    assert_eq!(later.write(confide::access::self_check::sweep).await.unwrap(), 1);
}
