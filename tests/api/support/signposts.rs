//! The directory of help elsewhere, as people are pointed to it and as administrators keep it.

use confide::reference::schema::{signpost_changes, signposts};
use diesel::prelude::*;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::Reply;

/// The ids of what somebody is pointed to.
pub fn ids_of(signposts: &Value) -> Vec<String> {
    let all = signposts.as_array().unwrap_or_else(|| panic!("no signposts in {signposts}"));
    all.iter().map(|signpost| signpost["id"].as_str().unwrap().to_owned()).collect()
}

/// The routes that every answer to a crisis begins with.
pub const EMERGENCY: [&str; 2] = ["emergency_999", "accident_and_emergency"];

impl TestApp {
    /// The directory loses an entry, as no operation would have it.
    pub async fn loses_signpost(&self, id: &'static str) {
        self.sql(move |conn| {
            diesel::delete(signpost_changes::table.filter(signpost_changes::signpost_id.eq(id))).execute(conn)?;
            diesel::delete(signposts::table.find(id)).execute(conn)?;
            Ok(())
        })
        .await;
    }

    /// An entry has a last day by which it is over.
    pub async fn signpost_is_over(&self, id: &'static str) {
        let yesterday = self.now().london_day().pred_opt();
        self.sql(move |conn| {
            diesel::update(signposts::table.find(id)).set(signposts::valid_to.eq(yesterday)).execute(conn)?;
            Ok(())
        })
        .await;
    }

    /// The service starts again; returns how many entries the directory got.
    pub async fn starts_again(&self) -> usize {
        self.write(confide::reference::signposts::add_missing).await
    }
}

/// What an administrator would write about an ordinary service, in words that may stand anywhere.
pub fn a_peer_line() -> Value {
    json!({
        "name": "Peer support line", "summary": "Somebody from the same trade listens.", "audience": "nhs_staff", "area": null,
        "professions": ["doctor"], "regions": ["london"], "icb_codes": ["QNC"], "needs": ["listening_ear", "work_support"],
        "channel": "phone", "contact": "0300 000 0001", "hours": "Evenings", "urgency": "routine",
        "valid_from": "2027-01-01", "valid_to": null, "source": "Asked on the telephone"
    })
}

impl TestApp {
    /// Looks for help elsewhere, without an account; the ids of a page.
    pub async fn looks_for_help(&self, query: &str) -> Vec<String> {
        ids_of(&self.get(&format!("/v1/signposts?{query}")).send().await.expect(200).json["items"])
    }

    pub async fn reads_signpost(&self, id: &str) -> Reply {
        self.get(&format!("/v1/signposts/{id}")).send().await
    }
}

impl Actor {
    pub async fn adds_signpost(&self, form: Value) -> Reply {
        self.post("/v1/signposts", form).send().await
    }

    /// Writes an entry anew, having read it.
    pub async fn rewrites_signpost(&self, id: &str, form: Value) -> Reply {
        let etag = self.app.reads_signpost(id).await.expect(200).etag();
        self.put(&format!("/v1/signposts/{id}"), form).if_match(&etag).send().await
    }

    pub async fn ends_signpost(&self, id: &str, last_day: &str) -> Reply {
        let etag = self.app.reads_signpost(id).await.expect(200).etag();
        self.post(&format!("/v1/signposts/{id}/end"), json!({ "last_day": last_day })).if_match(&etag).send().await
    }

    pub async fn confirms_check(&self, id: &str) -> Reply {
        self.post_nothing(&format!("/v1/signposts/{id}/confirm")).send().await
    }

    /// The ids of what nobody has checked for long.
    pub async fn unchecked_signposts(&self) -> Vec<String> {
        ids_of(&self.get("/v1/unchecked-signposts?limit=100").send().await.expect(200).json["items"])
    }
}
