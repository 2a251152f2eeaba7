//! Follow-ups: agreed, booked, chased.

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

/// In two to three weeks, for a review.
pub fn in_two_weeks(appointment: Id) -> Value {
    json!({ "appointment_id": appointment, "interval_unit": "weeks", "interval_from": 2, "interval_to": 3, "purpose": "review" })
}

impl TestApp {
    /// Somebody in care, who has just been with this clinician: the two, and their appointment.
    pub async fn has_been_with(&self, name: &str, clinician: &Actor, hours_ago: i64) -> (Actor, Id) {
        let practitioner = self.practitioner(name).await;
        let appointment = self.appointment(&practitioner, clinician, self.now().get() - TimeDelta::hours(hours_ago)).await;
        self.appointment_is(appointment, "attended").await;
        self.stands_at(&practitioner, Pathway::InCare).await;
        (practitioner, appointment)
    }

    /// What a running instance does about follow-ups whose time has come.
    pub async fn looks_at_follow_ups(&self) {
        while jobs::run_due(&self.platform).await.unwrap() > 0 {}
    }

    /// Lives through the days up to a time, each of them at nine in the morning.
    pub async fn lives_until(&self, time: &str) {
        let end = time.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        while self.now().get() + TimeDelta::days(1) <= end {
            self.clock.advance(TimeDelta::days(1));
            self.looks_at_follow_ups().await;
            self.the_post_goes().await;
        }
        self.it_is(time);
        self.looks_at_follow_ups().await;
        self.the_post_goes().await;
    }

    /// The note of a follow-up as the database holds it.
    pub async fn sealed_note_of(&self, follow_up: &str) -> Option<Vec<u8>> {
        let id: Id = follow_up.parse().unwrap();
        self.sql(move |conn| Ok(follow_ups::table.find(id).select(follow_ups::note).get_result(conn)?)).await
    }
}

impl Actor {
    /// Agrees on something with a practitioner.
    pub async fn agrees(&self, practitioner: &Self, form: Value) -> Reply {
        self.post(&format!("/v1/practitioners/{}/follow-ups", practitioner.id), form).send().await
    }

    /// Agrees on the usual, and returns the follow-up's id.
    pub async fn agrees_on_the_usual(&self, practitioner: &Self, appointment: Id) -> String {
        self.agrees(practitioner, in_two_weeks(appointment)).await.expect(201).id()
    }

    pub async fn reads_follow_up(&self, follow_up: &str) -> Reply {
        self.get(&format!("/v1/follow-ups/{follow_up}")).send().await
    }

    /// Where a follow-up stands.
    pub async fn state_of_follow_up(&self, follow_up: &str) -> String {
        self.reads_follow_up(follow_up).await.expect(200).text("state")
    }

    pub async fn links(&self, follow_up: &str, appointment: &str) -> Reply {
        self.post(&format!("/v1/follow-ups/{follow_up}/link-appointment"), json!({ "appointment_id": appointment })).send().await
    }

    pub async fn calls_off(&self, follow_up: &str, reason: &str) -> Reply {
        self.post(&format!("/v1/follow-ups/{follow_up}/cancel"), json!({ "reason": reason })).send().await
    }

    /// Says what came of ringing.
    pub async fn rang(&self, follow_up: &str, outcome: &str, note: &str) -> Reply {
        let form = json!({ "outcome": outcome, "note": note });
        self.post(&format!("/v1/follow-ups/{follow_up}/contacts"), form).send().await
    }

    /// The ids of the follow-ups that a query lets through.
    pub async fn finds_follow_ups(&self, query: &str) -> Vec<String> {
        let list = self.get(&format!("/v1/follow-ups?limit=100&{query}")).send().await.expect(200);
        list.items().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    }
}
