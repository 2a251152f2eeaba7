SET LOCAL lock_timeout = '3s';

ALTER TABLE signpost_changes DROP CONSTRAINT signpost_changes_change_check;
UPDATE signpost_changes SET change = 'shipped' WHERE change = 'built_in';
ALTER TABLE signpost_changes ADD CONSTRAINT signpost_changes_change_check CHECK (change IN ('shipped', 'added', 'changed', 'ended', 'checked'));

ALTER TABLE contacts DROP CONSTRAINT contacts_origin_check;
UPDATE contacts SET origin = 'asked' WHERE origin = 'requested';
ALTER TABLE contacts ADD CONSTRAINT contacts_origin_check CHECK (origin IN ('logged', 'asked', 'self_check', 'outreach'));

ALTER TABLE contact_triages DROP CONSTRAINT contact_triages_next_step_check;
UPDATE contact_triages SET next_step = 'advise_about_another' WHERE next_step = 'advise_about_someone_else';
ALTER TABLE contact_triages ADD CONSTRAINT contact_triages_next_step_check CHECK (next_step IN ('call_emergency_services', 'arrange_today', 'advise_about_another', 'send_invitation', 'give_information'));

ALTER TABLE contact_tasks DROP CONSTRAINT contact_tasks_kind_check;
UPDATE contact_tasks SET kind = 'ring_back' WHERE kind = 'call_back';
ALTER TABLE contact_tasks ADD CONSTRAINT contact_tasks_kind_check CHECK (kind IN ('danger', 'today', 'ring_back'));

ALTER TABLE funding_events DROP CONSTRAINT funding_events_event_check;
UPDATE funding_events
SET event = CASE event
    WHEN 'created' THEN 'begun'
    WHEN 'updated' THEN 'completed'
    WHEN 'screening_started' THEN 'screening_begun'
    WHEN 'information_provided' THEN 'information_given'
    WHEN 'reconsideration_requested' THEN 'reconsideration_asked'
    WHEN 'appointment_confirmed' THEN 'appointment_kept'
    ELSE event END;
ALTER TABLE funding_events ADD CONSTRAINT funding_events_event_check CHECK (event IN ('begun', 'completed', 'submitted', 'screening_begun', 'information_requested', 'information_given',
        'sent_to_panel', 'approved', 'approved_limited', 'declined', 'reconsideration_asked', 'appealed',
        'withdrawn', 'expired', 'appointment_kept'));

ALTER TABLE hub_referral_events DROP CONSTRAINT hub_referral_events_event_check;
UPDATE hub_referral_events
SET event = CASE event
    WHEN 'created' THEN 'made'
    WHEN 'information_provided' THEN 'information_given'
    ELSE event END;
ALTER TABLE hub_referral_events ADD CONSTRAINT hub_referral_events_event_check CHECK (event IN ('made', 'information_requested', 'information_given', 'accepted', 'declined', 'withdrawn', 'closed',
        'consent_withdrawn'));

ALTER TABLE therapy_groups DROP CONSTRAINT therapy_groups_state_check;
UPDATE therapy_groups SET state = 'gathering' WHERE state = 'forming';
ALTER TABLE therapy_groups ADD CONSTRAINT therapy_groups_state_check CHECK (state IN ('gathering', 'running', 'ended', 'cancelled'));

ALTER TABLE group_facilitators DROP CONSTRAINT group_facilitators_meets_check;
UPDATE group_facilitators SET meets = 'anybody' WHERE meets = 'anyone';
ALTER TABLE group_facilitators ADD CONSTRAINT group_facilitators_meets_check CHECK (meets IN ('strangers_only', 'colleagues', 'anybody'));

ALTER TABLE group_enrolments DROP CONSTRAINT group_enrolments_meets_check;
UPDATE group_enrolments SET meets = 'anybody' WHERE meets = 'anyone';
ALTER TABLE group_enrolments ADD CONSTRAINT group_enrolments_meets_check CHECK (meets IN ('strangers_only', 'colleagues', 'anybody'));

UPDATE contact_triages SET needs = replace(needs, '"about_someone_else"', '"about_somebody_else"') WHERE needs LIKE '%"about_someone_else"%';
UPDATE clinicians SET gender = 'not_said' WHERE gender = 'not_stated';
