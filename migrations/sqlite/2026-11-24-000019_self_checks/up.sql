-- Answers that somebody gave without saying who they are. Nothing of them is kept but the answers and the day.

CREATE TABLE self_checks (
    -- made of the day, not of the moment
    id TEXT PRIMARY KEY NOT NULL,
    -- a keyed tag of the code that was handed out with the results; none once it was used
    token_tag TEXT,
    taken_on DATE NOT NULL,
    -- answers and what they come to, sealed
    results BLOB NOT NULL,
    -- the last day of those that nobody took over: deleted after it
    expires_on DATE,
    -- who took them over into their record, and when
    claimed_by TEXT REFERENCES practitioners (id),
    claimed_at TEXT,
    CHECK ((claimed_by IS NULL) = (claimed_at IS NULL)),
    CHECK ((claimed_by IS NULL) = (token_tag IS NOT NULL)),
    CHECK ((claimed_by IS NULL) = (expires_on IS NOT NULL))
);
CREATE UNIQUE INDEX self_checks_token ON self_checks (token_tag);
CREATE INDEX self_checks_expires ON self_checks (expires_on);
CREATE INDEX self_checks_claimed ON self_checks (claimed_by, id);

-- An alert is about an answer in an assessment, or in a self-check that was taken over.
CREATE TABLE risk_alerts_anew (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    assessment_id TEXT REFERENCES assessments (id),
    questionnaire TEXT NOT NULL,
    raised_at TEXT NOT NULL,
    acknowledged_at TEXT,
    acknowledged_by TEXT REFERENCES accounts (id),
    -- what was done, sealed
    note BLOB,
    self_check_id TEXT REFERENCES self_checks (id),
    CHECK ((assessment_id IS NULL) <> (self_check_id IS NULL))
);
INSERT INTO risk_alerts_anew (id, practitioner_id, assessment_id, questionnaire, raised_at, acknowledged_at, acknowledged_by, note)
SELECT id, practitioner_id, assessment_id, questionnaire, raised_at, acknowledged_at, acknowledged_by, note FROM risk_alerts;
DROP TABLE risk_alerts;
ALTER TABLE risk_alerts_anew RENAME TO risk_alerts;
CREATE INDEX risk_alerts_raised ON risk_alerts (raised_at, id);
CREATE INDEX risk_alerts_practitioner ON risk_alerts (practitioner_id, raised_at);
CREATE INDEX risk_alerts_assessment ON risk_alerts (assessment_id);
CREATE INDEX risk_alerts_acknowledged_by ON risk_alerts (acknowledged_by);
CREATE INDEX risk_alerts_open ON risk_alerts (acknowledged_at, practitioner_id);
CREATE INDEX risk_alerts_self_check ON risk_alerts (self_check_id);
