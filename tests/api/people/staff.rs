//! Staff accounts, which administrators open and close.

use std::collections::BTreeSet;

use confide::people::Role;
use serde_json::json;

use crate::support::actors::PASSWORD;
use crate::support::clinicians::directory_entry;
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn new_member_of_staff_chooses_a_password_by_link_and_signs_in(app: TestApp) {
    let admin = app.administrator().await;
    let form =
        json!({ "email": "nora.field@example.org", "name": "Nora Field", "role": "clinician", "reason": "Joins the team." });

    let created = admin.creates_approved_staff_with(form).await;

    assert_eq!(created.header("location"), Some(format!("/v1/staff/{}", created.id()).as_str()));
    app.sign_in("nora.field@example.org", PASSWORD).await.expect_problem("invalid_credentials");
    let token = app.token_for("nora.field@example.org").await;
    let choice = json!({ "token": token, "new_password": PASSWORD });
    app.post("/v1/password-resets/complete", choice).send().await.expect(204);
    let nora = app.signed_in("Nora Field", "nora.field@example.org", PASSWORD).await;
    assert_eq!(nora.get("/v1/me").send().await.expect(200).text("role"), "clinician");
}

#[apply(both_engines)]
async fn address_has_one_account_and_a_repeated_request_one_effect(app: TestApp) {
    let admin = app.administrator().await;
    let form =
        json!({ "email": "nora.field@example.org", "name": "Nora Field", "role": "clinician", "reason": "Joins the team." });
    let first = admin.post("/v1/staff", form.clone()).key("k-1").send().await.expect(201);
    let repeat = admin.post("/v1/staff", form.clone()).key("\"k-1\"").send().await.expect(201);
    assert_eq!((first.json.clone(), first.etag()), (repeat.json.clone(), repeat.etag()));
    admin.post("/v1/staff", form).key("k-2").send().await.expect(409).expect_problem("email_taken");
    let other =
        json!({ "email": "NORA.FIELD@example.org", "name": "Nora Field", "role": "commissioner", "reason": "Joins the team." });
    admin.post("/v1/staff", other.clone()).key("k-1").send().await.expect(422).expect_problem("idempotency_key_reused");
    admin.post("/v1/staff", other).send().await.expect_problem("email_taken");
    assert_eq!((app.row_count("staff_changes").await, app.emails_to("nora.field@example.org").await.len()), (1, 0));
}

#[apply(both_engines)]
async fn closed_account_is_signed_out_at_once_and_may_be_reopened(app: TestApp) {
    let (admin, cleo) = (app.administrator().await, app.staff("Cleo Marsh", Role::Clinician).await);
    let path = format!("/v1/staff/{}", cleo.id);
    let seen = admin.get(&path).send().await.expect(200).etag();

    let closed = admin
        .patch(&path, json!({ "active": false, "reason": "Asked for by the person." }))
        .if_match(&seen)
        .send()
        .await
        .expect(200);

    cleo.get("/v1/me").send().await.expect_problem("not_signed_in");
    app.post("/v1/session-refreshes", json!({ "refresh_token": cleo.refresh_token })).send().await.expect(401);
    app.sign_in(&cleo.email, PASSWORD).await.expect_problem("invalid_credentials");
    let reopened = json!({ "active": true, "reason": "Back from leave." });
    let reopened = admin.patch(&path, reopened).if_match(&closed.etag()).send().await;
    assert_eq!(reopened.json["state"], "awaiting_approval");
    app.sign_in(&cleo.email, PASSWORD).await.expect_problem("invalid_credentials");
    assert!(app.approves_pending(&reopened).await);
    cleo.get("/v1/me").send().await.expect_problem("not_signed_in");
    app.sign_in(&cleo.email, PASSWORD).await.expect(201);
}

#[apply(both_engines)]
async fn administrator_cannot_close_their_own_account(app: TestApp) {
    let admin = app.administrator().await;
    let own = admin
        .patch(&format!("/v1/staff/{}", admin.id), json!({ "active": false, "reason": "Asked for by the person." }))
        .if_match("*")
        .send()
        .await;
    own.expect(409).expect_problem("own_account");
    admin.get("/v1/me").send().await.expect(200);
}

#[apply(both_engines)]
async fn the_list_is_read_page_by_page_and_filtered_by_role(app: TestApp) {
    let admin = app.administrator().await;
    let mut expected = BTreeSet::from([admin.id.to_string()]);
    for number in 0..6 {
        let role = if number % 2 == 0 { Role::Clinician } else { Role::Coordinator };
        expected.insert(app.staff(&format!("Person {number}"), role).await.id.to_string());
    }
    let (mut seen, mut path) = (Vec::new(), "/v1/staff?limit=3".to_owned());
    loop {
        let page = admin.get(&path).send().await.expect(200);
        seen.extend(page.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page.json["next_cursor"].as_str() else { break };
        path = format!("/v1/staff?limit=3&cursor={cursor}");
    }
    assert_eq!(seen.len(), 7);
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), expected);
    let clinicians = admin.get("/v1/staff?role=clinician").send().await.expect(200);
    assert_eq!(clinicians.items().len(), 3);
}

#[apply(both_engines)]
async fn administrator_cannot_rename_themselves(app: TestApp) {
    let (admin, other) = (app.administrator().await, app.staff("Milo Hart", Role::Administrator).await);
    let path = format!("/v1/staff/{}", admin.id);
    let seen = admin.get(&path).send().await.expect(200).etag();
    for form in [
        json!({ "name": "Another Name", "reason": "Asked for." }),
        json!({ "name": "Another Name", "active": true, "reason": "Asked for." }),
    ] {
        admin.patch(&path, form).if_match(&seen).send().await.expect(409).expect_field("own_account", "/name");
    }
    admin
        .patch(&path, json!({ "active": false, "reason": "Asked for by the person." }))
        .if_match(&seen)
        .send()
        .await
        .expect_field("own_account", "/active");
    admin
        .patch(&path, json!({ "name": admin.name, "reason": "Asked for by the person." }))
        .if_match(&seen)
        .send()
        .await
        .expect(200);
    assert_eq!(admin.get("/v1/me").send().await.expect(200).text("name"), admin.name);
    let seen = other.get(&path).send().await.expect(200).etag();
    let asked = json!({ "name": "Another Name", "reason": "Asked for by the person." });
    let asked = other.patch(&path, asked).if_match(&seen).send().await;
    assert_eq!(admin.get("/v1/me").send().await.expect(200).text("name"), admin.name, "it waits");
    assert!(app.approves_pending(&asked).await);
    assert_eq!(admin.get("/v1/me").send().await.expect(200).text("name"), "Another Name");
}

#[apply(both_engines)]
async fn administrator_cannot_gain_rights_through_a_second_account(app: TestApp) {
    let (admin, other) = (app.administrator().await, app.staff("Milo Hart", Role::Administrator).await);
    for name in [admin.name.clone(), format!("Dr {}", admin.name.to_uppercase())] {
        let form = json!({ "email": "second@example.org", "name": name, "role": "coordinator", "reason": "Joins the team." });
        admin.post("/v1/staff", form).send().await.expect(409).expect_field("own_account", "/name");
    }
    let form = json!({ "email": "second@example.org", "name": admin.name, "role": "administrator", "reason": "Joins the team." });
    let second = other.post("/v1/staff", form).send().await.expect(201);
    let path = format!("/v1/staff/{}", second.id());
    admin
        .patch(&path, json!({ "name": "Zed Other", "reason": "Asked for by the person." }))
        .if_match(&second.etag())
        .send()
        .await
        .expect_field("own_account", "/name");
    assert_eq!(other.get(&path).send().await.expect(200).text("name"), admin.name);
}

#[apply(both_engines)]
async fn administrators_read_the_identity_history_of_staff_and_who_changed_it(app: TestApp) {
    let admin = app.administrator().await;
    let form =
        json!({ "email": "nora.field@example.org", "name": "Nora Field", "role": "clinician", "reason": "Joins the team." });
    let nora = admin.post("/v1/staff", form).send().await.expect(201);
    let (account, made) = (format!("/v1/staff/{}", nora.id()), app.now());
    app.clock.advance(chrono::TimeDelta::minutes(1));
    let renamed = json!({ "name": "Nora Meadow", "reason": "Asked for by the person." });
    admin.changes_account_with_approval(&nora.id().parse().unwrap(), renamed).await;
    let mut entry = directory_entry("Dr Nora Meadow");
    (entry["registration_body"], entry["registration_number"]) = (json!("gmc"), json!("7200001"));
    entry["employer_ods"] = json!("R1H");
    let path = format!("/v1/clinicians/{}", nora.id());
    let first = admin.put(&path, entry.clone()).send().await;
    assert!(app.approves_pending(&first).await);
    let first = admin.get(&path).send().await.expect(200);
    app.clock.advance(chrono::TimeDelta::minutes(1));
    entry["employer_ods"] = json!(null);
    entry["reason"] = json!("Has left the trust.");
    let left = admin.put(&path, entry).if_match(&first.etag()).send().await;
    assert!(app.approves_pending(&left).await);

    let before = app.row_count("audit_events").await;
    let history = admin.get(&format!("{account}/identity-history")).send().await.expect(200);
    assert_eq!(app.row_count("audit_events").await, before + 1, "the read access is recorded");
    let details_of = |kind: &str, value: &str| {
        let entry = history.items().iter().find(|entry| entry["kind"] == kind && entry["value"] == value).unwrap();
        (
            entry["held_until"].is_null(),
            entry["set_by"] == json!(admin.id),
            entry["ended_by"] == json!(admin.id),
            entry["in_force"] == true,
        )
    };
    let kinds: Vec<&str> = history.items().iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    let newest_first =
        ["employer", "registration", "directory_name", "discipline", "directory_name", "name", "account_status", "name"];
    assert_eq!(kinds, newest_first);
    assert_eq!(details_of("name", "Nora Field"), (false, true, true, true));
    assert_eq!(details_of("name", "Nora Meadow"), (true, true, false, true));
    assert_eq!(details_of("directory_name", "Nora Meadow"), (false, true, true, true), "until the entry was approved");
    assert_eq!(details_of("directory_name", "Dr Nora Meadow"), (true, true, false, true));
    assert_eq!(details_of("registration", "gmc 7200001"), (true, true, false, true));
    assert_eq!(details_of("discipline", "psychiatrist"), (true, true, false, true));
    assert_eq!(details_of("employer", "R1H"), (false, true, true, true));
    let entry = |kind: &str, value: &str| {
        history.items().iter().find(|entry| entry["kind"] == kind && entry["value"] == value).unwrap().clone()
    };
    let registration = entry("registration", "gmc 7200001");
    let second = app.second_administrator().await.id;
    assert_eq!(
        (&registration["reason"], &registration["approved_by"]),
        (&json!("Checked against the register."), &json!(second))
    );
    let employer = entry("employer", "R1H");
    assert_eq!((&employer["reason"], &employer["approved_by"]), (&json!("Checked against the register."), &json!(second)));
    assert_eq!(employer["end_reason"], "Has left the trust.");
    assert_eq!(entry("name", "Nora Field")["reason"], "Joins the team.");
    let oldest = history.items().iter().find(|entry| entry["value"] == "Nora Field").unwrap();
    assert_eq!(oldest["held_from"], json!(made));
    let page = admin.get(&format!("{account}/identity-history?limit=4")).send().await.expect(200);
    let rest = admin.get(&format!("{account}/identity-history?cursor={}", page.text("next_cursor"))).send().await.expect(200);
    assert_eq!((page.items().len(), rest.items().len()), (4, 4));

    let ada = app.practitioner("Ada Byron").await;
    admin.get(&format!("/v1/staff/{}/identity-history", ada.id)).send().await.expect_problem("not_found");
    app.coordinator().await.get(&format!("{account}/identity-history")).send().await.expect_problem("wrong_role");
}

#[apply(both_engines)]
async fn name_of_staff_that_could_match_nothing_is_refused(app: TestApp) {
    let avery = app.administrator().await;
    let cleo = app.cleo().await;
    for name in ["Quillon", "Dr Quillon", "QuillonZebrastein", "Quill\u{43E}n Zebrastein"] {
        let form = json!({ "email": "quillon@example.org", "name": name, "role": "coordinator", "reason": "Joins the team." });
        avery.post("/v1/staff", form).send().await.expect_field("invalid_body", "/name");
        avery
            .changes_account(&cleo.id, json!({ "name": name, "reason": "Married." }))
            .await
            .expect_field("invalid_body", "/name");
        let mut entry = directory_entry("Cleo Clinician");
        entry["name"] = json!(name);
        avery.app.saves_directory_entry(&cleo, entry).await.expect_field("invalid_body", "/name");
    }
    assert_eq!(app.row_count("staff_changes").await, 0);
}
