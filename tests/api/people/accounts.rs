//! A user's own account.

use confide::people::Role;
use serde_json::json;

use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn practitioner_reads_and_renames_their_account(app: TestApp) {
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    let me = cleo.get("/v1/me").send().await.expect(200);
    assert_eq!(
        (me.text("name"), me.text("role"), me.text("email")),
        ("Cleo Marsh".into(), "clinician".into(), cleo.email.clone())
    );

    let ada = app.practitioner("Ada Quill").await;
    let seen = ada.get("/v1/me").send().await.expect(200).etag();
    let renamed = ada.patch("/v1/me", json!({ "name": "Quill" })).if_match(&seen).send().await.expect(200);

    assert_eq!(renamed.text("name"), "Quill");
    assert_ne!(renamed.etag(), seen);
    assert_eq!(ada.get("/v1/me").send().await.expect(200).text("name"), "Quill");
}

#[apply(both_engines)]
async fn only_an_administrator_renames_a_member_of_staff(app: TestApp) {
    let avery = app.administrator().await;
    for role in Role::ALL.iter().copied().filter(|role| *role != Role::Practitioner) {
        let actor = app.staff(&format!("Robin {}", role.as_str().replace('_', "-")), role).await;
        let me = actor.get("/v1/me").send().await.expect(200);
        let renamed = actor.patch("/v1/me", json!({ "name": "Tobias Renn" })).if_match(&me.etag()).send().await;
        renamed.expect(403).expect_field("wrong_role", "/name");
        assert_eq!(actor.get("/v1/me").send().await.expect(200).json, me.json);
        actor.patch("/v1/me", json!({ "name": me.text("name") })).if_match(&me.etag()).send().await.expect(200);

        let wren = json!({ "name": "Robin Wren", "reason": "Asked for by the person." });
        avery.changes_account_with_approval(&actor.id, wren).await;
        assert_eq!(actor.get("/v1/me").send().await.expect(200).text("name"), "Robin Wren");
    }
}

#[apply(both_engines)]
async fn change_to_an_outdated_version_is_refused(app: TestApp) {
    let ada = app.practitioner("Ada Quill").await;
    let seen = ada.get("/v1/me").send().await.expect(200).etag();
    ada.patch("/v1/me", json!({ "name": "First" })).if_match(&seen).send().await.expect(200);

    let outdated = ada.patch("/v1/me", json!({ "name": "Second" })).if_match(&seen).send().await;

    outdated.expect(412).expect_field("version_mismatch", "If-Match");
    ada.patch("/v1/me", json!({ "name": "Third" })).send().await.expect(428).expect_field("version_required", "If-Match");
    assert_eq!(ada.get("/v1/me").send().await.expect(200).text("name"), "First");
}

#[apply(both_engines)]
async fn users_cannot_change_their_own_role(app: TestApp) {
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    for (member, value) in [("role", json!("administrator")), ("id", json!(cleo.id)), ("active", json!(false))] {
        let reply = cleo.patch("/v1/me", json!({ member: value })).if_match("*").send().await;
        reply.expect_field("invalid_body", &format!("/{member}"));
    }
    assert_eq!(cleo.get("/v1/me").send().await.expect(200).text("role"), "clinician");
}
