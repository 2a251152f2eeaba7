//! Floor 4.

mod assessment;
mod caseload;
mod follow_ups;
mod outcomes;
mod risk_alerts;
