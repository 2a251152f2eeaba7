//! The crate `care`.

mod assessment;
mod caseload;
mod conflict_tasks;
mod conflicts;
mod death;
mod duty;
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
mod sealed_choices;
mod self_checks;
