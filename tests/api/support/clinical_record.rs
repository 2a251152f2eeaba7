//! What people do with the clinical record.

use std::collections::BTreeMap;

use confide::platform::ids::Id;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::{Reply, Seen};

/// Somebody in care and the clinician who leads it.
pub struct InCare {
    pub ada: Actor,
    pub cleo: Actor,
    /// The assessment's address.
    pub assessment: String,
    /// The assessment appointment, which has just begun.
    pub appointment: Id,
}

impl TestApp {
    /// Ada was assessed by Cleo this very minute, and accepted.
    pub async fn in_care(&self) -> InCare {
        let scene = self.being_assessed().await;
        scene.cleo.concludes(&scene.assessment, &scene.appointment.to_string(), "accepted").await.expect(201);
        scene
    }

    /// Ada's assessment by Cleo begins this very minute.
    pub async fn being_assessed(&self) -> InCare {
        let cleo = self.clinician("Cleo Clinician").employed_by("A1A1A").await;
        let ada = self.practitioner("Ada Byron").await;
        let assessment = ada.completes_intake().await;
        let appointment = self.appointment(&ada, &cleo, self.now().get()).await;
        InCare { ada, cleo, assessment, appointment }
    }

    /// Another clinician, who works for nobody that Ada knows.
    pub async fn dora(&self) -> Actor {
        self.clinician("Dora Clinician").employed_by("A1A1A").await
    }
}

/// A record's address of a practitioner.
pub fn of(practitioner: &Actor, part: &str) -> String {
    format!("/v1/practitioners/{}/{part}", practitioner.id)
}

/// What ended with somebody's care, and how many of each.
pub fn ended(reply: &Seen) -> BTreeMap<String, u64> {
    let parts = reply.json["ended"].as_array().unwrap();
    parts.iter().map(|part| (part["kind"].as_str().unwrap().to_owned(), part["count"].as_u64().unwrap())).collect()
}

/// Penicillin, with what is said of it.
pub fn penicillin() -> Value {
    json!({ "substance": "Penicillin", "snomed_code": "91936005", "reaction": "Rash", "severity": "severe", "certainty": "confirmed" })
}

/// A whole note about a session.
pub fn note_about(appointment: Id) -> Value {
    json!({
        "appointment_id": appointment, "presentation": "Cannot sleep.", "mental_state": "Tired, low.",
        "risk": "No thoughts of death.", "plan": "Six sessions.", "shared": "We agreed on six sessions."
    })
}

/// A plan that is looked at again on that day.
pub fn plan_until(day: &str) -> Value {
    json!({
        "goals": [{ "text": "Sleep through", "measure": "Five nights of seven", "state": "open" }],
        "interventions": ["CBT for insomnia"], "review_on": day
    })
}

impl Actor {
    /// Begins a note.
    pub async fn writes_note(&self, practitioner: &Self, form: Value) -> Reply {
        self.post(&of(practitioner, "notes"), form).send().await
    }

    /// Signs the note at that address, having read it.
    pub async fn signs(&self, note: &str) -> Reply {
        let seen = self.get(note).send().await.expect(200).etag();
        self.post_nothing(&format!("{note}/sign")).if_match(&seen).send().await
    }

    /// Writes and signs a whole note; returns its address.
    pub async fn has_signed(&self, practitioner: &Self, appointment: Id) -> String {
        let draft = self.writes_note(practitioner, note_about(appointment)).await.expect(201);
        let note = draft.header("location").unwrap().to_owned();
        self.signs(&note).await.expect(200);
        note
    }

    /// Changes what is at that address, having read it.
    pub async fn changes(&self, address: &str, change: Value) -> Reply {
        let seen = self.get(address).send().await.expect(200).etag();
        self.patch(address, change).if_match(&seen).send().await
    }

    /// Reads a part of somebody's record.
    pub async fn reads(&self, practitioner: &Self, part: &str) -> Reply {
        self.get(&of(practitioner, part)).send().await
    }

    /// Puts a part of somebody's record in the place of what is there, having read it.
    pub async fn replaces(&self, practitioner: &Self, part: &str, form: Value) -> Reply {
        let seen = self.reads(practitioner, part).await.expect(200).etag();
        self.replaces_version(practitioner, part, &seen, form).await
    }

    /// The same, having read that version.
    pub async fn replaces_version(&self, practitioner: &Self, part: &str, seen: &str, form: Value) -> Reply {
        self.put(&of(practitioner, part), form).if_match(seen).send().await
    }

    /// Says whether the own general practitioner may be told, having read what was said.
    pub async fn answers_about_gp(&self, consent: &str) -> Reply {
        let seen = self.get("/v1/me/gp-sharing").send().await.expect(200).etag();
        self.put("/v1/me/gp-sharing", json!({ "consent": consent })).if_match(&seen).send().await
    }

    /// Makes somebody the lead of a practitioner's care.
    pub async fn gives_lead(&self, practitioner: &Self, lead: &Self) -> Reply {
        self.replaces(practitioner, "lead-clinician", json!({ "clinician_id": lead.id })).await
    }
}
