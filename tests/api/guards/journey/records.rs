//! Clinical records in the guards' journey.

use chrono::TimeDelta;
use confide::people::Role;
use serde_json::json;

use super::{People, WalkResult};
use crate::guards::operation::PLANTED;
use crate::support::TestApp;
use crate::support::actors::Actor;
use crate::support::clinical_record::{record_path, settling_everything};
use crate::support::groups::with_changes;
use crate::support::safety_plans::{safety_plan, safety_plan_about};

/// Creates a record for each path of the module and remembers its id.
pub(super) async fn create_records(app: &TestApp, people: &People) {
    let (clinician, practitioner) = (&people[Role::Clinician.as_str()], &people[Role::Practitioner.as_str()]);
    let appointment = app.known_id("/v1/appointments/{id}").unwrap();
    let note = clinician.writes_note(practitioner, json!({ "appointment_id": appointment })).await.expect(201);
    let form = json!({ "name": "Something", "shared": false });
    let problem = clinician.post(&record_path(practitioner, "problems"), form).send().await.expect(201);
    app.remember_id("/v1/notes/{id}", &note.id());
    app.remember_id("/v1/problems/{id}", &problem.id());
    practitioner.writes_first_safety_plan(safety_plan()).await.expect(200);
    for place in ["/v1/me/safety-plan/history/{version}", "/v1/practitioners/{id}/safety-plan/history/{version}"] {
        app.remember_id(place, "1");
    }
}

/// The module's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut WalkResult) {
    let cleo = app.clinician(&format!("Carla {PLANTED}")).employed_by("R2H").await;
    let dora = app.clinician(&format!("Dora {PLANTED}")).employed_by("R2H").await;
    let cory = app.staff(&format!("Cato {PLANTED}"), Role::Coordinator).await;
    let ada = app.practitioner(&format!("Agnes {PLANTED}")).await;
    for actor in [&cleo, &dora, &cory, &ada] {
        walked.add_tokens_of(actor);
    }
    let assessment = ada.completes_intake().await;
    let seen = app.appointment(&ada, &cleo, app.now().get()).await;
    let earlier = app.appointment(&ada, &cleo, app.now().get() - TimeDelta::days(1)).await;
    cleo.records_outcome(&assessment, &seen.to_string(), "accepted").await.expect(201);
    write_notes(walked, &cleo, &dora, &ada, &[seen.to_string(), earlier.to_string()]).await;
    write_other_records(&cleo, &ada).await;
    write_safety_plans(walked, &cleo, &ada).await;
    for (reader, path) in
        [(&ada, "/v1/me/record"), (&ada, "/v1/me/notes?limit=1"), (&cleo, "/v1/care-plans?review_due_before=2028-01-01&limit=1")]
    {
        reader.get(path).send().await.expect(200);
    }
    walked.add_refusal("not treated", dora.reads(&ada, "notes").await.expect(404));
    cleo.agrees_usual_follow_up(&ada, seen).await;
    cory.assigns_lead(&ada, &dora).await.expect(200);
    dora.reads(&ada, "discharge-check").await.expect(200);
    walked.add_refusal("not the lead", cleo.post(&record_path(&ada, "discharge"), discharge()).send().await.expect(422));
    walked.add_refusal("a follow-up is open", dora.post(&record_path(&ada, "discharge"), discharge()).send().await.expect(422));
    let settled = settling_everything(discharge());
    dora.post(&record_path(&ada, "discharge"), settled).key("walk-records").send().await.expect(201);
    dora.reads(&ada, "discharge").await.expect(200);
    walked.add_refusal(
        "care has ended",
        dora.post(&record_path(&ada, "problems"), json!({ "name": PLANTED, "shared": true })).send().await.expect(409),
    );
    ada.get("/v1/me/record").send().await.expect(200);
    cory.post_empty(&record_path(&ada, "readmit")).send().await.expect(200);
}

fn discharge() -> serde_json::Value {
    json!({ "reason": "completed", "summary": format!("slept in {PLANTED}"), "shared_summary": format!("farewell {PLANTED}") })
}

async fn write_notes(walked: &mut WalkResult, cleo: &Actor, dora: &Actor, ada: &Actor, appointments: &[String]) {
    let text = format!("spoke of {PLANTED}");
    let form = |appointment: &str| json!({ "appointment_id": appointment, "presentation": text, "mental_state": text, "risk": text, "plan": text, "shared": text });
    for appointment in appointments {
        let draft = cleo.post(&record_path(ada, "notes"), form(appointment)).key(appointment).send().await.expect(201);
        let note = draft.header("location").unwrap().to_owned();
        walked.add_refusal("a second note", cleo.writes_note(ada, form(appointment)).await.expect(409));
        cleo.changes(&note, json!({ "plan": format!("rest in {PLANTED}") })).await.expect(200);
        walked.add_refusal("another clinician's draft", dora.get(&note).send().await.expect(404));
        cleo.signs_note(&note).await.expect(200);
        let addendum = json!({ "text": format!("rang from {PLANTED}"), "shared": format!("rang {PLANTED}") });
        cleo.post(&format!("{note}/addenda"), addendum).send().await.expect(201);
        walked.add_refusal("signed", cleo.delete(&note).send().await.expect(409));
    }
    let first = cleo.reads(ada, "notes?limit=1").await.expect(200);
    cleo.reads(ada, &format!("notes?cursor={}", first.text("next_cursor"))).await.expect(200);
}

async fn write_other_records(cleo: &Actor, ada: &Actor) {
    let word = format!("of {PLANTED}");
    let problem = json!({ "name": word, "snomed_code": "35489007", "note": word, "shared": true });
    let problem = cleo.post(&record_path(ada, "problems"), problem).send().await.expect(201);
    let problem = problem.header("location").unwrap();
    cleo.changes(problem, json!({ "state": "resolved", "note": word })).await.expect(200);
    cleo.get(&format!("{problem}/history?limit=1")).send().await.expect(200);
    let allergy = json!({ "substance": word, "reaction": word, "severity": "mild", "certainty": "confirmed" });
    cleo.replaces(ada, "allergies", json!({ "status": "known", "allergies": [allergy] })).await.expect(200);
    let address = json!({ "lines": [word, "Exampleton"], "postcode": "EX1 2MP" });
    let details = json!({ "date_of_birth": "1985-05-04", "address": address, "pregnancy": { "status": "not_possible", "asked_on": "2027-01-11" } });
    cleo.replaces(ada, "prescribing-details", details).await.expect(200);
    let plan = json!({ "goals": [{ "text": word, "measure": word, "state": "open" }], "interventions": [word], "review_on": "2027-12-01" });
    for _ in 0..2 {
        cleo.replaces(ada, "care-plan", plan.clone()).await.expect(200);
    }
    let consent = json!({ "consent": "asked", "method": "by_phone", "gp_name": word, "gp_practice": word, "note": word });
    cleo.replaces(ada, "gp-sharing", consent).await.expect(200);
    ada.sets_gp_sharing("refused").await.expect(200);
    for part in [
        "problems?limit=1",
        "allergies/history?limit=1",
        "care-plan/history?limit=1",
        "gp-sharing/history?limit=1",
        "lead-clinician",
    ] {
        let page = cleo.reads(ada, part).await.expect(200);
        if let Some(cursor) = page.json["next_cursor"].as_str() {
            cleo.reads(ada, &format!("{}&cursor={cursor}", part)).await.expect(200);
        }
    }
}

/// The practitioner writes a plan, the clinician the next one, and both read all versions.
async fn write_safety_plans(walked: &mut WalkResult, cleo: &Actor, ada: &Actor) {
    let plan = safety_plan_about(&format!("rest in {PLANTED}"));
    walked.add_refusal("no plan yet", ada.get("/v1/me/safety-plan").send().await.expect(404));
    let first = ada.writes_first_safety_plan(plan.clone()).await.expect(200);
    walked.add_refusal("a second first plan", ada.writes_first_safety_plan(plan.clone()).await.expect(428));
    let unknown = json!({ "signpost_ids": ["workplace_support"] });
    let refused = ada.put("/v1/me/safety-plan", with_changes(plan.clone(), unknown)).if_match(&first.etag()).send().await;
    walked.add_refusal("a signpost that is not for a crisis", refused.expect(422));
    ada.put("/v1/me/safety-plan", plan.clone()).if_match(&first.etag()).send().await.expect(200);
    cleo.replaces(ada, "safety-plan", plan).await.expect(200);
    for path in ["/v1/me/safety-plan", "/v1/me/safety-plan/history/1", "/v1/me/safety-plan/history?limit=1", "/v1/me/crisis-help"]
    {
        ada.get(path).send().await.expect(200);
    }
    for part in ["safety-plan", "safety-plan/history/1"] {
        cleo.reads(ada, part).await.expect(200);
    }
    let newest = cleo.reads(ada, "safety-plan/history?limit=1").await.expect(200);
    cleo.reads(ada, &format!("safety-plan/history?cursor={}", newest.text("next_cursor"))).await.expect(200);
}
