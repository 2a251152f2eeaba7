-- Tables and columns get the names of the glossary and of the contract. The version before does not know them: no instance of it may serve
-- while this one is in use.

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

-- SQLite does not rename an index.
DROP INDEX account_mark_keys_value;
CREATE INDEX identity_entry_keys_value ON identity_entry_keys (value_index, entry_id);
DROP INDEX account_marks_account;
CREATE INDEX identity_entries_account ON identity_entries (account_id, kind);
DROP INDEX account_marks_approved_by;
CREATE INDEX identity_entries_approved_by ON identity_entries (approved_by);
DROP INDEX account_marks_employer_held;
CREATE UNIQUE INDEX identity_entries_employer_held ON identity_entries (account_id, value_index)
    WHERE held_until IS NULL AND kind = 'employer';
DROP INDEX account_marks_ended;
CREATE INDEX identity_entries_ended ON identity_entries (held_until) WHERE NOT lapsed AND kind = 'employer' AND held_until IS NOT NULL;
DROP INDEX account_marks_ended_by;
CREATE INDEX identity_entries_ended_by ON identity_entries (ended_by);
DROP INDEX account_marks_form;
CREATE INDEX identity_entries_name_form ON identity_entries (name_form);
DROP INDEX account_marks_held;
CREATE UNIQUE INDEX identity_entries_held ON identity_entries (account_id, kind) WHERE held_until IS NULL AND kind <> 'employer';
DROP INDEX account_marks_kind;
CREATE INDEX identity_entries_kind ON identity_entries (kind, lapsed);
DROP INDEX account_marks_left_service;
CREATE INDEX identity_entries_left_service ON identity_entries (held_until)
    WHERE NOT lapsed AND kind = 'service_employment' AND held_until IS NOT NULL;
DROP INDEX account_marks_set_by;
CREATE INDEX identity_entries_set_by ON identity_entries (set_by);
DROP INDEX account_marks_value;
CREATE INDEX identity_entries_value ON identity_entries (value_index, kind);
DROP INDEX allergy_statements_said_by;
CREATE INDEX allergy_statements_recorded_by ON allergy_statements (recorded_by);
DROP INDEX assessments_asked_by;
CREATE INDEX assessments_requested_by ON assessments (requested_by);
DROP INDEX duty_periods_set_by;
CREATE INDEX duty_periods_proposed_by ON duty_periods (proposed_by);
DROP INDEX eligibility_rules_place;
CREATE INDEX eligibility_rules_priority ON eligibility_rules (priority, id);
DROP INDEX follow_ups_agreed_in;
CREATE INDEX follow_ups_agreed_appointment ON follow_ups (agreed_appointment_id);
DROP INDEX follow_ups_look;
CREATE INDEX follow_ups_next_step ON follow_ups (next_step_at, id);
DROP INDEX funding_uses_appointment;
CREATE UNIQUE INDEX funded_sessions_appointment ON funded_sessions (appointment_id);
DROP INDEX funding_uses_kept_by;
CREATE INDEX funded_sessions_confirmed_by ON funded_sessions (confirmed_by);
DROP INDEX funding_uses_request;
CREATE INDEX funded_sessions_request ON funded_sessions (request_id, id);
DROP INDEX funding_uses_time;
CREATE INDEX funded_sessions_time ON funded_sessions (starts_at, id);
DROP INDEX gp_sharing_statements_said_by;
CREATE INDEX gp_sharing_statements_recorded_by ON gp_sharing_statements (recorded_by);
DROP INDEX group_holds_practitioner;
CREATE INDEX group_rescreenings_practitioner ON group_rescreenings (practitioner_id);
DROP INDEX group_sessions_form;
CREATE UNIQUE INDEX group_sessions_record_type ON group_sessions (id, record_type);
DROP INDEX intake_switch_changes_by;
CREATE INDEX intake_period_changes_by ON intake_period_changes (changed_by);
DROP INDEX intake_switches_turn;
CREATE UNIQUE INDEX intake_periods_start ON intake_periods (cohort, starts_on);
DROP INDEX invitations_kept;
CREATE INDEX invitations_retention ON invitations (retention_starts_at);
DROP INDEX message_rests_age;
CREATE INDEX message_counts_age ON message_counts (since);
DROP INDEX outreach_campaigns_handed_in_by;
CREATE INDEX outreach_campaigns_submitted_by ON outreach_campaigns (submitted_by);
DROP INDEX pathway_moves_at;
CREATE INDEX pathway_changes_at ON pathway_changes (changed_at, id);
DROP INDEX pathway_moves_practitioner;
CREATE INDEX pathway_changes_practitioner ON pathway_changes (practitioner_id, id);
DROP INDEX prescribing_registers_updated_by;
CREATE INDEX prescribers_updated_by ON prescribers (updated_by);
DROP INDEX self_checks_token;
CREATE UNIQUE INDEX self_checks_code ON self_checks (code_tag);
DROP INDEX sign_in_places_age;
CREATE INDEX sign_in_locations_age ON sign_in_locations (last_seen_at);
DROP INDEX therapy_groups_form;
CREATE UNIQUE INDEX therapy_groups_record_type ON therapy_groups (id, record_type);

-- Stored values.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''entry_name''', '''directory_name''')
    WHERE type = 'table' AND name = 'identity_entries';
PRAGMA writable_schema = RESET;
-- Making and dropping a table moves the schema's version, so that every open connection reads it again.
CREATE TABLE schema_is_read_again (id INTEGER);
DROP TABLE schema_is_read_again;
UPDATE identity_entries SET kind = 'directory_name' WHERE kind = 'entry_name';
UPDATE eligibility_rules SET code = 'everyone_else'
    WHERE code = 'everybody_else' AND NOT EXISTS (SELECT 1 FROM eligibility_rules WHERE code = 'everyone_else');
