//! People of every role, a walk through the use of the service, and a sweep over every operation.
//!
//! Names, addresses and texts contain the planted word, so that a guard can search for it where it must not be.

mod access;
mod audit;
mod conflicts;
mod contacts;
mod feedback;
mod fit_notes;
mod follow_ups;
mod funding;
mod groups;
mod hubs;
mod letters;
mod messages;
mod outreach;
mod prescriptions;
mod reasons;
mod records;
mod reference_data;
mod retention;
mod risk;
mod self_checks;
mod signposts;

use std::collections::BTreeMap;

use confide::access::registration;
use confide::people::{Role, accounts, sign_in};
use confide::platform::db::Conn;
use confide::platform::http::idempotency;
use confide::platform::ids::Id;
use confide::platform::recipient_limits;
use serde_json::json;

use super::migrations::query_lines;
use super::operation::{self, Operation, PLANTED};
use crate::support::TestApp;
use crate::support::actors::{Actor, PASSWORD};
use crate::support::practitioners::phq9_at_risk;
use crate::support::reply::{CheckedReply, Reply};

/// One signed-in person of each role, by role.
pub type People = BTreeMap<&'static str, Actor>;

/// Creates one signed-in person of each role, with this family name, and a record at each path with an id.
pub async fn people_of_every_role(app: &TestApp, family: &str) -> People {
    let mut people = BTreeMap::new();
    for role in Role::ALL {
        let actor = person_with_role(app, &format!("{} {family}", role.as_str()), *role).await;
        people.insert(role.as_str(), actor);
    }
    create_records_for_everyone(app, &people).await;
    people
}

/// Creates a record for each path with an id and remembers its id in the application, so that requests generated from the
/// document find existing records.
async fn create_records_for_everyone(app: &TestApp, people: &People) {
    let of = |role: Role| &people[role.as_str()];
    let (clinician, practitioner) = (of(Role::Clinician), of(Role::Practitioner));
    access::break_glass(app, people).await;
    let clinic = clinician.holds_clinic_on("wednesday", "09:00", "11:00", 60, "assessment", "video").await;
    let absence = clinician.is_away("2027-03-01T00:00:00Z", "2027-03-02T00:00:00Z").await;
    let assessment = practitioner.completes_intake_with(phq9_at_risk(1)).await;
    let slot = practitioner.finds_slot(clinician, "2027-01-13T09:00:00Z").await;
    let appointment = practitioner.books(&slot).await.expect(201);
    let free = of(Role::Coordinator).finds_slot(clinician, "2027-01-13T10:00:00Z").await;
    let colleague =
        practitioner.blocks_colleague(json!({ "name": "Another Colleague", "relationship": "other" })).await.expect(201);
    let alerts = of(Role::Coordinator).open_alerts().await;
    let admin = of(Role::Administrator);
    let form = json!({ "email": format!("newcomer.{}@example.org", admin.id), "name": "Nora Newcomer", "role": "coordinator",
        "reason": "Joins the team." });
    let newcomer = admin.post("/v1/staff", form).send().await.expect(201);
    let change = newcomer.json["pending_change"]["id"].as_str().unwrap();
    for (address, subject) in [
        ("/v1/clinicians/{id}", clinician.id.to_string()),
        ("/v1/practitioners/{id}", practitioner.id.to_string()),
        ("/v1/staff/{id}", of(Role::Coordinator).id.to_string()),
        ("/v1/staff-changes/{id}", change.to_owned()),
        ("/v1/clinics/{id}", clinic.id()),
        ("/v1/absences/{id}", absence.id()),
        ("/v1/assessments/{id}", assessment.rsplit_once('/').unwrap().1.to_owned()),
        ("/v1/assessments/{id}/answers/{questionnaire}", "phq-9".to_owned()),
        ("/v1/questionnaires/{code}", "phq-9".to_owned()),
        ("/v1/appointments/{id}", appointment.id()),
        ("/v1/slots/{id}", free.to_string()),
        ("/v1/me/blocked-colleagues/{id}", colleague.id()),
        ("/v1/risk-alerts/{id}", alerts[0].clone()),
    ] {
        app.remember_id(address, &subject);
    }
    messages::create_records(app, people).await;
    signposts::create_records(app, people).await;
    contacts::create_records(app, people).await;
    self_checks::create_records(app, people).await;
    funding::create_records(app, people).await;
    hubs::create_records(app, people).await;
    outreach::create_records(app, people).await;
    records::create_records(app, people).await;
    risk::create_records(app, people).await;
    prescriptions::create_records(app, people).await;
    fit_notes::create_records(app, people).await;
    letters::create_records(app, people).await;
    follow_ups::create_records(app, people).await;
    groups::create_records(app, people).await;
    feedback::create_records(app, people).await;
    conflicts::create_records(app, people).await;
    access::create_records(app, people).await;
    reference_data::create_records(app, people).await;
    retention::create_records(app, people).await;
    audit::create_records(app, people).await;
}

/// A signed-in person of this role: practitioners are registered, clinicians have a directory entry.
pub async fn person_with_role(app: &TestApp, name: &str, role: Role) -> Actor {
    match role {
        Role::Practitioner => app.practitioner(name).await,
        Role::Clinician => app.clinician(name).await,
        _ => app.staff(name, role).await,
    }
}

/// The number of rows of each table.
pub async fn row_counts(app: &TestApp) -> BTreeMap<String, String> {
    app.sql(|conn| {
        let tables = query_lines(
            conn,
            match conn {
                Conn::Sqlite(_) => "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
                Conn::Postgres(_) => "SELECT tablename::text AS line FROM pg_tables WHERE schemaname = 'public'",
            },
        );
        // A refusal is recorded, and changes nothing else. Who reads the audit trail is flagged, whatever they are shown.
        let rows = |table: &str| match table {
            "audit_events" => "audit_events WHERE NOT refused".to_owned(),
            "outbox" => "outbox WHERE kind <> 'audit_flagged'".to_owned(),
            _ => table.to_owned(),
        };
        let counts: Vec<String> =
            tables.iter().map(|table| format!("SELECT '{table} ' || count(*) AS line FROM {}", rows(table))).collect();
        let counts = query_lines(conn, &counts.join(" UNION ALL "));
        Ok(counts
            .iter()
            .map(|line| line.split_once(' ').unwrap())
            .map(|(name, count)| (name.to_owned(), count.to_owned()))
            .collect())
    })
    .await
}

/// What a walk collects for the guards.
#[derive(Default)]
pub struct WalkResult {
    /// Tokens, codes, passwords and phone numbers that were used.
    pub secrets: Vec<String>,
    /// The responses with a status of 400 or more.
    pub refusals: Vec<(String, CheckedReply)>,
}

impl WalkResult {
    fn add_tokens_of(&mut self, actor: &Actor) {
        self.secrets.extend([actor.token.clone(), actor.refresh_token.clone()]);
    }

    fn add_refusal(&mut self, what: &str, reply: CheckedReply) {
        assert!(reply.status.as_u16() >= 400, "{what}: {}", reply.status);
        self.refusals.push((what.to_owned(), reply));
    }

    /// Collects a response that may have any status below 500.
    pub fn add_response(&mut self, what: &str, reply: Reply) {
        assert!(reply.status.as_u16() < 500, "{what}: {}", reply.json);
        if reply.status.as_u16() >= 400 {
            self.refusals.push((what.to_owned(), CheckedReply::clone(&reply)));
        }
    }
}

/// Uses every feature of the service once, with its background jobs. Each module adds its own part here.
pub async fn walk(app: &TestApp) -> WalkResult {
    let mut walked = WalkResult { secrets: vec![PASSWORD.to_owned(), NEW_PASSWORD.to_owned()], ..WalkResult::default() };
    walk_accounts(app, &mut walked).await;
    walk_care(app, &mut walked).await;
    messages::walk(app, &mut walked).await;
    signposts::walk(app, &mut walked).await;
    contacts::walk(app, &mut walked).await;
    self_checks::walk(app, &mut walked).await;
    reasons::walk(app, &mut walked).await;
    funding::walk(app, &mut walked).await;
    hubs::walk(app, &mut walked).await;
    outreach::walk(app, &mut walked).await;
    records::walk(app, &mut walked).await;
    risk::walk(app, &mut walked).await;
    prescriptions::walk(app, &mut walked).await;
    fit_notes::walk(app, &mut walked).await;
    letters::walk(app, &mut walked).await;
    follow_ups::walk(app, &mut walked).await;
    groups::walk(app, &mut walked).await;
    feedback::walk(app, &mut walked).await;
    conflicts::walk(app, &mut walked).await;
    access::walk(app, &mut walked).await;
    reference_data::walk(app, &mut walked).await;
    retention::walk(app, &mut walked).await;
    audit::walk(app, &mut walked).await;
    run_background_jobs(app).await;
    walked
}

const NEW_PASSWORD: &str = "amber lantern past the third gate";

async fn walk_accounts(app: &TestApp, walked: &mut WalkResult) {
    let admin = app.staff(&format!("Avery {PLANTED}"), Role::Administrator).await;
    walked.add_tokens_of(&admin);
    let email = format!("new.{PLANTED}@example.org");
    let form = json!({ "email": email, "name": format!("Imogen {PLANTED}"), "role": "clinician", "reason": "Joins the team." });
    let created = admin.post("/v1/staff", form.clone()).key("walk-1").send().await.expect(201);
    admin.post("/v1/staff", form.clone()).key("walk-1").send().await.expect(201);
    walked.add_refusal("taken", admin.post("/v1/staff", form).send().await.expect(409));
    walk_staff_changes(app, walked, &admin, &created.json["pending_change"]["id"]).await;

    let token = app.token_for(&email).await;
    let reset = json!({ "token": token, "new_password": NEW_PASSWORD });
    app.post("/v1/password-resets/complete", reset.clone()).send().await.expect(204);
    walked.add_refusal("used link", app.post("/v1/password-resets/complete", reset).send().await.expect(410));
    walked.secrets.push(token);
    let sign_in = json!({ "email": email, "password": NEW_PASSWORD, "device": format!("{PLANTED} telephone") });
    let signed_in = app.post("/v1/sessions", sign_in).send().await.expect(201);
    walked.secrets.extend([signed_in.text("access_token"), signed_in.text("refresh_token")]);
    walked.add_refusal("wrong password", app.sign_in(&email, &format!("{PLANTED} is wrong")).await.expect(401));
    let refresh = json!({ "refresh_token": signed_in.text("refresh_token") });
    let refreshed = app.post("/v1/session-refreshes", refresh).send().await.expect(200);
    let token = refreshed.text("access_token");
    walked.secrets.extend([token.clone(), refreshed.text("refresh_token")]);
    app.get("/v1/sessions?limit=1").bearer(&token).send().await.expect(200);
    let me = app.get("/v1/me").bearer(&token).send().await.expect(200);
    let mut rename = json!({ "name": format!("Imogen {PLANTED} Again") });
    let refused = app.patch("/v1/me", rename.clone()).bearer(&token).if_match(&me.etag()).send().await.expect(403);
    walked.add_refusal("one's own staff name", refused);
    let seen = admin.get(&format!("/v1/staff/{}", created.id())).send().await.expect(200);
    rename["reason"] = json!(format!("{PLANTED} asked for it."));
    let renamed = admin.patch(&format!("/v1/staff/{}", created.id()), rename).if_match(&seen.etag()).send().await;
    assert!(app.approves_pending(&renamed).await);

    app.post("/v1/password-resets", json!({ "email": email })).send().await.expect(202);
    app.post("/v1/email-confirmations", json!({ "email": email })).send().await.expect(202);
    admin.get("/v1/staff?role=clinician&limit=1").send().await.expect(200);
    let seen = admin.get(&format!("/v1/staff/{}", created.id())).send().await.expect(200);
    let close =
        admin.patch(&format!("/v1/staff/{}", created.id()), json!({ "active": false, "reason": "Asked for by the person." }));
    close.if_match(&seen.etag()).send().await.expect(200);
}

/// The account that waits is approved; two others are rejected and withdrawn.
async fn walk_staff_changes(app: &TestApp, walked: &mut WalkResult, admin: &Actor, waiting: &serde_json::Value) {
    let waiting = waiting.as_str().unwrap();
    walked.add_refusal("one's own proposal", admin.approves(waiting).await.expect(409));
    let second = app.second_administrator().await;
    second.approves(waiting).await.expect(200);
    walked.add_refusal("approved", second.approves(waiting).await.expect(409));
    for (number, decision) in ["reject", "withdraw"].into_iter().enumerate() {
        let form = json!({ "email": format!("other{number}.{PLANTED}@example.org"), "name": format!("Ines {PLANTED}"),
            "role": "coordinator", "reason": format!("{PLANTED} joins the team.") });
        let other = admin.post("/v1/staff", form).send().await.expect(201);
        let change = other.json["pending_change"]["id"].as_str().unwrap().to_owned();
        second.reads_change(&change).await.expect(200);
        match decision {
            "reject" => second.rejects(&change, &format!("{PLANTED} is not known.")).await.expect(200),
            _ => admin.withdraws(&change).await.expect(200),
        };
    }
    admin.get("/v1/staff-changes?state=rejected&limit=1").send().await.expect(200);
}

async fn walk_care(app: &TestApp, walked: &mut WalkResult) {
    let cleo = app.clinician(&format!("Cleo {PLANTED}")).employed_by("R1H").await;
    let away = app.clinician(&format!("Alma {PLANTED}")).await;
    cleo.holds_clinic_on("tuesday", "09:00", "12:00", 60, "assessment", "video").await;
    let cory = app.staff(&format!("Cory {PLANTED}"), Role::Coordinator).await;
    let ada = app.practitioner(&format!("Ada {PLANTED}")).await;
    for actor in [&cleo, &away, &cory, &ada] {
        walked.add_tokens_of(actor);
    }
    ada.blocks(&away).await.expect(201);
    ada.blocks_colleague(json!({ "name": format!("Boss {PLANTED}"), "relationship": "same_team" })).await.expect(201);
    ada.get("/v1/me/blocked-colleagues?limit=1").send().await.expect(200);
    ada.post("/v1/staff-searches", json!({ "name": PLANTED })).send().await.expect(200);
    ada.changes_registration(json!({})).await.expect(200);
    let assessment = ada.completes_intake_with(crate::support::practitioners::phq9_at_risk(2)).await;
    ada.get(&assessment).send().await.expect(200);
    ada.get("/v1/assessments").send().await.expect(200);

    let window = "from=2027-01-11T00:00:00Z&until=2027-01-25T00:00:00Z";
    for query in
        ["", "&kind=assessment&mode=video&discipline=psychiatrist&specialism=burnout&language=en&gender=female&region=london"]
    {
        ada.get(&format!("/v1/slots?{window}{query}")).send().await.expect(200);
    }
    cory.get(&format!("/v1/slots?{window}&practitioner_id={}", ada.id)).send().await.expect(200);
    ada.get("/v1/clinicians?specialism=burnout&language=en").send().await.expect(200);
    let found = ada.get(&format!("/v1/slots?{window}&clinician_id={}", cleo.id)).send().await.expect(200);
    let slot = |number: usize| found.items()[number]["id"].as_str().unwrap().parse::<Id>().unwrap();
    ada.holds(&slot(0)).await.expect(200);
    ada.releases(&slot(0)).await.expect(204);
    let form = json!({ "slot_id": slot(0), "arrangements": format!("ring at {PLANTED}") });
    let booked = ada.post("/v1/appointments", form).key("walk-2").send().await.expect(201);
    walked.add_refusal("a second assessment", ada.books(&slot(1)).await.expect(409));
    ada.moves(&booked.id(), &slot(1)).await.expect(200);
    let number = json!({ "phone": "020 7946 0018" });
    ada.put(&format!("/v1/appointments/{}/phone", booked.id()), number).send().await.expect(200);
    cory.get("/v1/conflict-tasks").send().await.expect(200);
    // That a reader was shown a person by a list is recorded once in ten minutes: the calendar comes before the other lists.
    cleo.get(&format!("/v1/calendar?{window}")).send().await.expect(200);
    for reader in [&ada, &cleo, &cory] {
        reader.reads_appointment(&booked.id()).await.expect(200);
        reader.get("/v1/appointments?state=booked").send().await.expect(200);
    }
    walked.add_refusal("not hers", away.reads_appointment(&booked.id()).await.expect(404));
    cory.asks_how_to_reach(&ada, "risk_alert").await.expect(200);
    walked.add_refusal("no follow-up", cory.asks_how_to_reach(&ada, "follow_up").await.expect(422));
    let alerts = cory.get("/v1/risk-alerts").send().await.expect(200);
    for alert in alerts.expect_items() {
        cleo.closes_alert(alert["id"].as_str().unwrap()).await.expect(200);
    }
    for path in ["/v1/practitioners".to_owned(), format!("/v1/practitioners/{}", ada.id)] {
        cory.get(&path).send().await.expect(200);
        cleo.get(&path).send().await.expect(200);
    }
    cleo.is_away("2027-01-12T00:00:00Z", "2027-01-20T00:00:00Z").await;
    let olive = app.staff(&format!("Olive {PLANTED}"), Role::Coordinator).await;
    walked.add_tokens_of(&olive);
    olive.get("/v1/orphaned-appointments").send().await.expect(200).expect_items();
    ada.cancels(&booked.id(), "practitioner_work").await.expect(200);
}

/// Runs the background jobs of the service.
async fn run_background_jobs(app: &TestApp) {
    app.emails_to("unused@example.org").await;
    app.platform.write(confide::platform::audit::chain).await.unwrap();
    assert_eq!(app.platform.read(confide::platform::audit::first_broken_link).await.unwrap(), None);
    app.write(idempotency::delete_expired).await;
    app.write(accounts::queries::delete_expired_tokens).await;
    app.write(registration::queries::pending::sweep).await;
    app.write(recipient_limits::delete_expired).await;
    app.write(sign_in::known_locations::sweep).await;
    app.run_risk_jobs().await;
    app.run_review_jobs().await;
}

/// Calls every operation as every role that may, with a generated body and with each query parameter.
pub async fn sweep(app: &TestApp) -> WalkResult {
    let mut walked = WalkResult::default();
    for operation in operation::all() {
        for role in Role::ALL.iter().filter(|role| operation.allows(role.as_str())) {
            let actor = person_with_role(app, &format!("{} {} {PLANTED}", operation.id, role.as_str()), *role).await;
            walked.add_tokens_of(&actor);
            for with in variations(&operation) {
                let with: Vec<(&str, &str)> = with.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                let reply = operation.ask(app, &with, operation.sample_body().as_ref()).bearer(&actor.token).send().await;
                let what = format!("{} as {} with {with:?}", operation.name(), role.as_str());
                walked.add_response(&what, reply);
            }
        }
    }
    walked
}

/// Queries without optional parameters, with each of them alone, and with all of them together.
fn variations(operation: &Operation) -> Vec<Vec<(String, String)>> {
    let with_sample = |parameter: &operation::Parameter| (parameter.name.clone(), parameter.sample());
    let optional: Vec<_> = operation
        .parameters_in("query")
        .filter(|parameter| !parameter.required && parameter.name != "cursor")
        .map(with_sample)
        .collect();
    let mut variations = vec![Vec::new()];
    variations.extend(optional.iter().map(|one| vec![one.clone()]));
    variations.push(optional);
    variations
}
