//! Floor 4.

mod assessment;
mod caseload;
mod fit_notes;
mod outcomes;
mod prescriptions;
mod records;
mod risk_alerts;
