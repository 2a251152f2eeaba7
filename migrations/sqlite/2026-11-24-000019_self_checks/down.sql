DELETE FROM risk_alerts WHERE assessment_id IS NULL;
CREATE TABLE risk_alerts_anew (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    assessment_id TEXT NOT NULL REFERENCES assessments (id),
    questionnaire TEXT NOT NULL,
    raised_at TEXT NOT NULL,
    acknowledged_at TEXT,
    acknowledged_by TEXT REFERENCES accounts (id),
    -- what was done, sealed
    note BLOB
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
DROP TABLE self_checks;
