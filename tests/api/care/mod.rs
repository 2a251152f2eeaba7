//! Floor 4.

mod assessment;
mod caseload;
mod outcomes;
mod records;
mod reviews;
mod risk_alerts;
