//! What gives a member of staff access to people or to controlled drugs needs a second administrator; what takes it away does not.

use chrono::TimeDelta;
use confide::people::Role;
use serde_json::{Value, json};

use crate::support::actors::{Actor, PASSWORD, address};
use crate::support::clinicians::directory_entry;
use crate::support::prescriptions::prescribing_right;
use crate::support::races::{at_once, expect_outcomes};
use crate::support::reply::CheckedReply;
use crate::support::{TestApp, apply, both_engines};

async fn two_administrators(app: &TestApp) -> (Actor, Actor) {
    (app.administrator().await, app.second_administrator().await)
}

/// The id of the change that waits in an answer.
fn pending(answer: &CheckedReply) -> String {
    answer.json["pending_change"]["id"].as_str().unwrap_or_else(|| panic!("nothing waits: {}", answer.json)).to_owned()
}

impl Actor {
    /// Creates an account for Nora Field; returns the id of the account and of the change that waits.
    async fn proposes_nora(&self) -> (confide::platform::ids::Id, String) {
        let created = self.tries_to_create_staff("Nora Field", "clinician").await.expect(201);
        (created.id().parse().unwrap(), pending(&created))
    }

    async fn account_status(&self, account: &confide::platform::ids::Id) -> String {
        self.get(&format!("/v1/staff/{account}")).send().await.expect(200).text("state")
    }
}

#[apply(both_engines)]
async fn a_new_account_is_closed_until_another_administrator_approves(app: TestApp) {
    let (avery, sasha) = two_administrators(&app).await;
    let (nora, change) = avery.proposes_nora().await;
    let email = address("Nora Field");
    assert_eq!(avery.account_status(&nora).await, "awaiting_approval");
    app.post("/v1/password-resets", json!({ "email": email })).send().await.expect(202);
    assert!(app.emails_to(&email).await.is_empty(), "no link is sent, not even on request");

    let shown = sasha.reads_change(&change).await.expect(200);
    assert_eq!((shown.text("state"), shown.text("kind")), ("pending".to_owned(), "open_account".to_owned()));
    assert_eq!((shown.text("account_name"), shown.text("reason")), ("Nora Field".to_owned(), "Joins the team.".to_owned()));
    assert_eq!(shown.json["values"], json!([{ "name": "role", "value": "clinician" }]));
    let approved = sasha.approves(&change).await.expect(200);
    assert_eq!((approved.text("state"), &approved.json["decided_by"]), ("approved".to_owned(), &json!(sasha.id)));

    let chosen = json!({ "token": app.token_for(&email).await, "new_password": PASSWORD });
    app.post("/v1/password-resets/complete", chosen).send().await.expect(204);
    app.signed_in("Nora Field", &email, PASSWORD).await;
    assert_eq!(avery.account_status(&nora).await, "open");
    for action in ["staff.created", "staff_change.proposed", "staff_change.approved", "staff.opened"] {
        assert_eq!(app.audit_count_of(action, nora).await, 1, "{action}");
    }
    let history = avery.get(&format!("/v1/staff/{nora}/identity-history")).send().await.expect(200);
    let opened = history.items().iter().find(|entry| entry["kind"] == "account_status").unwrap();
    assert_eq!((&opened["value"], &opened["reason"]), (&json!("open"), &json!("Joins the team.")));
    assert_eq!((&opened["set_by"], &opened["approved_by"]), (&json!(avery.id), &json!(sasha.id)));
}

#[apply(both_engines)]
async fn no_one_approves_what_they_proposed_or_what_is_about_themselves(app: TestApp) {
    let avery = app.administrator().await;
    let created = avery.tries_to_create_staff("Nora Field", "administrator").await.expect(201);
    let change = pending(&created);
    let alone = created.json["pending_change"]["next_step"].as_str().unwrap();
    assert!(alone.contains("confide admin create"), "{alone}");
    let refused = avery.approves(&change).await.expect(409).expect_problem("second_person_required");
    assert!(refused.text("detail").contains("confide admin create"), "{}", refused.json);

    let namesake = app.administrator_named("Nora Field Smith").await;
    let nora = app.administrator_named("Dr Nora Field").await;
    assert!(!avery.approves(&change).await.expect_problem("second_person_required").text("detail").contains("command"));
    nora.approves(&change).await.expect(409).expect_problem("own_account");
    assert_eq!(avery.reads_change(&change).await.expect(200).text("state"), "pending");
    namesake.rejects(&change, "Has an account.").await.expect(200);
    app.coordinator().await.approves(&change).await.expect(403);
    avery.approves("018f0000-0000-7000-8000-000000000000").await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn reopening_an_account_waits_and_closing_it_does_not(app: TestApp) {
    let (avery, sasha) = two_administrators(&app).await;
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    let leave = json!({ "active": false, "reason": "On leave." });
    assert_eq!(avery.changes_account(&cleo.id, leave.clone()).await.expect(200).text("state"), "closed");
    cleo.get("/v1/me").send().await.expect(401);
    let back = json!({ "active": true, "reason": "Back from leave." });
    let first = pending(&avery.changes_account(&cleo.id, back.clone()).await.expect(200));
    avery.changes_account(&cleo.id, back.clone()).await.expect(409).expect_problem("state_conflict");
    app.sign_in(&cleo.email, PASSWORD).await.expect_problem("invalid_credentials");
    assert_eq!(sasha.changes_account(&cleo.id, leave).await.expect(200).text("state"), "closed");
    assert_eq!(avery.reads_change(&first).await.expect(200).text("state"), "withdrawn");
    let second = pending(&avery.changes_account(&cleo.id, back).await.expect(200));
    sasha.approves(&second).await.expect(200);
    app.sign_in(&cleo.email, PASSWORD).await.expect(201);
    assert!(app.emails_to(&cleo.email).await.is_empty(), "the password still works");
}

#[apply(both_engines)]
async fn rights_to_prescribe_are_granted_by_two_and_ended_by_one(app: TestApp) {
    let (avery, sasha) = two_administrators(&app).await;
    let nan = app.clinician("Nan Nurse").discipline("mental_health_nurse").registered("nmc", "71A2998E").await;
    let right = prescribing_right("independent_nurse");
    let asked = avery.tries_to_set_prescribing_rights(&nan, right.clone()).await.expect(200);
    assert_eq!((&asked.json["prescribes_as"], &asked.json["rights"]), (&Value::Null, &json!([])));
    avery.tries_to_set_prescribing_rights(&nan, right.clone()).await.expect_problem("state_conflict");
    let shown = sasha.reads_change(&pending(&asked)).await.expect(200);
    assert_eq!(shown.json["values"], json!([{ "name": "prescribing_right", "value": "independent_nurse from 2026-01-11" }]));
    sasha.approves(&pending(&asked)).await.expect(200);
    let path = format!("/v1/clinicians/{}/prescribing-rights", nan.id);
    assert_eq!(nan.get(&path).send().await.expect(200).text("prescribes_as"), "independent_nurse");

    let shorter = json!({ "rights": [{ "kind": "independent_nurse", "valid_from": "2026-01-11", "valid_until": "2027-06-30" }] });
    let shortened = avery.tries_to_set_prescribing_rights(&nan, shorter).await.expect(200);
    assert_eq!(
        (shortened.text("prescribes_as"), &shortened.json["pending_change"]),
        ("independent_nurse".to_owned(), &Value::Null)
    );
    let longer = pending(&avery.tries_to_set_prescribing_rights(&nan, right).await.expect(200));
    let code = json!({ "rights": [], "private_cd_code": "6ABC12" });
    avery.tries_to_set_prescribing_rights(&nan, code).await.expect_problem("state_conflict");
    let ended = avery.tries_to_set_prescribing_rights(&nan, json!({ "rights": [] })).await.expect(200);
    assert_eq!(ended.json["prescribes_as"], Value::Null);
    sasha.approves(&longer).await.expect(409).expect_problem("state_conflict");
    assert_eq!(nan.get(&path).send().await.expect(200).json["rights"], json!([]), "what it was based on has changed");
    let history = avery.get(&format!("/v1/staff/{}/identity-history", nan.id)).send().await.expect(200);
    let rights: Vec<&Value> = history.items().iter().filter(|entry| entry["kind"] == "prescribing_rights").collect();
    assert_eq!(rights.len(), 2);
    assert_eq!((&rights[1]["approved_by"], &rights[1]["reason"]), (&json!(sasha.id), &json!("Seen in the register.")));
}

#[apply(both_engines)]
async fn a_registration_waits_and_a_first_entry_is_not_listed_until_then(app: TestApp) {
    let (avery, sasha) = two_administrators(&app).await;
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    let path = format!("/v1/clinicians/{}", cleo.id);
    let mut entry = directory_entry("Cleo Marsh");
    (entry["registration_body"], entry["registration_number"]) = (json!("gmc"), json!("7654321"));
    let mut without = entry.clone();
    without.as_object_mut().unwrap().remove("reason");
    avery.put(&path, without).send().await.expect_field("invalid_body", "/reason");
    let first = avery.put(&path, entry.clone()).send().await.expect(200);
    assert_eq!((&first.json["registration_number"], &first.json["listed"]), (&Value::Null, &json!(false)));
    assert_eq!(cleo.get(&path).send().await.expect(200).json["pending_change"], Value::Null, "only administrators see it");
    sasha.approves(&pending(&first)).await.expect(200);
    let now = avery.get(&path).send().await.expect(200);
    assert_eq!((now.text("registration_number"), &now.json["listed"]), ("7654321".to_owned(), &json!(true)));

    (entry["discipline"], entry["biography"]) = (json!("gp"), json!("Sees dentists."));
    let asked = avery.put(&path, entry.clone()).if_match(&now.etag()).send().await.expect(200);
    assert_eq!((asked.text("discipline"), asked.text("biography")), ("psychiatrist".to_owned(), "Sees dentists.".to_owned()));
    (entry["registration_body"], entry["registration_number"]) = (json!(null), json!(null));
    entry["discipline"] = json!("psychiatrist");
    let removed = avery.put(&path, entry).if_match(&asked.etag()).send().await.expect(200);
    assert_eq!(removed.json["registration_number"], Value::Null, "it is removed at once");
    sasha.approves(&pending(&asked)).await.expect(409).expect_problem("state_conflict");
}

#[apply(both_engines)]
async fn areas_and_hubs_are_given_by_two_and_taken_away_by_one(app: TestApp) {
    let (avery, sasha) = two_administrators(&app).await;
    let (morgan, harriet) =
        (app.staff("Morgan Vale", Role::Commissioner).await, app.staff("Harriet Hub", Role::HubCoordinator).await);
    let areas = format!("/v1/staff/{}/commissioned-areas", morgan.id);
    let replace = async |codes: &[&str]| {
        avery.put(&areas, json!({ "icb_codes": codes, "reason": "Has changed post." })).send().await.expect(200)
    };
    let asked = replace(&["QKK", "QWE"]).await;
    assert_eq!(asked.json["areas"], json!([]));
    sasha.approves(&pending(&asked)).await.expect(200);
    assert_eq!(avery.get(&areas).send().await.expect(200).json["areas"].as_array().unwrap().len(), 2);
    let fewer = replace(&["QKK"]).await;
    assert_eq!((fewer.json["areas"].as_array().unwrap().len(), &fewer.json["pending_change"]), (1, &Value::Null));

    let hub = app.harbour_hub().await;
    let place = format!("/v1/hubs/{hub}/coordinators/{}", harriet.id);
    let form = json!({ "employer_ods": "X9K3M", "reason": "Runs this hub." });
    let asked = avery.put(&place, form.clone()).send().await.expect(200);
    assert_eq!(asked.json["coordinators"], json!([]));
    assert_eq!(harriet.get("/v1/me/hubs").send().await.expect(200).json["hubs"], json!([]));
    sasha.approves(&pending(&asked)).await.expect(200);
    assert_eq!(harriet.get("/v1/me/hubs").send().await.expect(200).json["hubs"].as_array().unwrap().len(), 1);
    assert_eq!(avery.put(&place, form).send().await.expect(200).json["pending_change"], Value::Null, "already assigned");
    avery.takes_off_hub(&harriet, &hub).await.expect(200);
    assert_eq!(harriet.get("/v1/me/hubs").send().await.expect(200).json["hubs"], json!([]));
}

#[apply(both_engines)]
async fn of_many_approvals_at_once_one_counts(app: TestApp) {
    let avery = app.administrator().await;
    let (_, change) = avery.proposes_nora().await;
    let mut others = Vec::new();
    for number in 0..4 {
        others.push(app.staff(&format!("Admin{number} Other"), Role::Administrator).await);
    }
    let replies = at_once(8, |number| others[number % 4].approves(&change)).await;
    expect_outcomes(&replies, &[("200", 1), ("state_conflict", 7)]);
    assert_eq!(app.emails_to(&address("Nora Field")).await.len(), 1);
}

#[apply(both_engines)]
async fn a_decision_is_final_and_a_change_expires_after_fourteen_days(app: TestApp) {
    let (avery, sasha) = two_administrators(&app).await;
    let (nora, change) = avery.proposes_nora().await;
    sasha.withdraws(&change).await.expect(409).expect_problem("state_conflict");
    let rejected = sasha.rejects(&change, "Not known here.").await.expect(200);
    assert_eq!(rejected.text("decision_reason"), "Not known here.");
    sasha.rejects(&change, "Again.").await.expect_problem("state_conflict");
    sasha.approves(&change).await.expect_problem("state_conflict");
    avery.withdraws(&change).await.expect_problem("state_conflict");
    assert_eq!(avery.account_status(&nora).await, "closed");

    let again = json!({ "active": true, "reason": "Joins the team after all." });
    let withdrawn = pending(&avery.changes_account(&nora, again.clone()).await.expect(200));
    avery.withdraws(&withdrawn).await.expect(200);
    let outdated = pending(&avery.changes_account(&nora, again.clone()).await.expect(200));
    let renamed = avery.changes_account(&nora, json!({ "name": "Nora Meadow", "reason": "Has married." })).await.expect(200);
    sasha.approves(renamed.json["pending_identity_change"]["id"].as_str().unwrap()).await.expect(200);
    sasha.approves(&outdated).await.expect(409).expect_problem("state_conflict");
    avery.withdraws(&outdated).await.expect(200);
    let late = pending(&avery.changes_account(&nora, again).await.expect(200));
    assert_eq!(avery.get("/v1/staff-changes?state=pending").send().await.expect(200).items().len(), 1);
    app.clock.advance(TimeDelta::days(14));
    let (avery, sasha) = (avery.signs_in_again().await, sasha.signs_in_again().await);
    assert_eq!(avery.account_status(&nora).await, "closed");
    sasha.approves(&late).await.expect(409).expect_problem("state_conflict");
    assert_eq!(sasha.reads_change(&late).await.expect(200).text("state"), "expired");
    assert_eq!(avery.get("/v1/staff-changes?state=withdrawn").send().await.expect(200).items().len(), 2);
    assert_eq!(app.audit_count_of("staff_change.rejected", nora).await, 1);
    assert_eq!(app.audit_count_of("staff_change.withdrawn", nora).await, 2);
    assert_eq!(app.audit_count_of("staff.opened", nora).await, 0);
}

#[apply(both_engines)]
async fn every_change_of_identity_needs_a_reason(app: TestApp) {
    let ((avery, sasha), cleo) = (two_administrators(&app).await, app.staff("Cleo Marsh", Role::Clinician).await);
    let blank = json!({ "email": "nora@example.org", "name": "Nora", "role": "clinician", "reason": "  " });
    avery.post("/v1/staff", blank).send().await.expect_field("invalid_body", "/reason");
    avery.changes_account(&cleo.id, json!({ "name": "Cleo Moor" })).await.expect_field("invalid_body", "/reason");
    let long = json!({ "active": false, "reason": "x".repeat(501) });
    avery.changes_account(&cleo.id, long).await.expect_field("invalid_body", "/reason");
    assert_eq!(avery.account_status(&cleo.id).await, "open");
    let secret = "Has had a divorce";
    avery.changes_account_with_approval(&cleo.id, json!({ "name": "Cleo Moor", "reason": secret })).await;
    let history = avery.get(&format!("/v1/staff/{}/identity-history", cleo.id)).send().await.expect(200);
    let renamed = history.items().iter().find(|entry| entry["value"] == "Cleo Moor").unwrap();
    assert_eq!((&renamed["reason"], &renamed["set_by"]), (&json!(secret), &json!(avery.id)));
    assert_eq!(renamed["approved_by"], json!(sasha.id));
    let before = history.items().iter().find(|entry| entry["value"] == "Cleo Marsh").unwrap();
    assert_eq!((&before["end_reason"], &before["ended_by"]), (&json!(secret), &json!(avery.id)));
}
