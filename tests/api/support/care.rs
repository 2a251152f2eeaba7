//! Actions of staff: creating staff accounts, searching slots, reading practitioners.

use chrono::TimeDelta;
use confide::platform::ids::Id;
use serde_json::{Value, json};

use super::actors::{Actor, PASSWORD, address};
use super::clinical_record::settling_everything;
use super::clinicians::directory_entry;
use super::reply::{CheckedReply, Reply};

impl Actor {
    /// Creates a staff account; its owner follows the link in the email, chooses a password and signs in.
    pub async fn creates_staff(&self, name: &str, role: &str) -> Self {
        let email = address(name);
        self.creates_approved_staff(name, role).await;
        let chosen = json!({ "token": self.app.token_for(&email).await, "new_password": PASSWORD });
        self.app.post("/v1/password-resets/complete", chosen).send().await.expect(204);
        self.app.signed_in(name, &email, PASSWORD).await
    }

    /// Creates a staff account that another administrator approves; its owner gets an email with a link.
    pub async fn creates_approved_staff(&self, name: &str, role: &str) -> CheckedReply {
        let created = self.tries_to_create_staff(name, role).await;
        self.app.approves_pending(&created).await;
        created.expect(201)
    }

    /// The same with another form.
    pub async fn creates_approved_staff_with(&self, form: Value) -> CheckedReply {
        let created = self.post("/v1/staff", form).send().await;
        self.app.approves_pending(&created).await;
        created.expect(201)
    }

    /// Sends the request that creates a staff account.
    pub async fn tries_to_create_staff(&self, name: &str, role: &str) -> Reply {
        self.post("/v1/staff", json!({ "email": address(name), "name": name, "role": role, "reason": "Joins the team." }))
            .send()
            .await
    }

    /// An administrator creates this clinician's first directory entry, with usual values.
    pub async fn is_added_to_directory(&self) -> Reply {
        self.app.saves_directory_entry(self, directory_entry(&self.name)).await
    }

    /// Reads a clinician's directory entry.
    pub async fn reads_clinician(&self, clinician: &Self) -> Reply {
        self.get(&format!("/v1/clinicians/{}", clinician.id)).send().await
    }

    /// Searches for the clinician's slot that starts at this time.
    pub async fn finds_slot(&self, clinician: &Self, starts_at: &str) -> Id {
        self.finds_slot_with(clinician, starts_at, "").await
    }

    /// The same on a practitioner's behalf.
    pub async fn finds_slot_for(&self, practitioner: &Self, clinician: &Self, starts_at: &str) -> Id {
        self.finds_slot_with(clinician, starts_at, &format!("&practitioner_id={}", practitioner.id)).await
    }

    /// Searches for the clinician's slot that starts at this time, for moving this appointment to it.
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
        let found =
            self.searches(&format!("clinician_id={}&from={starts_at}&until={until}{more}", clinician.id)).await.expect(200);
        let slot = found.items().first().unwrap_or_else(|| panic!("{} finds no slot at {starts_at}", self.name));
        slot["id"].as_str().unwrap().parse().unwrap()
    }

    /// The names of the clinicians whose slots a search of the next fortnight finds, without duplicates.
    pub async fn finds_clinicians_with_slots(&self, kind: &str) -> Vec<String> {
        let (from, to) = (self.app.now(), self.app.now() + TimeDelta::days(14));
        let found = self.searches(&format!("kind={kind}&from={from}&until={to}&limit=100")).await.expect(200);
        let mut names: Vec<_> = found.items().iter().map(|slot| slot["clinician_name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names.dedup();
        names
    }

    /// The pseudonyms on the caller's list of practitioners, the newest first.
    pub async fn caseload(&self) -> Vec<String> {
        let list = self.get("/v1/practitioners").send().await.expect(200);
        list.items().iter().map(|person| person["pseudonym"].as_str().unwrap().to_owned()).collect()
    }

    /// The practitioners that a search for this quoted reference finds.
    pub async fn finds_by_reference(&self, quoted: &str) -> Vec<Value> {
        self.get(&format!("/v1/practitioners?reference={quoted}")).send().await.expect(200).items().clone()
    }

    /// Reads one practitioner.
    pub async fn reads_practitioner(&self, practitioner: &Self) -> Reply {
        self.get(&format!("/v1/practitioners/{}", practitioner.id)).send().await
    }

    /// Reads the assessment at this path with its answers.
    pub async fn reads_answers(&self, assessment: &str) -> Reply {
        self.get(assessment).send().await
    }

    /// The ids of the appointments that have lost their slots.
    pub async fn orphaned_appointments(&self) -> Vec<String> {
        let list = self.get("/v1/orphaned-appointments").send().await.expect(200);
        list.items().iter().map(|appointment| appointment["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Records the outcome of an assessment, with a plan where the outcome is `accepted`.
    pub async fn records_outcome(&self, assessment: &str, appointment: &str, outcome: &str) -> Reply {
        let mut form = json!({ "appointment_id": appointment, "outcome": outcome });
        if outcome == "accepted" {
            form["plan"] = json!("Eight sessions.");
        }
        self.post(&format!("{assessment}/outcomes"), form).send().await
    }

    /// Records an outcome that ends care, with an answer about everything that may be open.
    pub async fn ends_care_by_outcome(&self, assessment: &str, appointment: &str, outcome: &str) -> Reply {
        let form = settling_everything(json!({ "appointment_id": appointment, "outcome": outcome }));
        self.post(&format!("{assessment}/outcomes"), form).send().await
    }

    /// Books with an idempotency key.
    pub async fn books_with_key(&self, slot: &Id, key: &str) -> Reply {
        self.post("/v1/appointments", json!({ "slot_id": slot, "confirm_hold": true })).key(key).send().await
    }

    /// Books the clinician's slot that starts at this time.
    pub async fn books_at(&self, clinician: &Self, starts_at: &str) -> Id {
        let slot = self.finds_slot(clinician, starts_at).await;
        self.books(&slot).await.expect(201).id().parse().unwrap()
    }

    /// Holds the clinician's slot that starts at this time.
    pub async fn holds_at(&self, clinician: &Self, starts_at: &str) {
        let slot = self.finds_slot(clinician, starts_at).await;
        self.holds(&slot).await.expect(200);
    }
}
