//! The clinical record: people in care, and what they do with the record.

use std::collections::BTreeMap;

use confide::platform::ids::Id;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::{CheckedReply, Reply};

/// A practitioner in care and the lead clinician.
pub struct InCare {
    pub ada: Actor,
    pub cleo: Actor,
    /// The path of the assessment.
    pub assessment: String,
    /// The assessment appointment, which starts now.
    pub appointment: Id,
}

impl TestApp {
    /// Ada has just been assessed by Cleo, and accepted.
    pub async fn in_care(&self) -> InCare {
        let scene = self.being_assessed().await;
        scene.cleo.records_outcome(&scene.assessment, &scene.appointment.to_string(), "accepted").await.expect(201);
        scene
    }

    /// Ada's assessment by Cleo starts now.
    pub async fn being_assessed(&self) -> InCare {
        let cleo = self.clinician("Cleo Clinician").employed_by("A1A1A").await;
        let ada = self.practitioner("Ada Byron").await;
        let assessment = ada.completes_intake().await;
        let appointment = self.appointment(&ada, &cleo, self.now().get()).await;
        InCare { ada, cleo, assessment, appointment }
    }

    /// Another clinician, who has another employer than Ada.
    pub async fn dora(&self) -> Actor {
        self.clinician("Dora Clinician").employed_by("A1A1A").await
    }
}

/// The path of a part of a practitioner's record, such as `notes`.
pub fn record_path(practitioner: &Actor, part: &str) -> String {
    format!("/v1/practitioners/{}/{part}", practitioner.id)
}

/// What was ended together with a practitioner's care: kinds and their counts.
pub fn ended_counts(reply: &CheckedReply) -> BTreeMap<String, u64> {
    let parts = reply.json["ended_items"].as_array().unwrap();
    parts.iter().map(|part| (part["kind"].as_str().unwrap().to_owned(), part["count"].as_u64().unwrap())).collect()
}

/// An answer about each kind of item that may be open when care ends. Prescriptions stay as they are.
pub fn everything_settled() -> Value {
    json!({
        "prescriptions": "practitioner_arranges", "follow_ups": "close", "unsigned_notes": "finish_within_reading_time",
        "orphaned_notes": "leave_unsigned", "orphaned_notes_reason": "What was agreed is in the notes since."
    })
}

/// The form with these answers, which ends care whatever is open.
pub fn settling_everything(mut form: Value) -> Value {
    form["open_items"] = everything_settled();
    form
}

/// A penicillin allergy.
pub fn penicillin() -> Value {
    json!({ "substance": "Penicillin", "snomed_code": "91936005", "reaction": "Rash", "severity": "severe", "certainty": "confirmed" })
}

/// A complete clinical note about an appointment.
pub fn note_about(appointment: Id) -> Value {
    json!({
        "appointment_id": appointment, "presentation": "Cannot sleep.", "mental_state": "Tired, low.",
        "risk": "No thoughts of death.", "plan": "Six sessions.", "shared": "We agreed on six sessions."
    })
}

/// A care plan with this review date.
pub fn plan_reviewed_on(day: &str) -> Value {
    json!({
        "goals": [{ "text": "Sleep through", "measure": "Five nights of seven", "state": "open" }],
        "interventions": ["CBT for insomnia"], "review_on": day
    })
}

impl Actor {
    /// Creates a draft note.
    pub async fn writes_note(&self, practitioner: &Self, form: Value) -> Reply {
        self.post(&record_path(practitioner, "notes"), form).send().await
    }

    /// Reads the note at this path and signs the version read.
    pub async fn signs_note(&self, note: &str) -> Reply {
        let seen = self.get(note).send().await.expect(200).etag();
        self.post_empty(&format!("{note}/sign")).if_match(&seen).send().await
    }

    /// Writes and signs a complete note; returns its path.
    pub async fn writes_and_signs_note(&self, practitioner: &Self, appointment: Id) -> String {
        let draft = self.writes_note(practitioner, note_about(appointment)).await.expect(201);
        let note = draft.header("location").unwrap().to_owned();
        self.signs_note(&note).await.expect(200);
        note
    }

    /// Reads the record at this path and patches the version read.
    pub async fn changes(&self, address: &str, change: Value) -> Reply {
        let seen = self.get(address).send().await.expect(200).etag();
        self.patch(address, change).if_match(&seen).send().await
    }

    /// Reads a part of a practitioner's record.
    pub async fn reads(&self, practitioner: &Self, part: &str) -> Reply {
        self.get(&record_path(practitioner, part)).send().await
    }

    /// Reads a part of a practitioner's record and replaces the version read.
    pub async fn replaces(&self, practitioner: &Self, part: &str, form: Value) -> Reply {
        let seen = self.reads(practitioner, part).await.expect(200).etag();
        self.replaces_version(practitioner, part, &seen, form).await
    }

    /// Replaces this version of a part of a practitioner's record.
    pub async fn replaces_version(&self, practitioner: &Self, part: &str, seen: &str, form: Value) -> Reply {
        self.put(&record_path(practitioner, part), form).if_match(seen).send().await
    }

    /// Sets whether one's own general practitioner may be informed.
    pub async fn sets_gp_sharing(&self, consent: &str) -> Reply {
        let seen = self.get("/v1/me/gp-sharing").send().await.expect(200).etag();
        self.put("/v1/me/gp-sharing", json!({ "consent": consent })).if_match(&seen).send().await
    }

    /// Makes a clinician the lead clinician of a practitioner.
    pub async fn assigns_lead(&self, practitioner: &Self, lead: &Self) -> Reply {
        self.is_called_by(practitioner).await;
        self.replaces(practitioner, "lead-clinician", json!({ "clinician_id": lead.id })).await
    }
}
