//! The tables as both engines have them, a file a floor. Column order is that of the migrations.

#![allow(missing_docs, reason = "the macros make items that cannot carry docs; the migrations say what each column is for")]

mod access;
mod care;
mod identity;
mod insight;
mod platform;
mod scheduling;

pub use access::*;
pub use care::*;
pub use identity::*;
pub use insight::*;
pub use platform::*;
pub use scheduling::*;

diesel::joinable!(sessions -> accounts (account_id));
diesel::joinable!(one_time_tokens -> accounts (account_id));
diesel::joinable!(sign_in_places -> accounts (account_id));
diesel::joinable!(address_requests -> pending_registrations (registration_id));
diesel::joinable!(account_marks -> accounts (account_id));
diesel::joinable!(account_mark_keys -> account_marks (mark_id));
diesel::joinable!(practitioners -> accounts (id));
diesel::joinable!(blocked_colleagues -> practitioners (practitioner_id));
diesel::joinable!(blocked_colleagues -> accounts (clinician_id));
diesel::joinable!(blocked_colleague_keys -> blocked_colleagues (blocked_id));
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
diesel::joinable!(assessments -> clinicians (asked_by));
diesel::joinable!(pathway_moves -> practitioners (practitioner_id));
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
diesel::joinable!(signpost_changes -> signposts (signpost_id));
diesel::joinable!(signpost_changes -> accounts (changed_by));
// self_check
diesel::joinable!(self_checks -> practitioners (claimed_by));
diesel::joinable!(risk_alerts -> self_checks (self_check_id));
// contacts
diesel::joinable!(contacts -> accounts (logged_by));
diesel::joinable!(contact_triages -> contacts (contact_id));
diesel::joinable!(contact_triages -> accounts (triaged_by));
diesel::joinable!(contact_tasks -> contacts (contact_id));
diesel::joinable!(invitations -> contacts (contact_id));
diesel::joinable!(contact_hours -> accounts (set_by));
diesel::joinable!(invitations -> accounts (issued_by));
diesel::joinable!(invitations -> practitioners (practitioner_id));
// funding
diesel::joinable!(funding_requests -> practitioners (practitioner_id));
diesel::joinable!(funding_events -> funding_requests (request_id));
diesel::joinable!(funding_events -> accounts (actor_id));
diesel::joinable!(funding_uses -> funding_requests (request_id));
diesel::joinable!(funding_uses -> appointments (appointment_id));
diesel::joinable!(commissioned_areas -> accounts (account_id));
diesel::joinable!(intake_switch_changes -> intake_switches (switch_id));
diesel::joinable!(intake_switch_changes -> accounts (changed_by));
// hubs
diesel::joinable!(hub_channels -> hubs (hub_id));
diesel::joinable!(hub_teams -> hubs (hub_id));
diesel::joinable!(hub_coordinators -> hubs (hub_id));
diesel::joinable!(hub_referrals -> hubs (hub_id));
diesel::joinable!(hub_referrals -> practitioners (practitioner_id));
diesel::joinable!(hub_referrals -> accounts (made_by));
diesel::joinable!(hub_referrals -> contacts (contact_id));
diesel::joinable!(hub_referral_events -> hub_referrals (referral_id));
diesel::joinable!(hub_referral_events -> accounts (actor_id));
// outreach
diesel::joinable!(outreach_recipients -> outreach_campaigns (campaign_id));
diesel::joinable!(outreach_team_requests -> outreach_campaigns (campaign_id));
// records
diesel::joinable!(care_plans -> practitioners (practitioner_id));
diesel::joinable!(care_episodes -> practitioners (practitioner_id));
// prescriptions
diesel::joinable!(prescribing_registers -> clinicians (clinician_id));
diesel::joinable!(prescribing_registers -> accounts (updated_by));
diesel::joinable!(prescribing_rights -> prescribing_registers (clinician_id));
diesel::joinable!(prescriptions -> practitioners (practitioner_id));
diesel::joinable!(prescriptions -> clinicians (clinician_id));
diesel::joinable!(prescriptions -> assessments (assessment_id));
diesel::joinable!(prescriptions -> accounts (cancelled_by));
diesel::joinable!(prescription_issues -> prescriptions (prescription_id));
diesel::joinable!(prescription_issues -> accounts (issued_by));
// fit_notes
diesel::joinable!(fit_notes -> practitioners (practitioner_id));
diesel::joinable!(fit_notes -> clinicians (clinician_id));
diesel::joinable!(fit_notes -> appointments (appointment_id));
diesel::joinable!(fit_notes -> accounts (withdrawn_by));
diesel::joinable!(fit_note_duplicates -> fit_notes (fit_note_id));
diesel::joinable!(fit_note_duplicates -> clinicians (clinician_id));
diesel::joinable!(return_to_work_plans -> practitioners (practitioner_id));
diesel::joinable!(return_to_work_plans -> clinicians (clinician_id));
// follow_ups
diesel::joinable!(follow_ups -> practitioners (practitioner_id));
diesel::joinable!(follow_ups -> clinicians (clinician_id));
diesel::joinable!(follow_up_contacts -> follow_ups (follow_up_id));
// groups
diesel::joinable!(group_facilitators -> therapy_groups (group_id));
diesel::joinable!(group_facilitators -> clinicians (clinician_id));
diesel::joinable!(group_sessions -> therapy_groups (group_id));
diesel::joinable!(group_screenings -> practitioners (practitioner_id));
diesel::joinable!(group_enrolments -> therapy_groups (group_id));
diesel::joinable!(group_enrolments -> practitioners (practitioner_id));
diesel::joinable!(group_attendances -> group_sessions (session_id));
diesel::joinable!(group_attendances -> group_enrolments (enrolment_id));
diesel::joinable!(group_notes -> group_sessions (session_id));
diesel::joinable!(group_notes -> group_enrolments (enrolment_id));
// feedback
diesel::joinable!(entered_scores -> practitioners (practitioner_id));
diesel::joinable!(feedback -> feedback_releases (release_id));
diesel::joinable!(feedback -> practitioners (practitioner_id));

/// The tables that a query reads together, two by two. All with all would be seven thousand pairs, each with several
/// implementations for the compiler to make.
macro_rules! read_together {
    ($($one:ident $other:ident,)+) => { $(diesel::allow_tables_to_appear_in_same_query!($one, $other);)+ };
}

read_together! {
    absences appointments,
    absences slots,
    account_marks account_mark_keys,
    account_marks accounts,
    account_marks clinicians,
    account_marks hub_coordinators,
    account_marks practitioners,
    accounts appointments,
    accounts blocked_colleagues,
    accounts clinician_languages,
    accounts clinician_specialisms,
    accounts clinicians,
    accounts clinics,
    accounts commissioned_areas,
    accounts contacts,
    accounts feedback,
    accounts hub_coordinators,
    accounts invitations,
    accounts practitioners,
    accounts sessions,
    accounts signposts,
    accounts slots,
    appointments appointment_events,
    appointments care_episodes,
    appointments care_plans,
    appointments clinical_notes,
    appointments feedback_invitations,
    appointments follow_ups,
    appointments group_attendances,
    appointments signposts,
    appointments statistics_cells,
    appointments therapy_groups,
    assessments assessment_answers,
    audit_events self_checks,
    blocked_colleagues clinicians,
    blocked_colleagues hub_referrals,
    blocked_colleagues hubs,
    care_plans care_plan_versions,
    care_plans group_attendances,
    care_plans therapy_groups,
    clinical_notes care_plans,
    clinical_notes group_attendances,
    clinical_notes note_addenda,
    clinical_notes therapy_groups,
    clinician_languages slots,
    clinician_specialisms clinician_languages,
    clinician_specialisms slots,
    clinicians appointments,
    clinicians clinician_languages,
    clinicians clinician_specialisms,
    clinicians clinics,
    clinicians follow_ups,
    clinicians prescribing_rights,
    clinicians slots,
    clinics absences,
    clinics appointments,
    clinics slots,
    contact_tasks invitations,
    contacts contact_tasks,
    contacts feedback,
    contacts fit_notes,
    contacts follow_ups,
    contacts invitations,
    contacts prescriptions,
    feedback_releases feedback,
    fit_notes feedback,
    fit_notes fit_note_duplicates,
    fit_notes follow_ups,
    follow_ups feedback,
    follow_ups follow_up_contacts,
    funding_requests funding_uses,
    group_facilitators group_enrolments,
    group_facilitators group_sessions,
    group_sessions group_enrolments,
    group_sessions group_notes,
    hubs clinicians,
    hubs contacts,
    hubs feedback,
    hubs fit_notes,
    hubs follow_ups,
    hubs hub_channels,
    hubs hub_coordinators,
    hubs hub_coverage,
    hubs hub_referrals,
    hubs prescriptions,
    hubs self_checks,
    hubs signposts,
    hubs slots,
    outbox accounts,
    outbox audit_events,
    outbox invitations,
    outbox outreach_recipients,
    outbox self_checks,
    pathway_moves feedback_invitations,
    practitioners appointments,
    practitioners assessment_answers,
    practitioners assessments,
    practitioners blocked_colleagues,
    practitioners care_plans,
    practitioners clinical_notes,
    practitioners clinicians,
    practitioners entered_scores,
    practitioners feedback,
    practitioners follow_ups,
    practitioners group_attendances,
    practitioners hub_referrals,
    practitioners hubs,
    practitioners slots,
    practitioners statistics_snapshots,
    practitioners therapy_groups,
    prescribing_registers prescribing_rights,
    prescriptions feedback,
    prescriptions fit_notes,
    prescriptions follow_ups,
    prescriptions prescription_issues,
    problems problem_versions,
    self_checks contacts,
    self_checks feedback,
    self_checks fit_notes,
    self_checks follow_ups,
    self_checks prescriptions,
    sessions clinicians,
    sessions clinics,
    sessions funding_requests,
    sessions hub_coordinators,
    sessions practitioners,
    sessions slots,
    signposts contacts,
    signposts eligibility_rules,
    signposts feedback,
    signposts fit_notes,
    signposts follow_ups,
    signposts intake_switch_changes,
    signposts intake_switches,
    signposts invitations,
    signposts prescriptions,
    signposts self_checks,
    signposts signpost_changes,
    slots appointments,
    slots care_plans,
    slots clinical_notes,
    slots group_attendances,
    slots therapy_groups,
    statistics_snapshots statistics_cells,
    therapy_groups group_attendances,
    therapy_groups group_enrolments,
    therapy_groups group_facilitators,
}
