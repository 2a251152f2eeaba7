//! What staff do for the people in care, and how they are hired for it.

use chrono::TimeDelta;
use confide::platform::ids::Id;
use serde_json::{Value, json};

use super::actors::{Actor, PASSWORD, address};
use super::clinicians::directory_entry;
use super::reply::Reply;

impl Actor {
    /// Makes an account for somebody, who follows the link in their letter, chooses a password and signs in.
    pub async fn hires(&self, name: &str, role: &str) -> Self {
        let email = address(name);
        self.tries_to_hire(name, role).await.expect(201);
        let chosen = json!({ "token": self.app.token_for(&email).await, "new_password": PASSWORD });
        self.app.post("/v1/password-resets/complete", chosen).send().await.expect(204);
        self.app.signed_in(name, &email, PASSWORD).await
    }

    /// Asks for an account for somebody.
    pub async fn tries_to_hire(&self, name: &str, role: &str) -> Reply {
        self.post("/v1/staff", json!({ "email": address(name), "name": name, "role": role })).send().await
    }

    /// A clinician's first entry in the directory, an ordinary one, made by an administrator.
    pub async fn enters_the_directory(&self) -> Reply {
        self.app.enters(self, directory_entry(&self.name)).await
    }

    /// Looks a clinician up in the directory.
    pub async fn looks_up(&self, clinician: &Self) -> Reply {
        self.get(&format!("/v1/clinicians/{}", clinician.id)).send().await
    }

    /// The clinician's slot that starts then, found by searching.
    pub async fn finds_slot(&self, clinician: &Self, starts_at: &str) -> Id {
        self.finds_slot_with(clinician, starts_at, "").await
    }

    /// The same on a practitioner's behalf.
    pub async fn finds_slot_for(&self, practitioner: &Self, clinician: &Self, starts_at: &str) -> Id {
        self.finds_slot_with(clinician, starts_at, &format!("&practitioner_id={}", practitioner.id)).await
    }

    /// The clinician's slot that starts then, to which this appointment can move.
    pub async fn finds_slot_to_move(&self, appointment: &str, clinician: &Self, starts_at: &str) -> Id {
        self.finds_slot_with(clinician, starts_at, &format!("&moving_appointment_id={appointment}")).await
    }

    /// The same on a practitioner's behalf.
    pub async fn finds_slot_to_move_for(&self, practitioner: &Self, appointment: &str, clinician: &Self, starts_at: &str) -> Id {
        let more = format!("&practitioner_id={}&moving_appointment_id={appointment}", practitioner.id);
        self.finds_slot_with(clinician, starts_at, &more).await
    }

    async fn finds_slot_with(&self, clinician: &Self, starts_at: &str, more: &str) -> Id {
        let until = starts_at.parse::<chrono::DateTime<chrono::Utc>>().unwrap() + TimeDelta::minutes(1);
        let until = confide::platform::ids::UtcTime::from(until);
        let found = self.searches(&format!("clinician_id={}&from={starts_at}&to={until}{more}", clinician.id)).await.expect(200);
        let slot = found.items().first().unwrap_or_else(|| panic!("{} finds no slot at {starts_at}", self.name));
        slot["id"].as_str().unwrap().parse().unwrap()
    }

    /// Whose slots a search of the next fortnight finds: the names, each once.
    pub async fn whose_slots(&self, kind: &str) -> Vec<String> {
        let (from, to) = (self.app.now(), self.app.now() + TimeDelta::days(14));
        let found = self.searches(&format!("kind={kind}&from={from}&to={to}&limit=100")).await.expect(200);
        let mut names: Vec<_> = found.items().iter().map(|slot| slot["clinician_name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names.dedup();
        names
    }

    /// What the people on the caller's list are called, the newest first.
    pub async fn caseload(&self) -> Vec<String> {
        let list = self.get("/v1/practitioners").send().await.expect(200);
        list.items().iter().map(|person| person["pseudonym"].as_str().unwrap().to_owned()).collect()
    }

    /// Who has the reference that somebody quotes.
    pub async fn finds_by_reference(&self, quoted: &str) -> Vec<Value> {
        self.get(&format!("/v1/practitioners?reference={quoted}")).send().await.expect(200).items().clone()
    }

    /// Opens somebody's file.
    pub async fn opens_file_of(&self, practitioner: &Self) -> Reply {
        self.get(&format!("/v1/practitioners/{}", practitioner.id)).send().await
    }

    /// Reads what was answered in the assessment at that address.
    pub async fn reads_answers(&self, assessment: &str) -> Reply {
        self.get(assessment).send().await
    }

    /// The ids of the alerts that nobody has looked at.
    pub async fn open_alerts(&self) -> Vec<String> {
        let list = self.get("/v1/risk-alerts?state=open").send().await.expect(200);
        list.items().iter().map(|alert| alert["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Says what was done about an alert.
    pub async fn acknowledges(&self, alert: &str, note: &str) -> Reply {
        self.post(&format!("/v1/risk-alerts/{alert}/acknowledge"), json!({ "note": note })).send().await
    }

    /// The ids of the appointments that have lost their slots.
    pub async fn orphans(&self) -> Vec<String> {
        let list = self.get("/v1/orphaned-appointments").send().await.expect(200);
        list.items().iter().map(|appointment| appointment["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Says what comes of an assessment; whoever is accepted gets a plan.
    pub async fn concludes(&self, assessment: &str, appointment: &str, outcome: &str) -> Reply {
        let mut form = json!({ "appointment_id": appointment, "outcome": outcome });
        if outcome == "accepted" {
            form["plan"] = json!("Eight sessions.");
        }
        self.post(&format!("{assessment}/outcomes"), form).send().await
    }

    /// Books with a key, so that a repeat is safe.
    pub async fn books_with_key(&self, slot: &Id, key: &str) -> Reply {
        self.post("/v1/appointments", json!({ "slot_id": slot, "confirm_hold": true })).key(key).send().await
    }

    /// Books the clinician's slot that starts then.
    pub async fn books_at(&self, clinician: &Self, starts_at: &str) -> Id {
        let slot = self.finds_slot(clinician, starts_at).await;
        self.books(&slot).await.expect(201).id().parse().unwrap()
    }

    /// Holds the clinician's slot that starts then.
    pub async fn holds_at(&self, clinician: &Self, starts_at: &str) {
        let slot = self.finds_slot(clinician, starts_at).await;
        self.holds(&slot).await.expect(200);
    }
}
