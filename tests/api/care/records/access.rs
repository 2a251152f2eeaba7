//! Who may read a record: the practitioner and the clinicians who treat them. Every access is audited.

use chrono::TimeDelta;
use serde_json::json;

use crate::support::actors::Actor;
use crate::support::clinical_record::{InCare, penicillin, plan_reviewed_on, record_path};
use crate::support::{TestApp, apply, both_engines};

/// The paths of Ada's record, all with content.
async fn filled(app: &TestApp, scene: &InCare) -> Vec<String> {
    let InCare { ada, cleo, appointment, .. } = scene;
    let note = cleo.writes_and_signs_note(ada, *appointment).await;
    let problem = cleo.post(&record_path(ada, "problems"), json!({ "name": "Burnout", "shared": true })).send().await.expect(201);
    let problem = problem.header("location").unwrap().to_owned();
    cleo.changes(&problem, json!({ "state": "resolved" })).await.expect(200);
    cleo.replaces(ada, "allergies", json!({ "status": "known", "allergies": [penicillin()] })).await.expect(200);
    cleo.replaces(ada, "care-plan", plan_reviewed_on("2027-02-01")).await.expect(200);
    cleo.replaces(ada, "gp-sharing", json!({ "consent": "given", "method": "by_phone" })).await.expect(200);
    app.clock.advance(TimeDelta::seconds(1));
    let parts = [
        "notes",
        "problems",
        "allergies",
        "allergies/history",
        "care-plan",
        "care-plan/history",
        "gp-sharing",
        "gp-sharing/history",
    ];
    let mut addresses: Vec<String> = parts.iter().map(|part| record_path(ada, part)).collect();
    addresses.extend([note, format!("{problem}/history"), problem]);
    addresses
}

async fn all_refuse(reader: &Actor, addresses: &[String], code: &str) {
    for address in addresses {
        let reply = reader.get(address).send().await;
        assert_eq!(reply.json["code"], code, "{} reads {address}: {}", reader.name, reply.json);
    }
}

#[apply(both_engines)]
async fn clinicians_who_do_not_treat_get_not_found(app: TestApp) {
    let scene = app.in_care().await;
    let addresses = filled(&app, &scene).await;
    for address in &addresses {
        scene.cleo.get(address).send().await.expect(200);
    }
    let dora = app.dora().await;
    // Appointments that give no access: with a colleague of hers, with a blocked clinician, and a cancelled one.
    let colleague = app.clinician("Colin Colleague").employed_by("X9K3M").await;
    let blocked = app.clinician("Bob Blocked").employed_by("A1A1A").await;
    let cancelled = app.clinician("Cat Cancelled").employed_by("A1A1A").await;
    for (days, clinician) in [(1, &colleague), (2, &blocked), (3, &cancelled)] {
        let appointment = app.appointment(&scene.ada, clinician, app.now().get() + TimeDelta::days(days)).await;
        if days == 3 {
            app.set_appointment_status(appointment, "cancelled").await;
        }
    }
    scene.ada.blocks(&blocked).await.expect(201);
    for clinician in [&dora, &colleague, &blocked, &cancelled] {
        all_refuse(clinician, &addresses, "not_found").await;
        for part in ["lead-clinician", "discharge"] {
            clinician.reads(&scene.ada, part).await.expect_problem("not_found");
        }
        clinician.writes_note(&scene.ada, json!({ "appointment_id": scene.appointment })).await.expect_problem("not_found");
        clinician
            .post(&record_path(&scene.ada, "problems"), json!({ "name": "X", "shared": false }))
            .send()
            .await
            .expect_problem("not_found");
        clinician
            .replaces_version(&scene.ada, "allergies", "*", json!({ "status": "none_known" }))
            .await
            .expect_problem("not_found");
        clinician
            .replaces_version(&scene.ada, "care-plan", "*", plan_reviewed_on("2027-02-01"))
            .await
            .expect_problem("not_found");
        clinician
            .replaces_version(&scene.ada, "gp-sharing", "*", json!({ "consent": "given", "method": "by_phone" }))
            .await
            .expect_problem("not_found");
    }
}

#[apply(both_engines)]
async fn practitioner_reads_only_their_own_record(app: TestApp) {
    let scene = app.in_care().await;
    filled(&app, &scene).await;
    let bea = app.practitioner("Bea Byron").await;
    let hers = bea.get("/v1/me/record").send().await.expect(200);
    assert!(!hers.json.to_string().contains("Burnout") && !hers.json.to_string().contains("Penicillin"));
}

#[apply(both_engines)]
async fn every_access_is_audited_with_the_readers_role(app: TestApp) {
    let scene = app.in_care().await;
    let addresses = filled(&app, &scene).await;
    app.clock.advance(TimeDelta::seconds(1));
    let (before, person) = (app.audit_actions(&scene.ada.id.to_string()).await.len(), scene.ada.id);
    for part in &addresses[..8] {
        app.clock.advance(TimeDelta::seconds(1));
        scene.cleo.get(part).send().await.expect(200);
    }
    let trail = app.audit_actions_with_roles(&person.to_string()).await;
    let since: Vec<_> = trail[before..].iter().map(|(role, action)| (role.as_str(), action.as_str())).collect();
    assert_eq!(
        since,
        [
            ("clinician", "notes.listed"),
            ("clinician", "problems.read"),
            ("clinician", "allergies.read"),
            ("clinician", "allergies.read"),
            ("clinician", "care_plan.read"),
            ("clinician", "care_plan.read"),
            ("clinician", "gp_sharing.read"),
            ("clinician", "gp_sharing.read"),
        ]
    );
    for (address, action) in [(&addresses[8], "note.read"), (&addresses[9], "problem.read"), (&addresses[10], "problem.read")] {
        let subject = address.split('/').nth(3).unwrap();
        let count = async || app.audit_actions(subject).await.iter().filter(|known| *known == action).count();
        let had = count().await;
        scene.cleo.get(address).send().await.expect(200);
        assert_eq!(count().await, had + 1, "{address}");
    }
    app.clock.advance(TimeDelta::seconds(1));
    scene.ada.get("/v1/me/record").send().await.expect(200);
    assert_eq!(
        app.audit_actions_with_roles(&person.to_string()).await.last().unwrap(),
        &("practitioner".to_owned(), "record.read".to_owned())
    );
    // A refused request is not audited as an access.
    let had = app.audit_actions(&person.to_string()).await.len();
    app.dora().await.get(&addresses[0]).send().await.expect_problem("not_found");
    assert_eq!(app.audit_actions(&person.to_string()).await.len(), had);
}
