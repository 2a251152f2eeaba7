//! Administrators know the addresses of staff. They do not learn that an address belongs to a practitioner.

use std::collections::BTreeSet;

use confide::people::accounts::email_indexes::{email_index, renew};
use confide::people::schema::accounts;
use confide::platform::ids::Id;
use confide::platform::schema::outbox;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::actors::{Actor, PASSWORD};
use crate::support::{TestApp, apply, both_engines};

impl Actor {
    /// Everything that administrators see of a new account with this address, without what differs between two accounts anyway.
    async fn sees_of_new_account(&self, email: &str) -> (u16, Value, Value, Vec<String>) {
        let form = json!({ "email": email, "name": "Nora Field", "role": "clinician", "reason": "Joins the team." });
        let created = self.post("/v1/staff", form).send().await.expect(201);
        let id = created.id();
        let change = created.json["pending_change"]["id"].as_str().unwrap().to_owned();
        self.app.second_administrator().await.approves(&change).await.expect(200);
        let opened = self.get(&format!("/v1/staff/{id}")).send().await.expect(200);
        let comparable = |account: &Value| {
            let text = account.to_string().replace(&id, "ID").replace(email, "EMAIL").replace(&change, "CHANGE");
            serde_json::from_str::<Value>(&text).unwrap()
        };
        let mut actions = self.app.audit_actions(&id).await;
        actions.sort();
        (created.status.as_u16(), comparable(&created.json), comparable(&opened.json), actions)
    }
}

#[apply(both_engines)]
async fn an_address_of_a_practitioner_is_answered_and_recorded_like_any_other(app: TestApp) {
    let (avery, ada) = (app.administrator().await, app.practitioner("Ada Byron").await);
    app.second_administrator().await;
    let waiting = app.registration("Bea Moor");
    app.registers(&waiting).await.expect(201);
    let registering = waiting["email"].as_str().unwrap();
    // The status and the bytes but for ids and the address, the account once it is open, and the audit rows.
    let unknown = avery.sees_of_new_account("nora.field@example.org").await;
    assert_eq!(unknown.3, ["staff.created", "staff.opened", "staff_change.approved", "staff_change.proposed"]);
    assert_eq!(avery.sees_of_new_account(&ada.email).await, unknown);
    assert_eq!(avery.sees_of_new_account(registering).await, unknown);
    let kinds: Vec<String> =
        app.sql(|conn| Ok(outbox::table.filter(outbox::kind.eq("staff_invitation")).select(outbox::kind).load(conn)?)).await;
    assert_eq!(kinds.len(), 3, "each address gets one message, of the same kind");
    let subjects = app.email_subjects_to(&ada.email).await;
    assert_eq!(subjects.last().map(String::as_str), Some("Please use another email address"));
    assert!(app.email_subjects_to(registering).await.contains(&"Choose a new password".to_owned()));
    app.sign_in(&ada.email, PASSWORD).await.expect(201);
}

#[apply(both_engines)]
async fn an_address_of_another_member_of_staff_is_refused(app: TestApp) {
    let (avery, ada) = (app.administrator().await, app.practitioner("Ada Byron").await);
    let form = |email: &str| json!({ "email": email, "name": "Nora Field", "role": "coordinator", "reason": "Joins the team." });
    avery.post("/v1/staff", form(&avery.email)).send().await.expect(409).expect_problem("email_taken");
    avery.post("/v1/staff", form(&ada.email)).send().await.expect(201);
    avery.post("/v1/staff", form(&ada.email)).send().await.expect(409).expect_problem("email_taken");
}

#[apply(both_engines)]
async fn stored_index_of_an_address_does_not_tell_that_it_is_that_of_a_practitioner(app: TestApp) {
    let (avery, ada) = (app.administrator().await, app.practitioner("Ada Byron").await);
    app.second_administrator().await;
    avery.sees_of_new_account(&ada.email).await;
    let indexes: Vec<String> = app.sql(|conn| Ok(accounts::table.select(accounts::email_index).load(conn)?)).await;
    assert_eq!(indexes.len(), 4);
    assert_eq!(indexes.iter().collect::<BTreeSet<_>>().len(), 4, "a thief of the database finds no two alike");
    app.sign_in(&ada.email, PASSWORD).await.expect(201);
}

impl TestApp {
    /// Stores another index for an account.
    async fn stores_email_index(&self, account: Id, index: String) {
        let change = move |conn: &mut confide::platform::db::Conn| {
            diesel::update(accounts::table.find(account)).set(accounts::email_index.eq(&index)).execute(conn)?;
            Ok(())
        };
        self.sql(change).await;
    }
}

#[apply(both_engines)]
async fn indexes_that_an_earlier_version_stored_are_renewed(app: TestApp) {
    let (avery, cory, sealer) = (app.administrator().await, app.coordinator().await, app.platform.sealer.clone());
    let form =
        json!({ "email": "nora.field@example.org", "name": "Nora Field", "role": "clinician", "reason": "Joins the team." });
    let invited: Id = avery.post("/v1/staff", form.clone()).send().await.expect(201).id().parse().unwrap();
    assert_eq!(app.write(renew).await, 0);
    // It knew one index. It created the first account, and had the address of the second confirmed.
    app.stores_email_index(invited, email_index(&sealer, "nora.field@example.org")).await;
    app.stores_email_index(cory.id, sealer.blind_index("invited_email", &email_index(&sealer, &cory.email))).await;
    avery.post("/v1/staff", form.clone()).send().await.expect_problem("email_taken");
    app.sign_in(&cory.email, PASSWORD).await.expect_problem("invalid_credentials");
    assert_eq!(app.write(renew).await, 2);
    assert_eq!(app.write(renew).await, 0, "done once");
    avery.post("/v1/staff", form).send().await.expect_problem("email_taken");
    app.sign_in(&cory.email, PASSWORD).await.expect(201);
}
