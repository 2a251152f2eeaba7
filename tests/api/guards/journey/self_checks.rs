//! Self-checks in the guards' journey.

use chrono::TimeDelta;
use serde_json::json;

use super::super::operation::PLANTED;
use super::{People, WalkResult};
use crate::support::TestApp;
use crate::support::self_checks::usual_self_check;

/// Creates a record for each path of the module.
pub(super) async fn create_records(app: &TestApp, people: &People) {
    let code = app.self_check_code(0).await;
    people["practitioner"].claims_self_check(&code).await.expect(201);
}

/// The module's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut WalkResult) {
    let selma = app.practitioner(&format!("Selma {PLANTED}")).await;
    let sven = app.clinician(&format!("Sven {PLANTED}")).employed_by("R1H").await;
    for actor in [&selma, &sven] {
        walked.add_tokens_of(actor);
    }
    app.get("/v1/self-checks/questionnaires?limit=1").send().await.expect(200);
    let mut named = usual_self_check(0);
    named["name"] = json!(PLANTED);
    walked.add_refusal("with a name", app.takes_self_check(named).await.expect(422));
    let code = app.self_check_code(1).await;
    selma.claims_self_check(&code).await.expect(201);
    walked.add_refusal("used", selma.claims_self_check(&code).await.expect(410));
    walked.add_refusal("never issued", selma.claims_self_check(PLANTED).await.expect(410));
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
