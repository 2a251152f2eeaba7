//! Why staff may know of practitioners: a call from a practitioner, break-glass, and the rota of clinicians on duty. And how it shows that
//! two people are kept apart.

use confide::people::granted_access::notifications::notify_due;
use confide::people::practitioners::queries;
use confide::platform::ids::Id;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::clinical_record::settling_everything;
use super::funding::approve_without_limit;
use super::reply::{CheckedReply, Reply};

impl TestApp {
    /// The reference of a practitioner.
    pub async fn reference_of(&self, practitioner: &Actor) -> String {
        let id = practitioner.id;
        self.write(move |tx| Ok(queries::references(tx, &[id])?.remove(&id).unwrap())).await
    }

    /// Runs the job that informs practitioners of break-glass access.
    pub async fn run_break_glass_job(&self) -> usize {
        self.write(notify_due).await
    }
}

/// Nine o'clock on the coming Tuesday.
pub const TUESDAY: &str = "2027-01-12T09:00:00Z";

impl Actor {
    /// Offers assessments on Tuesday mornings.
    pub async fn holds_tuesdays(&self) {
        self.holds_clinic_on("tuesday", "09:00", "11:00", 60, "assessment", "video").await;
    }

    /// Checks that this practitioner is not offered a clinician who is kept apart, on any way to a slot, and only the other one. Both hold
    /// clinics on Tuesdays. A coordinator books the other one; returns that appointment, and the slot of the one who is kept apart.
    pub async fn expect_only_offered(&self, other: &Self, apart: &Self, cory: &Self) -> (String, Id) {
        assert_eq!(self.finds_clinicians("").await, [other.name.as_str()]);
        assert_eq!(self.finds_clinicians_with_slots("assessment").await, [other.name.as_str()]);
        self.reads_clinician(apart).await.expect_problem("not_found");
        let slot = cory.finds_slot(apart, TUESDAY).await;
        self.holds(&slot).await.expect_problem("not_found");
        self.books(&slot).await.expect_problem("not_found");
        cory.books_for(self, &slot).await.expect_problem("slot_taken");
        let free = cory.finds_slot_for(self, other, TUESDAY).await;
        (cory.books_for(self, &free).await.expect(201).id(), slot)
    }

    /// Checks that of two commissioners of its area the one who is kept apart does not find a request, and that this one decides it.
    pub async fn decides_instead_of(&self, apart: &Self, request: &str) {
        assert!(apart.funding_request_ids().await.is_empty());
        apart.reads_request(request).await.expect_problem("not_found");
        apart.decides(request, approve_without_limit()).await.expect_problem("not_found");
        assert_eq!(self.funding_request_ids().await, [request]);
        self.decides(request, approve_without_limit()).await.expect(200);
    }

    /// Looks up a practitioner who has called: a coordinator then knows of them for an hour.
    pub async fn takes_a_call_from(&self, practitioner: &Self) -> CheckedReply {
        let reference = self.app.reference_of(practitioner).await;
        self.looks_up(&reference).await.expect(201)
    }

    /// The practitioner calls, where the caller is a coordinator who takes the call; for other callers nothing happens.
    pub async fn is_called_by(&self, practitioner: &Self) {
        let reference = self.app.reference_of(practitioner).await;
        let reply = self.looks_up_again(&reference, "They rang about the same.").await;
        assert!([201, 403, 404].contains(&reply.status.as_u16()), "{}", reply.json);
    }

    pub async fn looks_up(&self, reference: &str) -> Reply {
        self.post("/v1/practitioner-lookups", json!({ "reference": reference, "reason": "phone_call" })).send().await
    }

    /// Looks up a practitioner with a reason, which is needed within a day of the last time.
    pub async fn looks_up_again(&self, reference: &str, reason: &str) -> Reply {
        let form = json!({ "reference": reference, "reason": "phone_call", "note": reason });
        self.post("/v1/practitioner-lookups", form).send().await
    }

    /// Breaks the glass to a practitioner.
    pub async fn breaks_glass_to(&self, practitioner: &Self) -> Reply {
        let form = json!({ "practitioner_id": practitioner.id, "reason": "Found collapsed in the waiting room." });
        self.post("/v1/break-glass", form).send().await
    }

    /// Reviews break-glass access and has the practitioner informed.
    pub async fn reviews_break_glass(&self, id: &str) -> Reply {
        let form = json!({ "outcome": "justified", "note": "An emergency.", "inform_practitioner": true });
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
    pub async fn approves_duty(&self, id: &str) -> Reply {
        self.post_empty(&format!("/v1/duty-periods/{id}/approve")).send().await
    }

    /// Ends a period on duty before its time.
    pub async fn ends_duty(&self, id: &str) -> Reply {
        self.post_empty(&format!("/v1/duty-periods/{id}/end")).send().await
    }

    /// Puts a registered clinician on duty from now for eight hours: proposes it, and the clinician confirms it.
    pub async fn puts_on_duty(&self, clinician: &Self) -> Reply {
        let proposed = self.proposes_duty(clinician).await;
        if proposed.status == 201 {
            clinician.approves_duty(proposed.json["id"].as_str().unwrap()).await.expect(200);
        }
        proposed
    }

    /// Asks how to reach a practitioner.
    pub async fn asks_how_to_reach(&self, practitioner: &Self, reason: &str) -> Reply {
        self.get(&format!("/v1/practitioners/{}/contact-details?reason={reason}", practitioner.id)).send().await
    }

    /// Ends a practitioner's care, as the lead clinician.
    pub async fn discharges(&self, practitioner: &Self) -> Reply {
        let form = settling_everything(json!({ "reason": "completed", "summary": "Sleeps again." }));
        self.post(&format!("/v1/practitioners/{}/discharge", practitioner.id), form).send().await
    }
}
