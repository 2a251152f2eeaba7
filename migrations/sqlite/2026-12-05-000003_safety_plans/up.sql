-- Every version of a practitioner's safety plan; the highest is the present one.
CREATE TABLE safety_plan_versions (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    version INTEGER NOT NULL CHECK (version > 0),
    -- all six steps, sealed as one document
    sealed_plan BLOB NOT NULL,
    -- the practitioner, or the clinician who wrote it together with them
    written_by TEXT NOT NULL REFERENCES accounts (id),
    written_at TEXT NOT NULL
);
CREATE UNIQUE INDEX safety_plan_versions_version ON safety_plan_versions (practitioner_id, version);
CREATE INDEX safety_plan_versions_written_by ON safety_plan_versions (written_by);
CREATE TRIGGER safety_plan_versions_final BEFORE UPDATE ON safety_plan_versions
BEGIN
    SELECT RAISE(ABORT, 'safety_plan_versions_final');
END;
