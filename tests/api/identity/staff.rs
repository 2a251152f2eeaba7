//! Staff accounts, which the administrator opens and closes.

use std::collections::BTreeSet;

use confide::identity::Role;
use serde_json::json;

use crate::on_both_engines;
use crate::support::TestApp;
use crate::support::actors::PASSWORD;

on_both_engines! {
    async fn a_new_member_of_staff_chooses_a_password_by_link_and_signs_in(app: TestApp) {
        let admin = app.administrator().await;
        let form = json!({ "email": "nora.field@example.org", "name": "Nora Field", "role": "clinician" });

        let created = admin.post("/v1/staff", form).send().await.expect(201);

        assert_eq!(created.header("location"), Some(format!("/v1/staff/{}", created.id()).as_str()));
        app.sign_in("nora.field@example.org", PASSWORD).await.expect_problem("invalid_credentials");
        let token = app.token_for("nora.field@example.org").await;
        let choice = json!({ "token": token, "new_password": PASSWORD });
        app.post("/v1/password-resets/redemption", choice).send().await.expect(204);
        let nora = app.signed_in("Nora Field", "nora.field@example.org", PASSWORD).await;
        assert_eq!(nora.get("/v1/me").send().await.text("role"), "clinician");
    }

    async fn an_address_has_one_account_and_a_repeated_request_one_effect(app: TestApp) {
        let admin = app.administrator().await;
        let form = json!({ "email": "nora.field@example.org", "name": "Nora Field", "role": "clinician" });
        let first = admin.post("/v1/staff", form.clone()).key("k-1").send().await.expect(201);
        let repeat = admin.post("/v1/staff", form.clone()).key("\"k-1\"").send().await.expect(201);
        assert_eq!((first.json.clone(), first.etag()), (repeat.json.clone(), repeat.etag()));
        admin.post("/v1/staff", form).key("k-2").send().await.expect(409).expect_problem("email_taken");
        let other = json!({ "email": "NORA.FIELD@example.org", "name": "Nora", "role": "commissioner" });
        admin.post("/v1/staff", other.clone()).key("k-1").send().await.expect(422).expect_problem("idempotency_key_reused");
        admin.post("/v1/staff", other).send().await.expect_problem("email_taken");
        assert_eq!(app.letters_to("nora.field@example.org").await.len(), 1);
    }

    async fn a_closed_account_is_out_at_once_and_may_be_opened_again(app: TestApp) {
        let (admin, cleo) = (app.administrator().await, app.staff("Cleo Marsh", Role::Clinician).await);
        let path = format!("/v1/staff/{}", cleo.id);
        let seen = admin.get(&path).send().await.expect(200).etag();

        let closed = admin.patch(&path, json!({ "active": false })).if_match(&seen).send().await.expect(200);

        cleo.get("/v1/me").send().await.expect_problem("not_signed_in");
        app.post("/v1/sessions/refresh", json!({ "refresh_token": cleo.refresh_token })).send().await.expect(401);
        app.sign_in(&cleo.email, PASSWORD).await.expect_problem("invalid_credentials");
        admin.patch(&path, json!({ "active": true })).if_match(&closed.etag()).send().await.expect(200);
        cleo.get("/v1/me").send().await.expect_problem("not_signed_in");
        app.sign_in(&cleo.email, PASSWORD).await.expect(201);
    }

    async fn an_administrator_cannot_close_their_own_account(app: TestApp) {
        let admin = app.administrator().await;
        let own = admin.patch(&format!("/v1/staff/{}", admin.id), json!({ "active": false })).if_match("*").send().await;
        own.expect(409).expect_problem("own_account");
        admin.get("/v1/me").send().await.expect(200);
    }

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
}
