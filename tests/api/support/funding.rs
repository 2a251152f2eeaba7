//! Those for whom somebody else must pay first: who asks, who screens, who decides.

use confide::access::funding::jobs;
use confide::people::Role;
use confide::people::practitioners::model::Pathway;
use confide::platform::ids::Id;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::Reply;

/// The board that the people of the tests work for, and another one.
pub const SOUTH_WEST_LONDON: &str = "QWE";
pub const SOUTH_EAST_LONDON: &str = "QKK";

impl TestApp {
    /// What a nurse in England would send to register, who can be helped only by special arrangement.
    pub fn nurses_registration(&self, name: &str) -> Value {
        let mut form = self.registration(name);
        form["profession"] = json!("nurse");
        form["registration_body"] = json!("nmc");
        form["registration_number"] = json!("12A3456B");
        form["pseudonym"] = json!("Wren");
        form
    }

    /// Such a nurse, registered and signed in.
    pub async fn nurse(&self, name: &str) -> Actor {
        self.practitioner_with(&self.nurses_registration(name)).await
    }

    /// A commissioner of these boards.
    pub async fn commissioner(&self, name: &str, boards: &[&str]) -> Actor {
        let commissioner = self.staff(name, Role::Commissioner).await;
        let admin = self.staff(&format!("{name}s Administrator"), Role::Administrator).await;
        admin.sets_areas(&commissioner, boards).await.expect(200);
        commissioner
    }

    /// How many letters with this subject somebody has.
    pub async fn letters_about(&self, actor: &Actor, subject: &str) -> usize {
        self.letters_to(&actor.email).await.iter().filter(|letter| letter.subject == subject).count()
    }

    /// One round of what the service does about requests by itself.
    pub async fn looks_after_funding(&self) -> usize {
        self.write(jobs::run_due).await
    }

    /// A nurse whose request was approved so; returns her and the request.
    pub async fn funded_nurse(&self, name: &str, decision: Value) -> (Actor, String) {
        let nurse = self.nurse(name).await;
        let request = nurse.hands_in_her_request().await;
        let coordinator = self.staff(&format!("{name}s Coordinator"), Role::Coordinator).await;
        coordinator.sends_to_panel(&request, "2027-01-25").await;
        let commissioner = self.commissioner(&format!("{name}s Commissioner"), &[SOUTH_WEST_LONDON]).await;
        commissioner.decides(&request, decision).await.expect(200);
        (nurse, request)
    }

    /// The same, and she is in care already.
    pub async fn funded_nurse_in_care(&self, name: &str, decision: Value) -> (Actor, String) {
        let (nurse, request) = self.funded_nurse(name, decision).await;
        self.stands_at(&nurse, Pathway::InCare).await;
        (nurse, request)
    }
}

/// An approval of so many sessions.
pub fn sessions(count: i32) -> Value {
    json!({ "decision": "approved_limited", "ground": "exceptional", "reason": "An exceptional case.", "sessions": count })
}

/// An approval of so much money.
pub fn pence(amount: i32) -> Value {
    json!({ "decision": "approved_limited", "ground": "exceptional", "reason": "An exceptional case.", "amount_pence": amount })
}

/// An approval that opens booking until a day.
pub fn until(day: &str) -> Value {
    json!({ "decision": "approved_limited", "ground": "criteria_met", "reason": "As agreed.", "valid_until": day })
}

/// An approval without limits.
pub fn whole() -> Value {
    json!({ "decision": "approved", "ground": "criteria_met", "reason": "As agreed." })
}

/// A decline.
pub fn no() -> Value {
    json!({ "decision": "declined", "ground": "not_exceptional", "reason": "Not exceptional." })
}

impl Actor {
    /// Sets for which boards a commissioner decides.
    pub async fn sets_areas(&self, commissioner: &Self, boards: &[&str]) -> Reply {
        self.put(&format!("/v1/staff/{}/commissioned-areas", commissioner.id), json!({ "icb_codes": boards })).send().await
    }

    /// The newest request that the caller may see.
    pub async fn newest_request(&self) -> String {
        let list = self.get("/v1/funding-requests").send().await.expect(200);
        list.items().first().unwrap_or_else(|| panic!("{} sees no request", self.name))["id"].as_str().unwrap().to_owned()
    }

    /// The ids of the requests that the caller sees, the newest first.
    pub async fn requests(&self) -> Vec<String> {
        let list = self.get("/v1/funding-requests").send().await.expect(200);
        list.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }

    pub async fn reads_request(&self, request: &str) -> Reply {
        self.get(&format!("/v1/funding-requests/{request}")).send().await
    }

    /// Where a request stands.
    pub async fn state_of_request(&self, request: &str) -> String {
        self.reads_request(request).await.expect(200).text("state")
    }

    /// Does something with a request.
    pub async fn on_request(&self, request: &str, verb: &str, form: Value) -> Reply {
        self.post(&format!("/v1/funding-requests/{request}/{verb}"), form).send().await
    }

    /// Does something with a request for which there is nothing to say.
    pub async fn on_request_plainly(&self, request: &str, verb: &str) -> Reply {
        self.post_nothing(&format!("/v1/funding-requests/{request}/{verb}")).send().await
    }

    /// Writes what a request says.
    pub async fn writes_request(&self, request: &str, form: Value) -> Reply {
        self.put(&format!("/v1/funding-requests/{request}"), form).if_match("*").send().await
    }

    pub async fn submits_request(&self, request: &str) -> Reply {
        self.on_request(request, "submit", json!({ "consent_to_send": true })).await
    }

    /// Writes and hands in the own request; returns it.
    pub async fn hands_in_her_request(&self) -> String {
        let request = self.newest_request().await;
        self.writes_request(&request, an_ordinary_request()).await.expect(200);
        self.submits_request(&request).await.expect(200);
        request
    }

    /// Screens a request and sends it to the panel.
    pub async fn sends_to_panel(&self, request: &str, panel_on: &str) {
        self.on_request_plainly(request, "screen").await.expect(200);
        self.on_request(request, "send-to-panel", json!({ "panel_on": panel_on })).await.expect(200);
    }

    pub async fn decides(&self, request: &str, decision: Value) -> Reply {
        self.on_request(request, "decide", decision).await
    }

    pub async fn appeals(&self, request: &str, ground: &str) -> Reply {
        self.on_request(request, "appeal", json!({ "ground": ground, "text": "They did not read it." })).await
    }

    /// How many sessions of a request are booked.
    pub async fn sessions_used(&self, request: &str) -> i64 {
        self.reads_request(request).await.expect(200).json["sessions_used"].as_i64().unwrap()
    }

    /// The appointments that nothing pays for any more: the entry and the appointment of each.
    pub async fn uncovered(&self) -> Vec<(String, String)> {
        let list = self.get("/v1/unfunded-appointments").send().await.expect(200);
        let text = |item: &Value, member: &str| item[member].as_str().unwrap().to_owned();
        list.items().iter().map(|item| (text(item, "id"), text(item, "appointment_id"))).collect()
    }

    pub async fn keeps(&self, entry: &str) -> Reply {
        self.post(&format!("/v1/unfunded-appointments/{entry}/confirm"), json!({ "reason": "We carry it." })).send().await
    }
}

/// What an ordinary request says.
pub fn an_ordinary_request() -> Value {
    json!({
        "icb_code": SOUTH_WEST_LONDON, "reason": "confidentiality", "sessions": 12,
        "statement": "My manager runs the local service.", "share_statement": false
    })
}

impl TestApp {
    /// Treatment slots of one clinician, an hour apart, from so many hours ahead on.
    pub async fn treatment_slots(&self, clinician: &Actor, count: usize, from_hours: i64) -> Vec<Id> {
        let mut slots = Vec::with_capacity(count);
        for number in 0..count {
            let ahead = chrono::TimeDelta::hours(from_hours + i64::try_from(number).unwrap());
            slots.push(self.free_slot(clinician, ahead, confide::scheduling::calendar::model::AppointmentKind::Treatment).await);
        }
        slots
    }
}
