//! What is done about fit notes.

use confide::platform::ids::Id;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::clinicians::directory_entry;
use super::printed::Printed;
use super::reply::{Reply, Seen};

/// The two between whom a note is issued, and the appointment that it rests on.
pub struct Consultation {
    pub app: TestApp,
    pub doctor: Actor,
    pub ada: Actor,
    pub appointment: Id,
}

/// A note that says that somebody is not fit for four weeks.
pub fn four_weeks(practitioner: &Actor, appointment: Id) -> Value {
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

/// A report by a psychologist.
pub fn report(written_on: &str) -> Value {
    json!({ "author": "Dr Pia Lindqvist", "profession": "psychologist", "written_on": written_on })
}

/// What the paper of such a note says.
pub fn paper(note: &Value) -> Value {
    json!({
        "code": note["verification_code"], "issued_on": note["issued_on"], "fitness": note["fitness"], "period": note["period"],
        "condition": note["condition"]
    })
}

impl TestApp {
    /// A doctor and Ada, whom they saw just now.
    pub async fn consultation(&self) -> Consultation {
        self.consultation_of("Ada Byron").await
    }

    /// A doctor and a practitioner of that legal name, who is called Kestrel here, and whom they saw just now.
    pub async fn consultation_of(&self, name: &str) -> Consultation {
        // A name of their own, which holds no more than one word of the practitioner's.
        let first = name.split(' ').next().unwrap_or_default();
        let doctor = self.clinician(&format!("Maya Ellison {first}").replace(" Ada", ""));
        let doctor = doctor.registered("gmc", "7654321").employed_by("A1A1A").await;
        let ada = self.newcomer(name).called("Kestrel").arrives().await;
        let appointment = self.appointment(&ada, &doctor, self.now().get()).await;
        self.appointment_is(appointment, "attended").await;
        Consultation { app: self.clone(), doctor, ada, appointment }
    }

    /// How often the audit trail says that this was done to that.
    pub async fn times(&self, action: &str, subject: &str) -> usize {
        self.audited(subject).await.iter().filter(|one| *one == action).count()
    }

    /// Whether a paper is genuine, in one word; nobody need sign in.
    pub async fn checks(&self, paper: &Value) -> String {
        let reply = self.post("/v1/fit-note-verifications", paper.clone()).send().await.expect(200);
        assert_eq!(reply.json.as_object().unwrap().len(), 1, "one word and nothing else");
        reply.text("result")
    }
}

impl Consultation {
    /// The ordinary note of this consultation, changed in some members.
    pub fn note(&self, changes: Value) -> Value {
        let mut note = four_weeks(&self.ada, self.appointment);
        for (name, value) in changes.as_object().unwrap() {
            note[name] = value.clone();
        }
        note
    }

    /// The doctor tries to issue it.
    pub async fn tries(&self, changes: Value) -> Reply {
        self.doctor.certifies(&self.note(changes)).await
    }

    /// The doctor issues the ordinary note.
    pub async fn issued(&self) -> Seen {
        self.tries(json!({})).await.expect(201)
    }

    /// Some days later; both have signed in again.
    pub async fn later(self, days: i64) -> Self {
        self.app.clock.advance(chrono::TimeDelta::days(days));
        let (doctor, ada) = (self.doctor.back().await, self.ada.back().await);
        Self { doctor, ada, ..self }
    }

    /// They meet again now.
    pub async fn meet_again(&self) -> Id {
        let appointment = self.app.appointment(&self.ada, &self.doctor, self.app.now().get()).await;
        self.app.appointment_is(appointment, "attended").await;
        appointment
    }
}

impl Actor {
    /// A clinician's entry in the directory, with a registration.
    pub async fn registers_as(&self, body: &str, number: &str) -> &Self {
        let mut entry = directory_entry(&self.name);
        (entry["registration_body"], entry["registration_number"]) = (json!(body), json!(number));
        self.app.enters(self, entry).await.expect(200);
        self
    }

    pub async fn certifies(&self, note: &Value) -> Reply {
        self.post("/v1/fit-notes", note.clone()).send().await
    }

    pub async fn reads_note(&self, id: &str) -> Reply {
        self.get(&format!("/v1/fit-notes/{id}")).send().await
    }

    pub async fn asks_for_note(&self, id: &str) -> Reply {
        self.get(&format!("/v1/fit-notes/{id}/pdf")).send().await
    }

    pub async fn downloads_note(&self, id: &str) -> Printed {
        self.asks_for_note(id).await.expect_pdf()
    }

    pub async fn issues_duplicate(&self, id: &str) -> Reply {
        self.post_nothing(&format!("/v1/fit-notes/{id}/duplicates")).send().await
    }

    pub async fn withdraws_note(&self, id: &str, with_employer: bool) -> Reply {
        let form = json!({ "reason": "mistake", "explanation": "Wrong dates.", "with_employer": with_employer });
        self.post(&format!("/v1/fit-notes/{id}/withdraw"), form).send().await
    }

    pub async fn proposes(&self, plan: &Value) -> Reply {
        self.post("/v1/return-to-work-plans", plan.clone()).send().await
    }

    pub async fn agrees_to_plan(&self, plan: &str) -> Reply {
        self.post_nothing(&format!("/v1/return-to-work-plans/{plan}/agree")).send().await
    }

    pub async fn asks_for_plan(&self, id: &str) -> Reply {
        self.get(&format!("/v1/return-to-work-plans/{id}/pdf")).send().await
    }
}

/// Three weeks from Monday on, of twelve, twenty and thirty-seven and a half hours.
pub fn plan(practitioner: &Actor) -> Value {
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
        "remarks": "No nights and no on-call until the review."
    })
}
