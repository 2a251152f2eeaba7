//! The contact line: callers and call handlers.

use actix_web::web::Bytes;
use confide::access::contacts::{crises, jobs};
use confide::people::Role;
use confide::platform::ids::Id;
use confide::server::CRISIS_HOOKS;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::Reply;

/// The caller's phone number in most of these tests.
pub const CALLERS_NUMBER: &str = "+447700900123";

impl TestApp {
    /// A call handler.
    pub async fn call_handler(&self) -> Actor {
        self.staff("Hanna Handler", Role::CallHandler).await
    }

    /// The token in the newest text message to a number.
    pub async fn invitation_texted_to(&self, number: &str) -> String {
        let texts = self.texts_to(number).await;
        token_in(texts.last().unwrap_or_else(|| panic!("no text message to {number}")))
    }

    /// Requests a call back, without an account.
    pub async fn requests_call_back(&self, form: Value) -> Reply {
        self.post("/v1/contact-requests", form).send().await
    }

    /// Runs the background jobs of contacts once; returns how many contacts they handled.
    pub async fn run_contact_jobs(&self) -> usize {
        self.write(move |tx| Ok(jobs::erase_due(tx)? + jobs::notify_overdue(tx, &CRISIS_HOOKS)?)).await
    }

    /// Runs the background job for crises of callers until nothing is left; returns how much it did.
    pub async fn run_contact_crises(&self) -> usize {
        let mut all = 0;
        loop {
            match self.write(|tx| crises::run_due(tx, &CRISIS_HOOKS)).await {
                0 => return all,
                done => all += done,
            }
        }
    }

    /// Looks up the details that an invitation fills in.
    pub async fn looks_up_invitation(&self, token: &str) -> Reply {
        self.post("/v1/invitation-lookups", json!({ "token": token })).send().await
    }

    /// The registration of an invited person, with the token of the invitation.
    pub fn registration_with_invitation(&self, name: &str, token: &str) -> Value {
        let mut form = self.registration(name);
        form["invitation_token"] = json!(token);
        form
    }

    /// The audit trail's actions about a person or record, sorted by name, without those of lists that showed it.
    pub async fn audit_actions_by_name(&self, subject: &str) -> Vec<String> {
        use confide::platform::schema::audit_events::dsl;
        use diesel::prelude::*;
        let subject: Id = subject.parse().unwrap();
        self.sql(move |conn| {
            let done = dsl::action.not_like("%.listed").and(dsl::action.ne("request.repeated")).and(dsl::refused.eq(false));
            let about = dsl::audit_events.filter(dsl::subject_id.eq(Some(subject))).filter(done);
            Ok(about.order(dsl::action).select(dsl::action).load(conn)?)
        })
        .await
    }
}

/// A response with every id replaced, to compare responses about different records byte by byte.
pub fn without_ids(body: &Bytes) -> String {
    let (mut text, mut rest) = (String::new(), std::str::from_utf8(body).unwrap());
    while let Some(first) = rest.chars().next() {
        let is_id = rest.get(..36).is_some_and(|start| start.parse::<Id>().is_ok());
        text.push(if is_id { '#' } else { first });
        rest = &rest[if is_id { 36 } else { first.len_utf8() }..];
    }
    text
}

/// The token behind the `#` of a link.
pub fn token_in(text: &str) -> String {
    text.split("#token=").nth(1).unwrap_or_else(|| panic!("no link in {text}")).split_whitespace().next().unwrap().to_owned()
}

/// The token as people paste it: with white space around it, and inside it where a copied line ended.
pub fn pasted_variants(token: &str) -> Vec<String> {
    let (first, last) = token.split_at(token.len() / 2);
    vec![
        format!(" {token} "),
        format!("{token}\n"),
        format!("\r\n{token}\r\n"),
        format!("{first} {last}"),
        format!("\n{first}\u{a0} {last}\t"),
    ]
}

/// Whether no detail of the caller is known.
pub fn is_blank_caller(caller: &Value) -> bool {
    caller.as_object().unwrap().values().all(|value| value.is_null() || *value == json!(false))
}

/// A caller: a nurse in England who gives a phone number and enough for an eligibility decision.
pub fn nurse_caller() -> Value {
    json!({ "preferred_name": "Wren", "phone": "07700 900123", "profession": "nurse", "setting": "secondary_care",
        "nation": "england", "icb_code": "QWE", "safe_to_call": false, "safe_to_text": true,
        "safe_times": "after eight in the evening", "note": "Cannot sleep since the inquest." })
}

impl Actor {
    /// Logs a contact with a caller who used this channel.
    pub async fn logs_contact(&self, channel: &str, caller: Value) -> Reply {
        self.post("/v1/contacts", json!({ "channel": channel, "caller": caller })).send().await
    }

    pub async fn reads_contact(&self, contact: &str) -> Reply {
        self.get(&format!("/v1/contacts/{contact}")).send().await
    }

    /// Records the needs of a contact at triage.
    pub async fn triages_contact(&self, contact: &str, needs: &[&str]) -> Reply {
        self.post(&format!("/v1/contacts/{contact}/triage"), json!({ "needs": needs })).send().await
    }

    /// Raises a risk alert from a contact.
    pub async fn raises_contact_alert(&self, contact: &str, severity: &str, stated_reference: Option<&str>) -> Reply {
        let form = json!({ "severity": severity, "note": "Counted out her pills.", "stated_reference": stated_reference });
        self.post(&format!("/v1/contacts/{contact}/risk-alerts"), form).send().await
    }

    /// The reference of a practitioner.
    pub async fn own_reference(&self) -> String {
        self.own_registration().await.text("reference")
    }

    /// Severity and note of each event of the practitioner's alerts that this member of staff sees, the oldest first.
    pub async fn alert_events(&self) -> Vec<(String, Option<String>)> {
        let mut all = Vec::new();
        for alert in self.open_alerts().await {
            let read = self.get(&format!("/v1/risk-alerts/{alert}")).send().await.expect(200);
            for event in read.json["events"].as_array().unwrap() {
                assert_eq!(event["kind"], "crisis_contact", "{event}");
                let note = event["note"].as_str().map(str::to_owned);
                all.push((event["at"].as_str().unwrap().to_owned(), event["severity"].as_str().unwrap().to_owned(), note));
            }
        }
        all.sort();
        all.into_iter().map(|(_, severity, note)| (severity, note)).collect()
    }

    pub async fn closes_contact(&self, contact: &str, reason: &str) -> Reply {
        self.post(&format!("/v1/contacts/{contact}/close"), json!({ "reason": reason })).send().await
    }

    /// Kind and id of each contact task, the first due first.
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

    pub async fn completes_task(&self, task: &str, note: &str) -> Reply {
        self.post(&format!("/v1/contact-tasks/{task}/complete"), json!({ "note": note })).send().await
    }

    /// Takes and completes every waiting contact task.
    pub async fn completes_waiting_contact_tasks(&self) {
        let tasks = self.contact_tasks("state=waiting&limit=100").await;
        assert!(!tasks.is_empty(), "no contact task is waiting");
        for (_, task) in tasks {
            self.takes_task(&task).await.expect(200);
            self.completes_task(&task, "Seen to.").await.expect(200);
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

    pub async fn acts_on_invitation(&self, invitation: &str, verb: &str) -> Reply {
        self.post_empty(&format!("/v1/invitations/{invitation}/{verb}")).send().await
    }

    /// Logs a nurse and sends her an invitation by text message; returns the contact and the token.
    pub async fn invites_nurse(&self) -> (String, String) {
        self.app.clock.advance(chrono::TimeDelta::seconds(1));
        let contact = self.logs_contact("phone", nurse_caller()).await.expect(201).id();
        self.triages_contact(&contact, &["wants_to_register"]).await.expect(200);
        self.invites_caller(&contact, "sms").await.expect(201);
        (contact, self.app.invitation_texted_to(CALLERS_NUMBER).await)
    }
}
