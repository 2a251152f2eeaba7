//! Floor 4.

mod assessment;
mod caseload;
mod follow_ups;
mod outcomes;
mod records;
mod risk_alerts;
