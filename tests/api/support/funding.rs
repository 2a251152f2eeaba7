//! Funding requests: practitioners who need funding, the coordinators who screen, the commissioners who decide.

use confide::access::funding::jobs;
use confide::people::Role;
use confide::people::practitioners::model::Pathway;
use confide::platform::ids::Id;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::Reply;

/// The integrated care board of the practitioners in tests, and another one.
pub const SOUTH_WEST_LONDON: &str = "QWE";
pub const SOUTH_EAST_LONDON: &str = "QKK";

impl TestApp {
    /// The registration of a nurse in England, who can be helped only when her board funds it.
    pub fn nurse_registration(&self, name: &str) -> Value {
        let mut form = self.registration(name);
        form["profession"] = json!("nurse");
        form["registration_body"] = json!("nmc");
        form["registration_number"] = json!("12A3456B");
        form["pseudonym"] = json!("Wren");
        form
    }

    /// A nurse who needs funding, registered and signed in.
    pub async fn nurse(&self, name: &str) -> Actor {
        self.practitioner_with(&self.nurse_registration(name)).await
    }

    /// A commissioner for these boards.
    pub async fn commissioner(&self, name: &str, boards: &[&str]) -> Actor {
        let commissioner = self.staff(name, Role::Commissioner).await;
        let admin = self.staff(&format!("{name}s Administrator"), Role::Administrator).await;
        admin.sets_commissioned_areas(&commissioner, boards).await.expect(200);
        commissioner
    }

    /// How many emails with this subject the actor has received.
    pub async fn count_emails_about(&self, actor: &Actor, subject: &str) -> usize {
        self.emails_to(&actor.email).await.iter().filter(|email| email.subject == subject).count()
    }

    /// Runs the background jobs of funding once.
    pub async fn run_funding_jobs(&self) -> usize {
        self.write(jobs::run_due).await
    }

    /// A nurse whose request was decided like this; returns her and the request.
    pub async fn funded_nurse(&self, name: &str, decision: Value) -> (Actor, String) {
        let nurse = self.nurse(name).await;
        let request = nurse.submits_own_request().await;
        let coordinator = self.staff(&format!("{name}s Coordinator"), Role::Coordinator).await;
        coordinator.sends_to_panel(&request, "2027-01-25").await;
        let commissioner = self.commissioner(&format!("{name}s Commissioner"), &[SOUTH_WEST_LONDON]).await;
        commissioner.decides(&request, decision).await.expect(200);
        (nurse, request)
    }

    /// The same nurse, already in care.
    pub async fn funded_nurse_in_care(&self, name: &str, decision: Value) -> (Actor, String) {
        let (nurse, request) = self.funded_nurse(name, decision).await;
        self.set_pathway(&nurse, Pathway::InCare).await;
        (nurse, request)
    }
}

/// A decision that approves this many sessions.
pub fn approve_sessions(count: i32) -> Value {
    json!({ "decision": "approved_limited", "ground": "exceptional", "reason": "An exceptional case.", "sessions": count })
}

/// A decision that approves this amount, in pence.
pub fn approve_amount(amount: i32) -> Value {
    json!({ "decision": "approved_limited", "ground": "exceptional", "reason": "An exceptional case.", "amount_pence": amount })
}

/// A decision that approves booking until this day.
pub fn approve_until(day: &str) -> Value {
    json!({ "decision": "approved_limited", "ground": "criteria_met", "reason": "As agreed.", "valid_until": day })
}

/// A decision that approves without limits.
pub fn approve_without_limit() -> Value {
    json!({ "decision": "approved", "ground": "criteria_met", "reason": "As agreed." })
}

/// A decision that declines.
pub fn decline() -> Value {
    json!({ "decision": "declined", "ground": "not_exceptional", "reason": "Not exceptional." })
}

impl Actor {
    /// Sets the boards for which a commissioner decides; another administrator approves what needs it.
    pub async fn sets_commissioned_areas(&self, commissioner: &Self, boards: &[&str]) -> Reply {
        let path = format!("/v1/staff/{}/commissioned-areas", commissioner.id);
        let form = json!({ "icb_codes": boards, "reason": "Decides for these boards." });
        let response = self.put(&path, form).send().await;
        if self.app.approves_pending(&response).await { self.get(&path).send().await } else { response }
    }

    /// The id of the newest request that the caller sees.
    pub async fn newest_request(&self) -> String {
        let list = self.get("/v1/funding-requests").send().await.expect(200);
        list.items().first().unwrap_or_else(|| panic!("{} sees no request", self.name))["id"].as_str().unwrap().to_owned()
    }

    /// The ids of the requests that the caller sees, the newest first.
    pub async fn funding_request_ids(&self) -> Vec<String> {
        let list = self.get("/v1/funding-requests").send().await.expect(200);
        list.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }

    pub async fn reads_request(&self, request: &str) -> Reply {
        self.get(&format!("/v1/funding-requests/{request}")).send().await
    }

    /// The state of a request.
    pub async fn state_of_request(&self, request: &str) -> String {
        self.reads_request(request).await.expect(200).text("state")
    }

    /// Performs an action on a request, such as `submit`.
    pub async fn acts_on_request(&self, request: &str, verb: &str, form: Value) -> Reply {
        self.post(&format!("/v1/funding-requests/{request}/{verb}"), form).send().await
    }

    /// Performs an action that has no body on a request.
    pub async fn acts_on_request_without_body(&self, request: &str, verb: &str) -> Reply {
        self.post_empty(&format!("/v1/funding-requests/{request}/{verb}")).send().await
    }

    /// Replaces the content of a request.
    pub async fn writes_request(&self, request: &str, form: Value) -> Reply {
        self.put(&format!("/v1/funding-requests/{request}"), form).if_match("*").send().await
    }

    pub async fn submits_request(&self, request: &str) -> Reply {
        self.acts_on_request(request, "submit", json!({ "consent_to_send": true })).await
    }

    /// Writes and submits one's own request; returns its id.
    pub async fn submits_own_request(&self) -> String {
        let request = self.newest_request().await;
        self.writes_request(&request, usual_funding_request()).await.expect(200);
        self.submits_request(&request).await.expect(200);
        request
    }

    /// Screens a request and sends it to the panel.
    pub async fn sends_to_panel(&self, request: &str, panel_on: &str) {
        self.acts_on_request_without_body(request, "screen").await.expect(200);
        self.acts_on_request(request, "send-to-panel", json!({ "panel_on": panel_on })).await.expect(200);
    }

    pub async fn decides(&self, request: &str, decision: Value) -> Reply {
        self.acts_on_request(request, "decide", decision).await
    }

    pub async fn appeals(&self, request: &str, ground: &str) -> Reply {
        self.acts_on_request(request, "appeal", json!({ "ground": ground, "text": "They did not read it." })).await
    }

    /// How many sessions of a request are used.
    pub async fn sessions_used(&self, request: &str) -> i64 {
        self.reads_request(request).await.expect(200).json["sessions_used"].as_i64().unwrap()
    }

    /// The appointments whose funding has ended: the ids of the entry and of the appointment.
    pub async fn unfunded_appointments(&self) -> Vec<(String, String)> {
        let list = self.get("/v1/unfunded-appointments").send().await.expect(200);
        let text = |item: &Value, member: &str| item[member].as_str().unwrap().to_owned();
        list.items().iter().map(|item| (text(item, "id"), text(item, "appointment_id"))).collect()
    }

    pub async fn confirms_unfunded_appointment(&self, entry: &str) -> Reply {
        self.post(&format!("/v1/unfunded-appointments/{entry}/confirm"), json!({ "reason": "The service pays." })).send().await
    }
}

/// The content of a usual funding request.
pub fn usual_funding_request() -> Value {
    json!({
        "icb_code": SOUTH_WEST_LONDON, "reason": "confidentiality", "sessions": 12,
        "statement": "My manager runs the local service.", "share_statement": false
    })
}

impl TestApp {
    /// Inserts treatment slots of one clinician, an hour apart, the first in `from_hours` hours.
    pub async fn treatment_slots(&self, clinician: &Actor, count: usize, from_hours: i64) -> Vec<Id> {
        let mut slots = Vec::with_capacity(count);
        for number in 0..count {
            let in_hours = chrono::TimeDelta::hours(from_hours + i64::try_from(number).unwrap());
            slots.push(
                self.free_slot(clinician, in_hours, confide::scheduling::calendar::model::AppointmentKind::Treatment).await,
            );
        }
        slots
    }
}
