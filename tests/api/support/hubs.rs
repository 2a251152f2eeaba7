//! Hubs, their coordinators, and referrals.

use confide::people::Role;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::Reply;

/// An area that a hub covers: code, first day, last day.
pub type CoveredArea<'a> = (&'a str, &'a str, Option<&'a str>);

/// The form of a hub in the East of England.
pub fn hub_form(name: &str, covers: &[CoveredArea<'_>]) -> Value {
    let area = |&(code, from, until): &CoveredArea<'_>| json!({ "icb_code": code, "valid_from": from, "valid_until": until });
    json!({
        "name": name,
        "region": "east_of_england",
        "opened_on": "2021-02-22",
        "help": ["online", "one_to_one"],
        "team": [{ "discipline": "therapist", "people": 4 }, { "discipline": "psychologist", "people": 1 }],
        "channels": [{ "channel": "phone", "contact": "0300 000 0000", "hours": "Every day, 7 am to 9 pm" }],
        "coverage": covers.iter().map(area).collect::<Vec<_>>(),
    })
}

/// A hub's referral of a nurse to the service, with her consent and her phone number.
pub fn nurse_referral() -> Value {
    json!({ "kind": "hub_to_service", "reason": "confidentiality", "consent": true, "pseudonym": "Wren", "profession": "nurse",
        "icb_code": "QWE", "name": "Nora Nightingale", "phone": "07700 900123", "note": "Her manager runs the local service.",
        "update_channel": "sms" })
}

/// A hub's referral of a nurse without her consent: only her profession, her board and a category of reason.
pub fn anonymous_nurse_referral() -> Value {
    json!({ "kind": "hub_to_service", "reason": "trauma", "consent": false, "profession": "nurse", "icb_code": "QWE" })
}

impl TestApp {
    /// Creates a hub; returns its id.
    pub async fn hub(&self, name: &str, covers: &[CoveredArea<'_>]) -> String {
        let admin = self.staff(&format!("Opener of {name}"), Role::Administrator).await;
        admin.creates_hub(hub_form(name, covers)).await.expect(201).id()
    }

    /// A hub in South West London.
    pub async fn harbour_hub(&self) -> String {
        self.hub("Harbour", &[("QWE", "2021-02-22", None)]).await
    }

    /// A hub coordinator who is assigned to a hub.
    pub async fn hub_coordinator(&self, name: &str, hub: &str) -> Actor {
        let (coordinator, admin) = (
            self.staff(name, Role::HubCoordinator).await,
            self.staff(&format!("Assigner of {name}s"), Role::Administrator).await,
        );
        admin.assigns_hub_coordinator(&coordinator, hub, Value::Null).await.expect(200);
        coordinator
    }

    /// The names of the hubs in a list.
    pub async fn hub_names(&self, query: &str) -> Vec<String> {
        let page = self.get(&format!("/v1/hubs?{query}")).send().await.expect(200);
        page.items().iter().map(|hub| hub["name"].as_str().unwrap().to_owned()).collect()
    }

    /// Searches for hubs by place of work.
    pub async fn searches_hubs(&self, form: Value) -> Reply {
        self.post("/v1/hub-searches", form).send().await
    }

    /// Looks up the status of a referral by its status code.
    pub async fn looks_up_referral(&self, code: &str) -> Reply {
        self.post("/v1/referral-lookups", json!({ "code": code })).send().await
    }
}

impl Actor {
    pub async fn creates_hub(&self, hub: Value) -> Reply {
        self.post("/v1/hubs", hub).send().await
    }

    /// Reads a hub and changes a part of it, such as `/coverage`.
    pub async fn changes_hub(&self, hub: &str, part: &str, form: Value) -> Reply {
        let etag = self.get(&format!("/v1/hubs/{hub}")).send().await.expect(200).etag();
        let path = format!("/v1/hubs/{hub}{part}");
        let request = if part == "/close" { self.post(&path, form) } else { self.put(&path, form) };
        request.if_match(&etag).send().await
    }

    /// Assigns a hub coordinator to a hub, with their employer where it is known; another administrator approves what needs it.
    pub async fn assigns_hub_coordinator(&self, coordinator: &Self, hub: &str, employer: Value) -> Reply {
        let form = json!({ "employer_ods": employer, "reason": "Runs this hub." });
        let response = self.put(&format!("/v1/hubs/{hub}/coordinators/{}", coordinator.id), form).send().await;
        let approved = self.app.approves_pending(&response).await;
        if approved { self.get(&format!("/v1/hubs/{hub}/coordinators")).send().await } else { response }
    }

    /// Takes a coordinator off a hub.
    pub async fn takes_off_hub(&self, coordinator: &Self, hub: &str) -> Reply {
        let path = format!("/v1/hubs/{hub}/coordinators/{}/end", coordinator.id);
        self.post(&path, json!({ "reason": "Has moved to another post." })).send().await
    }

    /// Creates a referral from or to a hub.
    pub async fn creates_referral(&self, hub: &str, referral: Value) -> Reply {
        self.post(&format!("/v1/hubs/{hub}/referrals"), referral).send().await
    }

    /// Refers a practitioner to a hub, with their consent; returns the id of the referral.
    pub async fn refers_to_hub(&self, practitioner: &Self, hub: &str) -> String {
        let referral = json!({ "kind": "service_to_hub", "reason": "work_related", "consent": true, "practitioner_id": practitioner.id,
            "name": practitioner.name, "phone": "020 7946 0018", "note": "Prefers a phone call." });
        self.creates_referral(hub, referral).await.expect(201).id()
    }

    pub async fn reads_referral(&self, referral: &str) -> Reply {
        self.get(&format!("/v1/referrals/{referral}")).send().await
    }

    /// The ids of the referrals in a list, the newest first.
    pub async fn referral_ids(&self, query: &str) -> Vec<String> {
        let page = self.get(&format!("/v1/referrals?{query}")).send().await.expect(200);
        page.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Performs an action on a referral, such as `accept`.
    pub async fn acts_on_referral(&self, referral: &str, verb: &str, form: Value) -> Reply {
        let path = format!("/v1/referrals/{referral}/{verb}");
        if form.is_null() { self.post_empty(&path).send().await } else { self.post(&path, form).send().await }
    }

    pub async fn accepts_referral(&self, referral: &str) -> Reply {
        self.acts_on_referral(referral, "accept", json!({})).await
    }

    /// One's own referrals, as a practitioner sees them.
    pub async fn own_referrals(&self) -> Vec<Value> {
        self.get("/v1/me/referrals").send().await.expect(200).items().clone()
    }
}

/// Every action on a referral, with a valid body.
pub fn referral_actions() -> Vec<(&'static str, Value)> {
    vec![
        ("accept", json!({})),
        ("decline", json!({ "reason": "no_capacity" })),
        ("request-information", json!({ "question": "Since when?" })),
        ("provide-information", json!({ "text": "Since May." })),
        ("close", json!({ "outcome": "help_given" })),
        ("withdraw", Value::Null),
        ("withdraw-consent", Value::Null),
    ]
}
