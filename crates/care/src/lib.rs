//! Clinical care: risk alerts, assessments, the clinical record, prescriptions, fit notes, follow-ups, group therapy, feedback and letters;
//! and the operations on the reference data of this crate and those below it.

pub mod assessment;
pub mod caseload;
pub mod conflicts;
pub mod contact_details;
pub mod discharge;
pub mod duty;
pub mod feedback;
pub mod fit_notes;
pub mod follow_ups;
pub mod groups;
pub mod letters;
pub mod missed_appointments;
pub mod prescriptions;
pub mod records;
pub mod reference_data;
pub mod retention;
pub mod risk;
pub mod safety_plans;
pub mod schema;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this crate.
pub fn configure(config: &mut ServiceConfig<'_>) {
    duty::configure(config);
    risk::configure(config);
    safety_plans::configure(config);
    assessment::configure(config);
    records::configure(config);
    prescriptions::configure(config);
    fit_notes::configure(config);
    follow_ups::configure(config);
    groups::configure(config);
    feedback::configure(config);
    letters::configure(config);
    discharge::configure(config);
    conflicts::configure(config);
    caseload::configure(config);
    reference_data::configure(config);
    contact_details::configure(config);
}

platform::versioned! {
    "follow-ups" = follow_ups;
    "group-enrolments" = group_enrolments;
    "group-notes" = group_notes;
    "group-sessions" = group_sessions;
    "groups" = therapy_groups;
    "letters" = letters;
    "notes" = clinical_notes;
    "prescriptions" = prescriptions;
}
