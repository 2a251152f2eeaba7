-- An alert has events, contact attempts, a due time and steps of escalation, and ends with a risk assessment by a clinician.

-- When it was closed, and who closed it: the new names of acknowledged_at and acknowledged_by, which are still written beside them.
ALTER TABLE risk_alerts ADD COLUMN closed_at TEXT;
ALTER TABLE risk_alerts ADD COLUMN closed_by TEXT REFERENCES accounts (id);
-- None only in an alert that an instance of the version before has raised.
ALTER TABLE risk_alerts ADD COLUMN due_at TEXT;
-- When the next step of escalation is due; none when the alert is closed.
ALTER TABLE risk_alerts ADD COLUMN next_step_at TEXT;
-- How many steps of escalation were taken: 0, 1 or 2. The second one is repeated.
ALTER TABLE risk_alerts ADD COLUMN escalation_level INTEGER NOT NULL DEFAULT 0;
ALTER TABLE risk_alerts ADD COLUMN escalated_at TEXT;
-- A further event soon after this one belongs to the same alert.
ALTER TABLE risk_alerts ADD COLUMN last_event_at TEXT;

-- What raised an alert. The kind, the severity, the source and the words are sealed together.
CREATE TABLE risk_alert_events (
    id TEXT PRIMARY KEY NOT NULL,
    alert_id TEXT NOT NULL REFERENCES risk_alerts (id),
    at TEXT NOT NULL,
    details BLOB NOT NULL
);
CREATE INDEX risk_alert_events_alert ON risk_alert_events (alert_id, id);

-- Attempts to make contact because of an alert: how, whether the person was reached, and the note, sealed together.
CREATE TABLE risk_contact_attempts (
    id TEXT PRIMARY KEY NOT NULL,
    alert_id TEXT NOT NULL REFERENCES risk_alerts (id),
    at TEXT NOT NULL,
    made_by TEXT NOT NULL REFERENCES accounts (id),
    details BLOB NOT NULL
);
CREATE INDEX risk_contact_attempts_alert ON risk_contact_attempts (alert_id, id);
CREATE INDEX risk_contact_attempts_made_by ON risk_contact_attempts (made_by);
CREATE TRIGGER risk_contact_attempts_final BEFORE UPDATE ON risk_contact_attempts
BEGIN
    SELECT RAISE(ABORT, 'risk_contact_attempts_final');
END;

-- Structured risk assessments of clinicians, each sealed as one document.
CREATE TABLE risk_assessments (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    -- the alert that it closed, if it closed one
    alert_id TEXT REFERENCES risk_alerts (id),
    clinician_id TEXT NOT NULL REFERENCES accounts (id),
    at TEXT NOT NULL,
    details BLOB NOT NULL
);
CREATE INDEX risk_assessments_practitioner ON risk_assessments (practitioner_id, id);
CREATE UNIQUE INDEX risk_assessments_alert ON risk_assessments (alert_id);
CREATE INDEX risk_assessments_clinician ON risk_assessments (clinician_id);
CREATE TRIGGER risk_assessments_final BEFORE UPDATE ON risk_assessments
BEGIN
    SELECT RAISE(ABORT, 'risk_assessments_final');
END;

-- Every alert so far is about one answer. How severe it is was not stored, so it counts as urgent: due four hours after it was raised.
-- What was acknowledged is closed; its note stays.
UPDATE risk_alerts SET closed_at = acknowledged_at, closed_by = acknowledged_by, last_event_at = raised_at,
    due_at = strftime('%Y-%m-%dT%H:%M:%S.000000Z', raised_at, '+4 hours');
UPDATE risk_alerts SET next_step_at = due_at WHERE closed_at IS NULL;
-- No migration has the keys: the program seals these values when it starts, before it answers.
INSERT INTO risk_alert_events SELECT id, id, raised_at, X'' FROM risk_alerts;
INSERT INTO unsealed_values SELECT 'risk_alert_events.details', id, json_object('kind', 'risk_answer', 'severity', 'urgent',
    'source', CASE WHEN assessment_id IS NULL THEN 'self_check' ELSE 'assessment' END,
    'source_id', coalesce(assessment_id, self_check_id), 'questionnaire', questionnaire, 'note', NULL) FROM risk_alerts;

CREATE INDEX risk_alerts_closed_by ON risk_alerts (closed_by);
-- Who has an open alert is asked of every list of people.
CREATE INDEX risk_alerts_not_closed ON risk_alerts (closed_at, practitioner_id);

-- New alerts have neither an assessment nor a self-check nor a questionnaire of their own: their events have them.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(replace(sql, '(assessment_id IS NULL) <> (self_check_id IS NULL)', 'assessment_id IS NULL OR self_check_id IS NULL'),
    'questionnaire TEXT NOT NULL,', 'questionnaire TEXT NOT NULL DEFAULT '''',')
    WHERE type = 'table' AND name = 'risk_alerts';
PRAGMA writable_schema = RESET;
-- Making and dropping a table moves the schema's version, so that every open connection reads it again.
CREATE TABLE schema_is_read_again (id INTEGER);
DROP TABLE schema_is_read_again;
