//! Populations, and the figures that are published about them.

use chrono::{DateTime, Utc};
use confide::insight;
use confide::scheduling::schema::appointments;
use diesel::prelude::*;
use serde_json::Value;

use super::actors::Actor;
use super::app::TestApp;
use super::reply::Reply;

impl TestApp {
    /// So many practitioners, registered now.
    pub async fn crowd(&self, size: usize) -> Vec<Actor> {
        let mut crowd = Vec::new();
        for number in 0..size {
            crowd.push(self.practitioner(&format!("Person {}", number + 1)).await);
        }
        crowd
    }

    /// An appointment of some kind at some time that came to this.
    pub async fn came_to_pass(
        &self,
        practitioner: &Actor,
        clinician: &Actor,
        kind: &'static str,
        starts_at: DateTime<Utc>,
        attendance: &'static str,
    ) {
        let id = self.appointment(practitioner, clinician, starts_at).await;
        let status = match attendance {
            "attended_on_time" | "attended_late_seen" => "attended",
            "cancelled_by_patient" | "cancelled_by_provider" => "cancelled",
            _ => "not_attended",
        };
        self.sql(move |conn| {
            diesel::update(appointments::table.find(id))
                .set((
                    appointments::kind.eq(kind),
                    appointments::status.eq(status),
                    appointments::attendance.eq(Some(attendance)),
                ))
                .execute(conn)?;
            Ok(())
        })
        .await;
    }

    /// The service counts every period that has settled; returns how many it counted.
    pub async fn counts(&self) -> usize {
        let mut all = 0;
        loop {
            match self.write(insight::publish_due).await {
                0 => return all,
                counted => all += counted,
            }
        }
    }
}

impl Actor {
    /// Figures of activity; `query` says which.
    pub async fn activity(&self, query: &str) -> Reply {
        self.get(&format!("/v1/statistics/activity?{query}")).send().await
    }

    /// Figures of outcomes; `query` says of which months.
    pub async fn outcomes(&self, query: &str) -> Reply {
        self.get(&format!("/v1/statistics/outcomes?{query}")).send().await
    }
}

/// The cells of a table by category; hidden ones are null.
pub fn cell(table: &Value, category: &str) -> Value {
    let cells = table["cells"].as_array().unwrap();
    cells.iter().find(|cell| cell["category"] == category).unwrap_or_else(|| panic!("no {category} in {table}"))["count"].clone()
}

/// A share of a table.
pub fn rate<'a>(table: &'a Value, rate: &str) -> &'a Value {
    let rates = table["rates"].as_array().unwrap();
    rates.iter().find(|one| one["rate"] == rate).unwrap_or_else(|| panic!("no {rate} in {table}"))
}

/// The table of that name among a period's.
pub fn table<'a>(period: &'a Value, breakdown: &str) -> &'a Value {
    let tables = period["tables"].as_array().unwrap();
    tables.iter().find(|table| table["breakdown"] == breakdown).unwrap_or_else(|| panic!("no {breakdown} in {period}"))
}
