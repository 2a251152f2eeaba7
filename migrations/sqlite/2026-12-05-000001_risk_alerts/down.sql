-- Events, attempts and assessments are sealed: the version before cannot show them. Nor can it store an alert without an answer.
DELETE FROM unsealed_values WHERE place = 'risk_alert_events.details';
DROP TABLE risk_assessments;
DROP TABLE risk_contact_attempts;
DROP TABLE risk_alert_events;
DELETE FROM risk_alerts WHERE assessment_id IS NULL AND self_check_id IS NULL;
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(replace(sql, 'assessment_id IS NULL OR self_check_id IS NULL', '(assessment_id IS NULL) <> (self_check_id IS NULL)'),
    'questionnaire TEXT NOT NULL DEFAULT '''',', 'questionnaire TEXT NOT NULL,')
    WHERE type = 'table' AND name = 'risk_alerts';
PRAGMA writable_schema = RESET;
CREATE TABLE schema_is_read_again (id INTEGER);
DROP TABLE schema_is_read_again;
DROP INDEX risk_alerts_not_closed;
DROP INDEX risk_alerts_closed_by;
ALTER TABLE risk_alerts DROP COLUMN last_event_at;
ALTER TABLE risk_alerts DROP COLUMN escalated_at;
ALTER TABLE risk_alerts DROP COLUMN escalation_level;
ALTER TABLE risk_alerts DROP COLUMN next_step_at;
ALTER TABLE risk_alerts DROP COLUMN due_at;
ALTER TABLE risk_alerts DROP COLUMN closed_by;
ALTER TABLE risk_alerts DROP COLUMN closed_at;
