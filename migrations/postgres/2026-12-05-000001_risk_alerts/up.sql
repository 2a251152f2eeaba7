SET LOCAL lock_timeout = '3s';
-- An alert has events, contact attempts, a due time and steps of escalation, and ends with a risk assessment by a clinician.

-- When it was closed, and who closed it: the new names of acknowledged_at and acknowledged_by, which are still written beside them.
ALTER TABLE risk_alerts ADD COLUMN closed_at timestamptz;
ALTER TABLE risk_alerts ADD COLUMN closed_by uuid REFERENCES accounts (id);
-- None only in an alert that an instance of the version before has raised.
ALTER TABLE risk_alerts ADD COLUMN due_at timestamptz;
-- When the next step of escalation is due; none when the alert is closed.
ALTER TABLE risk_alerts ADD COLUMN next_step_at timestamptz;
-- How many steps of escalation were taken: 0, 1 or 2. The second one is repeated.
ALTER TABLE risk_alerts ADD COLUMN escalation_level integer NOT NULL DEFAULT 0;
ALTER TABLE risk_alerts ADD COLUMN escalated_at timestamptz;
-- A further event soon after this one belongs to the same alert.
ALTER TABLE risk_alerts ADD COLUMN last_event_at timestamptz;

-- What raised an alert. The kind, the severity, the source and the words are sealed together.
CREATE TABLE risk_alert_events (
    id uuid PRIMARY KEY NOT NULL,
    alert_id uuid NOT NULL REFERENCES risk_alerts (id),
    at timestamptz NOT NULL,
    details bytea NOT NULL
);
CREATE INDEX risk_alert_events_alert ON risk_alert_events (alert_id, id);

-- Attempts to make contact because of an alert: how, whether the person was reached, and the note, sealed together.
CREATE TABLE risk_contact_attempts (
    id uuid PRIMARY KEY NOT NULL,
    alert_id uuid NOT NULL REFERENCES risk_alerts (id),
    at timestamptz NOT NULL,
    made_by uuid NOT NULL REFERENCES accounts (id),
    details bytea NOT NULL
);
CREATE INDEX risk_contact_attempts_alert ON risk_contact_attempts (alert_id, id);
CREATE INDEX risk_contact_attempts_made_by ON risk_contact_attempts (made_by);
CREATE TRIGGER risk_contact_attempts_final BEFORE UPDATE ON risk_contact_attempts FOR EACH ROW EXECUTE FUNCTION record_is_final();

-- Structured risk assessments of clinicians, each sealed as one document.
CREATE TABLE risk_assessments (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    -- the alert that it closed, if it closed one
    alert_id uuid REFERENCES risk_alerts (id),
    clinician_id uuid NOT NULL REFERENCES accounts (id),
    at timestamptz NOT NULL,
    details bytea NOT NULL
);
CREATE INDEX risk_assessments_practitioner ON risk_assessments (practitioner_id, id);
CREATE UNIQUE INDEX risk_assessments_alert ON risk_assessments (alert_id);
CREATE INDEX risk_assessments_clinician ON risk_assessments (clinician_id);
CREATE TRIGGER risk_assessments_final BEFORE UPDATE ON risk_assessments FOR EACH ROW EXECUTE FUNCTION record_is_final();

-- Every alert so far is about one answer. How severe it is was not stored, so it counts as urgent: due four hours after it was raised.
-- What was acknowledged is closed; its note stays.
UPDATE risk_alerts SET closed_at = acknowledged_at, closed_by = acknowledged_by, last_event_at = raised_at,
    due_at = date_trunc('second', raised_at) + interval '4 hours';
UPDATE risk_alerts SET next_step_at = due_at WHERE closed_at IS NULL;
-- No migration has the keys: the program seals these values when it starts, before it answers.
INSERT INTO risk_alert_events SELECT id, id, raised_at, '' FROM risk_alerts;
INSERT INTO unsealed_values SELECT 'risk_alert_events.details', id, json_build_object('kind', 'risk_answer', 'severity', 'urgent',
    'source', CASE WHEN assessment_id IS NULL THEN 'self_check' ELSE 'assessment' END,
    'source_id', coalesce(assessment_id, self_check_id), 'questionnaire', questionnaire, 'note', NULL)::text FROM risk_alerts;

CREATE INDEX risk_alerts_closed_by ON risk_alerts (closed_by);
-- Who has an open alert is asked of every list of people.
CREATE INDEX risk_alerts_not_closed ON risk_alerts (closed_at, practitioner_id);

-- New alerts have neither an assessment nor a self-check nor a questionnaire of their own: their events have them.
ALTER TABLE risk_alerts DROP CONSTRAINT risk_alerts_about;
ALTER TABLE risk_alerts
    ALTER COLUMN questionnaire SET DEFAULT '',
    ADD CONSTRAINT risk_alerts_about CHECK (assessment_id IS NULL OR self_check_id IS NULL);
