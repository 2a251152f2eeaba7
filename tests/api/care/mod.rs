//! Floor 4.

mod assessment;
mod caseload;
mod outcomes;
mod risk_alerts;
