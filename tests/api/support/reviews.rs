//! The same questionnaires again: reviews in care, and the last ones.

use serde_json::json;

use super::actors::Actor;
use super::practitioners::{gad7, phq9};
use super::reply::{Reply, Seen};

impl Actor {
    /// Tries to begin questionnaires for a purpose.
    pub async fn tries_to_begin(&self, purpose: &str) -> Reply {
        self.post_nothing(&format!("/v1/assessments?purpose={purpose}")).send().await
    }

    /// Begins questionnaires for a purpose and returns their address.
    pub async fn begins(&self, purpose: &str) -> String {
        self.tries_to_begin(purpose).await.expect(201).header("location").unwrap().to_owned()
    }

    /// Answers both questionnaires at that address and hands them in.
    pub async fn answers_all(&self, assessment: &str) -> Seen {
        self.answers(assessment, "phq-9", phq9()).await.expect(200);
        self.answers(assessment, "gad-7", gad7()).await.expect(200);
        self.submits(assessment).await.expect(200)
    }

    /// Asks a practitioner to answer questionnaires for a purpose.
    pub async fn asks(&self, practitioner: &Self, purpose: &str) -> Reply {
        self.post(&format!("/v1/practitioners/{}/assessments", practitioner.id), json!({ "purpose": purpose })).send().await
    }
}
