//! Groups of practitioners, and the statistics that are published about them.

use chrono::{DateTime, Utc};
use confide::insight;
use confide::scheduling::schema::appointments;
use diesel::prelude::*;
use serde_json::Value;

use super::actors::Actor;
use super::app::TestApp;
use super::reply::Reply;

impl TestApp {
    /// Registers this many practitioners.
    pub async fn many_practitioners(&self, size: usize) -> Vec<Actor> {
        let mut practitioners = Vec::new();
        for number in 0..size {
            practitioners.push(self.practitioner(&format!("Person {}", number + 1)).await);
        }
        practitioners
    }

    /// Inserts an appointment of this kind, at this time, with this attendance.
    pub async fn appointment_with_attendance(
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

    /// Publishes the statistics of every period that is complete; returns how many periods.
    pub async fn publish_due_statistics(&self) -> usize {
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
    /// Reads activity statistics; `query` selects them.
    pub async fn reads_activity(&self, query: &str) -> Reply {
        self.get(&format!("/v1/statistics/activity?{query}")).send().await
    }

    /// Reads outcome statistics; `query` selects the months.
    pub async fn reads_outcomes(&self, query: &str) -> Reply {
        self.get(&format!("/v1/statistics/outcomes?{query}")).send().await
    }

    /// Reads the funding figures of boards; `query` selects the months.
    pub async fn reads_funding_figures(&self, query: &str) -> Reply {
        self.get(&format!("/v1/statistics/funding?{query}")).send().await
    }

    /// Reads the registration figures; `query` selects the months.
    pub async fn reads_registration_figures(&self, query: &str) -> Reply {
        self.get(&format!("/v1/statistics/registrations?{query}")).send().await
    }

    pub async fn reads_workforce_figures(&self) -> Reply {
        self.get("/v1/statistics/workforce").send().await
    }
}

/// The count of a category in a table; null when it is hidden.
pub fn cell(table: &Value, category: &str) -> Value {
    let cells = table["cells"].as_array().unwrap();
    cells.iter().find(|cell| cell["category"] == category).unwrap_or_else(|| panic!("no {category} in {table}"))["count"].clone()
}

/// A rate in a table.
pub fn rate<'a>(table: &'a Value, rate: &str) -> &'a Value {
    let rates = table["rates"].as_array().unwrap();
    rates.iter().find(|one| one["rate"] == rate).unwrap_or_else(|| panic!("no {rate} in {table}"))
}

/// The table of a period with this breakdown.
pub fn table<'a>(period: &'a Value, breakdown: &str) -> &'a Value {
    let tables = period["tables"].as_array().unwrap();
    tables.iter().find(|table| table["breakdown"] == breakdown).unwrap_or_else(|| panic!("no {breakdown} in {period}"))
}
