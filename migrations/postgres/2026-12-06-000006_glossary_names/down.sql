SET LOCAL lock_timeout = '3s';
ALTER TABLE identity_entries DROP CONSTRAINT identity_entries_kind_check;
UPDATE identity_entries SET kind = 'entry_name' WHERE kind = 'directory_name';
ALTER TABLE identity_entries ADD CONSTRAINT identity_entries_kind_check CHECK (kind IN ('account_name', 'entry_name',
    'registration', 'employer', 'discipline', 'legal_name', 'own_registration', 'account_status', 'prescribing_rights',
    'service_employment', 'hubs')) NOT VALID;
UPDATE eligibility_rules SET code = 'everybody_else'
    WHERE code = 'everyone_else' AND NOT EXISTS (SELECT 1 FROM eligibility_rules WHERE code = 'everybody_else');

ALTER TABLE identity_entry_keys RENAME CONSTRAINT identity_entry_keys_entry_id_fkey TO account_mark_keys_mark_id_fkey;
ALTER TABLE identity_entry_keys RENAME CONSTRAINT identity_entry_keys_pkey TO account_mark_keys_pkey;
ALTER TABLE identity_entries RENAME CONSTRAINT identity_entries_account_id_fkey TO account_marks_account_id_fkey;
ALTER TABLE identity_entries RENAME CONSTRAINT identity_entries_approved_by_fkey TO account_marks_approved_by_fkey;
ALTER TABLE identity_entries RENAME CONSTRAINT identity_entries_check TO account_marks_check;
ALTER TABLE identity_entries RENAME CONSTRAINT identity_entries_check1 TO account_marks_check1;
ALTER TABLE identity_entries RENAME CONSTRAINT identity_entries_ended_by_fkey TO account_marks_ended_by_fkey;
ALTER TABLE identity_entries RENAME CONSTRAINT identity_entries_kind_check TO account_marks_kind_check;
ALTER TABLE identity_entries RENAME CONSTRAINT identity_entries_pkey TO account_marks_pkey;
ALTER TABLE identity_entries RENAME CONSTRAINT identity_entries_set_by_fkey TO account_marks_set_by_fkey;
ALTER TABLE allergy_statements RENAME CONSTRAINT allergy_statements_recorded_by_fkey TO allergy_statements_said_by_fkey;
ALTER TABLE area_assignments RENAME CONSTRAINT area_assignments_check TO area_places_check;
ALTER TABLE area_assignments RENAME CONSTRAINT area_assignments_check1 TO area_places_check1;
ALTER TABLE area_assignments RENAME CONSTRAINT area_assignments_kind_check TO area_places_kind_check;
ALTER TABLE area_assignments RENAME CONSTRAINT area_assignments_pkey TO area_places_pkey;
ALTER TABLE assessments RENAME CONSTRAINT assessments_requested_by_fkey TO assessments_asked_by_fkey;
ALTER TABLE calendar_changes RENAME CONSTRAINT calendar_changes_kind_check TO calendar_changes_what_check;
ALTER TABLE contacts RENAME CONSTRAINT contacts_close_reason_check TO contacts_ending_check;
ALTER TABLE duty_periods RENAME CONSTRAINT duty_periods_proposed_by_fkey TO duty_periods_set_by_fkey;
ALTER TABLE eligibility_rules RENAME CONSTRAINT eligibility_rules_priority_check TO eligibility_rules_place_check;
ALTER TABLE follow_ups RENAME CONSTRAINT follow_ups_agreed_appointment_id_fkey TO follow_ups_agreed_in_fkey;
ALTER TABLE follow_ups RENAME CONSTRAINT follow_ups_chase_count_check TO follow_ups_chased_check;
ALTER TABLE funding_requests RENAME CONSTRAINT funding_requests_reminders_sent_check TO funding_requests_reminded_check;
ALTER TABLE funded_sessions RENAME CONSTRAINT funded_sessions_appointment_id_fkey TO funding_uses_appointment_id_fkey;
ALTER TABLE funded_sessions RENAME CONSTRAINT funded_sessions_check TO funding_uses_check;
ALTER TABLE funded_sessions RENAME CONSTRAINT funded_sessions_check1 TO funding_uses_check1;
ALTER TABLE funded_sessions RENAME CONSTRAINT funded_sessions_confirmed_by_fkey TO funding_uses_kept_by_fkey;
ALTER TABLE funded_sessions RENAME CONSTRAINT funded_sessions_pence_check TO funding_uses_pence_check;
ALTER TABLE funded_sessions RENAME CONSTRAINT funded_sessions_pkey TO funding_uses_pkey;
ALTER TABLE funded_sessions RENAME CONSTRAINT funded_sessions_request_id_fkey TO funding_uses_request_id_fkey;
ALTER TABLE funded_sessions RENAME CONSTRAINT funded_sessions_session_check TO funding_uses_session_check;
ALTER TABLE gp_sharing_statements RENAME CONSTRAINT gp_sharing_statements_recorded_by_fkey TO gp_sharing_statements_said_by_fkey;
ALTER TABLE gp_sharing_statements RENAME CONSTRAINT gp_sharing_statements_method_check TO gp_sharing_statements_said_how_check;
ALTER TABLE group_enrolments RENAME CONSTRAINT group_enrolments_willing_to_meet_check TO group_enrolments_meets_check;
ALTER TABLE group_facilitators RENAME CONSTRAINT group_facilitators_willing_to_meet_check TO group_facilitators_meets_check;
ALTER TABLE group_facilitators RENAME CONSTRAINT group_facilitators_position_check TO group_facilitators_place_check;
ALTER TABLE group_rescreenings RENAME CONSTRAINT group_rescreenings_group_id_fkey TO group_holds_group_id_fkey;
ALTER TABLE group_rescreenings RENAME CONSTRAINT group_rescreenings_pkey TO group_holds_pkey;
ALTER TABLE group_rescreenings RENAME CONSTRAINT group_rescreenings_practitioner_id_fkey TO group_holds_practitioner_id_fkey;
ALTER TABLE group_notes RENAME CONSTRAINT group_notes_record_type_check TO group_notes_form_check;
ALTER TABLE group_notes RENAME CONSTRAINT group_notes_session_id_record_type_fkey TO group_notes_session_id_form_fkey;
ALTER TABLE group_sessions RENAME CONSTRAINT group_sessions_group_id_record_type_fkey TO group_sessions_group_id_form_fkey;
ALTER TABLE intake_period_changes RENAME CONSTRAINT intake_period_changes_changed_by_fkey TO intake_switch_changes_changed_by_fkey;
ALTER TABLE intake_period_changes RENAME CONSTRAINT intake_period_changes_pkey TO intake_switch_changes_pkey;
ALTER TABLE intake_period_changes RENAME CONSTRAINT intake_period_changes_period_id_fkey TO intake_switch_changes_switch_id_fkey;
ALTER TABLE intake_periods RENAME CONSTRAINT intake_periods_check TO intake_switches_check;
ALTER TABLE intake_periods RENAME CONSTRAINT intake_periods_cohort_check TO intake_switches_cohort_check;
ALTER TABLE intake_periods RENAME CONSTRAINT intake_periods_pkey TO intake_switches_pkey;
ALTER TABLE message_counts RENAME CONSTRAINT message_counts_pkey TO message_rests_pkey;
ALTER TABLE outreach_campaigns RENAME CONSTRAINT outreach_campaigns_submitted_by_fkey TO outreach_campaigns_handed_in_by_fkey;
ALTER TABLE pathway_changes RENAME CONSTRAINT pathway_changes_pathway_check TO pathway_moves_pathway_check;
ALTER TABLE pathway_changes RENAME CONSTRAINT pathway_changes_pkey TO pathway_moves_pkey;
ALTER TABLE pathway_changes RENAME CONSTRAINT pathway_changes_practitioner_id_fkey TO pathway_moves_practitioner_id_fkey;
ALTER TABLE prescribers RENAME CONSTRAINT prescribers_clinician_id_fkey TO prescribing_registers_clinician_id_fkey;
ALTER TABLE prescribers RENAME CONSTRAINT prescribers_pkey TO prescribing_registers_pkey;
ALTER TABLE prescribers RENAME CONSTRAINT prescribers_updated_by_fkey TO prescribing_registers_updated_by_fkey;
ALTER TABLE sign_in_locations RENAME CONSTRAINT sign_in_locations_account_id_fkey TO sign_in_places_account_id_fkey;
ALTER TABLE sign_in_locations RENAME CONSTRAINT sign_in_locations_pkey TO sign_in_places_pkey;
ALTER TABLE therapy_groups RENAME CONSTRAINT therapy_groups_record_type_check TO therapy_groups_form_check;
ALTER INDEX identity_entry_keys_value RENAME TO account_mark_keys_value;
ALTER INDEX identity_entries_account RENAME TO account_marks_account;
ALTER INDEX identity_entries_approved_by RENAME TO account_marks_approved_by;
ALTER INDEX identity_entries_employer_held RENAME TO account_marks_employer_held;
ALTER INDEX identity_entries_ended RENAME TO account_marks_ended;
ALTER INDEX identity_entries_ended_by RENAME TO account_marks_ended_by;
ALTER INDEX identity_entries_name_form RENAME TO account_marks_form;
ALTER INDEX identity_entries_held RENAME TO account_marks_held;
ALTER INDEX identity_entries_kind RENAME TO account_marks_kind;
ALTER INDEX identity_entries_left_service RENAME TO account_marks_left_service;
ALTER INDEX identity_entries_set_by RENAME TO account_marks_set_by;
ALTER INDEX identity_entries_value RENAME TO account_marks_value;
ALTER INDEX allergy_statements_recorded_by RENAME TO allergy_statements_said_by;
ALTER INDEX assessments_requested_by RENAME TO assessments_asked_by;
ALTER INDEX duty_periods_proposed_by RENAME TO duty_periods_set_by;
ALTER INDEX eligibility_rules_priority RENAME TO eligibility_rules_place;
ALTER INDEX follow_ups_agreed_appointment RENAME TO follow_ups_agreed_in;
ALTER INDEX follow_ups_next_step RENAME TO follow_ups_look;
ALTER INDEX funded_sessions_appointment RENAME TO funding_uses_appointment;
ALTER INDEX funded_sessions_confirmed_by RENAME TO funding_uses_kept_by;
ALTER INDEX funded_sessions_request RENAME TO funding_uses_request;
ALTER INDEX funded_sessions_time RENAME TO funding_uses_time;
ALTER INDEX gp_sharing_statements_recorded_by RENAME TO gp_sharing_statements_said_by;
ALTER INDEX group_rescreenings_practitioner RENAME TO group_holds_practitioner;
ALTER INDEX group_sessions_record_type RENAME TO group_sessions_form;
ALTER INDEX intake_period_changes_by RENAME TO intake_switch_changes_by;
ALTER INDEX intake_periods_start RENAME TO intake_switches_turn;
ALTER INDEX invitations_retention RENAME TO invitations_kept;
ALTER INDEX message_counts_age RENAME TO message_rests_age;
ALTER INDEX outreach_campaigns_submitted_by RENAME TO outreach_campaigns_handed_in_by;
ALTER INDEX pathway_changes_at RENAME TO pathway_moves_at;
ALTER INDEX pathway_changes_practitioner RENAME TO pathway_moves_practitioner;
ALTER INDEX prescribers_updated_by RENAME TO prescribing_registers_updated_by;
ALTER INDEX self_checks_code RENAME TO self_checks_token;
ALTER INDEX sign_in_locations_age RENAME TO sign_in_places_age;
ALTER INDEX therapy_groups_record_type RENAME TO therapy_groups_form;

-- platform
ALTER TABLE message_counts RENAME TO message_rests;

-- reference
ALTER TABLE reference_changes RENAME COLUMN applied_at TO begun_at;

-- people
ALTER TABLE gp_sharing_statements RENAME COLUMN recorded_at TO said_at;
ALTER TABLE gp_sharing_statements RENAME COLUMN recorded_by TO said_by;
ALTER TABLE gp_sharing_statements RENAME COLUMN method TO said_how;
ALTER TABLE gp_sharing_statements RENAME COLUMN details TO words;
ALTER TABLE identity_entries RENAME COLUMN name_form TO form;
ALTER TABLE identity_entry_keys RENAME COLUMN entry_id TO mark_id;
ALTER TABLE message_preferences RENAME COLUMN code_tag TO code_print;
ALTER TABLE pathway_changes RENAME COLUMN changed_at TO moved_at;
ALTER TABLE sign_in_locations RENAME COLUMN location_index TO place_index;
ALTER TABLE identity_entry_keys RENAME TO account_mark_keys;
ALTER TABLE identity_entries RENAME TO account_marks;
ALTER TABLE pathway_changes RENAME TO pathway_moves;
ALTER TABLE sign_in_locations RENAME TO sign_in_places;

-- access
ALTER TABLE contacts RENAME COLUMN close_reason TO ending;
ALTER TABLE contacts RENAME COLUMN erased_at TO forgotten_at;
ALTER TABLE eligibility_rules RENAME COLUMN priority TO place;
ALTER TABLE funded_sessions RENAME COLUMN cancelled_at TO called_off_at;
ALTER TABLE funded_sessions RENAME COLUMN released_at TO given_back_at;
ALTER TABLE funded_sessions RENAME COLUMN confirmed_at TO kept_at;
ALTER TABLE funded_sessions RENAME COLUMN confirmed_by TO kept_by;
ALTER TABLE funding_requests RENAME COLUMN reminders_sent TO reminded;
ALTER TABLE intake_period_changes RENAME COLUMN period_id TO switch_id;
ALTER TABLE invitations RENAME COLUMN retention_starts_at TO kept_since;
ALTER TABLE self_checks RENAME COLUMN code_tag TO token_tag;
ALTER TABLE funded_sessions RENAME TO funding_uses;
ALTER TABLE intake_period_changes RENAME TO intake_switch_changes;
ALTER TABLE intake_periods RENAME TO intake_switches;

-- scheduling
ALTER TABLE appointments RENAME COLUMN attendance_recorded_at TO attendance_at;
ALTER TABLE calendar_changes RENAME COLUMN old_starts_at TO from_at;
ALTER TABLE calendar_changes RENAME COLUMN position TO place;
ALTER TABLE calendar_changes RENAME COLUMN new_starts_at TO to_at;
ALTER TABLE calendar_changes RENAME COLUMN kind TO what;
ALTER TABLE clinics RENAME COLUMN slots_until TO laid_out_until;

-- care
ALTER TABLE allergy_statements RENAME COLUMN recorded_at TO said_at;
ALTER TABLE allergy_statements RENAME COLUMN recorded_by TO said_by;
ALTER TABLE assessments RENAME COLUMN requested_by TO asked_by;
ALTER TABLE care_plan_versions RENAME COLUMN content TO words;
ALTER TABLE clinical_notes RENAME COLUMN content TO words;
ALTER TABLE duty_periods RENAME COLUMN proposed_by TO set_by;
ALTER TABLE feedback RENAME COLUMN shuffle_key TO shuffled;
ALTER TABLE follow_ups RENAME COLUMN agreed_appointment_id TO agreed_in;
ALTER TABLE follow_ups RENAME COLUMN chase_count TO chased;
ALTER TABLE follow_ups RENAME COLUMN next_step_at TO look_at;
ALTER TABLE group_enrolments RENAME COLUMN requested_at TO asked_at;
ALTER TABLE group_enrolments RENAME COLUMN willing_to_meet TO meets;
ALTER TABLE group_facilitators RENAME COLUMN willing_to_meet TO meets;
ALTER TABLE group_facilitators RENAME COLUMN position TO place;
ALTER TABLE group_notes RENAME COLUMN record_type TO form;
ALTER TABLE group_notes RENAME COLUMN content TO words;
ALTER TABLE group_rescreenings RENAME COLUMN required_at TO placed_at;
ALTER TABLE group_sessions RENAME COLUMN record_type TO form;
ALTER TABLE note_addenda RENAME COLUMN content TO words;
ALTER TABLE problem_versions RENAME COLUMN content TO words;
ALTER TABLE problems RENAME COLUMN content TO words;
ALTER TABLE risk_assessments RENAME COLUMN recorded_at TO at;
ALTER TABLE therapy_groups RENAME COLUMN record_type TO form;
ALTER TABLE therapy_groups RENAME COLUMN sessions_until TO laid_out_until;
ALTER TABLE group_rescreenings RENAME TO group_holds;
ALTER TABLE prescribers RENAME TO prescribing_registers;

-- partners
ALTER TABLE outreach_campaigns RENAME COLUMN submitted_by TO handed_in_by;
ALTER TABLE area_assignments RENAME TO area_places;

-- insight
ALTER TABLE statistics_snapshots RENAME COLUMN counted_at TO made_at;
