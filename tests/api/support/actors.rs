//! Actors: signed-in people who use the public API. Only staff accounts are inserted as rows, because no account exists yet that
//! could create them.

use confide::people::Role;
use confide::people::accounts::queries;
use confide::people::accounts::queries::NewAccount;
use confide::people::sign_in::passwords::{Cost, Passwords};
use confide::platform::ids::Id;
use confide::platform::password::Password;
use serde_json::json;

use super::app::{RequestBuilder, TestApp};
use super::reply::Reply;

/// A password that meets the rules and is shared by all test accounts.
pub const PASSWORD: &str = "violet kettle under nine bridges";

/// A person who is signed in.
#[derive(Clone)]
pub struct Actor {
    pub app: TestApp,
    pub id: Id,
    pub name: String,
    pub email: String,
    pub token: String,
    pub refresh_token: String,
    pub session_id: String,
}

impl TestApp {
    /// Inserts an account with this role and signs in.
    pub async fn staff(&self, name: &str, role: Role) -> Actor {
        let email = address(name);
        let hash = Passwords::new(Cost::Minimal, 1).unwrap().hash(&Password::new(PASSWORD).unwrap()).await.unwrap();
        let (now, owned, mail) = (self.now(), name.to_owned(), email.clone());
        let id = Id::new(now);
        self.write(move |tx| {
            let new =
                NewAccount { id, role, email: &mail, name: &owned, password_hash: Some(&hash), email_verified_at: Some(tx.now) };
            queries::insert(tx, &new)
        })
        .await;
        self.signed_in(name, &email, PASSWORD).await
    }

    /// Signs in with an existing account.
    pub async fn signed_in(&self, name: &str, email: &str, password: &str) -> Actor {
        let reply = self.sign_in(email, password).await.expect(201);
        Actor {
            app: self.clone(),
            id: reply.text("account_id").parse().unwrap(),
            name: name.to_owned(),
            email: email.to_owned(),
            token: reply.text("access_token"),
            refresh_token: reply.text("refresh_token"),
            session_id: reply.text("session_id"),
        }
    }

    /// Sends a sign-in request.
    pub async fn sign_in(&self, email: &str, password: &str) -> Reply {
        self.post("/v1/sessions", json!({ "email": email, "password": password })).send().await
    }

    pub async fn administrator(&self) -> Actor {
        self.staff("Avery Admin", Role::Administrator).await
    }

    /// The administrator of this name; created on first use.
    pub async fn administrator_named(&self, name: &str) -> Actor {
        match self.sign_in(&address(name), PASSWORD).await.status.as_u16() {
            201 => self.signed_in(name, &address(name), PASSWORD).await,
            _ => self.staff(name, Role::Administrator).await,
        }
    }

    /// The administrator who approves what others propose; created on first use.
    pub async fn second_administrator(&self) -> Actor {
        self.administrator_named("Sasha Second").await
    }

    /// Another administrator approves the changes that wait in an answer; false when none waits.
    pub async fn approves_pending(&self, answer: &Reply) -> bool {
        let waiting = ["pending_change", "pending_identity_change"].map(|member| answer.json[member]["id"].as_str());
        let waiting: Vec<&str> = waiting.into_iter().flatten().filter(|_| answer.status.as_u16() < 300).collect();
        for change in &waiting {
            self.second_administrator().await.approves(change).await.expect(200);
        }
        !waiting.is_empty()
    }

    pub async fn coordinator(&self) -> Actor {
        self.staff("Cory Coordinator", Role::Coordinator).await
    }
}

/// A made-up email address for a person of this name.
pub fn address(name: &str) -> String {
    let replaced = |c: char| match c {
        ' ' => '.',
        c if c.is_ascii_alphanumeric() => c,
        _ => 'x',
    };
    let local: String = name.to_lowercase().chars().map(replaced).collect();
    format!("{local}@example.org")
}

impl Actor {
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.app.get(path).bearer(&self.token)
    }

    pub fn post(&self, path: &str, body: serde_json::Value) -> RequestBuilder {
        self.app.post(path, body).bearer(&self.token)
    }

    pub fn put(&self, path: &str, body: serde_json::Value) -> RequestBuilder {
        self.app.put(path, body).bearer(&self.token)
    }

    pub fn patch(&self, path: &str, body: serde_json::Value) -> RequestBuilder {
        self.app.patch(path, body).bearer(&self.token)
    }

    pub fn delete(&self, path: &str) -> RequestBuilder {
        self.app.delete(path).bearer(&self.token)
    }

    /// The same person, signed in again: an access token is valid for ten minutes.
    pub async fn signs_in_again(&self) -> Self {
        self.app.signed_in(&self.name, &self.email, PASSWORD).await
    }
}

/// Changes to staff.
impl Actor {
    /// Approves a change that another administrator proposed.
    pub async fn approves(&self, change: &str) -> Reply {
        self.post_empty(&format!("/v1/staff-changes/{change}/approve")).send().await
    }

    pub async fn rejects(&self, change: &str, reason: &str) -> Reply {
        self.post(&format!("/v1/staff-changes/{change}/reject"), json!({ "reason": reason })).send().await
    }

    pub async fn withdraws(&self, change: &str) -> Reply {
        self.post_empty(&format!("/v1/staff-changes/{change}/withdraw")).send().await
    }

    pub async fn reads_change(&self, change: &str) -> Reply {
        self.get(&format!("/v1/staff-changes/{change}")).send().await
    }

    /// Changes a staff account, whatever its version is.
    pub async fn changes_account(&self, account: &Id, change: serde_json::Value) -> Reply {
        self.patch(&format!("/v1/staff/{account}"), change).if_match("*").send().await
    }

    /// The same, and another administrator approves what needs it.
    pub async fn changes_account_with_approval(&self, account: &Id, change: serde_json::Value) {
        let changed = self.changes_account(account, change).await;
        self.app.approves_pending(&changed).await;
        changed.expect(200);
    }
}

/// Booking.
impl Actor {
    pub async fn searches(&self, query: &str) -> Reply {
        self.get(&format!("/v1/slots?{query}")).send().await
    }

    pub async fn holds(&self, slot: &Id) -> Reply {
        self.app.request(actix_web::http::Method::PUT, &format!("/v1/slots/{slot}/hold")).bearer(&self.token).send().await
    }

    pub async fn releases(&self, slot: &Id) -> Reply {
        self.delete(&format!("/v1/slots/{slot}/hold")).send().await
    }

    pub async fn books(&self, slot: &Id) -> Reply {
        self.post("/v1/appointments", json!({ "slot_id": slot })).send().await
    }

    pub async fn books_held_slot(&self, slot: &Id) -> Reply {
        self.post("/v1/appointments", json!({ "slot_id": slot, "confirm_hold": true })).send().await
    }

    pub async fn books_for(&self, practitioner: &Self, slot: &Id) -> Reply {
        self.post("/v1/appointments", json!({ "slot_id": slot, "practitioner_id": practitioner.id })).send().await
    }

    pub async fn reads_appointment(&self, appointment: &str) -> Reply {
        self.get(&format!("/v1/appointments/{appointment}")).send().await
    }

    pub async fn cancels(&self, appointment: &str, reason: &str) -> Reply {
        self.post(&format!("/v1/appointments/{appointment}/cancel"), json!({ "reason": reason })).send().await
    }

    pub async fn moves(&self, appointment: &str, slot: &Id) -> Reply {
        self.post(&format!("/v1/appointments/{appointment}/move"), json!({ "slot_id": slot })).send().await
    }

    pub async fn records_attendance(&self, appointment: &str, attendance: &str) -> Reply {
        self.post(&format!("/v1/appointments/{appointment}/record-attendance"), json!({ "attendance": attendance })).send().await
    }
}
