//! Floor 4.

mod assessment;
mod caseload;
mod fit_notes;
mod outcomes;
mod risk_alerts;
