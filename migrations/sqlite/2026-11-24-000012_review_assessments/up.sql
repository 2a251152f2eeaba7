-- The same questionnaires again, in care and at its end; and when somebody came to stand where.

ALTER TABLE assessments ADD COLUMN purpose TEXT NOT NULL DEFAULT 'intake' CHECK (purpose IN ('intake', 'review', 'end'));
-- the clinician who asked for it; empty where the practitioner began it unasked
ALTER TABLE assessments ADD COLUMN asked_by TEXT REFERENCES clinicians (id);
CREATE INDEX assessments_asked_by ON assessments (asked_by);
DROP INDEX assessments_one_open;
CREATE UNIQUE INDEX assessments_one_open ON assessments (practitioner_id, purpose) WHERE state <> 'concluded';

-- Added to, never changed: each time that somebody's pathway became another.
CREATE TABLE pathway_moves (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    pathway TEXT NOT NULL CHECK (pathway IN ('registered', 'awaiting_funding', 'intake_done', 'assessment_booked', 'in_care',
        'discharged', 'signposted')),
    moved_at TEXT NOT NULL
);
CREATE INDEX pathway_moves_practitioner ON pathway_moves (practitioner_id, id);
CREATE INDEX pathway_moves_at ON pathway_moves (moved_at, id);
-- For those who were here before only the last move is known, and when it was at the latest.
INSERT INTO pathway_moves (id, practitioner_id, pathway, moved_at) SELECT id, id, pathway, updated_at FROM practitioners;
