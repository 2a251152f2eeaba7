-- Stored values get the names that the public contract gives them now.
SET LOCAL lock_timeout = '3s';

ALTER TABLE signpost_changes DROP CONSTRAINT signpost_changes_change_check;
UPDATE signpost_changes SET change = 'built_in' WHERE change = 'shipped';
ALTER TABLE signpost_changes ADD CONSTRAINT signpost_changes_change_check CHECK (change IN ('built_in', 'added', 'changed', 'ended', 'checked'));

ALTER TABLE contacts DROP CONSTRAINT contacts_origin_check;
UPDATE contacts SET origin = 'requested' WHERE origin = 'asked';
ALTER TABLE contacts ADD CONSTRAINT contacts_origin_check CHECK (origin IN ('logged', 'requested', 'self_check', 'outreach'));

ALTER TABLE contact_triages DROP CONSTRAINT contact_triages_next_step_check;
UPDATE contact_triages SET next_step = 'advise_about_someone_else' WHERE next_step = 'advise_about_another';
ALTER TABLE contact_triages ADD CONSTRAINT contact_triages_next_step_check CHECK (next_step IN ('call_emergency_services', 'arrange_today', 'advise_about_someone_else', 'send_invitation', 'give_information'));

ALTER TABLE contact_tasks DROP CONSTRAINT contact_tasks_kind_check;
UPDATE contact_tasks SET kind = 'call_back' WHERE kind = 'ring_back';
ALTER TABLE contact_tasks ADD CONSTRAINT contact_tasks_kind_check CHECK (kind IN ('danger', 'today', 'call_back'));

ALTER TABLE funding_events DROP CONSTRAINT funding_events_event_check;
UPDATE funding_events
SET event = CASE event
    WHEN 'begun' THEN 'created'
    WHEN 'completed' THEN 'updated'
    WHEN 'screening_begun' THEN 'screening_started'
    WHEN 'information_given' THEN 'information_provided'
    WHEN 'reconsideration_asked' THEN 'reconsideration_requested'
    WHEN 'appointment_kept' THEN 'appointment_confirmed'
    ELSE event END;
ALTER TABLE funding_events ADD CONSTRAINT funding_events_event_check CHECK (event IN ('created', 'updated', 'submitted', 'screening_started', 'information_requested', 'information_provided',
        'sent_to_panel', 'approved', 'approved_limited', 'declined', 'reconsideration_requested', 'appealed',
        'withdrawn', 'expired', 'appointment_confirmed'));

ALTER TABLE hub_referral_events DROP CONSTRAINT hub_referral_events_event_check;
UPDATE hub_referral_events
SET event = CASE event
    WHEN 'made' THEN 'created'
    WHEN 'information_given' THEN 'information_provided'
    ELSE event END;
ALTER TABLE hub_referral_events ADD CONSTRAINT hub_referral_events_event_check CHECK (event IN ('created', 'information_requested', 'information_provided', 'accepted', 'declined', 'withdrawn', 'closed',
        'consent_withdrawn'));

ALTER TABLE therapy_groups DROP CONSTRAINT therapy_groups_state_check;
UPDATE therapy_groups SET state = 'forming' WHERE state = 'gathering';
ALTER TABLE therapy_groups ADD CONSTRAINT therapy_groups_state_check CHECK (state IN ('forming', 'running', 'ended', 'cancelled'));

ALTER TABLE group_facilitators DROP CONSTRAINT group_facilitators_meets_check;
UPDATE group_facilitators SET meets = 'anyone' WHERE meets = 'anybody';
ALTER TABLE group_facilitators ADD CONSTRAINT group_facilitators_meets_check CHECK (meets IN ('strangers_only', 'colleagues', 'anyone'));

ALTER TABLE group_enrolments DROP CONSTRAINT group_enrolments_meets_check;
UPDATE group_enrolments SET meets = 'anyone' WHERE meets = 'anybody';
ALTER TABLE group_enrolments ADD CONSTRAINT group_enrolments_meets_check CHECK (meets IN ('strangers_only', 'colleagues', 'anyone'));

UPDATE contact_triages SET needs = replace(needs, '"about_somebody_else"', '"about_someone_else"') WHERE needs LIKE '%"about_somebody_else"%';
UPDATE clinicians SET gender = 'not_stated' WHERE gender = 'not_said';
