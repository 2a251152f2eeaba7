//! The crate `care`.

mod assessment;
mod caseload;
mod conflicts;
mod death;
mod feedback;
mod fit_notes;
mod follow_ups;
mod groups;
mod journeys;
mod outcomes;
mod prescriptions;
mod progress;
mod records;
mod reviews;
mod risk_alerts;
mod self_checks;
