//! One's own account.

use chrono::TimeDelta;
use confide::identity::Role;
use serde_json::json;

use crate::on_both_engines;
use crate::support::TestApp;
use crate::support::actors::PASSWORD;

on_both_engines! {
    async fn somebody_reads_and_renames_their_account(app: TestApp) {
        let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
        let me = cleo.get("/v1/me").send().await.expect(200);
        assert_eq!((me.text("name"), me.text("role"), me.text("email")), ("Cleo Marsh".into(), "clinician".into(), cleo.email.clone()));

        let renamed = cleo.patch("/v1/me", json!({ "name": "Cleo Marsh-Hill" })).if_match(&me.etag()).send().await.expect(200);

        assert_eq!(renamed.text("name"), "Cleo Marsh-Hill");
        assert_ne!(renamed.etag(), me.etag());
        assert_eq!(cleo.get("/v1/me").send().await.expect(200).text("name"), "Cleo Marsh-Hill");
    }

    async fn a_change_of_an_old_version_is_refused_and_changes_nothing(app: TestApp) {
        let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
        let seen = cleo.get("/v1/me").send().await.expect(200).etag();
        cleo.patch("/v1/me", json!({ "name": "First" })).if_match(&seen).send().await.expect(200);

        let late = cleo.patch("/v1/me", json!({ "name": "Second" })).if_match(&seen).send().await;

        late.expect(412).expect_field("version_mismatch", "If-Match");
        cleo.patch("/v1/me", json!({ "name": "Third" })).send().await.expect(428).expect_field("version_required", "If-Match");
        assert_eq!(cleo.get("/v1/me").send().await.text("name"), "First");
    }

    async fn nobody_chooses_their_own_role(app: TestApp) {
        let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
        for (member, value) in [("role", json!("administrator")), ("id", json!(cleo.id)), ("active", json!(false))] {
            let reply = cleo.patch("/v1/me", json!({ member: value })).if_match("*").send().await;
            reply.expect_field("invalid_body", &format!("/{member}"));
        }
        assert_eq!(cleo.get("/v1/me").send().await.text("role"), "clinician");
    }

    async fn a_confirmation_link_works_once_and_is_not_sent_to_those_who_need_none(app: TestApp) {
        let admin = app.administrator().await;
        let form = json!({ "email": "nora.field@example.org", "name": "Nora Field", "role": "coordinator" });
        admin.post("/v1/staff", form).send().await.expect(201);
        app.clock.advance(TimeDelta::seconds(1));
        let ask = async |email: &str| app.post("/v1/email-verifications", json!({ "email": email })).send().await.expect(202);
        let known = ask("nora.field@example.org").await;
        assert_eq!(known.json, ask("stranger@example.org").await.json, "the answer does not tell");
        let token = app.token_for("nora.field@example.org").await;

        app.post("/v1/email-verifications/redemption", json!({ "token": token })).send().await.expect(204);

        let again = app.post("/v1/email-verifications/redemption", json!({ "token": token })).send().await;
        again.expect(410).expect_problem("token_expired");
        ask("nora.field@example.org").await;
        assert_eq!(app.letters_to("nora.field@example.org").await.len(), 2, "the invitation and one confirmation");
        assert!(app.letters_to("stranger@example.org").await.is_empty());
        app.sign_in("nora.field@example.org", PASSWORD).await.expect_problem("invalid_credentials");
    }
}
