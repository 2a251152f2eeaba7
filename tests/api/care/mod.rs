//! Floor 4.

mod assessment;
mod caseload;
mod outcomes;
mod records;
mod risk_alerts;
