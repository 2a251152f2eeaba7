//! The end of records: reviews, holds, and what is destroyed.

use chrono::TimeDelta;
use confide::people::Role;
use confide::people::practitioners::model::Pathway;
use confide::people::relationships::model::DischargeReason;
use confide::people::retention::model::{RetentionEnd, RetentionRule};
use confide::people::retention::{jobs, queries};
use confide::people::schema::care_episodes;
use confide::platform::ids::Id;
use confide::server::RETENTION_HANDLERS;
use diesel::prelude::*;
use serde_json::json;

use super::actors::Actor;
use super::app::TestApp;
use super::reply::Reply;

impl TestApp {
    /// Two privacy officers, signed in.
    pub async fn two_privacy_officers(&self) -> (Actor, Actor) {
        let pia = self.staff("Pia Vale", Role::PrivacyOfficer).await;
        (pia, self.staff("Otis Lund", Role::PrivacyOfficer).await)
    }

    /// Runs the background job of retention until every record was looked at; returns how many were.
    pub async fn run_retention_job(&self) -> usize {
        let mut all = 0;
        loop {
            match self.write(|tx| jobs::list_due(tx, &RETENTION_HANDLERS)).await {
                0 => return all,
                done => all += done,
            }
        }
    }

    /// Inserts a review of the record of a practitioner, whatever its age is; returns its id.
    pub async fn opens_retention_review(&self, practitioner: &Actor) -> Id {
        let id = practitioner.id;
        self.write(move |tx| {
            let today = tx.now.london_day();
            let end = RetentionEnd { rule: RetentionRule::AfterLastEntry, last_entry_on: today, due_on: today };
            queries::insert(tx, id, end)
        })
        .await
    }

    /// Inserts that a practitioner's care ended with their death eleven years ago, so that their record is due.
    pub async fn died_eleven_years_ago(&self, practitioner: &Actor, lead: &Actor) {
        let (id, lead, now) = (practitioner.id, lead.id, self.now());
        let ended_at = now - TimeDelta::days(11 * 366);
        self.sql(move |conn| {
            diesel::insert_into(care_episodes::table)
                .values((
                    care_episodes::id.eq(Id::new(ended_at)),
                    care_episodes::practitioner_id.eq(id),
                    care_episodes::lead_clinician_id.eq(lead),
                    care_episodes::started_at.eq(ended_at - TimeDelta::days(90)),
                    care_episodes::ended_at.eq(Some(ended_at)),
                    care_episodes::ended_by.eq(Some(lead)),
                    care_episodes::end_reason.eq(Some(DischargeReason::Died)),
                    care_episodes::readable_until.eq(Some(ended_at + TimeDelta::days(30))),
                    care_episodes::version.eq(1),
                ))
                .execute(conn)?;
            Ok(())
        })
        .await;
        self.set_pathway(practitioner, Pathway::Discharged).await;
    }
}

impl Actor {
    /// The id of the review of a practitioner's record that this privacy officer sees; none where they see none.
    pub async fn review_of(&self, practitioner: &Self, state: &str) -> Option<String> {
        let list = self.get(&format!("/v1/retention-reviews?limit=100&state={state}")).send().await.expect(200);
        let of_them = list.items().iter().find(|item| item["practitioner_id"] == json!(practitioner.id));
        of_them.map(|item| item["id"].as_str().unwrap().to_owned())
    }

    pub async fn reads_review(&self, review: &str) -> Reply {
        self.get(&format!("/v1/retention-reviews/{review}")).send().await
    }

    pub async fn keeps_record(&self, review: &str, until: &str) -> Reply {
        let form = json!({ "keep_until": until, "reason": "A study with approval uses it." });
        self.post(&format!("/v1/retention-reviews/{review}/keep"), form).send().await
    }

    pub async fn proposes_destruction(&self, review: &str) -> Reply {
        let form = json!({ "reason": "Reviewed: nothing speaks for keeping it." });
        self.post(&format!("/v1/retention-reviews/{review}/propose-destruction"), form).send().await
    }

    pub async fn withdraws_destruction(&self, review: &str) -> Reply {
        self.post_empty(&format!("/v1/retention-reviews/{review}/withdraw-destruction")).send().await
    }

    pub async fn approves_destruction(&self, review: &str) -> Reply {
        self.post_empty(&format!("/v1/retention-reviews/{review}/approve-destruction")).send().await
    }

    /// Puts the record with this reference on hold.
    pub async fn puts_on_hold(&self, reference: &str) -> Reply {
        let form = json!({ "reference": reference, "ground": "legal_proceedings", "reason": "A claim is expected." });
        self.post("/v1/retention-holds", form).send().await
    }

    pub async fn lifts_hold(&self, hold: &str) -> Reply {
        self.post(&format!("/v1/retention-holds/{hold}/lift"), json!({ "reason": "The claim was settled." })).send().await
    }
}
