//! Hubs, those who run them, and those who are referred.

use confide::people::Role;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::Reply;

/// An area that a hub covers: code, first day, first day on which it no longer holds.
pub type Covers<'a> = (&'a str, &'a str, Option<&'a str>);

/// What an administrator sends of a hub in East Anglia.
pub fn a_hub(name: &str, covers: &[Covers<'_>]) -> Value {
    let area = |&(code, from, until): &Covers<'_>| json!({ "icb_code": code, "valid_from": from, "valid_until": until });
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

/// A nurse whom a hub refers to the service, with her consent and a number.
pub fn a_referred_nurse() -> Value {
    json!({ "kind": "hub_to_service", "reason": "confidentiality", "consent": true, "pseudonym": "Wren", "profession": "nurse",
        "icb_code": "QWE", "name": "Nora Nightingale", "phone": "07700 900123", "note": "Her manager runs the local service.",
        "updates_by": "sms" })
}

/// The same without her consent: what she works as, where, and a category of why.
pub fn a_nurse_in_an_area() -> Value {
    json!({ "kind": "hub_to_service", "reason": "trauma", "consent": false, "profession": "nurse", "icb_code": "QWE" })
}

impl TestApp {
    /// A hub in the directory; gives back its id.
    pub async fn hub(&self, name: &str, covers: &[Covers<'_>]) -> String {
        let admin = self.staff(&format!("Opener of {name}"), Role::Administrator).await;
        admin.opens_hub(a_hub(name, covers)).await.expect(201).id()
    }

    /// A hub in South West London.
    pub async fn harbour(&self) -> String {
        self.hub("Harbour", &[("QWE", "2021-02-22", None)]).await
    }

    /// A hub coordinator who runs a hub.
    pub async fn hub_runner(&self, name: &str, hub: &str) -> Actor {
        let (runner, admin) =
            (self.staff(name, Role::HubCoordinator).await, self.staff(&format!("Assigner of {name}"), Role::Administrator).await);
        admin.lets_run(&runner, hub, Value::Null).await.expect(200);
        runner
    }

    /// The names of the hubs that a list has.
    pub async fn hubs_found(&self, query: &str) -> Vec<String> {
        let page = self.get(&format!("/v1/hubs?{query}")).send().await.expect(200);
        page.items().iter().map(|hub| hub["name"].as_str().unwrap().to_owned()).collect()
    }

    /// Looks for hubs by what is known of where somebody works.
    pub async fn seeks_hubs(&self, what: Value) -> Reply {
        self.post("/v1/hub-searches", what).send().await
    }

    /// How a referral stands, by the code that was handed over.
    pub async fn looks_up_referral(&self, code: &str) -> Reply {
        self.post("/v1/referral-lookups", json!({ "code": code })).send().await
    }
}

impl Actor {
    pub async fn opens_hub(&self, hub: Value) -> Reply {
        self.post("/v1/hubs", hub).send().await
    }

    /// Changes something about a hub, having read it.
    pub async fn turns_hub(&self, hub: &str, what: &str, turn: Value) -> Reply {
        let etag = self.get(&format!("/v1/hubs/{hub}")).send().await.expect(200).etag();
        let path = format!("/v1/hubs/{hub}{what}");
        let ask = if what == "/close" { self.post(&path, turn) } else { self.put(&path, turn) };
        ask.if_match(&etag).send().await
    }

    /// Assigns a hub coordinator to a hub; they work for an employer, where that is known.
    pub async fn lets_run(&self, coordinator: &Self, hub: &str, employer: Value) -> Reply {
        self.put(&format!("/v1/hubs/{hub}/coordinators/{}", coordinator.id), json!({ "employer_ods": employer })).send().await
    }

    /// Refers somebody from or to a hub.
    pub async fn refers(&self, hub: &str, whom: Value) -> Reply {
        self.post(&format!("/v1/hubs/{hub}/referrals"), whom).send().await
    }

    /// Refers a practitioner to a hub, with their consent.
    pub async fn refers_to_hub(&self, practitioner: &Self, hub: &str) -> String {
        let whom = json!({ "kind": "service_to_hub", "reason": "work_related", "consent": true, "practitioner_id": practitioner.id,
            "name": practitioner.name, "phone": "020 7946 0018", "note": "Would rather be rung." });
        self.refers(hub, whom).await.expect(201).id()
    }

    pub async fn reads_referral(&self, referral: &str) -> Reply {
        self.get(&format!("/v1/referrals/{referral}")).send().await
    }

    /// The ids of the referrals that a list shows, the newest first.
    pub async fn referrals_seen(&self, query: &str) -> Vec<String> {
        let page = self.get(&format!("/v1/referrals?{query}")).send().await.expect(200);
        page.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Does something with a referral.
    pub async fn on_referral(&self, referral: &str, verb: &str, form: Value) -> Reply {
        let path = format!("/v1/referrals/{referral}/{verb}");
        if form.is_null() { self.post_nothing(&path).send().await } else { self.post(&path, form).send().await }
    }

    pub async fn takes_referral_on(&self, referral: &str) -> Reply {
        self.on_referral(referral, "accept", json!({})).await
    }

    /// The own referrals, as a practitioner sees them.
    pub async fn own_referrals(&self) -> Vec<Value> {
        self.get("/v1/me/referrals").send().await.expect(200).items().clone()
    }
}

/// Everything that can be done with a referral, each with a body that is in order.
pub fn all_about_a_referral() -> Vec<(&'static str, Value)> {
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
