//! Prescriptions: rights to prescribe, drafts, signing, issuing and cancelling.

use chrono::TimeDelta;
use confide::platform::ids::Id;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::Reply;

/// A practitioner in care, and the treating doctor, who may prescribe.
pub struct Prescribing {
    pub ada: Actor,
    pub cleo: Actor,
}

impl TestApp {
    /// Ada is in Cleo's care. Cleo is a doctor; Ada was born in 1985, has no allergies and agrees that her general practitioner
    /// is informed.
    pub async fn prescribing(&self) -> Prescribing {
        let cleo = self.clinician("Cleo Clinician").employed_by("A1A1A").registered("gmc", "7654321").await;
        let ada = self.practitioner("Ada Byron").await;
        self.assess_and_accept(&ada, &cleo).await;
        cleo.replaces(&ada, "allergies", json!({ "status": "none_known" })).await.expect(200);
        cleo.replaces(&ada, "prescribing-details", prescribing_details()).await.expect(200);
        ada.sets_gp_sharing("given").await.expect(200);
        Prescribing { ada, cleo }
    }

    /// The clinician assesses the practitioner now and accepts them.
    pub async fn assess_and_accept(&self, practitioner: &Actor, clinician: &Actor) {
        let assessment = practitioner.completes_intake().await;
        let appointment = self.appointment(practitioner, clinician, self.now().get()).await;
        clinician.records_outcome(&assessment, &appointment.to_string(), "accepted").await.expect(201);
    }

    /// Inserts an earlier appointment of the practitioner with this clinician.
    pub async fn past_appointment(&self, practitioner: &Actor, clinician: &Actor) -> Id {
        let others = i32::try_from(self.appointments_of(practitioner).await.len()).unwrap();
        self.appointment(practitioner, clinician, self.now().get() - TimeDelta::hours(2) * (others + 1)).await
    }
}

/// A medicine of the catalogue: one tablet, `times` a day, for this many days.
pub fn tablets(id: &str, times: u32, days: u32) -> Value {
    medicine_in_units(id, "tablet", times, days)
}

/// The same with another unit.
pub fn medicine_in_units(id: &str, unit: &str, times: u32, days: u32) -> Value {
    json!({
        "medicine": { "catalogue_id": id },
        "dosage": [{ "dose": "1", "unit": unit, "times": times, "period": "day", "route": "oral", "duration_days": days }],
        "quantity": { "value": (times * days).to_string(), "unit": unit },
    })
}

/// Date of birth and home address.
pub fn prescribing_details() -> Value {
    json!({ "date_of_birth": "1985-05-04", "address": { "lines": ["2 Fen Lane", "Exampleton"], "postcode": "EX1 2MP" } })
}

/// Four weeks of a common antidepressant.
pub fn sertraline() -> Value {
    json!({ "items": [tablets("sertraline-50mg-tablets", 1, 28)] })
}

/// A fortnight of a schedule 3 controlled drug on the NHS form, with an address of its own.
pub fn temazepam() -> Value {
    json!({
        "form": "nhs_paper",
        "items": [tablets("temazepam-10mg-tablets", 1, 14)],
        "address": { "lines": ["14 Quarry Road", "Exampleton"], "postcode": "EX2 4AB" },
    })
}

/// The content with this member changed.
pub fn with_member(mut content: Value, member: &str, value: Value) -> Value {
    content[member] = value;
    content
}

/// A justification for an exception to a rule.
pub fn justification(rule: &str, item: Option<u8>) -> Value {
    json!({ "rule": rule, "item": item, "reason": "Weighed with her and with a colleague." })
}

impl Actor {
    /// Creates a draft prescription.
    pub async fn drafts_prescription(&self, practitioner: &Self, content: Value) -> Reply {
        self.post("/v1/prescriptions", json!({ "practitioner_id": practitioner.id, "content": content })).send().await
    }

    /// Reads a prescription and signs the version read.
    pub async fn signs_prescription(&self, prescription: &str) -> Reply {
        let seen = self.reads_prescription(prescription).await.expect(200).etag();
        self.signs_prescription_version(prescription, &seen).await
    }

    /// Signs this version of a prescription.
    pub async fn signs_prescription_version(&self, prescription: &str, seen: &str) -> Reply {
        self.post_empty(&format!("/v1/prescriptions/{prescription}/sign")).if_match(seen).send().await
    }

    /// Creates a draft prescription and sends the request that signs it.
    pub async fn tries_to_prescribe(&self, practitioner: &Self, content: Value) -> Reply {
        let draft = self.drafts_prescription(practitioner, content).await.expect(201);
        self.signs_prescription_version(&draft.id(), &draft.etag()).await
    }

    /// Writes and signs a prescription; returns its id.
    pub async fn prescribes(&self, practitioner: &Self, content: Value) -> String {
        self.tries_to_prescribe(practitioner, content).await.expect(200).id()
    }

    /// Issues a prescription.
    pub async fn issues_prescription(&self, prescription: &str) -> Reply {
        self.post_empty(&format!("/v1/prescriptions/{prescription}/issue")).send().await
    }

    /// Cancels a prescription.
    pub async fn cancels_prescription(&self, prescription: &str, reason: &str) -> Reply {
        self.post(&format!("/v1/prescriptions/{prescription}/cancel"), json!({ "reason": reason })).send().await
    }

    pub async fn reads_prescription(&self, prescription: &str) -> Reply {
        self.get(&format!("/v1/prescriptions/{prescription}")).send().await
    }

    pub async fn lists_prescriptions_of(&self, practitioner: &Self) -> Reply {
        self.get(&format!("/v1/prescriptions?practitioner_id={}", practitioner.id)).send().await
    }

    pub async fn prints_prescription(&self, prescription: &str) -> Reply {
        self.get(&format!("/v1/prescriptions/{prescription}/pdf")).send().await
    }

    /// Reads a clinician's prescribing rights and replaces the version read; another administrator approves what needs it.
    pub async fn sets_prescribing_rights(&self, clinician: &Self, rights: Value) -> Reply {
        let response = self.tries_to_set_prescribing_rights(clinician, rights).await;
        let path = format!("/v1/clinicians/{}/prescribing-rights", clinician.id);
        if self.app.approves_pending(&response).await { self.get(&path).send().await } else { response }
    }

    /// The same without an approval.
    pub async fn tries_to_set_prescribing_rights(&self, clinician: &Self, mut rights: Value) -> Reply {
        let path = format!("/v1/clinicians/{}/prescribing-rights", clinician.id);
        let seen = self.get(&path).send().await.expect(200).etag();
        rights["reason"] = json!("Seen in the register.");
        self.put(&path, rights).if_match(&seen).send().await
    }
}

/// A right to prescribe that has been in force for a year.
pub fn prescribing_right(kind: &str) -> Value {
    json!({ "rights": [{ "kind": kind, "valid_from": "2026-01-11" }] })
}
