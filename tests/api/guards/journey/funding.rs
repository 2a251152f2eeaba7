//! Funding and intake periods in the guards' journey.

use chrono::TimeDelta;
use confide::people::Role;
use confide::people::practitioners::model::Pathway;
use confide::scheduling::calendar::model::AppointmentKind;
use serde_json::json;

use super::super::operation::PLANTED;
use super::{People, WalkResult};
use crate::support::TestApp;
use crate::support::funding::{SOUTH_WEST_LONDON, approve_sessions, approve_until};

/// Creates a record for each path of the module and remembers its id: a request that was declined after an appointment had been
/// booked on it, and a commissioner who may read it. Before that, the nurse's reason in her own words was declined.
pub(super) async fn create_records(app: &TestApp, people: &People) {
    let of = |role: Role| &people[role.as_str()];
    let (commissioner, coordinator) = (of(Role::Commissioner), of(Role::Coordinator));
    let nurse = app.nurse_in_own_words(&format!("Nora {}", of(Role::Practitioner).name)).await;
    let reason = coordinator.declines_reason_of(&nurse).await;
    of(Role::Administrator).sets_commissioned_areas(commissioner, &[SOUTH_WEST_LONDON]).await.expect(200);
    let request = nurse.submits_own_request().await;
    coordinator.sends_to_panel(&request, "2027-01-25").await;
    commissioner.decides(&request, approve_sessions(2)).await.expect(200);
    app.set_pathway(&nurse, Pathway::InCare).await;
    let slot = app.free_slot(of(Role::Clinician), TimeDelta::days(3), AppointmentKind::Treatment).await;
    nurse.books(&slot).await.expect(201);
    commissioner.decides(&request, crate::support::funding::decline()).await.expect(200);
    let unfunded = coordinator.unfunded_appointments().await;
    let periods = of(Role::Administrator).get("/v1/intake-periods?limit=1").send().await.expect(200);
    let rules = of(Role::Administrator).get("/v1/eligibility-rules?limit=1").send().await.expect(200);
    for (address, subject) in [
        ("/v1/confidentiality-reasons/{id}", reason),
        ("/v1/funding-requests/{id}", request),
        ("/v1/unfunded-appointments/{id}", unfunded[0].0.clone()),
        ("/v1/intake-periods/{id}", periods.items()[0]["id"].as_str().unwrap().to_owned()),
        ("/v1/eligibility-rules/{id}", rules.items()[0]["id"].as_str().unwrap().to_owned()),
        ("/v1/staff/{id}", commissioner.id.to_string()),
    ] {
        app.remember_id(address, &subject);
    }
}

/// The module's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut WalkResult) {
    let (admin, cory) = (
        app.staff(&format!("Funding Admin {PLANTED}"), Role::Administrator).await,
        app.staff(&format!("Funding Cory {PLANTED}"), Role::Coordinator).await,
    );
    let commissioner = app.staff(&format!("Morgan {PLANTED}"), Role::Commissioner).await;
    admin.sets_commissioned_areas(&commissioner, &[SOUTH_WEST_LONDON]).await.expect(200);
    let mut form = app.nurse_registration(&format!("Nora {PLANTED}"));
    form["pseudonym"] = json!(format!("Wren {PLANTED}"));
    let nurse = app.practitioner_with(&form).await;
    for actor in [&admin, &cory, &commissioner, &nurse] {
        walked.add_tokens_of(actor);
    }
    let request = nurse.newest_request().await;
    let text = format!("about {PLANTED}");
    walked.add_refusal("too early", nurse.submits_request(&request).await.expect(422));
    let content = json!({ "icb_code": "QWE", "reason": "other", "sessions": 8, "statement": text, "share_statement": true });
    nurse.writes_request(&request, content).await.expect(200);
    nurse.submits_request(&request).await.expect(200);
    cory.acts_on_request_without_body(&request, "screen").await.expect(200);
    cory.acts_on_request(&request, "request-information", json!({ "question": text })).await.expect(200);
    nurse.acts_on_request(&request, "provide-information", json!({ "text": text, "share": true })).await.expect(200);
    cory.acts_on_request(&request, "send-to-panel", json!({ "panel_on": "2027-03-01" })).await.expect(200);
    let declined = json!({ "decision": "declined", "ground": "no_funds", "reason": text });
    commissioner.decides(&request, declined).await.expect(200);
    nurse.acts_on_request(&request, "request-reconsideration", json!({ "text": text })).await.expect(200);
    commissioner.decides(&request, approve_until("2027-01-11")).await.expect(200);
    for reader in [&nurse, &cory, &commissioner] {
        reader.reads_request(&request).await.expect(200);
        for query in ["", "?state=approved_limited", "?state=expired", "?state=panel&limit=1"] {
            reader.get(&format!("/v1/funding-requests{query}")).send().await.expect(200);
        }
    }
    app.set_pathway(&nurse, Pathway::InCare).await;
    let cleo = app.clinician(&format!("Celia {PLANTED}")).await;
    let slots = app.treatment_slots(&cleo, 3, 24 * 9).await;
    nurse.holds(&slots[0]).await.expect(200);
    let booked = nurse.books(&slots[0]).await.expect(201);
    let cancelled = nurse.books(&slots[1]).await.expect(201);
    nurse.moves(&booked.id(), &slots[2]).await.expect(200);
    nurse.cancels(&cancelled.id(), "practitioner_work").await.expect(200);
    let entry = cory.reads_request(&request).await.expect(200).json["appointments"][0]["id"].as_str().unwrap().to_owned();
    walked.add_refusal("in force", cory.confirms_unfunded_appointment(&entry).await.expect(409));
    let closing =
        json!({ "starts_on": "2027-06-01", "open": false, "reason": "For the time being.", "signposts": ["medical_help"] });
    let period =
        admin.post("/v1/intake-periods", json!({ "cohort": "outside_england", "period": closing })).send().await.expect(201);
    admin.put(&format!("/v1/intake-periods/{}", period.id()), closing).if_match("*").send().await.expect(200);

    // The clock is set forward and back, because other modules use the present time.
    app.clock.advance(TimeDelta::days(1));
    app.run_funding_jobs().await;
    let cory = cory.signs_in_again().await;
    walked.add_tokens_of(&cory);
    let entry = cory.unfunded_appointments().await[0].0.clone();
    cory.post(&format!("/v1/unfunded-appointments/{entry}/confirm"), json!({ "reason": text })).send().await.expect(200);
    app.clock.advance(TimeDelta::days(-1));
    app.run_funding_jobs().await;
}
