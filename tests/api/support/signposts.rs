//! The directory of help elsewhere, as people are pointed to it and as administrators keep it.

use confide::platform::db::schema::{signpost_changes, signposts};
use diesel::prelude::*;
use serde_json::Value;

use super::app::TestApp;

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
        let now = self.now();
        self.sql(move |conn| confide::access::signposting::fill(conn, now)).await
    }
}
