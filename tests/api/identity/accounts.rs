//! One's own account.

use confide::identity::Role;
use serde_json::json;

use crate::on_both_engines;
use crate::support::TestApp;

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
}
