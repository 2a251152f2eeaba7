//! The tables as both engines have them, a file a floor. Column order is that of the migrations.

#![allow(missing_docs, reason = "the macros make items that cannot carry docs; the migrations say what each column is for")]

mod access;
mod care;
mod identity;
mod platform;
mod scheduling;

pub use access::*;
pub use care::*;
pub use identity::*;
pub use platform::*;
pub use scheduling::*;

diesel::joinable!(sessions -> accounts (account_id));
diesel::joinable!(one_time_tokens -> accounts (account_id));
diesel::joinable!(practitioners -> accounts (id));
diesel::joinable!(blocked_colleagues -> practitioners (practitioner_id));
diesel::joinable!(blocked_colleagues -> accounts (clinician_id));
diesel::joinable!(hub_coverage -> hubs (hub_id));
diesel::joinable!(clinicians -> accounts (id));
diesel::joinable!(clinician_specialisms -> clinicians (clinician_id));
diesel::joinable!(clinician_languages -> clinicians (clinician_id));
diesel::joinable!(clinics -> clinicians (clinician_id));
diesel::joinable!(absences -> clinicians (clinician_id));
diesel::joinable!(slots -> clinicians (clinician_id));
diesel::joinable!(slots -> clinics (clinic_id));
diesel::joinable!(slots -> practitioners (held_by));
diesel::joinable!(appointments -> slots (slot_id));
diesel::joinable!(appointments -> practitioners (practitioner_id));
diesel::joinable!(appointments -> clinicians (clinician_id));
diesel::joinable!(appointments -> accounts (booked_by));
diesel::joinable!(appointment_events -> appointments (appointment_id));
diesel::joinable!(appointment_events -> accounts (actor_id));
diesel::joinable!(appointment_events -> slots (slot_id));
diesel::joinable!(appointment_events -> clinicians (clinician_id));
diesel::joinable!(assessments -> practitioners (practitioner_id));
diesel::joinable!(assessment_answers -> assessments (assessment_id));
diesel::joinable!(assessment_outcomes -> assessments (assessment_id));
diesel::joinable!(assessment_outcomes -> appointments (appointment_id));
diesel::joinable!(assessment_outcomes -> clinicians (clinician_id));
diesel::joinable!(risk_alerts -> practitioners (practitioner_id));
diesel::joinable!(risk_alerts -> assessments (assessment_id));
diesel::joinable!(risk_alerts -> accounts (acknowledged_by));
// messages
diesel::joinable!(message_preferences -> practitioners (practitioner_id));
// signposting
// self_check
// contacts
// funding
// hubs
// outreach
// records
// prescriptions
// fit_notes
// follow_ups
// groups
// feedback

diesel::allow_tables_to_appear_in_same_query!(
    outbox,
    audit_events,
    idempotency_keys,
    accounts,
    sessions,
    one_time_tokens,
    practitioners,
    blocked_colleagues,
    hubs,
    hub_coverage,
    clinicians,
    clinician_specialisms,
    clinician_languages,
    clinics,
    absences,
    slots,
    appointments,
    appointment_events,
    assessments,
    assessment_answers,
    assessment_outcomes,
    risk_alerts,
    // messages
    message_preferences,
    // signposting
    // self_check
    // contacts
    // funding
    // hubs
    // outreach
    // records
    // prescriptions
    // fit_notes
    // follow_ups
    // groups
    // feedback
);
