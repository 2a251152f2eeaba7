//! Those who turn to us, and those who answer.

use confide::access::contacts::jobs;
use confide::people::Role;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::Reply;

/// The number of the caller in most of these tests.
pub const CALLERS_NUMBER: &str = "+447700900123";

impl TestApp {
    /// Somebody who answers the line.
    pub async fn call_handler(&self) -> Actor {
        self.staff("Hanna Handler", Role::CallHandler).await
    }

    /// The token in the newest text to a number.
    pub async fn invitation_texted_to(&self, number: &str) -> String {
        let texts = self.texts_to(number).await;
        token_in(texts.last().unwrap_or_else(|| panic!("no text to {number}")))
    }

    /// Asks to be rung, without an account.
    pub async fn asks_to_be_rung(&self, form: Value) -> Reply {
        self.post("/v1/contact-requests", form).send().await
    }

    /// One round of what the service does about contacts by itself.
    pub async fn looks_after_contacts(&self) -> usize {
        self.write(move |tx| Ok(jobs::erase_due(tx)? + jobs::notify_overdue(tx)?)).await
    }

    /// Looks up what an invitation brings.
    pub async fn looks_up_invitation(&self, token: &str) -> Reply {
        self.post("/v1/invitation-lookups", json!({ "token": token })).send().await
    }

    /// What an invited person would send to register, leaving out what the invitation brings.
    pub fn registration_with(&self, name: &str, token: &str) -> Value {
        let mut form = self.registration(name);
        form["invitation_token"] = json!(token);
        form
    }

    /// The actions about somebody or something in the audit trail, by their words.
    pub async fn audited_about(&self, subject: &str) -> Vec<String> {
        use confide::platform::ids::Id;
        use confide::platform::schema::audit_events::dsl;
        use diesel::prelude::*;
        let subject: Id = subject.parse().unwrap();
        self.sql(move |conn| {
            let about = dsl::audit_events.filter(dsl::subject_id.eq(Some(subject)));
            Ok(about.order(dsl::action).select(dsl::action).load(conn)?)
        })
        .await
    }
}

/// The token behind the `#` of a link.
pub fn token_in(text: &str) -> String {
    text.split("#token=").nth(1).unwrap_or_else(|| panic!("no link in {text}")).split_whitespace().next().unwrap().to_owned()
}

/// A token as it may be pasted: with white space around it, and in it where the line ended that it was copied from.
pub fn pasted(token: &str) -> Vec<String> {
    let (first, last) = token.split_at(token.len() / 2);
    vec![
        format!(" {token} "),
        format!("{token}\n"),
        format!("\r\n{token}\r\n"),
        format!("{first} {last}"),
        format!("\n{first}\u{a0} {last}\t"),
    ]
}

/// True when nothing at all is known of a caller.
pub fn says_nothing(caller: &Value) -> bool {
    caller.as_object().unwrap().values().all(|value| value.is_null() || *value == json!(false))
}

/// A nurse in England who gives what she must for a verdict, and a number.
pub fn a_nurse() -> Value {
    json!({ "preferred_name": "Wren", "phone": "07700 900123", "profession": "nurse", "setting": "secondary_care",
        "nation": "england", "icb_code": "QWE", "safe_to_call": false, "safe_to_text": true,
        "safe_times": "after eight in the evening", "note": "Cannot sleep since the inquest." })
}

impl Actor {
    /// Logs somebody who turns to us by a channel.
    pub async fn logs(&self, channel: &str, caller: Value) -> Reply {
        self.post("/v1/contacts", json!({ "channel": channel, "caller": caller })).send().await
    }

    pub async fn reads_contact(&self, contact: &str) -> Reply {
        self.get(&format!("/v1/contacts/{contact}")).send().await
    }

    /// Says what holds of a contact.
    pub async fn triages(&self, contact: &str, needs: &[&str]) -> Reply {
        self.post(&format!("/v1/contacts/{contact}/triage"), json!({ "needs": needs })).send().await
    }

    pub async fn closes_contact(&self, contact: &str, ending: &str) -> Reply {
        self.post(&format!("/v1/contacts/{contact}/close"), json!({ "close_reason": ending })).send().await
    }

    /// What is to be seen to, by kind, what is due first at the top.
    pub async fn contact_tasks(&self, query: &str) -> Vec<(String, String)> {
        let list = self.get(&format!("/v1/contact-tasks?{query}")).send().await.expect(200);
        let text = |item: &Value, member: &str| item[member].as_str().unwrap().to_owned();
        list.items().iter().map(|item| (text(item, "kind"), text(item, "id"))).collect()
    }

    pub async fn takes_task(&self, task: &str) -> Reply {
        self.post(&format!("/v1/contact-tasks/{task}/take"), json!({})).send().await
    }

    pub async fn takes_task_over(&self, task: &str) -> Reply {
        self.post(&format!("/v1/contact-tasks/{task}/take"), json!({ "take_over": true })).send().await
    }

    pub async fn finishes_task(&self, task: &str, note: &str) -> Reply {
        self.post(&format!("/v1/contact-tasks/{task}/complete"), json!({ "note": note })).send().await
    }

    /// Takes and finishes everything that waits about contacts.
    pub async fn sees_to_contacts(&self) {
        let tasks = self.contact_tasks("state=waiting&limit=100").await;
        assert!(!tasks.is_empty(), "nothing waits");
        for (_, task) in tasks {
            self.takes_task(&task).await.expect(200);
            self.finishes_task(&task, "Seen to.").await.expect(200);
        }
    }

    /// Sends the caller of a contact an invitation.
    pub async fn invites_caller(&self, contact: &str, channel: &str) -> Reply {
        self.post(&format!("/v1/contacts/{contact}/invitations"), json!({ "channel": channel })).send().await
    }

    /// The states of a contact's invitations, the newest first.
    pub async fn invitation_states(&self, contact: &str) -> Vec<String> {
        let list = self.get(&format!("/v1/contacts/{contact}/invitations")).send().await.expect(200);
        list.items().iter().map(|item| item["state"].as_str().unwrap().to_owned()).collect()
    }

    pub async fn on_invitation(&self, invitation: &str, verb: &str) -> Reply {
        self.post_nothing(&format!("/v1/invitations/{invitation}/{verb}")).send().await
    }

    /// Logs a nurse and sends her an invitation by text; gives back the contact and the token.
    pub async fn invites_a_nurse(&self) -> (String, String) {
        self.app.clock.advance(chrono::TimeDelta::seconds(1));
        let contact = self.logs("phone", a_nurse()).await.expect(201).id();
        self.triages(&contact, &["wants_to_register"]).await.expect(200);
        self.invites_caller(&contact, "sms").await.expect(201);
        (contact, self.app.invitation_texted_to(CALLERS_NUMBER).await)
    }
}
