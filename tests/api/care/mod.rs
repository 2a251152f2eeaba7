//! Floor 4.

mod assessment;
mod caseload;
mod outcomes;
mod reviews;
mod risk_alerts;
