//! Follow-ups: agreed, booked, overdue.

use chrono::TimeDelta;
use confide::care::follow_ups::jobs;
use confide::care::schema::follow_ups;
use confide::people::practitioners::model::Pathway;
use confide::platform::ids::Id;
use diesel::prelude::*;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::Reply;

/// A follow-up in two to three weeks, for a review.
pub fn follow_up_in_two_weeks(appointment: Id) -> Value {
    json!({ "appointment_id": appointment, "interval_unit": "weeks", "interval_from": 2, "interval_to": 3, "purpose": "review" })
}

impl TestApp {
    /// A practitioner in care who has had an appointment with this clinician; returns both the practitioner and the appointment.
    pub async fn practitioner_seen_by(&self, name: &str, clinician: &Actor, hours_ago: i64) -> (Actor, Id) {
        let practitioner = self.practitioner(name).await;
        let appointment = self.appointment(&practitioner, clinician, self.now().get() - TimeDelta::hours(hours_ago)).await;
        self.set_appointment_status(appointment, "attended").await;
        self.set_pathway(&practitioner, Pathway::InCare).await;
        (practitioner, appointment)
    }

    /// Runs the background job for follow-ups that are due.
    pub async fn run_follow_up_jobs(&self) {
        while jobs::run_due(&self.platform).await.unwrap() > 0 {}
    }

    /// Moves the clock to this time in steps of a day, running the jobs and delivering the messages of each day.
    pub async fn advance_days_until(&self, time: &str) {
        let end = time.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        while self.now().get() + TimeDelta::days(1) <= end {
            self.clock.advance(TimeDelta::days(1));
            self.run_follow_up_jobs().await;
            self.deliver_due_messages().await;
        }
        self.advance_clock_to(time);
        self.run_follow_up_jobs().await;
        self.deliver_due_messages().await;
    }

    /// The sealed note of a follow-up in the database.
    pub async fn sealed_follow_up_note(&self, follow_up: &str) -> Option<Vec<u8>> {
        let id: Id = follow_up.parse().unwrap();
        self.sql(move |conn| Ok(follow_ups::table.find(id).select(follow_ups::note).get_result(conn)?)).await
    }
}

impl Actor {
    /// Agrees a follow-up with a practitioner.
    pub async fn agrees_follow_up(&self, practitioner: &Self, form: Value) -> Reply {
        self.post(&format!("/v1/practitioners/{}/follow-ups", practitioner.id), form).send().await
    }

    /// Agrees the usual follow-up and returns its id.
    pub async fn agrees_usual_follow_up(&self, practitioner: &Self, appointment: Id) -> String {
        self.agrees_follow_up(practitioner, follow_up_in_two_weeks(appointment)).await.expect(201).id()
    }

    pub async fn reads_follow_up(&self, follow_up: &str) -> Reply {
        self.get(&format!("/v1/follow-ups/{follow_up}")).send().await
    }

    /// The state of a follow-up.
    pub async fn state_of_follow_up(&self, follow_up: &str) -> String {
        self.reads_follow_up(follow_up).await.expect(200).text("state")
    }

    pub async fn links_appointment(&self, follow_up: &str, appointment: &str) -> Reply {
        self.post(&format!("/v1/follow-ups/{follow_up}/link-appointment"), json!({ "appointment_id": appointment })).send().await
    }

    pub async fn cancels_follow_up(&self, follow_up: &str, reason: &str) -> Reply {
        self.post(&format!("/v1/follow-ups/{follow_up}/cancel"), json!({ "reason": reason })).send().await
    }

    /// Records the outcome of a phone call about a follow-up.
    pub async fn records_follow_up_contact_attempt(&self, follow_up: &str, outcome: &str, note: &str) -> Reply {
        let form = json!({ "outcome": outcome, "note": note });
        self.post(&format!("/v1/follow-ups/{follow_up}/contact-attempts"), form).send().await
    }

    /// The ids of the follow-ups that match a query.
    pub async fn finds_follow_ups(&self, query: &str) -> Vec<String> {
        let list = self.get(&format!("/v1/follow-ups?limit=100&{query}")).send().await.expect(200);
        list.items().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    }
}
