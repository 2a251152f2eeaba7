-- What is found out about a person, sealed.

CREATE TABLE assessments (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'concluded')),
    started_at TEXT NOT NULL,
    submitted_at TEXT,
    concluded_at TEXT,
    version INTEGER NOT NULL
);
CREATE INDEX assessments_practitioner ON assessments (practitioner_id, id);
CREATE UNIQUE INDEX assessments_one_open ON assessments (practitioner_id) WHERE state <> 'concluded';

CREATE TABLE assessment_answers (
    assessment_id TEXT NOT NULL REFERENCES assessments (id),
    questionnaire TEXT NOT NULL,
    questionnaire_version TEXT NOT NULL,
    answers BLOB NOT NULL,
    score BLOB NOT NULL,
    answered_at TEXT NOT NULL,
    PRIMARY KEY (assessment_id, questionnaire)
);

CREATE TABLE assessment_outcomes (
    id TEXT PRIMARY KEY NOT NULL,
    assessment_id TEXT NOT NULL REFERENCES assessments (id),
    appointment_id TEXT NOT NULL REFERENCES appointments (id),
    clinician_id TEXT NOT NULL REFERENCES clinicians (id),
    outcome TEXT NOT NULL CHECK (outcome IN ('accepted', 'more_assessment', 'signposted', 'discharged')),
    -- plan, summary and signposts, sealed
    details BLOB NOT NULL,
    recorded_at TEXT NOT NULL
);
CREATE INDEX assessment_outcomes_assessment ON assessment_outcomes (assessment_id, id);
CREATE UNIQUE INDEX assessment_outcomes_appointment ON assessment_outcomes (appointment_id);
CREATE INDEX assessment_outcomes_clinician ON assessment_outcomes (clinician_id);

CREATE TABLE risk_alerts (
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
CREATE INDEX risk_alerts_raised ON risk_alerts (raised_at, id);
CREATE INDEX risk_alerts_practitioner ON risk_alerts (practitioner_id, raised_at);
CREATE INDEX risk_alerts_assessment ON risk_alerts (assessment_id);
CREATE INDEX risk_alerts_acknowledged_by ON risk_alerts (acknowledged_by);
