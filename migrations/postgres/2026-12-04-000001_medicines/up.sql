-- What prescribing needs to know about a practitioner: date of birth, home address, pregnancy, sealed. The highest version holds.
CREATE TABLE prescribing_details (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    version integer NOT NULL,
    details bytea NOT NULL,
    recorded_by uuid NOT NULL REFERENCES accounts (id),
    recorded_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX prescribing_details_version ON prescribing_details (practitioner_id, version);
CREATE INDEX prescribing_details_recorded_by ON prescribing_details (recorded_by);
CREATE TRIGGER prescribing_details_final BEFORE UPDATE ON prescribing_details FOR EACH ROW EXECUTE FUNCTION record_is_final();
