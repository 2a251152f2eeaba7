//! Floor 4.

mod assessment;
mod caseload;
mod follow_ups;
mod groups;
mod outcomes;
mod records;
mod reviews;
mod risk_alerts;
