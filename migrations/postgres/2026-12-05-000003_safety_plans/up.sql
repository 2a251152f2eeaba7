SET LOCAL lock_timeout = '3s';
-- Every version of a practitioner's safety plan; the highest is the present one.
CREATE TABLE safety_plan_versions (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    version integer NOT NULL CHECK (version > 0),
    -- all six steps, sealed as one document
    sealed_plan bytea NOT NULL,
    -- the practitioner, or the clinician who wrote it together with them
    written_by uuid NOT NULL REFERENCES accounts (id),
    written_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX safety_plan_versions_version ON safety_plan_versions (practitioner_id, version);
CREATE INDEX safety_plan_versions_written_by ON safety_plan_versions (written_by);
CREATE TRIGGER safety_plan_versions_final BEFORE UPDATE ON safety_plan_versions FOR EACH ROW EXECUTE FUNCTION record_is_final();
