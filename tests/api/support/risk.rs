//! Risk alerts: who raises, answers and closes them.

use confide::care::risk::jobs::{escalate_due, notify_due_reviews};
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::clinical_record::record_path;
use super::reply::{CheckedReply, Reply};

/// A complete risk assessment that found a low risk.
pub fn risk_assessment() -> Value {
    json!({
        "risk_to_self": { "level": "low", "details": "Thoughts of not waking up, without a plan." },
        "risk_to_others": { "level": "none" },
        "risk_to_people_in_their_care": { "level": "none" },
        "risk_from_others": { "level": "none" },
        "protective_factors": "A partner who knows.",
        "access_to_means": ["medicines_at_work"],
        "means_details": "Not at work until they are seen.",
        "assessed_how": "phone",
        "plan": "Speaks to us again tomorrow at nine."
    })
}

/// The same with the day of the next review.
pub fn assessment_reviewed_on(day: &str) -> Value {
    let mut assessment = risk_assessment();
    assessment["next_review_on"] = json!(day);
    assessment
}

/// The form with which a clinician who has read so many events closes an alert with this assessment.
pub fn closing(events_seen: usize, mut assessment: Value) -> Value {
    assessment["events_seen"] = json!(events_seen);
    assessment
}

impl TestApp {
    /// Runs the background job of risk alerts once; returns how many steps of escalation it took.
    pub async fn run_risk_jobs(&self) -> usize {
        self.write(escalate_due).await
    }

    /// Runs the background job of reviews once; returns how many it dealt with.
    pub async fn run_review_jobs(&self) -> usize {
        self.write(notify_due_reviews).await
    }

    /// A registered clinician with another employer than Ada; this coordinator puts them on duty for eight hours.
    pub async fn clinician_on_duty(&self, coordinator: &Actor) -> Actor {
        let duty = self.clinician("Dora Duty").employed_by("A1A1A").registered("gmc", "7654322").await;
        coordinator.puts_on_duty(&duty).await.expect(201);
        duty
    }
}

impl Actor {
    /// The ids of the open risk alerts.
    pub async fn open_alerts(&self) -> Vec<String> {
        let list = self.get("/v1/risk-alerts?state=open").send().await.expect(200);
        list.items().iter().map(|alert| alert["id"].as_str().unwrap().to_owned()).collect()
    }

    /// The newest risk alert.
    pub async fn newest_alert(&self) -> Value {
        self.get("/v1/risk-alerts?limit=1").send().await.expect(200).expect_items()[0].clone()
    }

    /// Reads a risk alert.
    pub async fn reads_alert(&self, alert: &str) -> CheckedReply {
        self.get(&format!("/v1/risk-alerts/{alert}")).send().await.expect(200)
    }

    /// Reads a risk alert and closes it with a complete risk assessment.
    pub async fn closes_alert(&self, alert: &str) -> Reply {
        self.closes_alert_with(alert, risk_assessment()).await
    }

    /// Reads a risk alert and closes it with this risk assessment. Where it cannot be read, one event counts as read.
    pub async fn closes_alert_with(&self, alert: &str, assessment: Value) -> Reply {
        let read = self.get(&format!("/v1/risk-alerts/{alert}")).send().await;
        let events = read.json["events"].as_array().map_or(1, Vec::len);
        self.closes_alert_having_read(alert, events, assessment).await
    }

    /// Closes a risk alert, of which so many events were read before.
    pub async fn closes_alert_having_read(&self, alert: &str, events: usize, assessment: Value) -> Reply {
        self.post(&format!("/v1/risk-alerts/{alert}/close"), closing(events, assessment)).send().await
    }

    /// Records an attempt to make contact by phone.
    pub async fn records_contact_attempt(&self, alert: &str, reached: bool) -> Reply {
        let note = if reached { "Safe tonight; wants to be called tomorrow." } else { "No answer; left no message." };
        let form = json!({ "how": "phone", "reached": reached, "note": note });
        self.post(&format!("/v1/risk-alerts/{alert}/contact-attempts"), form).send().await
    }

    /// Raises a concern about a practitioner.
    pub async fn raises_concern(&self, practitioner: &Self, severity: &str) -> Reply {
        let form = json!({ "severity": severity, "note": "Wrote that there was no point any more." });
        self.post(&record_path(practitioner, "risk-alerts"), form).send().await
    }

    /// Records a risk assessment without an alert.
    pub async fn records_risk_assessment(&self, practitioner: &Self, assessment: Value) -> Reply {
        self.post(&record_path(practitioner, "risk-assessments"), assessment).send().await
    }
}
