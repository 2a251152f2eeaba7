//! The crate `care`.

mod assessment;
mod caseload;
mod conflict_tasks;
mod conflicts;
mod contact_details;
mod damaged;
mod death;
mod duty;
mod feedback;
mod fit_notes;
mod follow_ups;
mod groups;
mod journeys;
mod letters;
mod missed_appointments;
mod outcomes;
mod prescriptions;
mod progress;
mod recorded_as_dead;
mod records;
mod reference_data;
mod reviews;
mod risk_alerts;
mod safety_plans;
mod sealed_choices;
mod self_checks;
