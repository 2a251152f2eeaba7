//! Who reads and writes a practitioner's safety plan besides the practitioner: clinicians who treat them, and a clinician on duty while a
//! risk alert is open.

use chrono::TimeDelta;
use serde_json::json;

use crate::support::actors::Actor;
use crate::support::clinical_record::InCare;
use crate::support::practitioners::phq9_at_risk;
use crate::support::safety_plans::{safety_plan, safety_plan_about};
use crate::support::{TestApp, apply, both_engines};

/// The parts of the record that show earlier versions.
const VERSIONS: [&str; 2] = ["safety-plan/history", "safety-plan/history/1"];

/// Asserts that the plan does not exist for a clinician.
async fn hides_the_plan_from(ada: &Actor, clinician: &Actor) {
    for part in ["safety-plan", VERSIONS[0], VERSIONS[1]] {
        clinician.reads(ada, part).await.expect(404).expect_problem("not_found");
    }
    clinician.writes_first_safety_plan_with(ada, safety_plan()).await.expect(404).expect_problem("not_found");
    clinician.replaces_version(ada, "safety-plan", "\"v1\"", safety_plan()).await.expect(404).expect_problem("not_found");
}

#[apply(both_engines)]
async fn clinician_writes_the_plan_together_with_the_practitioner(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let first = cleo.writes_first_safety_plan_with(&ada, safety_plan()).await.expect(200);
    assert_eq!((first.text("author_role"), first.text("recorded_by")), ("clinician".into(), cleo.id.to_string()));

    let read = ada.reads_own_safety_plan().await.expect(200);
    assert_eq!((&read.json, read.etag()), (&first.json, first.etag()));
    ada.writes_own_safety_plan_after(&read.etag(), safety_plan_about("I skip meals.")).await.expect(200);
    cleo.replaces_version(&ada, "safety-plan", &first.etag(), safety_plan()).await.expect_problem("version_mismatch");
    cleo.writes_first_safety_plan_with(&ada, safety_plan()).await.expect_problem("version_required");
    let third = cleo.replaces(&ada, "safety-plan", safety_plan_about("I sleep by day.")).await.expect(200);

    assert_eq!((third.etag(), third.text("author_role")), ("\"v3\"".into(), "clinician".into()));
    let of_cleo = cleo.reads(&ada, VERSIONS[0]).await.expect(200);
    let author_role: Vec<&str> = of_cleo.items().iter().map(|version| version["author_role"].as_str().unwrap()).collect();
    assert_eq!(author_role, ["clinician", "practitioner", "clinician"]);
    assert_eq!(cleo.reads(&ada, VERSIONS[1]).await.expect(200).json, first.json);
    assert_eq!(ada.get("/v1/me/safety-plan/history").send().await.expect(200).json["items"], of_cleo.json["items"]);
}

#[apply(both_engines)]
async fn reading_and_writing_by_staff_is_in_the_audit_trail_and_in_the_access_log(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    cleo.reads(&ada, "safety-plan").await.expect(404);
    assert_eq!(app.audit_count_of("safety_plan.read", ada.id).await, 1, "she has learned that there is none");
    assert_eq!(app.refusal_count_of("safety_plan.read", ada.id).await, 0, "and was not refused");
    cleo.writes_first_safety_plan_with(&ada, safety_plan()).await.expect(200);
    for part in ["safety-plan", VERSIONS[0], VERSIONS[1]] {
        cleo.reads(&ada, part).await.expect(200);
    }
    assert_eq!(app.audit_count_of("safety_plan.changed", ada.id).await, 1);
    assert_eq!(app.audit_count_of("safety_plan.read", ada.id).await, 4);
    let log = ada.get("/v1/me/access-log?limit=100").send().await.expect(200);
    let count =
        |action: &str| log.items().iter().filter(|entry| entry["action"] == action && entry["own"] == json!(false)).count();
    assert_eq!((count("safety_plan.changed"), count("safety_plan.read")), (1, 4));
    let none = cleo.reads(&ada, "safety-plan/history/2").await.expect(404).expect_problem("not_found");
    assert!(none.text("detail").contains("no such version"), "{}", none.json);
    assert_eq!(app.refusal_count_of("safety_plan.read", ada.id).await, 0, "that there is no such version refuses no one");

    let dora = app.dora().await;
    hides_the_plan_from(&ada, &dora).await;
    assert_eq!(app.refusal_count_of("safety_plan.read", ada.id).await, 3, "who may not know of her is refused");
    assert_eq!(app.audit_count_of("safety_plan.read", ada.id).await, 5);
}

#[apply(both_engines)]
async fn after_care_the_clinician_reads_for_thirty_days_and_the_practitioner_still_writes(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    cleo.writes_first_safety_plan_with(&ada, safety_plan()).await.expect(200);
    cleo.discharges(&ada).await.expect(201);
    for part in ["safety-plan", VERSIONS[0], VERSIONS[1]] {
        cleo.reads(&ada, part).await.expect(200);
    }
    cleo.replaces(&ada, "safety-plan", safety_plan()).await.expect(409).expect_problem("care_ended");
    ada.writes_own_safety_plan_after("\"v1\"", safety_plan_about("I skip meals.")).await.expect(200);
    assert_eq!(cleo.reads(&ada, "safety-plan").await.expect(200).json["version"], 2);

    app.clock.advance(TimeDelta::days(31));

    let (ada, cleo) = (ada.signs_in_again().await, cleo.signs_in_again().await);
    hides_the_plan_from(&ada, &cleo).await;
    assert_eq!(ada.reads_own_safety_plan().await.expect(200).json["version"], 2);
    ada.writes_own_safety_plan_after("\"v2\"", safety_plan()).await.expect(200);
}

#[apply(both_engines)]
async fn clinician_on_duty_reads_the_present_plan_while_an_alert_is_open(app: TestApp) {
    let (cory, ada, bea) = (app.coordinator().await, app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    let dora = app.clinician("Dora Clinician").employed_by("A1A1A").registered("gmc", "7654322").await;
    for person in [&ada, &bea] {
        person.writes_first_safety_plan(safety_plan()).await.expect(200);
    }
    ada.completes_intake_with(phq9_at_risk(2)).await;
    hides_the_plan_from(&ada, &dora).await;

    let duty = cory.puts_on_duty(&dora).await.expect(201).id();

    let read = dora.reads(&ada, "safety-plan").await.expect(200);
    assert_eq!(read.json["warning_signs"], json!(["I stop answering messages."]));
    for part in [VERSIONS[0], VERSIONS[1], "care-plan", "problems", "notes"] {
        dora.reads(&ada, part).await.expect(404).expect_problem("not_found");
    }
    dora.replaces_version(&ada, "safety-plan", "\"v1\"", safety_plan()).await.expect(404).expect_problem("not_found");
    hides_the_plan_from(&bea, &dora).await;
    let trail = app.audit_trail_of(&dora).await;
    assert!(trail.contains(&("safety_plan.read".into(), Some(ada.id), Some("on_duty".into()))), "{trail:?}");
    cory.ends_duty(&duty).await.expect(200);
    hides_the_plan_from(&ada, &dora).await;
}

#[apply(both_engines)]
async fn break_glass_opens_the_plan_to_read_and_a_missed_appointment_does_not(app: TestApp) {
    let (ada, dora) = (app.practitioner("Ada Byron").await, app.dora().await);
    ada.writes_first_safety_plan(safety_plan()).await.expect(200);
    let missed = app.appointment(&ada, &dora, app.now().get()).await;
    dora.reads(&ada, "safety-plan").await.expect(200);
    app.set_appointment_status(missed, "not_attended").await;
    hides_the_plan_from(&ada, &dora).await;

    dora.breaks_glass_to(&ada).await.expect(201);

    for part in ["safety-plan", VERSIONS[0], VERSIONS[1]] {
        dora.reads(&ada, part).await.expect(200);
    }
    dora.replaces_version(&ada, "safety-plan", "\"v1\"", safety_plan()).await.expect(404).expect_problem("not_found");
}

#[apply(both_engines)]
async fn plan_does_not_exist_for_a_clinician_who_must_not_meet_the_practitioner(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    cleo.writes_first_safety_plan_with(&ada, safety_plan()).await.expect(200);
    let colleague = app.clinician("Colin Colleague").employed_by("X9K3M").await;
    app.appointment(&ada, &colleague, app.now().get() + TimeDelta::days(1)).await;
    hides_the_plan_from(&ada, &colleague).await;
    cleo.reads(&ada, "safety-plan").await.expect(200);

    ada.blocks(&cleo).await.expect(201);

    hides_the_plan_from(&ada, &cleo).await;
    assert_eq!(app.row_count("safety_plan_versions").await, 1);
}

#[apply(both_engines)]
async fn roles_that_do_not_treat_cannot_read_the_plan_even_with_an_open_alert(app: TestApp) {
    let (cory, ada, hub) = (app.coordinator().await, app.practitioner("Ada Byron").await, app.harbour_hub().await);
    ada.writes_first_safety_plan(safety_plan()).await.expect(200);
    ada.completes_intake_with(phq9_at_risk(2)).await;
    assert_eq!(cory.open_alerts().await.len(), 1);
    let (harriet, morgan) = (app.hub_coordinator("Harriet Hub", &hub).await, app.commissioner("Morgan Vale", &["QWE"]).await);
    for staff in [&cory, &harriet, &morgan] {
        for part in ["safety-plan", VERSIONS[0], VERSIONS[1]] {
            staff.reads(&ada, part).await.expect(403).expect_problem("wrong_role");
        }
        staff.replaces_version(&ada, "safety-plan", "\"v1\"", safety_plan()).await.expect(403).expect_problem("wrong_role");
    }
}
