//! Reference data: what administrators change from a day on, and the background jobs that carry it out.

use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::{CheckedReply, Reply};

/// A bank holiday of England and Wales.
pub fn bank_holiday(name: &str) -> Value {
    json!({ "bank_holiday": { "name": name, "nations": ["england", "wales"] } })
}

/// A medicine that the program does not ship.
pub fn sertraline_25mg() -> Value {
    json!({ "medicine": { "name": "Sertraline 25mg tablets", "form": "Tablets", "strength": "25 mg", "ingredients": ["sertraline"],
        "unit": "tablet", "routes": ["oral"], "contains": "25", "contains_unit": "mg", "source": "dm+d" } })
}

/// A maximum dose above which nothing is signed.
pub fn dose_limit(daily_mg: &str, effect: &str) -> Value {
    json!({ "dose_limit": { "daily_mg": daily_mg, "effect": effect, "source": "MHRA, Drug Safety Update" } })
}

/// A figure, such as a number of minutes or a limit.
pub fn figure(value: u16) -> Value {
    json!({ "figure": { "value": value, "source": "The clinical lead" } })
}

/// A time of day.
pub fn time_of_day(time: &str) -> Value {
    json!({ "time_of_day": { "time": time, "source": "The clinical lead" } })
}

/// What a kind of prescriber may prescribe.
pub fn prescriber(schedules: &[&str], only_controlled: Value) -> Value {
    json!({ "prescriber": { "schedules": schedules, "only_controlled": only_controlled, "source": "An instrument of 2027" } })
}

impl Actor {
    /// Sends the request that changes an entry from a day on.
    pub async fn changes_reference(&self, dataset: &str, key: &str, from: &str, entry: Value) -> Reply {
        let form = json!({ "key": key, "valid_from": from, "entry": entry, "reason": "As published." });
        self.post(&format!("/v1/reference-data/{dataset}/changes"), form).send().await
    }

    /// Changes an entry; another administrator confirms it.
    pub async fn changes_reference_with_another(&self, dataset: &str, key: &str, from: &str, entry: Value) -> CheckedReply {
        let change = self.changes_reference(dataset, key, from, entry).await.expect(201).id();
        self.app.second_administrator().await.approves_reference(&change).await.expect(200)
    }

    pub async fn approves_reference(&self, change: &str) -> Reply {
        self.post_empty(&format!("/v1/reference-data-changes/{change}/approve")).send().await
    }

    /// Proposes hours of the contact line; another administrator approves them.
    pub async fn sets_contact_hours_with_another(&self, form: Value) -> CheckedReply {
        let hours = self.post("/v1/contact-hours", form).send().await.expect(201).id();
        self.app.second_administrator().await.approves_contact_hours(&hours).await.expect(200)
    }

    pub async fn approves_contact_hours(&self, hours: &str) -> Reply {
        self.post_empty(&format!("/v1/contact-hours/{hours}/approve")).send().await
    }

    pub async fn withdraws_contact_hours(&self, hours: &str) -> Reply {
        self.post_empty(&format!("/v1/contact-hours/{hours}/withdraw")).send().await
    }

    pub async fn withdraws_reference(&self, change: &str) -> Reply {
        self.post_empty(&format!("/v1/reference-data-changes/{change}/withdraw")).send().await
    }

    pub async fn reads_reference_change(&self, change: &str) -> Reply {
        self.get(&format!("/v1/reference-data-changes/{change}")).send().await
    }

    /// All entries of a dataset; `query` begins with `&`, or is empty.
    pub async fn reference_data(&self, dataset: &str, query: &str) -> Vec<Value> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("/v1/reference-data/{dataset}?limit=100{query}{cursor}")).send().await.expect(200);
            all.extend(page.items().iter().cloned());
            let Some(next) = page.json["next_cursor"].as_str() else { return all };
            cursor = format!("&cursor={next}");
        }
    }

    /// The entry with this key, if there is one.
    pub async fn reference_entry(&self, dataset: &str, key: &str, query: &str) -> Option<Value> {
        self.reference_data(dataset, query).await.into_iter().find(|entry| entry["key"] == key)
    }
}

impl TestApp {
    /// Runs the jobs that apply changes on their first day, and that plan slots again.
    pub async fn run_reference_data_jobs(&self) {
        while self.write(confide::care::reference_data::jobs::begin_due).await > 0 {}
        while self.write(confide::scheduling::calendar::update_requested).await > 0 {}
    }
}
