-- A change that gives a member of staff access to people or to controlled drugs waits here for a second administrator.
CREATE TABLE staff_changes (
    id TEXT PRIMARY KEY NOT NULL,
    -- whose access it is
    account_id TEXT NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL CHECK (kind IN ('open_account', 'clinician_identity', 'prescribing_rights', 'commissioned_areas',
        'hub_coordinator', 'account_identity')),
    -- the hub for a hub coordinator, else the account itself
    record_id TEXT NOT NULL,
    payload BLOB NOT NULL,
    reason BLOB NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'withdrawn', 'expired')),
    proposed_by TEXT NOT NULL REFERENCES accounts (id),
    proposed_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    decided_by TEXT REFERENCES accounts (id),
    decided_at TEXT,
    decision_reason BLOB,
    CHECK (status IN ('pending', 'expired') OR (decided_by IS NOT NULL AND decided_at IS NOT NULL)),
    CHECK (status <> 'approved' OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX staff_changes_pending ON staff_changes (account_id, kind, record_id) WHERE status = 'pending';
CREATE INDEX staff_changes_account ON staff_changes (account_id);
CREATE INDEX staff_changes_status ON staff_changes (status, id);
CREATE INDEX staff_changes_expiry ON staff_changes (expires_at) WHERE status = 'pending';
CREATE INDEX staff_changes_proposed_by ON staff_changes (proposed_by);
CREATE INDEX staff_changes_decided_by ON staff_changes (decided_by);

-- Why an entry of the identity history was made and ended, and who approved it.
ALTER TABLE account_marks ADD COLUMN reason BLOB;
ALTER TABLE account_marks ADD COLUMN end_reason BLOB;
ALTER TABLE account_marks ADD COLUMN approved_by TEXT REFERENCES accounts (id);
CREATE INDEX account_marks_approved_by ON account_marks (approved_by);
CREATE INDEX account_marks_left_service ON account_marks (held_until)
    WHERE NOT lapsed AND kind = 'service_employment' AND held_until IS NOT NULL;

PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(sql, '''own_registration''',
    '''own_registration'', ''account_status'', ''prescribing_rights'', ''service_employment'', ''hubs''')
    WHERE type = 'table' AND name = 'account_marks';
PRAGMA writable_schema = RESET;
-- Making and dropping a table moves the schema's version, so that every open connection reads it again.
CREATE TABLE schema_is_read_again (id INTEGER);
DROP TABLE schema_is_read_again;
