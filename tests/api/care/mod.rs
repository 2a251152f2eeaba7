//! Floor 4.

mod assessment;
mod caseload;
mod groups;
mod outcomes;
mod risk_alerts;
