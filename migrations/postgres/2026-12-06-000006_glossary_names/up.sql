-- Tables and columns get the names of the glossary and of the contract. The version before does not know them: no instance of it may serve
-- while this one is in use.
SET LOCAL lock_timeout = '3s';

-- platform
ALTER TABLE message_rests RENAME TO message_counts;

-- reference
ALTER TABLE reference_changes RENAME COLUMN begun_at TO applied_at;

-- people
ALTER TABLE account_mark_keys RENAME TO identity_entry_keys;
ALTER TABLE account_marks RENAME TO identity_entries;
ALTER TABLE pathway_moves RENAME TO pathway_changes;
ALTER TABLE sign_in_places RENAME TO sign_in_locations;
ALTER TABLE gp_sharing_statements RENAME COLUMN said_at TO recorded_at;
ALTER TABLE gp_sharing_statements RENAME COLUMN said_by TO recorded_by;
ALTER TABLE gp_sharing_statements RENAME COLUMN said_how TO method;
ALTER TABLE gp_sharing_statements RENAME COLUMN words TO details;
ALTER TABLE identity_entries RENAME COLUMN form TO name_form;
ALTER TABLE identity_entry_keys RENAME COLUMN mark_id TO entry_id;
ALTER TABLE message_preferences RENAME COLUMN code_print TO code_tag;
ALTER TABLE pathway_changes RENAME COLUMN moved_at TO changed_at;
ALTER TABLE sign_in_locations RENAME COLUMN place_index TO location_index;

-- access
ALTER TABLE funding_uses RENAME TO funded_sessions;
ALTER TABLE intake_switch_changes RENAME TO intake_period_changes;
ALTER TABLE intake_switches RENAME TO intake_periods;
ALTER TABLE contacts RENAME COLUMN ending TO close_reason;
ALTER TABLE contacts RENAME COLUMN forgotten_at TO erased_at;
ALTER TABLE eligibility_rules RENAME COLUMN place TO priority;
ALTER TABLE funded_sessions RENAME COLUMN called_off_at TO cancelled_at;
ALTER TABLE funded_sessions RENAME COLUMN given_back_at TO released_at;
ALTER TABLE funded_sessions RENAME COLUMN kept_at TO confirmed_at;
ALTER TABLE funded_sessions RENAME COLUMN kept_by TO confirmed_by;
ALTER TABLE funding_requests RENAME COLUMN reminded TO reminders_sent;
ALTER TABLE intake_period_changes RENAME COLUMN switch_id TO period_id;
ALTER TABLE invitations RENAME COLUMN kept_since TO retention_starts_at;
ALTER TABLE self_checks RENAME COLUMN token_tag TO code_tag;

-- scheduling
ALTER TABLE appointments RENAME COLUMN attendance_at TO attendance_recorded_at;
ALTER TABLE calendar_changes RENAME COLUMN from_at TO old_starts_at;
ALTER TABLE calendar_changes RENAME COLUMN place TO position;
ALTER TABLE calendar_changes RENAME COLUMN to_at TO new_starts_at;
ALTER TABLE calendar_changes RENAME COLUMN what TO kind;
ALTER TABLE clinics RENAME COLUMN laid_out_until TO slots_until;

-- care
ALTER TABLE group_holds RENAME TO group_rescreenings;
ALTER TABLE prescribing_registers RENAME TO prescribers;
ALTER TABLE allergy_statements RENAME COLUMN said_at TO recorded_at;
ALTER TABLE allergy_statements RENAME COLUMN said_by TO recorded_by;
ALTER TABLE assessments RENAME COLUMN asked_by TO requested_by;
ALTER TABLE care_plan_versions RENAME COLUMN words TO content;
ALTER TABLE clinical_notes RENAME COLUMN words TO content;
ALTER TABLE duty_periods RENAME COLUMN set_by TO proposed_by;
ALTER TABLE feedback RENAME COLUMN shuffled TO shuffle_key;
ALTER TABLE follow_ups RENAME COLUMN agreed_in TO agreed_appointment_id;
ALTER TABLE follow_ups RENAME COLUMN chased TO chase_count;
ALTER TABLE follow_ups RENAME COLUMN look_at TO next_step_at;
ALTER TABLE group_enrolments RENAME COLUMN asked_at TO requested_at;
ALTER TABLE group_enrolments RENAME COLUMN meets TO willing_to_meet;
ALTER TABLE group_facilitators RENAME COLUMN meets TO willing_to_meet;
ALTER TABLE group_facilitators RENAME COLUMN place TO position;
ALTER TABLE group_notes RENAME COLUMN form TO record_type;
ALTER TABLE group_notes RENAME COLUMN words TO content;
ALTER TABLE group_rescreenings RENAME COLUMN placed_at TO required_at;
ALTER TABLE group_sessions RENAME COLUMN form TO record_type;
ALTER TABLE note_addenda RENAME COLUMN words TO content;
ALTER TABLE problem_versions RENAME COLUMN words TO content;
ALTER TABLE problems RENAME COLUMN words TO content;
ALTER TABLE risk_assessments RENAME COLUMN at TO recorded_at;
ALTER TABLE therapy_groups RENAME COLUMN form TO record_type;
ALTER TABLE therapy_groups RENAME COLUMN laid_out_until TO sessions_until;

-- partners
ALTER TABLE area_places RENAME TO area_assignments;
ALTER TABLE outreach_campaigns RENAME COLUMN handed_in_by TO submitted_by;

-- insight
ALTER TABLE statistics_snapshots RENAME COLUMN made_at TO counted_at;

-- PostgreSQL keeps the names of indexes and constraints when what they are about is renamed.
ALTER INDEX account_mark_keys_value RENAME TO identity_entry_keys_value;
ALTER INDEX account_marks_account RENAME TO identity_entries_account;
ALTER INDEX account_marks_approved_by RENAME TO identity_entries_approved_by;
ALTER INDEX account_marks_employer_held RENAME TO identity_entries_employer_held;
ALTER INDEX account_marks_ended RENAME TO identity_entries_ended;
ALTER INDEX account_marks_ended_by RENAME TO identity_entries_ended_by;
ALTER INDEX account_marks_form RENAME TO identity_entries_name_form;
ALTER INDEX account_marks_held RENAME TO identity_entries_held;
ALTER INDEX account_marks_kind RENAME TO identity_entries_kind;
ALTER INDEX account_marks_left_service RENAME TO identity_entries_left_service;
ALTER INDEX account_marks_set_by RENAME TO identity_entries_set_by;
ALTER INDEX account_marks_value RENAME TO identity_entries_value;
ALTER INDEX allergy_statements_said_by RENAME TO allergy_statements_recorded_by;
ALTER INDEX assessments_asked_by RENAME TO assessments_requested_by;
ALTER INDEX duty_periods_set_by RENAME TO duty_periods_proposed_by;
ALTER INDEX eligibility_rules_place RENAME TO eligibility_rules_priority;
ALTER INDEX follow_ups_agreed_in RENAME TO follow_ups_agreed_appointment;
ALTER INDEX follow_ups_look RENAME TO follow_ups_next_step;
ALTER INDEX funding_uses_appointment RENAME TO funded_sessions_appointment;
ALTER INDEX funding_uses_kept_by RENAME TO funded_sessions_confirmed_by;
ALTER INDEX funding_uses_request RENAME TO funded_sessions_request;
ALTER INDEX funding_uses_time RENAME TO funded_sessions_time;
ALTER INDEX gp_sharing_statements_said_by RENAME TO gp_sharing_statements_recorded_by;
ALTER INDEX group_holds_practitioner RENAME TO group_rescreenings_practitioner;
ALTER INDEX group_sessions_form RENAME TO group_sessions_record_type;
ALTER INDEX intake_switch_changes_by RENAME TO intake_period_changes_by;
ALTER INDEX intake_switches_turn RENAME TO intake_periods_start;
ALTER INDEX invitations_kept RENAME TO invitations_retention;
ALTER INDEX message_rests_age RENAME TO message_counts_age;
ALTER INDEX outreach_campaigns_handed_in_by RENAME TO outreach_campaigns_submitted_by;
ALTER INDEX pathway_moves_at RENAME TO pathway_changes_at;
ALTER INDEX pathway_moves_practitioner RENAME TO pathway_changes_practitioner;
ALTER INDEX prescribing_registers_updated_by RENAME TO prescribers_updated_by;
ALTER INDEX self_checks_token RENAME TO self_checks_code;
ALTER INDEX sign_in_places_age RENAME TO sign_in_locations_age;
ALTER INDEX therapy_groups_form RENAME TO therapy_groups_record_type;
ALTER TABLE identity_entry_keys RENAME CONSTRAINT account_mark_keys_mark_id_fkey TO identity_entry_keys_entry_id_fkey;
ALTER TABLE identity_entry_keys RENAME CONSTRAINT account_mark_keys_pkey TO identity_entry_keys_pkey;
ALTER TABLE identity_entries RENAME CONSTRAINT account_marks_account_id_fkey TO identity_entries_account_id_fkey;
ALTER TABLE identity_entries RENAME CONSTRAINT account_marks_approved_by_fkey TO identity_entries_approved_by_fkey;
ALTER TABLE identity_entries RENAME CONSTRAINT account_marks_check TO identity_entries_check;
ALTER TABLE identity_entries RENAME CONSTRAINT account_marks_check1 TO identity_entries_check1;
ALTER TABLE identity_entries RENAME CONSTRAINT account_marks_ended_by_fkey TO identity_entries_ended_by_fkey;
ALTER TABLE identity_entries RENAME CONSTRAINT account_marks_kind_check TO identity_entries_kind_check;
ALTER TABLE identity_entries RENAME CONSTRAINT account_marks_pkey TO identity_entries_pkey;
ALTER TABLE identity_entries RENAME CONSTRAINT account_marks_set_by_fkey TO identity_entries_set_by_fkey;
ALTER TABLE allergy_statements RENAME CONSTRAINT allergy_statements_said_by_fkey TO allergy_statements_recorded_by_fkey;
ALTER TABLE area_assignments RENAME CONSTRAINT area_places_check TO area_assignments_check;
ALTER TABLE area_assignments RENAME CONSTRAINT area_places_check1 TO area_assignments_check1;
ALTER TABLE area_assignments RENAME CONSTRAINT area_places_kind_check TO area_assignments_kind_check;
ALTER TABLE area_assignments RENAME CONSTRAINT area_places_pkey TO area_assignments_pkey;
ALTER TABLE assessments RENAME CONSTRAINT assessments_asked_by_fkey TO assessments_requested_by_fkey;
ALTER TABLE calendar_changes RENAME CONSTRAINT calendar_changes_what_check TO calendar_changes_kind_check;
ALTER TABLE contacts RENAME CONSTRAINT contacts_ending_check TO contacts_close_reason_check;
ALTER TABLE duty_periods RENAME CONSTRAINT duty_periods_set_by_fkey TO duty_periods_proposed_by_fkey;
ALTER TABLE eligibility_rules RENAME CONSTRAINT eligibility_rules_place_check TO eligibility_rules_priority_check;
ALTER TABLE follow_ups RENAME CONSTRAINT follow_ups_agreed_in_fkey TO follow_ups_agreed_appointment_id_fkey;
ALTER TABLE follow_ups RENAME CONSTRAINT follow_ups_chased_check TO follow_ups_chase_count_check;
ALTER TABLE funding_requests RENAME CONSTRAINT funding_requests_reminded_check TO funding_requests_reminders_sent_check;
ALTER TABLE funded_sessions RENAME CONSTRAINT funding_uses_appointment_id_fkey TO funded_sessions_appointment_id_fkey;
ALTER TABLE funded_sessions RENAME CONSTRAINT funding_uses_check TO funded_sessions_check;
ALTER TABLE funded_sessions RENAME CONSTRAINT funding_uses_check1 TO funded_sessions_check1;
ALTER TABLE funded_sessions RENAME CONSTRAINT funding_uses_kept_by_fkey TO funded_sessions_confirmed_by_fkey;
ALTER TABLE funded_sessions RENAME CONSTRAINT funding_uses_pence_check TO funded_sessions_pence_check;
ALTER TABLE funded_sessions RENAME CONSTRAINT funding_uses_pkey TO funded_sessions_pkey;
ALTER TABLE funded_sessions RENAME CONSTRAINT funding_uses_request_id_fkey TO funded_sessions_request_id_fkey;
ALTER TABLE funded_sessions RENAME CONSTRAINT funding_uses_session_check TO funded_sessions_session_check;
ALTER TABLE gp_sharing_statements RENAME CONSTRAINT gp_sharing_statements_said_by_fkey TO gp_sharing_statements_recorded_by_fkey;
ALTER TABLE gp_sharing_statements RENAME CONSTRAINT gp_sharing_statements_said_how_check TO gp_sharing_statements_method_check;
ALTER TABLE group_enrolments RENAME CONSTRAINT group_enrolments_meets_check TO group_enrolments_willing_to_meet_check;
ALTER TABLE group_facilitators RENAME CONSTRAINT group_facilitators_meets_check TO group_facilitators_willing_to_meet_check;
ALTER TABLE group_facilitators RENAME CONSTRAINT group_facilitators_place_check TO group_facilitators_position_check;
ALTER TABLE group_rescreenings RENAME CONSTRAINT group_holds_group_id_fkey TO group_rescreenings_group_id_fkey;
ALTER TABLE group_rescreenings RENAME CONSTRAINT group_holds_pkey TO group_rescreenings_pkey;
ALTER TABLE group_rescreenings RENAME CONSTRAINT group_holds_practitioner_id_fkey TO group_rescreenings_practitioner_id_fkey;
ALTER TABLE group_notes RENAME CONSTRAINT group_notes_form_check TO group_notes_record_type_check;
ALTER TABLE group_notes RENAME CONSTRAINT group_notes_session_id_form_fkey TO group_notes_session_id_record_type_fkey;
ALTER TABLE group_sessions RENAME CONSTRAINT group_sessions_group_id_form_fkey TO group_sessions_group_id_record_type_fkey;
ALTER TABLE intake_period_changes RENAME CONSTRAINT intake_switch_changes_changed_by_fkey TO intake_period_changes_changed_by_fkey;
ALTER TABLE intake_period_changes RENAME CONSTRAINT intake_switch_changes_pkey TO intake_period_changes_pkey;
ALTER TABLE intake_period_changes RENAME CONSTRAINT intake_switch_changes_switch_id_fkey TO intake_period_changes_period_id_fkey;
ALTER TABLE intake_periods RENAME CONSTRAINT intake_switches_check TO intake_periods_check;
ALTER TABLE intake_periods RENAME CONSTRAINT intake_switches_cohort_check TO intake_periods_cohort_check;
ALTER TABLE intake_periods RENAME CONSTRAINT intake_switches_pkey TO intake_periods_pkey;
ALTER TABLE message_counts RENAME CONSTRAINT message_rests_pkey TO message_counts_pkey;
ALTER TABLE outreach_campaigns RENAME CONSTRAINT outreach_campaigns_handed_in_by_fkey TO outreach_campaigns_submitted_by_fkey;
ALTER TABLE pathway_changes RENAME CONSTRAINT pathway_moves_pathway_check TO pathway_changes_pathway_check;
ALTER TABLE pathway_changes RENAME CONSTRAINT pathway_moves_pkey TO pathway_changes_pkey;
ALTER TABLE pathway_changes RENAME CONSTRAINT pathway_moves_practitioner_id_fkey TO pathway_changes_practitioner_id_fkey;
ALTER TABLE prescribers RENAME CONSTRAINT prescribing_registers_clinician_id_fkey TO prescribers_clinician_id_fkey;
ALTER TABLE prescribers RENAME CONSTRAINT prescribing_registers_pkey TO prescribers_pkey;
ALTER TABLE prescribers RENAME CONSTRAINT prescribing_registers_updated_by_fkey TO prescribers_updated_by_fkey;
ALTER TABLE sign_in_locations RENAME CONSTRAINT sign_in_places_account_id_fkey TO sign_in_locations_account_id_fkey;
ALTER TABLE sign_in_locations RENAME CONSTRAINT sign_in_places_pkey TO sign_in_locations_pkey;
ALTER TABLE therapy_groups RENAME CONSTRAINT therapy_groups_form_check TO therapy_groups_record_type_check;

-- Stored values.
ALTER TABLE identity_entries DROP CONSTRAINT identity_entries_kind_check;
UPDATE identity_entries SET kind = 'directory_name' WHERE kind = 'entry_name';
ALTER TABLE identity_entries ADD CONSTRAINT identity_entries_kind_check CHECK (kind IN ('account_name', 'directory_name',
    'registration', 'employer', 'discipline', 'legal_name', 'own_registration', 'account_status', 'prescribing_rights',
    'service_employment', 'hubs')) NOT VALID;
UPDATE eligibility_rules SET code = 'everyone_else'
    WHERE code = 'everybody_else' AND NOT EXISTS (SELECT 1 FROM eligibility_rules WHERE code = 'everyone_else');
