//! What people say about their care, and the service asking how it went.

use chrono::{DateTime, Utc};
use confide::care::feedback;
use confide::platform::ids::Id;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::Reply;

impl Actor {
    /// Says something about an appointment: that it helped somewhat and had a positive effect.
    pub async fn judges(&self, appointment: Id) -> Reply {
        self.judges_with(json!({ "about": "appointment", "appointment_id": appointment })).await
    }

    /// The same with more, or with other words.
    pub async fn judges_with(&self, more: Value) -> Reply {
        let mut form = json!({ "helped": "somewhat", "wellbeing": "positive" });
        form.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.post("/v1/feedback", form).send().await
    }

    /// Says something about care as a whole, in words for those who run the service.
    pub async fn writes_at_the_end(&self, words: &str) -> Reply {
        self.judges_with(json!({ "about": "discharge", "comment": words })).await
    }

    /// The words that those who run the service may read.
    pub async fn reads_comments(&self) -> Vec<String> {
        let list = self.get("/v1/feedback-comments?limit=100").send().await.expect(200);
        list.items().iter().map(|item| item["comment"].as_str().unwrap().to_owned()).collect()
    }
}

impl TestApp {
    /// An appointment of these two that took place then.
    pub async fn attended(&self, practitioner: &Actor, clinician: &Actor, starts_at: DateTime<Utc>) -> Id {
        let appointment = self.appointment(practitioner, clinician, starts_at).await;
        self.appointment_is(appointment, "attended").await;
        appointment
    }

    /// The service asks whoever is due; returns how many it decided about.
    pub async fn asks_how_it_went(&self) -> usize {
        self.write(feedback::invite_due).await
    }

    /// The service shows words that may be shown; returns how many.
    pub async fn shows_comments(&self) -> usize {
        self.write(feedback::release_due).await
    }
}
