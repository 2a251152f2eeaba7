//! People who act. They do so by the public API; only staff, who have nobody to make their accounts, are put in.

use confide::identity::Role;
use confide::identity::accounts::queries::{self, NewAccount};
use confide::identity::sign_in::passwords::{Cost, Passwords};
use confide::platform::ids::Id;
use serde_json::json;

use super::app::{Ask, TestApp};
use super::reply::Reply;

/// A password that is good enough; nobody's.
pub const PASSWORD: &str = "violet kettle under nine bridges";

/// Somebody who is signed in.
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
    /// An account of that role, signed in.
    pub async fn staff(&self, name: &str, role: Role) -> Actor {
        let email = address(name);
        let hash = Passwords::new(Cost::Trifling, 1).unwrap().hash(&PASSWORD.to_owned().into()).await.unwrap();
        let (sealer, now, owned, mail) = (self.platform.sealer.clone(), self.now(), name.to_owned(), email.clone());
        let id = Id::new(now);
        self.sql(move |conn| {
            let new =
                NewAccount { id, role, email: &mail, name: &owned, password_hash: Some(&hash), email_verified_at: Some(now) };
            queries::insert(conn, &sealer, &new, now)
        })
        .await;
        self.signed_in(name, &email, PASSWORD).await
    }

    /// Signs somebody in who has an account.
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

    /// Tries to sign in.
    pub async fn sign_in(&self, email: &str, password: &str) -> Reply {
        self.post("/v1/sessions", json!({ "email": email, "password": password })).send().await
    }

    pub async fn administrator(&self) -> Actor {
        self.staff("Avery Admin", Role::Administrator).await
    }

    pub async fn coordinator(&self) -> Actor {
        self.staff("Cory Coordinator", Role::Coordinator).await
    }
}

/// The invented address of an invented person.
pub fn address(name: &str) -> String {
    format!("{}@example.org", name.to_lowercase().replace(' ', "."))
}

impl Actor {
    pub fn get(&self, path: &str) -> Ask {
        self.app.get(path).bearer(&self.token)
    }

    pub fn post(&self, path: &str, body: serde_json::Value) -> Ask {
        self.app.post(path, body).bearer(&self.token)
    }

    pub fn put(&self, path: &str, body: serde_json::Value) -> Ask {
        self.app.put(path, body).bearer(&self.token)
    }

    pub fn patch(&self, path: &str, body: serde_json::Value) -> Ask {
        self.app.patch(path, body).bearer(&self.token)
    }

    pub fn delete(&self, path: &str) -> Ask {
        self.app.delete(path).bearer(&self.token)
    }
}
