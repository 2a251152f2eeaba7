//! Floor 4.

mod assessment;
mod caseload;
mod feedback;
mod outcomes;
mod progress;
mod reviews;
mod risk_alerts;
