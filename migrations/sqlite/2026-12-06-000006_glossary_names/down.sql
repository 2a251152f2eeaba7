PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''directory_name''', '''entry_name''')
    WHERE type = 'table' AND name = 'identity_entries';
PRAGMA writable_schema = RESET;
-- Making and dropping a table moves the schema's version, so that every open connection reads it again.
CREATE TABLE schema_is_read_again (id INTEGER);
DROP TABLE schema_is_read_again;
UPDATE identity_entries SET kind = 'entry_name' WHERE kind = 'directory_name';
UPDATE eligibility_rules SET code = 'everybody_else'
    WHERE code = 'everyone_else' AND NOT EXISTS (SELECT 1 FROM eligibility_rules WHERE code = 'everybody_else');

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

DROP INDEX identity_entry_keys_value;
CREATE INDEX account_mark_keys_value ON account_mark_keys (value_index, mark_id);
DROP INDEX identity_entries_account;
CREATE INDEX account_marks_account ON account_marks (account_id, kind);
DROP INDEX identity_entries_approved_by;
CREATE INDEX account_marks_approved_by ON account_marks (approved_by);
DROP INDEX identity_entries_employer_held;
CREATE UNIQUE INDEX account_marks_employer_held ON account_marks (account_id, value_index) WHERE held_until IS NULL AND kind = 'employer';
DROP INDEX identity_entries_ended;
CREATE INDEX account_marks_ended ON account_marks (held_until) WHERE NOT lapsed AND kind = 'employer' AND held_until IS NOT NULL;
DROP INDEX identity_entries_ended_by;
CREATE INDEX account_marks_ended_by ON account_marks (ended_by);
DROP INDEX identity_entries_name_form;
CREATE INDEX account_marks_form ON account_marks (form);
DROP INDEX identity_entries_held;
CREATE UNIQUE INDEX account_marks_held ON account_marks (account_id, kind) WHERE held_until IS NULL AND kind <> 'employer';
DROP INDEX identity_entries_kind;
CREATE INDEX account_marks_kind ON account_marks (kind, lapsed);
DROP INDEX identity_entries_left_service;
CREATE INDEX account_marks_left_service ON account_marks (held_until)
    WHERE NOT lapsed AND kind = 'service_employment' AND held_until IS NOT NULL;
DROP INDEX identity_entries_set_by;
CREATE INDEX account_marks_set_by ON account_marks (set_by);
DROP INDEX identity_entries_value;
CREATE INDEX account_marks_value ON account_marks (value_index, kind);
DROP INDEX allergy_statements_recorded_by;
CREATE INDEX allergy_statements_said_by ON allergy_statements (said_by);
DROP INDEX assessments_requested_by;
CREATE INDEX assessments_asked_by ON assessments (asked_by);
DROP INDEX duty_periods_proposed_by;
CREATE INDEX duty_periods_set_by ON duty_periods (set_by);
DROP INDEX eligibility_rules_priority;
CREATE INDEX eligibility_rules_place ON eligibility_rules (place, id);
DROP INDEX follow_ups_agreed_appointment;
CREATE INDEX follow_ups_agreed_in ON follow_ups (agreed_in);
DROP INDEX follow_ups_next_step;
CREATE INDEX follow_ups_look ON follow_ups (look_at, id);
DROP INDEX funded_sessions_appointment;
CREATE UNIQUE INDEX funding_uses_appointment ON funding_uses (appointment_id);
DROP INDEX funded_sessions_confirmed_by;
CREATE INDEX funding_uses_kept_by ON funding_uses (kept_by);
DROP INDEX funded_sessions_request;
CREATE INDEX funding_uses_request ON funding_uses (request_id, id);
DROP INDEX funded_sessions_time;
CREATE INDEX funding_uses_time ON funding_uses (starts_at, id);
DROP INDEX gp_sharing_statements_recorded_by;
CREATE INDEX gp_sharing_statements_said_by ON gp_sharing_statements (said_by);
DROP INDEX group_rescreenings_practitioner;
CREATE INDEX group_holds_practitioner ON group_holds (practitioner_id);
DROP INDEX group_sessions_record_type;
CREATE UNIQUE INDEX group_sessions_form ON group_sessions (id, form);
DROP INDEX intake_period_changes_by;
CREATE INDEX intake_switch_changes_by ON intake_switch_changes (changed_by);
DROP INDEX intake_periods_start;
CREATE UNIQUE INDEX intake_switches_turn ON intake_switches (cohort, starts_on);
DROP INDEX invitations_retention;
CREATE INDEX invitations_kept ON invitations (kept_since);
DROP INDEX message_counts_age;
CREATE INDEX message_rests_age ON message_rests (since);
DROP INDEX outreach_campaigns_submitted_by;
CREATE INDEX outreach_campaigns_handed_in_by ON outreach_campaigns (handed_in_by);
DROP INDEX pathway_changes_at;
CREATE INDEX pathway_moves_at ON pathway_moves (moved_at, id);
DROP INDEX pathway_changes_practitioner;
CREATE INDEX pathway_moves_practitioner ON pathway_moves (practitioner_id, id);
DROP INDEX prescribers_updated_by;
CREATE INDEX prescribing_registers_updated_by ON prescribing_registers (updated_by);
DROP INDEX self_checks_code;
CREATE UNIQUE INDEX self_checks_token ON self_checks (token_tag);
DROP INDEX sign_in_locations_age;
CREATE INDEX sign_in_places_age ON sign_in_places (last_seen_at);
DROP INDEX therapy_groups_record_type;
CREATE UNIQUE INDEX therapy_groups_form ON therapy_groups (id, form);
