//! A 404 does not tell its reason by the time it takes: for a practitioner who has blocked the caller, for one that the caller has no
//! reason to know of and for an id that does not exist, the same statements run.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use confide::platform::ids::Id;
use confide::scheduling::calendar::model::AppointmentKind;
use serde_json::{Value, json};

use crate::support::actors::PASSWORD;
use crate::support::app::{RequestBuilder, TestSettings};
use crate::support::clinical_record::note_about;
use crate::support::practitioners::phq9_at_risk;
use crate::support::risk::risk_assessment;
use crate::support::statements::Statements;
use crate::support::{TestApp, apply, both_engines};

/// The request about each of these ids gets 404, by the same statements.
async fn expect_equal(statements: &Statements, what: &str, ids: &[Id], request: impl Fn(Id) -> RequestBuilder) {
    let mut taken = Vec::new();
    // The first round looks up types.
    for _ in 0..2 {
        taken.clear();
        for id in ids {
            let (reply, kinds) = statements.of(request(*id).send()).await;
            reply.expect_problem("not_found");
            taken.push(kinds);
        }
    }
    assert!(taken[0].len() > 3, "{what}: nothing was heard");
    assert!(taken.iter().all(|kinds| *kinds == taken[0]), "{what}: {taken:#?}");
}

#[apply(both_engines)]
async fn every_404_is_held_back_for_the_same_time(app: TestApp) {
    let step = Duration::from_millis(60);
    let mut settings = TestSettings::default();
    settings.policy.not_found_step = step;
    let (ada, cleo) = (app.seeded_in_care("Ada Byron").await, app.cleo().await);
    let held = app.with_the_same_database(settings).await;
    let cleo = held.signed_in(&cleo.name, &cleo.email, PASSWORD).await;
    for path in [
        format!("/v1/practitioners/{}", ada.id),
        format!("/v1/practitioners/{}", Id::new(app.now())),
        format!("/v1/appointments/{}", Id::new(app.now())),
    ] {
        let begun = Instant::now();
        cleo.get(&path).send().await.expect_problem("not_found");
        assert!(begun.elapsed() >= step, "{path} was answered after {:?}", begun.elapsed());
    }
}

#[apply(both_engines)]
async fn coordinator_gets_every_404_by_the_same_statements(app: TestApp) {
    let (cory, cleo) = (app.coordinator().await, app.cleo().await);
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.seeded_in_care("Bea Byron").await);
    ada.completes_intake_with(phq9_at_risk(2)).await;
    let alert: Id = cory.open_alerts().await.remove(0).parse().unwrap();
    let of_ada = app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(2)).await;
    let of_bea = app.attended_appointment(&bea, &cleo, app.now().get() - TimeDelta::days(40)).await;
    let slot = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Treatment).await;
    ada.blocks_name(&cory.name).await.expect(201);
    let (counted, statements) = app.counting_statements().await;
    let cory = counted.signed_in(&cory.name, &cory.email, PASSWORD).await;
    let unknown = Id::new(app.now());

    let people = [ada.id, bea.id, unknown];
    expect_equal(&statements, "get practitioner", &people, |id: Id| cory.get(&format!("/v1/practitioners/{id}"))).await;
    for reason in ["risk_alert", "phone_appointment", "follow_up"] {
        let reach = |id: Id| cory.get(&format!("/v1/practitioners/{id}/contact-details?reason={reason}"));
        expect_equal(&statements, reason, &people, reach).await;
    }
    let window = "from=2027-01-11T00:00:00Z&until=2027-01-25T00:00:00Z";
    expect_equal(&statements, "list slots", &people, |id: Id| cory.get(&format!("/v1/slots?practitioner_id={id}&{window}")))
        .await;
    let book = |id: Id| cory.post("/v1/appointments", json!({ "slot_id": slot, "practitioner_id": id }));
    expect_equal(&statements, "book", &people, book).await;
    let ask = |id: Id| cory.post("/v1/funding-requests", json!({ "practitioner_id": id }));
    expect_equal(&statements, "create funding request", &people, ask).await;
    let lead = json!({ "clinician_id": cleo.id });
    let replace = |id: Id| cory.put(&format!("/v1/practitioners/{id}/lead-clinician"), lead.clone()).if_match("\"v1\"");
    expect_equal(&statements, "replace lead clinician", &people, replace).await;

    let appointments = [of_ada, of_bea, unknown];
    expect_equal(&statements, "get appointment", &appointments, |id: Id| cory.get(&format!("/v1/appointments/{id}"))).await;
    let change = |id: Id, verb: &str, form: Value| cory.post(&format!("/v1/appointments/{id}/{verb}"), form);
    expect_equal(&statements, "move", &appointments, |id: Id| change(id, "move", json!({ "slot_id": slot }))).await;
    let reason = json!({ "reason": "service" });
    expect_equal(&statements, "cancel", &appointments, |id: Id| change(id, "cancel", reason.clone())).await;
    expect_equal(&statements, "get risk alert", &[alert, unknown], |id: Id| cory.get(&format!("/v1/risk-alerts/{id}"))).await;
}

#[apply(both_engines)]
async fn clinician_gets_every_404_by_the_same_statements(app: TestApp) {
    let tobias = app.clinician("Tobias Renn").await;
    let (ada, held) = app.practitioner_seen_by("Ada Byron", &tobias, 24).await;
    let bea = app.seeded_in_care("Bea Byron").await;
    let note: Id = tobias.writes_note(&ada, note_about(held)).await.expect(201).text("id").parse().unwrap();
    let follow_up: Id = tobias.agrees_usual_follow_up(&ada, held).await.parse().unwrap();
    let assessed: Id = tobias.records_risk_assessment(&ada, risk_assessment()).await.expect(201).text("id").parse().unwrap();
    ada.blocks(&tobias).await.expect(201);
    let (counted, statements) = app.counting_statements().await;
    let tobias = counted.signed_in(&tobias.name, &tobias.email, PASSWORD).await;
    let unknown = Id::new(app.now());

    let people = [ada.id, bea.id, unknown];
    expect_equal(&statements, "get practitioner", &people, |id: Id| tobias.get(&format!("/v1/practitioners/{id}"))).await;
    let check = |id: Id| tobias.get(&format!("/v1/practitioners/{id}/discharge-check"));
    expect_equal(&statements, "discharge check", &people, check).await;
    expect_equal(&statements, "list notes", &people, |id: Id| tobias.get(&format!("/v1/practitioners/{id}/notes"))).await;
    let write = |id: Id| tobias.post(&format!("/v1/practitioners/{id}/notes"), note_about(held));
    expect_equal(&statements, "create note", &people, write).await;
    let end = json!({ "reason": "completed", "summary": "Sleeps again." });
    let discharge = |id: Id| tobias.post(&format!("/v1/practitioners/{id}/discharge"), end.clone());
    expect_equal(&statements, "discharge", &people, discharge).await;
    expect_equal(&statements, "get follow-up", &[follow_up, unknown], |id: Id| tobias.get(&format!("/v1/follow-ups/{id}"))).await;
    let read = |id: Id| tobias.get(&format!("/v1/risk-assessments/{id}"));
    expect_equal(&statements, "get risk assessment", &[assessed, unknown], read).await;
    expect_equal(&statements, "get note", &[note, unknown], |id: Id| tobias.get(&format!("/v1/notes/{id}"))).await;
}

#[apply(both_engines)]
async fn administrator_gets_every_404_by_the_same_statements(app: TestApp) {
    let (ada, bea, admin) =
        (app.practitioner("Ada Byron").await, app.seeded_in_care("Bea Byron").await, app.administrator().await);
    ada.blocks_name(&admin.name).await.expect(201);
    let (counted, statements) = app.counting_statements().await;
    let admin = counted.signed_in(&admin.name, &admin.email, PASSWORD).await;
    let people = [ada.id, bea.id, Id::new(app.now())];
    expect_equal(&statements, "readmit", &people, |id: Id| admin.post_empty(&format!("/v1/practitioners/{id}/readmit"))).await;
}

/// The other records: `guards/access` compares the statements of every operation about each of them.
#[apply(both_engines)]
async fn unknown_reference_takes_the_statements_of_one_of_a_practitioner_who_has_blocked_the_caller(app: TestApp) {
    let (ada, cory) = (app.practitioner("Ada Byron").await, app.coordinator().await);
    let reference = app.reference_of(&ada).await;
    ada.blocks_name(&cory.name).await.expect(201);
    let (counted, statements) = app.counting_statements().await;
    let cory = counted.signed_in(&cory.name, &cory.email, PASSWORD).await;
    let mut taken = Vec::new();
    for _ in 0..2 {
        taken.clear();
        // The last is no reference at all.
        for written in [reference.as_str(), "CF-2222-2222", "Byron"] {
            let form = json!({ "reference": written, "reason": "Found collapsed in the waiting room." });
            let asked = cory.post("/v1/break-glass", form);
            let (reply, kinds) = statements.of(asked.send()).await;
            reply.expect_problem("not_found");
            taken.push(kinds);
        }
    }
    assert!(taken.iter().all(|kinds| *kinds == taken[0]), "{taken:#?}");
}
