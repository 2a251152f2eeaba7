//! The audit trail in the guards' journey.

use confide::people::Role;
use confide::people::audit_trail::flags::model::FlagKind;
use confide::people::audit_trail::flags::queries;
use confide::platform::ids::Id;
use confide::platform::schema::audit_events::dsl;
use diesel::prelude::*;
use serde_json::json;

use super::{People, WalkResult};
use crate::guards::operation::PLANTED;
use crate::support::TestApp;

/// Flags an account today and returns the id of the flag.
async fn flag(app: &TestApp, actor: Id) -> String {
    let raised = app.write(move |tx| queries::raise(tx, FlagKind::Night, actor, tx.now.london_day(), 1)).await;
    raised.expect("a new flag").to_string()
}

/// Creates a record for each path of the module and remembers its id.
pub(super) async fn create_records(app: &TestApp, people: &People) {
    let officer = people["privacy_officer"].id;
    let event: Id = app
        .sql(move |conn| {
            let theirs = dsl::audit_events.filter(dsl::actor_id.eq(officer)).order(dsl::id);
            Ok(theirs.select(dsl::id).first(conn)?)
        })
        .await;
    app.remember_id("/v1/audit-events/{id}", &event.to_string());
    let flag = flag(app, people["clinician"].id).await;
    app.remember_id("/v1/audit-flags/{id}", &flag);
}

/// The module's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut WalkResult) {
    let anna = app.staff(&format!("Audit Anna {PLANTED}"), Role::PrivacyOfficer).await;
    let ada = app.practitioner(&format!("Amy {PLANTED}")).await;
    for actor in [&anna, &ada] {
        walked.add_tokens_of(actor);
    }
    let events = anna.get(&format!("/v1/audit-events?practitioner_id={}&limit=1", ada.id)).send().await.expect(200);
    let event = events.expect_items()[0]["id"].as_str().unwrap().to_owned();
    anna.get(&format!("/v1/audit-events/{event}")).send().await.expect(200);
    anna.get("/v1/audit-events?flagged=true&refused=false&action=note.read").send().await.expect(200);
    let export = format!("/v1/audit-events/export?reason=inspection&actor_id={}&from=2027-01-01T00:00:00Z", anna.id);
    anna.get(&export).send().await.expect(200);
    walked.add_refusal("too long", anna.get("/v1/audit-events/export?reason=incident").send().await.expect(400));
    ada.get("/v1/me/access-log?include_own=true&limit=1").send().await.expect(200);
    let flag = flag(app, ada.id).await;
    anna.get("/v1/audit-flags?reviewed=false&limit=1").send().await.expect(200);
    anna.get(&format!("/v1/audit-flags/{flag}")).send().await.expect(200);
    let review = json!({ "outcome": "explained", "note": format!("{PLANTED} was on duty") });
    anna.post(&format!("/v1/audit-flags/{flag}/review"), review.clone()).send().await.expect(200);
    walked.add_refusal("reviewed twice", anna.post(&format!("/v1/audit-flags/{flag}/review"), review).send().await.expect(409));
}
