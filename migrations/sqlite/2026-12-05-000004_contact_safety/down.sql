-- The version before knows neither the new needs and steps nor the new kinds of task.
UPDATE contact_triages SET next_step = 'arrange_today' WHERE next_step IN ('protect_child', 'protect_adult', 'reach_own_team');
UPDATE contact_triages SET next_step = 'give_information' WHERE next_step IN ('support_bereaved', 'raise_concern');
UPDATE contact_triages SET next_step = 'advise_about_someone_else' WHERE next_step = 'advise_colleague_or_family';
UPDATE contact_triages SET needs = replace(replace(replace(replace(replace(replace(needs,
    '"safeguarding_child"', '"needs_today"'), '"safeguarding_adult"', '"needs_today"'), '"existing_patient"', '"needs_today"'),
    '"bereavement"', '"wants_information"'), '"patient_safety"', '"wants_information"'),
    '"worried_colleague_or_family"', '"about_someone_else"');
DELETE FROM contact_tasks WHERE kind IN ('safeguarding', 'patient_safety');
DELETE FROM signpost_changes WHERE signpost_id IN (SELECT id FROM signposts
    WHERE accessible OR needs LIKE '%_safeguarding"%' OR needs LIKE '%"speaking_up"%');
DELETE FROM signposts WHERE accessible OR needs LIKE '%_safeguarding"%' OR needs LIKE '%"speaking_up"%';

ALTER TABLE signposts DROP COLUMN accessible;
DROP INDEX message_preferences_mobile;
ALTER TABLE message_preferences DROP COLUMN mobile_index;
ALTER TABLE contact_tasks DROP COLUMN duty_notified_at;
DROP INDEX contacts_reference;
ALTER TABLE contacts DROP COLUMN reference_index;
DROP TABLE contact_crises;

PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''give_information'', ''protect_child'', ''protect_adult'', ''support_bereaved'', ''reach_own_team'', ''advise_colleague_or_family'', ''raise_concern''', '''give_information''')
    WHERE type = 'table' AND name = 'contact_triages';
UPDATE sqlite_schema SET sql = replace(sql, '''call_back'', ''safeguarding'', ''patient_safety''', '''call_back''')
    WHERE type = 'table' AND name = 'contact_tasks';
PRAGMA writable_schema = RESET;
CREATE TABLE schema_is_read_again (id INTEGER);
DROP TABLE schema_is_read_again;
