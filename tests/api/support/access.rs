//! Why staff may know of practitioners: a call from a practitioner, break-glass, and the rota of clinicians on duty.

use confide::people::granted_access::notifications::tell_due;
use confide::people::practitioners::queries;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::{CheckedReply, Reply};

impl TestApp {
    /// The reference of a practitioner.
    pub async fn reference_of(&self, practitioner: &Actor) -> String {
        let id = practitioner.id;
        self.write(move |tx| Ok(queries::references(tx, &[id])?.remove(&id).unwrap())).await
    }

    /// Runs the job that informs practitioners of break-glass access.
    pub async fn run_break_glass_job(&self) -> usize {
        self.write(tell_due).await
    }
}

impl Actor {
    /// Looks up a practitioner who has called: a coordinator then knows of them for an hour.
    pub async fn takes_a_call_from(&self, practitioner: &Self) -> CheckedReply {
        let reference = self.app.reference_of(practitioner).await;
        self.looks_up(&reference).await.expect(201)
    }

    /// The practitioner rings, where the caller is a coordinator who takes the call; for other callers nothing happens.
    pub async fn is_called_by(&self, practitioner: &Self) {
        let reference = self.app.reference_of(practitioner).await;
        let reply = self.looks_up_again(&reference, "They rang about the same.").await;
        assert!([201, 403, 404].contains(&reply.status.as_u16()), "{}", reply.json);
    }

    pub async fn looks_up(&self, reference: &str) -> Reply {
        self.post("/v1/practitioner-lookups", json!({ "reference": reference, "reason_code": "phone_call" })).send().await
    }

    /// Looks up a practitioner with a reason, which is needed within a day of the last time.
    pub async fn looks_up_again(&self, reference: &str, reason: &str) -> Reply {
        let form = json!({ "reference": reference, "reason_code": "phone_call", "reason": reason });
        self.post("/v1/practitioner-lookups", form).send().await
    }

    /// Breaks the glass to a practitioner.
    pub async fn breaks_glass_to(&self, practitioner: &Self) -> Reply {
        let form = json!({ "practitioner_id": practitioner.id, "reason": "Found collapsed in the waiting room." });
        self.post("/v1/break-glass", form).send().await
    }

    /// Reviews break-glass access and has the practitioner informed.
    pub async fn reviews_break_glass(&self, id: &str) -> Reply {
        let form = json!({ "outcome": "justified", "note": "An emergency.", "tell_practitioner": true });
        self.reviews_break_glass_with(id, form).await
    }

    pub async fn reviews_break_glass_with(&self, id: &str, form: Value) -> Reply {
        self.post(&format!("/v1/break-glass/{id}/review"), form).send().await
    }

    /// Proposes that a clinician be on duty from now for eight hours.
    pub async fn proposes_duty(&self, clinician: &Self) -> Reply {
        let now = self.app.now();
        let form = json!({ "clinician_id": clinician.id, "starts_at": now, "ends_at": now + chrono::TimeDelta::hours(8) });
        self.post("/v1/duty-periods", form).send().await
    }

    /// Confirms a period on duty that another person proposed.
    pub async fn confirms_duty(&self, id: &str) -> Reply {
        self.post_empty(&format!("/v1/duty-periods/{id}/confirm")).send().await
    }

    /// Ends a period on duty before its time.
    pub async fn ends_duty(&self, id: &str) -> Reply {
        self.post_empty(&format!("/v1/duty-periods/{id}/end")).send().await
    }

    /// Puts a registered clinician on duty from now for eight hours: proposes it, and the clinician confirms it.
    pub async fn puts_on_duty(&self, clinician: &Self) -> Reply {
        let proposed = self.proposes_duty(clinician).await;
        if proposed.status == 201 {
            clinician.confirms_duty(proposed.json["id"].as_str().unwrap()).await.expect(200);
        }
        proposed
    }

    /// Ends a practitioner's care, as the lead clinician.
    pub async fn discharges(&self, practitioner: &Self) -> Reply {
        let form = json!({ "reason": "completed", "summary": "Sleeps again." });
        self.post(&format!("/v1/practitioners/{}/discharge", practitioner.id), form).send().await
    }
}
