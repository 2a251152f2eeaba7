-- What prescribing needs to know about a practitioner: date of birth, home address, pregnancy, sealed. The highest version holds.
CREATE TABLE prescribing_details (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    version INTEGER NOT NULL,
    details BLOB NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES accounts (id),
    recorded_at TEXT NOT NULL
);
CREATE UNIQUE INDEX prescribing_details_version ON prescribing_details (practitioner_id, version);
CREATE INDEX prescribing_details_recorded_by ON prescribing_details (recorded_by);
CREATE TRIGGER prescribing_details_final BEFORE UPDATE ON prescribing_details
BEGIN
    SELECT RAISE(ABORT, 'prescribing_details_final');
END;
