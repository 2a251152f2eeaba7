//! Feedback of practitioners about their care, and the jobs that invite and release it.

use chrono::{DateTime, Utc};
use confide::care::feedback;
use confide::platform::ids::Id;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::Reply;

impl Actor {
    /// Gives feedback about an appointment: it helped somewhat and had a positive effect.
    pub async fn gives_feedback(&self, appointment: Id) -> Reply {
        self.gives_feedback_with(json!({ "about": "appointment", "appointment_id": appointment })).await
    }

    /// Gives feedback with these members added to the usual ones, or in their place.
    pub async fn gives_feedback_with(&self, more: Value) -> Reply {
        let mut form = json!({ "helped": "somewhat", "wellbeing": "positive" });
        form.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.post("/v1/feedback", form).send().await
    }

    /// Gives feedback about care as a whole, with a comment for the service's managers.
    pub async fn gives_feedback_at_discharge(&self, comment: &str) -> Reply {
        self.gives_feedback_with(json!({ "about": "discharge", "comment": comment })).await
    }

    /// The comments that the service's managers may read.
    pub async fn reads_comments(&self) -> Vec<String> {
        let list = self.get("/v1/feedback-comments?limit=100").send().await.expect(200);
        list.items().iter().map(|item| item["comment"].as_str().unwrap().to_owned()).collect()
    }
}

impl TestApp {
    /// Inserts an appointment of these two that was attended at this time.
    pub async fn attended_appointment(&self, practitioner: &Actor, clinician: &Actor, starts_at: DateTime<Utc>) -> Id {
        let appointment = self.appointment(practitioner, clinician, starts_at).await;
        self.set_appointment_status(appointment, "attended").await;
        appointment
    }

    /// Sends the feedback invitations that are due; returns how many were decided on.
    pub async fn send_feedback_invitations(&self) -> usize {
        self.write(feedback::invite_due).await
    }

    /// Releases the comments that may be read now; returns how many.
    pub async fn release_due_comments(&self) -> usize {
        self.write(feedback::release_due).await
    }
}
