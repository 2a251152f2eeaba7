//! Names and employers of staff apply when a second person has approved them, and the second person is another one: a second account,
//! a former name or a name in the directory do not make one person two.

use chrono::TimeDelta;
use confide::people::Role;
use confide::people::schema::staff_changes;
use confide::platform::ids::Id;
use confide::platform::schema::audit_events;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::clinicians::directory_entry;
use crate::support::prescriptions::prescribing_right;
use crate::support::reply::CheckedReply;
use crate::support::{TestApp, apply, both_engines};

async fn two_administrators(app: &TestApp) -> (Actor, Actor) {
    (app.administrator().await, app.second_administrator().await)
}

/// The id of the change of name or employer that waits in an answer.
fn pending(answer: &CheckedReply) -> String {
    let found = ["pending_identity_change", "pending_change"].into_iter().find_map(|member| answer.json[member]["id"].as_str());
    found.unwrap_or_else(|| panic!("nothing waits: {}", answer.json)).to_owned()
}

impl Actor {
    async fn change_status(&self, change: &str) -> String {
        self.reads_change(change).await.expect(200).text("state")
    }
}

#[apply(both_engines)]
async fn name_and_employer_of_an_account_wait_for_another_administrator(app: TestApp) {
    let ((avery, sasha), cory) = (two_administrators(&app).await, app.coordinator().await);
    let ada = app.new_practitioner("Ada Quill").employed_by("RJ1").registers_and_signs_in().await;
    let change = json!({ "name": "Cory Quill", "employer_ods": "rj101", "reason": "Has married, and works at St George's." });

    let asked = avery.changes_account(&cory.id, change.clone()).await.expect(200);

    assert_eq!((asked.text("name"), &asked.json["pending_change"]), (cory.name.clone(), &Value::Null));
    cory.reads_practitioner(&ada).await.expect(200);
    let history = format!("/v1/staff/{}/identity-history", cory.id);
    assert_eq!(avery.get(&history).send().await.expect(200).items().len(), 1, "nothing is recorded yet");
    let change_id = pending(&asked);
    let shown = sasha.reads_change(&change_id).await.expect(200);
    assert_eq!(shown.text("kind"), "account_identity");
    let values = json!([{ "name": "name", "value": "Cory Quill" }, { "name": "employer", "value": "RJ101" }]);
    assert_eq!(shown.json["values"], values);
    avery.changes_account(&cory.id, change).await.expect_problem("state_conflict");
    avery.approves(&change_id).await.expect_problem("second_person_required");
    let listed = avery.get("/v1/staff?role=coordinator").send().await.expect(200);
    assert_eq!(listed.items()[0]["pending_identity_change"]["id"], json!(change_id));

    sasha.approves(&change_id).await.expect(200);

    cory.reads_practitioner(&ada).await.expect_problem("not_found");
    let seen = avery.get(&format!("/v1/staff/{}", cory.id)).send().await.expect(200);
    assert_eq!((seen.text("name"), &seen.json["pending_identity_change"]), ("Cory Quill".to_owned(), &Value::Null));
    let entries = avery.get(&history).send().await.expect(200);
    let employer = entries.items().iter().find(|entry| entry["kind"] == "employer").unwrap();
    assert_eq!((&employer["set_by"], &employer["approved_by"]), (&json!(avery.id), &json!(sasha.id)));
    // To remove an employer waits as well.
    let left = avery.changes_account(&cory.id, json!({ "employer_ods": null, "reason": "Has left." })).await.expect(200);
    assert_eq!(
        sasha.reads_change(&pending(&left)).await.expect(200).json["values"],
        json!([{ "name": "employer", "value": "" }])
    );
    assert_eq!(app.audit_count_of("staff.employer_changed", cory.id).await, 1);
}

#[apply(both_engines)]
async fn no_one_vanishes_from_a_list_by_a_name_or_employer_that_is_only_proposed(app: TestApp) {
    let (avery, sasha) = two_administrators(&app).await;
    let ada = app.new_practitioner("Ada Quill").employed_by("RJ1").registers_and_signs_in().await;
    let (cleo, dan) = (app.clinician("Cleo Marsh").await, app.clinician("Dan Firth").await);
    ada.blocks_name("Dan Daw").await.expect(201);
    let asks = async |clinician: &Actor, member: &str, value: &str| {
        let path = format!("/v1/clinicians/{}", clinician.id);
        let seen = avery.get(&path).send().await.expect(200).etag();
        let mut entry = directory_entry(&clinician.name);
        (entry[member], entry["biography"]) = (json!(value), json!("Sees dentists."));
        avery.put(&path, entry).if_match(&seen).send().await.expect(200)
    };
    let changes = [asks(&cleo, "employer_ods", "RJ102").await, asks(&dan, "name", "Dan Daw").await];
    for change in &changes {
        assert_eq!((change.text("biography"), &change.json["employer_ods"]), ("Sees dentists.".to_owned(), &Value::Null));
    }
    assert_eq!(ada.finds_clinicians("").await.len(), 2, "both are still found");
    let hub = app.harbour_hub().await;
    let harriet = app.hub_coordinator("Harriet Hub", &hub).await;
    let referral = app.coordinator().await.refers_to_hub(&ada, &hub).await;
    let place = format!("/v1/hubs/{hub}/coordinators/{}", harriet.id);
    let form = json!({ "employer_ods": "RJ1", "reason": "Stated by the person." });
    let of_hub = avery.put(&place, form).send().await.expect(200);
    harriet.reads_referral(&referral).await.expect(200);

    for change in changes.iter().chain([&of_hub]) {
        sasha.approves(&pending(change)).await.expect(200);
    }

    assert!(ada.finds_clinicians("").await.is_empty());
    harriet.reads_referral(&referral).await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn no_one_approves_what_they_proposed_or_what_is_about_them_under_another_account(app: TestApp) {
    let (avery, sasha) = two_administrators(&app).await;
    let change = pending(&avery.tries_to_create_staff("Nora Field", "coordinator").await.expect(201));
    let again = app.administrator_named("Dr Avery Admin").await;
    again.approves(&change).await.expect(409).expect_problem("second_person_required");
    // Under a former name.
    let former = app.administrator_named("Avery Admin Moss").await;
    let renamed = sasha.changes_account(&former.id, json!({ "name": "Zoe Kerr", "reason": "Asked for." })).await.expect(200);
    app.administrator_named("Blake Hart").await.approves(&pending(&renamed)).await.expect(200);
    former.approves(&change).await.expect_problem("second_person_required");
    // Under a name that is only in the directory.
    let uma = app.staff("Uma Low", Role::Clinician).await;
    app.saves_directory_entry(&uma, directory_entry("Milo Finch")).await.expect(200);
    let milo = app.administrator_named("Milo Finch").await;
    let respelt = avery.changes_account(&uma.id, json!({ "name": "Uma Lowe", "reason": "Misspelt." })).await.expect(200);
    milo.approves(&pending(&respelt)).await.expect(409).expect_problem("own_account");
    sasha.approves(&change).await.expect(200);
}

#[apply(both_engines)]
async fn no_one_gives_themselves_rights_under_another_account(app: TestApp) {
    let (avery, hub) = (app.administrator().await, app.harbour_hub().await);
    let own = async |title: &str, role: Role| app.staff(&format!("{title} Avery Admin"), role).await;
    let (clinician, handler) = (own("Dr", Role::Clinician).await, own("Ms", Role::CallHandler).await);
    let (commissioner, at_hub) = (own("Sir", Role::Commissioner).await, own("Prof", Role::HubCoordinator).await);

    let employer = json!({ "employer_ods": "RJ1", "reason": "Stated by the person." });
    avery.changes_account(&handler.id, employer.clone()).await.expect(409).expect_field("own_account", "/employer_ods");
    let entry = format!("/v1/clinicians/{}", clinician.id);
    avery.put(&entry, directory_entry("Dr Avery Admin")).send().await.expect(409).expect_problem("own_account");
    let areas = format!("/v1/staff/{}/commissioned-areas", commissioner.id);
    let form = json!({ "icb_codes": ["QWE"], "reason": "Decides for it." });
    avery.put(&areas, form).send().await.expect(409).expect_problem("own_account");
    let place = format!("/v1/hubs/{hub}/coordinators/{}", at_hub.id);
    avery.put(&place, employer).send().await.expect(409).expect_problem("own_account");
    // What takes access away is allowed, and what gives it back is not.
    avery.changes_account(&handler.id, json!({ "active": false, "reason": "Not needed." })).await.expect(200);
    let reopened = avery.changes_account(&handler.id, json!({ "active": true, "reason": "Needed." })).await;
    reopened.expect(409).expect_field("own_account", "/active");
    assert_eq!(app.row_count("staff_changes").await, 0);

    let mut registered = directory_entry("Dr Avery Admin");
    registered["discipline"] = json!("mental_health_nurse");
    (registered["registration_body"], registered["registration_number"]) = (json!("nmc"), json!("71A2998E"));
    app.saves_directory_entry(&clinician, registered).await.expect(200);
    let right = prescribing_right("independent_nurse");
    avery.tries_to_set_prescribing_rights(&clinician, right).await.expect(409).expect_problem("own_account");
}

#[apply(both_engines)]
async fn what_waits_is_withdrawn_when_the_account_is_closed_or_the_right_is_taken_away(app: TestApp) {
    let ((avery, sasha), hanna) = (two_administrators(&app).await, app.call_handler().await);
    let employer = json!({ "employer_ods": "RJ1", "reason": "Stated by the person." });
    let change = pending(&avery.changes_account(&hanna.id, employer.clone()).await.expect(200));
    sasha.changes_account(&hanna.id, json!({ "active": false, "reason": "Has left." })).await.expect(200);
    assert_eq!(avery.change_status(&change).await, "withdrawn");
    sasha.approves(&change).await.expect_problem("state_conflict");

    let hub = app.harbour_hub().await;
    let harriet = app.hub_coordinator("Harriet Hub", &hub).await;
    let place = format!("/v1/hubs/{hub}/coordinators/{}", harriet.id);
    let change = pending(&avery.put(&place, employer).send().await.expect(200));
    avery.post(&format!("{place}/end"), json!({})).send().await.expect_field("invalid_body", "/reason");
    assert_eq!(avery.takes_off_hub(&harriet, &hub).await.expect(200).json["coordinators"], json!([]));
    assert_eq!(avery.change_status(&change).await, "withdrawn");
    let history = avery.get(&format!("/v1/staff/{}/identity-history", harriet.id)).send().await.expect(200);
    let ended = history.items().iter().find(|entry| entry["kind"] == "hubs").expect("the hub");
    assert_eq!((&ended["value"], &ended["ended_by"]), (&json!("Harbour"), &json!(avery.id)));
    assert_eq!((&ended["reason"], &ended["end_reason"]), (&json!("Runs this hub."), &json!("Has moved to another post.")));

    let morgan = app.commissioner("Morgan Vale", &["QKK"]).await;
    let areas = format!("/v1/staff/{}/commissioned-areas", morgan.id);
    let replace = async |codes: &[&str]| {
        avery.put(&areas, json!({ "icb_codes": codes, "reason": "Has changed post." })).send().await.expect(200)
    };
    let change = pending(&replace(&["QKK", "QWE"]).await);
    assert_eq!(replace(&[]).await.json["pending_change"], Value::Null);
    assert_eq!(avery.change_status(&change).await, "withdrawn");
}

#[apply(both_engines)]
async fn changes_that_are_read_stay_as_they_are_stored_and_each_read_is_recorded(app: TestApp) {
    let avery = app.administrator().await;
    let created = avery.tries_to_create_staff("Nora Field", "coordinator").await.expect(201);
    let (change, account) = (pending(&created), created.id().parse::<Id>().unwrap());
    app.clock.advance(TimeDelta::days(14));
    let avery = avery.signs_in_again().await;
    assert_eq!(avery.change_status(&change).await, "expired");
    for (status, expected) in [("expired", 1), ("pending", 0)] {
        let listed = avery.get(&format!("/v1/staff-changes?state={status}")).send().await.expect(200);
        assert_eq!(listed.items().len(), expected, "{status}");
        assert!(listed.items().iter().all(|item| item["state"] == "expired"));
    }
    let stored: Vec<String> = app.sql(|conn| Ok(staff_changes::table.select(staff_changes::status).load(conn)?)).await;
    assert_eq!(stored, ["pending"]);
    assert_eq!(app.audit_count_of("staff_change.read", account).await, 1);
    let listed: i64 = app
        .sql(|conn| {
            let rows = audit_events::table.filter(audit_events::action.eq("staff_change.listed"));
            Ok(rows.count().get_result(conn)?)
        })
        .await;
    assert_eq!(listed, 2);
}

#[apply(both_engines)]
async fn last_privacy_officer_and_last_two_administrators_are_not_closed(app: TestApp) {
    let ((avery, sasha), pia) = (two_administrators(&app).await, app.staff("Pia Vale", Role::PrivacyOfficer).await);
    let close = json!({ "active": false, "reason": "Has left." });
    for one in [&pia, &sasha] {
        let refused = avery.changes_account(&one.id, close.clone()).await.expect(409).expect_problem("state_conflict");
        assert!(refused.text("detail").contains("another one first"), "{}", refused.json);
        one.get("/v1/me").send().await.expect(200);
    }
    app.staff("Quin Reed", Role::PrivacyOfficer).await;
    app.staff("Milo Hart", Role::Administrator).await;
    for one in [&pia, &sasha] {
        avery.changes_account(&one.id, close.clone()).await.expect(200);
        one.get("/v1/me").send().await.expect(401);
    }
}
