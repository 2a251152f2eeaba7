//! Signposts: the directory of help elsewhere, as people read it and as administrators maintain it.

use confide::reference::schema::{signpost_changes, signposts};
use diesel::prelude::*;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::Reply;

/// The ids in a list of signposts.
pub fn ids_of(signposts: &Value) -> Vec<String> {
    let all = signposts.as_array().unwrap_or_else(|| panic!("no signposts in {signposts}"));
    all.iter().map(|signpost| signpost["id"].as_str().unwrap().to_owned()).collect()
}

/// The signposts that come first in every response to a crisis.
pub const EMERGENCY: [&str; 2] = ["emergency_999", "accident_and_emergency"];

impl TestApp {
    /// Deletes a signpost from the tables, which no operation does.
    pub async fn delete_signpost_row(&self, id: &'static str) {
        self.sql(move |conn| {
            diesel::delete(signpost_changes::table.filter(signpost_changes::signpost_id.eq(id))).execute(conn)?;
            diesel::delete(signposts::table.find(id)).execute(conn)?;
            Ok(())
        })
        .await;
    }

    /// Sets the last day of a signpost to yesterday.
    pub async fn expire_signpost(&self, id: &'static str) {
        let yesterday = self.now().london_day().pred_opt();
        self.sql(move |conn| {
            diesel::update(signposts::table.find(id)).set(signposts::valid_to.eq(yesterday)).execute(conn)?;
            Ok(())
        })
        .await;
    }

    /// Loads the embedded signposts as at the start of the service; returns how many were added.
    pub async fn reload_signposts(&self) -> usize {
        self.write(confide::reference::signposts::add_missing).await
    }
}

/// The form of a usual signpost.
pub fn peer_line_signpost() -> Value {
    json!({
        "name": "Peer support line", "summary": "A colleague from the same profession listens.", "audience": "nhs_staff", "area": null,
        "professions": ["doctor"], "regions": ["london"], "icb_codes": ["QNC"], "needs": ["listening_ear", "work_support"],
        "channel": "phone", "contact": "0300 000 0001", "hours": "Evenings", "urgency": "routine",
        "valid_from": "2027-01-01", "valid_until": null, "source": "Asked on the telephone"
    })
}

impl TestApp {
    /// Searches signposts, without an account; returns the ids of a page.
    pub async fn finds_signposts(&self, query: &str) -> Vec<String> {
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

    /// Reads a signpost and replaces the version read.
    pub async fn replaces_signpost(&self, id: &str, form: Value) -> Reply {
        let etag = self.app.reads_signpost(id).await.expect(200).etag();
        self.put(&format!("/v1/signposts/{id}"), form).if_match(&etag).send().await
    }

    pub async fn ends_signpost(&self, id: &str, last_day: &str) -> Reply {
        let etag = self.app.reads_signpost(id).await.expect(200).etag();
        self.post(&format!("/v1/signposts/{id}/end"), json!({ "valid_until": last_day })).if_match(&etag).send().await
    }

    pub async fn confirms_signpost(&self, id: &str) -> Reply {
        self.post_empty(&format!("/v1/signposts/{id}/check")).send().await
    }

    /// The ids of the signposts whose check is overdue.
    pub async fn unchecked_signposts(&self) -> Vec<String> {
        ids_of(&self.get("/v1/unchecked-signposts?limit=100").send().await.expect(200).json["items"])
    }
}
