//! Reasons for confidentiality in practitioners' own words, and the staff who decide about them.

use confide::access::registration::jobs;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::{CheckedReply, Reply};

/// What a practitioner writes.
pub const WORDS: &str = "I appraise everyone in the service that I would be referred to.";

/// A registration with the reason `other` and words.
pub fn in_own_words(mut form: Value) -> Value {
    form["confidentiality_reason"] = json!("other");
    form["confidentiality_reason_note"] = json!(WORDS);
    form
}

impl TestApp {
    /// A nurse whose own words wait for a decision, registered and signed in.
    pub async fn nurse_in_own_words(&self, name: &str) -> Actor {
        self.practitioner_with(&in_own_words(self.nurse_registration(name))).await
    }

    /// Runs the background job of reasons once.
    pub async fn run_reason_jobs(&self) -> usize {
        self.write(jobs::run_due).await
    }
}

impl Actor {
    /// Reads a list of reasons; `query` selects them.
    pub async fn lists_reasons(&self, query: &str) -> CheckedReply {
        self.get(&format!("/v1/confidentiality-reasons?{query}")).send().await.expect(200)
    }

    pub async fn reads_reason(&self, reason: &str) -> Reply {
        self.get(&format!("/v1/confidentiality-reasons/{reason}")).send().await
    }

    /// The id of the practitioner's reason that waits.
    pub async fn reason_of(&self, practitioner: &Self) -> String {
        let list = self.lists_reasons("state=waiting").await;
        let of_them = list.items().iter().find(|item| item["practitioner_id"] == json!(practitioner.id));
        of_them.unwrap_or_else(|| panic!("{} sees no reason of {}", self.name, practitioner.name))["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Accepts or declines (`verb`) a reason, whatever its version is.
    pub async fn decides_reason(&self, reason: &str, verb: &str, words: &str) -> Reply {
        let path = format!("/v1/confidentiality-reasons/{reason}/{verb}");
        self.post(&path, json!({ "reason": words })).if_match("*").send().await
    }

    /// Accepts the reason of a practitioner that waits; returns its id.
    pub async fn accepts_reason_of(&self, practitioner: &Self) -> String {
        let reason = self.reason_of(practitioner).await;
        self.decides_reason(&reason, "accept", "No one near you is independent.").await.expect(200);
        reason
    }

    /// Declines the reason of a practitioner that waits; returns its id.
    pub async fn declines_reason_of(&self, practitioner: &Self) -> String {
        let reason = self.reason_of(practitioner).await;
        self.decides_reason(&reason, "decline", "The next service is independent of yours.").await.expect(200);
        reason
    }

    /// Changes one's own words.
    pub async fn sends_other_words(&self, words: &str) -> Reply {
        self.changes_registration(json!({ "confidentiality_reason_note": words })).await
    }
}
