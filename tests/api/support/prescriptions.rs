//! Prescribing: who may, what is written, signed, given out and called off.

use chrono::TimeDelta;
use confide::platform::ids::Id;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::Reply;

/// Somebody in care, and a doctor who treats them and may prescribe.
pub struct Prescribing {
    pub ada: Actor,
    pub cleo: Actor,
}

impl TestApp {
    /// Ada is in Cleo's care. Cleo is a doctor; Ada has no allergies and lets her general practitioner be told.
    pub async fn prescribing(&self) -> Prescribing {
        let cleo = self.clinician("Cleo Clinician").employed_by("A1A1A").registered("gmc", "7654321").await;
        let ada = self.practitioner("Ada Byron").await;
        self.treated(&ada, &cleo).await;
        cleo.replaces(&ada, "allergies", json!({ "status": "none_known" })).await.expect(200);
        ada.answers_about_gp("given").await.expect(200);
        Prescribing { ada, cleo }
    }

    /// The practitioner is assessed by the clinician this very minute, and accepted.
    pub async fn treated(&self, practitioner: &Actor, clinician: &Actor) {
        let assessment = practitioner.completes_intake().await;
        let appointment = self.appointment(practitioner, clinician, self.now().get()).await;
        clinician.concludes(&assessment, &appointment.to_string(), "accepted").await.expect(201);
    }

    /// The practitioner has seen this clinician, too.
    pub async fn sees(&self, practitioner: &Actor, clinician: &Actor) -> Id {
        let others = i32::try_from(self.appointments_of(practitioner).await.len()).unwrap();
        self.appointment(practitioner, clinician, self.now().get() - TimeDelta::hours(2) * (others + 1)).await
    }
}

/// One medicine of the catalogue: `times` a day one tablet for so many days.
pub fn tablets(id: &str, times: u32, days: u32) -> Value {
    of_unit(id, "tablet", times, days)
}

/// The same of another unit.
pub fn of_unit(id: &str, unit: &str, times: u32, days: u32) -> Value {
    json!({
        "medicine": { "catalogue_id": id },
        "dosage": [{ "dose": "1", "unit": unit, "times": times, "period": "day", "route": "oral", "duration_days": days }],
        "quantity": { "value": (times * days).to_string(), "unit": unit },
    })
}

/// Four weeks of an ordinary antidepressant.
pub fn sertraline() -> Value {
    json!({ "items": [tablets("sertraline-50mg-tablets", 1, 28)] })
}

/// A fortnight of a drug of schedule 3, with what the law asks for.
pub fn temazepam() -> Value {
    json!({
        "form": "nhs_paper",
        "items": [tablets("temazepam-10mg-tablets", 1, 14)],
        "address": { "lines": ["14 Quarry Road", "Exampleton"], "postcode": "EX2 4AB" },
    })
}

/// The same content with another member.
pub fn with(mut content: Value, member: &str, value: Value) -> Value {
    content[member] = value;
    content
}

/// A reason for an exception.
pub fn because(rule: &str, item: Option<u8>) -> Value {
    json!({ "rule": rule, "item": item, "reason": "Weighed with her and with a colleague." })
}

impl Actor {
    /// Begins a prescription.
    pub async fn drafts(&self, practitioner: &Self, content: Value) -> Reply {
        self.post("/v1/prescriptions", json!({ "practitioner_id": practitioner.id, "content": content })).send().await
    }

    /// Signs a prescription, having read it.
    pub async fn signs_prescription(&self, prescription: &str) -> Reply {
        let seen = self.reads_prescription(prescription).await.expect(200).etag();
        self.signs_version(prescription, &seen).await
    }

    /// Signs what was read as that version.
    pub async fn signs_version(&self, prescription: &str, seen: &str) -> Reply {
        self.post_nothing(&format!("/v1/prescriptions/{prescription}/sign")).if_match(seen).send().await
    }

    /// Begins a prescription and tries to sign it.
    pub async fn tries_to_prescribe(&self, practitioner: &Self, content: Value) -> Reply {
        let draft = self.drafts(practitioner, content).await.expect(201);
        self.signs_version(&draft.id(), &draft.etag()).await
    }

    /// Writes and signs a prescription; returns its id.
    pub async fn prescribes(&self, practitioner: &Self, content: Value) -> String {
        self.tries_to_prescribe(practitioner, content).await.expect(200).id()
    }

    /// Gives a prescription out.
    pub async fn issues(&self, prescription: &str) -> Reply {
        self.post_nothing(&format!("/v1/prescriptions/{prescription}/issue")).send().await
    }

    /// Calls a prescription off.
    pub async fn cancels_prescription(&self, prescription: &str, reason: &str) -> Reply {
        self.post(&format!("/v1/prescriptions/{prescription}/cancel"), json!({ "reason": reason })).send().await
    }

    pub async fn reads_prescription(&self, prescription: &str) -> Reply {
        self.get(&format!("/v1/prescriptions/{prescription}")).send().await
    }

    pub async fn lists_prescriptions_of(&self, practitioner: &Self) -> Reply {
        self.get(&format!("/v1/prescriptions?practitioner_id={}", practitioner.id)).send().await
    }

    pub async fn prints(&self, prescription: &str) -> Reply {
        self.get(&format!("/v1/prescriptions/{prescription}/pdf")).send().await
    }

    /// Enters rights to prescribe, having read the register.
    pub async fn enters_rights(&self, clinician: &Self, rights: Value) -> Reply {
        let path = format!("/v1/clinicians/{}/prescribing-rights", clinician.id);
        let seen = self.get(&path).send().await.expect(200).etag();
        self.put(&path, rights).if_match(&seen).send().await
    }
}

/// A right that has been in force for a year.
pub fn right(kind: &str) -> Value {
    json!({ "rights": [{ "kind": kind, "valid_from": "2026-01-11" }] })
}
