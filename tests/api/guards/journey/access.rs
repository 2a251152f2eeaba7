//! Break-glass, calls and the rota in the guards' journey.

use confide::people::Role;
use confide::people::practitioners::model::Pathway;
use serde_json::json;

use super::{People, WalkResult};
use crate::guards::operation::PLANTED;
use crate::support::TestApp;

/// Breaks the glass to the practitioner, before anything else gives the coordinator a reason to know of them.
pub(super) async fn break_glass(app: &TestApp, people: &People) {
    let (coordinator, practitioner) = (&people["coordinator"], &people["practitioner"]);
    app.set_pathway(practitioner, Pathway::InCare).await;
    let access = coordinator.breaks_glass_to(practitioner).await.expect(201);
    app.set_pathway(practitioner, Pathway::Registered).await;
    app.remember_id("/v1/break-glass/{id}", &access.id());
}

/// Creates a record for each other path of the module and remembers its id.
pub(super) async fn create_records(app: &TestApp, people: &People) {
    people["coordinator"].takes_a_call_from(&people["practitioner"]).await;
    let duty = people["administrator"].puts_on_duty(&people["clinician"]).await.expect(201);
    app.remember_id("/v1/duty-periods/{id}", &duty.id());
}

/// The module's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut WalkResult) {
    let cleo = app.clinician(&format!("Clara {PLANTED}")).employed_by("R1H").registered("gmc", "7200003").await;
    let cory = app.staff(&format!("Corin {PLANTED}"), Role::Coordinator).await;
    let pia = app.staff(&format!("Pia {PLANTED}"), Role::PrivacyOfficer).await;
    let ada = app.practitioner(&format!("Ada Lou {PLANTED}")).await;
    for actor in [&cleo, &cory, &pia, &ada] {
        walked.add_tokens_of(actor);
    }
    app.set_pathway(&ada, Pathway::Discharged).await;
    cory.takes_a_call_from(&ada).await;
    walked.add_refusal("no such reference", cory.looks_up("CF-2222-2222").await.expect(404));
    let reference = app.reference_of(&ada).await;
    walked.add_refusal("no reason for another look-up", cory.looks_up(&reference).await.expect(422));
    cory.looks_up_again(&reference, &format!("{PLANTED} rang again.")).await.expect(201);
    pia.get("/v1/practitioner-lookups").send().await.expect(200);
    let form = json!({ "practitioner_id": ada.id, "reason": format!("{PLANTED} collapsed in the waiting room.") });
    let access = cleo.post("/v1/break-glass", form).send().await.expect(201).id();
    cleo.reads_practitioner(&ada).await.expect(200);
    walked.add_refusal("access already", cleo.breaks_glass_to(&ada).await.expect(409));
    cleo.get("/v1/break-glass").send().await.expect(200);
    cleo.post_empty(&format!("/v1/break-glass/{access}/end")).send().await.expect(200);
    let again = cleo.post_empty(&format!("/v1/break-glass/{access}/end")).send().await.expect(409);
    walked.add_refusal("ended twice", again);
    pia.get(&format!("/v1/break-glass/{access}")).send().await.expect(200);
    let review = json!({ "outcome": "justified", "note": format!("{PLANTED} was alone."), "inform_practitioner": false,
        "reason_not_to_inform": format!("{PLANTED} would be in danger.") });
    pia.reviews_break_glass_with(&access, review).await.expect(200);
    walked.add_refusal("reviewed twice", pia.reviews_break_glass(&access).await.expect(409));
    let duty = cory.puts_on_duty(&cleo).await.expect(201).id();
    walked.add_refusal("on duty twice", cory.puts_on_duty(&cleo).await.expect(409));
    walked.add_refusal("confirmed by who proposed it", cory.approves_duty(&duty).await.expect(409));
    cory.get("/v1/duty-periods").send().await.expect(200);
    cory.get(&format!("/v1/duty-periods/{duty}")).send().await.expect(200);
    cory.ends_duty(&duty).await.expect(200);
    app.run_break_glass_job().await;
}
