//! Questionnaires after intake: reviews during care, and the final ones.

use serde_json::json;

use super::actors::Actor;
use super::practitioners::{gad7, phq9};
use super::reply::{CheckedReply, Reply};

impl Actor {
    /// Sends the request that starts an assessment for a purpose.
    pub async fn tries_to_start_assessment_for(&self, purpose: &str) -> Reply {
        self.post_empty(&format!("/v1/assessments?purpose={purpose}")).send().await
    }

    /// Starts an assessment for a purpose and returns its path.
    pub async fn starts_assessment_for(&self, purpose: &str) -> String {
        self.tries_to_start_assessment_for(purpose).await.expect(201).header("location").unwrap().to_owned()
    }

    /// Answers both questionnaires of the assessment at this path and submits it.
    pub async fn answers_and_submits(&self, assessment: &str) -> CheckedReply {
        self.answers(assessment, "phq-9", phq9()).await.expect(200);
        self.answers(assessment, "gad-7", gad7()).await.expect(200);
        self.submits_assessment(assessment).await.expect(200)
    }

    /// Requests an assessment of a practitioner for a purpose.
    pub async fn requests_assessment(&self, practitioner: &Self, purpose: &str) -> Reply {
        self.post(&format!("/v1/practitioners/{}/assessments", practitioner.id), json!({ "purpose": purpose })).send().await
    }
}
