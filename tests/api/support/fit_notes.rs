//! Fit notes and return-to-work plans.

use confide::platform::ids::Id;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::clinicians::directory_entry;
use super::printed::Printed;
use super::reply::{CheckedReply, Reply};

/// A doctor, a practitioner, and the appointment that a fit note is based on.
pub struct Consultation {
    pub app: TestApp,
    pub doctor: Actor,
    pub ada: Actor,
    pub appointment: Id,
}

/// A fit note: not fit for work for four weeks.
pub fn four_week_fit_note(practitioner: &Actor, appointment: Id) -> Value {
    json!({
        "practitioner_id": practitioner.id,
        "appointment_id": appointment,
        "condition": "Acute stress reaction",
        "fitness": "not_fit",
        "comments": "Needs rest and regular sleep.",
        "period": { "kind": "duration", "count": 4, "unit": "weeks" },
        "assess_again": true
    })
}

/// A report by a psychologist, as a fit note cites it.
pub fn psychologist_report(written_on: &str) -> Value {
    json!({ "author": "Dr Pia Lindqvist", "profession": "psychologist", "written_on": written_on })
}

/// The verification form of a fit note, with what is printed on it.
pub fn verification_form(note: &Value) -> Value {
    json!({
        "code": note["verification_code"], "issued_on": note["issued_on"], "fitness": note["fitness"], "period": note["period"],
        "condition": note["condition"]
    })
}

impl TestApp {
    /// A doctor and Ada, who have just met.
    pub async fn consultation(&self) -> Consultation {
        self.consultation_of("Ada Byron").await
    }

    /// A doctor and a practitioner with this legal name and the pseudonym Kestrel, who have just met.
    pub async fn consultation_of(&self, name: &str) -> Consultation {
        // The doctor's name shares at most one word with the practitioner's.
        let first = name.split(' ').next().unwrap_or_default();
        let doctor = self.clinician(&format!("Maya Ellison {first}").replace(" Ada", ""));
        let doctor = doctor.registered("gmc", "7654321").employed_by("A1A1A").await;
        let ada = self.new_practitioner(name).with_pseudonym("Kestrel").registers_and_signs_in().await;
        let appointment = self.appointment(&ada, &doctor, self.now().get()).await;
        self.set_appointment_status(appointment, "attended").await;
        Consultation { app: self.clone(), doctor, ada, appointment }
    }

    /// How often the audit trail has this action about this subject.
    pub async fn audit_count(&self, action: &str, subject: &str) -> usize {
        self.audit_count_of(action, subject.parse().unwrap()).await
    }

    /// Verifies a fit note, without an account; returns the result.
    pub async fn verifies_fit_note(&self, form: &Value) -> String {
        let reply = self.post("/v1/fit-note-verifications", form.clone()).send().await.expect(200);
        assert_eq!(reply.json.as_object().unwrap().len(), 1, "the result and nothing else");
        reply.text("result")
    }
}

impl Consultation {
    /// The usual fit note of this consultation, with some members changed.
    pub fn note(&self, changes: Value) -> Value {
        let mut note = four_week_fit_note(&self.ada, self.appointment);
        for (name, value) in changes.as_object().unwrap() {
            note[name] = value.clone();
        }
        note
    }

    /// The doctor sends the request that issues it.
    pub async fn tries_to_issue(&self, changes: Value) -> Reply {
        self.doctor.issues_fit_note(&self.note(changes)).await
    }

    /// The doctor issues the usual fit note.
    pub async fn issues_usual_note(&self) -> CheckedReply {
        self.tries_to_issue(json!({})).await.expect(201)
    }

    /// Moves the clock forward by some days; both sign in again.
    pub async fn later(self, days: i64) -> Self {
        self.app.clock.advance(chrono::TimeDelta::days(days));
        let (doctor, ada) = (self.doctor.signs_in_again().await, self.ada.signs_in_again().await);
        Self { doctor, ada, ..self }
    }

    /// Inserts another attended appointment, now.
    pub async fn meet_again(&self) -> Id {
        let appointment = self.app.appointment(&self.ada, &self.doctor, self.app.now().get()).await;
        self.app.set_appointment_status(appointment, "attended").await;
        appointment
    }
}

impl Actor {
    /// Replaces the clinician's directory entry by one with this registration.
    pub async fn registers_as(&self, body: &str, number: &str) -> &Self {
        let mut entry = directory_entry(&self.name);
        (entry["registration_body"], entry["registration_number"]) = (json!(body), json!(number));
        self.app.saves_directory_entry(self, entry).await.expect(200);
        self
    }

    pub async fn issues_fit_note(&self, note: &Value) -> Reply {
        self.post("/v1/fit-notes", note.clone()).send().await
    }

    pub async fn reads_fit_note(&self, id: &str) -> Reply {
        self.get(&format!("/v1/fit-notes/{id}")).send().await
    }

    pub async fn requests_fit_note_pdf(&self, id: &str) -> Reply {
        self.get(&format!("/v1/fit-notes/{id}/pdf")).send().await
    }

    pub async fn downloads_fit_note(&self, id: &str) -> Printed {
        self.requests_fit_note_pdf(id).await.expect_pdf()
    }

    pub async fn issues_fit_note_duplicate(&self, id: &str) -> Reply {
        self.post_empty(&format!("/v1/fit-notes/{id}/duplicates")).send().await
    }

    pub async fn withdraws_fit_note(&self, id: &str, with_employer: bool) -> Reply {
        let form = json!({ "reason": "mistake", "note": "Wrong dates.", "with_employer": with_employer });
        self.post(&format!("/v1/fit-notes/{id}/withdraw"), form).send().await
    }

    pub async fn proposes_plan(&self, plan: &Value) -> Reply {
        self.post("/v1/return-to-work-plans", plan.clone()).send().await
    }

    pub async fn agrees_to_plan(&self, plan: &str) -> Reply {
        self.post_empty(&format!("/v1/return-to-work-plans/{plan}/agree")).send().await
    }

    pub async fn requests_plan_pdf(&self, id: &str) -> Reply {
        self.get(&format!("/v1/return-to-work-plans/{id}/pdf")).send().await
    }
}

/// A return-to-work plan of three weeks from Monday 18 January 2027, with 12, 20 and 37.5 hours.
pub fn return_to_work_plan(practitioner: &Actor) -> Value {
    let week = |number: u32, days: &[(&str, u32)]| {
        let days: Vec<Value> = days.iter().map(|(day, minutes)| json!({ "day": day, "minutes": minutes })).collect();
        json!({ "week": number, "days": days })
    };
    json!({
        "practitioner_id": practitioner.id,
        "starts_on": "2027-01-18",
        "contract_minutes": 2250,
        "weeks": [
            week(1, &[("monday", 240), ("wednesday", 240), ("friday", 240)]),
            week(2, &[("monday", 300), ("tuesday", 300), ("wednesday", 300), ("thursday", 300)]),
            week(3, &[("monday", 450), ("tuesday", 450), ("wednesday", 450), ("thursday", 450), ("friday", 450)])
        ],
        "adaptations": ["phased_return", "amended_duties"],
        "review_on": "2027-02-08",
        "note": "No nights and no on-call until the review."
    })
}
