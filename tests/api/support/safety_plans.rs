//! Safety plans, as practitioners and clinicians write them.

use serde_json::{Value, json};

use super::actors::Actor;
use super::clinical_record::record_path;
use super::reply::Reply;

/// A plan with an item in each step.
pub fn safety_plan() -> Value {
    safety_plan_about("I stop answering messages.")
}

/// The same with this text in each step.
pub fn safety_plan_about(text: &str) -> Value {
    json!({
        "warning_signs": [text],
        "coping_strategies": [text],
        "distractions": [{ "name": text }],
        "helpers": [{ "name": text, "phone": "07700 900123" }],
        "signpost_ids": ["shout", "samaritans"],
        "professionals": [{ "name": text, "phone": "020 7946 0018" }],
        "safer_environment": [text],
    })
}

/// A plan without any item.
pub fn empty_safety_plan() -> Value {
    json!({
        "warning_signs": [], "coping_strategies": [], "distractions": [], "helpers": [], "signpost_ids": [], "professionals": [],
        "safer_environment": [],
    })
}

impl Actor {
    /// Reads one's own safety plan.
    pub async fn reads_own_safety_plan(&self) -> Reply {
        self.get("/v1/me/safety-plan").send().await
    }

    /// Writes one's own first safety plan.
    pub async fn writes_first_safety_plan(&self, plan: Value) -> Reply {
        self.put("/v1/me/safety-plan", plan).send().await
    }

    /// Writes the version of one's own safety plan that follows this one.
    pub async fn writes_own_safety_plan_after(&self, seen: &str, plan: Value) -> Reply {
        self.put("/v1/me/safety-plan", plan).if_match(seen).send().await
    }

    /// Writes the first safety plan of a practitioner together with them.
    pub async fn writes_first_safety_plan_with(&self, practitioner: &Self, plan: Value) -> Reply {
        self.put(&record_path(practitioner, "safety-plan"), plan).send().await
    }
}
