//! Clinical care: assessments, the clinical record, prescriptions, fit notes, follow-ups, group therapy and feedback.

pub mod assessment;
pub mod caseload;
pub mod conflicts;
pub mod discharge;
pub mod duty;
pub mod feedback;
pub mod fit_notes;
pub mod follow_ups;
pub mod groups;
pub mod prescriptions;
pub mod records;
pub mod schema;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this crate.
pub fn configure(config: &mut ServiceConfig<'_>) {
    assessment::configure(config);
    duty::configure(config);
    records::configure(config);
    prescriptions::configure(config);
    fit_notes::configure(config);
    follow_ups::configure(config);
    groups::configure(config);
    feedback::configure(config);
    discharge::configure(config);
    conflicts::configure(config);
    caseload::configure(config);
}

platform::versioned! {
    "follow-ups" = follow_ups;
    "group-enrolments" = group_enrolments;
    "group-notes" = group_notes;
    "group-sessions" = group_sessions;
    "groups" = therapy_groups;
    "notes" = clinical_notes;
    "prescriptions" = prescriptions;
}
